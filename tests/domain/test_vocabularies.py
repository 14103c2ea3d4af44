"""Lists: what is stored, what is understood, what is offered."""

import pytest

from ckanext.opendata_ua.domain import vocabularies as v

FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
LISTS = [v.FREQUENCIES, v.LANGUAGES, v.THEMES, v.LICENCES, v.MANDATED, v.RESOURCE_KINDS]


@pytest.mark.parametrize(
    ("vocabulary", "text", "code"),
    [
        (v.FREQUENCIES, "once a day", "once a day"),
        (v.FREQUENCIES, "  ЩОДНЯ ", "once a day"),
        (v.FREQUENCIES, "раз на день", "once a day"),
        (v.FREQUENCIES, "Daily", "once a day"),
        (v.FREQUENCIES, "DAILY", "once a day"),
        (v.FREQUENCIES, FREQUENCY + "DAILY", "once a day"),
        (v.FREQUENCIES, FREQUENCY + "DAILY/", "once a day"),
        (v.FREQUENCIES, FREQUENCY.replace("http", "https") + "ANNUAL", "once a year"),
        (v.FREQUENCIES, "More then a day", "more than once a day"),
        (v.FREQUENCIES, "Кожні півроку", "once a half year"),
        (
            v.FREQUENCIES,
            "immediately after making changes”",
            "immediately after making changes",
        ),
        (v.FREQUENCIES, "once a month”", "once a month"),
        (v.FREQUENCIES, "Позапланово", "unscheduled"),
        (v.LANGUAGES, "uk", "ua"),
        (v.LANGUAGES, "UKR", "ua"),
        (v.LANGUAGES, "українська", "ua"),
        (v.LANGUAGES, "EN", "en"),
        (v.THEMES, "охорона здоров'я", "okhorona-zdorovia"),
        (v.THEMES, "Охорона здоровʼя", "okhorona-zdorovia"),
        (v.THEMES, "HEAL", "okhorona-zdorovia"),
        (v.THEMES, "ECON", "ekonomika"),
        (v.THEMES, "finansy", "finansy"),
        (v.LICENCES, "CC BY 4.0", "cc-by"),
        (v.LICENCES, "https://creativecommons.org/licenses/by/4.0/", "cc-by"),
        (
            v.MANDATED,
            "перелік об'єктів комунальної власності",
            "2024-10/local_self_government/1",
        ),
        (v.RESOURCE_KINDS, "Структура набору даних", "structure"),
    ],
)
def test_a_known_spelling_gives_its_code(
    vocabulary: v.Vocabulary, text: str, code: str
) -> None:
    term = vocabulary.resolve(text)
    assert term
    assert term.code == code


@pytest.mark.parametrize("vocabulary", LISTS, ids=lambda v: v.name)
@pytest.mark.parametrize("text", ["", " ", "нічого такого", "http://", "\x00", "”"])
def test_an_unknown_spelling_gives_none(vocabulary: v.Vocabulary, text: str) -> None:
    assert vocabulary.resolve(text) is None


@pytest.mark.parametrize("vocabulary", LISTS, ids=lambda v: v.name)
def test_every_code_and_label_gives_its_own_term(vocabulary: v.Vocabulary) -> None:
    wrong = [
        spelling
        for term in vocabulary.terms
        for spelling in (term.code, term.label_uk, term.label_en, *term.other_labels)
        if vocabulary.resolve(spelling) != term
    ]
    assert wrong == []


@pytest.mark.parametrize("vocabulary", LISTS, ids=lambda v: v.name)
def test_codes_are_unique(vocabulary: v.Vocabulary) -> None:
    codes = [term.code for term in vocabulary.terms]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("vocabulary", "offered", "known"),
    [
        (v.FREQUENCIES, 9, 10),
        (v.LANGUAGES, 7, 7),
        (v.THEMES, 12, 12),
        (v.MANDATED, 79, 81),
        (v.RESOURCE_KINDS, 2, 2),
    ],
)
def test_a_list_offers_and_knows(
    vocabulary: v.Vocabulary, offered: int, known: int
) -> None:
    assert (len(vocabulary.offered()), len(vocabulary.terms)) == (offered, known)


@pytest.mark.parametrize("number", [58, 59])
def test_unverified_mandated_sets_are_not_offered(number: int) -> None:
    term = v.MANDATED.get(f"2025-01/local_self_government/{number}")
    assert term
    assert term not in v.MANDATED.offered()


def test_the_default_licence_of_the_nation_comes_first() -> None:
    assert v.LICENCES.offered()[0].code == "cc-by"


def test_an_unknown_code_has_no_term() -> None:
    assert v.LANGUAGES.get("uk") is None


@pytest.mark.parametrize(
    ("lang", "label"), [("uk", "Щодня"), ("en", "Daily"), ("de", "Daily")]
)
def test_a_label_is_ukrainian_or_english(lang: str, label: str) -> None:
    term = v.FREQUENCIES.get("once a day")
    assert term
    assert term.label(lang) == label


@pytest.mark.parametrize("vocabulary", [v.FREQUENCIES, v.LANGUAGES, v.THEMES])
def test_every_national_code_has_its_european_address(
    vocabulary: v.Vocabulary,
) -> None:
    base = "http://publications.europa.eu/resource/authority/"
    assert all((term.uri or "").startswith(base) for term in vocabulary.terms)


def test_the_further_columns_are_kept() -> None:
    term = v.FREQUENCIES.get("once a quarter")
    assert term
    assert term.extra["max_days"] == "92"
