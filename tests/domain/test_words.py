"""Message ids."""

from ckanext.opendata_ua.domain.words import N_


def test_marking_a_message_does_not_change_it() -> None:
    assert N_("Write a title.") == "Write a title."
