r"""Symbols of parameters: a grammar in which nothing can be said to TeX, the same everywhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.cli.program import program
from deterrence.errors import ExpressionError, InvalidFileError
from deterrence.figures.texts import axis_label
from deterrence.figures.texts import symbol as figure_symbol
from deterrence.game.parameters import Parameter
from deterrence.modelfile.catalogue import model_names, read_model
from deterrence.words.markup import latex_symbol, mathml_symbol
from deterrence.words.symbols import ACCENTS, GREEK, MAX_SYMBOL, Symbol
from deterrence.words.typeset import expression_html, expression_latex

LETTERS = st.sampled_from([*"abkxyzABZ", *(f"\\{g} " for g in sorted(GREEK))])
DIGITS = st.sampled_from("0123456789")
#: A model with the symbol that a test puts into it.
MODEL = """\
title: T
form: strategic
players: [A, B]
parameters:
  v: {{title: stake, default: 2, symbol: {symbol}}}
actions: {{A: [x, y], B: [x, y]}}
outcomes:
  a: {{payoffs: {{A: v, B: 0}}}}
  b: {{payoffs: {{A: 0, B: v}}}}
game: [[a, b], [b, a]]
"""
HOSTILE = (
    r"^^5cinput{x}", "v^^5c", r"\input{passwd}", r"\write18{x}", "}{", "$x$", "a%", r"\def\x{}",
    "x\\", "{", "#1", "a b", "x_", "x^", "x_{}", "x_{a", "x_a}", "a^b^c", "a_b_c",
    "c_DD+", "c_DD{x}", "", " ",
    r"\bar", r"\bar{xy}", r"\bar{\bar{x}}", r"\rho{x}", r"x_\bar{y}", "x~y", "x&y", "x\ny", "1",
    "é", "Ж", "x_{é}", "x'", r"\mathrm{war}", r"\alphabeta", "x_{a_b}", "x_{a b}", "\u212b", "+",
    "x" * (MAX_SYMBOL + 1), "\u0661", "x\u0301", "a_{\u202ex}",
)  # fmt: skip


@st.composite
def symbols(draw: st.DrawFn) -> str:
    """A text that the grammar allows."""
    if draw(st.booleans()):
        text = "".join([draw(LETTERS), *draw(st.lists(LETTERS | DIGITS, max_size=2))])
    else:
        text = rf"\{draw(st.sampled_from(sorted(ACCENTS)))}{{{draw(LETTERS)}}}"
    for mark in draw(st.permutations("_^"))[: draw(st.integers(0, 2))]:
        inner = draw(st.lists(LETTERS | DIGITS | st.sampled_from(",+-"), min_size=1, max_size=3))
        text += f"{mark}{{{''.join(inner)}}}"
    return text


valid = symbols().filter(lambda text: len(text) <= MAX_SYMBOL)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("k_R", "k_R"), ("c_{DD+}", "c_{DD+}"), (r"\rho_n", r"\rho_n"), ("p_{Def}", "p_{Def}"),
        (r"\bar{c}_{R}", r"\bar{c}_R"), (r"\bar c", r"\bar{c}"), ("x^2_1", "x_1^2"),
        ("war", r"\mathit{war}"), (r"\Delta v", r"\Delta v"), (r"c_\theta", r"c_{\theta}"),
        ("a_{1,2}", "a_{1,2}"), ("k_Ir", "k_{Ir}"), ("k^2r_ab", "k_{ab}^{2r}"),
    ],
)  # fmt: skip
def test_a_symbol_is_written_anew(text: str, latex: str) -> None:
    assert latex_symbol("name", text) == latex


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_symbol_is_refused_everywhere(text: str) -> None:
    with pytest.raises(ExpressionError):
        Symbol.parse(text)
    assert latex_symbol("k_R", text) == "k_{R}"
    assert mathml_symbol("k_R", text) == "<msub><mi>k</mi><mi>R</mi></msub>"
    if not text.strip():
        return
    parameter = Parameter("v", symbol=text)
    assert figure_symbol(parameter) == "$v$"
    assert axis_label(parameter) == "$v$"
    quoted = text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
    with pytest.raises(InvalidFileError) as caught:
        read_model(MODEL.format(symbol=f'"{quoted}"'))
    if "\u202e" in text:  # refused as a character before the symbol is looked at
        return
    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (5, "parameters.v.symbol")
    assert fault.column in (41, 42)  # the text, or where it has escapes its quotation mark
    assert fault.expected
    assert not re.search(r"[^\x20-\x7e]", fault.expected)


def test_all_faults_of_symbols_are_reported_together() -> None:
    text = MODEL.format(symbol='"a^b^c"').replace("default: 2", "defalt: 2")
    with pytest.raises(InvalidFileError) as caught:
        read_model(text)
    assert [f.key for f in caught.value.faults] == ["parameters.v.defalt", "parameters.v.symbol"]
    assert "a second superscript" in str(caught.value)


@given(st.text(alphabet=st.sampled_from("ab^_{}\\05c\u03c1+-, \n%$&~#"), max_size=12))
def test_nothing_gets_through_that_is_not_in_the_grammar(text: str) -> None:
    latex = latex_symbol("v", text)
    assert "^^" not in latex
    assert set(re.findall(r"\\([A-Za-z]+|.)", latex)) <= {*GREEK, *ACCENTS, "mathit"}
    assert not set(latex) & set("%$&~#\n")
    assert len(re.findall(r"\^", latex)) <= 1
    assert latex.count("{") == latex.count("}")


@given(valid)
def test_every_symbol_is_valid_mathtext_and_mathml(text: str) -> None:
    from matplotlib.mathtext import MathTextParser

    symbol = Symbol.parse(text)
    MathTextParser("path").parse(f"${symbol.latex}$")
    root = ET.fromstring(symbol.mathml)
    assert "\\" not in "".join(root.itertext())


@given(valid)
def test_what_is_written_says_what_was_read(text: str) -> None:
    def bare(latex: str) -> list[str]:
        return sorted(re.findall(r"\\[A-Za-z]+|[A-Za-z0-9,+_^-]", latex.replace(r"\mathit", "")))

    assert bare(Symbol.parse(text).latex) == bare(text)


def test_every_shipped_symbol_is_valid() -> None:
    given_symbols = [
        p.symbol for name in model_names() for p in load_model(name).parameters.values() if p.symbol
    ]
    assert r"c_{DD+}" in given_symbols
    for text in given_symbols:
        assert Symbol.parse(text).latex == text


def test_mathml_has_the_symbol_that_latex_has() -> None:
    e = Expression.parse("c/2")
    assert "<msub><mi>c</mi><mi>DD+</mi></msub>" in expression_html(e, {"c": "c_{DD+}"})
    assert r"c_{DD+}" in expression_latex(e, {"c": "c_{DD+}"})


@pytest.mark.parametrize("name", ["^", "\\", "%", "^^5cinput", "a_^^5c", "жизнь", "_", "{", "a b"])
def test_a_strange_name_is_text(name: str) -> None:
    latex = latex_symbol(name)
    assert "^^" not in latex
    rest = re.sub(r"\\(?:text[a-z]+\{\}|mbox|textit|mathit|[_{}%])", "", latex)
    assert not set(rest) & set("\\%#^")
    ET.fromstring(mathml_symbol(name))


def test_the_file_of_the_case_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "caret.yaml"
    path.write_text(MODEL.format(symbol='"^^5cinput{x}"'))
    result = CliRunner().invoke(program, ["models", "check", str(path)])
    assert result.exit_code == 3
    assert f"{path}:5:42: parameters.v.symbol: '^^5cinput{{x}}' is no symbol" in result.output


@pytest.mark.witness
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdflatex_sets_every_kind_of_symbol(tmp_path: Path) -> None:
    texts = [f"\\{g}" for g in sorted(GREEK)]
    texts += [
        rf"\{a}{{{x}}}_{{{y}}}" for a in sorted(ACCENTS) for x in ("x", r"\rho") for y in "1+-"
    ]
    texts += ["a_{,}^{+-}", r"\Delta war^{\theta,2}", "c_{DD+}", r"x_{-\alpha b}", "v12", "x^{,a}"]
    names = ["^", "\\", "^^5cnewwrite^^5cw", "a_^^5c", "rho_war", "a_b_c", "%", '"', "_"]
    lines = [
        f"${latex_symbol('v', t)}$, $\\frac{{a_{{{latex_symbol('v', t)}}}}}{{2}}$" for t in texts
    ]
    lines += [f"${latex_symbol(n)}$ ${latex_symbol('v', h)}$" for n in names for h in HOSTILE]
    body = "\n\n".join(lines)
    (tmp_path / "all.tex").write_text(
        f"\\documentclass{{article}}\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )
    result = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout.decode("latin-1")[-2000:]
