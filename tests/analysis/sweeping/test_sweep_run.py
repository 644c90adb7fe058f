"""Running a sweep: workers, kills, resuming, formats, and refusals.

Most tests use a model that is solved in no time; what a point's answer is, is tested in
test_sweep_answers.py.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brink import BRINK
from checkout import with_package

from deterrence import load_model, read_model
from deterrence.analysis.sweeping import unfinished as parts_module
from deterrence.analysis.sweeping import workers
from deterrence.analysis.sweeping.arrayfiles import chunk_shape, regions
from deterrence.analysis.sweeping.blocks import BlockSolver
from deterrence.analysis.sweeping.plan import make_plan
from deterrence.analysis.sweeping.run import in_memory, summarise, to_file
from deterrence.analysis.sweeping.unfinished import UnfinishedSweep, decode, save
from deterrence.errors import DeterrenceError, UsageError
from deterrence.modelfile.model import SymbolicModel

xr = pytest.importorskip("xarray")

#: 1,200 points in 16 blocks of 75 or fewer: ties where k_R is 5.
AXES = {"k_R": "3:8:51", "l_N": "1:9:24"}
SAMPLE = {"design": "latin", "points": 300, "seed": 5}


#: A game without payoffs at c = 3.
ODD = """
title: A game with a hole
form: strategic
players: {A: one, B: two}
actions: {A: [x, y], B: [x, y]}
parameters:
  c: {title: a cost, default: 1, bounds: [0, 10], source: test}
outcomes:
  peace: {title: peace, payoffs: {A: 0, B: 0}}
  war: {title: war, payoffs: {A: 1/(c - 3), B: -c}}
game:
  x: {x: peace, y: peace}
  y: {x: peace, y: war}
"""


@pytest.fixture(scope="module")
def model() -> SymbolicModel:
    return load_model(BRINK)


@pytest.fixture
def plan(model: SymbolicModel) -> Any:
    return make_plan(model, AXES)


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of every file of a folder."""
    if path.is_file():
        return {"": path.read_bytes()}
    return {str(f.relative_to(path)): f.read_bytes() for f in path.rglob("*") if f.is_file()}


# ---- one result, however it is made ------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "workers"),
    [
        (".nc", (1, 2, 4)),
        (".csv", (1, 2)),
        pytest.param(".zarr", (1, 2), marks=pytest.mark.slow),
        pytest.param(".parquet", (1, 2), marks=pytest.mark.slow),
    ],
)
def test_any_number_of_workers_gives_the_same_bytes(
    plan: Any, suffix: str, workers: tuple[int, ...], tmp_path: Path
) -> None:
    found = []
    for jobs in workers:
        output = tmp_path / f"out{jobs}{suffix}"
        to_file(plan, output, jobs=jobs)
        found.append(contents(output))
        assert not Path(f"{output}.parts").exists()
    assert all(other == found[0] for other in found[1:])


def test_a_sample_is_the_same_for_any_number_of_workers(
    model: SymbolicModel, tmp_path: Path
) -> None:
    plan = make_plan(model, {"k_R": "3:8", "l_N": "1:9"}, **SAMPLE)
    for jobs in (1, 3):
        to_file(plan, tmp_path / f"{jobs}.nc", jobs=jobs)
    assert contents(tmp_path / "1.nc") == contents(tmp_path / "3.nc")


def test_a_file_made_later_is_the_same(plan: Any, tmp_path: Path) -> None:
    to_file(plan, tmp_path / "a.nc")
    made = int(time.time())
    while int(time.time()) == made:  # time stamps of HDF5 count seconds
        time.sleep(0.01)
    to_file(plan, tmp_path / "b.nc")
    assert contents(tmp_path / "a.nc") == contents(tmp_path / "b.nc")


def test_the_summary_is_the_same_for_any_number_of_workers(plan: Any) -> None:
    assert summarise(plan).to_dict() == summarise(plan, jobs=2).to_dict()


# ---- workers that die --------------------------------------------------------------------


def test_a_killed_worker_is_replaced_and_its_block_tried_again(
    plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_file(plan, tmp_path / "quiet.nc")
    killed = []
    ask = workers._Pool._ask

    def kill_first(pool: Any, process: subprocess.Popen[bytes], number: int) -> Any:
        if number in (1, 6) and number not in killed:
            killed.append(number)
            os.kill(process.pid, signal.SIGKILL)
        return ask(pool, process, number)

    monkeypatch.setattr(workers._Pool, "_ask", kill_first)
    to_file(plan, tmp_path / "killed.nc", jobs=2)
    assert sorted(killed) == [1, 6]
    assert contents(tmp_path / "killed.nc") == contents(tmp_path / "quiet.nc")


def test_a_block_that_always_kills_its_worker_ends_the_sweep(
    plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    ask = workers._Pool._ask

    def kill(pool: Any, process: subprocess.Popen[bytes], number: int) -> Any:
        if number == 3:
            tries.append(number)
            os.kill(process.pid, signal.SIGKILL)
        return ask(pool, process, number)

    monkeypatch.setattr(workers._Pool, "_ask", kill)
    with pytest.raises(DeterrenceError, match=r"points 192 to 255 ended 3 times.*signal 9"):
        to_file(plan, tmp_path / "out.nc", jobs=2)
    assert len(tries) == workers.TRIES
    monkeypatch.undo()
    to_file(plan, tmp_path / "out.nc", resume=True)  # nothing that was done is lost
    assert xr.open_dataset(tmp_path / "out.nc").sizes["k_R"] == 51


def test_no_worker_outlives_the_sweep(plan: Any) -> None:
    pool = workers._Pool(plan, range(plan.blocks), None, 2)
    results = pool.results()
    next(results)
    processes = list(pool.processes)
    assert len(processes) == 2
    results.close()
    pool.close()
    assert all(p.poll() is not None for p in processes)
    assert not any(t.is_alive() for t in pool.threads)


def test_an_error_in_a_worker_is_the_users_to_read(tmp_path: Path) -> None:
    odd = read_model(ODD, "odd")
    plan = make_plan(odd, {"c": "0:10:201"})
    for jobs in (1, 2):
        with pytest.raises(DeterrenceError) as caught:
            to_file(plan, tmp_path / f"{jobs}.csv", jobs=jobs)
        assert "division by zero" in str(caught.value)
        assert "c = 3" in str(caught.value)


# ---- a run that dies ---------------------------------------------------------------------

SLOW = """
import os, sys
os.environ["SWEEP_PARENT"] = str(os.getpid())
from deterrence import load_model
from deterrence.analysis.sweeping.plan import make_plan
from deterrence.analysis.sweeping.run import to_file

plan = make_plan(load_model(BRINK), {"k_R": "3:8:51", "l_N": "1:9:24"})

def stop(stage, done, total):
    if done >= 3 * plan.block:
        print("three blocks are done", flush=True)
        sys.stdin.read()  # nobody writes: the rest of the sweep has to wait

to_file(plan, sys.argv[1], jobs=int(sys.argv[2]), progress=stop)
""".replace("BRINK", repr(BRINK))


@pytest.mark.parametrize(("jobs", "suffix"), [(1, ".csv"), (1, ".nc"), (2, ".nc")])
def test_a_killed_run_goes_on_to_the_same_bytes(
    plan: Any, jobs: int, suffix: str, tmp_path: Path
) -> None:
    output = tmp_path / f"out{suffix}"
    env = with_package()
    folder = Path(f"{output}.parts")
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(output), str(jobs)],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"three blocks are done\n"
        process.send_signal(signal.SIGKILL)
    assert not output.exists()
    wait_for_workers_of(process.pid, jobs)
    kept = len(list(folder.glob("block-*.npz")))
    assert kept < plan.blocks

    with pytest.raises(UsageError, match="--resume goes on"):
        to_file(plan, output)
    solved = []
    to_file(plan, output, resume=True, progress=lambda stage, done, total: solved.append(done))
    assert solved[0] >= 3 * plan.block  # what was there was not solved again
    to_file(plan, tmp_path / f"whole{suffix}")
    assert contents(output) == contents(tmp_path / f"whole{suffix}")
    assert not folder.exists()


def wait_for_workers_of(parent: int, jobs: int) -> None:
    """Wait until the lock is free and no worker writes any more: they end by themselves."""
    deadline = time.monotonic() + 30
    while jobs > 1 and Path("/proc").exists():
        running = [
            p
            for p in Path("/proc").glob("[0-9]*/environ")
            if f"SWEEP_PARENT={parent}".encode() in read_quietly(p)
        ]
        if not running:
            return
        assert time.monotonic() < deadline, running
        time.sleep(0.05)


def read_quietly(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def encoded(arrays: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    save(file, arrays)
    return file.getvalue()


def stop_after(blocks: int) -> Any:
    """Return a progress function that interrupts a run."""

    def progress(stage: str, done: int, total: int) -> None:
        if done >= blocks * 64:
            raise KeyboardInterrupt

    return progress


def test_an_interrupted_run_keeps_its_blocks(plan: Any, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        to_file(plan, output, progress=stop_after(5))
    assert len(list(UnfinishedSweep(plan, output).folder.glob("block-*"))) == 5
    to_file(plan, output, resume=True)
    assert output.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"axes": {**AXES, "l_N": "1:9:25"}}, "axis l_N was '1:9:24', is '1:9:25'"),
        ({"axes": dict(reversed(AXES.items()))}, "order of axes"),
        ({"fixed": {"g_R": 2}}, "values was 'defaults', is 'g_R=2'"),
        ({"scenario": "vital-stake"}, "scenario was 'none', is 'vital-stake'"),
        ({"select": "bounds"}, "select was 'all', is 'bounds'"),
        ({"measures": ["war"]}, "measures was"),
    ],
)
def test_resuming_refuses_another_sweep(
    model: SymbolicModel, plan: Any, change: dict[str, Any], says: str, tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        to_file(plan, output, progress=stop_after(2))
    other = make_plan(model, **{"axes": AXES, **change})
    before = contents(UnfinishedSweep(plan, output).folder)
    with pytest.raises(UsageError) as caught:
        to_file(other, output, resume=True)
    assert says in str(caught.value)
    assert contents(UnfinishedSweep(plan, output).folder) == before


def test_resuming_refuses_a_changed_model(model: SymbolicModel, plan: Any, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        to_file(plan, output, progress=stop_after(2))
    edited = model.replace(digest="0" * 64)
    with pytest.raises(UsageError, match="model file"):
        to_file(make_plan(edited, AXES), output, resume=True)
    # The same file read, and changed by a script: its digest would not tell.
    loose = model.replace(assumptions=())
    with pytest.raises(UsageError, match="game"):
        to_file(make_plan(loose, AXES), output, resume=True)


def test_another_version_does_not_go_on(
    plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        to_file(plan, output, progress=stop_after(2))
    manifest = UnfinishedSweep(plan, output).folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace(np.__version__, "1.2.3"))
    with pytest.raises(UsageError, match=r"numpy was '1.2.3'"):
        to_file(plan, output, resume=True)


# ---- nothing is overwritten by accident --------------------------------------------------


def test_an_output_that_exists_is_not_replaced_unasked(plan: Any, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("mine")
    for resume in (False, True):
        with pytest.raises(UsageError, match="exists already"):
            to_file(plan, output, resume=resume)
    assert output.read_text() == "mine"
    to_file(plan, output, force=True)
    assert output.read_text() != "mine"
    store = tmp_path / "out.zarr"
    to_file(plan, store)
    to_file(plan, store, force=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "out.csv",
        "out.csv-metadata.json",
        "out.zarr",
    ]


def test_force_does_not_delete_files_of_others(plan: Any, tmp_path: Path) -> None:
    folder = tmp_path / "out.csv.parts"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match=r"thesis.txt"):
        to_file(plan, tmp_path / "out.csv", force=True)
    assert (folder / "thesis.txt").read_text() == "years of work"
    other = tmp_path / "pictures.zarr"
    other.mkdir()
    (other / "a.png").write_text("x")
    with pytest.raises(UsageError, match="no Zarr store"):
        to_file(plan, other, force=True)


def test_two_runs_do_not_share_an_output(plan: Any, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    output = tmp_path / "out.csv"
    first = UnfinishedSweep(plan, output)
    first.open(resume=False, force=False)
    for resume, force in [(True, False), (False, True)]:
        with pytest.raises(UsageError, match="another process"):
            UnfinishedSweep(plan, output).open(resume=resume, force=force)
    first.close()
    to_file(plan, output, resume=True)


def test_a_block_of_another_sweep_is_not_taken_for_ones_own(
    model: SymbolicModel, plan: Any, tmp_path: Path
) -> None:
    """A worker that outlives a killed run may write after --force has begun another sweep."""
    other = make_plan(model, AXES, scenario="vital-stake")
    assert other.mark != plan.mark
    output = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        to_file(plan, output, progress=stop_after(2))
    late = UnfinishedSweep(other, output).path(5)
    workers.work(BlockSolver(other), 5, late.parent)
    assert late.exists()
    to_file(plan, output, resume=True)
    to_file(plan, tmp_path / "whole.csv")
    assert contents(output) == contents(tmp_path / "whole.csv")
    assert not late.parent.exists()


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_a_broken_block_is_found_and_solved_again(plan: Any, damage: str, tmp_path: Path) -> None:
    output = tmp_path / "out.nc"
    with pytest.raises(KeyboardInterrupt):
        to_file(plan, output, progress=stop_after(5))
    path = UnfinishedSweep(plan, output).path(2)
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[len(data) // 3] ^= 1
    other = UnfinishedSweep(plan, output).path(3).read_bytes() if damage == "other" else b""
    if damage == "other":
        other = encoded({name: array[:-1] for name, array in decode(other).items()})
    path.write_bytes({"cut": data[:-200], "flipped": data, "empty": b"", "other": other}[damage])
    with pytest.raises(DeterrenceError, match=r"block-00000002-.*--resume computes it again"):
        to_file(plan, output, resume=True)
    to_file(plan, output, resume=True)
    to_file(plan, tmp_path / "whole.nc")
    assert contents(output) == contents(tmp_path / "whole.nc")


def test_a_full_disk_is_an_error_and_loses_nothing(
    plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out.csv"

    def full(file: Any, arrays: Any) -> None:
        if "block-00000003" in file.name:
            file.write(b"half of it")
            raise OSError(28, "No space left on device")
        save(file, arrays)

    monkeypatch.setattr(parts_module, "save", full)
    with pytest.raises(DeterrenceError, match=r"No space left.*--resume"):
        to_file(plan, output)
    assert sorted(p.name for p in UnfinishedSweep(plan, output).folder.glob("block*")) == [
        f"block-{k:08d}-{plan.mark}.npz" for k in range(3)
    ]
    monkeypatch.undo()
    to_file(plan, output, resume=True)
    assert output.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(plan: Any, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DeterrenceError, match="cannot be written"):
        to_file(plan, tmp_path / "out.csv")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("out.txt", "end the name in one of"),
        ("out.netcdf", "does not say the format"),
        ("nowhere/out.nc", "there is no folder"),
        ("", "does not say the format"),
        ("a\0.nc", "does not say the format"),
    ],
)
def test_hopeless_outputs_fail_at_once(plan: Any, name: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        to_file(plan, tmp_path / name if name else "")
    assert says in str(caught.value)


def test_a_missing_package_is_named(
    plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("xarray", "zarr", "h5netcdf", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match=r"deterrence\[data\]"):
        in_memory(plan)
    for suffix in (".nc", ".zarr", ".parquet"):
        with pytest.raises(UsageError, match=r"deterrence\[data\]"):
            to_file(plan, tmp_path / f"out{suffix}")
    to_file(plan, tmp_path / "out.csv")  # needs none of them


# ---- formats -----------------------------------------------------------------------------


@pytest.mark.parametrize("select", ["all", "bounds", "undominated"])
@pytest.mark.parametrize("design", ["grid", "latin"])
def test_netcdf_and_zarr_hold_the_dataset(
    model: SymbolicModel, select: str, design: str, tmp_path: Path
) -> None:
    if design == "grid":
        plan = make_plan(model, AXES, select=select)
    else:
        plan = make_plan(model, {"k_R": "3:8", "l_N": "1:9"}, select=select, **SAMPLE)
    wanted = in_memory(plan)
    to_file(plan, tmp_path / "a.nc")
    to_file(plan, tmp_path / "a.zarr")
    with xr.open_dataset(tmp_path / "a.nc") as found:
        xr.testing.assert_identical(found.load(), wanted)
    found = xr.open_zarr(tmp_path / "a.zarr").load()
    xr.testing.assert_identical(found, wanted)


def flat(plan: Any) -> list[dict[str, Any]]:
    """Return the rows that a table should have, from the dataset."""
    data = in_memory(plan)
    points = data.stack(point=plan.layout.points) if plan.design.seed is None else data
    dim = "point" if plan.design.seed is None else plan.layout.points[0]
    rows = []
    for i in range(plan.size):
        here = points.isel({dim: i})
        row = {name: here[name].item() for name in plan.design.names}
        if dim != "point":
            row["sample"] = i
        row |= {n: v.item() for n, v in here.data_vars.items() if not v.dims}
        row["engine"] = ["outside", "compiled", "exact"][row["engine"]]
        if "equilibrium" not in data.dims:
            rows.append(row)
            continue
        there = [e for e in range(data.sizes["equilibrium"]) if here["component"][e] >= 0]
        for e in there or [None]:
            full = {**row, "equilibrium": e}
            for name, v in here.data_vars.items():
                if v.dims == ("equilibrium",):
                    full[name] = None if e is None else v[e].item()
                elif v.dims:
                    for k, action in enumerate(data[v.dims[1]].values):
                        full[f"{name}_{action}"] = None if e is None else v[e, k].item()
            rows.append(full)
    return rows


def same(found: Any, wanted: Any) -> bool:
    missing = wanted is None or wanted != wanted
    return found is None if missing else found == wanted


@pytest.mark.parametrize("select", ["all", "bounds", "payoff-dominant"])
@pytest.mark.parametrize("design", ["grid", "latin"])
def test_tables_hold_the_dataset(
    model: SymbolicModel, select: str, design: str, tmp_path: Path
) -> None:
    if design == "grid":
        # c_R below 0 is outside the assumptions: such points have a row, and nothing in it.
        plan = make_plan(model, {"c_R": "-1:8:10", "l_N": "1:9:17"}, select=select)
    else:
        plan = make_plan(model, {"k_R": "3:8", "l_N": "1:9"}, select=select, **SAMPLE)
    wanted = flat(plan)
    pq = pytest.importorskip("pyarrow.parquet")
    to_file(plan, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.schema.metadata[b"model_sha256"].decode() == model.digest
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == plan.blocks
    to_file(plan, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as file:
        texts = list(csv.DictReader(file))
    for found in (table.to_pylist(), [read_texts(row) for row in texts]):
        assert len(found) == len(wanted)
        for row, right in zip(found, wanted, strict=True):
            assert row.keys() == right.keys()
            assert all(same(row[k], right[k]) for k in row), (row, right)
    beside = json.loads((tmp_path / "a.csv-metadata.json").read_text())
    assert [c["name"] for c in beside["tableSchema"]["columns"]] == list(texts[0])
    assert beside["notes"][0]["model_sha256"] == model.digest


def read_texts(row: dict[str, str]) -> dict[str, Any]:
    def read(text: str) -> Any:
        if text in ("true", "false"):
            return text == "true"
        try:
            return float(text) if text else None
        except ValueError:
            return text

    return {name: read(text) for name, text in row.items()}


def test_the_dataset_explains_itself(model: SymbolicModel) -> None:
    data = model.sweep({"c_R": "0:10:4"}, values={"g_R": "7/2"}, scenario="nuclear-shadow")
    assert data.war.attrs["long_name"] == "probability of direct war"
    assert data.c_R.attrs == {
        "long_name": "Russia's conventional cost of direct war",
        "units": "utility",
        "exact": "0:10:4",
    }
    assert data.attrs["model_sha256"] == model.digest
    assert json.loads(data.attrs["axes"]) == {"c_R": "0:10:4"}
    values = json.loads(data.attrs["values"])
    assert (values["g_R"], values["rho"], values["k_N"]) == ("7/2", "1/4", "29")
    assert "k_R" not in values  # it moves with c_R
    assert json.loads(data.attrs["set"]) == {"g_R": "7/2"}
    assert data.attrs["scenario"] == "nuclear-shadow"
    assert {"deterrence_version", "numpy_version", "python_version"} <= data.attrs.keys()
    assert data.attrs["selection"] == "all"
    assert data.action_NATO.values.tolist() == ["restrain", "escalate"]


def test_names_that_would_collide_are_told_apart(model: SymbolicModel) -> None:
    from deterrence.game.measures import Measure

    names = ("equilibrium", "count", "c_R", "war_low", "sample")
    war = model.measures[0].expression
    odd = model.replace(measures=tuple(Measure(n, war) for n in (*names, "war")))
    data = odd.sweep({"c_R": "0:10:3"})
    assert len(data.data_vars) == 7 - 1 + 3 * 6 + 1 + 4
    assert set(data.dims) == {"c_R", "equilibrium", "action_Russia", "action_NATO"}
    assert {"equilibrium_measure", "count_measure", "c_R_measure", "sample"} <= set(data.data_vars)


# ---- pieces ------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 50), (100, 1, 3)])
@pytest.mark.parametrize("points", [1, 4, 7, 60, 1000])
def test_chunks_cover_the_points_in_their_order(shape: tuple[int, ...], points: int) -> None:
    chunk = chunk_shape(shape, points)
    assert np.prod(chunk) <= points
    numbers = np.arange(np.prod(shape)).reshape(shape)
    place = 0
    for region, first, after in regions(shape, chunk):
        assert numbers[region].ravel().tolist() == list(range(first, after))
        assert first == place
        place = after
    assert place == numbers.size


def test_blocks_survive_the_way_to_disk() -> None:
    arrays = {"file": np.arange(3.0), "allow_pickle": np.zeros((3, 0, 2))}
    found = decode(encoded(arrays))
    assert list(found) == list(arrays)
    assert found["allow_pickle"].shape == (3, 0, 2)
    with pytest.raises(ValueError, match="zip"):
        decode(encoded(arrays)[:-30])


def test_blocks_do_not_depend_on_the_workers(model: SymbolicModel) -> None:
    sizes = {make_plan(model, {"c_R": f"0:10:{n}"}).block for n in (2, 64, 1000)}
    assert sizes == {64}
    large = make_plan(model, {"c_R": "0:10:100000000"})
    assert large.block == 1 << 16
    assert large.points_of(large.blocks - 1)[1] == 10**8


def test_memory_is_asked_for_before_it_is_used(model: SymbolicModel) -> None:
    with pytest.raises(UsageError, match=r"GB.*output="):
        model.sweep({"c_R": "0:10:100000000"})


def test_the_manifest_holds_no_secret_of_the_machine(plan: Any, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        to_file(plan, output, progress=stop_after(1))
    text = (UnfinishedSweep(plan, output).folder / parts_module.MANIFEST).read_text()
    assert str(tmp_path) not in text
    assert json.loads(text)["schema"] == 1


# ---- a cluster ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_and_survives_a_kill(plan: Any, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        address = cluster.scheduler_address
        victim = next(iter(cluster.workers.values())).pid
        told = []

        def progress(stage: str, done: int, total: int) -> None:
            told.append(done)
            if len(told) == 4:
                os.kill(victim, signal.SIGKILL)

        to_file(plan, tmp_path / "far.nc", cluster=address, progress=progress)
    to_file(plan, tmp_path / "near.nc")
    assert contents(tmp_path / "far.nc") == contents(tmp_path / "near.nc")


@pytest.mark.slow
def test_workers_of_a_cluster_may_have_several_threads(
    model: SymbolicModel, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    ranges = {"k_R": "3:8", "l_N": "1:9"}
    plan = make_plan(model, ranges, design="sobol", points=1 << 13)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=4, dashboard_address=None, silence_logs=50
    ) as cluster:
        to_file(plan, tmp_path / "far.nc", cluster=cluster.scheduler_address)
    to_file(make_plan(model, ranges, design="sobol", points=1 << 13), tmp_path / "near.nc")
    assert contents(tmp_path / "far.nc") == contents(tmp_path / "near.nc")


@pytest.mark.slow
def test_a_cluster_that_is_lost_or_has_other_versions(
    plan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    address = cluster.scheduler_address
    with monkeypatch.context() as context:
        import scipy

        context.setattr(scipy, "__version__", "1.2.3")
        with pytest.raises(UsageError, match=r"need the versions that run here.*scipy 1.2.3"):
            to_file(plan, tmp_path / "out.csv", cluster=address, force=True)
    told = []

    def progress(stage: str, done: int, total: int) -> None:
        told.append(done)
        if len(told) == 4:
            cluster.close()

    with pytest.raises(DeterrenceError, match=r"was lost.*--resume"):
        to_file(plan, tmp_path / "out.csv", cluster=address, force=True, progress=progress)
    assert len(list(UnfinishedSweep(plan, tmp_path / "out.csv").folder.glob("block-*"))) >= 3


def test_a_cluster_that_does_not_answer(plan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(UsageError, match="no scheduler answers"):
        summarise(plan, cluster="nonsense")
    with pytest.raises(UsageError, match="one of the two"):
        summarise(plan, cluster="tcp://127.0.0.1:1", jobs=2)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"deterrence\[cluster\]"):
        summarise(plan, cluster="tcp://127.0.0.1:1")


def test_labels_that_run_into_each_other_keep_their_columns(tmp_path: Path) -> None:
    text = ODD.replace("A: [x, y], B: [x, y]", "A: [b_x, y], A_b: [x, z]")
    text = text.replace("{A: one, B: two}", "{A: one, A_b: two}").replace(", B:", ", A_b:")
    text = text.replace("x: {x: peace, y: peace}", "b_x: {x: peace, z: peace}")
    text = text.replace("y: {x: peace, y: war}", "y: {x: peace, z: war}")
    odd = read_model(text, "odd")
    to_file(make_plan(odd, {"c": "1,2"}), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert {"probability_A:b_x", "probability_A_b:x", "probability_A_y", "probability_A_b_z"} <= (
        row.keys()
    )
