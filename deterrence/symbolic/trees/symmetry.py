r"""Players of a table who can change places: of patterns that are alike one is looked at.

Two players are *alike* if they have the same actions, and every payoff stays what it is when
they change places: :math:`u_{\pi(i)}(\pi a) = u_i(a)` for their exchange :math:`\pi`, decided
exactly on the formulas.  An equilibrium with alike players exchanged is an equilibrium for the
same parameter values.  Where two alike players mix the same two actions, the difference of their
equations of indifference has the difference of their probabilities as a factor.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from deterrence.algebra.partitions import Partition
from deterrence.algebra.rings import RingElement
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.symbolic.trees.unknowns import TreeUnknowns

#: The actions that are played at an information set.
SupportSet = tuple[int, ...]
#: What is put in the place of each information set.
Exchange = Mapping[int, int]


def alike(problem: TreeProblem, actions: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the information sets of players who are alike, in groups of two and more.

    ``actions`` are those of each set that are not dominated.  Of a model with a tree of its own
    none are.
    """
    if not problem.is_table:
        return []
    game = problem.game
    cells = _cells(problem)
    groups = Partition(range(len(game.players)))
    for i, j in itertools.combinations(range(len(game.players)), 2):
        one, other = (game.set_index(game.players[k]) for k in (i, j))
        same = game.sets[one].actions == game.sets[other].actions
        if same and tuple(actions[one]) == tuple(actions[other]) and _exchangeable(cells, i, j):
            groups.join(i, j)
    return [
        tuple(game.set_index(game.players[k]) for k in group)
        for group in groups.classes()
        if len(group) > 1
    ]


def _cells(problem: TreeProblem) -> dict[tuple[int, ...], list[RingElement]]:
    """Return what every player is paid in every cell, by the numbers of the actions."""
    game, found = problem.game, {}
    moves: dict[int, tuple[int, ...]] = {0: ()}
    for k, node in enumerate(game.nodes):
        if len(moves[k]) < len(game.players):
            moves.update({c: (*moves[k], m) for m, c in enumerate(node.children)})
            continue
        paid = [row[k] for row in problem.paid]
        if node.set >= 0:  # chance ends it
            mix = problem.draws[node.set]
            children = list(zip(node.children, mix, strict=True))
            moves.update({c: (*moves[k], m) for m, c in enumerate(node.children)})
            paid = [sum((p * row[c] for c, p in children), row[k]) for row in problem.paid]
        if len(moves[k]) == len(game.players):
            found[moves[k]] = paid
    return found


def _exchangeable(cells: Mapping[tuple[int, ...], list[RingElement]], i: int, j: int) -> bool:
    """Say whether two players can change places."""

    def turned(row: Sequence[RingElement] | tuple[int, ...]) -> list[RingElement]:
        new = list(row)
        new[i], new[j] = new[j], new[i]
        return new

    return all(cells[tuple(turned(choice))] == turned(paid) for choice, paid in cells.items())


class Symmetry:
    """Exchanges of alike players, of patterns and of what was found for them."""

    def __init__(self, groups: Sequence[tuple[int, ...]], unknowns: TreeUnknowns) -> None:
        self.groups, self.unknowns = groups, unknowns

    @cached_property
    def _group(self) -> dict[int, tuple[int, ...]]:
        return {s: group for group in self.groups for s in group}

    def is_first(self, supports: Mapping[int, SupportSet], s: int) -> bool:
        """Say whether a set's support comes after those of the alike sets that were chosen."""
        return all(
            (len(supports[t]), supports[t]) <= (len(supports[s]), supports[s])
            for t in self._group.get(s, ())
            if t != s and t in supports
        )

    def exchanges(self, supports: Mapping[int, SupportSet]) -> Iterator[Exchange]:
        """Yield exchanges of sets, one for each other pattern that they make of this one."""
        choices = []
        for group in self.groups:
            now = tuple(supports[s] for s in group)
            orders = dict.fromkeys(itertools.permutations(now))
            choices.append([(group, _moved(group, now, order)) for order in orders])
        for choice in itertools.product(*choices):
            exchange = {s: t for _, moves in choice for s, t in moves.items()}
            if any(s != t for s, t in exchange.items()):
                yield exchange

    def pattern(
        self, supports: Mapping[int, SupportSet], exchange: Exchange
    ) -> dict[int, SupportSet]:
        """Return the supports after an exchange."""
        return {exchange.get(s, s): support for s, support in supports.items()}

    def differences(
        self, supports: Mapping[int, SupportSet], equations: Sequence[RingElement]
    ) -> tuple[RingElement, ...]:
        """Return equations, those of alike players who mix two actions as differences.

        What is an equation of theirs is told by exchanging the players.
        """
        found = list(dict.fromkeys(equations))
        for group in self.groups:
            pairs = [s for s in group if len(supports[s]) == 2]
            for s, t in itertools.combinations(pairs, 2):
                if supports[s] != supports[t]:
                    continue
                for k, e in enumerate(found):
                    other = self.poly(e, {s: t, t: s})
                    if other != e and other in found[:k]:
                        found[k] = e - other
        return tuple(found)

    # ---- exchanges ---------------------------------------------------------------------
    def name(self, name: str, exchange: Exchange) -> str:
        """Return the unknown that comes in an unknown's place."""
        s, k = map(int, name[2:].split("_"))
        return f"{name[:2]}{exchange.get(s, s)}_{k}"

    def poly(self, p: RingElement, exchange: Exchange) -> RingElement:
        """Return a polynomial in parameters and unknowns after an exchange."""
        names = self.unknowns.algebra.names
        places = list(range(len(names)))
        for name in self.unknowns.unknowns_in(p):
            places[names.index(name)] = names.index(self.name(name, exchange))
        terms = {}
        for powers, c in p.terms():
            moved = [0] * len(powers)
            for k, e in enumerate(powers):
                if e:
                    moved[places[k]] = e
            terms[tuple(moved)] = c
        return p.ring.from_dict(terms)


def _moved(
    group: Sequence[int], now: Sequence[SupportSet], order: Sequence[SupportSet]
) -> dict[int, int]:
    """Return where each set goes so that the supports come in another order."""
    waiting = list(zip(group, order, strict=True))
    moves = {}
    for s, support in zip(group, now, strict=True):
        # A set whose support is right where it is stays.
        fitting = [w for w in waiting if w[1] == support]
        place = (s, support) if (s, support) in fitting else fitting[0]
        waiting.remove(place)
        moves[s] = place[0]
    return moves
