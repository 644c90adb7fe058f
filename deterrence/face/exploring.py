"""The verb ``explorer``: a page in which a model's guesses are moved by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.face.given import Given
from deterrence.face.keeping import kept
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    from deterrence.explorer.explorer import Explorer


def explorer(
    model: SymbolicModel,
    /,
    *,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Explorer:
    """Return the explorer of a model: one page that needs no network and no program.

    It opens at the defaults, changed by ``scenario``, ``values`` and keywords.  A notebook
    shows it; ``save`` writes it to a file to be mailed; ``widget`` makes a widget of it.  What
    does not fit into a budget of work, the same on every machine, or into ``time_limit``
    seconds, is said to be open on the page.

    Raises :class:`UsageError` for names and values that do not fit.

    >>> from deterrence import load_model
    >>> page = load_model("chicken").explorer(P_A=-5)
    >>> page.data["start"]["values"]["P_A"], page.data["solver"]["kind"]
    ('-5', 'matrix')
    """
    own = Given(explorer, scenario, values, overrides).numbers(model)
    return explored(model, scenario, own, time_limit=time_limit)


def explored(
    model: SymbolicModel,
    scenario: str | None,
    values: Mapping[str, Any],
    game: Sequence[str] = (),
    *,
    analysed: bool = True,
    time_limit: float | None = None,
) -> Explorer:
    """Return the explorer of a model that opens at ``values``; ``game`` is how a command names it.

    Without ``analysed`` nothing is derived for all values.
    """
    from deterrence.explorer.explorer import Explorer

    def data() -> dict[str, Any]:
        from deterrence.explorer.page_data import page_data

        with kept_limit(time_limit):
            return page_data(model, scenario, values, game, analysed=analysed)

    options = {"scenario": scenario, "values": values, "game": game, "analysed": analysed}
    # Budgets of work end at the same step every time; a limit in seconds does not.
    if time_limit is not None:
        return Explorer(data())
    return Explorer(kept("explorer", model, options, data))
