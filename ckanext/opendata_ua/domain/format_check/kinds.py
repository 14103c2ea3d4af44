"""What is said when a file and what is told of it do not agree.

Messages name ``file``, ``format``, ``declared``, ``extension`` and ``media_type``.
"""

from ..findings import Severity
from ..words import N_
from .faults import Kind

NARROWER = Kind(
    Severity.ADVICE,
    N_("The file “{file}” is {format}, which says more than “{declared}”."),
    N_("Write {format} as the format."),
)
PACKED = Kind(
    Severity.ADVICE,
    N_("“{declared}” only says how the file “{file}” is packed; inside is {format}."),
    N_("Write {format} as the format."),
)
MISMATCH = Kind(
    Severity.BLOCKING,
    N_("The file “{file}” is declared as {declared}, but it is {format}."),
    N_("Write the format that the file has, or upload the right file."),
)
UNLIKE = Kind(
    Severity.BLOCKING,
    N_("The file “{file}” is declared as {declared}, but its content is not that."),
    N_("Write the format that the file has, or upload the right file."),
)
EXTENSION = Kind(
    Severity.BLOCKING,
    N_("The name “{file}” ends in “.{extension}”, but the file is {format}."),
    N_("Give the file the ending of its format, or save it in the format it claims."),
)
UNLIKE_EXTENSION = Kind(
    Severity.BLOCKING,
    N_("The name “{file}” ends in “.{extension}”, but its content is not that."),
    N_("Save the file once more in the format that its name claims."),
)
MEDIA_TYPE = Kind(
    Severity.ADVICE,
    N_("“{file}” is sent as {media_type}, but the file is {format}."),
    N_("Set the right media type where the file is served: {right}."),
)
UNKNOWN = Kind(
    Severity.WARNING,
    N_("It could not be told what kind of file “{file}” is."),
    N_("Save the data in a common format, for example CSV, XLSX, JSON or XML."),
)
#: A rule that somebody laid has their own words for its reason.
OWN_REASON = N_("{format}: {reason}")
