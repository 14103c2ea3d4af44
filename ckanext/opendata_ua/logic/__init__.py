"""Use cases, permissions and input schemas; the only layer that commits."""
