"""Stability where preference is a matter of degree: fuzzy, and graded by strength.

**Fuzzy** (Bashar, Kilgour and Hipel 2012, IEEE Transactions on Fuzzy Systems 20, of which the
abstract could be read): ``r(x, y)`` in [0, 1] says how far x is preferred to y, and
``r(x, y) + r(y, x) = 1``.  A player would leave s for x if ``alpha = r(x, s) - r(s, x)`` reaches
her *satisficing threshold* gamma, in (0, 1]; a state for which it does not holds her back.  In
SEQ all who sanction move by their own thresholds.  With degrees 0, 1/2 (tied) and 1, and any
threshold, this is the usual stability.  A state is stable for a player exactly if her threshold
is above a *critical* one, which is told besides.

**Graded** (Hamouda, Kilgour and Hipel 2004, 2006): some states are *much* worse than others.  A
stable state is *strongly* stable if every improvement has a sanction that is much worse than the
state (for SMR and SSEQ, as is every way out of it), else weakly.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> better = np.array([[3, 2, 4, 1], [3, 4, 2, 1]])
>>> degrees = degrees_of_ranks(better)
>>> degrees[0, 2, 0] = degrees[1, 1, 0] = 0.7  # each would rather push, but hardly
>>> degrees[0, 0, 2] = degrees[1, 0, 1] = 0.3
>>> found = fuzzy(graph, degrees, [0.3, 0.5], "nash")
>>> found.stable[0][0], found.stable[1][0], found.critical[0][0]
(False, True, 0.4)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.analysis.plain_data import PlainData
from deterrence.errors import UsageError
from deterrence.graph_model.concepts import CREDIBLE, SYMMETRIC
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.reach import least
from deterrence.graph_model.relations import check_size, moves_where, stable_by

if TYPE_CHECKING:
    from deterrence.graph_model.uncertain import DrawnPayoffs

#: Differences of degrees are compared to so many places: floats tell no more.
_PLACES = 12


@dataclass(frozen=True)
class FuzzyStability(PlainData):
    """Which states are fuzzy stable for whom, and for which thresholds.

    Rows are players, columns states.  ``critical`` is the threshold of the player herself above
    which the state is stable, the others' thresholds given: ``-1`` where it is whatever hers is,
    1 where it is for none (a threshold is at most 1).
    """

    told = ("concept", "thresholds", "stable", "critical", "equilibria")
    concept: str
    thresholds: tuple[float, ...]
    stable: tuple[tuple[bool, ...], ...]
    critical: tuple[tuple[float, ...], ...]

    @property
    def equilibria(self) -> tuple[int, ...]:
        """The states that are stable for all."""
        return tuple(k for k, each in enumerate(zip(*self.stable, strict=True)) if all(each))


def fuzzy(
    graph: MoveGraph, degrees: Any, thresholds: Sequence[float], concept: str
) -> FuzzyStability:
    """Return which states are fuzzy stable.

    ``degrees[i, x, y]`` is how far player i prefers x to y.  Published for Nash, GMR, SMR and SEQ;
    for SSEQ it is our extension.  Raises :class:`UsageError` for degrees that are none, and for
    thresholds that are not in (0, 1].
    """
    check_size(graph)
    shifts = strength(degrees)
    own = np.round(np.asarray(thresholds, dtype=float), _PLACES)
    if own.shape != (len(graph.players),) or not ((own > 0) & (own <= 1)).all():
        raise UsageError(
            f"fuzzy stability is not defined for thresholds {', '.join(map(str, thresholds))}",
            remedy=f"one for all, or for each of {len(graph.players)} players: above 0, at most 1",
        )
    answers = graph
    if concept in CREDIBLE:
        answers = moves_where(graph, shifts >= own[:, None, None])
    critical = np.full((len(graph.players), graph.size), -1.0)
    for i, arcs in enumerate(graph.arcs):
        levels, codes = np.unique(shifts[i], return_inverse=True)
        codes = codes.reshape(shifts[i].shape).astype(np.int64)
        # What tempts a player away is as strong as the weakest of the improvement and of what is
        # left of it after the worst answer.
        worst = codes[arcs.origins, arcs.ends]
        if concept != "nash":
            keys = codes
            if concept in SYMMETRIC:
                keys = np.maximum(keys, arcs.gather(codes, np.maximum, -1))
            worst = np.minimum(
                worst, least(answers, graph.others(i), keys)[arcs.origins, arcs.ends]
            )
        tempted = np.full(graph.size, -1)
        np.maximum.at(tempted, arcs.origins, worst)
        critical[i, tempted >= 0] = levels[tempted[tempted >= 0]]
    # A threshold is above 0: what does not tempt at all never does.
    critical[critical <= 0] = -1.0
    stable = own[:, None] > critical
    return FuzzyStability(
        concept,
        tuple(own.tolist()),
        tuple(map(tuple, stable.tolist())),
        tuple(map(tuple, critical.tolist())),
    )


def strength(degrees: Any) -> Any:
    """Return ``alpha[i, s, x]``, how much more x is preferred to s than s to x: from -1 to 1.

    >>> strength(degrees_of_ranks([[0, 1]])).tolist()
    [[[0.0, 1.0], [-1.0, 0.0]]]
    """
    degrees = np.asarray(degrees, dtype=float)
    turned = degrees.swapaxes(1, 2)
    if not (np.isfinite(degrees).all() and (degrees >= 0).all() and (degrees <= 1).all()):
        raise UsageError("a degree of preference lies outside of 0 to 1", remedy="mend it")
    if not np.allclose(degrees + turned, 1, atol=10.0**-_PLACES, rtol=0):
        raise UsageError(
            "two degrees of preference do not add up to 1",
            remedy="r(x, y) + r(y, x) = 1, and r(x, x) = 1/2",
        )
    return np.round(turned - degrees, _PLACES) + 0.0


def degrees_of_ranks(ranks: Any) -> Any:
    """Return degrees of preferences that are an order: 1 for better, 1/2 for tied, 0 for worse."""
    ranks = np.asarray(ranks)
    return (np.sign(ranks[:, :, None] - ranks[:, None, :]) + 1) / 2


def degrees_of_sample(drawn: DrawnPayoffs) -> Any:
    """Return degrees from a model's distributions: how likely x is better, ties counting half.

    Such a degree says how likely a preference is, where the authors leave open what it is.

    >>> from deterrence import load_model
    >>> from deterrence.graph_model.conflict import conflict_of
    >>> from deterrence.graph_model.uncertain import draw
    >>> conflict = conflict_of(load_model("asymmetric-bipolarity"))
    >>> degrees = degrees_of_sample(draw(conflict, samples=256))
    >>> bool(0 < degrees[0, 2, 0] < 1), float(degrees[0, 3, 0])
    (True, 0.0)
    """
    from deterrence.graph_model.uncertain import ranked_rows

    ranks = ranked_rows(drawn.payoffs)
    points, players, size = ranks.shape
    found = np.empty((players, size, size))
    for i in range(players):
        for x in range(size):
            mine, others = ranks[:, i, [x]], ranks[:, i]
            twice = 2 * (mine > others).sum(axis=0) + (mine == others).sum(axis=0)
            found[i, x] = twice / (2 * points)
    return found


# ---- strength of preference ---------------------------------------------------------
@dataclass(frozen=True)
class GradedStability(PlainData):
    """Which states are stable for whom, and which of them strongly.  Rows are players."""

    told = ("concept", "stable", "strong")
    concept: str
    stable: tuple[tuple[bool, ...], ...]
    strong: tuple[tuple[bool, ...], ...]


def graded(graph: MoveGraph, ranks: Any, much_worse: Any, concept: str) -> GradedStability:
    """Return which states are strongly, and which weakly, stable.

    ``much_worse[i, s, y]``: for player i, y is much worse than s; it has to be worse.  What has no
    improvement is strongly stable.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> ranks = np.array([[3, 2, 4, 1], [3, 4, 2, 1]])
    >>> found = graded(graph, ranks, much_worse_by(ranks, 2), "gmr")
    >>> found.stable[0], found.strong[0]
    ((True, True, True, False), (True, True, True, False))
    """
    ranks = np.asarray(ranks)
    better = ranks[:, None, :] > ranks[:, :, None]
    worse = better.swapaxes(1, 2)
    if (much_worse & ~worse).any():
        raise UsageError("a state is much worse and not worse", remedy="mend the order")
    stable = stable_by(graph, concept, better, ~better, better)
    strong = stable_by(graph, concept, better, much_worse, better)
    return GradedStability(
        concept, tuple(map(tuple, stable.tolist())), tuple(map(tuple, strong.tolist()))
    )


def much_worse_by(values: Any, margin: float) -> Any:
    """Return where y is worth less than s by a margin at least, ``[i, s, y]``.

    >>> much_worse_by([[0, 5]], 3).tolist()
    [[[False, False], [True, False]]]
    """
    values = np.asarray(values)
    return values[:, :, None] - values[:, None, :] >= margin
