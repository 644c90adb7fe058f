"""Things that hang together: the classes of the finest partition that joins given pairs.

Each class is a tree whose root stands for it (Galler and Fischer 1964, Communications of
the ACM 7).

>>> links = Partition("abcd")
>>> links.join("b", "d")
>>> links.classes()
[['a'], ['b', 'd'], ['c']]
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Partition(Generic[T]):
    """A partition of some things, every one alone at first."""

    def __init__(self, things: Iterable[T]) -> None:
        self._above = {thing: thing for thing in things}

    def root(self, thing: T) -> T:
        """Return the thing that stands for the class; ``KeyError`` for what is not in it."""
        while self._above[thing] != thing:
            thing = self._above[thing]
        return thing

    def join(self, *things: T) -> None:
        """Let things be in one class; the first one's root stands for it."""
        for thing in things[1:]:
            self._above[self.root(thing)] = self.root(things[0])

    def classes(self) -> list[list[T]]:
        """Return the classes, and what is in each, in the order in which the things came."""
        found: dict[T, list[T]] = {}
        for thing in self._above:
            found.setdefault(self.root(thing), []).append(thing)
        return list(found.values())
