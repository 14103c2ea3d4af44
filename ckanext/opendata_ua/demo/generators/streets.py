"""Tables of what stands on streets: advertising, roads, parking, playgrounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ckanext.opendata_ua.demo.city import Scene
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row


@table(
    "advertising",
    """
    identifier | Номер дозволу | string!
    type | Вид рекламного засобу | string!
    width | Ширина, м | decimal!
    height | Висота, м | decimal!
    @address
    @point
    distributorName | Розповсюджувач зовнішньої реклами | string!
    distributorIdentifier | Код ЄДРПОУ розповсюджувача | string
    permissionDate | Дата видачі дозволу | date!
    permissionEnd | Строк дії дозволу | date!
    contractNumber | Номер договору | string!
    """,
)
def advertising(scene: Scene, rows: int) -> Iterator[Row]:
    """List outdoor advertising and its permits."""
    kinds = (
        ("щит (білборд)", 6.0, 3.0),
        ("сітілайт", 1.2, 1.8),
        ("банер на фасаді", 4.5, 2.4),
        ("тумба", 1.4, 3.1),
        ("вивіска-панель", 2.2, 0.9),
    )
    for number in range(1, rows + 1):
        day, place = scene.day(1_500, 10), scene.address()
        yield (
            f"РЗ-{number:04d}",
            *scene.pick(kinds),
            *place.cells,
            *place.point,
            *scene.trader(0.25),
            day,
            day + timedelta(days=365 * scene.number(1, 5)),
            f"{number}-Р",
        )


@table(
    "titleList",
    """
    identifier | Номер обʼєкта | string!
    title | Назва обʼєкта | string!
    workType | Вид робіт | string!
    @address
    contractorName | Підрядник | string
    contractorIdentifier | Код ЄДРПОУ підрядника | string
    planned | Кошторисна вартість, тис. грн | decimal!
    spent | Освоєно, тис. грн | decimal!
    fund | Джерело фінансування | string!
    year | Рік | integer!
    """,
)
def title_list(scene: Scene, rows: int) -> Iterator[Row]:
    """List objects of repair and building with their sums."""
    works = ("капітальний ремонт", "поточний ремонт", "реконструкція", "благоустрій")
    things = ("покрівлі", "тротуару", "прибудинкової території", "мереж водопостачання")
    for number in range(1, rows + 1):
        work, place = scene.pick(works), scene.address()
        planned = scene.amount(60, 7_800, 1)
        known = scene.whether(0.85)
        yield (
            f"ТС-{number:04d}",
            f"{work.capitalize()} {scene.pick(things)}: {place.street}, {place.number}",
            work,
            *place.cells,
            *(scene.firm() if known else (None, None)),
            planned,
            round(planned * scene.chance.random(), 1) if known else 0,
            scene.pick(("міський бюджет", "обласний бюджет", "державна субвенція")),
            scene.today.year - scene.number(0, 2),
        )


@table(
    "roads",
    """
    identifier | Номер запису | string!
    title | Назва вулиці або дороги | string!
    workType | Вид ремонту | string!
    length | Довжина ділянки, м | decimal!
    area | Площа, кв. м | decimal!
    contractorName | Підрядник | string!
    contractorIdentifier | Код ЄДРПОУ підрядника | string!
    dateStart | Початок робіт | date!
    dateEnd | Завершення робіт | date
    cost | Вартість, грн | decimal!
    warrantyYears | Гарантійний строк, років | integer!
    """,
)
def roads(scene: Scene, rows: int) -> Iterator[Row]:
    """List repairs of local roads."""
    for number in range(1, rows + 1):
        start, length = scene.day(1_100, 5), scene.amount(40, 2_400, 1)
        end = start + timedelta(days=scene.number(10, 90))
        area = round(length * scene.pick((4.5, 6.0, 7.0, 9.0)), 1)
        yield (
            f"ДР-{number:04d}",
            scene.address().street,
            scene.pick(("поточний дрібний", "поточний середній", "капітальний")),
            length,
            area,
            *scene.firm(),
            start,
            end if end < scene.today else None,
            round(area * scene.chance.uniform(380, 1_450), 2),
            scene.pick((1, 2, 3, 5)),
        )


@table(
    "parkingLots",
    """
    identifier | Номер майданчика | string!
    title | Назва | string!
    @address
    @point
    places | Кількість місць | integer!
    placesForDisabled | Місць для осіб з інвалідністю | integer!
    operatorName | Оператор | string!
    operatorIdentifier | Код ЄДРПОУ оператора | string!
    price | Вартість години, грн | decimal!
    workingHours | Режим роботи | string!
    hasPaymentMachine | Паркувальний автомат | boolean!
    """,
)
def parking_lots(scene: Scene, rows: int) -> Iterator[Row]:
    """List parking lots."""
    operator = next(b for b in scene.city.bodies if "Паркінгсервіс" in b.title)
    for number in range(1, rows + 1):
        place, places = scene.address(), scene.number(8, 120)
        yield (
            f"ПМ-{number:03d}",
            f"Майданчик «{place.street.split(' ', 1)[1]}»",
            *place.cells,
            *place.point,
            places,
            # At least one place of ten is kept by the law on protection of disabled.
            max(1, places // 10),
            operator.title,
            operator.edrpou,
            scene.pick((5.0, 8.0, 10.0)),
            scene.pick(("цілодобово", "08:00–20:00")),
            scene.whether(0.4),
        )


@table(
    "playgrounds",
    """
    identifier | Номер майданчика | string!
    type | Вид майданчика | string!
    @address
    @point
    area | Площа, кв. м | decimal!
    surface | Покриття | string!
    equipment | Кількість елементів обладнання | integer!
    ownerName | Балансоутримувач | string!
    dateInspected | Дата останнього огляду | date!
    condition | Технічний стан | string!
    """,
)
def playgrounds(scene: Scene, rows: int) -> Iterator[Row]:
    """List playgrounds for children and for sport."""
    for number in range(1, rows + 1):
        place = scene.address()
        yield (
            f"МД-{number:03d}",
            scene.pick(("дитячий", "спортивний", "комбінований", "воркаут")),
            *place.cells,
            *place.point,
            scene.amount(60, 1_400, 1),
            scene.pick(("гумове", "пісок", "трава", "асфальт")),
            scene.number(2, 18),
            scene.pick(("КП «Благоустрій»", "КП «Житловик»")),
            scene.day(200, 3),
            scene.pick(("добрий", "задовільний", "потребує ремонту"), (5, 4, 2)),
        )


@table(
    "publicToilets",
    """
    identifier | Номер | string!
    @address
    @point
    type | Вид вбиральні | string!
    isAccessible | Доступна для осіб з інвалідністю | boolean!
    isFree | Безоплатна | boolean!
    workingHours | Режим роботи | string!
    ownerName | Балансоутримувач | string!
    """,
)
def public_toilets(scene: Scene, rows: int) -> Iterator[Row]:
    """List public toilets."""
    for number in range(1, rows + 1):
        place = scene.address()
        yield (
            f"ГВ-{number:02d}",
            *place.cells,
            *place.point,
            scene.pick(("стаціонарна", "модульна", "мобільна")),
            scene.whether(0.4),
            scene.whether(0.6),
            scene.pick(("07:00–22:00", "08:00–20:00", "цілодобово")),
            "КП «Благоустрій»",
        )


@table(
    "stations",
    """
    identifier | Номер станції | string!
    ownerName | Власник | string!
    ownerIdentifier | Код ЄДРПОУ власника | string
    @address
    @point
    connector | Тип розʼєму | string!
    power | Потужність, кВт | decimal!
    ports | Кількість портів | integer!
    price | Вартість кВт·год, грн | decimal!
    """,
)
def stations(scene: Scene, rows: int) -> Iterator[Row]:
    """List charging stations."""
    for number in range(1, rows + 1):
        place = scene.address()
        connector, power = scene.pick(
            (("Type 2", 22), ("CCS2", 60), ("CHAdeMO", 50), ("GB/T", 7.4))
        )
        yield (
            f"ЗС-{number:02d}",
            *scene.trader(0.2),
            *place.cells,
            *place.point,
            connector,
            power,
            scene.number(1, 4),
            scene.pick((9.5, 12.0, 14.9)),
        )
