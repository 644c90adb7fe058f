r"""Uniform variables under a forest of order constraints, drawn without rejection.

Payoffs such as ``c_DC > c_SQ > c_DD`` are guesses on overlapping ranges of which only the
order is certain.  Their distribution under the condition that the order holds is uniform on
the part of the box in which it does.  Where the constraints, as edges between variables, form
a forest (a chain is one), that distribution is a Markov field on it, and its conditional
distribution functions are piecewise polynomials: each variable's function is the integral of
its density times those of the variables beyond it (the sum-product algorithm; Kschischang,
Frey and Loeliger 2001, IEEE Transactions on Information Theory 47).  Inverting them one after
the other carries the unit cube to the ordered region (Rosenblatt 1952, Annals of Mathematical
Statistics 23), so that quasi-random nets stay even and no draw is thrown away.

>>> import numpy as np
>>> ordered = OrderedUniforms({"a": (0, 1), "b": (0, 1)}, [("a", "b")])
>>> ordered.share  # a < b in half of the square
0.5
>>> ordered.draw({"a": np.array([0.75]), "b": np.array([0.5])})["a"]  # 1 - (1 - a)^2 = 3/4
array([0.5])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.partitions import Partition
from deterrence.errors import ExpressionError

#: Halvings by which a distribution function is inverted within a piece.
_HALVINGS = 48

#: Variables of a tree, at most: the degree of the polynomials grows with them.
_MOST = 20

#: A constraint: the first variable is below the second.
Edge = tuple[str, str]
Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class PiecewisePolynomial:
    """A function on consecutive intervals, 0 below the first.

    ``breaks`` (m + 1) are their ends, ``parts`` (m x degree + 1) the coefficients, lowest
    first, in the place within the interval, from 0 to 1.
    """

    breaks: Any
    parts: Any

    def __mul__(self, other: PiecewisePolynomial) -> PiecewisePolynomial:
        import numpy as np

        pairs = zip(self.parts, other.parts, strict=True)
        return PiecewisePolynomial(self.breaks, np.array([np.convolve(a, b) for a, b in pairs]))

    def integral(self) -> PiecewisePolynomial:
        """Return the integral from the first break on."""
        import numpy as np

        widths = np.diff(self.breaks)[:, None]
        parts = np.zeros((self.parts.shape[0], self.parts.shape[1] + 1))
        parts[:, 1:] = widths * self.parts / np.arange(1, parts.shape[1])
        parts[1:, 0] = np.cumsum(parts.sum(axis=1))[:-1]
        return PiecewisePolynomial(self.breaks, parts)

    @property
    def end(self) -> float:
        """The value at the last break."""
        return float(self.parts[-1].sum())

    def from_end(self) -> PiecewisePolynomial:
        """Return how much less the function is than at its end."""
        parts = -self.parts
        parts[:, 0] += self.end
        return PiecewisePolynomial(self.breaks, parts)

    def at(self, x: Any) -> Any:
        """Return the values at places within the breaks (n)."""
        import numpy as np

        k = np.clip(np.searchsorted(self.breaks, x, side="right") - 1, 0, len(self.parts) - 1)
        return _horner(self.parts[k], (x - self.breaks[k]) / np.diff(self.breaks)[k])

    def places(self, values: Any) -> Any:
        """Return where a function that grows takes the values (n)."""
        import numpy as np

        starts = np.append(self.parts[:, 0], self.end)
        k = np.clip(np.searchsorted(starts, values, side="right") - 1, 0, len(self.parts) - 1)
        parts = self.parts[k]
        low, high = np.zeros(len(values)), np.ones(len(values))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = _horner(parts, middle) < values
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return self.breaks[k] + np.diff(self.breaks)[k] * (low + high) / 2


def _horner(parts: Any, s: Any) -> Any:
    result = parts[:, -1]
    for c in parts[:, -2::-1].T:
        result = result * s + c
    return result


class OrderedUniforms:
    """Variables, each uniform on its range, given that some of them are below others.

    ``ranges`` maps their names to their ends; ``edges`` must form a forest.  ``share`` is the
    part of the box in which all constraints hold; where it is 0 nothing can be drawn.
    """

    def __init__(self, ranges: Ranges, edges: Sequence[Edge]) -> None:
        self.ranges = dict(ranges)
        self.edges = tuple(edges)
        self.share = 1.0
        #: Name, the variable it hangs on, whether it is below that, its distribution function.
        self._steps: list[tuple[str, str, bool, PiecewisePolynomial]] = []
        trees = Partition(tuple(self.ranges))
        for low, high in edges:
            trees.join(low, high)
        for tree in trees.classes():
            self._plant(list(tree), [e for e in edges if e[0] in tree])

    def _plant(self, names: Sequence[str], edges: Sequence[Edge]) -> None:
        import numpy as np

        breaks = np.unique([end for name in names for end in self.ranges[name]])
        steps: list[tuple[str, str, bool, PiecewisePolynomial]] = []

        def walk(name: str, parent: str, below: bool) -> PiecewisePolynomial:
            at = len(steps)
            messages = [
                walk(high if low == name else low, name, high == name)
                for low, high in edges
                if name in (low, high) and parent not in (low, high)
            ]
            density = reduce(lambda f, g: f * g, messages, self._density(name, breaks))
            function = density.integral()
            steps.insert(at, (name, parent, below, function))
            return function if below else function.from_end()

        walk(names[0], "", True)
        self.share *= steps[0][3].end
        self._steps += steps

    def _density(self, name: str, breaks: Any) -> PiecewisePolynomial:
        low, high = self.ranges[name]
        inside = (breaks[:-1] >= low) & (breaks[1:] <= high)
        return PiecewisePolynomial(breaks, (inside / (high - low))[:, None])

    def draw(self, cube: Mapping[str, Any]) -> dict[str, Any]:
        """Return values (n) for each variable's coordinates in the unit cube (n)."""
        import numpy as np

        values: dict[str, Any] = {}
        for name, parent, below, function in self._steps:
            low, high = self.ranges[name]
            share = cube[name]
            if not parent:
                values[name] = function.places(share * function.end)
                continue
            limit = values[parent]
            cut = function.at(np.clip(limit, function.breaks[0], function.breaks[-1]))
            if below:
                found = np.minimum(function.places(share * cut), limit)
            else:
                rest = function.places(cut + share * (function.end - cut))
                found = np.maximum(rest, limit)
            values[name] = np.clip(found, low, high)
        return values


def forest(edges: Iterable[Edge], ranges: Ranges) -> list[Edge]:
    """Return edges that form a forest: of each cycle, those that bind most.

    Constraints that always hold, or follow from others, are left out, and of a cycle of
    variables one that is most often kept anyway; whoever draws has to reject the draws that
    break it.
    """
    every = [(a, b) for a, b in dict.fromkeys(edges) if ranges[a][1] > ranges[b][0]]
    needed = [e for e in every if not _follows(e, [f for f in every if f != e])]
    trees = Partition(tuple(ranges))
    kept = []
    for low, high in sorted(needed, key=lambda e: OrderedUniforms(_two(ranges, e), [e]).share):
        both = [c for c in trees.classes() if low in c or high in c]
        if len(both) == 2 and len(both[0]) + len(both[1]) <= _MOST:
            trees.join(low, high)
            kept.append((low, high))
    return kept


def _two(ranges: Ranges, edge: Edge) -> dict[str, tuple[float, float]]:
    return {name: ranges[name] for name in edge}


def _follows(edge: Edge, others: Sequence[Edge]) -> bool:
    """Say whether a constraint follows from a chain of others."""
    reached, new = set(), {edge[0]}
    while new:
        reached |= new
        new = {high for low, high in others if low in new} - reached
    return edge[1] in reached


def chains(edges: Sequence[Edge]) -> Iterator[tuple[str, ...]]:
    """Yield the constraints as chains, lowest first, each edge once.

    >>> list(chains([("b", "c"), ("a", "b"), ("x", "b")]))
    [('a', 'b', 'c'), ('x', 'b')]
    """
    left = list(edges)
    while left:
        start = next((e for e in left if not any(f[1] == e[0] for f in left)), left[0])
        chain = list(start)
        left.remove(start)
        while after := next((e for e in left if e[0] == chain[-1]), None):
            chain.append(after[1])
            left.remove(after)
        yield tuple(chain)


# ---- from assumptions ---------------------------------------------------------------
def ordered_by(
    assumptions: Iterable[Expression],
    ranges: Ranges,
    fixed: Mapping[str, Any],
) -> OrderedUniforms | None:
    """Return the variables that assumptions order, or hold above or below a fixed value.

    ``ranges`` are those of all variables that are uniform and tied by nothing else, ``fixed``
    the values of what does not vary.  ``None`` where nothing is ordered, or cannot be.

    >>> parse = Expression.parse
    >>> found = ordered_by([parse("0 < a < b < c")], {"a": (-1, 1), "b": (0, 1)}, {"c": 0.5})
    >>> found.ranges, found.share  # an eighth of [0, 1]^2, a half of the box
    ({'a': (0.0, 1), 'b': (0, 0.5)}, 0.0625)
    """  # fmt: skip
    cut, edges = dict(ranges), []
    for left, sign, right in (link for a in assumptions for link in _links(a)):
        if sign in (">", ">="):
            left, right = right, left
        names = [str(e) if e.op == "name" and str(e) in ranges else "" for e in (left, right)]
        if all(names):
            edges.append((names[0], names[1]))
        elif names[0] and (limit := _constant(right, fixed)) is not None:
            low, high = cut[names[0]]
            cut[names[0]] = low, min(high, limit)
        elif names[1] and (limit := _constant(left, fixed)) is not None:
            low, high = cut[names[1]]
            cut[names[1]] = max(low, limit), high
    bound = {n for e in edges for n in e} | {n for n in cut if cut[n] != tuple(ranges[n])}
    used = {name: cut[name] for name in cut if name in bound}
    if not used or any(low >= high for low, high in used.values()):
        return None
    found = OrderedUniforms(used, forest(edges, used))
    for name, (low, high) in used.items():
        found.share *= (high - low) / (ranges[name][1] - ranges[name][0])
    return found if found.share > 0 else None


def _links(e: Expression) -> Iterator[tuple[Expression, str, Expression]]:
    """Yield the comparisons without ``==`` and ``!=`` that an assumption is made of."""
    if e.op == "and":
        for child in e.children:
            yield from _links(child)
    elif e.op == "compare":
        for sign, left, right in zip(e.args[0], e.children, e.children[1:], strict=False):
            if sign in ("<", "<=", ">", ">="):
                yield left, sign, right


def _constant(e: Expression, fixed: Mapping[str, Any]) -> float | None:
    if not e.names <= fixed.keys():
        return None
    try:
        return float(e.evaluate(fixed))
    except (ExpressionError, ArithmeticError):
        return None
