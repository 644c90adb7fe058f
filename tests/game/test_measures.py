"""Measures: which are affine, and what they are worth, from first principles."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError
from deterrence.game.measures import Measure
from deterrence.game.strategic import StrategicGame


def parsed(text: str) -> Expression:
    return Expression.parse(text, queries=True)


@pytest.mark.parametrize(
    ("text", "affine"),
    [
        ("P(war)", True),
        ("1 - P(peace)", True),
        ("rho*P(war) + (1 - rho)*P(crisis)", True),
        ("P(war)/rho", True),
        ("-payoff(NATO) + 3", True),
        ("rho**2", True),
        ("7", True),
        ("max(rho, 1/2)", True),
        ("max(rho, 1/2)*P(war)", True),
        ("P(war)*P(peace)", False),
        ("P(war)**2", False),
        ("rho/P(war)", False),
        ("max(P(war), 1/2)", False),
        ("1 if P(war) > 1/2 else 0", False),
        ("prob(NATO, escalate)", False),
        ("prob(NATO, escalate) + P(war)", False),
    ],
)
def test_affine_or_not(text: str, affine: bool) -> None:
    assert Measure("m", parsed(text)).is_affine is affine


@pytest.mark.parametrize("text", ["P(a) + 2*P(b) - c", "payoff(A)/c + P(a)", "c*(P(a) - P(b))"])
@given(w=st.fractions(0, 1))
def test_an_affine_measure_of_a_lottery_is_the_mean_of_its_cells(text: str, w: Fraction) -> None:
    measure = Measure("m", parsed(text))
    assert measure.is_affine
    one = Fraction(1)
    game = StrategicGame(
        ("A",),
        (("x", "y"),),
        ((3, -7),),
        outcomes=((("a", one),), (("b", one / 3), ("c", 2 * one / 3))),
        measures=(measure,),
        values={"c": Fraction(5)},
    )
    cells = [game.measure_values(chances)["m"] for chances in ([1, 0], [0, 1])]
    assert game.measure_values([w, 1 - w])["m"] == w * cells[0] + (1 - w) * cells[1]


def test_probability_and_expectation() -> None:
    chances = {"peace": Fraction(1, 2), "limited": Fraction(1, 3), "nuclear": Fraction(1, 6)}

    def answer(kind: str, *labels: str) -> Fraction:
        assert kind == "P"
        return chances[labels[0]]

    war = Measure.probability("war", ("limited", "nuclear"), "probability of war")
    assert war.expression.evaluate({}, answer) == Fraction(1, 2)
    assert war.title == "probability of war"
    rung = Measure.expectation(
        "rung", {"peace": parsed("0"), "limited": parsed("k"), "nuclear": parsed("4")}, unit="rungs"
    )
    assert rung.expression.evaluate({"k": Fraction(3)}, answer) == 3 * Fraction(
        1, 3
    ) + 4 * Fraction(1, 6)
    assert rung.is_affine
    assert rung.unit == "rungs"
    nothing = Measure.probability("never", ())
    assert nothing.expression.evaluate({}, answer) == 0


def test_binding_puts_in_values() -> None:
    bound = Measure("m", parsed("rho*P(war) + c")).bind({"rho": Fraction(1, 4)})
    assert bound.expression.names == {"c"}
    assert bound.expression.evaluate({"c": 0}, lambda *_: Fraction(1)) == Fraction(1, 4)


def test_a_measure_needs_an_equilibrium() -> None:
    with pytest.raises(ExpressionError, match="needs an equilibrium"):
        parsed("P(war)").evaluate({})
