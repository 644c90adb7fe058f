"""Comparisons: every case is what `solve` finds, what differs is said first, flips are proven."""

from __future__ import annotations

import csv
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from click.testing import CliRunner, Result
from games_that_ship import GAMES

from deterrence import compare, load_model, read_nfg
from deterrence.analysis.comparing.cases import Comparison
from deterrence.errors import UsageError
from deterrence.solvers.results_here import results_here
from deterrence.words.renderers import rendered

SIX = [BRINK, "brinkmanship", "chicken", "inspection", "rudimentary-deterrence"]
SIX += ["unilateral-deterrence"]
SLOW = {"asymmetric-escalation", "escalation-ladder", "reassurance", "reputation-three"}
HUNT = 'NFG 1 R "Hunt" { "A" "B" } { { "stag" "hare" } { "stag" "hare" } } "" 4 4 3 0 0 3 2 2'
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    from deterrence.cli.program import program

    def call(*arguments: str, **more: Any) -> Result:
        return CliRunner().invoke(program, arguments, **more)

    return call


def flat(found: object) -> str:
    return " ".join(str(found).split())


def check(name: str) -> None:
    """Each case has the results, the names and the ranges of its own solution."""
    model = load_model(name)
    found = model.compare()
    assert [c.label for c in found.cases] == ["defaults", *model.scenarios]
    for case in found.cases:
        here = results_here(model.solve(scenario=case.scenario))
        assert [r.name for r in case.results] == [r.name for r in here.results]
        assert [r.equilibria for r in case.results] == [r.patterns for r in here.results]
        assert case.ranges == here.ranges
        assert case.complete == here.complete
        assert case.values == model.values(case.scenario)
        for regime in model.named_regimes:
            if all(c.evaluate(case.values) for c in regime.when):
                assert case.regime == regime.name
                break
    lines = str(found).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert max(map(len, found.document(full=True).text().splitlines())) <= 80
    for form in ("html", "latex", "markdown"):
        assert rendered(found.document(full=True), form, standalone=True)
    data = json.loads(json.dumps(found.to_dict()))
    assert [c["label"] for c in data["cases"]] == [c.label for c in found.cases]
    assert len(repr(found)) < 200


@pytest.mark.parametrize("name", SIX)
def test_scenarios_side_by_side_are_what_solve_finds(name: str) -> None:
    check(name)


@pytest.mark.everything
@pytest.mark.parametrize("name", [n for n in GAMES if n not in SIX and n not in SLOW])
def test_scenarios_of_every_model(name: str) -> None:
    if not load_model(name).scenarios:
        pytest.skip("it has no scenarios")
    check(name)


def test_what_differs_is_said_first() -> None:
    text = flat(load_model(BRINK).compare(scenarios="vital-stake"))
    assert (
        "The probability of direct war is 0 in every equilibrium in 'vital-stake'; it can be as "
        "high as 0.1224 in 'defaults'. [exact]"
    ) in text
    assert "Possible in both: NATO yields; the rest differs. [exact]" in text
    assert "Russia's loss from yielding (l_R) 5 15" in text


def test_the_ranges_as_csv() -> None:
    found = load_model(BRINK).compare(scenarios="vital-stake")
    rows = list(csv.DictReader(found.to_csv().splitlines()))
    war = next(r for r in rows if (r["case"], r["measure"]) == ("defaults", "war"))
    assert (war["low"], war["high_exact"], war["complete"]) == ("0.0", "6/49", "true")
    assert len(rows) == sum(len(c.ranges) for c in found.cases)


def test_a_comparison_is_kept_and_comes_back() -> None:
    found = load_model("chicken").compare(against={"T_A": 0})
    again = pickle.loads(pickle.dumps(found))
    assert str(again) == str(found)
    assert again.to_dict() == found.to_dict()


def test_flips_are_those_of_robustness() -> None:
    model = load_model(BRINK)
    found = model.compare(scenarios=["vital-stake"])
    for case in found.cases:
        answer = model.robustness("war == 0", scenario=case.scenario)
        flip = case.flip
        assert flip is not None
        assert answer.every is not None
        assert answer.some is not None
        assert (flip.every, flip.some) == (answer.every.before, answer.some.before)
        smallest = min((a.upper for a in answer.answers if a.upper), key=lambda r: r.decimal)
        assert flip.size == smallest
        alone = [a for c in answer.answers for a in c.alone if a.distance is not None]
        nearest = min(alone, key=lambda a: a.distance.decimal if a.distance else 0)
        assert (flip.parameter, flip.threshold) == (nearest.parameter, nearest.threshold)


def test_two_models_and_values_on_either_side() -> None:
    chicken, hunt = load_model("chicken"), load_model("stag-hunt")
    found = compare(chicken, hunt, against={"T_A": "5/2"}, T_A=1)
    assert [c.label for c in found.cases] == ["chicken", "stag-hunt"]
    assert [str(c.values["T_A"]) for c in found.cases] == ["1", "5/2"]
    changed = chicken.compare(against={"T_A": "1/2"}, R_B="1/4")
    assert [c.label for c in changed.cases] == ["R_B = 1/4", "T_A = 1/2"]
    first, second = changed.cases
    assert [str(c.values["R_B"]) for c in changed.cases] == ["1/4", "1/4"]
    assert changed.parameters.keys() == {"T_A"}
    assert str(second.values["T_A"]) == "1/2"
    assert first.results != second.results
    start = load_model(BRINK).compare(scenario="vital-stake", against={"l_N": 12})
    assert [c.label for c in start.cases] == ["vital-stake", "l_N = 12"]
    assert {str(c.values["l_R"]) for c in start.cases} == {"15"}


def test_games_of_numbers_are_compared_without_flips() -> None:
    game = read_nfg(HUNT.encode(), "hunt")
    found = compare(game, load_model("stag-hunt"))
    assert isinstance(found, Comparison)
    assert found.cases[0].flip is None
    assert found.cases[0].values == {}
    assert len(str(found).splitlines()) <= 40


def test_nothing_universal_is_said_of_a_case_that_is_not_complete() -> None:
    from dataclasses import replace

    found = load_model("chicken").compare(against={"T_A": 0})
    cases = tuple(replace(c, complete=False) for c in found.cases)
    text = flat(replace(found, cases=cases))
    assert "in every equilibrium in" not in text.split("Case")[0]
    assert "There may be more equilibria in 'defaults' and 'T_A = 0'. [open]" in text
    assert not replace(found, cases=cases).complete


def test_faults() -> None:
    model = load_model("chicken")
    bare = model.replace(scenarios={})
    for call, words in (
        (lambda: bare.compare(), "no scenarios to compare"),
        (lambda: model.compare(load_model("stag-hunt"), scenarios=["x"]), "one model"),
        (lambda: model.compare(scenarios=["no such"]), "no scenario"),
        (lambda: model.compare(against={"nothing": 1}), "no parameter"),
        (lambda: compare(read_nfg(HUNT.encode(), "hunt")), "second game"),
    ):
        with pytest.raises(UsageError, match=words):
            call()


# ---- the command -------------------------------------------------------------------------
def test_the_command(run: Run, tmp_path: Path) -> None:
    result = run("compare", BRINK, "--scenarios", "vital-stake")
    assert result.exit_code == 0, result.stderr
    assert "scenarios compared" in result.stdout
    data = json.loads(run("compare", "chicken", "--against", "T_A=0", "--format", "json").stdout)
    assert data["schema"] == 1
    assert [c["label"] for c in data["cases"]] == ["defaults", "T_A = 0"]
    assert data["cases"][1]["flip"]["size"]["exact"] == "0"
    file = tmp_path / "hunt.nfg"
    file.write_text(HUNT)
    both = run("compare", str(file), "stag-hunt", "--set", "T_A=3", "--format", "markdown")
    assert both.exit_code in (0, 4), both.stderr
    assert "| stag-hunt |" in both.stdout.replace("\\", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chicken", "stag-hunt", "--scenarios"], "--scenarios is about one model"),
        ([BRINK, "--scenarios", "vital"], "no scenario"),
        (["chicken", "--against", "T_X=1"], "no parameter"),
        (["chicken", "stag-hunt", "--set", "nothing=1"], "no parameter"),
        (["chicken", "--against", "T_A=1", "--figure", "x.txt"], "png"),
        (["chicken", "no-such-model"], "no model"),
    ],
)
def test_faults_of_the_command(run: Run, arguments: list[str], words: str) -> None:
    result = run("compare", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_the_figure_draws_the_ranges(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    model = load_model(BRINK)
    found = model.compare(scenarios=["vital-stake"], time_limit=20)
    figure: Any = model.plot("compare", measure=["war"])
    assert (
        "Probability of direct war: defaults 0 to 0.1224 (6/49); vital-stake 0;"
        in figure.description
    )
    of: Any = __import__("deterrence").plot(found, "compare")
    assert "vital-stake 0" in of.description
    axes = of.axes[0]
    bars = [b for b in axes.patches if b.get_gid() == "range"]
    assert [round(b.get_x() + b.get_width(), 4) for b in bars] == [0.1224]
    target = tmp_path / "x.svg"
    result = run("compare", "chicken", "--against", "T_A=0", "--figure", str(target))
    assert result.exit_code == 0, result.stderr
    assert target.read_bytes().startswith(b"<?xml")
    with pytest.raises(UsageError, match="no case has a measure"):
        model.plot("compare", measure=["wra"])
