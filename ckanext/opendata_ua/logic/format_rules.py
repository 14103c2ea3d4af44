"""Which formats are accepted here: the list of the law, the site's words over it, and
those of one organization over both."""

from __future__ import annotations

import logging
from functools import lru_cache

from ckan import model

from ckanext.opendata_ua import config
from ckanext.opendata_ua.domain import format_check
from ckanext.opendata_ua.domain.errors import InvalidValue
from ckanext.opendata_ua.domain.format_check import Policy
from ckanext.opendata_ua.model.body import extra_of

log = logging.getLogger(__name__)

#: Field of an organization that holds its own rules, as JSON.
FIELD = "format_policy"


def rules_of(organization: str | None) -> Policy:
    """Return the rules for the datasets of an organization; one statement at most.

    What an organization wrote wrongly past the form counts for nothing.

    :param organization: id or name; none has the rules of the site
    """
    own = extra_of(model.Session, organization, FIELD) if organization else ""
    try:
        return _rules(config.format_policy(), own)
    except InvalidValue as error:
        log.error("The policy of formats of %s is void: %s", organization, error)
        return _rules(config.format_policy(), "")


@lru_cache(maxsize=256)
def _rules(site: str, organization: str) -> Policy:
    return format_check.policy(
        format_check.read_changes(site, "site"),
        format_check.read_changes(organization, "organization"),
    )
