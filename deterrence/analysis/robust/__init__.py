"""Robustness of conclusions, and the levers that bring them about.

How wrong may the guesses be before the answer flips, and what is the cheapest
change that makes it flip: exact numbers, with certificates that any SMT solver
can check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# So that answers can be printed.
from deterrence.analysis.robust import display as display

if TYPE_CHECKING:
    from deterrence.analysis.robust.verbs import levers as levers
    from deterrence.analysis.robust.verbs import payoff_robustness as payoff_robustness
    from deterrence.analysis.robust.verbs import robustness as robustness

__all__ = ["levers", "payoff_robustness", "robustness"]


def __getattr__(name: str) -> Any:
    """Import a verb when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from deterrence.analysis.robust import verbs

    return getattr(verbs, name)
