"""The loops over points: what both ways of running them offer, and which one pays.

:mod:`.numba_loops` is compiled, :mod:`.numpy_loops` needs nothing else; they give the same
bits.

>>> loops(False).__name__.rpartition(".")[2]
'numpy_loops'
"""

# ruff: noqa: D102 -- the functions themselves say what they do
from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Bytes, Floats, Integers, Truths, Values

#: From so many points on, numba is worth its import.
NUMBA_POINTS = 200_000


class Loops(Protocol):
    """The functions of a module of loops; :mod:`.numba_loops` says what each does.

    ``registers`` has the shape (rows, lanes); other arrays of one dimension are per lane, per
    entry (an equilibrium found at a lane) or per pair of vertices.
    """

    @property
    def __name__(self) -> str: ...

    def interpret(self, code: Integers, registers: Floats, start: int, stop: int, /) -> None: ...

    def induce(
        self, code: Integers, registers: Floats, near: int, start: int, stop: int, /
    ) -> None: ...

    def check_range(
        self, registers: Floats, rows: Integers, width: int, low: float, high: float,
        flagged: Truths, /,
    ) -> None: ...  # fmt: skip

    def judge(
        self, registers: Floats, compared: Integers, width: int, no: Truths, unknown: Truths, /
    ) -> None: ...

    def find_signs(
        self, registers: Floats, tested: Integers, limits: Integers, start: int, stop: int,
        positive: Bytes, doubtful: Bytes, /,
    ) -> None: ...  # fmt: skip

    def match_literals(
        self, positive: Bytes, table: tuple[Integers, Integers, Bytes], start: int, stop: int,
        valid: Bytes, spare: Bytes, /,
    ) -> None: ...  # fmt: skip

    def evaluate(
        self, code: Integers, registers: Floats, width: int, block: int,
        tests: tuple[Integers, Integers], positive: Bytes, doubtful: Bytes,
        tables: tuple[tuple[Integers, Integers, Bytes], ...], valid: tuple[Bytes, ...],
        spare: Bytes, /,
    ) -> None: ...  # fmt: skip

    def list_pairs(
        self, rows: Bytes, columns: Bytes, first: Integers, second: Integers, width: int,
        counts: Integers, starts: Integers, /,
    ) -> tuple[Integers, Integers]: ...  # fmt: skip

    def strategies(
        self, target: Floats, lane: Integers, place: Integers, starts: Integers, vertex: Integers,
        registers: Floats, tables: tuple[Integers, ...], shares: Floats, loose: Floats, /,
    ) -> None: ...  # fmt: skip

    def errors(
        self, lane: Integers, vertex: Integers, registers: Floats, tables: tuple[Integers, ...],
        result: Floats, /,
    ) -> None: ...  # fmt: skip

    def expect(
        self, target: Floats, lane: Integers, place: Integers, starts: Integers,
        pairs: tuple[Integers, ...], rows: Floats, columns: Floats, registers: Floats,
        cells: Integers, known: Floats, undefined: Truths, /,
    ) -> None: ...  # fmt: skip

    def components(
        self, target: Integers, table: Integers, first: Integers, second: Integers, rows: int,
        columns: int, continuum: Truths, /,
    ) -> None: ...  # fmt: skip

    def write(self, target: Values, place: Integers, column: Values, /) -> None: ...

    def write_pairs(self, target: Integers, place: Integers, starts: Integers, /) -> None: ...


def loops(compiled: bool) -> Loops:
    """Return the module with the loops over points: :mod:`.numba_loops` or :mod:`.numpy_loops`."""
    if compiled:
        from deterrence.analysis.points.kernel import numba_loops as fast

        return fast
    from deterrence.analysis.points.kernel import numpy_loops as plain

    return plain


def numba_pays(n: int) -> bool:
    """Say whether to run compiled code: numba takes a moment to import, and may be missing."""
    import importlib.util
    import sys

    from deterrence.surroundings import numba_allowed

    if sys.modules.get("numba") is not None:
        return numba_allowed()
    if n < NUMBA_POINTS or importlib.util.find_spec("numba") is None:
        return False
    return numba_allowed()
