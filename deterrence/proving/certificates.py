r"""Impossibility by a sum of products: certificates that anybody can check by multiplying out.

If positive polynomials :math:`p_1, \dots, p_k` and products of them add up, with
positive weights, to the zero polynomial, they cannot all be positive at one
point (Krivine 1964; Handelman 1988, Pacific Journal of Mathematics 132).  The
weights are found by a linear programme over products of bounded degree, in
floats, and then solved for again over the rationals: only an identity that
holds exactly counts.  Minors of one matrix are tied together by such
identities (Sylvester, Dodgson, Pluecker), which is why few products are enough
where a general solver for polynomial inequalities is lost.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.rings import RingElement, occurring
from deterrence.limits import work

#: Products up to which a programme is tried.
_MAX_COLUMNS = 9_000
#: Seconds for one linear programme.
_LP_SECONDS = 3.0
#: Weights below this part of the largest are taken as zero before the exact solution.
_NEGLIGIBLE = 1e-11
#: Polynomials with more terms are used once in a product, shorter ones repeatedly.
_SHORT = 4

#: Bits of a code per variable, and of a whole code.
_BITS, _WORD = 6, 60
#: What is tried in turn: degree above that of the polynomials, and the same for boxed variables.
_DEGREES = ((0, 1), (1, 1), (1, 2))

CodedPolynomial = dict[int, int]


@dataclass(frozen=True)
class Positive:
    """A polynomial that is positive (``strict``) or at least not negative.

    ``source`` is what makes it so: anything hashable, None for an assumption.
    """

    poly: RingElement
    strict: bool
    source: Any = None


@dataclass(frozen=True)
class Identity:
    """``sum(weight * product of factors) == 0``, exactly, with all weights positive."""

    terms: tuple[tuple[int, tuple[Positive, ...]], ...]

    @property
    def sources(self) -> frozenset[Any]:
        """What the contradiction rests on, assumptions apart."""
        return frozenset(
            f.source for _, product in self.terms for f in product if f.source is not None
        )

    def check(self) -> bool:
        """Multiply out: the sum vanishes, weights are positive, one product is strict."""
        total: Any = 0
        for weight, product in self.terms:
            value: Any = weight
            for factor in product:
                value = value * factor.poly
            total = total + value
        strict = any(all(f.strict for f in product) for _, product in self.terms)
        return strict and not total and all(weight > 0 for weight, _ in self.terms)


class _Space:
    """Polynomials as ``{code of powers: coefficient}``; codes of products add.

    A variable x between 0 and 1 has two places, for x and for 1 - x, and every
    polynomial is written homogeneously in the two, so that multiplying by
    ``x^i (1 - x)^j`` only shifts the code.
    """

    def __init__(self, positives: Sequence[Positive], boxed: Sequence[int]) -> None:
        used = {k for p in positives for k in occurring(p.poly)}
        self.boxed = [k for k in boxed if k in used]
        self.free = sorted(used - set(self.boxed))
        self.places = len(self.free) + 2 * len(self.boxed)

    def box_code(self, n: int, x: int, y: int) -> int:
        """Return the code of ``x^x (1 - x)^y`` for boxed variable number ``n``."""
        place = len(self.free) + 2 * n
        return (x << (_BITS * place)) + (y << (_BITS * (place + 1)))

    def terms(self, poly: RingElement) -> CodedPolynomial:
        """Return a polynomial, homogeneous in the two places of every boxed variable."""
        height = self.box_degrees(poly)
        result: CodedPolynomial = {}
        for powers, c in poly.terms():
            parts = {sum(int(powers[k]) << (_BITS * n) for n, k in enumerate(self.free)): int(c)}
            for n, (k, top) in enumerate(zip(self.boxed, height, strict=True)):
                e = int(powers[k])  # x^e = x^e (x + (1 - x))^(top - e)
                binomial = {
                    self.box_code(n, top - j, j): math.comb(top - e, j) for j in range(top - e + 1)
                }
                parts = _times(parts, binomial)
            for code, value in parts.items():
                result[code] = result.get(code, 0) + value
        return result

    def degree(self, poly: RingElement) -> int:
        """Return the total degree in the variables without a box."""
        return max(sum(int(powers[k]) for k in self.free) for powers in poly)

    def box_degrees(self, poly: RingElement) -> tuple[int, ...]:
        """Return the degree in every boxed variable."""
        return tuple(max(int(powers[k]) for powers in poly) for k in self.boxed)

    def is_homogeneous(self, poly: RingElement) -> bool:
        """Say whether all terms have one degree in the variables without a box."""
        return len({sum(int(powers[k]) for k in self.free) for powers in poly}) <= 1


def _times(p: CodedPolynomial, q: CodedPolynomial) -> CodedPolynomial:
    result: CodedPolynomial = {}
    for a, x in p.items():
        for b, y in q.items():
            result[a + b] = result.get(a + b, 0) + x * y
    return result


def refute(
    positives: Sequence[Positive],
    boxed: Sequence[tuple[int, Positive, Positive]] = (),
    *,
    deadline: float | None = None,
) -> Identity | None:
    """Return a proof that the polynomials cannot all be positive, or None.

    ``boxed`` gives the variables between 0 and 1 as (index, x, 1 - x).  None
    says nothing: no identity of low degree was found.
    """
    space = _Space(positives, [k for k, _, _ in boxed])
    hard = [p for p in positives if len(p.poly) > _SHORT or space.degree(p.poly) > 1]
    if not hard or space.places * _BITS > _WORD:
        return None
    top = max(space.degree(p.poly) for p in hard)
    heights = [space.box_degrees(p.poly) for p in hard]
    height = tuple(max(column) for column in zip(*heights, strict=True))
    pairs = {k: (low, high) for k, low, high in boxed}
    for extra, more in _DEGREES:
        if deadline is not None and work.over(deadline):
            return None
        programme = _Programme(space, pairs, top + extra, tuple(h + more for h in height))
        if not programme.fill(positives, hard):
            return None
        found = programme.solve()
        if found is not None:
            return found
    return None


class _Programme:
    """All products of the wanted degrees, and the linear programme over their weights."""

    def __init__(
        self,
        space: _Space,
        pairs: dict[int, tuple[Positive, Positive]],
        degree: int,
        height: tuple[int, ...],
    ) -> None:
        self.space, self.pairs, self.degree, self.height = space, pairs, degree, height
        #: Products without powers of boxed variables: terms, factors, room for those powers.
        self.products: list[tuple[CodedPolynomial, tuple[Positive, ...], tuple[int, ...]]] = []
        #: One column: number of its product, and the powers x^i (1 - x)^j.
        self.columns: list[tuple[int, tuple[tuple[int, int], ...]]] = []

    def fill(self, positives: Sequence[Positive], hard: Sequence[Positive]) -> bool:
        """Make the columns; return whether there are few enough."""
        space = self.space
        easy = [p for p in positives if p not in hard and space.degree(p.poly) == 1]
        if not all(space.is_homogeneous(p.poly) for p in positives):
            easy.append(Positive(positives[0].poly.ring.one, True))
        fillers = [p for p in positives if p not in hard and space.degree(p.poly) == 0]
        fillers = [p for p in fillers if not any(p in pair for pair in self.pairs.values())]
        known = {id(p): space.terms(p.poly) for p in (*easy, *hard, *fillers)}
        heights = {id(p): space.box_degrees(p.poly) for p in (*easy, *hard, *fillers)}
        heads: list[tuple[Positive, ...]] = [(), *((h,) for h in hard)]
        heads += itertools.combinations_with_replacement(hard, 2)
        heads += [(*head, f) for head in heads for f in fillers]
        for head in heads:
            left = self.degree - sum(space.degree(p.poly) for p in head)
            stack = [(0, left, head, {0: 1}, self.height)] if left >= 0 else []
            for p in head:
                stack = [
                    (0, left, head, _times(terms, known[id(p)]), _minus(room, heights[id(p)]))
                    for _, _, _, terms, room in stack
                ]
            # Products are built one factor at a time, so that each is one multiplication.
            while stack:
                first, todo, product, terms, room = stack.pop()
                if any(r < 0 for r in room):
                    continue
                if todo:
                    stack += [
                        (
                            k,
                            todo - 1,
                            (*product, p),
                            _times(terms, known[id(p)]),
                            _minus(room, heights[id(p)]),
                        )
                        for k, p in enumerate(easy[first:], first)
                    ]
                    continue
                number = len(self.products)
                self.products.append((terms, product, room))
                splits = [[(i, r - i) for i in range(r + 1)] for r in room]
                self.columns += [(number, powers) for powers in itertools.product(*splits)]
                if len(self.columns) > _MAX_COLUMNS:
                    return False
        return True

    def _factors(self, column: int) -> tuple[Positive, ...]:
        number, powers = self.columns[column]
        boxes = [
            p
            for k, (i, j) in zip(self.space.boxed, powers, strict=True)
            for p in (self.pairs[k][0],) * i + (self.pairs[k][1],) * j
        ]
        return (*self.products[number][1], *boxes)

    def _shift(self, column: int) -> int:
        return sum(self.space.box_code(n, i, j) for n, (i, j) in enumerate(self.columns[column][1]))

    def solve(self) -> Identity | None:
        """Solve in floats, then exactly on the products that have weight."""
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import csr_matrix

        strict = np.array([all(f.strict for f in self._factors(k)) for k in self._range])
        if not strict.any():
            return None
        arrays = []
        for terms, _, _ in self.products:
            values = np.array([float(c) for c in terms.values()])
            arrays.append((np.fromiter(terms, dtype=np.int64), values / np.abs(values).max()))
        codes = [arrays[n][0] + self._shift(k) for k, (n, _) in enumerate(self.columns)]
        entries = [arrays[n][1] for n, _ in self.columns]
        which = np.repeat(np.arange(len(codes)), [len(c) for c in codes])
        known, where = np.unique(np.concatenate(codes), return_inverse=True)
        yes = np.flatnonzero(strict)
        last = len(known)
        matrix = csr_matrix(
            (
                np.concatenate([*entries, np.ones(len(yes))]),
                (
                    np.concatenate([where, np.full(len(yes), last)]),
                    np.concatenate([which, yes]),
                ),
            ),
            shape=(last + 1, len(codes)),
        )
        right = np.zeros(last + 1)
        right[last] = 1.0
        answer = linprog(
            np.zeros(len(codes)),
            A_eq=matrix,
            b_eq=right,
            method="highs-ds",
            options={"time_limit": _LP_SECONDS},
        )
        if answer.status != 0:
            return None
        chosen = [int(k) for k in np.flatnonzero(answer.x > _NEGLIGIBLE * answer.x.max())]
        shifted = [
            {code + self._shift(k): c for code, c in self.products[self.columns[k][0]][0].items()}
            for k in chosen
        ]
        weights = _exact_weights(shifted)
        if weights is None:
            return None
        found = Identity(
            tuple((w, self._factors(k)) for w, k in zip(weights, chosen, strict=True) if w)
        )
        return found if found.check() else None

    @property
    def _range(self) -> range:
        return range(len(self.columns))


def _minus(room: tuple[int, ...], height: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(r - h for r, h in zip(room, height, strict=True))


def _exact_weights(columns: Sequence[CodedPolynomial]) -> list[int] | None:
    """Return the positive whole weights, unique up to scale, with which columns cancel."""
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    codes = sorted({code for terms in columns for code, c in terms.items() if c})
    rows = {
        n: {k: QQ(terms[code]) for k, terms in enumerate(columns) if terms.get(code)}
        for n, code in enumerate(codes)
    }
    matrix = DomainMatrix(rows, (len(codes), len(columns)), QQ)
    kernel = matrix.nullspace().to_dense().rep.to_ddm()
    if len(kernel) != 1:
        return None
    scale = math.lcm(*(int(w.denominator) for w in kernel[0]))
    weights = [int(w.numerator) * (scale // int(w.denominator)) for w in kernel[0]]
    if sum(weights) < 0:
        weights = [-w for w in weights]
    return weights if all(w >= 0 for w in weights) and any(weights) else None


class Refuter:
    """Looks for identities that refute literals, in a prover's coordinates.

    ``facts`` are the assumptions as (polynomial, strict) in these coordinates;
    ``boxed`` the variables between 0 and 1; ``implied(literals, poly)`` says
    whether a polynomial is surely positive where the literals hold.
    """

    def __init__(
        self,
        facts: Sequence[tuple[RingElement, bool]],
        boxed: Sequence[int],
        implied: Callable[[Sequence[Any], RingElement], bool],
    ) -> None:
        self.facts, self.boxed, self.implied = list(facts), list(boxed), implied

    def refute(
        self, signed: Sequence[tuple[RingElement, bool, Any]], deadline: float | None = None
    ) -> tuple[Identity, frozenset[Any]] | None:
        """Refute polynomials (poly, strict, literal); return the proof and the literals in it."""
        positives = [Positive(p, strict, literal) for p, strict, literal in signed]
        if not any(len(p.poly) > _SHORT for p in positives):
            return None
        used = {k for p in positives for k in occurring(p.poly)}
        ring = positives[0].poly.ring
        for poly, strict in self.facts:
            names = occurring(poly)
            if names <= used and names:
                positives.append(Positive(poly, strict))
        easy = [p.source for p in positives if p.source is not None and len(p.poly) <= _SHORT]
        boxes = []
        for k in sorted(used):
            x = ring.gens[k]
            options = [x, 1 - x] if k in self.boxed else [x, -x]
            for poly in options:
                if Positive(poly, True) in positives:
                    continue
                if self.implied(easy, poly):
                    positives = [p for p in positives if p.poly != poly]
                    positives.append(Positive(poly, True, _Derived(poly)))
            if k in self.boxed:
                known = {p.poly: p for p in positives}
                if x in known and 1 - x in known:
                    boxes.append((k, known[x], known[1 - x]))
        found = refute(positives, boxes, deadline=deadline)
        if found is None:
            return None
        core: set[Any] = set()
        for source in found.sources:
            core |= set(easy) if isinstance(source, _Derived) else {source}
        return found, frozenset(core)


@dataclass(frozen=True)
class _Derived:
    """The sign of a variable, which follows from the easy literals."""

    poly: RingElement
