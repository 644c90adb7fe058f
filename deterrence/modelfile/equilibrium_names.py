"""The names that the literature has for equilibria of a model.

A known result that says where an equilibrium with a behaviour exists names the equilibria
that have this behaviour, where its title begins with a name: up to the word
"equilibrium", or before "exists".

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("unilateral-deterrence")
>>> [known.name for known in published_names(model.known_results)]
['Certain deterrence', 'Steadfast deterrence', 'The separating equilibrium', \
'The bluff equilibrium', 'The attack equilibrium']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from deterrence.algebra.expressions import Expression
from deterrence.game.naming import PublishedName
from deterrence.game.parameters import KnownResult, PlayedFormulas

#: Where the name ends in the title of a known result.
_NAME = re.compile(
    r"^((?!.*\b(?:is|are)\b).*?\bequilibrium)\b(?=$|[,:;(]|\s+(?:exists|where|in which)\b)"
    r"|^(.*?)\s+exists\b"
)
#: Longest name; a longer beginning is a sentence.
_LONGEST = 40
_ZERO = Expression.number(0)


def published_names(results: Iterable[KnownResult]) -> Iterator[PublishedName]:
    """Yield the names that known results give to equilibria with a behaviour."""
    for result in results:
        if result.exists is None or not result.played:
            continue
        found = _NAME.match(result.title)
        name = "" if found is None else (found[1] or found[2]).strip()
        if 0 < len(name) <= _LONGEST:
            yield PublishedName(name, tuple(map(_supports, result.played)))


def _supports(played: PlayedFormulas) -> Mapping[tuple[str, str], frozenset[str]]:
    return {
        place: frozenset(a for a, p in mix.items() if Expression.of(p) != _ZERO)
        for place, mix in played.items()
    }
