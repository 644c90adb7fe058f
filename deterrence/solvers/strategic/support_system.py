r"""The equilibria with given supports, as a system of polynomials, and its solutions.

The unknowns are the probabilities of the actions in the supports of two actions or
more.  For each player the actions in the support are worth the same, and no other is
worth more:

.. math:: u_i(a, x_{-i}) = u_i(b, x_{-i}) \ge u_i(c, x_{-i}), \quad
          \sum_a x_{i,a} = 1, \quad x_{i,a} > 0.

>>> from deterrence.solvers.strategic.support_search import Payoffs
>>> chicken = Payoffs((2, 2), ((0, -1, 1, -10), (0, 1, -1, -10)))
>>> found = solve_support(chicken, ((0, 1), (0, 1)))
>>> [str(p) for p in found.strategies[0][0]], found.complete
(['9/10', '1/10'], True)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from deterrence.algebra.systems.results import Continuum, SolutionSet
from deterrence.limits.deadline import Deadline
from deterrence.solvers.strategic.support_search import JointSupport, Payoffs

#: Work seconds that one support's system may take.
SYSTEM_SECONDS = 60.0
#: Unknowns from which on solutions are isolated in boxes before the algebra.
BOXES_FROM = 4
#: Work seconds for the algebra before boxes are tried and, where boxes have the solutions
#: already, after that; and complex solutions up to which it is tried at all then.
FIRST_SECONDS = 1.0
ALGEBRA_SECONDS = 10.0
ALGEBRA_SOLUTIONS = 24

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class SupportSolutions:
    """All equilibria with exactly the given supports.

    ``strategies`` are the isolated ones, per player a tuple of probabilities of all
    actions; ``continua`` the infinite sets, their unknowns named ``p<player>_<action>``.
    """

    support: JointSupport
    strategies: tuple[tuple[tuple[Any, ...], ...], ...] = ()
    continua: tuple[Continuum, ...] = ()
    complete: bool = True
    messages: tuple[str, ...] = ()


def unknown(player: int, action: int) -> str:
    """Return the name of the probability of an action."""
    return f"p{player}_{action}"


@lru_cache(maxsize=64)
def _ring(count: int) -> Any:
    from deterrence.algebra.systems.ring import make_ring

    return make_ring(count)


def solve_support(
    payoffs: Payoffs, support: JointSupport, deadline: Deadline | None = None
) -> SupportSolutions:
    """Return all equilibria with exactly these supports.

    A system gets :data:`SYSTEM_SECONDS` of work at most.
    """
    mixed = [
        (player, action)
        for player, actions in enumerate(support)
        if len(actions) > 1
        for action in actions
    ]
    gains = _gains(payoffs, support)
    if gains is None:
        return SupportSolutions(support)
    equal, worse = gains
    if not mixed:
        return SupportSolutions(support, (filled(payoffs.shape, support, {}),))

    names = tuple(unknown(*m) for m in mixed)
    ring = _ring(len(names))
    place = {m: k for k, m in enumerate(mixed)}
    equations = []
    for player, actions in enumerate(support):
        if len(actions) > 1:
            equations.append(sum(ring.gens[place[player, a]] for a in actions) - ring.one)
    equations += [_polynomial(ring, place, support, player, g) for player, g in equal]
    conditions = [(x, True) for x in ring.gens[: len(names)]]
    conditions += [(_polynomial(ring, place, support, player, g), False) for player, g in worse]
    limit = (deadline or Deadline(None)).within(SYSTEM_SECONDS)
    found = _solved(ring, names, support, place, equations, conditions, limit)
    if not isinstance(found, SolutionSet):
        boxes = tuple(filled(payoffs.shape, support, box) for box in found)
        return SupportSolutions(support, boxes)
    return SupportSolutions(
        support,
        tuple(filled(payoffs.shape, support, p) for p in found.points),
        found.continua,
        found.complete,
        found.messages,
    )


def _solved(
    ring: Any,
    names: tuple[str, ...],
    support: JointSupport,
    place: dict[tuple[int, int], int],
    equations: Sequence[Any],
    conditions: Sequence[tuple[Any, bool]],
    deadline: Deadline,
) -> SolutionSet | list[dict[str, Any]]:
    """Return the solutions, from the algebra if it can, else enclosed in boxes."""
    from deterrence.algebra.systems.solve import solve_elements

    sizes = [len(actions) for actions in support]
    many = sum(sizes) - len(sizes) >= BOXES_FROM
    bound = solution_bound(sizes)
    if not many or bound <= ALGEBRA_SOLUTIONS:
        first = deadline.within(FIRST_SECONDS) if many else deadline
        found = solve_elements(ring, names, equations, conditions, first)
        if found.complete or not many:
            return found
    boxes = _isolated(ring, support, place, equations, conditions, deadline)
    if boxes is not None and (not boxes or bound > ALGEBRA_SOLUTIONS):
        return boxes
    limit = deadline if boxes is None else deadline.within(ALGEBRA_SECONDS)
    found = solve_elements(ring, names, equations, conditions, limit)
    return found if boxes is None or found.complete else boxes


def solution_bound(sizes: Sequence[int]) -> int:
    """Return how many complex solutions a generic game's supports of these sizes have.

    The Bernstein bound, which counts block derangements (McKelvey & McLennan 1997,
    Journal of Economic Theory 72).

    >>> [solution_bound(s) for s in ((2, 2, 2), (2, 2, 2, 2), (3, 3, 3), (2,) * 5)]
    [2, 9, 10, 44]
    """
    target = tuple(n - 1 for n in sizes)
    counts = {(0,) * len(sizes): 1}
    for player, times in enumerate(target):
        for _ in range(times):
            new: dict[tuple[int, ...], int] = {}
            for powers, count in counts.items():
                for k, e in enumerate(powers):
                    if k != player and e < target[k]:
                        key = (*powers[:k], e + 1, *powers[k + 1 :])
                        new[key] = new.get(key, 0) + count
            counts = new
    return counts.get(target, 0)


def _isolated(
    ring: Any,
    support: JointSupport,
    place: dict[tuple[int, int], int],
    equations: Sequence[Any],
    conditions: Sequence[tuple[Any, bool]],
    deadline: Deadline,
) -> list[dict[str, Any]] | None:
    """Return all solutions, enclosed, of a system with many unknowns; ``None``: undecided.

    The last probability of each player is put out of the system first.
    """
    free = {m: k for m, k in place.items() if m[1] != support[m[0]][-1]}
    last = [(i, actions[-1]) for i, actions in enumerate(support) if len(actions) > 1]
    # The first equations say that probabilities sum to 1.
    system = list(equations[len(last) :])
    if len(free) < BOXES_FROM or len(system) != len(free):
        return None

    from deterrence.algebra.rings import substitute
    from deterrence.algebra.systems.boxes import zeros
    from deterrence.algebra.systems.ring import is_constant

    rests = [
        (place[i, a], ring.one - sum(ring.gens[k] for (j, _), k in free.items() if j == i))
        for i, a in last
    ]

    def reduced(p: Any) -> Any:
        for k, rest in rests:
            p = substitute(p, k, rest, ring.one)
        return p

    sides = [reduced(q) for q, _ in conditions]
    found = zeros(
        [reduced(p) for p in system],
        [q for q in sides if not is_constant(q)],
        ring,
        tuple(free.values()),
        deadline,
    )
    if found is None:
        return None
    result = []
    for box in found:
        values: dict[str, Any] = {unknown(*m): v for m, v in zip(free, box, strict=True)}
        for i, a in last:
            values[unknown(i, a)] = 1 - sum(values[unknown(*m)] for m in free if m[0] == i)
        result.append(values)
    return result


def _gains(
    payoffs: Payoffs, support: JointSupport
) -> tuple[list[tuple[int, list[int]]], list[tuple[int, list[int]]]] | None:
    """Return what must be 0 and what must not be negative, against the others' choices.

    ``None`` if a sign shows that there is no solution.
    """
    equal, worse = [], []
    for player, actions in enumerate(support):
        others = payoffs.others(player, support)
        rows = [payoffs.row(player, a, others) for a in actions]
        for one, two in itertools.pairwise(rows):
            gain = [x - y for x, y in zip(one, two, strict=True)]
            if not any(gain):
                continue
            if min(gain) >= 0 or max(gain) <= 0:  # every choice of the others happens
                return None
            equal.append((player, gain))
        for action in range(payoffs.shape[player]):
            if action in actions:
                continue
            other = payoffs.row(player, action, others)
            gain = [x - y for x, y in zip(rows[0], other, strict=True)]
            if min(gain) >= 0:
                continue
            if max(gain) <= 0:
                return None
            worse.append((player, gain))
    return equal, worse


def _polynomial(
    ring: Any,
    place: dict[tuple[int, int], int],
    support: JointSupport,
    player: int,
    gain: list[int],
) -> Any:
    """Return the expected value of a gain, a polynomial in the others' probabilities."""
    divisor = math.gcd(*gain)
    choices: list[Sequence[int | None]] = [
        [None] if k == player or len(actions) == 1 else [place[k, a] for a in actions]
        for k, actions in enumerate(support)
    ]
    terms = {}
    for value, choice in zip(gain, itertools.product(*choices), strict=True):
        if value:
            powers = [0] * ring.ngens
            for k in choice:
                if k is not None:
                    powers[k] = 1
            terms[tuple(powers)] = ring.domain(value // divisor)
    return ring.from_dict(terms)


def filled(shape: Sequence[int], support: JointSupport, values: Any) -> tuple[tuple[Any, ...], ...]:
    """Return every player's probabilities of all actions."""
    strategies = []
    for player, (size, actions) in enumerate(zip(shape, support, strict=True)):
        row: list[Any] = [_ZERO] * size
        if len(actions) == 1:
            row[actions[0]] = _ONE
        else:
            for action in actions:
                row[action] = values[unknown(player, action)]
        strategies.append(tuple(row))
    return tuple(strategies)
