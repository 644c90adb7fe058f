r"""Documents as LaTeX and as HTML.

LaTeX needs no package; HTML needs no style sheet and no script, its formulas are MathML.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.words.blocks import Paragraph
>>> print(as_latex([Paragraph(("Here ", Expression.parse("a/(a + b)"), " is a chance."))]))
Here $\frac{a}{a + b}$ is a chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Entries,
    Equation,
    Equations,
    Figure,
    Heading,
    Inline,
    Lines,
    Mark,
    Matrix,
    Paragraph,
    Table,
    inline_text,
)
from deterrence.words.markup import (
    GLUE,
    HTML_LINE,
    HTML_NOTE,
    HTML_TABLE,
    PLACES,
    html_page,
    html_text,
    latex_text,
    scrolled,
    wide,
)
from deterrence.words.payoff_table import table_html, table_latex
from deterrence.words.scripts import preamble, with_remark, without_remark
from deterrence.words.typeset import expression_html, expression_latex

#: Longest formula on a typeset line; longer ones are broken over lines.
_LONG = 75
#: Longest formula in HTML's prose that a phone has room for.
_LONG_ON_A_PHONE = 40


# ---- LaTeX -----------------------------------------------------------------------------
def as_latex(blocks: Sequence[Block], symbols: Mapping[str, str] | None = None) -> str:
    """Return the document as LaTeX for the body of an article; no packages are needed."""
    known = dict(symbols or {})
    return with_remark("\n\n".join(_latex_block(block, known) for block in blocks))


def latex_page(body: str) -> str:
    """Return a whole LaTeX document around the body, for the engine that its letters need."""
    body = without_remark(body)
    told, lines = preamble(body)
    engine = f"% Compile with {told}.\n" if told else ""
    letters = "\n".join(lines if told else [r"\usepackage[T1]{fontenc}"])
    if r"\begin{istgame}" in body:
        letters += "\n\\usepackage{istgame}"
    return (
        f"{engine}\\documentclass{{article}}\n{letters}\n"
        "\\usepackage[margin=2.5cm]{geometry}\n\\setlength{\\parindent}{0pt}\n"
        "\\setlength{\\parskip}{0.6em}\n\\setlength{\\emergencystretch}{3em}\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}"
    )


def _latex_inline(parts: Inline, symbols: Mapping[str, str]) -> str:
    texts = []
    for part in parts:
        if isinstance(part, str):
            texts.append("~".join(map(latex_text, part.split(GLUE))))
        else:
            texts.append(f"${_latex_formula(part, symbols)}$")
    return "".join(texts)


def _latex_formula(e: Expression, symbols: Mapping[str, str]) -> str:
    """Return a formula for a line; a long one with a slash and brackets, where lines can break."""
    if len(str(e)) <= _LONG:
        return expression_latex(e, symbols)
    if e.op == "div":
        top, bottom = (_bracketed(part, symbols) for part in e.args)
        return rf"{top} \big/ {bottom}"
    return _breakable(expression_latex(e, symbols))


def _bracketed(e: Expression, symbols: Mapping[str, str]) -> str:
    text = _breakable(expression_latex(e, symbols))
    return text if e.op in ("name", "number") else f"({text})"


def _breakable(text: str) -> str:
    # \left( ... \right) is one box to TeX; plain brackets may be broken within.
    return text.replace(r"\left(", "(").replace(r"\right)", ")")


def _latex_block(block: Block, symbols: Mapping[str, str]) -> str:
    if isinstance(block, Heading):
        command = "section" if block.level == 1 else "subsection"
        return rf"\{command}*{{{latex_text(block.text)}}}"
    if isinstance(block, Paragraph):
        return _latex_inline(block.parts, symbols)
    if isinstance(block, Entries):
        lines = []
        if block.title:
            lines.append(rf"\textbf{{{_latex_inline(block.title, symbols)}}}")
        lines.append(r"\begin{description}\setlength{\itemsep}{0pt}\setlength{\parskip}{2pt}")
        for name, body in block.rows:
            inner = " \\par ".join(_latex_inline(line, symbols) for line in body)
            lines.append(rf"\item[{{\normalfont\itshape {latex_text(name)}}}] {inner}")
        return "\n".join([*lines, r"\end{description}"])
    if isinstance(block, Bullets):
        items = "\n".join(rf"\item {_latex_inline(x, symbols)}" for x in block.items)
        return f"\\begin{{itemize}}\\setlength{{\\itemsep}}{{0pt}}\n{items}\n\\end{{itemize}}"
    if isinstance(block, Equations):
        return _latex_equations(block.lines, symbols)
    if isinstance(block, Table):
        return _latex_table(block, symbols)
    if isinstance(block, Figure) and block.latex is not None:
        return block.latex()
    if isinstance(block, Figure) and not block.lines:
        caption = f"\n\n{_latex_inline(block.caption, symbols)}" if block.caption else ""
        return rf"\textit{{{latex_text(block.words)}}}{caption}"
    if isinstance(block, Lines | Figure):
        kept = (rf"\mbox{{\ttfamily {_spaced(line)}}}" for line in block.lines)
        return "\\noindent " + "\\\\\n".join(kept)
    if isinstance(block, Callout):
        return rf"\textbf{{{latex_text(block.label)}:}} {_latex_inline(block.parts, symbols)}"
    return "\\begin{center}\n" + table_latex(block.table, symbols) + "\n\\end{center}"


def _spaced(line: str) -> str:
    """Return a line in which every blank counts."""
    return "~".join(map(latex_text, line.split(" ")))


#: Width of a table's prose on a page, as a share of the line, and the longest cell that keeps
#: to one line.
_PAGE, _CELL = 0.94, 24


def _latex_table(block: Table, symbols: Mapping[str, str]) -> str:
    """Return a table; columns with long cells share what is left of the line by their length."""
    rows = [row for row in block.rows if len(row) == len(block.heads)]
    longest = [
        max([len(head), *(len(inline_text(row[k])) for row in rows)])
        for k, head in enumerate(block.heads)
    ]
    long = [k for k, size in enumerate(longest) if size > _CELL and k not in block.right]
    taken = sum(min(size, _CELL) for k, size in enumerate(longest) if k not in long)
    share = max(_PAGE - 0.012 * taken - 0.03 * len(longest), 0.15 * len(long))
    whole = sum(min(longest[k], 100) for k in long)
    columns = "".join(
        f"p{{{share * min(longest[k], 100) / whole:.2f}\\linewidth}}"
        if k in long
        else "r"
        if k in block.right
        else "l"
        for k in range(len(block.heads))
    )
    lines = [rf"\textbf{{{_latex_inline(block.caption, symbols)}}}", ""] if block.caption else []
    lines += [rf"\noindent\begin{{tabular}}{{@{{}}{columns}@{{}}}}", r"\hline"]
    if any(block.heads):
        lines += [" & ".join(map(latex_text, block.heads)) + r" \\", r"\hline"]
    for row in block.rows:
        cells = [_latex_inline(part, symbols).strip() for part in row]
        if len(row) < len(block.heads):
            cells = [rf"\multicolumn{{{len(block.heads)}}}{{@{{}}l}}{{\textbf{{{cells[0]}}}}}"]
        lines.append(" & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\hline", r"\end{tabular}"])


_LATEX_SIGN = {">=": r"\ge", "<=": r"\le", "==": "=", "!=": r"\ne"}


def _latex_equations(lines: Sequence[Equation], symbols: Mapping[str, str]) -> str:
    def math(parts: Inline) -> str:
        return " ".join(
            rf"\mbox{{{latex_text(p)}}}" if isinstance(p, str) else expression_latex(p, symbols)
            for p in parts
        )

    sizes = [sum(len(inline_text(part)) for part in (x.lhs, x.rhs, x.note)) for x in lines]
    if max(sizes, default=0) <= 85:
        rows = [
            rf"\displaystyle {math(x.lhs)} & {_LATEX_SIGN.get(x.sign, x.sign)} & "
            rf"\displaystyle {math(x.rhs)} & \quad\mbox{{{_latex_inline(x.note, symbols)}}}"
            for x in lines
        ]
        body = " \\\\[1.6ex]\n".join(rows)
        return f"\\[\\begin{{array}}{{rcll}}\n{body}\n\\end{{array}}\\]"
    quoted = []
    for x in lines:
        sign = _LATEX_SIGN.get(x.sign, x.sign)
        text = f"{_latex_inline(x.lhs, symbols)} ${sign}$ {_latex_inline(x.rhs, symbols)}"
        quoted.append(text + (rf" \quad ({_latex_inline(x.note, symbols)})" if x.note else ""))
    return "\\begin{quote}\\raggedright\n" + "\n\n".join(quoted) + "\n\\end{quote}"


# ---- HTML ------------------------------------------------------------------------------
def as_html(blocks: Sequence[Block], symbols: Mapping[str, str] | None = None) -> str:
    """Return the document as HTML that needs no style sheet and no script.

    Headings are places that a link can go to (:func:`outline`).
    """
    known = dict(symbols or {})
    headings = iter(outline(blocks))
    pieces = []
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            place, level = next(headings)
            text = html_text(block.text)
            pieces.append(f'<h{level} id="{html_text(place)}">{text}</h{level}>')
        elif isinstance(block, Figure) and block.svg:
            pieces.append(_html_picture(block, number, known))
        else:
            pieces.append(_html_block(block, known))
    joined = "\n".join(pieces)
    return f"<div>{joined}</div>"


def outline(blocks: Sequence[Block]) -> list[tuple[str, int]]:
    """Return the place of every heading, each once in a page, and its level, which skips none.

    >>> outline([Heading("A list", 1), Heading("Here", 4), Heading("Here", 2)])
    [('a-list', 1), ('here', 2), ('here-2', 2)]
    """
    found: list[tuple[str, int]] = []
    taken = set(PLACES)
    above = 0
    for block in blocks:
        if isinstance(block, Heading):
            stem = "-".join(re.findall(r"\w+", block.text.lower()))[:60] or "part"
            place, count = stem, 1
            while place in taken:
                count += 1
                place = f"{stem}-{count}"
            taken.add(place)
            above = min(block.level, above + 1) if above else block.level
            found.append((place, above))
    return found


def _html_inline(parts: Inline, symbols: Mapping[str, str]) -> str:
    return "".join(
        expression_html(p, symbols)
        if isinstance(p, Expression)
        else _html_mark(p)
        if isinstance(p, Mark)
        else "&nbsp;".join(map(html_text, p.split(GLUE)))
        for p in parts
    )


def _html_mark(mark: Mark) -> str:
    """Return a mark as a tag."""
    return f'<small style="{_TAG}">{html_text(mark.word)}</small>'


def _html_prose(parts: Inline, symbols: Mapping[str, str]) -> str:
    """Return text whose longest formulas, which no browser breaks, scroll by themselves."""
    return "".join(
        scrolled(_html_inline((part,), symbols))
        if isinstance(part, Expression) and len(str(part)) > _LONG_ON_A_PHONE
        else _html_inline((part,), symbols)
        for part in parts
    )


def _html_block(block: Block, symbols: Mapping[str, str]) -> str:
    if isinstance(block, Paragraph):
        return f'<p style="max-width:46em">{_html_prose(block.parts, symbols)}</p>'
    if isinstance(block, Entries):
        return _html_entries(block, symbols)
    if isinstance(block, Bullets):
        items = "".join(f"<li>{_html_prose(x, symbols)}</li>" for x in block.items)
        return f'<ul style="max-width:46em">{items}</ul>'
    if isinstance(block, Equations):
        rows = []
        for x in block.lines:
            sign = html_text({"==": "="}.get(x.sign, x.sign))
            sign = {"&gt;=": "&ge;", "&lt;=": "&le;", "!=": "&ne;"}.get(sign, sign)
            cells = (
                f'<td style="text-align:right;padding:0.2em 0.4em">'
                f"{_html_inline(x.lhs, symbols)}</td><td>{sign}</td>"
                f'<td style="padding:0.2em 0.4em">{_html_inline(x.rhs, symbols)}</td>'
                f'<td style="padding-left:1.5em;{HTML_NOTE}">{_html_inline(x.note, symbols)}</td>'
            )
            rows.append(f"<tr>{cells}</tr>")
        return wide(f'<table style="margin:0.4em 0 0.4em 1.5em">{"".join(rows)}</table>')
    if isinstance(block, Table):
        return _html_table(block, symbols)
    if isinstance(block, Figure) and not block.lines:
        told = f'<p style="max-width:46em">{html_text(block.words)}</p>'
        return told + _html_caption(block, symbols)
    if isinstance(block, Lines | Figure):
        return f'<pre tabindex="0">{_kept_lines(block.lines)}</pre>'
    if isinstance(block, Callout):
        told = f"<strong>{html_text(block.label)}:</strong> {_html_prose(block.parts, symbols)}"
        return f'<p style="max-width:46em;border-left:3px solid;padding-left:0.8em">{told}</p>'
    assert isinstance(block, Matrix)
    return table_html(block.table, symbols, legend=block.legend)


def _kept_lines(lines: Iterable[str]) -> str:
    """Return lines as they are, one below the other."""
    return "\n".join(map(html_text, lines))


#: How a mark looks.
_TAG = "border:1px solid;border-radius:0.3em;padding:0 0.3em;white-space:nowrap"

#: What an SVG calls its parts, and where it names them.
_CALLED, _NAMED = re.compile(r' id="([^"]*)"'), re.compile(r'(\bhref="#|\burl\(#)')
#: The size of a picture, in points; the first is that of the whole.
_SIZE = re.compile(r'width="([0-9.]+)pt" height="[0-9.]+pt"')
#: A picture is drawn for white paper, whatever the colours of the page.
_PAPER = "background:#fff;width:fit-content;max-width:100%;overflow-x:auto;margin:1em 0;padding:1em"
#: Letters for a point, and how far a picture may shrink before it is scrolled.
_LETTERS, _SHRINK = 0.1, 0.6


def _size_in_letters(found: re.Match[str]) -> str:
    """Return a size that grows with the letters of the page and shrinks with its width."""
    wide = _LETTERS * float(found[1])
    style = f"width:{wide:.4g}em;min-width:{_SHRINK * wide:.4g}em;max-width:100%;height:auto"
    return f'style="{style}"'


def _html_picture(block: Figure, number: int, symbols: Mapping[str, str]) -> str:
    """Return a picture in the page: its parts get names that no other picture has."""
    drawn = block.svg[max(block.svg.find("<svg"), 0) :].rstrip()
    taken: set[str] = set()

    def called(found: re.Match[str]) -> str:
        # Letters are drawn once for every size, each time under the same name.
        new = found[1] not in taken
        taken.add(found[1])
        return f' id="picture.{number}.{found[1]}"' if new else ""

    drawn = _NAMED.sub(rf"\g<1>picture.{number}.", _CALLED.sub(called, drawn))
    drawn = _SIZE.sub(_size_in_letters, drawn, count=1)
    drawn = drawn.replace("<svg ", '<svg aria-hidden="true" ', 1)
    words = html_text(block.words)
    about = f'tabindex="0" role="img" aria-label="{words}" style="{_PAPER}"'
    picture = f"<figure {about}>{drawn}</figure>"
    return picture + _html_caption(block, symbols)


def _html_caption(block: Figure, symbols: Mapping[str, str]) -> str:
    if not block.caption:
        return ""
    return f'<p style="{HTML_NOTE}">{_html_inline(block.caption, symbols)}</p>'


def _html_table(block: Table, symbols: Mapping[str, str]) -> str:
    head = ""
    if block.caption:
        caption = _html_inline(block.caption, symbols)
        head = f'<caption style="text-align:left;font-weight:600">{caption}</caption>'
    sides = ["right" if k in block.right else "left" for k in range(len(block.heads))]
    if any(block.heads):
        cells = "".join(
            f'<th scope="col" style="{HTML_LINE};text-align:{side}">{html_text(h)}</th>'
            if h.strip()
            else f'<td style="{HTML_LINE}"></td>'
            for side, h in zip(sides, block.heads, strict=True)
        )
        head += f"<thead><tr>{cells}</tr></thead>"
    rows = []
    for row in block.rows:
        told = [_html_inline(part, symbols) for part in row]
        if len(row) < len(block.heads):
            rows.append(
                f'<tr><th scope="rowgroup" colspan="{len(block.heads)}" '
                f'style="{HTML_LINE};text-align:left;padding-top:0.8em">{told[0]}</th></tr>'
            )
            continue
        style = f"{HTML_LINE};text-align:{sides[0]};font-weight:400;vertical-align:top"
        first = _html_row_head(row[0], told[0], style)
        rest = "".join(
            f'<td style="{HTML_LINE};text-align:{side};vertical-align:top">{cell}</td>'
            for side, cell in zip(sides[1:], told[1:], strict=True)
        )
        rows.append(f"<tr>{first}{rest}</tr>")
    return wide(f'<table style="{HTML_TABLE}">{head}<tbody>{"".join(rows)}</tbody></table>')


def _html_row_head(parts: Inline, told: str, style: str) -> str:
    """Return the head of a row, or a cell where it has no words that can be read aloud."""
    words = any(isinstance(part, str) and part.strip() for part in parts)
    kind = ("th", ' scope="row"') if words else ("td", "")
    return f'<{kind[0]}{kind[1]} style="{style}">{told}</{kind[0]}>'


def _html_entries(block: Entries, symbols: Mapping[str, str]) -> str:
    head = ""
    if block.title:
        caption = _html_inline(block.title, symbols)
        head = f'<caption style="text-align:left;font-weight:600">{caption}</caption>'
    rows = []
    for name, lines in block.rows:
        body = "".join(
            f'<div style="padding:0.12em 0">{_html_inline(line, symbols)}</div>' for line in lines
        )
        style = f"{HTML_LINE};text-align:left;vertical-align:top;font-weight:400;font-style:italic"
        cell = _html_row_head((name,), html_text(name), style)
        rows.append(f'<tr>{cell}<td style="{HTML_LINE};text-align:left">{body}</td></tr>')
    return wide(f'<table style="{HTML_TABLE}">{head}<tbody>{"".join(rows)}</tbody></table>')


# ---- whole documents -------------------------------------------------------------------------
def rendered(document: Document, form: str, *, standalone: bool = False) -> str:
    """Return a document as ``text``, ``html``, ``latex`` or ``markdown``.

    ``standalone`` makes whole pages of HTML and whole documents of LaTeX.
    """
    if form == "text":
        return document.text()
    if form == "markdown":
        from deterrence.words.markdown import as_markdown

        return as_markdown(document.blocks)
    if form == "html":
        body = as_html(document.blocks, document.symbols)
        return html_page(document.title, body, _contents(document.blocks)) if standalone else body
    body = as_latex(document.blocks, document.symbols)
    return latex_page(body) if standalone else body


def _contents(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """Return the places and the texts of a page's main headings."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    found = zip(outline(blocks), headings, strict=True)
    return [(place, heading.text) for (place, level), heading in found if level == 2]
