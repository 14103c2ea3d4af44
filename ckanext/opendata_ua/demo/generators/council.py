"""Tables of the council and of taking part: deputies, votes, petitions, projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice

from ckanext.opendata_ua.demo import words
from ckanext.opendata_ua.demo.city import Scene, build, seeded
from ckanext.opendata_ua.demo.generators.administration import ACT_MATTERS
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row

FACTIONS = ("Громада і порядок", "Наше місто", "Європейський вибір", "позафракційний")
COMMISSIONS = (
    "з питань бюджету та фінансів",
    "з питань земельних відносин та містобудування",
    "з питань житлово-комунального господарства",
    "з гуманітарних питань",
    "з питань регламенту та депутатської етики",
)


@cache
def members() -> tuple[tuple[str, str], ...]:
    """Give the names and factions of the 34 deputies, the same for every table."""
    scene = Scene(build(), seeded("deputies"), date.min)
    names: dict[str, str] = {}
    while len(names) < 34:
        names.setdefault(scene.person(), scene.pick(FACTIONS, (5, 4, 3, 1)))
    return tuple(sorted(names.items()))


@table(
    "deputies",
    """
    identifier | Ідентифікатор депутата | string!
    name | Прізвище, імʼя, по батькові | string!
    convocation | Скликання | string!
    faction | Депутатська фракція | string!
    commission | Постійна комісія | string!
    district | Виборчий округ | integer!
    email | Електронна пошта | string!
    receptionPlace | Місце прийому виборців | string!
    receptionTime | Графік прийому | string!
    """,
)
def deputies(scene: Scene, rows: int) -> Iterator[Row]:
    """List deputies with their contacts and reception hours."""
    places = scene.city.of_kind("culture", "school")
    days = ("понеділок", "вівторок", "середа", "четвер", "пʼятниця")
    for number, (name, faction) in enumerate(members(), 1):
        place = scene.pick(places)
        yield (
            f"D-{number:02d}",
            name,
            "VIII",
            faction,
            scene.pick(COMMISSIONS),
            1 + number % 5,
            f"deputat{number:02d}@{words.DOMAIN}",
            f"{place.title}, {place.address.street}, {place.address.number}",
            f"перший {scene.pick(days[:2])} місяця, {scene.number(9, 16)}:00",
        )


def _questions(today: date) -> Iterator[tuple[str, str, date, str]]:
    """Give voted questions from the newest: identifier, session, day, title."""
    scene = Scene(build(), seeded("questions"), today)
    day, session, number = today - timedelta(days=9), 74, 0
    while True:
        for _ in range(18):
            number += 1
            yield f"V-{number:05d}", f"{session}", day, scene.pick(ACT_MATTERS)
        day, session = day - timedelta(days=28), session - 1


@table(
    "votings",
    """
    identifier | Ідентифікатор голосування | string!
    session | Номер сесії | string!
    date | Дата | date!
    motion | Питання порядку денного | string!
    yes | За | integer!
    no | Проти | integer!
    abstained | Утрималися | integer!
    result | Результат | string!
    """,
)
def votings(scene: Scene, rows: int) -> Iterator[Row]:
    """Give results of votes."""
    for question in islice(_questions(scene.today), rows):
        yes = scene.number(14, 30)
        no = scene.number(0, 3)
        abstained = scene.number(0, 31 - yes)
        # The majority of the full composition of 34: 18 votes.
        yield *question, yes, no, abstained, "прийнято" if yes > 17 else "не прийнято"


@table(
    "vote",
    """
    votingIdentifier | Ідентифікатор голосування | string!
    session | Номер сесії | string!
    date | Дата | date!
    motion | Питання порядку денного | string!
    voterIdentifier | Ідентифікатор депутата | string!
    voterName | Депутат | string!
    option | Як проголосував | string!
    """,
)
def vote(scene: Scene, rows: int) -> Iterator[Row]:
    """Give the votes of every deputy; named votes are public by the law."""
    options = ("за", "проти", "утримався", "не голосував", "відсутній")
    for question in _questions(scene.today):
        for number, (name, _) in enumerate(members(), 1):
            option = scene.pick(options, (70, 3, 7, 6, 14))
            yield *question, f"D-{number:02d}", name, option
        if int(question[0][2:]) * 34 >= rows:
            return


PETITIONS = (
    "Облаштувати пішохідний перехід на розі вулиць Соборної та Шкільної",
    "Продовжити маршрут автобуса № 5 до мікрорайону Лісовий",
    "Встановити контейнери для роздільного збору сміття у дворах",
    "Відремонтувати тротуар на вулиці Лікарняній",
    "Відкрити майданчик для вигулу собак у парку",
    "Замінити ліхтарі на вулиці Набережній на енергоощадні",
    "Обладнати укриття в Гімназії № 6",
    "Заборонити стоянку вантажівок на вулиці Вербовій",
    "Посадити каштани на бульварі Каштановому",
    "Зробити вхід до поліклініки доступним для людей на кріслах колісних",
    "Повернути зупинку «Музей» на вулицю Музейну",
    "Збільшити кількість місць у садках мікрорайону Вокзальний",
)


@table(
    "petitions",
    """
    identifier | Номер петиції | string!
    title | Назва петиції | string!
    dateRegistered | Дата оприлюднення | date!
    dateClosed | Дата завершення збору підписів | date
    signatures | Кількість підписів | integer!
    required | Необхідна кількість підписів | integer!
    status | Стан | string!
    decision | Результат розгляду | string
    url | Посилання | anyURI!
    """,
)
def petitions(scene: Scene, rows: int) -> Iterator[Row]:
    """List electronic petitions; their authors and signers are left out."""
    for number in range(1, rows + 1):
        day = scene.day(900, 3)
        open_ = (scene.today - day).days < 60
        signed = scene.number(2, 420)
        enough = signed >= 250
        yield (
            f"EP-{number:04d}",
            scene.pick(PETITIONS),
            day,
            None if open_ else day + timedelta(days=60),
            signed,
            250,
            "триває збір підписів" if open_ else "розглянуто" if enough else "архів",
            scene.pick(("підтримано", "підтримано частково", "не підтримано"))
            if enough and not open_
            else None,
            f"https://petitions.{words.DOMAIN}/{number}",
        )


@table(
    "budgetProjects",
    """
    identifier | Номер проєкту | string!
    year | Рік | integer!
    title | Назва проєкту | string!
    category | Категорія | string!
    cost | Вартість, грн | decimal!
    votes | Кількість голосів | integer!
    winner | Переможець | boolean!
    status | Стан реалізації | string!
    @point
    """,
)
def budget_projects(scene: Scene, rows: int) -> Iterator[Row]:
    """List projects of the participatory budget without their authors."""
    ideas = (
        ("Спортивний майданчик для воркауту", "спорт"),
        ("Зупинка з сонячною панеллю", "транспорт"),
        ("Шкільна метеостанція", "освіта"),
        ("Мурал «Вербовий край»", "культура"),
        ("Сквер біля бібліотеки", "благоустрій"),
        ("Велопарковка біля ринку", "транспорт"),
        ("Ігровий комплекс для малюків", "благоустрій"),
        ("Літній кінотеатр у парку", "культура"),
        ("Клас безпеки в гімназії", "освіта"),
    )
    for number in range(1, rows + 1):
        title, category = scene.pick(ideas)
        votes = scene.number(15, 1300)
        year = scene.today.year - scene.number(0, 3)
        won = votes > 700
        done = "реалізовано" if year < scene.today.year else "реалізується"
        place = scene.address()
        yield (
            f"ГБ-{number:03d}",
            year,
            f"{title}, {place.street}",
            category,
            scene.amount(45_000, 400_000, 0),
            votes,
            won,
            done if won else "не підтримано",
            *place.point,
        )


@table(
    "budgetVotings",
    """
    identifier | Номер голосу | string!
    projectIdentifier | Номер проєкту | string!
    voterIdentifier | Внутрішній код голосу | string!
    dateTime | Дата і час голосування | dateTime!
    method | Спосіб голосування | string!
    """,
)
def budget_votings(scene: Scene, rows: int) -> Iterator[Row]:
    """List votes for projects; a voter is only an inner code."""
    for number in range(1, rows + 1):
        yield (
            f"G-{number:06d}",
            f"ГБ-{scene.number(1, 60):03d}",
            f"{scene.chance.getrandbits(40):010x}",
            scene.moment(110, 80),
            scene.pick(("Дія.Підпис", "BankID", "у ЦНАП"), (0.6, 0.3, 0.1)),
        )
