"""``elicit`` in Python: the same as by sheets, and a model with all verbs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from deterrence import InvalidFileError, Model, UsageError, elicit, load_model
from deterrence.modelfile.catalogue import load_model as load_symbolic

CHICKEN = load_model("chicken")
ON = datetime.date(2026, 11, 30)


def test_a_model_with_verbs_comes_of_a_model_with_verbs() -> None:
    said = {"Anna": {"S_A": (-4, -2, -1)}, "Bo": {"S_A": ["-3", "-1.5", -1]}}
    model = CHICKEN.elicit(said, weights={"Bo": "3"}, on=ON)
    assert type(model) is Model
    assert type(elicit(load_symbolic("chicken"), said)) is not Model
    assert str(model.scenario("elicited").values["S_A"]) == "-13/8"
    assert len(model.solve(scenario="elicited")) == 3
    assert Model.from_text(model.text, "chicken") == model
    answer = model.sensitivity(method="probabilities", samples=64, over=["S_A"])
    assert answer.to_dict()["inputs"]


def test_weights_of_ends_are_given_by_end_and_player() -> None:
    model = elicit(CHICKEN, {"Anna": {("b_yields", "A"): 100, ("collision", "A"): 0}}, on=ON)
    assert {k: int(v) for k, v in model.scenario("elicited").values.items()} == {
        "T_A": 1, "P_A": -10,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "more", "error", "told"),
    [
        ({"Anna": {"S_a": 1}}, {}, InvalidFileError, "S_a is not asked for"),
        ({"Anna": {"S_A": (1, 2)}}, {}, InvalidFileError, "2 numbers"),
        ({"Anna": {"S_A": None}}, {}, InvalidFileError, "likely"),
        ({"Anna": {"S_A": float("nan")}}, {}, InvalidFileError, "likely"),
        ({"": {"S_A": -1}}, {}, UsageError, "no name of an expert"),
        ({}, {}, UsageError, "nobody has judged"),
        ({"Anna": {"S_A": -1}}, {"weights": {"Anna": "x"}}, UsageError, "not a number"),
    ],
)
def test_what_does_not_fit_is_said(said: Any, more: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error) as caught:
        elicit(CHICKEN, said, **more)
    assert told in str(caught.value)
