"""The main plugin: a table of contents of the extension."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultPermissionLabels, DefaultTranslation
from ckan.types import CKANApp, Context, SignalMapping

from ckanext.opendata_ua import compat, logs, subscriptions
from ckanext.opendata_ua import config as settings
from ckanext.opendata_ua.cli import get_commands
from ckanext.opendata_ua.implementations import dataset, download, facets, search
from ckanext.opendata_ua.implementations.health import Health
from ckanext.opendata_ua.implementations.request_log import RequestLog
from ckanext.opendata_ua.logic import (
    door,
    labels,
    observation,
    publication,
    upload,
    wake,
)
from ckanext.opendata_ua.logic.action import get_actions
from ckanext.opendata_ua.logic.auth import get_auth_functions
from ckanext.opendata_ua.views import file as file_view


@tk.blanket.actions(get_actions)
@tk.blanket.auth_functions(get_auth_functions)
@tk.blanket.blueprints
@tk.blanket.cli(get_commands)
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class OpendataUaPlugin(
    DefaultTranslation,  # before ITranslation, whose own methods are empty
    DefaultPermissionLabels,
    p.IConfigurer,
    p.IConfigurable,
    p.IFacets,
    p.IMiddleware,
    p.IPackageController,
    p.IPermissionLabels,
    p.ISignal,
    p.ITranslation,
    p.IUploader,
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
        settings.calendar()  # wrong dates stop the start, not the first term
        settings.require_format_policy()
        logs.redact_everything()
        wake.listen()

    # IMiddleware
    def make_middleware(self, app: CKANApp, config: CKANConfig) -> CKANApp:
        compat.fill_tables()  # every plugin is here, and no request yet
        # inside the Flask app, so that plugins that come next still get a Flask app
        download.replace(app, file_view.download)
        app.wsgi_app = RequestLog(Health(app.wsgi_app))
        return app

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
        upload.store_accepted(context, pkg_dict)
        upload.finish_write(context, pkg_dict["id"])
        observation.finish(context, pkg_dict["id"])
        dataset.announce(context)

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        upload.finish_write(context, pkg_dict["id"])
        door.note_correction(context)
        observation.finish(context, pkg_dict["id"])
        dataset.announce(context)

    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        dataset.add_national_keys(pkg_dict)
        dataset.add_state(context, pkg_dict)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return publication.veil_document(search.index(dataset.index(pkg_dict)))

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        search.announce(search_params)
        return facets.label(search_results)

    # IPermissionLabels
    def get_dataset_labels(self, dataset_obj: Any) -> list[str]:
        core = DefaultPermissionLabels.get_dataset_labels(self, dataset_obj)
        return labels.of_dataset(dataset_obj, core)

    def get_user_dataset_labels(self, user_obj: Any) -> list[str]:
        core = DefaultPermissionLabels.get_user_dataset_labels(self, user_obj)
        return labels.of_user(user_obj, core)

    # ISignal
    def get_signal_subscriptions(self) -> SignalMapping:
        return subscriptions.get_subscriptions()

    # IUploader
    def get_resource_uploader(self, resource: dict[str, Any]) -> upload.ResourceFile:
        return upload.ResourceFile(resource)
