"""Names for long polynomials that occur in several conditions of one document.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.words.blocks import Paragraph, as_text
>>> sums = " + ".join(f"a_{k}*b_{k}" for k in range(1, 9))
>>> page = [Paragraph((Expression.parse(f"{sums} {sign} c"),)) for sign in "><"]
>>> print(as_text(abbreviated(page)))
A_1 > 0
<BLANKLINE>
A_1 < 0
<BLANKLINE>
Abbreviations
<BLANKLINE>
A_1  a_1*b_1 + a_2*b_2 + a_3*b_3 + a_4*b_4 + a_5*b_5 + a_6*b_6 + a_7*b_7 +
       a_8*b_8 - c
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import TURNED
from deterrence.words.blocks import (
    Block,
    Bullets,
    Entries,
    Equations,
    Heading,
    Inline,
    Paragraph,
)

if TYPE_CHECKING:
    from deterrence.algebra.shortening import Shorter

#: Length from which a comparison that occurs twice gets a name.
LONG = 70
#: Length from which one gets a name that occurs at least so often.
MIDDLE, OFTEN = 36, 6

ComparedSides = frozenset[Expression]


def abbreviated(blocks: Sequence[Block], shorter: Shorter | None = None) -> list[Block]:
    """Return the document with long, repeated comparisons written as ``A_1 > 0``.

    The names are explained at the end; none begins as a name in the document does.
    With ``shorter`` they are explained in other quantities where that is shorter.
    """
    counts: Counter[ComparedSides] = Counter()
    heads = {name.split("_")[0] for name in shorter.meanings} if shorter else set()
    first: dict[ComparedSides, tuple[Expression, Expression]] = {}
    for e in formulas_in(blocks):
        heads |= {name.split("_")[0] for name in e.names}
        for node in filter(_is_long, e.walk()):
            left, right = node.args[1:]
            counts[frozenset((left, right))] += 1
            first.setdefault(frozenset((left, right)), (left, right))
    letter = next((c for c in "ABCEFGHKQWXYZ" if c not in heads), "Term")
    names: dict[ComparedSides, str] = {}
    for sides in first:
        left, right = first[sides]
        length = len(str(left)) + len(str(right)) + 3
        if counts[sides] >= (2 if length > LONG else OFTEN):
            names[sides] = f"{letter}_{len(names) + 1}"
    if not names:
        return list(blocks)

    def short(e: Expression) -> Expression:
        if e.op in ("and", "or", "not"):
            return Expression(e.op, *map(short, e.args))
        if not _is_long(e) or frozenset(e.args[1:]) not in names:
            return e
        sides = frozenset(e.args[1:])
        sign = e.args[0][0]
        if e.args[1] != first[sides][0]:
            sign = TURNED[sign]
        return Expression("compare", (sign,), Expression.name(names[sides]), Expression.number(0))

    def inline(parts: Inline) -> Inline:
        return tuple(short(p) if isinstance(p, Expression) else p for p in parts)

    rows: list[tuple[str, tuple[Inline, ...]]] = []
    used: set[str] = set()
    for sides, name in names.items():
        left, right = first[sides]
        written = shorter(left - right) if shorter else None
        used |= written.names if written is not None else set()
        rows.append((name, ((left - right if written is None else written,),)))
    if shorter:
        rows += [(n, ((meaning,),)) for n, meaning in shorter.meanings.items() if n in used]
    new = [mapped(block, inline) for block in blocks]
    return [*new, Heading("Abbreviations"), Entries((), tuple(rows))]


def _is_long(e: Expression) -> bool:
    return e.op == "compare" and len(e.args) == 3 and len(str(e)) > MIDDLE


def formulas_in(blocks: Iterable[Block]) -> list[Expression]:
    """Return every formula of a document in reading order."""
    parts: list[str | Expression] = []

    def seen(inline: Inline) -> Inline:
        parts.extend(inline)
        return inline

    for block in blocks:
        mapped(block, seen)
    return [part for part in parts if isinstance(part, Expression)]


def mapped(block: Block, inline: Callable[[Inline], Inline]) -> Block:
    """Return a block with all of its lines written anew."""
    if isinstance(block, Paragraph):
        return Paragraph(inline(block.parts))
    if isinstance(block, Bullets):
        return Bullets(tuple(map(inline, block.items)))
    if isinstance(block, Entries):
        title = inline(block.title)
        return Entries(
            title, tuple((name, tuple(map(inline, lines))) for name, lines in block.rows)
        )
    if isinstance(block, Equations):
        return Equations(
            tuple(
                replace(x, lhs=inline(x.lhs), rhs=inline(x.rhs), note=inline(x.note))
                for x in block.lines
            )
        )
    return block
