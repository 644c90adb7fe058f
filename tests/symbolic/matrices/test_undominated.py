"""Which supports are undominated, by the corners of best replies, on games full of ties."""

from __future__ import annotations

from fractions import Fraction

from dominance_witness import is_dominated
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.algebra.sign_formulas import SignFormula, constant
from deterrence.symbolic.matrices.undominated import best_replies

RING = Algebra(["t"]).ring


def signed(poly: RingElement, sign: str) -> SignFormula:
    """Return whether a number has a sign, as a formula."""
    return constant(Literal(poly, sign).holds(int(poly.LC) if poly else 0))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    row = st.lists(st.integers(0, 3), min_size=columns, max_size=columns)
    table = draw(st.lists(row, min_size=rows, max_size=rows))
    support = draw(st.lists(st.integers(0, rows - 1), min_size=1, unique=True))
    return table, support


@settings(max_examples=300)
@given(cases())
def test_supports_are_undominated_where_no_mixture_dominates(
    case: tuple[list[list[int]], list[int]],
) -> None:
    table, support = case
    replies = best_replies(RING, [[RING(u) for u in row] for row in table])
    found = replies.undominated(support, (), signed).constant
    mine = tuple(Fraction(k in support, len(support)) for k in range(len(table)))
    payoffs = [[Fraction(u) for u in row] for row in table]
    assert found is (not is_dominated(payoffs, mine))
