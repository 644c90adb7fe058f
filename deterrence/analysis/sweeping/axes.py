r"""Axes: the values that one parameter takes in a sweep, exact.

``0:10:1000`` is 1,000 equally spaced rationals from 0 to 10, both ends included;
``log:0.1:10:200`` is 200 values in equal ratios; ``step:0:10:1/4`` counts up in
quarters; ``1,2,5/2`` is a list.  An end that is left out is the parameter's bound.
An axis never holds its values: it works out the ones that are asked for.

>>> axis = parse_axis("c", "0:1:4")
>>> [str(axis.exact(k)) for k in range(axis.count)]
['0', '1/3', '2/3', '1']
>>> parse_axis("v", "log:0.1:10:3").floats(range(3)).tolist()
[0.1, 1.0, 10.0]
>>> parse_axis("c", "step:0:1:2/5").exact(2)
Fraction(4, 5)
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.algebra.numbers import exact, parse_number
from deterrence.errors import ExpressionError, UsageError

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Floats, Integers
    from deterrence.game.parameters import Parameter

#: Most values that one axis may have, and most that a list may name.
MAX_COUNT = 10**12
MAX_LIST = 10**6
#: Longest text of a range.
MAX_TEXT = 1000
#: Values of an axis that are kept once worked out; longer axes are worked out by the block.
_KEPT = 1 << 16
#: Length of the table of small powers of a logarithmic axis.
_TABLE = 1 << 12
#: Whole numbers up to here are exact floats.
_EXACT_FLOAT = 1 << 53
#: A logarithmic step is looked at as a rational power with roots up to this.
_MAX_ROOT = 400


@dataclass(frozen=True)
class SweepAxis:
    """Values of the parameter ``name``; ``kind`` is ``linear``, ``log`` or ``list``.

    ``count`` 0 means a range without values of its own, for a quasi-random design.
    A linear axis has the value ``start + (stop - start)*k/(count - 1)`` at number
    ``k``; a logarithmic one ``start*(stop/start)**(k/(count - 1))``, rounded to a
    float unless it is rational, and that float is then the exact value.
    """

    name: str
    kind: str
    start: Fraction
    stop: Fraction
    count: int
    values: tuple[Fraction, ...] = ()

    @property
    def text(self) -> str:
        """The axis as it may be typed, with rational numbers.

        >>> parse_axis("c", "0.5:1:3").text
        '1/2:1:3'
        """
        if self.kind == "list":
            return ",".join(map(str, self.values))
        ends = f"{'log:' if self.kind == 'log' else ''}{self.start}:{self.stop}"
        return f"{ends}:{self.count}" if self.count else ends

    def exact(self, k: int) -> Fraction:
        """Return the value at number ``k``, exact."""
        if self.kind == "list":
            return self.values[k]
        if self.count == 1:
            return self.start
        if self.kind == "linear":
            return self.start + (self.stop - self.start) * Fraction(k, self.count - 1)
        root, parts = self._root
        power, rest = divmod(k * parts, self.count - 1)
        return self.start * root**power if rest == 0 else Fraction(float(self._powers([k])[0]))

    def floats(self, numbers: Iterable[int]) -> Floats:
        """Return the values at an array of numbers, each the float nearest to the exact one."""
        import numpy as np

        if not isinstance(numbers, np.ndarray):
            numbers = np.fromiter(numbers, dtype=np.int64)
        if self.count <= _KEPT:
            return self._table[numbers]
        return self._work_out(numbers)

    def at_shares(self, shares: Floats) -> Floats:
        """Return the floats at shares between 0 and 1 of the range (of its logarithm)."""
        import numpy as np

        low, high = float(self.start), float(self.stop)
        if self.kind == "log":
            found = low * np.exp(shares * math.log(high / low))
        else:
            found = low + (high - low) * shares
        return np.clip(found, min(low, high), max(low, high))

    @cached_property
    def _table(self) -> Floats:
        import numpy as np

        return self._work_out(np.arange(self.count, dtype=np.int64))

    def _work_out(self, numbers: Integers) -> Floats:
        import numpy as np

        if self.kind == "list":
            return np.array([float(v) for v in self.values])[numbers]
        if self.count == 1:
            return np.full(len(numbers), float(self.start))
        if self.kind == "log":
            found = self._powers(numbers)
            _, parts = self._root
            for place in np.flatnonzero(numbers * parts % (self.count - 1) == 0):
                found[place] = float(self.exact(int(numbers[place])))
            return found
        steps = self.count - 1
        rise = (self.stop - self.start) / steps
        denominator = math.lcm(self.start.denominator, rise.denominator)
        base, slope = int(self.start * denominator), int(rise * denominator)
        if max(abs(base) + abs(slope) * steps, denominator) < _EXACT_FLOAT:
            # Both whole numbers are exact floats, so one division rounds once.
            return (base + slope * numbers) / float(denominator)
        return np.array([(base + slope * int(k)) / denominator for k in numbers], dtype=float)

    @cached_property
    def _root(self) -> tuple[Fraction, int]:
        """The ratio's root of the highest degree that is rational, and that degree."""
        ratio = self.stop / self.start
        for degree in range(min(self.count - 1, _MAX_ROOT), 1, -1):
            if (self.count - 1) % degree == 0:
                top, bottom = _root(ratio.numerator, degree), _root(ratio.denominator, degree)
                if top and bottom:
                    return Fraction(top, bottom), degree
        return ratio, 1

    def _powers(self, numbers: Integers | Sequence[int]) -> Floats:
        """Return values as products of a large and a small power of the ratio.

        The powers are worked out in decimal arithmetic, whose results are the same on
        every machine, unlike those of the exponential functions of C libraries.
        """
        import numpy as np

        high, low = np.divmod(np.asarray(numbers, dtype=np.int64), _TABLE)
        distinct, places = np.unique(high, return_inverse=True)
        large = self._decimal_powers([int(h) * _TABLE for h in distinct], abs(self.start))
        return large[places] * self._small[low] * (1 if self.start > 0 else -1)

    @cached_property
    def _small(self) -> Floats:
        return self._decimal_powers(range(min(_TABLE, self.count)), Fraction(1))

    def _decimal_powers(self, exponents: Iterable[int], factor: Fraction) -> Floats:
        import numpy as np

        with decimal.localcontext(decimal.Context(prec=40)):
            ratio = self.stop / self.start
            step = (decimal.Decimal(ratio.numerator) / ratio.denominator).ln() / (self.count - 1)
            scale = decimal.Decimal(factor.numerator) / factor.denominator
            return np.array([float(scale * (step * k).exp()) for k in exponents])


def _root(value: int, degree: int) -> int:
    """Return the whole ``degree``-th root of a positive whole number, 0 where there is none."""
    low, high = 1, 1 << (-(-value.bit_length() // degree))
    while low < high:
        middle = (low + high) // 2
        if middle**degree < value:
            low = middle + 1
        else:
            high = middle
    return low if low**degree == value else 0


def parse_axis(name: str, text: str, parameter: Parameter | None = None) -> SweepAxis:
    """Read an axis; see the module's first paragraph for what may stand there.

    Raises :class:`UsageError` that names the axis, what is wrong and an example.
    """
    where = f"{name}={text[:60]}"
    if len(text) > MAX_TEXT and ":" in text:
        raise UsageError(f"{where}...: the text has {len(text)} characters", remedy=_EXAMPLE)
    kind, colon, rest = text.partition(":")
    kind = kind.strip()
    if colon and kind in ("log", "step"):
        fields = [field.strip() for field in rest.split(":")]
    else:
        kind, fields = "linear", [field.strip() for field in text.split(":")]
    if len(fields) == 1 and kind == "linear":
        return _list_axis(name, where, text.split(","))
    if len(fields) > 3:
        raise UsageError(f"{where}: there are {len(fields)} numbers", remedy=_EXAMPLE)
    if len(fields) == 1 or (kind == "step" and len(fields) < 3):
        raise UsageError(f"{where}: a number is missing", remedy=_EXAMPLE)
    start = _end(where, fields[0], parameter, "lower")
    stop = _end(where, fields[1], parameter, "upper")
    if kind == "step":
        return _stepped(name, where, start, stop, _number(where, fields[2]))
    count = _count(where, fields[2]) if len(fields) == 3 else 0
    if kind == "log" and (start == 0 or stop == 0 or (start < 0) != (stop < 0)):
        raise UsageError(
            f"{where}: equal ratios lead from {start} to {stop} never",
            remedy="both ends must have one sign, and neither be 0",
        )
    if start == stop and count != 1:
        raise UsageError(f"{where}: both ends are {start}", remedy=f"write {name}={start}")
    return _checked(where, SweepAxis(name, kind, start, stop, count))


def make_axis(name: str, values: Any, parameter: Parameter | None = None) -> SweepAxis:
    """Return an axis from what a Python caller gives: text, an axis, numbers or one number.

    >>> make_axis("c", [1, "5/2"]).exact(1), make_axis("c", range(3)).count
    (Fraction(5, 2), 3)
    """
    if isinstance(values, SweepAxis):
        return values
    if isinstance(values, str):
        return parse_axis(name, values, parameter)
    if hasattr(values, "tolist"):  # arrays
        values = values.tolist()
    if not isinstance(values, Iterable):
        values = [values]
    if isinstance(values, Sequence) and len(values) > MAX_LIST:
        raise UsageError(f"{name}: a list of {len(values):,} values", remedy=_TOO_LONG)
    return _list_axis(name, name, values)


_EXAMPLE = "write c=0:10:1000 (from, to, how many), c=log:0.1:10:200, c=step:0:10:1/4 or c=1,2,5/2"
_TOO_LONG = f"a list may have {MAX_LIST:,} values; a range start:stop:count as many as it likes"


def _list_axis(name: str, where: str, values: Iterable[Any]) -> SweepAxis:
    numbers: list[Fraction] = []
    for value in values:
        if len(numbers) == MAX_LIST:
            raise UsageError(f"{where}: the list is too long", remedy=_TOO_LONG)
        numbers.append(_number(where, value))
    if not numbers:
        raise UsageError(f"{where}: there are no values", remedy=_EXAMPLE)
    seen: set[Fraction] = set()
    for number in numbers:
        if number in seen:
            raise UsageError(f"{where}: {number} stands twice", remedy="name each value once")
        seen.add(number)
    axis = SweepAxis(name, "list", min(numbers), max(numbers), len(numbers), tuple(numbers))
    return _checked(where, axis)


def _stepped(name: str, where: str, start: Fraction, stop: Fraction, step: Fraction) -> SweepAxis:
    if step == 0 or (stop - start) / step < 0:
        raise UsageError(
            f"{where}: steps of {step} lead from {start} to {stop} never",
            remedy="give a step towards the end",
        )
    steps = (stop - start) // step
    if steps >= MAX_COUNT:
        raise UsageError(f"{where}: there are too many values", remedy=f"at most {MAX_COUNT:,}")
    axis = SweepAxis(name, "linear", start, start + steps * step, int(steps) + 1)
    return _checked(where, axis)


def _end(where: str, text: str, parameter: Parameter | None, side: str) -> Fraction:
    if text:
        return _number(where, text)
    bound: Fraction | None = getattr(parameter, side, None)
    if bound is None:
        raise UsageError(
            f"{where}: an end is missing, and the model gives no {side} bound", remedy=_EXAMPLE
        )
    return bound


def _number(where: str, value: Any) -> Fraction:
    try:
        return parse_number(value) if isinstance(value, str) else exact(value)
    except ExpressionError as error:
        raise UsageError(f"{where}: {error.what}", remedy=_EXAMPLE) from None


def _count(where: str, text: str) -> int:
    number = _number(where, text)
    if number.denominator != 1 or number < 1:
        raise UsageError(
            f"{where}: {text[:40]!r} is not a number of values",
            remedy="the third number says how many values; step:0:10:1/4 counts in steps",
        )
    if number > MAX_COUNT:
        raise UsageError(f"{where}: {text[:40]} values", remedy=f"at most {MAX_COUNT:,}")
    return int(number)


def _checked(where: str, axis: SweepAxis) -> SweepAxis:
    for end in (axis.start, axis.stop):
        try:
            finite = math.isfinite(float(end))
        except OverflowError:
            finite = False
        if not finite or (end and abs(end) < Fraction(1, 10**300)):
            raise UsageError(
                f"{where}: a value is too large or too small for a sweep",
                remedy="choose values between 1e-300 and 1e300",
            )
    if _blurred(axis):
        raise UsageError(
            f"{where}: values are too near to each other to be told apart as floats",
            remedy="choose fewer values, or a wider range",
        )
    return axis


def _blurred(axis: SweepAxis) -> bool:
    """Say whether two neighbours round to one float; on a range the ends decide."""
    if axis.kind == "list":
        return len({float(v) for v in axis.values}) < axis.count
    if not axis.count:
        return float(axis.start) == float(axis.stop)
    pairs = {(0, 1), (axis.count - 2, axis.count - 1)} if axis.count > 1 else set()
    return any(float(axis.exact(a)) == float(axis.exact(b)) for a, b in pairs)
