"""The regimes of some models, worked out once for all tests in this folder."""

from __future__ import annotations

from typing import Any

import pytest
from line_models import NAMES

from deterrence import load_model


@pytest.fixture(scope="package")
def analyses() -> dict[str, Any]:
    """Return the regimes by the name of the model."""
    return {name: load_model(name).regimes() for name in NAMES}
