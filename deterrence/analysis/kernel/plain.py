"""The loops over points in numpy: the same functions as in :mod:`.compiled`, the same bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any


def interpret(code: Any, registers: Any, width: int) -> None:
    """Run instructions; see :func:`.compiled.interpret`."""
    import numpy as np

    rows = [registers[k, :width] for k in range(len(registers))]
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


def find_signs(
    registers: Any, tested: Any, limits: Any, width: int, positive: Any, doubtful: Any
) -> None:
    """Compare values with their bounds; see :func:`.compiled.find_signs`."""
    import numpy as np

    sure = np.ones(width, dtype=bool)
    for t, (row, limit) in enumerate(zip(tested.tolist(), limits.tolist(), strict=True)):
        x = registers[row, :width]
        np.greater(x, 0.0, out=positive[t, :width].view(bool))
        sure &= np.abs(x) > registers[limit, :width]
    doubtful[:width] = ~sure


def match_literals(
    positive: Any, starts: Any, literals: Any, may: Any, width: int, valid: Any, spare: Any
) -> None:
    """Find the vertices that exist; see :func:`.compiled.match_literals`."""
    yes = positive[:, :width].view(bool)
    match(yes, ~yes, starts, literals, may, valid[:, :width].view(bool), spare[:width].view(bool))


def match(up: Any, down: Any, starts: Any, literals: Any, may: Any, valid: Any, spare: Any) -> None:
    """Set ``valid[v]`` to whether all of a vertex's literals are up, or all are down."""
    import numpy as np

    tables = (up, down)
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
    rows: Any, columns: Any, first: Any, second: Any, width: int, counts: Any, offsets: Any
) -> Any:
    """List the equilibria; see :func:`.compiled.list_pairs`."""
    import numpy as np

    exist = rows[first, :width] & columns[second, :width]
    lane, pair = np.nonzero(exist.T)
    np.sum(exist, axis=0, dtype=np.int32, out=counts)
    offsets[:] = np.cumsum(counts) - counts
    return lane.astype(np.int32), pair.astype(np.int32)


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
    """Write strategies; see :func:`.compiled.strategies`."""
    import numpy as np

    lane, slot, entry = places(counts, offsets)
    target[start : start + len(counts)] = np.nan
    for v, group in _groups(vertex[entry]):
        here = (start + lane[group], slot[group])
        steps = range(starts[v], starts[v + 1])
        target[here] = 0.0
        if len(steps) == 1:
            target[(*here, actions[steps[0]])] = 1.0
            continue
        found, total, error = _shares(registers, lane[group], weights, limits, steps)
        for k, w in zip(steps, found, strict=True):
            target[(*here, actions[k])] = w / total
        with np.errstate(all="ignore"):
            np.maximum.at(loose, lane[group], error / total)


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
    """Bound the errors of probabilities; see :func:`.compiled.errors`."""
    for v, group in _groups(vertex):
        steps = range(starts[v], starts[v + 1])
        found, total, error = _shares(registers, lane[group], weights, limits, steps)
        for k, w in zip(steps, found, strict=True):
            limit = registers[limits[k], lane[group]]
            result[actions[k], group] = (limit + w / total * error) / total


def _groups(vertex: Any) -> Iterator[tuple[int, Any]]:
    """Yield each vertex with the entries that have it."""
    import numpy as np

    if not len(vertex):
        return
    order = np.argsort(vertex, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(vertex[order])) + 1):
        yield int(vertex[group[0]]), group


def _shares(
    registers: Any, lane: Any, weights: Any, limits: Any, steps: range
) -> tuple[list[Any], Any, Any]:
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
    """Write expected values; see :func:`.compiled.expect`."""
    import numpy as np

    lane, slot, entry = places(counts, offsets)
    target[start : start + len(counts)] = np.nan
    here = (start + lane, slot)
    fixed = known[pair[entry]]
    x, y = rows[here], columns[here]
    value = np.zeros(len(lane))
    n = y.shape[1]
    with np.errstate(all="ignore"):
        for a in range(x.shape[1]):
            # Actions that are not used do not count, whatever they would give.
            used = np.flatnonzero(x[:, a])
            mean = np.zeros(len(used))
            for b in range(n):
                term = y[used, b] * registers[cells[a * n + b], lane[used]]
                mean = np.where(y[used, b] != 0.0, mean + term, mean)
            value[used] += x[used, a] * mean
    value = np.where(fixed == -1.0, value, fixed)
    undefined[lane[(fixed == -1.0) & ~np.isfinite(value)]] = True
    target[here] = value


def components(
    row: Any, column: Any, rows: int, columns: int, counts: Any, offsets: Any, continuum: Any
) -> Any:
    """Find connected equilibria; see :func:`.compiled.components`."""
    import numpy as np

    del rows, columns
    result = np.empty(len(row), dtype=np.int32)
    for size in np.unique(counts).tolist():
        if not size:
            continue
        lanes = np.flatnonzero(counts == size)
        entries = offsets[lanes][:, None] + np.arange(size)
        both = np.ascontiguousarray(np.concatenate((row[entries], column[entries]), axis=1))
        keys = both.view(np.dtype((np.void, both.itemsize * 2 * size)))[:, 0]
        patterns, inverse = np.unique(keys, return_inverse=True)
        found = []
        for pattern in patterns:
            ends = np.frombuffer(pattern.tobytes(), dtype=both.dtype).tolist()
            found.append(_grouped(tuple(zip(ends[:size], ends[size:], strict=True))))
        table = np.array(found, dtype=np.int32)
        result[entries] = table[inverse]
        continuum[lanes] = (table.max(axis=1) + 1 < size)[inverse]
    return result


@lru_cache(maxsize=4096)
def _grouped(pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the component of each pair, numbered in the order of first members."""
    from deterrence.solvers.components import group_pairs

    number = {pair: k for k, group in enumerate(group_pairs(pairs)) for pair in group.pairs}
    return tuple(number[pair] for pair in pairs)


def write(target: Any, start: int, counts: Any, offsets: Any, column: Any, filler: Any) -> None:
    """Write a chunk's entries; see :func:`.compiled.write`."""
    lane, slot, entry = places(counts, offsets)
    target[start : start + len(counts)] = filler
    target[start + lane, slot] = column[entry]


def places(counts: Any, offsets: Any) -> tuple[Any, Any, Any]:
    """Return the lane, the slot and the number of every entry of a chunk."""
    import numpy as np

    lane = np.repeat(np.arange(len(counts)), counts)
    slot = np.arange(len(lane)) - np.repeat(np.cumsum(counts) - counts, counts)
    return lane, slot, np.repeat(offsets, counts) + slot
