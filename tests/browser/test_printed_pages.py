"""The pages that verbs print: readable with a screen reader, in both themes, on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import PHONE, Opener
from click.testing import CliRunner

MODELS = ("asymmetric-bipolarity", "unilateral-deterrence", "kahn-ladder")
VERBS = ("solve", "regimes", "explain", "brief", "report")
#: What every change is tried with: a matrix, a tree with long formulas, a large matrix.
FEW = {
    ("regimes", "asymmetric-bipolarity"),
    ("explain", "unilateral-deterrence"),
    ("solve", "kahn-ladder"),
    ("report", "unilateral-deterrence"),
}


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        pytest.param(v, m, marks=[] if (v, m) in FEW else [pytest.mark.everything])
        for v in VERBS
        for m in MODELS
    ],
)
def test_a_printed_page(visit: Opener, tmp_path: Path, verb: str, name: str) -> None:
    from deterrence.cli.program import program

    page = tmp_path / "page.html"
    told = CliRunner().invoke(program, [verb, name, "--format", "html"])
    assert told.exit_code in (0, 4), told.output  # 4: something was left open, and is told
    page.write_text(told.stdout, encoding="utf-8")
    assert not visit(page).violations()
    phone = visit(page, viewport=PHONE, color_scheme="dark")
    assert not phone.outside()
    assert not phone.violations("color-contrast")
