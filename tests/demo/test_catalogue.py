"""The catalogue: whole, lawful, in the codes of the national portal."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from zipfile import is_zipfile

import pytest
import yaml

from ckanext.opendata_ua.demo import catalogue, files, generators
from ckanext.opendata_ua.demo.catalogue import Dataset
from ckanext.opendata_ua.domain import (
    identifiers,
    keywords,
    passport,
    vocabularies,
)
from ckanext.opendata_ua.domain.moderation import REASONS
from ckanext.opendata_ua.domain.proposal import (
    GIVEN,
    STEPS,
    Outcome,
    author_email,
    proposal_text,
)

TODAY = date(2026, 11, 21)
DEMO = catalogue.read()
DATASETS = pytest.mark.parametrize("dataset", DEMO.datasets, ids=lambda d: d.name)
#: Whole numbers of days that a frequency allows; the rest are never late.
TERMS = {
    "more than once a day": 1,
    "once a day": 1,
    "once a week": 7,
    "once a month": 31,
    "once a quarter": 92,
    "once a half year": 184,
    "once a year": 366,
}


def is_late(dataset: Dataset) -> bool:
    """Tell whether the newest data are older than the frequency allows."""
    ages = [spec.age for spec in dataset.files if spec.age is not None]
    return bool(ages) and min(ages) > TERMS.get(dataset.frequency, 10**6)


def test_there_is_enough_of_everything() -> None:
    assert len(DEMO.datasets) >= 44
    assert len(DEMO.organizations) == 4
    names = [user["name"] for user in DEMO.users]
    assert names == ["admin", "moderator", "publisher", "publisher2", "member"]
    reviews = Counter(dataset.review for dataset in DEMO.datasets)
    assert reviews.pop("approve") >= 40
    assert reviews == {"draft": 5, "submit": 1, "return": 1, "reject": 1}
    assert sum(dataset.private for dataset in DEMO.datasets) == 1
    assert sum(dataset.late for dataset in DEMO.datasets) >= 6
    codes = {d.fault.split(":")[0] for d in DEMO.datasets if d.fault}
    assert codes == {
        "no_purpose", "no_frequency", "no_structure", "broken_link",
        "decimal_comma", "encoding", "dirty_format", "format_mismatch",
    }  # fmt: skip


@DATASETS
def test_refusals_of_the_moderator_carry_reasons_and_words(dataset: Dataset) -> None:
    refused = dataset.review in ("return", "reject")
    assert bool(dataset.reasons) == bool(dataset.words) == refused
    assert set(dataset.reasons) <= REASONS.keys()


def test_names_and_descriptions_do_not_repeat() -> None:
    for key in ("name", "title", "notes"):
        counted = Counter(getattr(dataset, key) for dataset in DEMO.datasets)
        assert counted.most_common(1)[0][1] == 1


@pytest.mark.parametrize("body", DEMO.organizations, ids=lambda b: b["name"])
def test_bodies_have_right_codes(body: dict[str, str]) -> None:
    assert identifiers.edrpou_check_digit_ok(body["edrpou"])
    assert identifiers.katottg(body["katottg"]) == body["katottg"]
    for key in ("title", "short_name", "address", "description", "responsible_name"):
        assert body[key].strip()
    assert ".example" in body["site_url"]
    assert body["responsible_email"].endswith(".example")


@DATASETS
def test_values_are_lawful_and_already_canonical(dataset: Dataset) -> None:
    values = {
        "title": dataset.title,
        "notes": dataset.notes,
        "purpose_of_collecting_information": dataset.purpose,
        "update_frequency": dataset.frequency,
    }
    for key, value in values.items():
        found, findings = passport.check_value(key, value, today=TODAY)
        assert (found, findings) == (value, ())


@DATASETS
def test_codes_are_known(dataset: Dataset) -> None:
    assert vocabularies.THEMES.get(dataset.theme)
    assert vocabularies.LANGUAGES.get(dataset.language)
    if dataset.mandated_item:
        assert vocabularies.MANDATED.get(dataset.mandated_item)


@DATASETS
def test_the_identifier_is_short_latin(dataset: Dataset) -> None:
    assert re.fullmatch(r"[a-z0-9-]{2,60}", dataset.name)


@DATASETS
def test_keywords_are_kept_as_they_are(dataset: Dataset) -> None:
    found = keywords.normalise(dataset.keywords)
    assert (found.changes, found.refused) == ((), ())
    assert len(dataset.keywords) >= 3


@DATASETS
def test_only_marked_datasets_are_faulty(dataset: Dataset) -> None:
    code = dataset.fault.split(":")[0]
    whole = bool(dataset.files)
    assert bool(dataset.purpose) == (whole and code != "no_purpose")
    assert bool(dataset.frequency) == (whole and code != "no_frequency")
    has_structure = any(spec.structure for spec in dataset.files)
    assert has_structure == (whole and code != "no_structure")
    has_link = any(spec.url for spec in dataset.files)
    assert has_link == (code == "broken_link")


@DATASETS
def test_only_marked_datasets_are_late(dataset: Dataset) -> None:
    assert is_late(dataset) == dataset.late


@DATASETS
def test_every_file_can_be_made(dataset: Dataset) -> None:
    for spec in dataset.files:
        if spec.url:
            continue
        day = TODAY - timedelta(days=spec.age or 0)
        made = files.WRITERS[spec.maker](
            generators.make(spec.table, min(spec.rows, 50), day), **spec.settings
        )
        assert made
        assert is_zipfile(BytesIO(made)) == (spec.format in ("XLSX", "ODS"))


def test_a_title_repeats_the_wording_of_its_item_at_least_by_its_main_word() -> None:
    for dataset in filter(lambda d: d.mandated_item, DEMO.datasets):
        term = vocabularies.MANDATED.get(dataset.mandated_item)
        assert term
        pattern = r"[а-яєіїґʼ]{6,}"
        listed = {w[:6] for w in re.findall(pattern, term.label("uk").lower())}
        titled = {w[:6] for w in re.findall(pattern, dataset.title.lower())}
        assert listed & titled, dataset.name


def test_proposals_stand_in_every_state() -> None:
    proposals = catalogue.read().proposals
    steps = [step for proposal in proposals for step in proposal.steps]
    told = {name: [step[name] for step in steps if name in step] for name in STEPS}
    outcomes = {given["outcome"] for given in told["close"]}
    assert outcomes == {outcome.value for outcome in Outcome}
    assert set(told["hide"]) <= {reason.value for reason in GIVEN}
    assert told["answer"]
    assert {proposal.robot for proposal in proposals if not proposal.steps} == {
        True,
        False,
    }
    known = {dataset.name: dataset for dataset in catalogue.read().datasets}
    for proposal in proposals:
        assert all(known[name].public for name in proposal.datasets)
        assert proposal_text(proposal.text) == proposal.text
        assert author_email(proposal.email).endswith(".example") or not proposal.email
    labels = [(one.label, one.text) for one in proposals]
    assert len(labels) == len(set(labels))


def test_large_tables_are_large() -> None:
    rows = {spec.table: spec.rows for d in DEMO.datasets for spec in d.files}
    assert max(rows[name] for name in ("appeals", "stopTimes")) <= 20_000
    sizes = {
        name: len(generators.make(name, 20_000, TODAY).rows)
        for name in ("addressRegister", "appeals", "stopTimes", "transactions")
    }
    assert min(sizes.values()) >= 12_000


def test_an_unknown_key_of_a_dataset_is_refused() -> None:
    entry = yaml.safe_load(
        "{name: a, title: b, notes: c, theme: d, keywords: [e], x: 1}"
    )
    with pytest.raises(TypeError):
        catalogue._dataset("miska-rada", entry)


def test_the_editor_of_a_body_is_known_where_there_is_one() -> None:
    assert DEMO.editor("miska-rada") == "publisher"
    assert DEMO.editor("finansove-upravlinnia") == "publisher2"
    assert DEMO.editor("upravlinnia-osvity") is None
