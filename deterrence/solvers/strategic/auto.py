"""The default solver: exact enumeration, cross-checked by nashpy where nashpy can be trusted.

Small games of moderate payoffs are solved three times, by nashpy's support and
vertex enumeration and by the exact enumeration; the answer says which solver
found what, and is complete if the exact enumeration came to its end.  Larger
games go to the exact enumeration alone; if its share of the work is not enough,
Lemke-Howson adds what it finds.  Games of other than two players are solved support by
support, exactly.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

from deterrence.limits.deadline import Deadline
from deterrence.solvers.strategic.enumeration import enumerate_into
from deterrence.solvers.strategic.many_players import solve_many
from deterrence.solvers.task import Draft, PayoffMatrix, Task

#: nashpy cross-checks games with up to this many actions per player ...
TRUSTED_ACTIONS = 4
#: ... whose payoff differences are within this factor of each other.
TRUSTED_RANGE = 10**6
#: Share of the work for the exact enumeration of a large game; Lemke-Howson gets the rest.
EXACT_SHARE = 0.8
_CHECKS = ("nashpy-support", "nashpy-vertex")


def solve_auto(task: Task) -> Draft:
    """Solve a game; see the module's text."""
    if len(task.game.players) != 2:
        return solve_many(task)
    a, b = task.matrices()
    draft = Draft()
    small = max(task.game.shape) <= TRUSTED_ACTIONS
    enumerate_into(draft, task, share=1.0 if small else EXACT_SHARE)
    if draft.interrupted:
        return draft
    if draft.complete and not small:
        draft.messages.append(f"exact enumeration proves the list of {len(draft.found)} complete")
    elif draft.complete and not (_moderate(a) and _moderate(b)):
        draft.messages.append(
            f"exact enumeration proves the list of {len(draft.found)} complete; the payoffs are "
            f"too far apart for a cross-check in floats"
        )
    elif draft.complete:
        _cross_check(draft, a, b, task.deadline)
    else:
        _add_lemke_howson(draft, a, b, task.deadline)
    return draft


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
    parts.append(f"exact enumeration proves the list of {total} complete")
    draft.messages.append("; ".join([", ".join(parts[:-1]), parts[-1]] if parts[:-1] else parts))
    if missed:
        draft.messages.append("; ".join(missed))


def _add_lemke_howson(draft: Draft, a: PayoffMatrix, b: PayoffMatrix, deadline: Deadline) -> None:
    from deterrence.solvers.strategic.nashpy_solvers import search

    name = "nashpy-lemke-howson"
    searched = search(name, a, b, deadline.grace())
    new = draft.add(searched.profiles, name)
    draft.interrupted = searched.interrupted
    draft.messages += searched.messages
    draft.messages.append(f"{name} found {len(searched.profiles)}, {new} of them new")


def _moderate(matrix: PayoffMatrix) -> bool:
    """Whether floats can tell the payoffs apart: range over smallest difference is moderate."""
    values = sorted({Fraction(u) for row in matrix for u in row})
    if len(values) < 2:
        return True
    closest = min(y - x for x, y in itertools.pairwise(values))
    return values[-1] - values[0] <= TRUSTED_RANGE * closest
