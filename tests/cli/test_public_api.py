"""The package's public names: loaded when first used, complete, listed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import deterrence

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", deterrence.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(deterrence, name) is not None
    assert name in dir(deterrence)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = deterrence.no_such_thing  # type: ignore[attr-defined]


def test_importing_the_package_loads_none_of_its_modules() -> None:
    code = "import sys, deterrence; print([m for m in sys.modules if m.startswith('deterrence.')])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def test_the_types_that_checkers_see_are_those_that_run() -> None:
    """TYPE_CHECKING imports and the lazy table name the same things."""
    source = (ROOT / "deterrence" / "__init__.py").read_text(encoding="utf-8")
    declared = source.split("if TYPE_CHECKING:")[1].split("__version__: str")[0]
    for name in set(deterrence.__all__) - {"__version__"}:
        assert name in declared
