"""Results as plain data, as JSON holds them: a class names what it tells, in order.

>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class Share(PlainData):
...     part: Fraction
...     seen: float
...     told = ("seen", "part")
>>> Share(Fraction(1, 3), float("nan")).to_dict()
{'seen': None, 'part': '1/3'}
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any, ClassVar

from deterrence.algebra.roots import Root, number_dict
from deterrence.words.saved import Saved


class PlainData(Saved):
    """A value that tells some of its fields and properties, by their names."""

    #: What is told, in the order of the data.
    told: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        """Return the kind and what is told first; dataclasses that want it say ``repr=False``."""
        first = str(getattr(self, self.told[0])) if self.told else ""
        return f"<{type(self).__name__} {first[:60]}>"

    def to_dict(self) -> dict[str, Any]:
        """Return the value as plain data."""
        return {name: plain_data(getattr(self, name)) for name in self.told}


def plain_data(value: Any) -> Any:
    """Return a value as plain data: exact numbers as text, what is not finite as ``None``."""
    if isinstance(value, PlainData):
        return value.to_dict()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Root):
        return number_dict(value)
    if isinstance(value, Mapping):
        return {key: plain_data(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain_data(one) for one in value]
    if is_dataclass(value):
        return {field.name: plain_data(getattr(value, field.name)) for field in fields(value)}
    return value
