"""Web pages: one blueprint per feature; those listed here are registered."""

from ckanext.opendata_ua.views.checklist import opendata_ua_checklist
from ckanext.opendata_ua.views.file import opendata_ua_file
from ckanext.opendata_ua.views.gaps import opendata_ua_gaps
from ckanext.opendata_ua.views.moderation import opendata_ua_moderation
from ckanext.opendata_ua.views.observation import opendata_ua_observation
from ckanext.opendata_ua.views.passport import opendata_ua_passport
from ckanext.opendata_ua.views.proposal import opendata_ua_proposal
from ckanext.opendata_ua.views.publication import opendata_ua_publication
from ckanext.opendata_ua.views.refusals import opendata_ua_refusals
from ckanext.opendata_ua.views.register import opendata_ua_register
from ckanext.opendata_ua.views.register_import import opendata_ua_register_import

__all__ = [
    "opendata_ua_checklist",
    "opendata_ua_file",
    "opendata_ua_gaps",
    "opendata_ua_moderation",
    "opendata_ua_observation",
    "opendata_ua_passport",
    "opendata_ua_proposal",
    "opendata_ua_publication",
    "opendata_ua_refusals",
    "opendata_ua_register",
    "opendata_ua_register_import",
]
