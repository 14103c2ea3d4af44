"""The door, every way in every state: `make test` takes a cut of it.

``make prove`` sets OPENDATA_UA_WHOLE, which makes the lists of the tests whole.
"""

from tests.integration.test_door_writes import *  # noqa: F403 - the same tests
