"""Walks and descents where the answer is known by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from brink import BRINK

from deterrence.algebra.literals import Literal
from deterrence.analysis.robust.change_space import ChangeSpace
from deterrence.analysis.robust.line_walks import LineWalker
from deterrence.analysis.robust.matrix_question import MatrixQuestion
from deterrence.analysis.robust.moving_parameters import axes_of
from deterrence.analysis.robust.results import MovingParameter
from deterrence.analysis.robust.smaller_changes import descend, smallest_in, smallest_nearby
from deterrence.analysis.robust.sought import SoughtStatus
from deterrence.modelfile.catalogue import load_model

NAMES = ["k_R", "l_R"]


@pytest.fixture(scope="module")
def walker() -> LineWalker:
    """War is possible in some equilibrium while k_R < l_R and k_N < l_N."""
    model = load_model(BRINK)
    question = MatrixQuestion(model, "war == 0", NAMES)
    space = ChangeSpace(question.algebra, axes_of(model, question.symbols, question.base), "max")
    return LineWalker(SoughtStatus(question, space, "every", not _now(question, space)))


def _now(question: MatrixQuestion, space: ChangeSpace) -> bool:
    return SoughtStatus(question, space, "every", True).at([Fraction(0)] * len(space.axes))


def test_the_first_place_on_a_line_is_where_the_condition_turns(walker: LineWalker) -> None:
    base, axes = walker.question.base, walker.space.axes
    k = walker.space.names.index("k_R")
    gap = base["l_R"] - base["k_R"]
    assert gap != 0
    slope = [Fraction(0)] * len(axes)
    slope[k] = Fraction(1 if gap > 0 else -1)
    flip = walker.first([Fraction(0)] * len(axes), slope, Fraction(0), None)
    assert flip is not None
    assert flip.t.rational == abs(gap) / axes[k].step
    assert flip.size.rational == flip.t.rational
    assert flip.witness is not None
    assert walker.sought.at(flip.witness)


def test_nothing_is_found_before_that_place(walker: LineWalker) -> None:
    base, axes = walker.question.base, walker.space.axes
    k = walker.space.names.index("k_R")
    gap = base["l_R"] - base["k_R"]
    slope = [Fraction(0)] * len(axes)
    slope[k] = Fraction(1 if gap > 0 else -1)
    end = abs(gap) / axes[k].step * Fraction(99, 100)
    assert walker.first([Fraction(0)] * len(axes), slope, Fraction(0), end) is None
    slope[k] = -slope[k]
    assert walker.first([Fraction(0)] * len(axes), slope, Fraction(0), axes[k].room(1)) is None


def test_descending_ends_at_the_smallest_joint_change(walker: LineWalker) -> None:
    base, space = walker.question.base, walker.space
    steps = {a.name: a.step for a in space.axes}
    gap = base["l_R"] - base["k_R"]
    # Both move at once towards each other: t * (step_k + step_l) = |gap|.
    best = abs(gap) / sum(steps[n] for n in NAMES)
    k, line = space.names.index("k_R"), space.names.index("l_R")
    change = [Fraction(0)] * len(space.axes)
    turn = 1 if gap > 0 else -1
    change[k], change[line] = turn * 2 * best, -turn * Fraction(1, 2) * best
    assert walker.sought.at(change)
    gens = dict(zip(walker.question.algebra.names, walker.question.algebra.ring.gens, strict=True))
    cell = [Literal(gens["l_R"] - gens["k_R"], "<" if gap > 0 else ">")]
    flip = descend(walker, cell, change)
    assert flip is not None
    assert flip.size.rational == best


# ---- cells by themselves ---------------------------------------------------------------
def plane(norm: str):
    from deterrence.algebra.polynomials import Algebra

    algebra = Algebra(["a", "b"])
    axes = [MovingParameter(n, Fraction(0), Fraction(1)) for n in "ab"]
    return ChangeSpace(algebra, axes, norm), algebra.ring.gens  # type: ignore[arg-type]


@pytest.mark.parametrize(("norm", "size"), [("max", 1), ("sum", Fraction(3, 2))])
def test_the_smallest_change_in_a_polyhedron(norm: str, size: object) -> None:
    space, (a, b) = plane(norm)
    # a + 2b >= 3: (1, 1) is nearest by the largest part, (0, 3/2) by the sum.
    found = smallest_in(space, [Literal(a + 2 * b - 3, ">=")])
    assert found is not None
    assert space.size(found) == size
    assert found[0] + 2 * found[1] == 3


def test_an_empty_polyhedron_has_none() -> None:
    space, (a, _) = plane("max")
    assert smallest_in(space, [Literal(a - 1, ">"), Literal(a, "<")]) is None


@pytest.mark.parametrize(("norm", "size"), [("max", 1.0), ("sum", 2.0)])
def test_a_local_minimum_in_a_curved_cell(norm: str, size: float) -> None:
    space, (a, b) = plane(norm)
    # a * b >= 1: both norms have their least at (1, 1).
    start = [Fraction(3), Fraction(2)]
    found = smallest_nearby(space, [Literal(a * b - 1, ">=")], start)
    assert found is not None
    total = max(map(abs, found)) if norm == "max" else sum(map(abs, found))
    assert abs(total - size) < 1e-6
    assert found[0] * found[1] > 1 - 1e-6
