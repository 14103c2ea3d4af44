"""Looking on, every way in every state by every role: `make test` takes a cut of it.

``make prove`` sets OPENDATA_UA_WHOLE, which makes the lists of the tests whole.
"""

from tests.integration.test_observed_writes import *  # noqa: F403 - the same tests
