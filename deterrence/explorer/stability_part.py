"""What a page needs to say which states of a table are stable: their names, and the notions.

>>> from deterrence.modelfile.catalogue import load_model
>>> told = stability_part(load_model("chicken"), {})
>>> told["states"][1], told["focus"], told["notions"][0]["name"]
({'number': 2, 'title': 'A yields'}, 0, 'Nash')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deterrence.errors import DeterrenceError
from deterrence.game.stability_notions import PLAIN, notion
from deterrence.graph_model.analyse import Questions, analyse
from deterrence.modelfile.model import SymbolicModel

#: Most actions of a player in a table that a page works out.
MAX_ACTIONS = 6
#: The notions that a page has.
NOTIONS = (*PLAIN, "l2", "l3", "nm")


def stability_part(model: SymbolicModel, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the states in the order of the cells, the cell in question, and the notions.

    None for trees, and for tables that a page does not work out.
    """
    if model.tree is not None or model.why_no_table or len(model.players) != 2:
        return None
    if max(map(len, model.actions)) > MAX_ACTIONS:
        return None
    try:
        found = analyse(model, Questions(conditions=False), values=values)
    except DeterrenceError:
        return None
    order = [*range(len(found.states))]
    if model.options is not None:  # its outcomes are the states, each in one cell
        places = {s.label: k for k, s in enumerate(found.states)}
        order = [places[cell.lottery[0][0]] for cell in model.cells]
    focus = order.index(found.focus[0] - 1) if found.focus else 0
    return {
        "states": [
            {"number": s.number, "title": s.title} for s in (found.states[k] for k in order)
        ],
        "focus": focus,
        "notions": [
            {"key": one.key, "name": one.name, "words": one.words} for one in map(notion, NOTIONS)
        ],
    }
