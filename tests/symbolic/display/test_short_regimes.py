"""`regimes` on a screen: the answer first, in words, with the numbers and names of `solve`."""

from __future__ import annotations

import dataclasses
import random
import re
from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from click.testing import CliRunner
from games_that_ship import GAMES

from deterrence import conclusions, load_model, read_model, thresholds
from deterrence.algebra.expressions import Expression
from deterrence.cli.program import program
from deterrence.errors import DeterrenceError
from deterrence.modelfile.catalogue import model_source
from deterrence.solvers.results_here import results_here
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.words.markup import text_width

SIX = ["asymmetric-bipolarity", "brinkmanship", "unilateral-deterrence", "rudimentary-deterrence"]
SIX += ["chicken", "inspection"]
ALL = GAMES
#: Models that no analysis is finished for in time.
OPEN = {"asymmetric-escalation", "escalation-ladder", "reassurance", "reputation-three"}
#: Values tried per model, and trials for one that keeps the assumptions.
POINTS, TRIALS = 6, 400


@pytest.fixture(scope="module")
def analyses() -> dict[str, RegimeAnalysis]:
    return {name: load_model(name).regimes() for name in SIX}  # type: ignore[attr-defined]


def check_page(text: str, analysis: RegimeAnalysis) -> None:
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(text_width, lines)) <= 80
    first = " ".join(lines[:10])
    assert "possible" in first or not analysis.results
    assert re.search(r"\[(proven|open)", first)
    assert "box of bounds" not in text
    flat = " ".join(text.split())
    if analysis.cover != "proven":
        assert "No others are" not in flat
        assert " iff " not in flat.split("Note:")[0].split("No others")[0].split(" equilibrium ")[0]


def check_names(analysis: RegimeAnalysis) -> None:
    """Hold numbers and names against those that the model gives to patterns."""
    names = analysis.internal.model.names
    by_id = {e.id: e for e in analysis.equilibria}
    data = analysis.to_dict()
    for e, told in zip(analysis.equilibria, data["equilibria"], strict=True):
        pattern = names.pattern(e.support)
        expected = names.number(pattern), names.name(pattern)
        assert (e.number, e.name) == (told["number"], told["name"]) == expected
        assert e.label == ("" if e.number is None else f"#{e.number}")
    for r, told in zip(analysis.results, data["results"], strict=True):
        assert set(r.patterns) == {(by_id[i].number, by_id[i].name) for i in r.equilibria}
        assert told["name"] == r.name
    members = sorted(i for r in analysis.results for i in r.equilibria)
    assert members == sorted(i for f in analysis.families for i in f.members)


def shown_numbers(text: str) -> set[int]:
    return {int(k) for k in re.findall(r"#(\d+)", text)}


def points(analysis: RegimeAnalysis) -> list[dict[str, Any]]:
    """Return random values, off the boundaries as a rule, that keep the assumptions."""
    model, problem = analysis.internal.model, analysis.internal.problem
    draw = random.Random(model.name)
    found: list[dict[str, Any]] = []
    values = model.values()
    for _ in range(TRIALS):
        if len(found) == POINTS:
            break
        changed = dict(values)
        for name in draw.sample(list(problem.symbols), min(2, len(problem.symbols))):
            low, high = problem.bounds.get(name, (None, None))
            if low is not None and high is not None and low < high:
                changed[name] = low + (high - low) * Fraction(draw.randrange(1, 97), 97)
        try:
            analysis.regime_at(changed)
            model.at(values=changed)
        except DeterrenceError:
            continue
        found.append(changed)
    return found


def check_points(analysis: RegimeAnalysis) -> None:
    """Hold conditions, names and numbers against the exact solver at random values."""
    model = analysis.internal.model
    tried = 0
    for values in points(analysis):
        regime = analysis.regime_at(values)
        if regime is None:
            continue
        tried += 1
        solved = model.solve(values=values)  # type: ignore[attr-defined]
        assert solved.status == "complete"
        here = {tuple(sorted(r.chances.items())): r for r in results_here(solved).results}
        expected = set()
        for r in analysis.results:
            there = any(all(bool(c.evaluate(values)) for c in term) for term in r.terms)
            assert there == bool(set(r.families) & set(regime.families))
            chances = r.chances_at(values)
            if not there or not chances:
                continue
            key = tuple(sorted(chances.items()))
            assert key in here, (model.name, values, r.name)
            assert here[key].name == r.name
            expected.add(key)
            # What is played is called alike: every equilibrium that exists here is one of solve's.
            told = {
                (e.number, e.name)
                for e in (analysis.equilibria[i] for i in r.equilibria)
                if all(bool(c.evaluate(values)) for c in e.conditions)
            }
            assert {name for _, name in told} & {name for _, name in here[key].patterns}
            if model.tree is None:
                assert told == set(here[key].patterns)
        if all(r.chances for r in analysis.results):
            assert set(here) == expected
    assert tried


@pytest.mark.parametrize("name", SIX)
def test_the_answer_is_on_a_screen(analyses: dict[str, RegimeAnalysis], name: str) -> None:
    result = CliRunner().invoke(program, ["regimes", name])
    assert result.exit_code == 0, result.output
    check_page(result.stdout, analyses[name])
    check_page(str(analyses[name]), analyses[name])
    numbers = {e.number for e in analyses[name].equilibria}
    assert shown_numbers(result.stdout) <= numbers
    assert shown_numbers(analyses[name].document(full=True).text()) <= numbers


@pytest.mark.parametrize("name", SIX)
def test_names_are_those_of_the_model(analyses: dict[str, RegimeAnalysis], name: str) -> None:
    check_names(analyses[name])


@pytest.mark.parametrize("name", SIX)
def test_results_are_those_of_solve(analyses: dict[str, RegimeAnalysis], name: str) -> None:
    check_points(analyses[name])


@pytest.mark.everything
@pytest.mark.parametrize("name", [n for n in ALL if n not in SIX])
def test_all_shipped_models(name: str) -> None:
    limit = "20" if name in OPEN else "60"
    result = CliRunner().invoke(program, ["regimes", name, "-q", "--time-limit", limit])
    assert result.exit_code in ((0, 4) if name in OPEN else (0,)), result.output
    analysis: RegimeAnalysis = load_model(name).regimes(time_limit=float(limit))  # type: ignore[attr-defined]
    check_page(str(analysis), analysis)
    check_names(analysis)
    # Each ran against its own clock: what the page says is open may not be so in the other.
    assert len(result.stdout.splitlines()) <= 40
    assert max(map(text_width, result.stdout.splitlines())) <= 80
    if name not in OPEN:
        check_points(analysis)


def test_a_result_has_one_condition_as_short_as_can_be_proven(
    analyses: dict[str, RegimeAnalysis],
) -> None:
    first = analyses["brinkmanship"].results[0]
    assert first.name == "The defender has its way"
    terms = {" and ".join(map(str, t)) for t in first.terms}
    assert terms == {"r_0 >= R_C", "r_3 <= R_D", "r_2 >= R_C and r_1 <= R_D"}
    always = analyses["unilateral-deterrence"].results[0]
    assert (always.name, always.terms, always.share) == ("Status quo", ((),), 1.0)
    assert len(always.equilibria) == 3


def test_a_condition_is_solved_for_what_makes_it_short() -> None:
    found = load_model("preventive-war").regimes(boundaries=False)  # type: ignore[attr-defined]
    assert [str(c) for c in found.results[0].terms[0]] == ["c_D >= delta*(p_1 - s)"]
    trip = load_model("tripwire").regimes(boundaries=False)  # type: ignore[attr-defined]
    assert [str(c) for c in trip.results[0].terms[0]] == ["r >= g/(g + L)"]


def test_conclusions_are_sentences() -> None:
    found = conclusions(load_model(BRINK), "war")
    assert str(found).splitlines()[0] == "No direct war: when"
    assert "No direct war in some equilibrium iff k_R > l_R or k_N > l_N. [proven]" in str(found)
    text = " ".join(CliRunner().invoke(program, ["regimes", "chicken"]).stdout.split())
    assert "loss" not in text
    assert "critical_risk" not in text
    assert "No collision in some equilibrium, whatever the values; in every one nowhere." in text


def test_deterrence_is_what_the_model_declares_and_no_other_word_for_no_war() -> None:
    for name in (BRINK, "rudimentary-deterrence"):
        text = " ".join(CliRunner().invoke(program, ["regimes", name]).stdout.split())
        assert "Deterrence (no war)" not in text
        assert re.search(r"No (direct war|conflict) in every equilibrium iff", text)
    assert "The status quo holds for certain in every equilibrium iff" in " ".join(
        CliRunner().invoke(program, ["regimes", "rudimentary-deterrence", "--full"]).stdout.split()
    )


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(BRINK, "rho"), ("crisis-pairs", "T_A"), ("unilateral-deterrence", "p_Def")],
)
def test_thresholds_say_what_the_list_above_them_says(name: str, parameter: str) -> None:
    model = load_model(name)
    analysis: RegimeAnalysis = model.regimes(boundaries=False)  # type: ignore[attr-defined]
    found = thresholds(model, parameter)
    called = {r.called for r in analysis.results}
    for stretch in found.stretches:
        if stretch is None:
            continue
        here = [e for e in found.equilibria if e.id in stretch.equilibria]
        try:
            values = model.values(values={parameter: stretch.witness})
        except DeterrenceError:
            continue
        possible = [
            r
            for r in analysis.results
            if any(all(bool(c.evaluate(values)) for c in term) for term in r.terms)
        ]
        assert {e.result_name for e in here} == {r.called for r in possible}
        assert {e.result_name for e in here} <= called
        told = {e.number for e in here if e.number is not None}
        assert told <= {number for r in possible for number, _ in r.patterns}
        text = found.told(stretch.equilibria)
        assert shown_numbers(text) == told
        for e in here:
            assert e.number is None or f"{e.result_name} (" in text
    page = str(found)
    assert len(page.splitlines()) <= 40
    assert max(map(text_width, page.splitlines())) <= 80


def test_another_concept_of_the_file_is_told_in_a_line() -> None:
    source = model_source("rudimentary-deterrence").decode()
    model = read_model(source.replace("default_concept: pbe", "default_concept: sequential"))
    assert model.default_concept == "sequential"
    page = " ".join(str(model.regimes()).split())  # type: ignore[attr-defined]
    assert "Derived are perfect Bayesian equilibria; the file's own concept, sequential" in page
    assert "own concept" not in str(load_model("rudimentary-deterrence").regimes())  # type: ignore[attr-defined]


def test_statics_and_boundaries_are_short_and_name_equilibria() -> None:
    model = load_model("unilateral-deterrence")
    for found in (model.statics(), model.boundaries()):  # type: ignore[attr-defined]
        assert len(str(found).splitlines()) <= 40
        assert repr(found).startswith(f"<{type(found).__name__}: ")
        assert "#399" in found.document(full=True).text()
        assert not shown_numbers(str(found)) - {11, 15, 43, 59, 135, 159, 219, 235, 399}


def test_a_condition_on_both_sides_is_told_once() -> None:
    from deterrence.modelfile.condition_words import ConditionWords
    from deterrence.words.blocks import inline_text

    model = load_model(BRINK)
    words = ConditionWords(model, model.values())
    parse = Expression.parse

    def told(*terms: tuple[str, ...]) -> str:
        return inline_text(words.sides([[parse(c) for c in term] for term in terms]))

    assert told(("k_R > l_R", "k_N > l_N")).startswith("each side's expected cost")
    assert told(("k_R > l_R",), ("k_N > l_N",)).startswith("at least one side's expected cost")
    assert told(("k_R > l_R", "k_N < l_N"), ("k_R < l_R", "k_N > l_N")).startswith("exactly one")
    # Not the same of both sides, or no such pattern.
    assert told(("k_R > l_R", "k_N < l_N")) == ""
    assert told(("k_R > l_R", "k_N < l_N"), ("k_R > l_R", "k_N > l_N")) == ""
    assert told(("k_R > l_R", "k_R > l_N")) == ""


def test_nothing_universal_is_said_of_a_list_that_may_lack_some(
    analyses: dict[str, RegimeAnalysis],
) -> None:
    found = dataclasses.replace(analyses["unilateral-deterrence"], cover="unknown")
    text = " ".join(str(found).split())
    assert text.startswith("Unilateral deterrence")
    assert "At least four results are possible" in text
    assert " iff " not in text
    assert "in at least about 13 % of the declared ranges" in text
    for conclusion in (conclusions(found, "war"), conclusions(found, "war > 0")):
        assert conclusion.every_proof == "unknown"
        told = " ".join(str(conclusion).split())
        assert "in every equilibrium iff" not in told
        assert "in every equilibrium," not in told
        assert "[proven]" not in told


@pytest.mark.parametrize(
    ("name", "parameter"), [(BRINK, "rho"), ("unilateral-deterrence", "p_Def")]
)
def test_what_was_asked_for_beside_fits_on_the_screen_too(name: str, parameter: str) -> None:
    arguments = [
        "regimes",
        name,
        "--statics",
        "--threshold",
        parameter,
        "--conclusion",
        "war < 1/9",
    ]
    lines = CliRunner().invoke(program, arguments).stdout.splitlines()
    assert len(lines) <= 40
    assert max(map(text_width, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    assert "Four results are possible" in text
    assert "What changes as" in text
    assert "Which way things move" in text
    assert "war < 1/9" in text
    # The thresholds are there to the last one.
    assert "above 0.6667" in text or "above 0 " in text
