"""The register of datasets: rows for programs, and the dataset that publishes it."""

from ckanext.opendata_ua.logic.action.register.kept import (
    opendata_ua_register_compare,
    opendata_ua_register_import_apply,
    opendata_ua_register_import_keep,
    opendata_ua_register_import_run,
    opendata_ua_register_import_show,
)
from ckanext.opendata_ua.logic.action.register.load import opendata_ua_register_import
from ckanext.opendata_ua.logic.action.register.publish import (
    opendata_ua_register_publish,
)
from ckanext.opendata_ua.logic.action.register.refresh import (
    opendata_ua_register_changed,
    opendata_ua_register_refresh,
)
from ckanext.opendata_ua.logic.action.register.rows import opendata_ua_register_list

__all__ = [
    "opendata_ua_register_changed",
    "opendata_ua_register_compare",
    "opendata_ua_register_import",
    "opendata_ua_register_import_apply",
    "opendata_ua_register_import_keep",
    "opendata_ua_register_import_run",
    "opendata_ua_register_import_show",
    "opendata_ua_register_list",
    "opendata_ua_register_publish",
    "opendata_ua_register_refresh",
]
