"""Alternating rounds on two warm sides; what is kept is a ratio per round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from benchmarks.client import Answer, Client
from benchmarks.operations import OPERATIONS, Operation, next_number
from stack.terminal import step

ROUNDS, CALLS, WARM = 5, 5, 2
# of ours, of stock
Pair = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """What was measured of one operation.

    ``rounds`` holds a pair (ours, stock) per round: milliseconds, each the median of
    the calls of that round. ``cpu`` and ``statements`` are pairs of medians of all
    calls: milliseconds of Python, and SQL statements.
    """

    operation: Operation
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
        # the one that goes first may find the processor colder: take turns
        calls = [
            _pair(operation, clients, swap=bool((number + call) % 2))
            for call in range(CALLS)
        ]
        rounds.append(_medians((a.seconds * 1e3, b.seconds * 1e3) for a, b in calls))
        answers += calls
    return Row(
        operation,
        tuple(rounds),
        cpu=_medians((a.cpu * 1e3, b.cpu * 1e3) for a, b in answers),
        statements=_medians((a.statements, b.statements) for a, b in answers),
    )


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


def _medians(pairs: Iterable[Pair]) -> Pair:
    ours, stock = zip(*pairs, strict=True)
    return median(ours), median(stock)
