r"""Correlations between uncertain parameters: are they correlations at all?

A file gives Spearman's rank correlation for pairs of parameters; pairs that are
not named have 0.  Two checks, both over the rationals:

- The matrix of rank correlations must be positive semidefinite, or no parameters
  whatever have it.
- So must the matrix of :math:`2\sin(\pi\rho/6)`, the correlations of the normal
  variables behind a Gaussian copula that has these rank correlations (Pearson
  1907), or a sample cannot be drawn.

>>> from fractions import Fraction
>>> one, half = Fraction(1), Fraction(1, 2)
>>> copula_exists([[one, half], [half, one]])
True
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from deterrence.algebra.linear import is_semidefinite
from deterrence.game.parameters import Correlation
from deterrence.modelfile.file_context import FileContext, kept

#: Parameters that may be correlated with others in one file, so that checks stay quick.
MAX_CORRELATED = 30
#: Sines are rounded to so many bits, so that those of 0, 1 and -1 are exact.
_BITS = 40


def read_correlations(context: FileContext) -> tuple[Correlation, ...]:
    """Return the correlations of a file; faults where they do not fit together."""
    spec, faults = context.spec, context.faults
    found: dict[frozenset[str], Correlation] = {}
    complete = True
    for index, entry in kept(spec.correlations):
        where = ("correlations", index, "between")
        known = True
        for side, name in enumerate(entry.between):
            if name not in context.names:
                faults.unknown((*where, side), "parameter", name, context.names)
                known = False
            elif name in spec.parameters and spec.parameters[name].formula is not None:
                what = f"{name} follows from other parameters by its formula"
                remedy = "correlate the parameters in its formula"
                faults.add((*where, side), what, "a parameter without a formula", remedy)
                known = False
        pair = frozenset(entry.between)
        if pair in found:
            first, second = entry.between
            what = f"the correlation of {first} and {second} is given twice"
            faults.add(where, what, "each pair once")
            known = False
        complete = complete and known
        if known:
            found[pair] = Correlation(entry.between, entry.value)
    correlations = tuple(found.values())
    if complete:
        _check_together(context, correlations)
    return correlations


def _check_together(context: FileContext, correlations: Sequence[Correlation]) -> None:
    names = list(dict.fromkeys(n for c in correlations for n in c.between))
    if len(names) > MAX_CORRELATED:
        what = f"{len(names)} parameters are correlated"
        context.faults.add(("correlations",), what, f"at most {MAX_CORRELATED}", key=True)
        return
    matrix = matrix_of(names, correlations)
    if not is_semidefinite(matrix):
        what = "no parameters can have all these correlations together"
        remedy = "if a goes with b and b with c, then a goes with c to some degree"
        expected = "a positive semidefinite matrix"
        context.faults.add(("correlations",), what, expected, remedy, key=True)
    elif not copula_exists(matrix):
        what = "no Gaussian copula has all these rank correlations together"
        remedy = "weaken one of them a little"
        context.faults.add(("correlations",), what, "weaker correlations", remedy, key=True)


def matrix_of(names: Sequence[str], correlations: Sequence[Correlation]) -> list[list[Fraction]]:
    """Return the rank correlation matrix of the named parameters (names x names)."""
    value = {frozenset(c.between): c.value for c in correlations}
    return [
        [Fraction(1) if a == b else value.get(frozenset((a, b)), Fraction(0)) for b in names]
        for a in names
    ]


def copula_exists(matrix: Sequence[Sequence[Fraction]]) -> bool:
    """Say whether a Gaussian copula has these rank correlations (up to rounding)."""
    unit = 1 << _BITS
    normal = [
        [Fraction(round(2 * math.sin(math.pi * float(r) / 6) * unit), unit) for r in row]
        for row in matrix
    ]
    return is_semidefinite(normal)
