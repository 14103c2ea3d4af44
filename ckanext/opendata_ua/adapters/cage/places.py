"""A number of places, taken in the order of coming.

A semaphore of ``threading`` lets a thread that has just left in again before those who
wait, so that under load one may wait for ever.
"""

from __future__ import annotations

import threading
from collections import deque


class Places:
    """Places for so many at once."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._lock = threading.Lock()
        # each who waits stands before a door of its own
        self._waiting: deque[threading.Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for a place so long at most, and tell whether there was one."""
        door = threading.Lock()
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            door.acquire()
            self._waiting.append(door)
        if door.acquire(timeout=seconds):
            return True
        with self._lock:
            if door in self._waiting:
                self._waiting.remove(door)
                return False
        return True  # the door was opened in the last moment

    def leave(self) -> None:
        """Give a place to who has waited longest, or keep it free."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
