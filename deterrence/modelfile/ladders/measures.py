"""The measures that every ladder has, whether it is climbed at once or in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure, Sense
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

    def chance(name: str, title: str, labels: Sequence[str], sense: Sense = "") -> Measure:
        return Measure(name, long_sum([chance_of(label) for label in labels]), title, sense=sense)

    worth = [Expression.number(k) * chance_of(o) for o, k in level.items() if k]
    leaving = Expression.number(1) - chance_of(ladder.rung_slugs[0])
    war = [GENERAL_WAR, *slips]
    rung = "expected rung; general war counts as the top"
    automatic = [
        chance("general_war", "probability of general war, deliberate or not", war, "avoid"),
        chance("deliberate_war", "probability of deliberate general war", [GENERAL_WAR], "avoid"),
        chance("inadvertent_war", "probability of slipping to general war", slips, "avoid"),
        Measure("crisis", leaving, "probability of leaving the status quo", sense="avoid"),
        Measure("expected_rung", long_sum(worth), rung, sense="avoid"),
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
