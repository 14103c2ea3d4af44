"""CKAN's settings of the local portal, and how they become an ini file."""

from __future__ import annotations

import base64
import configparser
from collections.abc import Mapping
from pathlib import Path

from stack import postgres, redis, solr
from stack.layout import CHECKOUT, Layout

PLUGINS = (
    "opendata_ua opendata_ua_theme scheming_datasets scheming_organizations "
    "activity tracking datastore text_view image_view datatables_view"
)

# what holds for every site of the stack: a council's portal, closed by default
COMMON = {
    "ckan.site_id": "opendata-ua",
    "ckan.site_title": "Відкриті дані Вербогірської громади",
    "ckan.site_description": "Портал відкритих даних органу місцевого самоврядування",
    "ckanext.opendata_ua.theme.council_name": "Вербогірська міська рада",
    "ckanext.opendata_ua.proposal.holder": "Вербогірська міська рада",
    "ckanext.opendata_ua.proposal.contact": "data@verbohirsk.gov.ua.example",
    "ckanext.opendata_ua.theme.council_site": "https://verbohirsk.gov.ua.example",
    "ckan.locale_default": "uk",
    "ckan.locales_offered": "uk en",
    "ckan.locale_order": "uk en",
    "ckan.display_timezone": "Europe/Kyiv",
    "ckan.views.default_views": "image_view text_view datatables_view",
    "ckan.uploads_enabled": "true",
    "ckan.max_resource_size": "100",
    "ckan.gravatar_default": "disabled",
    "ckan.auth.anon_create_dataset": "false",
    "ckan.auth.create_unowned_dataset": "false",
    "ckan.auth.create_dataset_if_not_in_organization": "false",
    "ckan.auth.user_create_groups": "false",
    "ckan.auth.user_create_organizations": "false",
    "ckan.auth.user_delete_groups": "false",
    "ckan.auth.user_delete_organizations": "false",
    "ckan.auth.create_user_via_api": "false",
    "ckan.auth.create_user_via_web": "false",
    "ckan.auth.public_user_details": "false",
    "ckan.auth.public_activity_stream_detail": "false",
    "ckan.auth.create_default_api_keys": "false",
    "ckan.auth.reveal_private_datasets": "false",
    "ckan.datastore.sqlsearch.enabled": "false",
    "ckan.files.authenticated_uploads.allow": "false",
    # every form carries its token (2.12 has no such option and no such hole)
    "ckan.csrf_protection.ignore_extensions": "false",
    "ckan.jobs.timeout": "600",
    # the addresses of the demo do not exist
    "ckanext.opendata_ua.links.check": "false",
    "smtp.server": "127.0.0.1:{mail_port}",
    "smtp.starttls": "false",
    "smtp.starttls_verify": "false",
    "smtp.mail_from": "portal@example.org",
}


def site_settings(
    site: Layout, *, name: str, port: int, redis_database: int, storage: Path
) -> dict[str, str]:
    """Return the settings of one site: its databases, core, folder and address.

    :param name: of its database and Solr core; the DataStore's follows from it
    """
    datastore = name.replace("ckan", "datastore", 1)
    secret = site.secret("session")
    common = {key: v.format(mail_port=site.mail_port) for key, v in COMMON.items()}
    return common | {
        "ckanext.opendata_ua.theme.coat_of_arms": _coat_of_arms(),
        "ckan.site_url": f"http://127.0.0.1:{port}",
        "ckan.plugins": PLUGINS,
        "sqlalchemy.url": postgres.url(site, name),
        "ckan.datastore.write_url": postgres.url(site, datastore),
        "ckan.datastore.read_url": postgres.url(site, datastore, postgres.READER),
        "solr_url": solr.url(site, name),
        "ckan.redis.url": redis.url(site, redis_database),
        "ckan.storage_path": str(storage),
        "ckan.webassets.path": str(site.home / "webassets" / name),
        "SECRET_KEY": secret,
        "WTF_CSRF_SECRET_KEY": site.secret("csrf"),
        "api_token.jwt.encode.secret": f"string:{secret}",
        "api_token.jwt.decode.secret": f"string:{secret}",
        # browsers keep cookies by host, not by port: two stacks, two names
        "SESSION_COOKIE_NAME": f"ckan_{port}",
        "REMEMBER_COOKIE_NAME": f"remember_{port}",
    }


def _coat_of_arms() -> str:
    """Return the picture of the demo's city as a data URI."""
    picture = CHECKOUT / "ckanext/opendata_ua/demo/coat_of_arms.svg"
    coded = base64.b64encode(picture.read_bytes()).decode()
    return f"data:image/svg+xml;base64,{coded}"


def generated(text: str, settings: Mapping[str, str]) -> str:
    """Return CKAN's generated ini with our settings in it.

    A key that the file has is replaced where it stands (commented or not), others
    go to the end of [app:main]; a percent sign is doubled, as ini files want it.
    """
    left = {key: value.replace("%", "%%") for key, value in settings.items()}
    lines: list[str] = []
    in_app = False
    for line in text.splitlines():
        if line.startswith("["):
            if in_app:
                lines += [f"{key} = {value}" for key, value in left.items()]
            in_app = line.strip() == "[app:main]"
        key = line.partition("=")[0].lstrip("# ").rstrip()
        if in_app and "=" in line and key in left:
            line = f"{key} = {left.pop(key)}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def json_logs(text: str) -> str:
    """Return CKAN's generated ini with lines of logs as JSON (docs/monitoring.md)."""
    section = "[formatter_generic]\n"
    named = "class = ckanext.opendata_ua.logs.JsonFormatter\n"
    return text.replace(section, section + named)


def test_settings(template: Path, settings: Mapping[str, str]) -> str:
    """Return test.ini of the checkout with the addresses of our services added."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] - keys keep case
    parser.read(template, encoding="utf-8")
    own = dict(parser["app:main"])
    for key, value in settings.items():
        if key not in own:
            parser["app:main"][key] = value.replace("%", "%%")
    parser["app:main"]["use"] = "egg:ckan"
    lines = [f"# written from {template.name}: edit that file, not this one"]
    for section in ["DEFAULT", *parser.sections()]:
        values = parser.defaults() if section == "DEFAULT" else parser[section]
        lines.append(f"\n[{section}]")
        lines += [
            f"{key} = {value}"
            for key, value in values.items()
            if section == "DEFAULT" or key not in parser.defaults()
        ]
    return "\n".join(lines) + "\n"
