r"""A sweep is run: to a file, into memory, or for its summary alone.

Whatever the number of workers, blocks are put together in one order, so the result is the
same to the last bit.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deterrence.analysis.sweeping.arrayfiles import write_netcdf, write_zarr
from deterrence.analysis.sweeping.cluster import on_cluster
from deterrence.analysis.sweeping.dataset import check_size, need_xarray, to_dataset
from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.analysis.sweeping.stretch_results import with_results
from deterrence.analysis.sweeping.summary import SweepSummary, Tally
from deterrence.analysis.sweeping.tables import csv_metadata, write_csv, write_parquet
from deterrence.analysis.sweeping.unfinished import UnfinishedSweep, unwritable, write_part
from deterrence.analysis.sweeping.workers import MAX_JOBS, alone, together
from deterrence.errors import IncompleteError, UsageError, did_you_mean

if TYPE_CHECKING:
    import xarray

    from deterrence.analysis.sweeping.layout import BlockArrays
    from deterrence.analysis.sweeping.workers import Results

#: Told of every step: what is being done, how many points are, and of how many.
SweepProgress = Callable[[str, int, int], None]
#: What an output may end in: the function that writes it, and the package needed.
FORMATS: dict[str, tuple[Callable[..., None], str]] = {
    ".csv": (write_csv, ""),
    ".nc": (write_netcdf, "h5netcdf"),
    ".parquet": (write_parquet, "pyarrow"),
    ".zarr": (write_zarr, "zarr"),
}
SOLVING, WRITING = "solving", "writing"


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody of the progress."""


def _results(
    plan: SweepPlan, numbers: Sequence[int], folder: Path | None, jobs: int, cluster: str | None
) -> Results:
    if not 1 <= jobs <= MAX_JOBS:
        raise UsageError(f"{jobs} workers", remedy=f"choose a number from 1 to {MAX_JOBS}")
    if cluster is not None:
        if jobs != 1:
            raise UsageError(
                "workers of a cluster are not counted with jobs", remedy="give one of the two"
            )
        return on_cluster(plan, numbers, cluster)
    if jobs == 1 or len(numbers) < 2:
        return alone(plan, numbers, folder)
    return together(plan, numbers, folder, jobs)


def blocks(
    plan: SweepPlan, *, jobs: int = 1, cluster: str | None = None, progress: SweepProgress = silent
) -> Generator[BlockArrays, None, None]:
    """Solve a plan and yield its blocks in order, keeping none."""
    results = _results(plan, range(plan.blocks), None, jobs, cluster)
    progress(SOLVING, 0, plan.size)
    with contextlib.closing(results):
        for number, arrays in results:
            assert arrays is not None  # there is no folder to keep them in
            progress(SOLVING, plan.points_of(number)[1], plan.size)
            yield arrays


def summarise(
    plan: SweepPlan,
    *,
    jobs: int = 1,
    cluster: str | None = None,
    progress: SweepProgress = silent,
    time_limit: float | None = None,
) -> SweepSummary:
    """Solve a plan for its summary alone, in constant memory.

    After ``time_limit`` seconds it ends with the block that it is at: the summary is then of
    the first points only, and not complete.
    """
    end = _end(time_limit)
    tally = Tally(plan)
    with contextlib.closing(blocks(plan, jobs=jobs, cluster=cluster, progress=progress)) as stream:
        for arrays in stream:
            tally.add(arrays)
            if time.monotonic() > end:
                break
    return with_results(tally.result())


def _end(time_limit: float | None) -> float:
    return math.inf if time_limit is None else time.monotonic() + time_limit


def in_memory(
    plan: SweepPlan, *, jobs: int = 1, cluster: str | None = None, progress: SweepProgress = silent
) -> xarray.Dataset:
    """Solve a plan and return an ``xarray.Dataset``."""
    need_xarray()
    check_size(plan)
    with contextlib.closing(blocks(plan, jobs=jobs, cluster=cluster, progress=progress)) as stream:
        return to_dataset(plan, stream)


def to_file(
    plan: SweepPlan,
    output: str | Path,
    *,
    jobs: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    force: bool = False,
    progress: SweepProgress = silent,
    time_limit: float | None = None,
) -> SweepSummary:
    """Solve a plan into a file whose ending says the format, and return the summary.

    Finished blocks are kept in ``OUTPUT.parts`` until the file is there, whole.  Raises
    :class:`UsageError` for an ending that is unknown or whose package is missing, for an
    output or parts that are there already (unless ``force`` or ``resume``), and for parts
    of another sweep; :class:`DeterrenceError` where the system does not let it write;
    :class:`IncompleteError` after ``time_limit`` seconds, with the block it is at kept.
    """
    end = _end(time_limit)
    output = check_target(output)
    if output.is_symlink():  # a link stays a link
        output = Path(os.path.realpath(output))
    if resume and force:
        raise UsageError(
            "a sweep either resumes or begins anew", remedy="leave out --resume or --force"
        )
    parts = UnfinishedSweep(plan, output)
    try:
        done = parts.open(resume=resume, force=force)
        _solve(plan, parts, done, jobs, cluster, progress, end)
        summary = _assemble(plan, parts, progress)
        parts.finish()
    finally:
        parts.close()
    return with_results(summary)


def check_target(output: str | Path) -> Path:
    """Return the path of an output; raise :class:`UsageError` where none can be written there."""
    path = Path(output)
    if "\0" in str(output) or path.suffix not in FORMATS:
        raise UsageError(
            f"{str(output)[:80]!r} does not say the format",
            remedy=did_you_mean(path.suffix, FORMATS)
            or f"end the name in one of {', '.join(FORMATS)}",
        )
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {str(path.parent)!r} to write {path.name!r} in")
    package = FORMATS[path.suffix][1]
    if package and importlib.util.find_spec(package) is None:
        raise UsageError(
            f"{path.suffix} files need {package}, which is not installed",
            remedy="pip install 'deterrence[data]', or write .csv",
        )
    if path.suffix == ".zarr":
        ours = path.is_dir() and ((path / ".zgroup").exists() or not any(path.iterdir()))
        if path.exists() and not ours:
            raise UsageError(f"{str(path)!r} exists, and is no Zarr store")
    elif path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder", remedy="name a file")
    return path


def _solve(
    plan: SweepPlan,
    parts: UnfinishedSweep,
    done: set[int],
    jobs: int,
    cluster: str | None,
    progress: SweepProgress,
    end: float,
) -> None:
    missing = [k for k in range(plan.blocks) if k not in done]
    counted = sum(stop - start for start, stop in map(plan.points_of, done))
    progress(SOLVING, counted, plan.size)
    folder = None if cluster is not None else parts.folder
    with contextlib.closing(_results(plan, missing, folder, jobs, cluster)) as results:
        for number, arrays in results:
            if arrays is not None:
                write_part(parts.path(number), arrays)
            start, stop = plan.points_of(number)
            counted += stop - start
            progress(SOLVING, counted, plan.size)
            if counted < plan.size and time.monotonic() > end:
                raise IncompleteError(
                    f"the time ran out when {counted:,} of {plan.size:,} points were solved",
                    remedy=f"they are kept in {parts.folder}; the same sweep with --resume goes on",
                )


def _assemble(plan: SweepPlan, parts: UnfinishedSweep, progress: SweepProgress) -> SweepSummary:
    output, draft = parts.output, parts.draft()
    write, _ = FORMATS[output.suffix]
    tally = Tally(plan)

    def stream() -> Iterator[BlockArrays]:
        for arrays in tally.watch(parts.stream()):
            progress(WRITING, tally.points, plan.size)
            yield arrays

    try:
        if draft.is_dir():
            shutil.rmtree(draft)
        write(draft, plan, stream(), parts.widest())
        if output.suffix == ".csv":
            beside = output.with_name(f"{output.name}-metadata.json")
            write_part(beside, csv_metadata(plan, output.name))
        if output.is_dir():
            old = parts.folder / "result.old"
            os.replace(output, old)
            os.replace(draft, output)
            shutil.rmtree(old)
        else:
            os.replace(draft, output)
    except OSError as error:
        raise unwritable(output, error) from None
    return tally.result(str(output))
