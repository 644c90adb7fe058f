r"""Large systems of linear equations in whole numbers, solved exactly by FLINT.

Elimination in Python drags along numbers as long as the answer from its first step on.
FLINT (through python-flint) solves modulo a prime, and lifts the answer from there
(Dixon 1982, Numerische Mathematik 40).

>>> solve_large([[2, 1], [1, -1], [3, 0]], [3, 1, 4])
(Fraction(4, 3), Fraction(1, 3))
>>> solve_large([[1, 1], [2, 2]], [1, 2]) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

#: Independent rows are chosen modulo this prime.
_PRIME = 2**62 - 57


def solve_large(a: Sequence[Sequence[int]], b: Sequence[int]) -> tuple[Fraction, ...] | None:
    """Return the one solution of ``a x = b``, or ``None``.

    ``a`` and ``b`` are whole numbers; ``a`` is rows x columns and may have more rows than
    columns.  ``None`` where there is no solution or more than one, and in the rare case
    that the prime hides one: it proves nothing.
    """
    from flint import fmpz_mat, nmod_mat

    columns = len(a[0]) if a else 0
    if not 0 < columns <= len(a):
        return None
    across, rank = nmod_mat(fmpz_mat(list(zip(*a, strict=True))), _PRIME).rref()
    if rank < columns:
        return None
    chosen: list[int] = []
    for k in range(columns):
        r = chosen[-1] + 1 if chosen else 0
        while not int(across[k, r]):
            r += 1
        chosen.append(r)
    solved: Any = fmpz_mat([a[r] for r in chosen]).solve(fmpz_mat([[b[r]] for r in chosen]))
    whole, common = solved.numer_denom()
    numerators, denominator = [int(x) for x in whole.entries()], int(common)
    for r in {*range(len(a))} - {*chosen}:
        if sum(u * x for u, x in zip(a[r], numerators, strict=True) if u) != b[r] * denominator:
            return None
    return tuple(Fraction(x, denominator) for x in numerators)
