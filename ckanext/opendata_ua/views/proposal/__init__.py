"""Pages of proposals: for readers, for the staff, for programs."""

from ckanext.opendata_ua.views.proposal import exports, many, readers, staff
from ckanext.opendata_ua.views.proposal.blueprint import opendata_ua_proposal

__all__ = ["exports", "many", "opendata_ua_proposal", "readers", "staff"]
