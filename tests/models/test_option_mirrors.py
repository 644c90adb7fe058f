"""Two files with options are each other's mirror: exchange the names, and nothing else differs."""

from __future__ import annotations

import re

import pytest

from deterrence.graph_model.conflict import conflict_of
from deterrence.modelfile.catalogue import load_model, model_source, read_model

SIDES = {"Russia": "NATO", "NATO": "Russia"}
#: What is cited has its own names.
CITED = "NATO's Warsaw summit communique of 2016 and Russia's military doctrine of 2014"
PAIRS = [("bipolarity-options", "bipolarity-options-mirrored")]


def exchanged(text: str) -> str:
    parts = text.split(CITED)
    return CITED.join(re.sub("Russia|NATO", lambda m: SIDES[m[0]], part) for part in parts)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_text_is_the_same_with_the_names_exchanged(one: str, other: str) -> None:
    first, second = (model_source(name).decode() for name in (one, other))
    for text in (first, second):
        assert CITED in text
    turned = exchanged(first).replace(other, "@").replace(one, other).replace("@", one)
    assert turned == second


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_states_moves_and_preferences_are_the_same(one: str, other: str) -> None:
    first, second = (conflict_of(load_model(name)) for name in (one, other))
    assert [SIDES[player] for player in first.players] == list(second.players)
    assert [state.label for state in first.states] == [state.label for state in second.states]
    assert (first.ranks() == second.ranks()).all()
    for a, b in zip(first.graph.arcs, second.graph.arcs, strict=True):
        assert a.starts.tolist() == b.starts.tolist()
        assert a.ends.tolist() == b.ends.tolist()


def test_a_difference_is_found() -> None:
    text = model_source("bipolarity-options").decode()
    changed = read_model(text.replace("- not assist\n      - not sanctions", "- not sanctions"))
    assert (conflict_of(changed).ranks() != conflict_of(read_model(text)).ranks()).any()
