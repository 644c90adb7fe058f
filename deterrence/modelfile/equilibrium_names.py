"""The numbers and names of a model's equilibria: of its patterns, and those of the literature.

A known result of a game tree that says where an equilibrium with a behaviour exists names the
equilibria that have this behaviour, where its title begins with a name: up to the word
"equilibrium", or before "exists".

>>> from deterrence.modelfile.catalogue import load_model
>>> names = equilibrium_names(load_model("unilateral-deterrence"))
>>> [known.name for known in names.published]
['Certain deterrence', 'Steadfast deterrence', 'The separating equilibrium', \
'The bluff equilibrium', 'The attack equilibrium']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deterrence.algebra.expressions import Expression
from deterrence.game.parameters import BehaviourFormulas
from deterrence.game.pattern_names import PatternNames, PublishedName
from deterrence.modelfile.model import SymbolicModel

#: Where the name ends in the title of a known result.
_NAME = re.compile(
    r"^((?!.*\b(?:is|are)\b).*?\bequilibrium)\b(?=$|[,:;(]|\s+(?:exists|where|in which)\b)"
    r"|^(.*?)\s+exists\b"
)
#: Longest name; a longer beginning is a sentence.
_LONGEST = 40
_ZERO = Expression.number(0)


def equilibrium_names(model: SymbolicModel) -> PatternNames:
    """Return the numbers and names of the patterns of a model."""
    titles = model.action_titles
    if model.tree is None:
        return PatternNames.of_matrix(model.players, model.actions, titles)
    return PatternNames.of_tree(model.tree, titles, tuple(_published(model)))


def _published(model: SymbolicModel) -> Iterator[PublishedName]:
    for result in model.known_results:
        if result.exists is None or not result.behaviour:
            continue
        found = _NAME.match(result.title)
        name = "" if found is None else (found[1] or found[2]).strip()
        if 0 < len(name) <= _LONGEST:
            yield PublishedName(name, tuple(map(_supports, result.behaviour)))


def _supports(behaviour: BehaviourFormulas) -> Mapping[tuple[str, str], frozenset[str]]:
    return {
        (player, where): frozenset(a for a, p in mix.items() if Expression.of(p) != _ZERO)
        for player, sets in behaviour.items()
        for where, mix in sets.items()
    }
