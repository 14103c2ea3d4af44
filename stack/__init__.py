"""The local real stack: PostgreSQL, Redis, Solr and CKAN in one folder.

Everything below ``.stack/`` of the checkout is made by this package and may be
deleted. It runs on the system's own Python with the standard library alone, and
knows the extension only by its name, its commands and its files' fingerprints.
"""
