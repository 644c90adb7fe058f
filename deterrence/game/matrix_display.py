r"""A strategic game's payoffs as text, HTML and LaTeX, with the best replies marked.

A *best reply* is an action that gives its player the most against the others'
actions in that cell; a cell in which everybody's payoff is marked is a pure
Nash equilibrium (Nash 1950).  Marks do not rely on colour: a star in text, an
underline and a star in HTML, an underline in LaTeX.

Two players get a matrix, other numbers of players (and formulas that are too
wide for a matrix) a list of cells.

>>> from deterrence.game.strategic import StrategicGame
>>> print(game_text(StrategicGame.from_matrices([[0, -3], [2, -8]], [[0, 2], [-3, -8]])))
     Column
Row  c1       c2
r1   0, 0     -3*, 2*
r2   2*, -3*  -8, -8
<BLANKLINE>
Each cell: payoff of Row, payoff of Column. A star marks a best reply; a cell
with every payoff starred is a pure equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.game.strategic import Lottery, StrategicGame
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
    wrap,
)
from deterrence.words.scripts import with_remark

#: Longest title that stands in a matrix cell; longer ones give way to their labels.
MAX_TITLE = 24
#: Longest formula in a LaTeX matrix; with longer ones the cells are listed.
MAX_FORMULA = 25
#: Outcomes of one cell's lottery that are named in a matrix cell.
MAX_LOTTERY = 2

#: One list of payoffs per player, cell by cell: formulas to be shown in place of numbers.
Formulas = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: outcome lines, and each player's payoff with its mark."""

    choice: tuple[int, ...]
    outcome: tuple[str, ...]
    payoffs: tuple[Any, ...]
    best: tuple[bool, ...]


def best_replies(game: StrategicGame) -> list[tuple[bool, ...]]:
    """Return, cell by cell, whether each player's action is a best reply to the others'.

    A game with symbolic payoffs has no marks, as they cannot be compared.
    """
    cells = list(game.cells())
    if game.is_symbolic:
        return [(False,) * len(game.players)] * len(cells)
    marks = []
    for i, payoffs in enumerate(game.payoffs):
        best: dict[tuple[int, ...], Any] = {}
        for cell, u in zip(cells, payoffs, strict=True):
            others = (*cell[:i], *cell[i + 1 :])
            if others not in best or u > best[others]:
                best[others] = u
        pairs = zip(cells, payoffs, strict=True)
        marks.append([u == best[(*cell[:i], *cell[i + 1 :])] for cell, u in pairs])
    return list(zip(*marks, strict=True))


def outcome_names(game: StrategicGame) -> dict[str, str]:
    """Return how each outcome is written: by its title, unless titles are long or alike."""
    if game.outcomes is None:
        return {}
    labels = list(dict.fromkeys(label for lottery in game.outcomes for label, _ in lottery))
    titles = [plain(game.titles.get(label) or label) for label in labels]
    if max(map(text_width, titles), default=0) > MAX_TITLE or len(set(titles)) < len(titles):
        titles = [plain(label) for label in labels]
    return dict(zip(labels, titles, strict=True))


def _lottery_lines(lottery: Lottery, names: Mapping[str, str], most: int | None) -> tuple[str, ...]:
    chances = [(names[label], p) for label, p in lottery if p != 0]
    if len(chances) == 1 and chances[0][1] == 1:
        return (chances[0][0],)
    if most is not None and len(chances) > most:
        if not any(_is_formula(p) for _, p in chances):
            chances.sort(key=lambda pair: -pair[1])
        shown = [f"{name} {short(p)}" for name, p in chances[: most - 1]]
        return (*shown, f"or {len(chances) - most + 1} others")
    return tuple(f"{name} {short(p)}" for name, p in chances)


def _is_formula(value: Any) -> bool:
    return not isinstance(value, int | float | Fraction)


def _cells(game: StrategicGame, formulas: Formulas | None, most: int | None) -> list[Cell]:
    names = outcome_names(game)
    shown = game.payoffs if formulas is None else formulas
    lotteries: Sequence[Lottery] = game.outcomes or [()] * len(game.payoffs[0])
    return [
        Cell(choice, _lottery_lines(lottery, names, most), payoffs, best)
        for choice, lottery, payoffs, best in zip(
            game.cells(), lotteries, zip(*shown, strict=True), best_replies(game), strict=True
        )
    ]


def _legend(game: StrategicGame, cells: Sequence[Cell], mark: str) -> str:
    payoffs = ", ".join(f"payoff of {p}" for p in game.players)
    if not any(any(cell.best) for cell in cells):
        return f"Each cell: {payoffs}."
    return (
        f"Each cell: {payoffs}. {mark} marks a best reply; a cell with every payoff "
        f"{'starred' if 'star' in mark else 'underlined'} is a pure equilibrium."
    )


# ---- text ----------------------------------------------------------------------------------
def game_text(
    game: StrategicGame,
    formulas: Formulas | None = None,
    *,
    width: int = WIDTH,
    legend: bool = True,
) -> str:
    """Return the game's cells as plain text at most ``width`` columns wide where that can be.

    ``formulas`` (one list per player, cell by cell) are shown in place of the
    numbers; best replies are marked at the numbers all the same.  ``legend``
    explains the cells and the marks below.
    """
    lines = None
    if len(game.players) == 2:
        lines = _matrix_text(game, _cells(game, formulas, MAX_LOTTERY), width)
    cells = _cells(game, formulas, None)
    if lines is None:
        lines = _list_text(game, cells, width)
    if legend:
        lines += ["", *wrap(_legend(game, cells, "A star"), width)]
    return "\n".join(lines)


def _starred(cell: Cell) -> list[str]:
    marked = zip(cell.payoffs, cell.best, strict=True)
    return [f"{short(u)}{'*' if best else ''}" for u, best in marked]


def _matrix_text(game: StrategicGame, cells: Sequence[Cell], width: int) -> list[str] | None:
    """Return the matrix in blocks of columns that fit the width; None if one does not."""
    row_labels, column_labels = ([plain(a) for a in labels] for labels in game.actions)
    number = len(column_labels)
    texts = [[*cell.outcome, ", ".join(_starred(cell))] for cell in cells]
    heads = [plain(game.players[0]), *row_labels]
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
        lines.append(pad("", left + 2) + plain(game.players[1]))
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


def _list_text(game: StrategicGame, cells: Sequence[Cell], width: int) -> list[str]:
    """Return one row per cell where that fits the width, else one paragraph per cell."""
    players = [plain(p) for p in game.players]
    named = ["Outcome"] if game.outcomes is not None else []
    rows = [[*players, *named, *(f"to {p}" for p in players)]]
    for cell in cells:
        chosen = [plain(a[k]) for a, k in zip(game.actions, cell.choice, strict=True)]
        rows.append([*chosen, *([", ".join(cell.outcome)] if named else []), *_starred(cell)])
    lines = columns(rows)
    if max(map(text_width, lines)) <= width:
        return lines
    lines = []
    for cell in cells:
        played = zip(game.players, game.actions, cell.choice, strict=True)
        lines += wrap(", ".join(f"{p} {labels[k]}" for p, labels, k in played), width, rest="    ")
        if cell.outcome:
            lines += wrap(", ".join(cell.outcome), width, first="  ", rest="  ")
        rows = [[f"  {plain(p)}", u] for p, u in zip(game.players, _starred(cell), strict=True)]
        lines += columns(rows)
    return lines


# ---- HTML ----------------------------------------------------------------------------------
_CELL = f"{HTML_BOX};text-align:center;vertical-align:top"
_HEAD = f"{HTML_BOX};text-align:left"


def game_html(game: StrategicGame, formulas: Formulas | None = None) -> str:
    """Return the game as an HTML table that needs no style sheet and no script."""
    cells = _cells(game, formulas, None)
    title = html_text(game.title or game.name)
    note = html_text(_legend(game, cells, "An underline with a star"))
    note = note.replace("every payoff starred", "every payoff so marked")
    body = _matrix_html(game, cells) if len(game.players) == 2 else _list_html(game, cells)
    return (
        f'<div style="overflow-x:auto"><table style="{HTML_TABLE}">'
        f'<caption style="text-align:left;font-weight:600">{title}</caption>{body}</table>'
        f'<p style="{HTML_NOTE}">{note}</p></div>'
    )


def _payoff_html(cell: Cell) -> list[str]:
    return [
        f"<u>{html_text(short(u))}</u>*" if best else html_text(short(u))
        for u, best in zip(cell.payoffs, cell.best, strict=True)
    ]


def _matrix_html(game: StrategicGame, cells: Sequence[Cell]) -> str:
    (row, column), (rows, labels) = game.players, game.actions
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
        for cell in cells[i * number : (i + 1) * number]:
            outcome = "".join(f"<div>{html_text(o)}</div>" for o in cell.outcome)
            payoffs = f'<div style="white-space:nowrap">{", ".join(_payoff_html(cell))}</div>'
            tds.append(f'<td style="{_CELL}">{outcome}{payoffs}</td>')
        lines.append(
            f'<tr><th scope="row" style="{_HEAD}">{html_text(label)}</th>{"".join(tds)}</tr>'
        )
    return f"<thead>{head}</thead><tbody>{''.join(lines)}</tbody>"


def _list_html(game: StrategicGame, cells: Sequence[Cell]) -> str:
    def row(kind: str, texts: Sequence[str], style: str) -> str:
        scope = ' scope="col"' if kind == "th" else ""
        return "".join(f'<{kind}{scope} style="{style}">{t}</{kind}>' for t in texts)

    players = [html_text(p) for p in game.players]
    named = ["Outcome"] if game.outcomes is not None else []
    head = [*players, *named, *(f"Payoff of {p}" for p in players)]
    lines = []
    for cell in cells:
        chosen = [html_text(a[k]) for a, k in zip(game.actions, cell.choice, strict=True)]
        outcome = ["<br>".join(map(html_text, cell.outcome))] if named else []
        texts = [*chosen, *outcome, *_payoff_html(cell)]
        lines.append(f"<tr>{row('td', texts, _CELL)}</tr>")
    return f"<thead><tr>{row('th', head, _CELL)}</tr></thead><tbody>{''.join(lines)}</tbody>"


# ---- LaTeX ---------------------------------------------------------------------------------
def game_latex(
    game: StrategicGame,
    formulas: Formulas | None = None,
    *,
    symbols: Mapping[str, str] | None = None,
) -> str:
    r"""Return the game as a plain LaTeX ``tabular`` (no packages needed).

    ``symbols`` maps parameter names to their LaTeX; formulas are typeset with
    sympy, which is imported only then.

    >>> from deterrence.game.strategic import StrategicGame
    >>> game = StrategicGame.from_matrices([[1, 0]], [[0, 1]], actions=(("a_1",), ("l", "r")))
    >>> print(game_latex(game))
    \begin{tabular}{l|cc}
     & \multicolumn{2}{c}{Column} \\
    Row & l & r \\
    \hline
    a\_1 & $\underline{1}$, $0$ & $\underline{0}$, $\underline{1}$ \\
    \end{tabular}
    """
    return with_remark(game_tabular(game, formulas, symbols=symbols))


def game_tabular(
    game: StrategicGame,
    formulas: Formulas | None = None,
    *,
    symbols: Mapping[str, str] | None = None,
) -> str:
    """Return what :func:`game_latex` does, without a remark on the labels' letters."""
    cells = _cells(game, formulas, None)
    known = dict(symbols or {})
    longest = max(len(str(u)) for cell in cells for u in cell.payoffs)
    if len(game.players) == 2 and longest <= MAX_FORMULA:
        return _matrix_latex(game, cells, known)
    head = [*map(latex_text, game.players), *(["Outcome"] if game.outcomes is not None else [])]
    head += [f"Payoff of {latex_text(p)}" for p in game.players]
    lines = [r"\begin{tabular}{" + "l" * (len(head)) + "}", _latex_row(head), r"\hline"]
    for cell in cells:
        chosen = [latex_text(a[k]) for a, k in zip(game.actions, cell.choice, strict=True)]
        outcome = [", ".join(map(latex_text, cell.outcome))] if game.outcomes is not None else []
        lines.append(_latex_row([*chosen, *outcome, *_payoff_latex(cell, known)]))
    return "\n".join([*lines, r"\end{tabular}"])


def _matrix_latex(game: StrategicGame, cells: Sequence[Cell], symbols: Mapping[str, str]) -> str:
    number = game.shape[1]
    lines = [
        r"\begin{tabular}{l|" + "c" * number + "}",
        rf" & \multicolumn{{{number}}}{{c}}{{{latex_text(game.players[1])}}} \\",
        _latex_row([latex_text(game.players[0]), *map(latex_text, game.actions[1])]),
        r"\hline",
    ]
    for i, label in enumerate(game.actions[0]):
        texts = []
        for cell in cells[i * number : (i + 1) * number]:
            payoffs = ", ".join(_payoff_latex(cell, symbols))
            stack = [*map(latex_text, cell.outcome), payoffs]
            inner = r" \\ ".join(stack)
            texts.append(inner if len(stack) == 1 else rf"\shortstack{{{inner}}}")
        lines.append(_latex_row([latex_text(label), *texts]))
    return "\n".join([*lines, r"\end{tabular}"])


def _latex_row(texts: Sequence[str]) -> str:
    # A bracket after \\ would be read as its optional argument.
    return " & ".join(f"{{}}{t}" if t.startswith("[") else t for t in texts) + r" \\"


def _payoff_latex(cell: Cell, symbols: Mapping[str, str]) -> list[str]:
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
    if not _is_formula(value):
        return latex_number(short(value))
    import sympy

    expression = value.to_sympy() if hasattr(value, "to_sympy") else value
    names = {s: latex_symbol(s.name, symbols.get(s.name, "")) for s in expression.free_symbols}
    return str(sympy.latex(expression, symbol_names=names))
