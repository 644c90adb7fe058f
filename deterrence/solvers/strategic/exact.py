"""The solver ``exact``: all extreme equilibria of a two-player game, proven complete."""

from __future__ import annotations

from deterrence.solvers.finish import finish
from deterrence.solvers.solution import Solution
from deterrence.solvers.strategic.enumeration import MAX_PAIRS, enumerate_extreme
from deterrence.solvers.task import Draft, Task


def solve_exact(task: Task) -> Solution:
    """Enumerate all extreme equilibria; partial at the deadline or Ctrl-C."""
    draft = Draft()
    enumerate_into(draft, task)
    return finish(task, draft)


def enumerate_into(draft: Draft, task: Task, share: float = 1.0) -> None:
    """Add what the exact enumeration finds in ``share`` of the time that is left."""
    a, b = task.matrices()
    limit = task.deadline
    if limit.seconds is not None:
        limit = limit.within(share * limit.remaining())
    found = enumerate_extreme(a, b, limit)
    draft.add(((found.rows[i], found.columns[j]) for i, j in found.pairs), "exact")
    draft.complete = found.complete
    interrupted = found.interrupted or (limit.interrupted and not found.complete)
    draft.interrupted = draft.interrupted or interrupted
    if not found.complete:
        why = "was interrupted" if interrupted else "ran out of time"
        if len(found.pairs) >= MAX_PAIRS:
            why = f"stopped at {MAX_PAIRS} equilibria"
        draft.messages.append(f"exact enumeration {why}: there may be more equilibria")
