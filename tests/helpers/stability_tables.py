"""Random tables whose payoffs are formulas, and points at which much of them is equal."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence import Model
from deterrence.graph_model.conflict import Conflict, conflict_of

#: What random payoffs are made of; several are equal at many of the points.
POOL = ("a", "b", "c", "0", "1", "a + b", "a - c", "2*b", "a*b", "b - 1", "a*c - b", "c/(1 + a)")
#: Formulas that are quick to compare.
PLAIN = ("a", "b", "c", "0", "a + b", "1", "c - a")
ENDS = (Fraction(0), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(-1))


def table(shape: Sequence[int], pool: Sequence[str], seed: int) -> Conflict:
    """Return a table with random payoffs, of which nothing but their formulas is known."""
    rng = random.Random(seed)
    players = "ABC"[: len(shape)]

    def cells(k: int) -> Any:
        if k == len(shape):
            return {"payoffs": [rng.choice(pool) for _ in players]}
        return {f"{players[k].lower()}{n}": cells(k + 1) for n in range(shape[k])}

    low = {"a": 0, "b": "-1/2", "c": -1}
    names = {n: {"title": n, "default": 1, "bounds": [low[n], 2]} for n in "abc"}
    sections = {
        "title": "Random",
        "form": "strategic",
        "players": [*players],
        "actions": {
            p: [f"{p.lower()}{n}" for n in range(size)]
            for p, size in zip(players, shape, strict=True)
        },
        "parameters": names,
        "assumptions": ["a >= 0", "b > -1"],
        "game": cells(0),
    }
    return conflict_of(Model.from_dict(sections))


def points(seed: int, count: int) -> list[dict[str, Fraction]]:
    """Return points where much is equal."""
    rng = random.Random(seed)
    grid = [p for p in itertools.product(ENDS, repeat=3) if p[0] >= 0 and p[1] > -1]
    chosen = rng.sample(grid, count)
    return [dict(zip("abc", p, strict=True)) for p in chosen]
