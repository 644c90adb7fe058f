"""`deterrence solve`: golden text, formats, files in and out, exit codes of answers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from brink import BRINK
from click.testing import Result

MODEL = BRINK
GOLDEN = Path(__file__).parent / "golden"
Run = Callable[..., Result]

PD = 'NFG 1 R "Dilemma" { "A" "B" } { { "c" "d" } { "c" "d" } } "" 3 3 5 0 0 5 1 1'


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("bipolarity", []),
        ("bipolarity-degenerate", ["--set", "k_R=5"]),
        ("bipolarity-correlated", ["--concept", "correlated", "--objective", "max welfare"]),
    ],
)
def test_the_text_is_as_it_was_judged(run: Run, name: str, options: list[str]) -> None:
    result = run(
        "solve", MODEL, "--solver", "exact" if name != "bipolarity-correlated" else "auto", *options
    )
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert result.stdout == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_the_golden_text_is_right() -> None:
    """By hand: q = g_R/(g_R + k_R - l_R) = 3/7, p = g_N/(g_N + k_N - l_N) = 2/7."""
    text = (GOLDEN / "bipolarity.txt").read_text(encoding="utf-8")
    text = " ".join(text.split())
    assert "Russia: restrain 0.7143 (5/7), escalate 0.2857 (2/7)" in text
    assert "NATO: restrain 0.5714 (4/7), escalate 0.4286 (3/7)" in text
    war = Fraction(2, 7) * Fraction(3, 7)
    assert f"Direct war (war) 0 0 0.1224 ({war})" in text
    assert "proven complete by exact enumeration" in text


def test_json_is_the_contract(run: Run) -> None:
    result = run("solve", MODEL, "--set", "k_R=15/2", "--solver", "exact", "--format", "json")
    answer = json.loads(result.stdout)
    assert answer["kind"] == "Solution"
    assert answer["rest"].keys() == {"game"}
    assert list(answer)[:13] == [
        "schema",
        "kind",
        "game",
        "form",
        "players",
        "actions",
        "values",
        "concept",
        "solver",
        "status",
        "equilibria",
        "results",
        "components",
    ]
    assert answer["schema"] == 1
    assert answer["values"]["k_R"] == "15/2"
    mixed = answer["equilibria"][2]
    # Independently: q = 3/(3 + 15/2 - 5) = 6/11.
    assert mixed["profile"]["NATO"] == {"restrain": "5/11", "escalate": "6/11"}
    assert mixed["regret"] == "0"


def test_csv_is_tidy_and_says_the_same_as_json(run: Run) -> None:
    table = run("solve", MODEL, "--solver", "exact", "--format", "csv").stdout
    answer = json.loads(run("solve", MODEL, "--solver", "exact", "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert list(rows[0]) == [
        "game",
        "concept",
        "status",
        "equilibrium",
        "number",
        "letter",
        "name",
        "result",
        "component",
        "quantity",
        "player",
        "set",
        "label",
        "exact",
        "decimal",
    ]
    for k, equilibrium in enumerate(answer["equilibria"], 1):
        mine = [r for r in rows if r["equilibrium"] == str(k)]
        found: dict[str, dict[str, str]] = {}
        for r in mine:
            if r["quantity"] == "probability":
                found.setdefault(r["player"], {})[r["label"]] = r["exact"]
        assert found == equilibrium["profile"]
        for quantity, key in (("outcome", "outcomes"), ("measure", "measures")):
            assert {r["label"]: r["exact"] for r in mine if r["quantity"] == quantity} == (
                equilibrium[key]
            )
        assert {r["player"]: r["exact"] for r in mine if r["quantity"] == "payoff"} == (
            equilibrium["payoffs"]
        )
    for r in rows:
        if r["exact"]:
            assert float(r["decimal"]) == pytest.approx(float(Fraction(r["exact"])), rel=1e-15)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_a_whole_page(run: Run) -> None:
    page = run("solve", MODEL, "--solver", "exact", "--format", "html").stdout
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert {"html", "title", "table", "th"} <= tags.seen
    assert "script" not in tags.seen
    assert "3/7" in page


def test_latex_has_the_exact_numbers(run: Run) -> None:
    text = run("solve", MODEL, "--solver", "exact", "--format", "latex").stdout
    assert "0.4286~(3/7)" in text
    assert r"\documentclass" not in text
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") > 0


def test_a_game_comes_from_a_file_or_from_standard_input(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "dilemma.nfg"
    path.write_text(PD)
    model = Path(MODEL)
    sniffed = tmp_path / "without-ending"
    sniffed.write_text(f"\n {PD}")
    for arguments, stdin, equilibria in (
        ([str(path)], None, 1),
        ([str(sniffed)], None, 1),
        (["-"], PD, 1),
        ([str(model)], None, 3),
        (["-"], model.read_text(encoding="utf-8"), 3),
    ):
        options = ["--solver", "exact", "--format", "json"]
        result = run("solve", *arguments, *options, input=stdin)
        assert result.exit_code == 0, result.stderr
        assert len(json.loads(result.stdout)["equilibria"]) == equilibria


def test_an_invalid_game_on_standard_input_has_its_place(run: Run) -> None:
    result = run("solve", "-", input='NFG 1 R "x" { "A" "B" } { 2 2 } 1 2 3')
    assert result.exit_code == 3
    assert "standard input:1:" in result.stderr
    result = run("solve", "-", input="")
    assert result.exit_code == 3
    assert "empty" in result.stderr


def test_the_sequence_of_values_is_default_scenario_set(run: Run) -> None:
    def values(*options: str) -> dict[str, str]:
        result = run("solve", MODEL, "--solver", "exact", "--format", "json", *options)
        return dict(json.loads(result.stdout)["values"])

    assert values()["l_R"] == "5"
    assert values("--scenario", "vital-stake")["l_R"] == "15"
    assert values("--scenario", "vital-stake", "--set", "l_R=7/3")["l_R"] == "7/3"
    assert values("--set", "rho=0.1")["k_R"] == "15"


def test_a_ladder_has_as_many_rungs_as_asked(run: Run) -> None:
    result = run(
        "solve", "escalation-ladder", "--rungs", "2", "--solver", "exact", "--format", "json"
    )
    assert {len(a) for a in json.loads(result.stdout)["actions"].values()} == {3}


def test_an_incomplete_answer_is_printed_and_exits_with_4(run: Run) -> None:
    result = run("solve", MODEL, "--solver", "nashpy-support", "--format", "csv")
    assert result.exit_code == 4
    assert result.stdout.count("regret") == 3
    assert "there may be more equilibria than these" in result.stderr
    text = run("solve", MODEL, "--solver", "nashpy-support")
    assert text.exit_code == 4
    assert "three Nash equilibria, as far as was found. [exact; there may be more]" in " ".join(
        text.stdout.split()
    )


def test_three_players_are_told_which_solver_can(run: Run) -> None:
    game = 'NFG 1 R "three" { "A" "B" "C" } { 2 1 2 } ' + " ".join(["1 2 3"] * 4)
    refused = run("solve", "-", "--solver", "exact", input=game)
    assert refused.exit_code == 2
    assert "auto" in refused.stderr
    solved = run("solve", "-", "--solver", "pure", "--format", "json", input=game)
    assert len(json.loads(solved.stdout)["equilibria"]) == 4


def test_a_file_is_written_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    options = ["--solver", "exact", "--format", "json", "--output", str(path)]
    result = run("solve", MODEL, *options)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert json.loads(path.read_text())["status"] == "complete"
    before = path.read_text()
    assert run("solve", MODEL, "--set", "rho=2", *options).exit_code == 2
    assert path.read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["answer.json"]
