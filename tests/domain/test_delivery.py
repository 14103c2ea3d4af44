"""What a mail server's answer means for a letter, its recipient and all others."""

from __future__ import annotations

import pytest

from ckanext.opendata_ua.domain.delivery import (
    Deferred,
    DeliveryError,
    Refused,
    Stage,
    Unreachable,
    verdict,
)


@pytest.mark.parametrize(
    ("stage", "code", "meaning"),
    [
        (Stage.SERVER, None, Unreachable),
        (Stage.SERVER, 535, Unreachable),  # wrong password
        (Stage.SERVER, 554, Unreachable),  # no service for this address
        (Stage.SENDER, None, Unreachable),
        (Stage.SENDER, 451, Unreachable),
        (Stage.SENDER, 550, Unreachable),
        (Stage.SENDER, 552, Refused),  # too big, told with SIZE
        (Stage.RECIPIENT, 550, Refused),
        (Stage.RECIPIENT, 450, Deferred),
        (Stage.RECIPIENT, 530, Unreachable),  # sign in first
        (Stage.RECIPIENT, None, Deferred),
        (Stage.CONTENT, 554, Refused),
        (Stage.CONTENT, 451, Deferred),
        (Stage.CONTENT, 421, Unreachable),  # the server closes
        (Stage.CONTENT, None, Deferred),
    ],
)
def test_an_answer_is_about_the_letter_the_mailbox_or_the_server(
    stage: Stage, code: int | None, meaning: type[DeliveryError]
) -> None:
    assert verdict(stage, code) is meaning
