"""Validators of an organization: codes and addresses of a holder of information."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import (
    Context,
    FlattenDataDict,
    FlattenErrorDict,
    FlattenKey,
)

from ckanext.opendata_ua.domain import passport
from ckanext.opendata_ua.logic import reading, wording
from ckanext.opendata_ua.logic.validators.stored import stored_value, text_of


def opendata_ua_body_element(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Check one field of an organization and write its canonical value."""
    value = text_of(data.get(key))
    if not value:
        data.pop(key, None)
        raise tk.StopOnError
    if value == stored_value(context, data, key):
        return
    canonical, findings = passport.check_value(
        key[-1], value, today=reading.today_date()
    )
    data[key] = canonical
    errors[key].extend(wording.refusals(findings))
    if errors[key]:
        raise tk.StopOnError
