"""A statement about the equilibria of a game whose parameters move: what a search asks.

A search knows :class:`Question` only.  Equilibria, and what decides where they exist, are
listed by :class:`~deterrence.analysis.robust.matrix_question.MatrixQuestion` for matrices
and by :class:`~deterrence.analysis.robust.tree_question.TreeQuestion` for trees.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from deterrence.algebra import univariate
from deterrence.algebra.cases import CaseTable, settled_truth
from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import exact
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.sign_formulas import (
    Memo,
    Possible,
    SignAt,
    SignFormula,
    all_of,
    literal,
    of_expression,
)
from deterrence.analysis.robust.results import SAME, Quantifier
from deterrence.errors import ExpressionError, UnsupportedError
from deterrence.game.measures import Measure
from deterrence.limits import work
from deterrence.modelfile.freed import freed
from deterrence.modelfile.model import SymbolicModel
from deterrence.statements import comparisons, read_statement

if TYPE_CHECKING:
    from deterrence.symbolic.matrices.problem import MatrixProblem
    from deterrence.symbolic.trees.problem import TreeProblem

#: The actions of both players that have positive chances.
Supports = tuple[tuple[int, ...], tuple[int, ...]]
#: What can exist somewhere: what a kind of question lists its equilibria from.
Listed = TypeVar("Listed")


#: Work seconds of one step: a pair of strategies, a place on a walk.
_STEP = 5e-4


class TimeUp(Exception):
    """The limit was reached in the middle of a question."""


class Question(ABC, Generic[Listed]):
    """A statement about the equilibria of a model in which the ``axes`` may move.

    ``values`` and ``scenario`` fix all other parameters; derived parameters that
    are neither set nor among the axes follow from the rest.  ``deadline`` (a moment of
    :mod:`deterrence.limits.work`) bounds the work here:
    :class:`~deterrence.errors.IncompleteError` says that it was not enough.  Raises
    :class:`UsageError` as :meth:`Model.values` does, and :class:`UnsupportedError` for what
    has no closed form.
    """

    #: Set by those who know the game: its symbols, and the axes that assumed equations
    #: tie to the others.
    algebra: Algebra
    #: Settles ``min``, ``max``, ``abs`` and ``if``: no formula that is handed out has any.
    table: CaseTable
    symbols: tuple[str, ...]
    follows: Mapping[str, Expression]
    #: Where the assumptions hold.
    assumed: SignFormula
    #: The statement with ``min``, ``max``, ``abs`` and ``if`` settled, in queries; not of
    #: questions about :data:`~deterrence.analysis.robust.results.SAME`.
    stated: Expression
    #: The combinations of supports at the base, where the statement is about these.
    same: frozenset[Supports] | None = None
    #: What else has to be said of an answer.
    messages: tuple[str, ...] = ()

    def __init__(
        self,
        model: SymbolicModel,
        statement: str | Expression,
        axes: Sequence[str],
        values: Mapping[str, Any] | None = None,
        scenario: str | None = None,
        deadline: float | None = None,
    ) -> None:
        self.original = model
        #: The moment of the work clock at which :class:`TimeUp` is raised; None: never.
        self.deadline: float | None = None
        if statement == SAME:
            self.shown: Expression | str = SAME
            shown = model.replace(measures=())
        else:
            asked = read_statement(model, statement)
            self.shown = asked.shown
            self.stated = settled_truth(asked.formula)
            shown = _with_statement(model, self.stated)
        given = dict(values or {})
        numbers = model.values(scenario, **given)
        self.base = {n: _rational(v) for n, v in numbers.items()}
        self.model = freed(shown, axes, self.base)
        direct = {*given, *(model.scenario(scenario).values if scenario else ())}
        self.fixed = {
            n: self.base[n]
            for n in model.parameters
            if n not in axes and (n not in self.model.derived or n in direct)
        }
        self._form(axes, deadline)

    @abstractmethod
    def _form(self, axes: Sequence[str], deadline: float | None) -> None:
        """Find what there is to know about the equilibria, until a moment of the work clock."""

    def take(self, problem: MatrixProblem | TreeProblem, axes: Sequence[str]) -> None:
        """Take over the symbols and assumptions of a problem over the moving parameters."""
        self.symbols, self.algebra = problem.symbols, problem.algebra
        self.table = CaseTable(problem.algebra)
        self.follows = {
            n: Expression.of(problem.replaced[n])
            for n in axes
            if n in problem.replaced and n not in self.fixed
        }
        assumed = [of_expression(self.algebra, a) for a in problem.assumptions]
        assumed += [literal(p, "!=") for p in problem.nonzero]
        self.assumed = all_of([self.table.defined, self.table.formula(all_of(assumed))])

    def signs_at(self, point: Mapping[str, Fraction]) -> SignAt:
        """Return the signs of polynomials at a point, exactly."""

        # What has other variables is settled before it is asked about.
        full = {**dict.fromkeys(self.algebra.names, Fraction(0)), **point}

        def signed(poly: Any) -> int:
            return univariate.sign(self.algebra.evaluate(poly, full))

        return self.table.signs(Memo(signed))

    def tick(self) -> None:
        """Count a step; raise :class:`TimeUp` if the deadline is over."""
        work.spend(_STEP)
        if self.deadline is not None and work.over(self.deadline):
            raise TimeUp

    @property
    def exact(self) -> bool:
        """Whether everything is polynomial in the parameters, in each of finitely many cases."""
        return self.table.complete

    # ---- what the kinds of games know ----------------------------------------------------
    @property
    @abstractmethod
    def pairs(self) -> int:
        """How many equilibria there may be."""

    @abstractmethod
    def everything(self) -> Listed:
        """Return all that can exist somewhere."""

    @abstractmethod
    def possible(self, signs: Possible) -> Listed:
        """Return what can exist where these signs are possible, for :meth:`truths`."""

    @abstractmethod
    def deciding(self, among: Listed) -> Iterator[Any]:
        """Yield the polynomials that decide where these exist."""

    @abstractmethod
    def candidates(
        self, wanted: bool, possible: Possible
    ) -> Iterator[tuple[Sequence[SignFormula], SignFormula]]:
        """Yield what must hold for an equilibrium to exist, and where the statement holds in it.

        Formulas are valid wherever the polynomials' signs are ``possible``; an equilibrium
        of which the truth is unknown must not count for the status that is ``wanted``.
        """

    @abstractmethod
    def truths(self, sign: SignAt, wanted: bool, among: Listed | None = None) -> list[SignFormula]:
        """Return where the statement holds, for every equilibrium at a point.

        ``wanted`` is the status that is looked for: an equilibrium of which the truth
        is unknown must not count for it.  ``among`` restricts the search to what can exist
        there.
        """

    # ---- what a search asks ------------------------------------------------------------
    def polys(self) -> Iterator[Any]:
        """Yield every polynomial that decides where equilibria and assumptions hold."""
        return self._polys(self.everything())

    def _polys(self, among: Listed) -> Iterator[Any]:
        assumed = (lit.poly for lit in self.assumed.literals())
        return itertools.chain(assumed, self.deciding(among))

    def open_polys(self, among: Listed, possible: Possible) -> list[Any]:
        """Return the polynomials that matter for some equilibria and can change sign."""
        used = dict.fromkeys(self._polys(among))
        return [p for p in used if not p.is_ground and len(possible(p)) > 1]

    def status(
        self, quantifier: Quantifier, wanted: bool, possible: Possible
    ) -> tuple[bool, list[SignFormula]]:
        """Return where "the statement holds in every (some) equilibrium" is ``wanted``.

        The answer is valid wherever the polynomials' signs are ``possible``: a
        flag that says whether it takes one of the formulas (True) or all of them.
        """
        one = (quantifier == "every") != wanted
        found = []
        for exists, truth in self.candidates(wanted, possible):
            good = truth if quantifier == "some" else truth.negated()
            if good.constant is not False:
                part = all_of([*exists, good])
                found.append(part if one else part.negated())
        return one, found

    def holds(self, quantifier: Quantifier, sign: SignAt, wanted: bool = True) -> bool:
        """Say whether the statement holds in every, or in some, equilibrium at a point.

        Where that is unknown the answer is not the ``wanted`` one.
        """
        return combined(quantifier, (t.holds(sign) for t in self.truths(sign, wanted)))


def combined(quantifier: Quantifier, truths: Iterable[bool]) -> bool:
    """Say whether all, or some, of the truths are."""
    return all(truths) if quantifier == "every" else any(truths)


def _with_statement(model: SymbolicModel, statement: Expression) -> SymbolicModel:
    """Return the model whose measures are the statement's differences, one per comparison.

    So the symbols of its problem are those that matter to payoffs, chances and
    the statement, and no others.
    """
    measures = tuple(
        Measure(f"_{k}", left - right) for k, (left, _, right) in enumerate(comparisons(statement))
    )
    return model.replace(measures=measures, known_results=())


def _rational(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    try:
        return exact(repr(value)) if isinstance(value, float) else Fraction(value)
    except (ExpressionError, ValueError, TypeError):
        raise UnsupportedError(f"{value!r} is no number") from None
