"""A gate: one child waits at a place until the parent has done something meanwhile."""

from __future__ import annotations

import os
import select


class Gate:
    """Made before the fork; the child passes, the parent waits for it and opens."""

    def __init__(self) -> None:
        self._arrived, self._arrive = os.pipe()
        self._opened, self._open = os.pipe()

    def stop(self) -> None:
        """Tell that the child is here, and wait until the gate is open; for a deed."""
        os.write(self._arrive, b"!")
        os.read(self._opened, 1)

    def wait(self, patience: float = 60) -> None:
        """Wait until the child stands at the gate.

        :raises TimeoutError: when it does not come
        """
        if not select.select([self._arrived], [], [], patience)[0]:
            raise TimeoutError(f"Nobody came to the gate in {patience:.0f} s")
        os.read(self._arrived, 1)

    def open(self) -> None:
        """Let the child go on."""
        os.write(self._open, b"!")

    def close(self) -> None:
        """Give the descriptors back."""
        for end in (self._arrived, self._arrive, self._opened, self._open):
            os.close(end)
