"""The one verb for game trees: from a tree with numbers to its certified equilibria.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> entry = ExtensiveGame.from_tree(("Challenger", "Defender"),
...     Decision("Challenger", "entry", {"out": Leaf("status quo"), "in": Decision(
...         "Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")})}),
...     {"status quo": (0, 2), "war": (-1, -1), "loss": (1, 0)})
>>> for equilibrium in solve_tree(entry):
...     print(equilibrium.profile)
Challenger: at entry in; Defender: at reply yield
>>> solve_tree(entry, concept="nash").families[1].corners
2
"""

from __future__ import annotations

import itertools
import time
from fractions import Fraction

from deterrence.errors import UsageError, nearest_of
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.limits.alarm import kept_limit
from deterrence.limits.deadline import Deadline, interruptible
from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import TreeSolution
from deterrence.solvers.trees.answer import answer
from deterrence.solvers.trees.backward_induction import BackwardInduction
from deterrence.solvers.trees.concepts import CONCEPTS, WITH_BELIEFS
from deterrence.solvers.trees.families import Corner, SubgameFamily
from deterrence.solvers.trees.sequence_form import optimal_plans

#: Work seconds of a search.
EFFORT = 60.0


def solve_tree(
    game: ExtensiveGame,
    concept: str = "spe",
    *,
    time_limit: float | None = None,
    effort: float = EFFORT,
) -> TreeSolution:
    """Return the equilibria of a tree whose payoffs and probabilities are numbers.

    ``concept`` is ``spe``, ``nash``, with beliefs ``pbe``, ``weak-pbe`` or
    ``sequential``, or, for zero-sum trees, ``zero-sum``; ``effort`` and
    ``time_limit`` are those of :func:`deterrence.solvers.strategic.solve.solve`.
    Numbers in floats are taken as the binary fractions that they are.  Raises
    :class:`UsageError` for formulas, for imperfect recall (naming the information set; but
    see :mod:`deterrence.solvers.trees.forgetful`), for stages too large for a strategic form
    and for trees that are not zero-sum where they should be.
    """
    start = time.perf_counter()
    if concept not in CONCEPTS:
        raise UsageError(
            f"no concept called {concept!r} for game trees",
            remedy=nearest_of(str(concept), CONCEPTS),
        )
    exact = game if game.is_exact else game.to_exact()
    floats = ["the numbers are floats; the tree was solved as the fractions they are"]
    said = [*game.remarks, *(floats if exact is not game else ())]
    deadline = Deadline(max(effort, time_limit or 0))
    if exact.recall_faults:
        with kept_limit(time_limit):
            return _forgetful(exact, concept, deadline, start, said)
    work = BackwardInduction(exact, deadline)
    value = None
    with kept_limit(time_limit), interruptible(deadline):
        # Where everybody knows everything, subgame-perfect equilibria are all of these.
        known = None
        if concept in WITH_BELIEFS and exact.is_perfect_information:
            known = work.families(None)
        if concept in WITH_BELIEFS and (known is None or not work.complete):
            # Here for the sake of the start: most trees are solved without it.
            from deterrence.solvers.beliefs.solve import solve_assessments

            return solve_assessments(exact, concept, deadline, start, said)
        if concept == "zero-sum":
            value, found = optimal_families(exact, deadline, work)
        else:
            found = work.families((0,)) if concept == "nash" else known or work.families(None)
            value = work.value
        messages = [*work.messages(), *said]
        return answer(exact, concept, found, messages, work.complete, deadline, start, value)


def solve_game_tree(
    game: ExtensiveGame, concept: str = "spe", *, time_limit: float | None = None
) -> TreeSolution | Solution:
    """Do as :func:`solve_tree`; where a player forgets, take mixed strategies.

    Of a tree without perfect recall in which nobody is absent-minded the Nash equilibria in
    mixed strategies are returned, those of its strategic form.
    """
    if concept in CONCEPTS and game.recall_faults:
        from deterrence.solvers.trees.forgetful import is_absent_minded, solve_plans

        if not is_absent_minded(game):
            return solve_plans(game, concept, time_limit=time_limit)
    return solve_tree(game, concept, time_limit=time_limit)


def _forgetful(
    game: ExtensiveGame, concept: str, deadline: Deadline, start: float, said: list[str]
) -> TreeSolution:
    """Return the planning optimum, where that is what a tree without perfect recall has."""
    from deterrence.solvers.trees import forgetful

    forgetful.refuse(game, concept)
    if not forgetful.is_absent_minded(game):
        raise UsageError(
            f"{game.recall_faults[0]}, so that equilibria are in mixed strategies",
            remedy="`solve` finds them in the strategic form",
        )
    with interruptible(deadline):
        return forgetful.planning_optimum(game, deadline, start, said)


def optimal_families(
    game: ExtensiveGame, deadline: Deadline, work: BackwardInduction
) -> tuple[Fraction, list[SubgameFamily]]:
    """Return the value of a zero-sum tree, and all pairs of optimal strategies."""
    best = optimal_plans(game, deadline)
    if not best.complete:
        work.gaps["the value is proven; not all optimal strategies are listed", ""] = []
    index = game.set_index
    corners = []
    for pair in itertools.product(*best.plans.values()):
        moves = {index(s): mix for behaviour, _ in pair for s, mix in behaviour.items()}
        open_sets = tuple(index(s) for _, unsaid in pair for s in unsaid)
        corners.append(Corner(moves, open_sets, ()))
    every = tuple(range(len(corners)))
    return best.value, [SubgameFamily((), corners=tuple(corners), pieces=(every,))]
