"""The measures that every ladder has, whether it is climbed at once or in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure
from deterrence.modelfile.ladders.ladder import GENERAL_WAR, Ladder
from deterrence.modelfile.measure_rules import chance_of, long_sum


def ladder_measures(
    ladder: Ladder,
    level: Mapping[str, int],
    slips: Sequence[str],
    prevails: Mapping[str, Sequence[str]],
    stand_offs: Sequence[str] | None = None,
) -> tuple[Measure, ...]:
    """Return the file's own measures, then those that every ladder has; the own ones win.

    ``level`` has the rung of every outcome at which a crisis may end, in the order in which
    sums name them; ``slips``, ``prevails`` (by player) and ``stand_offs`` say which of them
    are which.  With moves in turn there are no stand-offs (``None``).
    """

    def chance(name: str, title: str, labels: Sequence[str]) -> Measure:
        return Measure(name, long_sum([chance_of(label) for label in labels]), title)

    worth = [Expression.number(rung) * chance_of(o) for o, rung in level.items() if rung]
    leaving = Expression.number(1) - chance_of(ladder.rung_slugs[0])
    war = [GENERAL_WAR, *slips]
    automatic = [
        chance("general_war", "probability of general war, deliberate or not", war),
        chance("deliberate_war", "probability of deliberate general war", [GENERAL_WAR]),
        chance("inadvertent_war", "probability of slipping to general war", slips),
        Measure("crisis", leaving, "probability of leaving the status quo"),
        Measure("expected_rung", long_sum(worth), "expected rung; general war counts as the top"),
        *(
            chance(f"{ladder.slugs[p]}_prevails", f"probability that {p} prevails", won)
            for p, won in prevails.items()
        ),
    ]
    if stand_offs is not None:
        title = "probability of a stand-off above the status quo"
        automatic.append(chance("stand_off", title, stand_offs))
    own = {rule.name: rule.measure(list(level)) for rule in ladder.rules}
    return (*own.values(), *(m for m in automatic if m.name not in own))
