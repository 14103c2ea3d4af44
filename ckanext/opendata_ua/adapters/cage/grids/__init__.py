"""Whole files as lines of cells, by whatever they are: for tasks of the cage."""
