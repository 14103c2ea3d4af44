"""A hundred clients at once ask a real web server for the register.

``make prove`` sets OPENDATA_UA_WHOLE, which makes the crowd of the tests whole.
"""

from tests.integration.test_register_crowd import *  # noqa: F403 - the same tests
