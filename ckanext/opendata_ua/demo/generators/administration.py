"""Tables of the council's office: bodies, acts, requests, audit, services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ckanext.opendata_ua.demo import catalogue, words
from ckanext.opendata_ua.demo.city import Scene, company_code, phone
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row
from ckanext.opendata_ua.domain.vocabularies import FREQUENCIES

UNITS = (
    ("Керівництво", ("Міський голова", "Секретар ради", "Керуючий справами")),
    ("Загальний відділ", ("Начальник", "Діловод")),
    ("Юридичний відділ", ("Начальник", "Юрисконсульт")),
    ("Відділ містобудування та архітектури", ("Начальник", "Головний архітектор")),
    ("Відділ земельних відносин", ("Начальник", "Землевпорядник")),
    ("Відділ цифрового розвитку", ("Начальник", "Адміністратор відкритих даних")),
    ("Відділ охорони здоровʼя", ("Начальник", "Спеціаліст")),
    ("Відділ економіки та інвестицій", ("Начальник", "Економіст")),
    ("Відділ цивільного захисту", ("Начальник", "Інспектор")),
    ("Центр надання адміністративних послуг", ("Директор", "Адміністратор")),
    ("Фінансове управління", ("Начальник", "Бухгалтер", "Економіст")),
    ("Управління освіти", ("Начальник", "Методист", "Інженер з енергоефективності")),
    ("Управління житлово-комунального господарства", ("Начальник", "Диспетчер")),
    ("Служба у справах дітей", ("Начальник", "Спеціаліст")),
    ("Управління соціального захисту населення", ("Начальник", "Спеціаліст")),
)
ACT_MATTERS = (
    "Про внесення змін до бюджету Вербогірської міської територіальної громади",
    "Про затвердження Програми благоустрою міста",
    "Про надання дозволу на виготовлення проєкту землеустрою",
    "Про передачу в оренду нежитлового приміщення",
    "Про затвердження тарифу на послугу з управління побутовими відходами",
    "Про встановлення ставок місцевих податків і зборів",
    "Про затвердження мережі закладів освіти",
    "Про присвоєння адреси обʼєкту нерухомого майна",
    "Про надання матеріальної допомоги",
    "Про затвердження акта обстеження зелених насаджень",
    "Про організацію руху громадського транспорту у святкові дні",
    "Про затвердження положення про громадський бюджет",
    "Про проведення інвентаризації захисних споруд цивільного захисту",
    "Про затвердження містобудівних умов та обмежень",
    "Про створення комісії з обстеження житлових будинків",
)


@table(
    "organizations",
    """
    identifier | Код ЄДРПОУ | string!
    prefLabel | Повна назва | string!
    classification | Вид закладу або підприємства | string!
    parentOrganization | Орган управління | string!
    @address
    @point
    telephone | Телефон | string
    email | Електронна пошта | string
    website | Офіційний вебсайт | anyURI
    """,
)
def organizations(scene: Scene, rows: int) -> Iterator[Row]:
    """List the municipal enterprises and institutions of the city."""
    kinds = {
        "school": ("Заклад загальної середньої освіти", "Управління освіти"),
        "kindergarten": ("Заклад дошкільної освіти", "Управління освіти"),
        "arts": ("Заклад позашкільної освіти", "Управління освіти"),
        "sport": ("Заклад позашкільної освіти", "Управління освіти"),
        "culture": ("Заклад культури", "Вербогірська міська рада"),
        "health": ("Заклад охорони здоровʼя", "Вербогірська міська рада"),
        "social": ("Соціальна установа", "Вербогірська міська рада"),
        "enterprise": (
            "Комунальне підприємство",
            "Управління житлово-комунального господарства",
        ),
    }
    for body in scene.city.bodies:
        site = f"https://{body.email.split('@')[0]}.{words.DOMAIN}/"
        yield (
            body.edrpou,
            body.title,
            *kinds[body.kind],
            *body.address.cells,
            *body.address.point,
            body.phone,
            body.email,
            site if scene.whether(0.7) else None,
        )


@table(
    "orgStructure",
    """
    identifier | Код підрозділу | string!
    unitName | Назва структурного підрозділу | string!
    parentIdentifier | Код підрозділу вищого рівня | string
    postName | Назва посади | string!
    staffNumber | Кількість штатних одиниць | decimal!
    telephone | Службовий телефон | string
    email | Службова електронна пошта | string
    """,
)
def org_structure(scene: Scene, rows: int) -> Iterator[Row]:
    """List the posts of every unit."""
    for number, (unit, posts) in enumerate(UNITS, 1):
        for place, post in enumerate(posts):
            yield (
                f"{number:02d}",
                unit,
                None if number == 1 else "01",
                post,
                1 if place == 0 else scene.pick((1, 2, 3, 0.5)),
                phone(2_10_00 + number),
                f"unit{number:02d}@{words.DOMAIN}",
            )


@table(
    "listOfReports",
    """
    identifier | Номер звіту | string!
    title | Назва звіту | string!
    periodStart | Початок звітного періоду | date!
    periodEnd | Кінець звітного періоду | date!
    received | Отримано запитів | integer!
    satisfied | Задоволено | integer!
    refused | Відмовлено | integer!
    forwarded | Надіслано належному розпоряднику | integer!
    averageDays | Середній строк відповіді, днів | decimal!
    """,
)
def reports(scene: Scene, rows: int) -> Iterator[Row]:
    """Count the requests for information, month by month, newest first."""
    end = scene.today.replace(day=1) - timedelta(days=1)
    for _ in range(rows):
        start = end.replace(day=1)
        received, forwarded = scene.number(14, 60), scene.number(0, 4)
        refused = scene.number(0, 3)
        yield (
            f"ЗПІ-{start:%Y-%m}",
            f"Звіт про розгляд запитів на інформацію за {start:%m.%Y}",
            start,
            end,
            received,
            received - refused - forwarded,
            refused,
            forwarded,
            round(scene.chance.uniform(2.4, 4.9), 1),
        )
        end = start - timedelta(days=1)


@table(
    "register",
    """
    identifier | Ідентифікатор | string!
    title | Назва | string!
    description | Опис | string!
    accrualPeriodicity | Частота оновлення | string
    keyword | Ключові слова | string!
    purpose | Підстава та призначення збору інформації | string
    landingPage | Посилання на сторінку набору даних | anyURI!
    distributionFormat | Формати ресурсів | string!
    publisherPrefLabel | Назва розпорядника | string!
    publisherIdentifier | Ідентифікатор розпорядника | string!
    contactPointFn | Відповідальна особа | string!
    contactPointHasEmail | Електронна пошта відповідальної особи | string!
    """,
)
def register(scene: Scene, rows: int) -> Iterator[Row]:
    """List the public datasets of this very catalogue that the council holds.

    Columns: the layout of the register recommended in 2019.
    """
    demo = catalogue.read()
    holder = next(body for body in demo.organizations if body["name"] == "miska-rada")
    for dataset in demo.datasets:
        if dataset.organization == "miska-rada" and dataset.public:
            frequency = FREQUENCIES.get(dataset.frequency)
            formats = {item.format for item in dataset.files if not item.structure}
            yield (
                dataset.name,
                dataset.title,
                dataset.notes,
                frequency.label("uk") if frequency else None,
                ", ".join(dataset.keywords),
                dataset.purpose or None,
                f"https://data.{words.DOMAIN}/dataset/{dataset.name}",
                ", ".join(sorted(formats)),
                holder["title"],
                holder["edrpou"],
                holder["responsible_name"],
                holder["responsible_email"],
            )


@table(
    "legalActs",
    """
    identifier | Ідентифікатор акта | string!
    type | Вид акта | string!
    publisher | Видавник | string!
    number | Номер | string!
    dateAccepted | Дата прийняття | date!
    title | Назва | string!
    status | Стан | string!
    url | Посилання на текст | anyURI!
    """,
)
def legal_acts(scene: Scene, rows: int) -> Iterator[Row]:
    """List acts of the council and of its executive committee, newest first."""
    day = scene.today
    for number in range(rows, 0, -1):
        day -= timedelta(days=scene.pick((0, 0, 0, 1, 2, 7)))
        council = scene.whether(0.4)
        yield (
            f"A-{number:05d}",
            "рішення сесії" if council else "рішення виконавчого комітету",
            "Вербогірська міська рада" if council else "Виконавчий комітет",
            f"{number}-{'VIII' if council else 'ВК'}",
            day,
            scene.pick(ACT_MATTERS),
            scene.pick(("чинний", "втратив чинність"), (0.9, 0.1)),
            f"https://{words.DOMAIN}/acts/{number}",
        )


@table(
    "projects",
    """
    identifier | Ідентифікатор проєкту | string!
    title | Назва проєкту акта | string!
    author | Субʼєкт подання | string!
    datePublished | Дата оприлюднення | date!
    sessionDate | Очікувана дата розгляду | date
    url | Посилання на текст проєкту | anyURI!
    """,
)
def projects(scene: Scene, rows: int) -> Iterator[Row]:
    """List drafts of acts that wait for a session."""
    for number in range(1, rows + 1):
        day = scene.day(60)
        yield (
            f"P-{number:04d}",
            scene.pick(ACT_MATTERS),
            scene.pick(UNITS)[0],
            day,
            day + timedelta(days=scene.number(14, 40)) if scene.whether(0.8) else None,
            f"https://{words.DOMAIN}/projects/{number}",
        )


@table(
    "plan",
    """
    identifier | Номер у плані | string!
    type | Вид проєкту акта | string!
    title | Назва проєкту регуляторного акта | string!
    goal | Ціль прийняття | string!
    periodStart | Початок підготовки | date!
    periodEnd | Завершення підготовки | date!
    responsible | Відповідальний підрозділ | string!
    """,
)
def plan(scene: Scene, rows: int) -> Iterator[Row]:
    """List the regulatory acts to be prepared this year."""
    matters = (
        ("Правила благоустрою території громади", "утримання території в чистоті"),
        ("Порядок розміщення тимчасових споруд", "прозорі умови для підприємців"),
        ("Ставки туристичного збору", "наповнення місцевого бюджету"),
        ("Положення про пайову участь", "розвиток інфраструктури"),
        ("Порядок розміщення зовнішньої реклами", "упорядкування зовнішньої реклами"),
        ("Ставки земельного податку", "справедливе оподаткування землі"),
        ("Правила паркування транспорту", "безпека дорожнього руху"),
        ("Порядок оренди комунального майна", "ефективне використання майна"),
        ("Тариф на перевезення пасажирів", "стабільна робота перевізників"),
        ("Порядок проведення ярмарків", "підтримка місцевих виробників"),
        ("Правила утримання домашніх тварин", "безпека мешканців і тварин"),
        ("Схема санітарного очищення громади", "сталий збір побутових відходів"),
    )
    for number in range(1, rows + 1):
        title, goal = matters[(number - 1) % len(matters)]
        start = scene.today.replace(month=1 + number % 9, day=1)
        yield (
            f"{number}",
            "рішення сесії міської ради",
            f"{title} ({scene.today.year - (number - 1) // len(matters)} рік)",
            goal,
            start,
            start + timedelta(days=scene.number(60, 110)),
            scene.pick(UNITS[2:8])[0],
        )


@table(
    "publicInfoSystem",
    """
    identifier | Реєстраційний номер документа | string!
    type | Вид документа | string!
    dateCreated | Дата створення | date!
    dateReceived | Дата надходження | date
    source | Джерело інформації | string!
    title | Назва документа | string!
    keyword | Ключові слова | string
    carrier | Форма зберігання | string!
    """,
)
def public_info_system(scene: Scene, rows: int) -> Iterator[Row]:
    """List documents of the accounting system, without the names of people."""
    kinds = (
        ("лист", "Щодо надання роз’яснень", "роз’яснення"),
        ("доповідна записка", "Про хід виконання доручення", "доручення"),
        ("акт", "Акт обстеження території", "обстеження"),
        ("протокол", "Протокол засідання комісії", "комісія"),
        ("звіт", "Звіт про виконання програми", "програма"),
        ("договір", "Договір про надання послуг", "договір"),
    )
    for number in range(1, rows + 1):
        kind, title, keyword = scene.pick(kinds)
        created = scene.day(720, 5)
        yield (
            f"01-{number:05d}",
            kind,
            created,
            created + timedelta(days=scene.number(0, 4))
            if scene.whether(0.7)
            else None,
            scene.pick(UNITS)[0],
            title.replace("’", "ʼ"),
            keyword.replace("’", "ʼ"),
            scene.pick(("електронна", "паперова", "паперова та електронна")),
        )


@table(
    "infoAudit",
    """
    identifier | Номер запису | string!
    title | Назва інформації | string!
    unit | Структурний підрозділ | string!
    legalBasis | Підстава створення | string!
    storage | Де зберігається | string!
    updateFrequency | Періодичність оновлення | string!
    restrictedFields | Відомості з обмеженим доступом | string
    score | Сумарна оцінка, балів | integer!
    decision | Рішення щодо оприлюднення | string!
    """,
)
def info_audit(scene: Scene, rows: int) -> Iterator[Row]:
    """List what the last audit of information found in the units."""
    things = (
        "Журнал реєстрації",
        "Реєстр договорів",
        "Картотека звернень",
        "База даних обліку",
        "Електронна таблиця",
        "Архів рішень",
    )
    for number in range(1, rows + 1):
        unit, score = scene.pick(UNITS)[0], scene.number(0, 10)
        yield (
            f"ІА-{number:03d}",
            f"{scene.pick(things)} ({unit.lower()})",
            unit,
            "Закон України «Про місцеве самоврядування в Україні»",
            scene.pick(("файловий сервер", "паперова справа", "СЕД", "хмарний сервіс")),
            scene.pick(("Щомісяця", "Щокварталу", "Щороку")),
            "персональні дані" if scene.whether(0.3) else None,
            score,
            "оприлюднити" if score > 5 else "не оприлюднювати",
        )


SERVICES = (
    ("Реєстрація місця проживання", 7),
    ("Видача витягу з реєстру територіальної громади", 6),
    ("Державна реєстрація права власності", 4),
    ("Державна реєстрація фізичної особи – підприємця", 3),
    ("Оформлення субсидії на оплату житлово-комунальних послуг", 5),
    ("Призначення державної допомоги при народженні дитини", 2),
    ("Оформлення паспорта громадянина України", 4),
    ("Видача довідки про склад сімʼї", 3),
    ("Присвоєння адреси обʼєкту нерухомого майна", 2),
    ("Видача будівельного паспорта", 1),
    ("Надання відомостей з Державного земельного кадастру", 3),
    ("Взяття на облік внутрішньо переміщеної особи", 3),
)


@table(
    "services",
    """
    identifier | Код послуги в переліку | string!
    title | Назва адміністративної послуги | string!
    periodStart | Початок періоду | date!
    periodEnd | Кінець періоду | date!
    applications | Подано заяв | integer!
    online | Зокрема в електронній формі | integer!
    provided | Надано послуг | integer!
    refused | Відмовлено | integer!
    """,
)
def services(scene: Scene, rows: int) -> Iterator[Row]:
    """Count administrative services by month."""
    end = scene.today.replace(day=1) - timedelta(days=1)
    for turn in range(rows):
        number = turn % len(SERVICES)
        title, weight = SERVICES[number]
        got = scene.number(8 * weight, 30 * weight)
        refused = scene.number(0, 1 + got // 25)
        yield (
            f"{number + 1:03d}",
            title,
            end.replace(day=1),
            end,
            got,
            scene.number(0, got // 2),
            got - refused,
            refused,
        )
        if number == len(SERVICES) - 1:
            end = end.replace(day=1) - timedelta(days=1)


@table(
    "donations",
    """
    identifier | Номер запису | string!
    recipientName | Отримувач допомоги | string!
    recipientIdentifier | Код ЄДРПОУ отримувача | string!
    donorName | Благодійник | string!
    donorIdentifier | Код ЄДРПОУ благодійника | string
    date | Дата надходження | date!
    kind | Вид допомоги | string!
    amount | Сума, грн | decimal!
    spent | Використано, грн | decimal!
    purpose | Напрям використання | string!
    """,
)
def donations(scene: Scene, rows: int) -> Iterator[Row]:
    """List charitable help to municipal institutions; people who gave are not named."""
    targets = (
        "придбання медичного обладнання",
        "облаштування укриття",
        "генератори та паливо",
        "навчальні посібники",
        "ремонт приміщень",
        "одяг і взуття для внутрішньо переміщених осіб",
    )
    bodies = scene.city.of_kind("school", "kindergarten", "health", "social")
    for number in range(1, rows + 1):
        body, amount = scene.pick(bodies), scene.amount(800, 650_000)
        anonymous = scene.whether(0.4)
        name, code = ("Фізична особа", None) if anonymous else scene.firm()
        if scene.whether(0.15):
            name, code = "БФ «Разом для громади»", company_code(77_001)
        yield (
            f"БД-{number:04d}",
            body.title,
            body.edrpou,
            name,
            code,
            scene.day(400),
            scene.pick(("кошти", "товари", "послуги"), (0.6, 0.35, 0.05)),
            amount,
            round(amount * scene.pick((1, 1, 0.8, 0.5, 0)), 2),
            scene.pick(targets),
        )
