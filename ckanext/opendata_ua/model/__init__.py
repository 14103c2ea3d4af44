"""Tables and queries: one file per feature; nothing here commits."""
