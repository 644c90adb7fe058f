"""A good file damaged in every place, to see that a reader takes or refuses what is left."""

from __future__ import annotations

import random
from collections.abc import Callable

#: Says whether a text was read; an error other than a refusal goes through.
Reads = Callable[[str], bool]


def beginnings_read(reads: Reads, good: str) -> list[int]:
    """Return the lengths of the true beginnings of a file that are read."""
    return [n for n in range(len(good)) if reads(good[:n])]


def changes_read(reads: Reads, good: str, characters: str, each: int) -> int:
    """Return how many files are read, of those with one character put in or in place of another."""
    rng = random.Random(5)
    changed = (
        good[:k] + char + good[end:]
        for k in range(len(good))
        for char in rng.sample(characters, each)
        for end in (k + 1, k)
    )
    return sum(map(reads, changed))
