"""Families: equal results by exact distributions at points, regions by all points of a grid."""

from __future__ import annotations

import itertools
from fractions import Fraction

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover, SignDecision
from deterrence.symbolic.families import family_of
from deterrence.symbolic.found import ExistenceBranch, FoundEquilibrium
from deterrence.symbolic.matrices.grouping import group
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.vertices import SymbolicVertex

ALGEBRA = Algebra(["a", "b"])
SIMPLIFIER = Simplifier(Prover(ALGEBRA, [Expression.parse("a > 0"), Expression.parse("b > 0")]))
A, B = ALGEBRA.ring.gens
ONE = ALGEBRA.ring.one
GRID = [
    {"a": Fraction(2 * i + 1, 8), "b": Fraction(2 * j + 1, 9)}
    for i, j in itertools.product(range(20), repeat=2)
]


def branch(*literals: Literal) -> ExistenceBranch:
    return ExistenceBranch(tuple((lit,) for lit in literals), SignDecision("possible"))


def exists(region, point) -> bool:
    return any(all(lit.holds(ALGEBRA.evaluate(lit.poly, point)) for lit in term) for term in region)


def test_open_literals_are_strict_and_leave_points_out() -> None:
    literals = (Literal(A - B, ">="), Literal(A - 1, "!="), Literal(B - 1, "<"))
    assert branch(*literals).open_literals == (Literal(A - B, ">"), Literal(B - 1, "<"))
    tied = ExistenceBranch(((Literal(B, "=="), Literal(A - B, ">=")),), SignDecision("unknown"))
    assert tied.open_literals == (Literal(A - B, ">"),)


def test_members_within_others_are_redundant() -> None:
    wide = FoundEquilibrium(branches=(branch(Literal(A - B, ">")),))
    narrow = FoundEquilibrium(branches=(branch(Literal(A - 2 * B, ">=")),))
    other = FoundEquilibrium(branches=(branch(Literal(B - A, ">"), Literal(B - 1, ">")),))
    family = family_of([narrow, wide, other], SIMPLIFIER)
    assert family.pairs == (narrow, wide, other)
    assert set(family.essential) == {wide, other}
    for point in GRID:
        a, b = point["a"], point["b"]
        assert exists(family.region, point) == (a > b or (b > a and b > 1))


def test_a_member_within_the_union_of_others_is_redundant() -> None:
    left = FoundEquilibrium(branches=(branch(Literal(A - 1, "<")),))
    right = FoundEquilibrium(branches=(branch(Literal(A - 1, ">"), Literal(B - 1, "<")),))
    middle = FoundEquilibrium(branches=(branch(Literal(B - 1, "<"), Literal(2 * A - 1, ">")),))
    family = family_of([middle, left, right], SIMPLIFIER)
    for point in GRID:
        assert exists(family.region, point) == (point["a"] < 1 or point["b"] < 1)
    assert left in family.essential
    assert len(family.essential) == 2


def vertex(*weights) -> SymbolicVertex:
    """Return a mixture with these weights, actions without one left out."""
    used = [k for k, w in enumerate(weights) if w]
    return SymbolicVertex(tuple(used), (), tuple(weights[k] for k in used), ())


ROWS = [vertex(ONE, 0), vertex(0, ONE), vertex(A, B), vertex(A * B, B**2)]
COLUMNS = [vertex(ONE, 0, 0), vertex(0, ONE, 0), vertex(0, A, B), vertex(A, 0, B), vertex(B, A, A)]
#: The first two columns lead to the same result; in the second row all columns do.
KEYS = [["war", "war", "peace"], ["quo", "quo", "quo"]]


def distribution(pair: VertexPair, point) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    sides = []
    for v in (pair.row, pair.column):
        weights = [Fraction(ALGEBRA.evaluate(w, point)) for w in v.weights]
        sides.append({k: w / sum(weights) for k, w in zip(v.support, weights, strict=True)})
    for (i, x), (j, y) in itertools.product(sides[0].items(), sides[1].items()):
        found[KEYS[i][j]] = found.get(KEYS[i][j], Fraction(0)) + x * y
    return found


def test_groups_are_equal_distributions_over_cells() -> None:
    always = (branch(),)
    pairs = [VertexPair(x, y, branches=always) for x in ROWS for y in COLUMNS]
    families = group(pairs, KEYS, ALGEBRA.names, SIMPLIFIER)
    assert sorted(id(p) for f in families for p in f.pairs) == sorted(map(id, pairs))
    number = {id(p): k for k, f in enumerate(families) for p in f.pairs}
    some = GRID[7:400:41]
    for p, q in itertools.combinations(pairs, 2):
        same = all(distribution(p, point) == distribution(q, point) for point in some)
        assert (number[id(p)] == number[id(q)]) == same, (p, q)
