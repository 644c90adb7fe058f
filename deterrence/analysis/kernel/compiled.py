"""The machine's loops, compiled by numba once for all games and kept in its cache.

Nothing here knows a game: programs and tables come as arrays.  ``fastmath`` is off,
so no product is contracted with a sum and every result equals numpy's bit for bit.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_ONES = np.uint64(0x0101010101010101)
_TOP = np.uint64(56)
_BIT = np.uint64(1)
_BYTE = np.uint64(8)


def _compile(function: Any) -> Any:
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # nowhere to keep the cache: compile for this process only
        return numba.njit(nogil=True, error_model="numpy")(function)


@_compile
def interpret(code: Any, registers: Any, width: int) -> None:
    """Run arithmetic instructions ``(op, out, a, b, c, d)`` on the first ``width`` lanes."""
    for k in range(code.shape[0]):
        op = code[k, 0]
        out = registers[code[k, 1]]
        a = registers[code[k, 2]]
        b = registers[code[k, 3]]
        c = registers[code[k, 4]]
        d = registers[code[k, 5]]
        if op == 0:
            for i in range(width):
                out[i] = a[i] + b[i]
        elif op == 1:
            for i in range(width):
                out[i] = a[i] - b[i]
        elif op == 2:
            for i in range(width):
                out[i] = a[i] * b[i]
        elif op == 7:
            for i in range(width):
                out[i] = a[i] * b[i] - c[i] * d[i]
        elif op == 8:
            for i in range(width):
                out[i] = a[i] * b[i] + c[i] * d[i]
        elif op == 9:
            for i in range(width):
                out[i] = a[i] + b[i] * c[i]
        elif op == 10:
            for i in range(width):
                out[i] = a[i] - b[i] * c[i]
        elif op == 11:
            for i in range(width):
                out[i] = a[i] * b[i] - c[i]
        elif op == 3:
            for i in range(width):
                out[i] = a[i] / b[i]
        elif op == 4:
            for i in range(width):
                out[i] = -a[i]
        elif op == 5:
            for i in range(width):
                out[i] = abs(a[i])
        else:
            for i in range(width):
                x, y = a[i], b[i]
                out[i] = x if (x >= y or x != x) else y


@_compile
def find_signs(
    registers: Any, tested: Any, limits: Any, width: int, positive: Any, doubtful: Any
) -> None:
    """Set ``positive[t]`` to whether test ``t``'s value is above 0; collect doubt per lane."""
    for i in range(width):
        doubtful[i] = 0
    for t in range(tested.shape[0]):
        x = registers[tested[t]]
        limit = registers[limits[t]]
        sign = positive[t]
        for i in range(width):
            sign[i] = x[i] > 0.0
        for i in range(width):
            doubtful[i] |= not (abs(x[i]) > limit[i])


@_compile
def match_literals(
    positive: Any, starts: Any, literals: Any, fixed: Any, width: int, valid: Any, other: Any
) -> None:
    """Set ``valid[v]`` to whether all of a vertex's literals agree: all up, or all down.

    Literal ``2 t + f`` is test ``t``, turned round if ``f`` is 1.  ``fixed[v]`` says
    which of the two a vertex may be: bit 0 up, bit 1 down.
    """
    for v in range(fixed.shape[0]):
        up = valid[v]
        down = other[0]
        may_up, may_down = fixed[v] & 1, (fixed[v] >> 1) & 1
        for i in range(width):
            up[i] = may_up
            down[i] = may_down
        for k in range(starts[v], starts[v + 1]):
            sign = positive[literals[k] >> 1]
            turn = literals[k] & 1
            for i in range(width):
                s = sign[i] ^ turn
                up[i] &= s
                down[i] &= s ^ 1
        if may_down:
            for i in range(width):
                up[i] |= down[i]


@_compile
def count_pairs(
    rows: Any, columns: Any, first: Any, second: Any, words: int
) -> int:
    """Return in how many lanes, over all pairs, both vertices exist; rows hold 8 lanes a word."""
    total = 0
    for p in range(first.shape[0]):
        a, b = rows[first[p]], columns[second[p]]
        for k in range(words):
            # Bytes are 0 or 1, so the product adds them up in the top byte.
            total += int(((a[k] & b[k]) * _ONES) >> _TOP)
    return total


@_compile
def list_pairs(
    rows: Any,
    columns: Any,
    first: Any,
    second: Any,
    words: int,
    counts: Any,
    lanes: Any,
    pairs: Any,
    slots: Any,
) -> None:
    """List the lanes in which a pair's vertices both exist, pair by pair."""
    n = 0
    for p in range(first.shape[0]):
        a, b = rows[first[p]], columns[second[p]]
        for k in range(words):
            both = a[k] & b[k]
            i = 8 * k - 1
            while both:
                i += 1
                if both & _BIT:
                    lanes[n] = i
                    pairs[n] = p
                    slots[n] = counts[i]
                    counts[i] += 1
                    n += 1
                both >>= _BYTE


@_compile
def probabilities(
    registers: Any, lanes: Any, pairs: Any, vertex: Any, starts: Any, weights: Any, actions: Any,
    result: Any,
) -> None:
    """Fill ``result[action, entry]`` with the strategy that an entry's vertex stands for."""
    for e in range(lanes.shape[0]):
        i, v = lanes[e], vertex[pairs[e]]
        total = 0.0
        for k in range(starts[v], starts[v + 1]):
            total += abs(registers[weights[k], i])
        for k in range(starts[v], starts[v + 1]):
            result[actions[k], e] = abs(registers[weights[k], i]) / total
