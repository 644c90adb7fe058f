"""`deterrence show`: formulas, numbers, marks, values with their origin, dominance."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from brink import BRINK
from click.testing import Result

MODEL = BRINK
Run = Callable[..., Result]


def test_formulas_and_numbers_stand_below_each_other(run: Run) -> None:
    text = run("show", MODEL).stdout
    assert "g_R*, -l_N*" in text
    assert "3*, -3*" in text
    assert "Russia yields" in text
    assert text.index("-k_R, -k_N") < text.index("-9, -8")
    assert "-k_R" not in run("show", MODEL, "--values").stdout
    assert "-9, -8" not in run("show", MODEL, "--symbolic").stdout


def test_values_say_where_they_come_from(run: Run) -> None:
    text = run("show", MODEL, "--scenario", "vital-stake", "--set", "c_R=1/3").stdout
    lines = {line.split()[0]: line for line in text.split("Values\n")[1].splitlines()}
    assert "(scenario vital-stake)" in lines["l_R"]
    assert "1/3 (0.3333)" in lines["c_R"]
    assert "(set)" in lines["c_R"]
    assert "(= c_R + rho*N_R)" in lines["k_R"]
    assert "(" not in lines["g_R"]


def test_best_replies_are_those_of_the_values(run: Run) -> None:
    cells = json.loads(run("show", MODEL, "--format", "json").stdout)["cells"]
    best = {tuple(c["actions"].values()): c["best_replies"] for c in cells}
    assert best == {
        ("restrain", "restrain"): [],
        ("restrain", "escalate"): ["Russia", "NATO"],
        ("escalate", "restrain"): ["Russia", "NATO"],
        ("escalate", "escalate"): [],
    }
    flipped = run("show", MODEL, "--set", "k_R=1", "--format", "json").stdout
    war = json.loads(flipped)["cells"][3]
    assert war["best_replies"] == ["Russia"]
    assert war["payoffs"] == {"Russia": "-1", "NATO": "-8"}
    assert war["formulas"] == {"Russia": "-k_R", "NATO": "-k_N"}
    assert war["outcomes"] == {"direct_war": "1"}


def test_dominance_is_traced(run: Run) -> None:
    text = run("show", "prisoners-dilemma", "--dominance").stdout
    assert "Iterated strict dominance" in text
    assert "eliminates" in text
    answer = json.loads(run("show", "prisoners-dilemma", "--dominance", "--format", "json").stdout)
    assert all(len(actions) == 1 for actions in answer["dominance"][0]["remaining"].values())


@pytest.mark.parametrize("form", ["latex", "html", "nfg", "text", "json"])
@pytest.mark.parametrize("name", ["chicken", "escalation-ladder"])
def test_every_format_of_a_matrix_and_of_a_ladder(run: Run, form: str, name: str) -> None:
    result = run("show", name, "--format", form, "--dominance")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip()


def test_the_game_file_that_is_shown_is_solved_to_the_same(run: Run) -> None:
    game = run("show", MODEL, "--set", "k_R=15/2", "--format", "nfg").stdout
    options = ["--solver", "exact", "--format", "json"]
    again = json.loads(run("solve", "-", *options, input=game).stdout)
    direct = json.loads(run("solve", MODEL, "--set", "k_R=15/2", *options).stdout)
    assert [e["profile"] for e in again["equilibria"]] == [
        e["profile"] for e in direct["equilibria"]
    ]


def test_a_ladder_hides_long_formulas_but_says_how_to_see_them(run: Run) -> None:
    assert "--symbolic" in run("show", "escalation-ladder").stdout
    text = run("show", "escalation-ladder", "--symbolic").stdout
    assert "D_R" in text.split("Values\n")[0]
