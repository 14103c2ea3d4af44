"""Babel's message extractors; everything else is in pyproject.toml."""

from setuptools import setup

setup(
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
            ("**/templates/**.txt", "ckan", None),
            ("**/schemas/**.yaml", "tools.catalogue:extract_scheming", None),
        ]
    }
)
