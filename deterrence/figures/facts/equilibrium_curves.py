"""Curves of equilibria along one parameter, as values: branches, stretches, thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from deterrence.figures.facts.bends import bends
from deterrence.figures.facts.named_stretches import NamedStretch
from deterrence.figures.facts.plotted_quantities import PlottedQuantity

if TYPE_CHECKING:
    from deterrence.game.parameters import Parameter

ActionSupport = tuple[tuple[str, ...], ...]


def is_pure(support: ActionSupport) -> bool:
    """Whether nobody mixes."""
    return all(len(actions) == 1 for actions in support)


@dataclass(frozen=True)
class EquilibriumBranch:
    """One equilibrium over one stretch; ``ys[m]`` are the values of question ``m``."""

    support: ActionSupport
    xs: tuple[float, ...]
    ys: tuple[tuple[float, ...], ...]

    @property
    def is_pure(self) -> bool:
        """Whether nobody mixes."""
        return is_pure(self.support)


@dataclass(frozen=True)
class Span:
    """A part of the range in which nothing changes; without branches, nothing is allowed."""

    low: float
    high: float
    branches: tuple[EquilibriumBranch, ...]


@dataclass(frozen=True)
class Mark:
    """A threshold, its exact value where it is rational, and the segments of continua there.

    ``segments[m]`` are ranges of question ``m`` over one connected set of equilibria.
    """

    value: Fraction | None
    decimal: float
    segments: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True)
class Trace:
    """Everything that a sweep shows; ``exact`` says that thresholds and curves are."""

    parameter: Parameter
    low: Fraction
    high: Fraction
    base: Fraction | float | None
    questions: tuple[PlottedQuantity, ...]
    thresholds: tuple[Mark, ...]
    stretches: tuple[Span, ...]
    exact: bool
    players: tuple[str, ...]
    #: Points that were solved, where the curves are not closed forms.
    points: int = 0
    #: The names of regimes along the range, neighbours with one name joined.
    stages: tuple[NamedStretch, ...] = ()

    @cached_property
    def supports(self) -> tuple[ActionSupport, ...]:
        """All supports, pure ones first, in the order in which they come."""
        seen = dict.fromkeys(b.support for s in self.stretches for b in s.branches)
        return tuple(sorted(seen, key=is_pure, reverse=True))


def thinned(branch: EquilibriumBranch) -> EquilibriumBranch:
    """Drop points that lie on the straight line between their neighbours, in every question."""
    scales = [max(1e-300, max(map(abs, c))) for c in branch.ys]
    kept = bends(branch.xs, list(zip(*branch.ys, strict=True)), scales)

    def pick(c: Sequence[float]) -> tuple[float, ...]:
        return tuple(c[k] for k in kept)

    return EquilibriumBranch(branch.support, pick(branch.xs), tuple(map(pick, branch.ys)))
