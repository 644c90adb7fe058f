"""What would change the answer first: of one guess alone, and of all guesses together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.analysis import robust
from deterrence.analysis.robust.results import Alone, Robustness, SmallestChange
from deterrence.errors import DeterrenceError, UnsupportedError
from deterrence.game.measures import Measure
from deterrence.limits import work
from deterrence.modelfile.model import SymbolicModel
from deterrence.statements import is_chance

#: Work seconds that one question may take at least.
_LEAST = 1.0
#: Work seconds for all of them.
_MOST = 24.0


@dataclass(frozen=True)
class Flips:
    """The robustness of a statement about one measure, ``measure == level``.

    ``robustness`` is None where it was not found; ``reason`` then says why, and ``beyond``
    whether the question is one that no search can answer, as it is of a form that the analysis
    does not take.  ``moving`` are the parameters that were allowed to move, all within their
    declared ranges.
    """

    measure: Measure
    level: int
    robustness: Robustness | None
    moving: tuple[str, ...]
    reason: str = ""
    beyond: bool = False

    def changes(self) -> list[SmallestChange]:
        """Return the changes that are possible, the smaller first."""
        answers = () if self.robustness is None else self.robustness.answers
        found = [a for a in answers if a.upper is not None]
        return sorted(found, key=lambda a: a.radius)

    def alone(self) -> list[tuple[SmallestChange, Alone]]:
        """Return what single parameters do, the nearest first, each direction once."""
        found: list[tuple[SmallestChange, Alone]] = []
        seen: set[tuple[str, int]] = set()
        every = [(c, a) for c in self.changes() for a in c.alone if a.distance is not None]
        for c, a in sorted(every, key=lambda p: p[1].distance.decimal if p[1].distance else 0):
            if (a.parameter, a.direction) not in seen:
                seen.add((a.parameter, a.direction))
                found.append((c, a))
        return found


def main_measures(model: SymbolicModel) -> list[Measure]:
    """Return the measures that are probabilities, what is to be avoided first."""
    order = {"avoid": 0, "want": 1, "": 2}
    chances = [m for m in model.measures if is_chance(m.expression) and m.expression.names <= set()]
    chances = chances or [m for m in model.measures if is_chance(m.expression)]
    return sorted(chances, key=lambda m: order[m.sense])


def find_flips(
    model: SymbolicModel,
    measures: list[Measure],
    values: Mapping[str, Any],
    scenario: str | None,
    seconds: float,
) -> Flips | None:
    """Return what flips the first statement that can be flipped; None where nothing is asked.

    The statement is that a measure is 0, or 1 for one that is wanted.  Parameters without a
    range cannot move.
    """
    moving = tuple(
        n
        for n, p in model.parameters.items()
        if p.lower is not None
        and p.upper is not None
        and p.lower < p.upper
        and (p.formula is None or n in values)
    )
    if not measures or not moving:
        return None
    end = work.now() + min(seconds, _MOST)
    first: Flips | None = None
    for measure in measures:
        left = work.left(end)
        if first is not None and left < _LEAST:
            break
        level = 1 if measure.sense == "want" else 0
        found = _asked(model, measure, level, values, scenario, moving, max(left, _LEAST))
        first = first or found
        if found.changes():
            return found
    return first


def _asked(
    model: SymbolicModel,
    measure: Measure,
    level: int,
    values: Mapping[str, Any],
    scenario: str | None,
    moving: tuple[str, ...],
    seconds: float,
) -> Flips:
    try:
        answer = robust.robustness(
            model,
            f"{measure.name} == {level}",
            values=values,
            scenario=scenario,
            over=moving,
            effort=seconds,
        )
    except DeterrenceError as error:
        beyond = isinstance(error, UnsupportedError)
        return Flips(measure, level, None, moving, error.what, beyond)
    return Flips(measure, level, answer, moving)
