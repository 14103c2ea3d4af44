"""The shared namespace of CKAN's extensions."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
