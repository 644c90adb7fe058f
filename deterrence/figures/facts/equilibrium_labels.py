"""What equilibria are called in figures: their numbers and names, the same as everywhere.

Equilibria that are drawn as one, as those of a tree with one result are, have one label with
all their numbers.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> found = label_of(model.names, [{"Russia": ["restrain"], "NATO": ["escalate"]}])
>>> found.mark, found.words
('#2', '#2 Russia: Restrain; NATO: Escalate')
>>> label_of(model.names, [{"Russia": ["restrain"], "NATO": [a]} for a in ("restrain", "escalate")],
...          "Quiet").words
'#1, #2 Quiet'
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.game.naming import Naming
from deterrence.game.pattern_names import PatternNames, result_name

#: Numbers that a mark tells, and those that a key tells.
_MARKED, _TOLD = 2, 4
#: Length from which the name of what is done gives way to the name of its result.
_LONG = 90


@dataclass(frozen=True)
class EquilibriumLabel:
    """The numbers of one or more equilibria, none where there are too many, and their name."""

    numbers: tuple[int, ...]
    name: str

    @property
    def mark(self) -> str:
        """What stands in a figure: the numbers, or the first of many."""
        return _listed(self.numbers, _MARKED)

    @property
    def words(self) -> str:
        """What stands in a key: numbers and name."""
        told = _listed(self.numbers, _TOLD)
        return f"{told} {self.name}" if told else self.name


def _listed(numbers: Sequence[int], most: int) -> str:
    told = [f"#{n}" for n in numbers[:most]]
    return ", ".join([*told, "…"] if len(numbers) > most else told)


def label_of(
    names: PatternNames, supports: Collection[Mapping[str, Any]], result: str = ""
) -> EquilibriumLabel:
    """Return the label of equilibria by their supports (or profiles).

    ``result`` is the name of the result for certain that they lead to, if there is one:
    several are called by it, and one whose behaviour takes many words.
    """
    patterns = list(dict.fromkeys(map(names.pattern, supports)))
    numbers = sorted(n for p in patterns if (n := names.number(p)) is not None)
    called = list(dict.fromkeys(map(names.name, patterns)))
    name = called[0]
    if len(called) > 1:
        published = set(filter(None, map(names.published_name, patterns)))
        plays = {names.play(p) for p in patterns}
        if result:
            name = result
        elif len(published) == 1:
            (name,) = published
        elif len(plays) == 1:
            (name,) = plays
    elif result and len(name) > _LONG:
        name = result
    return EquilibriumLabel(tuple(numbers), name)


def certain_result(outcomes: Collection[str], naming: Naming) -> str:
    """Return the name of the result where only one outcome is possible, else ``""``."""
    return result_name(list(outcomes), naming.titles) if len(set(outcomes)) == 1 else ""
