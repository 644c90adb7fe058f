"""What happens in the cells of a table, and which of them are what the model wants.

>>> from deterrence import load_model
>>> game = load_model("chicken").strategic_at()
>>> wanted(game)
[0]
"""

from __future__ import annotations

from fractions import Fraction

from deterrence.algebra.numbers import format_decimal
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel

#: Outcomes of a lottery that are told, and letters beyond which only the likeliest is.
_OUTCOMES, _LONGEST = 3, 60


def wanted(game: StrategicGame) -> list[int]:
    """Return the cells in which the first probability that the model wants is greatest."""
    for measure in game.measures:
        asked = [e for e in measure.expression.walk() if e.op == "query"]
        if measure.sense != "want" or not asked or any(e.args[0] != "P" for e in asked):
            continue
        values = []
        for lottery in game.cell_outcomes():
            chances = dict(lottery)

            def answer(_: str, label: str, chances: dict[str, object] = chances) -> object:
                return chances.get(label, Fraction(0))

            values.append(measure.expression.evaluate(game.values, answer))
        most = max(values)
        if most > 0:
            return [k for k, value in enumerate(values) if value == most]
    return []


def state_words(model: SymbolicModel, game: StrategicGame | None, cell: int) -> tuple[str, bool]:
    """Return what happens in a cell, the likeliest outcomes first, and whether for certain."""
    if game is None or game.outcomes is None:
        return "", False
    known = [(o, p) for o, p in game.outcomes[cell] if p != 0 and o in model.outcomes]
    known.sort(key=lambda pair: -pair[1])
    if not known:
        return "", False
    if len(known) == 1:
        return model.naming.titled(known[0][0]), True
    told = [f"{model.naming.titled(o)} {format_decimal(p)}" for o, p in known[:_OUTCOMES]]
    whole = ", ".join(told)
    return (whole if len(whole) <= _LONGEST else f"mostly {told[0]}"), False
