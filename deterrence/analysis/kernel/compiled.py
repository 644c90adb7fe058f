"""The loops over points, compiled by numba once for all games and kept in its cache.

Nothing here knows a game: programs and tables come as arrays.  ``fastmath`` is off,
so no product is contracted with a sum and every result equals numpy's bit for bit
(:mod:`.plain` has the same functions).
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_BIT = np.uint64(1)
_BYTE = np.uint64(8)


def _compile(function: Any) -> Any:
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # nowhere to keep the cache: compile for this process only
        return numba.njit(nogil=True, error_model="numpy")(function)


@_compile
def interpret(code: Any, registers: Any, width: int) -> None:
    """Run instructions ``(op, out, a, b, c, d)`` on the first ``width`` lanes."""
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
    positive: Any, starts: Any, literals: Any, may: Any, width: int, valid: Any, spare: Any
) -> None:
    """Set ``valid[v]`` to whether all of a vertex's literals agree: all up, or all down.

    Literal ``2 t + f`` is test ``t``, turned round if ``f`` is 1.  ``may[v]`` says
    which of the two can be: bit 0 up, bit 1 down.
    """
    for v in range(may.shape[0]):
        up, down = valid[v], spare
        may_up, may_down = may[v] & 1, (may[v] >> 1) & 1
        for i in range(width):
            up[i] = may_up
            down[i] = may_down
        for k in range(starts[v], starts[v + 1]):
            sign = positive[literals[k] >> 1]
            turn = literals[k] & 1
            if may_up:
                for i in range(width):
                    up[i] &= sign[i] ^ turn
            if may_down:
                for i in range(width):
                    down[i] &= sign[i] ^ turn ^ 1
        if may_down:
            for i in range(width):
                up[i] |= down[i]


@_compile
def list_pairs(
    rows: Any, columns: Any, first: Any, second: Any, width: int, counts: Any, offsets: Any
) -> Any:
    """Return the lane and the pair of every equilibrium, lane by lane, pairs in order.

    ``rows`` and ``columns`` say which vertices exist.  Sets ``counts`` per lane and
    ``offsets``, where a lane's entries start.
    """
    left, right = rows.view(np.uint64), columns.view(np.uint64)
    words = width // 8
    total = 0
    room = 4 * width
    lanes = np.empty(room, dtype=np.int32)
    pairs = np.empty(room, dtype=np.int32)
    counts[:] = 0
    for p in range(first.shape[0]):
        a, b = left[first[p]], right[second[p]]
        if total + width > room:
            room *= 2
            lanes = np.concatenate((lanes, np.empty(room - lanes.shape[0], dtype=np.int32)))
            pairs = np.concatenate((pairs, np.empty(room - pairs.shape[0], dtype=np.int32)))
        for k in range(words):
            both = a[k] & b[k]
            i = 8 * k
            while both:
                if both & _BIT:
                    lanes[total] = i
                    pairs[total] = p
                    counts[i] += 1
                    total += 1
                i += 1
                both >>= _BYTE
    n = 0
    for i in range(width):
        offsets[i] = n
        n += counts[i]
    place = offsets.copy()
    lane = np.empty(total, dtype=np.int32)
    pair = np.empty(total, dtype=np.int32)
    for e in range(total):
        i = lanes[e]
        lane[place[i]] = i
        pair[place[i]] = pairs[e]
        place[i] += 1
    return lane, pair


@_compile
def strategies(
    target: Any,
    start: int,
    counts: Any,
    offsets: Any,
    vertex: Any,
    registers: Any,
    starts: Any,
    weights: Any,
    limits: Any,
    actions: Any,
    loose: Any,
) -> None:
    """Write the strategies that the entries' vertices stand for into rows from ``start`` on.

    ``loose`` becomes the largest error bound of a lane's probabilities.
    """
    width, size = target.shape[1], target.shape[2]
    for i in range(counts.shape[0]):
        n, first = counts[i], offsets[i]
        for s in range(n):
            row = target[start + i, s]
            for a in range(size):
                row[a] = 0.0
            v = vertex[first + s]
            begin, end = starts[v], starts[v + 1]
            if end - begin == 1:
                row[actions[begin]] = 1.0
                continue
            total, error = 0.0, 0.0
            for k in range(begin, end):
                total += abs(registers[weights[k], i])
                error += registers[limits[k], i]
            for k in range(begin, end):
                row[actions[k]] = abs(registers[weights[k], i]) / total
            error /= total
            if not error <= loose[i]:
                loose[i] = error
        for s in range(n, width):
            for a in range(size):
                target[start + i, s, a] = np.nan


@_compile
def errors(
    lane: Any,
    vertex: Any,
    registers: Any,
    starts: Any,
    weights: Any,
    limits: Any,
    actions: Any,
    result: Any,
) -> None:
    """Fill ``result[action, entry]`` with bounds on the errors of probabilities."""
    for e in range(lane.shape[0]):
        i, v = lane[e], vertex[e]
        begin, end = starts[v], starts[v + 1]
        total, error = 0.0, 0.0
        for k in range(begin, end):
            total += abs(registers[weights[k], i])
            error += registers[limits[k], i]
        for k in range(begin, end):
            share = abs(registers[weights[k], i]) / total
            result[actions[k], e] = (registers[limits[k], i] + share * error) / total


@_compile
def expect(
    target: Any,
    start: int,
    counts: Any,
    offsets: Any,
    pair: Any,
    rows: Any,
    columns: Any,
    registers: Any,
    cells: Any,
    known: Any,
    undefined: Any,
) -> None:
    """Write the expected value of a quantity, given per cell, for every entry.

    ``rows`` and ``columns`` are the strategies as written, ``cells`` the registers
    of the quantity in each cell, ``known[pair]`` its value where that is the same
    at all points (-1 where it is not).  ``undefined`` collects lanes without a finite value.
    """
    width, m, n = target.shape[1], rows.shape[2], columns.shape[2]
    for i in range(counts.shape[0]):
        count, first = counts[i], offsets[i]
        for s in range(count):
            value = known[pair[first + s]]
            if value == -1.0:
                x, y = rows[start + i, s], columns[start + i, s]
                value = 0.0
                for a in range(m):
                    if x[a] != 0.0:
                        mean = 0.0
                        for b in range(n):
                            if y[b] != 0.0:
                                mean += y[b] * registers[cells[a * n + b], i]
                        value += x[a] * mean
                if not abs(value) < np.inf:
                    undefined[i] = True
            target[start + i, s] = value
        for s in range(count, width):
            target[start + i, s] = np.nan


@_compile
def components(
    row: Any, column: Any, rows: int, columns: int, counts: Any, offsets: Any, continuum: Any
) -> Any:
    """Return the component of every entry; entries that share a strategy are connected.

    ``row`` and ``column`` are the entries' vertices.  Components of a lane are
    numbered in the order of their first entry.  Sets ``continuum`` per lane.
    """
    result = np.empty(row.shape[0], dtype=np.int32)
    row_seen = np.full(rows, -1)
    column_seen = np.full(columns, -1)
    row_label = np.zeros(rows, dtype=np.int32)
    column_label = np.zeros(columns, dtype=np.int32)
    number = np.zeros(1, dtype=np.int32)
    for i in range(counts.shape[0]):
        begin, end = offsets[i], offsets[i] + counts[i]
        labels = 0
        for e in range(begin, end):
            v, w = row[e], column[e]
            mine = -1
            if row_seen[v] == i:
                mine = row_label[v]
            if column_seen[w] == i:
                other = column_label[w]
                if mine < 0:
                    mine = other
                elif mine != other:
                    # Two components meet: the later one takes the earlier one's label.
                    keep, drop = min(mine, other), max(mine, other)
                    for f in range(begin, e):
                        if result[f] == drop:
                            result[f] = keep
                            row_label[row[f]] = keep
                            column_label[column[f]] = keep
                    mine = keep
            if mine < 0:
                mine = labels
                labels += 1
            result[e] = mine
            row_seen[v] = i
            column_seen[w] = i
            row_label[v] = mine
            column_label[w] = mine
        if number.shape[0] < labels:
            number = np.zeros(2 * labels, dtype=np.int32)
        number[:labels] = -1
        used = 0
        for e in range(begin, end):
            if number[result[e]] < 0:
                number[result[e]] = used
                used += 1
            result[e] = number[result[e]]
        continuum[i] = used < end - begin
    return result


@_compile
def write(target: Any, start: int, counts: Any, offsets: Any, column: Any, filler: Any) -> None:
    """Write a chunk's entries into the rows of ``target`` from ``start`` on, padded."""
    width = target.shape[1]
    for i in range(counts.shape[0]):
        n, begin = counts[i], offsets[i]
        for s in range(n):
            target[start + i, s] = column[begin + s]
        for s in range(n, width):
            target[start + i, s] = filler
