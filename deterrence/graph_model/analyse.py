"""The stability of a conflict at values: all states under all notions, and why some of them are.

>>> from deterrence import load_model
>>> found = analyse(load_model("chicken"), Questions(conditions=False))
>>> [(found.state(s).title, len(found.accounts)) for s in found.focus]
[('Status quo', 2)]
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.option_form import MAX_STATES
from deterrence.game.stability_notions import (
    OF_COALITIONS,
    OF_TWO_BY_TWO,
    PLAIN,
    in_order,
    moves_of,
    notion,
    spelt,
)
from deterrence.graph_model import asked_besides, coalitions, concepts, status_quo, two_by_two
from deterrence.graph_model.accounts import Accounts
from deterrence.graph_model.cells import wanted
from deterrence.graph_model.conflict import Conflict, conflict_of, player_of
from deterrence.graph_model.doubts import Doubts, doubts
from deterrence.graph_model.goals import fitting
from deterrence.graph_model.look_ahead import LookAhead, NonMyopic, read_sides
from deterrence.graph_model.moves_in_words import move_words
from deterrence.graph_model.option_conflict import check_size
from deterrence.graph_model.result_parts import (
    Account,
    CoalitionResult,
    Goal,
    GradedAnswer,
    Horizon,
    LocalReason,
    NotionCondition,
    Reached,
    ToldInverse,
    WaysFrom,
)
from deterrence.graph_model.results import NotionResult, RankedState, Stability
from deterrence.limits import work
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.game.strategic import StrategicGame

#: States of which an account is given, where they are in question and where they are only stable,
#: and states of which conditions and inverses are worked out.
MAX_ACCOUNTS, MAX_STABLE, MAX_CONDITIONS = 50, 4, 5
#: States times coalitions times all states up to which reasons of coalitions are given.
MAX_TOGETHER = 100_000
#: States up to which one looks ahead unasked, and moves ahead that are told one by one.
MAX_AHEAD, MAX_HORIZON = 500, 12
#: Work seconds for conditions, and seconds of a time limit that have to be left for any.
EFFORT, LEAST_TIME = 20.0, 1.0


@dataclass(frozen=True)
class Questions:
    """What is asked of a conflict.

    ``concepts`` are keys of notions, by default all that fit; ``states`` those in question, by
    default what the model wants or where it stands; ``players`` those of whom accounts are given.
    ``look_ahead`` moves are looked ahead, by the two ``sides`` such as ``A+B:C`` where there are
    not two players.  ``coalitions`` are groups of players, ``every_coalition`` asks for all;
    ``start`` asks where the conflict can go from a state, ``goals`` which states are as somebody
    would like them,
    ``inverse`` which preferences would make states stable, ``conditions`` for which parameters;
    ``regimes`` what is stable for all parameters, ``uncertain`` how likely states are stable,
    ``unknown`` what is stable as far as the assumptions settle preferences; ``much_worse`` by
    how much a sanction has to be worse for strong stability, ``fuzzy`` has the
    degree of preference from which on each player leaves, or one for all.
    """

    concepts: Sequence[str] = ()
    states: Sequence[str] = ()
    players: Sequence[str] = ()
    look_ahead: int | None = None
    sides: str = ""
    coalitions: Sequence[Sequence[str]] = ()
    every_coalition: bool = False
    improvement: str = "joint"
    sanctions: str = "individual"
    start: str | None = None
    goals: Sequence[str] = ()
    inverse: bool = False
    conditions: bool = True
    regimes: bool = False
    uncertain: bool = False
    unknown: bool = False
    much_worse: Fraction | None = None
    fuzzy: Sequence[float] = ()

    @property
    def besides(self) -> list[str]:
        """What is asked besides the notions, in words."""
        asked = {
            "looks ahead": self.look_ahead is not None or self.sides,
            "coalitions": self.coalitions or self.every_coalition,
            "where it can go": self.start is not None,
            "goals": self.goals,
            "inverses": self.inverse,
            "regimes": self.regimes,
            "chances": self.uncertain,
            "unknown preferences": self.unknown,
            "strong stability": self.much_worse is not None,
            "fuzzy stability": self.fuzzy,
        }
        return [what for what, given in asked.items() if given]


def analyse(
    model: SymbolicModel,
    asked: Questions,
    *,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    effort: float = EFFORT,
) -> Stability:
    """Return the stability of all states at values, and what else was asked."""
    work = _Work(model, asked, scenario, dict(values or {}), effort)
    large = model.options is not None and model.options.size > MAX_STATES
    return work.local_result() if large else work.result()


@dataclass(frozen=True, eq=False)
class _Work:
    """One analysis under way: each part is worked out when it is needed."""

    model: SymbolicModel
    asked: Questions
    scenario: str | None
    values: Mapping[str, Any]
    effort: float

    @cached_property
    def conflict(self) -> Conflict:
        return conflict_of(self.model)

    @cached_property
    def game(self) -> StrategicGame | None:
        """The table at the values; None for an option form, whose states are no cells."""
        if self.model.options is not None:
            return None
        return self.model.strategic_at(self.scenario, values=self.values)

    @cached_property
    def ranks(self) -> Any:
        return self.conflict.ranks(self.values, self.scenario)

    def result(self) -> Stability:
        """Return everything that was asked."""
        started = time.monotonic()
        conflict, asked = self.conflict, self.asked
        told = [conflict.player(name) for name in asked.players]
        named = [conflict.state(text) for text in asked.states]
        start = None if asked.start is None else conflict.state(asked.start)
        groups = [*self.groups()]
        goals = tuple(self.goal(text) for text in asked.goals)
        keys = in_order(self.keys())
        notions = tuple(self.under(key) for key in keys)
        focus, why = self.focus(named, notions)
        most = MAX_STABLE if why == "equilibria" and not groups else MAX_ACCOUNTS
        coalition_results = tuple(self.coalition_results(groups))
        regimes, complete, more = asked_besides.NO_REGIMES
        if asked.regimes:
            own = [k for k in asked.concepts if k == "nm" or moves_of(k) is not None]
            ahead = in_order([*own, *(f"l{h}" for h in range(1, (asked.look_ahead or 0) + 1))])
            if ahead and asked.sides and len(conflict.players) > 2:
                raise UnsupportedError(
                    f"regimes are told of players, not of sides: {listed(ahead)} cannot be told",
                    remedy="leave out --regimes, or these notions",
                )
            regimes, complete, more = asked_besides.regimes(
                conflict, asked.concepts, ahead, self.values, self.effort
            )
        return Stability(
            model=self.model.name,
            title=self.model.title,
            players=conflict.players,
            states=tuple(self.states()),
            notions=notions,
            focus=tuple(s + 1 for s in focus),
            why=why,
            accounts=tuple(self.accounts(focus[:most], told, groups)),
            conditions=tuple(self.conditions(keys, focus, told if named or told else None)),
            ahead=tuple(self.horizons(focus, keys)),
            sides=self.sight.graph.players if asked.sides else (),
            coalitions=coalition_results,
            improvement=asked.improvement if groups else "",
            sanctions=asked.sanctions if groups else "",
            start=None if start is None else self.ways(start, notions, focus),
            goals=goals,
            inverse=tuple(self.inverses(keys, focus, told)) if asked.inverse else (),
            regimes=regimes,
            regimes_complete=complete,
            doubts=self.doubts(keys),
            graded=self.graded(keys),
            size=len(conflict.states),
            messages=(*more, *self.untold(len(focus), most, keys, groups)),
            scenario=self.scenario,
            scenario_title=self.scenario_title,
            proviso=self.model.proviso if self.model.order_decides else "",
            given=tuple(self.values),
            values=self.model.values(self.scenario, values=self.values),
            exact=self.game is None or self.game.is_exact,
            seconds=time.monotonic() - started,
        )

    def untold(
        self, count: int, most: int, keys: Sequence[str], groups: Sequence[tuple[int, ...]]
    ) -> Iterator[str]:
        """Yield what is not told of all states in question."""
        told = [("reasons", most)]
        told += [("reasons of coalitions", self.together_most(groups))] if groups else []
        told += [("conditions", MAX_CONDITIONS)] if self.asked.conditions and self.free else []
        told += [("inverses", MAX_CONDITIONS)] if self.asked.inverse else []
        told += [("looks ahead", MAX_CONDITIONS)] if "nm" in keys else []
        short = [
            f"{what} of {f'the first {limit}' if limit else 'none'}"
            for what, limit in told
            if count > limit
        ]
        if short:
            yield f"Of {count:,} states in question, told are {listed(short)}: --state asks on."

    def local_result(self) -> Stability:
        """Return the stability of named states where there are too many for a table of all."""
        from deterrence.graph_model.local import locally

        started = time.monotonic()
        model, asked, form = self.model, self.asked, self.model.options
        assert form is not None
        states = [*asked.states]
        if not states:
            if form.status_quo is None:
                check_size(model.name, form)
            states = [str((form.status_quo or 0) + 1)]
        players = model.players
        told = [player_of(model, name) for name in asked.players] or range(len(players))
        keys = in_order(asked.concepts or PLAIN)
        besides = [*(notion(key).name for key in keys if key not in PLAIN), *asked.besides]
        if besides:
            raise UnsupportedError(
                f"{model.name} has {form.size:,} feasible states, more than {MAX_STATES:,}: of so "
                f"many, {listed(besides)} cannot be told",
                remedy=f"ask whether named states are stable by {listed(PLAIN, 'or')} "
                "(--state, --concept), or say what else is infeasible",
            )
        found = locally(model, states, keys, values=self.values, scenario=self.scenario)
        return Stability(
            model=model.name,
            title=model.title,
            players=players,
            states=tuple(
                RankedState(s.state + 1, form.label(s.state), form.title(s.state), "", False, {})
                for s in sorted(found, key=lambda s: s.state)
            ),
            notions=tuple(
                NotionResult(
                    key,
                    notion(key).name,
                    notion(key).words,
                    {
                        p: tuple(sorted(s.state + 1 for s in found if s.stable[key][i]))
                        for i, p in enumerate(players)
                    },
                )
                for key in keys
            ),
            focus=tuple(s.state + 1 for s in found),
            why="asked" if asked.states else "status quo",
            local=tuple(
                LocalReason(
                    s.state + 1,
                    p,
                    s.improvements[i],
                    {
                        key: form.title(to)
                        for key in keys
                        if (to := s.unanswered[key][i]) is not None
                    },
                )
                for s in found
                for i, p in enumerate(players)
                if i in told
            ),
            size=form.size,
            scenario=self.scenario,
            scenario_title=self.scenario_title,
            given=tuple(self.values),
            values=model.values(self.scenario, values=self.values),
            seconds=time.monotonic() - started,
        )

    @property
    def scenario_title(self) -> str:
        """The title of the scenario, ``""`` where there is none."""
        if self.scenario is None:
            return ""
        return self.model.scenario(self.scenario).title or self.scenario

    # ---- states ------------------------------------------------------------------------------
    def states(self) -> Iterator[RankedState]:
        """Yield all states with the ranks that they have."""
        columns = (np.asarray(self.ranks) + 1).T.tolist()
        told = self.conflict.happens(self.values, self.scenario)
        for state, own, (happens, sure) in zip(self.conflict.states, columns, told, strict=True):
            by_player = dict(zip(self.conflict.players, own, strict=True))
            yield RankedState(state.number, state.label, state.title, happens, sure, by_player)

    def focus(self, named: Sequence[int], notions: Sequence[NotionResult]) -> tuple[list[int], str]:
        """Return the states in question, by position, and what made them so."""
        if named:
            return [*dict.fromkeys(named)], "asked"
        here = self.conflict.status_quo
        if here is not None:
            return [here], "status quo"
        found = [] if self.game is None else wanted(self.game)
        if found:
            return found, "wanted"
        # What only some notions call stable is worth a word; what all do comes last.
        times = Counter(s - 1 for one in notions for s in one.equilibria)
        return sorted(times, key=lambda s: (times[s] == len(notions), s)), "equilibria"

    def goal(self, text: str) -> Goal:
        """Return the states that fit what somebody would like to see."""
        return Goal(text, tuple((fitting(self.conflict, text) + 1).tolist()))

    # ---- notions -----------------------------------------------------------------------------
    def keys(self) -> Iterator[str]:
        """Yield the notions that are asked about; by default all that fit."""
        yield from self.asked.concepts or PLAIN
        for h in range(1, (self.asked.look_ahead or 0) + 1):
            yield f"l{h}"
        two = self.asked.sides or len(self.conflict.players) == 2
        if not self.asked.concepts and two and len(self.conflict.states) <= MAX_AHEAD:
            yield from ("l2", "nm")

    @cached_property
    def sight(self) -> LookAhead:
        """The two players, or sides, who look ahead."""
        groups = read_sides(self.asked.sides, self.conflict.players) if self.asked.sides else None
        return LookAhead.of(self.conflict.graph, self.ranks, groups)

    @cached_property
    def without_end(self) -> NonMyopic:
        return self.sight.non_myopic()

    def under(self, key: str) -> NotionResult:
        """Return which states are stable under one notion."""
        count = moves_of(key)
        if count is not None:
            return self.told(key, *self.sight.limited(count), whose=self.sight.graph.players)
        if key == "nm":
            found = self.without_end
            whose = self.sight.graph.players
            return self.told(key, found.always, found.sometimes, self.cycle(found), whose)
        if key in OF_TWO_BY_TWO:
            return self.two_by_two(key)
        return self.told(key, concepts.stable(self.conflict.graph, self.ranks, key))

    def two_by_two(self, key: str) -> NotionResult:
        """Return which cells of a table of two by two are equilibria of its own notions."""
        conflict = self.conflict
        if [len(a) for a in self.model.actions] != [2, 2] or self.model.options is not None:
            raise UnsupportedError(
                f"{key} is defined for two players with two actions each, a table of 2x2",
                remedy="ask for nm (non-myopic), which looks ahead in any table of two players",
            )
        if key == "brams-wittman":
            return self.told(key, two_by_two.brams_wittman(self.ranks).stable)
        found = two_by_two.theory_of_moves(self.ranks, two_sided=key == "theory-of-moves")
        both = ("+".join(conflict.players),)  # it is not said of one player
        return self.told(key, np.asarray(found.equilibria)[None], whose=both)

    def cycle(self, found: NonMyopic) -> str:
        """Say from how many moves ahead on nothing changes, or what keeps changing."""
        if found.period == 1:
            return f"nothing changes from {spelt(found.start)} moves ahead on"
        return (
            f"from {spelt(found.start)} moves ahead on all comes back every {spelt(found.period)} "
            "moves; told is what is stable throughout"
        )

    def horizons(self, focus: Sequence[int], keys: Sequence[str]) -> Iterator[Horizon]:
        """Yield for how long a look ahead the states in question are stable for all."""
        if "nm" not in keys:
            return
        found = self.without_end
        whole = max(1, found.start) + found.period - 1
        last = max(self.asked.look_ahead or 0, min(whole, MAX_HORIZON))
        seen = [self.sight.limited(h) for h in range(1, last + 1)]
        for state in focus[:MAX_CONDITIONS]:

            def status(masks: Any, s: int = state) -> str:
                always, sometimes = masks[0][:, s].all(), masks[1][:, s].all()
                return "yes" if always else "sometimes" if sometimes else "no"

            told = tuple(status(masks) for masks in seen)
            cycle = found.period if last >= whole else 0
            yield Horizon(state + 1, told, status((found.always, found.sometimes)), cycle)

    def told(
        self,
        key: str,
        always: Any,
        sometimes: Any = None,
        note: str = "",
        whose: Sequence[str] = (),
    ) -> NotionResult:
        """Return masks (players by states) as a result; ``sometimes`` holds ``always``."""
        one = notion(key)
        also = None if sometimes is None else sometimes & ~always
        return NotionResult(
            key,
            one.name,
            one.words,
            self.by_player(always, whose),
            {} if also is None or not also.any() else self.by_player(also, whose),
            note,
        )

    def by_player(self, mask: Any, whose: Sequence[str] = ()) -> dict[str, tuple[int, ...]]:
        """Return the rows of a mask as numbers of states."""
        return {
            p: tuple((np.flatnonzero(row) + 1).tolist())
            for p, row in zip(whose or self.conflict.players, mask, strict=True)
        }

    # ---- coalitions --------------------------------------------------------------------------
    def groups(self) -> Iterator[tuple[int, ...]]:
        """Yield the coalitions that are asked about, by positions of their members."""
        players = self.conflict.players
        named = [tuple(sorted(map(self.conflict.player, c))) for c in self.asked.coalitions]
        for group, members in zip(self.asked.coalitions, named, strict=True):
            if not members or len({*members}) < len(members):
                what = "names somebody twice" if members else "has no members"
                raise UsageError(
                    f"the coalition '{'+'.join(group)}' {what}",
                    remedy=f"name each member once, such as --coalition {'+'.join(players[:2])}",
                )
        if self.asked.every_coalition:
            if len(players) > coalitions.MAX_PLAYERS:
                raise UsageError(
                    f"{len(players)} players form too many coalitions to ask about all",
                    remedy="name some: --coalition A+B",
                )
            named += [
                tuple(i for i in range(len(players)) if bits >> i & 1)
                for bits in range(1, 2 ** len(players))
                if bits.bit_count() > 1
            ]
        yield from dict.fromkeys(sorted(named, key=lambda g: (len(g), g)))

    @cached_property
    def together(self) -> coalitions.Coalitions:
        return coalitions.Coalitions(
            self.conflict.graph, self.ranks, self.asked.improvement, self.asked.sanctions
        )

    def coalition_results(self, groups: Sequence[tuple[int, ...]]) -> Iterator[CoalitionResult]:
        """Yield for which states each coalition is content, by each notion for coalitions."""
        for members in groups:
            names = tuple(self.conflict.players[i] for i in members)
            for key in OF_COALITIONS:
                mask = self.together.stable(key, members)
                yield CoalitionResult(names, key, tuple((np.flatnonzero(mask) + 1).tolist()))

    # ---- why ---------------------------------------------------------------------------------
    def accounts(
        self, focus: Sequence[int], told: Sequence[int], groups: Sequence[tuple[int, ...]]
    ) -> Iterator[Account]:
        """Yield why the states in question are stable, or are not."""
        whose = told or range(len(self.conflict.players))
        give = Accounts(self.conflict.graph, self.ranks, move_words(self.conflict))
        most = self.together_most(groups)
        for k, state in enumerate(focus):
            yield from (give.of_player(i, state) for i in whose)
            if k < most:
                yield from (give.of_coalition(self.together, members, state) for members in groups)

    def together_most(self, groups: Sequence[tuple[int, ...]]) -> int:
        """Return of how many states reasons of coalitions are given."""
        return MAX_TOGETHER // (len(self.conflict.states) * max(1, len(groups)))

    @cached_property
    def free(self) -> list[str]:
        """The parameters that conditions may be about."""
        own = self.model.parameters.items()
        return [n for n, p in own if p.formula is None and n not in self.values]

    def conditions(
        self, keys: Sequence[str], focus: Sequence[int], told: Sequence[int] | None
    ) -> Iterator[NotionCondition]:
        """Yield for which parameters the states in question are stable for all.

        And for each of some players; for none where that is None.
        """
        if not self.asked.conditions or not self.free or not focus:
            return
        symbolic = (*PLAIN, "l1", "l2")
        players = self.conflict.players
        each = [] if told is None else [players[i] for i in told or range(len(players))]
        chosen = [
            (s, key, who)
            for s in focus[:MAX_CONDITIONS]
            for who in (None, *each)
            for key in keys
            if key in symbolic
        ]
        if work.wall_left() < LEAST_TIME:  # the libraries alone take that long to load
            yield from (
                NotionCondition(s + 1, key, who, (), "unknown", "no time was left")
                for s, key, who in chosen
            )
            return
        from deterrence.graph_model.symbolic.conditions import StabilityConditions

        derive = StabilityConditions(self.conflict, values=self.values, effort=self.effort)
        for state, key, who in chosen:
            one = derive.of(key, state, who)
            yield NotionCondition(state + 1, key, who, one.when, one.proof, one.note)

    def inverses(
        self, keys: Sequence[str], focus: Sequence[int], told: Sequence[int]
    ) -> Iterator[ToldInverse]:
        """Yield which preferences would make the states in question stable, player by player."""
        from deterrence.graph_model import inverse

        graph, players = self.conflict.graph, self.conflict.players
        for state in focus[:MAX_CONDITIONS]:
            for key in (k for k in keys if k in PLAIN):
                for i in told or range(len(players)):
                    one = inverse.admissible(graph, key, i, state, self.ranks)
                    sets = one.smallest
                    yield ToldInverse(
                        state + 1,
                        key,
                        players[i],
                        self.condition(inverse.sentence(one, self.conflict), players[i]),
                        None if sets is None else tuple(_numbers(s) for s in sets),
                        one.share,
                    )

    @staticmethod
    def condition(sentence: str, player: str) -> str:
        """Return what a sentence says after *stable for the player*."""
        _, found, rest = sentence.rpartition(f" stable for {player} ")
        return rest.rstrip(".") if found else sentence

    def graded(self, keys: Sequence[str]) -> tuple[GradedAnswer, ...]:
        """Return which states are strongly stable, if that is asked."""
        margin = self.asked.much_worse
        if margin is None:
            return ()
        worth = self.ranks
        if self.game is not None:
            worth = np.array([[Fraction(u) for u in row] for row in self.game.payoffs])
        return asked_besides.graded_answers(self.conflict, keys, self.ranks, worth, margin)

    def doubts(self, keys: Sequence[str]) -> Doubts | None:
        """Return how sure one may be of what is stable, if that is asked."""
        asked = self.asked
        if not (asked.uncertain or asked.unknown or asked.fuzzy):
            return None
        return doubts(
            self.conflict,
            [key for key in keys if key in PLAIN],
            uncertain=asked.uncertain,
            unknown=asked.unknown,
            fuzzy=asked.fuzzy,
            fixed=self.values or None,
            scenario=self.scenario,
        )

    # ---- from a state ------------------------------------------------------------------------
    def ways(self, start: int, notions: Sequence[NotionResult], focus: Sequence[int]) -> WaysFrom:
        """Return where the conflict can go from a state."""
        found = status_quo.analysis(self.conflict.graph, start, self.ranks)
        assert found.improvements is not None
        mask = np.zeros(len(self.conflict.states), dtype=bool)
        mask[[*focus, *(s - 1 for one in notions for s in one.equilibria)]] = True
        mask[start] = True
        give = Accounts(self.conflict.graph, self.ranks, move_words(self.conflict))
        wanted_only = found.reached(mask, improvements=True)
        return WaysFrom(
            start + 1,
            len({start, *found.moves.last}),
            len({start, *found.improvements.last}),
            tuple(
                Reached(
                    s + 1,
                    give.steps(start, moves),
                    give.steps(start, wanted_only[s]) if s in wanted_only else None,
                )
                for s, moves in found.reached(mask).items()
            ),
        )


def _numbers(states: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(s + 1 for s in states))
