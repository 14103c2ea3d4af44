"""Permissions: one function per action, of the action's name."""

from ckanext.opendata_ua.logic.auth.body import opendata_ua_body_show
from ckanext.opendata_ua.logic.auth.checklist import opendata_ua_checklist_show
from ckanext.opendata_ua.logic.auth.passport import opendata_ua_passport_show
from ckanext.opendata_ua.logic.auth.search import opendata_ua_search_did_you_mean

__all__ = [
    "opendata_ua_body_show",
    "opendata_ua_checklist_show",
    "opendata_ua_passport_show",
    "opendata_ua_search_did_you_mean",
]
