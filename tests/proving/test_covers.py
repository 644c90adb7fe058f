"""Covers and patterns of signs against all cells of an arrangement of lines, found by a grid."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.sign_formulas import (
    FALSE,
    TRUE,
    SignFormula,
    all_of,
    any_of,
    of_literal,
    of_region,
)
from deterrence.proving.conditions import Simplifier
from deterrence.proving.covers import cover, decide, in_words, mask, written
from deterrence.proving.prover import Prover
from deterrence.proving.sign_patterns import SignTheory

parse = Expression.parse
ALGEBRA = Algebra(["a", "b"])
PROVER = Prover(ALGEBRA, [parse("a > 0"), parse("b > 0")])
SIMPLIFIER = Simplifier(PROVER)
A, B = ALGEBRA.ring.gens
LINES = (A - B, A + B - 3, A - 2, B - 1)
THEORY = SignTheory(PROVER, LINES)
#: Off all lines; dense enough to meet each of their cells in the quadrant.
GRID = [
    {"a": Fraction(2 * i + 1, 16), "b": Fraction(2 * j + 1, 18)}
    for i, j in itertools.product(range(40), repeat=2)
]


def signs(point: dict[str, Fraction]) -> tuple[str, ...]:
    return tuple(">" if ALGEBRA.evaluate(p, point) > 0 else "<" for p in LINES)


CELLS = {signs(point): point for point in GRID}


def truth(formula: SignFormula, point: dict[str, Fraction]) -> bool:
    if formula.op == "literal":
        (literal,) = formula.parts
        return literal.holds(ALGEBRA.evaluate(literal.poly, point))
    return (all if formula.op == "and" else any)(truth(p, point) for p in formula.parts)


def some_formula(chosen: random.Random, depth: int) -> SignFormula:
    if depth == 0 or chosen.random() < 0.2:
        return of_literal(Literal(chosen.choice(LINES), chosen.choice("<>")))
    parts = [some_formula(chosen, depth - 1) for _ in range(chosen.randint(1, 3))]
    return chosen.choice((all_of, any_of))(parts)


@pytest.mark.parametrize("pattern", list(itertools.product("<>", repeat=len(LINES))))
def test_a_pattern_is_possible_iff_a_cell_has_it(pattern: tuple[str, ...]) -> None:
    literals = [Literal(p, s) for p, s in zip(LINES, pattern, strict=True)]
    decision = THEORY.decide([THEORY.boolean(lit) for lit in literals])
    assert decision.verdict == ("possible" if pattern in CELLS else "impossible")
    if decision.witness is not None:
        assert signs(dict(decision.witness)) == pattern


def test_what_is_needed_contradicts_by_itself() -> None:
    literals = [Literal(A - 2, ">"), Literal(A + B - 3, "<"), Literal(B - 1, "<")]
    outside = THEORY.boolean(Literal(B - 1, ">"))
    needed = THEORY.needed(literals, [outside])
    assert needed is not None
    assert set(needed) < set(literals)
    left = [lit for lit in needed if lit.poly != B - 1]
    assert len(left) == len(needed) - 1 or THEORY.refutes([*map(THEORY.boolean, needed), outside])
    assert THEORY.needed([Literal(A - 2, ">")], [outside]) is None


def test_what_is_needed_is_found_although_nothing_has_said_the_negations_before() -> None:
    """z3 numbers its formulas, and gives the number of one that nobody holds to the next.

    What is needed was looked up by these numbers: in a theory whose lemmas did not happen to
    hold the negations (a limit of time had cut them short) that was a KeyError, or another sign.
    """
    algebra = Algebra([f"x{k}" for k in range(6)])
    gens = algebra.ring.gens
    theory = SignTheory(Prover(algebra, [parse("x0 < 10")]), gens)
    outside = theory.any_of([theory.boolean(Literal(g, ">")) for g in gens[2:4]])
    needed = theory.needed([Literal(g, "<") for g in gens], [outside])
    assert needed == [Literal(g, "<") for g in gens[2:4]]


@pytest.mark.parametrize("seed", range(25))
def test_a_cover_is_its_formula_off_the_lines(seed: int) -> None:
    formula = some_formula(random.Random(seed), 3)
    terms, proven = cover(THEORY, SIMPLIFIER, formula)
    assert proven
    for point in CELLS.values():
        expected = truth(formula, point)
        assert truth(of_region(terms), point) == expected
        assert truth(formula.opposite(), point) != expected
    # None of the terms, and no literal of a term, can be spared.
    for k, term in enumerate(terms):
        others = of_region([*terms[:k], *terms[k + 1 :]])
        assert any(truth(of_region([term]), p) and not truth(others, p) for p in CELLS.values())
        for literal in term:
            rest = of_region([[lit for lit in term if lit != literal]])
            assert any(truth(rest, p) and not truth(formula, p) for p in CELLS.values())


@pytest.mark.parametrize("seed", range(12))
def test_a_cover_within_a_region_says_nothing_wrong_there(seed: int) -> None:
    chosen = random.Random(seed)
    formula, within = some_formula(chosen, 2), some_formula(chosen, 2)
    terms, proven = cover(THEORY, SIMPLIFIER, formula, within)
    assert proven
    for point in CELLS.values():
        if truth(within, point):
            assert truth(of_region(terms), point) == truth(formula, point)


@pytest.mark.parametrize("seed", range(12))
def test_formulas_hold_together_iff_in_a_cell(seed: int) -> None:
    chosen = random.Random(100 + seed)
    formulas = [some_formula(chosen, 2) for _ in range(3)]
    decision = decide(THEORY, *formulas)
    together = any(all(truth(f, p) for f in formulas) for p in CELLS.values())
    assert decision.verdict == ("possible" if together else "impossible")


def test_the_mask_of_a_formula_is_its_truth_at_the_samples() -> None:
    formula = some_formula(random.Random(7), 3)
    inside = mask(formula, THEORY)
    for column in range(0, inside.shape[0], 97):
        point = PROVER.point(column)
        off = all(ALGEBRA.evaluate(p, point) != 0 for p in LINES)
        assert bool(inside[column]) == (off and truth(formula, point))


def test_words() -> None:
    assert cover(THEORY, SIMPLIFIER, TRUE)[0] == [()]
    assert cover(THEORY, SIMPLIFIER, FALSE)[0] == []
    assert in_words(((),)) == "always"
    assert in_words(()) == "never"
    terms = written(SIMPLIFIER, [[Literal(A - B, ">"), Literal(B - 1, "<")], [Literal(A - 2, ">")]])
    assert in_words(terms) == "a > b and b < 1 or a > 2"
