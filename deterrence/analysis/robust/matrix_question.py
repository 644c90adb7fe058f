"""Where a statement holds in every, or in some, equilibrium: exact at every point.

Every extreme equilibrium, on ties too, is a pair of symbolic vertices whose
supports are best replies to each other (:mod:`deterrence.symbolic.matrices.vertices`).  So
"in every equilibrium" is a conjunction over pairs of *the pair is no equilibrium
here, or the statement holds in it*, and "in some" a disjunction of *the pair is an
equilibrium here, and the statement holds in it*: boolean combinations of signs of
polynomials, with nothing said about boundaries in general.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("chicken")
>>> question = MatrixQuestion(model, "war == 0", axes=["P_A"])
>>> len(question.sides[0]), question.symbols
(5, ('P_A',))
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.sign_formulas import (
    FALSE,
    TRUE,
    Possible,
    SignAt,
    SignFormula,
    all_of,
    any_of,
    literal,
)
from deterrence.analysis.robust.matrix_truths import Truths
from deterrence.analysis.robust.question import Question, Supports
from deterrence.analysis.robust.results import SAME, Quantifier
from deterrence.errors import IncompleteError, UnsupportedError
from deterrence.limits import work
from deterrence.symbolic.matrices.problem import problem_of
from deterrence.symbolic.matrices.vertices import SymbolicVertex, vertices

#: Vertices of one side beyond which the symbolic work is refused.
MAX_VERTICES = 1500


@dataclass(frozen=True, eq=False)
class VertexStrategy:
    """A vertex with its existence as a formula; ``gaps`` maps replies to shortfalls."""

    vertex: SymbolicVertex
    number: int
    exists: SignFormula
    gaps: Mapping[int, Any]


#: The strategies of the row player, and those of the column player.
Sides = Sequence[Sequence[VertexStrategy]]


#: Work seconds between two looks at the clock while strategies are formed.
_STEP = 5e-4


class MatrixQuestion(Question[Sides]):
    """A statement about the equilibria of a two-player game in strategic form.

    Raises :class:`UsageError` as :meth:`Model.values` does, and
    :class:`UnsupportedError` for statements that are no quotients of polynomials
    in any equilibrium, and for other than two players.  ``deadline`` (a moment of the work
    clock) bounds the work here: :class:`IncompleteError` says that it was not enough.
    """

    def _form(self, axes: Sequence[str], deadline: float | None) -> None:
        self.problem = problem_of(self.model, expand=True, fixed=self.fixed)
        self.take(self.problem, axes)
        m, n = self.problem.shape
        ring = self.algebra.ring
        transposed = [[self.problem.row[i][j] for i in range(m)] for j in range(n)]
        self._check_size(m, n)
        self.deadline = deadline
        self.sides = (
            self._strategies(vertices(ring, self.problem.column, range(n), self._stop)),
            self._strategies(vertices(ring, transposed, range(m), self._stop)),
        )
        self._truth = (
            Truths(self.problem, self.stated) if isinstance(self.shown, Expression) else None
        )
        self.deadline = None
        self._truths: dict[tuple[int, int], SignFormula] = {}
        if self.shown == SAME:
            self.same = frozenset(
                supports(*pair) for pair in self.equilibria(self.signs_at(self.base))
            )

    def _check_size(self, m: int, n: int) -> None:
        count = sum(math.comb(m, k) * math.comb(n, k) for k in range(1, min(m, n) + 1))
        if count > MAX_VERTICES:
            raise UnsupportedError(
                f"{self.original.name} has {m}x{n} cells: too many for a proof over parameters",
                remedy="use fewer actions (--rungs for a ladder), or `deterrence sweep`",
            )

    def _stop(self) -> bool:
        """Raise an error if the time is up before all strategies are known; else say no."""
        work.spend(_STEP)
        # Without strategies there is no answer: a hard limit has to break this off.
        if self.deadline is not None and work.now() >= self.deadline:
            raise IncompleteError(
                f"the limit was reached while the strategies of {self.original.name} were formed",
                remedy="let fewer parameters move (--over), or a larger limit (--time-limit)",
            )
        return False

    @property
    def pairs(self) -> int:
        """How many pairs of strategies there are."""
        return len(self.sides[0]) * len(self.sides[1])

    # ---- strategies ----------------------------------------------------------------
    def _strategies(self, found: Sequence[SymbolicVertex]) -> list[VertexStrategy]:
        return [
            VertexStrategy(v, k, self.table.formula(_existence(v)), dict(v.gaps))
            for k, v in enumerate(found)
        ]

    def everything(self) -> Sides:
        """Return the strategies of both sides."""
        return self.sides

    def deciding(self, among: Sides) -> Iterator[Any]:
        """Yield the polynomials that decide where strategies exist, and what replies to them."""
        for side in among:
            for s in side:
                for poly in (*s.vertex.weights, *s.vertex.commons, *s.gaps.values()):
                    yield from self.table.polys(poly)

    def ties(self, a: VertexStrategy, b: VertexStrategy) -> SignFormula:
        """Return where the supports of two strategies are best replies to each other."""
        parts = []
        for one, other in ((a, b), (b, a)):
            for action in other.vertex.support:
                if action not in one.vertex.tight:
                    parts.append(literal(one.gaps[action], "=="))
        return self.table.formula(all_of(parts))

    # ---- the statement -------------------------------------------------------------
    def truth(self, a: VertexStrategy, b: VertexStrategy) -> SignFormula:
        """Return where the statement holds in the equilibrium of two strategies.

        It means what it says wherever the pair is an equilibrium.
        """
        key = a.number, b.number
        if key not in self._truths:
            self.tick()
            assert self._truth is not None
            self._truths[key] = self.table.formula(self._truth.of(a.vertex, b.vertex))
        return self._truths[key]

    # ---- at one point ---------------------------------------------------------------
    def possible(self, signs: Possible) -> Sides:
        """Return the strategies of both sides that can exist where these signs are possible."""
        return [
            [s for s in side if s.exists.within(signs).constant is not False] for side in self.sides
        ]

    def equilibria(
        self, sign: SignAt, among: Sides | None = None
    ) -> list[tuple[VertexStrategy, VertexStrategy]]:
        """Return the pairs that are equilibria where the polynomials have these signs.

        ``among`` restricts the search to strategies that can exist there.
        """
        sign = self.table.signs(sign)
        sides = []
        for side in among or self.sides:
            here = []
            for s in side:
                if s.exists.holds(sign):
                    ties = {j for j, g in s.gaps.items() if sign(g) == 0}
                    here.append((s, ties.union(s.vertex.tight)))
            sides.append(here)
        return [
            (a, b)
            for a, replies_a in sides[0]
            for b, replies_b in sides[1]
            if replies_a.issuperset(b.vertex.support) and replies_b.issuperset(a.vertex.support)
        ]

    def truths(self, sign: SignAt, wanted: bool, among: Sides | None = None) -> list[SignFormula]:
        """Return where the statement holds, for every equilibrium at a point.

        Whether the supports are those of the base is one truth about all equilibria.
        """
        found = self.equilibria(sign, among)
        if self.same is None:
            return [self.truth(a, b) for a, b in found]
        return [TRUE if frozenset(supports(a, b) for a, b in found) == self.same else FALSE]

    # ---- everywhere ------------------------------------------------------------------
    def _pairs(
        self, possible: Possible
    ) -> Iterator[
        tuple[VertexStrategy, VertexStrategy, tuple[SignFormula, SignFormula, SignFormula]]
    ]:
        """Yield the pairs that can be equilibria, with what must hold for that."""
        short = [
            [(s, f) for s in side if (f := s.exists.within(possible)).constant is not False]
            for side in self.sides
        ]
        for a, exists_a in short[0]:
            self.tick()
            for b, exists_b in short[1]:
                ties = self.ties(a, b).within(possible)
                if ties.constant is not False:
                    yield a, b, (exists_a, exists_b, ties)

    def candidates(
        self, wanted: bool, possible: Possible
    ) -> Iterator[tuple[Sequence[SignFormula], SignFormula]]:
        """Yield what must hold for a pair to be an equilibrium, and for the statement in it."""
        for a, b, exists in self._pairs(possible):
            yield exists, self.truth(a, b).within(possible)

    def status(
        self, quantifier: Quantifier, wanted: bool, possible: Possible
    ) -> tuple[bool, list[SignFormula]]:
        """Return where the status is ``wanted``; see :meth:`.question.Question.status`."""
        if self.same is None:
            return super().status(quantifier, wanted, possible)
        # Where the combinations of supports are those of the base, or are not.
        there: dict[Supports, list[SignFormula]] = {key: [] for key in self.same}
        for a, b, exists in self._pairs(possible):
            there.setdefault(supports(a, b), []).append(all_of(exists))
        agree = [
            any_of(parts) if key in self.same else any_of(parts).negated()
            for key, parts in there.items()
        ]
        return (False, agree) if wanted else (True, [f.negated() for f in agree])


def supports(a: VertexStrategy, b: VertexStrategy) -> Supports:
    """Return the supports of a pair."""
    return a.vertex.support, b.vertex.support


def _existence(v: SymbolicVertex) -> SignFormula:
    """Return where a vertex is a strategy with its tight replies best."""
    options = []
    for positive, weak in ((">", ">="), ("<", "<=")):
        parts = [literal(w, positive) for w in v.weights]
        if any(p.constant is False for p in parts):
            continue
        parts += [literal(g, weak) for _, g in v.gaps]
        options.append(all_of(parts))
    if not options:
        return FALSE
    exists = any_of(options)
    if v.commons:
        exists = all_of([exists, any_of(literal(c, "!=") for c in v.commons)])
    return exists
