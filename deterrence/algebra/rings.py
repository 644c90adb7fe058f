"""Names for what comes from sympy's polynomial rings, which carry no types.

>>> from sympy import ZZ, ring
>>> R, x, y = ring("x, y", ZZ)
>>> isinstance((x - y) ** 2, type(x)), R.gens
(True, (x, y))
"""

from typing import Any

#: A ``sympy.polys.rings.PolyRing``.
Ring = Any
#: A ``sympy.polys.rings.PolyElement``.
RingElement = Any
