"""Nothing that lies in the current folder is run or configures anything.

The plants are real: each did what it is made for before `deterrence.surroundings` existed.
"""

from __future__ import annotations

import ast
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT

from deterrence import surroundings

MODEL = "asymmetric-bipolarity"
#: As the installed command starts, which has no current folder on its path.
COMMAND = ("-P", "-c", "from deterrence.cli import main; main()")
MODULES = ("click", "deterrence", "json", "numpy", "pickle", "yaml")
CUSTOM = ("sitecustomize", "usercustomize")
SMALL = ("sweep", MODEL, "-p", "c_R=0:10:30", "-p", "c_N=0:10:30", "-q")


def python(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.fixture
def marks(tmp_path: Path) -> Callable[[], str]:
    """Return what the plants have written."""
    mark = tmp_path / "mark"
    return lambda: mark.read_text() if mark.exists() else ""


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """A folder that came from somebody else."""
    folder = tmp_path / "stranger"
    folder.mkdir()
    return folder


def plant_modules(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        text = f"open({str(folder.parent / 'mark')!r}, 'a').write('{name} ')\nraise RuntimeError\n"
        (folder / f"{name}.py").write_text(text)


class Bomb:
    """Runs code when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return exec, (f"open({str(self.mark)!r}, 'a').write('cache ')",)


def plant_cache(folder: Path) -> None:
    """Put a cache of numba into a folder, with a bomb for each of our functions."""
    code = """
import sys
import deterrence.analysis.points.kernel.numba_loops as module
bomb = open(sys.argv[1], "rb").read()
for name in module.__all__:
    with open(getattr(module, name)._cache._cache_file._index_path, "wb") as file:
        file.write(bomb)
"""
    bomb = folder.parent / "bomb"
    bomb.write_bytes(pickle.dumps(Bomb(folder.parent / "mark")))
    result = python(
        folder.parent, "-P", "-c", code, str(bomb), NUMBA_CACHE_DIR=str(folder / "cache")
    )
    assert result.returncode == 0, result.stderr
    assert list(folder.rglob("*.nbi"))


COMPILE = """
import numpy as np
from deterrence.analysis.points.kernel import numba_loops as compiled
target = np.zeros(2)
compiled.write(target, np.array([1]), np.array([5.0]))
assert target.tolist() == [0, 5]
"""


# ---- modules ---------------------------------------------------------------------------
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_no_module_is_taken_from_the_current_folder(
    stranger: Path, marks: Callable[[], str], jobs: str
) -> None:
    plant_modules(stranger, (*MODULES, *CUSTOM))
    result = python(stranger, *COMMAND, *SMALL, "-o", "out.csv", "--jobs", jobs)
    assert (result.returncode, marks()) == (0, ""), result.stderr
    # The workers are elsewhere, and yet a relative name means what it says.
    apart = stranger.parent / "apart.csv"
    assert python(stranger.parent, *COMMAND, *SMALL, "-o", str(apart)).returncode == 0
    assert (stranger / "out.csv").read_bytes() == apart.read_bytes()


@pytest.mark.parametrize("entry", ["", "."])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_no_module_is_taken_from_there_by_an_entry_of_pythonpath(
    stranger: Path, marks: Callable[[], str], jobs: str, entry: str
) -> None:
    # Python itself would run a sitecustomize, and import the package from there.
    plant_modules(stranger, [m for m in MODULES if m != "deterrence"])
    path = os.pathsep.join((entry, str(ROOT)))
    result = python(stranger, *COMMAND, *SMALL, "--jobs", jobs, PYTHONPATH=path)
    assert (result.returncode, marks()) == (0, ""), result.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_python_m_leaves_the_current_folder_as_soon_as_it_can(
    stranger: Path, marks: Callable[[], str], jobs: str
) -> None:
    # With -m, Python puts the folder first before anything of ours runs.
    plant_modules(stranger, [*CUSTOM, *(m for m in MODULES if m != "deterrence")])
    result = python(stranger, "-m", "deterrence", *SMALL, "--jobs", jobs)
    assert (result.returncode, marks()) == (0, ""), result.stderr


PROBE = """
import json, os, sys
def main():
    answer = {"path": sys.path, "cwd": os.getcwd(), "env": dict(os.environ)}
    sys.stdout.write(json.dumps({**answer, "safe": sys.flags.safe_path}))
"""


def test_a_process_of_ours_has_nothing_of_the_current_folder(
    tmp_path: Path, stranger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    place = tmp_path / "place"
    place.mkdir()
    (place / "surroundings_probe.py").write_text(PROBE)
    (stranger / "lib").mkdir()
    monkeypatch.chdir(stranger)
    monkeypatch.setattr(sys, "path", ["", str(stranger), ".", "lib", str(place), *sys.path])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(("", ".", str(stranger))))
    with surroundings.start("surroundings_probe", {"MINE": "1"}) as process:
        assert process.stdout is not None
        answer = json.loads(process.stdout.read())
    assert process.returncode == 0
    assert answer["safe"]
    assert answer["env"]["MINE"] == answer["env"]["PYTHONSAFEPATH"] == "1"
    assert "PYTHONPATH" not in answer["env"]
    assert Path(answer["cwd"]) == Path(sys.prefix).resolve()
    assert answer["path"][:2] == [str(stranger / "lib"), str(place)]
    assert all(map(os.path.isabs, answer["path"]))
    assert str(stranger) not in answer["path"]


def test_the_package_s_own_folder_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert surroundings.without_current_folder(["", os.sep]) == [os.sep, str(ROOT)]
    assert surroundings.without_current_folder([os.sep]) == [os.sep]


def test_a_folder_that_was_removed_is_no_fault(stranger: Path, tmp_path: Path) -> None:
    code = "import os; os.rmdir(os.getcwd()); from deterrence.cli import main; main()"
    result = python(stranger, "-P", "-c", code, *SMALL, "--jobs", "2", PYTHONPATH=str(ROOT))
    assert result.returncode == 0, result.stderr


# ---- numba -----------------------------------------------------------------------------
@pytest.fixture
def planted(stranger: Path) -> Path:
    """A stranger's folder with a cache of numba, and a configuration that names it."""
    pytest.importorskip("numba", reason="the extra `fast` is not installed")
    plant_cache(stranger)
    (stranger / ".numba_config.yaml").write_text("cache_dir: cache\n")
    return stranger


def test_the_bomb_explodes_where_the_user_names_the_cache(
    planted: Path, marks: Callable[[], str]
) -> None:
    cache = str(planted / "cache")
    result = python(planted.parent, "-P", "-c", COMPILE, NUMBA_CACHE_DIR=cache)
    assert result.returncode == 0, result.stderr
    assert marks().startswith("cache ")


def test_numba_is_not_configured_by_the_current_folder(
    planted: Path, marks: Callable[[], str]
) -> None:
    # So many points that numba is used.
    many = ("sweep", MODEL, "-p", "c_R=0:10:500", "-p", "c_N=0:10:401", "--select", "bounds")
    result = python(planted, *COMMAND, *many)
    assert (result.returncode, marks()) == (0, ""), result.stderr
    assert "numba is not used" in result.stderr
    assert ".numba_config.yaml" in result.stderr
    assert result.stderr.count("\n") == 1


def test_numba_that_is_asked_for_there_is_an_error(planted: Path, marks: Callable[[], str]) -> None:
    result = python(planted, "-P", "-c", COMPILE)
    assert marks() == ""
    assert "UsageError: numba would take its configuration" in result.stderr


@pytest.mark.parametrize("loaded", [False, True])
def test_a_folder_that_one_comes_to_later_does_not_configure_numba(
    planted: Path, marks: Callable[[], str], loaded: bool
) -> None:
    (planted / ".numba_config.yaml").write_text("opt: 1\ncache_dir: cache\n")
    ours = "deterrence.analysis.points.kernel.numba_loops"
    first = f"import os{', numba' if loaded else ''}; import {ours}"
    last = "import numba; assert numba.config.OPT == 3 and not numba.config.CACHE_DIR"
    code = f"{first}\nos.chdir({str(planted)!r})\n{COMPILE}\n{last}"
    # A cache of its own, so that something is compiled.
    home = {"HOME": str(planted.parent), "XDG_CACHE_HOME": str(planted.parent / "new")}
    code = code.replace("compiled.write(", "compiled.write.py_func and compiled.write(")
    code = code.replace("target = ", "from numba import njit; njit(lambda x: x)(1); target = ")
    result = python(planted.parent, "-P", "-c", code, **home)
    assert (result.returncode, marks()) == (0, ""), result.stderr


def test_numba_that_the_caller_has_loaded_is_not_used_there(
    planted: Path, marks: Callable[[], str]
) -> None:
    code = f"""
import numba, os
os.chdir({str(planted)!r})
from deterrence.analysis.points.solver import numba_pays
assert not numba_pays(10**6)
"""
    result = python(planted.parent, "-P", "-c", code)
    assert (result.returncode, marks()) == (0, ""), result.stderr


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME"])
def test_a_cache_is_at_no_place_that_depends_on_the_current_folder(
    planted: Path, marks: Callable[[], str], variable: str
) -> None:
    (planted / ".numba_config.yaml").unlink()
    (planted / "cache" / "numba").symlink_to(planted / "cache")
    # A package whose folder cannot be written keeps its cache with the user.
    code = "from numba.core import caching; caching.InTreeCacheLocator.from_function = "
    code += f"lambda *a: None\nif 1:{COMPILE.replace(chr(10), chr(10) + '    ')}"
    result = python(planted, "-P", "-c", code, **{variable: "cache"})
    assert (result.returncode, marks()) == (0, ""), result.stderr


# ---- z3 and matplotlib -----------------------------------------------------------------
def test_no_library_is_loaded_from_the_current_folder(stranger: Path) -> None:
    import z3

    libraries = [p.name for p in Path(z3.__file__).parent.rglob("libz3*")]
    for name in (*libraries, "libz3.so", "libz3.dylib", "libz3.dll"):
        (stranger / name).write_bytes(b"no library")
    # What is loaded is told by Python, whether it can be or not.
    code = f"""
import os, sys
here = os.getcwd()
def hook(event, arguments):
    if event == "ctypes.dlopen" and str(arguments[0]).startswith(here):
        os.write(2, b"dlopen in the current folder\\n")
sys.addaudithook(hook)
sys.argv[1:] = ["regimes", {MODEL!r}]
from deterrence.cli import main
main()
"""
    path = os.pathsep.join(("", str(ROOT)))
    result = python(stranger, "-P", "-c", code, PYTHONPATH=path, Z3_LIBRARY_PATH=".")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""


def test_matplotlib_is_not_configured_by_the_current_folder(stranger: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    (stranger / "matplotlibrc").write_bytes(b"nonsense: 1\nfont.size: \xff\n")
    arguments = ("plot", "payoffs", MODEL, "-o", "out.png", "--dpi", "60")
    result = python(stranger, *COMMAND, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    assert (stranger / "out.png").exists()


# ---- nobody else -----------------------------------------------------------------------
def test_one_module_starts_processes_and_loads_what_looks_around() -> None:
    """Elsewhere neither the libraries are imported nor processes started."""
    only = {"numba", "z3", "starts", "multiprocessing", "concurrent.futures.process"}
    starting = {"Popen", "run", "call", "check_call", "check_output", "getoutput"}
    found = set()
    for path in (ROOT / "deterrence").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id == "subprocess":
                    names = ["starts"] if node.func.attr in starting else []
                if isinstance(owner, ast.Name) and owner.id == "os":
                    names = ["starts"] if node.func.attr.startswith(("exec", "spawn")) else []
                    names += ["starts"] if node.func.attr in ("system", "popen", "fork") else []
            for name in names:
                if not only.isdisjoint({name, name.split(".")[0]}):
                    found.add((path.stem, name))
    assert found == {
        ("surroundings", "numba"),
        ("surroundings", "numba.core"),
        ("surroundings", "z3"),
        ("surroundings", "starts"),
    }
