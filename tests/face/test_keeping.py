"""Kept results of verbs are those that were worked out, to the byte, and only finished ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from deterrence import Model, caching, load_model
from deterrence.errors import UsageError
from deterrence.face import deriving
from deterrence.face.keeping import kept
from deterrence.keeping import stamp as stamping
from deterrence.keeping.store import Store
from deterrence.words.renderers import rendered

VERBS: dict[str, Callable[[Model], Any]] = {
    "regimes": lambda m: m.regimes(),
    "expanded": lambda m: m.regimes(expand=True, boundaries=False),
    "conclusions": lambda m: m.conclusions(f"{m.measures[0].name} > 0"),
    "statics": lambda m: m.statics(),
    "boundaries": lambda m: m.boundaries(),
    "refinements": lambda m: m.refinements(),
    "explain": lambda m: m.explain(),
    "general": lambda m: m.explain(general=True),
    "brief": lambda m: m.brief(),
    "robustness": lambda m: m.robustness(f"{m.measures[0].name} == 0"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep answers here, whatever was changed in the program just now."""
    monkeypatch.setenv("DETERRENCE_CACHE", str(tmp_path))
    monkeypatch.setattr(stamping, "stamp", lambda: "as it is")
    with caching():
        yield tmp_path


def entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def shown(result: Any) -> list[str]:
    told = {k: v for k, v in result.to_dict().items() if k != "seconds"}
    whole = result.document(full=True)
    pages = [rendered(whole, form) for form in ("text", "html", "latex", "markdown")]
    return [str(result), *pages, json.dumps(told)]


#: Where a proof or a sign stays unknown by the nature of the question.
UNKNOWN = {("chicken", "refinements")}
#: Not everything of everyone: it would take long.
FEW = {"asymmetric-bipolarity": ("regimes",), "ordinal-crisis": ("regimes", "explain", "brief")}


@pytest.mark.parametrize("name", ["chicken", "asymmetric-bipolarity", "tripwire", "ordinal-crisis"])
def test_what_comes_back_is_what_was_worked_out(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(name)
    for what, verb in VERBS.items():
        if name in FEW and what not in FEW[name]:
            continue
        before = len(entries(folder))
        first = verb(model)
        finished = len(entries(folder)) > before
        with monkeypatch.context() as patch:
            if finished:
                patch.setattr(Store, "keep", None)  # it would be an error to keep it again
            again = verb(load_model(name))
        assert again == first, what
        assert shown(again) == shown(first), what
        assert finished == ((name, what) not in UNKNOWN), what


def test_an_analysis_that_comes_back_can_go_on(folder: Path) -> None:
    first = load_model("chicken").regimes()
    again = load_model("chicken").regimes()
    assert "internal" in vars(first)
    assert "internal" not in vars(again)
    assert str(again.explain()) == str(first.explain())
    assert deriving.conclusions(again, "war > 0") == deriving.conclusions(first, "war > 0")


def test_nothing_is_kept_unless_it_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caching(False):
        load_model("chicken").regimes()
    monkeypatch.setenv("DETERRENCE_CACHE", "off")
    load_model("chicken").regimes()
    assert not entries(folder)


def test_another_question_has_another_answer(folder: Path) -> None:
    model = load_model("tripwire")
    name = next(n for n, p in model.parameters.items() if p.formula is None)
    default = model.parameters[name].default
    asked: list[dict[str, Any]] = [
        {}, {name: default}, {name: str(default)}, {"values": {name: default}},
        {"expand": True}, {"boundaries": False}, {"time_limit": 100},
    ]  # fmt: skip
    for k, options in enumerate(asked, 1):
        found = model.regimes(**options)
        assert len(entries(folder)) == k, options
        assert found == model.regimes(**options)


def test_a_changed_model_is_worked_out_anew(folder: Path) -> None:
    model = load_model("chicken")
    text = model.text
    first = Model.from_text(text).regimes()
    assert len(entries(folder)) == 1
    other = Model.from_text(text.replace("default: -10", "default: -11")).brief()
    assert other.values["P_A"] == -11
    assert Model.from_text(text + "\n# a remark\n").regimes() == first
    assert len(entries(folder)) == 3
    # Without its text there is nothing to know a model by.
    changed = model.replace(title="Who blinks")
    assert changed.regimes().title == "Who blinks"
    assert model.regimes().title != "Who blinks"
    assert len(entries(folder)) == 4


def test_rungs_and_first_movers_count(folder: Path) -> None:
    ladder = load_model("crisis-ladder")
    both = [ladder.with_rungs(1).with_first(player) for player in ladder.players]
    found = [[m.brief().to_dict()["results_here"] for m in both] for _ in range(2)]
    assert found[0] == found[1]
    assert len(entries(folder)) == 2


def test_another_program_does_not_read_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_model("chicken").regimes()
    monkeypatch.setattr(stamping, "stamp", lambda: "another")
    load_model("chicken").regimes()
    assert len(entries(folder)) == 2
    monkeypatch.setattr(stamping, "stamp", lambda: None)
    load_model("chicken").regimes(expand=True)
    assert len(entries(folder)) == 2


def test_a_program_that_changes_meanwhile_keeps_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = iter(["before", "after"])
    monkeypatch.setattr(stamping, "stamp", lambda: next(stamps))
    load_model("chicken").regimes()
    assert not entries(folder)


def test_what_is_not_finished_is_not_kept(folder: Path) -> None:
    model = load_model("chicken")
    kept("part", model, {}, lambda: 1, finished=lambda _: False)
    assert not entries(folder)
    # Nor is what rests on it.
    inner = lambda: kept("part", model, {}, lambda: 1, finished=lambda _: False)  # noqa: E731
    assert kept("whole", model, {}, lambda: [inner()]) == [1]
    assert not entries(folder)
    assert kept("whole", model, {}, lambda: [2]) == [2]
    assert kept("whole", model, {}, lambda: [3]) == [2]


def test_what_does_not_read_back_is_worked_out_anew(folder: Path) -> None:
    model = load_model("chicken")
    first = model.regimes()
    [path] = entries(folder)
    whole = json.loads(path.read_text())
    told = json.loads(whole["answer"])
    for strange in ({}, [], "text", {"kind": "MatrixAnalysis"}, {**told, "cover": 1}):
        Store(str(folder)).keep(whole["key"], strange)
        assert model.regimes() == first


def test_options_that_are_no_plain_values_are_not_kept(folder: Path) -> None:
    model = load_model("asymmetric-bipolarity")
    statement = deriving.conclusions(model, "war > 0").statement
    assert model.conclusions(statement) == model.conclusions("war > 0")
    assert len(entries(folder)) == 1
    assert kept("x", model, {"k": Fraction(1, 3)}, lambda: 1) == 1
    assert kept("x", model, {"k": "1/3"}, lambda: 2) == 2


def test_errors_are_what_they_were(folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(UsageError, match="no parameter 'k'"):
            load_model("chicken").regimes(k=1)
    with pytest.raises(TypeError):
        deriving.regimes()  # type: ignore[call-arg]
    assert not entries(folder)
