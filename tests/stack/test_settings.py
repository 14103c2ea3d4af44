"""The ini files: CKAN's generated one and the tests' one carry our settings."""

from __future__ import annotations

import configparser
from pathlib import Path

from stack import settings
from stack.layout import CHECKOUT, Layout

GENERATED = """\
[DEFAULT]
debug = false

[app:main]
use = egg:ckan
ckan.plugins = activity
# ckan.storage_path = /var/lib/ckan/default
ckan.site_title = CKAN

[loggers]
keys = root
"""


def _read(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] - case counts
    parser.read_string(text)
    return parser


def test_a_setting_replaces_the_generated_one_where_it_stands() -> None:
    told = {
        "ckan.plugins": "datastore",
        "ckan.storage_path": "/there",
        "ckanext.new": "50%",
    }
    app = _read(settings.generated(GENERATED, told))["app:main"]
    assert dict(app) == {
        "debug": "false",
        "use": "egg:ckan",
        "ckan.plugins": "datastore",
        "ckan.storage_path": "/there",
        "ckan.site_title": "CKAN",
        "ckanext.new": "50%%",
    }


def test_logs_of_the_local_portal_are_json() -> None:
    text = "[formatters]\nkeys = generic\n\n[formatter_generic]\nformat = %(message)s\n"
    assert dict(_read(settings.json_logs(text))["formatter_generic"]) == {
        "class": "ckanext.opendata_ua.logs.JsonFormatter",
        "format": "%(message)s",
    }


def test_two_sites_share_no_store(site: Layout) -> None:
    """Databases, core, Redis database, files and cookies of a site are its own."""
    sites = [
        settings.site_settings(
            site, name=name, port=port, redis_database=number, storage=Path(name)
        )
        for name, port, number in (("ckan", 5000, 0), ("ckan_pages", 5005, 2))
    ]
    for key in (
        "sqlalchemy.url",
        "ckan.datastore.write_url",
        "ckan.datastore.read_url",
        "solr_url",
        "ckan.redis.url",
        "ckan.storage_path",
        "ckan.webassets.path",
        "ckan.site_url",
        "SESSION_COOKIE_NAME",
    ):
        assert sites[0][key] != sites[1][key], key


def test_a_council_s_portal_is_closed_by_default(site: Layout) -> None:
    told = settings.site_settings(
        site, name="ckan", port=5000, redis_database=0, storage=Path("x")
    )
    rights = {key: value for key, value in told.items() if ".auth." in key}
    assert rights
    assert set(rights.values()) == {"false"}
    assert told["ckan.locale_default"] == "uk"


def test_secrets_stay_the_same_between_set_ups(site: Layout) -> None:
    def told() -> dict[str, str]:
        return settings.site_settings(
            site, name="ckan", port=5000, redis_database=0, storage=Path("x")
        )

    assert told() == told()


def test_the_tests_settings_keep_what_test_ini_says(site: Layout) -> None:
    added = {"ckan.site_title": "ours", "solr_url": "http://127.0.0.1:1/solr/x"}
    template = CHECKOUT / "test.ini"
    parser = _read(settings.test_settings(template, added))
    own = _read(template.read_text(encoding="utf-8"))
    assert parser["app:main"]["solr_url"] == added["solr_url"]
    title = own["app:main"]["ckan.site_title"]
    assert parser["app:main"]["ckan.site_title"] == title
    assert parser.sections() == own.sections()


def test_the_tests_run_with_the_plugins_of_the_site() -> None:
    own = _read((CHECKOUT / "test.ini").read_text(encoding="utf-8"))
    assert own["app:main"]["ckan.plugins"] == settings.PLUGINS
