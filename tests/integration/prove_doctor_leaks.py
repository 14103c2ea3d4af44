"""``doctor --leaks`` killed at many more places: `make test` takes a cut of them.

``make prove`` sets OPENDATA_UA_WHOLE, which makes the lists of the tests whole.
"""

from tests.integration.test_doctor_leaks import *  # noqa: F403 - the same tests
