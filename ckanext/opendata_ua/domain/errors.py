"""The errors that stop a piece of work; what is merely wrong is a finding."""

import dataclasses
from collections.abc import Mapping
from typing import ClassVar


@dataclasses.dataclass
class DomainError(Exception):
    """Say which field an error belongs to, in a message id with named values.

    ``code`` is the stable one that clients of the Action API get.
    """

    code: ClassVar[str] = "invalid"

    field: str
    message: str
    values: Mapping[str, str | int] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.values)


class InvalidValue(DomainError):
    """Refuse a value that cannot be what its field holds."""


class WrongState(DomainError):
    """Refuse a step that does not lead on from where a thing stands."""

    code = "wrong_state"


class Stale(DomainError):
    """Refuse a decision about something other than what was seen."""

    code = "stale"
