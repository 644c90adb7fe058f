"""Trees as LaTeX: everything is there, whatever is in a label is escaped, and it compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from deterrence import load_model
from deterrence.errors import UsageError
from deterrence.game.tree.drawing.istgame import tree_latex
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.solvers import solve_tree

NASTY = (r"a_1 & \b{", "[50%] #^~<>|", "$x$", 'y" \\\\', "*star", "[", "ünï ß")


def has_istgame() -> bool:
    if shutil.which("pdflatex") is None or shutil.which("kpsewhich") is None:
        return False
    found = subprocess.run(["kpsewhich", "istgame.sty"], capture_output=True, check=False)
    return found.returncode == 0


def nasty() -> ExtensiveGame:
    """Every label is hostile."""
    a, b = NASTY[:2]
    reply = Decision(b, NASTY[2], {n: Leaf(n) for n in NASTY})
    other = Decision(b, NASTY[2], {n: Leaf(n) for n in NASTY}, outcome=NASTY[0])
    draw = Chance({NASTY[0]: ("1/3", reply), NASTY[5]: ("2/3", other)}, NASTY[1])
    tree = Decision(a, NASTY[3], {NASTY[4]: draw, NASTY[1]: Leaf()})
    outcomes = {n: (k, -k) for k, n in enumerate(NASTY)}
    return ExtensiveGame.from_tree((a, b), tree, outcomes, name="nasty", title=NASTY[0])


def chain(rungs: int) -> ExtensiveGame:
    """Two sides in turn stop or climb, and would rather stop early."""
    tree = Leaf("top")
    outcomes = {"top": (-9999, -9999)}
    for k in range(rungs, 0, -1):
        tree = Decision("AB"[k % 2], f"rung {k}", {"stop": Leaf(f"end {k}"), "climb": tree})
        outcomes[f"end {k}"] = (-k, -k)
    return ExtensiveGame.from_tree(("A", "B"), tree, outcomes)


def forgetful() -> ExtensiveGame:
    """One node of an information set before the other."""
    again = Decision("Driver", "junction", {"exit": Leaf(), "on": Leaf()})
    return ExtensiveGame.from_tree(
        ("Driver",), Decision("Driver", "junction", {"exit": Leaf(), "on": again}), {}
    )


def branches(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(r"\istb<")]


def test_every_move_end_and_information_set_is_there() -> None:
    game = load_model("unilateral-deterrence").at()
    text = tree_latex(game)
    assert len(branches(text)) == len(game.nodes) - 1
    inner = [k for k, n in enumerate(game.nodes) if n.set >= 0]
    assert len(re.findall(r"^\\istrooto\(", text, re.MULTILINE)) == len(inner)
    # A root stands where the branch to it ends.
    for k in inner[1:]:
        node = game.nodes[k]
        assert rf"\istrooto(n{k})(n{node.parent}-{node.move + 1})" in text
    pairs = sum(len(s.nodes) - 1 for s in game.sets if s.player)
    links = text.count(r"\xtInfoset[") + text.count(r"\begin{pgfonlayer}")
    assert links == pairs
    assert "1/3" in text
    assert text.count(r"\textcolor{treeplayer1}{$-1$}") == 2  # conflict, to a hard challenger


def test_what_is_played_is_thick() -> None:
    game = chain(6)
    profile = solve_tree(game).equilibria[0].profile
    text = tree_latex(game, profile=profile)
    played = [line for line in branches(text) if "tree played" in line]
    assert len(played) == 1
    assert "{stop}" in played[0]
    assert sum("tree ready" in line for line in branches(text)) == 5
    assert "tree played," not in tree_latex(game)


def test_mixtures_and_beliefs_are_written() -> None:
    model = load_model("unilateral-deterrence")
    game = model.at()
    e = solve_tree(game, "pbe").equilibria[0]
    text = tree_latex(game, profile=e.profile, beliefs=e.beliefs)
    assert text.count(r"{\shortstack{wait\\$3/4$}}") == 2
    assert text.count("belief $2/3$") == 2


def test_formulas_have_the_symbols_of_the_model() -> None:
    model = load_model("unilateral-deterrence")
    text = tree_latex(model.tree, symbols={p.name: p.symbol for p in model.parameters.values()})
    assert "$c_{DD+}$" in text
    assert "$1 - p_{Ch}$" in text


def test_the_command_writes_it() -> None:
    from deterrence.cli.program import program

    result = CliRunner().invoke(program, ["show", "unilateral-deterrence", "--format", "latex"])
    assert result.exit_code == 0, result.output
    assert result.stdout.count(r"\begin{istgame}") == 2  # formulas, numbers
    assert "The defender concedes" in result.stdout.replace(r"\\", " ")
    one = CliRunner().invoke(
        program, ["show", "unilateral-deterrence", "--format", "latex", "--values"]
    )
    assert one.stdout.count(r"\begin{istgame}") == 1


def test_sizes_and_directions() -> None:
    assert r"\resizebox" not in tree_latex(chain(3))
    assert r"\resizebox" in tree_latex(chain(40))
    assert r"\setistgrowdirection{east}" in tree_latex(chain(3), direction="right")
    folded = tree_latex(chain(40), depth=3)
    assert len(branches(folded)) == 6
    assert "38 ends" in folded
    with pytest.raises(UsageError, match="more than LaTeX"):
        tree_latex(chain(1000))
    with pytest.raises(UsageError, match="direction"):
        tree_latex(chain(3), direction="up")


@pytest.mark.witness
@pytest.mark.skipif(not has_istgame(), reason="pdflatex or the package istgame is not installed")
@pytest.mark.parametrize("program", ["pdflatex", "xelatex"])
def test_it_compiles(program: str, tmp_path: Path) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    model = load_model("unilateral-deterrence")
    game = model.at()
    e = solve_tree(game, "pbe").equilibria[0]
    parts = [
        tree_latex(model.tree, symbols={p.name: p.symbol for p in model.parameters.values()}),
        tree_latex(game, profile=e.profile, beliefs=e.beliefs, direction="right"),
        tree_latex(nasty()),
        tree_latex(nasty(), direction="right"),
        tree_latex(forgetful()),
        tree_latex(chain(44)),
        tree_latex(chain(20), depth=4),
        tree_latex(ExtensiveGame.from_tree(("A",), Leaf("x_1"), {"x_1": (1,)})),
        tree_latex(ExtensiveGame.from_tree(("A",), Decision("A", "a", {"": Leaf()}), {})),
    ]
    body = "\n\n\\clearpage\n".join(parts)
    path = tmp_path / "all.tex"
    path.write_text(
        "\\documentclass{article}\n\\usepackage{istgame}\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n",
        encoding="utf-8",
    )
    result = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", path.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=180,
    )
    log = result.stdout.decode("latin-1")
    assert result.returncode == 0, log[-2000:]
    assert "Overfull" not in log
    assert f"({len(parts)} pages" in log


def test_notebooks_and_web_pages_show_trees() -> None:
    from deterrence.cli.program import program

    model = load_model("unilateral-deterrence")
    assert "<svg" in model._repr_html_()
    latex = model._repr_latex_()
    assert latex is not None
    assert r"\begin{istgame}" in latex
    html = nasty()._repr_html_()
    assert html is not None
    assert "&lt;" in html
    assert "<>" not in html
    page = CliRunner().invoke(program, ["show", "unilateral-deterrence", "--format", "html"])
    assert page.exit_code == 0, page.output
    assert page.stdout.count("<pre ") == 2
    assert page.stdout.count("<svg") == 1
