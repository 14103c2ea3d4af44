"""Tables of money: transactions, statements, plans, programmes, rent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ckanext.opendata_ua.demo.city import Scene
from ckanext.opendata_ua.demo.generators.registry import table
from ckanext.opendata_ua.demo.tables import Row

#: Codes of economic classification of expenses (order of the Ministry of Finance
#: No 11 of 14.01.2011) with usual sums, from and to, UAH.
ECONOMIC_CODES = (
    ("2111", "Заробітна плата", 4_000, 900_000),
    ("2120", "Нарахування на оплату праці", 900, 200_000),
    ("2210", "Предмети, матеріали, обладнання та інвентар", 300, 180_000),
    ("2220", "Медикаменти та перевʼязувальні матеріали", 500, 90_000),
    ("2230", "Продукти харчування", 700, 120_000),
    ("2240", "Оплата послуг (крім комунальних)", 200, 260_000),
    ("2271", "Оплата теплопостачання", 2_000, 400_000),
    ("2272", "Оплата водопостачання та водовідведення", 150, 30_000),
    ("2273", "Оплата електроенергії", 400, 150_000),
    ("2730", "Інші виплати населенню", 500, 60_000),
    ("3110", "Придбання обладнання довгострокового користування", 20_000, 900_000),
    ("3132", "Капітальний ремонт інших обʼєктів", 50_000, 2_400_000),
)
PROGRAMMES = (
    ("0210150", "Організаційне забезпечення діяльності міської ради"),
    ("0611010", "Надання дошкільної освіти"),
    ("0611021", "Надання загальної середньої освіти"),
    ("0212010", "Багатопрофільна стаціонарна медична допомога"),
    ("0813242", "Інші заходи у сфері соціального захисту"),
    ("1014030", "Забезпечення діяльності бібліотек"),
    ("1216030", "Організація благоустрою населених пунктів"),
    ("1217461", "Утримання та розвиток автомобільних доріг"),
    ("3718710", "Резервний фонд місцевого бюджету"),
)


@table(
    "transactions",
    """
    identifier | Номер платежу | string!
    date | Дата проведення | date!
    payerName | Платник | string!
    payerIdentifier | Код ЄДРПОУ платника | string!
    recipientName | Отримувач | string!
    recipientIdentifier | Код ЄДРПОУ отримувача | string
    programmeCode | Код програмної класифікації | string!
    programmeName | Назва бюджетної програми | string!
    economicCode | Код економічної класифікації | string!
    economicName | Назва коду економічної класифікації | string!
    amount | Сума, грн | decimal!
    paymentPurpose | Призначення платежу | string!
    """,
)
def transactions(scene: Scene, rows: int) -> Iterator[Row]:
    """List payments of budget money from the newest day back, about 60 a day."""
    payers = scene.city.of_kind("school", "kindergarten", "culture", "health", "social")
    day = scene.today - timedelta(days=1)
    for number in range(rows, 0, -1):
        if number % 60 == 0:
            day -= timedelta(days=3 if day.weekday() == 0 else 1)
        payer, programme = scene.pick(payers), scene.pick(PROGRAMMES)
        code, title, low, high = scene.pick(ECONOMIC_CODES)
        salary = code in ("2111", "2730")
        name, recipient = (
            ("Фізичні особи (зведена відомість)", None) if salary else scene.trader(0.2)
        )
        yield (
            f"{number:07d}",
            day,
            payer.title,
            payer.edrpou,
            name,
            recipient,
            *programme,
            code,
            title,
            scene.amount(low, high),
            f"{title}; договір № {scene.number(1, 480)}" if not salary else title,
        )


@table(
    "financialStatements",
    """
    identifier | Код ЄДРПОУ | string!
    name | Назва підприємства | string!
    periodStart | Початок періоду | date!
    periodEnd | Кінець періоду | date!
    rowCode | Код рядка | string!
    rowName | Назва показника | string!
    amount | Значення, тис. грн | decimal!
    """,
)
def financial_statements(scene: Scene, rows: int) -> Iterator[Row]:
    """Give lines of the balance and of the statement of results, year by year."""
    lines = (
        ("1095", "Усього за розділом I. Необоротні активи", 900, 90_000),
        ("1195", "Усього за розділом II. Оборотні активи", 300, 20_000),
        ("1495", "Усього за розділом I. Власний капітал", 500, 70_000),
        ("1695", "Усього за розділом III. Поточні зобовʼязання", 200, 18_000),
        ("2000", "Чистий дохід від реалізації продукції", 700, 60_000),
        ("2050", "Собівартість реалізованої продукції", 600, 58_000),
        ("2350", "Чистий фінансовий результат: прибуток", 1, 2_500),
    )
    for age in range(1, 9):
        year = scene.today.year - age
        for body in scene.city.of_kind("enterprise", "health"):
            for code, title, low, high in lines:
                yield (
                    body.edrpou,
                    body.title,
                    date(year, 1, 1),
                    date(year, 12, 31),
                    code,
                    title,
                    scene.amount(low, high, 1),
                )


@table(
    "financialPlans",
    """
    identifier | Код ЄДРПОУ | string!
    name | Назва підприємства | string!
    quarter | Квартал | string!
    indicator | Показник | string!
    planned | План, тис. грн | decimal!
    actual | Факт, тис. грн | decimal!
    deviation | Відхилення, тис. грн | decimal!
    """,
)
def financial_plans(scene: Scene, rows: int) -> Iterator[Row]:
    """Compare plan and fact of enterprises by quarter."""
    names = ("Дохід", "Витрати", "Витрати на оплату праці", "Капітальні інвестиції")
    for turn in range(12):
        quarter = f"{scene.today.year - 1 - turn // 4}-Q{4 - turn % 4}"
        for body in scene.city.of_kind("enterprise"):
            for name in names:
                planned = scene.amount(120, 9_000, 1)
                actual = round(planned * scene.chance.uniform(0.82, 1.12), 1)
                gap = round(actual - planned, 1)
                yield body.edrpou, body.title, quarter, name, planned, actual, gap


@table(
    "payments",
    """
    identifier | Номер договору | string!
    kind | Вид договору | string!
    tenantName | Платник | string!
    tenantIdentifier | Код ЄДРПОУ платника | string
    periodStart | Початок місяця | date!
    planned | Нараховано, грн | decimal!
    actual | Сплачено, грн | decimal!
    debt | Заборгованість, грн | decimal!
    """,
)
def payments(scene: Scene, rows: int) -> Iterator[Row]:
    """Compare charged and paid rent, contract by contract and month by month."""
    kinds = ("оренда приміщення", "тимчасова споруда", "рекламний засіб")
    first = scene.today.replace(day=1)
    number = 0
    while True:
        number += 1
        kind, (name, code) = scene.pick(kinds), scene.trader()
        planned, month = scene.amount(600, 28_000), first
        for _ in range(12):
            month = (month - timedelta(days=1)).replace(day=1)
            paid = round(planned * scene.pick((1, 1, 1, 1, 0.5, 0)), 2)
            debt = round(planned - paid, 2)
            yield f"{number}/О", kind, name, code, month, planned, paid, debt


@table(
    "programs",
    """
    identifier | Номер програми | string!
    title | Назва програми | string!
    decision | Рішення про затвердження | string!
    yearStart | Рік початку | integer!
    yearEnd | Рік завершення | integer!
    responsible | Відповідальний виконавець | string!
    planned | Передбачено коштів, тис. грн | decimal!
    spent | Використано коштів, тис. грн | decimal!
    """,
)
def programs(scene: Scene, rows: int) -> Iterator[Row]:
    """List targeted local programmes."""
    names = (
        "Програма «Здорова громада»",
        "Програма розвитку освіти",
        "Програма «Безпечне місто»",
        "Програма підтримки захисників і захисниць України",
        "Програма благоустрою",
        "Програма енергоефективності",
        "Програма «Чиста вода»",
        "Програма підтримки внутрішньо переміщених осіб",
        "Програма розвитку фізичної культури і спорту",
        "Програма «Обдарована молодь»",
        "Програма поводження з безпритульними тваринами",
        "Програма цифрового розвитку",
    )
    for number in range(1, rows + 1):
        start = scene.today.year - scene.number(0, 5)
        length = scene.number(1, 4)
        planned = scene.amount(180, 42_000, 1)
        yield (
            f"П-{number:03d}",
            f"{names[number % len(names)]} на {start}–{start + length} роки",
            f"рішення сесії від {scene.number(10, 28)}.12.{start - 1} № {number + 40}",
            start,
            start + length,
            scene.pick(
                ("Управління освіти", "Фінансове управління", "Відділ економіки")
            ),
            planned,
            round(planned * scene.chance.uniform(0.2, 0.98), 1),
        )
