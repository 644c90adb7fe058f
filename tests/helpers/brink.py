"""Chicken with the names of two poles, a small game that is well understood.

It is the bipolarity as it shipped before its sides' answers became reliable: a 2x2 matrix,
frozen here, so that tests of verbs do not change with the models that ship.
"""

from __future__ import annotations

from pathlib import Path

#: The file, as models are called on a command line.
BRINK = str(Path(__file__).parents[1] / "cases" / "brink.yaml")
