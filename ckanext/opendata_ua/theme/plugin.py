"""The second plugin: the look of the portal, on CKAN's classic templates."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig


@tk.blanket.config_declarations
@tk.blanket.helpers
class OpendataUaThemePlugin(p.IConfigurer, p.SingletonPlugin):
    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "opendata-ua-theme")
        # No page may tell another site who reads it: CKAN would fetch pictures of
        # people from gravatar.com.
        config["ckan.gravatar_default"] = "disabled"
