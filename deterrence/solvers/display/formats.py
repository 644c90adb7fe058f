"""A solution as text, CSV, HTML and LaTeX.

Every rendering reads the same :class:`~deterrence.solvers.solution.Solution`
and recomputes nothing.  Here is the CSV; the others have a module each.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> hunt = StrategicGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]],
...     actions=(("stag", "hare"),) * 2)
>>> print(solution_csv(solve(hunt, solver="exact")).splitlines()[0])
game,concept,status,equilibrium,component,quantity,player,label,exact,decimal
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from deterrence.algebra.numbers import format_decimal
from deterrence.solvers.display.tables import equilibrium_html, solution_html, solution_latex
from deterrence.solvers.display.text import solution_text
from deterrence.solvers.solution import Equilibrium, Solution
from deterrence.words.markup import csv_text
from deterrence.words.shown import shows

__all__ = [
    "CSV_COLUMNS",
    "equilibrium_html",
    "solution_csv",
    "solution_html",
    "solution_latex",
    "solution_text",
]

shows(Equilibrium, html=equilibrium_html)
shows(Solution, html=solution_html, latex=solution_latex)

#: One row per number, the same columns for every game and concept.
CSV_COLUMNS = (
    "game",
    "concept",
    "status",
    "equilibrium",
    "component",
    "quantity",
    "player",
    "label",
    "exact",
    "decimal",
)


def solution_csv(solution: Solution) -> str:
    """Return the solution as tidy data: one row per number, columns :data:`CSV_COLUMNS`.

    ``quantity`` is ``probability`` (of an action), ``payoff``, ``outcome``,
    ``measure``, ``regret``, ``joint`` (probability of a cell in a correlated
    equilibrium), ``refinement`` (1 where it is passed), ``objective`` or ``value``
    (of a zero-sum game).  ``equilibrium`` and ``component`` count from 1.
    ``exact`` is empty for floats; zeros are listed.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    head = [csv_text(solution.game.name), solution.concept, solution.status]
    if solution.value is not None:
        first = csv_text(solution.game.players[0])
        writer.writerow([*head, "", "", "value", first, "", *_csv_number(solution.value)])
    for k, e in enumerate(solution.equilibria, 1):
        for quantity, player, label, value in _csv_rows(e):
            numbers = ("", "") if value is None else _csv_number(value)
            named = (quantity, csv_text(player), csv_text(label))
            writer.writerow([*head, k, e.component + 1, *named, *numbers])
    return out.getvalue()


def _csv_rows(e: Equilibrium) -> Iterator[tuple[str, str, str, Any]]:
    if e.label:
        yield "objective", "", e.label, None
    for player, strategy in e.profile.items():
        for action, p in strategy.items():
            yield "probability", player, action, p
    for player, u in e.payoffs.items():
        yield "payoff", player, "", u
    for kind, numbers in (("outcome", e.outcomes), ("measure", e.measures), ("joint", e.cells)):
        for label, p in numbers.items():
            yield kind, "", label, p
    for name in e.refinements:
        yield "refinement", "", name, Fraction(1)
    yield "regret", "", "", e.regret


def _csv_number(value: Any) -> tuple[str, str]:
    exact = str(value) if isinstance(value, Fraction) else ""
    try:
        decimal = float(value)
    except OverflowError:
        return exact, format_decimal(value)
    whole = math.isfinite(decimal) and decimal == int(decimal) and abs(decimal) < 1e15
    return exact, str(int(decimal)) if whole else repr(decimal)
