"""Whether a list of equilibria of a game of three players and more is complete, support by support.

For each choice of the actions that are played, the equations and inequalities of an
equilibrium are polynomial; z3 is asked whether they have a solution that is not in the list.
Irrational ones are left out by their root: it is a further unknown, which its polynomial and
its interval determine.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.surroundings import load_z3
from deterrence.verifying.numbers import Element, Number, Root

#: Choices of actions that are looked at; what z3 may spend on each, and on all (its own units).
MAX_SUPPORTS, EFFORT, ALL_EFFORT = 400, 6_000_000, 200_000_000
#: Seconds after which z3 is stopped in any case: what it counts stands still in some steps.
HARD_STOP = 20

#: A mixed strategy per player.
Profile = Sequence[Sequence[Number]]


class Undecided(Exception):
    """z3 did not decide, or there is too much to look at."""


def missing_profile(
    sizes: Sequence[int], payoffs: Sequence[Sequence[Fraction]], listed: Sequence[Profile]
) -> list[list[str]] | None:
    """Return an equilibrium that is not listed, its probabilities as texts; None if all are.

    Raises :class:`Undecided`.
    """
    supports = [
        [s for k in range(1, n + 1) for s in itertools.combinations(range(n), k)] for n in sizes
    ]
    if math.prod(map(len, supports)) > MAX_SUPPORTS:
        raise Undecided
    effort = Effort()
    for support in itertools.product(*supports):
        found = _Support(sizes, payoffs, support).another(listed, effort)
        if found is not None:
            return found
    return None


class Effort:
    """What z3 may still spend."""

    def __init__(self) -> None:
        self.left = ALL_EFFORT

    def answer(self, solver: Any) -> bool:
        """Return whether there is a solution; raise :class:`Undecided` where z3 does not say."""
        solver.set("rlimit", EFFORT)
        solver.set("timeout", 1000 * HARD_STOP)
        if self.left <= 0:
            raise Undecided
        answer = str(solver.check())
        numbers = solver.statistics()
        if "rlimit count" in numbers.keys():  # noqa: SIM118 (no mapping)
            self.left -= int(numbers.get_key_value("rlimit count"))
        if answer == "unknown":
            raise Undecided
        return answer == "sat"


class _Support:
    """The equilibria in which certain actions are played, as a question to z3."""

    def __init__(
        self,
        sizes: Sequence[int],
        payoffs: Sequence[Sequence[Fraction]],
        support: Sequence[Sequence[int]],
    ) -> None:
        self.z3: Any = load_z3()
        self.context = self.z3.Context()
        self.sizes, self.payoffs, self.support = sizes, payoffs, support
        self.chance = [
            {a: self.z3.Real(f"p{i}_{a}", self.context) for a in own}
            for i, own in enumerate(support)
        ]

    def number(self, x: Fraction) -> Any:
        return self.z3.Q(x.numerator, x.denominator, self.context)

    def another(self, listed: Sequence[Profile], effort: Effort) -> list[list[str]] | None:
        z3 = self.z3
        solver = z3.SolverFor("QF_NRA", ctx=self.context)
        for i, own in enumerate(self.chance):
            solver.add(z3.Sum([self.number(Fraction(0)), *own.values()]) == 1)
            solver.add(*(p > 0 for p in own.values()))
            gets = [self.payoff(i, a) for a in range(self.sizes[i])]
            best = gets[self.support[i][0]]
            for a, u in enumerate(gets):
                solver.add(u == best if a in own else u <= best)
        for k, profile in enumerate(listed):
            self.leave_out(solver, profile, k)
        if not effort.answer(solver):
            return None
        model = solver.model()
        values = [
            {a: model.eval(p, model_completion=True) for a, p in own.items()} for own in self.chance
        ]

        def text(x: Any) -> str:
            return str(x.approx(10) if z3.is_algebraic_value(x) else x)

        return [
            [text(own[a]) if a in own else "0" for a in range(n)]
            for n, own in zip(self.sizes, values, strict=True)
        ]

    def payoff(self, me: int, action: int) -> Any:
        """Return what an action gives against the others' unknown strategies."""
        z3 = self.z3
        terms = [self.number(Fraction(0))]
        others = [[action] if i == me else own for i, own in enumerate(self.support)]
        for cell in itertools.product(*others):
            number = 0
            for k, n in zip(cell, self.sizes, strict=True):
                number = number * n + k
            factors = [self.chance[i][k] for i, k in enumerate(cell) if i != me]
            terms.append(z3.Product([self.number(self.payoffs[me][number]), *factors]))
        return z3.Sum(terms)

    def leave_out(self, solver: Any, profile: Profile, k: int) -> None:
        """Ask for another profile than one that is listed."""
        z3 = self.z3
        differs = []
        root: Root | None = None
        t = z3.Real(f"root{k}", self.context)
        for own, mix in zip(self.chance, profile, strict=True):
            for a, p in enumerate(mix):
                if isinstance(p, Element):
                    root = p.root
                    value = self.value(p.poly, t)
                else:
                    value = self.number(p)
                    if (a in own) != (p != 0):
                        return  # other actions are played there
                if a in own:
                    differs.append(own[a] != value)
        if root is not None:
            low, high = self.number(root.low), self.number(root.high)
            solver.add(self.value(root.poly, t) == 0, low <= t, t <= high)
        solver.add(z3.Or(differs))

    def value(self, poly: Sequence[Fraction], t: Any) -> Any:
        """Return a polynomial at an unknown."""
        total = self.number(Fraction(0))
        for c in reversed(poly):
            total = total * t + self.number(c)
        return total
