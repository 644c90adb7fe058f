"""What figures show, as values: supports of trees, named stretches, curves, cuts of a plane."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from brink import BRINK
from sympy.polys.domains import ZZ
from sympy.polys.rings import ring

from deterrence.errors import ExpressionError, UsageError
from deterrence.figures.facts.equilibrium_curves import EquilibriumBranch, thinned
from deterrence.figures.facts.named_stretches import compared, cuts, expanded, name_at
from deterrence.figures.facts.plane_cuts import cut
from deterrence.figures.facts.plotted_quantities import ask
from deterrence.figures.facts.tree_supports import UNREACHED, outcomes_of, support_of
from deterrence.modelfile.catalogue import load_model

BIPOLARITY = load_model(BRINK)


# ---- quantities --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "chance"),
    [
        ("war", True),
        ("P(direct_war)", True),
        ("P(direct_war) + P(russia_yields)", True),
        ("prob(NATO, escalate)", True),
        ("payoff(NATO)", False),
        ("2*P(direct_war)", False),
        ("war*k_R", False),
    ],
)
def test_what_is_surely_a_probability(text: str, chance: bool) -> None:
    assert ask(BIPOLARITY, text).chance is chance


def test_measures_are_put_in() -> None:
    assert ask(BIPOLARITY, "war*k_R").measure.expression.names == {"k_R"}
    assert ask(BIPOLARITY, "war*k_R").label == "war*k_R"


@pytest.mark.parametrize(("text", "error"), [("war +", ExpressionError), ("war > 0", UsageError)])
def test_what_is_no_quantity(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(BIPOLARITY, text)


# ---- named stretches ---------------------------------------------------------------------
def test_cuts_are_where_conditions_of_named_regimes_change() -> None:
    base = BIPOLARITY.values()
    found = cuts(BIPOLARITY, "k_R", {}, base)
    assert found is not None
    assert float(base["l_R"]) in found  # k_R > l_R
    for place in found:
        below = {**base, "k_R": Fraction(place) - Fraction(1, 10**6)}
        above = {**base, "k_R": Fraction(place) + Fraction(1, 10**6)}
        conditions = [e for r in BIPOLARITY.named_regimes for e in r.when]
        assert [e.evaluate(below) for e in conditions] != [e.evaluate(above) for e in conditions]


def test_names_are_those_of_the_first_regime_that_holds() -> None:
    values = BIPOLARITY.values()
    holding = [r.name for r in BIPOLARITY.named_regimes if all(e.evaluate(values) for e in r.when)]
    assert name_at(BIPOLARITY, values) == (holding[0] if holding else "")


def test_derived_parameters_follow_from_free_ones() -> None:
    base = BIPOLARITY.values()
    known = expanded(BIPOLARITY, ("rho",), {}, base)
    assert "rho" not in known
    assert known["k_R"].names == {"rho"}
    assert known["k_R"].evaluate({"rho": base["rho"]}) == base["k_R"]
    assert expanded(BIPOLARITY, ("rho",), {"k_R": 3}, {**base, "k_R": 3})["k_R"] == 3


def test_differences_of_comparisons() -> None:
    from deterrence.algebra.expressions import Expression

    e = Expression.parse("a < b <= 2*c and d > 1")
    assert [str(d) for d in compared(e)] == ["a - b", "b - 2*c", "d - 1"]


# ---- supports of trees -------------------------------------------------------------------
def test_supports_tell_only_what_is_reached() -> None:
    from deterrence.solvers import solve_tree

    game = load_model("crisis-ladder").at()
    (first, *_) = solve_tree(game, "spe").equilibria
    support = {
        player: {s: tuple(a for a, p in mix.items() if p) for s, mix in own.items()}
        for player, own in first.profile.items()
    }
    found = support_of(game, support)
    assert len(found) == sum(not s.is_chance for s in game.sets)
    assert found[0] != (UNREACHED,)
    stops = found.index(("stop",))
    assert set(found[stops + 1 :]) <= {(UNREACHED,)}
    assert outcomes_of(game, support) == [o for o, p in first.outcomes.items() if p]


# ---- curves ------------------------------------------------------------------------------
def test_points_on_straight_pieces_are_dropped_and_no_others() -> None:
    xs = tuple(k / 10 for k in range(11))
    bent = tuple(abs(x - 0.5) for x in xs)
    kept = thinned(EquilibriumBranch((("a",),), xs, (bent, xs)))
    assert kept.xs == (0.0, 0.5, 1.0)
    assert kept.ys == ((0.5, 0.0, 0.5), (0.0, 0.5, 1.0))
    curved = tuple(x * x for x in xs)
    assert len(thinned(EquilibriumBranch((("a",),), xs, (curved,))).xs) == len(xs)


def test_pure_branches() -> None:
    assert EquilibriumBranch((("a",), ("b",)), (), ()).is_pure
    assert not EquilibriumBranch((("a",), ("b", "c")), (), ()).is_pure


# ---- cuts of a plane ---------------------------------------------------------------------
def test_areas_of_a_disc() -> None:
    _, x, y = ring("x,y", ZZ)
    plane = cut([x**2 + y**2 - 1], (-2.0, 2.0), (-2.0, 2.0), lambda a, b: a**2 + b**2 < 1)
    assert plane.sizes()[True] == pytest.approx(math.pi, rel=1e-3)
    assert sum(plane.sizes().values()) == pytest.approx(16, rel=1e-6)
    for piece in plane.boundaries():
        for a, b in zip(piece.xs[1:-1], piece.ys[1:-1], strict=True):
            assert a * a + b * b == pytest.approx(1, abs=1e-6)


def test_a_wall_that_parts_nothing_is_no_boundary() -> None:
    _, x, y = ring("x,y", ZZ)
    plane = cut([x - y], (0.0, 1.0), (0.0, 1.0), lambda a, b: a < 2)
    assert plane.boundaries() == []
    assert len(plane.slabs) == 1


def test_an_upright_wall_parts_slabs() -> None:
    _, x, y = ring("x,y", ZZ)
    plane = cut([2 * x - 1 + 0 * y], (0.0, 1.0), (0.0, 1.0), lambda a, b: a < 0.5)
    (piece,) = plane.upright()
    assert piece.xs[0] == pytest.approx(0.5, abs=1e-6)
    assert (piece.wall, piece.between) == (-1, (True, False))
