r"""Which TeX can set a text: labels in other scripts need another engine and other fonts.

pdfLaTeX knows Latin letters; for all others LuaLaTeX is named, with a preamble that switches
fonts (and the direction of writing) by the letters themselves.  Any font that has the letters
will do in place of those named, which are free and on most systems.

>>> print(with_remark("Köln"))
Köln
>>> print(with_remark("Москва"))
% Compile with LuaLaTeX, for the labels are not in Latin letters alone (Cyrillic). Preamble:
% \usepackage[bidi=basic]{babel}
% \babelprovide[import,main]{english}
% \babelfont{rm}{Noto Serif}
Москва
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# What pdfLaTeX sets without a package, and with \usepackage[T1]{fontenc}: tried out, letter
# by letter, with TeX Live 2022.
_PDFLATEX = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ"
    "ĀāĂăĆćĈĉĊċČčĎďĒēĔĕĖėĚěĜĝĞğĠġĢģĤĥĨĩĪīĬĭİıĲĳĴĵĶķĹĺĻļĽľŁłŃńŅņŇňŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤť"
    "ŨũŪūŬŭŮůŰűŴŵŶŷŸŹźŻżŽžȘșȚțȲȳ"
    "¡¿§©®°·\N{MULTIPLICATION SIGN}\N{EN DASH}\N{EM DASH}\N{LEFT SINGLE QUOTATION MARK}"
    "\N{RIGHT SINGLE QUOTATION MARK}“”…€"
)
_T1 = frozenset("«»ÐÞðþĄąĐđĘęĮįŊŋŲų„")

# Scripts that need a font of their own: what Unicode calls their letters -> name, babel's
# language, font, options of the font.
_SHAPED = "[Renderer=HarfBuzz]"
_SCRIPTS = {
    "ARABIC": ("Arabic", "arabic", "Noto Sans Arabic", ""),
    "ARMENIAN": ("Armenian", "armenian", "Noto Sans Armenian", ""),
    "BENGALI": ("Bengali", "bengali", "Noto Sans Bengali", _SHAPED),
    "CJK": ("Chinese", "chinese-simplified", "Noto Serif CJK SC", ""),
    "DEVANAGARI": ("Devanagari", "hindi", "Noto Sans Devanagari", _SHAPED),
    "GEORGIAN": ("Georgian", "georgian", "Noto Sans Georgian", ""),
    "HANGUL": ("Korean", "korean", "Noto Serif CJK KR", ""),
    "HEBREW": ("Hebrew", "hebrew", "Noto Sans Hebrew", ""),
    "HIRAGANA": ("Japanese", "japanese", "Noto Serif CJK JP", ""),
    "TAMIL": ("Tamil", "tamil", "Noto Sans Tamil", _SHAPED),
    "THAI": ("Thai", "thai", "Noto Sans Thai", _SHAPED),
}
_SAME = {"KATAKANA": "HIRAGANA", "KATAKANA-HIRAGANA": "HIRAGANA", "IDEOGRAPHIC": "CJK"}
# Scripts that the main font has.
_MAIN = {"CYRILLIC": "Cyrillic", "GREEK": "Greek", "LATIN": "further Latin letters"}


def preamble(text: str) -> tuple[str, list[str]]:
    r"""Return what to compile a text with, in words, and the lines of its preamble.

    Both are empty where a plain article of pdfLaTeX does.

    >>> preamble("„ja“")
    ('', ['\\usepackage[T1]{fontenc}'])
    """
    strange = {c for c in text if not c.isascii()} - _PDFLATEX
    if not strange:
        return "", []
    if strange <= _T1:
        return "", [r"\usepackage[T1]{fontenc}"]
    kinds = set(_kinds(strange))
    if "HIRAGANA" in kinds:
        kinds -= {"CJK"}  # the same signs are Japanese then
    named = [_MAIN.get(k) or (_SCRIPTS[k][0] if k in _SCRIPTS else "") for k in sorted(kinds)]
    names = [n for n in named if n] + (["other signs"] if "" in named else [])
    lines = [
        r"\usepackage[bidi=basic]{babel}",
        r"\babelprovide[import,main]{english}",
        r"\babelfont{rm}{Noto Serif}",
    ]
    for kind in sorted(kinds & _SCRIPTS.keys()):
        _, language, font, options = _SCRIPTS[kind]
        lines.append(rf"\babelprovide[import,onchar=ids fonts]{{{language}}}")
        lines.append(rf"\babelfont[{language}]{{rm}}{options}{{{font}}}")
    told = f"LuaLaTeX, for the labels are not in Latin letters alone ({', '.join(names)})"
    return told, lines


def _kinds(letters: set[str]) -> Iterator[str]:
    for c in letters:
        first = unicodedata.name(c, "").split(" ")[0].split("-")[0]
        yield _SAME.get(first, first)


def with_remark(text: str) -> str:
    """Return a piece of LaTeX, with a remark before it where it takes more than pdfLaTeX."""
    told, lines = preamble(text)
    if not lines:
        return text
    if not told:
        return f"% Needs {lines[0]} in the preamble.\n{text}"
    remark = [f"% Compile with {told}. Preamble:", *(f"% {line}" for line in lines)]
    return "\n".join([*remark, text])


def without_remark(text: str) -> str:
    """Return a piece of LaTeX without the remark before it."""
    while text.startswith("% "):
        text = text.partition("\n")[2]
    return text
