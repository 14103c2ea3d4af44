"""A Solr schema for Ukrainian is made from CKAN's own, on disk and in text."""

from __future__ import annotations

from pathlib import Path

import ckan
import pytest
from ckan.tests.helpers import CKANCliRunner
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml

from ckanext.opendata_ua.adapters import solr_schema
from ckanext.opendata_ua.cli.search import schema as command

STOCK = Path(ckan.__file__).parent / "config" / "solr" / "schema.xml"


@pytest.fixture(scope="module")
def stock() -> etree._Element:
    """Return the schema that came with CKAN."""
    return etree.fromstring(STOCK.read_bytes())


@pytest.fixture(scope="module")
def files() -> solr_schema.SolrFiles:
    """Return what is made from it."""
    return solr_schema.build(STOCK.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ours(files: solr_schema.SolrFiles) -> etree._Element:
    """Return our schema as a tree."""
    return etree.fromstring(files.schema.encode())


def test_the_name_stays_so_that_ckan_accepts_it(
    stock: etree._Element, ours: etree._Element
) -> None:
    assert ours.get("name") == stock.get("name")


def test_every_field_and_copy_of_ckan_is_kept(
    stock: etree._Element, ours: etree._Element
) -> None:
    for tag in ("field", "dynamicField"):
        names = {field.get("name") for field in stock.iter(tag)}
        assert names <= {field.get("name") for field in ours.iter(tag)}
    copies = {(c.get("source"), c.get("dest")) for c in stock.iter("copyField")}
    assert copies <= {(c.get("source"), c.get("dest")) for c in ours.iter("copyField")}


def test_only_the_fields_of_words_change_their_type(
    stock: etree._Element, ours: etree._Element
) -> None:
    before = {field.get("name"): dict(field.attrib) for field in stock.iter("field")}
    after = {field.get("name"): dict(field.attrib) for field in ours.iter("field")}
    changed = {name for name in before if after[name] != before[name]}
    assert changed == set(solr_schema.DESCRIPTIVE_FIELDS)
    assert set(after) - set(before) == {solr_schema.WORDS_FIELD}


def test_types_stand_among_types_and_fields_among_fields(
    ours: etree._Element,
) -> None:
    [kind] = ours.xpath(f".//fieldType[@name='{solr_schema.WORDS_FIELD}']")
    [field] = ours.xpath(f".//field[@name='{solr_schema.WORDS_FIELD}']")
    assert (kind.getparent().tag, field.getparent().tag) == ("types", "fields")


def test_every_list_the_schema_names_is_written(
    ours: etree._Element, files: solr_schema.SolrFiles
) -> None:
    named = {
        value
        for part in ours.iter("charFilter", "filter")
        for value in part.attrib.values()
        if value.startswith("opendata_ua_")
    }
    assert named == set(files.extra)
    assert all(files.extra.values())


def test_the_same_input_gives_the_same_output(files: solr_schema.SolrFiles) -> None:
    assert solr_schema.build(STOCK.read_text(encoding="utf-8")) == files


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not xml", "not well-formed"),
        ("<schema name='example'/>", "its name must look like ckan-2.11"),
        ("<config/>", "not the Solr schema of CKAN"),
        ("<schema name='ckan-2.11'/>", "has no fieldType"),
    ],
)
def test_what_is_not_ckans_schema_is_refused(text: str, reason: str) -> None:
    with pytest.raises(solr_schema.SchemaError, match=reason):
        solr_schema.build(text)


@pytest.mark.parametrize(
    ("group", "line"),
    [
        ("ЗДО, Дитячий садок", "здо,дитячий садок"),
        ("заклад дошкільної освіти, ЗДО", "заклад дошкільний освіта,здо"),
        ("об’єкт, ґрунт", "обєкт,грунт"),
        ("черга на житло, квартирна черга", "черга житло,квартирний черга"),
        ("ліцей => ліцей, школа", "ліцей => ліцей,школа"),
    ],
)
def test_synonyms_become_dictionary_forms(group: str, line: str) -> None:
    table = {
        "дошкільної": "дошкільний",
        "квартирна": "квартирний",
        "освіти": "освіта",
        "на": "",
    }
    assert solr_schema.synonym_line(group, table) == line


@pytest.mark.parametrize("group", ["садок", "садок,", "=> садок", "садок => "])
def test_a_group_without_two_names_is_refused(group: str) -> None:
    with pytest.raises(solr_schema.SchemaError, match="two names"):
        solr_schema.synonym_line(group, {})


def test_the_list_of_synonyms_has_groups_for_a_community() -> None:
    lines = (
        solr_schema.build(STOCK.read_text(encoding="utf-8"))
        .extra[solr_schema.SYNONYMS_FILE]
        .splitlines()
    )
    assert len(lines) >= 40
    assert len(set(lines)) == len(lines)


def test_the_command_writes_the_schema_and_its_lists(
    cli: CKANCliRunner, tmp_path: Path, files: solr_schema.SolrFiles
) -> None:
    result = cli.invoke(command, ["--output", str(tmp_path / "conf")])
    assert result.exit_code == 0, result.output
    written = {path.name for path in (tmp_path / "conf").iterdir()}
    assert written == {"schema.xml", *files.extra}


def test_the_command_writes_beside_a_schema_of_another_name(
    cli: CKANCliRunner, tmp_path: Path, files: solr_schema.SolrFiles
) -> None:
    target = tmp_path / "managed-schema"
    result = cli.invoke(command, ["--output", str(target)])
    assert result.exit_code == 0, result.output
    assert target.read_text(encoding="utf-8") == files.schema
    assert (tmp_path / solr_schema.SYNONYMS_FILE).is_file()


def test_the_command_adds_the_synonyms_of_a_council(
    cli: CKANCliRunner, tmp_path: Path
) -> None:
    own = tmp_path / "own.txt"
    own.write_text("# ours\nнабережна, кручі\n", encoding="utf-8")
    conf = tmp_path / "conf"
    result = cli.invoke(command, ["--output", str(conf), "--synonyms", str(own)])
    assert result.exit_code == 0, result.output
    lists = (conf / solr_schema.SYNONYMS_FILE).read_text(encoding="utf-8")
    assert lists.endswith("\nнабережна,кручі\n")


def test_the_command_refuses_a_schema_that_is_not_ckans(
    cli: CKANCliRunner, tmp_path: Path
) -> None:
    other = tmp_path / "other.xml"
    other.write_text("<schema name='example'/>", encoding="utf-8")
    result = cli.invoke(
        command, ["--source", str(other), "--output", str(tmp_path / "conf")]
    )
    assert result.exit_code == 1
    assert "not the Solr schema of CKAN" in result.output
    assert not (tmp_path / "conf").exists()
