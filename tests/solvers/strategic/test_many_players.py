"""All equilibria of games of three players and more: literature, theorems, brute force."""

from __future__ import annotations

import io
import itertools
import json
import math
import operator
import random
import re
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.game.strategic import StrategicGame
from deterrence.solvers import Solution, solve
from deterrence.words.renderers import rendered

F = Fraction


def game_of(shape: Sequence[int], payoffs: Sequence[Sequence[object]]) -> StrategicGame:
    """A game whose actions are called 0, 1, ...; ``payoffs`` cell by cell, a tuple per cell."""
    return StrategicGame(
        tuple("ABCDE"[: len(shape)]),
        tuple(tuple(str(k) for k in range(n)) for n in shape),
        tuple(tuple(column) for column in zip(*payoffs, strict=True)),
    )


def random_game(shape: Sequence[int], seed: int, span: int) -> StrategicGame:
    pick = random.Random(seed)
    cells = math.prod(shape)
    return game_of(shape, [[pick.randint(-span, span) for _ in shape] for _ in range(cells)])


def mixes(solution: Solution) -> list[tuple[tuple[object, ...], ...]]:
    return [tuple(tuple(s.values()) for s in e.profile.values()) for e in solution]


def certified(solution: Solution) -> None:
    """Regret exactly 0, recomputed from the payoffs without the solver's own numbers."""
    game = solution.game
    for e in solution:
        assert e.regret == 0
        for player in game.players:
            worth = game.action_payoffs(player, e.profile)
            best = max(worth.values())
            assert all(worth[a] == best for a, p in e.profile[player].items() if p != 0)


# ---- from the literature ------------------------------------------------------------------
#: Cells (0,0,0), (0,0,1), ... with the payoffs of A, B and C.
MCKELVEY_MCLENNAN = (
    (9, 8, 12), (0, 0, 0), (0, 0, 0), (3, 4, 6), (0, 0, 0), (3, 4, 6), (9, 8, 2), (0, 0, 0)
)  # fmt: skip


def test_mckelvey_mclennan_1997_nine_equilibria_two_of_them_totally_mixed() -> None:
    """The most that a generic 2x2x2 game can have (McKelvey & McLennan 1997, JET 72)."""
    solution = solve(game_of((2, 2, 2), MCKELVEY_MCLENNAN))
    assert (solution.status, len(solution)) == ("complete", 9)
    assert sum(e.profile.is_pure for e in solution) == 4
    totally = [m for m in mixes(solution) if all(0 < p < 1 for row in m for p in row)]
    assert len(totally) == 2
    certified(solution)


#: Nau, Gomez Canovas & Hansen 2004, IJGT 32, sections 4 and 5.
NAU_4 = (
    (3, 0, 2), (1, 0, 0), (0, 2, 0), (0, 1, 0), (0, 1, 0), (0, 3, 0), (1, 0, 0), (2, 0, 3)
)  # fmt: skip
NAU_5 = (
    (0, 0, 2), (1, 1, 0), (0, 3, 0), (0, 0, 0), (3, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 3)
)  # fmt: skip


def test_nau_section_4_one_equilibrium_and_that_irrational() -> None:
    solution = solve(game_of((2, 2, 2), NAU_4))
    assert (solution.status, len(solution)) == ("complete", 1)
    ((a, b, c),) = mixes(solution)
    assert all(isinstance(p, Algebraic) for p in (*a, *b, *c))
    certified(solution)
    # Indifference written down by hand, in floats.
    x, y, z = (float(row[0]) for row in (a, b, c))
    assert 3 * y * z + y * (1 - z) == pytest.approx((1 - y) * z + 2 * (1 - y) * (1 - z))
    assert (1 - x) * z + 3 * (1 - x) * (1 - z) == pytest.approx(2 * x * z + x * (1 - z))
    assert 2 * x * y == pytest.approx(3 * (1 - x) * (1 - y))


def test_nau_section_5_a_curve_of_totally_mixed_equilibria() -> None:
    """Three pure, two partly mixed, and a continuum of totally mixed equilibria."""
    solution = solve(game_of((2, 2, 2), NAU_5))
    assert solution.status == "complete"
    pieces = [p for c in solution.components for p in c.pieces]
    totally = [p for p in pieces if all(len(s) == 2 for s in p.strategies.values())]
    assert [p.strategies["A"]["0"] for p in totally] == ["3*t/(t + 2)"]
    assert sum(e.profile.is_pure for e in solution) == 3
    assert [(len(c.pieces), c.dimension) for c in solution.components] == [(3, 1), (0, 0)]
    certified(solution)
    on_the_curve(solution)


def test_nau_section_6_a_segment_and_nothing_else() -> None:
    """A 2x2x4 game whose equilibria lie inside the polytope of correlated equilibria."""
    cells = (
        (2, 0, 0), (1, 0, 2), (1, 0, 1), (2, 0, 1), (0, 1, 1), (0, 2, 1), (0, 1, 2), (0, 2, 0),
        (0, 2, 1), (0, 1, 1), (0, 2, 0), (0, 1, 2), (1, 0, 2), (2, 0, 0), (2, 0, 1), (1, 0, 1),
    )  # fmt: skip
    solution = solve(game_of((2, 2, 4), cells))
    assert (solution.status, len(solution.components)) == ("complete", 1)
    (piece,) = solution.components[0].pieces
    assert (piece.conditions, len(piece.members)) == (("0 <= t <= 1/2",), 2)
    assert piece.strategies["A"] == {"0": "1/2", "1": "1/2"}
    on_the_curve(solution)


def on_the_curve(solution: Solution) -> None:
    """Formulas of pieces, evaluated at random places, give equilibria."""
    game = solution.game
    pick = random.Random(1)
    for component in solution.components:
        for piece in component.pieces:
            tried = 0
            for _ in range(3000):
                place = {n: F(pick.randint(0, 60), 60) for n in piece.free}
                if not all(holds(text, place) for text in piece.conditions):
                    continue
                try:
                    profile = {
                        player: {a: value(text, place) for a, text in strategy.items()}
                        for player, strategy in piece.strategies.items()
                    }
                except ZeroDivisionError:
                    continue
                assert all(sum(s.values()) == 1 for s in profile.values())
                assert set(game.regret(profile).values()) == {0}
                tried += 1
                if tried == 20:
                    break
            # A thin set, or one on a surface, may be missed by all the places tried.
            assert tried or len(piece.free) > 1 or "sqrt" in str(piece.conditions), piece


def value(text: str, place: dict[str, F]) -> object:
    """Evaluate a formula over the rationals; a square root becomes a float."""
    exact = re.sub(r"(?<![a-z\d])\d+", r"F(\g<0>)", text).replace("^", "**")
    return eval(exact, {"F": F, "sqrt": lambda x: F(math.sqrt(x)), **place})


def holds(text: str, place: dict[str, F]) -> bool:
    """Evaluate ``a <= b <= c``, ``p >= 0`` or ``p = 0``."""
    parts = re.split(r"(<=|>=|=)", text)
    values = [value(p.strip(), place) for p in parts[::2]]
    signs = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}
    pairs = zip(parts[1::2], values, values[1:], strict=False)
    return all(signs[sign](a, b) for sign, a, b in pairs)


def test_gambits_3x3x3_example_has_five_equilibria() -> None:
    """Gambit 16.7's own polynomial solver misses one of them."""
    thousandths = (
        (1131, 1210, 2426), (1358, 2234, 2238), (1655, 1347, 2747), (1576, 5634, 5675),
        (1478, 2544, 1973), (1436, 4864, 5267), (1735, 4043, 7247), (3830, 1335, 1734),
        (1428, 1521, 4248), (2429, 2326, 2422), (5255, 5334, 2643), (2243, 3518, 3062),
        (2455, 6523, 4225), (7486, 4483, 5764), (7566, 4655, 7076), (4943, 7362, 4382),
        (4434, 4271, 4120), (4533, 5231, 5458), (3222, 3024, 1223), (2873, 4452, 4549),
        (4564, 4326, 1762), (5277, 4837, 5645), (4995, 5754, 4383), (4423, 1759, 2705),
        (4642, 1897, 4042), (4976, 7324, 7723), (4486, 4882, 2537),
    )  # fmt: skip
    # The file lists the first player's action as varying fastest.
    cells = [thousandths[i + 3 * j + 9 * k] for i, j, k in itertools.product(range(3), repeat=3)]
    game = game_of((3, 3, 3), [[F(u, 1000) for u in cell] for cell in cells])
    solution = solve(game)
    assert (solution.status, len(solution)) == ("complete", 5)
    assert sum(e.profile.is_pure for e in solution) == 2
    certified(solution)
    for mix in brute_force(game, starts=3):
        assert any(close(mix, m) for m in mixes(solution))


# ---- the threshold game ----------------------------------------------------------------------
def threshold(benefit: object, cost: object) -> StrategicGame:
    """Three states; all enjoy the benefit if two join at least; joining costs."""
    cells = []
    for joins in itertools.product((0, 1), repeat=3):
        shared = F(benefit) if sum(joins) >= 2 else F(0)
        cells.append([shared - F(cost) * j for j in joins])
    return game_of((2, 2, 2), cells)


@pytest.mark.parametrize(("benefit", "cost"), [(9, 4), (9, 2), (7, 3), (5, 1)])
def test_threshold_game_nine_equilibria_with_the_closed_form(benefit: int, cost: int) -> None:
    """Symmetric mixed ones at p = (1 +- sqrt(1 - 2c/B))/2."""
    solution = solve(threshold(benefit, cost))
    assert (solution.status, len(solution)) == ("complete", 9)
    certified(solution)
    symmetric = [m[0][1] for m in mixes(solution) if len(set(m)) == 1 and 0 < m[0][1] < 1]
    assert len(symmetric) == 2
    for p in symmetric:  # exactly: (2p - 1)^2 = 1 - 2c/B
        assert (2 * p - 1) ** 2 == 1 - F(2 * cost, benefit)


def test_threshold_game_at_the_tangency_has_three_crossing_segments() -> None:
    solution = solve(threshold(8, 4))
    assert solution.status == "complete"
    assert len(solution.components) == 5  # four pure ones, and the cross
    (cross,) = [c for c in solution.components if c.pieces]
    assert (len(cross.pieces), cross.dimension, len(cross.members)) == (3, 1, 6)
    on_the_curve(solution)
    assert "one continuum of Nash equilibria and four single" in " ".join(str(solution).split())


def test_threshold_game_past_the_tangency_keeps_those_in_which_one_joins_for_certain() -> None:
    solution = solve(threshold(8, 5))
    assert (solution.status, len(solution)) == ("complete", 7)
    assert not any(len(set(m)) == 1 and 0 < m[0][1] < 1 for m in mixes(solution))


# ---- witnesses that share no code ------------------------------------------------------------
def brute_force(game: StrategicGame, starts: int = 25) -> list[list[list[float]]]:
    """Newton's method from random starts on every support, in floats (numpy, scipy)."""
    import numpy as np
    from scipy.optimize import root

    shape = game.shape
    tables = [np.array([float(u) for u in p]).reshape(shape) for p in game.payoffs]
    span = max(float(t.max() - t.min()) for t in tables)
    pick = np.random.default_rng(0)
    found: list[list[list[float]]] = []

    def worth(mix: list[object], player: int) -> object:
        table = tables[player]
        for k in reversed(range(len(shape))):
            if k != player:
                table = np.tensordot(table, mix[k], axes=(k, 0))
        return table

    options = [
        [c for n in range(1, size + 1) for c in itertools.combinations(range(size), n)]
        for size in shape
    ]
    for support in itertools.product(*options):

        def unpack(v: object, support: object = support) -> list[object]:
            mix, at = [], 0
            for size, actions in zip(shape, support, strict=True):
                row = np.zeros(size)
                for a in actions[:-1]:
                    row[a] = v[at]
                    at += 1
                row[actions[-1]] = 1 - sum(row)
                mix.append(row)
            return mix

        count = sum(len(a) - 1 for a in support)

        def gaps(v: object, support: object = support) -> list[float]:
            mix = unpack(v)
            return [
                worth(mix, k)[a] - worth(mix, k)[actions[-1]]
                for k, actions in enumerate(support)
                for a in actions[:-1]
            ]

        for _ in range(starts if count else 1):
            start = np.concatenate([pick.dirichlet(np.ones(len(a)))[:-1] for a in support])
            if count:
                result = root(gaps, start, tol=1e-12)
                if max(map(abs, gaps(result.x))) > 1e-8 * span:
                    continue
                mix = unpack(result.x)
            else:
                mix = unpack(start)
            inside = all(
                row[a] > 1e-9 for row, actions in zip(mix, support, strict=True) for a in actions
            )
            best = all(
                max(worth(mix, k)) <= worth(mix, k)[actions[0]] + 1e-8 * span
                for k, actions in enumerate(support)
            )
            flat = [row.tolist() for row in mix]
            if inside and best and not any(close(flat, other) for other in found):
                found.append(flat)
    return found


def close(one: Sequence[Sequence[object]], two: Sequence[Sequence[object]]) -> bool:
    return all(
        abs(float(p) - float(q)) < 1e-5
        for row, other in zip(one, two, strict=True)
        for p, q in zip(row, other, strict=True)
    )


def assert_same_as_brute_force(game: StrategicGame, solution: Solution) -> None:
    ours, theirs = mixes(solution), brute_force(game)
    assert all(any(close(a, b) for b in ours) for a in theirs)  # nothing missing
    assert all(any(close(a, b) for b in theirs) for a in ours)
    assert len(ours) == len(theirs)


@pytest.mark.parametrize("seed", range(6))
def test_generic_2x2x2_games_against_newton_from_random_starts(seed: int) -> None:
    game = random_game((2, 2, 2), seed, 10**6)
    solution = solve(game)
    assert solution.status == "complete"
    assert len(solution) % 2 == 1  # generic games have an odd number (Harsanyi 1973)
    certified(solution)
    assert_same_as_brute_force(game, solution)


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "seed"), [((3, 2, 2), 1), ((3, 3, 2), 2), ((2, 2, 2, 2), 3)])
def test_larger_generic_games_against_newton(shape: tuple[int, ...], seed: int) -> None:
    game = random_game(shape, seed, 10**6)
    solution = solve(game)
    assert (solution.status, len(solution) % 2) == ("complete", 1)
    certified(solution)
    assert_same_as_brute_force(game, solution)


@pytest.mark.witness
@pytest.mark.parametrize("seed", range(8))
def test_generic_2x2x2_games_against_gambits_polynomial_solver(seed: int) -> None:
    gambit = pytest.importorskip("pygambit", reason="the extra 'gambit' is not installed")
    game = random_game((2, 2, 2), 100 + seed, 1000)
    flat = " ".join(
        str(payoffs[i * 4 + j * 2 + k])
        for k, j, i in itertools.product(range(2), repeat=3)
        for payoffs in game.payoffs
    )
    text = 'NFG 1 R "" { "A" "B" "C" } { 2 2 2 } ' + flat
    table = gambit.read_nfg(io.StringIO(text))
    theirs = [
        [[float(e[s]) for s in player.strategies] for player in table.players]
        for e in gambit.nash.enumpoly_solve(table).equilibria
    ]
    ours = mixes(solve(game))
    assert len(ours) == len(theirs)
    assert all(any(close(a, b) for b in ours) for a in theirs)


def test_two_player_games_agree_with_the_exact_enumeration() -> None:
    """With two players every system is linear: another way to the same equilibria."""
    for seed in range(8):
        game = random_game((3, 4), seed, 10**5)
        assert set(mixes(solve(game, "support"))) == set(mixes(solve(game, "exact")))


# ---- properties --------------------------------------------------------------------------------
small = st.lists(st.integers(-2, 2), min_size=24, max_size=24)


@settings(max_examples=15, deadline=None)
@given(small)
def test_degenerate_games_have_certified_answers(numbers: list[int]) -> None:
    """Few different payoffs: ties everywhere; some equilibrium always exists (Nash 1951)."""
    game = game_of((2, 2, 2), [numbers[k : k + 3] for k in range(0, 24, 3)])
    solution = solve(game)
    assert solution.status == "complete"
    assert len(solution) >= 1
    certified(solution)
    on_the_curve(solution)
    # Whatever a float search finds is listed, or lies in an infinite set that is.
    for mix in brute_force(game, starts=1):
        assert any(close(mix, m) for m in mixes(solution)) or any(
            c.pieces for c in solution.components
        )


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(3)))
def test_relabelling_players_relabels_the_equilibria(seed: int, order: list[int]) -> None:
    game = random_game((2, 2, 2), seed, 50)
    cells = list(itertools.product(range(2), repeat=3))
    moved = [
        [game.payoffs[i][game.cell_number([cell[order.index(k)] for k in range(3)])]
         for i in order]
        for cell in cells
    ]  # fmt: skip
    ours = set(mixes(solve(game)))
    theirs = mixes(solve(game_of((2, 2, 2), moved)))
    assert ours == {tuple(m[order.index(k)] for k in range(3)) for m in theirs}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(-(10**6), 10**6))
def test_affine_changes_of_payoffs_change_nothing(seed: int, factor: int, shift: int) -> None:
    game = random_game((2, 2, 2), seed, 20)
    changed = game.replace(
        payoffs=(
            tuple(u * factor + shift for u in game.payoffs[0]),
            tuple(u * F(1, factor) - shift for u in game.payoffs[1]),
            game.payoffs[2],
        )
    )
    assert set(mixes(solve(game))) == set(mixes(solve(changed)))


def test_nuclear_payoffs_beyond_two_to_the_31() -> None:
    """Nothing is lost where the range of payoffs exceeds 2^31."""
    solution = solve(threshold(9 * 10**12, 2 * 10**12))
    assert (solution.status, len(solution)) == ("complete", 9)
    game = game_of((2, 2, 2), [[u if any(c) else u - 10**15 for u in c] for c in NAU_4])
    assert solve(game).status == "complete"
    certified(solve(game))


# ---- what is printed ---------------------------------------------------------------------------
def test_irrational_numbers_in_json_are_text_or_polynomial_with_interval() -> None:
    data = json.loads(json.dumps(solve(threshold(9, 2)).to_dict()))
    joins = {e["profile"]["A"]["1"] for e in data["equilibria"]}
    assert {"(sqrt(5) + 3)/6", "(3 - sqrt(5))/6"} <= joins
    answers = (solve(random_game((2, 2, 2, 2), seed, 50)).to_dict() for seed in range(20))
    numbers = (p for s in answers for e in s["equilibria"] for p in e["profile"]["A"].values())
    p = next(p for p in numbers if isinstance(p, dict))
    low, high = map(F, p["interval"])
    assert high - low <= F(1, 10**12)
    assert low <= p["decimal"] <= high
    x = p["decimal"]
    value = eval(p["root_of"].replace("^", "**"), {"x": F(x)})
    scale = eval(p["root_of"].replace("-", "+").replace("^", "**"), {"x": 1})
    assert abs(value) < F(scale, 10**12)


def test_floats_stay_floats() -> None:
    game = game_of((2, 2, 2), [[float(u) for u in cell] for cell in NAU_4])
    solution = solve(game)
    assert all(isinstance(p, float) for m in mixes(solution) for row in m for p in row)


def test_the_time_limit_leaves_a_partial_answer() -> None:
    game = random_game((4, 4, 4), 7, 10**6)
    solution = solve(game, effort=0.3)
    assert solution.status in ("partial", "none")
    assert any("limit was reached" in m for m in solution.messages)


@pytest.mark.parametrize("form", ["html", "latex", "text", "markdown"])
@pytest.mark.parametrize("full", [False, True])
def test_displays_hold_irrational_numbers_and_sets(form: str, full: bool) -> None:
    def output(cost: int) -> str:
        return rendered(solve(threshold(9 - (cost == 4), cost)).document(full=full), form)

    assert ("0.8727" if full else "0.1459") in output(2)
    assert "1 - t" in output(4).replace("&nbsp;", " ")
