"""Sensitivity of outcomes and conclusions to uncertain parameters.

>>> from deterrence import load_model
>>> answer = load_model("asymmetric-bipolarity").sensitivity(
...     measures=["war"], samples=256, over=["l_R", "l_N"], method="tornado")
>>> [bar.input for bar in answer.tornado_of("war").bars]
['l_R', 'l_N']
"""

from __future__ import annotations

# So that answers can be printed.
from deterrence.analysis.uncertainty import display as display
