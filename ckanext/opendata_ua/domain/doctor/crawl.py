"""Asking one question after another, and what the answers told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .canary import Watch
from .reads import FAULTS, Question

BROKEN = 500


@dataclass(frozen=True)
class Answer:
    """What the portal answered: status, headers as they came, the whole body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Heard:
    """What one answer told.

    :param told: pairs of a canary and the place of its word
    """

    question: Question
    status: int
    told: frozenset[tuple[str, str]]

    @property
    def is_broken(self) -> bool:
        """Tell whether the portal failed: such an answer says nothing either way."""
        return self.status >= BROKEN


def crawl(
    ask: Callable[[Question], Answer], questions: Iterable[Question], watch: Watch
) -> Iterator[Heard]:
    """Ask, and yield what each answer told."""
    for question in questions:
        answer = ask(question)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
        told = watch.told(
            (headers.encode("utf-8", "replace"), answer.body),
            (question.address, question.sent or ""),
        )
        yield Heard(question, answer.status, frozenset(told))


def broken(heard: Iterable[Heard]) -> list[str]:
    """Return the ways that answered nothing but failures, known ones left out.

    Some fail when they are asked for what nobody can mean, and answer otherwise.
    """
    ways: dict[str, bool] = {}
    for one in heard:
        way = one.question.way
        ways[way] = ways.get(way, True) and one.is_broken
    return [way for way, failed in ways.items() if failed and way not in FAULTS]
