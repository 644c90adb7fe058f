r"""A table of payoffs as text, HTML and LaTeX: plain values in, no game needed.

Marks do not rely on colour: a star in text, an underline and a star in HTML, an
underline in LaTeX.  Two players get a matrix, other numbers of players (and formulas
that are too wide for a matrix) a list of cells.

>>> def cell(row, column, payoffs, best):
...     return PayoffCell((row, column), (), (), payoffs, best)
>>> table = PayoffTable("Chicken", ("A", "B"), (("stop", "go"), ("wait",)), (
...     cell(0, 0, (0, 2), (False, True)), cell(1, 0, (3, 1), (True, True))))
>>> print(table_text(table, legend=False))
      B
A     wait
stop  0, 2*
go    3*, 1*
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.words.markup import (
    HTML_BOX,
    HTML_NOTE,
    HTML_TABLE,
    WIDTH,
    columns,
    html_text,
    latex_number,
    latex_symbol,
    latex_text,
    pad,
    plain,
    short,
    text_width,
    wide,
    wrap,
)
from deterrence.words.typeset import expression_html

#: Longest formula in a LaTeX matrix; with longer ones the cells are listed.
MAX_FORMULA = 25


@dataclass(frozen=True)
class PayoffCell:
    """What stands in one cell.

    ``choice`` has the position of each player's action, ``best`` says of each player's
    payoff whether it is marked.  ``outcome`` has a line for each outcome that can happen,
    ``outcome_brief`` the few that a matrix in text has room for.
    """

    choice: tuple[int, ...]
    outcome: tuple[str, ...]
    outcome_brief: tuple[str, ...]
    payoffs: tuple[Any, ...]
    best: tuple[bool, ...]


@dataclass(frozen=True)
class PayoffTable:
    """The payoffs of a game, cell by cell, the last player's action varying fastest.

    ``actions`` has one list of labels per player.  ``has_outcomes`` says whether cells name
    outcomes at all.
    """

    title: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    cells: tuple[PayoffCell, ...]
    has_outcomes: bool = False


def is_formula(value: Any) -> bool:
    """Say whether a payoff is a formula, of this package or of sympy, and no number."""
    return not isinstance(value, int | float | Fraction)


def _legend(table: PayoffTable, mark: str) -> str:
    payoffs = ", ".join(f"payoff of {p}" for p in table.players)
    if not any(any(cell.best) for cell in table.cells):
        return f"Each cell: {payoffs}."
    return (
        f"Each cell: {payoffs}. {mark} marks a best reply; a cell with every payoff "
        f"{'starred' if 'star' in mark else 'underlined'} is a pure equilibrium."
    )


def _listed(
    table: PayoffTable,
    write: Callable[[str], str],
    heading: str,
    joint: str,
    payoffs: Callable[[PayoffCell], Sequence[str]],
) -> Iterator[list[str]]:
    """Yield the headings, then one row per cell: what is chosen, the outcome, the payoffs."""
    players = [write(p) for p in table.players]
    named = ["Outcome"] if table.has_outcomes else []
    yield [*players, *named, *(f"{heading} {p}" for p in players)]
    for cell in table.cells:
        chosen = [write(a[k]) for a, k in zip(table.actions, cell.choice, strict=True)]
        outcome = [joint.join(map(write, cell.outcome))] if named else []
        yield [*chosen, *outcome, *payoffs(cell)]


# ---- text ----------------------------------------------------------------------------------
def table_text(table: PayoffTable, *, width: int = WIDTH, legend: bool = True) -> str:
    """Return the cells as plain text at most ``width`` columns wide where that can be.

    ``legend`` explains the cells and the marks below.
    """
    lines = _matrix_text(table, width) if len(table.players) == 2 else None
    if lines is None:
        lines = _list_text(table, width)
    if legend:
        lines += ["", *wrap(_legend(table, "A star"), width)]
    return "\n".join(lines)


def _starred(cell: PayoffCell) -> list[str]:
    marked = zip(cell.payoffs, cell.best, strict=True)
    return [f"{short(u)}{'*' if best else ''}" for u, best in marked]


def _matrix_text(table: PayoffTable, width: int) -> list[str] | None:
    """Return the matrix in blocks of columns that fit the width; None if one does not."""
    row_labels, column_labels = ([plain(a) for a in labels] for labels in table.actions)
    number = len(column_labels)
    texts = [[*cell.outcome_brief, ", ".join(_starred(cell))] for cell in table.cells]
    heads = [plain(table.players[0]), *row_labels]
    left = max(map(text_width, heads))
    widths = [
        max(text_width(t) for t in (column_labels[j], *(x for c in texts[j::number] for x in c)))
        for j in range(number)
    ]
    if left + 2 + max(widths) > width:
        return None
    lines: list[str] = []
    start = 0
    while start < number:
        stop, used = start, left
        while stop < number and used + widths[stop] + 2 <= width:
            used += widths[stop] + 2
            stop += 1
        block = range(start, stop)
        if start:
            lines.append("")
        lines.append(pad("", left + 2) + plain(table.players[1]))
        lines.append(_joined(heads[0], [column_labels[j] for j in block], left, widths[start:stop]))
        for i, label in enumerate(row_labels):
            stack = [texts[i * number + j] for j in block]
            height = max(map(len, stack))
            for k in range(height):
                # Outcomes from the top, payoffs all on the last line.
                parts = [
                    t[-1] if k == height - 1 else t[k] if k < len(t) - 1 else "" for t in stack
                ]
                lines.append(_joined(label if k == 0 else "", parts, left, widths[start:stop]))
            if height > 1 and i < len(row_labels) - 1:
                lines.append("")
        start = stop
    return lines


def _joined(label: str, parts: Sequence[str], left: int, widths: Sequence[int]) -> str:
    body = "  ".join(pad(text, w) for text, w in zip(parts, widths, strict=True))
    return f"{pad(label, left)}  {body}".rstrip()


def _list_text(table: PayoffTable, width: int) -> list[str]:
    """Return one row per cell where that fits the width, else one paragraph per cell."""
    lines = columns(list(_listed(table, plain, "to", ", ", _starred)))
    if max(map(text_width, lines)) <= width:
        return lines
    lines = []
    for cell in table.cells:
        played = zip(table.players, table.actions, cell.choice, strict=True)
        lines += wrap(", ".join(f"{p} {labels[k]}" for p, labels, k in played), width, rest="    ")
        if cell.outcome:
            lines += wrap(", ".join(cell.outcome), width, first="  ", rest="  ")
        rows = [[f"  {plain(p)}", u] for p, u in zip(table.players, _starred(cell), strict=True)]
        lines += columns(rows)
    return lines


# ---- HTML ----------------------------------------------------------------------------------
_CELL = f"{HTML_BOX};text-align:center;vertical-align:top"
_HEAD = f"{HTML_BOX};text-align:left"


def table_html(
    table: PayoffTable, symbols: Mapping[str, str] | None = None, *, legend: bool = True
) -> str:
    """Return the table as HTML that needs no style sheet and no script.

    ``symbols`` maps parameter names to how they are typeset, ``legend`` explains the cells.
    """
    known = dict(symbols or {})
    note = html_text(_legend(table, "An underline with a star"))
    note = note.replace("every payoff starred", "every payoff so marked")
    told = f'<p style="{HTML_NOTE}">{note}</p>' if legend else ""
    title = html_text(table.title)
    head = f'<caption style="text-align:left;font-weight:600">{title}</caption>' if title else ""
    body = _matrix_html(table, known) if len(table.players) == 2 else _list_html(table, known)
    return wide(f'<table style="{HTML_TABLE}">{head}{body}</table>') + told


def _payoff_html(cell: PayoffCell, symbols: Mapping[str, str]) -> list[str]:
    told = []
    for u, best in zip(cell.payoffs, cell.best, strict=True):
        formula = isinstance(u, Expression)
        text = expression_html(u, symbols) if formula else html_text(short(u))
        told.append(f"<u>{text}</u>*" if best else text)
    return told


def _matrix_html(table: PayoffTable, symbols: Mapping[str, str]) -> str:
    (row, column), (rows, labels) = table.players, table.actions
    number = len(labels)
    head = (
        f'<tr><td style="{_HEAD}"></td>'
        f'<th scope="colgroup" colspan="{number}" style="{_CELL}">'
        f"{html_text(column)}</th></tr>"
        f'<tr><th scope="col" style="{_HEAD}">{html_text(row)}</th>'
        + "".join(f'<th scope="col" style="{_CELL}">{html_text(c)}</th>' for c in labels)
        + "</tr>"
    )
    lines = []
    for i, label in enumerate(rows):
        tds = []
        for cell in table.cells[i * number : (i + 1) * number]:
            outcome = "".join(f"<div>{html_text(o)}</div>" for o in cell.outcome)
            payoffs = (
                f'<div style="white-space:nowrap">{", ".join(_payoff_html(cell, symbols))}</div>'
            )
            tds.append(f'<td style="{_CELL}">{outcome}{payoffs}</td>')
        lines.append(
            f'<tr><th scope="row" style="{_HEAD}">{html_text(label)}</th>{"".join(tds)}</tr>'
        )
    return f"<thead>{head}</thead><tbody>{''.join(lines)}</tbody>"


def _list_html(table: PayoffTable, symbols: Mapping[str, str]) -> str:
    def row(kind: str, texts: Sequence[str], style: str) -> str:
        scope = ' scope="col"' if kind == "th" else ""
        return "".join(f'<{kind}{scope} style="{style}">{t}</{kind}>' for t in texts)

    head, *rows = _listed(
        table, html_text, "Payoff of", "<br>", lambda cell: _payoff_html(cell, symbols)
    )
    lines = "".join(f"<tr>{row('td', texts, _CELL)}</tr>" for texts in rows)
    return f"<thead><tr>{row('th', head, _CELL)}</tr></thead><tbody>{lines}</tbody>"


# ---- LaTeX ---------------------------------------------------------------------------------
def table_latex(table: PayoffTable, symbols: Mapping[str, str] | None = None) -> str:
    r"""Return the table as a plain LaTeX ``tabular`` (no packages needed).

    ``symbols`` maps parameter names to their LaTeX; formulas are typeset with
    sympy, which is imported only then.

    >>> cell = PayoffCell((0, 0), (), (), (1, 0), (True, False))
    >>> print(table_latex(PayoffTable("", ("Row", "Column"), (("a_1",), ("l",)), (cell,))))
    \begin{tabular}{l|c}
     & \multicolumn{1}{c}{Column} \\
    Row & l \\
    \hline
    a\_1 & $\underline{1}$, $0$ \\
    \end{tabular}
    """
    known = dict(symbols or {})
    longest = max(len(str(u)) for cell in table.cells for u in cell.payoffs)
    if len(table.players) == 2 and longest <= MAX_FORMULA:
        return _matrix_latex(table, known)
    head, *rows = _listed(
        table, latex_text, "Payoff of", ", ", lambda cell: _payoff_latex(cell, known)
    )
    lines = [r"\begin{tabular}{" + "l" * (len(head)) + "}", _latex_row(head), r"\hline"]
    return "\n".join([*lines, *map(_latex_row, rows), r"\end{tabular}"])


def _matrix_latex(table: PayoffTable, symbols: Mapping[str, str]) -> str:
    number = len(table.actions[1])
    lines = [
        r"\begin{tabular}{l|" + "c" * number + "}",
        rf" & \multicolumn{{{number}}}{{c}}{{{latex_text(table.players[1])}}} \\",
        _latex_row([latex_text(table.players[0]), *map(latex_text, table.actions[1])]),
        r"\hline",
    ]
    for i, label in enumerate(table.actions[0]):
        texts = []
        for cell in table.cells[i * number : (i + 1) * number]:
            payoffs = ", ".join(_payoff_latex(cell, symbols))
            stack = [*map(latex_text, cell.outcome), payoffs]
            inner = r" \\ ".join(stack)
            texts.append(inner if len(stack) == 1 else rf"\shortstack{{{inner}}}")
        lines.append(_latex_row([latex_text(label), *texts]))
    return "\n".join([*lines, r"\end{tabular}"])


def _latex_row(texts: Sequence[str]) -> str:
    # A bracket after \\ would be read as its optional argument.
    return " & ".join(f"{{}}{t}" if t.startswith("[") else t for t in texts) + r" \\"


def _payoff_latex(cell: PayoffCell, symbols: Mapping[str, str]) -> list[str]:
    result = []
    for u, best in zip(cell.payoffs, cell.best, strict=True):
        text = formula_latex(u, symbols)
        result.append(rf"$\underline{{{text}}}$" if best else f"${text}$")
    return result


def formula_latex(value: Any, symbols: Mapping[str, str]) -> str:
    r"""Return a number or formula as LaTeX for math mode.

    >>> from fractions import Fraction
    >>> formula_latex(Fraction(-3, 7), {})
    '-3/7'
    """
    if not is_formula(value):
        return latex_number(short(value))
    import sympy

    expression = value.to_sympy() if hasattr(value, "to_sympy") else value
    names = {s: latex_symbol(s.name, symbols.get(s.name, "")) for s in expression.free_symbols}
    return str(sympy.latex(expression, symbol_names=names))
