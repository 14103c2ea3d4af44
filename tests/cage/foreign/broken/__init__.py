"""A package in which one module of two cannot be imported."""
