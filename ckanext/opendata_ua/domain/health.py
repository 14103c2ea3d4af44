"""Whether the portal serves its readers, judged by which of its parts answer."""

from collections.abc import Mapping
from enum import Enum


class Status(str, Enum):
    """What a load balancer has to know."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


#: Without these nothing can be read. Without Solr search fails, and so do CKAN's pages
#: that count the datasets of an organization; files, passports and the API answer from
#: the database. Without Redis work waits in the database, and a poll finds it. Both are
#: shared by all nodes: a balancer that took them all away would help nobody, and would
#: turn a portal without search into no portal.
VITAL = frozenset({"database"})


def status(parts: Mapping[str, bool]) -> Status:
    """Return the health of the portal.

    :param parts: name of each part, and whether it is as it should be
    """
    amiss = {name for name, fine in parts.items() if not fine}
    if amiss & VITAL:
        return Status.DOWN
    return Status.DEGRADED if amiss else Status.OK
