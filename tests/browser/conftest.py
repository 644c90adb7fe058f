"""A browser, and the explorers that it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_fixtures import started, visit  # noqa: F401

from deterrence import caching, load_model

if TYPE_CHECKING:
    from deterrence.explorer.explorer import Explorer


@pytest.fixture(autouse=True)
def _answers_are_shared(kept_answers: str) -> None:
    """Take answers that other tests have found."""


@pytest.fixture(scope="session")
def explorer_of() -> Callable[[str], Explorer]:
    """Return what makes the explorer of a model (of a shipped one, or of a file), once."""

    def made(game: str) -> Explorer:
        with caching():
            return load_model(game).explorer()

    return cache(made)


@pytest.fixture(scope="session")
def page_of(
    tmp_path_factory: pytest.TempPathFactory, explorer_of: Callable[[str], Explorer]
) -> Callable[[str], Path]:
    """Return what writes a model's page, once."""
    folder = tmp_path_factory.mktemp("pages")
    return cache(lambda game: explorer_of(game).save(folder / f"{Path(game).stem}.html"))
