"""Values given as a scenario, a mapping or keywords mean the same to every verb."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK

import deterrence
from deterrence import InvalidFileError, Model, StrategicGame, UsageError, load_model

BIPOLARITY = load_model(BRINK)
HALF = {"k_R": "15/2", "l_N": 3}

#: What each verb is asked besides the values, and what is compared of its answer.
CASES: dict[str, tuple[tuple[Any, ...], dict[str, Any], Callable[[Any], Any]]] = {
    "solve": ((), {}, lambda s: [(str(e.profile), e.payoffs, e.measures) for e in s]),
    "regimes": ((), {}, lambda a: [r.to_dict() for r in a.regimes]),
    "symbolic_equilibria": ((), {}, lambda es: [e.to_dict() for e in es]),
    "conclusions": (("war",), {}, lambda c: c.to_dict()),
    "thresholds": (("g_R",), {"formulas": False}, lambda t: t.to_dict()),
    "statics": ((), {}, lambda s: s.to_dict()),
    "boundaries": ((), {}, lambda b: b.to_dict()),
    "refinements": ((["undominated"],), {}, lambda r: r.to_dict()),
    # What the words say of where the values come from is in "rest".
    "explain": ((3,), {}, lambda e: {k: v for k, v in e.to_dict().items() if k != "rest"}),
    "sweep": (({"g_R": "1:3:3"},), {}, lambda d: d.war_high.values.tolist()),
    "sensitivity": (
        (),
        {"method": "tornado", "measures": ["war"], "over": ["g_R"], "samples": 64},
        lambda s: s.tornado_of("war").to_dict(),
    ),
    "robustness": (
        ("war == 0",),
        {"quantifier": "every", "over": ["c_R"]},
        lambda r: (str(r.every.lower), str(r.every.upper), r.base),
    ),
    "levers": (("NATO", "war == 0"), {}, lambda v: (str(v.answer.lower), v.base)),
    "plot": (("payoffs",), {}, lambda f: f.description),
}

SEEDS = """
title: Seeds
form: strategic
source: invented
players: {A: One, B: Other}
actions: {A: {wait: Wait, go: Go}, B: {wait: Wait, go: Go}}
parameters:
  seed: {title: Harvest, default: 1, bounds: [0, 9]}
game:
  wait: {wait: {payoffs: {A: seed, B: 0}}, go: {payoffs: {A: 0, B: 1}}}
  go: {wait: {payoffs: {A: 1, B: -1}}, go: {payoffs: {A: 2, B: 0}}}
"""


def asked(verb: str, **given: Any) -> Any:
    about, options, shown = CASES[verb]
    return shown(getattr(deterrence, verb)(BIPOLARITY, *about, **options, **given))


def bound(verb: str, **given: Any) -> Any:
    about, options, shown = CASES[verb]
    return shown(getattr(BIPOLARITY, verb)(*about, **options, **given))


@pytest.mark.parametrize("verb", CASES)
def test_values_given_in_any_way_give_the_same_answer(verb: str) -> None:
    found = asked(verb, **HALF)
    assert found == asked(verb, values=HALF)
    assert found == bound(verb, values={"k_R": Fraction(15, 2)}, l_N="3")
    assert found != asked(verb)


@pytest.mark.parametrize("verb", sorted({*CASES} - {"sensitivity", "robustness", "levers", "plot"}))
def test_a_scenario_is_as_good_as_its_values(verb: str) -> None:
    own = dict(BIPOLARITY.scenario("vital-stake").values)
    assert asked(verb, scenario="vital-stake") == asked(verb, values=own)


def test_what_is_given_goes_before_the_scenario() -> None:
    assert BIPOLARITY.scenario("vital-stake").values.keys() == {"l_R"}
    assert asked("solve", scenario="vital-stake", l_R=5) == asked("solve", l_R=5)
    assert asked("regimes", scenario="vital-stake", l_R=5) == asked("regimes", l_R=5)


def test_a_parameter_that_is_called_like_an_option_stands_in_values() -> None:
    model = deterrence.read_model(SEEDS)
    data = model.sweep({"seed": [1, 2]}, seed=7)
    assert data.sizes["seed"] == 2
    assert (
        model.solve(values={"seed": 3}).equilibria[0].payoffs
        == model.solve(seed=3).equilibria[0].payoffs
    )


@pytest.mark.parametrize("name", ["scenario", "values", "check"])
def test_words_that_every_verb_needs_cannot_be_parameters(name: str) -> None:
    text = SEEDS.replace("seed", name)
    with pytest.raises(InvalidFileError, match=f"the name '{name}' has a meaning of its own"):
        deterrence.read_model(text)


@pytest.mark.parametrize("verb", CASES)
def test_misspelt_words_are_named_with_the_right_one(verb: str) -> None:
    with pytest.raises(UsageError, match=rf"no parameter 'k_Q', and {verb}\(\) no such option .*"):
        asked(verb, k_Q=1)
    with pytest.raises(UsageError, match="did you mean 'scenario'"):
        asked(verb, scenrio=1)
    with pytest.raises(UsageError, match=r"no parameter 'k_Q' .did you mean 'k_R'"):
        asked(verb, values={"k_Q": 1})
    with pytest.raises(UsageError, match="k_R has two values"):
        asked(verb, values={"k_R": 1}, k_R=1)
    with pytest.raises(UsageError, match="values are names with numbers, not 'k_R=1'"):
        asked(verb, values="k_R=1")
    with pytest.raises(UsageError, match="the value of k_R"):
        asked(verb, k_R="many")
    with pytest.raises(UsageError, match=r"no scenario 'vital-steak' .did you mean 'vital-stake'"):
        asked(verb, scenario="vital-steak")


def test_the_model_takes_values_in_the_same_way() -> None:
    game = BIPOLARITY.at(**HALF)
    assert isinstance(game, StrategicGame)
    assert game.payoffs == BIPOLARITY.strategic_at(values=HALF).payoffs
    assert BIPOLARITY.values("vital-stake", values=HALF) == BIPOLARITY.values(
        scenario="vital-stake", **HALF
    )
    with pytest.raises(UsageError, match="two values"):
        BIPOLARITY.at(values={"k_R": 1}, k_R=1)


def test_an_analysis_that_is_done_takes_no_values() -> None:
    model: Model = BIPOLARITY
    analysis = model.regimes(boundaries=False)
    assert deterrence.conclusions(analysis, "war").to_dict() == model.conclusions("war").to_dict()
    whole = model.regimes()
    assert str(deterrence.explain(whole, 3, **HALF)) == str(model.explain(3, **HALF))
    for verb in (deterrence.conclusions, deterrence.statics, deterrence.boundaries):
        with pytest.raises(UsageError, match=r"the analysis of .*brink.* is done"):
            verb(analysis, k_R=1)
        with pytest.raises(UsageError, match="nothing can be expanded"):
            verb(analysis, expand=True)
