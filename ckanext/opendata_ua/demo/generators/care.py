"""Tables of education, health and animals; nobody is named in them."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.opendata_ua.demo import words
from ckanext.opendata_ua.demo.city import Body, Scene
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row


@table(
    "schools",
    """
    identifier | Код ЄДРПОУ | string!
    prefLabel | Назва закладу освіти | string!
    type | Тип закладу | string!
    @address
    @point
    places | Проєктна кількість місць | integer!
    children | Кількість учнів або вихованців | integer!
    teachers | Кількість педагогічних працівників | integer!
    hasShelter | Наявність укриття | boolean!
    telephone | Телефон | string!
    email | Електронна пошта | string!
    website | Вебсайт | anyURI!
    """,
)
def schools(scene: Scene, rows: int) -> Iterator[Row]:
    """List schools, kindergartens and out-of-school institutions."""
    kinds = {
        "school": ("заклад загальної середньої освіти", 120, 1100),
        "kindergarten": ("заклад дошкільної освіти", 40, 280),
        "arts": ("заклад позашкільної освіти", 80, 400),
        "sport": ("заклад позашкільної освіти", 80, 400),
    }
    for body in scene.city.of_kind(*kinds):
        kind, low, high = kinds[body.kind]
        places = scene.number(low, high)
        yield (
            body.edrpou,
            body.title,
            kind,
            *body.address.cells,
            *body.address.point,
            places,
            int(places * scene.chance.uniform(0.6, 1.15)),
            max(5, places // 11),
            scene.whether(0.7),
            body.phone,
            body.email,
            f"https://{body.email.split('@')[0]}.{words.DOMAIN}/",
        )


@table(
    "kindergartenLine",
    """
    identifier | Номер заяви | string!
    dateRegistered | Дата реєстрації заяви | date!
    kindergartenIdentifier | Код ЄДРПОУ закладу | string!
    kindergartenName | Заклад дошкільної освіти | string!
    birthYear | Рік народження дитини | integer!
    gender | Стать | string!
    hasPrivilege | Право на першочергове зарахування | boolean!
    ageGroup | Вікова група | string!
    status | Стан заяви | string!
    """,
)
def kindergarten_line(scene: Scene, rows: int) -> Iterator[Row]:
    """List places in the queue; a child is a number and a year of birth."""
    gardens = scene.city.of_kind("kindergarten")
    for number in range(1, rows + 1):
        age, garden = scene.number(1, 5), scene.pick(gardens)
        yield (
            f"ЧД-{number:05d}",
            scene.day(700, 1),
            garden.edrpou,
            garden.title,
            scene.today.year - age,
            scene.pick(("ж", "ч")),
            scene.whether(0.18),
            f"від {age} до {age + 1} років",
            scene.pick(("у черзі", "запрошено", "зараховано"), (0.6, 0.15, 0.25)),
        )


@table(
    "territories",
    """
    identifier | Номер запису | string!
    schoolIdentifier | Код ЄДРПОУ закладу | string!
    schoolName | Заклад загальної середньої освіти | string!
    @address
    """,
)
def territories(scene: Scene, rows: int) -> Iterator[Row]:
    """Tell which school serves every address: the nearest one."""
    schools = scene.city.of_kind("school")[:9]
    nearest: dict[str, Body] = {}
    step = max(1, len(scene.city.addresses) // rows)
    for number, place in enumerate(scene.city.addresses[::step], 1):
        # A street belongs to one school as a whole.
        if place.street not in nearest:
            nearest[place.street] = min(
                schools,
                key=lambda school, place=place: (
                    (school.address.lat - place.lat) ** 2
                    + (school.address.lon - place.lon) ** 2
                ),
            )
        school = nearest[place.street]
        yield f"ТО-{number:05d}", school.edrpou, school.title, *place.cells


MEDICINES = (
    ("Парацетамол, таблетки 500 мг", "таблетки", 0.6),
    ("Ібупрофен, таблетки 400 мг", "таблетки", 1.4),
    ("Цефтріаксон, порошок 1 г", "флакони", 31.0),
    ("Натрію хлорид 0,9 %, розчин 200 мл", "флакони", 27.5),
    ("Інсулін людський, розчин 10 мл", "флакони", 312.0),
    ("Еналаприл, таблетки 10 мг", "таблетки", 0.9),
    ("Метформін, таблетки 850 мг", "таблетки", 1.7),
    ("Амоксицилін, капсули 500 мг", "капсули", 3.2),
    ("Адреналін, розчин 0,18 %", "ампули", 12.8),
    ("Дексаметазон, розчин 4 мг/мл", "ампули", 8.4),
)


@table(
    "medicineRemains",
    """
    identifier | Номер запису | string!
    institutionIdentifier | Код ЄДРПОУ закладу | string!
    institutionName | Заклад охорони здоровʼя | string!
    medicine | Лікарський засіб | string!
    unit | Одиниця виміру | string!
    received | Отримано | integer!
    remains | Залишок | integer!
    price | Ціна за одиницю, грн | decimal!
    fund | Джерело коштів | string!
    expiration | Придатний до | date!
    """,
)
def medicine_remains(scene: Scene, rows: int) -> Iterator[Row]:
    """List medicines bought for budget money and what is left of them."""
    hospitals = scene.city.of_kind("health")
    for number in range(1, rows + 1):
        body, (title, unit, price) = scene.pick(hospitals), scene.pick(MEDICINES)
        received = scene.number(2, 400) * 10
        year = scene.today.year + scene.number(1, 3)
        yield (
            f"ЛЗ-{number:05d}",
            body.edrpou,
            body.title,
            title,
            unit,
            received,
            int(received * scene.chance.random()),
            round(price * scene.chance.uniform(0.9, 1.15), 2),
            scene.pick(("державний бюджет", "місцевий бюджет"), (0.6, 0.4)),
            scene.today.replace(year=year, month=scene.number(1, 12), day=1),
        )


@table(
    "homelessAnimals",
    """
    identifier | Номер запису | string!
    species | Вид тварини | string!
    sex | Стать | string!
    dateCaught | Дата вилову | date!
    place | Вулиця вилову | string!
    isSterilized | Стерилізовано | boolean!
    chipNumber | Номер бирки | string
    isVaccinated | Щеплено від сказу | boolean!
    result | Подальше перебування | string!
    """,
)
def homeless_animals(scene: Scene, rows: int) -> Iterator[Row]:
    """List caught, sterilised and marked animals."""
    for number in range(1, rows + 1):
        done = scene.whether(0.8)
        yield (
            f"БТ-{number:04d}",
            scene.pick(("собака", "кіт"), (0.7, 0.3)),
            scene.pick(("самка", "самець")),
            scene.day(700, 2),
            scene.address().street,
            done,
            f"ВГ {number:05d}" if done else None,
            scene.whether(0.85),
            scene.pick(("повернуто", "притулок", "передано новому власнику")),
        )


@table(
    "animalPlaygrounds",
    """
    identifier | Номер зони | string!
    title | Назва | string!
    @address
    @point
    area | Площа, кв. м | decimal!
    isFenced | Огороджена | boolean!
    hasEquipment | Є снаряди для дресирування | boolean!
    """,
)
def animal_playgrounds(scene: Scene, rows: int) -> Iterator[Row]:
    """List zones where dogs may be walked."""
    for number in range(1, rows + 1):
        place = scene.address()
        yield (
            f"ЗВ-{number:02d}",
            f"Зона вигулу № {number}",
            *place.cells,
            *place.point,
            scene.amount(120, 2_400, 1),
            scene.whether(0.6),
            scene.whether(0.3),
        )
