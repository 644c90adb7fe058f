"""`deterrence sweep`: output, options, faults, progress, Ctrl-C."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from checkout import with_package
from click.testing import Result

from deterrence import load_model

MODEL = BRINK
Run = Callable[..., Result]


def test_one_axis_shows_where_the_equilibria_change(run: Run) -> None:
    # k_R = c_R + 4 passes l_R = 5 at c_R = 1; then war has at most the mixed equilibrium's
    # 2/7 * 3/(3 + k_R - 5), largest next to the tie.
    result = run("sweep", MODEL, "-p", "c_R=0:2:5")
    assert result.exit_code == 0, result.stderr
    flat = " ".join(result.stdout.split())
    assert (
        "probability of direct war is 0 in every equilibrium at 40.0 % and above 0 in some and 0 "
        "in others at 60.0 % of the 5 points; it lies between 0 and 0.2857." in flat
    )
    lines = [line.split() for line in result.stdout.splitlines()]
    start = next(k for k, line in enumerate(lines) if line[:1] == ["Along"])
    assert lines[start + 2] == ["0", "0.5", "2", "0", "NATO", "yields", "(#3)"]
    assert lines[start + 3][:6] == ["1", "1", "1", "0", "to", "0.2857"]
    assert ["1.5", "2", "2", "0", "to", "0.2449"] in [line[:6] for line in lines]
    assert "NATO yields (#3); both mix (#9)" in flat
    assert "Solved:" in result.stdout
    assert result.stderr == ""
    full = run("sweep", MODEL, "-p", "c_R=0:2:5", "--full").stdout.splitlines()
    assert any(line.split()[:4] == ["1", "1", "3", "2*"] for line in full)


def test_a_stretch_says_what_solve_says_there(run: Run) -> None:
    result = run("sweep", MODEL, "-p", "c_R=0:2:5", "--format", "json")
    for stretch in json.loads(result.stdout)["stretches"]:
        axis = ("0", "1/2", "1", "3/2", "2")
        value = axis[stretch["first"] + stretch["points"] // 2]
        model = load_model(MODEL)
        solution = model.solve(c_R=value)
        names = {solution.names.number(solution.names.pattern(e.profile)) for e in solution}
        told = {number for r in stretch["results"] for number, _ in r["equilibria"]}
        assert told == names


def test_formats(run: Run) -> None:
    arguments = ("sweep", MODEL, "-p", "c_R=0:2:5")
    table = run(*arguments, "--format", "csv").stdout
    rows = list(csv.DictReader(table.splitlines()))
    assert {r["part"] for r in rows} == {"all", "stretch"}
    war = next(r for r in rows if r["part"] == "all" and r["measure"] == "war")
    assert (war["points"], war["share_zero"], war["lowest"]) == ("5", "0.4", "0.0")
    assert "<table" in run(*arguments, "--format", "html").stdout
    assert "\\begin{tabular}" in run(*arguments, "--format", "latex").stdout
    assert "| from | to |" in run(*arguments, "--format", "markdown").stdout.replace("  ", " ")


def test_json_is_the_contract(run: Run) -> None:
    result = run("sweep", MODEL, "-p", "c_R=0:2:5", "--format", "json", "--measure", "war")
    answer = json.loads(result.stdout)
    assert {
        "schema",
        "model",
        "design",
        "axes",
        "select",
        "by",
        "points",
        "outside",
        "incomplete",
        "continuum",
        "engines",
        "equilibria",
        "components",
        "selected",
        "measures",
        "stretches",
        "left_out",
        "doubts",
        "output",
        "provenance",
        "kind",
        "rest",
    } == set(answer)
    assert answer["schema"] == 1
    assert answer["points"] == 5
    assert answer["equilibria"] == {"1": 2, "3": 3}
    assert answer["continuum"] == 1
    (war,) = answer["measures"]
    assert (war["name"], war["lowest"], war["points"], war["never"]) == ("war", 0, 5, 2)
    assert war["highest"] == pytest.approx(2 / 7)
    assert [s["points"] for s in answer["stretches"]] == [2, 1, 2]
    assert len(answer["provenance"]["model_sha256"]) == 64


def test_what_is_not_there_is_null_in_json(run: Run) -> None:
    result = run("sweep", MODEL, "-p", "c_R=-2,-1", "--format", "json")
    answer = json.loads(result.stdout, parse_constant=lambda text: pytest.fail(text))
    assert answer["outside"] == 2
    assert answer["measures"][0]["lowest"] is None


def test_a_file_is_written_and_named(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    result = run("sweep", MODEL, "-p", "c_R=0:2:5", "-p", "l_N=1,3", "-o", str(output))
    assert result.exit_code == 0, result.stderr
    assert f"Written to {output}" in " ".join(result.stdout.split())
    assert len(output.read_text().splitlines()) > 10
    again = run("sweep", MODEL, "-p", "c_R=0:2:5", "-p", "l_N=1,3", "-o", str(output))
    assert again.exit_code == 2
    assert "--force" in again.stderr
    resumed = run("sweep", MODEL, "-p", "c_R=0:2:5", "-p", "l_N=1,3", "-o", str(output), "--resume")
    assert resumed.exit_code == 0
    forced = run("sweep", MODEL, "-p", "c_R=0:2:5", "-o", str(output), "--force", "-j", "2")
    assert forced.exit_code == 0, forced.stderr


def test_a_name_alone_takes_its_bounds_and_101_points(run: Run) -> None:
    whole = run("sweep", MODEL, "-p", "c_R")
    assert whole.exit_code == 0, whole.stderr
    assert whole.stdout == run("sweep", MODEL, "-p", "c_R=0:20:101").stdout
    filled = run("sweep", MODEL, "-p", "c_R", "--design", "sobol", "--samples", "16")
    assert (
        filled.stdout
        == run("sweep", MODEL, "-p", "c_R=0:20", "--design", "sobol", "--samples", "16").stdout
    )


def test_a_side_file_of_somebody_else_is_not_replaced(run: Run, tmp_path: Path) -> None:
    output, beside = tmp_path / "out.csv", tmp_path / "out.csv-metadata.json"
    arguments = ("sweep", MODEL, "-p", "c_R=0:2:5", "-o", str(output))
    for foreign in (b"[1]", b'{"notes": ["deterrence_version"], "x":', b"\xff", b'{"notes": 1}'):
        beside.write_bytes(foreign)
        for more in ((), ("--force",)):
            refused = run(*arguments, *more)
            assert refused.exit_code == 2
            assert "did not write it" in refused.stderr
            assert beside.read_bytes() == foreign
            assert not output.exists()
    beside.unlink()
    assert run(*arguments).exit_code == 0
    assert run(*arguments, "--force").exit_code == 0


def test_no_force_replaces_the_sweeps_own_input(run: Run, tmp_path: Path) -> None:

    model, linked, hard = (tmp_path / n for n in ("a.csv", "link.csv", "hard.csv"))
    model.write_bytes(Path(MODEL).read_bytes())
    linked.symlink_to(model)
    hard.hardlink_to(model)
    store = tmp_path / "out.zarr"
    store.mkdir()
    (store / ".zgroup").write_text("{}", encoding="utf-8")
    inside = store / "model.yaml"
    inside.write_bytes(model.read_bytes())
    for game, output in (
        (model, model),
        (model, linked),
        (linked, model),
        (model, hard),
        (inside, store),
    ):
        result = run("sweep", str(game), "-p", "c_R=0:2:5", "-o", str(output), "--force")
        assert result.exit_code == 2
        assert "is what the game is read from" in result.stderr or "zarr" in result.stderr
        assert model.read_bytes() == inside.read_bytes() == Path(MODEL).read_bytes()


def test_resuming_what_is_finished_is_fine(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    arguments = ("sweep", MODEL, "-p", "c_R=0:2:5", "-o", str(output))
    assert run(*arguments, "--resume").exit_code == 0  # there was nothing yet
    before = output.stat().st_mtime_ns
    again = run(*arguments, "--resume")
    assert again.exit_code == 0
    assert "is finished: there is nothing to resume" in again.stderr
    assert output.stat().st_mtime_ns == before


def test_the_time_limit_keeps_whole_blocks_and_resume_goes_on(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    arguments = ("sweep", MODEL, "-p", "c_R=0:2:1001", "-o", str(output))
    stopped = run(*arguments, "--time-limit", "1e-9")
    assert stopped.exit_code == 4
    assert "the time ran out when" in stopped.stderr
    assert "--resume goes on" in stopped.stderr
    assert len(list((tmp_path / "out.csv.parts").glob("block-*.npz"))) == 1
    assert run(*arguments, "--resume").exit_code == 0
    other = tmp_path / "other.csv"
    assert run(*arguments[:-1], str(other)).exit_code == 0
    assert output.read_bytes() == other.read_bytes()
    summary = run(*arguments[:4], "--time-limit", "1e-9", "--format", "json")
    assert summary.exit_code == 4
    found = json.loads(summary.stdout)
    assert 0 < found["points"] < 1001
    assert f"only the first {found['points']:,} of 1,001 points" in summary.stderr


def test_designs_and_selections(run: Run) -> None:
    result = run(
        "sweep",
        MODEL,
        "-p",
        "c_R=0:10",
        "-p",
        "l_N=:",
        "--design",
        "sobol",
        "--samples",
        "100",
        "--seed",
        "4",
        "--select",
        "worst",
        "--by",
        "war",
        "--scenario",
        "nuclear-shadow",
        "--set",
        "g_R=5/2",
    )
    assert result.exit_code == 0, result.stderr
    flat = " ".join(result.stdout.split())
    assert "NATO's loss from yielding (l_N): 0.5 to 20" in flat
    assert "design: sobol, seed 4" in flat
    assert "g_R = 5/2, others as in the scenario nuclear-shadow" in flat
    assert "Selected: worst by war" in flat
    assert "balanced for powers of two only, such as 64 or 128" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "c_R=0:20:100"),  # no axis: the parameters that have bounds
        (("-p", "c_Q=0:1:3"), "did you mean 'c_R'"),
        (("-p", "c_R="), "write c_R=0:10:1000"),
        (("-p", "c_R=0:10"), "how many values"),
        (("-p", "c_R=0:10:1/4"), "step:0:10:1/4"),
        (("-p", "c_R=0:1:3", "-p", "c_R=1,2"), "two axes"),
        (("-p", "c_R=0:1:3", "--set", "c_R=2"), "both varies and is set"),
        (("-p", "c_R=0:1:1e15"), "at most"),
        (("-p", "c_R=0:1:1e9", "-p", "c_N=0:1:1e9"), "can be swept"),
        (("-p", "c_R=0:1:3", "--measure", "wra"), "did you mean 'war'"),
        (("-p", "c_R=0:1:3", "--select", "best"), "by which measure"),
        (("-p", "c_R=0:1:3", "--samples", "8"), "as its axes say"),
        (("-p", "c_R=0:1", "--design", "halton"), "--samples"),
        (("-p", "c_R=0:1:3", "--resume"), "name one with -o"),
        (("-p", "c_R=0:1:3", "-o", "out.xls"), "end the name in one of"),
        (("-p", "c_R=0:1:3", "-j", "0"), "from 1 to"),
        (("-p", "c_R=0:1:3", "-o", "x.csv", "--resume", "--force"), "leave out"),
        (("-p", "c_R=0:1:3", "--scenario", "peace"), "no such scenario"),
    ],
)
def test_faults_say_what_to_do(
    run: Run,
    arguments: tuple[str, ...],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("sweep", MODEL, *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_games_without_parameters_and_with_three_players(run: Run, tmp_path: Path) -> None:

    game = tmp_path / "g.nfg"
    game.write_text('NFG 1 R "t" {"A" "B"} {2 2}\n1 1 2 2 3 3 4 4\n')
    result = run("sweep", str(game), "-p", "c=0:1:3")
    assert result.exit_code == 2
    assert "numbers" in result.stderr
    assert run("sweep", "-", "-p", "c_R=0:1:3", input=Path(MODEL).read_bytes()).exit_code == 0


def test_a_value_beyond_the_bounds_is_doubted(run: Run) -> None:
    result = run("sweep", MODEL, "-p", "c_R=0:50:3")
    assert result.exit_code == 0
    assert "c_R leaves its range, 0 to 20" in result.stderr


def test_incomplete_points_have_their_exit_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from deterrence.analysis.sweeping import blocks

    solve = blocks.BlockSolver.solve

    def doubtful(*arguments: Any) -> dict[str, Any]:
        found = dict(solve(*arguments))
        found["complete"][1:] = False
        return found

    monkeypatch.setattr(blocks.BlockSolver, "solve", doubtful)
    result = run("sweep", MODEL, "-p", "c_R=0:2:5")
    assert result.exit_code == 4
    assert "equilibria may be missing at 4 points" in result.stderr


def test_a_model_file_that_was_edited_is_not_mixed_in(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deterrence.analysis.sweeping import run as running

    file = tmp_path / "crisis.yaml"
    file.write_bytes(Path(MODEL).read_bytes())
    arguments = ("sweep", str(file), "-p", "c_R=0:2:200", "-o", str(tmp_path / "out.csv"))

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(running, "_assemble", interrupted)
        assert run(*arguments).exit_code == 130
    original = file.read_bytes()
    file.write_bytes(original.replace(b"default: 3", b"default: 4", 1))
    refused = run(*arguments, "--resume")
    assert refused.exit_code == 2
    assert "model file (sha256) was" in refused.stderr
    file.write_bytes(original)
    assert run(*arguments, "--resume").exit_code == 0


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
@pytest.mark.parametrize(
    "suffix",
    [
        ".nc",
        pytest.param(".csv", marks=pytest.mark.slow),
        pytest.param(".parquet", marks=pytest.mark.slow),
    ],
)
def test_a_disk_that_takes_no_more(process: Any, suffix: str, tmp_path: Path) -> None:
    """The system refuses to let a file grow beyond 48 kB: a block still fits, the output not."""
    pytest.importorskip({".nc": "h5netcdf", ".parquet": "pyarrow"}.get(suffix, "csv"))
    import resource

    arguments = ("sweep", MODEL, "-p", "k_R=3:8:51", "-p", "l_N=1:9:24", "-o", f"out{suffix}")

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (48_000, resource.RLIM_INFINITY))

    result = process(*arguments, cwd=tmp_path, preexec_fn=limited)
    assert result.returncode == 1
    assert "File too large" in result.stderr
    assert "--resume goes on" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / f"out{suffix}").exists()
    assert len(list((tmp_path / f"out{suffix}.parts").glob("block-*"))) == 20
    assert process(*arguments, "--resume", cwd=tmp_path).returncode == 0
    assert (tmp_path / f"out{suffix}").stat().st_size > 48_000


# ---- progress, limits, interruptions --------------------------------------------------------
def test_a_short_sweep_says_nothing_to_a_pipe(process: Any) -> None:
    result = process("sweep", MODEL, "-p", "c_R=0:2:5")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_keeps_what_is_done(jobs: str, tmp_path: Path) -> None:
    arguments = [MODEL, "-p", "c_R=0:10:3000", "-p", "l_N=1:9:1000", "-o", "out.csv"]
    arguments += ["--select", "bounds", "-j", jobs]
    process = subprocess.Popen(
        [sys.executable, "-m", "deterrence", "sweep", *arguments],
        cwd=tmp_path,
        env=with_package(),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    folder = tmp_path / "out.csv.parts"
    deadline = time.monotonic() + 60
    while not list(folder.glob("block-*.npz")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all processes get it
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "finished blocks are kept in out.csv.parts" in err
    assert "--resume" in err
    assert out == ""
    assert list(folder.glob("block-*.npz"))
    assert not (tmp_path / "out.csv").exists()
