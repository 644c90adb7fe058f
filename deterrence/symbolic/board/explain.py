"""Explanations: what a teacher would put on the board for the equilibria of a game.

>>> from deterrence import load_model
>>> found = explain(load_model("asymmetric-bipolarity").regimes(), 0)
>>> print(str(found).splitlines()[-1])
the equilibrium exists iff k_R >= l_R.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.game.matrix_display import payoff_table
from deterrence.game.strategic import StrategicGame
from deterrence.symbolic.board.derivation import Derivation, Step, payoff_of, shortest, tidy
from deterrence.symbolic.board.matrix import derive
from deterrence.symbolic.display.abbreviations import abbreviated
from deterrence.symbolic.display.report import symbols_of
from deterrence.symbolic.results import RegimeAnalysis
from deterrence.words.blocks import (
    Block,
    Equation,
    Equations,
    Heading,
    Matrix,
    Paragraph,
    as_text,
)
from deterrence.words.renderers import as_html, as_latex

#: Derivations that are written where none is asked for by number.
MOST = 6

_IDEA = (
    "In a Nash equilibrium nobody can gain by playing anything else: all actions that a "
    "player plays with positive probability pay the same, and no other action pays more."
)
_ZERO = Expression.number(0)


@dataclass(frozen=True, eq=False)
class Explanation:
    """The game (its matrix, if it has one), dominance steps, and derivations of equilibria."""

    title: str
    matrix: Matrix | None
    dominance: tuple[Step, ...]
    derivations: tuple[Derivation, ...]
    remark: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)
    idea: str = _IDEA

    def blocks(self) -> list[Block]:
        """Return everything as a document."""
        blocks: list[Block] = [Heading(f"{self.title}: derivation", 1)]
        blocks += [] if self.matrix is None else [self.matrix]
        if self.dominance:
            blocks.append(Heading("Dominated actions"))
            for step in self.dominance:
                blocks.append(Paragraph(step.reason))
                blocks += [Equations(step.equations)] if step.equations else []
        blocks.append(Paragraph((self.idea,)))
        for derivation in self.derivations:
            blocks += derivation.blocks()
        if self.remark:
            blocks.append(Paragraph((self.remark,)))
        return abbreviated(blocks)

    def __str__(self) -> str:
        return as_text(self.blocks())

    def _repr_html_(self) -> str:
        return as_html(self.blocks(), self.symbols)

    def _repr_latex_(self) -> str:
        return as_latex(self.blocks(), self.symbols)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data (schema 1)."""
        return {
            "schema": 1,
            "title": self.title,
            "dominance": [step.to_dict() for step in self.dominance],
            "derivations": [d.to_dict() for d in self.derivations],
            "remark": self.remark,
        }


def explain(
    analysis: RegimeAnalysis,
    equilibrium: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Explanation:
    """Return the derivation of one equilibrium, or of one per family.

    ``values`` puts numbers beside the symbols.  Raises :class:`UsageError` for
    an equilibrium that there is not.
    """
    if equilibrium is not None:
        chosen = [equilibrium]
    else:
        chosen = [f.essential[0] for f in analysis.families]
    remark = ""
    if len(chosen) > MOST:
        remark = (
            f"{len(chosen) - MOST} further equilibria are not derived here: "
            "--equilibrium NUMBER does it for any one of those that `regimes` lists."
        )
        chosen = chosen[:MOST]
    if analysis.internal.model.tree is not None:
        return _of_tree(analysis, chosen, values, remark)
    return Explanation(
        analysis.title,
        _matrix(analysis),
        tuple(_dominance(analysis)),
        tuple(derive(analysis, k, values) for k in chosen),
        remark,
        symbols_of(analysis),
    )


def _of_tree(
    analysis: Any, chosen: list[int], values: Mapping[str, Any] | None, remark: str
) -> Explanation:
    from deterrence.symbolic.board.tree import IDEA, derive_tree

    steps = tuple(
        Step("deviation", (f"{step}, whatever else holds: it is never played.",))
        for step in analysis.dominated
    )
    derivations = tuple(derive_tree(analysis, k, values) for k in chosen)
    return Explanation(analysis.title, None, steps, derivations, remark, symbols_of(analysis), IDEA)


def _matrix(analysis: RegimeAnalysis) -> Matrix:
    problem = analysis.internal.problem
    game = StrategicGame(
        players=problem.players,
        actions=problem.actions,
        payoffs=tuple(tuple(u.to_sympy() for u in row) for row in problem.payoffs),
        name=problem.name,
        title=problem.title,
        titles=problem.titles,
    )
    shown = tuple(tuple(shortest(analysis, u) for u in row) for row in problem.payoffs)
    return Matrix(payoff_table(game, shown))


def _dominance(analysis: RegimeAnalysis) -> Iterator[Step]:
    """Yield the steps of iterated dominance, each with what the better action gains."""
    problem = analysis.internal.problem
    alive = [list(range(n)) for n in problem.shape]
    for step in analysis.dominated:
        me = problem.players.index(step.player)
        labels, others = problem.actions[me], problem.actions[1 - me]
        worse, better = labels.index(step.action), labels.index(step.by)
        lines = []
        for other in alive[1 - me]:
            u, v = (payoff_of(problem, me, k, other) for k in (better, worse))
            gain = tidy(analysis, u - v)
            lines.append(Equation((f"against {others[other]}: ", gain), ">", (_ZERO,)))
        alive[me].remove(worse)
        left = " of the actions that are left" if len(alive[1 - me]) < problem.shape[1 - me] else ""
        yield Step(
            "deviation",
            (
                f"{step.player} never plays {step.action}: whatever the other side does{left}, "
                f"{step.by} pays more, for all assumed values. The differences are",
            ),
            (step.player,),
            (step.action, step.by),
            tuple(lines),
        )
