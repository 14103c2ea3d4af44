"""What the plugin checks when CKAN starts."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import authz, logic
from ckan.config.middleware import make_app

from ckanext.opendata_ua import compat, config

pytestmark = pytest.mark.usefixtures("portal")


def test_an_older_ckan_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compat, "OLDEST", "99.0")
    with pytest.raises(RuntimeError, match=r"needs CKAN 99\.0 or newer.*upgrade"):
        compat.require_supported_ckan()


@pytest.mark.ckan_config("ckan.plugins", "opendata_ua scheming_datasets")
@pytest.mark.usefixtures("ckan_config")
def test_a_missing_scheming_plugin_is_named() -> None:
    with pytest.raises(RuntimeError, match=r"add 'scheming_organizations'"):
        config.require_scheming()


@pytest.mark.ckan_config(
    "ckan.plugins", "scheming_datasets scheming_organizations opendata_ua"
)
@pytest.mark.usefixtures("ckan_config")
def test_a_wrong_order_of_plugins_is_told() -> None:
    with pytest.raises(RuntimeError, match=r"stand before"):
        config.require_scheming()


def test_the_schemas_are_set_by_themselves() -> None:
    schemas: Any = tk.get_action("scheming_dataset_schema_list")({}, {})
    assert "dataset" in schemas
    assert tk.config["scheming.dataset_schemas"].startswith("ckanext.opendata_ua")


def test_tables_of_actions_are_whole_before_the_first_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CKAN fills them at first use, and other threads would see them half filled."""
    make_app(tk.config)

    def fail(*args: Any) -> None:
        raise AssertionError("a table is filled during a request")

    monkeypatch.setattr(authz, "get_local_functions", fail)
    monkeypatch.setattr(logic, "_import_module_functions", fail)
    assert tk.get_action("opendata_ua_moderation_submit")
    assert "opendata_ua_moderation_submit" in authz.auth_functions_list()
    assert tk.get_validator("opendata_ua_address")
