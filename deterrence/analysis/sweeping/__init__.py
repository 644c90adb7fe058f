"""Sweeps: equilibria and measures over designs of parameter points, to a file or in memory.

>>> from deterrence import load_model
>>> found = load_model("asymmetric-bipolarity").sweep({"k_R": "4:8:5"})
>>> found.war_low.values.tolist()
[1.0, 1.0, 0.0, 0.0, 0.0]
>>> found.sizes["equilibrium"], found.k_R.attrs["units"]
(3, 'utility')
"""

from __future__ import annotations

from deterrence.analysis.sweeping import display as display
