"""Every kind of background job: which action does it, and how it may fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Kind:
    """How jobs of one kind are done.

    The action gets the job's arguments and, as ``names``, its key. There are two sorts:

    - ``atomic``: the action writes our own tables only and leaves the commit to its
      caller when ``context["defer_commit"]`` is set. Its effect and the mark "done"
      are one transaction: exactly once. A commit of its own is refused.
    - the others commit, as all actions of CKAN do, or work on something that is no
      database. A worker may die between their effect and the mark, so they are done
      at least once, and must do no harm when they are repeated.
    """

    action: str
    names: str = "id"
    atomic: bool = False
    indexes: bool = False  # it is of no use before Solr answers
    attempts: int = 8
    lease: timedelta = timedelta(seconds=60)  # a worker silent for longer is dead
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(hours=1)


APPLY = "moderation_apply"
DUE = "publication_due"
ERASE = "publication_erase"
CHECK_FILE, CHECK_LINK = "check_file", "check_link"
TELL_LINKS = "tell_links"

KINDS: Mapping[str, Kind] = {
    # rows of a DataStore table changed: element 9 of the passport moves
    "rows_changed": Kind("opendata_ua_rows_note", names="resource_id"),
    # an approved dataset becomes public; usually it has by the time the job looks
    APPLY: Kind(
        "opendata_ua_moderation_apply",
        names="case_id",
        indexes=True,
        attempts=50,
        longest_wait=timedelta(minutes=15),
    ),
    # the day comes on which a suspension ends
    DUE: Kind(
        "opendata_ua_publication_due", atomic=True, longest_wait=timedelta(minutes=15)
    ),
    # the published register of an organization is compared with what it would be now
    "register_refresh": Kind(
        "opendata_ua_register_refresh", longest_wait=timedelta(hours=6)
    ),
    # drafts of a register that somebody sent; begun anew, it goes on where it was
    "register_import": Kind("opendata_ua_register_import_run", names="import_id"),
    # what a withdrawal because of personal data leaves outside of CKAN's database
    ERASE: Kind(
        "opendata_ua_publication_erase",
        names="key",
        attempts=50,
        first_wait=timedelta(seconds=10),
        longest_wait=timedelta(minutes=5),
    ),
    # a file arrived; a checker that is down is asked for two days
    CHECK_FILE: Kind(
        "opendata_ua_check_run",
        atomic=True,
        attempts=60,
        lease=timedelta(minutes=3),
        first_wait=timedelta(seconds=10),
    ),
    # an address was written, or a week has passed
    CHECK_LINK: Kind(
        "opendata_ua_link_check",
        names="address_hash",
        atomic=True,
        lease=timedelta(minutes=3),
    ),
    # links of an organization broke: one letter for all of them
    TELL_LINKS: Kind("opendata_ua_link_tell", atomic=True),
}
