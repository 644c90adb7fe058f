r"""A solution as HTML and LaTeX tables: one row per number, one column per equilibrium.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> pd = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]])
>>> print(solution_latex(solve(pd, solver="exact")).splitlines()[0])
\noindent\begin{tabular}{lr}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.solvers.display.words import (
    certificate,
    continua,
    headline,
    listed,
    outcome_titles,
    piece_entries,
    status_line,
    subset_entries,
)
from deterrence.solvers.solution import Equilibrium, Solution
from deterrence.words.markup import (
    HTML_LINE,
    HTML_NOTE,
    HTML_TABLE,
    both,
    html_text,
    latex_number,
    latex_text,
    number,
)
from deterrence.words.scripts import with_remark

#: Equilibria side by side in one table; more of them make more tables.
HTML_COLUMNS = 6
LATEX_COLUMNS = 3
#: Longest title of an outcome and longest exact fraction that fit into LaTeX columns.
LATEX_TITLE = 30
LATEX_EXACT = 9
#: With more actions than this, those that nobody plays are left out of a table.
MAX_ACTIONS = 8


@dataclass(frozen=True)
class Section:
    """A group of rows ``(label, [number or text per equilibrium])`` under one heading."""

    title: str
    rows: tuple[tuple[str, tuple[Any, ...]], ...]


def sections(equilibria: Sequence[Equilibrium], titles: Mapping[str, str]) -> Iterator[Section]:
    """Yield the groups of rows that describe the equilibria."""
    first = equilibria[0]
    if any(e.cells for e in equilibria):
        names = {cell: f"({cell})" for e in equilibria for cell in e.cells}
        joint = [{cell: e.cells.get(cell, 0) for cell in names} for e in equilibria]
        yield _numbers("Advice", joint, names)
    for player in first.profile:
        strategies = [e.profile[player] for e in equilibria]
        keep = max(map(len, strategies)) <= MAX_ACTIONS
        yield _numbers(player, strategies, {}, zeros=keep)
    yield _numbers("Payoff", [e.payoffs for e in equilibria], {}, zeros=True)
    yield _numbers("Outcome", [e.outcomes for e in equilibria], titles)
    if any(e.measures for e in equilibria):
        yield _numbers("Measure", [e.measures for e in equilibria], {}, zeros=True)
    rest: list[tuple[str, tuple[Any, ...]]] = []
    if any(e.refinements for e in equilibria):
        rest.append(("refinements", tuple(e.refinements for e in equilibria)))
    rest.append(("regret", tuple(e.regret for e in equilibria)))
    yield Section("Certificate", tuple(rest))


def _numbers(
    title: str,
    columns: Sequence[Mapping[str, Any]],
    titles: Mapping[str, str],
    *,
    zeros: bool = False,
) -> Section:
    labels = dict.fromkeys(label for column in columns for label in column)
    rows = [(titles.get(label) or label, tuple(c.get(label) for c in columns)) for label in labels]
    return Section(title, tuple(r for r in rows if zeros or any(r[1])))


def _blocks(solution: Solution, size: int) -> Iterator[tuple[list[str], list[Equilibrium]]]:
    """Yield the equilibria in blocks of at most ``size``, with their headings."""
    for start in range(0, len(solution.equilibria), size):
        block = list(solution.equilibria[start : start + size])
        yield [e.label or str(start + k + 1) for k, e in enumerate(block)], block


def _notes(solution: Solution) -> Iterator[str]:
    for n, (_, component) in enumerate(continua(solution), 1):
        how = "that includes" if component.pieces else "spanned by"
        members = f"Continuum {n}, the set of equilibria {how} {listed(component.members)}: "
        texts = ["; ".join(subset_entries(solution, component, s)) for s in component.subsets]
        texts += ["; ".join(piece_entries(piece)) for piece in component.pieces]
        yield members + ", or ".join(texts) + "."
    for k, e in enumerate(solution.equilibria, 1):
        for note in e.notes:
            yield f"{e.label or f'Equilibrium {k}'}: {note}."
    if any(len(a) > MAX_ACTIONS for a in solution.game.actions):
        yield "Actions that are not played in any equilibrium of a table are left out of it."
    line = status_line(solution)
    yield f"{line[0].upper()}{line[1:]}."
    yield from solution.messages


# ---- HTML ----------------------------------------------------------------------------------
def solution_html(solution: Solution) -> str:
    """Return the solution as HTML that needs no style sheet and no script.

    Borders and text take the page's own colours.
    """
    game = solution.game
    parts = [
        f"<p><strong>{html_text(game.title or game.name)}</strong><br>"
        f"{html_text(headline(solution))}</p>"
    ]
    if game.values:
        values = ", ".join(f"{html_text(k)}&nbsp;=&nbsp;{_html(v)}" for k, v in game.values.items())
        parts.append(f'<p style="{HTML_NOTE}">Values: {values}</p>')
    if solution.value is not None:
        parts.append(f"<p>Value for {html_text(game.players[0])}: {_html(solution.value)}</p>")
    titles = outcome_titles(solution)
    for names, block in _blocks(solution, HTML_COLUMNS):
        heads = [n if block[k].label else f"Equilibrium {n}" for k, n in enumerate(names)]
        parts.append(_table_html(heads, block, titles))
    notes = "<br>".join(html_text(note) for note in _notes(solution))
    parts.append(f'<p style="{HTML_NOTE}">{notes}</p>')
    return f'<div style="overflow-x:auto">{"".join(parts)}</div>'


def equilibrium_html(e: Equilibrium) -> str:
    """Return one equilibrium as an HTML table, without its game."""
    notes = "<br>".join(html_text(n) for n in (certificate(e), *e.notes))
    table = _table_html([e.label or "Equilibrium"], [e], {})
    return f'<div style="overflow-x:auto">{table}<p style="{HTML_NOTE}">{notes}</p></div>'


def _table_html(
    heads: Sequence[str], block: Sequence[Equilibrium], titles: Mapping[str, str]
) -> str:
    right = f"{HTML_LINE};text-align:right;vertical-align:top"
    left = f"{HTML_LINE};text-align:left;vertical-align:top"
    top = "".join(f'<th scope="col" style="{right}">{html_text(h)}</th>' for h in heads)
    bodies = []
    for section in sections(block, titles):
        rows = [
            f'<tr><th scope="rowgroup" colspan="{len(block) + 1}" '
            f'style="{left};padding-top:0.8em">{html_text(section.title)}</th></tr>'
        ]
        for label, values in section.rows:
            tds = "".join(f'<td style="{right}">{_html(v)}</td>' for v in values)
            head = f"{left};font-weight:400;padding-left:1.5em"
            rows.append(f'<tr><th scope="row" style="{head}">{html_text(label)}</th>{tds}</tr>')
        bodies.append(f"<tbody>{''.join(rows)}</tbody>")
    return (
        f'<table style="{HTML_TABLE}"><thead><tr><td style="{left}"></td>{top}</tr></thead>'
        f"{''.join(bodies)}</table>"
    )


def _html(value: Any) -> str:
    if value is None:
        return "&ndash;"
    if isinstance(value, tuple):
        return "<br>".join(html_text(v) for v in value) or "&ndash;"
    exact, decimal = number(value)
    if exact in ("", "~") or not decimal:
        return html_text(both(value))
    return f'{html_text(exact)} <span style="opacity:0.75">({html_text(decimal)})</span>'


# ---- LaTeX ---------------------------------------------------------------------------------
def solution_latex(solution: Solution) -> str:
    """Return the solution as plain LaTeX ``tabular`` blocks (no packages needed)."""
    titles = outcome_titles(solution, LATEX_TITLE)
    tables = [
        "\n".join(_table_latex(names, block, titles))
        for names, block in _blocks(solution, LATEX_COLUMNS)
    ]
    if solution.value is not None:
        player = latex_text(solution.game.players[0])
        tables.insert(0, f"Value for {player}: {_latex(solution.value)}")
    notes = [latex_text(note) for note in _notes(solution)]
    return with_remark("\n\n\\par\\medskip\n".join([*tables, "\n\n".join(notes)]))


def _table_latex(
    names: Sequence[str], block: Sequence[Equilibrium], titles: Mapping[str, str]
) -> Iterator[str]:
    width = len(block) + 1
    yield rf"\noindent\begin{{tabular}}{{l{'r' * len(block)}}}"
    yield r"\hline"
    first = "Objective" if any(e.label for e in block) else "Equilibrium"
    yield _row(latex_text, [first, *names])
    for section in sections(block, titles):
        yield r"\hline"
        yield rf"\multicolumn{{{width}}}{{l}}{{\textbf{{{latex_text(section.title)}}}}} \\"
        for label, values in section.rows:
            yield _row(str, [rf"\quad {latex_text(label)}", *map(_latex, values)])
    yield r"\hline"
    yield r"\end{tabular}"


def _row(write: Callable[[str], str], texts: Iterable[str]) -> str:
    return " & ".join(write(t) for t in texts) + r" \\"


def _latex(value: Any) -> str:
    if value is None:
        return "--"
    if isinstance(value, tuple):
        lines = r" \\ ".join(latex_text(v) for v in value)
        return rf"\begin{{tabular}}[t]{{@{{}}r@{{}}}}{lines}\end{{tabular}}" if lines else "--"
    exact, decimal = number(value, LATEX_EXACT)
    if exact == "~":
        return f"${latex_number(f'~{decimal}')}$"
    if not decimal or not exact:
        return f"${latex_number(exact or decimal)}$"
    return f"${exact}$ (${latex_number(decimal)}$)"
