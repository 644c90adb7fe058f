"""Limits beyond which a sign computed in floats is believed.

>>> from deterrence.analysis.points.kernel.graph import Graph
>>> g = Graph()
>>> value, limit, true = comparison(g, g.compare(">=", g.input("a")))
>>> g.ops[value], true
('input', 5)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from deterrence.analysis.points.kernel.graph import UNIT, Graph, slack
from deterrence.analysis.points.kernel.structure import Limit, StructuralSide

#: Underflow errs by 2**-1075; with inputs and orders bounded, never by more than this.
FLOOR = 2.0**-340

#: Relative error of one operation, with room for what the bounds themselves are off by.
ROUNDING = 1.25 * UNIT
#: Error bounds are sums in floats themselves; they are enlarged by this factor.
MARGIN = 1.0 + 1e-6

#: Bits of magnitude of inputs, times the degree in them, that keep clear of over- and underflow.
BITS = 700


def bits(sides: Sequence[StructuralSide]) -> int:
    """Return how many bits inputs may have, up and down, so that nothing over- or underflows."""
    most = 1
    for side in sides:
        order = max((o for limit in side.limits.values() for o, _ in limit.terms), default=1)
        most = max(most, order * max(1, side.degree))
    return bits_of(most)


def bits_of(order: int) -> int:
    """Return the same for formulas of a degree in the inputs."""
    return max(10, min(60, BITS // max(1, order)))


def comparison(graph: Graph, n: int) -> tuple[int, int, int]:
    """Return a truth node as (value, error bound, what counts as true); see ``judge``."""
    if graph.ops[n] == "truth":
        value, limit = graph.args[n]
        true = {"<": 2, "<=": 6, ">": 1, ">=": 5, "==": 4, "!=": 3}[graph.data[n]]
        return value, limit, true
    # Any other truth is 1, 0 or nan; nan is within no bound.
    return graph.sub(n, graph.constant(Fraction(1, 2))), graph.constant(Fraction(1, 4)), 1


def fine_limit(graph: Graph, n: int) -> int:
    """Return the node of a minor's own error bound."""
    magnitude, k = graph.bound(n)
    return graph.add(graph.mul(graph.constant(slack(k)), magnitude), graph.constant(FLOOR))


def limit_node(graph: Graph, scale: int, limit: Limit) -> int:
    """Return the node of the bound that a side's scale gives for a minor."""
    total = graph.constant(FLOOR)
    for order, count in limit.terms:
        factor = graph.constant(slack(limit.k) * count)
        total = graph.add(total, graph.mul(factor, graph.power(scale, order)))
    return total
