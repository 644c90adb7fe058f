"""Trees whose conditions are products of unknowns: proven, and held against the exact solver."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from checkout import ROOT

from deterrence import Model, load_model
from deterrence.errors import DeterrenceError

CASES = ["assistance-first-draft", "hiding-no-incident", "two-sided-free"]


@pytest.fixture(scope="module", params=CASES)
def model(request: pytest.FixtureRequest) -> Model:
    return load_model(str(ROOT / "tests/cases" / f"{request.param}.yaml"))


def point(model: Model, rng: random.Random) -> dict[str, Fraction]:
    """Return values within the declared ranges that the assumptions allow, some of them round."""
    while True:
        values = {}
        for name, p in model.parameters.items():
            low, high = Fraction(p.lower or 0), Fraction(10 if p.upper is None else p.upper)
            parts = rng.choice([12, 10007])
            values[name] = low + (high - low) * Fraction(rng.randint(0, parts), parts)
        try:
            model.values(values=values)
        except DeterrenceError:
            continue
        return values


def test_the_map_is_proven_and_the_exact_solver_agrees(model: Model) -> None:
    analysis = model.regimes(boundaries=False)
    assert (analysis.cover, analysis.disjoint, analysis.messages) == ("proven", "proven", ())
    rng = random.Random(7)
    inside = 0
    for _ in range(12):
        values = point(model, rng)
        symbols = {n: v for n, v in values.items() if n in analysis.symbols}
        if analysis.regime_at(symbols) is None:
            continue  # on a boundary
        inside += 1
        here = [
            e
            for e in analysis.equilibria
            if not e.boundary and all(bool(c.evaluate(values)) for c in e.conditions)
        ]
        assert analysis.solved_at(here, symbols)[1], values
    assert inside >= 6


def test_what_is_known_is_found() -> None:
    model = load_model(str(ROOT / "tests/cases/hiding-no-incident.yaml"))
    analysis = model.regimes(boundaries=False)
    assert {known.verdict for known in analysis.published} == {"same"}
