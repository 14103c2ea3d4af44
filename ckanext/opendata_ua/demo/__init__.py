"""The demo portal: an invented city, its bodies, people, datasets and files.

`catalogue/` says what there is, `generators/` make the rows, `files.py` makes the
bytes, `loader.py` brings all of it to CKAN through actions. Everything but the
loader is pure: the same seed and the same day give the same bytes.
"""
