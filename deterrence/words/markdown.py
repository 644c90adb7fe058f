r"""Documents as Markdown (CommonMark): for notes, issues and pages that are written in it.

Formulas are code, in the syntax of model files, so that they survive wherever Markdown is
read.  Labels and titles are escaped: they can neither begin a list nor make a link or a tag.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.words.blocks import Heading, Paragraph
>>> print(as_markdown([Heading("A *bold* start", 1),
...                    Paragraph(("iff ", Expression.parse("k_R > l_R"), " <b>"))]))
# A \*bold\* start
<BLANKLINE>
iff `k_R > l_R` &lt;b&gt;
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Entries,
    Equations,
    Figure,
    Heading,
    Inline,
    Lines,
    Paragraph,
    Table,
    inline_text,
)
from deterrence.words.markup import GLUE, plain
from deterrence.words.payoff_table import table_text as payoff_text

#: What can begin or end a mark in a line of Markdown.
_MARKS = re.compile(r"([\\`*_{}\[\]#|~$^])")
#: What makes a line a list, a quotation, a rule or a heading where it begins with it.
_START = re.compile(r"^(\s*)([-=+>:]|\d+(?=[.)]))")
#: Addresses that some readers turn into links by themselves.
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|www|javascript|data)(?=[:.])|(?<=\w)@(?=\w)")


def markdown_text(text: object) -> str:
    r"""Return text in which nothing is Markdown or HTML.

    >>> print(markdown_text("[x](y) <script> a_b"))
    \[x\](y) &lt;script&gt; a\_b
    """
    found = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = _MARKS.sub(r"\\\1", found)
    return _LINK.sub(lambda m: f"{m[0]}&#8203;" if m[0] != "@" else "&#64;", found)


def _line(text: str) -> str:
    """Return a line that begins nothing: neither a list, a quotation nor code."""
    text = text.strip()
    return _START.sub(lambda m: f"{m[1]}{m[2]}\\" if m[2].isdigit() else f"{m[1]}\\{m[2]}", text)


def code(text: str) -> str:
    """Return text as code, whatever backticks it has.

    >>> code("a`b")
    '``a`b``'
    """
    bare = " ".join(plain(text).split())
    longest = max((len(run) for run in re.findall("`+", bare)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if bare.startswith("`") or bare.endswith("`") else ""
    return f"{fence}{pad}{bare}{pad}{fence}"


def as_markdown(blocks: Sequence[Block]) -> str:
    """Return the document as Markdown."""
    return "\n\n".join("\n".join(_block(block)) for block in blocks)


def _inline(parts: Inline) -> str:
    """Return prose with its formulas; commands in backticks stay code."""
    return "".join(
        code(inline_text((p,))) if isinstance(p, Expression) else _prose(p) for p in parts
    )


def _prose(text: str) -> str:
    return markdown_text(text.replace(GLUE, " "))


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * min(block.level, 6)} {markdown_text(block.text)}"
    elif isinstance(block, Paragraph):
        yield _line(_inline(block.parts))
    elif isinstance(block, Bullets):
        for item in block.items:
            yield f"- {_line(_inline(item))}"
    elif isinstance(block, Entries):
        yield from _entries(block)
    elif isinstance(block, Table):
        yield from _rows(block)
    elif isinstance(block, Figure) and not block.lines:
        yield _line(_prose(block.words))
        if block.caption:
            yield ""
            yield f"*{_inline(block.caption)}*"
    elif isinstance(block, Lines | Figure):
        yield from _fenced(block.lines)
    elif isinstance(block, Callout):
        yield f"> **{markdown_text(block.label)}:** {_inline(block.parts)}"
    elif isinstance(block, Equations):
        for line in block.lines:
            sign = "=" if line.sign == "==" else line.sign
            note = f" ({_inline(line.note)})" if line.note else ""
            yield f"- {_inline(line.lhs)} {code(sign)} {_inline(line.rhs)}{note}"
    else:  # as code, for Markdown has no tables that all readers know
        yield from _fenced(payoff_text(block.table, legend=block.legend).splitlines())


def _rows(block: Table) -> Iterator[str]:
    """Return a table with bars, as GitHub and most readers know it."""
    if block.caption:
        yield f"**{_inline(block.caption)}**"
        yield ""
    yield _bars(map(markdown_text, block.heads))
    yield _bars("--:" if k in block.right else "---" for k in range(len(block.heads)))
    for row in block.rows:
        cells = [_inline(part).strip() for part in row]
        if len(row) < len(block.heads):
            cells = [f"**{cells[0]}**", *[""] * (len(block.heads) - 1)]
        yield _bars(cells)


def _bars(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("\n", " ") for cell in cells) + " |"


def _entries(block: Entries) -> Iterator[str]:
    if block.title:
        yield f"**{_inline(block.title)}**"
        yield ""
    for name, lines in block.rows:
        told = f"- **{markdown_text(name)}**: " if name.strip() else "- "
        if len(lines) == 1:
            yield f"{told}{_inline(lines[0])}"
            continue
        yield told.rstrip()
        for line in lines:
            yield f"  - {_line(_inline(line))}"


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from map(plain, lines)
    yield fence
