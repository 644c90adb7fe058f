"""The stability of what a model asks about, for pages that tell more than that.

>>> from deterrence.modelfile.catalogue import load_model
>>> found = stability_here(load_model("chicken"), None, {})
>>> verdict, ahead = stability_sentences(found)
>>> print(ahead)
Looking one or two moves ahead, Status quo is not stable; looking three or more, and without end \
(non-myopic), it is stable.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from deterrence.errors import DeterrenceError
from deterrence.game.stability_notions import PLAIN
from deterrence.graph_model.analyse import Questions, analyse
from deterrence.graph_model.narration import Narration
from deterrence.graph_model.results import Stability
from deterrence.modelfile.model import SymbolicModel

#: Players and cells up to which a page tells it unasked.
MAX_PLAYERS, MAX_CELLS = 4, 100
#: What makes a state one in question, whoever looks for it.
_IN_QUESTION = ("status quo", "wanted")


def stability_here(
    model: SymbolicModel, scenario: str | None, values: Mapping[str, Any]
) -> Stability | None:
    """Return how stable the state in question is at values, without reasons and conditions.

    None where the model is a tree or a large table, or no state is in question.
    """
    size = math.prod(len(own) for own in model.actions)
    if model.tree is not None or len(model.players) > MAX_PLAYERS or not 0 < size <= MAX_CELLS:
        return None
    notions = (*PLAIN, "nm") if len(model.players) == 2 else PLAIN
    asked = Questions(concepts=notions, conditions=False)
    try:
        found = analyse(model, asked, scenario=scenario, values=values)
    except DeterrenceError:
        return None
    return replace(found, accounts=(), seconds=0.0) if found.why in _IN_QUESTION else None


def stability_sentences(found: Stability) -> Iterator[str]:
    """Yield by which notions it is stable, and for how long a look ahead, as far as known."""
    plain = replace(found, notions=tuple(n for n in found.notions if n.concept in PLAIN))
    story = Narration(plain)
    yield story.verdict(*story.alike(found.focus)[0])
    if found.ahead:
        first = replace(found.ahead[0], state=0)
        yield story.horizon(*(one for one in found.ahead if replace(one, state=0) == first))
