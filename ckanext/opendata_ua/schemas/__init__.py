"""scheming finds the schemas of datasets and organizations by this package."""
