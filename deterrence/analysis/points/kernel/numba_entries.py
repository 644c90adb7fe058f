"""Loops over equilibria found, compiled by numba; the second half of :mod:`.numba_loops`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deterrence.analysis.points.kernel.bounds import FLOOR, MARGIN, ROUNDING
from deterrence.surroundings import compiled

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Bytes, Floats, Integers, Truths, Values

_BIT = np.uint64(1)
_BYTE = np.uint64(8)


@compiled
def list_pairs(
    rows: Bytes,
    columns: Bytes,
    first: Integers,
    second: Integers,
    width: int,
    counts: Integers,
    starts: Integers,
) -> tuple[Integers, Integers]:
    """Return the lane of every equilibrium, pair by pair, and its number within the lane.

    ``rows`` and ``columns`` say which vertices exist, ``first`` and ``second`` are the
    pairs' vertices.  Sets ``counts`` per lane, and ``starts[p]`` where pair ``p`` begins.
    """
    left, right = rows.view(np.uint64), columns.view(np.uint64)
    words = width // 8
    total = 0
    room = 4 * width
    lanes = np.empty(room, dtype=np.int32)
    slots = np.empty(room, dtype=np.int32)
    counts[:] = 0
    for p in range(first.shape[0]):
        starts[p] = total
        a, b = left[first[p]], right[second[p]]
        if total + width > room:
            room *= 2
            lanes = np.concatenate((lanes, np.empty(room - lanes.shape[0], dtype=np.int32)))
            slots = np.concatenate((slots, np.empty(room - slots.shape[0], dtype=np.int32)))
        for k in range(words):
            both = a[k] & b[k]
            i = 8 * k
            while both:
                if both & _BIT:
                    lanes[total] = i
                    slots[total] = counts[i]
                    counts[i] += 1
                    total += 1
                i += 1
                both >>= _BYTE
    starts[first.shape[0]] = total
    return lanes[:total], slots[:total]


@compiled
def strategies(
    target: Floats,
    lane: Integers,
    place: Integers,
    starts: Integers,
    vertex: Integers,
    registers: Floats,
    tables: tuple[Integers, ...],
    shares: Floats,
    loose: Floats,
) -> None:
    """Write the strategies that the entries' vertices stand for into ``target[place]``.

    ``vertex[p]`` is the vertex of pair ``p``.  ``shares[k, entry]`` becomes the
    probability of the vertex's action number ``k``, for mixed strategies only;
    ``loose`` the largest error bound of a lane's probabilities.
    """
    first, weights, limits, actions = tables
    size = target.shape[1]
    room = 1
    for p in range(vertex.shape[0]):
        room = max(room, starts[p + 1] - starts[p])
    total, error = np.empty(room), np.empty(room)
    for p in range(vertex.shape[0]):
        begin, stop = starts[p], starts[p + 1]
        start, end = first[vertex[p]], first[vertex[p] + 1]
        only = actions[start] if end - start == 1 else -1
        for e in range(begin, stop):
            row = target[place[e]]
            for a in range(size):
                row[a] = 1.0 if a == only else 0.0
        if only >= 0:
            continue
        total[: stop - begin] = 0.0
        error[: stop - begin] = 0.0
        for k in range(start, end):
            share = shares[k - start]
            weight, limit = registers[weights[k]], registers[limits[k]]
            for e in range(begin, stop):
                share[e] = abs(weight[lane[e]])
                total[e - begin] += share[e]
                error[e - begin] += limit[lane[e]]
        for k in range(start, end):
            share = shares[k - start]
            action = actions[k]
            for e in range(begin, stop):
                share[e] /= total[e - begin]
            for e in range(begin, stop):
                target[place[e], action] = share[e]
        for e in range(begin, stop):
            error[e - begin] /= total[e - begin]
            if not error[e - begin] <= loose[lane[e]]:
                loose[lane[e]] = error[e - begin]


@compiled
def errors(
    lane: Integers,
    vertex: Integers,
    registers: Floats,
    tables: tuple[Integers, ...],
    result: Floats,
) -> None:
    """Fill ``result[action, entry]`` with bounds on the errors of probabilities."""
    first, weights, limits, actions = tables
    for e in range(lane.shape[0]):
        i, v = lane[e], vertex[e]
        start, end = first[v], first[v + 1]
        total, error = 0.0, 0.0
        for k in range(start, end):
            total += abs(registers[weights[k], i])
            error += registers[limits[k], i]
        for k in range(start, end):
            share = abs(registers[weights[k], i]) / total
            result[actions[k], e] = (registers[limits[k], i] + share * error) / total


@compiled
def expect(
    target: Floats,
    lane: Integers,
    place: Integers,
    starts: Integers,
    pairs: tuple[Integers, ...],
    rows: Floats,
    columns: Floats,
    registers: Floats,
    cells: Integers,
    known: Floats,
    undefined: Truths,
) -> None:
    """Write a quantity's expected value for every entry into ``target[place]``.

    The quantity is given per cell.  ``pairs`` are the tables that
    :meth:`.game.Game.lookup` describes, ``rows`` and ``columns`` the players' shares
    (:func:`strategies`), ``cells[a, b]`` the registers of the quantity, ``known[p]``
    its value where that is the same at all points (-1 where it is not).
    ``undefined`` collects lanes without a finite value.
    """
    _, first, second, row_starts, row_actions, column_starts, column_actions = pairs
    room = 1
    for p in range(first.shape[0]):
        room = max(room, starts[p + 1] - starts[p])
    value, mean = np.empty(room), np.empty(room)
    for p in range(first.shape[0]):
        start, end = starts[p], starts[p + 1]
        count = end - start
        if count == 0:
            continue
        if known[p] != -1.0:
            for e in range(start, end):
                target[place[e]] = known[p]
            continue
        v, w = first[p], second[p]
        row_start, row_end = row_starts[v], row_starts[v + 1]
        column_start, column_end = column_starts[w], column_starts[w + 1]
        value[:count] = 0.0
        for k in range(row_start, row_end):
            mean[:count] = 0.0
            for j in range(column_start, column_end):
                c = registers[cells[row_actions[k], column_actions[j]]]
                if column_end - column_start == 1:
                    for e in range(start, end):
                        mean[e - start] = c[lane[e]]
                else:
                    share = columns[j - column_start]
                    for e in range(start, end):
                        mean[e - start] += share[e] * c[lane[e]]
            if row_end - row_start == 1:
                value[:count] = mean[:count]
            else:
                share = rows[k - row_start]
                for e in range(start, end):
                    value[e - start] += share[e] * mean[e - start]
        bad = 0.0
        for e in range(start, end):
            target[place[e]] = value[e - start]
            bad += value[e - start] - value[e - start]
        if bad != 0.0:
            for e in range(start, end):
                if not abs(value[e - start]) < np.inf:
                    undefined[lane[e]] = True


@compiled
def components(
    target: Integers,
    table: Integers,
    first: Integers,
    second: Integers,
    rows: int,
    columns: int,
    continuum: Truths,
) -> None:
    """Write the component of every entry; entries that share a strategy are connected.

    ``table[lane, slot]`` is the entry's pair, -1 where there is none.  Components of a
    lane are numbered in the order of their first entry.  Sets ``continuum`` per lane.
    """
    width = table.shape[1]
    row_seen = np.full(rows, -1)
    column_seen = np.full(columns, -1)
    row_label = np.zeros(rows, dtype=np.int32)
    column_label = np.zeros(columns, dtype=np.int32)
    number = np.zeros(width, dtype=np.int32)
    for i in range(table.shape[0]):
        labels, count = 0, 0
        merged = False
        result = target[i]
        while count < width and table[i, count] >= 0:
            v, w = first[table[i, count]], second[table[i, count]]
            mine = -1
            if row_seen[v] == i:
                mine = row_label[v]
            if column_seen[w] == i:
                other = column_label[w]
                if mine < 0:
                    mine = other
                elif mine != other:
                    # Two components meet: the later one takes the earlier one's label.
                    merged = True
                    keep, drop = min(mine, other), max(mine, other)
                    for s in range(count):
                        if result[s] == drop:
                            result[s] = keep
                            row_label[first[table[i, s]]] = keep
                            column_label[second[table[i, s]]] = keep
                    mine = keep
            if mine < 0:
                mine = labels
                labels += 1
            result[count] = mine
            row_seen[v] = i
            column_seen[w] = i
            row_label[v] = mine
            column_label[w] = mine
            count += 1
        if merged:
            number[:labels] = -1
            labels = 0
            for s in range(count):
                if number[result[s]] < 0:
                    number[result[s]] = labels
                    labels += 1
                result[s] = number[result[s]]
        continuum[i] = labels < count
        for s in range(count, width):
            result[s] = -1


@compiled
def write(target: Values, place: Integers, column: Values) -> None:
    """Write the entries' values into ``target[place]``."""
    for e in range(place.shape[0]):
        target[place[e]] = column[e]


@compiled
def write_pairs(target: Integers, place: Integers, starts: Integers) -> None:
    """Write the entries' pairs into ``target[place]``."""
    for p in range(starts.shape[0] - 1):
        for e in range(starts[p], starts[p + 1]):
            target[place[e]] = p


@compiled
def induce(code: Integers, registers: Floats, near: int, start: int, stop: int) -> None:
    """Run the moves of a tree on some lanes; see :mod:`.induction` for the instructions."""
    width = max(stop - start, 0)
    tied = registers[near][start:stop]
    for k in range(code.shape[0]):
        op = code[k, 0]
        a = registers[code[k, 1]][start:stop]
        b = registers[code[k, 2]][start:stop]
        c = registers[code[k, 3]][start:stop]
        d = registers[code[k, 4]][start:stop]
        e = registers[code[k, 5]][start:stop]
        f = registers[code[k, 6]][start:stop]
        # One array is written per loop: more would be too many to prove apart for vector units.
        if op == 4:
            for i in range(width):
                b[i] = d[i] if a[i] != 0.0 else c[i]
        elif op == 3:
            for i in range(width):
                gap = abs(d[i] - b[i])
                sure = gap > MARGIN * (c[i] + e[i] + ROUNDING * gap) + FLOOR
                tied[i] = tied[i] if sure else 1.0
            for i in range(width):
                a[i] = 1.0 if d[i] - b[i] > 0.0 else 0.0
        elif op == 0:
            for i in range(width):
                b[i] = d[i] + f[i] + ROUNDING * abs(c[i] + e[i])
            for i in range(width):
                a[i] = c[i] + e[i]
        elif op == 1:
            for i in range(width):
                off = abs(c[i]) * f[i] + d[i] * (abs(e[i]) + f[i])
                b[i] = off + ROUNDING * abs(c[i] * e[i])
            for i in range(width):
                a[i] = c[i] * e[i]
        elif op == 2:
            for i in range(width):
                off = abs(c[i]) * f[i] + d[i] * (abs(e[i]) + f[i])
                part = c[i] * e[i]
                b[i] = b[i] + (off + ROUNDING * abs(part)) + ROUNDING * abs(a[i] + part)
            for i in range(width):
                a[i] = a[i] + c[i] * e[i]
        elif op == 5:
            for i in range(width):
                a[i] = 0.0
            for i in range(width):
                b[i] = d[i]
            for i in range(width):
                c[i] = e[i]
        elif op == 6:
            number = float(code[k, 2])
            for i in range(width):
                a[i] = number if e[i] > c[i] else a[i]
            for i in range(width):
                d[i] = f[i] if e[i] > c[i] else d[i]
            for i in range(width):
                c[i] = e[i] if e[i] > c[i] else c[i]
        elif op == 7:
            number = float(code[k, 2])
            for i in range(width):
                gap = abs(c[i] - e[i])
                sure = gap > MARGIN * (d[i] + f[i] + ROUNDING * gap) + FLOOR
                tied[i] = tied[i] if a[i] == number or sure else 1.0
        else:
            number = float(code[k, 2])
            for i in range(width):
                c[i] = d[i] if a[i] == number else c[i]
