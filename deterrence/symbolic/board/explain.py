"""Explanations: what a teacher would put on the board for the equilibria of a game.

>>> from deterrence import load_model
>>> found = explain(load_model("asymmetric-bipolarity").regimes(), 0)
>>> print(str(found).splitlines()[-1])
the equilibrium exists iff k_R >= l_R.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.game.matrix_display import payoff_table
from deterrence.game.naming import Naming
from deterrence.game.strategic import StrategicGame
from deterrence.symbolic.board.matrix import derive
from deterrence.symbolic.board.tree import derive_tree
from deterrence.symbolic.board.wording import payoff_of, shortest, tidy
from deterrence.symbolic.derivations import DerivationStep, Explanation
from deterrence.symbolic.display.report import symbols_of
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.regime_analysis import RegimeAnalysis, explains
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.words.blocks import Equation, Matrix

#: Derivations that are written where none is asked for by number.
MOST = 6

_IDEA = (
    "In a Nash equilibrium nobody can gain by playing anything else: all actions that a "
    "player plays with positive probability pay the same, and no other action pays more."
)
_TREE_IDEA = (
    "Every mover chooses what is best from there on, given the belief about what has happened "
    "and what is expected to follow; and beliefs follow from what is played, by Bayes' rule, "
    "wherever what is played leads there."
)
_ZERO = Expression.number(0)


def explain(
    analysis: RegimeAnalysis,
    equilibrium: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Explanation:
    """Return the derivation of one equilibrium, or of one per family.

    ``values`` puts numbers beside the symbols.  Raises :class:`UsageError` for
    an equilibrium that there is not.
    """
    return analysis.explain(equilibrium, values)


def _chosen(analysis: RegimeAnalysis, equilibrium: int | None) -> tuple[list[int], str]:
    """Return the equilibria that are derived, and a remark on those that are not."""
    chosen = [f.essential[0] for f in analysis.families] if equilibrium is None else [equilibrium]
    left = len(chosen) - MOST
    remark = (
        f"{left} further equilibria are not derived here: "
        "--equilibrium NUMBER does it for any one of those that `regimes` lists."
    )
    return chosen[:MOST], remark if left > 0 else ""


def _of_matrix(
    analysis: MatrixAnalysis, equilibrium: int | None, values: Mapping[str, Any] | None
) -> Explanation:
    chosen, remark = _chosen(analysis, equilibrium)
    return Explanation(
        analysis.title,
        _matrix(analysis),
        tuple(_dominance(analysis)),
        tuple(derive(analysis, k, values) for k in chosen),
        _IDEA,
        remark,
        symbols_of(analysis),
    )


def _of_tree(
    analysis: TreeAnalysis, equilibrium: int | None, values: Mapping[str, Any] | None
) -> Explanation:
    chosen, remark = _chosen(analysis, equilibrium)
    steps = tuple(
        DerivationStep("deviation", (f"{step}, whatever else holds: it is never played.",))
        for step in analysis.dominated
    )
    derivations = tuple(derive_tree(analysis, k, values) for k in chosen)
    symbols = symbols_of(analysis)
    return Explanation(analysis.title, None, steps, derivations, _TREE_IDEA, remark, symbols)


def _matrix(analysis: MatrixAnalysis) -> Matrix:
    problem = analysis.internal.problem
    game = StrategicGame(
        players=problem.players,
        actions=problem.actions,
        payoffs=tuple(tuple(u.to_sympy() for u in row) for row in problem.payoffs),
        name=problem.name,
        title=problem.title,
        naming=Naming(titles=problem.titles),
    )
    shown = tuple(tuple(shortest(analysis, u) for u in row) for row in problem.payoffs)
    return Matrix(payoff_table(game, shown))


def _dominance(analysis: MatrixAnalysis) -> Iterator[DerivationStep]:
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
        yield DerivationStep(
            "deviation",
            (
                f"{step.player} never plays {step.action}: whatever the other side does{left}, "
                f"{step.by} pays more, for all assumed values. The differences are",
            ),
            (step.player,),
            (step.action, step.by),
            tuple(lines),
        )


explains(MatrixAnalysis, _of_matrix)
explains(TreeAnalysis, _of_tree)
