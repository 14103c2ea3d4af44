"""Processes that use the cage, each a function: run as a script of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from ckanext.opendata_ua.adapters.cage import Limits, Pool

sys.path.append(sys.argv[1])
pool = Pool(packages=["hostile"], parallel=4)
LONG = Limits(seconds=600)


def tell(*pids: int) -> None:
    """Tell the test on one line which processes to watch."""
    sys.stdout.write(" ".join(map(str, pids)) + "\n")
    sys.stdout.flush()


def keeper() -> int:
    return int(pool.run("ways.who").value["keeper"])


def idle() -> None:
    tell(keeper())
    signal.pause()


def busy() -> None:
    """Have a task hang, and tell its process id too."""
    own = keeper()
    arguments = ["ways.hang", None, None, LONG]
    threading.Thread(target=pool.run, args=arguments, daemon=True).start()
    seen: list[int] = []
    while not seen:
        listed = Path(f"/proc/{own}/task/{own}/children").read_text()
        seen = [int(pid) for pid in listed.split()]
    tell(own, *seen)
    signal.pause()


def with_a_forked_copy() -> None:
    """Leave behind a process that has copies of all descriptors."""
    own = keeper()
    if os.fork():
        tell(own)
    signal.pause()


def _in_a_fork() -> bool:
    """Tell whether a forked process gets its own keeper and right answers."""
    own = keeper()
    pid = os.fork()
    if pid == 0:
        good = keeper() != own and pool.run("ways.echo", None, {"n": 1}).done
        pool.close()
        os._exit(0 if good else 1)
    _, status = os.waitpid(pid, 0)
    return status == 0 and keeper() == own


def use_after_fork() -> None:
    good = _in_a_fork() and _in_a_fork()
    tell()
    sys.exit(0 if good else 1)


def fork_while_threads_work() -> None:
    """Fork at any moment of what other threads do with locks and sockets."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            pool.run("ways.echo", None, {"n": 1})

    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    good = all(_in_a_fork() for _ in range(5))
    stop.set()
    tell()
    sys.exit(0 if good else 1)


def end_when_told() -> None:
    signal.signal(signal.SIGUSR1, lambda *_: sys.exit(0))
    tell(keeper())
    signal.pause()
