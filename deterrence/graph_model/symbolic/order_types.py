"""Stability under every notion, by how the players rank the states: order types, and regimes.

How far somebody looks ahead has no condition in closed form: a longer look compares what it does
not compare when the payoffs are others.  But all of it depends on the rankings alone.  So every
ranking that the assumptions allow (:mod:`deterrence.graph_model.symbolic.orders`) is put to the
engine of values, and rankings with the same answer are put together: "stable, and for how long a
look ahead?"

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> conflict = conflict_of(load_model("asymmetric-bipolarity"))
>>> found = order_types(conflict, ["seq", "l2", "nm"], values={"r_R": 0, "r_N": 0})
>>> found.complete, len(found.types), len(found.regimes)
(True, 4, 4)
>>> both = found.regimes[-1]
>>> print(both.when_text, both.always)
k_R > l_R and k_N > l_N {'seq': (1, 2), 'l2': (), 'nm': (0,)}
>>> print(found.of("nm", 0).text)
k_R < l_R and k_N < l_N or k_R > l_R and k_N > l_N
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.errors import UnsupportedError
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import Conflict
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.look_ahead import LookAhead
from deterrence.graph_model.symbolic.conditions import (
    EFFORT,
    VALUES_ONLY,
    Asked,
    StabilityConditions,
    StateCondition,
)
from deterrence.graph_model.symbolic.orders import MAX_ORDERS, Orders, RankedStates, ranked, sampled
from deterrence.graph_model.two_by_two import brams_wittman, theory_of_moves
from deterrence.modelfile.parameter_values import Value
from deterrence.proving.covers import Alternatives, in_words
from deterrence.symbolic.results import PlainResult, ProofStatus

#: Order types off ties up to which those with ties are looked for, too, and how many of these.
MAX_WITH_TIES, MAX_TIED = 40, 400
#: Different worths of all players beyond which rankings are not gone through.
MAX_WORTHS = 150
#: Order types that are told where there are too many.
MAX_SAMPLED = 60
#: States up to which conditions are derived of all of them.
MAX_TOLD = 25
#: Notions that regimes are made of by default, of two players and of more.
OF_TWO = ("nash", "seq", "gmr", "smr", "l2", "l3", "l4", "nm")
OF_MANY = ("nash", "seq", "gmr", "smr")

#: Further ones.
OTHERS = ("nm", "theory-of-moves", "brams-wittman")

#: What is stable always, and sometimes at ties, per player and state.
Answers = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, eq=False, repr=False)
class OrderType(PlainResult):
    """A way in which the players may rank the states.

    ``ranking`` has, per player, states by position, the best first, equal ones together;
    ``always`` the equilibria under each notion, ``sometimes`` those that are if ties are broken
    in their favour, too.
    """

    ranking: Mapping[str, tuple[tuple[int, ...], ...]]
    witness: Mapping[str, Fraction] | None
    always: Mapping[str, tuple[int, ...]]
    sometimes: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, eq=False, repr=False)
class StabilityRegime(PlainResult):
    """Where the same states are equilibria under all notions asked for.

    ``when`` is a disjunction of conjunctions.  ``always`` and ``sometimes`` are as of an
    :class:`OrderType`; ``types`` counts the order types that come to this.
    """

    when: Alternatives
    proof: ProofStatus
    always: Mapping[str, tuple[int, ...]]
    sometimes: Mapping[str, tuple[int, ...]]
    types: int
    witness: Mapping[str, Fraction] | None

    @property
    def when_text(self) -> str:
        """The condition as one line."""
        if self.proof == "proven":
            return in_words(self.when)
        return f"at least where {in_words(self.when)}" if self.when else "not derived"


@dataclass(frozen=True, eq=False, repr=False)
class OrderTypes(PlainResult):
    """All order types, what is stable in each, and what has the same answer put together.

    ``types`` and ``regimes`` are those off ties, where no two payoffs are equal that may be
    different; ``complete`` says that they are proven to be all.  ``exact`` says that those with
    ties were looked at, too: ``ties`` are their regimes, and ``conditions`` hold on the boundaries.
    ``conditions`` say where a state (by position) is stable under a notion, for a
    player or for all (None); there are none where order types are not complete.
    """

    model: str
    concepts: tuple[str, ...]
    players: tuple[str, ...]
    types: tuple[OrderType, ...]
    regimes: tuple[StabilityRegime, ...]
    ties: tuple[StabilityRegime, ...]
    complete: bool
    exact: bool
    conditions: Mapping[tuple[str, int, Asked], StateCondition]
    messages: tuple[str, ...] = ()

    def of(self, concept: str, state: int, player: Asked = None) -> StateCondition:
        """Return where a state is stable for a player (None: for all), at ties for certain."""
        unknown = StateCondition((), "unknown", VALUES_ONLY)
        return self.conditions.get((concept, state, player), unknown)


def order_types(
    conflict: Conflict,
    concepts: Sequence[str] = (),
    *,
    values: Mapping[str, Value] | None = None,
    states: Iterable[int] | None = None,
    isolate: str = "",
    effort: float = EFFORT,
) -> OrderTypes:
    """Return the order types that the assumptions allow, and what is stable in each.

    ``concepts`` are keys of notions for single players: ``nash sseq seq smr gmr``, ``l1``,
    ``l2``, ... and ``nm`` for two players, ``theory-of-moves`` and ``brams-wittman`` for two with
    two choices each; by default those that fit.  ``values`` puts numbers in for some parameters.

    Raises :class:`UnsupportedError` for notions that do not fit.
    """
    two = len(conflict.players) == 2
    chosen = tuple(concepts) or (OF_TWO if two else OF_MANY)
    derived = StabilityConditions(conflict, values=values, isolate=isolate, effort=effort)
    if states is None:
        states = range(len(conflict.states)) if len(conflict.states) <= MAX_TOLD else ()
    return _Search(derived, chosen).found([*states])


class _Search:
    """The order types of one conflict, and their answers."""

    def __init__(self, derived: StabilityConditions, concepts: tuple[str, ...]) -> None:
        self.derived, self.concepts = derived, concepts
        self.graph, self.circuits = derived.conflict.graph, derived.circuits
        self.complete = self.exact = False
        self.strict = self._off_ties()
        self.all = self.strict
        if self.complete and len(self.strict) <= MAX_WITH_TIES:
            tied = Orders(derived, ties=True, most=MAX_TIED)
            if tied.complete:
                self.all, self.exact = tied.types, True
        self.answers = {id(t): self._answers(t) for t in (*self.strict, *self.all)}

    def _off_ties(self) -> list[RankedStates]:
        some = list(itertools.islice(sampled(self.derived), MAX_ORDERS + 1))
        worths = sum(map(len, self.derived.formulas.payoffs.worths))
        if len(some) <= MAX_ORDERS and worths <= MAX_WORTHS:
            orders = Orders(self.derived)
            if orders.complete:
                self.complete = True
                return orders.types
        found = [ranked(self.derived, chains)[0] for chains in some[:MAX_SAMPLED]]
        return [t for t in found if t is not None]

    def _answers(self, found: RankedStates) -> Answers:
        return answers(self.graph, found.ranks, self.concepts)

    # ---- what is put together ----------------------------------------------------------
    def found(self, states: Sequence[int]) -> OrderTypes:
        """Return all that there is to say."""
        conflict = self.derived.conflict
        return OrderTypes(
            model=conflict.model.name,
            concepts=self.concepts,
            players=conflict.players,
            types=tuple(map(self._type, self.strict)),
            regimes=tuple(self._regimes(self.all, ties=False)),
            ties=tuple(self._regimes(self.all, ties=True)) if self.exact else (),
            complete=self.complete,
            exact=self.exact,
            conditions=dict(self._conditions(states)) if self.complete else {},
            messages=tuple(self._messages()),
        )

    def _messages(self) -> Iterable[str]:
        if not self.complete:
            yield (
                f"there are more ways to rank the states than were looked at: {len(self.strict)} "
                "are told, and nothing is said of all"
            )
        elif not self.exact:
            yield "what holds where payoffs are equal is not told: conditions hold off ties"

    def _type(self, found: RankedStates) -> OrderType:
        always, sometimes = self._equilibria(found)
        ranking = {}
        payoffs = self.derived.formulas.payoffs
        for name, chain, kinds in zip(
            self.derived.conflict.players, found.chains, payoffs.kinds, strict=True
        ):
            ranking[name] = tuple(
                tuple(s for s, k in enumerate(kinds) if k in group) for group in chain
            )
        return OrderType(ranking, found.witness, always, sometimes)

    def _equilibria(
        self, found: RankedStates
    ) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
        both: tuple[dict[str, tuple[int, ...]], ...] = ({}, {})
        for concept, masks in self.answers[id(found)].items():
            for told, mask in zip(both, masks, strict=True):
                told[concept] = tuple(mask.all(axis=0).nonzero()[0].tolist())
        return both[0], both[1]

    def _regimes(self, types: Sequence[RankedStates], *, ties: bool) -> Iterable[StabilityRegime]:
        """Yield what types with the same answer come to: those off ties, or those with ties."""
        classes: dict[Any, list[RankedStates]] = {}
        for one in types:
            if one.strict != ties:
                always, sometimes = self._equilibria(one)
                key = tuple(always.items()), tuple(sometimes.items())
                classes.setdefault(key, []).append(one)
        for group in classes.values():
            when = StateCondition((), "unknown")
            if self.complete:
                others = self._any(t for t in types if not any(t is one for one in group))
                when = self.derived.between(self._any(group), others, off_ties=not self.exact)
                if not when.when and when.proof == "proven":
                    continue  # no ingredients of derived parameters lead there
            always, sometimes = self._equilibria(group[0])
            witness = group[0].witness
            yield StabilityRegime(when.when, when.proof, always, sometimes, len(group), witness)

    def _any(self, types: Iterable[RankedStates]) -> int:
        return self.circuits.any_of(t.node for t in types)

    def _conditions(
        self, states: Sequence[int]
    ) -> Iterable[tuple[tuple[str, int, Asked], StateCondition]]:
        players = self.derived.conflict.players
        known: dict[frozenset[int], StateCondition] = {}
        for concept, state in itertools.product(self.concepts, states):
            masks = {id(t): self.answers[id(t)][concept][0][:, state] for t in self.all}
            for asked in (*players, None):
                i = slice(None) if asked is None else players.index(asked)
                yes = frozenset(t for t, mask in masks.items() if mask[i].all())
                if yes not in known:
                    known[yes] = self._condition(yes)
                yield (concept, state, asked), known[yes]

    def _condition(self, chosen: frozenset[int]) -> StateCondition:
        inside = self._any(t for t in self.all if id(t) in chosen)
        outside = self._any(t for t in self.all if id(t) not in chosen)
        found = self.derived.between(inside, outside, off_ties=not self.exact)
        if self.exact or found.proof != "proven":
            return found
        return StateCondition(found.when, "proven", "off ties")


def answers(graph: MoveGraph, ranks: Any, concepts: Iterable[str]) -> Answers:
    """Return, per notion, whether each state is stable for each player: always, and sometimes.

    In the theory of moves nobody is stable alone: a state is an equilibrium, or none.  Raises
    :class:`UnsupportedError` for what is no notion of single players.
    """
    found = {}
    ahead: LookAhead | None = None
    for concept in concepts:
        moves = int(concept[1:]) if concept[:1] == "l" and concept[1:].isdecimal() else 0
        if moves or concept == "nm":
            ahead = ahead or LookAhead.of(graph, ranks)
        if ahead is not None and moves:
            found[concept] = ahead.limited(moves)
        elif ahead is not None and concept == "nm":
            far = ahead.non_myopic()
            found[concept] = far.always, far.sometimes
        elif concept in CONCEPTS:
            found[concept] = (stable(graph, ranks, concept),) * 2
        elif concept == "brams-wittman":
            found[concept] = (brams_wittman(ranks, graph=graph).stable,) * 2
        elif concept == "theory-of-moves":
            ends = theory_of_moves(ranks, graph=graph).equilibria
            found[concept] = (np.stack([ends, ends]),) * 2
        else:
            raise UnsupportedError(
                f"{concept} is no notion that rankings are asked about",
                remedy=f"ask for {', '.join((*CONCEPTS, 'l1', 'l2', '...', *OTHERS))}",
            )
    return found
