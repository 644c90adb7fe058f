"""Stability in the graph model for conflict resolution: states, moves, preferences, look-ahead.

States are the cells of a table or the feasible combinations of options; players move between
them one at a time, in any order, and each asks what the others could answer, and would.
"""

from __future__ import annotations

# So that results can be printed.
from deterrence.graph_model import display as display
