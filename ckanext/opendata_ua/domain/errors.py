"""The errors that stop a piece of work; what is merely wrong is a finding."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass
class DomainError(Exception):
    """Say which field an error belongs to, in a message id with named values."""

    field: str
    message: str
    values: Mapping[str, str | int] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.values)


class InvalidValue(DomainError):
    """Refuse a value that cannot be what its field holds."""
