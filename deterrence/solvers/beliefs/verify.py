r"""Is this an equilibrium with beliefs?  A check from the tree alone, information set by set.

An *assessment* is a behaviour profile :math:`\sigma` with a belief :math:`\mu(\cdot \mid h)`
at every information set :math:`h`.  The check asks three things.

* Sequential rationality (Kreps and Wilson 1982): at every :math:`h` no continuation
  strategy of its player does better than :math:`\sigma`, given :math:`\mu(\cdot \mid h)`.
  All continuation strategies are compared at once, by the best reply from :math:`h` on.
* Bayes: :math:`\mu(x \mid h) \propto P^\sigma(x)` where the play comes to :math:`h` (weak
  perfect Bayesian equilibrium: Mas-Colell, Whinston and Green 1995, Definition 9.C.3);
  and, for a perfect Bayesian equilibrium, wherever the moves of the others and of chance
  lead to :math:`h` from the root of the smallest subgame that holds it.  Departures that
  could have been made as well whatever is true carry no news: the player's own, and moves
  on the way to every node of :math:`h` that were made at one information set.
* Pre-consistency (Hendon, Jacobsen and Sloth 1996, GEB 12): after an information set
  the belief there is carried on, as long as the others' moves say how.

Nothing of this is used to find equilibria, so that it can vouch for those that are found.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> reply = {"fight": Leaf("war"), "yield": Leaf("loss")}
>>> game = ExtensiveGame.from_tree(("A", "B"), Decision("A", "entry", {"out": Leaf("quiet"),
...     "sea": Decision("B", "reply", reply), "land": Decision("B", "reply", reply)}),
...     {"quiet": (0, 2), "war": (-1, -1), "loss": (1, 0)})
>>> report = verify_assessment(game, {"A": {"entry": {"out": 1}}, "B": {"reply": {"fight": 1}}},
...     {"reply": {"sea": "1/2", "land": "1/2"}})
>>> report.regrets, report.is_weak_pbe
({'entry': Fraction(0, 1), 'reply': Fraction(1, 1)}, False)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import UsageError, did_you_mean
from deterrence.game.profile import is_distribution
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import keep_number
from deterrence.game.tree.play import history_text, moves_of

#: How far numbers in floats may be from what they should be.
_SLACK = 1e-9
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class AssessmentReport:
    """What the check of an assessment found, by information set.

    ``regrets`` is the most that the player gains there by any other continuation,
    given the belief.  ``off_bayes_on_path`` names information sets that the play
    reaches and where the belief is not what Bayes says; ``off_bayes`` those where the
    others' moves lead from the root of the smallest subgame; ``off_chain`` those where
    an earlier belief of the player is not carried on.  The values say what is wrong.
    """

    regrets: Mapping[str, Any]
    off_bayes_on_path: Mapping[str, str]
    off_bayes: Mapping[str, str]
    off_chain: Mapping[str, str]

    @property
    def regret(self) -> Any:
        """The largest gain at any information set; 0 for sequential rationality."""
        return max(self.regrets.values(), default=_ZERO)

    @property
    def is_sequentially_rational(self) -> bool:
        """Whether nobody gains anywhere (within 1e-9 for floats)."""
        return bool(self.regret <= (_SLACK if isinstance(self.regret, float) else 0))

    @property
    def is_weak_pbe(self) -> bool:
        """Whether it is a weak perfect Bayesian equilibrium."""
        return self.is_sequentially_rational and not self.off_bayes_on_path

    @property
    def is_pbe(self) -> bool:
        """Whether it is a perfect Bayesian equilibrium."""
        return self.is_weak_pbe and not self.off_bayes and not self.off_chain

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that is wrong, as sentences."""
        found = [
            f"at {label!r} another continuation gains {gain}"
            for label, gain in self.regrets.items()
            if gain > (_SLACK if isinstance(gain, float) else 0)
        ]
        for table in (self.off_bayes_on_path, self.off_bayes, self.off_chain):
            found += [f"at {label!r} {why}" for label, why in table.items()]
        return tuple(dict.fromkeys(found))


def verify_assessment(
    game: ExtensiveGame,
    profile: Mapping[str, Any],
    beliefs: Mapping[str, Mapping[str, Any]] | None = None,
) -> AssessmentReport:
    """Check an assessment: sequential rationality, Bayes, pre-consistency.

    ``beliefs`` is ``{information set: {moves that lead to the node: probability}}``.
    Information sets with one node may be left out, and so may those where Bayes' rule
    says what is believed.  Raises :class:`UsageError` for formulas, imperfect recall,
    unknown labels, numbers that are no distribution, and where an open belief is
    missing.
    """
    game.need_values()
    game.need_perfect_recall("a check of beliefs")
    check = _Check(game, moves_of(game, profile))
    check.read(beliefs or {})
    return check.report()


def sequential_regret(
    game: ExtensiveGame,
    profile: Mapping[str, Any],
    beliefs: Mapping[str, Mapping[str, Any]] | None = None,
) -> Any:
    """Return the largest gain by any continuation at any information set, given the beliefs.

    0 is the certificate of sequential rationality.  Takes what
    :func:`verify_assessment` takes, and raises what it raises.
    """
    return verify_assessment(game, profile, beliefs).regret


class _Check:
    """One assessment being checked; beliefs are kept by node number."""

    def __init__(self, game: ExtensiveGame, moves: Sequence[Sequence[Any] | None]) -> None:
        self.game = game
        self.moves = moves
        for s, mix in zip(game.sets, moves, strict=True):
            if mix is None and s.nodes:
                raise UsageError(
                    f"the profile does not say what {s.player} does at {s.label!r}",
                    remedy="give the probabilities of the actions there",
                )
        self.decisions = [k for k, s in enumerate(game.sets) if not s.is_chance and s.nodes]
        self.belief: dict[int, dict[int, Any]] = {}

    # ---- weights ---------------------------------------------------------
    def spread(
        self,
        start: Mapping[int, Any],
        own: str | None,
        certain: frozenset[tuple[int, int]] = frozenset(),
    ) -> dict[int, Any]:
        """Return the weight of every node below ``start``.

        Moves of ``own`` count as certain, and so do those named.
        """
        game = self.game
        weight: dict[int, Any] = {}
        for root, given in start.items():
            if given == 0:
                continue
            weight[root] = given
            for k in range(root, root + game.sizes[root]):
                node = game.nodes[k]
                if k not in weight or node.set < 0:
                    continue
                s = game.sets[node.set]
                mix = self.moves[node.set] or ()
                for move, child in enumerate(node.children):
                    sure = (s.player == own and own is not None) or (node.set, move) in certain
                    p = _ONE if sure else mix[move]
                    if p != 0:
                        weight[child] = weight[k] * p
        return weight

    def by_bayes(self, h: int, root: int, own: str | None) -> dict[int, Any] | None:
        """Return the belief at ``h`` that the moves from ``root`` on say, if they do."""
        certain = self.on_every_way(h, root) if own is not None else frozenset()
        weight = self.spread({root: _ONE}, own, certain)
        return _normal({x: weight.get(x, _ZERO) for x in self.game.sets[h].nodes})

    def on_every_way(self, h: int, root: int) -> frozenset[tuple[int, int]]:
        """Return the players' moves on the way from ``root`` to every node of a set."""
        game = self.game
        ways = []
        for x in game.sets[h].nodes:
            moves = set()
            k = x
            while k != root:
                node = game.nodes[k]
                s = game.nodes[node.parent].set
                if not game.sets[s].is_chance:
                    moves.add((s, node.move))
                k = node.parent
            ways.append(moves)
        return frozenset(set.intersection(*ways))

    def root_of(self, h: int) -> int:
        """Return where the smallest subgame begins that holds an information set."""
        game = self.game
        first, last = game.sets[h].nodes[0], game.sets[h].nodes[-1]
        return max(r for r in game.subgame_roots if r <= first and last < r + game.sizes[r])

    def before(self, h: int) -> int | None:
        """Return the player's own information set just before ``h``."""
        game = self.game
        own = game.own_histories(str(game.sets[h].player))
        number = own.at[game.sets[h].nodes[0]]
        return own.moves[number][0] if number else None

    # ---- beliefs ---------------------------------------------------------
    def read(self, given: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the beliefs that are given, and fill in those that follow."""
        game = self.game
        for label, belief in given.items():
            h = game.set_index(label)
            if game.sets[h].is_chance:
                raise UsageError(f"nobody has beliefs at {label!r}, where chance moves")
            names = {history_text(game, x): x for x in game.sets[h].nodes}
            table = dict.fromkeys(game.sets[h].nodes, _ZERO)
            for path, p in belief.items():
                if path not in names:
                    raise UsageError(
                        f"no node {path!r} at {label!r}",
                        remedy=did_you_mean(path, names) or f"nodes: {'; '.join(names)}",
                    )
                if isinstance(p, tuple | list):
                    raise UsageError(
                        f"the belief at {label!r} is a range",
                        remedy="choose one probability for each node",
                    )
                table[names[path]] = keep_number(p)
            if not is_distribution(table.values()):
                raise UsageError(
                    f"the belief at {label!r} is not a distribution: {dict(belief)}",
                    remedy="the probabilities must not be negative, and sum to 1",
                )
            self.belief[h] = table
        # A set comes after its player's earlier ones in the tree, so these are known by then.
        for h in sorted(self.decisions, key=lambda k: game.sets[k].nodes[0]):
            if h in self.belief:
                continue
            nodes = game.sets[h].nodes
            found = {nodes[0]: _ONE} if len(nodes) == 1 else self.followed(h)
            if found is None:
                raise UsageError(
                    f"no belief is given at {game.sets[h].label!r}, and none follows from the play",
                    remedy="give the probabilities of its nodes: "
                    + "; ".join(history_text(game, x) for x in nodes[:5]),
                )
            self.belief[h] = found

    def followed(self, h: int) -> dict[int, Any] | None:
        """Return the belief that follows from the profile or from an earlier belief."""
        game = self.game
        player = str(game.sets[h].player)
        found = self.by_bayes(h, 0, None) or self.by_bayes(h, self.root_of(h), player)
        return found if found is not None else self.carried(h)

    def carried(self, h: int) -> dict[int, Any] | None:
        """Return what the player's belief just before becomes at ``h``, if it says."""
        before = self.before(h)
        if before is None:
            return None
        player = str(self.game.sets[h].player)
        certain = self.on_every_way(h, self.root_of(h))
        weight = self.spread(self.belief[before], player, certain)
        return _normal({x: weight.get(x, _ZERO) for x in self.game.sets[h].nodes})

    # ---- the three questions ---------------------------------------------
    def report(self) -> AssessmentReport:
        game = self.game
        regrets: dict[str, Any] = {}
        tables: tuple[dict[str, str], ...] = ({}, {}, {})
        for h in self.decisions:
            s = game.sets[h]
            regrets[s.label] = self.regret(h)
            if len(s.nodes) == 1:
                continue
            player = str(s.player)
            wanted = (
                self.by_bayes(h, 0, None),
                self.by_bayes(h, self.root_of(h), player),
                self.carried(h),
            )
            sources = (
                "Bayes' rule on the path of play",
                "Bayes' rule from the others' moves",
                "the player's belief before",
            )
            for table, belief, source in zip(tables, wanted, sources, strict=True):
                if belief is not None and not _alike(belief, self.belief[h]):
                    texts = (f"P({history_text(game, x)}) = {p}" for x, p in belief.items())
                    table[s.label] = f"{source} asks for {', '.join(texts)}"
        return AssessmentReport(regrets, *tables)

    def regret(self, h: int) -> Any:
        """Return what the best continuation from ``h`` on gains, given the belief there."""
        game = self.game
        player = str(game.sets[h].player)
        me = game.player_index(player)
        own = game.own_histories(player)
        start = {x: p for x, p in self.belief[h].items() if p != 0}
        played: Any = _ZERO
        for k, w in self.spread(start, None).items():
            outcome = game.nodes[k].outcome
            if outcome is not None and k not in start:
                played = played + w * game.outcomes[outcome][me]
        # Best reply, backwards over the own histories after h.
        here = own.at[game.sets[h].nodes[0]]
        value: dict[int, Any] = {here: _ZERO}
        for k, w in self.spread(start, player).items():
            value.setdefault(own.at[k], _ZERO)
            outcome = game.nodes[k].outcome
            if outcome is not None and k not in start:
                value[own.at[k]] += w * game.outcomes[outcome][me]
        choices: dict[tuple[int, int], list[Any]] = {}
        for number in sorted(value, reverse=True):
            # Histories are numbered along the tree: everything after this one is done.
            for (above, _), gains in choices.items():
                if above == number:
                    value[number] += max(gains)
            if number != here:
                key = (own.before[number], own.moves[number][0])
                choices.setdefault(key, []).append(value[number])
        return value[here] - played


def _normal(weights: dict[int, Any]) -> dict[int, Any] | None:
    total: Any = sum(weights.values())
    if total == 0:
        return None
    return {x: w / total for x, w in weights.items()}


def _alike(one: Mapping[int, Any], other: Mapping[int, Any]) -> bool:
    for x, p in one.items():
        gap = p - other[x]
        if abs(gap) > (_SLACK if isinstance(gap, float) else 0):
            return False
    return True
