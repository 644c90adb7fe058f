"""Regimes that a file names are told, whether they are derived or not."""

from __future__ import annotations

from typing import Any

import pytest

from deterrence import Model, load_model

#: Row fights iff a > 1; Column's payoffs do not matter.
TEXT = """\
title: Fight or not
form: strategic
players: [Row, Column]
actions: {Row: [fight, wait], Column: [stay]}
parameters: {a: {default: 2}, b: {default: 1}, z: {default: 1}}
assumptions: [a > 0, b > 0]
game:
  fight: [{payoffs: [a, b]}]
  wait: [{payoffs: [1, 0]}]
regimes:
  - {name: Fight, when: [a > 1]}
"""
CASES = {
    "a part": ("a > 2", "part", 1),
    "on one side only": ("1 < a < 3 and b > 1", "part", 1),
    "either of two": ("a > 5 or a > 7 and b > 2", "part", 1),
    "over both": ("b > a", "several", 2),
    "named before": ("2*a > 2", "same", 1),
    "everything": ("a > 0", "same", 2),
    "never": ("a < 0", "nowhere", 0),
    "never, too": ("a > 2 and 2 > a", "nowhere", 0),
    "of another parameter": ("z > 1", "undecided", 0),
    "an exclusion": ("not (a > 2 or b > 3)", "undecided", 0),
}


@pytest.mark.parametrize("case", CASES)
def test_a_regime_that_is_not_derived_is_placed(case: str) -> None:
    condition, place, met = CASES[case]
    text = f"{TEXT}  - {{name: Other, when: [{condition}], description: It matters.}}\n"
    answer = Model.from_text(text).regimes()
    names = [r.name for r in answer.regimes]
    if case == "everything":  # the other regime has no name of its own
        assert sorted(map(str, names)) == ["Fight", "Other"]
        assert answer.declared == ()
        return
    assert "Fight" in names
    (found,) = answer.declared
    assert (found.name, found.place, len(found.regimes)) == ("Other", place, met)
    assert found.description == "It matters."
    for page in (str(answer), answer.document(full=True).text()):
        assert "The file's regime 'Other' (" in " ".join(page.split())
    assert answer.to_dict()["declared"][0]["place"] == place


def test_what_is_derived_is_not_told_again() -> None:
    answer = Model.from_text(TEXT).regimes()
    assert answer.declared == ()
    assert "The file's regime" not in str(answer)


def test_values_that_rule_a_regime_out_are_no_fault_of_the_file() -> None:
    text = f"{TEXT}  - {{name: Other, when: [b > 3, a > 2]}}\n"
    assert Model.from_text(text).regimes(b=1).declared == ()
    (found,) = Model.from_text(text).regimes(b=4).declared
    assert found.place == "part"


def test_ingredients_of_derived_parameters_count() -> None:
    text = f"{TEXT}  - {{name: Other, when: [a > 9]}}\n".replace(
        "a: {default: 2}", "s: {default: 2}, a: {formula: 4*s*(1 - s/4)}"
    ).replace("a > 0, ", "0 < s < 4, ")
    (found,) = Model.from_text(text).regimes().declared
    assert found.place == "nowhere"  # 4*s*(1 - s/4) is at most 4


def test_risk_dominance_in_the_stag_hunt_is_told() -> None:
    answer = load_model("stag-hunt").regimes()
    assert [d.name for d in answer.declared] == [
        "Peace is risk-dominant",
        "The armed stand-off is risk-dominant",
    ]
    assert {d.place for d in answer.declared} == {"part"}
    told = " ".join(str(answer).split())
    assert "what is possible does not change at its border. [proven]" in told
    refined: Any = load_model("stag-hunt").regimes(refine="risk-dominant")
    assert refined.declared == ()
