"""Tables and queries: one file per feature; nothing here commits.

Every table is imported here, so that ``metadata`` knows them all.
"""

from ckanext.opendata_ua.model.acknowledgement import Acknowledgement
from ckanext.opendata_ua.model.base import metadata
from ckanext.opendata_ua.model.case import Case, CaseEvent
from ckanext.opendata_ua.model.check import Check
from ckanext.opendata_ua.model.file_version import FileVersion
from ckanext.opendata_ua.model.job import Job
from ckanext.opendata_ua.model.link import Link
from ckanext.opendata_ua.model.moderator import Moderator
from ckanext.opendata_ua.model.observation import Observation
from ckanext.opendata_ua.model.outbox import Message
from ckanext.opendata_ua.model.publication import Preview, Publication
from ckanext.opendata_ua.model.register_import import RegisterImport
from ckanext.opendata_ua.model.register_mark import RegisterMark
from ckanext.opendata_ua.model.register_set import RegisterSet

__all__ = [
    "Acknowledgement",
    "Case",
    "CaseEvent",
    "Check",
    "FileVersion",
    "Job",
    "Link",
    "Message",
    "Moderator",
    "Observation",
    "Preview",
    "Publication",
    "RegisterImport",
    "RegisterMark",
    "RegisterSet",
    "metadata",
]
