"""How likely a state is stable, if a model's parameters are as uncertain as its file says.

The points are those that :mod:`deterrence.analysis.uncertainty` draws: all parameters together,
with their correlations, given that the assumptions hold.  Only the order of payoffs counts, so that
points are grouped by it, and stability is found once per order.  For the joint probability that a
state is stable for all, an equilibrium, the players' payoffs stay together at every point; it is
no product of the players' probabilities.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> found = probabilities(conflict_of(load_model("asymmetric-bipolarity")), ["nash"], samples=256)
>>> found.of("nash", 0).equilibrium.value < found.of("nash", 0).players[0].value
True
>>> found.valid, found.tables > 1
(256, True)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.analysis.plain_data import PlainData
from deterrence.analysis.uncertainty.analyse import check_numbers
from deterrence.analysis.uncertainty.caveats import drawing_notes
from deterrence.analysis.uncertainty.dependent_inputs import columns_of, value_on
from deterrence.analysis.uncertainty.estimates import Estimate, Input
from deterrence.analysis.uncertainty.inputs import Uncertainty
from deterrence.analysis.uncertainty.probabilities import (
    REPLICATES,
    Nets,
    draw_nets,
    need_points,
    ratio_estimate,
)
from deterrence.errors import UsageError
from deterrence.graph_model.concepts import CONCEPTS
from deterrence.graph_model.payoff_signs import formulas_of
from deterrence.graph_model.tables import stable_in

if TYPE_CHECKING:
    from deterrence.graph_model.conflict import Conflict

#: Base samples by default: a power of two; fewer where players and states are many.
SAMPLES, FEWEST = 1 << 13, 1 << 8
#: Numbers that all tables together may hold.
_ROOM = 1 << 23
#: Payoffs that differ by less, in parts of the largest, are tied: floats tell no more.
_TIED = 1e-11


@dataclass(frozen=True)
class StateChance(PlainData):
    """How likely a state is stable for each player, and for all at once."""

    told = ("state", "players", "equilibrium")
    state: int
    players: tuple[Estimate, ...]
    equilibrium: Estimate


@dataclass(frozen=True)
class NotionChances(PlainData):
    """How likely each state is stable in one notion, and how likely no state is an equilibrium."""

    told = ("concept", "states", "none")
    concept: str
    states: tuple[StateChance, ...]
    none: Estimate


@dataclass(frozen=True, repr=False)
class StabilityChances(PlainData):
    """How likely each state is stable, from a randomised quasi-Monte-Carlo sample.

    ``drawn`` points were drawn, of which ``valid`` keep the assumptions, the only ones that count;
    they give ``tables`` different orders.  ``notes`` say what a reader must know of the sample.
    """

    told = (
        "model", "drawn", "valid", "replicates", "seed", "level", "tables", "inputs", "notions",
        "notes",
    )  # fmt: skip
    model: str
    inputs: tuple[Input, ...]
    drawn: int
    valid: int
    seed: int
    level: float
    tables: int
    notions: tuple[NotionChances, ...]
    notes: tuple[str, ...] = ()
    replicates: int = REPLICATES

    def of(self, concept: str, state: int) -> StateChance:
        """Return the probabilities of a state (by position) in a notion; ``KeyError``."""
        for found in self.notions:
            if found.concept == concept:
                return found.states[state]
        raise KeyError(concept)

    @property
    def varying(self) -> tuple[Input, ...]:
        """The uncertain parameters."""
        return tuple(i for i in self.inputs if i.varies)


def probabilities(
    conflict: Conflict,
    concepts: Iterable[str] = CONCEPTS,
    *,
    samples: int | None = None,
    seed: int = 0,
    level: float = 0.95,
    fixed: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    over: Sequence[str] = (),
) -> StabilityChances:
    """Return how likely each state is stable, per player and as an equilibrium.

    ``samples`` is a power of two; ``fixed`` values do not vary, ``over`` restricts what does, and
    ``scenario`` is the base case.  The same ``seed`` gives the same answer.  Raises
    :class:`UsageError` where nothing is uncertain, or only orders are given.
    """
    drawn = draw(conflict, samples=samples, seed=seed, fixed=fixed, scenario=scenario, over=over)
    check_numbers(drawn.samples, seed, level)
    ranks = ranked_rows(drawn.payoffs)
    flat = ranks.reshape(len(ranks), -1)
    tables, which = np.unique(flat, axis=0, return_inverse=True)
    tables = tables.reshape(-1, *ranks.shape[1:])
    # How many points of each net have which table.
    seen = np.zeros((REPLICATES, len(tables)), dtype=np.int64)
    np.add.at(seen, (drawn.nets.net, which.ravel()), 1)
    sizes = seen.sum(axis=1)

    def estimate(truths: Any) -> Estimate:
        return ratio_estimate(seen @ truths, sizes, level, truth=True)

    notions = []
    for concept in dict.fromkeys(concepts):
        stable = stable_in(conflict.graph, tables, concept)
        everyone = stable.all(axis=1)
        states = tuple(
            StateChance(
                k,
                tuple(estimate(stable[:, i, k]) for i in range(stable.shape[1])),
                estimate(everyone[:, k]),
            )
            for k in range(conflict.graph.size)
        )
        notions.append(NotionChances(concept, states, estimate(~everyone.any(axis=1))))
    nets, uncertainty = drawn.nets, drawn.uncertainty
    return StabilityChances(
        conflict.model.name,
        uncertainty.inputs,
        nets.drawn,
        len(nets.points),
        seed,
        level,
        len(tables),
        tuple(notions),
        tuple(drawing_notes(uncertainty, nets.drawn, len(nets.points), nets.kept)),
    )


@dataclass(frozen=True, eq=False)
class DrawnPayoffs:
    """Payoffs at the points of a sample (points x players x states)."""

    uncertainty: Uncertainty
    nets: Nets
    payoffs: Any
    samples: int


def draw(
    conflict: Conflict,
    *,
    samples: int | None = None,
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    over: Sequence[str] = (),
) -> DrawnPayoffs:
    """Return payoffs at points of the uncertain parameters that keep the assumptions."""
    conflict.model.need_numbers("the probability of stability", fixed, scenario)
    formulas = formulas_of(conflict)
    different = {u for row in formulas for u in row}
    uncertainty = Uncertainty(conflict.model, fixed, scenario, over=over, formulas=different)
    if samples is None:
        samples = SAMPLES
        while samples > FEWEST and samples * sum(map(len, formulas)) > _ROOM:
            samples //= 2
    check_numbers(samples, seed, 0.5)
    nets = draw_nets(uncertainty, samples, seed)
    need_points(uncertainty, nets)
    columns = columns_of(uncertainty, nets.points)
    count = len(nets.points)
    known = {u: np.broadcast_to(value_on(u, columns), (count,)) for u in different}
    for u, values in known.items():
        if not np.isfinite(values).all():
            raise UsageError(
                f"the payoff {u} is not a number at some of the points",
                remedy="narrow the parameters' bounds",
            )
    payoffs = np.stack([np.stack([known[u] for u in row], axis=-1) for row in formulas], axis=1)
    return DrawnPayoffs(uncertainty, nets, payoffs, samples)


def ranked_rows(payoffs: Any) -> Any:
    """Return dense ranks along the last axis, those that differ by rounding alone tied.

    >>> ranked_rows(np.array([[0.3, 0.1 + 0.2, -1.0]])).tolist()
    [[1, 1, 0]]
    """
    order = np.argsort(payoffs, axis=-1, kind="stable")
    sorted_ones = np.take_along_axis(payoffs, order, axis=-1)
    scale = np.abs(payoffs).max(axis=-1, keepdims=True)
    steps = np.diff(sorted_ones, axis=-1) > _TIED * scale
    ranks = np.zeros(payoffs.shape, dtype=np.int16)
    np.cumsum(steps, axis=-1, out=ranks[..., 1:])
    found = np.empty_like(ranks)
    np.put_along_axis(found, order, ranks, axis=-1)
    return found
