"""What may be asked of a conflict besides: all order types, and strength of preference.

Each is worked out by a module of its own, and told here with states by their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

import numpy as np

from deterrence.game.stability_notions import PLAIN, in_order
from deterrence.graph_model.conflict import Conflict
from deterrence.graph_model.result_parts import GradedAnswer, NotionRegime

#: What is said where nothing was asked.
NO_REGIMES: tuple[tuple[NotionRegime, ...], bool, tuple[str, ...]] = ((), True, ())


def regimes(
    conflict: Conflict,
    keys: Sequence[str],
    ahead: Sequence[str],
    values: Mapping[str, Any],
    effort: float,
) -> tuple[tuple[NotionRegime, ...], bool, tuple[str, ...]]:
    """Return for which parameters which states are equilibria, notion by notion.

    And whether these are proven to be all, and what else there is to say.  ``ahead`` are notions
    besides ``keys``, or besides those that are told of if there are none.
    """
    from deterrence.graph_model.symbolic.order_types import OF_TWO, order_types

    chosen = in_order([*(keys or OF_TWO), *ahead]) if ahead else keys
    found = order_types(conflict, chosen, values=values, effort=effort)
    told = tuple(
        NotionRegime(
            one.when,
            one.proof,
            tie,
            _told(one.always),
            _only(one.sometimes, one.always),
            one.witness,
        )
        for tie, those in ((False, found.regimes), (True, found.ties))
        for one in those
    )
    return told, found.complete, found.messages


def _told(equilibria: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(s + 1 for s in states) for key, states in equilibria.items()}


def _only(
    sometimes: Mapping[str, Sequence[int]], always: Mapping[str, Sequence[int]]
) -> dict[str, tuple[int, ...]]:
    told = {
        key: tuple(s + 1 for s in states if s not in always.get(key, ()))
        for key, states in sometimes.items()
    }
    return {key: states for key, states in told.items() if states}


def graded_answers(
    conflict: Conflict, keys: Sequence[str], ranks: Any, worth: Any, margin: Fraction
) -> tuple[GradedAnswer, ...]:
    """Return what is strongly stable, where ``worth`` counts how much worse a state is."""
    from deterrence.graph_model.fuzzy import graded, much_worse_by

    gaps = much_worse_by(worth, cast("Any", margin))  # exact, where floats are expected
    found = []
    for key in (key for key in keys if key in PLAIN and key != "nash"):
        strong = graded(conflict.graph, ranks, gaps, key).strong
        rows = zip(conflict.players, strong, strict=True)
        found.append(GradedAnswer(key, margin, {p: _numbers(row) for p, row in rows}))
    return tuple(found)


def _numbers(mask: Any) -> tuple[int, ...]:
    return tuple((np.flatnonzero(np.asarray(mask)) + 1).tolist())
