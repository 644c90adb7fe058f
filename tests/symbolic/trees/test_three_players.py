"""Games of three players in formulas: roots of quadratics, symmetry, all verbs; exact witnesses."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from three_players import (
    Degenerate,
    Surd,
    Table,
    equilibria,
    gains,
    is_equilibrium,
    square_root,
)
from three_players import sign as sign_of

from deterrence import Model, RegimeAnalysis, load
from deterrence.algebra.literals import Literal
from deterrence.figures.facts.plane_survey import PlaneSurvey
from deterrence.symbolic.along.statics import comparative_statics
from deterrence.symbolic.conclusions import conclude
from deterrence.symbolic.trees.problem import tree_problem
from deterrence.symbolic.trees.quadratics import places, ways_at_root
from deterrence.symbolic.trees.symmetry import alike

CELLS = list(itertools.product((0, 1), repeat=3))
TWO_NEEDED = {
    c: tuple(("b" if sum(c) <= 1 else "0") + (" - c" if a == 0 else "") for a in c) for c in CELLS
}


def text(cells: Any, parameters: str, assumptions: str, form: str = "strategic") -> str:
    """Return the file of a game whose cells have these payoffs; actions are ``in`` and ``out``."""
    names = ("in", "out")
    head = ["title: Three players", f"form: {form}", "players: [A, B, C]"]
    names_of = ", ".join(
        f"{n}: {{title: {n}, default: {5 - 3 * k}, bounds: [0, 10]}}"
        for k, n in enumerate(parameters)
    )
    head += [f"parameters: {{{names_of}}}", f"assumptions: [{assumptions}]"]
    if form == "strategic":
        head.append("actions: {A: [in, out], B: [in, out], C: [in, out]}")

        def cell(c: tuple[int, ...]) -> str:
            return f"{{payoffs: [{', '.join(cells[c])}]}}"

        def grown(before: tuple[int, ...]) -> str:
            if len(before) == 3:
                return cell(before)
            return f"{{{', '.join(f'{names[k]}: {grown((*before, k))}' for k in (0, 1))}}}"

        return "\n".join([*head, f"game: {grown(())}"])

    def tree(before: tuple[int, ...]) -> str:
        if len(before) == 3:
            return f"{{payoffs: [{', '.join(cells[before])}]}}"
        moves = ", ".join(f"{names[k]}: {tree((*before, k))}" for k in (0, 1))
        player = "ABC"[len(before)]
        return f"{{player: {player}, at: {player.lower()}, moves: {{{moves}}}}}"

    return "\n".join([*head, f"tree: {tree(())}"])


def table(cells: Any, values: dict[str, Fraction]) -> Table:
    """Return the payoffs at values."""
    return {c: tuple(Fraction(eval(u, {}, dict(values))) for u in us) for c, us in cells.items()}


def surd(x: Any) -> Surd:
    """Return an exact number of the package as one of the witness."""
    if isinstance(x, int | Fraction):
        return Surd.of(x)
    a, b, c = (Fraction(k) for k in x.minimal.polynomial)
    turn = 1 if x.minimal.number == 1 else -1
    return Surd(-b / (2 * a), Fraction(turn) / (2 * a), b * b - 4 * a * c)


def found(profiles: list[Any]) -> list[list[Surd]]:
    """Return how likely everybody's first action is, per equilibrium."""
    mixes = []
    for p in profiles:
        mixes.append([surd(p[player]["in"]) for player in "ABC"])
    return mixes


def agree(analysis: RegimeAnalysis, cells: Any, values: dict[str, Fraction]) -> bool:
    """Hold the equilibria at a point against the witness; say whether nothing ties there."""
    game = table(cells, values)
    mine = found(analysis.at(values))
    assert all(is_equilibrium(gains(game), m) for m in mine)
    try:
        others = equilibria(game)
    except Degenerate:
        return False
    assert rounded(mine) == rounded(others)
    return True


def rounded(mixes: list[list[Any]]) -> list[tuple[float, ...]]:
    """Return equilibria in an order, to nine digits: different ones lie further apart."""
    return sorted(tuple(round(float(p), 9) for p in m) for m in mixes)


@pytest.fixture(scope="module")
def public_good() -> Model:
    return Model.from_text(text(TWO_NEEDED, "bc", "b > c, c > 0"))


@pytest.fixture(scope="module")
def solved(public_good: Model) -> RegimeAnalysis:
    return public_good.regimes()


def test_nine_equilibria_two_of_them_roots(solved: RegimeAnalysis) -> None:
    assert solved.cover == solved.disjoint == "proven"
    assert not solved.messages
    values = {"b": Fraction(5), "c": Fraction(2)}
    assert len(solved.at(values)) == 9
    roots = [e for e in solved if e.number == 27 and not e.boundary]
    assert [str(e.profile["A"]["in"]) for e in roots] == [
        "(b - sqrt(b*(b - 2*c)))/(2*b)",
        "(b + sqrt(b*(b - 2*c)))/(2*b)",
    ]
    assert [e.name for e in roots] == [
        "all mix (A: in less likely)",
        "all mix (A: in more likely)",
    ]
    assert {str(c) for e in roots for c in e.conditions} <= {"b > 2*c", "b >= 2*c"}
    assert [str(r.conditions[0]) for r in solved.regimes] == ["2*c > b", "b > 2*c"]


def test_public_good_at_many_points_ties_included(solved: RegimeAnalysis) -> None:
    plain = 0
    for b, c in itertools.product(range(2, 15), range(1, 10)):
        values = {"b": Fraction(b, 3), "c": Fraction(c, 3)}
        if b > c:
            plain += agree(solved, TWO_NEEDED, values)
    assert plain > 60


def test_as_a_tree_it_is_the_same(solved: RegimeAnalysis) -> None:
    tree = Model.from_text(text(TWO_NEEDED, "bc", "b > c, c > 0", "extensive")).regimes()
    assert tree.cover == "proven"
    for b, c in ((5, 2), (5, 4), (4, 2)):
        flat = [{p: own[p.lower()] for p, own in e.items()} for e in tree.at({"b": b, "c": c})]
        if b != 2 * c:
            assert rounded(found(flat)) == rounded(found(solved.at({"b": b, "c": c})))


def test_conditions_say_which_equilibria_there_are(solved: RegimeAnalysis) -> None:
    """The conditions of existence alone, at hundreds of points."""
    conditions = [(e.number, e.conditions) for e in solved if not e.boundary]
    points = plain = 0
    for b, c in itertools.product(range(2, 42), range(1, 25)):
        values = {"b": Fraction(b, 7), "c": Fraction(c, 5)}
        if b * 5 <= c * 7:
            continue
        points += 1
        numbers = sorted(k for k, own in conditions if all(e.evaluate(values) for e in own))
        try:
            witness = equilibria(table(TWO_NEEDED, values))
        except Degenerate:
            continue
        plain += 1
        assert numbers == sorted(map(number, witness))
    assert points > 500
    assert plain > 0.9 * points


def number(mixes: list[Any]) -> int:
    """Return the number of a pattern of three players with two actions."""
    order = [(0,), (1,), (0, 1)]
    patterns = sorted(
        itertools.product(order, repeat=3),
        key=lambda p: (sum(map(len, p)), tuple(map(len, p)), p),
    )
    used = tuple((0,) if m == 1 else (1,) if m == 0 else (0, 1) for m in mixes)
    return 1 + patterns.index(used)


@pytest.mark.parametrize("sign", [">", ">="])
def test_signs_at_a_root_are_exact(sign: str) -> None:
    """Where a root lies, and the sign of a line at it: all small whole numbers, ties included."""
    numbers = range(-2, 3)
    seen = dict.fromkeys(("crossing", "upper", "lower"), 0)
    for a, b, c in itertools.product(range(-7, 8), repeat=3):
        holding = [
            place
            for place, where in places(a, b, c)
            if all(Literal(p, s).holds(p) for p, s in where)
        ]
        root = rising(*map(Fraction, (a, b, c)))
        assert len(holding) == (root is not None)
        if root is None:
            continue
        seen[holding[0]] += 1
        for n0, n1 in itertools.product(numbers, repeat=2):
            ways = ways_at_root(holding[0], (a, b, c), (n0, n1), sign)
            told = any(all(Literal(p, s).holds(p) for p, s in way) for way in ways)
            value = sign_of(root * n1 + n0)
            assert told == (value > 0 or (sign == ">=" and value == 0)), (a, b, c, n0, n1)
    assert min(seen.values()) > 5


def rising(a: Fraction, b: Fraction, c: Fraction) -> Surd | None:
    """Return the root inside at which the polynomial rises; of a double one the larger, a > 0."""
    if a == 0:
        roots = [Surd.of(-c / b)] if b > 0 else []
    else:
        inside = b * b - 4 * a * c
        if inside < 0 or (inside == 0 and a < 0):
            return None
        roots = [(square_root(inside) - b) / (2 * a)]
    return next((r for r in roots if sign_of(r) > 0 and sign_of(r - 1) < 0), None)


def test_all_verbs_answer(public_good: Model, solved: RegimeAnalysis) -> None:
    assert load(solved.to_dict()) == solved
    found = public_good.thresholds("c")
    assert [str(t.value) for t in found.thresholds] == ["5/2"]
    assert [s.checked for s in found.stretches] == [True, True]
    told = " ".join(str(solved.explain(27)).split())
    assert "a root of" in told
    assert "Bayes" not in told
    effects = comparative_statics(solved)
    low, high = (e.id for e in solved if e.number == 27 and not e.boundary)
    assert effects.of(low, "A", "in") == {"b": "negative", "c": "positive"}
    assert effects.of(high, "A", "in") == {"b": "positive", "c": "negative"}


def test_a_map_counts_both_roots(public_good: Model) -> None:
    found = PlaneSurvey(public_good, "b", "c").exact()
    assert found.exact
    assert sorted(len(a.results) for a in found.areas.values() if a.valid) == [7, 9]


def test_a_statement_about_roots_is_decided(solved: RegimeAnalysis) -> None:
    """At the lower root the payoff is ``(b - c - sqrt(b**2 - 2*b*c))/2``, between 0 and b/4."""
    always = conclude(solved, "payoff(A) >= 0")
    assert (always.every, always.every_proof) == (((),), "proven")
    for statement, value in (("payoff(A) > b/4", None), ("payoff(A) <= b", True)):
        told = conclude(solved, statement)
        assert told.every_proof == told.some_proof == "proven"
        assert (told.every == ((),)) is bool(value)


def four(success: int) -> str:
    """Return the file of four alike players of whom so many have to go."""
    actions = ", ".join(f"{p}: [go, stay]" for p in "ABCD")

    def grown(before: tuple[int, ...]) -> str:
        if len(before) == 4:
            own = "v" if before.count(0) >= success else "0"
            paid = ", ".join(f"{own} - c" if a == 0 else own for a in before)
            return f"{{payoffs: [{paid}]}}"
        moves = (f"{n}: {grown((*before, k))}" for k, n in enumerate(("go", "stay")))
        return f"{{{', '.join(moves)}}}"

    return f"""title: Volunteers
form: strategic
players: [A, B, C, D]
actions: {{{actions}}}
parameters: {{v: {{title: v, default: 5}}, c: {{title: c, default: 2}}}}
assumptions: [v > c, c > 0]
game: {grown(())}
"""


def test_four_alike_players() -> None:
    """The volunteer's dilemma (Diekmann 1985): k who mix stay with chance ``(c/v)**(1/(k-1))``."""
    analysis = Model.from_text(four(1)).regimes(boundaries=False)
    mixing: dict[int, set[str]] = {}
    for e in analysis:
        own = [e.profile[p]["stay"] for p in "ABCD"]
        used = {str(x) for x in own} - {"0", "1"}
        mixing.setdefault(sum(len(m) == 2 for m in e.support.values()), set()).update(used)
    assert mixing == {0: set(), 2: {"c/v"}, 3: {"sqrt(c*v)/v"}}
    assert sum(len(m) == 2 for e in analysis for m in e.support.values()) == 6 * 2 + 4 * 3
    assert len(analysis) == 4 + 6 + 4
    # All four would mix with a third root.
    assert analysis.cover == "unknown"
    assert "#81 all mix" in analysis.messages[0]
    assert "No others" not in str(analysis)


def test_players_who_only_look_alike() -> None:
    """One payoff apart nobody can change places with the first player."""
    cells = {**TWO_NEEDED, (1, 1, 1): ("1", "0", "0")}
    for own, groups in ((TWO_NEEDED, [(0, 1, 2)]), (cells, [(1, 2)])):
        problem = tree_problem(Model.from_text(text(own, "bc", "b > c, c > 0")))
        assert alike(problem, [(0, 1)] * 3) == groups
    tree = Model.from_text(text(TWO_NEEDED, "bc", "b > c, c > 0", "extensive"))
    assert alike(tree_problem(tree), [(0, 1)] * 3) == []


def random_game(rng: random.Random) -> dict[tuple[int, ...], list[str]]:
    """Return payoffs that are numbers, one of the second and third player's a parameter."""
    cells = {c: [str(rng.randint(-9, 9)) for _ in range(3)] for c in CELLS}
    for player, name in ((1, "x"), (2, "y")):
        cells[rng.choice(CELLS)][player] = name
    return cells


def check_random(rng: random.Random, points: int) -> int:
    """Hold a random game against the witness at random points; return how many did not tie."""
    cells = random_game(rng)
    model = Model.from_text(text(cells, "xy", "x > 0, y > 0"))
    analysis = model.regimes(boundaries=False)
    plain = 0
    for _ in range(points):
        values = {n: Fraction(rng.randint(1, 40), rng.choice((1, 2, 3, 4))) for n in "xy"}
        if analysis.cover == "proven":
            plain += agree(analysis, cells, values)
        else:
            game = gains(table(cells, values))
            assert all(is_equilibrium(game, m) for m in found(analysis.at(values)))
            assert "undecided" in " ".join(analysis.messages)
    return plain


def test_a_random_game() -> None:
    assert check_random(random.Random(6), 25) > 15


@pytest.mark.everything
@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_many_random_games(seed: int) -> None:
    check_random(random.Random(seed), 30)
