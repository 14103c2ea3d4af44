"""Alternating rounds on two warm sides; what is kept is a ratio per round."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from benchmarks.client import Answer, Client
from benchmarks.operations import OPERATIONS, Operation, next_number
from stack.terminal import step

ROUNDS, WARM = 5, 2
# a round: pairs of calls until its seconds are over, within these bounds
ROUND_SECONDS, FEWEST, MOST = 2.5, 5, 20
# of ours, of stock
Pair = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """What was measured of one operation.

    ``rounds`` holds a pair (ours, stock) per round: milliseconds, each of the fastest
    call of that round, which other work on the machine has disturbed least. ``cpu``
    and ``statements`` are pairs of medians of all ``calls``: milliseconds of Python,
    and SQL statements.
    """

    operation: Operation
    calls: int
    rounds: tuple[Pair, ...]
    cpu: Pair
    statements: Pair

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by stock, one per round."""
        return tuple(ours / stock for ours, stock in self.rounds)

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.ratios)

    @property
    def times(self) -> Pair:
        """Milliseconds of ours and of stock, medians of the rounds."""
        return _medians(self.rounds)

    @property
    def more_statements(self) -> int:
        """How many statements ours needs beyond stock."""
        return round(self.statements[0] - self.statements[1])


def measure(ours: Client, stock: Client) -> list[Row]:
    """Measure every operation, all its rounds in one go."""
    rows = []
    for operation in OPERATIONS:
        with step(f"Measuring {operation.name}"):
            rows.append(_measure(operation, (ours, stock)))
    return rows


def _measure(operation: Operation, clients: tuple[Client, Client]) -> Row:
    for _ in range(WARM):
        _pair(operation, clients)
    rounds: list[Pair] = []
    answers: list[tuple[Answer, Answer]] = []
    for number in range(ROUNDS):
        calls = _round(operation, clients, swap=bool(number % 2))
        ours, stock = zip(*calls, strict=True)
        rounds.append((_fastest(ours), _fastest(stock)))
        answers += calls
    return Row(
        operation,
        len(answers),
        tuple(rounds),
        cpu=_medians((a.cpu * 1e3, b.cpu * 1e3) for a, b in answers),
        statements=_medians((a.statements, b.statements) for a, b in answers),
    )


def _round(
    operation: Operation, clients: tuple[Client, Client], *, swap: bool
) -> list[tuple[Answer, Answer]]:
    """Call both sides in turns; who goes first changes too, it may find less ready."""
    calls: list[tuple[Answer, Answer]] = []
    until = time.monotonic() + ROUND_SECONDS
    while len(calls) < FEWEST or (len(calls) < MOST and time.monotonic() < until):
        calls.append(_pair(operation, clients, swap=swap))
        swap = not swap
    return calls


def _pair(
    operation: Operation, clients: tuple[Client, Client], *, swap: bool = False
) -> tuple[Answer, Answer]:
    """Call both sides once, one right after the other; return ours, then stock."""
    number = next_number()
    ours, stock = clients
    if swap:
        second = operation.run(stock, number)
        return operation.run(ours, number), second
    return operation.run(ours, number), operation.run(stock, number)


def _fastest(answers: Iterable[Answer]) -> float:
    return min(answer.seconds for answer in answers) * 1e3


def _medians(pairs: Iterable[Pair]) -> Pair:
    ours, stock = zip(*pairs, strict=True)
    return median(ours), median(stock)
