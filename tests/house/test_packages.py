"""setup.cfg lists every package, and what is built from it works somewhere else."""

from __future__ import annotations

import ast
import configparser
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from checkout import ROOT

#: Extras whose packages the package itself imports, where they are installed.
EXTRAS = ("plot", "data", "cluster", "fast", "spreadsheet", "widget", "mcp", "report", "gambit")
LITTER = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info"
)


def setup_cfg() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def model_files() -> set[str]:
    return {path.name for path in (ROOT / "models").glob("*.yaml")}


def test_every_package_is_listed_in_setup_cfg() -> None:
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "deterrence").rglob("__init__.py")
    }
    listed = set(setup_cfg()["options"]["packages"].split())
    assert listed == there | {"deterrence.models"}


def test_every_folder_with_modules_is_a_package() -> None:
    for path in (ROOT / "deterrence").rglob("*.py"):
        assert (path.parent / "__init__.py").exists(), f"{path.parent} lacks __init__.py"


def test_dependencies_are_those_that_are_imported() -> None:
    """Nobody installs what is not used, and nothing that is used is missing."""
    imported = set()
    for path in (ROOT / "deterrence").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    outside = imported - set(sys.stdlib_module_names) - {"deterrence"}
    listed = setup_cfg()["options"]["install_requires"].split("\n")
    names = {line.split(" ")[0] for line in listed if line}
    # pydantic brings pydantic_core, of the very release that it needs.
    modules = {"python-flint": "flint", "pyyaml": "yaml", "z3-solver": "z3"}
    modules["python-docx"] = "docx"
    optional = {
        modules.get(line.split(" ")[0], line.split(" ")[0])
        for extra in EXTRAS
        for line in setup_cfg()["options.extras_require"][extra].split("\n")
        if line
    }
    assert not optional & names
    assert outside - {"pydantic_core"} - optional == {modules.get(name, name) for name in names}


def test_the_version_is_the_same_everywhere() -> None:
    version = setup_cfg()["metadata"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a clean copy: an old build/ folder would leak into it."""
    tree = tmp_path_factory.mktemp("tree") / "deterrence"
    shutil.copytree(ROOT, tree, ignore=LITTER)
    out = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--outdir", str(out), str(tree)], cwd=out)
    assert len(list(out.glob("*.tar.gz"))) == 1
    (built,) = out.glob("*.whl")
    return built


def run(command: list[str], cwd: Path) -> str:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    result = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=900
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.mark.slow
def test_the_wheel_holds_the_models_and_nothing_strange(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"deterrence/models/{name}" for name in model_files()}
    expected |= {"deterrence/models/schema.json", "deterrence/py.typed"}
    web = ROOT / "deterrence" / "explorer" / "web"
    expected |= {f"deterrence/explorer/web/{path.name}" for path in web.iterdir()}
    assert expected <= names
    top = {name.split("/")[0] for name in names}
    assert {part.split("-")[0] for part in top} == {"deterrence"}


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """The wheel was built from the source distribution, so this tests that as well."""
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / "python")
    run([python, "-m", "pip", "install", "--quiet", str(wheel)], cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    program = str(scripts / "deterrence")

    listed = run([program, "models"], cwd=elsewhere)
    assert all(name.removesuffix(".yaml") in listed for name in model_files())
    answer = json.loads(
        run([program, "solve", "asymmetric-bipolarity", "--format", "json"], cwd=elsewhere)
    )
    assert answer["status"] == "complete"
    assert len(answer["equilibria"]) == 3
    assert {e["regret"] for e in answer["equilibria"]} == {"0"}
    package = run([python, "-c", "import deterrence; print(deterrence.__file__)"], cwd=elsewhere)
    assert Path(package.strip()).is_relative_to(environment)
