"""Stability where some preferences are not known.

Four published notions per concept (Li, Hipel, Kilgour and Fang 2004, IEEE Transactions on
Systems, Man and Cybernetics C 34, of which the abstract could be read) differ in how a player
takes what is unknown:

===  ==========================  ============================
     leaves for what is          is held back by what is
===  ==========================  ============================
a    better, or unknown          no better for sure
b    better for sure             no better for sure
c    better, or unknown          no better, or unknown
d    better for sure             no better, or unknown
===  ==========================  ============================

A move of the others counts as part of a SEQ sanction where it is better, or may be, for who makes
it.  These are *attitudes*, not bounds on what is the case: whether a state is stable **in every**
completion of the preferences, **in some**, and in which share of them, is another question, and
answered by itself (:func:`in_completions`).

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> a = Partial.of_chains([[[2], [0], [1, 3]]], 4)  # 2 > 0 > 1 = 3
>>> b = Partial.of_chains([[[1], [0]], [[1], [2]]], 4)  # 1 > 0, 1 > 2, and nothing of 3
>>> known = Partial.joined([a, b])
>>> {v: bool(attitude(graph, "gmr", known, v)[1][0]) for v in VARIANTS}
{'a': False, 'b': False, 'c': True, 'd': True}
>>> found = in_completions(graph, "gmr", known)
>>> found.total, found.exact, found.shares[1][0]
(8, True, Fraction(3, 8))
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.analysis.plain_data import PlainData
from deterrence.errors import IncompleteError, UsageError
from deterrence.graph_model.concepts import CREDIBLE, stable
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.relations import check_size, stable_by

if TYPE_CHECKING:
    from deterrence.graph_model.payoff_signs import PayoffSigns

VARIANTS = ("a", "b", "c", "d")
#: Of which notions the variants are published.
PUBLISHED = ("nash", "gmr", "smr", "seq")

#: Completions up to which every one is looked at, and how many are drawn beyond.
MOST_COMPLETIONS, DRAWN = 5_000, 2_000
#: States up to which every pair is compared under a model's assumptions.
MOST_SIGNS = 64
#: Beginnings of an order, and choices after each other, beyond which orders are not counted.
MOST_BEGINNINGS, MOST_DEPTH = 20_000, 300


@dataclass(frozen=True, eq=False)
class Partial:
    """What is known of preferences, an array (players x states x states) for each of two facts.

    ``better[i, s, x]``: for player i, x is surely better than s; ``no_better[i, s, x]``: surely
    not.  The rest is unknown.
    """

    better: Any
    no_better: Any

    def __post_init__(self) -> None:
        both = self.better & (self.no_better | self.better.swapaxes(1, 2))
        if both.any():
            raise UsageError("a state cannot be better and no better", remedy="mend the order")

    @classmethod
    def of_ranks(cls, ranks: Any) -> Partial:
        """Return what is known where all orders are."""
        ranks = np.asarray(ranks)
        better = ranks[:, None, :] > ranks[:, :, None]
        return cls(better, ~better)

    @classmethod
    def of_chains(cls, chains: Iterable[Sequence[Iterable[int]]], size: int) -> Partial:
        """Return what one player's chains say: lists of tied states, the best first.

        >>> Partial.of_chains([[[2], [0, 1]]], 3).open_pairs(0)
        []
        """
        least = np.eye(size, dtype=bool)  # [s, x]: x is at least as good as s
        strict = np.zeros((size, size), dtype=bool)
        for chain in chains:
            groups = [list(group) for group in chain]
            for group in groups:
                least[np.ix_(group, group)] = True
            for up, down in itertools.pairwise(groups):
                strict[np.ix_(down, up)] = True
        return cls._closed(least, strict)

    @classmethod
    def of_signs(cls, signs: PayoffSigns, players: int, size: int) -> Partial:
        """Return what the assumptions of a model settle, pair by pair.

        Raises :class:`IncompleteError` for many states.
        """
        if size > MOST_SIGNS:
            raise IncompleteError(
                f"{size} states are more than the {MOST_SIGNS} of which every pair is compared",
                remedy="give values, or write orders",
            )
        found = []
        for i in range(players):
            least, strict = np.eye(size, dtype=bool), np.zeros((size, size), dtype=bool)
            for s, x in itertools.combinations(range(size), 2):
                sign = signs.sign(i, x, s)
                least[s, x], least[x, s] = sign in (">", ">=", "="), sign in ("<", "<=", "=")
                strict[s, x], strict[x, s] = sign == ">", sign == "<"
            found.append(cls._closed(least, strict))
        return cls.joined(found)

    @classmethod
    def _closed(cls, least: Any, strict: Any) -> Partial:
        """Return what follows for a player from "x is at least as good as s" and "better"."""
        least = least | strict
        for k in range(len(least)):  # Warshall 1962
            least |= least[:, [k]] & least[[k], :]
        way = least.astype(np.int64)
        strict = (way @ strict.astype(np.int64) @ way) > 0
        return cls(strict[None], least.T[None] & ~strict[None])

    @classmethod
    def joined(cls, players: Sequence[Partial]) -> Partial:
        """Return what is known of several players, one after the other."""
        return cls(
            np.concatenate([p.better for p in players]),
            np.concatenate([p.no_better for p in players]),
        )

    def open_pairs(self, player: int) -> list[tuple[int, int]]:
        """Return the pairs of states of which it is not known which is better, or no better."""
        settled = self.better[player] | self.no_better[player]
        settled &= settled.T
        return [(int(s), int(x)) for s, x in np.argwhere(~settled) if s < x]


# ---- published ----------------------------------------------------------------------
def attitude(graph: MoveGraph, concept: str, known: Partial, variant: str) -> Any:
    """Return whether each state (columns) is stable for each player (rows), in a variant.

    Published for Nash, GMR, SMR and SEQ; for SSEQ it is our extension.
    """
    may_be_better = ~known.no_better
    leaves = may_be_better if variant in ("a", "c") else known.better
    holds = known.no_better if variant in ("a", "b") else ~known.better
    return stable_by(graph, concept, leaves, holds, may_be_better)


# ---- in every, in some, in a share of the completions -------------------------------
@dataclass(frozen=True)
class Completions(PlainData):
    """How stability comes out in the completions of preferences that are known in part.

    ``total`` is their number; ``drawn`` how many of them were drawn where they are too many to
    look at (with the same chance each, from ``seed``), None where all were looked at.  ``shares``
    has a row per player and a column per state, ``equilibrium`` that the state is stable for all.
    ``every`` and ``some`` are None where a sample does not tell.
    """

    told = (
        "concept", "total", "ties", "drawn", "seed", "shares", "equilibrium", "every", "some",
        "every_equilibrium", "some_equilibrium",
    )  # fmt: skip
    concept: str
    total: int
    ties: bool
    drawn: int | None
    seed: int
    shares: tuple[tuple[Fraction, ...], ...]
    equilibrium: tuple[Fraction, ...]
    every: tuple[tuple[bool | None, ...], ...]
    some: tuple[tuple[bool | None, ...], ...]
    every_equilibrium: tuple[bool | None, ...]
    some_equilibrium: tuple[bool | None, ...]

    @property
    def exact(self) -> bool:
        """Whether shares are exact."""
        return self.drawn is None

    @property
    def margin(self) -> float:
        """By how much a share may be off, at most, with a confidence of 95 %; 0 if exact."""
        return 0.0 if self.drawn is None else 0.98 / math.sqrt(self.drawn)


def in_completions(
    graph: MoveGraph, concept: str, known: Partial, *, ties: bool = False, seed: int = 0
) -> Completions:
    """Return in which completions of the preferences each state is stable.

    A completion is an order of all states per player that agrees with what is known, and ties no
    states but those that are known to be tied, or, with ``ties``, any.  Every completion counts
    the same.  Pairs are completed independently of each other but for being an order: what else a
    model assumes of its payoffs is not looked at.
    """
    check_size(graph)
    orders = [Orders(known, i, ties=ties) for i in range(len(graph.players))]
    counts = [o.count for o in orders]
    total = math.prod(counts)
    # But for SEQ and SSEQ, only one's own order matters: players are looked at one by one.
    apart = concept not in CREDIBLE
    whole = max(counts) <= MOST_COMPLETIONS if apart else total <= MOST_COMPLETIONS
    rng = np.random.default_rng([seed, 15])
    rows = [[*o] if whole else [o.draw(rng) for _ in range(DRAWN)] for o in orders]
    shares: list[list[Fraction]]
    if apart:
        means = [_mean(graph, concept, rows, i) for i in range(len(rows))]
        shares = [[Fraction(int(c), len(rows[i])) for c in m] for i, m in enumerate(means)]
        joint = [math.prod(column, start=Fraction(1)) for column in zip(*shares, strict=True)]
    else:
        tables = itertools.product(*rows) if whole else zip(*rows, strict=True)
        n, count = 0, np.zeros((len(rows) + 1, graph.size), dtype=np.int64)
        for table in tables:
            found = stable(graph, np.array(table), concept)
            count[:-1] += found
            count[-1] += found.all(axis=0)
            n += 1
        *shares, joint = [[Fraction(int(c), n) for c in row] for row in count]
    surely, never = _bounds(graph, concept, known)
    every = [_told(r, 1, sure, whole) for r, sure in zip(shares, surely, strict=True)]
    some = [_told(r, 0, no, whole) for r, no in zip(shares, never, strict=True)]
    every_joint = _told(joint, 1, surely.all(axis=0), whole)
    some_joint = _told(joint, 0, never.any(axis=0), whole)
    return Completions(
        concept, total, ties, None if whole else DRAWN, seed,
        tuple(map(tuple, shares)), tuple(joint),
        tuple(every), tuple(tuple(_not(x) for x in row) for row in some),
        every_joint, tuple(map(_not, some_joint)),
    )  # fmt: skip


def _mean(graph: MoveGraph, concept: str, rows: Sequence[Sequence[Any]], i: int) -> Any:
    """Return in how many of her orders each state is stable for a player."""
    table = np.zeros((len(rows), graph.size), dtype=np.int64)
    count = np.zeros(graph.size, dtype=np.int64)
    for row in rows[i]:
        table[i] = row
        count += stable(graph, table, concept)[i]
    return count


def _bounds(graph: MoveGraph, concept: str, known: Partial) -> tuple[Any, Any]:
    """Return what is surely stable, and what surely is not, whatever the completion."""
    sure, possible = known.better, ~known.no_better
    always = stable_by(graph, concept, possible, known.no_better, sure)
    never = ~stable_by(graph, concept, sure, ~sure, possible)
    return always, never


def _told(
    shares: Sequence[Fraction], whole: int, settled: Any, exact: bool
) -> tuple[bool | None, ...]:
    """Return whether each share is ``whole`` (0 or 1), None where a sample does not tell."""
    return tuple(
        share == whole if exact or share != whole else (True if known else None)
        for share, known in zip(shares, settled.tolist(), strict=True)
    )


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


class Orders:
    """The orders of one player that agree with what is known of it: counted, listed, drawn.

    Built up from the worst state on; how many ways there are to go on depends only on the states
    placed so far, so that orders are counted without listing them, and drawn with equal chances
    (as linear extensions are; Brightwell and Winkler 1991 on why no fast way is known for many).
    """

    def __init__(self, known: Partial, player: int, *, ties: bool = False) -> None:
        better, no_better = known.better[player], known.no_better[player]
        self.ties, self.size = ties, len(better)
        same = no_better & no_better.T
        first = [int(np.argmax(row)) for row in same]
        leaders = sorted(set(first))
        self.place = [leaders.index(k) for k in first]
        below = better.T[np.ix_(leaders, leaders)]  # [x, s]: s is below x
        weakly = no_better[np.ix_(leaders, leaders)]  # [x, s]: s is not above x
        np.fill_diagonal(weakly, False)
        #: What must come before a class, and what before it or with it, as bits.
        self.before = [_bits(row) for row in (below if ties else below | weakly)]
        self.not_after = [_bits(row) for row in weakly]
        self.all = (1 << len(leaders)) - 1
        self._ways: dict[int, int] = {self.all: 1}

    @cached_property
    def count(self) -> int:
        """The number of orders; :class:`IncompleteError` where it is too large to be known."""
        return self._count(0)

    def _next(self, placed: int) -> Iterator[int]:
        """Yield the sets of classes that may come next, tied with each other."""
        ready = [
            1 << k
            for k, need in enumerate(self.before)
            if not placed >> k & 1 and not need & ~placed
        ]
        if not self.ties:
            yield from ready
            return
        if 1 << len(ready) > MOST_BEGINNINGS:
            raise self._too_many()
        for n in range(1, len(ready) + 1):
            for chosen in itertools.combinations(ready, n):
                level = sum(chosen)
                if all(
                    not need & ~(placed | level)
                    for k, need in enumerate(self.not_after)
                    if level >> k & 1
                ):
                    yield level

    def _count(self, placed: int, depth: int = 0) -> int:
        _, placed = self._forced(placed)
        if placed not in self._ways:
            if len(self._ways) > MOST_BEGINNINGS or depth > MOST_DEPTH:
                raise self._too_many()
            ahead = (self._count(placed | level, depth + 1) for level in self._next(placed))
            self._ways[placed] = sum(ahead)
        return self._ways[placed]

    def _forced(self, placed: int) -> tuple[list[int], int]:
        """Return what must come next, level by level, up to where there is a choice."""
        levels: list[int] = []
        while placed != self.all:
            ahead = list(itertools.islice(self._next(placed), 2))
            if len(ahead) > 1:
                break
            levels += ahead
            placed |= ahead[0]
        return levels, placed

    def _too_many(self) -> IncompleteError:
        return IncompleteError(
            f"the completions of an order of {self.size} states of which so little is known "
            "are too many to be counted",
            remedy="say more of the order, or ask for the variants a to d, which need none",
        )

    def __iter__(self) -> Iterator[Any]:
        """Yield the ranks of every order."""
        yield from map(self._ranks, self._lists(0))

    def _lists(self, placed: int) -> Iterator[list[int]]:
        forced, placed = self._forced(placed)
        if placed == self.all:
            yield forced
            return
        for level in self._next(placed):
            for rest in self._lists(placed | level):
                yield [*forced, level, *rest]

    def draw(self, rng: np.random.Generator) -> Any:
        """Return the ranks of a random order, every one with the same chance."""
        levels, placed = self._forced(0)
        while placed != self.all:
            left = rng.random() * self._count(placed)
            for level in self._next(placed):
                left -= self._count(placed | level)
                if left < 0:
                    break
            forced, placed = self._forced(placed | level)
            levels += [level, *forced]
        return self._ranks(levels)

    def _ranks(self, levels: Sequence[int]) -> Any:
        rank: dict[int, int] = {}
        for r, level in enumerate(levels):
            rank |= {k: r for k in range(level.bit_length()) if level >> k & 1}
        return np.array([rank[k] for k in self.place], dtype=np.int64)


def _bits(row: Any) -> int:
    return sum(1 << int(k) for k in np.flatnonzero(row))
