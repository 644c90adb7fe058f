"""What ``deterrence regimes`` answers: an analysis with what was asked for beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deterrence.symbolic.along.boundaries import Boundaries
from deterrence.symbolic.along.statics import Statics
from deterrence.symbolic.along.threshold_results import Thresholds
from deterrence.symbolic.conclusion_results import Conclusion
from deterrence.symbolic.refinements import Refinements
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.words.shown import Shown


@dataclass(frozen=True)
class Extras:
    """What was asked for beside the regimes.

    ``asked`` says that the conclusions were asked for by name, so that they come first.
    ``point`` is a named point of parameter space that is to be placed in the map.
    """

    conclusions: tuple[Conclusion, ...] = ()
    boundaries: Boundaries | None = None
    thresholds: tuple[Thresholds, ...] = ()
    statics: Statics | None = None
    refinements: Refinements | None = None
    point: tuple[str, Mapping[str, Any]] | None = None
    asked: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return what there is as plain data, under a key for each kind."""
        found: dict[str, Any] = {}
        if self.conclusions:
            found["conclusions"] = [c.to_dict() for c in self.conclusions]
        if self.boundaries is not None:
            found["boundaries"] = self.boundaries.to_dict()["boundaries"]
            found["boundaries_proof"] = self.boundaries.proof
        if self.thresholds:
            found["thresholds"] = [t.to_dict() for t in self.thresholds]
        if self.statics is not None:
            found["statics"] = self.statics.to_dict()["effects"]
        if self.refinements is not None:
            found["refinements"] = self.refinements.to_dict()["conditions"]
        return found


@dataclass(frozen=True, eq=False, repr=False)
class RegimesAnswer(Shown):
    """An analysis and what was asked for beside it, as one answer."""

    analysis: RegimeAnalysis
    extras: Extras = field(default_factory=Extras)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract, with a key for each kind of what was asked for."""
        return {**self.analysis.to_dict(), **self.extras.to_dict()}
