"""A skeleton is a model as it stands, and stays one where its comments are followed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence import solve
from deterrence.errors import UsageError
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.skeletons import FORMS, MAX_PLAYERS, PLAYERS, skeleton

SIDES: dict[str, tuple[str, ...]] = {
    "default": PLAYERS,
    "own": ("Russia", "NATO"),
    "blanks": ("The regional pole", "An alliance of many"),
    "Cyrillic": ("Россия", "Союз"),
    "strange": ('a "b": c, #d', "it's {no}"),
    "same initials": ("Athens", "argos"),
    "words of YAML": ("no", "null"),
}
MORE = ("Russia", "NATO", "Ukraine", "Belarus")


def model_of(form: str, players: Sequence[str]) -> SymbolicModel:
    return read_model(skeleton("my-crisis", form, players), "my-crisis")


@pytest.mark.parametrize("players", SIDES.values(), ids=SIDES)
@pytest.mark.parametrize("form", FORMS)
def test_every_skeleton_loads_and_solves_without_a_doubt(form: str, players: Sequence[str]) -> None:
    model = model_of(form, players)
    assert model.players == tuple(players)
    assert not model.warnings
    for scenario in (None, *model.scenarios):
        solution = solve(model, scenario=scenario)
        assert solution.status == "complete"
        assert len(solution)


@pytest.mark.parametrize("form", ["matrix", "tree"])
@pytest.mark.parametrize("count", [3, MAX_PLAYERS])
def test_skeletons_for_more_players(form: str, count: int) -> None:
    model = model_of(form, MORE[:count])
    assert not model.warnings
    assert len(model.players) == count
    if count == 3:
        assert solve(model).status == "complete"


@pytest.mark.parametrize("form", sorted({*FORMS} - {"ordinal", "options"}))  # no numbers
def test_a_scenario_makes_a_difference(form: str) -> None:
    model = model_of(form, ("A", "B"))
    found = {
        str([e.payoffs for e in solve(model, scenario=s).equilibria])
        for s in (None, *model.scenarios)
    }
    assert len(found) == 2


def without_marks(text: str, *, after: str) -> str:
    """Do as the file says: take away the # and the one blank after it, from a line on."""
    head, mark, tail = text.partition(after)
    assert mark
    return head + re.sub("^# ", "", mark + tail, flags=re.MULTILINE)


@pytest.mark.parametrize("players", SIDES.values(), ids=SIDES)
@pytest.mark.parametrize("form", FORMS)
def test_the_known_result_behind_the_marks_is_true(form: str, players: Sequence[str]) -> None:
    text = without_marks(skeleton("x", form, players), after="# known_results:")
    model = read_model(text)
    assert not model.warnings
    [known] = model.known_results
    solution = solve(model, **dict(known.values))
    values = model.values(None, **dict(known.values))
    if form == "matrix":
        told = [plain(one, values) for one in known.equilibria or ()]
        found = [plain(e.profile) for e in solution.equilibria]
        assert sorted(told) == sorted(found)
    elif form == "tree":
        told = [plain(one, values) for one in known.behaviour or ()]
        assert told == [plain(e.profile) for e in solution.equilibria]
    elif form in ("ordinal", "options"):
        assert known.count == len(solution.equilibria)
    for name, formula in known.measures.items():
        assert all(e.measures[name] == formula.evaluate(values) for e in solution.equilibria)


def plain(said: Any, values: Any = None) -> str:
    """Write who does what with which probability, leaving out what nobody does."""
    if not isinstance(said, Mapping):
        return str(said.evaluate(values) if values is not None else said)
    inside = {str(key): plain(value, values) for key, value in said.items()}
    return str(sorted((key, text) for key, text in inside.items() if text != "0"))


@pytest.mark.parametrize("players", SIDES.values(), ids=SIDES)
def test_types_can_be_put_in_as_the_tree_says(players: Sequence[str]) -> None:
    text = skeleton("x", "tree", players)
    lines = text.split("\n")
    at = lines.index("# types:")
    lines[at : at + 2] = [line.removeprefix("# ") for line in lines[at : at + 2]]
    at = next(k for k, line in enumerate(lines) if "With types, this line" in line)
    lines[at - 1 : at + 2] = [lines[at + 1].replace("# ", "", 1)]
    model = read_model("\n".join(lines))
    assert list(model.types) == [players[1]]
    assert not [w for w in model.warnings if "not used" not in w.what]
    assert solve(model).status == "complete"


@pytest.mark.parametrize("players", [("A", "B"), SIDES["Cyrillic"]])
def test_a_ladder_can_be_made_simultaneous(players: Sequence[str]) -> None:
    text = skeleton("x", "ladder", players).replace("moves: sequential", "moves: simultaneous")
    model = read_model(text)
    assert model.tree is None
    assert not model.warnings
    assert solve(model).status == "complete"


@pytest.mark.parametrize("form", FORMS)
def test_every_key_is_explained(form: str) -> None:
    lines = skeleton("x", form).split("\n")
    for k, line in enumerate(lines):
        if re.match("[a-z_]+:", line) and not line.startswith("title:"):
            assert lines[k - 1].startswith("# "), line
    assert all(len(line) <= 100 for line in lines)


@given(
    st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=2),
    st.sampled_from(list(FORMS)),
    st.text(min_size=1, max_size=12),
)
def test_any_labels_are_refused_or_loaded(players: list[str], form: str, name: str) -> None:
    try:
        text = skeleton(name, form, players)
    except UsageError:
        return
    assert not read_model(text).warnings


@pytest.mark.parametrize(
    ("form", "players", "words"),
    [
        ("matrix", ["A"], "two to 4 players, and here there is 1"),
        ("ladder", ["A", "B", "C"], "two players, and here there are 3"),
        ("tree", list("ABCDE"), "two to 4 players"),
        ("matrix", ["A", "A"], "'A' is named twice"),
        ("matrix", ["A", ""], "cannot be the player"),
        ("matrix", ["A", "x" * 61], "at most 60"),
        ("square", ["A", "B"], "one of matrix, tree, ladder"),
    ],
)
def test_what_cannot_be_is_refused(form: str, players: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        skeleton("x", form, players)
    assert words in str(caught.value)


def test_two_ways_to_type_an_accent_are_one_player() -> None:
    with pytest.raises(UsageError, match="twice"):
        skeleton("x", "matrix", ["Ko\u0308ln", "K\u00f6ln"])
