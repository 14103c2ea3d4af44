"""Everything that stands between a dataset and its readers: one list, many sources.

Whoever looks for faults is a provider: a function from a dataset dict to findings. It
reads what is stored and answers at once; whatever takes longer is a job, and until it
has run its provider answers ``check.pending``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ckan import model

from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.domain.findings import Finding
from ckanext.opendata_ua.logic import file_verdicts, reading, review, wording
from ckanext.opendata_ua.model.acknowledgement import (
    Acknowledgement,
    AcknowledgementRow,
)

Dataset = dict[str, Any]
Provider = Callable[[Dataset], Iterable[Finding]]


def of_passport(dataset: Dataset) -> Iterable[Finding]:
    """Return what the passport lacks, and which of its values are wrong."""
    record = reading.passport_record(dataset)
    return passport.findings(record, today=reading.today_date())


#: Who looks for faults, in the order in which people read of them.
PROVIDERS: Mapping[str, Provider] = {
    "passport": of_passport,
    "files": file_verdicts.findings,
}


def of_dataset(dataset: Dataset) -> dict[str, Any]:
    """Return ``ready`` and ``findings`` of a dataset as the Action API shows them.

    :param dataset: a dict as ``package_show`` gives it
    """
    answers = Acknowledgement.of_package(model.Session, dataset["id"])
    people = review.names({row.person for row in answers.values()})
    found = [one for look in PROVIDERS.values() for one in look(dataset)]
    shown = [_shown(one, dataset["id"], answers, people) for one in found]
    return {
        "ready": not any(one["stops"] for one in shown),
        "findings": shown,
    }


def _shown(
    finding: Finding,
    dataset_id: str,
    answers: Mapping[str, AcknowledgementRow],
    people: Mapping[str | None, dict[str, str]],
) -> dict[str, Any]:
    shown = wording.finding_dict(finding, dataset_id)
    answer = answers.get(shown["finding_id"]) if finding.acknowledge else None
    shown["acknowledged"] = answer is not None
    shown["stops"] = finding.stops(acknowledged=answer is not None)
    if finding.acknowledge:
        shown["acknowledgement"] = None
    if answer is not None:
        shown["acknowledgement"] = {
            "ground": answer.ground,
            "comment": answer.comment,
            "person": people.get(answer.person),
            "moment": review.moment_text(answer.created),
        }
    return shown
