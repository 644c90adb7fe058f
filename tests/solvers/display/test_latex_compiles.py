"""What the displays call LaTeX is LaTeX: a real compiler accepts it without a package."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from shown_games import game_latex

from deterrence import load_model, solve
from deterrence.words.renderers import rendered

pytestmark = [
    pytest.mark.witness,
    pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed"),
]


def test_pdflatex_accepts_every_rendering(tmp_path: Path) -> None:
    bipolarity, ladder = load_model("asymmetric-bipolarity"), load_model("escalation-ladder")
    game = bipolarity.at(k_R=5)
    nasty = game.replace(actions=((r"a_1 & \b{", "[50%] #^~<>|"), ("$x$", 'y"')), outcomes=None)
    symbols = {p.name: p.symbol for p in ladder.parameters.values()}
    parts = [
        game_latex(game),
        game_latex(bipolarity.symbolic()),
        game_latex(nasty),
        game_latex(ladder.at(), ladder.payoff_expressions(), symbols=symbols),
        *(
            rendered(solution.document(full=full), "latex")
            for solution in (
                *(solve(g, solver="exact") for g in (game, nasty, ladder.at())),
                solve(game, concept="correlated"),
                load_model("unilateral-deterrence").solve(),
            )
            for full in (False, True)
        ),
    ]
    body = "\n\n".join(parts)
    path = tmp_path / "all.tex"
    path.write_text(f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n")
    result = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout.decode("latin-1")[-2000:]
    assert (tmp_path / "all.pdf").exists()
