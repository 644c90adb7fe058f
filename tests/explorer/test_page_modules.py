"""The modules of the page that need no browser, tried by node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
TESTS = Path(__file__).parent / "page"


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_page_modules() -> None:
    command = [str(NODE), "--test", "--test-reporter=tap", *map(str, sorted(TESTS.glob("*.mjs")))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout
