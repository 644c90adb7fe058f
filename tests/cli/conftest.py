"""Ways to run the command: inside this process, and as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from checkout import with_package
from click.testing import CliRunner, Result

Run = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process; output and errors are kept apart."""
    from deterrence.cli.program import program

    monkeypatch.delenv("DETERRENCE_DEBUG", raising=False)

    def call(*arguments: str, **more: Any) -> Result:
        return CliRunner().invoke(program, arguments, **more)

    return call


@pytest.fixture
def process() -> Process:
    """Run the command as a process; returns what subprocess.run returns."""

    def call(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        env = with_package(**more.pop("env", {}))
        return subprocess.run(
            [sys.executable, "-m", "deterrence", *arguments],
            env=env,
            text=True,
            check=False,
            timeout=120,
            **{"capture_output": True, **more},
        )

    return call
