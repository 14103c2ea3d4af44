"""Streams that an action cannot return; each checks access like an action."""
