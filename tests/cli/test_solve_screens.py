"""`deterrence solve` on every shipped model: a screen, the answer first, one name per thing."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from brink import BRINK
from click.testing import Result
from games_that_ship import GAMES

from deterrence import load_model
from deterrence.face.model import Model
from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import TreeSolution
from deterrence.words.renderers import rendered

Run = Callable[..., Result]
ANSWERS = re.compile(
    r"(?:At the default values|With ranks for numbers) "
    r"(one result is|(two|three|four|five) results are|chance decides)"
)


@functools.cache
def loaded(name: str) -> Model:
    return load_model(name)


@functools.cache
def solved(name: str) -> Solution | TreeSolution:
    model = loaded(name)
    return model.solve(concept=None if model.tree is not None else "nash")


@pytest.mark.parametrize("name", GAMES)
def test_the_answer_is_a_screen_that_begins_with_the_answer(name: str) -> None:
    solution = solved(name)
    lines = str(solution).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert lines[0] in loaded(name).title
    assert ANSWERS.match(lines[3])
    answer = " ".join(lines[3:11])
    assert "[exact]" in answer
    assert "proven to be" in answer
    for result in solution.results[:4]:
        if len(result.chances) == 1:  # its title
            assert result.name in answer
    # Long fractions are for --full and JSON.
    assert not re.search(r"\d{7}/\d|\d/\d{7}", str(solution))


@pytest.mark.parametrize("name", GAMES)
def test_numbers_and_names_are_those_of_the_model(name: str) -> None:
    solution, names = solved(name), loaded(name).names
    data = solution.to_dict()
    rows = list(csv.DictReader(io.StringIO(solution.to_csv())))
    regrets = [r for r in rows if r["quantity"] == "regret"]
    assert len(regrets) == len(data["equilibria"]) == len(solution)
    seen = set()
    text = str(solution)
    for k, (e, row) in enumerate(zip(data["equilibria"], regrets, strict=True)):
        pattern = names.pattern(solution.equilibria[k].profile)
        assert e["number"] == names.number(pattern)
        assert e["name"] == names.name(pattern)
        assert row["number"] == ("" if e["number"] is None else str(e["number"]))
        assert (row["letter"], row["result"]) == (e["letter"], e["result"])
        assert e["result"] in [r["name"] for r in data["results"]]
        if e["number"] is not None:
            label = (e["number"], e["letter"])
            assert label not in seen
            seen.add(label)
            if len(solution) <= 3:
                assert f"#{e['number']}{e['letter']}" in text
    shown = {int(n) for n in re.findall(r"#(\d+)", text)}
    assert shown <= {e["number"] for e in data["equilibria"]}
    members = [k for r in data["results"] for k in r["equilibria"]]
    assert sorted(members) == list(range(len(solution)))


@pytest.mark.parametrize("name", [BRINK, "unilateral-deterrence", "brinkmanship"])
@pytest.mark.parametrize("form", ["text", "html", "latex", "markdown", "json", "csv"])
def test_matrices_and_trees_have_every_format(run: Run, name: str, form: str) -> None:
    for options in ((), ("--full",), ("--standalone",)):
        result = run("solve", name, "--format", form, *options)
        assert (result.exit_code, result.stderr) == (0, "")
        solution = solved(name)
        told = result.stdout
        if form in ("json", "csv"):
            found = json.loads(told)["equilibria"] if form == "json" else told.count("regret")
            assert (len(found) if isinstance(found, list) else found) == len(solution)
        elif form == "latex":
            assert told.startswith(r"\documentclass") == (options == ("--standalone",))
        elif form == "html":
            assert told.startswith("<!doctype html>")
        else:
            assert told.rstrip("\n") == rendered(
                solution.document(full=options == ("--full",)), form
            )


def test_a_file_has_all_of_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "answer.txt"
    assert run("solve", "unilateral-deterrence", "-o", str(path)).exit_code == 0
    text = " ".join(path.read_text(encoding="utf-8").split())
    short = str(solved("unilateral-deterrence"))
    assert len(text) > 2 * len(short)
    assert "most 0.6667 (2/3)" in text
    assert "any belief" in text


def test_a_table_of_behaviour_has_beliefs_in_decimals() -> None:
    text = " ".join(str(solved("rudimentary-deterrence")).split())
    assert "Player Where Does Thinks there" in text
    assert re.search(r"B hard 0\.\d+|hard 0\.\d+", text)


def test_the_values_that_were_given_come_first(run: Run) -> None:
    text = run("solve", BRINK, "--set", "rho=1/50", "--scenario", "vital-stake")
    lines = [" ".join(line.split()) for line in text.stdout.splitlines()]
    (given,) = [line for line in lines if line.startswith("Values ")]
    assert given == "Values rho = 0.02, l_R = 15 (given)"
    assert "At the values given" in text.stdout


def test_hundreds_of_equilibria_fit_on_a_screen(run: Run, tmp_path: Path) -> None:
    """A coordination game on eight places has 2^8 - 1 equilibria."""
    payoffs = " ".join("1 1" if i == j else "0 0" for j in range(8) for i in range(8))
    path = tmp_path / "places.nfg"
    path.write_text(f'NFG 1 R "Places" {{ "A" "B" }} {{ 8 8 }} {payoffs}', encoding="utf-8")
    result = run("solve", str(path))
    lines = result.stdout.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert lines[3].startswith("255 results are possible")
    assert "255 Nash equilibria, proven to be all" in " ".join(result.stdout.split())
    full = run("solve", str(path), "--full").stdout
    assert full.count("regret 0, exact") == 255


def test_outcomes_of_one_name_in_a_gambit_file_are_one(run: Run, tmp_path: Path) -> None:
    """Outcomes 1 and 2 are both called war: by hand, war is sure where A and B mix by halves."""
    path = tmp_path / "same.efg"
    path.write_text(
        'EFG 2 R "Same" { "A" "B" }\np "" 1 1 "first" { "out" "in" } 0\n'
        't "" 1 "war" { 1 2 }\np "" 2 1 "reply" { "fight" "yield" } 0\n'
        't "" 2 "war" { 1 1 }\nt "" 3 "loss" { 1 1 }\n',
        encoding="utf-8",
    )
    data = json.loads(run("solve", str(path), "--concept", "spe", "--format", "json").stdout)
    assert all(set(e["outcomes"]) <= {"war", "loss"} for e in data["equilibria"])
    sure = [r for r in data["results"] if r["outcomes"] == {"war": "1"}]
    assert len(sure) == 1
    assert len(sure[0]["equilibria"]) >= 2
    assert "war_2" not in run("solve", str(path)).stdout
