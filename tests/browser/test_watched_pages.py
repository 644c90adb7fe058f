"""What watches the pages notices what it is there for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import PHONE, opener

HEAD = (
    '<!doctype html><html lang="en"><head><title>A page</title><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"></head><body><main><h1>A page</h1>'
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


#: What a page may not do, and what is said of it.
FAULTS = {
    "<script>console.error('no')</script>": "console: no",
    "<script>setTimeout(() => nothing())</script>": "error: nothing is not defined",
    "<script>alert(1)</script>": "dialog: 1",
    "<img alt='' src='http://127.0.0.1:9/x.png'>": "request: http://127.0.0.1:9/x.png",
    "<img alt='' src='other.png'>": "/other.png",
    "<script>fetch('https://127.0.0.1:9').catch(() => 0)</script>": "request: https://127.0.0.1:9",
}


def test_complaints(started: Any, written: Path) -> None:
    written.write_text(f"{HEAD}{''.join(FAULTS)}</main></body></html>", encoding="utf-8")
    seen = opener(started, [])(written)
    seen.page.wait_for_timeout(100)
    seen.context.close()
    for fault, told in FAULTS.items():
        assert any(told in said for said in seen.complaints), (fault, seen.complaints)


def test_what_people_cannot_see_or_reach(visit: Any, written: Path) -> None:
    faint = "<p style='color:#999'>Faint.</p>"
    wide = "<div style='width:500px'>Wide.</div>"
    kept = "<div tabindex='0' style='overflow-x:auto'><p style='width:600px'>Kept.</p></div>"
    written.write_text(f"{HEAD}{faint}{wide}{kept}<input></main></body></html>", encoding="utf-8")
    seen = visit(written, viewport=PHONE)
    assert [told.split(" ")[0] for told in seen.violations()] == ["color-contrast", "label"]
    assert [told.split(" ")[0] for told in seen.violations("label")] == ["label"]
    assert seen.outside() == ['<div class=""> to 508: Wide.']
