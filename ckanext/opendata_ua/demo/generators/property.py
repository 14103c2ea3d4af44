"""Tables of municipal property: buildings, movables, rent, shelters, access."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ckanext.opendata_ua.demo.city import Scene, phone
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row


@table(
    "buildings",
    """
    identifier | Інвентарний номер | string!
    title | Назва обʼєкта | string!
    @address
    @point
    area | Площа, кв. м | decimal!
    yearBuilt | Рік побудови | integer
    balanceHolderName | Балансоутримувач | string!
    balanceHolderIdentifier | Код ЄДРПОУ балансоутримувача | string!
    bookValue | Балансова вартість, грн | decimal!
    usage | Цільове призначення | string!
    """,
)
def buildings(scene: Scene, rows: int) -> Iterator[Row]:
    """List municipal buildings and premises."""
    kinds = (
        ("Нежитлове приміщення", "оренда"),
        ("Будівля закладу освіти", "освіта"),
        ("Адміністративна будівля", "управління"),
        ("Гараж", "господарське"),
        ("Котельня", "теплопостачання"),
        ("Складське приміщення", "господарське"),
        ("Трансформаторна підстанція", "електропостачання"),
    )
    for number in range(1, rows + 1):
        title, usage = scene.pick(kinds)
        place, holder = scene.address(), scene.pick(scene.city.bodies)
        area = scene.amount(14, 3_900, 1)
        yield (
            f"{101_00000 + number}",
            title,
            *place.cells,
            *place.point,
            area,
            scene.number(1905, 2019) if scene.whether(0.9) else None,
            holder.title,
            holder.edrpou,
            round(area * scene.chance.uniform(900, 6_500), 2),
            usage,
        )


@table(
    "movableProperty",
    """
    identifier | Інвентарний номер | string!
    title | Назва майна | string!
    category | Група основних засобів | string!
    quantity | Кількість | integer!
    dateAcquired | Дата введення в експлуатацію | date!
    bookValue | Балансова вартість, грн | decimal!
    wear | Знос, грн | decimal!
    balanceHolderName | Балансоутримувач | string!
    """,
)
def movables(scene: Scene, rows: int) -> Iterator[Row]:
    """List movable property of municipal bodies."""
    things = (
        ("Автобус шкільний", "транспортні засоби", 900_000),
        ("Трактор із причепом", "транспортні засоби", 620_000),
        ("Компʼютер персональний", "машини та обладнання", 22_000),
        ("Проєктор мультимедійний", "машини та обладнання", 18_500),
        ("Генератор дизельний", "машини та обладнання", 240_000),
        ("Стіл учнівський", "меблі та інвентар", 2_100),
        ("Холодильник побутовий", "машини та обладнання", 16_000),
        ("Насос відцентровий", "машини та обладнання", 54_000),
    )
    for number in range(1, rows + 1):
        title, group, price = scene.pick(things)
        quantity = 1 if price > 100_000 else scene.number(1, 25)
        value = round(quantity * price * scene.chance.uniform(0.8, 1.2), 2)
        yield (
            f"{104_00000 + number}",
            title,
            group,
            quantity,
            scene.day(5_000, 40),
            value,
            round(value * scene.chance.uniform(0, 0.95), 2),
            scene.pick(scene.city.bodies).title,
        )


@table(
    "leases",
    """
    identifier | Номер договору | string!
    dateSigned | Дата укладення | date!
    dateEnd | Дата закінчення | date!
    tenantName | Орендар | string!
    tenantIdentifier | Код ЄДРПОУ орендаря | string
    @address
    area | Площа, кв. м | decimal!
    monthlyRent | Місячна орендна плата, грн | decimal!
    usage | Мета використання | string!
    """,
)
def leases(scene: Scene, rows: int) -> Iterator[Row]:
    """List rented premises of the old contracts."""
    goals = ("офіс", "аптека", "магазин", "перукарня", "склад", "громадська приймальня")
    for number in range(1, rows + 1):
        signed = scene.day(2_900, 2_300)
        area = scene.amount(12, 420, 1)
        yield (
            f"{number}-О/{signed.year}",
            signed,
            signed + timedelta(days=365 * scene.number(3, 10)),
            *scene.trader(0.45),
            *scene.address().cells,
            area,
            round(area * scene.chance.uniform(35, 160), 2),
            scene.pick(goals),
        )


@table(
    "shelters",
    """
    uid | Обліковий номер споруди | string!
    type | Вид захисної споруди | string!
    title | Назва | string!
    @address
    @point
    area | Площа, кв. м | decimal!
    capacity | Місткість, осіб | integer!
    ownerName | Балансоутримувач | string!
    ownerIdentifier | Код ЄДРПОУ балансоутримувача | string!
    readiness | Стан готовності | string!
    isAccessible | Доступність для маломобільних груп | boolean!
    phone | Контактний телефон | string!
    """,
)
def shelters(scene: Scene, rows: int) -> Iterator[Row]:
    """List shelters of municipal property; keepers of keys are not named."""
    kinds = (
        ("сховище", 60, 600),
        ("протирадіаційне укриття", 40, 350),
        ("найпростіше укриття", 15, 220),
        ("споруда подвійного призначення", 50, 900),
    )
    states = ("готова", "обмежено готова", "не готова")
    for number in range(1, rows + 1):
        (kind, low, high), owner = scene.pick(kinds), scene.pick(scene.city.bodies)
        place = owner.address if scene.whether(0.35) else scene.address()
        area = scene.amount(low, high, 1)
        yield (
            f"{99_000 + number}",
            kind,
            f"{kind.capitalize()} № {number}",
            *place.cells,
            *place.point,
            area,
            max(10, int(area / 0.6) // 5 * 5),
            owner.title,
            owner.edrpou,
            scene.pick(states, (0.6, 0.3, 0.1)),
            scene.whether(0.3),
            owner.phone,
        )


@table(
    "accessibility",
    """
    identifier | Номер запису | string!
    title | Назва закладу | string!
    ownerIdentifier | Код ЄДРПОУ | string!
    @address
    @point
    ramp | Пандус | boolean!
    lift | Ліфт або підіймач | boolean!
    tactile | Тактильні елементи | boolean!
    toilet | Доступна вбиральня | boolean!
    level | Рівень доступності | string!
    surveyDate | Дата обстеження | date!
    """,
)
def accessibility(scene: Scene, rows: int) -> Iterator[Row]:
    """Tell how accessible the public buildings are."""
    for number, body in enumerate(scene.city.bodies, 1):
        marks = [scene.whether(share) for share in (0.7, 0.2, 0.35, 0.4)]
        level = ("недоступна", "частково доступна", "доступна")[
            min(2, sum(marks) * 2 // 3)
        ]
        yield (
            f"ДБ-{number:03d}",
            body.title,
            body.edrpou,
            *body.address.cells,
            *body.address.point,
            *marks,
            level,
            scene.day(500, 30),
        )


@table(
    "cameras",
    """
    identifier | Номер камери | string!
    type | Вид камери | string!
    @address
    @point
    ownerName | Власник | string!
    dateInstalled | Дата встановлення | date!
    """,
)
def cameras(scene: Scene, rows: int) -> Iterator[Row]:
    """List cameras of municipal property."""
    kinds = ("оглядова", "розпізнавання номерних знаків", "поворотна")
    for number in range(1, rows + 1):
        place = scene.address()
        yield (
            f"К-{number:03d}",
            scene.pick(kinds),
            *place.cells,
            *place.point,
            "КП «Міськсвітло»",
            scene.day(2_000, 90),
        )


@table(
    "investContracts",
    """
    identifier | Номер договору | string!
    dateSigned | Дата укладення | date!
    investorName | Інвестор | string!
    investorIdentifier | Код ЄДРПОУ інвестора | string!
    subject | Предмет договору | string!
    amount | Сума інвестицій, тис. грн | decimal!
    phone | Телефон відповідального підрозділу | string!
    """,
)
def invest_contracts(scene: Scene, rows: int) -> Iterator[Row]:
    """List investment contracts."""
    subjects = (
        "Реконструкція міського ринку",
        "Будівництво сонячної електростанції",
        "Облаштування індустріального парку",
        "Модернізація котельні",
    )
    for number in range(1, rows + 1):
        yield (
            f"ІД-{number:02d}",
            scene.day(1_800, 60),
            *scene.firm(),
            scene.pick(subjects),
            scene.amount(900, 84_000, 1),
            phone(2_15_08),
        )
