r"""Ladders climbed in turn: from rungs to a game tree, for any number of rungs.

At rung :math:`k < N` one side has the move.  It may stop, and then the side that climbed
last prevails: that side gets its prize :math:`v_k`, the other loses :math:`l_k` (at rung 0
nobody has climbed, and the status quo stays).  Or it climbs to rung :math:`k + 1`, pays
:math:`c_{k+1}` for that, and the other side has the move, unless matters slip to general
war by themselves, with probability :math:`\rho_{k+1}`.  To climb to rung :math:`N` is
general war, which costs each side :math:`D`.

After Kahn 1965, *On Escalation*; with no losses and no hazards it is a dollar auction in
which bids are rungs (Shubik 1971, Journal of Conflict Resolution 15; O'Neill 1986, 30).

>>> from deterrence.modelfile.catalogue import load_model
>>> ladder = load_model("crisis-ladder").with_rungs(2)
>>> [s.label for s in ladder.tree.sets if not s.is_chance]
['status_quo', 'hybrid']
>>> str(ladder.outcomes["climb_hybrid"].payoffs["Russia"])
'-c_R'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure
from deterrence.game.parameters import Outcome
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf, NestedTree, flatten
from deterrence.modelfile.ladders.ladder import GENERAL_WAR, Ladder, add_outcome
from deterrence.modelfile.ladders.measures import ladder_measures

STOP, CLIMB = "stop", "climb"
SLIP, HOLD = "slips", "holds"
_ZERO, _ONE = Expression.number(0), Expression.number(1)


@dataclass(frozen=True)
class Climbed:
    """What a ladder with moves in turn gives."""

    tree: ExtensiveGame
    outcomes: dict[str, Outcome]
    measures: tuple[Measure, ...]
    set_titles: dict[str, str]
    action_titles: dict[str, dict[str, str]]


def movers(spec: Ladder) -> tuple[str, ...]:
    """Return who has the move at each rung below the top.

    The sides move in turn, beginning with ``spec.first``; ``spec.who`` names the
    mover at single rungs, and turns go on from there.
    """
    first, second = spec.players
    other = {first: second, second: first}
    result: list[str] = []
    for rung in spec.rungs[:-1]:
        turn = other[result[-1]] if result else spec.first or first
        result.append(spec.who.get(rung.label, turn))
    return tuple(result)


def titles_of(spec: Ladder) -> list[str]:
    """Return the titles of the rungs, those of the side that climbs to each."""
    return [r.title_for(p) for r, p in zip(spec.rungs, (None, *movers(spec)), strict=True)]


def climb(spec: Ladder, name: str = "ladder", title: str = "") -> Climbed:
    """Return the game tree of a ladder with moves in turn.

    Raises :class:`UsageError` where two outcomes or rungs would get the same name.
    """
    return _Climber(spec).climb(name, title)


class _Climber:
    def __init__(self, spec: Ladder) -> None:
        self.spec = spec
        self.outcomes: dict[str, Outcome] = {}
        self.titles = titles_of(spec)
        #: Outcomes by the rung at which they end a play.
        self.level: dict[str, int] = {}
        self.prevails: dict[str, list[str]] = {p: [] for p in spec.players}
        self.slips: list[str] = []

    def climb(self, name: str, title: str) -> Climbed:
        spec, top = self.spec, self.spec.top
        turns = movers(spec)
        names, set_titles = spec.rung_slugs, {}
        tree: NestedTree | None = None
        # From the top down, so that what follows a climb is there already.
        for k in range(top - 1, -1, -1):
            mover, rung = turns[k], spec.rungs[k].label
            last = turns[k - 1] if k else None
            after = self._arrival(k + 1, mover, tree)
            tree = Decision(
                mover,
                rung,
                {STOP: Leaf(self._stop(k, last)), CLIMB: after},
                None if last is None else f"climb_{names[k]}",
            )
            group = f" ({spec.rungs[k].group})" if spec.rungs[k].group else ""
            set_titles[rung] = f"{self.titles[k]}{group}"
        assert tree is not None
        labels = self._sorted(turns)
        nodes, sets = flatten(tree)
        payoffs = {
            label: tuple(self.outcomes[label].payoffs[p] for p in spec.players) for label in labels
        }
        ends = {o: self.level[o] for o in sorted(self.level, key=lambda o: self.level[o])}
        prevails = {p: won[::-1] for p, won in self.prevails.items()}
        measures = ladder_measures(spec, ends, self.slips[::-1], prevails)
        game = ExtensiveGame(
            spec.players, nodes, sets, payoffs, name=name, title=title, measures=measures
        )
        titles = {STOP: "Stop", CLIMB: "Climb to the next rung"}
        return Climbed(
            game,
            {label: self.outcomes[label] for label in labels},
            measures,
            {rung: set_titles[rung] for rung in (r.label for r in spec.rungs[:-1])},
            {p: titles for p in spec.players if p in turns},
        )

    def _arrival(self, k: int, mover: str, following: NestedTree | None) -> NestedTree:
        """Return what follows a climb to rung ``k``: slipping, the next move, or general war."""
        spec = self.spec
        cost = {p: -spec.cost_of(p, k) if p == mover else _ZERO for p in spec.players}
        damage = {p: -spec.general_war[p] for p in spec.players}
        if following is None:
            war = {p: damage[p] + cost[p] for p in spec.players}
            return Leaf(self._outcome(GENERAL_WAR, "General war, deliberate", war, k))
        paid = f"climb_{spec.rung_slugs[k]}"
        self._outcome(paid, f"{mover} climbs to: {self.titles[k]}", cost)
        hazard = spec.hazard_of(k)
        if hazard == _ZERO:
            return following
        slip = self._outcome(
            f"slip_{spec.rung_slugs[k]}",
            f"Slip to general war from: {self.titles[k]}",
            damage,
            spec.top,
        )
        self.slips.append(slip)
        assert isinstance(following, Decision)
        # The climb is paid for when the rung is reached, before chance has its say.
        held = Decision(following.player, following.information_set, following.moves)
        return Chance(
            {SLIP: (hazard, Leaf(slip)), HOLD: (_ONE - hazard, held)},
            f"hazard at {spec.rungs[k].label}",
            paid,
        )

    def _stop(self, k: int, last: str | None) -> str:
        spec, name = self.spec, self.spec.rung_slugs[k]
        if last is None:
            return self._outcome(name, self.titles[0], dict.fromkeys(spec.players, _ZERO), 0)
        payoffs = {
            p: spec.stake(spec.prize[p], k) if p == last else -spec.stake(spec.loss[p], k)
            for p in spec.players
        }
        label = f"{spec.slugs[last]}_prevails_{name}"
        self.prevails[last].append(label)
        return self._outcome(label, f"{last} prevails at: {self.titles[k]}", payoffs, k)

    def _outcome(
        self, label: str, title: str, payoffs: Mapping[str, Expression], level: int | None = None
    ) -> str:
        add_outcome(self.outcomes, label, title, payoffs)
        if level is not None:
            self.level[label] = level
        return label

    def _sorted(self, turns: tuple[str, ...]) -> list[str]:
        """Return the labels of the outcomes from the bottom of the ladder up."""
        names, labels = self.spec.rung_slugs, [self.spec.rung_slugs[0]]
        for k in range(1, self.spec.top):
            prevails = f"{self.spec.slugs[turns[k - 1]]}_prevails_{names[k]}"
            wanted = (f"climb_{names[k]}", f"slip_{names[k]}", prevails)
            labels += [label for label in wanted if label in self.outcomes]
        return [*labels, GENERAL_WAR]
