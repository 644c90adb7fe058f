"""Between a solver and its answer: tasks, drafts, how they are finished, what hangs together."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import get_type_hints

import pytest

from deterrence.algebra.partitions import Partition
from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.limits.deadline import Deadline
from deterrence.solvers import SOLVERS
from deterrence.solvers.components import components_of, group_pairs
from deterrence.solvers.finish import finish, reading_order
from deterrence.solvers.strategic.registry import chosen
from deterrence.solvers.task import Advice, Draft, Task

F = Fraction
ONE, ZERO = F(1), F(0)
HUNT = StrategicGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]])
STAG, HARE = ((ONE, ZERO), (ONE, ZERO)), ((ZERO, ONE), (ZERO, ONE))
MIXED = ((F(3, 4), F(1, 4)), (F(3, 4), F(1, 4)))


@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_takes_a_task_and_gives_a_draft(name: str) -> None:
    hints = get_type_hints(SOLVERS[name].load())
    assert hints == {"task": Task, "return": Draft}


def test_the_registry_refuses_what_a_solver_cannot_do() -> None:
    assert chosen("auto", "nash").name == "auto"
    with pytest.raises(UsageError, match="no solver called 'exakt'"):
        chosen("exakt", "nash")
    with pytest.raises(UnsupportedError, match="does not do concept 'correlated'"):
        chosen("exact", "correlated")


def test_a_draft_remembers_who_found_what() -> None:
    draft = Draft()
    assert draft.add([STAG, HARE], "one") == 2
    assert draft.add([HARE, MIXED], "other") == 1
    assert draft.add([HARE], "one") == 0
    assert draft.found == {STAG: ("one",), HARE: ("one", "other"), MIXED: ("other",)}


def test_finishing_orders_certifies_and_judges() -> None:
    draft = Draft(complete=True)
    draft.add([MIXED, HARE, STAG], "hand")
    solution = finish(Task(HUNT, "hand"), draft)
    assert solution.status == "complete"
    assert [e.payoffs["Row"] for e in solution] == [4, 3, 3]
    assert {e.regret for e in solution} == {0}
    assert [e.component for e in solution] == [0, 1, 2]
    assert "payoff-dominant" in solution.equilibria[0].refinements
    assert "risk-dominant" in solution.equilibria[1].refinements


def test_what_is_no_equilibrium_shows_its_regret() -> None:
    draft = Draft()
    draft.add([((ONE, ZERO), (ZERO, ONE))], "liar")
    (e,) = finish(Task(HUNT, "liar"), draft)
    assert e.regret == 3, "Row gets 0 for stag against hare, and would get 3"


def test_a_list_that_is_not_complete_decides_no_payoff_dominance() -> None:
    draft = Draft()
    draft.add([STAG, HARE], "hand")
    solution = finish(Task(HUNT, "hand"), draft)
    assert solution.status == "partial"
    assert not any("payoff-dominant" in e.refinements for e in solution)
    assert any("not proven complete" in text for text in solution.messages)


def test_an_interrupted_draft_keeps_what_it_has() -> None:
    deadline = Deadline()
    draft = Draft(interrupted=True)
    draft.add([STAG], "hand")
    solution = finish(Task(HUNT, "hand", deadline=deadline), draft)
    assert (solution.interrupted, solution.status, len(solution)) == (True, "partial", 1)
    assert deadline.interrupted
    assert finish(Task(HUNT, "hand"), Draft()).status == "none"


def test_advice_is_told_with_its_marginals_and_its_regret() -> None:
    """Half stag and half hare, by one coin, is obeyed; stag against hare half the time is not."""
    half = F(1, 2)
    advice = [Advice("coin", (half, ZERO, ZERO, half)), Advice("bad", (half, half, ZERO, ZERO))]
    coin, bad = finish(Task(HUNT, "hand", "correlated"), Draft(advice=advice, complete=True))
    assert dict(coin.cells) == {"r1, c1": half, "r2, c2": half}
    assert dict(coin.profile["Column"]) == {"c1": half, "c2": half}
    assert coin.payoffs == {"Row": F(7, 2), "Column": F(7, 2)}
    assert coin.regret == 0
    assert bad.regret == 1, "Row gets 2 for stag and would get 3 for hare; Column 1/2 less"


def test_the_reading_order_puts_pure_and_small_first() -> None:
    assert sorted([MIXED, HARE, STAG], key=reading_order) == [STAG, HARE, MIXED]


# ---- what hangs together ------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(30))
def test_components_and_nash_subsets_by_definition(seed: int) -> None:
    """All products of rows and columns inside the set, largest ones kept; joined by brute force."""
    rng = random.Random(seed)
    every = list(itertools.product(range(4), range(3)))
    pairs = rng.sample(every, rng.randint(1, 9))
    products = [
        (rows, columns)
        for m, n in itertools.product(range(1, 5), range(1, 4))
        for rows in itertools.combinations(range(4), m)
        for columns in itertools.combinations(range(3), n)
        if set(itertools.product(rows, columns)) <= set(pairs)
    ]
    largest = {
        (rows, columns)
        for rows, columns in products
        if not any(
            (rows, columns) != (r, c) and set(rows) <= set(r) and set(columns) <= set(c)
            for r, c in products
        )
    }
    groups = group_pairs(pairs)
    assert {subset for group in groups for subset in group.subsets} == largest
    assert [group.pairs[0] for group in groups] == sorted(
        (group.pairs[0] for group in groups), key=pairs.index
    )
    links = Partition(pairs)
    for one, other in itertools.combinations(pairs, 2):
        if one[0] == other[0] or one[1] == other[1]:
            links.join(one, other)
    assert [set(group.pairs) for group in groups] == [set(c) for c in links.classes()]


def test_a_component_has_the_dimension_of_its_largest_subset() -> None:
    """Row does not care, Column has one best reply to each: an edge for each, and a square."""
    game = StrategicGame.from_matrices([[1, 1], [1, 1]], [[2, 2], [2, 2]])
    corners = [((F(i), F(1 - i)), (F(j), F(1 - j))) for i in (0, 1) for j in (0, 1)]
    (square,) = components_of(game, corners)
    assert (square.dimension, square.members) == (2, (0, 1, 2, 3))
    (edge,) = components_of(game, corners[:2])
    assert edge.dimension == 1
    assert [c.dimension for c in components_of(game, [corners[0], corners[3]])] == [0, 0]
    assert components_of(game, []) == []


def test_a_partition_joins_until_one_class_is_left() -> None:
    links = Partition(range(6))
    links.join(4, 1, 3)
    links.join(5, 0)
    assert links.classes() == [[0, 5], [1, 3, 4], [2]]
    links.join(3, 5)
    links.join(2, 4)
    assert links.classes() == [list(range(6))]
    with pytest.raises(KeyError):
        links.join(0, 6)
