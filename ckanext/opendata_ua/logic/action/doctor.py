"""Tell what is wrong with the portal as it runs, and mend what can be mended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua.domain.doctor import Finding
from ckanext.opendata_ua.domain.errors import DomainError
from ckanext.opendata_ua.logic import schema
from ckanext.opendata_ua.logic.doctor import LEAKS, PARTS, Part, leaks_of

log = logging.getLogger(__name__)

#: Key under which the command line hands over ``f(part, done, whole)``. The context
#: never comes from a request.
PROGRESS = "opendata_ua_progress"
#: … and this one what answers requests, and the Flask application within.
PORTAL = "opendata_ua_portal"


def opendata_ua_doctor_run(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Examine the portal: database, search index, files, jobs, messages, settings.

    :param repair: mend what can be mended without asking (default: only look)
    :param only: names of parts to look at (default: all)
    :param leaks: plant a draft, look by every way to read whether a reader sees any of
        it, and remove it; by the command line only (default: not)
    :param over_http: do that at the address of the portal, not inside the process
    :returns: ``healthy``; ``findings`` and ``repaired``: lists of dicts with ``part``,
        ``code``, ``severity``, ``count``, ``examples``, ``message``, ``reason``,
        ``remedy``, ``repairable``; ``not_looked``: parts that could not be looked at,
        as dicts with ``part`` and ``reason``
    """
    tk.check_access("opendata_ua_doctor_run", context, data_dict)
    data, wrong = tk.navl_validate(data_dict, schema.doctor([*PARTS, LEAKS]), context)
    if wrong:
        raise tk.ValidationError(wrong)
    said: Any = context.get(PROGRESS, lambda part, done, whole: None)
    report: dict[str, Any] = {"findings": [], "repaired": [], "not_looked": []}
    parts = {**PARTS, **_leaks(context, data)}
    for name in data["only"] or parts:
        _examine(name, parts[name], data["repair"], said, report)
    left = {one["severity"] for one in report["findings"]}
    healthy = not report["not_looked"] and left <= {"advice"}
    return {"healthy": healthy, **report}


def _leaks(context: Context, data: dict[str, Any]) -> dict[str, Part]:
    """Return the part that crawls, if it is asked for.

    :raises tk.ValidationError: when a request asks for it: it would crawl itself
    """
    if not data["leaks"] and LEAKS not in data["only"]:
        return {}
    portal: Any = context.get(PORTAL)
    if portal is None:
        raise tk.ValidationError(
            {
                "code": ["invalid"],
                "leaks": [
                    tk._(
                        "A request cannot crawl the portal that answers it: run the "
                        "command ckan opendata-ua doctor --leaks."
                    )
                ],
            }
        )
    return {LEAKS: leaks_of(*portal, over_http=data["over_http"])}


def _examine(
    name: str,
    part: Part,
    repair: bool,
    said: Callable[[str, int, int], None],
    report: dict[str, Any],
) -> None:
    def progress(done: int, whole: int) -> None:
        said(name, done, whole)

    try:
        found = list(part.look(progress))
        mendable = any(one.ailment.repaired for one in found)
        if repair and part.repair and mendable:
            mended = list(part.repair(progress))
            report["repaired"] += [_repaired(name, one) for one in mended]
            found = list(part.look(progress))
        report["findings"] += [_finding(name, one) for one in found]
    except DomainError as refusal:
        _not_looked(name, tk._(refusal.message).format(**refusal.values), report)
    except Exception as error:  # a sick portal may fail in any way: say it, go on
        log.debug("The doctor cannot look at %s", name, exc_info=True)
        reason = str(getattr(error, "orig", None) or error) or type(error).__name__
        _not_looked(name, reason.strip(), report)
    finally:
        model.Session.rollback()


def _not_looked(name: str, reason: str, report: dict[str, Any]) -> None:
    report["not_looked"].append({"part": name, "reason": reason})


def _finding(part: str, finding: Finding) -> dict[str, Any]:
    ailment = finding.ailment
    values = {**finding.values, "count": finding.count}
    return {
        "part": part,
        "code": ailment.code,
        "severity": ailment.weight.value,
        "count": finding.count,
        "examples": list(finding.examples),
        "message": tk._(ailment.message).format(**values),
        "reason": tk._(ailment.reason).format(**values),
        "remedy": tk._(ailment.remedy).format(**values),
        "repairable": bool(ailment.repaired),
    }


def _repaired(part: str, finding: Finding) -> dict[str, Any]:
    done = tk._(finding.ailment.repaired)
    values = {**finding.values, "count": finding.count}
    return {**_finding(part, finding), "message": done.format(**values)}
