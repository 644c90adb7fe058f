"""The refinements that conditions on parameters can be asked of, and what each means.

How they are decided at values is in :mod:`deterrence.solvers.refinements`.
"""

from __future__ import annotations

from deterrence.errors import UsageError

#: What conditions can be asked of; what each means.
REFINEMENTS: dict[str, str] = {
    "undominated": "nobody's strategy is weakly dominated, by a mixture either",
    "perfect": "normal-form perfect, which with two players is the same as undominated",
    "strict": "everybody's reply is the only best one",
    "risk-dominant": "of two strict equilibria of a 2x2 game, the one with the larger product of "
    "losses from a deviation",
    "payoff-dominant": "there are others, and none is better for anybody or equal for all",
}

#: Refinements that no equilibrium may pass; some equilibrium is always undominated (Selten 1975).
MAY_FAIL = ("strict", "risk-dominant", "payoff-dominant")


def check_refinement(name: str) -> None:
    """Raise :class:`UsageError` for a refinement that has no conditions here."""
    if name not in REFINEMENTS:
        raise UsageError(
            f"there is no refinement {name[:40]!r} with conditions",
            remedy=f"refinements: {', '.join(REFINEMENTS)}",
        )
