"""What both sides are filled with: the same organization, the same datasets."""

from __future__ import annotations

from typing import Any

SEEDED = 200
FILES = 3
# a word of every title, in the form in which it stands there: stock search, too,
# then finds all of them
WORD = "маршрутів"

ORGANIZATION = {
    "name": "bench-rada",
    "title": "Вербогірська міська рада",
    "short_name": "Міська рада",
    "edrpou": "00032129",
    "katottg": "UA05020030010063857",
    "address": "вул. Соборна, 1, м. Вербогірськ",
    "site_url": "https://rada.example.org",
    "responsible_name": "Шевчук Ганна Петрівна",
    "responsible_email": "data@rada.example.org",
    "description": "Виконавчий орган міської ради.",
}
# about 100 KB of a table
FILE = (
    "номер;зупинка;перевізник\n".encode()
    + "12;Площа Ринок;КП «Транспорт»\n".encode() * 2000
)
LARGE = 100 * 2**20 // len(FILE)  # of them are 100 MB
# fields of the peer that ours ignores on input and sets by itself
OF_THE_SYSTEM = ("date_first_published", "data_modified")
SUBJECTS = ("автобусних", "тролейбусних", "трамвайних", "велосипедних", "пішохідних")
THEMES = ("transport", "derzhava", "ekonomika", "ekolohiia")
FREQUENCIES = ("once a day", "once a week", "once a month", "once a year")
FORMATS = ("CSV", "JSON", "XLSX")


def dataset(number: int, *, name: str = "seeded") -> dict[str, Any]:
    """Return a dataset with sixteen filled fields and three links, for an action.

    The two dates are ordinary fields of the peer; ours sets them by itself.
    """
    subject = SUBJECTS[number % len(SUBJECTS)]
    return {
        "name": f"bench-{name}-{number}",
        "title": f"Перелік {subject} маршрутів громади, частина {number}",
        "notes": (
            f"Перелік {subject} маршрутів, їхніх зупинок, перевізників і розкладу. "
            "Дані збирають щотижня в управлінні транспорту; пропуски означають, що "
            "рейс того дня не виконували."
        ),
        "purpose_of_collecting_information": (
            "Закон України «Про автомобільний транспорт», стаття 31: організація "
            "перевезень пасажирів на маршрутах загального користування."
        ),
        "tag_string": "транспорт, маршрут, розклад, перевезення",
        "theme": THEMES[number % len(THEMES)],
        "mandated_item": "2024-10/local_self_government/55",
        "language": "ua",
        "update_frequency": FREQUENCIES[number % len(FREQUENCIES)],
        "license_id": "cc-by",
        "version": "1.0",
        "owner_org": ORGANIZATION["name"],
        "maintainer": "Коваль Іван Андрійович",
        "maintainer_email": "transport@rada.example.org",
        "date_first_published": "2026-01-15T09:00:00",
        "data_modified": "2026-02-20T10:30:00",
        "resources": [_file(number, place) for place in range(FILES)],
    }


def _file(number: int, place: int) -> dict[str, str]:
    kind = FORMATS[place % len(FORMATS)]
    address = f"https://data.example.org/{number}/routes-{place}.{kind.lower()}"
    return {
        "url": address,
        "name": f"Маршрути, файл {place + 1}",
        "description": "Один рядок на маршрут: номер, кінцеві зупинки, перевізник.",
        "format": kind,
        "resource_type": "structure" if place == FILES - 1 else "data",
        "data_actual_date": "2026-02-20",
    }
