"""A sweep's result in memory, as an ``xarray.Dataset``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.errors import UsageError

if TYPE_CHECKING:
    import xarray

    from deterrence.analysis.points.arrays import Values
    from deterrence.analysis.sweeping.layout import BlockArrays, Variable

#: Most memory that a result may take, in bytes.
MAX_BYTES = 1 << 32


def need_xarray() -> None:
    """Raise :class:`UsageError` where xarray is not installed."""
    try:
        import xarray  # noqa: F401
    except ImportError:
        raise UsageError(
            "a sweep in memory is an xarray.Dataset, and xarray is not installed",
            remedy="pip install 'deterrence[data]', or name an output ending in .csv",
        ) from None


def check_size(plan: SweepPlan, width: int = 1) -> None:
    """Raise :class:`UsageError` where a result would not fit in memory."""
    shape = plan.layout.sizes(width)
    each = 0
    for variable in plan.layout.variables:
        own = variable.dims[len(plan.layout.points) :]
        each += math.prod(shape[dim] for dim in own) * int(variable.dtype[1:])
    if each * plan.size > MAX_BYTES:
        raise UsageError(
            f"{plan.size:,} points take {each * plan.size / 1e9:,.1f} GB",
            remedy="name an output, such as output='sweep.nc', which is written piece by piece; "
            "select='bounds' takes the least room",
        )


def to_dataset(plan: SweepPlan, stream: Iterable[BlockArrays]) -> xarray.Dataset:
    """Return the blocks of a sweep, in order, as one dataset."""
    import numpy as np
    import xarray as xr

    layout = plan.layout
    blocks = []
    width = 1
    for arrays in stream:
        blocks.append(arrays)
        found = layout.width_of(arrays)
        if found > width:
            width = found
            check_size(plan, width)
    shape = plan.design.shape

    def joined(variable: Variable) -> tuple[tuple[str, ...], Values, dict[str, Any]]:
        parts = [variable.padded(arrays[variable.name], width) for arrays in blocks]
        whole = np.concatenate(parts)
        return variable.dims, whole.reshape(*shape, *whole.shape[1:]), variable.attributes

    inner = {
        variable.name: (
            variable.dims,
            values.astype(str) if variable.dtype == "str" else values,
            variable.attributes,
        )
        for variable, values in layout.coordinates(width)
    }
    if layout.samples:
        columns = layout.sample_columns(0, plan.size)
        inner |= {v.name: (v.dims, columns[v.name], v.attributes) for v in layout.samples}
    data = {variable.name: joined(variable) for variable in layout.variables}
    return xr.Dataset(data, coords=inner, attrs=dict(plan.attributes))
