"""Publication: suspending, resuming, withdrawing, publishing on a date, previews."""

from __future__ import annotations

from ckan.types import Action

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic.action.publication import read
from ckanext.opendata_ua.logic.action.publication.ask import (
    opendata_ua_publication_decline,
)
from ckanext.opendata_ua.logic.action.publication.plan import (
    opendata_ua_publication_plan,
)
from ckanext.opendata_ua.logic.action.publication.preview import (
    opendata_ua_moderation_preview_create,
    opendata_ua_moderation_preview_list,
    opendata_ua_moderation_preview_revoke,
    opendata_ua_moderation_preview_show,
)
from ckanext.opendata_ua.logic.action.publication.read import (
    package_show,
    resource_search,
)
from ckanext.opendata_ua.logic.action.publication.show import (
    opendata_ua_publication_list,
    opendata_ua_publication_show,
)
from ckanext.opendata_ua.logic.action.publication.suspend import (
    opendata_ua_publication_due,
    opendata_ua_publication_resume,
    opendata_ua_publication_suspend,
)
from ckanext.opendata_ua.logic.action.publication.withdraw import (
    opendata_ua_publication_erase,
    opendata_ua_publication_withdraw,
)

__all__ = [
    "opendata_ua_moderation_preview_create",
    "opendata_ua_moderation_preview_list",
    "opendata_ua_moderation_preview_revoke",
    "opendata_ua_moderation_preview_show",
    "opendata_ua_publication_decline",
    "opendata_ua_publication_due",
    "opendata_ua_publication_erase",
    "opendata_ua_publication_list",
    "opendata_ua_publication_plan",
    "opendata_ua_publication_resume",
    "opendata_ua_publication_show",
    "opendata_ua_publication_suspend",
    "opendata_ua_publication_withdraw",
    "package_show",
    "resource_search",
]


def chained() -> dict[str, Action]:
    """Return the chained actions of parts of CKAN that may be off."""
    return dict(read.ACTIVITY) if "activity" in config.plugins() else {}
