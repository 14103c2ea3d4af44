"""The catalogue of the demo: YAML beside this file, and its reader.

Fields of a body and of a person are those of CKAN's actions. A dataset is a passport in
national codes with `files`; a file is made of a table (see the generators) or of the
structure of one, or is only a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

#: One file of datasets for each holder, in the order of the organizations.
DATASETS = "{name}.yaml"
STRUCTURE_NAME = "Структура набору даних"


@dataclass(frozen=True)
class FileSpec:
    """A file of a dataset, not yet made.

    :param format: what is told to the portal; may lie on purpose (see `Dataset.fault`)
    :param table: the table of the data, or of the structure when `structure` is set
    :param structure: layout of the structure document, `2019` or `2025`, or nothing
    :param writer: what the bytes really are; `format` in small letters when absent
    :param compress: format of compression, if any
    :param options: keyword arguments of the writer
    :param age: days since the day of which the data are true; nothing: no such day
    :param url: an outside address instead of a file
    """

    name: str
    format: str
    table: str = ""
    structure: str = ""
    file: str = ""
    writer: str = ""
    compress: str = ""
    rows: int = 100_000
    age: int | None = None
    url: str = ""
    description: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def filename(self) -> str:
        """The name of the uploaded file."""
        ending = self.format.lower()
        tail = "-structure" if self.structure else ""
        return self.file or f"{self.table}{tail}.{ending}"

    @property
    def maker(self) -> str:
        """The name of the writer (see `files.WRITERS`)."""
        kind = self.writer or self.format.lower()
        return f"structure-{kind}" if self.structure else kind

    @property
    def settings(self) -> Mapping[str, Any]:
        """Keyword arguments of the writer."""
        return {"layout": self.structure} if self.structure else self.options


@dataclass(frozen=True)
class Dataset:
    """A passport of the demo.

    :param fault: what is wrong on purpose; empty for a good dataset
    :param structure: layout of the structure document that is added when no file of
        the dataset is one; empty for none
    :param late: the data are older than the frequency allows
    :param review: how far it came: ``draft`` (never submitted), ``submit`` (waits for
        the moderator), or what the moderator decided: ``approve``, ``return``,
        ``reject``
    :param reasons: codes of the moderator's reasons, ``words`` what was written
    """

    name: str
    title: str
    organization: str
    notes: str
    theme: str
    keywords: tuple[str, ...]
    purpose: str = ""
    frequency: str = ""
    mandated_item: str = ""
    version: str = ""
    maintainer: str = ""
    maintainer_email: str = ""
    language: str = "ua"
    private: bool = False
    review: str = "approve"
    reasons: tuple[str, ...] = ()
    words: str = ""
    late: bool = False
    fault: str = ""
    structure: str = "2025"
    files: tuple[FileSpec, ...] = ()

    @property
    def public(self) -> bool:
        """Whether everybody may read it."""
        return self.review == "approve"


@dataclass(frozen=True)
class Proposal:
    """What a reader of the demo proposes.

    :param dataset: what it is about; or ``organization``, who should publish it
    :param robot: it is sent as a robot would send it
    :param steps: of the staff, each with what it takes: ``publish``, ``hide`` (the
        reason), ``answer`` (the text), ``close`` (parameters of the action; ``days``
        until the planned day and the name of the mended ``file`` instead of ids)
    """

    kind: str
    text: str
    dataset: str = ""
    organization: str = ""
    name: str = ""
    email: str = ""
    robot: bool = False
    steps: tuple[Mapping[str, Any], ...] = ()

    @property
    def label(self) -> str:
        """What tells it from the others."""
        about = self.dataset or self.organization or "the portal"
        return f"proposal {self.kind} {about}"

    @property
    def datasets(self) -> set[str]:
        """Names of the datasets that have to be there."""
        grown = {
            told["grown_dataset"]
            for step in self.steps
            for told in step.values()
            if isinstance(told, dict) and "grown_dataset" in told
        }
        return grown | ({self.dataset} if self.dataset else set())


@dataclass(frozen=True)
class Catalogue:
    """All that the demo brings.

    :param organizations: dictionaries of `organization_create`
    :param users: dictionaries of `user_create`, and `organization` with `capacity`
    """

    organizations: tuple[Mapping[str, str], ...]
    users: tuple[Mapping[str, Any], ...]
    datasets: tuple[Dataset, ...]
    proposals: tuple[Proposal, ...]

    def editor(self, organization: str) -> str | None:
        """Give the name of the user who publishes for the organization, if any."""
        for user in self.users:
            if (user.get("organization"), user.get("capacity")) == (
                organization,
                "editor",
            ):
                return user["name"]
        return None


def _load(name: str) -> Any:
    """Parse one YAML file of this folder."""
    return yaml.safe_load(
        files("ckanext.opendata_ua.demo.catalogue").joinpath(name).read_text("utf-8")
    )


def _dataset(organization: str, entry: dict[str, Any]) -> Dataset:
    """Make a dataset of its YAML; an unknown key is a TypeError at once."""
    fields = dict(entry)
    specs = [FileSpec(**item) for item in fields.pop("files", ())]
    words = tuple(fields.pop("keywords"))
    reasons = tuple(fields.pop("reasons", ()))
    dataset = Dataset(
        organization=organization, keywords=words, reasons=reasons, **fields
    )
    if specs and dataset.structure and not any(spec.structure for spec in specs):
        first = replace(
            specs[0], name=STRUCTURE_NAME, format="CSV", structure=dataset.structure
        )
        specs.append(replace(first, file="", writer="", compress="", options={}))
    return replace(dataset, files=tuple(specs))


@cache
def read() -> Catalogue:
    """Read the whole catalogue."""
    organizations = tuple(_load("organizations.yaml"))
    datasets = tuple(
        _dataset(body["name"], entry)
        for body in organizations
        for entry in _load(DATASETS.format(name=body["name"]))
    )
    proposals = tuple(
        Proposal(**{**entry, "steps": tuple(entry["steps"])})
        for entry in _load("proposals.yaml")
    )
    return Catalogue(organizations, tuple(_load("users.yaml")), datasets, proposals)
