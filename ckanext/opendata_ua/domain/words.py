"""Mark message ids for the extractor without translating them."""


def N_(msgid: str) -> str:
    """Return the message id unchanged; the caller translates it later."""
    return msgid
