"""Sweeps as netCDF-4 and as Zarr: labelled arrays on disk, written chunk by chunk.

Both are written as xarray reads them, and hold the attributes of the layout.  Nothing in
them depends on when, where or by how many workers they were made.

A chunk is written once and whole.  Chunks are chosen so that in the order of the points
one follows the other, so that a stream of blocks suffices, cut anew.

>>> chunk_shape((3, 4, 10), 25), chunk_shape((70,), 25)
((1, 2, 10), (24,))
>>> [(region, first, after) for region, first, after in regions((2, 5), (1, 3))][1]
((slice(0, 1, None), slice(3, 5, None)), 3, 5)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.analysis.sweeping.layout import Variable
from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.analysis.sweeping.spill import SpillFile
from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.layout import BlockArrays

#: A part of an array: the place of a chunk.
ChunkSlices = tuple[slice, ...]

#: zlib's quickest level: most of what there is to gain, at a third of the time.
_LEVEL = 1
#: Most points in a chunk, and most numbers of one variable in it.
_POINTS, _NUMBERS = 1 << 16, 1 << 20


def need_data_extra(what: str) -> UsageError:
    """Return the error for a package that is not installed."""
    return UsageError(
        f"{what} cannot be written: a package is missing",
        remedy="pip install 'deterrence[data]', or write .csv",
    )


def write_netcdf(path: Path, plan: SweepPlan, stream: Iterable[BlockArrays], width: int) -> None:
    """Write a netCDF-4 file; raises :class:`UsageError` where h5netcdf is not installed."""
    with path.open("w+b", buffering=0) as raw:
        target = SpillFile(raw)
        _fill_netcdf(target, plan, stream, width)
    if target.fault is not None:
        raise target.fault


def _fill_netcdf(
    target: SpillFile, plan: SweepPlan, stream: Iterable[BlockArrays], width: int
) -> None:
    try:
        import h5netcdf
    except ImportError:
        raise need_data_extra("netCDF") from None
    import numpy as np

    text = np.dtype("O", metadata={"vlen": str})  # HDF5's strings of any length, as h5py has them
    layout, shape = plan.layout, plan.layout.sizes(width)
    chunk = chunk_for(plan, width)
    samples = layout.samples
    with h5netcdf.File(target, "w") as file:
        file.dimensions = shape
        for name, value in plan.attributes.items():
            file.attrs[name] = value
        for variable, values in layout.coordinates(width):
            kind = text if variable.dtype == "str" else variable.dtype
            made = file.create_variable(variable.name, variable.dims, kind, data=values)
            _describe(made.attrs, variable)
        for variable in (*samples, *layout.variables):
            extra = tuple(shape[d] for d in variable.dims[len(chunk) :])
            made = file.create_variable(
                variable.name,
                variable.dims,
                "i1" if variable.dtype == "b1" else variable.dtype,  # netCDF knows no booleans
                chunks=(*chunk, *extra),
                compression="gzip",
                compression_opts=_LEVEL,
                shuffle=True,
            )
            _describe(made.attrs, variable)
            if variable.dtype == "b1":
                made.attrs["dtype"] = "bool"  # which is how xarray marks them
            if samples and variable not in samples:
                made.attrs["coordinates"] = " ".join(v.name for v in samples)
        for region, arrays in pieces(stream, plan, width):
            if samples:
                arrays = {**layout.sample_columns(region[0].start, region[0].stop), **arrays}
            for name, array in arrays.items():
                file.variables[name][region] = array
            if target.fault is not None:
                break


def write_zarr(path: Path, plan: SweepPlan, stream: Iterable[BlockArrays], width: int) -> None:
    """Write a Zarr store; raises :class:`UsageError` where zarr is not installed."""
    try:
        import zarr
    except ImportError:
        raise need_data_extra("Zarr") from None
    layout, shape = plan.layout, plan.layout.sizes(width)
    chunk = chunk_for(plan, width)
    samples = layout.samples
    group = zarr.open_group(str(path), mode="w", zarr_format=2)
    group.attrs.update(plan.attributes)

    zlib: Any = {"id": "zlib", "level": _LEVEL}

    def create(variable: Variable, chunks: tuple[int, ...], dtype: str) -> Any:
        made = group.create_array(
            variable.name,
            shape=tuple(shape[d] for d in variable.dims),
            dtype=dtype,
            chunks=chunks,
            compressors=zlib,
            filters=None,
            # A whole number that stood for nothing would be read as a float.
            fill_value=variable.fill if dtype == "f8" else None,
        )
        attributes: dict[str, Any] = {}
        _describe(attributes, variable)
        if samples and variable in layout.variables:
            attributes["coordinates"] = " ".join(v.name for v in samples)
        made.attrs.update({"_ARRAY_DIMENSIONS": list(variable.dims), **attributes})
        return made

    for variable, values in layout.coordinates(width):
        text = variable.dtype == "str"
        kind = f"U{max(map(len, values))}" if text else variable.dtype
        create(variable, values.shape, kind)[:] = values.astype(kind)
    made = {}
    for variable in (*samples, *layout.variables):
        extra = tuple(shape[d] for d in variable.dims[len(chunk) :])
        made[variable.name] = create(variable, (*chunk, *extra), variable.dtype)
    for region, arrays in pieces(stream, plan, width):
        if samples:
            arrays = {**layout.sample_columns(region[0].start, region[0].stop), **arrays}
        for name, array in arrays.items():
            made[name][region] = array
    zarr.consolidate_metadata(str(path), zarr_format=2)


def _describe(target: Any, variable: Variable) -> None:
    import numpy as np

    for name, value in variable.attributes.items():
        if isinstance(value, list) and not isinstance(target, dict):
            value = np.array(value, dtype=variable.dtype)
        target[name] = value


# ---- chunks -----------------------------------------------------------------------------
def chunk_for(plan: SweepPlan, width: int) -> tuple[int, ...]:
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


def regions(
    shape: tuple[int, ...], chunk: tuple[int, ...]
) -> Iterator[tuple[ChunkSlices, int, int]]:
    """Yield every chunk: where it is, its first point and the first point after it."""
    first = 0
    steps = [range(0, n, c) for n, c in zip(shape, chunk, strict=True)]
    for corner in itertools.product(*steps):
        region = tuple(
            slice(start, min(start + c, n))
            for start, c, n in zip(corner, chunk, shape, strict=True)
        )
        after = first + math.prod(part.stop - part.start for part in region)
        yield region, first, after
        first = after


def pieces(
    stream: Iterable[BlockArrays], plan: SweepPlan, width: int
) -> Iterator[tuple[ChunkSlices, BlockArrays]]:
    """Yield, for every chunk, its place and its arrays in the shape of the chunk."""
    import numpy as np

    shape = plan.design.shape
    variables = {v.name: v for v in plan.layout.variables}
    held: list[BlockArrays] = []
    size = 0
    blocks = iter(stream)
    for region, first, after in regions(shape, chunk_for(plan, width)):
        wanted = after - first
        while size < wanted:
            arrays = next(blocks)
            held.append({n: v.padded(arrays[n], width) for n, v in variables.items()})
            size += len(next(iter(arrays.values())))
        here = tuple(part.stop - part.start for part in region)
        piece, rest = {}, {}
        for name in variables:
            parts = [arrays[name] for arrays in held]
            joined = parts[0] if len(parts) == 1 else np.concatenate(parts)
            piece[name] = joined[:wanted].reshape(*here, *joined.shape[1:])
            rest[name] = joined[wanted:]
        size -= wanted
        held = [rest] if size else []
        yield region, piece
