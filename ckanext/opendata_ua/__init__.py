"""Ukrainian municipal open data for CKAN."""
