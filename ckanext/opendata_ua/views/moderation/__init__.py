"""Pages of moderation: the moderator's desk, the publisher's board and steps."""

from ckanext.opendata_ua.views.moderation import (
    case,
    desk,
    draft,
    many,
    moderators,
    steps,
    work,
)
from ckanext.opendata_ua.views.moderation.blueprint import opendata_ua_moderation

__all__ = [
    "case",
    "desk",
    "draft",
    "many",
    "moderators",
    "opendata_ua_moderation",
    "steps",
    "work",
]
