"""Moves in words: what a player does who goes from one state to another.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> move_words(conflict_of(load_model("chicken")))(0, 0, 2)
"choosing 'Stand firm'"
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from deterrence.game.option_form import OptionForm
from deterrence.graph_model.conflict import Conflict
from deterrence.modelfile.condition_words import cut
from deterrence.words.sentences import listed

#: Says in words how a player (by position) goes from one state to another.
MoveWords = Callable[[int, int, int], str]
#: Longest title of an option or a state, and options told of one move.
_TITLE, _OPTIONS = 40, 4


def move_words(conflict: Conflict) -> MoveWords:
    """Return what tells the moves of a conflict, to follow the word *by*.

    In a table that is the action that is chosen, in an option form what is taken and dropped.
    """
    model = conflict.model
    if model.options is not None:
        return _of_options(conflict, model.options)
    choices = [*itertools.product(*model.actions)]

    def told(player: int, _: int, to: int) -> str:
        return f"choosing '{model.names.action(model.players[player], choices[to][player])}'"

    return told


def _of_options(conflict: Conflict, form: OptionForm) -> MoveWords:
    def told(player: int, origin: int, to: int) -> str:
        first, last = _own_change(form, player, origin, to)
        taken = _named(form, last & ~first)
        dropped = _named(form, first & ~last)
        parts = [f"taking {taken}"] if taken else []
        return " and ".join([*parts, *([f"dropping {dropped}"] if dropped else [])])

    return told


def _own_change(form: OptionForm, player: int, origin: int, to: int) -> tuple[int, int]:
    """Return patterns of two states between which a player's options alone differ, and least."""
    others = ~form.own(player)
    pairs = [
        (b, a)
        for b in map(int, form.members(origin))
        for a in map(int, form.members(to))
        if not (a ^ b) & others
    ]
    return min(pairs, key=lambda pair: ((pair[0] ^ pair[1]).bit_count(), pair))


def _named(form: OptionForm, bits: int) -> str:
    found = [o.title or o.name for k, o in enumerate(form.options) if bits >> k & 1]
    told = [f"'{cut(title, _TITLE)}'" for title in found[:_OPTIONS]]
    more = len(found) - len(told)
    return listed([*told, f"{more} more"] if more else told)
