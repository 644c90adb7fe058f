"""Where this checkout is, and the environment in which a process runs its package."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"


def with_package(**more: str) -> dict[str, str]:
    """Return this process's environment with the package on the path, and ``more``."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}
