"""The verb ``compare``: cases of a model, or two games, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.face.given import Given
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value, read_value

if TYPE_CHECKING:
    from deterrence.analysis.comparing.cases import Comparison


def compare(
    model: SymbolicModel | StrategicGame | ExtensiveGame,
    other: SymbolicModel | StrategicGame | ExtensiveGame | None = None,
    /,
    *,
    scenarios: str | Sequence[str] | None = None,
    against: Mapping[str, Value] | None = None,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Comparison:
    """Put results, measures, regimes and what flips them side by side.

    With an ``other`` model or game the two are compared; with ``against``, the model at its
    values and at those with ``against`` put in; otherwise the defaults and the model's
    ``scenarios``, all of them unless some are named.  ``scenario`` is a start for
    ``against``.  ``values`` and keywords hold in every case that has the parameter; in the
    second of two, ``against`` goes before.

    Every case is solved exactly, as :func:`solve` does; ``print`` and notebooks show the
    comparison, ``plot`` draws it.  What does not fit into a budget of work, the same on every
    machine, or into ``time_limit`` seconds, is said to be open.  Raises :class:`UsageError`
    for names and values that do not fit, and where there is nothing to compare with.

    >>> from deterrence import compare, load_model
    >>> found = compare(load_model("chicken"), against={"P_A": -1})
    >>> [(case.label, [r.name for r in case.results][-1]) for case in found.cases]
    [('defaults', 'Any of: Status quo; A yields; B yields; Collision'), \
('P_A = -1', 'Either of: A yields; Collision')]
    """
    from deterrence.report.compare import compare as compared

    given = Given(compare, scenario, values, overrides)
    own: dict[str, Any] = {}
    if isinstance(model, SymbolicModel):
        own = given.numbers(model)
    else:
        given.refuse(f"{model.name} has numbers and no parameters")
    second = other if other is not None else model
    theirs: dict[str, Any] = {}
    for name, value in (against or {}).items():
        if not isinstance(second, SymbolicModel):
            raise UsageError(f"{second.name} has numbers, no parameter {name[:60]!r}")
        second.parameter(name)
        theirs[name] = read_value(name, value)
    return compared(
        model,
        other,
        scenarios=(scenarios,) if isinstance(scenarios, str) else scenarios,
        scenario=scenario,
        values=own,
        against=theirs,
        time_limit=time_limit,
    )
