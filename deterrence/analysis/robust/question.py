"""Where a statement holds in every, or in some, equilibrium: exact at every point.

Every extreme equilibrium, on ties too, is a pair of symbolic vertices whose
supports are best replies to each other (:mod:`deterrence.symbolic.matrices.vertices`).  So
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
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import exact
from deterrence.algebra.sign_formulas import (
    FALSE,
    Formula,
    Possible,
    Sign,
    all_of,
    any_of,
    literal,
    of_expression,
)
from deterrence.analysis.robust.truths import Truths
from deterrence.errors import ExpressionError, IncompleteError, UnsupportedError
from deterrence.modelfile.model import SymbolicModel
from deterrence.statements import (
    SAME,
    read_statement,
    with_statement,
)
from deterrence.symbolic.matrices.problem import problem_of
from deterrence.symbolic.matrices.vertices import Vertex, vertices

Quantifier = Literal["every", "some"]
Supports = tuple[tuple[int, ...], tuple[int, ...]]
#: Vertices of one side beyond which the symbolic work is refused.
MAX_VERTICES = 1500


class TimeUp(Exception):
    """The time ran out in the middle of a question."""


@dataclass(frozen=True, eq=False)
class Strategy:
    """A vertex with its existence as a formula; ``gaps`` maps replies to shortfalls."""

    vertex: Vertex
    number: int
    exists: Formula
    gaps: Mapping[int, Any]


class Setting:
    """A statement about the equilibria of a model in which the ``axes`` may move.

    ``values`` and ``scenario`` fix all other parameters; derived parameters that
    are neither set nor among the axes follow from the rest.
    """

    #: Set by those who know the game: its symbols, and the axes that assumed equations
    #: tie to the others.
    algebra: Any
    symbols: tuple[str, ...]
    follows: Mapping[str, Expression]
    #: Where the assumptions hold.
    assumed: Formula
    #: The combinations of supports at the base, where the statement is about these.
    same: frozenset[Supports] | None = None
    #: What else has to be said of an answer.
    messages: tuple[str, ...] = ()

    def __init__(
        self,
        model: SymbolicModel,
        statement: str | Expression,
        axes: Sequence[str],
        values: Mapping[str, Any] | None,
        scenario: str | None,
    ) -> None:
        self.original = model
        #: Monotonic seconds after which :class:`TimeUp` is raised; None: never.
        self.deadline: float | None = None
        if statement == SAME:
            self.shown: Expression | str = SAME
            shown = model.replace(measures=())
        else:
            self.shown = read_statement(model, statement)
            shown = with_statement(model, self.shown)
        given = dict(values or {})
        numbers = model.values(scenario, **given)
        self.base = {n: _rational(v) for n, v in numbers.items()}
        self.model = freed(shown, axes, self.base)
        direct = {*given, *(model.scenario(scenario).values if scenario else ())}
        fixed = {
            n: self.base[n]
            for n in model.parameters
            if n not in axes and (n not in self.model.derived or n in direct)
        }
        self.fixed = fixed

    def take(self, problem: Any, axes: Sequence[str]) -> None:
        """Take over the symbols and assumptions of a problem over the moving parameters."""
        self.symbols, self.algebra = problem.symbols, problem.algebra
        self.follows = {
            n: Expression.of(problem.replaced[n])
            for n in axes
            if n in problem.replaced and n not in self.fixed
        }
        self.assumed = all_of(
            [
                *(of_expression(self.algebra, a) for a in problem.assumptions),
                *(of_expression(self.algebra, a) for a in self.algebra.facts()),
                *(literal(p, "!=") for p in problem.nonzero),
            ]
        )

    def tick(self) -> None:
        """Raise :class:`TimeUp` if the time is up."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise TimeUp

    @property
    def exact(self) -> bool:
        """Whether everything is polynomial in the parameters, without roots or exponentials."""
        return not self.algebra.atoms

    # ---- what a search asks ------------------------------------------------------------
    @property
    def pairs(self) -> int:
        """How many equilibria there may be."""
        raise NotImplementedError

    def polys(self) -> Iterator[Any]:
        """Yield every polynomial that decides where equilibria and assumptions hold."""
        raise NotImplementedError

    def possible(self, signs: Possible) -> Any:
        """Return what can exist where these signs are possible, for :meth:`truths`."""
        raise NotImplementedError

    def open_polys(self, among: Any, possible: Possible) -> list[Any]:
        """Return the polynomials that matter for some equilibria and can change sign."""
        raise NotImplementedError

    def truths(self, sign: Sign, wanted: bool, among: Any = None) -> list[Formula]:
        """Return where the statement holds, for every equilibrium at a point.

        ``wanted`` is the status that is looked for: an equilibrium of which the truth
        is unknown must not count for it.
        """
        raise NotImplementedError

    def agrees(self, sign: Sign, among: Any = None) -> bool:
        """Say whether the supports at a point are those of the base."""
        raise NotImplementedError

    def status(
        self, quantifier: Quantifier, wanted: bool, possible: Possible
    ) -> tuple[bool, list[Formula]]:
        """Return where "the statement holds in every (some) equilibrium" is ``wanted``.

        The answer is valid wherever the polynomials' signs are ``possible``: a
        flag that says whether it takes one of the formulas (True) or all of them.
        """
        raise NotImplementedError

    def reached(self, quantifier: Quantifier, wanted: bool, sign: Sign) -> bool:
        """Say whether the status at a point is the wanted one."""
        if self.same is not None:
            return self.agrees(sign) == wanted
        test = all if quantifier == "every" else any
        return test(t.holds(sign) for t in self.truths(sign, wanted)) == wanted

    def holds(self, quantifier: Quantifier, sign: Sign) -> bool:
        """Say whether the statement holds in every, or in some, equilibrium at a point."""
        return self.reached(quantifier, True, sign)


class Question(Setting):
    """A statement about the equilibria of a two-player game in strategic form.

    Raises :class:`UsageError` as :meth:`Model.values` does, and
    :class:`UnsupportedError` for statements that are no quotients of polynomials
    in any equilibrium, and for other than two players.  ``deadline`` (monotonic
    seconds) bounds the work here: :class:`IncompleteError` says that it was not enough.
    """

    def __init__(
        self,
        model: SymbolicModel,
        statement: str | Expression,
        axes: Sequence[str],
        values: Mapping[str, Any] | None = None,
        scenario: str | None = None,
        deadline: float | None = None,
    ) -> None:
        super().__init__(model, statement, axes, values, scenario)
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
            Truths(self.problem, self.shown) if isinstance(self.shown, Expression) else None
        )
        self.deadline = None
        self._truths: dict[tuple[int, int], Formula] = {}
        if statement == SAME:
            self.same = frozenset(supports(*pair) for pair in self.equilibria(self._at_base()))

    def _at_base(self) -> Sign:
        def sign(poly: Any) -> int:
            value = self.algebra.evaluate(poly, self.base)
            return int(value > 0) - int(value < 0)

        return sign

    def _check_size(self, m: int, n: int) -> None:
        count = sum(math.comb(m, k) * math.comb(n, k) for k in range(1, min(m, n) + 1))
        if count > MAX_VERTICES:
            raise UnsupportedError(
                f"{self.original.name} has {m}x{n} cells: too many for a proof over parameters",
                remedy="use fewer actions (--rungs for a ladder), or `deterrence sweep`",
            )

    def _stop(self) -> bool:
        """Raise an error if the time is up before all strategies are known; else say no."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise IncompleteError(
                f"the time ran out while the strategies of {self.original.name} were formed",
                remedy="let fewer parameters move (--over), or give more time (--time-limit)",
            )
        return False

    @property
    def pairs(self) -> int:
        """How many pairs of strategies there are."""
        return len(self.sides[0]) * len(self.sides[1])

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
            self.tick()
            assert self._truth is not None
            self._truths[key] = self._truth.of(a.vertex, b.vertex)
        return self._truths[key]

    # ---- at one point ---------------------------------------------------------------
    def possible(self, signs: Possible) -> list[list[Strategy]]:
        """Return the strategies of both sides that can exist where these signs are possible."""
        return [
            [s for s in side if s.exists.within(signs).constant is not False] for side in self.sides
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

    def open_polys(self, among: Any, possible: Possible) -> list[Any]:
        """Return the polynomials that matter for some strategies and can change sign."""
        used = dict.fromkeys(lit.poly for lit in self.assumed.literals())
        for side in among:
            for s in side:
                used.update(dict.fromkeys((*s.vertex.weights, *s.vertex.commons)))
                used.update(dict.fromkeys(s.gaps.values()))
        return [p for p in used if not p.is_ground and len(possible(p)) > 1]

    def truths(self, sign: Sign, wanted: bool, among: Any = None) -> list[Formula]:
        """Return where the statement holds, for every equilibrium at a point."""
        return [self.truth(a, b) for a, b in self.equilibria(sign, among)]

    def agrees(self, sign: Sign, among: Any = None) -> bool:
        """Say whether the supports at a point are those of the base."""
        return frozenset(supports(*pair) for pair in self.equilibria(sign, among)) == self.same

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
        if self.same is not None:
            return self._same(short, possible, wanted)
        one = (quantifier == "every") != wanted
        found = []
        for a, exists_a in short[0]:
            self.tick()
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

    def _same(
        self, short: Sequence[Sequence[tuple[Strategy, Formula]]], possible: Possible, wanted: bool
    ) -> tuple[bool, list[Formula]]:
        """Return where the combinations of supports are those of the base, or are not."""
        assert self.same is not None
        there: dict[Supports, list[Formula]] = {key: [] for key in self.same}
        for a, exists_a in short[0]:
            self.tick()
            for b, exists_b in short[1]:
                ties = self.ties(a, b).within(possible)
                if ties.constant is not False:
                    part = all_of([exists_a, exists_b, ties])
                    there.setdefault(supports(a, b), []).append(part)
        agree = [
            any_of(parts) if key in self.same else any_of(parts).negated()
            for key, parts in there.items()
        ]
        return (False, agree) if wanted else (True, [f.negated() for f in agree])


def supports(a: Strategy, b: Strategy) -> Supports:
    """Return the supports of a pair."""
    return a.vertex.support, b.vertex.support


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


def freed(model: SymbolicModel, axes: Sequence[str], base: Mapping[str, Fraction]) -> SymbolicModel:
    """Return the model in which derived parameters among the axes have no formula any more."""
    from dataclasses import replace

    loose = [n for n in axes if n in model.derived]
    if not loose:
        return model
    parameters = dict(model.parameters)
    for name in loose:
        parameters[name] = replace(parameters[name], formula=None, default=base[name])
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
