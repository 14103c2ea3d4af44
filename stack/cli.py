"""The commands behind the Makefile's targets."""

from __future__ import annotations

import argparse
import errno
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Sequence

from stack import ckan, layout, lint, mail, testing
from stack import site as whole
from stack.layout import Layout
from stack.terminal import StackError, fail, note, say


def _up(site: Layout, options: argparse.Namespace) -> int:
    whole.up(site)
    say(whole.address(site))
    return 0


def _down(site: Layout, options: argparse.Namespace) -> int:
    ran = whole.down(site)
    say("The stack is stopped." if ran else "Nothing was running.")
    return 0


def _run(site: Layout, options: argparse.Namespace) -> int:
    """Serve in the foreground until Ctrl-C, then stop what this run started."""
    before = whole.running(site)
    try:
        whole.up(site)
        say(whole.address(site))
        say("Ctrl-C stops it.")
        started = [name for name in whole.running(site) if name not in before]
        while True:
            ended = whole.watch(site, started)
            if ended:
                raise StackError(
                    f"{ended} has ended. Its last words are in {site.log}/{ended}.log; "
                    "`make run` starts everything again."
                )
            time.sleep(1)
    except KeyboardInterrupt:
        return 0
    finally:
        # a second Ctrl-C would leave half of it running
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        left = [name for name in whole.running(site) if name not in before]
        if left:
            note(f"Stopping {', '.join(left)} …")
            whole.stop(site, left)
            note("Stopped")


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _mail(site: Layout, options: argparse.Namespace) -> int:
    mail.show(site)
    return 0


def _token(site: Layout, options: argparse.Namespace) -> int:
    if not options.who:
        raise StackError("Say for whom: make token WHO=publisher")
    whole.services_running(site)
    with whole.locked(site):
        token = ckan.token(site, options.who)
    say(token)
    return 0


def _test(site: Layout, options: argparse.Namespace) -> int:
    return testing.run(site, options.only, shlex.split(options.args))


def _lint(site: Layout, options: argparse.Namespace) -> int:
    return lint.check(site)


def _prove(site: Layout, options: argparse.Namespace) -> int:
    return testing.prove(site, options.only, shlex.split(options.args))


def _bench(site: Layout, options: argparse.Namespace) -> int:
    return testing.bench(site, shlex.split(options.args))


def _told(problem: OSError) -> str:
    """Put what the system refused into one sentence."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Free some space and run the command again."
    where = f" ({problem.filename})" if problem.filename else ""
    return f"The system refused: {problem.strerror or problem}{where}."


COMMANDS: dict[str, Callable[[Layout, argparse.Namespace], int]] = {
    "up": _up,
    "down": _down,
    "run": _run,
    "mail": _mail,
    "token": _token,
    "test": _test,
    "lint": _lint,
    "prove": _prove,
    "bench": _bench,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(prog="stack")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--ckan", default=os.environ.get("CKAN") or "2.11")
    parser.add_argument("--port", default=os.environ.get("PORT") or None)
    parser.add_argument("--who", default=os.environ.get("WHO") or None)
    parser.add_argument("--only", default=os.environ.get("ONLY") or None)
    parser.add_argument("--args", default=os.environ.get("ARGS") or "")
    options = parser.parse_args(arguments)
    # an end that is asked for politely ends pip, mvn and ckan with us
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        site = layout.layout(options.ckan, options.port)
        return COMMANDS[options.command](site, options)
    except StackError as error:
        fail(error)
        return 1
    except OSError as problem:
        fail(StackError(_told(problem)))
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. The same command goes on where this one stopped.")
        return 130
