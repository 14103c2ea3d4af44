"""Whether Solr answers, asked before anything would wait for it.

CKAN gives Solr ``solr_timeout`` seconds, sixty by default, for each of its requests.
One that takes connections and falls silent would hold a decision, the rows that it has
locked and the person at the browser for minutes. So who can do without the index asks
here first: the index is told later, by a job or a message.
"""

from __future__ import annotations

import logging
import time
from functools import partial

from ckanext.opendata_ua import config
from ckanext.opendata_ua.adapters import probes

log = logging.getLogger(__name__)

#: Seconds that an answer is waited for.
PATIENCE = 2.0
#: Seconds for which a silent Solr is not asked again: of forty decisions at once only
#: the first one waits.
QUIET = 15.0


class _Solr:
    """What this process knows of Solr: since when it need not be asked."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def answers(self) -> bool:
        if time.monotonic() < self._quiet_until:
            return False
        question = partial(probes.solr, *config.solr(), PATIENCE)
        answer = probes.together({"solr before work": question}, PATIENCE)
        silent = next(iter(answer.values()))
        if silent is None:
            return True
        log.warning("Solr does not answer: %s", type(silent).__name__)
        self._quiet_until = time.monotonic() + QUIET
        return False


solr_answers = _Solr().answers
