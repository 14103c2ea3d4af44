"""Ours against stock CKAN with ckanext-scheming, in one run on one real stack.

Drives public actions, pages and commands only; knows nothing of the extension's code.
"""
