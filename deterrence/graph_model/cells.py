"""Which cells of a table are what the model wants.

>>> from deterrence import load_model
>>> game = load_model("chicken").strategic_at()
>>> wanted(game)
[0]
"""

from __future__ import annotations

from fractions import Fraction

from deterrence.game.strategic import StrategicGame


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
