r"""All patterns of behaviour that can be an equilibrium's, by backtracking over a relaxation.

The conditions of a pattern (:mod:`.pattern_conditions`) become linear when every product
of unknowns is taken as an unknown of its own, tied to the others by

.. math:: \sum_a r(h, a) \prod = r(\text{before } h) \prod .

z3's exact simplex method says whether the relaxed conditions can hold together; if not,
every pattern that begins like this is out.  For two players and beliefs that Bayes' rule
settles nothing is relaxed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from deterrence.limits import work
from deterrence.limits.deadline import Deadline
from deterrence.solvers.beliefs.equivalent_supports import plain_choices
from deterrence.solvers.beliefs.pattern_conditions import (
    Form,
    PatternBuilder,
    SetCondition,
    State,
    WeightProduct,
)
from deterrence.solvers.beliefs.tree_facts import TreeFacts
from deterrence.surroundings import load_z3

#: Work seconds of a question to the solver besides what it counts itself.
_CALL = 0.0005


def patterns(
    facts: TreeFacts,
    concept: str,
    deadline: Deadline,
    guess: Mapping[int, tuple[int, ...]] | None = None,
) -> Iterator[State]:
    """Yield every pattern that the relaxation does not rule out, until the limit is reached.

    Those that are like the ``guess`` come first.
    """
    yield from _PatternSearch(facts, concept, deadline, guess or {}).run()


class _PatternSearch:
    def __init__(
        self,
        facts: TreeFacts,
        concept: str,
        deadline: Deadline,
        guess: Mapping[int, tuple[int, ...]],
    ) -> None:
        z3 = load_z3()
        self.guess = guess

        self.z3 = z3
        self.facts, self.deadline = facts, deadline
        self.builder = PatternBuilder(facts, concept)
        self.context = z3.Context()
        self.solver = z3.SimpleSolver(ctx=self.context)
        #: What z3 counted so far.
        self.used = 0
        self.known: dict[Any, Any] = {}
        #: What has been asserted on the way to the present state, level by level.
        self.levels: list[set[Any]] = [set()]
        #: Sets that are settled by themselves: one action is left.
        self.order = [
            *(h for h in facts.order if len(facts.allowed[h]) == 1),
            *(h for h in facts.order if len(facts.allowed[h]) > 1),
        ]

    def run(self) -> Iterator[State]:
        """Walk through the tree of patterns, depth first."""
        stack: list[tuple[str, State, int]] = [("enter", State(), 0)]
        while stack:
            if self.deadline.expired():
                return
            what, state, k = stack.pop()
            if what == "leave":
                self.solver.pop()
                self.levels.pop()
                continue
            if what == "try":
                # `state` is new: assert what it adds, and go on if that is possible.
                self.solver.push()
                self.levels.append(set())
                stack.append(("leave", state, k))
                if not self.assert_new(state):
                    continue
                ready = self.builder.ready(state)
                if ready is not None:
                    stack += [("try", s, k) for s in self.builder.settle(state, ready)]
                    continue
                stack.append(("enter", state, k))
                continue
            if k == len(self.order):
                yield state
                continue
            h = self.order[k]
            actions = self.facts.allowed[h]
            closed = state.closed
            chosen = plain_choices(self.builder, state, h)
            if chosen is None:
                sizes = range(len(actions), 0, -1)
                chosen = [c for n in sizes for c in itertools.combinations(actions, n)]
            else:
                closed = closed | {h}
            if h in self.guess:  # what is pushed last is tried first
                likely = {*self.guess[h]}
                chosen = sorted(chosen, key=lambda c: -len(likely ^ {*c}))
            for support in chosen:
                new = replace(state, supports={**state.supports, h: support}, closed=closed)
                stack.append(("try", new, k + 1))

    # ---- the relaxation ------------------------------------------------------
    def is_asserted(self, fact: Any) -> bool:
        return any(fact in level for level in self.levels)

    def assert_new(self, state: State) -> bool:
        """Assert what a state adds; say whether all can still hold."""
        changed = False
        for h, actions in state.supports.items():
            if len(actions) > 1 and not self.is_asserted(("played", h, actions)):
                self.levels[-1].add(("played", h, actions))
                changed |= self.played(state, h, actions)
            elif not self.is_asserted(("dropped", h, actions)):
                self.levels[-1].add(("dropped", h, actions))
                changed |= self.dropped(h, actions)
        for condition in state.conditions:
            name = ("condition", condition.system, condition.set)
            if not self.is_asserted(name):
                self.levels[-1].add(name)
                self.state_condition(state, condition)
                changed = True
        for tag in state.zeroed:
            if not self.is_asserted(("zeroed", tag)):
                self.levels[-1].add(("zeroed", tag))
                for key in [k for k in self.known if k[0] == tag]:
                    self.solver.add(self.known[key] == 0)
                changed = True
        for n, form in enumerate(state.strict):
            if not self.is_asserted(("strict", n)):
                self.levels[-1].add(("strict", n))
                self.solver.add(self.sum(state, form) > 0)
                changed = True
        return not changed or self.check() != self.z3.unsat

    def check(self) -> Any:
        """Return the solver's answer, and count the work that it took."""
        if math.isfinite(work.wall_left()):
            self.solver.set("timeout", max(1, int(1000 * work.wall_left())))
        answer = self.solver.check()
        numbers = self.solver.statistics()
        used = self.used
        if "rlimit count" in numbers.keys():  # noqa: SIM118 (z3 has no other way)
            self.used = int(numbers.get_key_value("rlimit count"))
        work.spend(_CALL + (self.used - used) / work.Z3_UNITS)
        return answer

    def played(self, state: State, h: int, actions: tuple[int, ...]) -> bool:
        """Every action of a support has a positive weight; the others none."""
        self.dropped(h, actions)
        if h in state.closed:
            return True
        top = self.builder.top(state, h)
        for a in actions:
            self.solver.add(self.atom(state, (None, ((top, h, a),))) > 0)
        return True

    def dropped(self, h: int, actions: tuple[int, ...]) -> bool:
        """Products with an action that is not played vanish."""
        gone = [
            var
            for key, var in self.known.items()
            if key[0] != "V" and any(c[1] == h and c[2] not in actions for c in key[1])
        ]
        for var in gone:
            self.solver.add(var == 0)
        return bool(gone)

    def state_condition(self, state: State, condition: SetCondition) -> None:
        z3, h = self.z3, condition.set
        system = state.systems[condition.system]
        value = self.value(state, condition.system, h)
        if system.is_free and not self.is_asserted(("belief", system.number)):
            self.levels[-1].add(("belief", system.number))
            weights = [
                self.atom(state, (tag, ()))
                for _, tag in system.starts
                if tag is not None and tag not in state.zeroed
            ]
            self.solver.add(z3.Sum(weights) == 1)
        support = state.supports[h]
        for a, form in condition.forms.items():
            total = self.sum(state, form)
            for below in condition.following[a]:
                total = total + self.value(state, condition.system, below)
            if condition.exact and a in support:
                self.solver.add(value == total)
            else:
                self.solver.add(value >= total)

    def value(self, state: State, number: int, h: int) -> Any:
        """Return the variable of ``V(h)`` in a system, with its bounds."""
        name = ("V", number, h)
        if name not in self.known:
            self.known[name] = self.z3.Real(f"V {number} {h}", self.context)
        var = self.known[name]
        if not self.is_asserted(name):
            self.levels[-1].add(name)
            system = state.systems[number]
            self.solver.add(var >= self.sum(state, self.builder.mass(state, system, h, 0)))
            self.solver.add(var <= self.sum(state, self.builder.mass(state, system, h, 1)))
        return var

    def sum(self, state: State, form: Form) -> Any:
        """Return a linear form over z3's variables."""
        z3 = self.z3
        terms = [
            z3.RealVal(str(c), self.context) * self.atom(state, key) for key, c in form.items()
        ]
        return z3.Sum(terms) if terms else z3.RealVal(0, self.context)

    def atom(self, state: State, key: WeightProduct) -> Any:
        """Return the variable of a product, tied to those that it belongs with."""
        tag, parts = key
        if tag is None and not parts:
            return self.z3.RealVal(1, self.context)
        if key not in self.known:
            self.known[key] = self.z3.Real(str(key), self.context)
        var = self.known[key]
        if not self.is_asserted(key):
            self.levels[-1].add(key)
            self.solver.add(var >= 0)
            if tag in state.zeroed and tag is not None:
                self.solver.add(var == 0)
            for n, (top, h, a) in enumerate(parts):
                if a not in self.builder.support(state, h):
                    self.solver.add(var == 0)
                self.tie(state, key, n, top, h)
        return var

    def tie(self, state: State, key: WeightProduct, n: int, top: int, h: int) -> None:
        """The products with all actions of a set sum to the product without it."""
        tag, parts = key
        name = ("sum", tag, parts[:n], parts[n + 1 :], top, h)
        if self.is_asserted(name):
            return
        self.levels[-1].add(name)
        siblings = [
            self.atom(state, (tag, (*parts[:n], (top, h, b), *parts[n + 1 :])))
            for b in self.builder.support(state, h)
        ]
        before = self.builder.component(state, self.facts.parent[h]) if top != h else None
        rest = parts[:n] + ((before,) if before else ()) + parts[n + 1 :]
        self.solver.add(self.z3.Sum(siblings) == self.atom(state, (tag, rest)))
