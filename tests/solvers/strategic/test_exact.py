"""The exact enumerator against witnesses that share no code with it, and against theorems."""

from __future__ import annotations

import itertools
import random
import shutil
import subprocess
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.solvers.components import group_pairs
from deterrence.solvers.strategic import enumeration
from deterrence.solvers.strategic.enumeration import enumerate_extreme

Matrix = list[list[int]]


def solved(a: Matrix, b: Matrix) -> set:
    """The extreme equilibria of the enumerator under test."""
    found = enumerate_extreme(a, b)
    assert found.complete
    pairs = {(found.rows[i], found.columns[j]) for i, j in found.pairs}
    assert len(pairs) == len(found.pairs), "an equilibrium was reported twice"
    return pairs


# ---- a witness by brute force: every set of d tight constraints, solved by Cramer -------------
def determinant(m: list[list[Fraction]]) -> Fraction:
    """Laplace expansion: slow, and unlike anything in the package."""
    if not m:
        return Fraction(1)
    return sum(
        (
            (-1) ** j * m[0][j] * determinant([row[:j] + row[j + 1 :] for row in m[1:]])
            for j in range(len(m))
            if m[0][j]
        ),
        Fraction(0),
    )


def simplex_vertices(payoffs: list[list[Fraction]]) -> list[tuple[tuple[Fraction, ...], set]]:
    """Vertices (x, v) of {x in simplex, payoff of every reply <= v}, with their tight labels.

    ``payoffs[j][i]``: what reply j earns against action i.
    """
    d, k = len(payoffs[0]), len(payoffs)
    vertices = {}
    for tight in itertools.combinations(range(d + k), d):
        rows, rhs = [[Fraction(1)] * d + [Fraction(0)]], [Fraction(1)]
        for label in tight:
            if label < d:
                rows.append([Fraction(int(i == label)) for i in range(d)] + [Fraction(0)])
            else:
                rows.append([*map(Fraction, payoffs[label - d]), Fraction(-1)])
            rhs.append(Fraction(0))
        det = determinant(rows)
        if det == 0:
            continue
        point = []
        for c in range(d + 1):
            replaced = [[*r[:c], v, *r[c + 1 :]] for r, v in zip(rows, rhs, strict=True)]
            point.append(determinant(replaced) / det)
        x, v = point[:d], point[d]
        replies = [sum(p * q for p, q in zip(row, x, strict=True)) for row in payoffs]
        if min(x) < 0 or max(replies) > v:
            continue
        labels = {("own", i) for i in range(d) if x[i] == 0}
        labels |= {("reply", j) for j in range(k) if replies[j] == v}
        vertices[tuple(x)] = labels
    return list(vertices.items())


def brute_force(a: Matrix, b: Matrix) -> set:
    """All fully labelled pairs of vertices."""
    m, n = len(a), len(a[0])
    rows = simplex_vertices([[Fraction(b[i][j]) for i in range(m)] for j in range(n)])
    columns = simplex_vertices([[Fraction(a[i][j]) for j in range(n)] for i in range(m)])
    result = set()
    for x, lx in rows:
        for y, ly in columns:
            rows_ok = all(("own", i) in lx or ("reply", i) in ly for i in range(m))
            if rows_ok and all(("reply", j) in lx or ("own", j) in ly for j in range(n)):
                result.add((x, y))
    return result


sizes = st.tuples(st.integers(1, 3), st.integers(1, 3))
tied = st.integers(0, 3)


@st.composite
def games(draw: st.DrawFn, entry: st.SearchStrategy[int] = tied) -> tuple[Matrix, Matrix]:
    m, n = draw(sizes)
    shape = st.lists(st.lists(entry, min_size=n, max_size=n), min_size=m, max_size=m)
    return draw(shape), draw(shape)


@given(games())
@settings(max_examples=150, deadline=None)
def test_agrees_with_brute_force_on_games_full_of_ties(game: tuple[Matrix, Matrix]) -> None:
    assert solved(*game) == brute_force(*game)


@given(games(st.integers(-50, 50)))
@settings(max_examples=80, deadline=None)
def test_every_answer_is_an_equilibrium_and_generic_games_have_an_odd_number(
    game: tuple[Matrix, Matrix],
) -> None:
    a, b = game
    m, n = len(a), len(a[0])
    pairs = solved(a, b)
    assert pairs, "Nash 1950: every finite game has an equilibrium"
    generic = True
    for x, y in pairs:
        row_payoffs = [sum(a[i][j] * y[j] for j in range(n)) for i in range(m)]
        column_payoffs = [sum(b[i][j] * x[i] for i in range(m)) for j in range(n)]
        assert all(u == max(row_payoffs) for u, p in zip(row_payoffs, x, strict=True) if p)
        assert all(u == max(column_payoffs) for u, p in zip(column_payoffs, y, strict=True) if p)
        replies = row_payoffs.count(max(row_payoffs)), column_payoffs.count(max(column_payoffs))
        used = sum(p > 0 for p in x), sum(p > 0 for p in y)
        generic = generic and used[0] == used[1] and replies == used
    if generic and len(pairs) == len(group_pairs(sorted(pairs))):
        assert len(pairs) % 2 == 1, "Wilson 1971: a regular game has an odd number"


@given(games(), st.integers(1, 5), st.integers(-9, 9), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_invariant_under_relabelling_and_affine_changes(
    game: tuple[Matrix, Matrix], factor: int, shift: int, rng: random.Random
) -> None:
    a, b = game
    m, n = len(a), len(a[0])
    p, q = rng.sample(range(m), m), rng.sample(range(n), n)
    changed_a = [[factor * a[i][j] + shift for j in q] for i in p]
    changed_b = [[b[i][j] for j in q] for i in p]
    expected = {(tuple(x[i] for i in p), tuple(y[j] for j in q)) for x, y in solved(a, b)}
    assert solved(changed_a, changed_b) == expected


def test_the_six_by_six_game_with_75_equilibria() -> None:
    """von Stengel 1999, Discrete & Computational Geometry 21, 557-568."""
    a = [
        [9504, -660, 19976, -20526, 1776, -8976],
        [-111771, 31680, -130944, 168124, -8514, 52764],
        [397584, -113850, 451176, -586476, 29216, -178761],
        [171204, -45936, 208626, -263076, 14124, -84436],
        [1303104, -453420, 1227336, -1718376, 72336, -461736],
        [737154, -227040, 774576, -1039236, 48081, -300036],
    ]
    # The second player's payoffs are the first's, transposed and in another order.
    nfg = (
        "9504 72336 -111771 -461736 397584 1227336 171204 -1718376 1303104 1303104 737154 "
        "-453420 -660 48081 31680 -300036 -113850 774576 -45936 -1039236 -453420 737154 -227040 "
        "-227040 19976 29216 -130944 -178761 451176 451176 208626 -586476 1227336 397584 774576 "
        "-113850 -20526 14124 168124 -84436 -586476 208626 -263076 -263076 -1718376 171204 "
        "-1039236 -45936 1776 1776 -8514 -8976 29216 19976 14124 -20526 72336 9504 48081 -660 "
        "-8976 -8514 52764 52764 -178761 -130944 -84436 168124 -461736 -111771 -300036 31680"
    )
    numbers = [int(x) for x in nfg.split()]
    row = [[numbers[2 * (6 * j + i)] for j in range(6)] for i in range(6)]
    column = [[numbers[2 * (6 * j + i) + 1] for j in range(6)] for i in range(6)]
    assert row == a
    assert len(solved(row, column)) == 75


def test_the_576_ordinal_games() -> None:
    """Rapoport and Guyer 1966: 72, 432 and 72 of the labelled strict games have 0, 1, 2 pure."""
    counts = {0: 0, 1: 0, 2: 0}
    for r in itertools.permutations(range(1, 5)):
        for c in itertools.permutations(range(1, 5)):
            a, b = [list(r[:2]), list(r[2:])], [list(c[:2]), list(c[2:])]
            pairs = solved(a, b)
            pure = sum(set(x) | set(y) == {0, 1} for x, y in pairs)
            counts[pure] += 1
            assert len(pairs) == (3 if pure == 2 else 1)
    assert counts == {0: 72, 1: 432, 2: 72}


def test_payoffs_far_apart_do_not_matter() -> None:
    """A difference of 1 on an offset of 1e9, and a range beyond 2**31, stay exact."""
    base_a, base_b = [[0, 1, -1], [-1, 0, 1], [1, -1, 0]], [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
    third = (Fraction(1, 3),) * 3
    for factor, shift in ((1, 10**9), (10**12, -3), (Fraction(1, 10**9), 10**9)):
        a = [[factor * x + shift for x in row] for row in base_a]
        b = [[factor * x + shift for x in row] for row in base_b]
        assert solved(a, b) == {(third, third)}


def test_a_deadline_keeps_what_was_found() -> None:
    class Soon:
        looks = 0

        def expired(self) -> bool:
            self.looks += 1
            return self.looks > 3

    rng = random.Random(5)
    a, b = ([[rng.randint(0, 999) for _ in range(9)] for _ in range(9)] for _ in range(2))
    whole = solved(a, b)
    part = enumerate_extreme(a, b, deadline=Soon())
    assert not part.complete
    assert {(part.rows[i], part.columns[j]) for i, j in part.pairs} <= whole


def test_components_of_a_game_with_a_continuum() -> None:
    """The L-shaped continuum between Prisoner's Dilemma and Chicken: two segments that meet."""
    found = enumerate_extreme([[3, 0], [5, 0]], [[3, 5], [0, 0]])
    groups = group_pairs(found.pairs)
    assert len(groups) == 1
    assert sorted(len(rows) * len(columns) for rows, columns in groups[0].subsets) == [2, 2]


# ---- one polytope: its vertices, and the rule that breaks ties ---------------------------------
def tied_constraints(rng: random.Random) -> Matrix:
    """Constraints ``C x <= 1`` most of which meet in one vertex, as no generic ones do."""
    d, k = rng.randint(2, 4), rng.randint(3, 6)
    x = [rng.randint(1, 3) for _ in range(d)]
    every = [
        list(row)
        for row in itertools.product(range(1, 6), repeat=d)
        if sum(c * p for c, p in zip(row, x, strict=True)) == 3 * sum(x)
    ]
    return [*rng.sample(every, min(k, len(every))), [1] * d]


def solved_by_elimination(rows: list[list[Fraction]], values: list[Fraction]) -> list[Fraction]:
    """Gauss and Jordan; an empty list where the rows are not independent."""
    work = [[*row, value] for row, value in zip(rows, values, strict=True)]
    for c in range(len(work)):
        found = next((r for r in range(c, len(work)) if work[r][c]), None)
        if found is None:
            return []
        work[c], work[found] = work[found], work[c]
        work[c] = [x / work[c][c] for x in work[c]]
        for r, row in enumerate(work):
            if r != c and row[c]:
                work[r] = [x - row[c] * y for x, y in zip(row, work[c], strict=True)]
    return [row[-1] for row in work]


@pytest.mark.parametrize("seed", range(12))
def test_every_vertex_of_a_polytope_with_ties_is_visited_once(seed: int) -> None:
    """The witness solves every choice of d tight inequalities."""
    constraints = tied_constraints(random.Random(seed))
    d, k = len(constraints[0]), len(constraints)
    expected = {}
    for tight in itertools.combinations(range(d + k), d):
        rows = [
            [Fraction(int(i == t)) for i in range(d)]
            if t < d
            else [*map(Fraction, constraints[t - d])]
            for t in tight
        ]
        x = solved_by_elimination(rows, [Fraction(int(t >= d)) for t in tight])
        slacks = [1 - sum(c * p for c, p in zip(row, x, strict=True)) for row in constraints if x]
        if x and any(x) and min(*x, *slacks) >= 0:
            labels = sum(1 << n for n, v in enumerate([*x, *slacks]) if v == 0)
            expected[labels] = tuple(p / sum(x) for p in x)
    side = enumeration._ResponsePolytope(d, k, constraints, own_first=True)
    assert sum(v != enumeration._NO_VERTEX for v in side.walk()) == len(expected)
    found = {
        labels: tuple(Fraction(p, sum(point)) for p in point)
        for labels, point in zip(side.masks, side.points, strict=True)
    }
    assert found == expected


def test_ties_are_broken_as_if_right_hand_sides_were_a_little_larger() -> None:
    """By definition: constraint i is put at ``1 + epsilon**(i + 1)``, a number small enough.

    Broken rules seldom lose a vertex (any rule that lets the simplex method end, such as
    Bland's, finds all of them), so the rule itself is looked at, in the bases of random walks.
    """
    epsilon = Fraction(1, 10**8)
    ties = 0
    for seed in range(15):
        rng = random.Random(seed)
        constraints = tied_constraints(rng)
        d, k = len(constraints[0]), len(constraints)
        whole = [
            [*map(Fraction, row), *(Fraction(int(i == n)) for n in range(k))]
            for i, row in enumerate(constraints)
        ]
        larger = [1 + epsilon ** (i + 1) for i in range(k)]
        here = enumeration.Dictionary(
            [[*row, 1] for row in constraints], 1, list(range(d, d + k)), list(range(d))
        )
        for _ in range(20):
            basis = [[row[v] for v in here.inside] for row in whole]
            levels = solved_by_elimination(basis, larger)
            assert min(levels) > 0, "no basis is degenerate any more"
            for s, entering in enumerate(here.outside):
                falls = solved_by_elimination(basis, [row[entering] for row in whole])
                pairs = zip(levels, falls, strict=True)
                limits = {r: u / fall for r, (u, fall) in enumerate(pairs) if fall > 0}
                least = min(limits.values())
                assert [r for r, u in limits.items() if u == least] == [here.leaving_row(s)]
                ties += sum(u - least < 1000 * epsilon for u in limits.values()) > 1
            s = rng.randrange(d)
            here = here.pivot(here.leaving_row(s), s)
    assert ties > 100


# ---- optional witnesses -------------------------------------------------------------------------
def random_game(rng: random.Random, low: int, high: int, top: int) -> tuple[Matrix, Matrix]:
    m, n = rng.randint(low, high), rng.randint(low, high)
    a, b = ([[rng.randint(0, top) for _ in range(n)] for _ in range(m)] for _ in range(2))
    return a, b


@pytest.mark.witness
def test_agrees_with_gambit_on_a_thousand_games_with_ties() -> None:
    pygambit = pytest.importorskip("pygambit", reason="Gambit is not installed")
    import numpy as np

    rng = random.Random(20261124)
    for _ in range(1000):
        a, b = random_game(rng, 1, 4, rng.choice([1, 2, 3]))
        game = pygambit.Game.from_arrays(np.array(a, dtype=object), np.array(b, dtype=object))
        answer = pygambit.nash.enummixed_solve(game, rational=True)
        expected = {
            tuple(tuple(Fraction(str(e[s])) for s in player.strategies) for player in game.players)
            for e in answer.equilibria
        }
        assert solved(a, b) == expected, (a, b)


@pytest.mark.witness
def test_agrees_with_lrsnash(tmp_path: object) -> None:
    if shutil.which("lrsnash") is None:
        pytest.skip("lrsnash (Debian package lrslib) is not installed")
    rng = random.Random(7)
    for number in range(60):
        a, b = random_game(rng, 2, 5, rng.choice([2, 9, 999]))
        text = f"{len(a)} {len(a[0])}\n\n"
        text += "\n\n".join("\n".join(" ".join(map(str, row)) for row in m) for m in (a, b)) + "\n"
        path = tmp_path / f"game{number}"  # type: ignore[operator]
        path.write_text(text)
        output = subprocess.run(
            ["lrsnash", str(path)], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        expected, second = set(), []
        for line in output.splitlines():
            fields = line.split()
            if fields[:1] == ["2"]:
                second.append(tuple(Fraction(f) for f in fields[1:-1]))
            elif fields[:1] == ["1"]:
                first = tuple(Fraction(f) for f in fields[1:-1])
                expected |= {(first, y) for y in second}
            elif not fields:
                second = []
        assert solved(a, b) == expected, (a, b)
