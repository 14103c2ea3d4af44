"""Web pages: one blueprint per feature; those listed here are registered."""

from ckanext.opendata_ua.views.passport import opendata_ua_passport

__all__ = ["opendata_ua_passport"]
