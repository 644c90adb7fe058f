"""`deterrence regimes` and `deterrence explain`: formats, options, faults, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from brink import BRINK
from click.shell_completion import ShellComplete
from click.testing import Result

from deterrence.algebra.expressions import Expression

MODEL = BRINK
Run = Callable[..., Result]


def test_json_is_the_contract(run: Run) -> None:
    result = run("regimes", MODEL, "--format", "json", "--statics", "--threshold", "rho")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["schema"] == 1
    assert answer["model"] == "brink"
    assert answer["cover"] == answer["disjoint"] == "proven"
    assert {
        "assumptions",
        "equilibria",
        "regimes",
        "seconds",
        "conclusions",
        "boundaries",
        "thresholds",
        "statics",
    } <= set(answer)
    mixed = answer["equilibria"][3]
    assert {
        "id",
        "support",
        "profile",
        "payoffs",
        "outcomes",
        "measures",
        "conditions",
        "proof",
        "witness",
    } <= set(mixed)
    # Independently: q = g_R/(g_R + k_R - l_R) at g_R = 3, k_R = 9, l_R = 5 is 3/7.
    at = {"g_R": Fraction(3), "k_R": Fraction(9), "l_R": Fraction(5)}
    assert Expression.parse(mixed["profile"]["NATO"]["escalate"]).evaluate(at) == Fraction(3, 7)
    regime = answer["regimes"][0]
    assert {"name", "conditions", "equilibria", "witness", "share"} <= set(regime)


def test_text_answers_in_the_words_of_the_field(run: Run) -> None:
    result = run("regimes", MODEL)
    assert result.exit_code == 0, result.stderr
    flat = " ".join(result.stdout.split())
    assert "No direct war in every equilibrium iff exactly one side's" in flat
    assert "No others are, whatever the values. [proven, ties apart]" in flat
    whole = " ".join(run("regimes", MODEL, "--full").stdout.split())
    assert "no two overlap: proven." in whole
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_set_fixes_a_parameter_and_in_isolates_another(run: Run) -> None:
    result = run("regimes", MODEL, "--set", "k_R=9", "--in", "l_R", "--no-boundaries")
    assert result.exit_code == 0, result.stderr
    assert "k_R" not in result.stdout
    assert "l_R <= 9" in result.stdout
    assert "Where regimes meet" not in result.stdout


def test_a_scenario_is_placed_in_the_map(run: Run) -> None:
    result = run("regimes", MODEL, "--scenario", "vital-stake", "--measure", "war")
    flat = " ".join(result.stdout.split())
    assert "regional pole' lies in 'Russia cannot be deterred'" in flat
    assert "crisis == 0" not in result.stdout


def test_expand_puts_formulas_in(run: Run) -> None:
    result = run("regimes", MODEL, "--expand", "--format", "json", "--no-boundaries")
    text = json.dumps(json.loads(result.stdout)["equilibria"])
    assert "c_R" in text
    assert "k_R" not in text


def test_a_conclusion_of_ones_own(run: Run) -> None:
    result = run("regimes", MODEL, "--conclusion", "crisis > 0", "--format", "json")
    (only,) = json.loads(result.stdout)["conclusions"]
    assert only["every"] == [[]]  # always


@pytest.mark.parametrize("command", ["regimes", "explain"])
@pytest.mark.parametrize("form", ["latex", "html"])
def test_pages_are_whole_files(run: Run, tmp_path: Path, command: str, form: str) -> None:
    target = tmp_path / "page"
    whole = ["--standalone"] if form == "latex" else []
    result = run(command, MODEL, "--format", form, "--output", str(target), *whole)
    assert result.exit_code == 0, result.stderr
    text = target.read_text(encoding="utf-8")
    start = "\\documentclass" if form == "latex" else "<!doctype html>"
    assert text.startswith(start)
    assert result.stdout == ""


def test_explain_one_equilibrium_with_numbers(run: Run) -> None:
    result = run("explain", MODEL, "--equilibrium", "9", "--set", "k_R=15/2")
    assert result.exit_code == 0, result.stderr
    # Independently: q = 3/(3 + 15/2 - 5) = 6/11.
    assert "g_R/(g_R + k_R - l_R) = 0.5455 (6/11)" in " ".join(result.stdout.split())
    assert "Both mix (#9)" in result.stdout
    data = json.loads(run("explain", MODEL, "--format", "json").stdout)
    assert sorted(d["number"] for d in data["derivations"]) == [2, 3, 4, 9]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["regimes", MODEL, "--in", "k_Q"], "did you mean 'k_R'?"),
        (["regimes", MODEL, "--threshold", "rhoo"], "did you mean 'rho'?"),
        (["regimes", MODEL, "--measure", "wra"], "did you mean 'war'?"),
        (["regimes", MODEL, "--conclusion", "warr == 0"], "warr"),
        (["regimes", MODEL, "--set", "k_R"], "write it as name=value"),
        (["regimes", MODEL, "--scenario", "vital"], "--scenario vital"),
        (["regimes", MODEL, "--rungs", "2"], "--rungs 2"),
        (["regimes", "no-such-model"], "no model"),
        (["regimes", MODEL, "--time-limit", "0"], "time-limit"),
        (["explain", MODEL, "--equilibrium", "99"], "#2, #3, #4, #6, #8, #9"),
        (["explain", MODEL, "--result", "direct wra"], "did you mean 'Direct war'?"),
        (["explain", MODEL, "--result", "#7"], "#2, #3, #4, #6, #8, #9"),
        (["explain", MODEL, "--result", "war", "--equilibrium", "2"], "leave one out"),
        (["explain", MODEL, "--general", "--set", "k_R=9"], "--general has no values"),
        (["explain", MODEL, "--equilibrium", "-1"], "-1"),
    ],
    ids=lambda x: " ".join(x[1:]) if isinstance(x, list) else "",
)
def test_faults_name_the_remedy(run: Run, arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, (result.stdout, result.stderr)
    assert told in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["regimes", "explain"])
def test_a_gambit_file_has_numbers_only(run: Run, tmp_path: Path, command: str) -> None:
    path = tmp_path / "game.nfg"
    path.write_text('NFG 1 R "G" { "A" "B" } { 1 1 } 3 3', encoding="utf-8")
    result = run(command, str(path))
    assert result.exit_code == 2
    assert "has numbers, no formulas" in result.stderr
    assert "deterrence solve" in result.stderr


def test_what_is_not_proven_gives_exit_code_4(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from deterrence.symbolic.matrices import analysis as analyse

    real = analyse.analyse

    def late(*arguments: object, **options: object) -> object:
        return dataclasses.replace(real(*arguments, **options), cover="unknown")  # type: ignore[arg-type]

    monkeypatch.setattr(analyse, "analyse", late)
    shown = run("regimes", MODEL, "--no-boundaries")
    assert shown.exit_code == 4
    flat = " ".join(shown.stdout.split())
    assert "At least four results are possible" in flat
    assert "Whether there are others is not decided. [open]" in flat
    assert " iff " not in flat.split("Whether there are others")[1].split("No direct war")[0]
    data = run("regimes", MODEL, "--no-boundaries", "--format", "json")
    assert data.exit_code == 4
    assert json.loads(data.stdout)["cover"] == "unknown"
    assert "unknown, not proven" in data.stderr
    assert run("explain", MODEL, "--equilibrium", "9").exit_code == 4


def test_a_model_can_come_from_standard_input(run: Run) -> None:
    from deterrence.modelfile.catalogue import model_source

    result = run("regimes", "-", "--no-boundaries", input=model_source("inspection"))
    assert result.exit_code == 0, result.stderr
    assert "both mix" in result.stdout


def test_names_are_completed() -> None:
    from deterrence.cli.program import program

    shell = ShellComplete(program, {}, "deterrence", "_DETERRENCE_COMPLETE")

    def complete(*before: str, incomplete: str) -> list[str]:
        return [item.value for item in shell.get_completions(list(before), incomplete)]

    assert complete(incomplete="reg") == ["regimes"]
    assert complete("regimes", incomplete="asymmetric-b") == ["asymmetric-bipolarity"]
    assert complete("regimes", MODEL, "--in", incomplete="rh") == ["rho"]
    assert complete("regimes", MODEL, "--threshold", incomplete="k_R") == ["k_R"]
    assert complete("explain", MODEL, "--scenario", incomplete="vi") == ["vital-stake"]


def test_a_statement_that_was_mistyped_is_a_fault_of_usage(run: Run) -> None:
    result = run("regimes", MODEL, "--conclusion", "war = 0")
    assert result.exit_code == 2
    assert "write ==" in result.stderr


@pytest.mark.parametrize("form", ["text", "latex", "html", "markdown"])
def test_refined_answers_fit_and_say_so(run: Run, form: str) -> None:
    result = run("regimes", MODEL, "--refine", "undominated", "--format", form)
    assert result.exit_code == 0
    assert "undominated equilibri" in result.stdout
    assert form != "text" or len(result.stdout.splitlines()) <= 40


def test_refined_json(run: Run) -> None:
    result = run("regimes", "stag-hunt", "--refine", "risk-dominant", "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["refinement"] == "risk-dominant"
    assert {c["refinement"] for c in found["conclusions"]} == {"risk-dominant"}
    assert "boundaries" not in found
    plain = json.loads(run("regimes", "stag-hunt", "--format", "json").stdout)
    assert "refinement" not in plain
    assert "refinement" not in plain["conclusions"][0]


def test_conditions_of_refinements_in_json_and_text(run: Run) -> None:
    result = run("regimes", MODEL, "--refinements", "--format", "json")
    assert result.exit_code == 0
    told = {
        (c["equilibrium"], c["refinement"]): c for c in json.loads(result.stdout)["refinements"]
    }
    assert told[0, "strict"]["terms"] == [["k_R > l_R"]]
    assert told[2, "undominated"]["answer"] == "always"
    text = run("regimes", MODEL, "--refinements").stdout
    assert "undominated iff k_R > l_R" in text
    assert len(text.splitlines()) <= 40


@pytest.mark.parametrize("option", [("--threshold", "k_R"), ("--boundaries",), ("--refinements",)])
def test_what_is_about_all_equilibria_is_not_asked_of_some(
    run: Run, option: tuple[str, ...]
) -> None:
    result = run("regimes", MODEL, "--refine", "strict", *option)
    assert result.exit_code == 2
    assert "about all equilibria" in result.stderr
