"""Goals: which states are as somebody would like them to be.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> conflict = conflict_of(load_model("chicken"))
>>> fitting(conflict, "stand_firm").tolist(), fitting(conflict, "A: stand_firm").tolist()
([1, 2, 3], [2, 3])
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from deterrence.errors import ExpressionError, UsageError, did_you_mean, shorten
from deterrence.graph_model.conflict import Conflict


def fitting(conflict: Conflict, text: str) -> Any:
    """Return the states that fit a text, by position.

    In an option form it is a statement about options, or a pattern such as ``Y--N``.  In a table
    it is an action, which somebody chooses there, ``player: action``, an outcome that can happen
    there, or a state; several are joined by *and*.  Raises :class:`UsageError` for others.
    """
    form = conflict.model.options
    if form is not None:
        try:
            return np.flatnonzero(form.true_of(form.meant(text)))
        except ExpressionError as error:
            raise UsageError(
                f"{conflict.model.name} has no goal {shorten(text)!r}: {error.what}",
                remedy=error.remedy or error.expected,
            ) from None
    known = _names(conflict)
    found = known.get(_folded(text))
    if found is None:
        found = set(range(len(conflict.states)))
        for part in text.split(" and "):
            if _folded(part) not in known:
                raise UsageError(
                    f"{conflict.model.name} has no action, outcome or state {shorten(part)!r}",
                    remedy=did_you_mean(part, _spellings(conflict))
                    or "a goal is an action, 'player: action', an outcome or a state",
                )
            found = found & known[_folded(part)]
    return np.array(sorted(found), dtype=np.int64)


def _names(conflict: Conflict) -> dict[str, set[int]]:
    """Return the states of a table by all that they may be meant by."""
    model = conflict.model
    found: dict[str, set[int]] = {}
    for k, choice in enumerate(itertools.product(*model.actions)):
        state = conflict.states[k]
        names = {str(state.number), f"#{state.number}", state.label, state.title}
        for player, action in zip(model.players, choice, strict=True):
            for name in {action, model.action_titles.get(player, {}).get(action, action)}:
                names |= {name, f"{player}: {name}"}
        for label, _ in model.cells[k].lottery:
            names |= {label, model.naming.titled(label)}
        for name in names:
            found.setdefault(_folded(name), set()).add(k)
    return found


def _spellings(conflict: Conflict) -> list[str]:
    model = conflict.model
    actions = itertools.chain(*model.actions, *(t.values() for t in model.action_titles.values()))
    return [*dict.fromkeys([*actions, *model.outcomes, *model.naming.titles.values()])]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
