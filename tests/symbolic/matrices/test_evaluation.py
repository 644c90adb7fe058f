"""Numbers from formulas: the interface, faults, ties, and the vectorised form."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from brink import BRINK

from deterrence import load_model
from deterrence.errors import UsageError
from deterrence.symbolic.matrices.compiled import compiled


@pytest.fixture(scope="module")
def bipolarity():
    return load_model(BRINK).regimes()


HERE = {"g_R": 3, "g_N": 2, "l_R": 5, "l_N": 3, "rho": "1/25", "k_R": 9, "k_N": 8}


def test_values_may_be_text_numbers_or_fractions(bipolarity) -> None:
    one = bipolarity.at(HERE)
    assert one == bipolarity.at({**HERE, "k_R": Fraction(9), "k_N": "8", "rho": 0.04})
    assert [p["NATO"]["escalate"] for p in one] == [1, 0, Fraction(3, 7)]


def test_derived_parameters_follow_from_the_others(bipolarity) -> None:
    base = {k: v for k, v in HERE.items() if not k.startswith("k_")}
    base |= {"c_R": 5, "N_R": 100, "c_N": 4, "N_N": 100}
    assert bipolarity.at(base) == bipolarity.at(HERE)


def test_missing_unknown_and_forbidden_values_are_usage_errors(bipolarity) -> None:
    with pytest.raises(UsageError, match="no value for"):
        bipolarity.at({"g_R": 1})
    with pytest.raises(UsageError, match="no parameter"):
        bipolarity.at({**HERE, "k_Q": 1})
    with pytest.raises(UsageError, match="not a number"):
        bipolarity.at({**HERE, "k_R": "nine"})
    with pytest.raises(UsageError, match="break the assumption"):
        bipolarity.at({**HERE, "g_R": -1})


def test_a_tie_has_its_extra_equilibrium_and_no_regime(bipolarity) -> None:
    tie = {**HERE, "k_R": 5}
    assert len(bipolarity.at(tie)) == 3
    assert {tuple(p["Russia"].values()) for p in bipolarity.at(tie)} == {
        (1, 0),
        (0, 1),
        (Fraction(5, 7), Fraction(2, 7)),
    }
    assert bipolarity.regime_at(tie) is None
    assert bipolarity.regime_at({**HERE, "k_R": 4}).name == "Russia cannot be deterred"


def test_sweeps_mark_ties_and_what_is_near_them(bipolarity) -> None:
    values = {**HERE, "rho": 0.04, "k_R": np.array([4.0, 5.0, 5.0 + 1e-13, 5.001, 9.0])}
    found = compiled(bipolarity)(values)
    assert found.near.tolist() == [False, True, True, False, False]
    assert found.exists[:, [0, 3, 4]].sum(axis=0).tolist() == [1, 3, 3]


def test_sweeps_give_payoffs_and_measures(bipolarity) -> None:
    found = compiled(bipolarity)({**HERE, "rho": 0.04})
    mixed = found.ids.index(3)
    war = found.measures["war"][mixed, 0]
    assert war == pytest.approx(3 / 7 * 2 / 7)
    assert found.measures["nuclear"][mixed, 0] == pytest.approx(war / 25)
    assert found.payoffs["Russia"][mixed, 0] == pytest.approx(-15 / 7)
    assert found.probabilities["NATO"].shape == (len(found.ids), 2, 1)
    assert np.isnan(found.measures["war"][found.ids.index(2), 0])


def test_sweeps_need_every_symbol_and_broadcast_arrays(bipolarity) -> None:
    with pytest.raises(UsageError, match="no values for"):
        compiled(bipolarity)({"g_R": 1})
    grid = {**HERE, "rho": 0.0, "k_R": np.linspace(1, 9, 4)[:, None], "k_N": np.ones(3) * 2}
    assert compiled(bipolarity)(grid).exists.shape[1] == 12


def test_a_game_without_parameters_has_its_equilibria_too() -> None:
    from deterrence import read_model

    text = (
        "title: Pennies\nform: strategic\nsource: textbook\nplayers: {A: a, B: b}\n"
        "actions: {A: {h: h, t: t}, B: {h: h, t: t}}\n"
        "game:\n"
        "  h: {h: {payoffs: {A: 1, B: -1}}, t: {payoffs: {A: -1, B: 1}}}\n"
        "  t: {h: {payoffs: {A: -1, B: 1}}, t: {payoffs: {A: 1, B: -1}}}\n"
    )
    answer = read_model(text).regimes()
    half = {"h": Fraction(1, 2), "t": Fraction(1, 2)}
    assert answer.at({}) == [{"A": half, "B": half}]
    assert answer.cover == "proven"
    assert len(answer.regimes) == 1
    found = compiled(answer)({})
    assert found.exists.tolist() == [[True]]
