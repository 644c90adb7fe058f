"""Stability in the graph model, straight from the definitions: shares no code with the package.

Written from the literature's definitions alone (Howard 1971; Fraser and Hipel 1979; Kilgour
1984; Fang, Hipel and Kilgour 1993; Kilgour, Hipel, Fang and Peng 2001; Inohara and Hipel 2008;
Rego and Vieira 2017): sets, loops, and every sequence followed move by move.  Slow on purpose.
A move needs *strictly better*; a sanction is *not better*.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Worth = int | Fraction
CONCEPTS = ("nash", "gmr", "smr", "seq", "sseq")
COALITION_CONCEPTS = ("cnash", "cgmr", "csmr", "cseq")


@dataclass(frozen=True)
class Conflict:
    """``moves[i][s]``: where player i can take state s; ``worth[i][s]``: more is better."""

    moves: tuple[tuple[frozenset[int], ...], ...]
    worth: tuple[tuple[Worth, ...], ...]

    @property
    def players(self) -> range:
        return range(len(self.moves))

    @property
    def states(self) -> range:
        return range(len(self.moves[0]))

    def better(self, player: int, new: int, old: int) -> bool:
        return self.worth[player][new] > self.worth[player][old]

    def others(self, members: Iterable[int]) -> set[int]:
        return set(self.players) - set(members)


def improvements(game: Conflict, player: int, state: int) -> set[int]:
    return {x for x in game.moves[player][state] if game.better(player, x, state)}


def follow(
    state: int, movers: Iterable[Any], steps: Callable[[Any, int], Iterable[int]]
) -> set[int]:
    """Ends of sequences of one or more steps in which nobody steps twice in a row."""
    movers = list(movers)
    seen: set[tuple[int, Any]] = set()
    waiting: list[tuple[int, Any]] = [(state, None)]
    while waiting:
        here, last = waiting.pop()
        for mover in movers:
            if mover == last:
                continue
            for there in steps(mover, here):
                if (there, mover) not in seen:
                    seen.add((there, mover))
                    waiting.append((there, mover))
    return {there for there, _ in seen}


def reachable(game: Conflict, members: Iterable[int], state: int) -> set[int]:
    return follow(state, members, lambda i, s: game.moves[i][s])


def improving_reachable(game: Conflict, members: Iterable[int], state: int) -> set[int]:
    return follow(state, members, lambda i, s: improvements(game, i, s))


# One player ------------------------------------------------------------------------------


def answered(game: Conflict, concept: str, player: int, state: int, x: int) -> bool:
    """Whether the others have an answer to the player's going from the state to x."""

    def deters(y: int) -> bool:
        if game.better(player, y, state):
            return False
        if concept in ("smr", "sseq"):
            return not any(game.better(player, z, state) for z in game.moves[player][y])
        return True

    if concept == "nash":
        return False
    reach = improving_reachable if concept in ("seq", "sseq") else reachable
    return any(deters(y) for y in reach(game, game.others([player]), x))


def stable(game: Conflict, concept: str, player: int, state: int) -> bool:
    return all(answered(game, concept, player, state, x) for x in improvements(game, player, state))


# Coalitions ------------------------------------------------------------------------------


def prefers(game: Conflict, members: Iterable[int], new: int, old: int, improvement: str) -> bool:
    """``joint``: better for each.  ``pareto``: worse for none and better for someone."""
    gains = [game.worth[i][new] - game.worth[i][old] for i in members]
    if improvement == "joint":
        return all(gain > 0 for gain in gains)
    return all(gain >= 0 for gain in gains) and any(gain > 0 for gain in gains)


@functools.lru_cache(maxsize=10_000)
def coalition_improvements(
    game: Conflict, members: frozenset[int], state: int, improvement: str
) -> set[int]:
    return {
        x for x in reachable(game, members, state) if prefers(game, members, x, state, improvement)
    }


def subsets(members: Iterable[int]) -> list[frozenset[int]]:
    """All coalitions within the members, the empty one excepted."""
    members = sorted(members)
    sizes = range(1, len(members) + 1)
    return [frozenset(c) for size in sizes for c in itertools.combinations(members, size)]


def class_improving_reachable(
    game: Conflict, members: Iterable[int], state: int, improvement: str
) -> set[int]:
    """Sequences of improvements of coalitions within the members, none twice in a row."""
    return follow(
        state,
        subsets(members),
        lambda group, s: coalition_improvements(game, group, s, improvement),
    )


def coalition_stable(
    game: Conflict,
    concept: str,
    members: Iterable[int],
    state: int,
    improvement: str = "joint",
    sanctions: str = "individual",
) -> bool:
    members = frozenset(members)
    others = game.others(members)

    def wants(y: int) -> bool:
        return prefers(game, members, y, state, improvement)

    def deters(y: int) -> bool:
        if wants(y):
            return False
        return concept != "csmr" or not any(wants(z) for z in reachable(game, members, y))

    for x in coalition_improvements(game, members, state, improvement):
        if concept == "cnash":
            return False
        if concept != "cseq":
            answers = reachable(game, others, x)
        elif sanctions == "individual":
            answers = improving_reachable(game, others, x)
        else:
            answers = class_improving_reachable(game, others, x, improvement)
        if not any(deters(y) for y in answers):
            return False
    return True


# Two players, looking ahead --------------------------------------------------------------


def choices(game: Conflict, player: int, state: int, results: Iterable[int]) -> set[int]:
    """What the player may take of the results of all moves: the best, if better than to stay."""
    results = set(results)
    gains = {r for r in results if game.better(player, r, state)}
    return {r for r in gains if not any(game.better(player, q, r) for q in gains)} or {state}


def look_ahead(game: Conflict, horizon: int, player: int, state: int) -> frozenset[int]:
    """Where play may end, over every way to break the ties, node by node of the whole tree."""
    if horizon == 0:
        return frozenset([state])
    below = [look_ahead(game, horizon - 1, 1 - player, x) for x in game.moves[player][state]]
    ends = [choices(game, player, state, results) for results in itertools.product(*below)]
    return frozenset().union(*ends)


def limited(game: Conflict, horizon: int, player: int, state: int) -> tuple[bool, bool]:
    """Whether the state is stable however ties are broken, and for some way to break them."""
    ends = look_ahead(game, horizon, player, state)
    return ends == {state}, state in ends


def look_ahead_tables(game: Conflict) -> Iterator[list[list[frozenset[int]]]]:
    """The same results for horizons 0, 1, 2, ..., each from the one before, without end."""
    table = [[frozenset([s]) for s in game.states] for _ in range(2)]
    while True:
        yield table
        new = []
        for player in range(2):
            row = []
            for state in game.states:
                below = [table[1 - player][x] for x in game.moves[player][state]]
                every = itertools.product(*below)
                ends = [choices(game, player, state, results) for results in every]
                row.append(frozenset().union(*ends))
            new.append(row)
        table = new


def non_myopic(game: Conflict) -> tuple[list[list[bool]], list[list[bool]], int, int]:
    """Always, sometimes (players by states), the horizon where the cycle starts, its length."""
    seen: list[list[list[frozenset[int]]]] = []
    for table in look_ahead_tables(game):
        if table in seen:
            break
        seen.append(table)
    start = seen.index(table)
    cycle = seen[start:]
    always = [[all(t[i][s] == {s} for t in cycle) for s in game.states] for i in range(2)]
    sometimes = [[all(s in t[i][s] for t in cycle) for s in game.states] for i in range(2)]
    return always, sometimes, start, len(cycle)


@dataclass(frozen=True)
class Sides(Conflict):
    """Two groups as players: worth[side][s] has the worth of s to each member of the side."""

    def better(self, player: int, new: int, old: int) -> bool:
        pairs = zip(self.worth[player][new], self.worth[player][old], strict=True)  # type: ignore[arg-type]
        return all(a > b for a, b in pairs)


def two_sides(game: Conflict, groups: Sequence[Iterable[int]]) -> Sides:
    """A side goes where legal sequences of its members go, and wants what each of them wants."""
    moves = tuple(
        tuple(frozenset(reachable(game, group, s) - {s}) for s in game.states) for group in groups
    )
    worth: Any = tuple(
        tuple(tuple(game.worth[i][s] for i in group) for s in game.states) for group in groups
    )
    return Sides(moves, worth)


# From a status quo -----------------------------------------------------------------------


def fewest_moves(game: Conflict, start: int, *, improving: bool) -> dict[int, int]:
    """State -> the length of a shortest sequence from the start, nobody twice in a row."""
    found = {start: 0}
    layer: set[tuple[int, int | None]] = {(start, None)}
    seen = set(layer)
    length = 0
    while layer:
        length += 1
        new = set()
        for state, last in layer:
            for i in game.players:
                if i != last:
                    steps = improvements(game, i, state) if improving else game.moves[i][state]
                    new |= {(x, i) for x in steps}
        layer = new - seen  # type: ignore[operator]
        seen |= layer
        for state, _ in layer:
            found.setdefault(state, length)
    return found


# Inverse ---------------------------------------------------------------------------------


def with_worth(game: Conflict, player: int, worth: Sequence[Worth]) -> Conflict:
    rows = [tuple(worth) if i == player else row for i, row in enumerate(game.worth)]
    return Conflict(game.moves, tuple(rows))


def admissible_orders(game: Conflict, concept: str, player: int, state: int) -> list[Any]:
    """The strict orders of the player (as ranks) under which the state is stable for them."""
    return [
        ranks
        for ranks in itertools.permutations(game.states)
        if stable(with_worth(game, player, ranks), concept, player, state)
    ]


def admissible_sets(game: Conflict, concept: str, player: int, state: int) -> set[frozenset[int]]:
    """The largest sets of states that may be better than this one, by trying every set."""
    rest = [s for s in game.states if s != state]
    kept = []
    for size in range(len(rest) + 1):
        for better in itertools.combinations(rest, size):
            worth = [int(s in better) for s in game.states]
            if stable(with_worth(game, player, worth), concept, player, state):
                kept.append(frozenset(better))
    return {b for b in kept if not any(b < other for other in kept)}


# Preferences known in part --------------------------------------------------------------


def weak_orders(size: int) -> list[tuple[int, ...]]:
    """All orders of so many states, ties allowed, as dense ranks."""
    ranks = itertools.product(range(size), repeat=size)
    return [r for r in ranks if set(r) == set(range(max(r) + 1))]


def agrees(ranks: Sequence[int], chains: Sequence[Sequence[Sequence[int]]]) -> bool:
    """Whether an order keeps all chains: lists of tied states, the best first."""
    for chain in chains:
        for group in chain:
            if len({ranks[s] for s in group}) > 1:
                return False
        for up, down in itertools.pairwise(chain):
            if not all(ranks[a] > ranks[b] for a in up for b in down):
                return False
    return True


@dataclass(frozen=True)
class Known:
    """All orders that each player may have, given what is known."""

    orders: tuple[tuple[tuple[int, ...], ...], ...]

    @classmethod
    def of(cls, chains: Sequence[Any], size: int) -> Known:
        every = weak_orders(size)
        return cls(tuple(tuple(r for r in every if agrees(r, own)) for own in chains))

    def surely(self, player: int, new: int, old: int) -> bool:
        return all(r[new] > r[old] for r in self.orders[player])

    def possibly(self, player: int, new: int, old: int) -> bool:
        return any(r[new] > r[old] for r in self.orders[player])

    def strict(self, player: int) -> list[tuple[int, ...]]:
        """The orders that tie no states but those that are tied for sure."""
        orders = self.orders[player]
        states = range(len(orders[0]))
        sure = [(a, b) for a in states for b in states if all(r[a] == r[b] for r in orders)]
        return [
            r for r in orders if all((a, b) in sure for a in states for b in states if r[a] == r[b])
        ]


Relation = Callable[[int, int, int], bool]


def stable_by(
    game: Conflict,
    concept: str,
    player: int,
    state: int,
    leaves: Relation,
    holds_back: Relation,
    credible: Relation,
) -> bool:
    """Stability where preferences are no order; relations are asked (player, new, old)."""

    def steps(mover: int, s: int) -> set[int]:
        every = game.moves[mover][s]
        wanted = {t for t in every if credible(mover, t, s)}
        return wanted if concept in ("seq", "sseq") else set(every)

    def deters(y: int) -> bool:
        out = game.moves[player][y] if concept in ("smr", "sseq") else ()
        return all(holds_back(player, z, state) for z in (y, *out))

    for x in game.moves[player][state]:
        if leaves(player, x, state):
            answers = follow(x, game.others([player]), steps) if concept != "nash" else set()
            if not any(map(deters, answers)):
                return False
    return True


def attitude(
    game: Conflict, concept: str, known: Known, variant: str, player: int, state: int
) -> bool:
    """Stability where some preferences are unknown, in one of the four published variants."""
    leaves = known.possibly if variant in "ac" else known.surely
    better = known.possibly if variant in "ab" else known.surely

    def holds_back(i: int, y: int, s: int) -> bool:
        return not better(i, y, s)

    return stable_by(game, concept, player, state, leaves, holds_back, known.possibly)


# Option form -----------------------------------------------------------------------------


def holds(statement: Any, taken: Mapping[str, bool]) -> bool:
    """A name, or ("not", a), ("and", a, b, ...), ("or", ...), ("if", a, b), ("iff", a, b).

    ("if", a, b) is "a if b".
    """
    if isinstance(statement, str):
        return taken[statement]
    word, *parts = statement
    values = [holds(part, taken) for part in parts]
    if word == "not":
        (value,) = values
        return not value
    if word == "and":
        return all(values)
    if word == "or":
        return any(values)
    first, second = values
    return {"if": first or not second, "iff": first is second}[word]


@dataclass(frozen=True)
class OptionForm:
    """Options by player; statements that never hold together with a state; and the rest.

    ``irreversible`` maps an option to the value that cannot be left; ``merged`` lists
    statements: all patterns where one holds (and none before it) are one state.
    ``wishes`` lists each player's statements, the first counts most; of a merged state a
    statement is true if it is of all its patterns.
    """

    options: tuple[tuple[str, ...], ...]
    infeasible: tuple[Any, ...] = ()
    irreversible: Mapping[str, bool] | None = None
    merged: tuple[Any, ...] = ()
    wishes: tuple[tuple[Any, ...], ...] = ()

    def patterns(self) -> list[dict[str, bool]]:
        names = [name for own in self.options for name in own]
        every = [
            dict(zip(names, values, strict=True))
            for values in itertools.product([False, True], repeat=len(names))
        ]
        return [p for p in every if not any(holds(bad, p) for bad in self.infeasible)]

    def can_move(self, player: int, old: Mapping[str, bool], new: Mapping[str, bool]) -> bool:
        changed = {name for name in old if old[name] is not new[name]}
        if not changed or not changed <= set(self.options[player]):
            return False
        kept = self.irreversible or {}
        return not any(name in kept and old[name] is kept[name] for name in changed)

    def states(self) -> list[list[dict[str, bool]]]:
        """Each state is the list of its patterns: one, but where patterns are merged."""
        groups: dict[Any, list[dict[str, bool]]] = {}
        for pattern in self.patterns():
            key: Any = tuple(pattern.items())
            for number, statement in enumerate(self.merged):
                if holds(statement, pattern):
                    key = number
                    break
            groups.setdefault(key, []).append(pattern)
        return list(groups.values())

    def moves(self, states: Sequence[Sequence[Mapping[str, bool]]]) -> Any:
        return tuple(
            tuple(
                frozenset(
                    t
                    for t, new in enumerate(states)
                    if t != s and any(self.can_move(i, a, b) for a in old for b in new)
                )
                for s, old in enumerate(states)
            )
            for i in range(len(self.options))
        )

    def true(self, statement: Any, state: Sequence[Mapping[str, bool]]) -> bool:
        return all(holds(statement, pattern) for pattern in state)

    def compare(
        self, player: int, one: Sequence[Mapping[str, bool]], two: Sequence[Mapping[str, bool]]
    ) -> int:
        """1 where the first is better, -1 where the second is: the first statement decides."""
        for statement in self.wishes[player]:
            first, second = self.true(statement, one), self.true(statement, two)
            if first != second:
                return 1 if first else -1
        return 0

    def conflict(self) -> Conflict:
        """Worth: how many states are worse."""
        states = self.states()
        worth = tuple(
            tuple(sum(self.compare(i, s, t) > 0 for t in states) for s in states)
            for i in range(len(self.options))
        )
        return Conflict(self.moves(states), worth)

    def is_a_table(self) -> bool:
        """Whether feasible patterns are a product of the players' own, and nothing is special."""
        if self.irreversible or self.merged:
            return False
        patterns = self.patterns()
        own = [{tuple(p[name] for name in mine) for p in patterns} for mine in self.options]
        product = 1
        for parts in own:
            product *= len(parts)
        return product == len(patterns)
