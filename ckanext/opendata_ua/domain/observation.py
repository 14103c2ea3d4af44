"""What the rules of moderation would have said of a write that they did not stop.

While a portal only looks on, writes go the way of a stock CKAN. Each is compared with
what the door would have made of it; the codes never change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .moderation import LOCKED, State, is_public
from .words import N_

#: What would have happened, for the administrator who is about to switch moderation on.
RULES: Mapping[str, str] = {
    "door.created": N_(
        "A new dataset was public at once. It would have been a draft until a "
        "moderator approves it."
    ),
    "door.published": N_(
        "A hidden dataset became public. It would have stayed hidden until a moderator "
        "approves it."
    ),
    "door.hidden": N_(
        "A public dataset was hidden from readers. It would have stayed public: only a "
        "moderator suspends or withdraws it."
    ),
    "door.deleted": N_(
        "A public dataset was deleted. It would have stayed: only a moderator takes it "
        "from its readers."
    ),
    "door.owner": N_(
        "A public or submitted dataset got another organization. That would have been "
        "left to a moderator of all organizations."
    ),
    "door.state": N_(
        "A hidden dataset got another state. It would have kept its own until a "
        "moderator approves it."
    ),
    "door.type": N_("A dataset got another type. It would have kept its own."),
    "door.unowned": N_(
        "A dataset of no organization was written by somebody who did not create it. "
        "That would have been refused: give the dataset to an organization."
    ),
    "door.relations": N_(
        "Relations with other datasets were written or removed together with a "
        "dataset. They would have stayed: the actions of relations ask both datasets."
    ),
    "door.rights": N_(
        "Somebody who may not change a dataset put it into a group, took it out, "
        "related it or opened it to a person. That would have been refused."
    ),
    "door.locked": N_(
        "A dataset that waits for a moderator was changed. Its publisher would have "
        "had to withdraw it from moderation first."
    ),
    "door.bulk": N_(
        "Datasets became public or hidden by the dozen. That would have been refused: "
        "each is submitted by itself."
    ),
    "door.unchecked": N_(
        "A file of a public dataset was saved while the checker of files did not "
        "answer. That would have been refused until it answers."
    ),
}
PASSPORT = N_(
    "A dataset became public with this gap in its passport. The gap would have stopped "
    "its submission."
)
RESTORED = ("deleted", "draft")
FORMAT = N_(
    "A file was saved that the rules of formats forbid here. It would have been "
    "refused."
)


@dataclass(frozen=True)
class Face:
    """What decides who sees a dataset."""

    state: str  # of CKAN: active, draft, deleted or another text
    private: bool
    owner: str | None
    kind: str = "dataset"  # its type

    @property
    def public(self) -> bool:
        """Tell whether readers see the dataset."""
        return is_public(self.state, self.private)


@dataclass(frozen=True)
class Writer:
    """What decides what the door lets somebody do with a dataset.

    :param moderates: decides about datasets of the organization …
    :param moderates_all: … and of all others
    :param nameless: writes past all permissions, and is nobody
    """

    moderates: bool = False
    moderates_all: bool = False
    nameless: bool = False


def would_refuse(
    before: Face | None, after: Face, writer: Writer, review: State | None = None
) -> list[str]:
    """Return the codes of the rules that a write went past.

    :param before: None for a new dataset
    :param review: state of the last review of the dataset
    """
    if before is None:
        return ["door.created"] if after.public else []
    found = []
    if after.public and not before.public:
        found.append("door.published")
    if before.public and after.state == "deleted":
        found += [] if writer.moderates or writer.nameless else ["door.deleted"]
    elif before.public and not after.public:
        found.append("door.hidden")
    elif not after.public and before.state != after.state:
        # who prepares a hidden dataset may delete it, and gets it back as a draft
        free = after.state == "deleted" or (before.state, after.state) == RESTORED
        found += [] if free else ["door.state"]
    held = before.public or review in LOCKED
    if before.owner != after.owner and held and not writer.moderates_all:
        found.append("door.owner")
    if before.kind != after.kind:
        found.append("door.type")
    return [*found, *would_lock(writer, review)]


def would_lock(writer: Writer, review: State | None) -> list[str]:
    """Return the rule that keeps a dataset under review as it is, if it holds."""
    corrects = review is State.SUBMITTED and writer.moderates
    return ["door.locked"] if review in LOCKED and not corrects else []


def words(code: str) -> str:
    """Return what a code means, as a message id: of a rule, or of a finding."""
    if code.startswith(("format.", "content.")):
        return FORMAT
    return RULES.get(code, PASSPORT)
