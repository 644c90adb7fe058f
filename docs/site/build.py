"""Build the documentation site: ``python docs/site/build.py [OPTIONS of sphinx-build]``.

The site is made of the Markdown in ``docs/``, of the model files in ``models/`` (a page each,
see ``_ext/model_pages.py``) and of the docstrings of the package.  Nothing of it is written into
the repository: ``build/site/source`` holds copies of the pages, in which links are what they
have to be there, ``build/site/doctrees`` what Sphinx remembers, and ``build/site/html`` the site.

With ``SITE_MODELS=tripwire,chicken`` only these are analysed: the pages of the others have no
pictures and no results.  ``SITE_BUILD`` names another folder than ``build/site``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"
#: Files beside ``docs/`` that the documentation links to.
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE")
#: Where a Markdown link leads, before its anchor: written at once, or below.
_LINK = re.compile(r"(\]\(|^\[[^\]\n]+\]: )(?![a-z]+:)([^)#\s]+)", re.MULTILINE)


def sources() -> dict[Path, str]:
    """Return the files that the site is made of, and the place of each in the site."""
    found = {path: path.name for path in SITE.iterdir() if path.suffix in (".md", ".rst")}
    for folder in (ROOT / "docs").iterdir():
        if folder.is_dir() and folder != SITE:
            files = [path for path in folder.rglob("*") if path.is_file()]
            found |= {path: path.relative_to(ROOT / "docs").as_posix() for path in files}
    found |= {ROOT / name: name for name in BESIDE}
    return found | {path: f"models/{path.name}" for path in (ROOT / "models").glob("*.yaml")}


def stage(source: Path, files: dict[Path, str]) -> None:
    """Copy everything that the site is made of into a folder; what is unchanged stays as it is."""
    for path, place in files.items():
        data = path.read_bytes()
        if path.suffix == ".md":
            text = _relinked(data.decode(), path, files)
            data = (text + _more(text, path.stem, files)).encode()
        copy = source / place
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists() or copy.read_bytes() != data:
            copy.write_bytes(data)
    wanted = {source / place for place in files.values()}
    for copy in source.rglob("*"):
        if copy.is_file() and copy not in wanted:
            copy.unlink()


def _relinked(text: str, path: Path, files: dict[Path, str]) -> str:
    """Return a page whose links lead to where its neighbours stand in the site."""
    here = Path(files[path]).parent

    def target(found: re.Match[str]) -> str:
        place = files.get((path.parent / found[2]).resolve())
        to = found[2] if place is None else Path(os.path.relpath(place, here)).as_posix()
        return found[1] + to

    return _LINK.sub(target, text)


def _more(text: str, section: str, files: dict[Path, str]) -> str:
    """Return a list of the pages of a section that its own page does not list by hand or all."""
    own = sorted(place[:-3] for place in files.values() if place.startswith(f"{section}/"))
    missing = [page for page in own if page not in text.split()]
    if not missing or f"\n{section}/*\n" in text:
        return ""
    return "\n:::{toctree}\n:caption: More\n:maxdepth: 1\n\n" + "\n".join(missing) + "\n:::\n"


def asked_models() -> list[str]:
    """Return the names of the models that are analysed."""
    every = sorted(path.stem for path in (ROOT / "models").glob("*.yaml"))
    asked = [name for name in os.environ.get("SITE_MODELS", "").split(",") if name]
    if unknown := sorted({*asked} - {*every}):
        raise SystemExit(f"SITE_MODELS: there is no model called {', '.join(unknown)}")
    return asked or every


def digest(*folders: Path) -> str:
    """Return the digest of the code that pages are made by."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(path.read_bytes())
    return found.hexdigest()


def explorers(folder: Path, package: str) -> None:
    """Let the package write the explorers that are missing, or that another package wrote."""
    folder.mkdir(parents=True, exist_ok=True)

    def explore(name: str) -> None:
        page, stamp = folder / f"{name}.html", folder.parent.parent / "stamps" / name
        model = (ROOT / "models" / f"{name}.yaml").read_bytes()
        now = f"{package} {hashlib.sha256(model).hexdigest()}"
        if page.exists() and stamp.exists() and stamp.read_text() == now:
            return
        command = [sys.executable, "-m", "deterrence", "explore", name, "-o", str(page), "--force"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        # An answer that is not proven to be complete (4) makes a page that says so.
        if done.returncode not in (0, 4) or not page.exists():
            raise SystemExit(f"{' '.join(command[2:])} failed:\n{done.stderr}")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(now)

    from deterrence.modelfile.catalogue import load_model

    # An option form that is no table has no equilibria to explore.
    asked = [name for name in asked_models() if not load_model(name).why_no_table]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(explore, asked))


def _but_models(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".yaml")]


def main(options: list[str]) -> int:
    """Build the site and check it; return 0 where there was nothing to warn of."""
    from check import main as check
    from sphinx.cmd.build import build_main

    build = Path(os.environ.get("SITE_BUILD", ROOT / "build" / "site"))
    extra = build / "extra"
    stage(build / "source", sources())
    shutil.copytree(ROOT / "models", extra / "models", ignore=_but_models, dirs_exist_ok=True)
    package = ROOT / "deterrence"
    explorers(extra / "explorers", digest(package))
    asked = [
        "-c",
        str(SITE),
        "-d",
        str(build / "doctrees"),
        "-W",
        "--keep-going",
        "-q",
        "-j",
        "auto",
    ]
    asked += ["-D", f"html_extra_path={extra}", "-D", f"site_extra={extra}"]
    asked += ["-D", f"site_code={digest(package, SITE / '_ext')}"]
    found = build_main([*asked, *options, str(build / "source"), str(build / "html")])
    return found or check(str(build / "html"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
