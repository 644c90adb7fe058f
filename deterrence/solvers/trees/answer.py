"""From families of equilibria to the answer: corners, certificates, conditions in words."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import regret, subgame_regret
from deterrence.limits import work
from deterrence.limits.deadline import Deadline
from deterrence.solvers.task import Mix
from deterrence.solvers.tree_solution import (
    MAX_EQUILIBRIA,
    MAX_LISTED,
    TreeEquilibrium,
    TreeFamily,
    TreePiece,
    TreeSolution,
    big_number,
    condition_text,
    corners_left_out,
    equilibrium_of,
    named_ties,
    profile_of,
    solution_of,
)
from deterrence.solvers.trees.families import (
    Corner,
    Polytope,
    SubgameFamily,
    TieCondition,
    TooMany,
    Var,
    Worth,
    linked,
)

#: Corners of one family that are listed.
MAX_CORNERS = 32
#: Work seconds of an equilibrium and its certificate, per node of the tree.
_NODE = 2e-5
#: Conditions on connected ties up to which those that others imply are left out.
_MOST_CONDITIONS = 40

_ZERO = Fraction(0)


def answer(
    game: ExtensiveGame,
    concept: str,
    found: Sequence[SubgameFamily],
    messages: list[str],
    complete: bool,
    deadline: Deadline,
    start: float,
    value: Fraction | None = None,
) -> TreeSolution:
    """Return the solution: every listed equilibrium with its certificate."""
    limit = deadline.grace()
    equilibria: list[TreeEquilibrium] = []
    families: list[TreeFamily] = []
    known: dict[BehaviourProfile, int] = {}
    count = sum(f.count for f in found)
    for whole in itertools.islice(_whole(found, limit), MAX_LISTED):
        if len(equilibria) >= MAX_EQUILIBRIA or (families and limit.expired()):
            break
        members: list[int] = []
        room = MAX_EQUILIBRIA - len(equilibria) if whole.hulls else MAX_CORNERS
        for moves, open_sets in itertools.islice(whole.corners(), room):
            profile = profile_of(game, moves)
            if profile not in known:
                known[profile] = len(equilibria)
                work.spend(_NODE * len(game.nodes))
                equilibria.append(_certified(game, concept, profile, open_sets))
            members.append(known[profile])
            if limit.expired():
                break
        corners = max(whole.corner_count, len(members))
        families.append(
            TreeFamily(
                members=tuple(members),
                ties=whole.named_ties(game),
                conditions=whole.conditions(game),
                corners=corners,
                pieces=whole.pieces(members) if corners == len(members) else (),
                formulas=tuple(whole.formulas),
            )
        )
    whole_tree = complete
    if len(families) < count:
        complete = False
        # What was left out on the way would make more of them.
        least = "" if whole_tree else "at least "
        messages.append(f"{len(families):,} of {least}{big_number(count)} families are listed")
    cut = [f for f in families if f.corners > len(f.members)]
    if any(not f.ties for f in cut):
        complete = False
        messages.append("not all corners of a continuum are listed")
    elif cut:
        messages.append(corners_left_out(len(cut)))
    return solution_of(
        game, concept, equilibria, families, count, messages, complete, deadline, start, value
    )


class _Whole:
    """One family of the whole tree, put together from those of its stages."""

    def __init__(self, families: Sequence[SubgameFamily], deadline: Deadline) -> None:
        self.moves: dict[int, Mix] = {}
        self.ties: dict[int, tuple[int, ...]] = {}
        self.open_sets: list[int] = []
        self.hulls: list[tuple[Corner, ...]] = []
        self.hull_pieces: list[tuple[tuple[int, ...], ...]] = []
        self.formulas: list[TreePiece] = []
        rows: dict[TieCondition, None] = {}
        for f in families:
            self.moves |= f.moves
            self.ties |= f.ties
            self.open_sets += f.open_sets
            rows |= dict.fromkeys(f.rows)
            if f.corners:
                self.hulls.append(f.corners)
                self.hull_pieces.append(f.pieces)
                self.formulas += f.formulas
        self.rows = tuple(rows)
        self.points: list[list[dict[Var, Fraction]]] = []
        #: Whether some polytope has more corners than are known.
        self.cut = False
        for group, own in linked(self.ties, self.rows):
            part = Polytope({s: self.ties[s] for s in group}, own)
            try:
                self.points.append(part.corners(deadline))
            except TooMany:
                self.points.append([part.corner()])
                self.cut = True

    @property
    def corner_count(self) -> int:
        """The corners, one more than are known where not all are."""
        known = math.prod(map(len, self.points)) * math.prod(map(len, self.hulls))
        return known + self.cut

    def corners(self) -> Iterator[tuple[dict[int, Mix], list[int]]]:
        """Yield the corners: behaviour by information set, and the open sets."""
        lists: list[Sequence[Any]] = [*self.points, *self.hulls]
        for chosen in itertools.product(*lists):
            moves = dict(self.moves)
            open_sets = list(self.open_sets)
            for item in chosen:
                if isinstance(item, Corner):
                    moves |= item.moves
                    open_sets += item.open_sets
                    continue
                for s in {v[0] for v in item}:
                    size = 1 + max(self.ties[s])
                    moves[s] = tuple(item.get((s, a), _ZERO) for a in range(size))
            yield moves, open_sets

    def pieces(self, members: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        """Return the convex pieces of the set, given all its corners in order."""
        free = math.prod(map(len, self.points))
        orders = list(itertools.product(*(range(len(hull)) for hull in self.hulls)))
        found = []
        for combination in itertools.product(*self.hull_pieces):
            inside = [
                all(k in piece for k, piece in zip(order, combination, strict=True))
                for order in orders
            ]
            flags = inside * free
            found.append(tuple(sorted({m for m, f in zip(members, flags, strict=True) if f})))
        return tuple(found)

    def named_ties(self, game: ExtensiveGame) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return the actions that may be mixed, by player and information set."""
        varying = {
            v[0]
            for points in self.points
            for v in {v for p in points for v in p}
            if len({p[v] for p in points}) > 1
        }
        return named_ties(game, sorted((s, a) for s, a in self.ties.items() if s in varying))

    def conditions(self, game: ExtensiveGame) -> tuple[str, ...]:
        """Return what the mixtures have to satisfy, as inequalities."""
        groups = linked(self.ties, self.rows)
        kept = {row for group, own in groups for row in self._needed(group, own)}
        texts = (
            _written(game, r, self.ties)
            for row in self.rows
            for r in dict.fromkeys((row, replace(row, equal=True)))
            if r in kept
        )
        return tuple(dict.fromkeys(t for t in texts if t))

    def _needed(self, group: Sequence[int], rows: Sequence[TieCondition]) -> list[TieCondition]:
        """Return conditions that say the same as these, without those that others imply."""
        ties = {s: self.ties[s] for s in group}
        if not 1 < len(rows) <= _MOST_CONDITIONS:
            return list(rows)
        cell = Polytope(ties, rows)
        kept = [replace(r, equal=r.equal or cell.span(_left(r))[0] == r.bound) for r in rows]
        for row in reversed(kept):
            rest = [r for r in kept if r is not row]
            low, high = Polytope(ties, rest).span(_left(row))
            if high <= row.bound and (low == row.bound or not row.equal):
                kept = rest
        return kept


def _left(row: TieCondition) -> Worth:
    """Return the left side of a condition."""
    return Worth(_ZERO, {(v,): c for v, c in row.terms})


def _whole(families: Sequence[SubgameFamily], deadline: Deadline) -> Iterator[_Whole]:
    """Yield every family of the whole tree, choices made in all ways."""
    # Linked lists: (family, rest) or None.
    stack: list[tuple[Any, Any]] = [((f, None), None) for f in reversed(families)]
    while stack:
        pending, done = stack.pop()
        while pending is not None:
            f, pending = pending
            if f.choice:
                stack.extend(((other, pending), done) for other in reversed(f.choice[1:]))
                pending = (f.choice[0], pending)
                continue
            done = (f, done)
            for part in f.parts:
                pending = (part, pending)
        collected = []
        while done is not None:
            collected.append(done[0])
            done = done[1]
        yield _Whole(collected, deadline)


def _certified(
    game: ExtensiveGame,
    concept: str,
    profile: BehaviourProfile,
    open_sets: Sequence[int],
) -> TreeEquilibrium:
    everywhere = concept not in ("nash", "zero-sum")
    gains = subgame_regret(game, profile) if everywhere else regret(game, profile)
    told = tuple(game.sets[s].label for s in sorted(open_sets))
    return equilibrium_of(game, profile, max(gains.values(), default=_ZERO), open_sets=told)


def _written(game: ExtensiveGame, row: TieCondition, ties: Mapping[int, tuple[int, ...]]) -> str:
    """Return a condition on mixing probabilities, the last action of each tie put out of it."""
    terms = dict(row.terms)
    bound = row.bound
    for s in {v[0] for v in terms}:
        last = (s, ties[s][-1])
        c = terms.pop(last, _ZERO)
        if c:
            bound -= c
            for a in ties[s][:-1]:
                terms[s, a] = terms.get((s, a), _ZERO) - c
    terms = {v: c for v, c in sorted(terms.items()) if c}
    if not terms:
        return ""
    names = {(s, a): f"P({game.sets[s].actions[a]} at {game.sets[s].label})" for s, a in terms}
    return condition_text(names, terms, bound, "=" if row.equal else "<=")
