"""What `explain` answers: what exists at the values, under its name, on a screen, in all forms."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from click.testing import CliRunner
from games_that_ship import GAMES

from deterrence import Explanation, explain, load_model, read_model
from deterrence.cli.program import program
from deterrence.errors import UsageError
from deterrence.symbolic.board.choosing import exists_at
from deterrence.words.markup import text_width
from deterrence.words.renderers import rendered

SIX = ["asymmetric-bipolarity", "brinkmanship", "unilateral-deterrence", "rudimentary-deterrence"]
SIX += ["chicken", "inspection"]
ALL = GAMES
#: Models that no map of all values is finished for in time.
OPEN = {"asymmetric-escalation", "escalation-ladder", "reassurance", "reputation-three"}


@cache
def analysis_of(name: str) -> Any:
    return load_model(name).regimes(time_limit=60)


def one_line(text: str) -> str:
    return " ".join(text.split())


def check(name: str) -> None:
    analysis = analysis_of(name)
    model = analysis.internal.model
    values = model.values()
    found = explain(analysis)
    # The one that is derived exists, exactly; and no result is left out.
    first = found.derivations[0]
    assert first.exists is True
    assert exists_at(first.equilibrium, values)
    pattern = model.names.pattern(first.equilibrium.support)
    assert (first.number, first.name) == (model.names.number(pattern), model.names.name(pattern))
    told = {k for r in found.results for _, k in r.patterns}
    assert told >= {
        model.names.name(model.names.pattern(e.support))
        for e in analysis.equilibria
        if e.family >= 0
    }
    assert len(found.bound) == sum(e.family < 0 and e is not first.equilibrium
                                   for e in analysis.equilibria)  # fmt: skip
    check_screen(str(found))
    check_screen(str(explain(analysis, general=True)))
    assert "[exact]" in str(found)
    for full in (False, True):
        document = found.document(full=full)
        for form in ("text", "html", "latex", "markdown"):
            text = rendered(document, form)
            assert text.strip()
            if form == "text":
                assert max(map(text_width, text.splitlines())) <= 80
    data = json.loads(json.dumps(found.to_dict()))
    assert len(data["derivations"]) >= len(data["results"])
    assert {"equilibrium", "number", "name", "result", "exists", "steps"} <= set(
        data["derivations"][0]
    )
    assert len(repr(found)) < 200
    assert len(repr(first)) < 400


def check_screen(text: str) -> None:
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(text_width, lines)) <= 80
    answer = one_line("\n".join(lines[:12]))
    assert "What happens:" in answer
    assert "It exists iff" in answer or "It exists whatever" in answer
    assert "-(" not in re.sub(r"[*/] ?-\(", "", answer)
    assert "Story" in text


@pytest.mark.parametrize("name", SIX)
def test_the_answer_is_on_one_screen(name: str) -> None:
    check(name)


@pytest.mark.everything
@pytest.mark.parametrize("name", [n for n in ALL if n not in SIX])
def test_the_answer_of_every_model_is_on_one_screen(name: str) -> None:
    check(name)


def test_the_equilibrium_at_the_defaults_of_brinkmanship() -> None:
    found = explain(analysis_of("brinkmanship"))
    assert found.derivations[0].number == 6
    assert found.derivations[0].result == "The defender has its way"
    text = one_line(str(found))
    assert "It exists iff risk of disaster at the fourth step is at most" in text
    assert "(r_3 <= R_D)" in text
    assert "Not here Either of: The challenger has its way; Disaster" in text
    assert "r_3*(R_D - 1) + (1 - r_3)*R_D = R_D - r_3 = 0.01" in text


def test_published_names_where_the_literature_has_them() -> None:
    model = load_model("unilateral-deterrence")
    analysis = analysis_of("unilateral-deterrence")
    found = explain(analysis)
    assert found.derivations[0].title == "The bluff equilibrium (#399)"
    assert "At the default values the bluff equilibrium (#399) exists." in one_line(str(found))
    certain = explain(analysis, p_Def="3/4")
    assert certain.derivations[0].title == "Certain deterrence (#11)"
    scenario = explain(analysis, scenario="credible-defender")
    assert scenario.derivations[0].title == "Certain deterrence (#11)"
    assert "In the scenario 'A credible defender'" in str(scenario)
    attack = explain(analysis, scenario="determined-challenger")
    assert attack.derivations[0].title == "The attack equilibrium (#59)"
    assert model.names.count == 729


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("The bluff equilibrium", 399),
        ("bluff", 399),
        ("#59", 59),
        ("59", 59),
        ("certain deterrence", 11),
        ("STEADFAST deterrence", 15),
    ],
)
def test_a_result_is_asked_for_by_name_or_number(asked: str, number: int) -> None:
    found = explain(analysis_of("unilateral-deterrence"), result=asked)
    assert [d.number for d in found.derivations] == [number]


def test_the_name_of_a_result_or_of_its_only_outcome_is_enough() -> None:
    analysis = analysis_of(BRINK)
    for name in ("Direct war", "direct_war", "russia: escalate; nato: escalate"):
        assert [d.number for d in explain(analysis, result=name).derivations] == [4]
    with pytest.raises(UsageError, match="no result 'Peace'") as error:
        explain(analysis, result="Peace")
    assert "results: Russia yields, NATO yields, Direct war" in error.value.remedy


def test_what_does_not_exist_here_is_said_not_to() -> None:
    text = one_line(str(explain(analysis_of("brinkmanship"), 9)))
    assert "this is no equilibrium" in text
    assert "At these values it does not exist: r_2 >= R_C and r_1 >= R_D fail." in text


def test_on_a_boundary_everything_that_exists_is_found() -> None:
    found = explain(analysis_of("brinkmanship"), r_3="1/4")
    assert found.derivations[0].exists
    assert all(r.exists for r in found.results)


def test_without_values_there_are_no_numbers() -> None:
    found = explain(analysis_of("unilateral-deterrence"), general=True)
    assert found.values == {}
    assert all(d.exists is None for d in found.derivations)
    assert "In general, where its condition holds," in str(found)
    with pytest.raises(UsageError, match="general"):
        explain(analysis_of("unilateral-deterrence"), general=True, p_Def="1/2")


def test_a_model_without_defaults_is_derived_in_general() -> None:
    text = b"""
title: No defaults
form: strategic
players: [A, B]
actions: {A: [u, d], B: [l, r]}
parameters: {a: {}, b: {}}
assumptions: [a > 0, b > 0]
outcomes:
  ul: {payoffs: {A: a, B: b}}
  ur: {payoffs: {A: 0, B: 0}}
game: {u: {l: ul, r: ur}, d: {l: ur, r: ul}}
source: made for this test
"""
    found = explain(read_model(text, "bare"))
    assert isinstance(found, Explanation)
    assert found.place == ""
    assert explain(read_model(text, "bare"), a=1, b=2).derivations[0].exists


def test_the_command_writes_every_format(tmp_path: Path) -> None:
    run = CliRunner()
    arguments = ["explain", "rudimentary-deterrence"]
    for form, start in (("latex", "\\section"), ("markdown", "# "), ("html", "<!doctype html>")):
        result = run.invoke(program, [*arguments, "--format", form])
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(start)
    whole = run.invoke(program, [*arguments, "--format", "latex", "--standalone"])
    assert whole.stdout.startswith("\\documentclass")
    short = run.invoke(program, arguments).stdout
    full = run.invoke(program, [*arguments, "--full"]).stdout
    assert len(short.splitlines()) <= 40 < len(full.splitlines())
    target = tmp_path / "all.txt"
    run.invoke(program, [*arguments, "-o", str(target)])
    assert target.read_text(encoding="utf-8") == full
