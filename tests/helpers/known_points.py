"""Points at which claims of model files are tried, and what is not as claimed there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from deterrence.game.parameters import KnownResult
from deterrence.modelfile.model import SymbolicModel


def points_of(model: SymbolicModel, count: int) -> Iterator[dict[str, Fraction]]:
    """Yield the defaults, the scenarios and random rational points that keep the assumptions.

    One parameter after the other is moved within its bounds, which keeps long chains of
    inequalities where independent draws would hardly ever do.
    """
    rng = random.Random(f"known {model.name}")
    free = [n for n, p in model.parameters.items() if p.formula is None]
    starts = [model.values(s) for s in (None, *model.scenarios)]
    for turn in range(count):
        point = {n: starts[turn % len(starts)][n] for n in free}
        moves = rng.choice((1, 3, len(free), 12 * len(free))) if turn >= len(starts) else 0
        for _ in range(moves):
            name = rng.choice(free)
            p = model.parameters[name]
            low, high = Fraction(p.lower), Fraction(p.upper)
            step = low + (high - low) * Fraction(rng.randint(1, 998), 999)
            new = {**point, name: step if rng.random() < 0.5 else (step + 3 * point[name]) / 4}
            values = model.values(check=False, **new)
            if all(a.evaluate(values) for a in model.assumptions):
                point = new
        yield point


def wrong_numbers(result: KnownResult, equilibrium: Any, values: Any) -> Iterator[str]:
    """Say what is not as claimed in an equilibrium."""
    if equilibrium.regret != 0:
        yield f"regret {equilibrium.regret}"
    for kind, known, found_here in (
        ("payoff", result.payoffs, equilibrium.payoffs),
        ("measure", result.measures, equilibrium.measures),
        ("outcome", result.outcomes, equilibrium.outcomes),
    ):
        for label, expression in known.items():
            expected, got = expression.evaluate(values), found_here.get(label, 0)
            if got != expected or isinstance(got, float):
                yield f"{kind} {label}: {got}, known {expected}"
