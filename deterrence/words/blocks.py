r"""A small document of headings, prose with formulas, lists and equations, and its text.

The regime report and the derivations are such documents, so each is written once
and shown as text (here), LaTeX or HTML (:mod:`deterrence.words.renderers`).  Formulas
are expressions; every piece of prose is escaped by the renderer.

>>> from deterrence.algebra.expressions import Expression
>>> a = Expression.parse("a/(a + b)")
>>> page = [Heading("Chances"), Paragraph(("Here ", a, " is a chance."))]
>>> print(as_text(page))
Chances
<BLANKLINE>
Here a/(a + b) is a chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deterrence.algebra.expressions import Expression
from deterrence.words.markup import GLUE, WIDTH, break_at_blanks, pad, plain, text_width, wrap
from deterrence.words.payoff_table import PayoffTable, table_text

#: Prose with formulas in it.
Inline = tuple[str | Expression, ...]
#: Longest formula in a text; longer ones are described.
MAX_FORMULA = 300
#: Longest formula that no line of text is broken in.
_SHORT = 30
#: Longest numerator or denominator whose brackets no line of text is broken in.
_PART = 58
#: Widest column of names in a text; longer names get a line of their own.
_NAMES = 24


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 is the document's title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Prose with formulas."""

    parts: Inline


@dataclass(frozen=True)
class Entries:
    """Names with one or more lines each, under an optional title."""

    title: Inline
    rows: tuple[tuple[str, tuple[Inline, ...]], ...]


@dataclass(frozen=True)
class Bullets:
    """A list of statements."""

    items: tuple[Inline, ...]


@dataclass(frozen=True)
class Equation:
    """``lhs sign rhs`` and a word on it."""

    lhs: Inline
    sign: str
    rhs: Inline
    note: Inline = ()


@dataclass(frozen=True)
class Equations:
    """Equations below each other."""

    lines: tuple[Equation, ...]


@dataclass(frozen=True)
class Matrix:
    """The payoffs of a game."""

    table: PayoffTable


Block = Heading | Paragraph | Entries | Bullets | Equations | Matrix


def conjunction(conditions: Sequence[Expression], empty: str) -> Inline:
    """Join conditions by *and* as prose; ``empty`` is what is said where there are none."""
    return _joined(conditions, " and ") if conditions else (empty,)


def disjunction(terms: Sequence[Sequence[Expression]], empty: str) -> Inline:
    """Join conjunctions by *or* as prose."""
    if not terms or not all(terms):
        return (empty,)
    parts: list[str | Expression] = []
    for k, term in enumerate(terms):
        parts += [" or "] if k else []
        inner = _joined(term, " and ")
        parts += ["(", *inner, ")"] if len(terms) > 1 and len(term) > 1 else inner
    return tuple(parts)


def _joined(conditions: Sequence[Expression], word: str) -> Inline:
    """Write conditions apart, so that lines can break between them."""
    parts: list[str | Expression] = []
    several = len(conditions) > 1
    for k, condition in enumerate(conditions):
        parts += [word] if k else []
        if condition.op in ("and", "or"):
            inner = _joined(condition.children, f" {condition.op} ")
            if condition.op == "or":
                terms = [c.children if c.op == "and" else (c,) for c in condition.children]
                inner = disjunction(terms, "")
            bracketed = several and condition.op == "or"
            parts += ["(", *inner, ")"] if bracketed else inner
        else:
            parts.append(condition)
    return tuple(parts)


# ---- text ------------------------------------------------------------------------------
def as_text(blocks: Sequence[Block], width: int = WIDTH) -> str:
    """Return the document as plain text; lines keep to ``width`` wherever words allow."""
    lines: list[str] = []
    for block in blocks:
        if lines:
            lines.append("")
        lines += _text_block(block, width)
    return "\n".join(lines)


def _wrapped(parts: Inline, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Break prose with formulas at blanks: short formulas never, long ones between their parts."""
    text = "".join(_kept(_described(p)) if isinstance(p, Expression) else _plain(p) for p in parts)
    return [line.rstrip() for line in break_at_blanks(text, width, first=first, rest=rest)]


def _plain(text: str) -> str:
    return GLUE.join(map(plain, text.split(GLUE)))


def _kept(text: str) -> str:
    """Return a formula's text with the blanks glued at which no line is to be broken."""
    if len(text) <= _SHORT:
        return text.replace(" ", GLUE)
    chunks, depth = [""], 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == "/" and depth == 0:
            chunks.append(f"/{GLUE}")
        else:
            chunks[-1] += c
    return " ".join(_glued(chunk) if len(chunk) <= _PART else chunk for chunk in chunks)


def _glued(text: str) -> str:
    """Glue the blanks within brackets."""
    depth, result = 0, ""
    for c in text:
        depth += (c in "([") - (c in ")]")
        result += GLUE if c == " " and depth else c
    return result


def inline_text(parts: Inline) -> str:
    """Return prose with formulas in the syntax of model files; long formulas are described."""
    texts = (_described(p) if isinstance(p, Expression) else p for p in parts)
    return "".join(texts).replace(GLUE, " ")


def _described(e: Expression) -> str:
    text = str(e)
    if len(text) <= MAX_FORMULA:
        return text
    if e.op == "compare":
        sign, zero = e.args[0][0], e.args[2]
        if zero.op == "number":
            return f"[a polynomial with {_terms(e.args[1])} terms] {sign} {zero}"
        return f"[an inequality between polynomials with {_terms(e)} terms; --format json has it]"
    what = "a quotient of polynomials" if e.op == "div" else "a polynomial"
    return f"[{what} with {_terms(e)} terms; --format json has it]"


def _terms(e: Expression) -> int:
    """Return how many terms the sums in an expression have, as it is written."""
    return sum(n.op in ("add", "sub") for n in e.walk()) + (2 if e.op in ("div", "compare") else 1)


def _text_block(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, Heading):
        yield from wrap(block.text, width)
        if block.level == 1:
            yield "=" * min(width, text_width(plain(block.text)))
    elif isinstance(block, Paragraph):
        yield from _wrapped(block.parts, width)
    elif isinstance(block, Entries):
        yield from _entries_text(block, width)
    elif isinstance(block, Bullets):
        for item in block.items:
            yield from _wrapped(item, width, first="- ", rest="  ")
    elif isinstance(block, Equations):
        yield from _equations_text(block, width)
    else:
        yield from table_text(block.table, width=width).splitlines()


def _equations_text(block: Equations, width: int) -> Iterator[str]:
    names = [inline_text(line.lhs) for line in block.lines]
    left = max(map(text_width, names), default=0)
    left = left if left <= _NAMES + 8 else 0
    for name, line in zip(names, block.lines, strict=True):
        sign = "=" if line.sign == "==" else line.sign
        text = f"{pad(name, left)} {sign} {inline_text(line.rhs)}"
        note = f"    ({inline_text(line.note)})" if line.note else ""
        if text_width(text) + text_width(note) + 4 <= width:
            yield f"    {plain(text)}{plain(note)}"
            continue
        head = f"    {pad(plain(name), left)} {sign} " if left else "    "
        whole = line.rhs if left else (*line.lhs, f" {sign} ", *line.rhs)
        yield from _wrapped(whole, width, first=head, rest=" " * (6 + left))
        if line.note:
            told = ("(", *line.note, ")")
            yield from _wrapped(told, width, first="        ", rest="         ")


def _entries_text(block: Entries, width: int) -> Iterator[str]:
    indent = ""
    if block.title:
        yield from _wrapped(block.title, width, rest="    ")
        indent = "  "
    left = max((text_width(plain(n)) for n, _ in block.rows), default=0)
    left = min(left, _NAMES) + len(indent)
    for name, lines in block.rows:
        head = indent + plain(name)
        if text_width(head) > left:
            yield head
            head = ""
        for line in lines:
            first = f"{pad(head, left)}  "
            yield from _wrapped(line, width, first=first, rest=" " * (left + 4))
            head = ""
