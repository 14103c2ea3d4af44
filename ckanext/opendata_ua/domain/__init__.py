"""The law as data and pure rules: no CKAN, no database, no network, no clock.

Lists, limits and texts live in versioned files under ``data/``, each record with
its source. Rules return findings, all of them at once; "now" and "today" are
arguments. Texts for people are English message ids marked by ``words.N_``.
"""
