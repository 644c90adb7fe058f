"""Sensitivity of outcomes and conclusions to uncertain parameters.

>>> from deterrence import load_model
>>> answer = load_model("asymmetric-bipolarity").sensitivity(
...     measures=["war"], samples=256, only=["l_R", "l_N"], method="tornado")
>>> [bar.input for bar in answer.tornado_of("war").bars]
['l_N', 'l_R']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# So that answers can be printed.
from deterrence.analysis.uncertainty import display as display

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.results import Sensitivity
    from deterrence.modelfile.model import SymbolicModel


def sensitivity(model: SymbolicModel, **options: Any) -> Sensitivity:
    """Say which uncertain parameter matters most, and how likely each outcome is.

    See :func:`deterrence.analysis.uncertainty.analyse.analyse` for the options.
    """
    from deterrence.analysis.uncertainty.analyse import analyse

    return analyse(model, **options)
