"""Tables of trees and waste."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ckanext.opendata_ua.demo.city import Scene
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row


@table(
    "treeActs",
    """
    identifier | Номер акта обстеження | string!
    dateSurvey | Дата обстеження | date!
    @address
    species | Порода | string!
    diameter | Діаметр стовбура, см | integer!
    condition | Якісний стан | string!
    reason | Підстава видалення | string!
    orderNumber | Номер ордера | string
    orderDate | Дата ордера | date
    compensation | Відновна вартість, грн | decimal!
    """,
)
def tree_acts(scene: Scene, rows: int) -> Iterator[Row]:
    """List trees to be removed by acts of survey."""
    species = (
        "тополя",
        "клен ясенелистий",
        "береза",
        "липа",
        "ясен",
        "верба",
        "каштан",
    )
    reasons = (
        "аварійний стан",
        "досягнення вікової межі",
        "пошкодження інженерних мереж",
        "будівництво",
    )
    for number in range(1, rows + 1):
        day, issued = scene.day(900, 10), scene.whether(0.75)
        reason = scene.pick(reasons, (6, 2, 1, 1))
        yield (
            f"АО-{number:04d}",
            day,
            *scene.address().cells,
            scene.pick(species),
            scene.number(12, 96),
            "незадовільний" if reason == "аварійний стан" else "задовільний",
            reason,
            f"{number}/ЗН" if issued else None,
            day + timedelta(days=scene.number(2, 9)) if issued else None,
            scene.amount(400, 9_500) if reason == "будівництво" else 0,
        )


@table(
    "containers",
    """
    identifier | Номер майданчика | string!
    @address
    @point
    wasteCategory | Категорія відходів | string!
    containers | Кількість контейнерів | integer!
    volume | Обʼєм контейнера, куб. м | decimal!
    ownerName | Балансоутримувач | string!
    schedule | Графік вивезення | string!
    isFenced | Огороджений | boolean!
    """,
)
def containers(scene: Scene, rows: int) -> Iterator[Row]:
    """List container sites by the kind of waste."""
    kinds = (
        ("змішані побутові відходи", 6),
        ("пластик", 3),
        ("скло", 2),
        ("папір", 2),
        ("небезпечні відходи", 0.3),
    )
    for number in range(1, rows + 1):
        place = scene.address()
        kind = scene.pick([k for k, _ in kinds], [w for _, w in kinds])
        yield (
            f"КМ-{number:04d}",
            *place.cells,
            *place.point,
            kind,
            scene.number(1, 6),
            scene.pick((0.75, 1.1, 2.5)),
            "КП «Чисте місто»",
            scene.pick(("щодня", "пн, ср, пт", "вт, чт, сб", "щосуботи")),
            scene.whether(0.55),
        )
