"""Real algebraic numbers on a line; see :mod:`deterrence.game.roots`, where they are kept.

>>> [str(root) for root in isolate([(1, -1)])]
['1']
"""

from __future__ import annotations

from deterrence.game.roots import Coefficients, Root, isolate, sign, simplest_between, value

__all__ = ["Coefficients", "Root", "isolate", "sign", "simplest_between", "value"]
