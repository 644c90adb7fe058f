"""Where a statement holds in every, or in some, equilibrium: exact at every point.

Every extreme equilibrium, on ties too, is a pair of symbolic vertices whose
supports are best replies to each other (:mod:`deterrence.regimes.vertices`).  So
"in every equilibrium" is a conjunction over pairs of *the pair is no equilibrium
here, or the statement holds in it*, and "in some" a disjunction of *the pair is an
equilibrium here, and the statement holds in it*: boolean combinations of signs of
polynomials, with nothing said about boundaries in general.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("chicken")
>>> question = Question(model, "war == 0", axes=["P_A"])
>>> len(question.sides[0]), question.symbols
(5, ('P_A',))
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from deterrence.analysis.robust.formula import (
    FALSE,
    Formula,
    Possible,
    Sign,
    all_of,
    any_of,
    literal,
    of_expression,
)
from deterrence.analysis.robust.statements import comparisons, read_statement, with_statement
from deterrence.errors import ExpressionError, UnsupportedError
from deterrence.game.expressions import Expression
from deterrence.game.numbers import exact
from deterrence.modelfile.model import Model
from deterrence.regimes.closed import Quotient, Quotients
from deterrence.regimes.problem import problem_of
from deterrence.regimes.vertices import Vertex, vertices

Quantifier = Literal["every", "some"]
#: Vertices of one side beyond which the symbolic work is refused.
MAX_VERTICES = 1500
#: Terms up to which quotients are reduced: beyond that it costs more than it saves.
_SMALL = 200
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}


class Plain(Quotients):
    """Quotients that are not reduced: equal divisors are kept equal, so that sums stay short."""

    def make(self, p: Any, q: Any) -> Quotient:
        """Return ``p/q`` as it is."""
        return (p, q) if p else self.zero

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the sum over one divisor where both differ by a number only."""
        if not a[0] or not b[0]:
            return a if a[0] else b
        if a[1] == b[1]:
            return self.make(a[0] + b[0], a[1])
        (c, p), (d, q) = a[1].primitive(), b[1].primitive()
        if p == q:
            common = math.lcm(int(c), int(d))
            top = a[0] * (common // int(c)) + b[0] * (common // int(d))
            return self.make(top, p * common)
        return self.make(a[0] * b[1] + b[0] * a[1], a[1] * b[1])

    def multiply(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the product."""
        return self.make(a[0] * b[0], a[1] * b[1])


@dataclass(frozen=True, eq=False)
class Strategy:
    """A vertex with its existence as a formula; ``gaps`` maps replies to shortfalls."""

    vertex: Vertex
    number: int
    exists: Formula
    gaps: Mapping[int, Any]


class Question:
    """A statement about the equilibria of a model in which the ``axes`` may move.

    ``values`` and ``scenario`` fix all other parameters; derived parameters that
    are neither set nor among the axes follow from the rest.  Raises
    :class:`UsageError` as :meth:`Model.values` does, and
    :class:`UnsupportedError` for statements that are no quotients of polynomials
    in any equilibrium, and for other than two players.
    """

    def __init__(
        self,
        model: Model,
        statement: str | Expression,
        axes: Sequence[str],
        values: Mapping[str, Any] | None = None,
        scenario: str | None = None,
    ) -> None:
        from deterrence.regimes.analyse import ClosedForms

        self.original = model
        self.shown, self.measures = read_statement(model, statement)
        given = dict(values or {})
        numbers = model.values(scenario, **given)
        self.base = {n: _rational(v) for n, v in numbers.items()}
        self.model = with_statement(freed(model, axes), self.shown)
        direct = {*given, *(model.scenario(scenario).values if scenario else ())}
        fixed = {
            n: self.base[n]
            for n in model.parameters
            if n not in axes and (n not in self.model.derived or n in direct)
        }
        self.fixed = fixed
        self.problem = problem_of(self.model, expand=True, fixed=fixed)
        self.symbols = self.problem.symbols
        self.algebra = self.problem.algebra
        m, n = self.problem.shape
        ring = self.algebra.ring
        transposed = [[self.problem.row[i][j] for i in range(m)] for j in range(n)]
        self._check_size(m, n)
        self.sides = (
            self._strategies(vertices(ring, self.problem.column, range(n))),
            self._strategies(vertices(ring, transposed, range(m))),
        )
        self.assumed = all_of(
            [
                *(of_expression(self.algebra, a) for a in self.problem.assumptions),
                *(of_expression(self.algebra, a) for a in self.algebra.facts()),
                *(literal(p, "!=") for p in self.problem.nonzero),
            ]
        )
        self._closed = ClosedForms(self.problem)
        self._closed.quotients = Plain(self.algebra)
        self._truths: dict[tuple[int, int], Formula] = {}

    def _check_size(self, m: int, n: int) -> None:
        count = sum(math.comb(m, k) * math.comb(n, k) for k in range(1, min(m, n) + 1))
        if count > MAX_VERTICES:
            raise UnsupportedError(
                f"{self.original.name} has {m}x{n} cells: too many for a proof over parameters",
                remedy="use fewer actions (--rungs for a ladder), or `deterrence sweep`",
            )

    @property
    def exact(self) -> bool:
        """Whether everything is polynomial in the parameters, without roots or exponentials."""
        return not self.algebra.atoms

    # ---- strategies ----------------------------------------------------------------
    def _strategies(self, found: Sequence[Vertex]) -> list[Strategy]:
        return [Strategy(v, k, _existence(v), dict(v.gaps)) for k, v in enumerate(found)]

    def polys(self) -> Iterator[Any]:
        """Yield every polynomial that decides where strategies and assumptions hold."""
        for lit in self.assumed.literals():
            yield lit.poly
        for side in self.sides:
            for s in side:
                yield from (*s.vertex.weights, *s.vertex.commons, *s.gaps.values())

    def ties(self, a: Strategy, b: Strategy) -> Formula:
        """Return where the supports of two strategies are best replies to each other."""
        parts = []
        for one, other in ((a, b), (b, a)):
            for action in other.vertex.support:
                if action not in one.vertex.tight:
                    parts.append(literal(one.gaps[action], "=="))
        return all_of(parts)

    # ---- the statement -------------------------------------------------------------
    def truth(self, a: Strategy, b: Strategy) -> Formula:
        """Return where the statement holds in the equilibrium of two strategies.

        It means what it says wherever the pair is an equilibrium.
        """
        key = a.number, b.number
        if key not in self._truths:
            self._truths[key] = self._truth(a.vertex, b.vertex)
        return self._truths[key]

    def _truth(self, row: Vertex, column: Vertex) -> Formula:
        from deterrence.regimes.search import Pair

        closed, problem = self._closed, self.problem
        pair = Pair(row, column, ())
        outcomes: dict[str, Any] = {}

        def answer(kind: str, *labels: str) -> Any:
            if kind == "P":
                if not outcomes:
                    outcomes.update(closed.outcomes(pair))
                return outcomes.get(labels[0], closed.quotients.zero)
            player = problem.players.index(labels[0])
            if kind == "payoff":
                return closed.payoff(pair, player)
            strategy = closed.strategy((row, column)[player])
            return strategy.get(problem.actions[player].index(labels[1]), closed.quotients.zero)

        forms = []
        for m in problem.measures:
            form = closed.quotients.evaluate(m.expression, answer)
            if form is None:
                raise UnsupportedError(
                    f"'{self.shown}' is no quotient of polynomials in the parameters",
                    remedy="state it without min, max, abs, sqrt, exp, log or if around queries",
                )
            forms.append(form)
        signs = [sign for _, sign, _ in comparisons(self.shown)]
        atoms = [self._compared(f, s) for f, s in zip(forms, signs, strict=True)]
        return _assembled(self.shown, atoms)

    def _compared(self, form: Any, sign: str) -> Formula:
        """Return ``top/bottom sign 0``; the divisor is not 0 where the pair is an equilibrium."""
        top, bottom = form
        if len(top) * len(bottom) <= _SMALL:
            top, bottom = self.algebra.lowest(top, bottom)
        if sign in ("==", "!="):
            return literal(top, sign)
        if len(bottom) > _SMALL:
            return literal(top * bottom, sign)
        constant, factors = self.algebra.factors(bottom)
        for factor, power in factors:
            if power % 2:
                top = top * factor
        return literal(top, sign if constant > 0 else _TURNED[sign])

    # ---- at one point ---------------------------------------------------------------
    def possible(self, signs: Possible) -> list[list[Strategy]]:
        """Return the strategies of both sides that can exist where these signs are possible."""
        return [
            [s for s in side if s.exists.within(signs).constant is not False]
            for side in self.sides
        ]

    def equilibria(
        self, sign: Sign, among: Sequence[Sequence[Strategy]] | None = None
    ) -> list[tuple[Strategy, Strategy]]:
        """Return the pairs that are equilibria where the polynomials have these signs.

        ``among`` restricts the search to strategies that can exist there.
        """
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

    def holds(self, quantifier: Quantifier, sign: Sign) -> bool:
        """Say whether the statement holds in every, or in some, equilibrium at a point."""
        pairs = self.equilibria(sign)
        test = all if quantifier == "every" else any
        return test(self.truth(a, b).holds(sign) for a, b in pairs)

    # ---- everywhere ------------------------------------------------------------------
    def status(
        self, quantifier: Quantifier, wanted: bool, possible: Possible
    ) -> tuple[bool, list[Formula]]:
        """Return where "the statement holds in every (some) equilibrium" is ``wanted``.

        The answer is valid wherever the polynomials' signs are ``possible``: a
        flag that says whether it takes one of the formulas (True) or all of them.
        """
        short = [
            [(s, f) for s in side if (f := s.exists.within(possible)).constant is not False]
            for side in self.sides
        ]
        one = (quantifier == "every") != wanted
        found = []
        for a, exists_a in short[0]:
            for b, exists_b in short[1]:
                ties = self.ties(a, b).within(possible)
                if ties.constant is False:
                    continue
                truth = self.truth(a, b).within(possible)
                good = truth if quantifier == "some" else truth.negated()
                if good.constant is False:
                    continue
                part = all_of([exists_a, exists_b, ties, good])
                found.append(part if one else part.negated())
        return one, found


def _existence(v: Vertex) -> Formula:
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


def _assembled(e: Expression, atoms: list[Formula]) -> Formula:
    """Put the comparisons, in reading order, back into a statement."""
    if e.op in ("and", "or"):
        join = all_of if e.op == "and" else any_of
        return join([_assembled(c, atoms) for c in e.children])
    if e.op == "not":
        return _assembled(e.args[0], atoms).negated()
    return all_of([atoms.pop(0) for _ in e.args[0]])


def freed(model: Model, axes: Sequence[str]) -> Model:
    """Return the model in which derived parameters among the axes have no formula any more."""
    from dataclasses import replace

    loose = [n for n in axes if n in model.derived]
    if not loose:
        return model
    parameters = dict(model.parameters)
    for name in loose:
        parameters[name] = replace(parameters[name], formula=None)
    return model.replace(
        parameters=parameters, derived=tuple(n for n in model.derived if n not in loose)
    )


def _rational(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    try:
        return exact(repr(value)) if isinstance(value, float) else Fraction(value)
    except (ExpressionError, ValueError, TypeError):
        raise UnsupportedError(f"{value!r} is no number") from None
