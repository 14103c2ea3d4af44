"""Proposals of readers: kinds, states, steps, terms, and what becomes of the text.

The duty to take them in, moderate them and answer is clause 2.1.5 of the regulation in
``000_34b4aa3de86476ea.txt``. No act read names the term of an answer; the portal's own
default is five working days, the usual term of an information request (``terms.csv``,
``proposal_answer``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from itertools import pairwise

from . import text as texts
from .errors import InvalidValue, Stale, WrongState
from .words import N_

LONGEST_TEXT = 5000
SHORTEST_TEXT = 10
LONGEST_NAME = 200
LONGEST_GROUND = 1000
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3


class State(str, Enum):
    """Where a proposal stands."""

    RECEIVED = "received"  # waits for a look before it is shown
    SHOWN = "shown"  # everybody sees it; the organization owes an answer
    HIDDEN = "hidden"  # not shown, for a reason that is
    ANSWERED = "answered"
    CLOSED = "closed"


class Kind(str, Enum):
    """What a proposal is about."""

    ERROR = "error"
    MISSING = "missing"
    FORMAT = "format"
    NEW_SET = "new_set"
    OTHER = "other"


#: Kinds that name the dataset they are about.
OF_A_DATASET = frozenset({Kind.ERROR, Kind.FORMAT})


class Outcome(str, Enum):
    """How a proposal ended."""

    FIXED = "fixed"
    PLANNED = "planned"
    REFUSED = "refused"
    FORWARDED = "forwarded"


class HiddenReason(str, Enum):
    """Why a text is not shown; the reason is."""

    SPAM = "spam"
    PERSONAL_DATA = "personal_data"
    INSULT = "insult"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    UNSEEN = "unseen"  # held, and nobody has decided about it in the term


#: Reasons a person may give.
GIVEN = tuple(one for one in HiddenReason if one is not HiddenReason.UNSEEN)
#: What was hidden for these stands in no list and in no figure.
UNLISTED = (HiddenReason.SPAM.value, HiddenReason.UNSEEN.value)

#: States in which everybody reads the text.
PUBLIC = (State.SHOWN, State.ANSWERED, State.CLOSED)

KIND_WORDS: Mapping[Kind, str] = {
    Kind.ERROR: N_("There is an error in the data"),
    Kind.MISSING: N_("Something is missing in the data"),
    Kind.FORMAT: N_("The format is inconvenient"),
    Kind.NEW_SET: N_("A dataset should be published"),
    Kind.OTHER: N_("Something else"),
}
STATE_WORDS: Mapping[State, str] = {
    State.RECEIVED: N_("Received, not shown yet"),
    State.SHOWN: N_("Waits for an answer"),
    State.HIDDEN: N_("Not shown"),
    State.ANSWERED: N_("Answered"),
    State.CLOSED: N_("Closed"),
}
OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.FIXED: N_("Done"),
    Outcome.PLANNED: N_("Planned"),
    Outcome.REFUSED: N_("Refused"),
    Outcome.FORWARDED: N_("Not ours: forwarded"),
}
HIDDEN_WORDS: Mapping[HiddenReason, str] = {
    HiddenReason.SPAM: N_("advertising or automatic posts"),
    HiddenReason.PERSONAL_DATA: N_("personal data of somebody"),
    HiddenReason.INSULT: N_("insults or threats"),
    HiddenReason.OFF_TOPIC: N_("it is not about data"),
    HiddenReason.DUPLICATE: N_("the same was proposed already"),
    HiddenReason.UNSEEN: N_(
        "it looked like an automatic post, and nobody has found otherwise in the term"
    ),
}


@dataclass(frozen=True)
class Step:
    """From where a step leads where, and why it may not be taken from elsewhere."""

    sources: tuple[State, ...]
    target: State
    refusal: str


STEPS: Mapping[str, Step] = {
    "publish": Step(
        (State.RECEIVED, State.HIDDEN),
        State.SHOWN,
        N_("Everybody sees this proposal already: there is nothing to show."),
    ),
    "hide": Step(
        (State.RECEIVED, *PUBLIC),
        State.HIDDEN,
        N_("This proposal is hidden already: there is nothing to hide."),
    ),
    "answer": Step(
        (State.SHOWN, State.ANSWERED),
        State.ANSWERED,
        N_(
            "Only a proposal that everybody sees, and that is not closed, gets an "
            "answer: show it first."
        ),
    ),
    "close": Step(
        (State.SHOWN, State.ANSWERED),
        State.CLOSED,
        N_(
            "Only a proposal that everybody sees, and that is not closed, can be "
            "closed: show it first."
        ),
    ),
}
_STALE = N_(
    "Somebody else has dealt with this proposal meanwhile. Look at what has become of "
    "it, then decide again."
)


def step(name: str, state: State, version: int, seen: int) -> State:
    """Return the state a step leads to.

    :param name: a key of ``STEPS``
    :param version: of the proposal now
    :param seen: the version the person looked at
    :raises Stale: when it is another one
    :raises WrongState: when the step does not lead on from this state
    """
    if version != seen:
        raise Stale("proposal_version", _STALE)
    if state not in STEPS[name].sources:
        raise WrongState("state", STEPS[name].refusal)
    return STEPS[name].target


@dataclass(frozen=True)
class Ending:
    """What closes a proposal. Each outcome says one thing that can be checked."""

    outcome: Outcome
    comment: str = ""
    planned_on: date | None = None  # planned: by when
    ground: str = ""  # refused: the clause of the law
    forwarded_to: str = ""  # forwarded: to whom


_MISSING: Mapping[Outcome, tuple[str, str]] = {
    Outcome.PLANNED: (
        "planned_on",
        N_("Say by which day: write it as 2027-01-31 or 31.01.2027."),
    ),
    Outcome.REFUSED: (
        "ground",
        N_(
            "Name the legal ground of the refusal: the act and its clause, as the law "
            "on access to public information asks."
        ),
    ),
    Outcome.FORWARDED: (
        "forwarded_to",
        N_("Name the body to which the proposal was forwarded."),
    ),
}


def ending(given: Ending, today: date) -> Ending:
    """Return what closes a proposal, without what its outcome does not need.

    :raises InvalidValue: when it lacks what the outcome asks for
    """
    name, words = _MISSING.get(given.outcome, ("", ""))
    if not name:
        return Ending(given.outcome, given.comment)
    value = getattr(given, name)
    if isinstance(value, str):
        value = _at_most(name, texts.clean(value), LONGEST_GROUND)
    if not value:
        raise InvalidValue(name, words)
    if isinstance(value, date) and value < today:
        raise InvalidValue(name, N_("The day is over: choose one from today on."))
    return replace(Ending(given.outcome, given.comment), **{name: value})


def proposal_text(given: str) -> str:
    """Return the text of a proposal as it is stored: plain, without control marks.

    :raises InvalidValue: when it is too short to mean anything, or too long
    """
    words = texts.clean(given, keep_lines=True)
    if len(words) < SHORTEST_TEXT:
        raise InvalidValue(
            "text",
            N_(
                "Write in a sentence what is wrong or missing: at least {number} "
                "letters."
            ),
            {"number": SHORTEST_TEXT},
        )
    return _at_most("text", words, LONGEST_TEXT)


def answer_text(given: str, name: str = "answer") -> str:
    """Return an answer as it is stored.

    :param name: of the parameter
    :raises InvalidValue: when it is empty or too long
    """
    words = texts.clean(given, keep_lines=True)
    if not words:
        raise InvalidValue(
            name, N_("The answer is empty: write it for the person who asked.")
        )
    return _at_most(name, words, LONGEST_TEXT)


def author_name(given: str) -> str:
    """Return a name in one line.

    :raises InvalidValue: when it is too long
    """
    return _at_most("name", texts.clean(given), LONGEST_NAME)


# One mailbox, no quoted names, no comments: what people have, and nothing by which a
# header could be continued (RFC 5322, 3.4.1).
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]",
)


def author_email(given: str) -> str:
    """Return an e-mail address, or an empty text when none was given.

    :raises InvalidValue: when it is no address
    """
    address = given.strip()
    if not address:
        return ""
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise InvalidValue(
            "email",
            N_("This is no e-mail address. Write it as name@example.org, or none."),
        )
    return address


def _at_most(name: str, words: str, longest: int) -> str:
    if len(words) > longest:
        raise InvalidValue(
            name,
            N_("The text is too long: use at most {number} characters."),
            {"number": longest},
        )
    return words


@dataclass(frozen=True)
class Piece:
    """A part of a text: plain, or a link that is safe to follow."""

    text: str
    link: str = ""


_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+", re.IGNORECASE)
_TRAILING = ".,;:!?)»”…"


def pieces(words: str) -> list[Piece]:
    """Divide an answer into plain text and web addresses; nothing else is a link."""
    cuts = [0]
    found: dict[int, str] = {}
    for match in _LINK.finditer(words):
        address = match.group().rstrip(_TRAILING)
        found[match.start()] = address
        cuts += [match.start(), match.start() + len(address)]
    cuts.append(len(words))
    return [
        Piece(words[start:end], found.get(start, ""))
        for start, end in pairwise(cuts)
        if end > start
    ]


def is_late(
    state: State, due: datetime, answered: datetime | None, now: datetime
) -> bool:
    """Tell whether an answer came, or will come, after the term.

    What is hidden owes none.
    """
    if state is State.HIDDEN:
        return False
    return (answered or now) > due
