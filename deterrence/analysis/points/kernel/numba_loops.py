"""The loops over points, compiled by numba once for all games and kept in its cache.

Nothing here knows a game: programs and tables come as arrays.  ``fastmath`` is off,
so no product is contracted with a sum and every result equals numpy's bit for bit
(:mod:`.numpy_loops` has the same functions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deterrence.analysis.points.kernel.numba_entries import (
    components,
    errors,
    expect,
    induce,
    list_pairs,
    strategies,
    write,
    write_pairs,
)
from deterrence.surroundings import compiled

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Bytes, Floats, Integers, Truths

__all__ = [
    "check_range",
    "components",
    "errors",
    "evaluate",
    "expect",
    "find_signs",
    "induce",
    "interpret",
    "judge",
    "list_pairs",
    "match_literals",
    "strategies",
    "write",
    "write_pairs",
]


@compiled
def interpret(code: Integers, registers: Floats, start: int, stop: int) -> None:
    """Run instructions ``(op, out, a, b, c, d)`` on the lanes from ``start`` to ``stop``."""
    width = max(stop - start, 0)
    for k in range(code.shape[0]):
        op = code[k, 0]
        out = registers[code[k, 1]][start:stop]
        a = registers[code[k, 2]][start:stop]
        b = registers[code[k, 3]][start:stop]
        c = registers[code[k, 4]][start:stop]
        d = registers[code[k, 5]][start:stop]
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


@compiled
def check_range(
    registers: Floats, rows: Integers, width: int, low: float, high: float, flagged: Truths
) -> None:
    """Flag lanes with an input that is not 0 and not between ``low`` and ``high`` in size."""
    for r in range(rows.shape[0]):
        x = registers[rows[r]]
        for i in range(width):
            flagged[i] |= not (abs(x[i]) <= high) or (abs(x[i]) < low and x[i] != 0.0)


@compiled
def judge(registers: Floats, compared: Integers, width: int, no: Truths, unknown: Truths) -> None:
    """Compare values with 0: mark lanes where a comparison is false, and where it is open.

    Rows of ``compared`` are (value, error bound, what counts as true), the last a sum
    of 1 (positive), 2 (negative) and 4 (zero, which is known where the bound is 0).
    """
    for t in range(compared.shape[0]):
        x, limit, true = registers[compared[t, 0]], registers[compared[t, 1]], compared[t, 2]
        yes_up, yes_down, yes_level = true & 1, (true >> 1) & 1, (true >> 2) & 1
        for i in range(width):
            up = x[i] > limit[i]
            down = x[i] < -limit[i]
            level = (limit[i] == 0.0) & (x[i] == 0.0)
            known = up | down | level
            yes = (up & yes_up) | (down & yes_down) | (level & yes_level)
            no[i] |= known & (yes == 0)
            unknown[i] |= known == 0


@compiled
def find_signs(
    registers: Floats,
    tested: Integers,
    limits: Integers,
    start: int,
    stop: int,
    positive: Bytes,
    doubtful: Bytes,
) -> None:
    """Set ``positive[t]`` to whether test ``t``'s value is above 0; collect doubt per lane."""
    width = max(stop - start, 0)
    doubt = doubtful[start:stop]
    for i in range(width):
        doubt[i] = 0
    for t in range(tested.shape[0]):
        x = registers[tested[t]][start:stop]
        limit = registers[limits[t]][start:stop]
        sign = positive[t][start:stop]
        for i in range(width):
            sign[i] = x[i] > 0.0
        for i in range(width):
            doubt[i] |= not (abs(x[i]) > limit[i])


@compiled
def match_literals(
    positive: Bytes,
    table: tuple[Integers, Integers, Bytes],
    start: int,
    stop: int,
    valid: Bytes,
    spare: Bytes,
) -> None:
    """Set ``valid[v]`` to whether all of a vertex's literals agree: all up, or all down.

    ``table`` holds, per vertex, where its literals start, all literals, and which of
    the two can be: bit 0 up, bit 1 down.  Literal ``2 t + f`` is test ``t``, turned
    round if ``f`` is 1.
    """
    starts, literals, may = table
    width = max(stop - start, 0)
    down = spare[start:stop]
    for v in range(may.shape[0]):
        up = valid[v][start:stop]
        k, end = starts[v], starts[v + 1]
        if k == end:
            for i in range(width):
                up[i] = 1
            continue
        if (end - k) % 2:
            a, turn_a = positive[literals[k] >> 1][start:stop], literals[k] & 1
            for i in range(width):
                up[i] = a[i] ^ turn_a
                down[i] = a[i] ^ turn_a ^ 1
            k += 1
        else:
            for i in range(width):
                up[i] = 1
                down[i] = 1
        while k < end:
            a, turn_a = positive[literals[k] >> 1][start:stop], literals[k] & 1
            b, turn_b = positive[literals[k + 1] >> 1][start:stop], literals[k + 1] & 1
            for i in range(width):
                x, y = a[i] ^ turn_a, b[i] ^ turn_b
                up[i] &= x & y
                down[i] &= (x | y) ^ 1
            k += 2
        if may[v] == 3:
            for i in range(width):
                up[i] |= down[i]
        elif may[v] == 2:
            for i in range(width):
                up[i] = down[i]


@compiled
def evaluate(
    code: Integers,
    registers: Floats,
    width: int,
    block: int,
    tests: tuple[Integers, Integers],
    positive: Bytes,
    doubtful: Bytes,
    tables: tuple[tuple[Integers, Integers, Bytes], ...],
    valid: tuple[Bytes, ...],
    spare: Bytes,
) -> None:
    """Run instructions, find signs and the vertices that exist, ``block`` lanes at a time.

    So all of it stays in the cache.  ``tests`` are the tests' values and limits;
    ``tables`` and ``valid`` belong to the two sides.
    """
    for start in range(0, width, block):
        stop = min(start + block, width)
        interpret(code, registers, start, stop)
        find_signs(registers, tests[0], tests[1], start, stop, positive, doubtful)
        match_literals(positive, tables[0], start, stop, valid[0], spare)
        match_literals(positive, tables[1], start, stop, valid[1], spare)
