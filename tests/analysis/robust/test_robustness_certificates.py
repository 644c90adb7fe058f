"""Certificates are checked by a fresh solver, and are not empty."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
import z3
from brink import BRINK

from deterrence import load_model
from deterrence.analysis.robust import robustness
from deterrence.analysis.robust.results import SmallestChange

CASES = [
    (BRINK, "war == 0", "max"),
    (BRINK, "war == 0", "sum"),
    (BRINK, "war <= 1/10", "max"),
    ("chicken", "war == 0", "max"),
    ("called-bluff", "war == 0", "max"),
    ("inspection", "violation <= 1/10", "sum"),
    ("crisis-pairs", "war <= 1/10", "max"),
]


def questions(text: str) -> list[str]:
    """Return the parts of a certificate that are asked one by one."""
    return text.split("(reset)")


def answer_to(text: str) -> Any:
    """Return z3's answer to one question, from the text alone."""
    solver = z3.SolverFor("QF_NRA", ctx=z3.Context())
    solver.set("timeout", 20_000)
    solver.from_string(re.sub(r"\(set-logic [A-Z_]+\)|\(check-sat\)", "", text))
    return solver.check()


@pytest.mark.parametrize(("name", "statement", "norm"), CASES)
def test_every_question_is_unsatisfiable(name: str, statement: str, norm: str) -> None:
    answer = load_model(name).robustness(statement, norm=norm)
    proven = [c for c in answer.answers if c.certainty == "proven"]
    assert proven
    for change in proven:
        certificate = change.certificate
        assert certificate is not None
        assert certificate.checked
        assert certificate.smtlib.count("(check-sat)") == certificate.questions
        assert certificate.radius == change.upper
        for part in questions(certificate.smtlib):
            assert answer_to(part) == z3.unsat
        if not change.impossible:
            check_without_the_ball(change)


def check_without_the_ball(change: SmallestChange) -> None:
    """Without the assertion on the size, the questions are satisfiable: they do say something."""
    assert change.certificate is not None
    free = []
    for part in questions(change.certificate.smtlib):
        kept = [
            line
            for line in part.splitlines()
            if not line.startswith(("(assert (< (- ", "(assert (< (+ 0.0 "))
        ]
        assert len(kept) < len(part.splitlines())
        free.append(answer_to("\n".join(kept)))
    assert z3.sat in free


def test_time_that_runs_out_leaves_proven_bounds_around_the_truth() -> None:
    model = load_model(BRINK)
    answer = model.robustness("war == 0", quantifier="every", time_limit=0.02)
    change = answer.every
    known = model.robustness("war == 0", quantifier="every").every
    assert change.lower is not None
    assert change.lower.decimal <= known.radius <= change.radius
    if change.certainty == "bounds":
        assert not answer.complete
        assert not change.impossible


def test_numbers_and_dictionaries() -> None:
    answer = load_model("chicken").robustness("war == 0")
    data = answer.to_dict()
    assert data["schema"] == 1
    every, some = data["answers"]
    assert every["upper"] == {"exact": "1/10", "decimal": 0.1}
    assert some["impossible"] is True
    assert some["upper"] is None
    alone = {(a["parameter"], a["direction"]): a for a in every["alone"]}
    assert alone["T_A", -1]["threshold"]["exact"] == "0"
    assert alone["T_A", -1]["attained"] is True
    assert alone["S_A", 1]["distance"] is None
    assert Fraction(every["witness"]["T_A"]) - Fraction(every["witness"]["R_A"]) == 0
    assert "nothing smaller does it. [proven]" in " ".join(str(answer).split())


def test_bounds_are_close_and_certified_where_the_optimum_is_curved() -> None:
    """The best mixture of changes is no corner of the ball: exact bounds, near each other."""
    answer = robustness(load_model("chicken"), "loss <= 1/4", quantifier="some", effort=4)
    change = answer.some
    assert change.lower is not None
    assert change.upper is not None
    assert change.lower.decimal <= change.upper.decimal < 1.05 * change.lower.decimal
    assert change.witness is not None
    certificate = change.certificate
    assert certificate is not None
    assert certificate.radius == change.lower
    for part in questions(certificate.smtlib):
        assert answer_to(part) == z3.unsat


def test_a_cut_ball_is_covered_and_every_box_is_asked_about() -> None:
    """A sum of changes over many parameters is proven box by box, and still checks."""
    from deterrence.algebra.roots import exact_number
    from deterrence.analysis.robust.ball_proofs import BallProver
    from deterrence.analysis.robust.change_space import ChangeSpace
    from deterrence.analysis.robust.matrix_question import MatrixQuestion
    from deterrence.analysis.robust.moving_parameters import axes_of
    from deterrence.analysis.robust.sought import SoughtStatus

    model = load_model("crisis-pairs")
    question = MatrixQuestion(model, "war <= 1/10", list(model.parameters))
    space = ChangeSpace(question.algebra, axes_of(model, question.symbols, question.base), "sum")
    clearance = BallProver(SoughtStatus(question, space, "every", True))
    radius = exact_number(Fraction(1, 20))
    box = space.box(radius.low)
    whole = clearance._split(radius, True, box, end=float("inf"))
    assert whole.answer == "unsat"
    halves = clearance._halves(box)
    assert len(halves) == 2
    sides = [k for k in range(len(box)) if halves[0][k] != halves[1][k]]
    assert len(sides) == 1
    (k,) = sides
    assert halves[0][k][0] == box[k][0]
    assert halves[0][k][1] == halves[1][k][0] == 0
    assert halves[1][k][1] == box[k][1]
    # Each half, on one side of the base, is asked about with a size that is linear there.
    for half in halves:
        proof = clearance._ask(radius, True, half, 20.0, cut=True)
        assert proof.answer == "unsat"
        for text in proof.texts:
            assert answer_to(text) == z3.unsat
