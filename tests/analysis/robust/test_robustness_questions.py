"""The formulas behind the certificates say what the exact solver finds, ties included."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from deterrence import load_model
from deterrence.analysis.points.exact import answer_at
from deterrence.analysis.points.solver import PointSolver
from deterrence.analysis.robust.matrix_question import MatrixQuestion
from deterrence.modelfile.model import SymbolicModel

CASES = [
    ("chicken", 0, "war == 0"),
    ("chicken", 0, "a_prevails == 1 and T_A > 2 or war > 1/3"),
    ("crisis-pairs", 0, "war > 1/3 or not compromise < 1"),
    ("inspection", 0, "violation <= e/(e + a)"),
    ("stag-hunt", 0, "peace*standoff == 0"),
    ("correlated-mediator", 0, "payoff(A) >= payoff(B) >= 1"),
    ("first-strike", 0, "war == 0"),
    ("escalation-ladder", 2, "war == 0"),
    ("escalation-ladder", 2, "payoff(Russia) >= -1"),
]


def model_of(name: str, rungs: int) -> SymbolicModel:
    """Return a model, a ladder cut to a number of rungs."""
    model = load_model(name)
    return model.with_rungs(rungs) if rungs else model


def points(model: SymbolicModel, count: int) -> list[dict[str, Fraction]]:
    """Return points on a coarse grid within the bounds, where ties are frequent."""
    rng = random.Random(11)
    found = []
    while len(found) < count:
        point = {}
        for name, p in model.parameters.items():
            if p.formula is None:
                low, high = p.lower or Fraction(0), p.upper or Fraction(4)
                point[name] = low + (high - low) * rng.randint(0, 4) / 4
        values: Any = model.values(check=False, **point)
        if all(a.evaluate(values) for a in model.assumptions):
            found.append(point)
    return found


@pytest.mark.parametrize(("name", "rungs", "statement"), CASES)
def test_formulas_agree_with_the_exact_solver(name: str, rungs: int, statement: str) -> None:
    model = model_of(name, rungs)
    moving = [n for n, p in model.parameters.items() if p.formula is None]
    question = MatrixQuestion(model, statement, moving)
    solver = PointSolver(model, moving, measures=(), statements=[question.shown])
    seen = set()
    degenerate = 0
    everywhere = {
        (which, wanted): question.status(which, wanted, lambda _: frozenset({-1, 0, 1}))
        for which in ("every", "some")
        for wanted in (True, False)
    }
    for point in points(model, 60):

        def sign(poly: Any, point: dict[str, Fraction] = point) -> int:
            value = question.algebra.evaluate(poly, point)
            return int(value > 0) - int(value < 0)

        answer = answer_at(solver.question, point)
        assert answer is not None
        assert question.assumed.holds(sign)
        degenerate += len(set(answer.components)) < len(answer.profiles)
        truths = answer.truths[str(question.shown)]
        for which, test in (("every", all), ("some", any)):
            expected = test(truths)
            seen.add((which, expected))
            assert question.holds(which, sign) == expected  # type: ignore[arg-type]
            for wanted in (True, False):
                one, parts = everywhere[which, wanted]
                join = any if one else all
                assert join(p.holds(sign) for p in parts) == (expected == wanted)
        assert len(question.equilibria(sign)) >= len(answer.profiles)
    assert degenerate  # the grid does meet ties
    assert len(seen) > 2  # and both answers
