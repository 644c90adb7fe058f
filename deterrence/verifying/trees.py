r"""Re-checking a certificate of the equilibria of a game tree.

Against what the others do, and given a belief :math:`\mu` at an information set, a player of
perfect recall has a best continuation that is found set by set, the last moves first: with
:math:`w(x)` the weight of a node but for her own moves, :math:`V(x) = w(x) u(x)` is summed
upwards, and at each of her sets one action is best for all its nodes together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.verifying.game_tree import Moves, Tree
from deterrence.verifying.numbers import Number, Numbers, check_distribution, sign
from deterrence.verifying.polynomials import Table, point_of
from deterrence.verifying.reading import Entry
from deterrence.verifying.verdict import Budget, OutOfBudget, Verdict

_ZERO, _ONE = Fraction(0), Fraction(1)

#: Concepts that ask for best replies in every subgame, and those with beliefs.
_EVERYWHERE, _BELIEFS = ("spe",), ("weak-pbe", "pbe", "sequential")


def verify_tree(told: Entry, verdict: Verdict, budget: Budget) -> None:
    """Re-check a certificate of the equilibria of a tree."""
    tree = Tree(told["game"])
    concept = told["concept"].text()
    if concept not in ("nash", "zero-sum", *_EVERYWHERE, *_BELIEFS):
        raise told["concept"].fault("nash, zero-sum, spe, weak-pbe, pbe or sequential was expected")
    verdict.about.insert(0, f"game tree of {', '.join(tree.players)}, {len(tree.parent)} nodes")
    try:
        checks = Assessments(tree, concept, verdict, budget)
    except OutOfBudget:
        verdict.unchecked.append("anything: the tree is too large")
        return
    done = 0
    try:
        for entry in told["equilibria"]:
            checks.equilibrium(entry)
            done += 1
    except OutOfBudget:
        verdict.unchecked.append(f"the equilibria after the first {done}: they take too much work")
    if done:
        verdict.right(_WORDS[checks.kind])
    if concept == "sequential":
        verdict.unchecked.append(
            "that the beliefs are limits of beliefs in mixed strategies (Kreps and Wilson); that "
            "they follow the others' moves in every subgame was checked"
        )
    if concept == "zero-sum":
        _zero_sum(tree, told, verdict)
    families(told, verdict)
    if not told["complete"].flag():
        verdict.unchecked.append("completeness not checked: the list does not claim it")
    elif verdict.accepted:
        checks.complete(told)


def families(told: Entry, verdict: Verdict) -> None:
    """Check that the families of equilibria are made up of the equilibria of the list."""
    count = len(told["equilibria"])
    members: set[int] = set()
    for f in told["families"]:
        own = [m.whole(max(1, count)) for m in f["members"]]
        corners = f["corners"].whole(10**9)
        if not own or len(own) > corners:
            raise f.fault("a family has as many members as corners, or fewer if not all are listed")
        if len(own) < corners:
            verdict.unchecked.append(f"{f.where}: only {len(own)} of {corners} corners are listed")
        members.update(own)
    if members != set(range(count)):
        verdict.reject("families", "equilibria and families do not belong together")


_CLAIM = "the list claims to be complete, and an equilibrium is missing: "
_RECOMPUTED = "every probability and payoff, recomputed from the tree; "
_WORDS = {
    "nash": _RECOMPUTED + "nobody gains by any other strategy",
    "spe": _RECOMPUTED + "nobody gains by any other strategy in any subgame",
    "weak-pbe": _RECOMPUTED + "nobody gains by any other continuation at any information set, "
    "given the beliefs, which follow Bayes' rule where the play comes",
    "pbe": _RECOMPUTED + "nobody gains by any other continuation at any information set, given "
    "the beliefs, which follow Bayes' rule wherever the others' moves lead there in a subgame, "
    "and are carried on from set to set",
}


class Assessments:
    """The equilibria of one tree while they are checked."""

    def __init__(self, tree: Tree, concept: str, verdict: Verdict, budget: Budget) -> None:
        self.tree, self.verdict, self.budget = tree, verdict, budget
        self.concept = concept
        self.kind = {"zero-sum": "nash", "sequential": "pbe"}.get(concept, concept)
        self.roots = [0] if self.kind == "nash" else tree.subgame_roots(budget)
        self.profiles: list[list[list[Number]]] = []

    def equilibrium(self, entry: Entry) -> None:
        """Check one profile, with beliefs where the concept has them."""
        tree, reject, budget = self.tree, self.verdict.reject, self.budget
        name = f"equilibrium {entry['name'].text()}"
        numbers = Numbers(entry.get("root"))
        moves: list[list[Number]] = []
        for s in tree.sets:
            if s.player is None:
                moves.append(list(s.chances))
                continue
            mix = numbers.table(entry["profile"][s.player][s.label], s.actions)
            check_distribution(f"{name}, {s.player} at {s.label}", mix, self.verdict)
            moves.append([mix[a] for a in s.actions])
        self.profiles.append(moves)
        reached = tree.spread({0: _ONE}, moves, budget)
        for me, player in enumerate(tree.players):
            value = tree.worth(reached, me)
            payoff = numbers.read(entry["payoffs"][player])
            if sign(payoff - value):
                reject(name, f"payoff of {player}", str(value), str(payoff))
        if self.kind in ("nash", "spe"):
            for root in self.roots:
                for me, player in enumerate(tree.players):
                    self.no_gain(name, f"after {tree.name(root)}", {root: _ONE}, moves, me, player)
            return
        beliefs = self.beliefs(name, entry, numbers)
        for h, s in enumerate(tree.sets):
            if s.player is None or not tree.members[h]:
                continue
            me = tree.players.index(s.player)
            given = {x: p for x, p in beliefs[h].items() if not (isinstance(p, Fraction) and not p)}
            gains = self.replies(given, moves, me, h)
            told = numbers.table(entry["replies"][s.label], s.actions)
            for action, gain in zip(s.actions, gains, strict=True):
                if sign(told[action] - gain):
                    what = f"{s.player} at {s.label}, payoff of {action}"
                    reject(name, what, str(gain), str(told[action]))
            self.no_gain(name, f"at {s.label}", given, moves, me, s.player)
            if len(tree.members[h]) > 1:
                self.follows(name, h, beliefs, moves)

    def at_point(self, name: str, entry: Entry) -> int:
        """Check behaviour and beliefs in numbers; return at how many sets no belief is told."""
        tree = self.tree
        moves: list[list[Number]] = []
        for s in tree.sets:
            mix = s.chances if s.player is None else entry["profile"][s.label].fractions()
            table = dict(zip(s.actions, mix, strict=False))
            if len(mix) != len(s.actions):
                raise entry["profile"].fault(f"{len(s.actions)} probabilities at {s.label!r}")
            check_distribution(f"{name}, {s.label}", table, self.verdict)
            moves.append(list(mix))
        beliefs: dict[int, dict[int, Number]] = {}
        told = dict(entry["beliefs"].items())
        for h, s in enumerate(tree.sets):
            nodes = tree.members[h]
            if s.player is None or not nodes:
                continue
            if len(nodes) == 1:
                beliefs[h] = {nodes[0]: _ONE}
            elif s.label in told:
                mix = told[s.label].fractions()
                if len(mix) != len(nodes):
                    raise told[s.label].fault(f"{len(nodes)} probabilities were expected")
                beliefs[h] = dict(zip(nodes, mix, strict=True))
                where = f"{name}, belief at {s.label}"
                check_distribution(where, {str(x): p for x, p in beliefs[h].items()}, self.verdict)
        if self.kind in ("nash", "spe"):
            for root in self.roots:
                for me, player in enumerate(tree.players):
                    self.no_gain(name, f"after {tree.name(root)}", {root: _ONE}, moves, me, player)
            return 0
        for h, belief in beliefs.items():
            player = str(tree.sets[h].player)
            given = {x: p for x, p in belief.items() if p}
            me = tree.players.index(player)
            self.no_gain(name, f"at {tree.sets[h].label}", given, moves, me, player)
            if len(belief) > 1:
                self.follows(name, h, beliefs, moves)
        return sum(s.player is not None and bool(m) for s, m in zip(tree.sets, tree.members,
                   strict=True)) - len(beliefs)  # fmt: skip

    def replies(self, given: Mapping[int, Number], moves: Moves, me: int, h: int) -> list[Number]:
        """Return what each action at a set gives, given a belief, if all goes on as planned."""
        tree = self.tree
        found = []
        for a in range(len(tree.sets[h].actions)):
            start = {tree.children[x][a]: p for x, p in given.items()}
            found.append(tree.worth(tree.spread(start, moves, self.budget), me))
        return found

    def no_gain(
        self, name: str, where: str, start: Mapping[int, Number], moves: Moves, me: int, player: str
    ) -> None:
        """Check that a player has no better way to go on from weighted nodes."""
        tree = self.tree
        played = tree.worth(tree.spread(start, moves, self.budget), me)
        best = tree.best(start, moves, me, self.budget)
        if sign(best - played):
            self.verdict.reject(name, f"no equilibrium: {where}, {player} gains {best - played}")

    def beliefs(self, name: str, entry: Entry, numbers: Numbers) -> dict[int, dict[int, Number]]:
        """Return the beliefs by set and node."""
        tree = self.tree
        found: dict[int, dict[int, Number]] = {}
        told = dict(entry["beliefs"].items())
        for h, s in enumerate(tree.sets):
            if s.player is None:
                continue
            if len(tree.members[h]) <= 1:
                found[h] = dict.fromkeys(tree.members[h], _ONE)
                continue
            if s.label not in told:
                raise entry["beliefs"].fault(f"nothing is said of {s.label!r}")
            table = numbers.table(told[s.label], [str(x) for x in tree.members[h]])
            check_distribution(f"{name}, belief at {s.label}", table, self.verdict)
            found[h] = {x: table[str(x)] for x in tree.members[h]}
        return found

    def follows(
        self, name: str, h: int, beliefs: Mapping[int, Mapping[int, Number]], moves: Moves
    ) -> None:
        """Check that a belief is what Bayes' rule says, wherever it says something."""
        tree, budget = self.tree, self.budget
        nodes, s = tree.members[h], tree.sets[h]
        sources = [("Bayes' rule where the play comes", tree.spread({0: _ONE}, moves, budget))]
        if self.kind == "pbe":
            root = max(r for r in self.roots if set(nodes) <= tree.below(r))
            shared = tree.on_every_way(nodes, root)
            weight = tree.spread({root: _ONE}, moves, budget, s.player, shared)
            sources.append(("Bayes' rule from the others' moves", weight))
            above = tree.before(h)
            if above is not None and above in beliefs:
                start = {x: p for x, p in beliefs[above].items() if sign(p)}
                weight = tree.spread(start, moves, budget, s.player, shared)
                sources.append((f"the belief at {tree.sets[above].label}, carried on", weight))
        for source, weights in sources:
            here = {x: weights.get(x, _ZERO) for x in nodes}
            total: Number = sum(here.values(), _ZERO)
            if not sign(total):
                continue
            for x, w in here.items():
                # The belief is w/total, without a division.
                if sign(beliefs[h][x] * total - w):
                    right = str(w / total) if isinstance(total, Fraction) else "another number"
                    what = f"belief at {s.label} in {tree.name(x)!r} against {source}"
                    self.verdict.reject(name, what, right, str(beliefs[h][x]))
                    return

    def by_patterns(self, told: Entry) -> None:
        """Ask z3 for equilibria with beliefs that are not in the list."""
        from deterrence.verifying.patterns import missing_assessments
        from deterrence.verifying.supports import Undecided

        tree, verdict = self.tree, self.verdict
        why, boxes = "", []
        infinite = False
        for f in told["families"]:
            members = [self.profiles[m.whole(len(self.profiles))] for m in f["members"]]
            infinite = infinite or len(members) > 1
            if len(members) != f["corners"].value or f["formulas"].flag():
                why = "not all corners of infinite sets are in the list"
            elif not all(isinstance(p, Fraction) for ms in members for m in ms for p in m):
                why = "probabilities are irrational"
            else:
                boxes.append([
                    [(min(ps), max(ps)) for ps in zip(*mixes, strict=True)]
                    for mixes in zip(*members, strict=True)
                ])  # fmt: skip
        try:
            roots = self.roots if self.kind == "pbe" else None
            for found in () if why else missing_assessments(tree, roots, boxes):
                if found is not None and self.holds(*found):
                    text = "; ".join(
                        f"{s.player} at {s.label}: "
                        + ", ".join(f"{a} {p}" for a, p in zip(s.actions, mix, strict=True) if p)
                        for s, mix in zip(tree.sets, found[0], strict=True)
                        if s.player is not None
                    )
                    verdict.reject("complete", f"{_CLAIM}{text}")
                    return
                why = "z3 finds candidates that are not in the list"
        except (Undecided, OutOfBudget):
            why = "it takes too much work"
        if why:
            verdict.unchecked.append(f"completeness not checked: {why}")
        elif not infinite:
            verdict.right(
                "z3 finds no equilibrium that is not in the list, whichever actions are played"
            )
        else:
            verdict.right(
                "z3 finds no equilibrium outside of the ranges that the corners of the sets of "
                "equilibria span, whichever actions are played"
            )
            verdict.unchecked.append(
                "that what lies between the corners of an infinite set is an equilibrium"
            )

    def holds(
        self, moves: list[list[Fraction]], beliefs: Mapping[int, Mapping[int, Number]]
    ) -> bool:
        """Say whether behaviour and beliefs are an equilibrium, by the same checks."""
        tree = self.tree
        if self.concept == "sequential":
            return False  # that beliefs are consistent is not checked
        scratch = Verdict("", "")
        checks = Assessments(tree, self.concept, scratch, self.budget)
        for h, belief in beliefs.items():
            player = str(tree.sets[h].player)
            given = {x: p for x, p in belief.items() if p}
            checks.no_gain("", "", given, moves, tree.players.index(player), player)
            if len(belief) > 1:
                checks.follows("", h, beliefs, moves)
        return scratch.accepted

    def complete(self, told: Entry) -> None:
        """Check a claim to be complete where that is short: moves one by one, without ties."""
        tree, verdict = self.tree, self.verdict
        alone = all(s.player is None or len(m) <= 1 for s, m in zip(tree.sets, tree.members,
                                                                    strict=True))  # fmt: skip
        if not alone and self.kind in ("pbe", "weak-pbe"):
            self.by_patterns(told)
            return
        if not alone or self.kind == "nash":
            verdict.unchecked.append(
                "completeness not checked: of this concept there is no argument that is short to "
                "check, unless everybody knows every move"
            )
            return
        moves: list[list[Number]] = [list(s.chances) for s in tree.sets]
        value: list[list[Fraction]] = [[] for _ in tree.parent]
        for k in range(len(tree.parent) - 1, -1, -1):
            paid = list(tree.pays[k] or (_ZERO,) * len(tree.players))
            s = tree.set_of[k]
            if s >= 0:
                after = [value[c] for c in tree.children[k]]
                player = tree.sets[s].player
                if player is not None:
                    me = tree.players.index(player)
                    top = max(v[me] for v in after)
                    best = [a for a, v in enumerate(after) if v[me] == top]
                    if len(best) > 1:
                        verdict.unchecked.append(
                            f"completeness not checked: {player} is indifferent at "
                            f"{tree.sets[s].label}"
                        )
                        return
                    moves[s] = [Fraction(int(a == best[0])) for a in range(len(after))]
                for i in range(len(paid)):
                    paid[i] += sum((p * v[i] for p, v in zip(moves[s], after, strict=True)), _ZERO)
            value[k] = paid
        if self.profiles != [moves]:
            verdict.reject(
                "complete",
                "backward induction finds one equilibrium, without a tie, and the list is another: "
                + "; ".join(
                    f"{s.player} at {s.label}: {s.actions[mix.index(1)]}"
                    for s, mix, m in zip(tree.sets, moves, tree.members, strict=True)
                    if s.player is not None and m
                ),
            )
        else:
            verdict.right(
                "backward induction was done again: without a tie anywhere, the one equilibrium "
                "of the list is the only one"
            )


def _zero_sum(tree: Tree, told: Entry, verdict: Verdict) -> None:
    """Check the value of a zero-sum tree."""
    value = told["value"].fraction()
    # What is paid on every path sums to the same.
    total: list[Fraction] = []
    ends = set()
    for k, above in enumerate(tree.parent):
        here = sum(tree.pays[k] or (), _ZERO)
        total.append(here + (total[above] if above >= 0 else _ZERO))
        if tree.set_of[k] < 0:
            ends.add(total[k])
    if len(tree.players) != 2 or len(ends) > 1:
        verdict.reject("concept", "the game is not zero-sum")
    for entry in told["equilibria"]:
        found = entry["payoffs"][tree.players[0]].fraction()
        if found != value:
            verdict.reject(
                "value", f"{tree.players[0]} gets something else", str(found), str(value)
            )
            return
    if len(told["equilibria"]):
        verdict.right(f"the value of the game, {value}")


def points_of_tree(told: Entry, table: Table, verdict: Verdict, budget: Budget) -> None:
    """Check the equilibria of a tree with formulas, in numbers at the witnesses of regimes."""
    names = told["parameters"].texts()
    regimes = {r["id"].value: r for r in told["regimes"]}
    kind = told["concept"].text()
    done = left = irrational = 0
    for entry in told["points"]:
        irrational += entry["irrational"].whole(10**6)
        regime = regimes.get(entry["regime"].value)
        if regime is None:
            raise entry["regime"].fault("there is no such regime")
        point = point_of(regime["witness"], names)
        game = _at(told["game"], table, point)
        tree = Tree(Entry(game, f"{entry.where}.game"))
        checks = Assessments(tree, kind, verdict, budget)
        for e in entry["equilibria"]:
            k = e["id"].whole(len(told["equilibria"]))
            if not table.holds(table.formula(told["equilibria"][k]["formula"]), point):
                verdict.reject(e.where, "its conditions fail at the witness")
            left += checks.at_point(f"equilibrium {k} at the witness of {regime.where}", e)
            done += 1
    verdict.right(
        f"{done} equilibria in numbers at the witnesses of the regimes: nobody gains by any other "
        "continuation, given the beliefs, which follow Bayes' rule"
    )
    if irrational:
        verdict.unchecked.append(f"{irrational} equilibria at witnesses that are irrational there")
    if left:
        verdict.unchecked.append(
            f"beliefs and best replies at {left} information sets where no belief is told"
        )


def _at(told: Entry, table: Table, point: Sequence[Fraction]) -> dict[str, Any]:
    """Return a game with formulas as one with numbers, as certificates tell it."""

    def number(entry: Entry) -> str:
        top, bottom = (table.value(table.poly(entry[k]), point) for k in (0, 1))
        if not bottom:
            raise entry.fault("it is divided by zero at a witness")
        return str(top / bottom)

    sets = [
        {**s.value, "chances": [number(c) for c in chances]}
        if (chances := s.get("chances")) is not None
        else s.value
        for s in told["sets"]
    ]
    nodes = [
        {**n.value, "pays": [number(u) for u in pays]}
        if (pays := n.get("pays")) is not None
        else n.value
        for n in told["nodes"]
    ]
    return {"players": told["players"].value, "sets": sets, "nodes": nodes}
