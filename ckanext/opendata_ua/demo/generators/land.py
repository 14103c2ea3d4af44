"""Tables of land and building: addresses, plots, conditions, planning documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ckanext.opendata_ua.demo import words
from ckanext.opendata_ua.demo.city import Scene
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row

PURPOSES = (
    ("02.01", "для будівництва і обслуговування житлового будинку"),
    ("03.07", "для будівництва та обслуговування будівель торгівлі"),
    ("11.02", "для розміщення виробничих будівель"),
    ("01.03", "для ведення особистого селянського господарства"),
    ("12.04", "для розміщення будівель автомобільного транспорту"),
)


def cadastral_number(scene: Scene) -> str:
    """Make a cadastral number of a zone that no region has (99)."""
    return (
        f"9900300000:{scene.number(1, 24):02d}:{scene.number(1, 90):03d}"
        f":{scene.number(1, 9_999):04d}"
    )


@table(
    "addressRegister",
    """
    identifier | Ідентифікатор адреси | string!
    @address
    @point
    objectType | Вид обʼєкта | string!
    documentNumber | Номер рішення про присвоєння адреси | string
    documentDate | Дата рішення | date
    status | Стан адреси | string!
    """,
)
def address_register(scene: Scene, rows: int) -> Iterator[Row]:
    """List all addresses of the community."""
    kinds = ("житловий будинок", "багатоквартирний будинок", "нежитлова будівля")
    for number, place in enumerate(scene.city.addresses, 1):
        known = scene.whether(0.6)
        yield (
            f"AR-{number:06d}",
            *place.cells,
            *place.point,
            scene.pick(kinds, (0.78, 0.12, 0.1)),
            f"{scene.number(1, 420)}" if known else None,
            scene.day(7_000, 20) if known else None,
            scene.pick(("чинна", "скасована"), (0.985, 0.015)),
        )


@table(
    "streetNames",
    """
    identifier | Номер у довіднику | string!
    settlement | Населений пункт | string!
    name | Назва вулиці | string!
    houses | Кількість адрес | integer!
    """,
)
def street_names(scene: Scene, rows: int) -> Iterator[Row]:
    """List streets with the number of their addresses."""
    counts: dict[tuple[str, str], int] = {}
    for place in scene.city.addresses:
        key = place.settlement, place.street
        counts[key] = counts.get(key, 0) + 1
    for number, ((settlement, street), houses) in enumerate(counts.items(), 1):
        yield f"В-{number:03d}", settlement, street, houses


@table(
    "planningConditions",
    """
    identifier | Реєстраційний номер | string!
    date | Дата видачі | date!
    objectName | Назва обʼєкта будівництва | string!
    customerName | Замовник | string!
    customerIdentifier | Код ЄДРПОУ замовника | string
    @address
    cadastralNumber | Кадастровий номер ділянки | string!
    maxHeight | Гранична висота, м | decimal!
    maxDensity | Максимальний відсоток забудови | integer!
    status | Стан | string!
    """,
)
def planning_conditions(scene: Scene, rows: int) -> Iterator[Row]:
    """List issued conditions and limits of building."""
    things = (
        "Будівництво магазину",
        "Реконструкція складу під торговий павільйон",
        "Будівництво багатоквартирного будинку",
        "Нове будівництво автозаправної станції",
        "Реконструкція адміністративної будівлі",
        "Будівництво сонячної електростанції",
    )
    for number in range(1, rows + 1):
        day = scene.day(2_600, 15)
        yield (
            f"МУ-{day.year}/{number:04d}",
            day,
            scene.pick(things),
            *scene.trader(0.3),
            *scene.address().cells,
            cadastral_number(scene),
            scene.pick((9.0, 12.0, 15.5, 18.0, 27.0)),
            scene.number(30, 80),
            scene.pick(("чинні", "скасовано", "внесено зміни"), (0.85, 0.05, 0.1)),
        )


@table(
    "planningDocuments",
    """
    identifier | Номер документа | string!
    type | Вид містобудівної документації | string!
    title | Назва | string!
    dateApproved | Дата затвердження | date
    decision | Рішення | string
    scale | Масштаб | string!
    url | Посилання на матеріали | anyURI
    """,
)
def planning_documents(scene: Scene, rows: int) -> Iterator[Row]:
    """List plans of the city and of its parts."""
    kinds = (
        ("детальний план території", "1:1000", "Детальний план території кварталу"),
        ("генеральний план", "1:5000", "Генеральний план населеного пункту"),
        ("план зонування території", "1:2000", "План зонування"),
        ("історико-архітектурний опорний план", "1:2000", "Опорний план центру"),
    )
    for number in range(1, rows + 1):
        kind, scale, title = scene.pick(kinds, (0.7, 0.1, 0.15, 0.05))
        approved = scene.day(4_800, 90) if scene.whether(0.85) else None
        yield (
            f"МД-{number:03d}",
            kind,
            f"{title}: {scene.pick(scene.city.addresses).street}",
            approved,
            f"рішення сесії від {approved:%d.%m.%Y}" if approved else None,
            scale,
            f"https://plan.{words.DOMAIN}/{number}" if approved else None,
        )


@table(
    "auctionParcels",
    """
    identifier | Номер лота | string!
    cadastralNumber | Кадастровий номер | string!
    area | Площа, га | decimal!
    purposeCode | Код цільового призначення | string!
    purpose | Цільове призначення | string!
    right | Вид права | string!
    startPrice | Стартова ціна, грн | decimal!
    auctionDate | Дата торгів | date
    @point
    """,
)
def auction_parcels(scene: Scene, rows: int) -> Iterator[Row]:
    """List plots that are offered at auctions."""
    for number in range(1, rows + 1):
        area = scene.amount(0.02, 9.5, 4)
        planned = scene.today + timedelta(days=scene.number(7, 90))
        yield (
            f"ЗД-{number:03d}",
            cadastral_number(scene),
            area,
            *scene.pick(PURPOSES),
            scene.pick(("оренда", "власність"), (0.7, 0.3)),
            round(area * scene.chance.uniform(9_000, 240_000), 2),
            planned if scene.whether(0.6) else None,
            *scene.address().point,
        )


@table(
    "landTenants",
    """
    identifier | Номер договору | string!
    tenantName | Орендар | string!
    tenantIdentifier | Код ЄДРПОУ орендаря | string
    cadastralNumber | Кадастровий номер | string!
    area | Площа, га | decimal!
    purposeCode | Код цільового призначення | string!
    purpose | Цільове призначення | string!
    dateSigned | Дата укладення | date!
    years | Строк оренди, років | integer!
    yearlyRent | Річна орендна плата, грн | decimal!
    """,
)
def land_tenants(scene: Scene, rows: int) -> Iterator[Row]:
    """List tenants of municipal land."""
    for number in range(1, rows + 1):
        area = scene.amount(0.01, 24, 4)
        yield (
            f"ОЗ-{number:04d}",
            *scene.trader(0.3),
            cadastral_number(scene),
            area,
            *scene.pick(PURPOSES),
            scene.day(5_500, 60),
            scene.pick((5, 7, 10, 15, 25, 49)),
            round(area * scene.chance.uniform(4_000, 70_000), 2),
        )
