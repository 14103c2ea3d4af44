"""The blueprint of moderation: for people with an account, kept by no cache."""

from __future__ import annotations

from flask import Blueprint

from ckanext.opendata_ua.views.asking import (
    ask_for_the_token,
    ask_to_sign_in,
    keep_nowhere,
)

opendata_ua_moderation = Blueprint("opendata_ua_moderation", __name__)


opendata_ua_moderation.before_request(ask_to_sign_in)
opendata_ua_moderation.before_request(ask_for_the_token)
opendata_ua_moderation.after_request(keep_nowhere)
