"""One file per CKAN interface that has a body."""
