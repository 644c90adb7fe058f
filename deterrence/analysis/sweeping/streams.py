r"""Blocks of a sweep cut anew into the pieces that a file is made of.

An array file is written in chunks, each once and whole.  Chunks are chosen so that in
the order of the points one follows the other, so that a stream of blocks suffices.

>>> chunk_shape((3, 4, 10), 25), chunk_shape((70,), 25)
((1, 2, 10), (24,))
>>> [(region, first, after) for region, first, after in regions((2, 5), (1, 3))][1]
((slice(0, 1, None), slice(3, 5, None)), 3, 5)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.layout import Variable
    from deterrence.analysis.sweeping.plan import Plan

Arrays = Mapping[str, Any]
Region = tuple[slice, ...]
#: Most points in a chunk, and most numbers of one variable in it.
_POINTS, _NUMBERS = 1 << 16, 1 << 20


def width_of(arrays: Arrays, plan: Plan) -> int:
    """Return the number of equilibria for which a block has room, 0 where none are stored."""
    name = plan.layout.names.get(("component", ""))
    return 0 if name is None else int(arrays[name].shape[1])


def widest(stream: Iterable[Arrays], plan: Plan) -> int:
    """Return the largest number of equilibria of a point, at least 1."""
    return max(1, *(width_of(arrays, plan) for arrays in stream), 1)


def padded(array: Any, variable: Variable, width: int) -> Any:
    """Return a block's array with room for ``width`` equilibria."""
    import numpy as np

    if array.ndim == 1 or array.shape[1] == width:
        return array
    full = np.full((array.shape[0], width, *array.shape[2:]), variable.fill, dtype=array.dtype)
    full[:, : array.shape[1]] = array
    return full


def chunk_for(plan: Plan, width: int) -> tuple[int, ...]:
    """Return the chunk over the dimensions that number the points."""
    most = max((len(labels) for labels in plan.layout.actions.values()), default=1)
    return chunk_shape(plan.design.shape, min(_POINTS, max(1, _NUMBERS // (width * most))))


def chunk_shape(shape: tuple[int, ...], points: int) -> tuple[int, ...]:
    """Return a chunk of about so many points whose points follow each other."""
    chunk = [1] * len(shape)
    room = points
    for k in reversed(range(len(shape))):
        pieces = -(-shape[k] // max(1, room))
        chunk[k] = -(-shape[k] // pieces)
        if pieces > 1:
            break
        room //= shape[k]
    return tuple(chunk)


def regions(shape: tuple[int, ...], chunk: tuple[int, ...]) -> Iterator[tuple[Region, int, int]]:
    """Yield every chunk: where it is, its first point and the first point after it."""
    first = 0
    steps = [range(0, n, c) for n, c in zip(shape, chunk, strict=True)]
    for corner in itertools.product(*steps):
        region = tuple(
            slice(start, min(start + c, n))
            for start, c, n in zip(corner, chunk, shape, strict=True)
        )
        after = first
        size = 1
        for part in region:
            size *= part.stop - part.start
        after += size
        yield region, first, after
        first = after


def pieces(stream: Iterable[Arrays], plan: Plan, width: int) -> Iterator[tuple[Region, Arrays]]:
    """Yield, for every chunk, its place and its arrays in the shape of the chunk."""
    import numpy as np

    shape = plan.design.shape
    variables = {v.name: v for v in plan.layout.variables}
    held: list[dict[str, Any]] = []
    size = 0
    blocks = iter(stream)
    for region, first, after in regions(shape, chunk_for(plan, width)):
        wanted = after - first
        while size < wanted:
            arrays = next(blocks)
            held.append({n: padded(arrays[n], v, width) for n, v in variables.items()})
            size += len(next(iter(arrays.values())))
        here = tuple(part.stop - part.start for part in region)
        piece, rest = {}, {}
        for name in variables:
            joined = (
                held[0][name] if len(held) == 1
                else np.concatenate([arrays[name] for arrays in held])
            )  # fmt: skip
            piece[name] = joined[:wanted].reshape(*here, *joined.shape[1:])
            rest[name] = joined[wanted:]
        size -= wanted
        held = [rest] if size else []
        yield region, piece
