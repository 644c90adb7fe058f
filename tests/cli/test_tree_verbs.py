"""Every verb on game trees, as a user types it."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from deterrence.cli.program import program

MODEL = """\
title: Deterrence by a threat to fight
form: extensive
players:
  Challenger: the challenger
  Defender: the defender
parameters:
  w: {title: worth of war to the defender, default: -1, bounds: [-4, 4], controlled_by: Defender}
  c: {title: cost of war to the challenger, default: 1, bounds: [0, 2]}
outcomes:
  status_quo: {title: status quo, payoffs: {Challenger: 0, Defender: 2}}
  war: {title: war, payoffs: {Challenger: -c, Defender: w}}
  loss: {title: the defender gives in, payoffs: {Challenger: 1, Defender: 0}}
measures:
  war: [war]
  loss: [loss]
tree:
  player: Challenger
  at: entry
  moves:
    stay out: status_quo
    enter:
      player: Defender
      at: reply
      moves: {fight: war, yield: loss}
"""
UDG = "unilateral-deterrence"


def run(*arguments: str, stdin: str | None = None):
    return CliRunner().invoke(program, list(arguments), input=stdin)


@pytest.fixture(autouse=True)
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("threat.yaml").write_text(MODEL, encoding="utf-8")


# ---- show and solve ---------------------------------------------------------------------
def test_show_tells_formulas_numbers_and_what_they_mean() -> None:
    result = run("show", "threat.yaml", "--set", "w=1/3")
    assert result.exit_code == 0
    assert "fight: war (-c, w)" in result.output
    assert "fight: war (-1, 1/3)" in result.output
    assert "worth of war to the defender (set)" in result.output
    assert "At the values below" not in run("show", "threat.yaml", "--symbolic").output
    assert "(-c, w)" not in run("show", "threat.yaml", "--values").output


def test_show_as_json_has_the_formulas() -> None:
    found = json.loads(run("show", "threat.yaml", "--format", "json").output)
    assert found["outcomes"]["war"] == {"Challenger": "-1", "Defender": "-1"}
    assert found["formulas"]["outcomes"]["war"] == {"Challenger": "-c", "Defender": "w"}
    assert found["values"] == {"w": "-1", "c": "1"}
    private = json.loads(run("show", UDG, "--format", "json", "--symbolic").output)
    assert ["p_Ch", "1 - p_Ch"] in private["formulas"]["probabilities"].values()


def test_show_writes_gambit_files_that_solve_reads() -> None:
    assert run("show", "threat.yaml", "--format", "efg", "-o", "threat.efg").exit_code == 0
    mine = json.loads(run("solve", "threat.yaml", "--format", "json").output)
    theirs = json.loads(run("solve", "threat.efg", "--concept", "spe", "--format", "json").output)
    assert [e["profile"] for e in mine["equilibria"]] == [
        e["profile"] for e in theirs["equilibria"]
    ]
    assert run("show", "threat.yaml", "--format", "nfg").output.startswith("NFG 1 R")


def test_models_are_solved_by_the_concept_that_fits_and_say_which() -> None:
    result = run("solve", "threat.yaml")
    assert "one subgame-perfect equilibrium" in " ".join(result.output.split())
    assert "Perfect Bayesian equilibria behind each result" in run("solve", UDG).output
    assert "Nash equilibria" in run("solve", "threat.yaml", "--concept", "nash").output


def test_json_has_behaviour_beliefs_measures_and_values() -> None:
    result = run("solve", UDG, "--set", "p_Def=3/5", "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["concept"], found["status"]) == ("pbe", "complete")
    assert found["values"]["p_Def"] == "3/5"
    (separating,) = [e for e in found["equilibria"] if e["measures"]["war"] != "0"]
    assert separating["profile"]["Challenger"]["first (hard)"] == {"wait": "0", "challenge": "1"}
    assert separating["measures"]["war"] == str(Fraction(1, 3) * Fraction(3, 5))
    belief = separating["beliefs"]["reply (soft)"]
    assert belief["Challenger hard, Defender soft, challenge"] == "1"


def test_sets_scenarios_and_rungs_reach_trees() -> None:
    assert "enter" in run("solve", "threat.yaml").output
    assert "entry: stay out" in run("solve", "threat.yaml", "--set", "w=1").output
    few = json.loads(run("show", "kahn-ladder", "--rungs", "7", "--format", "json").output)
    many = json.loads(run("show", "kahn-ladder", "--rungs", "9", "--format", "json").output)
    assert len(few["nodes"]) < len(many["nodes"])
    assert "has no scenario" in run("solve", UDG, "--scenario", "x").output.replace("such ", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("solve", "chicken", "--concept", "pbe"), "chicken is no game tree"),
        (("solve", UDG, "--concept", "correlated"), "is not for game trees"),
        (("solve", UDG, "--solver", "nashpy-support"), "is not for game trees"),
        (("show", UDG, "--dominance"), "--dominance is not for game trees"),
        (("sweep", UDG, "-p", "p_Ch=0:1:3", "--select", "risk-dominant"), "not for trees"),
        (("robustness", UDG, "--payoffs"), "is for matrices"),
        (
            ("levers", UDG, "--player", "Defender", "--conclusion", "wra == 0"),
            "no measure or parameter",
        ),
    ],
)
def test_what_trees_do_not_have_is_said(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "fault of the program" not in result.output


def test_gambit_trees_have_no_parameters_to_sweep() -> None:
    run("show", "threat.yaml", "--format", "efg", "-o", "threat.efg")
    for verb in ("sweep", "sensitivity", "regimes", "explain"):
        result = run(verb, "threat.efg")
        assert result.exit_code == 2
        assert "has numbers, no formulas" in result.output
    result = run("robustness", "threat.efg", "--conclusion", "war == 0")
    assert result.exit_code == 2
    assert "has numbers, no parameters" in result.output


# ---- sweeps and uncertainty ---------------------------------------------------------------
def test_a_sweep_of_a_tree_with_a_tie_in_it() -> None:
    result = run("sweep", "threat.yaml", "-p", "w=-2:2:5", "-o", "out.csv")
    assert result.exit_code == 0
    assert "Solved: 4 with floats, 1 exactly" in result.output
    with Path("out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tie = [row for row in rows if row["w"] == "0.0"]
    assert len(tie) == 3
    assert {row["war"] for row in tie} == {"0.0", "0.5"}
    assert {(row["war_low"], row["war_high"]) for row in tie} == {("0.0", "0.5")}
    assert rows[0]["probability_reply_yield"] == "1.0"


def test_a_sweep_with_private_information_is_the_same_with_two_processes() -> None:
    axes = ("-p", "p_Def=0.05:0.95:19", "-p", "p_Ch=1/4,1/2,2/3")
    for jobs in ("1", "2"):
        result = run("sweep", UDG, *axes, "-j", jobs, "-o", f"out{jobs}.csv", "-q")
        assert result.exit_code == 0, result.output
    assert Path("out1.csv").read_bytes() == Path("out2.csv").read_bytes()
    summary = json.loads(run("sweep", UDG, *axes, "--format", "json", "-q").stdout)
    assert summary["incomplete"] == 0
    assert summary["engines"]["compiled"] > 30
    assert summary["provenance"]["concept"] == "pbe"


@pytest.mark.parametrize("rule", ["worst", "best", "pareto-undominated", "payoff-dominant"])
def test_selection_rules_take_trees(rule: str) -> None:
    by = ("--by", "war") if rule in ("worst", "best") else ()
    result = run(
        "sweep", "threat.yaml", "-p", "w=-1:1:3", "--select", rule, *by, "--format", "json"
    )
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    war = next(m for m in found["measures"] if m["name"] == "war")
    assert war["highest"] == (0.5 if rule == "worst" else 0)


def test_sensitivity_of_a_tree() -> None:
    result = run(
        "sensitivity",
        "threat.yaml",
        "--samples",
        "256",
        "--method",
        "probabilities",
        "--conclusion",
        "loss == 0",
        "--format",
        "json",
    )
    found = json.loads(result.stdout)
    (entry,) = [e for e in found["probabilities"]["entries"] if e["name"] == "loss == 0"]
    assert abs(entry["upper"]["value"] - 0.5) < 0.05  # w is positive half the time


# ---- robustness, levers, regimes -----------------------------------------------------------
def test_robustness_and_levers_of_a_tree() -> None:
    result = run("robustness", "threat.yaml", "--conclusion", "loss == 1", "--every")
    assert result.exit_code == 0
    told = " ".join(result.output.split())
    assert "12.5 % of its range" in told
    assert "nothing smaller does it. [proven]" in told
    assert "where two moves are equally good, is not looked at" in told
    found = json.loads(
        run(
            "levers",
            "threat.yaml",
            "--player",
            "Defender",
            "--conclusion",
            "loss == 0",
            "--format",
            "json",
        ).output
    )
    assert [m["parameter"] for m in found["answer"]["moves"]] == ["w"]


def test_certificates_of_trees_are_checked_by_a_solver() -> None:
    import z3

    result = run(
        "robustness",
        UDG,
        "--conclusion",
        "war == 0",
        "--every",
        "--over",
        "p_Def",
        "--certificate",
        "proof.smt2",
    )
    assert result.exit_code == 0
    text = Path("proof.smt2").read_text(encoding="utf-8")
    assert "(check-sat)" in text
    for question in text.split("(reset)"):
        solver = z3.Solver()
        solver.from_string(question.replace("(check-sat)", ""))
        assert solver.check() == z3.unsat


def test_regimes_tell_conclusions_thresholds_and_which_way_things_move() -> None:
    result = run("regimes", "threat.yaml", "--threshold", "w", "--statics", "--full")
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "No loss in every equilibrium iff" in text
    assert "exceeds 0 (w > 0)" in text
    table = "below 0 the defender gives in (#4) at 0 as on either side above 0 status quo (#1)"
    assert table in text
    assert "On w == 0, between" in text
    assert "a continuum of equilibria" in text
    assert "A higher c (cost of war to the challenger) lowers Challenger's payoff" in text
    found = json.loads(run("regimes", UDG, "--threshold", "p_Ch", "--format", "json").output)
    assert found["cover"] == found["disjoint"] == "proven"
    assert [t["value"] for t in found["thresholds"][0]["thresholds"]] == ["2/3"]
    assert {c["statement"] for c in found["conclusions"]} >= {"war == 0"}


def test_explain_derives_a_tree() -> None:
    result = run("explain", "threat.yaml")
    assert result.exit_code == 0
    assert "Challenger" in result.output
