"""Validators of the schemas: short, they ask the domain."""

from ckanext.opendata_ua.logic.validators.formats import opendata_ua_format_policy
from ckanext.opendata_ua.logic.validators.passport import (
    opendata_ua_address,
    opendata_ua_compression,
    opendata_ua_element,
    opendata_ua_format,
    opendata_ua_keywords,
    opendata_ua_system_dates,
)

__all__ = [
    "opendata_ua_address",
    "opendata_ua_compression",
    "opendata_ua_element",
    "opendata_ua_format",
    "opendata_ua_format_policy",
    "opendata_ua_keywords",
    "opendata_ua_system_dates",
]
