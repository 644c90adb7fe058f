"""The verbs that solve a model at many values: ``sweep`` and ``sensitivity``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from deterrence.face.given import Given
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    from xarray import Dataset

    from deterrence.algebra.expressions import Expression
    from deterrence.analysis.sweeping.summary import SweepSummary
    from deterrence.analysis.uncertainty.results import Sensitivity

SweepDesign = Literal["grid", "sobol", "halton", "latin"]
Selection = Literal[
    "all",
    "bounds",
    "payoff-dominant",
    "risk-dominant",
    "undominated",
    "pareto-undominated",
    "worst",
    "best",
]
Method = Literal["all", "probabilities", "sobol", "tornado", "morris", "regional"]


@overload
def sweep(
    model: SymbolicModel,
    /,
    axes: Mapping[str, Iterable[Value]] | None = None,
    *,
    design: SweepDesign = "grid",
    points: int | None = None,
    seed: int = 0,
    measures: Sequence[str] | None = None,
    select: Selection = "all",
    by: str | None = None,
    output: None = None,
    jobs: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Dataset: ...
@overload
def sweep(
    model: SymbolicModel,
    /,
    axes: Mapping[str, Iterable[Value]] | None = None,
    *,
    design: SweepDesign = "grid",
    points: int | None = None,
    seed: int = 0,
    measures: Sequence[str] | None = None,
    select: Selection = "all",
    by: str | None = None,
    output: str | Path,
    jobs: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> SweepSummary: ...
def sweep(
    model: SymbolicModel,
    /,
    axes: Mapping[str, Iterable[Value]] | None = None,
    *,
    design: SweepDesign = "grid",
    points: int | None = None,
    seed: int = 0,
    measures: Sequence[str] | None = None,
    select: Selection = "all",
    by: str | None = None,
    output: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Dataset | SweepSummary:
    """Solve a model at many parameter values.

    ``axes`` maps parameters to their values: text such as ``"0:10:1000"`` (from, to, how
    many; see :mod:`deterrence.analysis.sweeping.axes`) or numbers; the first varies
    slowest.  ``design`` is ``grid``, or ``sobol``, ``halton`` or ``latin`` with ``points``
    and ``seed``; axes are then ranges, ``"0:10"``.  All other parameters stand at their
    defaults, changed by ``scenario``, ``values`` and keywords.

    ``measures`` (default: all) are stored, with their bounds over equilibria; ``select`` is
    one of :data:`deterrence.analysis.points.selection.RULES`, ``by`` the measure or player
    that ``worst`` and ``best`` go by.  Without ``output`` an ``xarray.Dataset`` is returned;
    with it, a file is written (``.nc``, ``.zarr``, ``.parquet``, ``.csv``) in constant
    memory, and a :class:`SweepSummary` returned; ``resume`` goes on with an unfinished
    output, ``force`` replaces one.  ``jobs`` is the number of processes, ``cluster`` the
    address of a dask.distributed scheduler; neither changes the result.
    ``progress(stage, done, total)`` is called now and then.

    Raises :class:`UsageError` for what does not fit, :class:`DeterrenceError` where the
    system does not let it write.

    >>> from deterrence import load_model, sweep
    >>> found = sweep(load_model("asymmetric-bipolarity"), {"k_R": "4:8:5"}, g_N=3)
    >>> found.war_low.values.tolist()
    [1.0, 1.0, 0.0, 0.0, 0.0]
    """
    from deterrence.analysis.sweeping.plan import make_plan
    from deterrence.analysis.sweeping.run import in_memory, silent, to_file

    plan = make_plan(
        model,
        axes,
        design=design,
        points=points,
        seed=seed,
        fixed=Given(sweep, scenario, values, overrides).numbers(model),
        scenario=scenario,
        measures=measures,
        select=select,
        by=by,
    )
    told = progress or silent
    if output is None:
        return in_memory(plan, jobs=jobs, cluster=cluster, progress=told)
    return to_file(
        plan, output, jobs=jobs, cluster=cluster, resume=resume, force=force, progress=told
    )


def sensitivity(
    model: SymbolicModel,
    /,
    *,
    measures: str | Iterable[str] | None = None,
    conclusions: str | Expression | Iterable[str | Expression] = (),
    over: str | Iterable[str] = (),
    method: Method | Iterable[Method] = "all",
    samples: int | None = None,
    seed: int = 0,
    second_order: bool = False,
    resamples: int = 1000,
    level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Sensitivity:
    """Say which uncertain parameter matters most, and how likely each outcome is.

    ``measures`` (default: all) are asked about, and so are ``conclusions`` such as
    ``"war <= 1/10"`` (default: that each measure that is a probability is 0).  What
    ``values`` and keywords set does not vary; ``scenario`` is the base case and fixes
    nothing; ``over`` restricts what varies.  ``method`` is one of
    :data:`deterrence.analysis.uncertainty.analyse.METHODS` or several; ``samples`` the number
    of base points, a power of two; ``second_order`` adds what pairs of inputs do together;
    ``resamples`` and ``level`` belong to the intervals.  The same ``seed`` gives the same
    answer.  ``progress(done, total)`` is called now and then, in points.

    Raises :class:`UsageError` for what does not fit.  Ctrl-C, and the end of ``time_limit``
    (seconds), return what is done, if anything is, and ``shortfalls`` say so.

    >>> from deterrence import load_model, sensitivity
    >>> answer = sensitivity(load_model("asymmetric-bipolarity"), measures=["war"],
    ...                      over=["l_R", "l_N"], method="tornado", samples=256)
    >>> [bar.input for bar in answer.tornado_of("war").bars]
    ['l_R', 'l_N']
    """
    from deterrence.analysis.uncertainty.analyse import analyse

    with kept_limit(time_limit):
        return analyse(
            model,
            measures=measures,
            conclusions=conclusions,
            samples=samples,
            seed=seed,
            fixed=Given(sensitivity, scenario, values, overrides).numbers(model),
            scenario=scenario,
            over=over,
            method=method,
            second_order=second_order,
            resamples=resamples,
            level=level,
            progress=progress,
            time_limit=time_limit,
        )
