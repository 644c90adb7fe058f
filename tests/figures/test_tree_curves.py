"""Sweeps and maps of game trees: the curves are the equilibria that the exact solver finds."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from figure_checks import assert_legible, words_in

from deterrence import figures, load_model
from deterrence.errors import UsageError
from deterrence.figures.facts.curve_tracing import trace
from deterrence.figures.facts.named_stretches import name_at
from deterrence.figures.facts.plane_survey import PlaneMap, PlaneSurvey
from deterrence.figures.facts.plotted_quantities import ask
from deterrence.solvers import solve_tree

UDG = load_model("unilateral-deterrence")
QUESTIONS = ("war", "payoff(Defender)", "prob(Challenger, challenge)", "P(defender_concedes)")


def value_at(xs: tuple[float, ...], ys: tuple[float, ...], x: float) -> float:
    for a, b, low, high in zip(xs, xs[1:], ys, ys[1:], strict=False):
        if a <= x <= b:
            return low + (high - low) * (x - a) / (b - a)
    raise AssertionError(x)


def label_at(found: PlaneMap, x: float, y: float) -> object:
    """What the map shows at a point; heights between two columns run straight."""
    for slab in found.plane.slabs:
        for a, b in itertools.pairwise(slab.columns):
            if a.x <= x <= b.x and b.x > a.x:
                t = (x - a.x) / (b.x - a.x)
                heights = [p + t * (q - p) for p, q in zip(a.heights, b.heights, strict=True)]
                for k, label in enumerate(slab.labels):
                    if heights[k] <= y <= heights[k + 1]:
                        return label
    raise AssertionError((x, y))


def test_the_curves_of_a_sweep_are_the_equilibria_at_every_point() -> None:
    line = trace(UDG, "p_Def", QUESTIONS, low=0, high=1)
    assert line.exact
    assert [str(t.value) for t in line.thresholds] == ["1/2", "2/3"]
    rng = random.Random(1)
    for span in line.stretches:
        low, high = Fraction(span.low), Fraction(span.high)
        for _ in range(2):
            x = (low + (high - low) * Fraction(rng.randint(1, 99), 100)).limit_denominator(1000)
            game = UDG.at(p_Def=x)
            game = game.replace(measures=tuple(q.measure for q in line.questions))
            solved = {
                tuple(round(float(v), 6) for v in game.measure_values(e.profile).values())
                for e in solve_tree(game, "pbe").equilibria
            }
            drawn = {
                tuple(round(value_at(b.xs, ys, float(x)), 6) for ys in b.ys) for b in span.branches
            }
            assert drawn == solved


def test_supports_tell_what_is_played_and_nothing_else() -> None:
    figure = figures.sweep(UDG, "p_Def", QUESTIONS, low=0, high=1)
    assert_legible(figure)
    told = words_in(figure)
    assert "#399 The bluff equilibrium" in told
    # A deterred challenger never meets a reply; what it would be is no part of the curve.
    assert "#11, #15, #135 Status quo" in told
    assert "Certain deterrence" in told
    assert "at a threshold only are not drawn" in told


def test_a_map_has_the_published_regions() -> None:
    figure = figures.regimes(UDG, "p_Def", "p_Ch")
    assert_legible(figure)
    for part in ("Bluff", "Attack", "Separating", "Certain deterrence"):
        assert part in figure.description
    assert "Boundaries: p_Def = 2/3, p_Def = 1/2 and p_Ch = 2/3." in figure.description
    survey = PlaneSurvey(UDG, "p_Def", "p_Ch").exact()
    rng = random.Random(2)
    for _ in range(40):
        point = {n: Fraction(rng.randint(1, 96), 97) for n in ("p_Def", "p_Ch")}
        label = label_at(survey, *map(float, point.values()))
        assert survey.areas[label].name == name_at(UDG, UDG.values(**point))


def test_a_map_of_a_conclusion_agrees_with_the_solver() -> None:
    survey = PlaneSurvey(UDG, "p_Def", "p_Ch", conclusion="war == 0").exact()
    rng = random.Random(3)
    for _ in range(6):
        point = {n: Fraction(rng.randint(1, 96), 97) for n in ("p_Def", "p_Ch")}
        solution = solve_tree(UDG.at(**point), "pbe")
        peaceful = [e.measures["war"] == 0 for e in solution.equilibria]
        verdict = "every" if all(peaceful) else "some" if any(peaceful) else "no"
        assert label_at(survey, *map(float, point.values())) == verdict


def test_perfect_information_and_long_chains() -> None:
    figure = figures.sweep(load_model("crisis-ladder"), "v_R")
    assert_legible(figure)
    assert "8.3333 (25/3)" in figure.description
    tripwire = figures.regimes(load_model("tripwire"), "g", "L")
    assert "Boundary: 4*g = L." in tripwire.description


def test_questions_about_trees() -> None:
    assert ask(UDG, "P(conflict)").label == "Probability of Conflict"
    with pytest.raises(UsageError, match="did you mean 'conflict'"):
        ask(UDG, "P(conflct)")
    with pytest.raises(UsageError, match="did you mean 'fight'"):
        ask(UDG, "prob(Challenger, fite)")


def test_what_has_no_closed_form_is_refused_with_a_way_out() -> None:
    with pytest.raises(UsageError, match="no exact map") as error:
        figures.regimes(UDG, "p_Def", "p_Ch", time_limit=1e-6)
    assert "time-limit" in error.value.remedy
