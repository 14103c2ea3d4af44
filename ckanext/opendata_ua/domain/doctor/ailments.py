"""Everything the doctor knows to be an illness, as one table.

Numbers stand after a colon ("Missing: 5"), so that one form of the words serves all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from ckanext.opendata_ua.domain.words import N_

#: How many examples a finding names.
EXAMPLES = 10


class Weight(str, Enum):
    """How much a finding weighs; advice leaves a portal healthy."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True)
class Ailment:
    """One thing that can be wrong; ``code`` never changes.

    The texts are message ids; all may name ``{count}`` and what the finding adds.
    ``repaired`` says what a repair has done; an ailment without it is beyond repair by
    the doctor.
    """

    code: str
    weight: Weight
    message: str
    reason: str
    remedy: str
    repaired: str = ""


@dataclass(frozen=True)
class Finding:
    """An ailment that is there: how often, with some ids or names."""

    ailment: Ailment
    count: int
    examples: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def finding(
    code: str, count: int, examples: Iterable[str] = (), **values: str
) -> Finding:
    """Return the finding of a listed ailment, with at most ``EXAMPLES`` examples."""
    return Finding(AILMENTS[code], count, tuple(islice(examples, EXAMPLES)), values)


_TABLE = (
    Ailment(
        "doctor.migrations.ours",
        Weight.ERROR,
        N_("Migrations of this extension that the database lacks: {count}."),
        N_(
            "Tables or columns are missing: files, jobs and messages cannot be kept, "
            "and pages that need them fail."
        ),
        N_("Make a backup, then run: ckan db upgrade -p opendata_ua"),
    ),
    Ailment(
        "doctor.migrations.core",
        Weight.ERROR,
        N_("Migrations of CKAN itself that the database lacks: {count}."),
        N_("CKAN reads and writes tables that are not as it expects them."),
        N_("Make a backup, then run: ckan db upgrade --skip-plugins"),
    ),
    Ailment(
        "doctor.migrations.plugins",
        Weight.ERROR,
        N_("Other plugins whose migrations the database lacks: {count}."),
        N_("Those plugins fail as soon as they need their tables."),
        N_("Make a backup, then run for each of them: ckan db upgrade -p NAME"),
    ),
    Ailment(
        "doctor.migrations.ahead",
        Weight.ERROR,
        N_("Parts whose database comes from a newer release: {count}."),
        N_(
            "The installed code does not know the revision in the database. An older "
            "release was put over a newer one, and may damage what it does not know."
        ),
        N_("Install the newer release again, or restore the backup made before it."),
    ),
    Ailment(
        "doctor.index.missing",
        Weight.ERROR,
        N_("Datasets that the search index lacks: {count}."),
        N_("Nobody finds them by search, in lists of organizations and in feeds."),
        N_("Run the doctor with --repair, or: ckan opendata-ua search rebuild"),
        N_("Datasets added to the search index: {count}."),
    ),
    Ailment(
        "doctor.index.orphan",
        Weight.ERROR,
        N_("Entries of the search index without a dataset: {count}."),
        N_(
            "Search still shows what was deleted or purged, text and links included; "
            "the page behind it does not exist."
        ),
        N_("Run the doctor with --repair, or: ckan opendata-ua search rebuild"),
        N_("Entries without a dataset removed from the search index: {count}."),
    ),
    Ailment(
        "doctor.index.visibility",
        Weight.ERROR,
        N_("Datasets whose state or privacy differs in the search index: {count}."),
        N_(
            "A dataset that was hidden may still be found and read through search, or "
            "a published one may be found by nobody."
        ),
        N_("Run the doctor with --repair at once: ckan opendata-ua doctor --repair"),
        N_("Datasets indexed again with their state and privacy: {count}."),
    ),
    Ailment(
        "doctor.index.labels",
        Weight.ERROR,
        N_("Datasets whose permission labels differ in the search index: {count}."),
        N_(
            "The labels decide who finds a dataset: search shows it to people who may "
            "not read it, or hides it from those who may."
        ),
        N_("Run the doctor with --repair at once: ckan opendata-ua doctor --repair"),
        N_("Datasets indexed again with their permission labels: {count}."),
    ),
    Ailment(
        "doctor.index.stale",
        Weight.WARNING,
        N_("Datasets that the search index has in an older version: {count}."),
        N_(
            "Search shows old titles and links. CKAN also answers from the copy in the "
            "index, and may save it over the newer values."
        ),
        N_("Run the doctor with --repair, or: ckan opendata-ua search rebuild"),
        N_("Datasets indexed again in their newest version: {count}."),
    ),
    Ailment(
        "doctor.datasets.unowned",
        Weight.WARNING,
        N_("Datasets without an organization: {count}."),
        N_("Any editor of any organization may change them, and nobody answers."),
        N_("Give each of them an organization, or delete it."),
    ),
    Ailment(
        "doctor.jobs.dead",
        Weight.ERROR,
        N_("Background jobs that failed for good: {count}."),
        N_("Work that was promised is not done."),
        N_(
            "Read the errors with: ckan opendata-ua jobs list. When the cause is gone, "
            "let them run again with: ckan opendata-ua jobs retry"
        ),
    ),
    Ailment(
        "doctor.jobs.late",
        Weight.ERROR,
        N_("Background jobs that should have begun long ago: {count}."),
        N_("No worker runs, or too few do. The last job ended: {last}."),
        N_("Start the worker, and keep it running: ckan opendata-ua jobs run"),
    ),
    Ailment(
        "doctor.jobs.silent",
        Weight.WARNING,
        N_("Background jobs whose worker is silent: {count}."),
        N_("The worker died, and no other has taken its work."),
        N_("Start the worker, and keep it running: ckan opendata-ua jobs run"),
    ),
    Ailment(
        "doctor.messages.dead",
        Weight.ERROR,
        N_("Messages that will not be sent any more: {count}."),
        N_("People were not told what they should know."),
        N_(
            "Read the errors with: ckan opendata-ua outbox list. When the cause is "
            "gone, send them with: ckan opendata-ua outbox retry"
        ),
    ),
    Ailment(
        "doctor.messages.late",
        Weight.WARNING,
        N_("Messages that wait for longer than an hour: {count}."),
        N_("The mail server does not take them, or nobody delivers."),
        N_(
            "Look at the errors with: ckan opendata-ua outbox list. See that the "
            "worker runs: ckan opendata-ua jobs run"
        ),
    ),
    Ailment(
        "doctor.files.missing",
        Weight.ERROR,
        N_("Files that the store should have and has not: {count}."),
        N_("Readers get an error in place of the data."),
        N_(
            "Bring the store back from a backup, or upload the files of these "
            "resources again."
        ),
    ),
    Ailment(
        "doctor.files.size",
        Weight.ERROR,
        N_("Files of another size than they had when they came: {count}."),
        N_("They are damaged: readers get other bytes than were published."),
        N_(
            "Bring the store back from a backup, then read all files again with: "
            "ckan opendata-ua files verify"
        ),
    ),
    Ailment(
        "doctor.files.classic",
        Weight.ERROR,
        N_("Uploaded resources without their file: {count}."),
        N_("Readers get an error in place of the data."),
        N_(
            "Bring ckan.storage_path back from a backup, or upload the files of these "
            "resources again."
        ),
    ),
    Ailment(
        "doctor.redis.volatile",
        Weight.ADVICE,
        N_("Redis keeps nothing on disk."),
        N_(
            "Jobs of other plugins that wait are lost when it ends. Those of this "
            "extension lie in the database and are not."
        ),
        N_("Set appendonly yes in redis.conf."),
    ),
    Ailment(
        "doctor.redis.unknown",
        Weight.ADVICE,
        N_("Redis does not tell whether it keeps anything on disk."),
        N_("If it does not, jobs of other plugins are lost when it ends."),
        N_("Ask whoever runs Redis for persistence: appendonly yes"),
    ),
    Ailment(
        "doctor.plugins.labels",
        Weight.ERROR,
        N_("Plugins that decide before ours who may find a dataset: {count}."),
        N_(
            "CKAN asks only the first of them. Drafts and datasets under review are "
            "found by people who may not read them yet."
        ),
        N_("In ckan.plugins, put opendata_ua before them, then rebuild the index."),
    ),
    Ailment(
        "doctor.plugins.drafts",
        Weight.ADVICE,
        N_("Plugins that work on files before a moderator has seen them: {count}."),
        N_(
            "They fetch or load the file of a resource as soon as it is saved, drafts "
            "included, with the rights of the system."
        ),
        N_("See in their settings that they pass over what is not published."),
    ),
    Ailment(
        "doctor.canary.left",
        Weight.WARNING,
        N_("Datasets that an interrupted crawl has left: {count}."),
        N_("They are drafts with meaningless words, and stand in the work of a body."),
        N_("Run the doctor with --repair; the next crawl removes them too."),
        N_("Datasets of interrupted crawls removed: {count}."),
    ),
    Ailment(
        "doctor.leaks.told",
        Weight.ERROR,
        N_("Ways by which a reader sees what is hidden: {count}, of {asked} asked."),
        N_(
            "A reader without an account got words of a dataset that nobody has "
            "approved. Each example names the address and what was told."
        ),
        N_(
            "See which plugin serves the address, and turn it off until it asks CKAN "
            "who may read. If the plugin is this one, report it."
        ),
    ),
    Ailment(
        "doctor.leaks.unasked",
        Weight.WARNING,
        N_("Pages that were not looked at: {count}."),
        N_("The doctor does not know what to put into their addresses."),
        N_(
            "Open them without an account, for a draft and for its files, and look "
            "whether anything of it is told."
        ),
    ),
    Ailment(
        "doctor.leaks.guessed",
        Weight.ADVICE,
        N_("Pages and actions that were asked by guess: {count}."),
        N_("They belong to plugins that the doctor does not know."),
        N_("Read in their documentation whether they tell of hidden datasets."),
    ),
    Ailment(
        "doctor.leaks.broken",
        Weight.WARNING,
        N_("Pages and actions that failed instead of answering: {count}."),
        N_("What they would tell could not be seen, and readers get an error."),
        N_("Look for the errors in the logs of the portal, then crawl again."),
    ),
    Ailment(
        "doctor.ckan.csrf",
        Weight.WARNING,
        N_("CVE-2026-41255 is not mended in this CKAN."),
        N_(
            "After one request with a token, a form of the same page is not protected "
            "from forged requests until the process ends."
        ),
        N_("Upgrade CKAN as soon as a mended release is out."),
    ),
    Ailment(
        "doctor.ckan.starttls",
        Weight.WARNING,
        N_("CVE-2026-41132 is not mended in this CKAN."),
        N_(
            "CKAN's own letters, those with new passwords included, go to a mail "
            "server whose certificate is not checked. This extension checks it."
        ),
        N_(
            "Send mail through a relay on the same machine, without smtp.starttls, or "
            "upgrade CKAN as soon as a mended release is out."
        ),
    ),
)

AILMENTS: Mapping[str, Ailment] = {one.code: one for one in _TABLE}
