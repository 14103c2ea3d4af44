"""Tables of housing and utilities: calls, tariffs, consumption, energy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ckanext.opendata_ua.demo.city import Scene
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row

#: What people call about, who answers for it, how often.
CALLS = (
    ("Відсутнє водопостачання", "КП «Вербогірськводоканал»", 12),
    ("Прорив водопровідної мережі", "КП «Вербогірськводоканал»", 6),
    ("Засмічення каналізації", "КП «Вербогірськводоканал»", 8),
    ("Низька температура опалення", "КП «Вербогірськтеплоенерго»", 10),
    ("Не працює вуличне освітлення", "КП «Міськсвітло»", 14),
    ("Не вивезено сміття", "КП «Чисте місто»", 11),
    ("Яма на проїзній частині", "КП «Благоустрій»", 13),
    ("Не прибрано сніг або ожеледь", "КП «Благоустрій»", 9),
    ("Аварійне дерево", "КП «Благоустрій»", 7),
    ("Протікає дах будинку", "КП «Житловик»", 6),
    ("Автобус не дотримується розкладу", "КП «Вербогірськавтотранс»", 8),
    ("Безпритульні тварини", "КП «Притулок “Вірний друг”»", 5),
)


@table(
    "appeals",
    """
    identifier | Номер звернення | string!
    dateTime | Дата і час надходження | dateTime!
    channel | Спосіб звернення | string!
    category | Тема звернення | string!
    settlement | Населений пункт | string!
    street | Вулиця | string!
    responsible | Виконавець | string!
    status | Стан | string!
    dateClosed | Дата завершення | date
    days | Строк виконання, днів | integer
    """,
)
def appeals(scene: Scene, rows: int) -> Iterator[Row]:
    """List calls to the hot line without callers and numbers of houses."""
    weights = [weight for _, _, weight in CALLS]
    for number in range(rows, 0, -1):
        moment = scene.moment(730)
        theme, responsible, _ = scene.pick(CALLS, weights)
        place, days = scene.address(), scene.number(0, 21)
        closed = moment.date() + timedelta(days=days)
        done = closed <= scene.today and scene.whether(0.94)
        yield (
            f"ГЛ-{number:06d}",
            moment,
            scene.pick(("телефон", "вебсайт", "мобільний застосунок", "месенджер")),
            theme,
            place.settlement,
            place.street,
            responsible,
            "виконано" if done else "у роботі",
            closed if done else None,
            days if done else None,
        )


@table(
    "tariffs",
    """
    identifier | Номер запису | string!
    service | Комунальна послуга | string!
    consumer | Категорія споживачів | string!
    provider | Виконавець послуги | string!
    unit | Одиниця виміру | string!
    tariff | Тариф з ПДВ, грн | decimal!
    decision | Рішення про встановлення | string!
    dateStart | Діє з | date!
    dateEnd | Діє до | date
    """,
)
def tariffs(scene: Scene, rows: int) -> Iterator[Row]:
    """List tariffs by year, newest first."""
    services = (
        ("централізоване водопостачання", "КП «Вербогірськводоканал»", "куб. м", 34),
        ("централізоване водовідведення", "КП «Вербогірськводоканал»", "куб. м", 29),
        ("постачання теплової енергії", "КП «Вербогірськтеплоенерго»", "Гкал", 1_790),
        ("постачання гарячої води", "КП «Вербогірськтеплоенерго»", "куб. м", 118),
        ("управління побутовими відходами", "КП «Чисте місто»", "куб. м", 205),
        ("управління багатоквартирним будинком", "КП «Житловик»", "кв. м", 7),
    )
    number = 0
    for age in range(12):
        year = scene.today.year - age
        for service, provider, unit, price in services:
            for consumer, share in (
                ("населення", 1.0),
                ("бюджетні установи", 1.25),
                ("інші споживачі", 1.4),
            ):
                number += 1
                yield (
                    f"Т-{number:03d}",
                    service,
                    consumer,
                    provider,
                    unit,
                    round(price * share * 0.91**age, 2),
                    f"рішення виконавчого комітету від 15.12.{year - 1} № {number}",
                    date(year, 1, 1),
                    date(year, 12, 31) if age else None,
                )


@table(
    "consumption",
    """
    identifier | Код ЄДРПОУ установи | string!
    name | Назва установи | string!
    periodStart | Початок місяця | date!
    resource | Вид ресурсу | string!
    unit | Одиниця виміру | string!
    amount | Обсяг споживання | decimal!
    cost | Вартість, грн | decimal!
    renewableShare | Частка відновлюваних джерел, відсотків | decimal!
    """,
)
def consumption(scene: Scene, rows: int) -> Iterator[Row]:
    """List what institutions consumed, month by month, newest first."""
    resources = (
        ("електрична енергія", "кВт·год", 900, 9_800, 7.4),
        ("теплова енергія", "Гкал", 4, 90, 1_980.0),
        ("холодна вода", "куб. м", 20, 480, 38.0),
        ("природний газ", "куб. м", 60, 1_900, 16.5),
    )
    month = scene.today.replace(day=1)
    while True:
        month = (month - timedelta(days=1)).replace(day=1)
        for body in scene.city.of_kind("school", "kindergarten", "culture"):
            for resource, unit, low, high, price in resources:
                if resource == "теплова енергія" and 4 < month.month < 10:
                    continue
                amount = scene.amount(low, high, 1)
                yield (
                    body.edrpou,
                    body.title,
                    month,
                    resource,
                    unit,
                    amount,
                    round(amount * price, 2),
                    scene.pick((0, 0, 0, 5, 12.5)),
                )


@table(
    "energySystems",
    """
    identifier | Номер будівлі | string!
    ownerIdentifier | Код ЄДРПОУ | string!
    ownerName | Назва установи | string!
    @address
    area | Опалювана площа, кв. м | decimal!
    yearBuilt | Рік побудови | integer!
    energyClass | Клас енергоефективності | string
    wallInsulation | Утеплення стін | boolean!
    windowsReplaced | Частка замінених вікон, відсотків | integer!
    heatSource | Джерело теплопостачання | string!
    specificConsumption | Питоме споживання, кВт·год на кв. м | decimal!
    """,
)
def energy_systems(scene: Scene, rows: int) -> Iterator[Row]:
    """List buildings under energy management."""
    bodies = scene.city.of_kind("school", "kindergarten", "culture", "health", "social")
    for number, body in enumerate(bodies, 1):
        rating = scene.pick((None, "C", "D", "E", "F", "G"))
        yield (
            f"ЕМ-{number:03d}",
            body.edrpou,
            body.title,
            *body.address.cells,
            scene.amount(280, 7_800, 1),
            scene.number(1932, 2014),
            rating,
            scene.whether(0.4),
            scene.number(2, 10) * 10,
            scene.pick(("централізоване", "власна газова котельня", "тепловий насос")),
            round(scene.chance.uniform(62, 240), 1),
        )
