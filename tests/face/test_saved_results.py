"""Results compare by content, pickle, and come back from JSON; damaged files are refused."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from every_result import EVERY, result_of
from games_that_ship import GAMES

import deterrence
from deterrence import (
    InvalidFileError,
    Model,
    StrategicGame,
    UsageError,
    load,
    load_model,
    save,
    solve,
)
from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.algebra.expressions import Expression, total
from deterrence.analysis.uncertainty.estimates import Estimate
from deterrence.face.reading import KINDS
from deterrence.words.saved import Reader, written


def elsewhere(*arguments: object) -> str:
    """Run Python in another process, whose hashes of texts differ."""
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown(result: Any) -> list[str]:
    """Return what print and notebooks show of a result, the time that it took set aside."""
    result = copy.copy(result)
    if "seconds" in vars(result):
        object.__setattr__(result, "seconds", 1.5)
    return [str(result), str(getattr(result, "_repr_html_", str)())]


@pytest.mark.parametrize(("name", "verb"), EVERY)
def test_every_result_pickles_and_copies(name: str, verb: str) -> None:
    result = result_of(name, verb)
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert again == result
        assert hash(again) == hash(result)
        assert again.to_dict() == result.to_dict()
        assert shown(again) == shown(result)


@pytest.mark.parametrize(("name", "verb"), EVERY)
def test_every_result_comes_back_from_json(name: str, verb: str, tmp_path: Path) -> None:
    result = result_of(name, verb)
    told = result.to_dict()
    assert (told["schema"], told["kind"]) == (1, type(result).__name__)
    save(result, tmp_path / "result.json")
    again = load(tmp_path / "result.json")
    assert type(again) is type(result)
    assert again == result
    assert load(told) == result
    assert again.to_dict() == told
    assert shown(again) == shown(result)


def test_every_kind_is_tested() -> None:
    assert {type(result_of(*pair)).__name__ for pair in EVERY} == set(KINDS)


def test_results_go_to_another_process_and_back(tmp_path: Path) -> None:
    results = {f"{Path(name).stem} {verb}": result_of(name, verb) for name, verb in EVERY}
    (tmp_path / "in.pickle").write_bytes(pickle.dumps(results))
    for key, result in results.items():
        save(result, tmp_path / f"{key}.json")
    code = """
import pickle, sys
from pathlib import Path
from deterrence import load
folder = Path(sys.argv[1])
results = pickle.loads((folder / "in.pickle").read_bytes())
for key, result in results.items():
    loaded = load(folder / f"{key}.json")
    assert loaded == result, key
    print(key, str(loaded))
(folder / "out.pickle").write_bytes(pickle.dumps(results))
"""
    told = elsewhere("-c", code, tmp_path)
    assert all(key in told for key in results)
    assert pickle.loads((tmp_path / "out.pickle").read_bytes()) == results


@pytest.mark.parametrize(("name", "verb"), EVERY)
def test_the_same_question_has_the_same_answer(name: str, verb: str) -> None:
    if verb not in ("solve", "thresholds", "explain", "conclusions"):
        pytest.skip("asked once")
    first = result_of(name, verb)
    result_of.cache_clear()
    second = result_of(name, verb)
    assert first is not second
    assert first == second


def test_equal_results_have_one_hash() -> None:
    exact = result_of(BRINK, "solve")[0]
    for other in (exact.with_(regret=0.0), exact.with_(regret=0), copy.deepcopy(exact)):
        assert exact == other
        assert hash(exact) == hash(other)
    nan = Estimate(float("nan"), 0.0, float("nan"))
    assert nan == Estimate(float("nan"), 0.0, float("nan"))
    assert hash(nan) == hash(Estimate(float("nan"), 0.0, float("nan")))
    assert nan != Estimate(float("nan"), 0.0, 1.0)


def test_results_that_differ_are_not_equal() -> None:
    model = load_model(BRINK)
    one, other = model.solve(), model.solve(k_R="15/2")
    assert one != other
    assert one.game != other.game
    assert one[0] == other[0]  # Russia yields at both
    assert one[2] != other[2]
    assert model == load_model(BRINK)
    assert model != load_model("chicken")
    assert model != model.replace(title="Another title")
    assert model == model.replace(path="elsewhere.yaml")
    assert model.regimes() != model.regimes(k_R=7)
    assert one != result_of("rudimentary-deterrence", "solve")
    assert result_of(BRINK, "regimes") in {model.regimes()}


@pytest.mark.parametrize("name", sorted({*GAMES} - {"asymmetric-escalation"}))
def test_solutions_of_every_model_come_back(name: str) -> None:
    solution = load_model(name).solve(time_limit=5)
    told = json.loads(json.dumps(solution.to_dict(), allow_nan=False))
    assert load(told) == solution
    assert load(told).to_dict() == told


def test_irrational_numbers_come_back_exact() -> None:
    # Nau, Gomez Canovas & Hansen 2004, IJGT 32, sections 4 and 5: an irrational equilibrium of
    # three players, and a curve of them.
    cells = ((3, 0, 2), (1, 0, 0), (0, 2, 0), (0, 1, 0), (0, 1, 0), (0, 3, 0), (1, 0, 0), (2, 0, 3))
    curve = ((0, 0, 2), (1, 1, 0), (0, 3, 0), (0, 0, 0), (3, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 3))
    players, actions = ("A", "B", "C"), (("0", "1"),) * 3
    game = StrategicGame(players, actions, tuple(zip(*cells, strict=True)))
    pieces = solve(StrategicGame(players, actions, tuple(zip(*curve, strict=True))))
    assert load(json.loads(json.dumps(pieces.to_dict()))) == pieces
    solution = solve(game)
    numbers = [p for e in solution for s in e.profile.values() for p in s.values()]
    assert any(isinstance(p, Algebraic) for p in numbers)
    again = load(json.loads(json.dumps(solution.to_dict())))
    assert again == solution
    back = [p for e in again for s in e.profile.values() for p in s.values()]
    assert [type(p) for p in back] == [type(p) for p in numbers]
    assert [p * p for p in back] == [p * p for p in numbers]
    enclosed = Enclosure(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**60))
    read = Reader().read(Any, json.loads(json.dumps(written(enclosed))))
    assert (read.low, read.high) == (enclosed.low, enclosed.high)


def test_roots_of_robustness_come_back_exact() -> None:
    model = load_model(BRINK)
    answer = model.robustness("war <= 1/10", time_limit=20)
    roots = [one.distance for a in answer.answers for one in a.alone if one.distance is not None]
    assert any(root.rational is None for root in roots)
    assert load(json.loads(json.dumps(answer.to_dict()))) == answer


# ---- what goes on from a restored analysis ---------------------------------------------------
@pytest.mark.parametrize("name", [BRINK, "rudimentary-deterrence"])
def test_an_analysis_goes_on_from_its_model(name: str, tmp_path: Path) -> None:
    analysis = result_of(name, "regimes")
    save(analysis, tmp_path / "regimes.json")
    for again in (load(tmp_path / "regimes.json"), pickle.loads(pickle.dumps(analysis))):
        assert "internal" not in vars(again)
        assert again[0].to_sympy() == analysis[0].to_sympy()
        assert deterrence.conclusions(again, "war > 0") == result_of(name, "conclusions")
        assert deterrence.explain(again) == deterrence.explain(analysis)
        assert isinstance(again.asked.model, Model)
        values = again.asked.model.values()
        assert again.at(values) == analysis.at(values)


def test_an_analysis_remembers_what_was_asked() -> None:
    model = load_model(BRINK)
    analysis = model.regimes(expand=True, isolate="rho", boundaries=False, l_R="5/2")
    again = load(analysis.to_dict())
    assert again.asked == analysis.asked
    assert again.internal.problem.symbols == analysis.internal.problem.symbols
    assert deterrence.statics(again) == deterrence.statics(analysis)


def test_ladders_with_other_rungs_come_back() -> None:
    ladder = load_model("crisis-ladder")
    short = ladder.with_rungs(2)
    assert load(short.brief().to_dict()).model == short
    assert short != ladder
    turned = short.with_first("NATO")
    back = load(turned.brief().to_dict()).model
    assert (back, back.first) == (turned, "NATO")
    assert turned != short


def test_a_model_that_was_changed_in_python_is_not_held() -> None:
    model = load_model(BRINK)
    changed = model.replace(title="Changed")
    assert load(changed.solve().to_dict()) == changed.solve()  # a game needs no model
    told = changed.regimes(boundaries=False).to_dict()
    with pytest.raises(InvalidFileError, match="was changed in Python"):
        load(told)
    again = pickle.loads(pickle.dumps(changed.regimes()))
    assert again.internal.model == changed
    twice = load_model("escalation-ladder").with_rungs(2).with_rungs(3)
    assert not twice.text


# ---- the command line ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "unilateral-deterrence"],
        ["regimes", "inspection", "--statics", "--conclusion", "violation == 0"],
        ["explain", "inspection"],
        ["sweep", "inspection", "-p", "b=1:2:3"],
        ["robustness", "chicken", "--conclusion", "war == 0"],
        ["brief", "chicken"],
    ],
)
def test_what_the_command_prints_as_json_can_be_loaded(arguments: list[str]) -> None:
    told = json.loads(elsewhere("-m", "deterrence", *arguments, "--format", "json"))
    assert type(load(told)).__name__ == told["kind"]


# ---- files of strangers ----------------------------------------------------------------------
def refused(told: Any, message: str) -> None:
    with pytest.raises(InvalidFileError, match=message) as caught:
        load(told)
    assert "\n" not in str(caught.value.faults[0])


def test_files_that_are_no_results(tmp_path: Path) -> None:
    def at(data: bytes) -> Path:
        (tmp_path / "x.json").write_bytes(data)
        return tmp_path / "x.json"

    with pytest.raises(UsageError, match="there is no file"):
        load(tmp_path / "nothing.json")
    with pytest.raises(UsageError, match="from a path or a mapping, not from list"):
        load([1, 2])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="a dict is not saved"):
        save({}, tmp_path / "y.json")  # type: ignore[arg-type]
    refused(tmp_path, "cannot be read")
    refused(at(b""), "no JSON")
    refused(at(b"\xff\xfe"), "no JSON")
    refused(at(b"[1]"), "no saved result")
    refused(at(b"NaN"), "NaN is no number of JSON")
    refused(at(b"[" * 100_000), "nested too deeply")
    refused(at(b'{"schema": 1' + b"0" * 5000 + b"}"), "no JSON")
    refused(at(pickle.dumps(3)), "no JSON")
    refused({}, "no kind of result")
    refused({"kind": 3}, "no kind of result")
    refused({"kind": "Solutionn"}, "did you mean 'Solution'")
    refused({"kind": "os.system"}, "is no kind of result")
    refused({"kind": "Solution", "schema": 2}, "the schema is 2, and this version reads 1")
    refused({"kind": "Solution", "schema": True}, "the schema is True")
    refused({"kind": "Solution", "schema": 1}, "at game")


@pytest.mark.parametrize(("name", "verb"), EVERY)
def test_damaged_documents_are_refused_or_read_whole(name: str, verb: str) -> None:
    """Whatever is cut out or exchanged, the answer is a result or an InvalidFileError."""
    told = json.loads(json.dumps(result_of(name, verb).to_dict()))
    places: list[tuple[Any, Any]] = []

    def visit(node: Any) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                visit(node[key])

    visit(told)
    step = max(1, len(places) // 40)
    for k, (node, key) in enumerate(places[::step]):
        kept = node[key]
        for wrong in (None, "x", -7, [], {}, [["a"]], {"class": "Model"}, 1e308)[k % 4 :: 2]:
            node[key] = wrong
            with contextlib.suppress(InvalidFileError):
                load(told)
        node[key] = kept
    assert load(told) == result_of(name, verb)


@pytest.mark.parametrize(
    ("path", "wrong", "message"),
    [
        (
            ("equilibria", 0, "profile", "Russia", "restrain"),
            "2",
            "not a distribution|distribution",
        ),
        (("equilibria", 0, "profile", "Russia", "restrain"), "1/0", "an exact number"),
        (("equilibria", 0, "profile", "Russia", "restrain"), "9" * 5000, "an exact number"),
        (("equilibria", 0, "component"), "0", "a whole number"),
        (("equilibria", 0, "component"), True, "a whole number"),
        (("status",), "complet", "one of complete, partial, none"),
        (("rest", "game", "=", "payoffs"), [["1"], ["1"]], "payoffs for"),
        (("rest", "game", "=", "payoffs", 0, 0), {"formula": "__import__('os')"}, "not"),
        (("rest", "game", "=", "players"), ["A", "A"], "occurs twice|one list"),
        (("rest", "game", "=", "class"), "Solution", "the name of a kind of StrategicGame"),
        (("rest", "game"), 3, "an object"),
        (("rest",), [], "an object"),
        (("value",), {"algebraic": [{"root": [[1, 0, -4], "1", "3", 1]}, ["0", "1"]]}, "a root"),
        (("value",), {"algebraic": [{"root": [[1, 0, -2], "5", "6", 1]}, ["0", "1"]]}, "a root"),
        (("value",), {"algebraic": [{"root": [[1, 0, -2], "1", "2", 9]}, ["0", "1"]]}, "a root"),
        (("value",), {"algebraic": [{"root": [[1, 0, -2], "1", "2", 1]}, ["1"]]}, "an algebraic"),
        (("value",), {"algebraic": [{"root": [[1] * 99, "1", "2", 1]}, ["1"]]}, "a root"),
    ],
)
def test_what_is_wrong_in_a_solution_is_said(
    path: tuple[Any, ...], wrong: Any, message: str
) -> None:
    told = json.loads(json.dumps(result_of(BRINK, "solve").to_dict()))
    node = told
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = wrong
    if path == ("value",):  # any kind of number may stand in a measure
        told["equilibria"][0]["measures"]["war"] = wrong
    refused(told, message)


@pytest.mark.parametrize(
    "formula",
    [
        [["add", [0], [1]]],
        [["number", "1"], ["add", [0], [1]]],
        [["number", "1"], ["neg", [0], [0]]],
        [["call", "system", [0]]],
        [["number", "1"], ["call", "system", [0]]],
        [["number", "1"], ["compare", ["=>"], [0], [0]]],
        [["name", "a b"]],
        [["name", "1"]],
        [["lambda"]],
        # Small to write, and huge or endlessly deep to read.
        [["name", "k_R"], *(["add", [k], [k]] for k in range(100))],
        [["name", "k_R"], *(["neg", [k]] for k in range(1000))],
        [["name", "k_R"], *(["pow", [0], [k]] for k in range(1000))],
        [],
        ["number"],
        "lambda: 1",
        "a" * 1_100_000,
    ],
)
def test_formulas_of_strangers(formula: Any) -> None:
    told = json.loads(json.dumps(result_of(BRINK, "regimes").to_dict()))
    told["equilibria"][0]["payoffs"]["NATO"] = {"formula": formula}
    with pytest.raises(InvalidFileError):
        load(told)


def test_long_formulas_come_back() -> None:
    names = [Expression.name(f"a{k}") for k in range(3000)]
    for e in (total(names), total(n * n for n in names)):
        data = json.loads(json.dumps(written(e)))
        assert isinstance(data["formula"], list)  # too long for the grammar of files
        assert Reader().read(Expression, data) == e


def test_a_model_in_a_result_is_checked_as_a_file() -> None:
    told = json.loads(json.dumps(result_of(BRINK, "regimes").to_dict()))
    told["rest"]["asked"]["="]["model"]["text"] = "title: T\nform: strategic\n"
    with pytest.raises(InvalidFileError, match="the model in the result: 1 fault"):
        load(told)
    told["rest"]["asked"]["="]["model"]["text"] = "x" * 300_000
    with pytest.raises(InvalidFileError, match="too large"):
        load(told)
