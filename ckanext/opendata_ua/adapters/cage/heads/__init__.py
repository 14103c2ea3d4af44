"""The first rows of files, by parsers that stop there: for tasks of the cage.

They need nothing beside the standard library, and read no more of a file than the rows
asked for: of a large one the head, of a packed one its first sheet.
"""
