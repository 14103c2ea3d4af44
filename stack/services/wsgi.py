"""The site as gunicorn loads it; CKAN_INI names the configuration."""

import os
from logging.config import fileConfig

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

INI = os.environ["CKAN_INI"]
# CKAN 2.12 sets logging up as it reads the settings, 2.11 leaves it to this file
fileConfig(INI, disable_existing_loggers=False)
application = make_app(CKANConfigLoader(INI).get_config())
