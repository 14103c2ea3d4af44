"""Stopping the publication of a dataset, and going on with it: states and steps.

Own rules of the portal: no act names the grounds or terms on which a published dataset
is suspended. That its page stays and says why follows from clause 1.3 of the regulation
in ``001_b47229c5e16b7473.txt``: access is through the portal, for everybody alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from .dates import KYIV, day, in_zone
from .errors import InvalidValue
from .moderation import Public, State, WrongState
from .words import N_

#: A reason is read by everybody: a short text, not a document.
LONGEST_REASON = 2000
LONGEST_TITLE = 500


class Standing(str, Enum):
    """Where a dataset stands with its readers."""

    PUBLIC = "public"
    SUSPENDED = "suspended"  # its page stays, its files are closed
    WITHDRAWN = "withdrawn"  # its publication has ended
    REVIEWED = "reviewed"  # a moderator decides about it just now
    HIDDEN = "hidden"  # never public, or internal
    DELETED = "deleted"


class Stop(str, Enum):
    """What a publication that was stopped is recorded as."""

    NONE = "public"  # it goes on, or it was never stopped
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


#: What a dataset is for people whose publication was stopped.
STOPPED: Mapping[Stop, Public] = {
    Stop.SUSPENDED: Public.SUSPENDED,
    Stop.WITHDRAWN: Public.WITHDRAWN,
}


@dataclass(frozen=True)
class Step:
    """From where a step leads where. All steps carry a reason in words."""

    sources: tuple[Standing, ...]
    target: Stop


_SEEN = (Standing.PUBLIC, Standing.SUSPENDED)

#: ``erase`` is a withdrawal because of personal data: it takes away what is left of a
#: dataset that readers do not see any more, too.
STEPS: Mapping[str, Step] = {
    "suspend": Step(_SEEN, Stop.SUSPENDED),
    "resume": Step((Standing.SUSPENDED,), Stop.NONE),
    "withdraw": Step(_SEEN, Stop.WITHDRAWN),
    "erase": Step((*_SEEN, Standing.WITHDRAWN, Standing.DELETED), Stop.WITHDRAWN),
}

_WRONG: Mapping[Standing, str] = {
    Standing.PUBLIC: N_("The dataset is public: there is nothing to resume."),
    Standing.WITHDRAWN: N_(
        "The publication of the dataset has ended: it becomes public again only after "
        "a new review."
    ),
    Standing.REVIEWED: N_(
        "The dataset is under review: return or reject it, then take this step."
    ),
    Standing.HIDDEN: N_(
        "The dataset is not public: only a public dataset is suspended or withdrawn."
    ),
    Standing.DELETED: N_(
        "The dataset is deleted: it can only be withdrawn because of personal data."
    ),
}


def standing(
    package_state: str, private: bool, stop: Stop, under_review: bool
) -> Standing:
    """Return where a dataset stands with its readers.

    :param package_state: of CKAN: ``active``, ``draft``, ``deleted`` or another text
    :param stop: what is recorded of its publication
    :param under_review: whether a review locks it
    """
    if package_state == "active" and not private:
        return Standing.SUSPENDED if stop is Stop.SUSPENDED else Standing.PUBLIC
    if under_review:
        return Standing.REVIEWED
    if stop is Stop.WITHDRAWN:
        return Standing.WITHDRAWN
    return Standing.DELETED if package_state == "deleted" else Standing.HIDDEN


def move(name: str, now: Standing) -> Stop:
    """Return what a step makes of a publication.

    :raises WrongState: when it does not lead on from where the dataset stands
    """
    if now not in STEPS[name].sources:
        raise WrongState("state", _WRONG[now])
    return STEPS[name].target


def check_plan(state: State) -> None:
    """Refuse a day of publication for what is decided otherwise, or public.

    :raises WrongState: with what may get one
    """
    if state not in (State.SUBMITTED, State.APPROVED):
        raise WrongState(
            "state",
            N_(
                "Only a dataset that is submitted, or approved and not yet public, "
                "gets a day of publication."
            ),
        )


def reason(text: str) -> str:
    """Return a reason without spaces around it.

    :raises InvalidValue: when it is empty or too long
    """
    words = text.strip()
    if not words:
        raise InvalidValue(
            "reason",
            N_("The reason is empty: write in a sentence or two why, for everybody."),
        )
    return _at_most(words, "reason", LONGEST_REASON)


def title(text: str) -> str:
    """Return the title under which a withdrawn dataset stays in the register.

    :raises InvalidValue: when it is too long
    """
    return _at_most(text.strip(), "title", LONGEST_TITLE)


def _at_most(words: str, field: str, longest: int) -> str:
    if len(words) > longest:
        raise InvalidValue(
            field,
            N_("The text is too long: use at most {number} characters."),
            {"number": longest},
        )
    return words


def day_begins(text: str, field: str, now: datetime) -> datetime | None:
    """Return the first moment of a later day in Kyiv, None when no day is named.

    :param text: ``2027-01-31`` or ``31.01.2027``
    :param field: the parameter it came in
    :raises InvalidValue: when it is no date, or not later than today
    """
    if not text.strip():
        return None
    named = day(text)
    if named is None:
        raise InvalidValue(
            field, N_("This is no date: write it as 2027-01-31 or 31.01.2027.")
        )
    if named <= in_zone(now).date():
        raise InvalidValue(
            field, N_("The day has to be later than today: choose another one.")
        )
    return first_moment(named)


def first_moment(named: date) -> datetime:
    """Return the moment at which a day begins in Kyiv."""
    return datetime.combine(named, time.min, ZoneInfo(KYIV))


def day_of(moment: datetime) -> date:
    """Return the day in Kyiv to which a moment belongs."""
    return in_zone(moment).date()
