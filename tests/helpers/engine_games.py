"""Random symbolic games, and what an independent exact solver says of them at a point."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

from deterrence import read_model
from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.solvers.strategic.enumeration import enumerate_extreme

SHAPES = {
    "free": (2, 2),
    "wide": (2, 3),
    "tall": (3, 2),
    "square": (3, 3),
    "big": (4, 4),
    "quadratic": (2, 2),
    "rational": (2, 2),
    "products": (2, 2),
    "line": (1, 3),
    "column": (2, 1),
    "constant": (3, 3),
}
SYMBOLS = {"free": 8, "wide": 4, "tall": 4, "big": 2, "line": 3, "rational": 3, "products": 3}


def text_of(names: Any, assumptions: Any, first: Any, second: Any) -> str:
    """Write a model file with payoffs per cell."""
    rows, columns = len(first), len(first[0])
    lines = ["title: Random", "form: strategic", "source: made for a test"]
    lines += ["players: {Row: The first, Column: The second}", "actions:"]
    lines += ["  Row: {" + ", ".join(f"r{i}: Row {i}" for i in range(rows)) + "}"]
    lines += ["  Column: {" + ", ".join(f"c{j}: Column {j}" for j in range(columns)) + "}"]
    if names:
        lines += ["parameters:", *(f"  {n}: {{title: Parameter {n}}}" for n in names)]
    if assumptions:
        lines += ["assumptions:", *(f'  - "{a}"' for a in assumptions)]
    lines.append("game:")
    for i in range(rows):
        lines.append(f"  r{i}:")
        for j in range(columns):
            cell = f"{{Row: '{first[i][j]}', Column: '{second[i][j]}'}}"
            lines.append(f"    c{j}: {{payoffs: {cell}}}")
    return "\n".join(lines) + "\n"


def random_model(kind: str, seed: int) -> Any:
    """Return a model with few symbols, repeated entries, zeros, and maybe assumptions."""
    rng = random.Random(f"{kind} {seed}")
    rows, columns = SHAPES[kind]
    count = 0 if kind == "constant" else SYMBOLS.get(kind, 2)
    names = list("abcdefgh")[:count]
    pool = ["-1", "0", "0", "1", "2", *names, *names, *(f"-{n}" for n in names)]
    pool += [f"{x} - {y}" for x, y in itertools.permutations(names[:2], 2)]
    if kind == "quadratic":
        pool += [f"{x}*{y}" for x in names for y in names] + ["a**2 - 1", "b**2", "a**2"]
    if kind == "rational":
        pool = [*names, "0", "1", "a/(b + c)", "1/(b + c)", "(a - b)/(a**2 + 1)"]
    if kind == "products":
        pool += ["a*b - c", "1 - a", "a*(1 - b)", "(1 - a)*b"]
    if kind == "free":
        payoffs = [[names[0:2], names[2:4]], [names[4:6], names[6:8]]]
    else:
        payoffs = [[[rng.choice(pool) for _ in range(columns)] for _ in range(rows)] for _ in "ab"]
    choices = [f"{n} {s} 0" for n in names for s in (">", ">=")] + [f"{n} < 1" for n in names]
    if count > 1:
        choices += ["a > b", "a >= b", "a != b", "a == b", "a == 2*b", "a == b + 1", "a + b <= 2"]
    chosen = rng.sample(choices, rng.choice([0, 0, 1, 1, 2])) if names else []
    return read_model(text_of(names, chosen, *payoffs), f"{kind}-{seed}")


def random_points(model: Any, answer: Any, count: int, seed: int) -> list[dict[str, Fraction]]:
    """Return points that satisfy the assumptions: small whole numbers, fractions, near-ties."""
    rng = random.Random(seed)
    names = [n for n in model.parameters if model.parameters[n].formula is None]
    found: list[dict[str, Fraction]] = []
    for _ in range(60 * count):
        if len(found) == count:
            break
        kind = rng.random()
        if kind < 0.4 or not answer.equilibria:
            point = {n: Fraction(rng.randint(-3, 3)) for n in names}
        elif kind < 0.7:
            point = {n: Fraction(rng.randint(-12, 12), rng.choice([1, 2, 3, 6])) for n in names}
        else:
            witness = rng.choice(answer.equilibria).witness or {}
            point = {n: witness.get(n, Fraction(rng.randint(-3, 3))) for n in names}
            if names:
                turned = rng.choice(names)
                point[turned] = rng.choice([point[rng.choice(names)], Fraction(rng.randint(-2, 2))])
        for a in model.assumptions:
            if a.op == "compare" and a.args[0] == ("==",) and a.args[1].op == "name":
                point[a.args[1].args[0]] = a.args[2].evaluate(point)
        try:
            model.at(**point)
        except DeterrenceError:
            continue
        found.append(point)
    return found


def solved(game: Any) -> set[Any]:
    """Return all extreme equilibria of a game with numbers, by the exact solver."""
    first, second = (game.matrix(p) for p in game.players)
    found = enumerate_extreme(first, second)
    return {(tuple(found.rows[i]), tuple(found.columns[j])) for i, j in found.pairs}


def strategies(profile: Any, players: Any) -> Any:
    """Return a profile as tuples of probabilities."""
    return tuple(tuple(profile[p].values()) for p in players)


class Published:
    """The JSON of an analysis, read back as expressions."""

    def __init__(self, answer: Any) -> None:
        self.data = answer.to_dict()
        self.players = answer.players
        self.entries = [
            (
                e,
                [Expression.parse(c) for c in e["conditions"]],
                {
                    p: {a: Expression.parse(x) for a, x in s.items()}
                    for p, s in e["profile"].items()
                },
            )
            for e in self.data["equilibria"]
        ]
        self.regimes = [
            (r, [Expression.parse(c) for c in r["conditions"]]) for r in self.data["regimes"]
        ]

    def existing(self, values: Any) -> list[Any]:
        """Return (entry, profile of numbers) of the equilibria whose conditions hold."""
        return [
            (
                e,
                {p: {a: x.evaluate(values) for a, x in s.items()} for p, s in profile.items()},
            )
            for e, conditions, profile in self.entries
            if all(c.evaluate(values) for c in conditions)
        ]

    def regimes_at(self, values: Any) -> list[Any]:
        """Return the regimes whose conditions hold."""
        return [r for r, conditions in self.regimes if all(c.evaluate(values) for c in conditions)]
