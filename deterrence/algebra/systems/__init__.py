r"""Systems of polynomial equations and inequalities, solved exactly and completely.

:func:`solve_system` takes polynomial equations and weak or strict inequalities with
rational coefficients in a few unknowns, and returns the *whole* set of real solutions:

* ``points``: isolated solutions, every coordinate a ``Fraction`` or an
  :class:`~deterrence.algebra.algebraic_numbers.Algebraic` number (exact; prints in square roots
  where it is quadratic);
* ``continua``: sets of positive dimension, each with the unknowns that are free, the
  others as ratios of polynomials in them where there is such a form, the conditions
  that remain, and a sample point;
* ``complete``: whether it is proven that nothing is missing.

Polynomials may be sympy expressions in symbols named like the unknowns, numbers, or
mappings from exponents to coefficients, ``{(1, 0): 2, (0, 0): -1}`` for
:math:`2x - 1` in ``("x", "y")``.

>>> from sympy.abc import x, y
>>> found = solve_system(("x", "y"), [x*y - 1, x + y - 3], above=[x - y])
>>> [str(v) for v in found.points[0].values()], found.complete
(['(sqrt(5) + 3)/2', '(3 - sqrt(5))/2'], True)
>>> found = solve_system(("x", "y"), [x*y - x], at_least=[x, 1 - x, y, 1 - y])
>>> for piece in found.continua:
...     print(piece)
x = 0, y free with 0 <= y <= 1
y = 1, x free with 0 <= x <= 1
"""

from __future__ import annotations

from deterrence.algebra.systems.results import Continuum, Ratio, SolutionPoint, SolutionSet
from deterrence.algebra.systems.solve import solve_system

__all__ = ["Continuum", "Ratio", "SolutionPoint", "SolutionSet", "solve_system"]
