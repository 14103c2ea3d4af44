"""The main plugin: a table of contents of the extension."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.types import Context, SignalMapping

from ckanext.opendata_ua import compat, subscriptions
from ckanext.opendata_ua import config as settings
from ckanext.opendata_ua.cli import get_commands
from ckanext.opendata_ua.implementations import dataset, facets, search


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.cli(get_commands)
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class OpendataUaPlugin(
    DefaultTranslation,  # before ITranslation, whose own methods are empty
    p.IConfigurer,
    p.IConfigurable,
    p.IFacets,
    p.IPackageController,
    p.ISignal,
    p.ITranslation,
    p.SingletonPlugin,
):
    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "opendata-ua")

    # IConfigurable
    def configure(self, config: CKANConfig) -> None:
        compat.require_supported_ckan()
        settings.require_scheming()

    # IFacets
    def dataset_facets(
        self, facets_dict: OrderedDict[str, Any], package_type: str
    ) -> OrderedDict[str, Any]:
        return facets.of_catalogue(facets_dict)

    def organization_facets(
        self,
        facets_dict: OrderedDict[str, Any],
        organization_type: str,
        package_type: str | None,
    ) -> OrderedDict[str, Any]:
        return facets.of_organization(facets_dict)

    # IPackageController
    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        dataset.announce(context)

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        dataset.announce(context)

    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        dataset.add_national_keys(pkg_dict)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return search.index(dataset.index(pkg_dict))

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        search.announce(search_params)
        return facets.label(search_results)

    # ISignal
    def get_signal_subscriptions(self) -> SignalMapping:
        return subscriptions.get_subscriptions()
