"""Re-checking the certificate of a game's equilibria, in strategic form or as a tree."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.verifying.numbers import Number, Numbers, check_distribution, largest, sign
from deterrence.verifying.polytopes import (
    Point,
    Rows,
    every_vertex,
    extreme_pairs,
    missing_neighbour,
    point_of,
    strategy,
    tight,
    whole_rows,
)
from deterrence.verifying.reading import Entry
from deterrence.verifying.trees import verify_tree
from deterrence.verifying.verdict import Budget, OutOfBudget, Verdict

#: Actions of both players up to which every basis is tried.
EVERY_BASIS = 6
#: Products of numbers that a check of equilibria, and one of completeness, may take.
CHECKING, COMPLETENESS = 50_000_000, 60_000_000
#: Bounds on a game that is read.
MAX_PLAYERS, MAX_CELLS, MAX_EQUILIBRIA = 12, 200_000, 30_000

NOT_CHECKED = "completeness not checked"
_CLAIM = "the list claims to be complete, and an equilibrium is missing: "


def verify_game(told: Entry, verdict: Verdict) -> None:
    """Re-check a certificate of equilibria."""
    verdict.title = told["model"].text()
    game = told["game"]
    _same_digest(told, verdict)
    count = len(told["equilibria"])
    if count > MAX_EQUILIBRIA:
        raise told["equilibria"].fault(f"more than {MAX_EQUILIBRIA} equilibria")
    concept = told["concept"].text()
    verdict.about.append(f"{count} equilibri{'um' if count == 1 else 'a'}, concept {concept}")
    for entry in told["uncertified"]:
        verdict.unchecked.append(f"{entry['name'].text()}: {entry['why'].text()}")
    if told["complete"].flag() and not count and not len(told["uncertified"]):
        verdict.reject("equilibria", f"{_CLAIM}every finite game has one")
    form = game["form"].text()
    if form == "strategic":
        _Strategic(told, verdict).run()
    elif form == "extensive":
        verify_tree(told, verdict, Budget(CHECKING))
    else:
        raise game["form"].fault("'strategic' or 'extensive' was expected")


def digest(game: Any) -> str:
    """Return the fingerprint of a game as it stands in a certificate."""
    text = json.dumps(game, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _same_digest(told: Entry, verdict: Verdict) -> None:
    right, found = digest(told["game"].value), told["digest"].text()
    verdict.digest = found
    verdict.values = {k: v.value for k, v in told["values"].items() if isinstance(v.value, str)}
    if right != found:
        verdict.reject("digest", "it is that of another game", right, found)


@dataclass(frozen=True)
class _Game:
    players: list[str]
    actions: list[list[str]]
    payoffs: list[tuple[Fraction, ...]]

    @staticmethod
    def of(told: Entry) -> _Game:
        players = told["players"].labels()
        if len(players) > MAX_PLAYERS:
            raise told["players"].fault(f"more than {MAX_PLAYERS} players")
        actions = [told["actions"][p].labels() for p in players]
        cells = math.prod(map(len, actions))
        if cells > MAX_CELLS:
            raise told["actions"].fault(f"more than {MAX_CELLS} cells")
        payoffs = []
        for p in players:
            entry = told["payoffs"][p]
            payoffs.append(entry.fractions())
            if len(payoffs[-1]) != cells:
                raise entry.fault(f"{cells} payoffs were expected")
        return _Game(players, actions, payoffs)

    def replies(self, me: int, profile: Sequence[Sequence[Number]], budget: Budget) -> list[Number]:
        """Return what each action gives a player while the others play a profile."""
        played = [
            [(k, p) for k, p in enumerate(mix) if not isinstance(p, Fraction) or p]
            for mix in profile
        ]
        totals: list[Number] = [Fraction(0)] * len(self.actions[me])
        others = [[(0, Fraction(1))] if i == me else s for i, s in enumerate(played)]
        steps = [math.prod(map(len, self.actions[i + 1 :])) for i in range(len(self.actions))]
        budget.spend(math.prod(map(len, others)) * (len(totals) + len(self.players)))
        for combination in itertools.product(*others):
            chance: Number = Fraction(1)
            for _, p in combination:
                chance = chance * p
            cell = sum(k * step for (k, _), step in zip(combination, steps, strict=True))
            for a in range(len(totals)):
                totals[a] = totals[a] + chance * self.payoffs[me][cell + a * steps[me]]
        return totals


class _Strategic:
    """A certificate of a game in strategic form while it is checked."""

    def __init__(self, told: Entry, verdict: Verdict) -> None:
        self.told, self.verdict = told, verdict
        self.game = _Game.of(told["game"])
        self.budget = Budget(CHECKING)
        sizes = " x ".join(str(len(a)) for a in self.game.actions)
        verdict.about.insert(0, f"{sizes} strategic game of {', '.join(self.game.players)}")
        #: The profiles of the list, with their components, as far as they are rational.
        self.profiles: dict[tuple[tuple[Fraction, ...], ...], int] = {}
        #: All profiles.
        self.every: list[list[list[Number]]] = []

    def run(self) -> None:
        concept = self.told["concept"].text()
        if concept not in ("nash", "zero-sum"):
            raise self.told["concept"].fault("'nash' or 'zero-sum' was expected")
        done = 0
        try:
            for entry in self.told["equilibria"]:
                self.equilibrium(entry)
                done += 1
        except OutOfBudget:
            self.verdict.unchecked.append(
                f"the equilibria after the first {done}: they take too much work"
            )
        if concept == "zero-sum":
            self.value()
        if done:
            self.verdict.right(
                f"{done} profile{'s' if done > 1 else ''}: every probability, payoff and best reply"
                ", recomputed from the payoffs; nobody gains by any other action"
            )
        if self.verdict.accepted:
            self.completeness()

    def named(self, entry: Entry) -> str:
        return f"equilibrium {entry['name'].text()}"

    def equilibrium(self, entry: Entry) -> None:
        """Check one profile: a distribution each, payoffs, best replies, no gain."""
        game, name, reject = self.game, self.named(entry), self.verdict.reject
        numbers = Numbers(entry.get("root"))
        profile: list[list[Number]] = []
        for player, actions in zip(game.players, game.actions, strict=True):
            mix = numbers.table(entry["profile"][player], actions)
            profile.append([mix[a] for a in actions])
            check_distribution(f"{name}, {player}", mix, self.verdict)
        for me, (player, actions) in enumerate(zip(game.players, game.actions, strict=True)):
            values = game.replies(me, profile, self.budget)
            told = numbers.table(entry["replies"][player], actions)
            for action, value in zip(actions, values, strict=True):
                if sign(told[action] - value):
                    what = f"{player}, payoff of {action}"
                    reject(name, what, str(value), str(told[action]))
            reached: Number = sum(
                (p * u for p, u in zip(profile[me], values, strict=True)), Fraction(0)
            )
            payoff = numbers.read(entry["payoffs"][player])
            if sign(payoff - reached):
                reject(name, f"payoff of {player}", str(reached), str(payoff))
            best = largest(values)
            if sign(best - reached):
                better = actions[next(k for k, u in enumerate(values) if not sign(u - best))]
                reject(
                    name,
                    f"no equilibrium: {player} gains {best - reached} by playing {better}",
                )
        self.every.append(profile)
        rational = all(isinstance(p, Fraction) for mix in profile for p in mix)
        if rational:
            key = tuple(tuple(mix) for mix in profile)
            if key in self.profiles:
                reject(name, "the same profile stands in the list before")
            self.profiles[key] = entry["component"].whole(MAX_EQUILIBRIA)

    def value(self) -> None:
        """Check the value of a zero-sum game."""
        game, reject = self.game, self.verdict.reject
        if len(game.players) != 2 or len({u + w for u, w in zip(*game.payoffs, strict=True)}) > 1:
            reject("concept", "the game is not zero-sum")
            return
        value = self.told["value"].fraction()
        for entry in self.told["equilibria"]:
            found = entry["payoffs"][game.players[0]].fraction()
            if found != value:
                reject("value", f"{game.players[0]} gets something else", str(found), str(value))
                return
        if len(self.told["equilibria"]):
            self.verdict.right(f"the value of the game, {value}")

    # ---- completeness -----------------------------------------------------------
    def completeness(self) -> None:
        verdict = self.verdict
        if not self.told["complete"].flag():
            verdict.unchecked.append(f"{NOT_CHECKED}: the list does not claim it")
            return
        if len(self.told["uncertified"]):
            verdict.unchecked.append(f"{NOT_CHECKED}: the file has no numbers of some equilibria")
            return
        self.pure()
        if len(self.game.players) != 2:
            self.many_players()
            return
        try:
            self.two_players(Budget(COMPLETENESS))
        except OutOfBudget:
            verdict.unchecked.append(f"{NOT_CHECKED}: it takes too much work")

    def pure(self) -> None:
        """Check that no equilibrium in pure strategies is missing."""
        game = self.game
        if len(game.players) != 2 and self.told["sets"].flag():
            return  # a pure equilibrium may lie inside a set that is told by formulas
        sizes = [len(a) for a in game.actions]
        steps = [math.prod(sizes[i + 1 :]) for i in range(len(sizes))]
        for number, cell in enumerate(itertools.product(*map(range, sizes))):
            if all(
                payoffs[number + (a - k) * step] <= payoffs[number]
                for payoffs, k, step, size in zip(game.payoffs, cell, steps, sizes, strict=True)
                for a in range(size)
            ):
                key = tuple(
                    tuple(Fraction(int(a == k)) for a in range(size))
                    for k, size in zip(cell, sizes, strict=True)
                )
                if key not in self.profiles:
                    self.missing(key)

    def many_players(self) -> None:
        """Ask z3 for equilibria that are not in the list."""
        from deterrence.verifying.supports import Undecided, missing_profile

        game, verdict = self.game, self.verdict
        if self.told["sets"].flag():
            verdict.unchecked.append(f"{NOT_CHECKED}: infinite sets are told by formulas")
            return
        try:
            found = missing_profile([len(a) for a in game.actions], game.payoffs, self.every)
        except Undecided:
            verdict.unchecked.append(
                f"{NOT_CHECKED} (mixed equilibria; pure ones are all in the list): it takes too "
                "much work"
            )
            return
        if found is None:
            verdict.right(
                "z3 finds no equilibrium that is not in the list, whichever actions are played"
            )
            return
        texts = (
            f"{player}: " + ", ".join(f"{a} {p}" for a, p in zip(own, mix, strict=True) if p != "0")
            for player, own, mix in zip(game.players, game.actions, found, strict=True)
        )
        verdict.reject("complete", f"{_CLAIM}{'; '.join(texts)}")

    def missing(self, key: Sequence[Sequence[Fraction]]) -> None:
        parts = []
        for player, actions, mix in zip(self.game.players, self.game.actions, key, strict=True):
            played = ", ".join(
                a if p == 1 else f"{a} {p}" for a, p in zip(actions, mix, strict=True) if p
            )
            parts.append(f"{player}: {played}")
        text = "; ".join(parts)
        if all(text not in f.what for f in self.verdict.failures):
            self.verdict.reject("complete", f"{_CLAIM}{text}")

    def two_players(self, budget: Budget) -> None:
        """Compare the list with all extreme equilibria."""
        game, verdict = self.game, self.verdict
        kept = self._undominated()
        n = len(game.actions[1])
        a, b = ([list(u[k : k + n]) for k in range(0, len(u), n)] for u in game.payoffs)
        own: tuple[Rows, Rows] = (
            whole_rows([[b[i][j] for i in kept[0]] for j in kept[1]]),
            whole_rows([[a[i][j] for j in kept[1]] for i in kept[0]]),
        )
        if max(map(len, kept)) <= EVERY_BASIS:
            points = [every_vertex(m, budget) for m in own]
            how = (
                "every basis of both best-reply polytopes was tried: no extreme equilibrium "
                "is missing"
            )
        else:
            listed = self._listed(own, kept, budget)
            if listed is None:
                return
            points = listed
            how = (
                f"all {len(points[0]) - 1} and {len(points[1]) - 1} vertices of both best-reply "
                "polytopes are in the file, as each edge of each leads to one of them: no extreme "
                "equilibrium is missing"
            )
        sizes = [len(actions) for actions in game.actions]
        found = {
            tuple(_spread(mix, own, size) for mix, own, size in zip(key, kept, sizes, strict=True))
            for key in _paired(own, points)
        }
        for key in found:
            if key not in self.profiles:
                self.missing(key)
        self._components(found)
        if verdict.accepted:
            verdict.right(how)
            verdict.right("which equilibria hang together (connected components)")

    def _undominated(self) -> tuple[list[int], list[int]]:
        """Return the actions that no other beats strictly, again and again."""
        game = self.game
        n = len(game.actions[1])
        kept = (list(range(len(game.actions[0]))), list(range(n)))

        def payoff(me: int, own: int, other: int) -> Fraction:
            return game.payoffs[me][other * n + own if me else own * n + other]

        changed = True
        while changed:
            changed = False
            for me in (0, 1):
                for own in list(kept[me]):
                    if any(
                        all(payoff(me, rival, o) > payoff(me, own, o) for o in kept[1 - me])
                        for rival in kept[me]
                    ):
                        kept[me].remove(own)
                        changed = True
        return kept

    def _listed(
        self, own: Sequence[Rows], kept: Sequence[Sequence[int]], budget: Budget
    ) -> list[list[Point]] | None:
        """Return the vertices that the file lists, once they are shown to be all."""
        told = self.told.get("vertices")
        if told is None:
            self.verdict.unchecked.append(f"{NOT_CHECKED}: the file lists no vertices")
            return None
        result = []
        for me, m in enumerate(own):
            player, actions = self.game.players[me], self.game.actions[me]
            points = {(1, *[0] * len(kept[me]))}
            for entry in told[player]:
                mix = entry.fractions()
                if len(mix) != len(actions) or any(p < 0 for p in mix) or sum(mix) != 1:
                    raise entry.fault(f"{len(actions)} probabilities were expected")
                if any(p for k, p in enumerate(mix) if k not in kept[me]):
                    raise entry.fault("an action that another beats is played")
                points.add(point_of(m, [mix[k] for k in kept[me]]))
            try:
                lacking = missing_neighbour(m, sorted(points), budget)
            except ValueError as error:
                self.verdict.reject(f"vertices of {player}", str(error))
                return None
            if lacking is not None:
                text = ", ".join(
                    f"{actions[k]} {p}"
                    for k, p in zip(kept[me], strategy(lacking), strict=True)
                    if p
                )
                self.verdict.reject(f"vertices of {player}", f"the vertex {text} is missing")
                return None
            result.append(sorted(points))
        return result

    def _components(self, found: set[tuple[tuple[Fraction, ...], ...]]) -> None:
        """Check which equilibria share a connected set."""
        parent: dict[Any, Any] = {}

        def top(x: Any) -> Any:
            while parent.setdefault(x, x) != x:
                x = parent[x]
            return x

        for row, column in found:
            parent[top(("row", row))] = top(("column", column))
        number: dict[Any, int] = {}
        for key, told in self.profiles.items():
            if key in found and number.setdefault(top(("row", key[0])), told) != told:
                self.verdict.reject("component", "equilibria that hang together are told apart")
                return
        if len(set(number.values())) < len(number):
            self.verdict.reject("component", "equilibria that do not hang together share a number")


def extreme_equilibria(
    a: Sequence[Sequence[Fraction]], b: Sequence[Sequence[Fraction]], budget: Budget
) -> set[tuple[tuple[Fraction, ...], ...]]:
    """Return all extreme equilibria of a small game (payoffs are rows x columns)."""
    own = (whole_rows([list(column) for column in zip(*b, strict=True)]), whole_rows(a))
    return _paired(own, [every_vertex(m, budget) for m in own])


def _paired(
    own: Sequence[Rows], points: Sequence[Sequence[Point]]
) -> set[tuple[tuple[Fraction, ...], ...]]:
    """Return the pairs of vertices in which every action is unplayed or a best reply."""
    d, k = len(own[0][0]), len(own[1][0])
    first = [(p, tight(own[0], p)) for p in points[0] if any(p[1:])]
    second = [(p, tight(own[1], p)) for p in points[1] if any(p[1:])]
    # The second player's own actions are labels d..d+k-1 in the common numbering.
    turned = [(p, labels >> k | (labels & ((1 << k) - 1)) << d) for p, labels in second]
    whole = [[tuple(strategy(p)) for p, _ in side] for side in (first, turned)]
    found: set[tuple[tuple[Fraction, ...], ...]] = set()
    for i, j in extreme_pairs(first, turned, (1 << (d + k)) - 1):
        found.add((whole[0][i], whole[1][j]))
        if len(found) > MAX_EQUILIBRIA:
            raise OutOfBudget
    return found


def _spread(mix: Sequence[Fraction], kept: Sequence[int], size: int) -> tuple[Fraction, ...]:
    whole = [Fraction(0)] * size
    for k, p in zip(kept, mix, strict=True):
        whole[k] = p
    return tuple(whole)
