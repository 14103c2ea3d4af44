"""One review of one dataset: its states, the steps between them, who may take them.

No term and no ground of refusal was found in the acts (``terms.csv``,
``refusal_reasons.csv``: own defaults); that a set becomes accessible after moderation
is in clause 1.3 of the regulation in ``001_b47229c5e16b7473.txt``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from . import tables
from .errors import DomainError, Stale, WrongState
from .words import N_


class State(str, Enum):
    """Where a case stands."""

    SUBMITTED = "submitted"  # waits for a moderator; its dataset is locked
    WITHDRAWN = "withdrawn"  # taken back by its publisher
    RETURNED = "returned"  # waits for its publisher to mend it
    APPROVED = "approved"  # decided, becomes public as soon as it is applied
    APPLIED = "applied"  # public
    REJECTED = "rejected"  # decided against


class Role(str, Enum):
    """In which role a step is taken; permissions say who has it."""

    PUBLISHER = "publisher"
    MODERATOR = "moderator"
    PORTAL = "portal"  # a job of the portal itself


OPEN = frozenset({State.SUBMITTED, State.WITHDRAWN, State.RETURNED, State.APPROVED})
#: While a case stands here, nobody but a moderator changes its dataset.
LOCKED = frozenset({State.SUBMITTED, State.APPROVED})


@dataclass(frozen=True)
class Step:
    """From which states a step leads where, and what it must carry.

    ``sources`` holds None where there need be no open case yet. A step with
    ``needs_reasons`` carries coded reasons and words.
    """

    sources: tuple[State | None, ...]
    target: State
    role: Role
    needs_reasons: bool = False


STEPS: Mapping[str, Step] = {
    "submit": Step(
        (None, State.WITHDRAWN, State.RETURNED), State.SUBMITTED, Role.PUBLISHER
    ),
    "withdraw": Step((State.SUBMITTED,), State.WITHDRAWN, Role.PUBLISHER),
    "assign": Step((State.SUBMITTED,), State.SUBMITTED, Role.MODERATOR),
    "correct": Step((State.SUBMITTED,), State.SUBMITTED, Role.MODERATOR),
    "approve": Step((State.SUBMITTED,), State.APPROVED, Role.MODERATOR),
    "return": Step((State.SUBMITTED,), State.RETURNED, Role.MODERATOR, True),
    "reject": Step((State.SUBMITTED,), State.REJECTED, Role.MODERATOR, True),
    "apply": Step((State.APPROVED,), State.APPLIED, Role.PORTAL),
}


@dataclass(frozen=True)
class Reason:
    """One ground of a refusal, in words for its publisher."""

    code: str
    text_uk: str
    text_en: str

    def text(self, lang: str) -> str:
        """Return the words: Ukrainian for ``uk``, English for all others."""
        return self.text_uk if lang == "uk" else self.text_en


REASONS: Mapping[str, Reason] = {
    row["code"]: Reason(row["code"], row["text_uk"], row["text_en"])
    for row in tables.rows("refusal_reasons_2026")
}


class ReasonsMissing(DomainError):
    """Refuse a return or a rejection that does not say why."""


WRONG_STATE: Mapping[State | None, str] = {
    None: N_("The dataset has not been submitted: submit it to moderation first."),
    State.SUBMITTED: N_(
        "The dataset is waiting for a moderator: to change it, withdraw it from "
        "moderation first."
    ),
    State.WITHDRAWN: N_(
        "The publisher has withdrawn the dataset: wait until it is submitted again."
    ),
    State.RETURNED: N_(
        "The dataset has been returned to its publisher: wait until it is submitted "
        "again."
    ),
    State.APPROVED: N_(
        "The dataset has been approved and is being published: wait a minute and "
        "reload the page."
    ),
    State.APPLIED: N_("The dataset is already public: nothing is left to decide."),
    State.REJECTED: N_(
        "The dataset has been rejected: its publisher may mend it and submit it anew."
    ),
}


def move(
    name: str, state: State | None, reasons: Sequence[str] = (), comment: str = ""
) -> State:
    """Return the state that a step leads to.

    :param state: of the open case, None when there is none
    :raises WrongState: when the step does not lead on from there
    :raises ReasonsMissing: when it must say why and does not, or names no known reason
    """
    step = STEPS[name]
    if state not in step.sources:
        raise WrongState("state", WRONG_STATE[state])
    for fault in faults(name, reasons, comment):
        raise fault
    return step.target


def faults(name: str, reasons: Sequence[str], comment: str) -> Iterator[ReasonsMissing]:
    """Yield all that a step lacks of what it must say, at most one of each field."""
    if not STEPS[name].needs_reasons:
        return
    unknown = [code for code in reasons if code not in REASONS]
    if unknown:
        yield ReasonsMissing(
            "reasons",
            N_('There is no reason with the code "{code}": choose one of the list.'),
            {"code": unknown[0]},
        )
    elif not reasons:
        yield ReasonsMissing(
            "reasons",
            N_(
                "No reason is chosen: choose at least one, so that the publisher knows "
                "what to mend."
            ),
        )
    if not comment.strip():
        yield ReasonsMissing(
            "comment",
            N_(
                "The decision has no explanation: write in a sentence or two what is "
                "wrong and what the publisher should do."
            ),
        )


def already_public() -> WrongState:
    """Return the refusal of a submission of what readers can see already."""
    return WrongState("state", WRONG_STATE[State.APPLIED])


def check_seen(
    version: int, seen_version: int, content: str = "", seen_content: str = ""
) -> None:
    """Refuse a decision about a case or contents that have changed meanwhile.

    :param content: hash of what would be published now, ``seen_content`` of what was
        submitted
    :raises Stale: with what to do
    """
    if version != seen_version or content != seen_content:
        raise Stale(
            "case_version",
            N_(
                "The case has changed since you opened it: reload the page and look at "
                "it again before you decide."
            ),
        )


def is_public(package_state: str, private: bool) -> bool:
    """Tell whether readers see a dataset.

    :param package_state: of CKAN: ``active``, ``draft``, ``deleted`` or another text
    """
    return package_state == "active" and not private


class Public(str, Enum):
    """What a dataset is for people, one word of everything that decides it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLIC = "public"
    SUSPENDED = "suspended"  # seen by readers, but for its files
    WITHDRAWN = "withdrawn"  # was public; its publication has ended
    INTERNAL = "internal"  # active and private: not meant for publication
    DELETED = "deleted"


#: What happens or must happen next, as a code for programs and words for people.
NEXT: Mapping[Public, tuple[str, str]] = {
    Public.DRAFT: ("submit", N_("Complete the passport and submit it to moderation.")),
    Public.SUBMITTED: ("wait_for_moderator", N_("A moderator will decide about it.")),
    Public.RETURNED: (
        "mend_and_submit",
        N_("Mend what the moderator has named, then submit it again."),
    ),
    Public.APPROVED: (
        "wait_for_publication",
        N_("It is approved and will be public in a moment."),
    ),
    Public.REJECTED: (
        "mend_and_submit",
        N_("Read why it was rejected; it may be mended and submitted anew."),
    ),
    Public.PUBLIC: ("keep_fresh", N_("Keep its data up to date.")),
    Public.SUSPENDED: (
        "wait_for_moderator",
        N_("Its files are closed to readers until a moderator resumes it."),
    ),
    Public.WITHDRAWN: (
        "mend_and_submit",
        N_("Its publication has ended; mended, it may be submitted anew."),
    ),
    Public.INTERNAL: ("submit", N_("To publish it, submit it to moderation.")),
    Public.DELETED: ("", ""),
}


#: In the context of a dataset that is shown: its id, and what it is for people.
STANDS = "opendata_ua_stands"


def public_state(
    package_state: str,
    private: bool,
    case: State | None,
    stopped: Public | None = None,
) -> Public:
    """Return what a dataset is for people.

    :param package_state: of CKAN: ``active``, ``draft``, ``deleted`` or another text
    :param case: state of the open case, or of the last one when none is open
    :param stopped: ``SUSPENDED`` or ``WITHDRAWN`` when its publication is
    """
    if package_state == "deleted":
        return Public.DELETED
    if is_public(package_state, private):
        return Public.SUSPENDED if stopped is Public.SUSPENDED else Public.PUBLIC
    of_case = {
        State.SUBMITTED: Public.SUBMITTED,
        State.RETURNED: Public.RETURNED,
        State.APPROVED: Public.APPROVED,
        State.REJECTED: Public.REJECTED,
    }
    if case is not None and case in of_case:
        return of_case[case]
    if stopped is Public.WITHDRAWN:
        return Public.WITHDRAWN
    return Public.INTERNAL if package_state == "active" else Public.DRAFT
