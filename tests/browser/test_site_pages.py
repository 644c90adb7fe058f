"""Pages of the documentation site: with a screen reader, in both themes, on a phone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PHONE, Opener, served
from checkout import ROOT

PAGES = (
    "index.html",
    "models.html",
    "models/tripwire.html",
    "lessons/1-which-game-is-it.html",
    "reference/command-line.html",
    "api.html",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return where a site is served in which one model is analysed."""
    if not (ROOT / "docs" / "site" / "build.py").exists():
        pytest.skip("no documentation site yet")
    folder = tmp_path_factory.mktemp("site")
    env = os.environ | {"SITE_MODELS": "tripwire", "SITE_BUILD": str(folder)}
    command = [sys.executable, str(ROOT / "docs" / "site" / "build.py")]
    subprocess.run(command, env=env, check=True, capture_output=True)
    with served(Path(folder) / "html") as address:
        yield address


@pytest.mark.everything
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_site(visit: Opener, home: str, page: str) -> None:
    seen = visit(home + page, home)
    assert not seen.violations()
    phone = visit(home + page, home, viewport=PHONE, color_scheme="dark")
    assert not phone.outside()
    assert not phone.violations("color-contrast")
