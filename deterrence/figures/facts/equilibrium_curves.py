"""Curves of equilibria along one parameter, as values: branches, stretches, thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from deterrence.figures.facts.bends import bends
from deterrence.figures.facts.equilibrium_labels import EquilibriumLabel
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
    #: Points that were solved, where the curves are not closed forms.
    points: int = 0
    #: The names of regimes along the range, neighbours with one name joined.
    stages: tuple[NamedStretch, ...] = ()
    #: What the equilibria with a support are called.
    labels: Mapping[ActionSupport, EquilibriumLabel] = field(default_factory=dict)
    #: Whether the axis of the parameter is logarithmic.
    log: bool = False

    @cached_property
    def supports(self) -> tuple[ActionSupport, ...]:
        """All supports, pure ones first, by their numbers or in the order in which they come."""
        seen = dict.fromkeys(b.support for s in self.stretches for b in s.branches)

        def order(support: ActionSupport) -> tuple[bool, tuple[int, ...]]:
            known = self.labels.get(support)
            return not is_pure(support), () if known is None else known.numbers

        return tuple(sorted(seen, key=order))


def thinned(
    branch: EquilibriumBranch, place: Callable[[float], float] = float
) -> EquilibriumBranch:
    """Drop points that lie on the straight line between their neighbours, in every question.

    ``place`` says where a value of the parameter stands on its axis.
    """
    scales = [max(1e-300, max(map(abs, c))) for c in branch.ys]
    kept = bends([place(x) for x in branch.xs], list(zip(*branch.ys, strict=True)), scales)

    def pick(c: Sequence[float]) -> tuple[float, ...]:
        return tuple(c[k] for k in kept)

    return EquilibriumBranch(branch.support, pick(branch.xs), tuple(map(pick, branch.ys)))
