"""Zeros isolated in boxes: against the algebra, which shares no code, and known answers."""

from __future__ import annotations

import itertools
import json
import math
import random
from fractions import Fraction

import pytest

from deterrence.algebra.enclosures import Enclosure
from deterrence.algebra.systems import solve_system
from deterrence.algebra.systems.boxes import PLACES, zeros
from deterrence.algebra.systems.ring import make_ring, read
from deterrence.game.strategic import StrategicGame
from deterrence.solvers import solve
from deterrence.solvers.strategic import support_system

F = Fraction


def random_game(shape: tuple[int, ...], seed: int, span: int = 1000) -> StrategicGame:
    pick = random.Random(seed)
    cells = math.prod(shape)
    return StrategicGame(
        tuple("ABCDE"[: len(shape)]),
        tuple(tuple(str(k) for k in range(n)) for n in shape),
        tuple(tuple(pick.randint(-span, span) for _ in range(cells)) for _ in shape),
    )


def random_system(count: int, seed: int) -> list[dict[tuple[int, ...], int]]:
    """Multilinear equations that a random point near the middle of the box solves."""
    pick = random.Random(seed)
    equations = []
    point = [F(pick.randint(20, 80), 100) for _ in range(count)]
    for _ in range(count):
        terms = {p: pick.randint(-50, 50) for p in itertools.product((0, 1), repeat=count)}
        rest = sum(
            c * math.prod(x for x, e in zip(point, p, strict=True) if e) for p, c in terms.items()
        )
        zero = (0,) * count
        terms = {p: c * 100**count for p, c in terms.items()}
        terms[zero] -= int(rest * 100**count)
        equations.append(terms)
    return equations


@pytest.mark.parametrize(("count", "seed"), [(2, 0), (2, 1), (2, 2), (3, 3), (3, 4)])
def test_boxes_hold_exactly_the_solutions_that_algebra_finds(count: int, seed: int) -> None:
    names = tuple("xyz"[:count])
    system = random_system(count, seed)
    ring = make_ring(count)
    sides = [{(*[0] * k, 1, *[0] * (count - 1 - k)): 1} for k in range(count)]
    sides += [{(0,) * count: 1, **dict.fromkeys(s, -1)} for s in list(sides)]
    exact = solve_system(names, system, above=sides)
    found = zeros([read(p, names, ring) for p in system], [], ring, tuple(range(count)))
    assert exact.complete
    assert found is not None
    assert len(found) == len(exact.points) >= 1
    for box in found:
        assert all(e.high - e.low <= F(2, 10**PLACES) for e in box)
        inside = [
            p
            for p in exact.points
            if all(e.low <= v <= e.high for e, v in zip(box, p.values(), strict=True))
        ]
        assert len(inside) == 1


def test_singular_and_infinite_solutions_are_left_to_the_algebra() -> None:
    ring = make_ring(2)
    x, y = ring.gens
    assert zeros([2 * x * y - x - y + ring(F(1, 2)), x - y], [], ring, (0, 1)) is None
    assert zeros([2 * x - 1, 2 * x * y - y], [], ring, (0, 1)) is None
    assert zeros([x**2 - y, x], [], ring, (0, 1)) is None
    assert zeros([x - 2, y - x], [], ring, (0, 1)) == []


def test_a_condition_that_cuts_a_zero_off() -> None:
    ring = make_ring(2)
    x, y = ring.gens
    system = [3 * x * y - 1, x - y]
    assert len(zeros(system, [2 * x - 1], ring, (0, 1)) or []) == 1
    assert zeros(system, [1 - 2 * x], ring, (0, 1)) == []
    assert zeros([2 * x - 1, 2 * y - 1], [2 * x - 1], ring, (0, 1)) is None  # exactly at 0


@pytest.mark.parametrize(("shape", "seed"), [((2, 2, 2, 2), 2), ((3, 2, 3), 1)])
def test_enclosed_equilibria_are_the_algebraic_ones(
    shape: tuple[int, ...], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = random_game(shape, seed)
    exact = solve(game)
    monkeypatch.setattr(support_system, "ALGEBRA_SOLUTIONS", 0)
    enclosed = solve(game)
    monkeypatch.setattr(support_system, "BOXES_FROM", 99)
    algebra = solve(game)
    assert exact.status == enclosed.status == algebra.status == "complete"
    assert len(exact) == len(enclosed) == len(algebra)
    numbers = [p for e in enclosed for mix in e.profile.values() for p in mix.values()]
    assert any(isinstance(p, Enclosure) for p in numbers)
    for e in enclosed:
        assert any(
            all(
                abs(float(p) - float(other.profile[player][a])) < 1e-14
                for player, mix in e.profile.items()
                for a, p in mix.items()
            )
            for other in algebra
        )


def test_five_players_are_solved_and_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    """An odd number of equilibria (Harsanyi 1973); probabilities enclosed to 50 places."""
    monkeypatch.setattr(support_system, "ALGEBRA_SOLUTIONS", 0)
    game = random_game((2,) * 5, 1)
    solution = solve(game)
    assert solution.status == "complete"
    assert len(solution) % 2 == 1
    assert any("enclosed to 50" in m for m in solution.messages)
    for e in solution:
        assert e.regret == 0
        assert abs(float(e.regret)) < 1e-40
        for player in game.players:
            worth = game.action_payoffs(player, e.profile)
            best = max(worth.values())
            assert all(worth[a] == best for a, p in e.profile[player].items() if p != 0)
    json.dumps(solution.to_dict())
    assert solution.document(full=True).text()


def test_an_enclosure_prints_and_compares() -> None:
    x = Enclosure(F(1, 3) - F(1, 10**50), F(1, 3) + F(1, 10**50))
    assert x == F(1, 3)
    assert F(1, 4) < x < F(1, 2)
    assert x != F(1, 2)
    data = x.plain_data()
    assert F(data["interval"][0]) <= F(1, 3) <= F(data["interval"][1])
    assert float(1 / x) == pytest.approx(3)
    assert float(x**2 - x * x) == 0
    with pytest.raises(ZeroDivisionError):
        1 / (x - F(1, 3))
