"""Sweeps: equilibria and measures over designs of parameter points, to a file or in memory.

>>> from deterrence import load_model
>>> found = load_model("asymmetric-bipolarity").sweep({"k_R": "4:8:5"})
>>> found.war_high.values.round(4).tolist()
[0.0, 0.2857, 0.2143, 0.1714, 0.1429]
>>> found.sizes["equilibrium"], found.k_R.attrs["units"]
(3, 'utility')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.analysis.sweeping import display as display

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel


def sweep(
    model: SymbolicModel,
    axes: Mapping[str, Any] | None = None,
    *,
    design: str = "grid",
    points: int | None = None,
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    measures: Sequence[str] | None = None,
    select: str = "all",
    by: str | None = None,
    output: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Any:
    """Solve a model at many parameter values.

    ``axes`` maps parameters to their values: text such as ``"0:10:1000"`` (see
    :mod:`deterrence.analysis.sweeping.axes`) or a sequence of numbers; the first varies
    slowest.  ``design`` is ``grid``, or ``sobol``, ``halton`` or ``latin`` with ``points``
    and ``seed``; axes are then ranges, ``"0:10"``.  ``fixed`` sets other parameters,
    ``scenario`` chooses where the rest stand.  ``measures`` (default: all) are stored, with
    their bounds over equilibria; ``select`` is one of
    :data:`deterrence.analysis.points.selection.RULES`, ``by`` the measure or player that ``worst``
    and ``best`` go by.

    Without ``output`` an ``xarray.Dataset`` is returned; with it, a file is written
    (``.nc``, ``.zarr``, ``.parquet``, ``.csv``) in constant memory, and a
    :class:`~deterrence.analysis.sweeping.summary.SweepSummary` returned.  ``jobs`` is the
    number of processes, ``cluster`` the address of a dask.distributed scheduler; neither
    changes the result.  ``resume`` goes on with an unfinished output, ``force`` replaces
    one.  ``progress(stage, done, total)`` is called now and then.

    Raises :class:`UsageError` for what does not fit.
    """
    from deterrence.analysis.sweeping.plan import make_plan
    from deterrence.analysis.sweeping.run import in_memory, to_file

    plan = make_plan(
        model,
        axes,
        design=design,
        points=points,
        seed=seed,
        fixed=fixed,
        scenario=scenario,
        measures=measures,
        select=select,
        by=by,
    )
    more: dict[str, Any] = {"progress": progress} if progress is not None else {}
    if output is None:
        return in_memory(plan, jobs=jobs, cluster=cluster, **more)
    return to_file(plan, output, jobs=jobs, cluster=cluster, resume=resume, force=force, **more)
