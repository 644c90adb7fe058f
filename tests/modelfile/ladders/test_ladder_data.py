"""A ladder as data: costs and chances of holding out, against sums and products by hand."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, UsageError
from deterrence.modelfile.ladders.ladder import Ladder, Rung, automatic_names, resize, slug

VALUES = {"c": F(3), "d": F(1, 2), "r": F(1, 10), "v": F(1)}


def ladder(n: int, cost: str = "c*k + d", hazard: str | None = "r", **own: object) -> Ladder:
    stakes = dict.fromkeys("AB", Expression.name("v"))
    return Ladder(
        ("A", "B"),
        tuple(Rung(f"r{k}") for k in range(n + 1)),
        stakes,
        stakes,
        stakes,
        dict.fromkeys("AB", Expression.parse(cost)),
        None if hazard is None else Expression.parse(hazard),
        **own,
    )


def test_costs_add_up_and_chances_multiply() -> None:
    made = ladder(6)
    for m, (cost, stays) in enumerate(zip(made.costs("A"), made.survivals(), strict=True)):
        assert cost.evaluate(VALUES) == sum(3 * k + F(1, 2) for k in range(1, m + 1))
        assert stays.evaluate(VALUES) == F(9, 10) ** m
    # Like terms are collected: two of them, however many rungs there are.
    assert str(made.costs("A")[6]) == "21*c + 6*d"
    assert str(made.survivals()[6]) == "(1 - r)**6"


def test_a_rung_of_its_own() -> None:
    made = ladder(2)
    rungs = (Rung("r0"), Rung("r1", cost={"A": Expression.number(7)}), Rung("r2"))
    made = Ladder(("A", "B"), rungs, made.prize, made.loss, made.general_war, made.cost)
    assert [str(made.cost_of(p, 1)) for p in "AB"] == ["7", "c + d"]
    assert [str(made.hazard_of(k)) for k in range(3)] == ["0", "0", "0"]


def test_costs_that_do_not_collect_are_refused() -> None:
    with pytest.raises(ExpressionError, match="more than 300 terms"):
        ladder(40, " + ".join(f"c{i}**k" for i in range(9))).costs("A")


def test_resizing_keeps_the_top_and_invents_free_labels() -> None:
    made = ladder(2)
    assert [r.label for r in resize(made, 1).rungs] == ["r0", "r2"]
    assert [r.label for r in resize(made, 4).rungs] == ["r0", "r1", "rung_2", "rung_3", "r2"]
    assert resize(resize(made, 4), 2).top == 2
    for wrong in (0, 100, True, "2"):
        with pytest.raises(UsageError, match="cannot have"):
            resize(made, wrong)


def test_movers_at_rungs_that_are_gone_are_forgotten() -> None:
    made = ladder(3, who={"r1": "B", "r2": "A"})
    assert resize(made, 2).who == {"r1": "B"}


def test_names() -> None:
    assert (slug("Höhe 2", "x"), slug("2nd", "x"), slug("§", "x")) == ("H_he_2", "n2nd", "x")
    assert "stand_off" in automatic_names(("A", "B"))
    assert "stand_off" not in automatic_names(("A", "B"), sequential=True)
