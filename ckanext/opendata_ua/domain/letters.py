"""Words of the letters the portal sends: message ids with named values."""

from collections.abc import Mapping
from dataclasses import dataclass

from .words import N_


@dataclass(frozen=True)
class Letter:
    """One kind of letter. ``link`` opens the page where its reader goes on."""

    subject: str
    body: str


LETTERS: Mapping[str, Letter] = {
    "submit": Letter(
        N_("To moderate: {title}"),
        N_(
            'The dataset "{title}" ({organization}) has been submitted to '
            "moderation.\n\nPlease decide by {due}.\n\nThe page of the case: {link}\n"
        ),
    ),
    "approve": Letter(
        N_("Approved: {title}"),
        N_(
            'The dataset "{title}" has been approved and is being published.\n\n'
            "{comment}\n\nIts page: {link}\n"
        ),
    ),
    "approve_later": Letter(
        N_("Approved: {title}"),
        N_(
            'The dataset "{title}" has been approved and becomes public on {day}.\n\n'
            "{comment}\n\nIts page: {link}\n"
        ),
    ),
    "return": Letter(
        N_("Returned for correction: {title}"),
        N_(
            'The moderator has returned the dataset "{title}" to you.\n\n'
            "What to mend:\n{reasons}\n\n{comment}\n\n"
            "Mend it and submit it again: {link}\n"
        ),
    ),
    "reject": Letter(
        N_("Rejected: {title}"),
        N_(
            'The moderator has rejected the dataset "{title}".\n\n'
            "Why:\n{reasons}\n\n{comment}\n\nIts page: {link}\n"
        ),
    ),
    "remind": Letter(
        N_("Not decided yet: {title}"),
        N_(
            'The dataset "{title}" ({organization}) still waits for a decision. It was '
            "due by {due}.\n\nThe page of the case: {link}\n"
        ),
    ),
    "escalate": Letter(
        N_("Nobody has decided: {title}"),
        N_(
            'The dataset "{title}" ({organization}) waits for a decision since long '
            "before today: it was due by {due}. You get this letter because you "
            "moderate all organizations or administer the portal.\n\n"
            "The page of the case: {link}\n"
        ),
    ),
    "ask_suspend": Letter(
        N_("Asked to suspend: {title}"),
        N_(
            'The publisher asks to suspend the dataset "{title}" ({organization}).\n\n'
            "{comment}\n\nPlease decide on its page: {link}\n"
        ),
    ),
    "ask_resume": Letter(
        N_("Asked to resume: {title}"),
        N_(
            'The publisher asks to resume the dataset "{title}" ({organization}).\n\n'
            "{comment}\n\nPlease decide on its page: {link}\n"
        ),
    ),
    "ask_withdraw": Letter(
        N_("Asked to withdraw: {title}"),
        N_(
            "The publisher asks to end the publication of the dataset "
            '"{title}" ({organization}).\n\n'
            "{comment}\n\nPlease decide on its page: {link}\n"
        ),
    ),
    "decline": Letter(
        N_("Declined: {title}"),
        N_(
            "The moderator has declined what was asked about the dataset "
            '"{title}".\n\n{comment}\n\nIts page: {link}\n'
        ),
    ),
    "suspend": Letter(
        N_("Suspended: {title}"),
        N_(
            'The dataset "{title}" is suspended: readers see its page and the reason, '
            "but no files.\n\n{comment}\n\nIts page: {link}\n"
        ),
    ),
    "resume": Letter(
        N_("Resumed: {title}"),
        N_(
            'The dataset "{title}" is resumed: readers get its files again.\n\n'
            "{comment}\n\nIts page: {link}\n"
        ),
    ),
    "end": Letter(
        N_("Withdrawn: {title}"),
        N_(
            'The publication of the dataset "{title}" has ended.\n\n'
            "{comment}\n\nIts page: {link}\n"
        ),
    ),
}

#: Letters about proposals of readers. ``receipt`` and ``confirm`` are secret addresses.
PROPOSALS: Mapping[str, Letter] = {
    "proposal_staff": Letter(
        N_("A proposal to look at: {about}"),
        N_(
            "A reader has sent a proposal about {about}.\n\nShow it to everybody, or "
            "hide it with a reason. An answer is due by {due}.\n\n{link}\n"
        ),
    ),
    "proposal_owed": Letter(
        N_("A proposal waits for your answer: {about}"),
        N_(
            "A reader has proposed about {about}:\n\n{text}\n\n"
            "Please answer by {due}: {link}\n"
        ),
    ),
    "proposal_received": Letter(
        N_("Your proposal has been received: {about}"),
        N_(
            "Your proposal about {about} has been received. An answer is due by {due}."
            "\n\nWhat becomes of it is shown at this address, which only you have:\n"
            "{receipt}\n\n"
            "To get the answer by e-mail too, confirm your address:\n{confirm}\n\n"
            "If you have not sent anything, do nothing: you will get no other letter.\n"
        ),
    ),
    "proposal_hidden": Letter(
        N_("Your proposal is not shown: {about}"),
        N_(
            "Your proposal about {about} is not shown on the portal. The reason: "
            "{reason}.\n\n{receipt}\n"
        ),
    ),
    "proposal_answered": Letter(
        N_("Your proposal has been answered: {about}"),
        N_("Your proposal about {about} has been answered:\n\n{answer}\n\n{link}\n"),
    ),
    "proposal_closed": Letter(
        N_("Your proposal is closed: {about}"),
        N_(
            "Your proposal about {about} is closed. The outcome: {outcome}.\n\n"
            "{answer}\n\n{link}\n"
        ),
    ),
    "proposal_week": Letter(
        N_("Proposals that wait for your answer: {owed}"),
        N_(
            "This many proposals of readers wait for your organization: {owed}. Of "
            "them past their term: {late}.\n\nSo many look automatic, and wait for "
            "somebody to see whether a person has sent them: {held}.\n\n"
            "The board: {link}\n"
        ),
    ),
}

#: Letters about links that do not work any more. ``list`` names them, one a line.
LINKS: Mapping[str, Letter] = {
    "links_broken": Letter(
        N_("Links that do not work: {organization}"),
        N_(
            "Readers do not get the data behind these links of your datasets "
            "({organization}):\n\n{list}\n\n"
            "Open each address in a browser. If the data have moved, correct the "
            "address; if they are gone, upload the file itself. If the address works "
            "for you, it may be closed to programs: ask who runs that server.\n\n"
            "The portal asks again by itself. You get no other letter about these "
            "links as long as they are broken.\n"
        ),
    ),
}
