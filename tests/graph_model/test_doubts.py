"""How sure one may be of stability, in words: what the numbers say, and no more."""

from __future__ import annotations

import pytest

from deterrence import load_model
from deterrence.errors import UsageError
from deterrence.graph_model import unknown
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.doubts import blocks, doubts
from deterrence.modelfile.loader import read_model
from deterrence.words.blocks import as_text
from deterrence.words.markup import GLUE

#: Who yields, where A's comparison of yielding with war is not known.
OPEN = """
title: Who yields
form: strategic
players: [A, B]
actions: {A: [yield, stand], B: [yield, stand]}
order:
  A: [[b_yields, peace, a_yields], [peace, war]]
  B: a_yields > peace > b_yields > war
game: [[peace, a_yields], [b_yields, war]]
"""


def told(found, states=()) -> str:
    return " ".join(as_text(blocks(found, states)).replace(GLUE, " ").split())


def test_an_order_with_an_open_pair() -> None:
    """By hand: at b_yields B would go to war never; A's pair a_yields, war decides #2 and #4."""
    conflict = conflict_of(read_model(OPEN))
    found = doubts(conflict, ["nash", "gmr"], unknown=True)
    assert found.open_pairs == {"A": ((1, 3),), "B": ()}
    nash = found.unknown[0]
    assert nash.completions is not None
    # A stays at a_yields unless war is better: one completion of two.
    assert [str(s) for s in nash.completions.equilibrium] == ["0", "1/2", "1", "0"]
    assert nash.variants == {"a": (2,), "b": (1, 2), "c": (2,), "d": (1, 2)}
    text = told(found)
    assert "leave open for A #2 against #4." in text
    assert "#2 A yields in 1/2 of the completions - b - d" in text
    assert "#3 B yields in every completion a b c d" in text
    assert "2 in all, each with the same weight" in text
    assert "#3" not in told(found, [0])
    assert found.to_dict()["unknown"][0]["completions"]["every_equilibrium"][2] is True


def test_nothing_open_is_said_in_a_sentence() -> None:
    found = doubts(conflict_of(load_model("ordinal-crisis")), ["seq"], unknown=True)
    assert told(found).endswith("nothing is left to be completed.")


def test_chances_and_degrees_in_words() -> None:
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    found = doubts(
        conflict, ["nash", "seq", "gmr"], uncertain=True, fuzzy=[0.5], unknown=True, samples=256
    )
    text = told(found)
    assert "all 12 uncertain parameters vary together as the model has it: in 256 points" in text
    assert "Shares may be off by" in text
    assert "over 98.5 %" in text  # the divide is always GMR: no more than 256 points can say so
    assert "0.5 for Russia and 0.5 for NATO" in text
    assert "Nash, SEQ #1 Frozen divide any any yes" in text
    assert found.chances is not None
    assert found.fuzzy[0].thresholds == (0.5, 0.5)
    fixed = doubts(conflict, ["nash"], unknown=True, fixed=conflict.model.values())
    assert not any(fixed.open_pairs.values())


def test_samples_and_what_cannot_be_counted_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    monkeypatch.setattr(unknown, "MOST_COMPLETIONS", 3)
    monkeypatch.setattr(unknown, "DRAWN", 100)
    text = told(doubts(conflict, ["nash"], unknown=True, seed=7))
    assert "25 in all, of which 100 were drawn (seed 7)" in text
    assert "in about" in text
    monkeypatch.setattr(unknown, "MOST_BEGINNINGS", 1)
    text = told(doubts(conflict, ["nash"], unknown=True))
    assert "not counted" in text
    assert "too many to be counted" in text


def test_what_cannot_be_asked() -> None:
    orders = conflict_of(load_model("ordinal-crisis"))
    with pytest.raises(UsageError, match="orders and no numbers"):
        doubts(orders, ["nash"], uncertain=True)
    with pytest.raises(UsageError, match="thresholds"):
        doubts(conflict_of(load_model("chicken")), ["nash"], fuzzy=[0.5, 0.5, 0.5], samples=64)
