"""How many pages of A4 blocks take, estimated from the heights of blocks in lines of prose.

>>> from deterrence.words.blocks import Heading
>>> height(Heading("A title", 1)), height(Heading("A part"))
(2.6, 2.2)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from deterrence.algebra.expressions import Expression
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Figure,
    Heading,
    Inline,
    Lines,
    Matrix,
    Paragraph,
    Table,
    as_text,
    head_size,
    inline_text,
)

#: Height of a page in lines of prose, and letters of such a line.
_PAGE, _WIDTH = 76.0, 108


def pages_of(blocks: Sequence[Block]) -> float:
    """Estimate how many pages of A4 blocks take."""
    return sum(map(height, blocks)) / _PAGE


def height(block: Block) -> float:
    """Estimate the height of a block in lines of prose."""
    if isinstance(block, Heading):
        return 2.6 if block.level == 1 else 2.2
    if isinstance(block, Figure):
        return _picture_height(block) + 1.0 + (1.0 if block.caption else 0.0)
    if isinstance(block, Callout):
        return _lines((block.label, *block.parts), _WIDTH - 6) + 2.2
    if isinstance(block, Bullets):
        return sum(_lines(x, _WIDTH - 4) + 0.45 for x in block.items) + 0.6
    if isinstance(block, Table):
        return _table_height(block)
    if isinstance(block, Lines | Matrix):
        return 0.95 * len(as_text([block], 92).splitlines()) + 0.8
    if isinstance(block, Paragraph):
        return _lines(block.parts, _WIDTH) + 0.6
    return len(as_text([block], _WIDTH).splitlines()) + 0.8


def _lines(parts: Inline, width: int) -> float:
    tall = any(isinstance(p, Expression) and any(n.op == "div" for n in p.walk()) for p in parts)
    count = max(1, math.ceil(len(inline_text(parts)) / width))
    return count * (1.12 if tall else 1.0)


def _picture_height(block: Figure) -> float:
    """Return the height of a picture in lines, by the size that it says it has."""
    head = block.svg[max(block.svg.find("<svg"), 0) :][:600]
    sizes = []
    for name in ("width", "height"):
        text = head.partition(f' {name}="')[2].partition("pt")[0]
        try:
            sizes.append(float(text))
        except ValueError:
            return float(len(as_text([block], 92).splitlines()))
    return sizes[1] * min(1.0, 488.0 / sizes[0]) / 12.4


def _table_height(block: Table) -> float:
    """Estimate the height of a table: its columns share the line by their longest cells."""
    full = [row for row in block.rows if len(row) == len(block.heads)]
    longest = [
        max([head_size(head), *(len(inline_text(row[k])) for row in full)])
        for k, head in enumerate(block.heads)
    ]
    short = [k for k, size in enumerate(longest) if size <= 22 or k in block.right]
    room = max(20, _WIDTH * 1.08 - sum(longest[k] + 2.5 for k in short))
    whole = sum(min(longest[k], 90) for k in range(len(longest)) if k not in short) or 1
    total = 1.5 + (_lines(block.caption, _WIDTH) + 0.6 if block.caption else 0.0)
    for row in block.rows:
        most = 1.0
        if len(row) == len(block.heads):
            for k, part in enumerate(row):
                if k not in short:
                    width = max(8.0, room * min(longest[k], 90) / whole - 2.5)
                    most = max(most, math.ceil(len(inline_text(part)) / width))
        total += most * 0.92 + 0.42
    return total + 0.8
