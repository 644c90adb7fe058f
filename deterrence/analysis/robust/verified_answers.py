"""From a finished search to an answer: exact moves, names, and a check by the exact solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.roots import affine, exact_number
from deterrence.analysis.points.answer import PointAnswer
from deterrence.analysis.points.exact import answer_at
from deterrence.analysis.points.solver import PointSolver
from deterrence.analysis.robust.change_space import along
from deterrence.analysis.robust.line_walks import Flip
from deterrence.analysis.robust.question import Question, Supports, combined
from deterrence.analysis.robust.results import (
    Alone,
    ParameterChange,
    SmallestChange,
)
from deterrence.analysis.robust.smallest_change import SmallestChangeSearch
from deterrence.analysis.told_results import ToldResult, told_results
from deterrence.errors import DeterrenceError, ExpressionError
from deterrence.modelfile.freed import freed
from deterrence.solvers import solve, solve_tree

#: Seconds for the results at a witness.
_SOLVING = 5.0


class Teller:
    """Says what holds at exact points, by solving the game there: no formulas are shared."""

    def __init__(self, question: Question[Any], moving: tuple[str, ...]) -> None:
        self.question = question
        self.model = freed(question.original, moving, question.base)
        self.moving = moving
        self.solver = PointSolver(
            self.model,
            moving,
            question.fixed,
            measures=(),
            statements=[question.shown] if isinstance(question.shown, Expression) else (),
        )

    def values(self, point: Mapping[str, Fraction]) -> dict[str, Any]:
        """Return every parameter's value at a point."""
        full = {n: self.question.base[n] for n in self.moving} | dict(point)
        full |= {n: e.evaluate(full) for n, e in self.question.follows.items()}
        return self.solver.values_at(full)

    def _status(self, answer: PointAnswer, search: SmallestChangeSearch) -> bool:
        if self.question.same is not None:
            return _supports(answer) == self.question.same
        return combined(search.sought.quantifier, answer.truths[str(self.question.shown)])

    def regime(self, point: Mapping[str, Fraction]) -> str | None:
        """Return the model's name for what holds at a point, if it has one."""
        values = self.values(point)
        for regime in self.model.named_regimes:
            if all(c.evaluate(values) for c in regime.when):
                return regime.name
        return None

    def check(
        self, point: Mapping[str, Fraction], search: SmallestChangeSearch
    ) -> tuple[ToldResult, ...]:
        """Return the results at a point; raise if the status there is not as claimed.

        Raises :class:`DeterrenceError`: that would be a fault of this package.
        """
        values = self.values(point)
        answer = answer_at(
            self.solver.question, {n: v for n, v in values.items() if n in self.moving}
        )
        if (
            answer is None
            or not answer.complete
            or self._status(answer, search) != search.sought.wanted
        ):
            raise DeterrenceError(
                f"the exact solver does not confirm the answer at {dict(point)}",
                remedy="this is a fault of the package: please report it",
            )
        return self._results(values)

    def _results(self, values: Mapping[str, Any]) -> tuple[ToldResult, ...]:
        """Return the results at values, called as ``solve`` calls them."""
        game: Any = self.model.at(check=False, **values)
        solution: Any
        if self.model.tree is None:
            solution = solve(game, "auto", effort=_SOLVING)
        else:
            solution = solve_tree(game, self.solver.question.concept, effort=_SOLVING)
        if solution.interrupted:
            raise KeyboardInterrupt
        return told_results(solution, lambda found: self._holds(values, found))

    def _holds(self, values: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool | None:
        """Say whether the statement holds in equilibria with these measures, if in all or none."""
        shown = self.question.shown
        if not isinstance(shown, Expression) or any(n.op == "query" for n in shown.walk()):
            return None
        try:
            truths = {bool(shown.evaluate({**values, **measures})) for measures in found}
        except (ExpressionError, TypeError):  # a measure may have no value
            return None
        return truths.pop() if len(truths) == 1 else None


def _supports(answer: PointAnswer) -> frozenset[Supports]:
    pairs: Any = answer.profiles
    return frozenset((_support(x), _support(y)) for x, y in pairs)


def _support(strategy: Sequence[Fraction]) -> tuple[int, ...]:
    return tuple(k for k, p in enumerate(strategy) if p)


def answer_of(search: SmallestChangeSearch, teller: Teller) -> SmallestChange:
    """Return a finished search's answer, its witness verified by the exact solver."""
    space, best = search.space, search.best
    moves: tuple[ParameterChange, ...] = ()
    witness, regime = None, None
    told: tuple[ToldResult, ...] = ()
    excess = Fraction(0)
    messages = list(search.messages)
    if best is not None:
        change = search.witness()
        if change is not None:
            witness = space.point(change)
            told = teller.check(witness, search)
            regime = teller.regime(witness)
            known = best.size.narrowed(Fraction(1, 10**15))
            excess = max(Fraction(0), space.size(change) - known.low)
        else:
            messages.append("no rational point was found where the status changes")
        moves = _moves(search, best, change)
    return SmallestChange(
        quantifier=search.sought.quantifier,
        statement=str(search.question.shown),
        before=not search.sought.wanted,
        after=search.sought.wanted,
        lower=search.lower,
        upper=None if best is None else best.size,
        certainty="proven" if search.proven else "bounds",
        attained=search.attained,
        moves=moves,
        witness=witness,
        excess=excess,
        regime=regime,
        results=told,
        alone=tuple(_alone(search, teller, *entry) for entry in search.alone),
        certificate=search.certificate,
        messages=tuple(dict.fromkeys(messages)),
    )


def _moves(search: SmallestChangeSearch, best: Flip, change: Any) -> tuple[ParameterChange, ...]:
    moves = []
    for k, axis in enumerate(search.space.axes):
        steps = along(best.origin[k], best.slope[k], best.t)
        value = axis.base if change is None else axis.base + axis.step * change[k]
        if steps.rational == 0 and value == axis.base:
            continue
        moves.append(
            ParameterChange(
                parameter=axis.name,
                base=axis.base,
                limit=affine(steps, axis.step, axis.base),
                steps=steps,
                witness=value,
                title=axis.title,
                unit=axis.unit,
            )
        )
    return tuple(moves)


def _alone(
    search: SmallestChangeSearch, teller: Teller, k: int, direction: Any, flip: Flip | None
) -> Alone:
    axis = search.space.axes[k]
    room = axis.room(direction)
    witness = None
    if flip is not None and flip.witness is not None:
        witness = axis.base + axis.step * flip.witness[k]
    return Alone(
        parameter=axis.name,
        direction=direction,
        base=axis.base,
        step=axis.step,
        distance=None if flip is None else flip.t,
        threshold=None if flip is None else affine(flip.t, axis.step * direction, axis.base),
        attained=flip is not None and flip.attained,
        witness=witness,
        room=room,
        regime=None if witness is None else teller.regime({axis.name: witness}),
        title=axis.title,
        unit=axis.unit,
        assumptions_end=flip is None and room is not None and _stopped(search, k, direction, room),
    )


def _stopped(search: SmallestChangeSearch, k: int, direction: int, room: Fraction) -> bool:
    """Say whether the assumptions fail where a parameter alone meets its limit."""
    change = [Fraction(0)] * len(search.space.axes)
    change[k] = direction * room
    return not search.question.assumed.holds(search.sought.signs(change))


def already(search: SmallestChangeSearch) -> SmallestChange:
    """Return the answer where the wanted status holds at the base: nothing has to change."""
    return SmallestChange(
        quantifier=search.sought.quantifier,
        statement=str(search.question.shown),
        before=search.sought.wanted,
        after=search.sought.wanted,
        lower=exact_number(0),
        upper=exact_number(0),
        certainty="proven",
        attained=True,
        witness=search.space.point([Fraction(0)] * len(search.space.axes)),
    )
