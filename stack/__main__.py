"""Entry point: ``python3 -m stack <command>``; the Makefile calls it."""

import sys

from stack.cli import main

sys.exit(main(sys.argv[1:]))
