"""Random tables with symbols: as files, as texts, and at points, many of them with ties.

What is written is read as Python over fractions, so that nothing of the package says what it
means.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import stability_witness as witness
from conflict_samples import table_moves

STYLES = ("ordinal", "few", "linear", "products", "quotients")
LEAST: dict[str, Any] = {"a": 0, "c": "1/4"}
GRID = [Fraction(n, 2) for n in (-4, -2, -1, 0, 1, 2, 3, 4, 6)]
NAMES = "abcd"
Point = Mapping[str, Fraction]


@functools.cache
def code(text: str) -> Any:
    """Read a formula as Python, every number a fraction."""
    return compile(re.sub(r"\b(\d+)\b", r"Fraction(\1)", text), text, "eval")


def value(text: str, at: Point) -> Any:
    if text in ("always", "never"):
        return text == "always"
    return eval(code(text), {"Fraction": Fraction, "max": max, "min": min, "abs": abs}, dict(at))


def formula(rng: random.Random, style: str) -> str:
    names = NAMES[: 2 + (style != "few")]
    if style == "ordinal" or rng.random() < 0.2:
        return rng.choice([*names, "0", "1"])
    terms = []
    for _ in range(rng.randint(1, 2)):
        parts = rng.sample(names, 1 if style in ("few", "linear") else rng.choice([1, 1, 2]))
        terms.append("*".join([str(rng.choice([1, 1, 2, 3])), *parts]))
    text = f" {rng.choice('+-')} ".join(terms)
    return f"({text})/(1 + a)" if style == "quotients" and rng.random() < 0.3 else text


def sections(rng: random.Random, shape: Sequence[int], style: str) -> dict[str, Any]:
    players = [f"P{i}" for i in range(len(shape))]
    actions = {p: [f"m{i}{k}" for k in range(shape[i])] for i, p in enumerate(players)}

    def cells(depth: int) -> Any:
        if depth == len(shape):
            return {"payoffs": [formula(rng, style) for _ in shape]}
        return {name: cells(depth + 1) for name in actions[players[depth]]}

    assumed = rng.sample(["b >= a", "c > 0", "b + c >= 1/2", "a != c", "d < b", "a*b > c"], 2)
    used = [x for x in assumed if style != "few" or not re.search("[cd]", x)]
    kept = NAMES[: 2 if style == "few" else 4]
    return {
        "title": "Random",
        "form": "strategic",
        "players": players,
        "actions": actions,
        "parameters": {n: {"title": n, "bounds": [LEAST.get(n, -9), 9]} for n in kept},
        "assumptions": ["a >= 0", *used],
        "game": cells(0),
    }


def model(rng: random.Random, shape: Sequence[int], style: str) -> tuple[Any, list[Any]]:
    """Return a random model as the package reads it, and its payoffs as texts by player."""
    while True:
        data = sections(rng, shape, style)
        for at in points(rng, data["assumptions"], sorted(data["parameters"]), [], 1):
            for name, number in at.items():
                data["parameters"][name]["default"] = str(number)
            if at.get("c", 1) > 0:
                return data, texts(data["game"], shape)


def texts(game: Any, shape: Sequence[int]) -> list[list[str]]:
    """Return the payoffs as they are written, by player."""
    cells = [game]
    for _ in shape:
        cells = [below for cell in cells for below in cell.values()]
    return [[cell["payoffs"][i] for cell in cells] for i in range(len(shape))]


def points(
    rng: random.Random, assumed: Sequence[str], names: Sequence[str], rows: Any, count: int
) -> Iterator[Point]:
    """Yield points that keep the assumptions; at every other one some payoffs are equal."""
    want_tie, kept = True, 0
    for _ in range(60 * count):
        at = {n: rng.choice(GRID) for n in names}
        if kept == count:
            return
        if not all(value(x, at) for x in assumed):
            continue
        if is_tied(rows, at) == want_tie or rng.random() < 0.1:
            yield at
            want_tie, kept = not want_tie, kept + 1


def is_tied(rows: Any, at: Point) -> bool:
    """Whether two payoffs of somebody are equal here that are not everywhere."""
    somewhere = dict(zip(NAMES, (Fraction(n, 97) for n in (311, 173, 239, 401)), strict=True))
    return any(
        len({value(u, at) for u in row}) < len({value(u, somewhere) for u in row}) for row in rows
    )


def at_point(shape: Sequence[int], rows: Any, at: Point) -> witness.Conflict:
    moves = table_moves(list(shape))
    return witness.Conflict(
        tuple(tuple(map(frozenset, own)) for own in moves),
        tuple(tuple(value(u, at) for u in row) for row in rows),
    )
