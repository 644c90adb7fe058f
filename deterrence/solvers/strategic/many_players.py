r"""All Nash equilibria of games with any number of players, by support, exactly.

Every support profile that dominance does not rule out becomes a system of polynomials
(:mod:`~deterrence.solvers.strategic.support_system`), and every system is solved completely:
isolated equilibria as rationals or as algebraic numbers, infinite sets as components with
formulas.  The list is complete when every support has been decided.

With three players there may be a single equilibrium, and that irrational, although every
payoff is a whole number (this one: Nau, Gomez Canovas & Hansen 2004, section 4):

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> game = StrategicGame(("A", "B", "C"), (("l", "r"),) * 3, (
...     (3, 1, 0, 0, 0, 0, 1, 2), (0, 0, 2, 1, 1, 3, 0, 0), (2, 0, 0, 0, 0, 0, 0, 3)))
>>> solution = solve(game)
>>> solution.status, len(solution), solution.equilibria[0].regret
('complete', 1, Fraction(0, 1))
>>> print(solution.equilibria[0].profile["A"]["l"].polynomial_text())
23x^2 - 53x + 24
"""

from __future__ import annotations

from dataclasses import dataclass, field

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.game.strategic import StrategicGame
from deterrence.limits import work
from deterrence.limits.alarm import by_hand
from deterrence.limits.deadline import Deadline
from deterrence.solvers.strategic.support_search import JointSupport, Payoffs, supports
from deterrence.solvers.strategic.support_sets import ClosedSet, JoinedSets
from deterrence.solvers.strategic.support_system import SupportSolutions, solve_support
from deterrence.solvers.task import Draft, Strategies, Task, smallest_integers, undominated

#: What the solver is called where equilibria are said to be found by it.
NAME = "support"
#: Equilibria after which the search stops, incomplete.
MAX_EQUILIBRIA = 20_000
#: Work seconds of a support besides those of its system.
_SUPPORT = 2e-4


@dataclass
class Found:
    """What the search over supports has come to."""

    points: list[Strategies] = field(default_factory=list)
    sets: list[ClosedSet] = field(default_factory=list)
    supports: int = 0
    open_supports: list[tuple[JointSupport, str]] = field(default_factory=list)
    finished: bool = False


def solve_many(task: Task) -> Draft:
    """List all equilibria of a game with any number of players; see the module's text."""
    draft = Draft()
    found = Found()
    try:
        search(task.game, task.deadline, found)
    except KeyboardInterrupt as stop:
        draft.interrupted = by_hand(stop)
    draft.interrupted = draft.interrupted or task.deadline.interrupted
    draft.add(found.points, NAME)
    if found.sets:
        sets = JoinedSets.of(found.sets, found.points, task.deadline.grace())
        draft.infinite = sets
        draft.add([m for _, members in sets.joined for m in members], NAME)
        if not sets.complete:
            draft.messages.append("not all corners of the infinite sets are listed")
    draft.complete = found.finished and not found.open_supports
    draft.messages += _words(task.game, found, draft)
    return draft


def search(game: StrategicGame, deadline: Deadline, found: Found) -> None:
    """Solve every support that dominance leaves, into ``found``, until the limit is reached."""
    payoffs = whole_payoffs(game)
    for support in supports(payoffs, _undominated(game, deadline)):
        if deadline.expired() or len(found.points) >= MAX_EQUILIBRIA:
            return
        found.supports += 1
        work.spend(_SUPPORT)
        record(found, payoffs, solve_support(payoffs, support, deadline))
    found.finished = True


def record(found: Found, payoffs: Payoffs, solved: SupportSolutions) -> None:
    """Add what one support has."""
    found.points += solved.strategies
    found.sets += [ClosedSet(payoffs.shape, solved.support, c) for c in solved.continua]
    if not solved.complete:
        found.open_supports.append((solved.support, "; ".join(solved.messages)))


def whole_payoffs(game: StrategicGame) -> Payoffs:
    """Return the same preferences in whole numbers, as small as they can be."""
    return Payoffs(game.shape, tuple(tuple(smallest_integers(u)) for u in game.payoffs))


def _undominated(game: StrategicGame, deadline: Deadline) -> JointSupport | None:
    """Return the actions that iterated strict dominance leaves, as far as the limit allows."""
    left = undominated(game, deadline)
    if left is None:
        return None
    return tuple(
        tuple(labels.index(a) for a in kept)
        for labels, kept in zip(game.actions, left.actions, strict=True)
    )


def _words(game: StrategicGame, found: Found, draft: Draft) -> list[str]:
    """Say what the answer rests on, and what is open."""
    messages = []
    if draft.complete:
        messages.append(
            f"{found.supports} support{'s'[: found.supports != 1]} left by dominance, every one "
            "solved exactly: the list is proven complete"
        )
    elif not found.finished:
        why = "interrupted" if draft.interrupted else "the limit was reached"
        messages.append(
            f"{why} after {found.supports} supports: there may be equilibria with others"
        )
    for support, why in found.open_supports[:5]:
        names = "; ".join(
            f"{player}: {', '.join(labels[a] for a in actions)}"
            for player, labels, actions in zip(game.players, game.actions, support, strict=True)
        )
        messages.append(f"not decided: equilibria in which is played {names} ({why})")
    if len(found.open_supports) > 5:
        messages.append(f"{len(found.open_supports) - 5} more supports are not decided")
    numbers = [p for s in draft.found for row in s for p in row]
    if any(isinstance(p, Algebraic) for p in numbers):
        messages.append(
            "irrational probabilities are exact algebraic numbers; decimals are rounded"
        )
    if any(isinstance(p, Enclosure) for p in numbers):
        messages.append(
            "probabilities whose polynomials are too large are enclosed to 50 decimal places, "
            "with a proof that one equilibrium lies there"
        )
    return messages
