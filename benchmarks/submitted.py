"""Submit all copies of a portal at once; prints a moderator's API token at the end.

Runs as a program of its own (``CKAN_INI`` names the site). Rows are written by the
database: what ten thousand submissions would make is the same.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

MODERATOR, PASSWORD = "bench-moderator", "bench-password"
#: Deadlines a minute apart, the oldest already over. A case of its own for each copy.
CASES = """
INSERT INTO opendata_ua_case (id, package_id, organization_id, state, version,
    content_hash, author, self_control, opened, submitted, due)
SELECT md5('case' || id), id, owner_org, 'submitted', 1, '', creator_user_id, false,
    now(), now(), now() + (row_number() OVER (ORDER BY id) - 500) * interval '1 minute'
FROM package WHERE name LIKE '%-seed-%'
"""


def submit() -> str:
    """Write the cases and make a moderator; return the token."""
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    person = {"name": MODERATOR, "email": "m@example.org", "password": PASSWORD}
    tk.get_action("user_create")({"ignore_auth": True, "user": name}, person)
    user: Any = model.User.get(MODERATOR)
    user.sysadmin = True
    model.Session.execute(sa.text(CASES))
    model.Session.execute(sa.text("ANALYZE"))
    model.Session.commit()
    asked = {"user": MODERATOR, "name": "bench"}
    by_site: Any = {"ignore_auth": True, "user": name}
    return tk.get_action("api_token_create")(by_site, asked)["token"]


if __name__ == "__main__":
    application: Any = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with application._wsgi_app.test_request_context():
        sys.stdout.write(f"{submit()}\n")
