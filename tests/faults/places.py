"""Where a fault strikes, and what it does: named points, and any executed line.

Everything here is installed in a forked child only, so nothing has to be put back.
"""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from types import CodeType, FrameType
from typing import Any, Literal

# what happens at a place; it is told the place in words
Deed = Callable[[str], None]


@dataclass(frozen=True)
class Call:
    """One side of the nth call of a function, named as the code under test finds it.

    A name that was imported elsewhere by ``from … import`` is another name: take that.
    """

    name: str  # "ckan.model.repo.commit", "os.replace"
    side: Literal["before", "after"]
    nth: int = 1


@dataclass(frozen=True)
class Line:
    """The instant before the nth line that is executed in some modules."""

    number: int  # from 1
    modules: tuple[str, ...]  # these and what lies below them


@dataclass(frozen=True)
class Fault:
    """A deed at a place."""

    place: Call | Line
    deed: Deed


def before(name: str, nth: int = 1) -> Call:
    """Name the instant before a call."""
    return Call(name, "before", nth)


def after(name: str, nth: int = 1) -> Call:
    """Name the instant after a call has returned."""
    return Call(name, "after", nth)


def line(number: int, modules: Sequence[str]) -> Line:
    """Name the instant before the nth executed line of some modules."""
    return Line(number, tuple(modules))


def kill(place: Call | Line) -> Fault:
    """Kill the process at a place: no handler runs, nothing is flushed."""
    return Fault(place, lambda told: os.kill(os.getpid(), signal.SIGKILL))


def fail(place: Call | Line, error: BaseException) -> Fault:
    """Raise an error at a place."""

    def deed(told: str) -> None:
        raise error

    return Fault(place, deed)


def call(place: Call | Line, function: Callable[[], object]) -> Fault:
    """Do anything at a place: cut a proxy, write a row as another would."""

    def deed(told: str) -> None:
        function()

    return Fault(place, deed)


def install(fault: Fault, tell: Deed) -> None:
    """Have a fault strike in this process; ``tell`` is told the place first."""

    def strike(place: str) -> None:
        tell(place)
        fault.deed(place)

    if isinstance(fault.place, Line):
        Lines(fault.place.modules, fault.place.number, strike).start()
    else:
        _wrap(fault.place, strike)


class Lines:
    """Count the executed lines of some modules; strike before one of them."""

    def __init__(
        self, modules: Sequence[str], number: int = 0, strike: Deed | None = None
    ) -> None:
        self.count = 0
        self._exact = frozenset(modules)
        self._below = tuple(f"{name}." for name in modules)
        self._number = number
        self._strike = strike
        self._watched: dict[CodeType, bool] = {}

    def start(self) -> None:
        """Count what is called from now on in this thread."""
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, event: str, argument: object) -> Any:
        code = frame.f_code
        watched = self._watched.get(code)
        if watched is None:
            name = str(frame.f_globals.get("__name__", ""))
            watched = name in self._exact or name.startswith(self._below)
            self._watched[code] = watched
        return self._step if watched else None

    def _step(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            self.count += 1
            if self._strike and self.count == self._number:
                sys.settrace(None)
                where = frame.f_globals.get("__name__")
                self._strike(f"{where}:{frame.f_lineno} ({frame.f_code.co_name})")
        return self._step


def _wrap(place: Call, strike: Deed) -> None:
    owner, name = _found(place.name)
    kept = inspect.getattr_static(owner, name)
    kind = type(kept) if isinstance(kept, (staticmethod, classmethod)) else None
    function: Any = kept.__func__ if kind else getattr(owner, name)
    told = f"{place.side} {place.name}, call {place.nth}"
    calls = 0

    @wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        now = calls == place.nth
        if now and place.side == "before":
            strike(told)
        result = function(*arguments, **named)
        if now and place.side == "after":
            strike(told)
        return result

    setattr(owner, name, kind(wrapped) if kind else wrapped)


def _found(dotted: str) -> tuple[Any, str]:
    """Return what holds a function, and its name there.

    :raises LookupError: when no module begins the dotted name
    :raises AttributeError: when the module has no such name
    """
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:-1]:
            owner = getattr(owner, part)
        getattr(owner, parts[-1])
        return owner, parts[-1]
    raise LookupError(f"There is no module at the beginning of {dotted}")
