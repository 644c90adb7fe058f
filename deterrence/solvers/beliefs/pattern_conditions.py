r"""What a pattern of behaviour asks for: conditions in realisation weights and beliefs.

A *pattern* says which actions are played at each information set.  Within it the unknowns
are, for each player, realisation weights :math:`r(h, a)` (the product of her own
probabilities up to there, von Stengel 1996, counted from where the play last left her
pattern), and the weights :math:`\nu(x)` of nodes where no Bayes rule says what is
believed.  A *belief system* is a source of weights for one player: the root of a subgame,
or an information set that the others' moves do not reach, with free :math:`\nu`.  Given
one, the value of each of the player's later information sets is

.. math:: V(h) = \max_a Q(h, a), \qquad
          Q(h, a) = \sum_y w(y)\,u(y) + \sum_{h'} V(h'),

over the nodes :math:`y` and the own sets :math:`h'` that come next after :math:`a`; an
action is played only if it attains the maximum.  For two players, :math:`Q` is linear in
:math:`r` and bilinear in :math:`r, \nu`.

Which sets a system speaks for depends on the concept.  In a perfect Bayesian
equilibrium all that it reaches by the others' moves (departures on the way to every node of
a set, made at one information set, carry no news for it); in a weak one all that it reaches,
while at sets that the player's own pattern excludes the action is free to be another
one (there :math:`V \ge Q` only).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from deterrence.solvers.beliefs.mistakes import Origins, alike, origins
from deterrence.solvers.beliefs.tree_facts import OwnMove, TreeFacts

#: A free belief's node: (information set, node).
Tag = tuple[int, int]
#: A product of one realisation weight per player, from the set where its count begins, and
#: perhaps the weight of a free belief's node.
WeightProduct = tuple[Tag | None, tuple[tuple[int, int, int], ...]]
#: A linear form over such products.
Form = dict[WeightProduct, Fraction]

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class System:
    """A source of weights for one player: where it starts, with or without free weights."""

    number: int
    player: int
    starts: tuple[tuple[int, Tag | None], ...]
    #: Players whose moves lie below the start.
    active: tuple[int, ...]
    #: Departures that carry no news for the set ``base`` and its player's later ones; the
    #: system speaks for these alone.
    ignored: frozenset[OwnMove] = frozenset()
    base: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether its weights are unknowns."""
        return any(tag is not None for _, tag in self.starts)


@dataclass(frozen=True)
class SetCondition:
    """What a system says of one information set: ``forms`` and next own sets by action."""

    system: int
    set: int
    #: Whether the actions played attain the value; else ``V`` is only no less than ``Q``.
    exact: bool
    forms: dict[int, Form]
    following: dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class State:
    """A pattern in the making; everything that follows from it so far."""

    supports: dict[int, tuple[int, ...]] = field(default_factory=dict)
    done: frozenset[int] = frozenset()
    #: Where a set's belief comes from, by the system's number.
    source: dict[int, int] = field(default_factory=dict)
    systems: tuple[System, ...] = ()
    conditions: tuple[SetCondition, ...] = ()
    #: Nodes of free beliefs that are thought impossible.
    zeroed: frozenset[Tag] = frozenset()
    #: ``form > 0``: beliefs that are carried on.
    strict: tuple[Form, ...] = ()
    #: Sets at which some of the support may have probability 0.
    closed: frozenset[int] = frozenset()


class PatternBuilder:
    """Makes the conditions of patterns, set by set."""

    def __init__(self, facts: TreeFacts, concept: str) -> None:
        self.facts, self.game = facts, facts.game
        self.weak = concept == "weak-pbe"
        #: Whether free beliefs have to come from one order of mistakes (Kreps and Wilson).
        self.consistent = concept == "sequential"

    # ---- what a pattern allows --------------------------------------------
    def support(self, state: State, h: int) -> tuple[int, ...]:
        """Return the actions that may be played at a set, as far as a pattern goes."""
        return state.supports.get(h) or self.facts.allowed[h]

    def is_open(self, state: State, k: int) -> bool:
        """Say whether the move that leads to a node is made, as far as the pattern goes."""
        node = self.game.nodes[k]
        s = self.game.nodes[node.parent].set
        if self.game.sets[s].is_chance:
            return bool(self.game.sets[s].chances[node.move])
        return node.move in self.support(state, s)

    def component(self, state: State, step: OwnMove | None) -> tuple[int, int, int] | None:
        """Return the realisation weight of a player whose last own move was ``step``."""
        parent = self.facts.parent
        while step is not None:
            h, a = step
            actions = self.support(state, h)
            if a not in actions:
                return None
            if len(actions) == 1:
                step = parent[h]
                continue
            return self.top(state, h), h, a
        return None

    def top(self, state: State, h: int) -> int:
        """Return the own set where the count of a realisation weight begins."""
        above = self.facts.parent[h]
        while above is not None and above[1] in self.support(state, above[0]):
            h, above = above[0], self.facts.parent[above[0]]
        return h

    def key(self, state: State, system: System, tag: Tag | None, y: int) -> WeightProduct:
        """Return the product of unknowns in a node's weight."""
        parts = (self.component(state, self.facts.last[j][y]) for j in system.active)
        return tag, tuple(part for part in parts if part is not None)

    def weight(self, state: State, system: System, y: int) -> tuple[Fraction, Tag | None] | None:
        """Return chance's part of a node's weight and its start; ``None`` if it has none."""
        game = self.game
        starts = dict(system.starts)
        factor, k = _ONE, y
        while k not in starts:
            if k == 0:
                return None
            node = game.nodes[k]
            s = game.sets[game.nodes[node.parent].set]
            if s.is_chance:
                factor *= s.chances[node.move]
                if not factor:
                    return None
            elif (
                game.players[system.player] != s.player
                and (game.nodes[node.parent].set, node.move) not in system.ignored
                and not self.is_open(state, k)
            ):
                return None
            k = node.parent
        tag = starts[k]
        return None if tag in state.zeroed and tag is not None else (factor, tag)

    def visits(self, state: State, system: System, h: int) -> bool:
        """Say whether a system speaks for an information set, and its weights reach it."""
        if system.base is not None and not self.is_later(system.base, h):
            return False
        return any(self.weight(state, system, x) for x in self.game.sets[h].nodes)

    def is_later(self, first: int, h: int) -> bool:
        """Say whether a set is ``first`` or one of its player's after it."""
        step: OwnMove | None = (h, 0)
        while step is not None and step[0] != first:
            step = self.facts.parent[step[0]]
        return step is not None

    def mass(self, state: State, system: System, h: int, bound: int | None = None) -> Form:
        """Return the weight of a set; with ``bound`` times the least or most it may be worth."""
        i = self.facts.mover[h]
        form: Form = {}
        for x in self.game.sets[h].nodes:
            found = self.weight(state, system, x)
            if found is None:
                continue
            factor, tag = found
            if bound is not None:
                factor *= self.facts.worth[x][i][bound] - self.game.paid(x)[i]
            _add(form, self.key(state, system, tag, x), factor)
        return form

    # ---- conditions --------------------------------------------------------
    def condition(self, state: State, system: System, h: int) -> SetCondition:
        """Return what ``system`` says of ``h``."""
        forms, following = {}, {}
        for a in self.facts.allowed[h]:
            forms[a], following[a] = self.quality(state, system, h, a)
        return SetCondition(system.number, h, self.is_exact(state, system, h), forms, following)

    def is_exact(self, state: State, system: System, h: int) -> bool:
        """Say whether the player has to be at her best at ``h`` by this system's weights."""
        if not self.weak:
            return True
        above = self.facts.parent[h]
        first = {self.game.nodes[x].set for x, _ in system.starts} if system.is_free else set()
        starts = {x for x, _ in system.starts}
        here = self.game.sets[h].nodes
        if starts & set(here) or h in first:
            return True
        while above is not None:
            if above[1] not in self.support(state, above[0]):
                return False
            if starts & set(self.game.sets[above[0]].nodes):
                return True
            above = self.facts.parent[above[0]]
        return True

    def quality(self, state: State, system: System, h: int, a: int) -> tuple[Form, tuple[int, ...]]:
        """Return ``Q(h, a)``: what comes until the player moves again, and where she does."""
        game, i = self.game, system.player
        form: Form = {}
        following: dict[int, None] = {}
        for x in game.sets[h].nodes:
            found = self.weight(state, system, x)
            if found is None:
                continue
            factor, tag = found
            stack = [(game.nodes[x].children[a], factor)]
            while stack:
                y, p = stack.pop()
                gain = self.game.paid(y)[i]
                if gain:
                    _add(form, self.key(state, system, tag, y), p * gain)
                node = game.nodes[y]
                if node.set < 0:
                    continue
                s = game.sets[node.set]
                if s.is_chance:
                    stack += [
                        (c, p * q) for c, q in zip(node.children, s.chances, strict=True) if q
                    ]
                elif self.facts.mover[node.set] == i:
                    following[node.set] = None
                else:
                    stack += [(c, p) for c in node.children if self.is_open(state, c)]
        return form, tuple(following)

    # ---- a set whose surroundings are known ----------------------------------
    def ready(self, state: State) -> int | None:
        """Return a set whose conditions can be stated now."""
        known = state.supports.keys()
        for h in self.facts.order:
            if h in state.done or h not in known or not self.facts.ancestors[h] - {h} <= known:
                continue
            above = self.facts.parent[h]
            if above is None or above[0] in state.done:
                return h
        return None

    def settle(self, state: State, h: int) -> Iterator[State]:
        """Yield the states in which the belief at ``h`` is settled; two where it may be either."""
        done = state.done | {h}
        state = replace(state, done=done)
        if h not in self.facts.relevant:
            yield self.stated(state, h)
            return
        if self.weak:
            state, system = self.root_system(state, h, 0)
            on_path = self.visits(state, system, h) and self.is_exact(state, system, h)
            settled = self.sourced(state, h, system) if on_path else self.free(state, h)
            yield self.stated(settled, h)
            return
        above = self.facts.parent[h]
        source = None if above is None else state.systems[state.source[above[0]]]
        if source is not None and not source.is_free and self.visits(state, source, h):
            yield self.stated(self.sourced(state, h, source), h)
            return
        for root in dict.fromkeys((0, self.facts.root[h])):
            candidate, system = self.root_system(state, h, root)
            if self.visits(candidate, system, h):
                yield self.stated(self.sourced(candidate, h, system), h)
                return
        gone = frozenset((s, a) for s, a in self.facts.common[h] if a not in self.support(state, s))
        if gone:
            start = ((self.facts.root[h], None),)
            candidate, system = self._system(state, self.facts.mover[h], start, gone, h)
            if self.visits(candidate, system, h):
                yield self.stated(self.sourced(candidate, h, system), h)
                return
            if source is not None and source.is_free and not self.visits(state, source, h):
                # What was believed before is carried on past a departure that is no news.
                gone |= source.ignored
                state, source = self._system(state, source.player, source.starts, gone, h)
        if source is not None and source.is_free:
            yield from self.carried(state, source, h)
            return
        yield self.stated(self.free(state, h), h)

    def carried(self, state: State, source: System, h: int) -> Iterator[State]:
        """A free belief before ``h``: either it says what is believed at ``h``, or it does not."""
        leading = {
            found[1]
            for x in self.game.sets[h].nodes
            if (found := self.weight(state, source, x)) is not None
        }
        tags = {tag for _, tag in source.starts if tag not in state.zeroed}
        if leading:
            inside = self.sourced(state, h, source)
            if leading != tags:
                form = self.mass(state, source, h)
                inside = replace(inside, strict=(*inside.strict, form))
            yield self.stated(inside, h)
        if leading != tags:
            gone = frozenset(tag for tag in leading if tag is not None)
            without = replace(state, zeroed=state.zeroed | gone)
            yield self.stated(self.free(without, h), h)

    def root_system(self, state: State, h: int, root: int) -> tuple[State, System]:
        """Return the player's system that starts at a subgame's root, made if need be."""
        return self._system(state, self.facts.mover[h], ((root, None),))

    def free(self, state: State, h: int) -> State:
        """Let the belief at ``h`` be free."""
        nodes = self.game.sets[h].nodes
        starts: tuple[tuple[int, Tag | None], ...] = tuple((x, (h, x)) for x in nodes)
        if len(nodes) == 1:
            starts = ((nodes[0], None),)
        elif self.consistent:
            starts = self.shared(state, h, starts)
        state, system = self._system(state, self.facts.mover[h], starts)
        return self.sourced(state, h, system)

    def shared(
        self, state: State, h: int, starts: tuple[tuple[int, Tag | None], ...]
    ) -> tuple[tuple[int, Tag | None], ...]:
        """Return the weights of an earlier free belief where the same mistakes lead to both."""
        own = self.origins(state, h)
        for system in state.systems:
            if not system.is_free:
                continue
            first = self.game.nodes[system.starts[0][0]].set
            tags = dict(system.starts)
            matched = alike(own, self.origins(state, first))
            if matched is not None:
                return tuple((x, tags[matched[x]]) for x, _ in starts)
        return starts

    def origins(self, state: State, h: int) -> Origins:
        """Return the mistakes that lead to each node of a set, as far as the pattern goes."""
        return origins(self.facts, h, lambda k: Fraction(self.is_open(state, k)))

    def sourced(self, state: State, h: int, system: System) -> State:
        """Remember where the belief at ``h`` comes from."""
        return replace(state, source={**state.source, h: system.number})

    def _system(
        self,
        state: State,
        player: int,
        starts: tuple[tuple[int, Tag | None], ...],
        ignored: frozenset[OwnMove] = frozenset(),
        base: int | None = None,
    ) -> tuple[State, System]:
        for system in state.systems:
            if (system.player, system.starts, system.base) == (player, starts, base):
                return state, system
        active = tuple(
            j
            for j in range(len(self.game.players))
            if j != player and (self.consistent or any(self._moves_below(j, x) for x, _ in starts))
        )
        system = System(len(state.systems), player, starts, active, ignored, base)
        return replace(state, systems=(*state.systems, system)), system

    def _moves_below(self, player: int, x: int) -> bool:
        end = x + self.game.sizes[x]
        return any(
            self.facts.mover[h] == player and any(x <= k < end for k in self.game.sets[h].nodes)
            for h in self.facts.decisions
        )

    def stated(self, state: State, h: int) -> State:
        """Add what all systems of the player say of ``h``."""
        new = [
            self.condition(state, system, h)
            for system in state.systems
            if system.player == self.facts.mover[h] and self.visits(state, system, h)
        ]
        return replace(state, conditions=(*state.conditions, *new))


def _add(form: Form, atom: WeightProduct, factor: Fraction) -> None:
    total = form.get(atom, _ZERO) + factor
    if total:
        form[atom] = total
    else:
        form.pop(atom, None)
