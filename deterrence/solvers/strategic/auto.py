"""The default solver: easy equilibria first, then exact enumeration of what can be enumerated.

Small games of moderate payoffs are solved three times, by nashpy's support and
vertex enumeration and by the exact enumeration; the answer says which solver
found what.  Where no enumeration of a game's size is long, the exact one comes to its
end alone.  In larger games come first the pure equilibria, then optimal strategies by
linear programming if the game is zero-sum, perhaps in other units, or else a few paths
of Lemke and Howson, of which at least one ends; then the exact enumeration, which is
given some work if it may come to its end, and little otherwise.  Games of other than two
players are solved support by support, exactly.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

from deterrence.limits.deadline import Deadline
from deterrence.solvers.strategic.enumeration import (
    dominated_out,
    enumerate_into,
    most_work,
    positive_integers,
)
from deterrence.solvers.strategic.lemke_howson import add_paths
from deterrence.solvers.strategic.many_players import solve_many
from deterrence.solvers.strategic.pure import search as search_pure
from deterrence.solvers.strategic.zero_sum import add_if_zero_sum
from deterrence.solvers.task import Draft, PayoffMatrix, Task

#: nashpy cross-checks games with up to this many actions per player ...
TRUSTED_ACTIONS = 4
#: ... whose payoff differences are within this factor of each other.
TRUSTED_RANGE = 10**6
#: Entries of tableaux, at most, that an enumeration may take to be done at once (seconds).
SURE_WORK = 10_000_000
#: At most this many, and in truth often far fewer: it is tried, with so much work (a minute).
HOPEFUL_WORK, HOPEFUL_BUDGET = 1_000_000_000, 200_000_000
#: What else the enumeration gets, and the paths of Lemke and Howson (half a second each) ...
GLANCE = 1_000_000
#: ... the enumeration up to here.
GLANCED_WORK = 10**12
#: Pairs of optimal strategies that are listed.
MAX_OPTIMAL = 400
_CHECKS = ("nashpy-support", "nashpy-vertex")


def solve_auto(task: Task) -> Draft:
    """Solve a game; see the module's text."""
    if len(task.game.players) != 2:
        return solve_many(task)
    a, b = task.matrices()
    draft = Draft()
    rows, columns = dominated_out(positive_integers(a), positive_integers(b))
    most = most_work(len(rows), len(columns))
    if most <= SURE_WORK:
        enumerate_into(draft, task)
        if draft.complete and max(task.game.shape) <= TRUSTED_ACTIONS:
            _second_opinions(draft, a, b, task.deadline)
        elif draft.complete:
            draft.messages.append(_proof(draft))
        return draft
    if not search_pure(task.game, task, draft, "pure"):
        draft.interrupted = task.deadline.interrupted
        draft.messages.append("the limit was reached: there may be more equilibria")
        return draft
    if add_if_zero_sum(draft, task, MAX_OPTIMAL):
        return draft
    add_paths(draft, a, b, GLANCE, task.deadline)
    if draft.interrupted or task.deadline.expired():
        return draft
    glance = GLANCE if most <= GLANCED_WORK else 0
    enumerate_into(draft, task, HOPEFUL_BUDGET if most <= HOPEFUL_WORK else glance)
    if draft.complete:
        draft.messages = [_proof(draft)]
    return draft


def _proof(draft: Draft) -> str:
    return f"exact enumeration proves the list of {len(draft.found)} complete"


def _second_opinions(draft: Draft, a: PayoffMatrix, b: PayoffMatrix, deadline: Deadline) -> None:
    if _moderate(a) and _moderate(b):
        _cross_check(draft, a, b, deadline)
    else:
        draft.messages.append(
            f"{_proof(draft)}; the payoffs are too far apart for a cross-check in floats"
        )


def _cross_check(draft: Draft, a: PayoffMatrix, b: PayoffMatrix, deadline: Deadline) -> None:
    from deterrence.solvers.strategic.nashpy_solvers import search

    total = len(draft.found)
    parts, missed, extra = [], [], 0
    for name in _CHECKS:
        if deadline.expired() or draft.interrupted:
            draft.messages.append(f"the limit left no room for the cross-check by {name}")
            continue
        searched = search(name, a, b, deadline)
        extra += draft.add(searched.profiles, name)
        draft.messages += searched.messages
        draft.interrupted = draft.interrupted or searched.interrupted
        parts.append(f"{name} found {len(searched.profiles)} of {total}")
        if len(searched.profiles) < total:
            missed.append(f"{name} missed {total - len(searched.profiles)}")
    if extra:
        # Certified, yet not in a list proven complete: one of the two is wrong.
        draft.complete = False
        draft.messages.append(
            f"nashpy found {extra} certified equilibria that the exact enumeration lacks; "
            f"please report this game as a fault of the exact enumeration"
        )
        return
    parts.append(_proof(draft))
    draft.messages.append("; ".join([", ".join(parts[:-1]), parts[-1]] if parts[:-1] else parts))
    if missed:
        draft.messages.append("; ".join(missed))


def _moderate(matrix: PayoffMatrix) -> bool:
    """Whether floats can tell the payoffs apart: range over smallest difference is moderate."""
    values = sorted({Fraction(u) for row in matrix for u in row})
    if len(values) < 2:
        return True
    closest = min(y - x for x, y in itertools.pairwise(values))
    return values[-1] - values[0] <= TRUSTED_RANGE * closest
