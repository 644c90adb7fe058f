r"""Trees in which players forget: mixed strategies of the strategic form, and the planning optimum.

Without perfect recall, mixed strategies (one plan for the whole tree, drawn beforehand) and
behaviour strategies (a draw at each information set) cannot do the same (Kuhn 1953).  Where
nobody is absent-minded, a tree has Nash equilibria in mixed strategies: those of its strategic
form (Nash 1951).  Where a player is absent-minded, behaviour can do better than every plan, and
equilibria need not exist.  If she alone decides, the best behaviour is the planning optimum
(Piccione and Rubinstein 1997, Games and Economic Behavior 20): what she gets is a polynomial in
her probability :math:`p` at the information set, for each choice of actions elsewhere; its
maximum lies at :math:`p = 0`, at :math:`p = 1`, or where the derivative is 0.

>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> again = Decision("Driver", "junction", {"exit": Leaf("home"), "go on": Leaf("hotel")})
>>> driver = ExtensiveGame.from_tree(("Driver",), Decision("Driver", "junction", {
...     "exit": Leaf("crash"), "go on": again}), {"crash": (0,), "home": (4,), "hotel": (1,)})
>>> best = planning_optimum(driver, Deadline(), 0.0, [])
>>> print(best[0].profile, best[0].payoffs)
Driver: at junction exit 1/3 (0.3333), go on 2/3 (0.6667) {'Driver': Fraction(4, 3)}
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import generator
from deterrence.algebra.number_fields import Field
from deterrence.algebra.roots import isolate
from deterrence.algebra.univariate import derivative, irreducible, product, value
from deterrence.errors import UsageError
from deterrence.game.measures import Measure
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.limits.deadline import Deadline
from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import (
    TreeEquilibrium,
    TreeFamily,
    TreeSolution,
    equilibrium_of,
    profile_of,
    solution_of,
)

#: Degree of a polynomial, and nodes times choices of actions.
MAX_DEGREE, MAX_WORK = 40, 2_000_000
#: Concepts that a tree without perfect recall has, in mixed strategies.
MIXED = ("nash", "zero-sum")

_ZERO, _ONE = Fraction(0), Fraction(1)


def is_absent_minded(game: ExtensiveGame) -> bool:
    """Say whether a player may come to an information set twice in one play."""
    return any(fault.absent_minded for fault in game.recall_faults)


def solve_plans(game: ExtensiveGame, concept: str, *, time_limit: float | None = None) -> Solution:
    """Return the equilibria in mixed strategies of a tree in which nobody is absent-minded.

    They are those of the reduced strategic form.  Raises :class:`UsageError` for concepts
    other than those in :data:`MIXED`, and for trees too large for a strategic form.
    """
    # Here for the sake of the start: most trees are solved without it.
    from deterrence.solvers.strategic.solve import solve

    refuse(game, concept)
    # What is asked of actions is asked of behaviour, which mixed strategies are not.
    asked = [m for m in game.measures if not _asks_for_actions(m)]
    naming = replace(game.naming, published=())
    form = game.strategic_form().replace(measures=tuple(asked), naming=naming, given=game.given)
    found = solve(form, concept=concept, time_limit=time_limit)
    note = (
        f"{game.recall_faults[0]}: these are equilibria in mixed strategies, in which everybody "
        "draws a plan for the whole tree beforehand; drawing anew at each information set may "
        "not do the same"
    )
    left_out = [m.name for m in game.measures if m not in asked]
    more = [f"measures of actions have no value here: {', '.join(left_out)}"] if left_out else []
    return replace(found, messages=(note, *more, *found.messages))


def _asks_for_actions(measure: Measure) -> bool:
    return any(e.op == "query" and e.args[0] == "prob" for e in measure.expression.walk())


def refuse(game: ExtensiveGame, concept: str) -> None:
    """Raise :class:`UsageError` for what a tree without perfect recall cannot be asked."""
    from deterrence.solvers.trees.concepts import CONCEPTS

    fault = game.recall_faults[0]
    if is_absent_minded(game):
        fault = next(f for f in game.recall_faults if f.absent_minded)
        who = fault.player
        if concept == "nash" and len(_movers(game)) == 1:
            return
        raise UsageError(
            f"{fault}, so that a {CONCEPTS[concept]} need not exist",
            remedy=f"what can be asked: the best behaviour of {who} where nobody else decides, "
            "and the equilibria of the strategic form, in which everybody draws a plan "
            "beforehand: `deterrence show FILE --format nfg` writes it",
        )
    if concept not in MIXED:
        raise UsageError(
            f"a {CONCEPTS[concept]} needs perfect recall: {fault}",
            remedy="the concept nash gives the Nash equilibria in mixed strategies",
        )


def _movers(game: ExtensiveGame) -> set[str]:
    """Return the players who have a choice."""
    return {s.player for s in game.sets if s.player is not None and s.nodes and len(s.actions) > 1}


# ---- one player who is absent-minded ------------------------------------------------------
@dataclass(frozen=True)
class _Best:
    """A best behaviour: the probability of the first action, and the actions elsewhere.

    ``x`` is None where every probability is best.
    """

    x: Any
    choice: Mapping[int, int]


def planning_optimum(
    game: ExtensiveGame, deadline: Deadline, start: float, messages: Sequence[str]
) -> TreeSolution:
    """Return the best behaviour of the only player, who is absent-minded at one place.

    Raises :class:`UsageError` for more such places, and for more than two actions there.
    """
    faults = [f for f in game.recall_faults if f.absent_minded]
    fault, h = faults[0], game.set_index(faults[0].information_set)
    if len(faults) > 1 or len(game.sets[h].actions) != 2:
        count = f"{len(faults)} such information sets"
        here = count if len(faults) > 1 else f"{len(game.sets[h].actions)} actions there"
        raise UsageError(
            f"{fault}, and has {here}",
            remedy="the best behaviour is found for one such information set with two actions",
        )
    found = _best(game, fault.player, h, deadline)
    equilibria: list[TreeEquilibrium] = []
    families = []
    for one in found:
        members = []
        for x in (_ONE, _ZERO) if one.x is None else (one.x,):
            members.append(len(equilibria))
            equilibria.append(_equilibrium(game, h, one.choice, x))
        ties = {fault.player: {fault.information_set: game.sets[h].actions}}
        families.append(
            TreeFamily(tuple(members), ties if one.x is None else {}, corners=len(members))
        )
    said = [
        f"{fault}: this is the best behaviour, planned beforehand and followed each time "
        "(the planning optimum)",
        *messages,
    ]
    places = [one.x for one in found]
    complete = all(x is not None and places.count(x) == 1 for x in places) or len(places) == 1
    if not complete:
        said.append("mixtures of best actions elsewhere may be as good, and are not listed")
    if deadline.expired():
        complete = False
        said.append("the time ran out before all choices of actions were looked at")
    return solution_of(
        game, "nash", equilibria, families, len(families), said, complete, deadline, start
    )


def _best(game: ExtensiveGame, player: str, h: int, deadline: Deadline) -> list[_Best]:
    """Return all that is best; those that differ only where the play never comes are one."""
    others = [k for k in game.own_sets(player) if k != h]
    count = math.prod(len(game.sets[k].actions) for k in others)
    if count * len(game.nodes) > MAX_WORK:
        raise UsageError(
            f"{player} can choose in {count:,} ways in {game.name}, too many to look at",
            remedy=f"at most {MAX_WORK:,} choices times nodes",
        )
    found: dict[Any, _Best] = {}
    top: Any = None
    for actions in itertools.product(*(range(len(game.sets[k].actions)) for k in others)):
        choice = dict(zip(others, actions, strict=True))
        worth = _polynomial(game, player, h, choice)
        for x in _candidates(worth):
            here = value(worth, _ONE if x is None else x)
            if top is None or here > top:
                top, found = here, {}
            if here == top:
                # What is chosen where the own play never comes does not tell two apart.
                open_sets = _unreached(game, h, choice, x)
                kept = {k: 0 if k in open_sets else a for k, a in choice.items()}
                found.setdefault((x, *sorted(kept.items())), _Best(x, kept))
        if deadline.expired():
            break
    return list(found.values())


def _polynomial(
    game: ExtensiveGame, player: str, h: int, choice: Mapping[int, int]
) -> list[Fraction]:
    """Return what the player gets, in the probability of the first action at ``h``."""
    me = game.player_index(player)
    terms: dict[tuple[int, int], Fraction] = {}
    ways: list[tuple[Fraction, int, int] | None] = [None] * len(game.nodes)
    ways[0] = (_ONE, 0, 0)
    for k, node in enumerate(game.nodes):
        way = ways[k]
        if way is None:
            continue
        c, first, second = way
        if node.outcome is not None:
            gain = c * game.outcomes[node.outcome][me]
            terms[first, second] = terms.get((first, second), _ZERO) + gain
        for move, child in enumerate(node.children):
            if node.set == h:
                ways[child] = (c, first + (move == 0), second + (move == 1))
            elif game.sets[node.set].is_chance:
                p = game.sets[node.set].chances[move]
                ways[child] = (c * p, first, second) if p else None
            elif choice.get(node.set, 0) == move:
                ways[child] = way
    degree = max((i + j for i, j in terms), default=0)
    if degree > MAX_DEGREE:
        raise UsageError(
            f"a play comes to {game.sets[h].label!r} {degree} times",
            remedy=f"the best behaviour is found for at most {MAX_DEGREE}",
        )
    total = [_ZERO] * (degree + 1)
    for (first, second), gain in terms.items():
        power: list[Any] = [gain]
        for _ in range(second):
            power = product(power, (-_ONE, _ONE))
        power = [*power, *[_ZERO] * first] if gain else []
        for k, c in enumerate(reversed(power)):
            total[degree - k] += c
    return list(itertools.dropwhile(lambda c: not c, total))


def _candidates(worth: Sequence[Fraction]) -> Iterator[Any]:
    """Yield where a maximum over [0, 1] may lie; None where the polynomial is constant."""
    if len(worth) < 2:
        yield None
        return
    yield _ONE
    yield _ZERO
    for root in isolate(irreducible(derivative(worth))):
        x = root.rational if root.rational is not None else generator(Field(root))
        if 0 < x < 1:
            yield x


def _unreached(game: ExtensiveGame, h: int, choice: Mapping[int, int], x: Any) -> set[int]:
    """Return the information sets to which the play never comes, whatever chance does."""
    alive = [False] * len(game.nodes)
    alive[0] = True
    reached = set()
    for k, node in enumerate(game.nodes):
        if not alive[k] or node.set < 0:
            continue
        reached.add(node.set)
        for move, child in enumerate(node.children):
            if node.set == h:
                alive[child] = x is None or (x if move == 0 else 1 - x) != 0
            else:
                alive[child] = game.sets[node.set].is_chance or choice.get(node.set, 0) == move
    return {k for k, s in enumerate(game.sets) if not s.is_chance and k not in reached}


def _equilibrium(game: ExtensiveGame, h: int, choice: Mapping[int, int], x: Any) -> TreeEquilibrium:
    moves: dict[int, Sequence[Any]] = {
        k: [_ONE if a == choice.get(k, 0) else _ZERO for a in range(len(s.actions))]
        for k, s in enumerate(game.sets)
        if s.player is not None
    }
    moves[h] = (x, 1 - x)
    open_sets = sorted(_unreached(game, h, choice, x))
    # Nothing that was looked at is worth more.
    return equilibrium_of(
        game,
        profile_of(game, moves),
        _ZERO,
        open_sets=tuple(game.sets[k].label for k in open_sets),
    )
