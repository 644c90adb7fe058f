"""Shares of regimes against areas worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from brink import BRINK

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.symbolic.exact_volumes import exact_shares


def exact(analysis):
    internal = analysis.internal
    cells = sorted(internal.map.cells.values(), key=lambda c: (len(c.members), sorted(c.members)))
    return exact_shares(internal.prover, internal.problem.bounds, internal.map, cells)


def by_count(analysis):
    """Return the shares by the number of families in a regime (fixed values may leave no names)."""
    found = exact(analysis)
    return {len(r.families): x for r, x in zip(analysis.regimes, found, strict=True)}


def by_name(analysis):
    found = exact(analysis)
    assert found is not None
    for regime, share in zip(analysis.regimes, found, strict=True):
        assert regime.share == float(share)
        assert regime.share_error == 0.0
    return {r.name: x for r, x in zip(analysis.regimes, found, strict=True)}


def test_two_independent_triangles():
    """k in [0, 30] and l in [1/2, 20]: P(k > l) = E(30 - l)/30 = (30 - 41/4)/30 = 79/120."""
    p = Fraction(79, 120)
    assert by_name(load_model(BRINK).regimes()) == {
        "Mutual deterrence (Chicken)": p * p,
        "Russia cannot be deterred": (1 - p) * p,
        "NATO cannot be deterred": p * (1 - p),
        "Direct war": (1 - p) ** 2,
    }


def test_orders_of_four_pairs():
    """Each of T > R and S > P has probability 1/2, independently; count the sixteen games."""
    shares = by_name(load_model("crisis-pairs").regimes())
    assert shares == {
        "Compromise": Fraction(3, 16),
        "A prevails": Fraction(3, 16),
        "B prevails": Fraction(3, 16),
        "Both stand firm": Fraction(3, 16),
        "Nothing is stable": Fraction(2, 16),
        "Compromise or war": Fraction(1, 16),
        "Either may yield": Fraction(1, 16),
    }


def test_one_symbol():
    model = load_model(BRINK)
    numbers = {n: v for n, v in model.values().items() if n not in ("k_R", "rho", "c_R", "c_N")}
    shares = by_count(model.regimes(values={**numbers, "rho": Fraction(0)}))
    # l_R = 5 cuts [0, 30]; k_N > l_N at the defaults, so that Chicken lies above.
    assert shares == {3: Fraction(25, 30), 1: Fraction(5, 30)}


def test_a_polygon_cut_by_an_assumption():
    """l_R <= 20 - k_R leaves a trapezium; the diagonal k_R = l_R cuts it at (10, 10).

    With l in [1/2, 20] and k in [0, 30] it is the triangle (0, 20), (0, 1/2), (39/2, 1/2).
    Above the diagonal lies (0, 1/2), (1/2, 1/2), (10, 10), (0, 20).
    """
    model = load_model(BRINK)
    numbers = {n: v for n, v in model.values().items() if n not in ("k_R", "l_R", "rho", "c_R")}
    cut = model.replace(assumptions=(*model.assumptions, Expression.parse("l_R + k_R <= 20")))
    shares = by_count(cut.regimes(values={**numbers, "rho": Fraction(0)}))
    triangle = Fraction(39, 2) ** 2 / 2
    below = Fraction(1, 2) * Fraction(19, 1) * (10 - Fraction(1, 2))  # base 19 on l = 1/2
    assert shares[3] == below / triangle
    assert sum(shares.values()) == 1


def test_an_irrational_cut_is_close_to_the_root():
    model = load_model(BRINK)
    numbers = {n: v for n, v in model.values().items() if n not in ("rho", "k_R", "k_N")}
    k = model.parameters["k_R"]
    squared = k.__class__(**{**vars(k), "formula": Expression.parse("c_R + rho**2*N_R")})
    bent = model.replace(parameters={**model.parameters, "k_R": squared})
    numbers |= {"c_R": Fraction(3), "c_N": Fraction(100)}
    shares = by_count(bent.regimes(expand=True, values=numbers))
    # 3 + 100*rho**2 = 5 at rho = sqrt(1/50), in [0, 1].
    assert abs(float(shares[1]) - math.sqrt(1 / 50)) < 1e-15


def test_what_is_not_exact_has_an_error():
    analysis = load_model("first-strike").regimes()
    assert exact(analysis) is None
    assert sum(r.share for r in analysis.regimes) == pytest.approx(1)
    assert all(r.share_error > 0 for r in analysis.regimes)
