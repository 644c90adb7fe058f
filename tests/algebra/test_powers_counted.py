"""Powers are counted before they are multiplied out."""

from __future__ import annotations

import itertools
import math

import pytest

from deterrence import read_model
from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra, most_terms
from deterrence.errors import UnsupportedError

POWER = """
title: A sum to the twentieth power
form: strategic
players: [A, B]
parameters:
@
actions: {A: [a, b], B: [c, d]}
outcomes:
  x: {payoffs: {A: (p0+p1+p2+p3+p4+p5+p6+p7)**20, B: 0}}
  y: {payoffs: {A: 0, B: 1}}
game: [[x, y], [y, x]]
measures:
  war: {title: war, outcomes: [y]}
""".replace("@", "\n".join(f"  p{k}: {{title: t, default: 1, bounds: [0, 1]}}" for k in range(8)))


def multinomials(terms: int, power: int) -> int:
    """The terms of a power of a sum of as many names, one by one."""
    return len({tuple(sorted(c)) for c in itertools.product(range(terms), repeat=power)})


@pytest.mark.parametrize(("terms", "power"), [(1, 5), (2, 4), (3, 3), (4, 2), (3, 5)])
def test_the_bound_is_the_count_of_a_power_of_names(terms: int, power: int) -> None:
    assert most_terms(terms, power, 1, terms) == multinomials(terms, power)


@pytest.mark.parametrize("text", ["(a + b + 1)**4", "(a**2 + a + 1 + a**3)**5", "(a*b - c)**6"])
def test_no_power_has_more_terms_than_the_bound(text: str) -> None:
    algebra = Algebra(["a", "b", "c"])
    e = Expression.parse(text)
    base, _ = algebra.fraction(e.args[0])
    power = int(e.args[1].args[0])
    degree = max(map(sum, base.monoms()))
    result, _ = algebra.fraction(e)
    assert len(result) <= most_terms(len(base), power, degree, 3)


def test_what_is_too_large_is_refused_before_it_is_multiplied_out() -> None:
    names = [f"p{k}" for k in range(8)]
    algebra = Algebra(names)
    total = " + ".join(names)
    assert math.comb(27, 7) == 888_030
    for text in (f"({total})**20", f"1/({total})**20", f"({total})**10 * ({total})**10"):
        with pytest.raises(UnsupportedError, match="too many terms"):
            algebra.fraction(Expression.parse(text))
    small, _ = algebra.fraction(Expression.parse(f"({total})**5"))
    assert len(small) == math.comb(12, 7)


def test_verbs_for_all_values_say_so_and_those_at_values_go_on() -> None:
    model = read_model(POWER)
    with pytest.raises(UnsupportedError, match="too many terms"):
        model.regimes()
    assert model.solve().status == "complete"
