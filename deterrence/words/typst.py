r"""Documents as Typst, and as PDF: pages of A4, set by the library ``typst`` (extra ``report``).

All text stands in strings, in quotation marks, and formulas are built of strings and of
functions that are named here, so that nothing that a file says is code.  Pictures are the
bytes of SVG files that this program made.  No package, no file and no network is used, and
no date: the same document gives the same bytes.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.words.blocks import Paragraph
>>> print(as_typst([Paragraph(("#x is ", Expression.parse("a/2")))]))
#par({"#x is "; math.equation(alt: "a/2", $frac(italic("a"), 2)$)})
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.version import __version__
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Entries,
    Equations,
    Figure,
    Heading,
    Inline,
    Lines,
    Mark,
    Matrix,
    Paragraph,
    Table,
    head_size,
    inline_text,
)
from deterrence.words.markup import typst_text
from deterrence.words.payoff_table import table_text
from deterrence.words.renderers import outline
from deterrence.words.typeset import expression_typst

#: Letters of a table's column that keep to one line, and of the widest share of the rest.
_CELL, _WIDEST = 22, 90
#: Longest formula on a line; longer ones are broken over lines.
_LONG = 75
#: Rows of a table that stay on one page.
_WHOLE = 8
#: Letters of a line in letters of one width.
_COLUMNS = 92
#: What is before the blocks.  Only fonts that the library brings are named.
_STYLE = """\
#set page(paper: "a4", margin: (x: 19mm, top: 16mm, bottom: 17mm), footer-descent: 35%,
  footer: context text(size: 7.5pt, fill: luma(90), {
    _foot; h(1fr); str(counter(page).get().first()); " / "; str(counter(page).final().first()) }))
#set text(font: "Libertinus Serif", size: 9.5pt, lang: "en", number-type: "lining")
#set par(leading: 0.5em, spacing: 0.75em, linebreaks: "optimized")
#set list(indent: 0pt, body-indent: 0.5em, spacing: 0.6em, marker: [•])
#set table(stroke: none, inset: (x: 4pt, y: 2.6pt))
#set heading(numbering: none)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 1): set block(above: 0pt, below: 0.6em)
#show heading.where(level: 2): set text(size: 11.5pt)
#show heading.where(level: 2): it => block(above: 1.1em, below: 0.6em, sticky: true, width: 100%,
  stroke: (bottom: 0.5pt + luma(150)), inset: (bottom: 2pt), it.body)
#show heading.where(level: 3): set text(size: 10pt)
#show heading.where(level: 3): set block(above: 1em, below: 0.5em)
#show raw: set text(font: "DejaVu Sans Mono", size: 7.5pt)
#show raw.where(block: false): set text(size: 7.8pt)
#show math.equation: set text(font: "New Computer Modern Math")
#show math.equation.where(block: false): math.inline
#show figure: set block(above: 0.8em, below: 0.8em)
#show figure.caption: set text(size: 8.5pt)
#let _mark(word) = box(stroke: 0.4pt + luma(60), radius: 2pt, inset: (x: 2pt), outset: (y: 2pt),
  text(size: 0.74em, word))
#let _callout(body) = block(width: 100%, fill: luma(243), stroke: (left: 2pt + luma(40)),
  inset: (x: 8pt, y: 7pt), above: 0.6em, below: 0.8em, body)
#let _rows(whole, ..cells) = { set text(size: 8.5pt, number-width: "tabular")
  block(above: 0.6em, below: 0.8em, width: 100%, breakable: not whole, table(..cells)) }
"""


def as_typst(blocks: Sequence[Block], symbols: Mapping[str, str] | None = None) -> str:
    """Return blocks as markup for the body of a Typst document."""
    known = dict(symbols or {})
    levels = iter(outline(blocks))
    pieces = []
    for block in blocks:
        if isinstance(block, Heading):
            _, level = next(levels)
            pieces.append(f"#heading(level: {level}, {typst_text(block.text)})")
        else:
            pieces.append(_block(block, known))
    return "\n\n".join(pieces)


def typst_page(document: Document) -> str:
    """Return a whole Typst document."""
    title = typst_text(document.title)
    foot = typst_text(f"{document.title} \N{MIDDLE DOT} deterrence {__version__}")
    about = f'#set document(title: {title}, author: "deterrence {__version__}", date: none)'
    body = as_typst(document.blocks, document.symbols)
    return f"{about}\n#let _foot = {foot}\n{_STYLE}\n{body}\n"


def as_pdf(document: Document) -> bytes:
    """Return the document as a tagged PDF that screen readers can read (PDF/UA-1).

    Raises :class:`UsageError` without ``typst``.
    """
    source = typst_page(document)
    options = {"format": "pdf", "pdf_standards": ["ua-1"], **_fonts(source)}
    found: bytes = need_typst().compile(source.encode(), **options)
    return found


def count_pages(document: Document) -> int:
    """Return how many pages of A4 the document takes."""
    source = typst_page(document) + "\n#context [#metadata(counter(page).final().first())<last>]\n"
    found = need_typst().query(source.encode(), "<last>", field="value", one=True, **_fonts(source))
    return int(found)


def need_typst() -> Any:
    """Return the library; raises :class:`UsageError` where it is missing."""
    try:
        import typst
    except ImportError:
        raise UsageError(
            "PDF needs typst, which is not installed",
            remedy="pip install 'deterrence[report]', or write .html, .docx or .md",
        ) from None
    return typst


def _fonts(source: str) -> dict[str, Any]:
    """Return which fonts may be used: the library's own wherever they have all letters.

    So a page looks the same on every machine, unless its labels are in other scripts.
    """
    strange = {c for c in source if not c.isascii() and unicodedata.category(c)[0] == "L"}
    names = {unicodedata.name(c, "").split(" ")[0] for c in strange}
    return {"ignore_system_fonts": names <= {"LATIN", "GREEK", "CYRILLIC"}}


# ---- blocks ------------------------------------------------------------------------------
def _inline(parts: Inline, symbols: Mapping[str, str]) -> str:
    """Return prose as a block of code, of strings, formulas and marks."""
    told = "; ".join(_part(p, symbols) for p in parts if not (isinstance(p, str) and not p))
    return f"{{{told}}}"


def _part(part: str | Expression, symbols: Mapping[str, str]) -> str:
    if isinstance(part, Expression):
        told = typst_text(inline_text((part,)))
        return f"math.equation(alt: {told}, ${_formula(part, symbols)}$)"
    if isinstance(part, Mark):
        return f"_mark({typst_text(part.word)})"
    # What stands between backticks is a command, or a name in one.
    pieces = part.split("`")
    if len(pieces) % 2 == 0:
        return typst_text(part)
    return "; ".join(
        f"raw({typst_text(p)})" if k % 2 else typst_text(p) for k, p in enumerate(pieces) if p
    )


def _formula(e: Expression, symbols: Mapping[str, str]) -> str:
    """Return a formula; a long one with a slash and brackets, where lines can break."""
    if len(str(e)) <= _LONG:
        return expression_typst(e, symbols)
    if e.op != "div":
        return expression_typst(e, symbols, breakable=True)
    top, bottom = (expression_typst(part, symbols, breakable=True) for part in e.args)
    return rf"\({top}\) slash \({bottom}\)"


def _block(block: Block, symbols: Mapping[str, str]) -> str:
    if isinstance(block, Paragraph):
        return f"#par({_inline(block.parts, symbols)})"
    if isinstance(block, Bullets):
        return f"#list({', '.join(_inline(x, symbols) for x in block.items)})"
    if isinstance(block, Callout):
        label = f"strong({typst_text(f'{block.label}: ')}); "
        return f"#_callout({{{label}{_inline(block.parts, symbols)}}})"
    if isinstance(block, Table):
        return _table(block, symbols)
    if isinstance(block, Entries):
        return "\n".join(_entries(block, symbols))
    if isinstance(block, Equations):
        return _equations(block, symbols)
    if isinstance(block, Figure):
        return _figure(block, symbols)
    if isinstance(block, Matrix):
        return _kept(table_text(block.table, legend=block.legend).splitlines())
    assert isinstance(block, Lines)
    return _kept(block.lines)


def _kept(lines: Sequence[str]) -> str:
    """Return lines as they are; what is too long is broken, for paper cannot be scrolled."""
    cut = [line[k : k + _COLUMNS] for line in lines for k in range(0, len(line) or 1, _COLUMNS)]
    text = "\\n".join(typst_text(line)[1:-1] for line in cut)
    return f'#raw(block: true, "{text}")'


_WIDTH = re.compile(r'<svg[^>]* width="([0-9.]+)pt"')


def _figure(block: Figure, symbols: Mapping[str, str]) -> str:
    if block.svg:
        drawn = block.svg[max(block.svg.find("<svg"), 0) :]
        found = _WIDTH.search(drawn)
        width = f"calc.min({float(found[1]):.6g}pt, size.width)" if found else "size.width"
        words = typst_text(block.words)
        image = (
            f"layout(size => align(center, image(bytes({_source(drawn)}), "
            f'format: "svg", width: {width}, alt: {words})))'
        )
    elif block.lines:
        image = _kept(block.lines)[1:]
    else:
        image = f"par({typst_text(block.words)})"
    caption = f", caption: {_inline(block.caption, symbols)}" if block.caption else ""
    return f"#figure({image}, kind: image, supplement: none, numbering: none{caption})"


def _source(text: str) -> str:
    """Return text of this program's own, line ends and all, as a string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _table(block: Table, symbols: Mapping[str, str]) -> str:
    full = [row for row in block.rows if len(row) == len(block.heads)]
    longest = [
        max([head_size(head), *(len(inline_text(row[k])) for row in full)])
        for k, head in enumerate(block.heads)
    ]
    widths = [
        f"{0.54 * size:.4g}em + 8pt"
        if k in block.right or size <= _CELL
        else f"{min(size, _WIDEST)}fr"
        for k, size in enumerate(longest)
    ]
    sides = ["right" if k in block.right else "left" for k in range(len(block.heads))]
    cells = [f"columns: ({', '.join(widths)},)", f"align: ({', '.join(sides)},)"]
    cells.append("table.hline(stroke: 0.7pt)")
    if any(block.heads):
        heads = ", ".join(f"strong({typst_text(h)})" for h in block.heads)
        cells.append(f"table.header({heads}, table.hline(stroke: 0.4pt))")
    for row in block.rows:
        told = [_inline(part, symbols) for part in row]
        if len(row) < len(block.heads):
            told = [f"table.cell(colspan: {len(block.heads)}, strong({told[0]}))"]
        cells += told
    cells.append("table.hline(stroke: 0.7pt)")
    caption = f"#block(sticky: true, {_inline(block.caption, symbols)})\n" if block.caption else ""
    whole = "true" if len(block.rows) <= _WHOLE else "false"
    return f"{caption}#_rows({whole}, {', '.join(cells)})"


def _entries(block: Entries, symbols: Mapping[str, str]) -> Iterator[str]:
    if block.title:
        yield f"#block(sticky: true, strong({_inline(block.title, symbols)}))"
    cells = []
    for name, lines in block.rows:
        body = "; ".join(f"par({_inline(line, symbols)})" for line in lines)
        cells += [f"emph({typst_text(name)})", f"{{{body}}}"]
    if cells:
        yield f"#grid(columns: (22%, 1fr), gutter: 0.7em, {', '.join(cells)})"


def _equations(block: Equations, symbols: Mapping[str, str]) -> str:
    cells = []
    for x in block.lines:
        sign = {"==": "=", ">=": "≥", "<=": "≤", "!=": "≠"}.get(x.sign, x.sign)
        cells += [_inline(x.lhs, symbols), typst_text(sign), _inline(x.rhs, symbols)]
        cells.append(_inline(x.note, symbols))
    ways = "columns: (auto, auto, 1fr, auto), align: (right, center, left, left), gutter: 0.7em"
    return f"#pad(left: 1em, grid({ways}, {', '.join(cells)}))"
