"""A cage for untrusted bytes: parse them where nothing of the portal can be hurt.

``Pool.run`` hands one file to one task in a process of its own and returns an
``Outcome``; what the file did there is a value, not an event. ``docs/cage.md`` says
what it protects from and what not. Processes, from the outside in:

``pool``    in the caller's process: starts a keeper, sends tasks, waits
``keeper``  a fresh interpreter with the parsers loaded; forks one child per task
``child``   the walls go up, the task runs, its answer leaves as JSON
"""

from __future__ import annotations

from .outcome import MEGABYTE, Limits, Outcome, Report, Verdict
from .pool import Pool

__all__ = ["MEGABYTE", "Limits", "Outcome", "Pool", "Report", "Verdict"]
