"""Solutions of matrices and trees as tidy CSV: one row per number.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> hunt = StrategicGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]],
...     actions=(("stag", "hare"),) * 2)
>>> solve(hunt, solver="exact").to_csv().splitlines()[0].split(",")[3:8]
['equilibrium', 'number', 'letter', 'name', 'result']
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from deterrence.algebra.numbers import format_decimal
from deterrence.game.tree.game_tree import GameTree
from deterrence.solvers.identities import Named
from deterrence.words.markup import csv_text

#: One row per number, the same columns for every game and concept.
CSV_COLUMNS = (
    "game",
    "concept",
    "status",
    "equilibrium",
    "number",
    "letter",
    "name",
    "result",
    "component",
    "quantity",
    "player",
    "set",
    "label",
    "exact",
    "decimal",
)

#: Quantity, player, information set, label and value of a row.
Row = tuple[str, str, str, str, Any]


def solution_csv(
    solution: Named, concept: str, status: str, value: Any, component: Callable[[int], str]
) -> str:
    """Return the solution as tidy data: one row per number, columns :data:`CSV_COLUMNS`.

    ``quantity`` is ``probability`` (of an action, in trees at the information set ``set``),
    ``payoff``, ``outcome``, ``measure``, ``regret``, ``joint`` (probability of a cell in a
    correlated equilibrium), ``belief`` (of a node, by the moves that lead there;
    ``belief_low`` and ``belief_high`` where it is open), ``refinement`` (1 where it is
    passed), ``objective`` or ``value`` (of a zero-sum game).  ``equilibrium`` and
    ``component`` count from 1; of trees ``component`` is the families that the equilibrium
    belongs to (``component`` gives what stands there).  ``number`` is empty where the
    patterns are too many to be numbered.  ``exact`` is empty for floats; zeros are listed.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    rows = _tree_rows if isinstance(solution.game, GameTree) else _matrix_rows
    head = [csv_text(solution.game.name), concept, status]
    if value is not None:
        first = csv_text(solution.game.players[0])
        numbers = _csv_number(value)
        writer.writerow([*head, *[""] * 6, "value", first, "", "", *numbers])
    for k, (named, e) in enumerate(zip(solution.identities, solution.equilibria, strict=True)):
        called = [
            *("" if named.number is None else named.number, named.letter),
            *map(csv_text, (named.name, named.result)),
        ]
        for quantity, player, where, label, x in rows(e):
            numbers = ("", "") if x is None else _csv_number(x)
            texts = map(csv_text, (player, where, label))
            own = [k + 1, *called, component(k)]
            writer.writerow([*head, *own, quantity, *texts, *numbers])
    return out.getvalue()


def _matrix_rows(e: Any) -> Iterator[Row]:
    if e.label:
        yield "objective", "", "", e.label, None
    for player, strategy in e.profile.items():
        for action, p in strategy.items():
            yield "probability", player, "", action, p
    yield from _facts(e)
    for label, p in e.cells.items():
        yield "joint", "", "", label, p
    for name in e.refinements:
        yield "refinement", "", "", name, Fraction(1)
    yield "regret", "", "", "", e.regret


def _tree_rows(e: Any) -> Iterator[Row]:
    for player, behaviour in e.profile.items():
        for where, mix in behaviour.items():
            for action, p in mix.items():
                yield "probability", player, where, action, p
    yield from _facts(e)
    yield from _beliefs(e)
    for name, verdict in e.refinements.items():
        if verdict == "passes":
            yield "refinement", "", "", name, Fraction(1)
    yield "regret", "", "", "", e.regret


def _facts(e: Any) -> Iterator[Row]:
    for player, u in e.payoffs.items():
        yield "payoff", player, "", "", u
    for kind, numbers in (("outcome", e.outcomes), ("measure", e.measures)):
        for label, p in numbers.items():
            yield kind, "", "", label, p


def _beliefs(e: Any) -> Iterator[Row]:
    for where, belief in e.beliefs.items():
        for path, p in belief.items():
            if isinstance(p, tuple):
                yield "belief_low", "", where, path, p[0]
                yield "belief_high", "", where, path, p[1]
            else:
                yield "belief", "", where, path, p


def _csv_number(value: Any) -> tuple[str, str]:
    exact = str(value) if isinstance(value, Fraction) else ""
    try:
        decimal = float(value)
    except OverflowError:
        return exact, format_decimal(value)
    whole = math.isfinite(decimal) and decimal == int(decimal) and abs(decimal) < 1e15
    return exact, str(int(decimal)) if whole else repr(decimal)
