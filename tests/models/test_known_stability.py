"""Every shipped list of stable states is what the graph model makes of the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deterrence.errors import InvalidFileError
from deterrence.game.parameters import KnownResult
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import Conflict, conflict_of
from deterrence.graph_model.look_ahead import limited, non_myopic
from deterrence.modelfile.catalogue import load_model, model_names, read_model
from deterrence.modelfile.model import SymbolicModel

MODELS = {name: load_model(name) for name in model_names()}
CASES = [
    pytest.param(model, result, id=f"{name}-{k}")
    for name, model in MODELS.items()
    for k, result in enumerate(model.known_results, 1)
    if result.stability
]


def found(conflict: Conflict, notion: str, ranks) -> set[int]:
    """The states that are stable for every player, by position."""
    graph = conflict.graph
    if notion in CONCEPTS:
        mask = stable(graph, ranks, notion)
    elif notion == "nm":
        mask = non_myopic(graph, ranks).always
    else:
        mask, _ = limited(graph, ranks, int(notion.removeprefix("l")))
    return set(mask.all(axis=0).nonzero()[0].tolist())


def wrong(model: SymbolicModel, result: KnownResult) -> dict[str, tuple[set[int], set[int]]]:
    """The notions of which the list is another one: what is listed, and what is found."""
    conflict = conflict_of(model)
    ranks = conflict.ranks(result.values, result.scenario or None)
    answers = {}
    for notion, states in result.stability.items():
        listed = [conflict.state(text) for text in states]
        assert len(set(listed)) == len(listed), f"{notion}: a state is listed twice"
        if (answer := found(conflict, notion, ranks)) != set(listed):
            answers[notion] = (set(listed), answer)
    return answers


@pytest.mark.parametrize(("model", "result"), CASES)
def test_the_stable_states_are_those_that_the_file_lists(
    model: SymbolicModel, result: KnownResult
) -> None:
    assert wrong(model, result) == {}


def test_a_wrong_list_is_found_out() -> None:
    model = MODELS["chicken"]
    result = next(r for r in model.known_results if r.stability)
    assert wrong(model, replace(result, stability={"seq": ("1", "2", "3")})) == {
        "seq": ({0, 1, 2}, {1, 2})
    }
    assert wrong(model, replace(result, stability={"smr": ()})) == {"smr": (set(), {0, 1, 2})}


MATRIX = """\
title: M
form: strategic
players: [A]
actions: {A: [x, y]}
parameters: {v: {default: 1}}
outcomes: {one: {payoffs: [v]}, two: {payoffs: [-v]}}
game: [one, two]
measures: {first: [one]}
known_results:
  - {title: T, source: derived, stability: {seq: [1, two]}}
"""
TREE = """\
title: T
form: extensive
players: [A]
parameters: {v: {default: 1}}
outcomes: {one: {payoffs: [v]}, two: {payoffs: [-v]}}
tree: {player: A, moves: {x: one, y: two}}
known_results:
  - {title: T, source: derived, stability: {seq: [1]}}
"""


def test_the_entry_is_read() -> None:
    (result,) = read_model(MATRIX).known_results
    assert result.stability == {"seq": ("1", "two")}
    assert read_model(MATRIX.replace("seq", "l12")).known_results[0].stability == {
        "l12": ("1", "two")
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MATRIX.replace("seq", "sequential"), "no notion of stability 'sequential'"),
        (MATRIX.replace("seq", "l0"), "'l0' looks 0 moves ahead"),
        (MATRIX.replace("seq", "SEQ"), "one spelling"),
        (MATRIX.replace("[1, two]", "{a: b}"), "mapping"),
        (TREE, "does not belong to the form extensive"),
    ],
)
def test_wrong_entries_are_faults(text: str, words: str) -> None:
    with pytest.raises(InvalidFileError, match=words):
        read_model(text)
