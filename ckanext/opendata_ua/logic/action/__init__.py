"""Actions: everything listed here becomes part of the Action API."""

from ckanext.opendata_ua.logic.action.body import opendata_ua_body_show
from ckanext.opendata_ua.logic.action.checklist import opendata_ua_checklist_show
from ckanext.opendata_ua.logic.action.dataset import package_create, package_update
from ckanext.opendata_ua.logic.action.passport import opendata_ua_passport_show
from ckanext.opendata_ua.logic.action.search import (
    opendata_ua_search_did_you_mean,
    package_search,
)

__all__ = [
    "opendata_ua_body_show",
    "opendata_ua_checklist_show",
    "opendata_ua_passport_show",
    "opendata_ua_search_did_you_mean",
    "package_create",
    "package_search",
    "package_update",
]
