"""Tasks: public functions of the modules beside this file, run inside the cage.

A task is ``def run(file: BinaryIO, **arguments) -> value``; arguments and value are
what JSON carries, and the file is the only one it can open. Its name is
``module.function``.
"""
