"""`deterrence solve` and `show` on game trees, as a user types them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from game_trees import at_once, driver, entry, horse, ladder

from deterrence.cli.program import program
from deterrence.modelfile.exchange.efg import read_efg, write_efg


def run(*arguments: str, stdin: str | None = None):
    return CliRunner().invoke(program, list(arguments), input=stdin)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    games = {
        "entry": entry(),
        "tied": entry(fight=0),
        "horse": horse(),
        "driver": driver(),
        "ladder": ladder(44),
        "matrix": at_once([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
    }
    for name, game in games.items():
        Path(f"{name}.efg").write_text(write_efg(game), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("files")
def test_solve_prints_the_subgame_perfect_equilibrium() -> None:
    result = run("solve", "entry.efg", "--concept", "spe")
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "one subgame-perfect equilibrium, proven to be the only one. [exact]" in text
    assert "Defender at reply: yield" in text
    assert "regret 0, recomputed exactly" in text
    assert "status quo" not in text


@pytest.mark.usefixtures("files")
def test_json_has_behaviour_by_player_and_information_set() -> None:
    result = run("solve", "tied.efg", "--concept", "spe", "--format", "json")
    found = json.loads(result.output)
    assert (found["schema"], found["form"], found["status"]) == (1, "extensive", "complete")
    assert found["information_sets"]["Defender"] == {"reply": ["fight", "yield"]}
    profiles = [e["profile"] for e in found["equilibria"]]
    assert {
        "Challenger": {"entry": {"out": "1", "in": "0"}},
        "Defender": {"reply": {"fight": "1/2", "yield": "1/2"}},
    } in profiles
    assert {e["regret"] for e in found["equilibria"]} == {"0"}
    conditions = [f["conditions"] for f in found["families"]]
    assert ["P(fight at reply) = 1/2"] in conditions
    for family in found["families"]:
        assert all(0 <= m < len(profiles) for m in family["members"])


@pytest.mark.usefixtures("files")
def test_nash_is_the_default_and_reads_standard_input() -> None:
    result = run("solve", "-", stdin=write_efg(entry()))
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "one continuum of Nash equilibria and one single equilibrium, proven to be all" in text


@pytest.mark.usefixtures("files")
def test_what_is_not_complete_has_exit_code_4() -> None:
    result = run("solve", "horse.efg", "--time-limit", "0.000001", "-o", "out.txt")
    assert result.exit_code == 4
    assert "Warning: " in result.output
    assert "complete: no equilibrium is missing" not in Path("out.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("solve", "driver.efg", "--concept", "spe"), "absent-minded at 'junction'"),
        (("solve", "entry.efg", "--set", "k=1"), "--set has no meaning"),
        (("solve", "entry.efg", "--concept", "correlated"), "nash, spe, zero-sum"),
        (("solve", "entry.efg", "--solver", "pure"), "auto, exact"),
        (("solve", "entry.efg", "--time-limit", "-1"), "a number of seconds above 0"),
        (("solve", "entry.efg", "--objective", "min war"), "not for game trees"),
        (("solve", "asymmetric-bipolarity", "--concept", "spe"), "is no game tree"),
        (("show", "entry.efg", "--symbolic"), "no formulas"),
        (("show", "entry.efg", "--dominance"), "not for game trees"),
        (("show", "asymmetric-bipolarity", "--format", "efg"), "is for game trees"),
        (("solve", "nothing.efg"), "there is no file"),
        (("regimes", "entry.efg"), "numbers, no formulas"),
    ],
)
def test_usage_errors_say_what_is_wrong(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("files")
def test_a_broken_file_has_exit_code_3_and_a_place() -> None:
    Path("broken.efg").write_text('EFG 2 R "t" { "A" }\nt "" 1', encoding="utf-8")
    for command in (("solve",), ("show",), ("models", "check")):
        result = run(*command, "broken.efg")
        assert result.exit_code == 3
        assert "outcome 1 has not been described yet" in result.output


@pytest.mark.usefixtures("files")
def test_show_draws_the_tree() -> None:
    result = run("show", "horse.efg")
    assert result.exit_code == 0
    assert "  D: 3 at third, which does not tell 2 nodes apart" in result.output
    assert "    L: a (3, 3, 2)" in result.output
    words = " ".join(result.output.split())
    assert "perfect recall, imperfect information; 1 subgame" in words
    assert "Imperfect recall: Driver is absent-minded" in run("show", "driver.efg").output
    assert "(44) climb: top (-100, -100)" in run("show", "ladder.efg").output


@pytest.mark.usefixtures("files")
def test_show_writes_other_formats() -> None:
    text = run("show", "entry.efg", "--format", "efg").output
    assert read_efg(text).outcomes == entry().outcomes
    tree = json.loads(run("show", "entry.efg", "--format", "json").output)
    assert tree["outcomes"]["war"] == {"Challenger": "-1", "Defender": "-1"}
    assert [n["parent"] for n in tree["nodes"]] == [None, 0, 0, 2, 2]
    matrix = run("show", "matrix.efg", "--format", "nfg").output
    solved = json.loads(run("solve", "-", "--format", "json", stdin=matrix).output)
    (e,) = solved["equilibria"]
    assert {Fraction(p) for p in e["profile"]["Row"].values()} == {Fraction(1, 2)}
