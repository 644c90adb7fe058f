"""Names for types of arrays, and of what is given by the column; for signatures only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Integers: TypeAlias = NDArray[np.integer[Any]]
    Truths: TypeAlias = NDArray[np.bool_]
    #: Truths as bytes, 0 or 1, which loops combine eight at a time.
    Bytes: TypeAlias = NDArray[np.uint8]
    #: Numbers or truths.
    Values: TypeAlias = NDArray[Any]
    #: The values of parameters at some points, by name; shape (points,) each.
    Columns: TypeAlias = Mapping[str, Floats]
