r"""Small pieces that every display shares: safe text, aligned text, short numbers.

Labels and titles come from files that strangers wrote, so each output language
has one function through which every such text goes.

>>> html_text("<script>"), latex_text("50% of A_1"), plain("a\x1b[31mb")
('&lt;script&gt;', '50\\% of A\\_1', 'a?[31mb')
"""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.algebra.numbers import format_decimal
from deterrence.errors import ExpressionError
from deterrence.version import __version__
from deterrence.words.symbols import GREEK, Symbol, letter, omml_run

#: Terminal columns that text is laid out for.
WIDTH = 80
#: A blank in prose at which no line is to be broken.
GLUE = "\u00a0"
#: Longest exact fraction that is shown beside its decimal.
MAX_EXACT = 24
#: Longest exact fraction that is shown in a matrix cell.
MAX_FRACTION = 9

#: Styles for tables.  Lines are the text's own colour made faint, so that they suit light and
#: dark pages alike; a browser that cannot mix colours draws them in full.
_FAINT = "color-mix(in srgb,currentColor 30%,transparent)"
HTML_TABLE = "border-collapse:collapse;margin:0.5em 0"
HTML_LINE = f"border:0;border-bottom:1px solid;border-color:{_FAINT};padding:0.25em 0.8em"
HTML_BOX = f"border:1px solid;border-color:{_FAINT};padding:0.35em 0.9em"
HTML_NOTE = "font-size:90%;max-width:46em;text-align:left"

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "^": r"\textasciicircum{}",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # Where babel is loaded for some languages, a quotation mark takes the next letter.
    '"': r"\symbol{34}",
}
_WORD = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*", re.ASCII)

# "escalate 3/7 (0.4286)" stays on one line.
_KEEP = re.compile(r"(?<=[^,\s]) (?=~?-?[0-9]|\([-+0-9.e]+\))")


def plain(text: object) -> str:
    """Return text without characters that steer a terminal (control, bidirectional, hidden)."""
    return "".join(c if c.isprintable() else " " if c in "\n\t" else "?" for c in str(text))


#: What sets the direction of writing, and can make a text look like another.
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Spreadsheets take a cell that begins so for a formula; full-width signs too, in some places.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")


def csv_text(text: object) -> str:
    """Return a text for a cell of a CSV file, which no spreadsheet takes for a formula.

    An apostrophe before it says that it is text; what sets the direction of writing is left
    out, and other characters that steer a terminal become question marks.  Not for numbers.

    >>> csv_text("=1+1"), csv_text("hold"), csv_text("a\u202eb")
    ("'=1+1", 'hold', 'ab')
    """
    bare = str(text).translate(_BIDI)
    safe = "".join(c if c.isprintable() or c in "\t\r\n\xa0\u3000" else "?" for c in bare)
    return f"'{safe}" if safe.startswith(_FORMULA) else safe


def html_text(text: object) -> str:
    """Return text with HTML's special characters escaped, quotation marks too."""
    import html

    return html.escape(plain(text))


def wide(table: str) -> str:
    """Return a piece of HTML that scrolls by itself where the page is too narrow for it."""
    return f'<div class="wide" tabindex="0" style="overflow-x:auto">{table}</div>'


def scrolled(formula: str) -> str:
    """Return a piece of HTML within a line that scrolls by itself where the line is too short."""
    style = "display:inline-block;max-width:100%;overflow-x:auto;vertical-align:middle"
    return f'<span tabindex="0" style="{style}">{formula}</span>'


#: Places of every page; a heading has another name.
PLACES = ("main",)
#: So many headings make a list of contents worth its room.
_LEAST_CONTENTS = 4
#: The looks of a page: light and dark, from a phone's width on, letters as large as one wants.
_STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--faint:#57606c;--line:#d0d5dc;
--soft:#f4f6f8;--link:#0b57b0}
@media (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e6e9ed;--faint:#aab3bf;
--line:#414851;--soft:#1e2227;--link:#8ab8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;
overflow-wrap:break-word}
main,footer{max-width:62rem;margin:0 auto;padding:0.5rem 1rem}
h1{font-size:1.7rem;line-height:1.2;margin:1.25rem 0 0.5rem}
h2{font-size:1.25rem;line-height:1.3;margin:2.25rem 0 0.5rem}
h3{font-size:1.05rem;margin:1.5rem 0 0.25rem}
p,ul{margin:0.6rem 0}
li{margin:0.3rem 0}
u math{border-bottom:1px solid}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99em}
.skip:focus{left:0.5rem;top:0.5rem;background:var(--paper);padding:0.5rem 1rem}
nav{border:1px solid var(--line);border-width:1px 0;margin:1rem 0;padding:0.25rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:0 1.5rem;list-style:none;margin:0;padding:0}
nav li{margin:0}
nav a{display:inline-block;padding:0.25rem 0}
pre{background:var(--soft);border-radius:0.4rem;padding:0.75rem;overflow-x:auto;
font:0.85rem/1.45 ui-monospace,monospace}
figure{border:1px solid var(--line);border-radius:0.4rem}
figure svg{display:block}
caption{padding:0.25rem 0}
footer{color:var(--faint);border-top:1px solid var(--line);margin-top:2.5rem;font-size:0.9rem}
@media (min-width:40rem){.wide th:first-child{min-width:6.5em}}
@media (max-width:40rem){.wide th,.wide td{padding-left:0.4em!important;
padding-right:0.4em!important}}
@media print{nav,.skip{display:none}h1,h2,h3{break-after:avoid}figure,tr{break-inside:avoid}}
""".strip()


def html_page(title: str, body: str, contents: Sequence[tuple[str, str]] = ()) -> str:
    """Return a whole HTML page around a piece that a display made; it asks for nothing else.

    ``contents`` are places in the page with what stands there; a page with few has no list.
    The title is the main heading of a page that has none.
    """
    head = f"<h1>{html_text(title)}</h1>" if "<h1" not in body else ""
    above, end, below = body.partition("</h1>") if not head else (head, "", body)
    listed = ""
    if len(contents) >= _LEAST_CONTENTS:
        links = (
            f'<li><a href="#{html_text(a)}">{html_text(text)}</a></li>' for a, text in contents
        )
        listed = f'\n<nav aria-label="On this page"><ul>{"".join(links)}</ul></nav>\n'
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{html_text(title)}</title>\n<style>{_STYLE}</style></head>\n"
        f'<body><a class="skip" href="#main">To the answer</a>\n<main id="main" tabindex="-1">'
        f"{above}{end}{listed}{below}</main>\n"
        f"<footer>deterrence {__version__}. All that is said here follows from the payoffs and "
        "assumptions that were put in.</footer></body></html>"
    )


def latex_text(text: object) -> str:
    """Return text with LaTeX's special characters escaped."""
    return "".join(_LATEX.get(c, c) for c in plain(text))


def latex_symbol(name: str, symbol: str = "") -> str:
    r"""Return the LaTeX of a parameter, for mathtext too: of its symbol if it has a valid one.

    What is no symbol (see :mod:`deterrence.words.symbols`) gives way to the name; model
    files that have one are refused on loading.

    >>> latex_symbol("risk", r"\rho"), latex_symbol("k_R"), latex_symbol("x", r"\input{y}")
    ('\\rho', 'k_{R}', 'x')
    >>> latex_symbol("rho_war")
    '\\rho_{\\mathit{war}}'
    """
    found = _symbol(symbol)
    return _name_latex(name) if found is None else found.latex


def mathml_symbol(name: str, symbol: str = "") -> str:
    """Return the MathML of a parameter, like :func:`latex_symbol`.

    >>> mathml_symbol("k_R")
    '<msub><mi>k</mi><mi>R</mi></msub>'
    """
    found = _symbol(symbol)
    return _name_mathml(name) if found is None else found.mathml


def typst_text(text: object) -> str:
    r"""Return text as a string of Typst, in its quotation marks: nothing in it is markup.

    >>> print(typst_text('#panic("x") $y$ \\z'))
    "#panic(\"x\") $y$ \\z"
    """
    parts = (plain(p).replace("\\", "\\\\").replace('"', '\\"') for p in str(text).split(GLUE))
    return '"' + r"\u{a0}".join(parts) + '"'


def typst_symbol(name: str, symbol: str = "") -> str:
    """Return the Typst of a parameter for math mode, like :func:`latex_symbol`.

    >>> typst_symbol("k_R")
    'attach(italic("k"), b: italic("R"))'
    """
    found = _symbol(symbol)
    if found is not None:
        return found.typst
    head, tail = (typst_text(_letters(part)) for part in _head_and_tail(name))
    below = f"italic({tail})" if len(tail) == 3 else tail
    return f"attach(italic({head}), b: {below})" if tail != '""' else f"italic({head})"


def omml_symbol(name: str, symbol: str = "") -> str:
    """Return the Office Math of a parameter, like :func:`latex_symbol`.

    >>> omml_symbol("k_R") == Symbol.parse("k_R").omml
    True
    """
    found = _symbol(symbol)
    if found is not None:
        return found.omml
    head, tail = (omml_run(html_text(_letters(p))) if p else "" for p in _head_and_tail(name))
    return f"<m:sSub><m:e>{head}</m:e><m:sub>{tail}</m:sub></m:sSub>" if tail else head


def symbol_parts(name: str, symbol: str = "") -> tuple[str, ...]:
    """Return the letters of a parameter, those below and those above; none with an accent.

    >>> symbol_parts("k_R"), symbol_parts("x", "x^2_{DD}"), symbol_parts("x", r"\\bar{x}")
    (('k', 'R', ''), ('x', 'DD', '2'), ())
    """
    found = _symbol(symbol)
    if found is not None:
        return found.letters
    head, tail = (plain(_letters(part)) for part in _head_and_tail(name))
    return head, tail, ""


def _letters(word: str) -> str:
    return letter(word) if word in GREEK else word


def _symbol(text: str) -> Symbol | None:
    try:
        return Symbol.parse(text) if text else None
    except ExpressionError:
        return None


def _name_latex(name: str) -> str:
    head, tail = _head_and_tail(name)
    return f"{_latex_word(head)}_{{{_latex_word(tail)}}}" if tail else _latex_word(head)


def _name_mathml(name: str) -> str:
    head, tail = (f"<mi>{_html_word(part)}</mi>" if part else "" for part in _head_and_tail(name))
    return f"<msub>{head}{tail}</msub>" if tail else head


def _head_and_tail(name: str) -> tuple[str, str]:
    """Return a name's first part and the rest, which is a subscript."""
    head, _, tail = name.partition("_")
    return (head, tail) if head else (name, "")


def _latex_word(word: str) -> str:
    if word in GREEK:
        return f"\\{word}"
    if _WORD.fullmatch(word):
        return word if len(word) == 1 else rf"\mathit{{{latex_text(word)}}}"
    # What is no plain word is set as text: math mode would read too much into it.
    return rf"\mbox{{\textit{{{latex_text(word)}}}}}"


def _html_word(word: str) -> str:
    return letter(word) if word in GREEK else html_text(word)


def latex_number(text: str) -> str:
    r"""Return a number that was written as text as LaTeX for math mode.

    >>> latex_number("~1.5e-05"), latex_number("3/7")
    ('\\approx 1.5 \\times 10^{-5}', '3/7')
    """
    text = re.sub(r"e\+?(-?)0*([0-9]+)$", r" \\times 10^{\1\2}", text)
    return text.replace("~", r"\approx ")


def text_width(text: str) -> int:
    """Return how many terminal columns a text takes (East Asian wide characters take two)."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return the text filled with blanks to ``width`` columns."""
    blanks = " " * (width - text_width(text))
    return blanks + text if right else text + blanks


def wrap(text: str, width: int = WIDTH, *, first: str = "", rest: str = "") -> list[str]:
    """Break prose at blanks only, and never between a label, its number and the decimal."""
    return break_at_blanks(_KEEP.sub(GLUE, plain(text)), width, first=first, rest=rest)


def break_at_blanks(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Break a text that is safe already at its blanks, those with :data:`GLUE` left out."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(GLUE, " ") for line in lines]


def flow(
    entries: Iterable[str], width: int = WIDTH, *, first: str = "", rest: str = ""
) -> list[str]:
    """Join entries by commas, breaking lines only between them.

    >>> flow(["a 3/7 (0.4286)", "b 4/7 (0.5714)"], 24, first="X  ", rest="   ")
    ['X  a 3/7 (0.4286),', '   b 4/7 (0.5714)']
    """
    lines: list[str] = []
    line, empty = first, True
    waiting = [plain(e) for e in entries]
    for k, entry in enumerate(waiting):
        piece = entry + ("," if k < len(waiting) - 1 else "")
        if not empty and text_width(line) + 1 + text_width(piece) > width:
            lines.append(line)
            line, empty = rest, True
        line += piece if empty else f" {piece}"
        empty = False
    return [*lines, line]


def columns(rows: Sequence[Sequence[str]], *, gap: int = 2, right: Iterable[int] = ()) -> list[str]:
    """Lay rows of texts out in aligned columns; ``right`` lists those aligned to the right.

    >>> columns([["a", "10"], ["bcd", "2"]], right=[1])
    ['a    10', 'bcd   2']
    """
    if not rows:
        return []
    widths = [max(text_width(r[k]) for r in rows) for k in range(len(rows[0]))]
    to_right = frozenset(right)
    return [
        (" " * gap).join(pad(x, widths[k], right=k in to_right) for k, x in enumerate(row)).rstrip()
        for row in rows
    ]


def number(value: Any, longest: int = MAX_EXACT) -> tuple[str, str]:
    """Return a number's exact form and its decimal, each empty where the other says it all.

    The exact form is ``~`` where it takes more than ``longest`` characters, and for
    irrational numbers without a short form in square roots.

    >>> number(Fraction(3, 7)), number(Fraction(2)), number(0.25)
    (('3/7', '0.4286'), ('2', ''), ('', '0.25'))
    """
    if isinstance(value, Algebraic | Enclosure):
        closed = value.closed_form()
        return closed if 0 < len(closed) <= longest else "~", format_decimal(value)
    if not isinstance(value, Fraction):
        infinite = isinstance(value, float) and not math.isfinite(value)
        return "", str(value) if infinite else format_decimal(value)
    if value.denominator == 1 and abs(value) < 10**9:
        return str(value), ""
    exact = str(value)
    return exact if len(exact) <= longest else "~", format_decimal(value)


def both(value: Any) -> str:
    """Write a number exactly with its decimal beside it, as ``3/7 (0.4286)``.

    Like :func:`deterrence.algebra.numbers.format_both`, for infinite floats too.
    """
    exact, decimal = number(value)
    if not decimal or not exact:
        return exact or decimal
    return f"~{decimal}" if exact == "~" else f"{exact} ({decimal})"


def explained(rows: Sequence[tuple[str, str, str]], width: int = WIDTH) -> list[str]:
    """Lay out name, value and explanation; a long explanation goes on under its beginning.

    >>> explained([("rho", "1/25", "risk of nuclear use in a war")], 33)
    ['  rho  1/25  risk of nuclear use', '             in a war']
    """
    heads = columns([[f"  {name}", value, "."] for name, value, _ in rows])
    lines: list[str] = []
    for head, (_, _, text) in zip(heads, rows, strict=True):
        start = head[:-1]
        room = max(width, len(start) + 20)
        told = wrap(text, room, first=start, rest=" " * len(start)) or [start]
        lines += [line.rstrip() for line in told]
    return lines


def short(value: Any) -> str:
    """Write a payoff for a matrix cell: exactly where that is short, else rounded after ``~``.

    >>> [short(Fraction(x)) for x in ("3", "1/25", "-2/7", "123456789/987654321")]
    ['3', '0.04', '-2/7', '~0.125']
    """
    if not isinstance(value, Fraction):
        return format_decimal(value) if isinstance(value, float) else plain(value)
    if value.denominator == 1 and abs(value) < 10**9:
        return str(value)
    rounded = format_decimal(value)
    if value.denominator.bit_length() < 64 and Fraction(rounded) == value:
        return rounded
    return str(value) if len(str(value)) <= MAX_FRACTION else f"~{rounded}"
