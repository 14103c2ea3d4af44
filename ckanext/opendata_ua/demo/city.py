"""The invented city: addresses, people, bodies and firms that all tables share.

Coordinates lie in open fields around 48.93 N, 31.62 E, codes in the register of legal
entities begin with 99, telephones with +380 40: none belongs to anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from math import cos, pi, radians, sin
from random import Random
from typing import TypeVar

from stdnum.ua import edrpou

from ckanext.opendata_ua.demo import words

SEED = "Вербогірськ-1"
CENTRE = (48.9280, 31.6150)
KATOTTG = "UA99020030010012345"
#: Metres in a degree of latitude; a degree of longitude is shorter by the cosine.
DEGREE = 111_320

T = TypeVar("T")


@dataclass(frozen=True)
class Address:
    """A building with a number; `street` begins with the word of its kind."""

    postcode: str
    settlement: str
    street: str
    number: str
    lat: float
    lon: float

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The four cells of the block `@address`."""
        return self.postcode, self.settlement, self.street, self.number

    @property
    def point(self) -> tuple[float, float]:
        """The two cells of the block `@point`."""
        return self.lat, self.lon

    def __str__(self) -> str:
        return f"{self.settlement}, {self.street}, {self.number}"


@dataclass(frozen=True)
class Body:
    """A municipal enterprise or institution."""

    kind: str
    title: str
    edrpou: str
    address: Address
    phone: str
    email: str


def seeded(name: str) -> Random:
    """Give the chance of one table: always the same."""
    return Random(f"{SEED}/{name}")  # noqa: S311  # data of a demo, not a secret


def company_code(serial: int) -> str:
    """Give a code of the register of legal entities that no one has: 99 and a check."""
    digits = f"99{serial:05d}"
    return digits + edrpou.calc_check_digit(digits)


def phone(serial: int) -> str:
    """Give a telephone of a network code that does not exist."""
    return f"+38040{serial:07d}"


BODIES = (
    ("school", "Ліцей № 1 імені Лесі Українки"),
    ("school", "Гімназія № 2 імені Григорія Сковороди"),
    ("school", "Гімназія № 3"),
    ("school", "Гімназія № 4 імені Василя Симоненка"),
    ("school", "Ліцей № 5 «Обрій»"),
    ("school", "Гімназія № 6"),
    ("school", "Початкова школа № 7 «Перший дзвоник»"),
    ("school", "Ліцей № 8 імені Володимира Вернадського"),
    ("school", "Гімназія № 9"),
    ("school", "Спеціальна школа «Довіра»"),
    ("school", "Ясенівська гімназія"),
    ("school", "Малокриницька гімназія"),
    ("kindergarten", "Заклад дошкільної освіти № 1 «Сонечко»"),
    ("kindergarten", "Заклад дошкільної освіти № 2 «Барвінок»"),
    ("kindergarten", "Заклад дошкільної освіти № 3 «Калинка»"),
    ("kindergarten", "Заклад дошкільної освіти № 4 «Дзвіночок»"),
    ("kindergarten", "Заклад дошкільної освіти № 5 «Журавлик»"),
    ("kindergarten", "Заклад дошкільної освіти № 6 «Казка»"),
    ("kindergarten", "Заклад дошкільної освіти № 7 «Веселка»"),
    ("kindergarten", "Заклад дошкільної освіти № 8 «Лелеченя»"),
    ("kindergarten", "Заклад дошкільної освіти № 9 «Вербиченька»"),
    ("kindergarten", "Заклад дошкільної освіти № 10 «Світлячок»"),
    ("kindergarten", "Заклад дошкільної освіти № 11 «Джерельце»"),
    ("kindergarten", "Ясенівський заклад дошкільної освіти «Малятко»"),
    ("arts", "Дитяча музична школа імені Миколи Леонтовича"),
    ("arts", "Дитяча художня школа"),
    ("arts", "Центр дитячої та юнацької творчості"),
    ("sport", "Дитячо-юнацька спортивна школа «Вербогірець»"),
    ("culture", "Центральна міська бібліотека імені Бориса Грінченка"),
    ("culture", "Бібліотека-філія № 2 для дітей"),
    ("culture", "Міський будинок культури"),
    ("culture", "Краєзнавчий музей"),
    ("health", "КНП «Вербогірська міська лікарня»"),
    ("health", "КНП «Вербогірський центр первинної медико-санітарної допомоги»"),
    ("health", "КНП «Вербогірська стоматологічна поліклініка»"),
    ("social", "Центр надання соціальних послуг"),
    ("social", "Територіальний центр соціального обслуговування"),
    ("enterprise", "КП «Вербогірськводоканал»"),
    ("enterprise", "КП «Вербогірськтеплоенерго»"),
    ("enterprise", "КП «Благоустрій»"),
    ("enterprise", "КП «Міськсвітло»"),
    ("enterprise", "КП «Вербогірськавтотранс»"),
    ("enterprise", "КП «Житловик»"),
    ("enterprise", "КП «Міський ринок»"),
    ("enterprise", "КП «Чисте місто»"),
    ("enterprise", "КП «Притулок “Вірний друг”»"),
    ("enterprise", "КП «Паркінгсервіс»"),
    ("enterprise", "КП «Архітектурно-планувальне бюро»"),
)


@dataclass(frozen=True)
class City:
    """What does not depend on the table: addresses and municipal bodies."""

    addresses: tuple[Address, ...]
    bodies: tuple[Body, ...]

    def of_kind(self, *kinds: str) -> tuple[Body, ...]:
        """Give the bodies of the kinds, in the order of the list above."""
        return tuple(body for body in self.bodies if body.kind in kinds)


def _street(
    chance: Random, settlement: str, name: str, middle: tuple[float, float], reach: int
) -> list[Address]:
    """Lay a street from a point within `reach` metres and number its houses."""
    lat, lon = middle
    bearing, turn = chance.uniform(0, 2 * pi), chance.uniform(0, 2 * pi)
    away = reach * chance.random() ** 0.5
    stretch = DEGREE * cos(radians(lat))
    lat += away * cos(turn) / DEGREE
    lon += away * sin(turn) / stretch
    postcode = f"999{chance.choice((10, 11, 12, 14)) if reach > 1500 else 40}"
    houses = []
    for number in range(1, chance.randint(40, 135)):
        step, side = 16 * number, 22 * (number % 2)
        houses.append(
            Address(
                postcode,
                settlement,
                name,
                f"{number}" + ("А" if chance.random() < 0.06 else ""),
                round(lat + (step * cos(bearing) - side * sin(bearing)) / DEGREE, 6),
                round(lon + (step * sin(bearing) + side * cos(bearing)) / stretch, 6),
            )
        )
    return houses


@cache
def build() -> City:
    """Build the city; always the same one."""
    chance = seeded("city")
    addresses: list[Address] = []
    for name in words.STREETS:
        addresses += _street(chance, words.POST_NAME, name, CENTRE, 2600)
    for turn, village in enumerate(words.VILLAGES):
        lat = CENTRE[0] + 0.075 * cos(turn * pi / 2 + 0.4)
        lon = CENTRE[1] + 0.11 * sin(turn * pi / 2 + 0.4)
        for name in words.VILLAGE_STREETS:
            addresses += _street(chance, village, name, (lat, lon), 700)
    bodies = tuple(
        Body(
            kind,
            title,
            company_code(120 + 7 * serial),
            chance.choice(addresses[:4000]),
            phone(2_20_00 + 11 * serial),
            f"{kind}{serial}@{words.DOMAIN}",
        )
        for serial, (kind, title) in enumerate(BODIES, 1)
    )
    return City(tuple(addresses), bodies)


@dataclass(frozen=True)
class Scene:
    """What a generator works with: the city, its own seeded chance, the day."""

    city: City
    chance: Random
    today: date

    def pick(self, items: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Choose one, evenly or by weights."""
        if weights is None:
            return self.chance.choice(items)
        return self.chance.choices(items, weights)[0]

    def whether(self, share: float) -> bool:
        """Say yes in the given share of cases."""
        return self.chance.random() < share

    def number(self, low: int, high: int) -> int:
        """Give a whole number, both ends included."""
        return self.chance.randint(low, high)

    def amount(self, low: float, high: float, digits: int = 2) -> float:
        """Give a number nearer to the low end, as sums of money are."""
        return round(low * (high / low) ** self.chance.random(), digits)

    def day(self, oldest: int, newest: int = 1) -> date:
        """Give a day between so many days ago."""
        return self.today - timedelta(days=self.number(newest, oldest))

    def moment(self, oldest: int, newest: int = 1) -> datetime:
        """Give a moment of working hours between so many days ago."""
        day = self.day(oldest, newest)
        return datetime.combine(day, time(self.number(8, 19), self.number(0, 59)))

    def address(self) -> Address:
        """Choose a building of the city."""
        return self.pick(self.city.addresses)

    def person(self) -> str:
        """Make a full name: surname, name, father's name."""
        female = self.number(0, 1)
        names = words.FEMALE_NAMES if female else words.MALE_NAMES
        surname = self.pick(words.SURNAMES)[female]
        return f"{surname} {self.pick(names)} {self.pick(words.PATRONYMICS)[female]}"

    def firm(self) -> tuple[str, str]:
        """Give the title and the code of an invented firm; a firm keeps its code."""
        serial = self.number(0, len(words.FIRM_WORDS) - 1)
        form = words.FIRM_FORMS[serial % len(words.FIRM_FORMS)]
        return f"{form} «{words.FIRM_WORDS[serial]}»", company_code(40_000 + serial)

    def trader(self, share: float = 0.35) -> tuple[str, str | None]:
        """Give a firm, or a sole trader whose name and code are left out."""
        if self.whether(share):
            return "ФОП (дані знеособлено)", None
        return self.firm()
