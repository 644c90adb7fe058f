"""The loops over points in numpy: the same functions as in :mod:`.numba_loops`, the same bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from deterrence.analysis.points.kernel.bounds import FLOOR, MARGIN, ROUNDING
from deterrence.solvers.components import group_pairs

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Bytes, Floats, Integers, Truths, Values


def interpret(code: Integers, registers: Floats, start: int, stop: int) -> None:
    """Run instructions; see :func:`.numba_loops.interpret`."""
    import numpy as np

    rows = [registers[k, start:stop] for k in range(len(registers))]
    first, second = rows[-2], rows[-1]
    add, subtract, multiply = np.add, np.subtract, np.multiply
    for op, out, a, b, c, d in code.tolist():
        if op == 0:
            add(rows[a], rows[b], out=rows[out])
        elif op == 1:
            subtract(rows[a], rows[b], out=rows[out])
        elif op == 2:
            multiply(rows[a], rows[b], out=rows[out])
        elif op in (7, 8):
            multiply(rows[a], rows[b], out=first)
            multiply(rows[c], rows[d], out=second)
            (subtract if op == 7 else add)(first, second, out=rows[out])
        elif op in (9, 10):
            multiply(rows[b], rows[c], out=first)
            (add if op == 9 else subtract)(rows[a], first, out=rows[out])
        elif op == 11:
            multiply(rows[a], rows[b], out=first)
            subtract(first, rows[c], out=rows[out])
        elif op == 3:
            np.divide(rows[a], rows[b], out=rows[out])
        elif op == 4:
            np.negative(rows[a], out=rows[out])
        elif op == 5:
            np.absolute(rows[a], out=rows[out])
        else:
            np.maximum(rows[a], rows[b], out=rows[out])


def induce(code: Integers, registers: Floats, near: int, start: int, stop: int) -> None:
    """Run the moves of a tree; see :func:`.numba_loops.induce`."""
    import numpy as np

    rows = [registers[k, start:stop] for k in range(len(registers))]
    tied = rows[near]

    def note(gap: Floats, limit: Floats, where: Truths | bool = True) -> None:
        tied[~(np.abs(gap) > MARGIN * limit + FLOOR) & where] = 1.0

    for op, *x in code.tolist():
        if op == 4:
            rows[x[1]][:] = np.where(rows[x[0]] != 0.0, rows[x[3]], rows[x[2]])
        elif op == 3:
            gap = rows[x[3]] - rows[x[1]]
            rows[x[0]][:] = gap > 0.0
            note(gap, rows[x[2]] + rows[x[4]] + ROUNDING * np.abs(gap))
        elif op == 0:
            total = rows[x[2]] + rows[x[4]]
            rows[x[1]][:] = rows[x[3]] + rows[x[5]] + ROUNDING * np.abs(total)
            rows[x[0]][:] = total
        elif op in (1, 2):
            out, error, p, d, v, e = (rows[k] for k in x[:6])
            part = p * v
            off = np.abs(p) * e + d * (np.abs(v) + e) + ROUNDING * np.abs(part)
            if op == 1:
                out[:], error[:] = part, off
            else:
                total = out + part
                error[:] = error + off + ROUNDING * np.abs(total)
                out[:] = total
        elif op == 5:
            rows[x[0]][:] = 0.0
            rows[x[1]][:], rows[x[2]][:] = rows[x[3]], rows[x[4]]
        elif op == 6:
            better = rows[x[4]] > rows[x[2]]
            rows[x[0]][better] = x[1]
            rows[x[2]][better], rows[x[3]][better] = rows[x[4]][better], rows[x[5]][better]
        elif op == 7:
            gap = rows[x[2]] - rows[x[4]]
            limit = rows[x[3]] + rows[x[5]] + ROUNDING * np.abs(gap)
            note(gap, limit, rows[x[0]] != x[1])
        else:
            here = rows[x[0]] == x[1]
            rows[x[2]][here] = rows[x[3]][here]


def check_range(
    registers: Floats, rows: Integers, width: int, low: float, high: float, flagged: Truths
) -> None:
    """Flag lanes whose inputs are out of range; see :func:`.numba_loops.check_range`."""
    import numpy as np

    for row in rows.tolist():
        x = registers[row, :width]
        size = np.abs(x)
        flagged[:width] |= ~(size <= high) | ((size < low) & (x != 0.0))


def judge(registers: Floats, compared: Integers, width: int, no: Truths, unknown: Truths) -> None:
    """Compare values with 0; see :func:`.numba_loops.judge`."""
    for row, bound, true in compared.tolist():
        x, limit = registers[row, :width], registers[bound, :width]
        up = x > limit
        if true & 1 and up.all():
            continue
        down = x < -limit
        level = (limit == 0.0) & (x == 0.0)
        known = up | down | level
        yes = (up & bool(true & 1)) | (down & bool(true & 2)) | (level & bool(true & 4))
        no[:width] |= known & ~yes
        unknown[:width] |= ~known


def find_signs(
    registers: Floats,
    tested: Integers,
    limits: Integers,
    start: int,
    stop: int,
    positive: Bytes,
    doubtful: Bytes,
) -> None:
    """Compare values with their bounds; see :func:`.numba_loops.find_signs`."""
    import numpy as np

    sure = np.ones(stop - start, dtype=bool)
    for t, (row, limit) in enumerate(zip(tested.tolist(), limits.tolist(), strict=True)):
        x = registers[row, start:stop]
        np.greater(x, 0.0, out=positive[t, start:stop].view(bool))
        sure &= np.abs(x) > registers[limit, start:stop]
    doubtful[start:stop] = ~sure


def match_literals(
    positive: Bytes,
    table: tuple[Integers, Integers, Bytes],
    start: int,
    stop: int,
    valid: Bytes,
    spare: Bytes,
) -> None:
    """Find the vertices that exist; see :func:`.numba_loops.match_literals`."""
    yes = positive[:, start:stop].view(bool)
    match(yes, ~yes, table, valid[:, start:stop].view(bool), spare[start:stop].view(bool))


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
    """Run instructions, find signs and vertices; see :func:`.numba_loops.evaluate`."""
    for start in range(0, width, block):
        stop = min(start + block, width)
        interpret(code, registers, start, stop)
        find_signs(registers, tests[0], tests[1], start, stop, positive, doubtful)
        for table, found in zip(tables, valid, strict=True):
            match_literals(positive, table, start, stop, found, spare)


def match(
    up: Truths, down: Truths, table: tuple[Integers, Integers, Bytes], valid: Truths, spare: Truths
) -> None:
    """Set ``valid[v]`` to whether all of a vertex's literals are up, or all are down."""
    import numpy as np

    tables = (up, down)
    starts, literals, may = table
    bounds, flat = starts.tolist(), literals.tolist()
    for v, which in enumerate(may.tolist()):
        mine = flat[bounds[v] : bounds[v + 1]]
        result = valid[v]
        result[:] = which & 1
        if which & 1:
            for x in mine:
                np.logical_and(result, tables[x & 1][x >> 1], out=result)
        if which & 2:
            spare[:] = True
            for x in mine:
                np.logical_and(spare, tables[1 - (x & 1)][x >> 1], out=spare)
            np.logical_or(result, spare, out=result)


def list_pairs(
    rows: Bytes,
    columns: Bytes,
    first: Integers,
    second: Integers,
    width: int,
    counts: Integers,
    starts: Integers,
) -> tuple[Integers, Integers]:
    """List the equilibria; see :func:`.numba_entries.list_pairs`."""
    import numpy as np

    counts[:] = 0
    starts[:] = 0
    lanes: list[Integers] = [np.zeros(0, dtype=np.int32)]
    slots: list[Integers] = [np.zeros(0, dtype=np.int32)]
    for p, (v, w) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        lane = np.flatnonzero(rows[v, :width] & columns[w, :width]).astype(np.int32)
        lanes.append(lane)
        slots.append(counts[lane])
        counts[lane] += 1
        starts[p + 1] = starts[p] + len(lane)
    return np.concatenate(lanes), np.concatenate(slots)


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
    """Write strategies; see :func:`.numba_entries.strategies`."""
    import numpy as np

    first, weights, limits, actions = tables
    for p, here in _groups(starts):
        steps = range(first[vertex[p]], first[vertex[p] + 1])
        i, at = lane[here], place[here]
        target[at] = 0.0
        if len(steps) == 1:
            target[at, actions[steps[0]]] = 1.0
            continue
        found, total, error = _shares(registers, i, weights, limits, steps)
        with np.errstate(all="ignore"):
            for n, (k, w) in enumerate(zip(steps, found, strict=True)):
                shares[n, here] = w / total
                target[at, actions[k]] = shares[n, here]
            error = error / total
            loose[i] = np.where(error <= loose[i], loose[i], error)


def errors(
    lane: Integers,
    vertex: Integers,
    registers: Floats,
    tables: tuple[Integers, ...],
    result: Floats,
) -> None:
    """Bound the errors of probabilities; see :func:`.numba_entries.errors`."""
    import numpy as np

    first, weights, limits, actions = tables
    for v in np.unique(vertex).tolist():
        group = np.flatnonzero(vertex == v)
        steps = range(first[v], first[v + 1])
        found, total, error = _shares(registers, lane[group], weights, limits, steps)
        with np.errstate(all="ignore"):
            for k, w in zip(steps, found, strict=True):
                limit = registers[limits[k], lane[group]]
                result[actions[k], group] = (limit + w / total * error) / total


def _groups(starts: Integers) -> Iterator[tuple[int, slice]]:
    """Yield each pair that occurs, with the place of its entries."""
    import numpy as np

    for p in np.flatnonzero(np.diff(starts)).tolist():
        yield p, slice(int(starts[p]), int(starts[p + 1]))


def _shares(
    registers: Floats, lane: Integers, weights: Integers, limits: Integers, steps: range
) -> tuple[list[Floats], Floats, Floats]:
    """Return weights, their sum and the sum of their error bounds."""
    import numpy as np

    found = [np.abs(registers[weights[k], lane]) for k in steps]
    total = found[0]
    error = registers[limits[steps[0]], lane]
    for k, w in zip(steps[1:], found[1:], strict=True):
        total = total + w
        error = error + registers[limits[k], lane]
    return found, total, error


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
    """Write expected values; see :func:`.numba_entries.expect`."""
    import numpy as np

    _, first, second, row_starts, row_actions, column_starts, column_actions = pairs
    for p, here in _groups(starts):
        i, at = lane[here], place[here]
        if known[p] != -1.0:
            target[at] = known[p]
            continue
        used = row_actions[row_starts[first[p]] : row_starts[first[p] + 1]]
        met = column_actions[column_starts[second[p]] : column_starts[second[p] + 1]]
        value = np.zeros(len(i))
        with np.errstate(all="ignore"):
            for k, a in enumerate(used):
                if len(met) == 1:
                    mean = registers[cells[a, met[0]], i]
                else:
                    mean = np.zeros(len(i))
                    for j, b in enumerate(met):
                        mean = mean + columns[j, here] * registers[cells[a, b], i]
                value = mean if len(used) == 1 else value + rows[k, here] * mean
        target[at] = value
        undefined[i[~np.isfinite(value)]] = True


def components(
    target: Integers,
    table: Integers,
    first: Integers,
    second: Integers,
    rows: int,
    columns: int,
    continuum: Truths,
) -> None:
    """Find connected equilibria; see :func:`.numba_entries.components`."""
    import numpy as np

    del rows, columns
    if not table.shape[1]:
        return
    keys = np.ascontiguousarray(table).view(np.dtype((np.void, table.itemsize * table.shape[1])))
    patterns, inverse = np.unique(keys[:, 0], return_inverse=True)
    found = np.full((len(patterns), table.shape[1]), -1, dtype=np.int32)
    for k, pattern in enumerate(patterns):
        present = np.frombuffer(pattern.tobytes(), dtype=table.dtype)
        present = present[present >= 0]
        ends = zip(first[present].tolist(), second[present].tolist(), strict=True)
        found[k, : len(present)] = _grouped(tuple(ends))
    target[:] = found[inverse]
    continuum[:] = (found.max(axis=1) + 1 < (found >= 0).sum(axis=1))[inverse]


@lru_cache(maxsize=4096)
def _grouped(pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the component of each pair, numbered in the order of first members."""
    number = {pair: k for k, group in enumerate(group_pairs(pairs)) for pair in group.pairs}
    return tuple(number[pair] for pair in pairs)


def write(target: Values, place: Integers, column: Values) -> None:
    """Write the entries' values; see :func:`.numba_entries.write`."""
    target[place] = column


def write_pairs(target: Integers, place: Integers, starts: Integers) -> None:
    """Write the entries' pairs; see :func:`.numba_entries.write_pairs`."""
    import numpy as np

    target[place] = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
