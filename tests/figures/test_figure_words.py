"""What figures say: what is shown, the numbers and names of the solution, decimals, titles."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from figure_checks import assert_legible, by_gid, words_in

from deterrence import brief, figures, load_model, solve
from deterrence.errors import UsageError
from deterrence.figures.drawing.files import to_bytes
from deterrence.figures.facts.curve_tracing import trace
from deterrence.figures.facts.plane_survey import PlaneSurvey, survey_plane
from deterrence.game.pattern_names import names_of
from deterrence.modelfile.catalogue import model_names
from deterrence.solvers import solve_tree

BIPOLARITY = load_model(BRINK)
CHICKEN = load_model("chicken")
UDG = load_model("unilateral-deterrence")
RUDIMENTARY = load_model("rudimentary-deterrence")
BRINK = load_model("brinkmanship")
INSPECTION = load_model("inspection")

#: Cheap figures of the six models, one of every kind that is cheap.
DRAWN: dict[str, Any] = {
    "sweep": lambda: figures.sweep(BIPOLARITY, "k_R"),
    "sweep of a tree": lambda: figures.sweep(UDG, "p_Def", ["war", "deterrence"]),
    "sweep of a chain": lambda: figures.sweep(BRINK, "R_C"),
    "regimes": lambda: figures.regimes(BIPOLARITY, "k_R", "k_N"),
    "regimes of a tree": lambda: figures.regimes(UDG, "p_Def", "p_Ch"),
    "conclusion": lambda: figures.regimes(BIPOLARITY, "k_R", "k_N", conclusion="war == 0"),
    "best-response": lambda: figures.best_response(CHICKEN),
    "best-response, continuum": lambda: figures.best_response(BIPOLARITY, values={"k_R": 5}),
    "payoffs": lambda: figures.payoffs(BIPOLARITY),
    "formulas": lambda: figures.payoffs(CHICKEN, formulas=True),
    "moves": lambda: figures.moves(BIPOLARITY),
    "inspection": lambda: figures.payoffs(INSPECTION),
    "ladder": lambda: figures.ladder(load_model("escalation-ladder")),
    "climbed ladder": lambda: figures.ladder(load_model("crisis-ladder")),
    "Kahn": lambda: figures.ladder(load_model("kahn-ladder")),
    "tree": lambda: figures.tree(RUDIMENTARY, concept="pbe"),
    "chain": lambda: figures.tree(BRINK, concept="spe"),
    "tornado": lambda: figures.tornado(BIPOLARITY, "war"),
    "robustness": lambda: figures.robustness(CHICKEN, "war == 0"),
}


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    return {name: draw() for name, draw in DRAWN.items()}


# ---- every figure ------------------------------------------------------------------------
@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_is_small_legible_and_says_what_it_shows(name: str, drawn: Any) -> None:
    figure = drawn[name]
    assert_legible(figure)
    # Letters are drawn one by one, at 30 to 40 bytes each: Kahn's table of titles has 1,900.
    assert len(to_bytes(figure, "svg")) < max(60_000, 40 * len(words_in(figure)))
    assert figure.key_share < 0.25
    titles = {load_model(n).title for n in model_names()}
    assert figure.heading not in titles
    assert any(title in words_in(figure) for title in titles)


@pytest.mark.parametrize("name", DRAWN)
def test_axes_of_probabilities_end_at_0_and_1(name: str, drawn: Any) -> None:
    for ax in drawn[name].axes:
        for label, (low, high) in (
            (ax.get_xlabel(), ax.get_xlim()),
            (ax.get_ylabel(), ax.get_ylim()),
        ):
            if label.lower().startswith(("probability", "share")):
                assert low >= 0
                assert high <= 1


@pytest.mark.parametrize("name", DRAWN)
def test_no_letter_stands_for_an_equilibrium(name: str, drawn: Any) -> None:
    """Players may be called A and B; nothing else is."""
    bold = drawn[name].findobj(
        lambda a: (
            getattr(a, "get_weight", lambda: "")() == "bold"
            and re.fullmatch(r"[A-Z](, [A-Z])*", a.get_text())
        )
    )
    assert {t.get_text() for t in bold} <= {"A", "B"}
    assert not re.search(r"\b[A-Z]: (?:Russia|NATO|A|B) ", drawn[name].description)


@pytest.mark.parametrize("name", DRAWN)
def test_numbers_are_decimals_in_the_picture(name: str, drawn: Any) -> None:
    """Exact fractions stand in the description."""
    if name != "formulas":
        told = re.sub(r"\$[^$]*\$", "", words_in(drawn[name]))
        assert not re.search(r"\d/\d", told)


def test_descriptions_are_exact() -> None:
    assert "0.2857 (2/7)" in figures.best_response(BIPOLARITY).description
    text = figures.sweep(UDG, "p_Def").description
    assert "The exact thresholds are 0.5 and 0.6667 (2/3)." in text


# ---- the names of the solution -----------------------------------------------------------
@pytest.mark.parametrize("model", [BIPOLARITY, CHICKEN, INSPECTION], ids=lambda m: m.name)
def test_best_responses_have_the_numbers_and_names_of_the_equilibria(model: Any) -> None:
    figure = figures.best_response(model)
    told = words_in(figure)
    for e in solve(model.at(), solver="exact").equilibria:
        pattern = model.names.pattern(e.profile)
        assert f"#{model.names.number(pattern)} {model.names.name(pattern)}" in told
        assert f"#{model.names.number(pattern)} {model.names.name(pattern)}" in figure.description


@pytest.mark.parametrize(
    ("model", "parameter"),
    [
        (BIPOLARITY, "k_R"),
        (CHICKEN, "T_A"),
        (INSPECTION, "a"),
        (UDG, "p_Def"),
        (RUDIMENTARY, "p_B"),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_curves_have_the_numbers_of_the_equilibria_at_their_points(
    model: Any, parameter: str
) -> None:
    line = trace(model, parameter)
    for span in line.stretches:
        if not span.branches:
            continue
        game = model.at(check=False, **{parameter: Fraction((span.low + span.high) / 2)})
        found = solve(game, concept="pbe") if model.tree is not None else solve(game)
        here = {model.names.number(model.names.pattern(e.profile)) for e in found.equilibria}
        told = [set(line.labels[b.support].numbers) for b in span.branches]
        assert here <= set.union(*told)
        assert all(numbers & here for numbers in told)


def test_the_results_of_regions_are_those_of_the_brief() -> None:
    for model, x, y in ((BIPOLARITY, "k_R", "k_N"), (UDG, "p_Def", "p_Ch")):
        page = brief(model)
        called = {
            (r.name if r.certain else r.patterns[0][1], tuple(sorted(n for n, _ in r.patterns)))
            for r in page.here.results
        }
        found = survey_plane(PlaneSurvey(model, x, y))
        told = [{(r.name, r.label.numbers) for r in area.results} for area in found.areas.values()]
        # The base case lies in one of the areas; a result may take more equilibria elsewhere.
        assert any(
            {name for name, _ in here} == {name for name, _ in called}
            and all(any(n == m and set(a) <= set(b) for m, b in here) for n, a in called)
            for here in told
        )


def test_regions_tell_results_with_their_numbers() -> None:
    told = words_in(figures.regimes(BIPOLARITY, "k_R", "k_N"))
    assert "Russia yields (#2); NATO yields (#3) or both mix (#9)" in told
    assert "Direct war (#4)" in told
    assert "Mutual deterrence (Chicken)" in told


def test_a_tree_takes_the_number_that_solve_prints() -> None:
    game = UDG.at()
    solution = solve_tree(game, "pbe")
    labels = names_of(game).labels([e.profile for e in solution.equilibria])
    assert labels
    for label in labels:
        for asked in (label, label[1:]):
            assert f"Game tree with {label} " in figures.tree(UDG, equilibrium=asked).heading
    with pytest.raises(UsageError, match="no equilibrium 1 of") as error:
        figures.tree(UDG, equilibrium=1)
    assert all(label in error.value.remedy for label in labels)


# ---- titles ------------------------------------------------------------------------------
def test_actions_and_outcomes_are_called_by_their_titles() -> None:
    told = words_in(figures.payoffs(CHICKEN))
    assert "Stand firm" in told
    assert "stand_firm" not in told
    assert "Stand firm" in words_in(figures.best_response(CHICKEN))
    tree = words_in(figures.tree(BRINK))
    assert "Quit" in tree
    assert "The defender has its way" in tree


def test_symbols_are_typeset_in_notes() -> None:
    told = words_in(figures.robustness(BIPOLARITY, "war == 0"))
    assert "$g_R$" in told
    assert "g_R, g_N" not in told


def test_a_title_of_ones_own_takes_the_place_of_what_is_shown() -> None:
    figure = figures.payoffs(CHICKEN, title="Figure 1")
    assert figure.heading == "Figure 1"
    assert CHICKEN.title in words_in(figure)


# ---- branches of trees -------------------------------------------------------------------
@pytest.mark.parametrize("direction", ["down", "right"])
def test_a_probability_is_no_part_of_the_name_of_a_move(direction: Any) -> None:
    """Actions may be called 1: no branch reads "1 1/3"."""
    from tree_samples import matching

    game = matching()
    e = solve_tree(game, "nash").equilibria[0]
    figure = figures.tree(game, equilibrium=e, direction=direction)
    labels = [k for k, node in enumerate(game.nodes) if node.parent >= 0]
    for k in labels:
        name, *chance = [t.get_text() for t in by_gid(figure, f"label-{k}")]
        assert all(re.fullmatch(r"\([\d.]+\)", text) for text in chance)
        assert not re.search(r"[()]", name)


# ---- panels ------------------------------------------------------------------------------
def test_no_two_panels_are_the_same() -> None:
    assert len(figures.sweep(BIPOLARITY, "k_R", ["war", "war"]).axes) == 1
    result = BIPOLARITY.robustness("war == 0", scenario="vital-stake")
    twice = replace(result, answers=(result.every, replace(result.every, quantifier="some")))
    figure = figures.robustness(twice)
    assert len(figure.axes) == 1
    assert "war = 0 in every and in some equilibrium" in words_in(figure)


# ---- logarithmic axes --------------------------------------------------------------------
def test_a_sweep_over_a_logarithmic_axis() -> None:
    figure = figures.sweep(BIPOLARITY, "N_R", "war", low=1, high=1000, log=["N_R"])
    assert_legible(figure)
    assert figure.axes[0].get_xscale() == "log"
    line = trace(BIPOLARITY, "N_R", ["war"], low=1, high=1000, log=True)
    linear = trace(BIPOLARITY, "N_R", ["war"], low=1, high=1000)
    assert [m.value for m in line.thresholds] == [m.value for m in linear.thresholds]
    values = {n: float(v) for n, v in BIPOLARITY.values().items()}
    (mixed,) = (b for s in line.stretches for b in s.branches if not b.is_pure)
    # As many points below 30 as above: a third of the axis is a third of the points.
    assert sum(x < 31.6 for x in mixed.xs) > 0.4 * len(mixed.xs)
    for x, y in zip(mixed.xs[1:-1], mixed.ys[0][1:-1], strict=True):
        k = values["c_R"] + values["rho"] * x
        p = values["g_N"] / (values["g_N"] + values["k_N"] - values["l_N"])
        q = values["g_R"] / (values["g_R"] + k - values["l_R"])
        assert y == pytest.approx(p * q, rel=1e-6)
    with pytest.raises(UsageError, match="begins at 0"):
        figures.sweep(BIPOLARITY, "k_R", low=0, high=20, log=["k_R"])
    with pytest.raises(UsageError, match="is on no axis"):
        figures.sweep(BIPOLARITY, "k_R", log=["k_N"])


def test_a_map_over_logarithmic_axes_has_the_same_boundary() -> None:
    ranges = {"N_R": (10, 1000), "l_R": (1, 20)}
    asked: dict[str, Any] = {"ranges": ranges, "log": ["N_R", "l_R"]}
    figure = figures.regimes(BIPOLARITY, "N_R", "l_R", **asked)
    assert_legible(figure)
    (ax,) = figure.axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    for line in by_gid(figure, "boundary"):
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True):
            assert 125 + x == pytest.approx(25 * y, rel=1e-6)
    # The area on the paper is that of the region: no corner is cut by a chord.
    survey = survey_plane(PlaneSurvey(BIPOLARITY, "N_R", "l_R", **asked))
    assert sum(len(slab.columns) for slab in survey.plane.slabs) > 20
    grid = PlaneSurvey(BIPOLARITY, "N_R", "l_R", **asked).grid(12)
    xs = [s.columns[0].x for s in grid.plane.slabs]
    ratios = {round(b / a, 6) for a, b in itertools.pairwise(xs)}
    assert len(ratios) == 1
