"""Labels in other scripts: what the LaTeX says it needs is what sets it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from shown_games import game_latex

from deterrence import load_model, read_model, solve
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.drawing.istgame import tree_latex
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Decision, Leaf
from deterrence.words.renderers import rendered
from deterrence.words.scripts import preamble, with_remark

WORDS = {
    "Cyrillic": "Россия",
    "Greek": "Ρώμη",
    "Chinese": "克制",
    "Japanese": "エスカレート戦争",
    "Korean": "전쟁",
    "Arabic": "ضبط النفس",
    "Hebrew": "איפוק",
    "Devanagari": "युद्ध",
    "further Latin letters": "Việt",
}
HOSTILE = ("^^5cinput{x}", "a^^Mb", '"a"', "50% ~ #1", "$x$ \\", "a``b''--c", "{", "é ß Łódź")


def game_of(words: list[str]) -> StrategicGame:
    labels = (tuple(words), (*reversed(words),))
    cells = [[(i * j) % 3 for j, _ in enumerate(words)] for i, _ in enumerate(words)]
    return StrategicGame.from_matrices(cells, cells, actions=labels, players=(words[0], "B"))


def compiled(engine: str, folder: Path, document: str) -> str:
    """Compile and return the log."""
    (folder / "all.tex").write_text(document, encoding="utf-8")
    result = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=240,
    )
    assert result.returncode == 0, result.stdout.decode("utf-8", "replace")[-2000:]
    return (folder / "all.log").read_text(encoding="utf-8", errors="replace")


def preamble_told(latex: str) -> str:
    """Return the preamble that a remark gives."""
    return "\n".join(line[2:] for line in latex.splitlines() if line.startswith("% \\"))


@pytest.mark.parametrize(("name", "word"), WORDS.items())
def test_the_remark_names_engine_script_and_preamble(name: str, word: str) -> None:
    text = game_latex(game_of([word, "x"]))
    first = text.splitlines()[0]
    assert first.startswith("% Compile with LuaLaTeX")
    assert name in first
    assert r"\babelfont{rm}" in preamble_told(text)


def test_latin_letters_need_no_remark() -> None:
    assert not game_latex(game_of(["é", "Łódź", "Åland"])).startswith("%")
    assert preamble("„Þór“")[1] == [r"\usepackage[T1]{fontenc}"]
    assert (
        with_remark("«a»").splitlines()[0] == r"% Needs \usepackage[T1]{fontenc} in the preamble."
    )


def test_every_piece_of_latex_has_the_remark_once() -> None:
    game = game_of(["Россия", "x"])
    tree = ExtensiveGame.from_tree(
        ("Россия",), Decision("Россия", "start", {"a": Leaf(), "b": Leaf()}), {}
    )
    for text in (game_latex(game), solve(game)._repr_latex_(), tree_latex(tree)):
        assert text.count("% Compile with LuaLaTeX") == 1
    assert "% Compile with" not in game_latex(load_model("chicken").at())


MODEL = """\
title: Сдерживание «50%» ^^5cinput
form: strategic
players: [Россия, Польша]
parameters:
  v: {title: ставка, default: 2, bounds: [1, 3], symbol: 'v_{+}'}
actions: {Россия: ["^^5cinput{x}", держать], Польша: [держать, "克制"]}
outcomes:
  a: {title: война, payoffs: {Россия: v, Польша: 0}}
  b: {payoffs: {Россия: 0, Польша: v}}
game: [[a, b], [b, a]]
"""


def test_a_page_chooses_its_preamble() -> None:
    page = rendered(read_model(MODEL).regimes().document(full=True), "latex", standalone=True)
    assert page.startswith("% Compile with LuaLaTeX")
    assert page.count("Compile with") == 1
    assert r"\babelprovide[import,onchar=ids fonts]{chinese-simplified}" in page
    assert "fontenc" not in page
    plain = rendered(load_model("chicken").regimes().document(), "latex", standalone=True)
    assert plain.startswith("\\documentclass{article}\n\\usepackage[T1]{fontenc}\n")


def _has(engine: str, *fonts: str) -> bool:
    if shutil.which(engine) is None:
        return False
    if not fonts:
        return True
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False)
    return all(font in found.stdout for font in fonts)


needs_lualatex = pytest.mark.skipif(
    not _has("lualatex", "Noto Serif", "Noto Sans Arabic", "Noto Serif CJK SC"),
    reason="lualatex or the Noto fonts are not installed",
)


@pytest.mark.witness
@pytest.mark.skipif(not _has("pdflatex"), reason="pdflatex is not installed")
def test_pdflatex_sets_hostile_latin_labels(tmp_path: Path) -> None:
    game = game_of(list(HOSTILE))
    body = "\n\n".join(
        [game_latex(game), rendered(solve(game, solver="exact").document(full=True), "latex")]
    )
    letters = "".join(sorted({c for c in map(chr, range(0xA0, 0x2100)) if not preamble(c)[1]}))
    document = (
        "\\documentclass{article}\n\\begin{document}\n"
        f"{body}\n\n{letters}\n\n\\end{{document}}\n"
    )
    compiled("pdflatex", tmp_path, document)


@pytest.mark.slow
@pytest.mark.witness
@needs_lualatex
def test_lualatex_sets_every_script_with_the_preamble_told(tmp_path: Path) -> None:
    words = [*WORDS.values(), *HOSTILE]
    game = game_of(words)
    text = game_latex(game)
    body = "\n\n".join([text, rendered(solve(game, solver="pure").document(full=True), "latex")])
    start = f"\\documentclass{{article}}\n{preamble_told(text)}\n\\begin{{document}}\n"
    log = compiled("lualatex", tmp_path, f"{start}{body}\n\\end{{document}}\n")
    assert not re.findall(r"Missing character.*", log)


@pytest.mark.slow
@pytest.mark.witness
@needs_lualatex
def test_lualatex_sets_a_page_of_a_multilingual_hostile_model(tmp_path: Path) -> None:
    page = rendered(read_model(MODEL).regimes().document(full=True), "latex", standalone=True)
    log = compiled("lualatex", tmp_path, page)
    assert not re.findall(r"Missing character.*", log)
    assert not (tmp_path / "x").exists()
