"""The regime report: right, within the width, escaped, and LaTeX that compiles."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK

from deterrence import boundaries, conclusions, load_model, read_model, statics
from deterrence.algebra.expressions import Expression
from deterrence.symbolic.abbreviations import abbreviated
from deterrence.symbolic.board.explain import explain
from deterrence.symbolic.display.answer import Extras, RegimesAnswer
from deterrence.symbolic.display.words import cover_words
from deterrence.words import renderers as pages
from deterrence.words.blocks import Paragraph, as_text
from deterrence.words.typeset import expression_html, expression_latex

MODELS = [BRINK, "called-bluff", "crisis-pairs", "inspection", "stag-hunt"]

NASTY = b"""
title: "50% of <script>alert(1)</script> & $x_1$ \\\\input{y}"
form: strategic
players: ["A & <b>", "B_1 %"]
actions: {"A & <b>": ["<i>", "b^~"], "B_1 %": ["{l}", "#r"]}
parameters: {c_a: {default: 1, symbol: c}, d: {default: 2, bounds: [0, 3]}}
assumptions: [c_a > 0]
outcomes:
  one: {title: "<one> & 100%", payoffs: {"A & <b>": c_a, "B_1 %": -c_a}}
  two: {title: "two_$", payoffs: {"A & <b>": d, "B_1 %": 0}}
game:
  "<i>": {"{l}": one, "#r": two}
  "b^~": {"{l}": two, "#r": one}
source: made for this test
measures: {first: {outcomes: [one], title: "<u>"}}
"""


@pytest.fixture(scope="module")
def analyses() -> dict[str, Any]:
    found = {name: load_model(name).regimes() for name in MODELS}
    nasty = read_model(NASTY, "nasty")
    # Files with such a symbol are refused; it can come from Python.
    wrong = dataclasses.replace(nasty.parameters["c_a"], symbol=r"\input{z}")
    found["nasty"] = nasty.replace(parameters={**nasty.parameters, "c_a": wrong}).regimes()
    return found


def answer(analysis: Any) -> RegimesAnswer:
    model = analysis.internal.model
    extras = Extras(
        conclusions=tuple(conclusions(analysis, m.name) for m in model.measures),
        boundaries=boundaries(analysis),
        statics=statics(analysis),
    )
    return RegimesAnswer(analysis, extras)


def whole(found: Any, form: str = "text") -> str:
    return pages.rendered(found.document(full=True), form)


@pytest.mark.parametrize("name", MODELS)
def test_text_keeps_to_eighty_columns(analyses: dict[str, Any], name: str) -> None:
    found = answer(analyses[name])
    assert len(str(found).splitlines()) <= 40
    for text in (str(found), whole(found)):
        assert max(map(len, text.splitlines())) <= 80
        assert text.isascii()


def test_the_four_regimes_stand_there(analyses: dict[str, Any]) -> None:
    """The published conditions: a side is deterred iff war costs it more than yielding."""
    text = whole(answer(analyses[BRINK]))
    flat = " ".join(text.split())
    for name in (
        "Mutual deterrence (Chicken)",
        "Russia cannot be deterred",
        "NATO cannot be deterred",
        "Direct war",
    ):
        assert f"\n{name}  (" in text
    assert "escalate g_R/(g_R + k_R - l_R)" in flat
    assert "exists iff k_N > l_N and k_R > l_R" in flat
    assert "No direct war in some equilibrium iff at least one side's" in flat
    assert "no two overlap: proven." in flat
    assert "No risk that a side escalates: in no equilibrium" in flat


def test_str_and_notebook_forms_are_the_short_document(analyses: dict[str, Any]) -> None:
    analysis = analyses[BRINK]
    assert str(analysis) == analysis.document().text() == str(RegimesAnswer(analysis))
    assert analysis._repr_html_() == pages.rendered(analysis.document(), "html")
    assert "k_R \\ge l_R" in analysis._repr_latex_()
    assert repr(analysis) == f"<MatrixAnalysis: {analysis.title}>"
    first = analysis.equilibria[0]
    assert str(first).startswith("#2  Russia: restrain; NATO: escalate")
    assert "<math>" in first._repr_html_()
    assert r"$k_{R} \ge l_{R}$" in first._repr_latex_()


def test_parameters_are_typeset_with_their_symbols(analyses: dict[str, Any]) -> None:
    analysis = analyses[BRINK]
    assert r"\rho" in whole(analysis, "latex")
    assert "<mi>\N{GREEK SMALL LETTER RHO}</mi>" in whole(analysis, "html")


def test_what_strangers_wrote_is_escaped(analyses: dict[str, Any]) -> None:
    analysis = analyses["nasty"]
    for found in (answer(analysis), analysis):
        for html in (whole(found, "html"), found._repr_html_()):
            assert "<script" not in html
            assert "<b>" not in html
            assert "<one>" not in html
            assert re.search(r"&lt;(one|i)&gt;", html)
        assert r"\input" not in whole(found, "latex").replace(r"\textbackslash{}", "")
    assert "<script" not in explain(analysis)._repr_html_()


@pytest.mark.parametrize(("cover", "words"), [("unknown", "unknown"), ("sampled", "sampled")])
def test_what_is_not_proven_is_said_plainly(
    analyses: dict[str, Any], cover: Any, words: str
) -> None:
    analysis = dataclasses.replace(analyses["inspection"], cover=cover)
    assert f"{words}, not proven" in cover_words(analysis)
    both = dataclasses.replace(analysis, disjoint=cover)
    assert cover_words(both).endswith(f"{words}, not proven.")


def test_long_formulas_are_described_not_dumped() -> None:
    long = Expression.parse(" + ".join(f"a{k}*b{k}" for k in range(60))) / Expression.parse("c + d")
    text = as_text([Paragraph(("x = ", long))])
    assert "a quotient of polynomials with" in text
    assert len(text) < 200


def test_an_abbreviation_means_what_it_replaces() -> None:
    sums = " + ".join(f"a_{k}*b_{k}" for k in range(1, 9))
    conditions = [
        Expression.parse(f"{sums} > c"),
        Expression.parse(f"c >= {sums}"),
        Expression.parse("a_1 > 0"),
    ]
    page = abbreviated([Paragraph((c,)) for c in conditions])
    entries = page[-1]
    (name, ((meaning,),)) = entries.rows[0]  # type: ignore[union-attr]
    for c, block in zip(conditions, page, strict=False):
        shown = block.parts[0]  # type: ignore[union-attr]
        for value in (-3, 0, 5):
            at = {n: value + k for k, n in enumerate(sorted({*c.names, "c"}))}
            at |= {n: 1 for n in meaning.names if n not in at}
            assert c.evaluate(at) == shown.evaluate({**at, name: meaning.evaluate(at)})


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("g_R/(g_R + k_R - l_R)", r"\frac{g_{R}}{g_{R} + k_{R} - l_{R}}"),
        ("-g*l/(a - b)", r"-\frac{g l}{a - b}"),
        ("(a + b)*(c - d)", r"\left(a + b\right) \left(c - d\right)"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("2*3**x", r"2 \cdot 3^{x}"),
        ("(a/b)**2", r"\left(\frac{a}{b}\right)^{2}"),
        ("(1/2)**x", r"\left(\frac{1}{2}\right)^{x}"),
        ("a != b or not a <= 1", r"a \ne b\ \mbox{or}\ \mbox{not }\left(a \le 1\right)"),
    ],
)
def test_formulas_in_latex(text: str, latex: str) -> None:
    assert expression_latex(Expression.parse(text)) == latex


def test_formulas_in_html_close_what_they_open() -> None:
    for text in ("-(a + b)**2/(c*sqrt(d)) <= max(a, 1/2)", "a if b < c else -d*2*e", "abs(a)"):
        html = expression_html(Expression.parse(text))
        for tag in set(re.findall(r"<(\w+)", html)):
            assert html.count(f"<{tag}") == html.count(f"</{tag}>"), (text, tag)


@pytest.mark.witness
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", [BRINK, "crisis-pairs", "nasty"])
def test_pdflatex_accepts_it(analyses: dict[str, Any], tmp_path: Path, name: str) -> None:
    analysis = analyses[name]
    found = answer(analysis)
    parts = [found, *found.extras.conclusions, found.extras.boundaries, found.extras.statics]
    body = "\n\n".join(whole(part, "latex") for part in parts) + "\n\n" + found._repr_latex_()
    body += "\n\n" + explain(analysis)._repr_latex_()
    (tmp_path / "all.tex").write_text(pages.latex_page(body), encoding="ascii")
    result = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout.decode("latin-1")[-2000:]
