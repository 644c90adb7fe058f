"""An option form as states and moves, in the graph model."""

from __future__ import annotations

import numpy as np

from deterrence.errors import (
    ExpressionError,
    UnsupportedError,
    UsageError,
    did_you_mean,
    shorten,
)
from deterrence.game.option_form import MAX_STATES, OptionForm
from deterrence.graph_model.graph import MAX_MOVES, Arcs, MoveGraph, too_many


def graph_of_options(form: OptionForm) -> MoveGraph:
    """Return who can move where; a move changes any number of one's own options.

    Raises :class:`~deterrence.errors.IncompleteError` where there are too many moves.
    """
    count = sum(form.count_moves(i) for i in range(len(form.players)))
    if count > MAX_MOVES:
        raise too_many(count)
    arcs = []
    for i in range(len(form.players)):
        origins, ends = form.moves(i)
        if form.merged:
            arcs.append(Arcs.between(form.size, origins, ends))
            continue
        starts = np.zeros(form.size + 1, dtype=np.int64)
        np.cumsum(np.bincount(origins, minlength=form.size), out=starts[1:])
        arcs.append(Arcs(starts, ends.astype(np.int64)))
    return MoveGraph(form.players, form.size, tuple(arcs))


def find_state(name: str, form: OptionForm, text: str) -> int:
    """Return the one state that a name, a number, a pattern, a title or a statement means.

    ``name`` is that of the model.  Raises :class:`UsageError` for what means none or several.
    """
    titles = {state.title.casefold(): state for state in form.names.values() if state.title}
    titled = titles.get(" ".join(text.split()).casefold())
    try:
        meant = form.meant(text) if titled is None else titled.when
    except ExpressionError as error:
        raise UsageError(
            f"{name} has no state {shorten(text)!r}: {error.what}",
            remedy=did_you_mean(text, [*form.names, *titles]) or error.remedy or error.expected,
        ) from None
    found = np.flatnonzero(form.true_of(meant))
    if len(found) == 1:
        return int(found[0])
    told = f"{len(found):,} states fit" if len(found) else "no feasible state fits"
    raise UsageError(
        f"{told} {shorten(text)!r}",
        remedy=f"a number from 1 to {form.size:,}, a name, or a pattern such as {form.label(0)}",
    )


def check_size(name: str, form: OptionForm) -> None:
    """Raise :class:`UnsupportedError` where there are too many states for whole tables."""
    if form.size > MAX_STATES:
        raise UnsupportedError(
            f"{name} has {form.size:,} feasible states, more than {MAX_STATES:,}: too many for a "
            "table of all",
            remedy="name the states that you ask about (--state), or say what else is infeasible",
        )
