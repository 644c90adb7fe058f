"""Boundaries against the exact solver on both sides and on them, and against the literature."""

from __future__ import annotations

from fractions import Fraction

import pytest
from brink import BRINK
from line_models import NAMES

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.solvers import solve
from deterrence.symbolic.along.boundaries import find_boundaries


@pytest.fixture(scope="module")
def found(analyses):
    return {name: find_boundaries(a) for name, a in analyses.items()}


def sides(condition):
    """Return the two sides of an equation as a set of texts."""
    return frozenset(map(str, condition.args[1:]))


def test_the_four_boundaries_of_the_bipolarity_game(found):
    answer = found[BRINK]
    assert answer.proof == "proven"
    met = {(sides(b.condition), frozenset(b.names)) for b in answer.boundaries}
    russia, nato = frozenset({"k_R", "l_R"}), frozenset({"k_N", "l_N"})
    chicken, war = "Mutual deterrence (Chicken)", "Direct war"
    assert met == {
        (russia, frozenset({chicken, "Russia cannot be deterred"})),
        (russia, frozenset({"NATO cannot be deterred", war})),
        (nato, frozenset({chicken, "NATO cannot be deterred"})),
        (nato, frozenset({"Russia cannot be deterred", war})),
    }


def test_russia_indifferent_between_war_and_yielding(analyses, found):
    """A point and a segment: NATO escalates, Russia with any probability up to the mixed one's."""
    (b,) = [
        b
        for b in found[BRINK].boundaries
        if sides(b.condition) == {"k_R", "l_R"} and "Mutual deterrence (Chicken)" in b.names
    ]
    assert b.continuum
    assert sorted(b.dimensions) == [0, 1]
    assert b.components == 2
    kinds = [
        {p: e.support[p] for p in ("Russia", "NATO")}
        for e in analyses[BRINK].equilibria
        if e.id in b.appearing
    ]
    assert kinds == [{"Russia": ("restrain", "escalate"), "NATO": ("escalate",)}]
    assert "a continuum of equilibria, a segment" in b.text


@pytest.mark.parametrize("name", NAMES)
def test_every_boundary_is_what_the_exact_solver_finds(analyses, found, name):
    model, analysis = load_model(name), analyses[name]
    assert found[name].boundaries
    for b in found[name].boundaries:
        (sign,), left, right = b.condition.args
        assert sign == "=="
        assert left.evaluate(b.witness) == right.evaluate(b.witness)
        assert all(a.evaluate(b.witness) for a in analysis.assumptions)
        solution = solve(model.at(check=False, **b.witness), solver="exact")
        assert b.checked, b.text
        assert len(b.equilibria) == len(solution.equilibria)
        assert b.components == len(solution.components)
        assert b.continuum == any(c.dimension for c in solution.components)
        assert set(b.survivors) | set(b.appearing) == set(b.equilibria)
        assert not set(b.vanishing) & set(b.equilibria)
        if len(b.regimes) == 2:
            _check_sides(analysis, model, b)


def _check_sides(analysis, model, b):
    """A small step to either side along some symbol reaches the two regimes named."""
    _, left, right = b.condition.args
    gap = left - right
    reached = set()
    for symbol in sorted(gap.names):
        for step in (Fraction(1, 10**6), Fraction(-1, 10**6)):
            at = {**b.witness, symbol: b.witness[symbol] + step}
            if not all(a.evaluate(at) for a in analysis.assumptions) or not gap.evaluate(at):
                continue
            side = gap.evaluate(at) > 0
            here = [
                r for r in analysis.regimes if any(all(c.evaluate(at) for c in t) for t in r.terms)
            ]
            assert [r.id for r in here] == [b.regimes[side]]
            count = len(solve(model.at(check=False, **at), solver="exact").equilibria)
            assert count == len(here[0].equilibria)
            reached.add(side)
    assert reached == {False, True}


def test_edges_of_the_assumptions_have_one_regime(found):
    edges = {str(b.condition): b for b in found["inspection"].boundaries}
    assert {len(b.regimes) for b in edges.values()} == {1}
    assert {sides(b.condition) for b in edges.values()} == {
        frozenset({"e", "0"}),
        frozenset({"b", "0"}),
        frozenset({"d", "0"}),
        frozenset({"a", "c"}),
    }
    # Free inspections end violations: P(inspect) from d/(b + d) up, nobody violates.
    free = next(b for b in edges.values() if "e" in b.condition.names)
    assert (free.components, free.dimensions) == (1, (1,))


def test_no_boundary_is_missed_where_walls_share_a_factor():
    """Regimes behind a product of factors are separated by each factor."""
    model = load_model("crisis-pairs")
    half = model.replace(assumptions=tuple(Expression.parse(t) for t in ("R_A > T_A", "R_B > T_B")))
    answer = half.boundaries()
    assert answer.proof == "proven"
    names = {frozenset(b.names) for b in answer.boundaries}
    assert frozenset({"Compromise", "Compromise or war"}) in names


def test_plain_data(found):
    data = found["chicken"].to_dict()
    assert data["schema"] == 1
    assert all(b["continuum"] for b in data["boundaries"])
