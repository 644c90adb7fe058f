"""Documents that fit on a screen: the fullest of several, or one that is shortened.

>>> from deterrence.words.blocks import Bullets, Heading, as_text
>>> long = [Heading("A list"), Bullets(tuple((f"item {k}",) for k in range(100)))]
>>> print(as_text(shortened(long, 7)))
A list
<BLANKLINE>
- item 0
- item 1
- item 2
- item 3
- ... and 96 more: `--full` tells them
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Entries,
    Equations,
    Inline,
    Paragraph,
    Table,
    as_text,
)

#: Lines of a screen; an answer is no longer unless more is asked for.
MAX_LINES = 40
#: Rows that a list keeps where there is more to tell.
_LEAST = 3

D = TypeVar("D")


def lines_of(blocks: Sequence[Block]) -> int:
    """Return how many lines the blocks take as text."""
    return len(as_text(blocks).splitlines())


def fitted(
    write: Callable[[D], Iterable[Block]], details: Iterable[D], most: int = MAX_LINES
) -> list[Block]:
    """Return the first document that is not longer than ``most`` lines, else the last, shortened.

    ``details`` go from the fullest to the tersest, ``write`` makes the document for one.
    """
    blocks: list[Block] = []
    for detail in details:
        blocks = list(write(detail))
        if lines_of(blocks) <= most:
            return blocks
    return shortened(blocks, most)


def on_screen(document: Document, most: int = MAX_LINES) -> Document:
    """Return a document that is no longer than a screen."""
    return replace(document, blocks=tuple(shortened(document.blocks, most)))


def shortened(blocks: Sequence[Block], most: int = MAX_LINES) -> list[Block]:
    """Return blocks without the ends of the longest lists and tables, or their last ones.

    What is left out is said.  Nothing changes where the blocks fit.
    """
    kept = list(blocks)
    cut: dict[int, int] = {}
    for k, block in enumerate(kept):
        if _rows(block) > most:
            cut[k] = _rows(block) - most
            kept[k] = _without_last(block, cut[k])
    while lines_of(_said(kept, cut)) > most:
        sizes = {k: lines_of([b]) for k, b in enumerate(kept) if _rows(b) > _LEAST and _rows(b) > 1}
        if not sizes:
            break
        longest = max(sizes, key=lambda k: (sizes[k], k))
        kept[longest] = _without_last(kept[longest], 1)
        cut[longest] = cut.get(longest, 0) + 1
    told = _said(kept, cut)
    more: Block = Paragraph(("`--full` tells the rest.",))
    if lines_of(told) > most:
        while len(told) > 1 and lines_of([*told, more]) > most:
            told.pop()
        told += [more] if lines_of([*told, more]) <= most else []
    return told


def _rows(block: Block) -> int:
    if isinstance(block, Bullets):
        return len(block.items)
    if isinstance(block, Equations):
        return len(block.lines)
    return len(block.rows) if isinstance(block, Table | Entries) else 0


def _without_last(block: Block, count: int) -> Block:
    if isinstance(block, Bullets):
        return replace(block, items=block.items[:-count])
    if isinstance(block, Equations):
        return replace(block, lines=block.lines[:-count])
    if isinstance(block, Table):
        return replace(block, rows=block.rows[:-count])
    assert isinstance(block, Entries)
    return replace(block, rows=block.rows[:-count])


def _said(kept: Sequence[Block], cut: dict[int, int]) -> list[Block]:
    """Return the blocks, each that was cut with a line that says how much is left out."""
    told: list[Block] = []
    for k, block in enumerate(kept):
        if k not in cut:
            told.append(block)
            continue
        words: Inline = (f"... and {cut[k]} more: `--full` tells them",)
        if isinstance(block, Bullets):
            told.append(replace(block, items=(*block.items, words)))
        elif isinstance(block, Table):
            told.append(replace(block, rows=(*block.rows, (words,))))
        elif isinstance(block, Entries):
            told.append(replace(block, rows=(*block.rows, ("...", (words,)))))
        else:
            told += [block, Paragraph(words)]
    return told
