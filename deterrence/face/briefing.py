"""The verb ``brief``: one page in words about a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deterrence.face.given import Given
from deterrence.face.keeping import keeps
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    from deterrence.report.brief import Brief


@keeps
def brief(
    model: SymbolicModel,
    /,
    *,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Brief:
    """Return one page about a model, in words, the answer first.

    What can happen at the defaults, changed by ``scenario``, ``values`` and keywords; when
    each result is possible; what would change it first, and which guesses matter; the
    model's insight; and what is not known.  ``print`` and notebooks show the page.
    What does not fit into a budget of work, the same on every machine, or into ``time_limit``
    seconds, is said to be open.

    Raises :class:`UsageError` for names and values that do not fit, and
    :class:`UnsupportedError` for games that no solver takes.

    >>> from deterrence import brief, load_model
    >>> page = brief(load_model("tripwire"))
    >>> [result.name for result in page.here.results], page.here.complete
    (['Status quo'], True)
    """
    from deterrence.report import brief_page  # noqa: F401 (it writes the page)
    from deterrence.report.brief import brief as briefed

    own = Given(brief, scenario, values, overrides).numbers(model)
    return briefed(model, scenario, own, time_limit)
