"""The browser, once for every file of tests: one that is open hinders asyncio elsewhere.

Tests that want them import both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import NoBrowserError, Opener, Visit, browser, opener


@pytest.fixture(scope="module")
def started() -> Iterator[Any]:
    """Return the browser; without one its tests are skipped, and say so."""
    try:
        with browser() as found:
            yield found
    except NoBrowserError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def visit(started: Any) -> Iterator[Opener]:
    """Return what opens a page; whatever a page complained of fails the test."""
    visits: list[Visit] = []
    yield opener(started, visits)
    complaints = [told for seen in visits for told in seen.complaints]
    for seen in visits:
        seen.context.close()
    assert not complaints
