"""The leak matrix, every role by every way in every state; `make test` takes a cut.

``make prove`` sets OPENDATA_UA_WHOLE, which makes the lists of the tests whole.
"""

from tests.integration.test_leaks import *  # noqa: F403 - the same tests
