"""A sweep's result in memory, as an ``xarray.Dataset``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from deterrence.analysis.sweeping.arrayfiles import coordinates, sizes
from deterrence.analysis.sweeping.layout import Variable
from deterrence.analysis.sweeping.streams import Arrays, padded, widest
from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.plan import Plan

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


def check_size(plan: Plan, width: int = 1) -> None:
    """Raise :class:`UsageError` where a result would not fit in memory."""
    shape = sizes(plan, width)
    each = 0
    for variable in plan.layout.variables:
        numbers = 1
        for dim in variable.dims[len(plan.layout.points) :]:
            numbers *= shape[dim]
        each += numbers * int(variable.dtype[1:])
    if each * plan.size > MAX_BYTES:
        raise UsageError(
            f"{plan.size:,} points take {each * plan.size / 1e9:,.1f} GB",
            remedy="name an output, such as output='sweep.nc', which is written piece by piece; "
            "select='bounds' takes the least room",
        )


def to_dataset(plan: Plan, stream: Iterable[Arrays]) -> Any:
    """Return the blocks of a sweep, in order, as one dataset."""
    import numpy as np
    import xarray as xr

    layout = plan.layout
    blocks = []
    width = 1
    for arrays in stream:
        blocks.append(arrays)
        found = widest([arrays], plan)
        if found > width:
            width = found
            check_size(plan, width)
    shape = plan.design.shape

    def joined(variable: Variable) -> Any:
        parts = [padded(arrays[variable.name], variable, width) for arrays in blocks]
        whole = np.concatenate(parts)
        return variable.dims, whole.reshape(*shape, *whole.shape[1:]), variable.attributes

    inner = {
        variable.name: (variable.dims, values.astype(str) if variable.dtype == "str" else values,
                        variable.attributes)
        for variable, values in coordinates(plan, width)
    }  # fmt: skip
    if plan.design.seed is not None:
        columns = plan.design.columns(0, plan.size)
        for variable, column in zip(layout.parameters, columns.values(), strict=True):
            inner[variable.name] = (variable.dims, column, variable.attributes)
    data = {variable.name: joined(variable) for variable in layout.variables}
    return xr.Dataset(data, coords=inner, attrs=dict(layout.attributes))
