r"""Documents of blocks (headings, prose with formulas, lists, tables, equations), and their text.

Every result is such a document: it is written once, as blocks, and shown as text (here),
LaTeX or HTML (:mod:`deterrence.words.renderers`) or Markdown (:mod:`deterrence.words.markdown`).
Formulas are expressions; every piece of prose is escaped by the renderer.

>>> from deterrence.algebra.expressions import Expression
>>> a = Expression.parse("a/(a + b)")
>>> page = [Heading("Chances"), Paragraph(("Here ", a, " is a chance."))]
>>> print(as_text(page))
Chances
<BLANKLINE>
Here a/(a + b) is a chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deterrence.algebra.expressions import Expression
from deterrence.words.markup import GLUE, WIDTH, break_at_blanks, pad, plain, text_width, wrap
from deterrence.words.payoff_table import PayoffTable, table_text

#: Prose with formulas in it.
Inline = tuple[str | Expression, ...]


class Mark(str):
    """A word on how certain a statement is, in brackets; a tag where pages have such.

    It is prose like any other where nothing else is done with it.  Text of a file that looks
    like one is none.

    >>> Mark.of("proven"), Mark.of("proven").word
    ('[proven]', 'proven')
    """

    __slots__ = ()

    @classmethod
    def of(cls, word: str) -> Mark:
        """Return the mark of a word."""
        return cls(f"[{word}]")

    @property
    def word(self) -> str:
        """The mark without its brackets."""
        return self[1:-1]


#: Longest formula in a text; longer ones are described.
MAX_FORMULA = 300
#: Longest formula that no line of text is broken in.
_SHORT = 30
#: Longest numerator or denominator whose brackets no line of text is broken in.
_PART = 58
#: Widest column of names in a text; longer names get a line of their own.
_NAMES = 24
#: Least width of a column of prose in a table before the table is parted.
_LEAST_PROSE = 14


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
    """The payoffs of a game; ``legend`` says how its cells are read."""

    table: PayoffTable
    legend: bool = True


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings, which may be left out.

    Cells are prose; a row of a single cell is the title of the rows below it.  ``right`` are
    the columns that are aligned to the right, for numbers.  All other rows are as long as
    ``heads``.

    >>> print(as_text([Table(("Rung", "Cost"), ((("war",), ("4",)), (("talks",), ("10",))),
    ...                      frozenset({1}))]))
    Rung   Cost
    war       4
    talks    10
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    right: frozenset[int] = frozenset()
    caption: Inline = ()


@dataclass(frozen=True)
class Figure:
    """A picture in the form that each language has for it, and what it shows in words.

    HTML holds ``svg``, which this program made, LaTeX what ``latex`` returns when it is
    called, and Word what ``png`` does.  Where there is none, and in text and Markdown, ``lines``
    are shown as they are, in letters of one width; without lines, ``words`` are told.
    ``caption`` stands below.
    """

    svg: str
    words: str
    lines: tuple[str, ...] = ()
    latex: Callable[[], str] | None = None
    png: Callable[[], bytes] | None = None
    caption: Inline = ()


@dataclass(frozen=True)
class Lines:
    """Lines that are shown as they are, in letters of one width: a tree, a command."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Callout:
    """Something that a reader must not miss: a word for what it is, and prose."""

    label: str
    parts: Inline


Block = (
    Heading | Paragraph | Entries | Bullets | Table | Equations | Matrix | Figure | Lines | Callout
)


@dataclass(frozen=True)
class Document:
    """What a result says: its title, its blocks, and how parameters are typeset, by name."""

    title: str
    blocks: tuple[Block, ...]
    symbols: Mapping[str, str] = field(default_factory=dict)

    def text(self, width: int = WIDTH) -> str:
        """Return the document as plain text."""
        return as_text(self.blocks, width)


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
    elif isinstance(block, Table):
        yield from _table_lines(block, width)
    elif isinstance(block, Figure):
        yield from map(plain, block.lines) if block.lines else wrap(block.words, width)
        if block.caption:
            yield from _wrapped(block.caption, width)
    elif isinstance(block, Lines):
        yield from map(plain, block.lines)
    elif isinstance(block, Callout):
        yield from _wrapped((f"{block.label}: ", *block.parts), width, rest="  ")
    else:
        yield from table_text(block.table, width=width, legend=block.legend).splitlines()


# ---- tables ----------------------------------------------------------------------------
def head_size(head: str) -> int:
    """Return the letters that a column's heading takes at least, on two lines if it has to.

    >>> head_size("Probability of war"), head_size("Now")
    (11, 3)
    """
    return max([(len(head) + 1) // 2, *map(len, head.split())], default=0)


_GAP = 2


def _table_lines(block: Table, width: int) -> Iterator[str]:
    """Return a table, its widest columns wrapped, or in parts that repeat the first column."""
    if block.caption:
        yield from _wrapped(block.caption, width)
    count = len(block.heads)
    cells = [[_cell(part) for part in row] for row in block.rows]
    heads = [plain(h) for h in block.heads]
    full = [row for row in cells if len(row) == count]
    natural = [
        max([1, text_width(heads[k]), *(text_width(row[k]) for row in full)]) for k in range(count)
    ]
    shown = list(range(count))
    while shown:
        taken, widths = _columns_that_fit(shown, natural, width, block.right)
        yield from _part_of_table(heads, cells, taken, widths, block.right, width)
        rest = [k for k in shown if k not in taken]
        shown = [0, *rest] if rest else []
        if shown:
            yield ""


def _cell(parts: Inline) -> str:
    return "".join(
        _kept(_described(p)) if isinstance(p, Expression) else _plain(p) for p in parts
    ).replace(GLUE, " ")


def _columns_that_fit(
    shown: Sequence[int], natural: Sequence[int], width: int, right: frozenset[int]
) -> tuple[list[int], dict[int, int]]:
    """Return the columns for one part, and their widths: columns of prose give way to others."""
    for stop in range(len(shown), 0, -1):
        taken = list(shown[:stop])
        least = {k: natural[k] if k in right else min(natural[k], _LEAST_PROSE) for k in taken}
        room = width - _GAP * (len(taken) - 1) - sum(least.values())
        if room >= 0 or stop <= 2:
            break
    widths = dict(least)
    while room > 0:
        tight = [k for k in taken if widths[k] < natural[k]]
        if not tight:
            break
        narrow = min(tight, key=lambda k: (widths[k], k))
        widths[narrow] += 1
        room -= 1
    return taken, widths


def _part_of_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    taken: Sequence[int],
    widths: Mapping[int, int],
    right: frozenset[int],
    width: int,
) -> Iterator[str]:
    if any(heads[k] for k in taken):
        yield from _row_lines([heads[k] for k in taken], taken, widths, right)
    for row in rows:
        if len(row) < len(heads):
            yield from break_at_blanks(row[0], width)
        else:
            yield from _row_lines([row[k] for k in taken], taken, widths, right)


def _row_lines(
    row: Sequence[str], taken: Sequence[int], widths: Mapping[int, int], right: frozenset[int]
) -> Iterator[str]:
    wrapped = []
    for k, text in zip(taken, row, strict=True):
        lead = text[: len(text) - len(text.lstrip())]
        lines = break_at_blanks(text, widths[k], first=lead, rest=f"{lead}  ")
        wrapped.append(lines or [""])
    for n in range(max(map(len, wrapped))):
        line = (" " * _GAP).join(
            pad(lines[n] if n < len(lines) else "", widths[k], right=k in right)
            for k, lines in zip(taken, wrapped, strict=True)
        )
        yield line.rstrip()


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
