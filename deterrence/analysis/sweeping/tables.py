"""Sweeps as tables: CSV, which needs nothing else, and Parquet.

A row is an equilibrium at a point (a point where none is left has a row of its own), or,
where only bounds are stored, a point.  Columns are named as the variables of the arrays are;
probabilities as ``probability_PLAYER_ACTION``.  What there is not is left empty.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from deterrence.analysis.points.block import ENGINES
from deterrence.analysis.sweeping.arrayfiles import need_data_extra
from deterrence.analysis.sweeping.layout import Variable
from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.words.markup import csv_text

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Truths, Values
    from deterrence.analysis.sweeping.layout import BlockArrays

    #: The columns of some rows by name: values, and which are missing (None: none are).
    Rows: TypeAlias = dict[str, tuple[Values, Truths | None]]

#: Rows that are turned into text at once.
_ROWS = 1 << 14


@dataclass(frozen=True)
class TableColumn:
    """A column: its name and type (``float``, ``integer``, ``boolean``, ``text``)."""

    name: str
    kind: str
    title: str
    unit: str = ""


_KINDS = {"f8": "float", "i4": "integer", "b1": "boolean", "i1": "text"}


def columns_of(plan: SweepPlan) -> list[TableColumn]:
    """Return the columns of a sweep's table."""
    layout = plan.layout
    found = []
    if plan.design.seed is not None:
        found.append(TableColumn(layout.points[0], "integer", "number of the point"))
    found += [TableColumn(v.name, "float", v.title, v.unit) for v in layout.parameters]
    numbered = False
    for v in layout.variables:
        if layout.equilibrium in v.dims and not numbered:
            numbered = True
            found.append(TableColumn(layout.equilibrium, "integer", "number of the equilibrium"))
        if v.dims[-1] in layout.actions:
            found += [
                TableColumn(_action_column(plan, v, a), "float", f"{v.title}: {a}", v.unit)
                for a in layout.actions[v.dims[-1]]
            ]
        else:
            found.append(TableColumn(v.name, _KINDS[v.dtype], v.title, v.unit))
    return found


def _action_column(plan: SweepPlan, variable: Variable, action: str) -> str:
    """Return the column of an action's probability; labels may run into each other."""
    layout = plan.layout
    names = [f"{v.name}_{a}" for v in layout.variables for a in layout.actions.get(v.dims[-1], ())]
    name = f"{variable.name}_{action}"
    others = {v.name for v in (*layout.parameters, *layout.variables)}
    if names.count(name) > 1 or name in others:
        return f"{variable.name}:{action}"
    return name


def rows_of(plan: SweepPlan, start: int, arrays: BlockArrays) -> Rows:
    """Return the columns of a block's rows; ``start`` is the number of its first point."""
    import numpy as np

    layout = plan.layout
    n = len(next(iter(arrays.values())))
    there = None
    point, place = np.arange(n), np.zeros(n, dtype=np.int64)
    component = layout.names.get(("component", ""))
    if component is not None:
        counts = (arrays[component] >= 0).sum(axis=1)
        rows = np.maximum(counts, 1)
        point = np.repeat(point, rows)
        place = np.arange(len(point)) - np.repeat(np.cumsum(rows) - rows, rows)
        there = (counts > 0)[point]
    found: Rows = {}
    if plan.design.seed is not None:
        found[layout.points[0]] = (start + point, None)
    for name, values in layout.sample_columns(start, start + n).items():
        found[name] = (values[point], None)
    for v in layout.variables:
        array = arrays[v.name]
        if layout.equilibrium not in v.dims:
            found[v.name] = (array[point], np.isnan(array[point]) if v.dtype == "f8" else None)
            continue
        assert there is not None
        if layout.equilibrium not in found:
            found[layout.equilibrium] = (place, ~there)
        if not array.shape[1]:  # no point of the block has an equilibrium
            array = np.full((n, 1, *array.shape[2:]), v.fill, dtype=array.dtype)
        taken = array[point, place]
        if v.dims[-1] in layout.actions:
            for k, action in enumerate(layout.actions[v.dims[-1]]):
                found[_action_column(plan, v, action)] = (taken[:, k], ~there)
        else:
            found[v.name] = (taken, ~there)
    return found


def _blocks(plan: SweepPlan, stream: Iterable[BlockArrays]) -> Iterator[Rows]:
    start = 0
    for arrays in stream:
        yield rows_of(plan, start, arrays)
        start += len(next(iter(arrays.values())))


def write_csv(path: Path, plan: SweepPlan, stream: Iterable[BlockArrays], width: int = 0) -> None:
    """Write a CSV file; ``width`` is not needed and is there for the other formats."""
    with path.open("w", encoding="utf-8", newline="") as file:
        stream_csv(file, plan, stream)


def stream_csv(file: IO[str], plan: SweepPlan, stream: Iterable[BlockArrays]) -> None:
    """Write a table to an open text file."""
    header = io.StringIO()
    columns = columns_of(plan)
    csv.writer(header, lineterminator="\n").writerow([csv_text(c.name) for c in columns])
    file.write(header.getvalue())
    for rows in _blocks(plan, stream):
        length = len(next(iter(rows.values()))[0])
        for first in range(0, length, _ROWS):
            here = slice(first, first + _ROWS)
            texts = []
            for c in columns:
                values, missing = rows[c.name]
                texts.append(
                    _texts(c.kind, values[here], None if missing is None else missing[here])
                )
            file.writelines(",".join(row) + "\n" for row in zip(*texts, strict=True))


def _texts(kind: str, values: Values, missing: Truths | None) -> list[str]:
    """Return numbers as text: the shortest that gives the same float again."""
    if kind == "float":
        texts = list(map(repr, values.tolist()))
    elif kind == "integer":
        texts = list(map(str, values.tolist()))
    elif kind == "boolean":
        texts = ["true" if v else "false" for v in values.tolist()]
    else:
        texts = [ENGINES[v] for v in values.tolist()]
    if missing is not None and missing.any():
        texts = ["" if gone else t for t, gone in zip(texts, missing.tolist(), strict=True)]
    return texts


def csv_metadata(plan: SweepPlan, name: str) -> bytes:
    """Return what a CSV file cannot say of itself, after W3C's *Metadata Vocabulary* (2015).

    It belongs into a file called like the table with ``-metadata.json`` added.
    """
    types = {"float": "double", "text": "string"}
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "tableSchema": {
            "columns": [
                {
                    "name": c.name,
                    "titles": csv_text(c.name),
                    "dc:description": c.title,
                    "datatype": types.get(c.kind, c.kind),
                    **({"schema:unitText": c.unit} if c.unit else {}),
                }
                for c in columns_of(plan)
            ]
        },
        "notes": [plan.attributes],
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def write_parquet(
    path: Path, plan: SweepPlan, stream: Iterable[BlockArrays], width: int = 0
) -> None:
    """Write a Parquet file, a row group per block; raises :class:`UsageError` without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise need_data_extra("Parquet") from None
    engine = pa.dictionary(pa.int8(), pa.string())
    types = {"float": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_(), "text": engine}
    columns = columns_of(plan)
    schema = pa.schema(
        [
            pa.field(c.name, types[c.kind], metadata={"long_name": c.title, "units": c.unit})
            for c in columns
        ],
        metadata={name: str(value) for name, value in plan.attributes.items()},
    )
    with pq.ParquetWriter(path, schema) as writer:
        for rows in _blocks(plan, stream):
            arrays = []
            for c in columns:
                values, missing = rows[c.name]
                if c.kind == "text":
                    arrays.append(pa.DictionaryArray.from_arrays(pa.array(values), list(ENGINES)))
                else:
                    arrays.append(pa.array(values, types[c.kind], mask=missing))
            table = pa.Table.from_arrays(arrays, schema=schema)
            writer.write_table(table, row_group_size=max(1, len(table)))
