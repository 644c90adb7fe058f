r"""Symbols of parameters: a small grammar, read once, written as LaTeX and as MathML.

A symbol stands in files that strangers wrote and ends in documents that TeX compiles, and TeX
reads more into a text than meets the eye (``^^5c`` is a backslash).  So nothing of the text
itself is passed on: it is read by this grammar, and what was understood is written anew.

::

    symbol  = base {subscript | superscript}            each at most once
    base    = letter {letter | digit}  |  accent of one letter
    script  = ("_" | "^") letters and digits, or the same and , + - in braces
    letter  = A to Z, a to z, or a Greek name such as \rho
    accent  = \bar{x}, also hat, tilde, dot, ddot, vec, overline

So ``k_Ir`` is what TeX would want as ``k_{Ir}``.

>>> s = Symbol.parse(r"\bar x^2_{DD+}")
>>> s.latex
'\\bar{x}_{DD+}^2'
>>> try:
...     Symbol.parse("a^b^c")
... except ExpressionError as error:
...     print(error.what, error.column)
a second superscript 4
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from itertools import groupby

from deterrence.errors import ExpressionError

#: Longest text of a symbol.
MAX_SYMBOL = 60

EXPECTED = (
    r"letters, digits, a Greek name such as \rho, one subscript and one superscript, "
    r"as in c_R, k_{DD+} or \bar{x}_1"
)
# fmt: off
#: Names of letters that LaTeX and matplotlib know without a package.
GREEK = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
    "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "varpi", "rho", "varrho",
    "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega", "Gamma",
    "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
    "hbar",
))
# fmt: on
#: Accents, and the sign that MathML sets above the letter.
ACCENTS = {
    "bar": "\u00af",
    "hat": "^",
    "tilde": "~",
    "dot": "\u02d9",
    "ddot": "\u00a8",
    "vec": "\u2192",
    "overline": "\u203e",
}
#: The accents as characters that stand over the letter before them.
_COMBINING = {
    "bar": 0x304,
    "hat": 0x302,
    "tilde": 0x303,
    "dot": 0x307,
    "ddot": 0x308,
    "vec": 0x20D7,
    "overline": 0x305,
}

_TOKEN = re.compile(r"\\(?P<name>[A-Za-z]+) *|(?P<letter>[A-Za-z])|(?P<digit>[0-9])", re.ASCII)


@dataclass(frozen=True)
class Symbol:
    r"""A symbol that was read; letters with a name are kept as ``\rho``.

    ``base``, ``subscript`` and ``superscript`` are letters, digits and signs one by one;
    ``accent`` is the name of what stands above the base.
    """

    base: tuple[str, ...]
    accent: str = ""
    subscript: tuple[str, ...] = ()
    superscript: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Symbol:
        """Read a symbol; raises :class:`ExpressionError` with the column of the fault."""
        return _read(text)

    @property
    def latex(self) -> str:
        r"""LaTeX for math mode, which is valid mathtext too.

        >>> Symbol.parse(r"\Delta war_{\theta,2}").latex
        '\\Delta \\mathit{war}_{\\theta ,2}'
        """
        base = _latex(self.base, words=True)
        if self.accent:
            base = rf"\{self.accent}{{{base}}}"
        for mark, script in (("_", self.subscript), ("^", self.superscript)):
            if script:
                short = len(script) == 1 and script[0].isalnum()
                base += f"{mark}{script[0]}" if short else f"{mark}{{{_latex(script)}}}"
        return base

    @property
    def mathml(self) -> str:
        r"""MathML Core.

        >>> Symbol.parse(r"\hat{x}_{D+}").mathml
        '<msub><mover accent="true"><mi>x</mi><mo>^</mo></mover><mi>D+</mi></msub>'
        """
        base = f"<mi>{_unicode(self.base)}</mi>"
        if self.accent:
            base = f'<mover accent="true">{base}<mo>{ACCENTS[self.accent]}</mo></mover>'
        scripts = [f"<mi>{_unicode(s)}</mi>" for s in (self.subscript, self.superscript) if s]
        if not scripts:
            return base
        kind = "msubsup" if len(scripts) == 2 else "msub" if self.subscript else "msup"
        return f"<{kind}>{base}{''.join(scripts)}</{kind}>"

    @property
    def typst(self) -> str:
        r"""Typst for math mode; letters are strings, so that none of them is a name there.

        >>> print(Symbol.parse(r"\hat{x}_{D+}").typst)
        attach(accent(italic("x"), "\u{302}"), b: "D+")
        """
        base = f"italic({_quoted(self.base)})"
        if self.accent:
            base = f'accent({base}, "\\u{{{_COMBINING[self.accent]:x}}}")'
        scripts = [
            f"{place}: {f'italic({text})' if len(parts) == 1 else text}"
            for place, parts in (("b", self.subscript), ("t", self.superscript))
            if parts
            for text in [_quoted(parts)]
        ]
        return f"attach({', '.join([base, *scripts])})" if scripts else base

    @property
    def letters(self) -> tuple[str, ...]:
        """The base, what is below and what is above it as plain letters; none with an accent."""
        parts = (self.base, self.subscript, self.superscript)
        return () if self.accent else tuple(map(_unicode, parts))

    @property
    def omml(self) -> str:
        r"""Office Math, for Word.

        >>> Symbol.parse("c_R").omml[:8]
        '<m:sSub>'
        """
        base = omml_run(_unicode(self.base))
        if self.accent:
            sign = f'<m:chr m:val="&#{_COMBINING[self.accent]};"/>'
            base = f"<m:acc><m:accPr>{sign}</m:accPr><m:e>{base}</m:e></m:acc>"
        below, above = (
            f"<m:{kind}>{omml_run(_unicode(parts))}</m:{kind}>" if parts else ""
            for kind, parts in (("sub", self.subscript), ("sup", self.superscript))
        )
        if not (below or above):
            return base
        kind = "sSubSup" if below and above else "sSub" if below else "sSup"
        return f"<m:{kind}><m:e>{base}</m:e>{below}{above}</m:{kind}>"


def omml_run(text: str) -> str:
    """Return letters, digits and signs that are safe in XML as a piece of Office Math."""
    return f'<m:r><m:t xml:space="preserve">{text}</m:t></m:r>'


def letter(name: str) -> str:
    r"""Return the letter that a Greek name stands for.

    >>> letter("rho") == "\N{GREEK SMALL LETTER RHO}"
    True
    """
    return html5[f"{name};"]


def _latex(parts: tuple[str, ...], *, words: bool = False) -> str:
    r"""Write letters and signs one after the other; with ``words`` runs of letters as words."""
    text = ""
    for greek, run in groupby(parts, lambda p: p.startswith("\\")):
        letters = list(run)
        piece = (" " if greek else "").join(letters)
        if words and not greek and len(letters) > 1:
            piece = rf"\mathit{{{piece}}}"
        # A name takes the letters after it for its own unless a blank ends it.
        text += f" {piece}" if text else piece
    return text


def _quoted(parts: tuple[str, ...]) -> str:
    return f'"{_unicode(parts)}"'


def _unicode(parts: tuple[str, ...]) -> str:
    return "".join(
        letter(p[1:]) if p.startswith("\\") else "\N{MINUS SIGN}" if p == "-" else p for p in parts
    )


@lru_cache(maxsize=1024)
def _read(text: str) -> Symbol:
    if len(text) > MAX_SYMBOL:
        raise ExpressionError(
            f"the symbol has {len(text)} characters", expected=f"at most {MAX_SYMBOL}"
        )
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def fail(self, what: str, remedy: str = "", at: int | None = None) -> ExpressionError:
        column = (self.at if at is None else at) + 1
        return ExpressionError(what, column=column, expected=EXPECTED, remedy=remedy)

    def unexpected(self) -> ExpressionError:
        if self.at >= len(self.text):
            return self.fail("the symbol ends too early")
        found = self.text[self.at]
        remedy = ""
        if command := re.compile(r"\\[A-Za-z]+", re.ASCII).match(self.text, self.at):
            found = command[0]
        if not found.isascii() and found.isalpha():
            remedy = "letters of other scripts belong into the title"
        return self.fail(f"{found!r} has no place here", remedy)

    def read(self) -> Symbol:
        accent, base = self.base()
        scripts: dict[str, tuple[str, ...]] = {}
        while self.at < len(self.text):
            mark = self.text[self.at]
            if mark not in "_^":
                raise self.unexpected()
            if mark in scripts:
                name = "subscript" if mark == "_" else "superscript"
                raise self.fail(f"a second {name}")
            self.at += 1
            scripts[mark] = self.script()
        return Symbol(base, accent, scripts.get("_", ()), scripts.get("^", ()))

    def base(self) -> tuple[str, tuple[str, ...]]:
        match = _TOKEN.match(self.text)
        if match is not None and match["name"] in ACCENTS:
            self.at = match.end()
            braces = self.text.startswith("{", self.at)
            self.at += braces
            inner = self.token(digits=False)
            if braces:
                self.close("an accent stands over one letter")
            return match["name"], (inner,)
        parts = [self.token(digits=False)]
        while self.at < len(self.text) and self.text[self.at] not in "_^":
            parts.append(self.token())
        return "", tuple(parts)

    def script(self) -> tuple[str, ...]:
        if not self.text.startswith("{", self.at):
            # Nothing but the other script can follow, so letters in a row belong to this one.
            letters = [self.token()]
            while self.at < len(self.text) and self.text[self.at] not in "_^":
                letters.append(self.token())
            return tuple(letters)
        self.at += 1
        parts: list[str] = []
        while not self.text.startswith("}", self.at):
            if self.text[self.at : self.at + 1] in (",", "+", "-"):
                parts.append(self.text[self.at])
                self.at += 1
            else:
                parts.append(self.token())
        if not parts:
            raise self.fail("nothing stands between the braces")
        self.at += 1
        return tuple(parts)

    def close(self, remedy: str) -> None:
        if not self.text.startswith("}", self.at):
            raise self.fail("a closing brace is missing", remedy)
        self.at += 1

    def token(self, *, digits: bool = True) -> str:
        """Read a letter, a digit or a Greek name."""
        match = _TOKEN.match(self.text, self.at)
        if match is None or (match["digit"] and not digits):
            raise self.unexpected()
        if match["name"] is not None and match["name"] not in GREEK:
            name = f"\\{match['name']}"
            if match["name"] in ACCENTS:
                raise self.fail(f"the accent {name} has no place here", "it stands over the base")
            upright = match["name"] in ("mathrm", "mathit", "mathbf", "text")
            raise (
                self.fail(f"{name} is no letter", "write the letters alone, as in war or c_{war}")
                if upright
                else self.fail(f"{name} is no letter")
            )
        self.at = match.end()
        return match[0].rstrip()
