"""Sweeps as netCDF-4 and as Zarr: labelled arrays on disk, written chunk by chunk.

Both are written as xarray reads them, and hold the attributes of the layout.  Nothing in
them depends on when, where or by how many workers they were made.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.analysis.sweeping.layout import Variable
from deterrence.analysis.sweeping.streams import Arrays, chunk_for, pieces
from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.plan import Plan
    from deterrence.analysis.sweeping.spill import SpillFile

#: zlib's quickest level: most of what there is to gain, at a third of the time.
_LEVEL = 1


def need_data_extra(what: str) -> UsageError:
    """Return the error for a package that is not installed."""
    return UsageError(
        f"{what} cannot be written: a package is missing",
        remedy="pip install 'deterrence[data]', or write .csv",
    )


def sizes(plan: Plan, width: int) -> dict[str, int]:
    """Return the length of every dimension."""
    layout = plan.layout
    found = dict(zip(layout.points, plan.design.shape, strict=True))
    if any(layout.equilibrium in v.dims for v in layout.variables):
        found[layout.equilibrium] = width
        found |= {name: len(labels) for name, labels in layout.actions.items()}
    return found


def coordinates(plan: Plan, width: int) -> list[tuple[Variable, Any]]:
    """Return the coordinates of a result and their values.

    The parameters of a sample are as long as the sample and are left out: see
    :func:`sample_columns`.
    """
    import numpy as np

    layout = plan.layout
    found: list[tuple[Variable, Any]] = []
    if plan.design.seed is None:
        for variable, axis in zip(layout.parameters, plan.design.axes, strict=True):
            found.append((variable, axis.floats(np.arange(axis.count))))
    if layout.equilibrium in sizes(plan, width):
        title = "number of the extreme equilibrium at its point"
        number = Variable(layout.equilibrium, (layout.equilibrium,), "i4", title)
        found.append((number, np.arange(width, dtype=np.int32)))
        for variable in layout.action_coordinates:
            found.append((variable, np.array(layout.actions[variable.name], dtype=object)))
    return found


def sample_columns(plan: Plan, region: tuple[slice, ...]) -> dict[str, Any]:
    """Return the parameters' values at a chunk of a sample, by variable."""
    columns = plan.design.columns(region[0].start, region[0].stop)
    return {
        variable.name: column
        for variable, column in zip(plan.layout.parameters, columns.values(), strict=True)
    }


def write_netcdf(path: Path, plan: Plan, stream: Iterable[Arrays], width: int) -> None:
    """Write a netCDF-4 file; raises :class:`UsageError` where h5netcdf is not installed."""
    from deterrence.analysis.sweeping.spill import SpillFile

    with path.open("w+b", buffering=0) as raw:
        target = SpillFile(raw)
        _fill_netcdf(target, plan, stream, width)
    if target.fault is not None:
        raise target.fault


def _fill_netcdf(target: SpillFile, plan: Plan, stream: Iterable[Arrays], width: int) -> None:
    try:
        import h5netcdf
    except ImportError:
        raise need_data_extra("netCDF") from None
    import numpy as np

    text = np.dtype("O", metadata={"vlen": str})  # HDF5's strings of any length, as h5py has them
    layout, shape = plan.layout, sizes(plan, width)
    chunk = chunk_for(plan, width)
    samples = () if plan.design.seed is None else layout.parameters
    with h5netcdf.File(target, "w") as file:
        file.dimensions = shape
        for name, value in layout.attributes.items():
            file.attrs[name] = value
        for variable, values in coordinates(plan, width):
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
                arrays = {**sample_columns(plan, region), **arrays}
            for name, array in arrays.items():
                file.variables[name][region] = array
            if target.fault is not None:
                break


def write_zarr(path: Path, plan: Plan, stream: Iterable[Arrays], width: int) -> None:
    """Write a Zarr store; raises :class:`UsageError` where zarr is not installed."""
    try:
        import zarr
    except ImportError:
        raise need_data_extra("Zarr") from None
    layout, shape = plan.layout, sizes(plan, width)
    chunk = chunk_for(plan, width)
    samples = () if plan.design.seed is None else layout.parameters
    group = zarr.open_group(str(path), mode="w", zarr_format=2)
    group.attrs.update(layout.attributes)

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

    for variable, values in coordinates(plan, width):
        text = variable.dtype == "str"
        kind = f"U{max(map(len, values))}" if text else variable.dtype
        create(variable, values.shape, kind)[:] = values.astype(kind)
    made = {}
    for variable in (*samples, *layout.variables):
        extra = tuple(shape[d] for d in variable.dims[len(chunk) :])
        made[variable.name] = create(variable, (*chunk, *extra), variable.dtype)
    for region, arrays in pieces(stream, plan, width):
        if samples:
            arrays = {**sample_columns(plan, region), **arrays}
        for name, array in arrays.items():
            made[name][region] = array
    zarr.consolidate_metadata(str(path), zarr_format=2)


def _describe(target: Any, variable: Variable) -> None:
    import numpy as np

    for name, value in variable.attributes.items():
        if isinstance(value, list) and not isinstance(target, dict):
            value = np.array(value, dtype=variable.dtype)
        target[name] = value
