r"""The strategies that can be part of an extreme equilibrium, found once for a model.

A strategy with support :math:`S` that makes the replies :math:`T`, as many, equally good
has weights proportional to the signed minors :math:`(-1)^k \Delta(S \setminus s_k, T)` of the
other side's payoffs, and reply :math:`j` falls short by :math:`\pm\Delta(S, T \cup j)` in the
same scale, where for :math:`|R| = |S| + 1`

.. math:: \Delta(S, R) = \det\,(b_{i r} - b_{i r_0})_{i \in S,\; r \in R \setminus r_0}.

It is a strategy where the weights have one sign, and a vertex of the best-reply
polytope where no reply's shortfall has the other sign (Avis, Rosenberg, Savani and
von Stengel 2010, Economic Theory 42, section 3).  All of it is a matter of the signs
of the :math:`\Delta`, which are computed by Laplace's expansion, sharing sub-minors.

Games from ladders and trees tie many replies for all parameter values.  Which minors
vanish identically is known beforehand (:mod:`.field`), so such replies belong to the
vertex, its *closure*; only ties at single points are left to find.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.analysis.points.kernel.field import (
    ONE,
    PRIME,
    ZERO,
    ResidueField,
    Residues,
    inverse,
    negative,
    plus,
    times,
)
from deterrence.analysis.points.kernel.formulas import (
    FormulaReader,
    NodePolynomial,
    combine,
    degree,
)
from deterrence.analysis.points.kernel.graph import Graph

#: A node and the sign it is taken with; None is what vanishes identically.
Signed = tuple[int, int]

MinorKey = tuple[tuple[int, ...], tuple[int, ...]]

#: (action, action to subtract or -1, reply, reply to subtract).
_Difference = tuple[int, int, int, int]

#: (sign, difference of payoffs, smaller minor).
_Term = tuple[int, _Difference, MinorKey]


#: A side with more minors is left to the exact solver; 7x7 games have 3,003.
MAX_MINORS = 6_000


@dataclass(frozen=True)
class StructuralVertex:
    """A strategy of one side: actions ``support``, all best replies ``closure``.

    ``weights[k]`` is the node whose magnitude is the weight of action
    ``support[k]``.  ``literals`` are nodes with a sign: the strategy exists where
    all of them, taken with their signs, are positive, or all negative; ``may``
    says which of the two can be (1: positive, 2: negative, 3: either).  ``gaps``
    holds every reply outside the closure whose shortfall is a literal, with its
    node.  ``residues`` are the probabilities in the field.
    """

    support: tuple[int, ...]
    closure: tuple[int, ...]
    weights: tuple[int, ...]
    literals: tuple[Signed, ...]
    may: int
    gaps: tuple[tuple[int, int], ...]
    residues: tuple[Residues, ...]


@dataclass(frozen=True)
class Limit:
    """The error of a minor is at most ``slack(k) * sum(count * G**order)``, G the side's scale."""

    k: int
    terms: tuple[tuple[int, int], ...]


class TooLargeError(Exception):
    """The program would be too long."""


class StructuralSide:
    """All vertices of one side.

    ``payoffs[i][j]`` is what the *other* side earns with reply ``j`` against own
    action ``i``.  ``sign(p, residues)`` may know the sign of a difference of payoffs
    for all parameter values that count (1, -1, or 0 for unknown).
    """

    def __init__(
        self,
        formulas: FormulaReader,
        payoffs: Sequence[Sequence[NodePolynomial]],
        sign: Callable[[NodePolynomial, Residues], int] = lambda _, __: 0,
        max_minors: int = MAX_MINORS,
    ) -> None:
        self.formulas, self.payoffs, self._sign = formulas, payoffs, sign
        self.graph: Graph = formulas.graph
        self.actions, self.replies = len(payoffs), len(payoffs[0])
        self.field = ResidueField(self.graph)
        self.max_minors = max_minors
        self._entries: dict[_Difference, Signed | None] = {}
        self._polynomials: list[NodePolynomial] = []
        self._residues: dict[MinorKey, Residues] = {}
        self._minors: dict[MinorKey, Signed | None] = {}
        self._by_residues: dict[Residues, Signed] = {}
        self.limits: dict[int, Limit] = {}
        #: Nodes whose sign is known beforehand.
        self._signs: dict[int, int] = {}
        self._columns = [[self.field.value(formulas.emit(p)) for p in row] for row in payoffs]
        self._check_size()
        self.vertices = self._find()

    def _check_size(self) -> None:
        """Raise :class:`TooLargeError` before any work is done in vain."""
        sizes = range(1, min(self.actions, self.replies) + 1)
        count = sum(math.comb(self.actions, k) * math.comb(self.replies, k + 1) for k in sizes)
        if count > self.max_minors:
            raise TooLargeError

    # ---- minors -------------------------------------------------------
    def _residue(self, support: tuple[int, ...], replies: tuple[int, ...]) -> Residues:
        """Return the minor in the field."""
        if not support:
            return ONE
        key = support, replies
        if key not in self._residues:
            total = ZERO
            first, last = replies[0], replies[-1]
            for k, i in enumerate(support):
                entry = plus(self._columns[i][last], self._columns[i][first], -1)
                if entry != ZERO:
                    rest = self._residue(support[:k] + support[k + 1 :], replies[:-1])
                    sign = -1 if (k + len(support) - 1) % 2 else 1
                    total = plus(total, times(entry, rest), sign)
            self._residues[key] = total
        return self._residues[key]

    def _difference(self, key: _Difference) -> Residues:
        """Return a difference of payoffs in the field."""
        i, other, reply, base = key
        found = plus(self._columns[i][reply], self._columns[i][base], -1)
        if other >= 0:
            less = plus(self._columns[other][reply], self._columns[other][base], -1)
            found = plus(found, less, -1)
        return found

    def _entry(self, key: _Difference) -> Signed | None:
        """Return a difference of payoffs, or a difference of two such, as a node with its sign."""
        if key not in self._entries:
            i, other, reply, base = key
            p = combine(self.payoffs[i][reply], self.payoffs[i][base], -1)
            if other >= 0:
                less = combine(self.payoffs[other][reply], self.payoffs[other][base], -1)
                p = combine(p, less, -1)
            residues = self._difference(key)
            if not p or residues == ZERO:
                self._entries[key] = None
            else:
                sign = 1 if p[min(p)] > 0 else -1
                p = combine({}, p, sign)
                node = self.formulas.emit(p)
                self._polynomials.append(p)
                self.limits.setdefault(node, Limit(self.graph.bound(node)[1], ((1, 1),)))
                direction = sign * self._sign(combine({}, p, sign), residues)
                self._signs[node] = self._signs.get(node) or direction
                self._entries[key] = node, sign
        return self._entries[key]

    def minor(self, support: tuple[int, ...], replies: tuple[int, ...]) -> Signed | None:
        """Return the minor as a node with its sign."""
        if not support:
            return self.graph.one, 1
        key = support, replies
        if key not in self._minors:
            residues = self._residue(support, replies)
            if residues == ZERO:
                self._minors[key] = None
            elif residues in self._by_residues:
                self._minors[key] = self._by_residues[residues]
            else:
                node, sign = self._expand(support, replies)
                self._minors[key] = node, sign
                self._by_residues[residues] = node, sign
                self._by_residues[negative(residues)] = node, -sign
        return self._minors[key]

    def _expand(self, support: tuple[int, ...], replies: tuple[int, ...]) -> Signed:
        """Build the minor from smaller ones, along the row or column with the fewest terms."""
        size = len(support)
        base = replies[0]
        if size == 1:
            entry = self._entry((support[0], -1, replies[1], base))
            assert entry is not None
            return entry

        # A term is (sign, difference of payoffs, smaller minor).  Differences are taken to
        # the first reply, or, along the first and the last column, to the reply before;
        # along a row, perhaps, less those of a neighbouring action.  The determinant is
        # the same, the terms are fewer and smaller.
        def term(q: int, k: int, first: int, left: tuple[int, ...], step: int = 0) -> _Term | None:
            other = support[k + step] if step else -1
            entry = support[k], other, replies[q + 1], first
            minor = support[:k] + support[k + 1 :], left
            if self._difference(entry) == ZERO or self._residue(*minor) == ZERO:
                return None
            return (-1 if (q + k) % 2 else 1), entry, minor

        def without(q: int) -> tuple[int, ...]:
            return replies[: q + 1] + replies[q + 2 :]

        every = range(size)
        last = size - 1
        lines = [
            [term(last, k, replies[-2], replies[:-1]) for k in every],
            [term(0, k, base, replies[1:]) for k in every],
            *([term(q, k, base, without(q)) for k in every] for q in reversed(every)),
            *([term(q, k, base, without(q)) for q in every] for k in every),
            *([term(q, k, base, without(q), -1) for q in every] for k in every[1:]),
            *([term(q, k, base, without(q), 1) for q in every] for k in every[:-1]),
        ]
        found = min(([t for t in line if t] for line in lines), key=len)
        terms = []
        for sign, entry_key, minor_key in found:
            entry, rest = self._entry(entry_key), self.minor(*minor_key)
            assert entry is not None
            assert rest is not None
            terms.append((sign * entry[1] * rest[1], entry[0], rest[0]))
        return self._sum(terms)

    def _sum(self, terms: list[tuple[int, int, int]]) -> Signed:
        """Return the sum of signed products, and record what bounds its error."""
        graph = self.graph
        terms.sort(key=lambda t: -t[0])
        turned = terms[0][0]
        node, k, directions = graph.zero, 0, set()
        orders: dict[int, int] = {}
        for sign, a, b in terms:
            product = graph.mul(a, b)
            node = graph.add(node, product) if sign == turned else graph.sub(node, product)
            directions.add(sign * turned * self._signs[a] * self._signs[b])
            one, two = self.limits[a], self.limits[b]
            k = max(k, one.k + two.k + 1)
            for (o1, c1), (o2, c2) in itertools.product(one.terms, two.terms):
                orders[o1 + o2] = orders.get(o1 + o2, 0) + c1 * c2
        known = Limit(k + len(terms) - 1, tuple(sorted(orders.items())))
        # The same node may be known from other terms: both bounds hold.
        self.limits.setdefault(node, known)
        direction = directions.pop() if len(directions) == 1 else 0
        self._signs[node] = self._signs.get(node) or direction
        return node, turned

    # ---- vertices -----------------------------------------------------
    def _find(self) -> list[StructuralVertex]:
        found: dict[MinorKey, StructuralVertex] = {}
        everything = range(self.replies)
        for size in range(1, min(self.actions, self.replies) + 1):
            for tight in itertools.combinations(everything, size):
                for support in itertools.combinations(range(self.actions), size):
                    weights = self._weights(support, tight)
                    if weights is None:
                        continue
                    gaps = {j: tuple(sorted((*tight, j))) for j in everything if j not in tight}
                    closure = tuple(
                        j
                        for j in everything
                        if j in tight or self._residue(support, gaps[j]) == ZERO
                    )
                    if (support, closure) in found:
                        continue
                    vertex = self._vertex(support, tight, closure, weights)
                    if vertex is not None:
                        found[support, closure] = vertex
        return sorted(found.values(), key=lambda v: (len(v.support), v.support, v.closure))

    def _weights(
        self, support: tuple[int, ...], tight: tuple[int, ...]
    ) -> tuple[Residues, ...] | None:
        """Return the probabilities in the field, None where there is no such strategy."""
        weights = []
        for k in range(len(support)):
            w = self._residue(support[:k] + support[k + 1 :], tight)
            if w == ZERO:
                return None
            weights.append(negative(w) if k % 2 else w)
        total = (sum(w[0] for w in weights) % PRIME, sum(w[1] for w in weights) % PRIME)
        if not total[0] or not total[1]:
            return None  # weights of one sign do not add up to nothing
        factor = inverse(total)
        return tuple(times(w, factor) for w in weights)

    def _vertex(
        self,
        support: tuple[int, ...],
        tight: tuple[int, ...],
        closure: tuple[int, ...],
        residues: tuple[Residues, ...],
    ) -> StructuralVertex | None:
        size = len(support)
        weights, gaps = [], []
        fixed = set()
        literals: dict[Signed, None] = {}

        def require(key: MinorKey, sign: int) -> int:
            minor = self.minor(*key)
            assert minor is not None
            node, turned = minor[0], sign * minor[1]
            constant = self.graph.value(node)
            if constant is not None:
                fixed.add(turned if constant > 0 else -turned)
            elif self._signs[node]:
                fixed.add(turned * self._signs[node])
            else:
                literals[node, turned] = None
            return node

        for k in range(size):
            rest = support[:k] + support[k + 1 :]
            weights.append(require((rest, tight), -1 if k % 2 else 1))
        for j in range(self.replies):
            if j not in closure:
                sign = -1 if (size + sum(t > j for t in tight)) % 2 else 1
                gaps.append((j, require((support, tuple(sorted((*tight, j)))), sign)))
        if len(fixed) == 2 or any((node, -sign) in literals for node, sign in literals):
            return None  # two weights or shortfalls that never have the same sign
        may = 3 if not fixed else 1 if fixed == {1} else 2
        return StructuralVertex(
            support, closure, tuple(weights), tuple(literals), may, tuple(gaps), residues
        )

    # ---- scale --------------------------------------------------------
    @property
    def degree(self) -> int:
        """The highest total degree of a difference of payoffs."""
        return max(map(degree, self._polynomials), default=0)

    def scale(self) -> int:
        """Return the node of a number that no entry's magnitude exceeds, at any point.

        It is a sum over all monomials that occur, each with its largest coefficient,
        or, where payoffs are given exactly, the largest difference.
        """
        if not self.graph.inputs_rounded:
            most = self.graph.zero
            for p in self._polynomials:
                most = self.graph.larger(most, self.graph.bound(self.formulas.emit(p))[0])
            return most
        largest: NodePolynomial = {}
        for p in self._polynomials:
            for monomial, c in p.items():
                largest[monomial] = max(abs(c), largest.get(monomial, abs(c)))
        return self.formulas.emit(largest, lambda atom: self.graph.bound(atom)[0])


def pairs_of(
    rows: Sequence[StructuralVertex], columns: Sequence[StructuralVertex]
) -> list[tuple[int, int]]:
    """Return the pairs of vertices that are equilibria where both exist, in the order of answers.

    That order is by the number of actions used, then by the actions, then by the
    best replies, the row player first.
    """
    with_support: dict[tuple[int, ...], list[int]] = {}
    for j, w in enumerate(columns):
        with_support.setdefault(w.support, []).append(j)
    closures = [frozenset(w.closure) for w in columns]
    found = [
        (i, j)
        for i, v in enumerate(rows)
        for size in range(1, len(v.closure) + 1)
        for support in itertools.combinations(v.closure, size)
        for j in with_support.get(support, ())
        if closures[j].issuperset(v.support)
    ]

    def key(pair: tuple[int, int]) -> tuple[object, ...]:
        v, w = rows[pair[0]], columns[pair[1]]
        return (len(v.support) + len(w.support), v.support, w.support, v.closure, w.closure)

    return sorted(found, key=key)


def sides_of(
    formulas: FormulaReader,
    row: Sequence[Sequence[NodePolynomial]],
    column: Sequence[Sequence[NodePolynomial]],
    **options: Any,
) -> tuple[StructuralSide, StructuralSide]:
    """Return both sides of a game with payoffs ``row[i][j]`` and ``column[i][j]``."""
    turned = [list(replies) for replies in zip(*row, strict=True)]
    return StructuralSide(formulas, column, **options), StructuralSide(formulas, turned, **options)
