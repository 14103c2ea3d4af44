"""Tasks that do what no parser should."""
