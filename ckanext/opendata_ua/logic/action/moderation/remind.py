"""Letters about what waits too long."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.opendata_ua import config
from ckanext.opendata_ua.logic import letters, reading
from ckanext.opendata_ua.model.case import Case
from ckanext.opendata_ua.model.moderator import Moderator


def opendata_ua_moderation_remind(
    context: Context, data_dict: DataDict
) -> dict[str, int]:
    """Write to moderators whose cases are late, later to those above them.

    Late cases are told to who has taken them, else to all moderators of the
    organization; what is late by a whole term more, also to moderators of all
    organizations and to sysadmins. Repeating it writes nobody a second letter.

    :returns: how many cases are ``late``, and how many of them ``long_late``
    """
    tk.check_access("opendata_ua_moderation_remind", context, data_dict)
    now, calendar, term = reading.now(), config.calendar(), config.moderation_term()
    late = long_late = 0
    for case, package in list(Case.overdue(model.Session, now)):
        late += 1
        people = [case.moderator] if case.moderator else None
        people = people or Moderator.of_organization(model.Session, package.owner_org)
        letters.tell("remind", case, package, people)
        if calendar.late_by(case.due, now) >= term:
            long_late += 1
            above = Moderator.of_all(model.Session)
            letters.tell("escalate", case, package, set(above) - set(people))
        model.Session.commit()
    return {"late": late, "long_late": long_late}
