"""The passages that a sensitivity analysis is told in, written as plain text or as HTML.

>>> from deterrence.analysis.uncertainty.estimates import Estimate
>>> index_text(Estimate(0.4213, 0.401, 0.45)), interval(Estimate(0.42, 0.4, 0.45))
('0.42 +-0.02', '0.4 to 0.45')
>>> print(as_text([Passage("head", "Title"), Passage("item", "a sentence")]))
Title
-----
<BLANKLINE>
- a sentence
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from deterrence.analysis.uncertainty.estimates import Bound, Estimate, Quantity, short
from deterrence.words.markup import (
    HTML_LINE,
    HTML_NOTE,
    HTML_TABLE,
    WIDTH,
    columns,
    explained,
    html_text,
    plain,
    wrap,
)

#: Rows of a table of parameters before the rest is only counted.
ROWS = 12


@dataclass(frozen=True)
class Passage:
    """A heading, a paragraph, a sentence of a list, or a table (its first row is the head).

    ``left`` is the number of columns that hold words and are aligned to the left.  In
    a table of the kind ``explained`` the last of three columns may be long.
    """

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    left: int = 1


def as_text(pieces: Iterable[Passage], width: int = WIDTH) -> str:
    """Return pieces as plain text, laid out for a terminal."""
    lines: list[str] = []
    before = ""
    for piece in pieces:
        if before and not (piece.kind == before == "item"):
            lines.append("")
        if piece.kind == "table":
            rows = [[plain(cell) for cell in row] for row in piece.rows]
            right = range(piece.left, len(rows[0]))
            lines += [f"  {line}" for line in columns(rows, right=right)]
        elif piece.kind == "explained":
            lines += explained([(a, b, c) for a, b, c in piece.rows], width)
        elif piece.kind == "item":
            lines += wrap(piece.text, width, first="- ", rest="  ")
        elif piece.kind == "head":
            text = plain(piece.text)
            lines += [text, "-" * len(text)]
        else:
            lines += wrap(piece.text, width)
        before = piece.kind
    return "\n".join(lines)


def as_html(pieces: Iterable[Passage]) -> str:
    """Return pieces as HTML, for notebooks."""
    parts = []
    for piece in pieces:
        if piece.kind in ("table", "explained"):
            parts.append(_html_table(piece))
        elif piece.kind == "head":
            parts.append(f"<h3>{html_text(piece.text)}</h3>")
        else:
            parts.append(f'<p style="{HTML_NOTE}">{html_text(piece.text)}</p>')
    return "".join(parts)


def _html_table(piece: Passage) -> str:
    rows = []
    left = 3 if piece.kind == "explained" else piece.left
    for k, row in enumerate(piece.rows):
        tag = "td" if k or piece.kind == "explained" else "th"
        cells = []
        for j, cell in enumerate(row):
            style = f"{HTML_LINE};text-align:{'left' if j < left else 'right'}"
            cells.append(f'<{tag} style="{style}">{html_text(cell)}</{tag}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table style="{HTML_TABLE}">{"".join(rows)}</table>'


# ---- numbers and names --------------------------------------------------------------
def index_text(e: Estimate) -> str:
    """Write an index with half the width of its interval."""
    return f"{e.value:z.2f}" if math.isnan(e.width) else f"{e.value:z.2f} +-{e.width / 2:.2f}"


def number_text(value: float, chance: bool = False) -> str:
    """Write a number; a chance that is not quite 1 is not rounded to 1.

    >>> number_text(0.99981, chance=True), number_text(0.99981)
    ('>0.999', '1')
    """
    return ">0.999" if chance and 0.9995 <= value < 1 else short(value)


def interval(e: Estimate, chance: bool = False) -> str:
    """Write the interval of an estimate."""
    return f"{number_text(e.low, chance)} to {number_text(e.high, chance)}"


def value_text(quantity: Quantity, value: float | None) -> str:
    """Write a value of a quantity: of a conclusion, whether it holds."""
    if quantity.kind != "conclusion" or value is None:
        return short(value)
    return "holds" if value > 0.5 else "fails"


def subject(quantity: Quantity, bound: Bound, merged: bool) -> str:
    """Say of what a table is; ``merged`` where both bounds are the same."""
    where = "whichever equilibrium is played" if merged else quantity.bound_words(bound)
    name = quantity.phrase or quantity.name
    if quantity.kind == "measure" and quantity.title:
        name = f"{quantity.name} ({quantity.title})"
    return f"{name}, {where}"
