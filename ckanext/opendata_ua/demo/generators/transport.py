"""Tables of public transport; timetables follow the shape of GTFS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from ckanext.opendata_ua.demo import words
from ckanext.opendata_ua.demo.city import Address, Scene, build, seeded
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row


@dataclass(frozen=True)
class Stop:
    """A stop of buses on one side of the street."""

    code: str
    name: str
    place: Address


@dataclass(frozen=True)
class Route:
    """A bus route: its number, end names, stops in order, carrier."""

    number: str
    title: str
    stops: tuple[Stop, ...]
    carrier: tuple[str, str]


@cache
def network() -> tuple[tuple[Stop, ...], tuple[Route, ...]]:
    """Give the stops and the routes of the city, the same for every table."""
    scene = Scene(build(), seeded("network"), date.min)
    in_city = [a for a in scene.city.addresses if a.settlement == words.POST_NAME]
    stops = tuple(
        Stop(f"S{number:03d}", f"{name}{side}", scene.pick(in_city))
        for number, (name, side) in enumerate(
            (
                (name, side)
                for name in words.STOP_PLACES
                for side in ("", " (навпроти)")
            ),
            1,
        )
    )
    firms = [scene.firm() for _ in range(3)]
    routes = []
    for number in range(1, 13):
        chain = tuple(scene.chance.sample(stops[::2], scene.number(9, 16)))
        title = f"{chain[0].name} – {chain[-1].name}"
        routes.append(Route(f"{number}", title, chain, firms[number % 3]))
    return stops, tuple(routes)


@table(
    "stops",
    """
    stopId | Код зупинки | string!
    stopName | Назва зупинки | string!
    @address
    @point
    hasShelter | Навіс | boolean!
    hasBench | Лавка | boolean!
    hasScreen | Електронне табло | boolean!
    isAccessible | Доступна для маломобільних груп | boolean!
    routes | Маршрути | string
    """,
)
def stops_table(scene: Scene, rows: int) -> Iterator[Row]:
    """List stops with the routes that serve them."""
    stops, routes = network()
    for stop in stops:
        serving = [r.number for r in routes if stop.code in [s.code for s in r.stops]]
        yield (
            stop.code,
            stop.name,
            *stop.place.cells,
            *stop.place.point,
            scene.whether(0.6),
            scene.whether(0.7),
            scene.whether(0.1),
            scene.whether(0.35),
            ", ".join(serving) or None,
        )


@table(
    "routes",
    """
    routeId | Код маршруту | string!
    routeShortName | Номер маршруту | string!
    routeLongName | Назва маршруту | string!
    agencyName | Перевізник | string!
    agencyIdentifier | Код ЄДРПОУ перевізника | string!
    length | Довжина маршруту, км | decimal!
    fare | Вартість проїзду, грн | decimal!
    vehicles | Кількість транспортних засобів | integer!
    """,
)
def routes_table(scene: Scene, rows: int) -> Iterator[Row]:
    """List routes and their carriers."""
    for route in network()[1]:
        yield (
            f"R{route.number}",
            route.number,
            route.title,
            *route.carrier,
            round(scene.chance.uniform(5.2, 17.8), 1),
            scene.pick((12.0, 15.0)),
            scene.number(2, 7),
        )


@table(
    "vehicles",
    """
    identifier | Номер запису | string!
    routeShortName | Номер маршруту | string!
    agencyName | Перевізник | string!
    agencyIdentifier | Код ЄДРПОУ перевізника | string!
    brand | Марка | string!
    model | Модель | string!
    licensePlate | Державний номер | string!
    capacity | Пасажиромісткість | integer!
    yearMade | Рік випуску | integer!
    isLowFloor | Низькопідлоговий | boolean!
    """,
)
def vehicles(scene: Scene, rows: int) -> Iterator[Row]:
    """List buses; letters ЯЯ on the plates belong to no region."""
    models = (("БАЗ", "А079", 45), ("Богдан", "А092", 50), ("Еталон", "А081", 42))
    number = 0
    while number < rows:
        route = network()[1][number % 12]
        number += 1
        brand, model, capacity = scene.pick(models)
        yield (
            f"ТЗ-{number:03d}",
            route.number,
            *route.carrier,
            brand,
            model,
            f"ЯЯ{number:04d}ЯЯ",
            capacity,
            scene.number(2005, 2023),
            scene.whether(0.2),
        )


@table(
    "calendar",
    """
    serviceId | Код розкладу | string!
    monday | Понеділок | integer!
    tuesday | Вівторок | integer!
    wednesday | Середа | integer!
    thursday | Четвер | integer!
    friday | Пʼятниця | integer!
    saturday | Субота | integer!
    sunday | Неділя | integer!
    startDate | Діє з | date!
    endDate | Діє до | date!
    """,
)
def calendar(scene: Scene, rows: int) -> Iterator[Row]:
    """Give the days of the timetables."""
    start = scene.today.replace(month=1, day=1)
    end = start.replace(month=12, day=31)
    yield "WORK", 1, 1, 1, 1, 1, 0, 0, start, end
    yield "WEEKEND", 0, 0, 0, 0, 0, 1, 1, start, end


def _trips() -> Iterator[tuple[str, Route, str, int, int]]:
    """Give every trip: its code, route, service, direction, minute of departure."""
    for route in network()[1]:
        for service, gap in (("WORK", 14), ("WEEKEND", 24)):
            for direction in (0, 1):
                for minute in range(330 + int(route.number), 1350, gap):
                    code = f"R{route.number}-{service[0:2]}-{direction}-{minute:04d}"
                    yield code, route, service, direction, minute


@table(
    "trips",
    """
    tripId | Код рейсу | string!
    routeId | Код маршруту | string!
    serviceId | Код розкладу | string!
    directionId | Напрямок | integer!
    tripHeadsign | Кінцева зупинка | string!
    """,
)
def trips(scene: Scene, rows: int) -> Iterator[Row]:
    """List trips."""
    for code, route, service, direction, _ in _trips():
        last = route.stops[0 if direction else -1]
        yield code, f"R{route.number}", service, direction, last.name


@table(
    "stopTimes",
    """
    tripId | Код рейсу | string!
    stopSequence | Порядковий номер зупинки | integer!
    stopId | Код зупинки | string!
    arrivalTime | Час прибуття | time!
    departureTime | Час відправлення | time!
    """,
)
def stop_times(scene: Scene, rows: int) -> Iterator[Row]:
    """Give the times of trips at stops."""
    for code, route, _, direction, minute in _trips():
        chain = route.stops[::-1] if direction else route.stops
        for place, stop in enumerate(chain, 1):
            hour, rest = divmod(minute, 60)
            yield (
                code,
                place,
                stop.code,
                f"{hour:02d}:{rest:02d}:00",
                (f"{hour:02d}:{rest:02d}:30"),
            )
            minute += scene.number(2, 4)
