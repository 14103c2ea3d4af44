"""A task whose parser is not installed."""

import a_parser_that_is_not_installed  # pyright: ignore[reportMissingImports] meant


def read(file: object) -> object:
    return a_parser_that_is_not_installed.read(file)
