"""What the plugin checks when CKAN starts."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest

from ckanext.opendata_ua import compat, config

pytestmark = pytest.mark.usefixtures("portal")


def test_an_older_ckan_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compat, "OLDEST", "99.0")
    with pytest.raises(RuntimeError, match=r"needs CKAN 99\.0 or newer.*upgrade"):
        compat.require_supported_ckan()


def test_a_missing_scheming_plugin_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_datasets(name: str) -> bool:
        return name == "scheming_datasets"

    monkeypatch.setattr(p, "plugin_loaded", only_datasets)
    with pytest.raises(RuntimeError, match=r"'scheming_organizations'"):
        config.require_scheming()


def test_the_schemas_are_set_by_themselves() -> None:
    schemas: Any = tk.get_action("scheming_dataset_schema_list")({}, {})
    assert "dataset" in schemas
    assert tk.config["scheming.dataset_schemas"].startswith("ckanext.opendata_ua")
