"""The passport as XML, judged by the published schema."""

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] no types in lxml

from ckanext.opendata_ua.domain import tables
from ckanext.opendata_ua.domain.documents import xml_writer
from ckanext.opendata_ua.domain.passport import ELEMENTS, PassportRecord, lines

SCHEMA = etree.XMLSchema(etree.fromstring(tables.text("passport.xsd").encode()))
NAMES = {"p": xml_writer.NAMESPACE}


def read(record: PassportRecord, lang: str = "uk") -> etree._Element:
    """Write the record, judge it by the schema, and return its root."""
    root = etree.fromstring(xml_writer.write(record, lang))
    SCHEMA.assertValid(root)
    return root


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_a_full_passport_satisfies_the_schema(full: PassportRecord, lang: str) -> None:
    assert read(full, lang).get("{http://www.w3.org/XML/1998/namespace}lang") == lang


def test_an_empty_passport_satisfies_the_schema() -> None:
    assert read(PassportRecord()) is not None


def test_characters_that_xml_forbids_satisfy_the_schema(nasty: PassportRecord) -> None:
    title = read(nasty).xpath("p:element[@key='title']/p:value", namespaces=NAMES)[0]
    assert title.text == '=HYPERLINK("http://x") & <b>Назва</b>'


def test_elements_come_in_the_laws_order(full: PassportRecord) -> None:
    values = read(full).xpath("p:element/p:value", namespaces=NAMES)
    assert [value.text or "" for value in values] == [
        line.value for line in lines(full, "uk")
    ]


def test_a_value_carries_its_code_and_address(full: PassportRecord) -> None:
    (value,) = read(full).xpath("p:element[@key='language']/p:value", namespaces=NAMES)
    assert dict(value.attrib) == {
        "code": "ua",
        "uri": "http://publications.europa.eu/resource/authority/language/UKR",
    }


def test_files_follow_with_their_kind(full: PassportRecord) -> None:
    kinds = read(full).xpath("p:file/@kind", namespaces=NAMES)
    assert kinds == ["data", "structure"]


def test_the_schema_knows_exactly_the_sixteen_elements() -> None:
    schema = etree.fromstring(tables.text("passport.xsd").encode())
    keys = schema.xpath(
        "//xs:simpleType[@name='Key']//xs:enumeration/@value",
        namespaces={"xs": "http://www.w3.org/2001/XMLSchema"},
    )
    assert keys == [element.key for element in ELEMENTS]


def test_the_schema_refuses_a_passport_that_lacks_an_element(
    full: PassportRecord,
) -> None:
    root = read(full)
    root.remove(root[0])
    assert not SCHEMA.validate(root)
