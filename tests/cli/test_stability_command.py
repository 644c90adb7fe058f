"""`deterrence stability`: a screen that begins with the answer, all formats, errors that help."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deterrence import Model, list_models, load, load_model
from deterrence.words.renderers import rendered

Run = Callable[..., Result]
CASES = Path(__file__).parents[1] / "cases"
PLAIN = ("nash", "sseq", "seq", "smr", "gmr")
SMALL = ("chicken", "prisoners-dilemma", "asymmetric-bipolarity", "elmira", "first-strike")
MORE = ("--start", "1", "--goal", "1", "--inverse", "--coalitions", "--unknown")


def flat(text: str) -> str:
    return " ".join(text.split())


def screen(text: str) -> list[str]:
    lines = text.splitlines()
    assert len(lines) <= 40, text
    assert max(map(len, lines)) <= 80, text
    return lines


@pytest.mark.parametrize("name", SMALL)
def test_the_answer_is_a_screen_that_begins_with_the_answer(run: Run, name: str) -> None:
    result = run("stability", name)
    assert result.exit_code == 0, result.stderr
    lines = screen(result.stdout)
    assert lines[0].endswith(": stability")
    assert "[exact]" in " ".join(lines[3:12])
    assert " stable" in " ".join(lines[3:9])


@pytest.mark.parametrize("name", ["chicken", "elmira"])
def test_what_was_asked_is_a_screen_too(run: Run, name: str) -> None:
    result = run("stability", name, *MORE)
    assert result.exit_code == 0, result.stderr
    screen(result.stdout)


@pytest.mark.everything
@pytest.mark.parametrize("entry", list_models(), ids=lambda e: e.name)
def test_every_model_is_a_screen(run: Run, entry: object) -> None:
    name = getattr(entry, "name", "")
    result = run("stability", name)
    if load_model(name).tree is not None:
        assert result.exit_code == 2
        return
    assert result.exit_code == 0, result.stderr
    screen(result.stdout)


def test_json_comes_back_as_what_it_was(run: Run) -> None:
    result = run("stability", "chicken", *MORE, "--format", "json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["focus"] == [1]
    assert {n["concept"]: n["equilibria"] for n in told["notions"]} == {
        "nash": [2, 3], "sseq": [2, 3], "seq": [2, 3], "smr": [1, 2, 3], "gmr": [1, 2, 3],
        "l2": [], "nm": [1],
    }  # fmt: skip
    assert [r["moves"][0]["player"] for r in told["start"]["reached"][1:]] == ["B", "A"]
    again = load(told)
    assert again.to_dict() == told
    # The same file says the same sentences.
    full = run("stability", "chicken", *MORE, "--full").stdout
    assert str(again.document(full=True).text()).strip() == full.strip()


def test_csv_has_every_state_and_player(run: Run) -> None:
    result = run("stability", "asymmetric-bipolarity", "--scenario", "brink", "--format", "csv")
    rows = [*csv.DictReader(io.StringIO(result.stdout))]
    assert [row["nm"] for row in rows] == ["yes", "no", "no", "no"]
    assert [row["gmr(Russia)"] for row in rows] == ["yes", "yes", "yes", "no"]
    assert [row["rank(Russia)"] for row in rows] == ["3", "2", "4", "1"]


@pytest.mark.parametrize("form", ["html", "latex", "markdown"])
def test_other_formats_say_the_same(run: Run, form: str) -> None:
    result = run("stability", "chicken", "--format", form, "--values")
    assert result.exit_code == 0, result.stderr
    for words in ("Status quo", "fears any answer", "Collision", "non-myopic"):
        assert words in result.stdout


def test_a_title_from_a_stranger_is_no_markup() -> None:
    model = Model.from_dict(
        {
            "title": "<b>T</b>", "form": "strategic", "players": ["A", "B"],
            "actions": {"A": {"x": "<i>go</i>", "y": "stay"}, "B": ["x", "y"]},
            "game": {"x": {"x": [0, 0], "y": [1, 1]}, "y": {"x": [2, 2], "y": [0, 3]}},
        }
    )  # fmt: skip
    for form in ("html", "markdown"):
        assert "<i>go</i>" not in rendered(model.stability().document(full=True), form)


ERRORS = [
    (["chicken", "--state", "Colision"], "did you mean 'Collision'?"),
    (["chicken", "--start", "9"], "chicken has no state '9'"),
    (["chicken", "--concept", "sqe"], "did you mean 'seq'?"),
    (["chicken", "--concept", "cgmr"], "--coalition A+B"),
    (["chicken", "--player", "C"], "players: A, B"),
    (["chicken", "--coalition", "A+C"], "players: A, B"),
    (["chicken", "--goal", "stand_frim"], "did you mean 'stand_firm'?"),
    (["escalation-ladder", "--values", "--concept", "theory-of-moves"], "a table of 2x2"),
    (["elmira", "--concept", "l2"], "--sides"),
    (["elmira", "--sides", "Ministry:Local"], "every player on one of them"),
    (["elmira", "--goal", "acept"], "did you mean 'accept'?"),
    (["brinkmanship"], "form: options"),
]


@pytest.mark.parametrize(("typed", "words"), ERRORS, ids=lambda v: " ".join(v))
def test_an_error_says_what_would_fit(run: Run, typed: list[str], words: str) -> None:
    result = run("stability", *typed)
    assert result.exit_code == 2, result.output
    assert words in flat(result.stderr)
    assert "Traceback" not in result.output


def test_regimes_say_for_how_long_a_look_ahead(run: Run) -> None:
    """The table of the sources, proven, with the parameters as symbols."""
    fixed = ("--set", "r_R=0", "--set", "r_N=0")
    text = flat(run("stability", "asymmetric-bipolarity", "--regimes", *fixed).stdout)
    for row in (
        "Where Nash SEQ SMR, GMR L2 L3, L4, NM",
        "k_R < l_R and k_N < l_N #4 #1, #4 #1, #4 #1, #4 #1, #4",
        "k_R > l_R and k_N > l_N #2, #3 #2, #3 #1, #2, #3 none #1",
        "#1 Frozen divide; #2 Russia yields; #3 NATO yields; #4 Direct war. [proven]",
    ):
        assert row in text
    further = run("stability", "asymmetric-bipolarity", "--regimes", "--look-ahead", "5", *fixed)
    assert "Where Nash SEQ SMR, GMR L1 L2 L3, L4, L5, NM" in flat(further.stdout)
    whole = flat(run("stability", "asymmetric-bipolarity", "--regimes").stdout)
    assert "Direct war by Nash; " in whole  # long conditions: a sentence for each


def test_named_states_of_a_form_that_is_too_large_for_a_table(run: Run, tmp_path: Path) -> None:
    names = [f"o{k}" for k in range(14)]
    options = "\n".join(f"    {n}: option {k}" for k, n in enumerate(names[:7]))
    others = "\n".join(f"    {n}: option {k}" for k, n in enumerate(names[7:], 7))
    wants = ", ".join(f'"not {n}"' for n in names)
    file = tmp_path / "large.yaml"
    file.write_text(
        "title: Large\nform: options\nplayers: [A, B]\n"
        f"options:\n  A:\n{options}\n  B:\n{others}\n"
        f"preferences:\n  A: {{statements: [{wants}]}}\n  B: {{statements: [{wants}]}}\n",
        encoding="utf-8",
    )
    result = run("stability", str(file))
    assert result.exit_code == 2
    assert "16,384" in result.stderr
    assert "--state" in result.stderr
    result = run("stability", str(file), "--state", "N" * 14, "--state", "Y" + "N" * 13)
    assert result.exit_code == 0, result.stderr
    text = flat(result.stdout)
    assert "A gains by no move of its own" in text
    assert "Of 16,384 states only those named were looked at" in text
    screen(result.stdout)
    told = json.loads(run("stability", str(file), "--state", "1", "--format", "json").stdout)
    assert load(told).equilibria("nash") == (1,)


def test_a_game_of_numbers_is_a_conflict_too(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "dilemma.nfg"
    file.write_text('NFG 1 R "Dilemma" { "A" "B" } { 2 2 } 3 3 5 0 0 5 1 1\n', encoding="utf-8")
    result = run("stability", str(file), "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert load(json.loads(result.stdout)).equilibria("seq") == (1, 4)
    result = run("stability", "-", input=file.read_text(encoding="utf-8"))
    assert "Dilemma: stability" in result.stdout
    assert run("stability", str(file), "--set", "a=1").exit_code == 2


BESIDES = ("--regimes", "--uncertain", "--unknown", "--much-worse", "5", "--fuzzy", "0.2")


def test_everything_that_may_be_asked_besides(run: Run) -> None:
    fixed = ("--set", "r_R=0", "--set", "r_N=0")
    result = run("stability", "asymmetric-bipolarity", *fixed, *BESIDES, "--format", "json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    again = load(told)
    assert again.to_dict() == told
    chances = {
        n["concept"]: n["states"][0]["equilibrium"] for n in told["doubts"]["chances"]["notions"]
    }
    assert 0 < chances["seq"]["low"] <= chances["seq"]["value"] <= chances["seq"]["high"] < 1
    [gmr] = [u for u in told["doubts"]["unknown"] if u["concept"] == "gmr"]
    assert all(0 in states for states in gmr["variants"].values())
    strong = {g["concept"]: g["equilibria"] for g in told["graded"]}
    assert set(strong["gmr"]) <= {1, 2, 3, 4}
    assert {f["concept"] for f in told["doubts"]["fuzzy"]} == {*PLAIN}
    text = again.document(full=True).text()
    for words in (
        "How likely states are",
        "Variants (Li",
        "strongly where",
        "By degree of preference",
    ):
        assert words in flat(text)
    screen(run("stability", "asymmetric-bipolarity", *fixed, *BESIDES).stdout)


def test_what_cannot_be_asked_is_refused(run: Run) -> None:
    for typed in (("--much-worse", "-1"), ("--fuzzy", "2"), ("--look-ahead", "0")):
        assert run("stability", "chicken", *typed).exit_code == 2
    # Nothing is uncertain in a form of orders alone.
    assert run("stability", "elmira", "--uncertain").exit_code == 2


def test_what_to_ask_next_keeps_the_values(run: Run) -> None:
    told = run("stability", "chicken", "--set", "P_A=-11/2", "--values").stdout
    assert "deterrence stability chicken --set P_A=-11/2 --start 1" in told
