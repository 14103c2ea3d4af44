"""A task that works beside it."""


def read(file: object) -> str:
    return "read"
