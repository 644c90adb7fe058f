"""Values in, games out: the bipolarity model against its formulas worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.modelfile.catalogue import load_model, read_model

F = Fraction
BIPOLARITY = load_model(BRINK)
HEAD = "title: T\nform: strategic\nplayers: [A]\nactions: {A: [x, y]}\n"


def game_by_hand(v: dict[str, Fraction]) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Restrain/escalate for Russia (rows) and NATO: M06, written out."""
    k_r = v["c_R"] + v["rho"] * v["N_R"]
    k_n = v["c_N"] + v["rho"] * v["N_N"]
    return (F(0), -v["l_R"], v["g_R"], -k_r), (F(0), v["g_N"], -v["l_N"], -k_n)


DEFAULTS = {
    "g_R": F(3),
    "g_N": F(2),
    "l_R": F(5),
    "l_N": F(3),
    "c_R": F(5),
    "c_N": F(4),
    "rho": F(1, 25),
    "N_R": F(100),
    "N_N": F(100),
}


@given(
    changed=st.dictionaries(
        st.sampled_from(["g_R", "g_N", "l_R", "l_N", "N_R", "N_N"]),
        st.fractions(F(1, 100), 1000, max_denominator=1000),
    ),
    rho=st.fractions(0, 1, max_denominator=1000),
)
def test_payoffs_at_any_values(changed: dict[str, Fraction], rho: Fraction) -> None:
    game = BIPOLARITY.at(rho=rho, **changed)
    assert game.payoffs == game_by_hand({**DEFAULTS, **changed, "rho": rho})
    assert game.is_exact


@pytest.mark.parametrize(
    ("values", "regime"),
    [
        ({}, "Mutual deterrence (Chicken)"),
        ({"l_R": 15}, "Russia cannot be deterred"),
        ({"l_N": 12}, "NATO cannot be deterred"),
        ({"l_R": 15, "l_N": 12}, "Direct war"),
    ],
)
def test_the_four_regimes(values: dict[str, int], regime: str) -> None:
    numbers = BIPOLARITY.values(None, **values)
    holding = [
        r.name
        for r in BIPOLARITY.named_regimes
        if all(condition.evaluate(numbers) for condition in r.when)
    ]
    assert holding == [regime]
    russia, nato = BIPOLARITY.at(**values).payoffs
    # In words: a side is deterred where war is worse for it than yielding.
    assert (russia[3] < russia[1]) == (
        regime in ("Mutual deterrence (Chicken)", "NATO cannot be deterred")
    )
    assert (nato[3] < nato[2]) == (
        regime in ("Mutual deterrence (Chicken)", "Russia cannot be deterred")
    )


# ---- values ----------------------------------------------------------------
def test_defaults_then_scenario_then_overrides() -> None:
    assert BIPOLARITY.values()["l_R"] == 5
    assert BIPOLARITY.values("vital-stake")["l_R"] == 15
    assert BIPOLARITY.values("vital-stake", l_R="1/3")["l_R"] == F(1, 3)
    assert BIPOLARITY.at(scenario="vital-stake").values["l_R"] == 15
    assert list(BIPOLARITY.values()) == list(BIPOLARITY.parameters)


def test_a_derived_parameter_follows_unless_it_is_set() -> None:
    assert BIPOLARITY.values(rho="0.1")["k_R"] == 15
    values = BIPOLARITY.values(rho="0.1", k_R=2)
    assert (values["k_R"], values["k_N"]) == (2, 14)


@pytest.mark.parametrize("value", ["0.1", "1/10", F(1, 10), " 1e-1 "])
def test_text_and_fractions_are_exact(value: Any) -> None:
    assert BIPOLARITY.values(rho=value)["rho"] == F(1, 10)


def test_a_float_stays_a_float() -> None:
    game = BIPOLARITY.at(rho=0.1)
    assert isinstance(game.values["rho"], float)
    assert isinstance(game.payoffs[0][3], float)
    assert isinstance(game.payoffs[0][1], Fraction)
    assert not game.is_exact


def test_numpy_numbers_are_taken() -> None:
    import numpy as np

    values = BIPOLARITY.values(l_R=np.int64(7), rho=np.float64(0.25))
    assert values["l_R"] == F(7)
    assert isinstance(values["rho"], float)


@pytest.mark.parametrize(
    "value", ["x", "", "1/0", "nan", float("nan"), float("inf"), True, None, [1], 1j, "1e999"]
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="rho"):
        BIPOLARITY.values(rho=value)


def test_a_symbol_is_no_number() -> None:
    import sympy

    with pytest.raises(UsageError, match="is not a number"):
        BIPOLARITY.values(rho=sympy.Symbol("x"))


def test_unknown_names_are_refused_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=r"no parameter 'k_Q'.*did you mean 'k_[NR]'"):
        BIPOLARITY.values(k_Q=1)
    with pytest.raises(UsageError, match=r"no scenario 'vital-steak'.*did you mean 'vital-stake'"):
        BIPOLARITY.at("vital-steak")


def test_assumptions_are_kept_unless_one_says_otherwise() -> None:
    with pytest.raises(UsageError, match=r"break the assumption '0 <= rho <= 1' of .*: rho = 2"):
        BIPOLARITY.at(rho=2)
    assert BIPOLARITY.at(rho=2, check=False).payoffs[0][3] == -205
    # Bounds are the sensible range only.
    assert BIPOLARITY.at(l_R=1000).payoffs[0][1] == -1000


def test_a_parameter_without_any_value_is_asked_for() -> None:
    model = read_model(f"{HEAD}parameters: {{a: {{title: A}}}}\ngame: [[a], [1]]\n")
    with pytest.raises(UsageError, match="the parameter a has no default and no value"):
        model.at()
    assert model.at(a=2).payoffs == ((F(2), F(1)),)


def test_a_value_that_is_not_defined_is_told() -> None:
    model = read_model(
        f"{HEAD}parameters: {{a: {{default: 1}}, b: {{formula: 1/a}}}}\ngame: [[b], [sqrt(a)]]\n"
    )
    with pytest.raises(UsageError, match="b has no value here: division by zero"):
        model.at(a=0)
    with pytest.raises(UsageError, match="square root of a negative number"):
        model.at(a=-1)


def test_irrational_payoffs_are_floats_and_say_so() -> None:
    model = read_model(
        f"{HEAD}parameters: {{a: {{default: 4}}}}\ngame: [[sqrt(a)], [exp(a - 4)]]\n"
    )
    assert model.at().payoffs == ((F(2), F(1)),)
    assert model.at().is_exact
    game = model.at(a=2)
    assert not game.is_exact
    assert game.payoffs[0][0] == pytest.approx(2**0.5)


def test_an_overflow_is_told() -> None:
    model = read_model(f"{HEAD}parameters: {{a: {{default: 1}}}}\ngame: [[a*a], [1]]\n")
    with pytest.raises(UsageError, match="finite"):
        model.at(a=1e200)


def test_probabilities_that_are_none_are_refused() -> None:
    text = (
        f"{HEAD}parameters: {{p: {{default: 1/2}}, q: {{default: 1/2}}}}\n"
        "outcomes: {a: {payoffs: {A: 0}}, b: {payoffs: {A: 1}}}\n"
        "game: [{lottery: {a: p, b: q}}, b]\n"
    )
    model = read_model(text)
    assert model.at(p="1/3", q="2/3").payoffs[0][0] == F(2, 3)
    for p, q in (("1/3", "1/3"), (2, -1)):
        with pytest.raises(
            UsageError, match=r"the probabilities in the cell \(x\) are no distribution"
        ):
            model.at(p=p, q=q)
    assert model.at(p=0.3, q=0.7).payoffs[0][0] == pytest.approx(0.7)


# ---- symbols ---------------------------------------------------------------
def test_payoff_expressions_keep_or_expand_derived_parameters() -> None:
    rows = BIPOLARITY.payoff_expressions()
    assert [str(e) for e in rows[0]] == ["0", "-l_R", "g_R", "-k_R"]
    expanded = BIPOLARITY.payoff_expressions(expand=True)
    assert expanded[0][3].names == {"c_R", "rho", "N_R"}
    for values in ({}, {"rho": F(1, 7), "c_R": F(9)}):
        numbers = BIPOLARITY.values(**values)
        assert rows[0][3].evaluate(numbers) == expanded[0][3].evaluate(numbers)


def test_the_symbolic_game_agrees_with_the_exact_one() -> None:
    import sympy

    for name in (BRINK, "first-strike", "escalation-ladder"):
        model = load_model(name)
        game, symbols = model.symbolic(), model.symbols()
        values = model.values()
        at = {symbols[n]: sympy.Rational(v.numerator, v.denominator) for n, v in values.items()}
        for row, exact in zip(game.payoffs, model.at().payoffs, strict=True):
            assert [sympy.sympify(u).subs(at) for u in row] == [
                sympy.Rational(u.numerator, u.denominator) for u in exact
            ]


def test_assumptions_give_symbols_their_signs() -> None:
    symbols = BIPOLARITY.symbols()
    assert symbols["g_R"].is_positive
    assert symbols["c_R"].is_nonnegative
    assert symbols["c_R"].is_positive is None
    assert symbols["rho"].is_nonnegative
    assert all(symbol.is_real for symbol in symbols.values())


def test_titles_are_unambiguous() -> None:
    text = (
        "title: T\nform: strategic\nplayers: [A, B]\n"
        "actions: {A: {x: Stay, y: Go}, B: {x: Wait, y: Go}}\n"
        "game: [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]\n"
    )
    assert read_model(text).titles == {"y": "Go"}
    assert read_model(text).action_titles["B"]["x"] == "Wait"


def test_identity_and_repr() -> None:
    import hashlib

    model = read_model("﻿" + HEAD + "game: [[0], [1]]\n", "tiny")
    data = ("﻿" + HEAD + "game: [[0], [1]]\n").encode()
    assert model.digest == hashlib.sha256(data).hexdigest()
    assert repr(model) == "<Model tiny: strategic, A, 2 cells>"
