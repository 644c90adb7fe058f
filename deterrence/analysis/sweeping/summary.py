r"""What a sweep found, in a few lines, gathered while its blocks go by.

>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.sweeping.plan import make_plan
>>> from deterrence.analysis.sweeping.run import summarise
>>> plan = make_plan(load_model("asymmetric-bipolarity"), {"k_R": "4,5,6,7"})
>>> found = summarise(plan)
>>> found.equilibria, found.continuum
({1: 2, 3: 2}, 1)
>>> [(s.start, s.stop, s.points, s.equilibria) for s in found.stretches]
[(4.0, 5.0, 2, 1), (6.0, 6.0, 1, 3), (7.0, 7.0, 1, 3)]
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from deterrence.analysis.plain_data import plain_data
from deterrence.analysis.points.block import ENGINES
from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.analysis.told_results import ToldResult
from deterrence.words.frames import Framed, Rows, columns
from deterrence.words.markup import csv_text
from deterrence.words.saved import Saved, restorable
from deterrence.words.shown import Shown

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Floats, Integers
    from deterrence.analysis.sweeping.layout import BlockArrays

#: The columns of a summary as CSV.
_COLUMNS = (
    "part", "from", "to", "points", "equilibria", "measure", "lowest", "highest", "share_zero",
    "share_always",
)  # fmt: skip
#: Stretches that are kept of a long axis: so many at its beginning and at its end.
FIRST, LAST = 24, 8


@dataclass(frozen=True)
class MeasureRange(Saved):
    """A measure over all points where there is an equilibrium (that the selection keeps).

    ``points`` is their number; ``never`` counts those where the measure is 0 in every
    equilibrium, ``always`` those where it is above 0 in every one.
    """

    name: str
    title: str
    lowest: float
    highest: float
    points: int
    never: int
    always: int


@dataclass(frozen=True)
class SweepStretch(Saved):
    """Neighbouring values of one axis with the same number of equilibria.

    In matrices of which a sweep stores the strategies they are played with the same actions.
    Nor does a measure change there between 0 and above 0.  ``measures`` holds the smallest
    and the largest value of each over the stretch, ``start`` and ``stop`` its ends;
    ``selected`` is the number of equilibria that the selection keeps, 0 where there is none.
    """

    start: float
    stop: float
    points: int
    equilibria: int
    components: int
    continuum: bool
    valid: bool
    measures: Mapping[str, tuple[float, float]]
    selected: int
    first: int = 0
    results: tuple[ToldResult, ...] | None = None


@dataclass(frozen=True, repr=False)
class SweepSummary(Framed, Shown, Saved):
    """Counts over all points of a sweep.

    ``equilibria`` maps a number of extreme equilibria to the number of points that have it;
    ``selected`` the number of equilibria that the selection keeps, where it selects.
    ``stretches`` is filled for one axis; ``left_out`` counts those that are not listed.

    >>> import tempfile
    >>> from deterrence import load_model
    >>> model = load_model("chicken")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = model.sweep({"P_A": "-10:-2:5"}, output=f"{folder}/sweep.csv")
    >>> found.points, found.equilibria, found.complete
    (5, {3: 5}, True)
    >>> found.measures[0].name, found.measures[0].highest
    ('war', 0.05)
    """

    plan: SweepPlan
    points: int
    outside: int
    incomplete: int
    continuum: int
    engines: Mapping[str, int]
    equilibria: Mapping[int, int]
    components: Mapping[int, int]
    selected: Mapping[int, int]
    measures: tuple[MeasureRange, ...]
    stretches: tuple[SweepStretch, ...] = ()
    left_out: int = 0
    output: str = ""

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"measures": self._rows, "stretches": self._stretch_rows}

    def _rows(self) -> Rows:
        for m in self.measures:
            yield columns(m, "name", "title", "lowest", "highest", "points", "never", "always")

    def _stretch_rows(self) -> Rows:
        names = ("start", "stop", "points", "equilibria", "components", "continuum", "valid")
        for s in self.stretches:
            row = columns(s, *names, "selected")
            for name, (low, high) in s.measures.items():
                row |= {f"{name}_low": low, f"{name}_high": high}
            yield row

    @property
    def complete(self) -> bool:
        """Whether all points were solved, and no equilibrium is missing at any: proven."""
        return self.incomplete == 0 and self.points == self.plan.size

    @property
    def doubts(self) -> tuple[str, ...]:
        """What the reader has to know before trusting the numbers."""
        found = []
        if self.points < self.plan.size:
            found.append(
                f"the time ran out: only the first {self.points:,} of {self.plan.size:,} points "
                "were solved"
            )
        if self.incomplete:
            found.append(
                f"equilibria may be missing at {self.incomplete:,} points; "
                "bounds there are not proven"
            )
        curved = [
            m.name
            for m in self.plan.model.measures
            if m.name in self.plan.measures and not m.is_affine
        ]
        if curved and self.continuum:
            found.append(
                f"{', '.join(curved)} is no mean over outcomes: at the {self.continuum:,} points "
                "with a continuum its bounds are over extreme equilibria"
            )
        design = self.plan.design
        if design.name == "sobol" and design.size & (design.size - 1):
            below = 1 << (design.size.bit_length() - 1)
            found.append(
                f"a Sobol design is balanced for powers of two only, such as {below:,} or "
                f"{2 * below:,} points"
            )
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1)."""
        told = {
            "schema": 1,
            "model": self.plan.model.name,
            "design": self.plan.design.name,
            "axes": {axis.name: axis.text for axis in self.plan.design.axes},
            "select": self.plan.select,
            "by": self.plan.by,
            "points": self.points,
            "outside": self.outside,
            "incomplete": self.incomplete,
            "continuum": self.continuum,
            "engines": dict(self.engines),
            "equilibria": {str(k): n for k, n in self.equilibria.items()},
            "components": {str(k): n for k, n in self.components.items()},
            "selected": {str(k): n for k, n in self.selected.items()},
            "measures": plain_data(self.measures),
            "stretches": plain_data(self.stretches),
            "left_out": self.left_out,
            "doubts": list(self.doubts),
            "output": self.output or None,
            "provenance": dict(self.plan.attributes),
        }
        return restorable(self, told)

    def _take(self, told: Mapping[str, Any]) -> None:
        """Keep the provenance: it names the versions that the numbers come from."""
        provenance = told.get("provenance")
        if isinstance(provenance, dict) and all(
            isinstance(v, str | int | float) for v in provenance.values()
        ):
            vars(self.plan)["attributes"] = provenance

    def to_csv(self) -> str:
        """Return the measures as CSV: over all points, and over every stretch that is listed.

        ``share_zero`` is the share of points where a measure is 0 in every equilibrium, and
        ``share_always`` that where it is above 0 in every one; both are over all points only.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for m in self.measures:
            shares = (m.never / m.points, m.always / m.points) if m.points else ("", "")
            ends = [_csv_number(m.lowest), _csv_number(m.highest)]
            writer.writerow(["all", "", "", m.points, "", csv_text(m.name), *ends, *shares])
        labels = [label for _, label in self.plan.layout.bounded]
        for stretch in self.stretches:
            where = [stretch.start, stretch.stop, stretch.points, stretch.equilibria]
            for m, label in zip(self.measures, labels, strict=True):
                ends = [_csv_number(x) for x in stretch.measures[label]]
                writer.writerow(["stretch", *where, csv_text(m.name), *ends, "", ""])
        return out.getvalue()

    def __repr__(self) -> str:
        """Return one line."""
        status = "complete" if self.complete else f"{self.incomplete:,} incomplete"
        where = f", written to {self.output}" if self.output else ""
        return f"<Sweep of {self.plan.model.name}: {self.points:,} points, {status}{where}>"


@dataclass
class Tally:
    """Gathers a :class:`SweepSummary` from blocks that come in order."""

    plan: SweepPlan
    points: int = 0
    outside: int = 0
    incomplete: int = 0
    continuum: int = 0
    engines: Counter[str] = field(default_factory=Counter)
    equilibria: Counter[int] = field(default_factory=Counter)
    components: Counter[int] = field(default_factory=Counter)
    selected: Counter[int] = field(default_factory=Counter)
    ranges: dict[str, list[Any]] = field(default_factory=dict)
    first: list[SweepStretch] = field(default_factory=list)
    last: deque[SweepStretch] = field(default_factory=lambda: deque(maxlen=LAST))
    left_out: int = 0
    _open: tuple[bytes, SweepStretch] | None = None

    def watch(self, stream: Iterable[BlockArrays]) -> Iterator[BlockArrays]:
        """Count blocks as they pass."""
        for arrays in stream:
            self.add(arrays)
            yield arrays

    def add(self, arrays: BlockArrays) -> None:
        """Count a block, the next one."""
        names = self.plan.layout.names
        valid = arrays[names["valid", ""]]
        n = len(valid)
        self.outside += int(n - valid.sum())
        self.incomplete += int((~arrays[names["complete", ""]]).sum())
        self.continuum += int(arrays[names["continuum", ""]].sum())
        _count(self.equilibria, arrays[names["count", ""]][valid])
        _count(self.components, arrays[names["components", ""]][valid])
        if self.plan.layout.selects:
            _count(self.selected, arrays[names["selected", ""]][valid])
        engines: Counter[int] = Counter()
        _count(engines, arrays[names["engine", ""]])
        for number, points in engines.items():
            self.engines[ENGINES[number]] += points
        for kind, label in self.plan.layout.bounded:
            low = arrays[names[f"{kind} low", label]]
            high = arrays[names[f"{kind} high", label]]
            self._range(label, low, high)
        if self.plan.design.seed is None and len(self.plan.design.axes) == 1:
            self._stretches(arrays, n)
        self.points += n

    def _range(self, label: str, low: Floats, high: Floats) -> None:
        import numpy as np

        there = ~np.isnan(low)
        low, high = low[there], high[there]
        mine = self.ranges.setdefault(label, [np.inf, -np.inf, 0, 0, 0])
        if len(low):
            mine[0] = min(mine[0], float(low.min()))
            mine[1] = max(mine[1], float(high.max()))
            mine[2] += len(low)
            mine[3] += int(((low == 0) & (high == 0)).sum())
            mine[4] += int((low > 0).sum())

    def _stretches(self, arrays: BlockArrays, n: int) -> None:
        import numpy as np

        plan, names = self.plan, self.plan.layout.names
        bounded = [
            (label, arrays[names[f"{kind} low", label]], arrays[names[f"{kind} high", label]])
            for kind, label in plan.layout.bounded
        ]
        signs = [np.stack((low > 0, high > 0)) for _, low, high in bounded]
        wanted = ["valid", "count", "components", "continuum"]
        wanted += ["selected"] if plan.layout.selects else []
        key = np.vstack(
            [
                *(arrays[names[kind, ""]].astype(np.int64) for kind in wanted),
                self._patterns(arrays, n),
                *signs,
            ]
        ).astype(np.int64)
        change = np.flatnonzero((key[:, 1:] != key[:, :-1]).any(axis=0)) + 1
        starts = np.concatenate(([0], change))
        stops = np.concatenate((change, [n]))
        # Of a long list only both ends are kept, so only they are worked out.
        many = len(starts) > FIRST + 2 * LAST
        skip = range(FIRST + 1, len(starts) - LAST - 1) if many else range(0)
        values = plan.design.columns(self.points, self.points + n)[plan.design.names[0]]
        for k, (a, b) in enumerate(zip(starts, stops, strict=True)):
            if k in skip:
                if k == skip.start:
                    self._close()
                    self.left_out += len(skip)
                continue
            here = SweepStretch(
                float(values[a]),
                float(values[b - 1]),
                int(b - a),
                int(arrays[names["count", ""]][a]),
                int(arrays[names["components", ""]][a]),
                bool(arrays[names["continuum", ""]][a]),
                bool(arrays[names["valid", ""]][a]),
                {
                    label: (float(np.fmin.reduce(low[a:b])), float(np.fmax.reduce(high[a:b])))
                    for label, low, high in bounded
                },
                int(arrays[names[wanted[-1], ""]][a]) if plan.layout.selects else 0,
                self.points + int(a),
            )
            mark = key[:, a].tobytes()
            if self._open is not None and self._open[0] == mark:
                self._open = (mark, _joined(self._open[1], here))
            else:
                self._close()
                self._open = (mark, here)

    def _patterns(self, arrays: BlockArrays, n: int) -> Integers:
        """Return one number per point for the actions that its equilibria use, 0 if unknown.

        It does not depend on how many equilibria a block has room for.
        """
        import numpy as np

        found = np.zeros(n, dtype=np.int64)
        if self.plan.model.tree is not None or not self.plan.layout.stores_equilibria:
            return found
        for m, player in enumerate(self.plan.model.players):
            used = arrays[self.plan.layout.names["probability", player]] > 0
            for k in range(used.shape[1]):
                for j in range(used.shape[2]):
                    # Sums of random numbers are equal for equal sets of actions only.
                    weight = random.Random(f"{m} {k} {j}").getrandbits(40)
                    found += used[:, k, j] * weight
        return found

    def _close(self) -> None:
        if self._open is None:
            return
        stretch = self._open[1]
        self._open = None
        if len(self.first) < FIRST:
            self.first.append(stretch)
        else:
            self.left_out += len(self.last) == LAST
            self.last.append(stretch)

    def result(self, output: str = "") -> SweepSummary:
        """Return the summary of what was counted."""
        self._close()
        layout = self.plan.layout
        titles = {m.name: m.title for m in self.plan.model.measures}
        return SweepSummary(
            plan=self.plan,
            points=self.points,
            outside=self.outside,
            incomplete=self.incomplete,
            continuum=self.continuum,
            engines={name: self.engines[name] for name in ENGINES if self.engines[name]},
            equilibria=dict(sorted(self.equilibria.items())),
            components=dict(sorted(self.components.items())),
            selected=dict(sorted(self.selected.items())),
            measures=tuple(
                MeasureRange(
                    label if kind == "measure" else f"payoff of {label}",
                    titles.get(label, "") if kind == "measure" else "",
                    *(self.ranges[label][:2] if self.ranges[label][2] else (nan, nan)),
                    *self.ranges[label][2:],
                )
                for kind, label in layout.bounded
            ),
            stretches=(*self.first, *self.last),
            left_out=self.left_out,
            output=output,
        )


nan = float("nan")


def _csv_number(value: float) -> str:
    return repr(value) if value == value else ""


def _count(counter: Counter[int], values: Integers) -> None:
    import numpy as np

    for value, points in enumerate(np.bincount(values).tolist()):
        if points:
            counter[value] += points


def _joined(a: SweepStretch, b: SweepStretch) -> SweepStretch:
    measures = {
        label: (min(low, b.measures[label][0]), max(high, b.measures[label][1]))
        for label, (low, high) in a.measures.items()
    }
    return replace(a, stop=b.stop, points=a.points + b.points, measures=measures)
