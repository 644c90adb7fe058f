r"""The polynomial system of one pattern: unknowns, equations, inequalities.

Realisation weights that follow from others are put out at once (the last action of a
set gets what the others leave), so that most systems of two players are linear.

>>> unknowns = NumberedUnknowns()
>>> unknowns.number(("r", 0, 1)), unknowns.number(("V", 0, 0)), unknowns.is_move(1)
(0, 1, False)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from deterrence.algebra.sparse_polynomials import Poly, constant, plus, times, variable
from deterrence.solvers.beliefs.consistency import BeliefWeights
from deterrence.solvers.beliefs.pattern_conditions import (
    Form,
    PatternBuilder,
    SetCondition,
    State,
    Tag,
)
from deterrence.solvers.beliefs.tree_facts import TreeFacts

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass
class NumberedUnknowns:
    """Numbers for the unknowns of a pattern."""

    #: ``("r", h, a)``, ``("n", h, x)``, ``("V", system, h)`` or ``("t", number, 0)``.
    names: list[tuple[str, int, int]] = field(default_factory=list)

    def number(self, name: tuple[str, int, int]) -> int:
        """Return the number of an unknown, a new one if it has none."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def is_move(self, v: int) -> bool:
        """Whether an unknown is part of the behaviour (and not of a belief)."""
        return self.names[v][0] == "r"


@dataclass
class PatternSystem:
    """``equations = 0``, ``weak >= 0``, ``strict > 0``; all unknowns are at least 0.

    ``groups`` are the unknown weights of one free belief each, whose sum is at most 1
    (the last node's weight is what they leave).
    """

    unknowns: NumberedUnknowns
    equations: list[Poly]
    weak: list[Poly]
    strict: list[Poly]
    groups: list[list[int]]


class SystemBuilder:
    """Turns a complete pattern into its polynomial system."""

    def __init__(
        self,
        facts: TreeFacts,
        builder: PatternBuilder,
        state: State,
        weights: BeliefWeights | None = None,
    ) -> None:
        self.facts, self.builder, self.state = facts, builder, state
        self.unknowns = NumberedUnknowns()
        self.given = weights
        self.moves: dict[tuple[int, int], Poly] = {}
        self.beliefs: dict[Tag, Poly] = {}
        self.groups: list[list[int]] = []
        if weights is not None:
            for k in range(weights.unknowns):
                self.unknowns.number(("t", k, 0))
            self.beliefs, self.groups = dict(weights.weights), weights.groups
        self.conditions = {(c.system, c.set): c for c in state.conditions}
        self.values: dict[tuple[int, int], Poly] = {}
        #: All values are at least this (see :meth:`value`).
        paid = [abs(u) for us in facts.game.outcomes.values() for u in us]
        self.shift = max(paid, default=_ZERO) * (
            1 + max(map(len, map(facts.game.history, facts.game.leaves)))
        )

    def system(self) -> PatternSystem:
        """Return the system."""
        equations: list[Poly] = []
        weak: list[Poly] = []
        strict: list[Poly] = []
        for h, actions in self.state.supports.items():
            if len(actions) > 1:
                listed = weak if h in self.state.closed else strict
                listed += [self.move(h, a) for a in actions]
        if self.given is not None:
            (weak if self.given.closed else strict).extend(self.given.positive)
        for system in self.state.systems:
            if system.is_free and self.given is None:
                weak += self.belief(system.starts)
        # The last sets first, so that values are there when they are asked for.
        for condition in self.state.conditions:
            base = self.value(condition.system, condition.set)
            support = self.state.supports[condition.set]
            for a in condition.forms:
                gap = plus(base, self.quality(condition, a), -_ONE)
                if condition.exact and a in support:
                    if gap:
                        equations.append(gap)
                elif gap:
                    weak.append(gap)
        strict += [self.form(f) for f in self.state.strict]
        return PatternSystem(self.unknowns, equations, weak, strict, self.groups)

    def belief(self, starts: tuple[tuple[int, Tag | None], ...]) -> list[Poly]:
        """Number the weights of a free belief; return those that must not be negative."""
        tags = [tag for _, tag in starts if tag is not None]
        possible = [tag for tag in tags if tag not in self.state.zeroed]
        left = constant(1)
        group = []
        for tag in tags:
            if tag in self.state.zeroed:
                self.beliefs[tag] = {}
            elif tag == possible[-1]:
                self.beliefs[tag] = left
            else:
                v = self.unknowns.number(("n", *tag))
                group.append(v)
                self.beliefs[tag] = variable(v)
                left = plus(left, variable(v), -_ONE)
        if group:
            self.groups.append(group)
        return [self.beliefs[tag] for tag in possible]

    def move(self, h: int, a: int) -> Poly:
        """Return the realisation weight of an action as a polynomial in the unknowns."""
        if (h, a) not in self.moves:
            actions = self.state.supports[h]
            above = self.facts.parent[h]
            base = constant(1)
            if above is not None and above[1] in self.state.supports[above[0]]:
                base = self.move(*above)
            left = base
            for b in actions[:-1]:
                p = variable(self.unknowns.number(("r", h, b)))
                self.moves[h, b] = p
                left = plus(left, p, -_ONE)
            self.moves[h, actions[-1]] = left
        return self.moves.get((h, a), {})

    def form(self, form: Form) -> Poly:
        """Return a linear form over products of unknowns."""
        result: Poly = {}
        for (tag, parts), c in form.items():
            term = constant(c)
            if tag is not None:
                term = times(term, self.beliefs[tag])
            for top, h, a in parts:
                if not term:
                    break
                term = times(term, self.move(h, a) if self.is_whole(top, h) else {})
            result = plus(result, term)
        return result

    def is_whole(self, top: int, h: int) -> bool:
        """Whether the count of a weight still begins where it did when a key was made."""
        return self.builder.top(self.state, h) == top

    def quality(self, condition: SetCondition, a: int) -> Poly:
        """Return ``Q(h, a)`` as a polynomial."""
        total = self.form(condition.forms[a])
        for below in condition.following[a]:
            total = plus(total, self.value(condition.system, below))
        return total

    def value(self, system: int, h: int) -> Poly:
        """Return ``V(h)`` in a system; where it need not be attained it is an unknown."""
        if (system, h) not in self.values:
            condition = self.conditions.get((system, h))
            if condition is None:  # the weights of the system do not come here
                self.values[system, h] = {}
            elif condition.exact:
                self.values[system, h] = self.quality(condition, self.state.supports[h][0])
            else:
                # Unknowns are at least 0, and a value is at least the least payoff.
                v = self.unknowns.number(("V", system, h))
                self.values[system, h] = plus(variable(v), constant(self.shift), -_ONE)
        return self.values[system, h]
