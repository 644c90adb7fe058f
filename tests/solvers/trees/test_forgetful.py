"""Trees without perfect recall, against a witness that plays every plan and tries a grid."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from game_trees import driver
from hypothesis import given
from hypothesis import strategies as st

from deterrence import read_model
from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.solvers import Solution, solve_game_tree, solve_tree
from deterrence.solvers.tree_solution import TreeSolution

F = Fraction


# ---- the witness: what a play is worth, move by move ----------------------------------------
def worth(game: ExtensiveGame, behaviour: dict[str, list[Fraction]], player: int) -> Fraction:
    """Expected payoff where the mixtures are given by information set."""

    def below(k: int) -> Fraction:
        node = game.nodes[k]
        here = game.outcomes[node.outcome][player] if node.outcome is not None else F(0)
        if node.set < 0:
            return here
        s = game.sets[node.set]
        mix = s.chances if s.player is None else behaviour[s.label]
        return here + sum((p * below(c) for p, c in zip(mix, node.children, strict=True)), F(0))

    return below(0)


def pure(game: ExtensiveGame, player: str) -> list[dict[str, list[Fraction]]]:
    own = [s for s in game.sets if s.player == player]
    units = [
        [[F(int(a == k)) for a, _ in enumerate(s.actions)] for k, _ in enumerate(s.actions)]
        for s in own
    ]
    return [dict(zip([s.label for s in own], x, strict=True)) for x in itertools.product(*units)]


# ---- who has forgotten something, but is not absent-minded -----------------------------------
def forgetful_tree(seed: int) -> ExtensiveGame:
    """A moves, B moves, A moves again and has forgotten what she did, or chance's move."""
    rng = random.Random(seed)
    count = itertools.count()
    outcomes: dict[str, tuple[int, int]] = {}

    def leaf() -> Leaf:
        name = f"o{next(count)}"
        outcomes[name] = (rng.randint(-3, 3), rng.randint(-3, 3))
        return Leaf(name)

    def last() -> Any:
        return Decision("A", "last", {"l": leaf(), "r": leaf()}) if rng.random() < 0.8 else leaf()

    def reply(where: str) -> Any:
        sure = Decision("A", "last", {"l": leaf(), "r": leaf()})
        return Decision("B", where, {"u": last(), "d": sure})

    where = [rng.choice(("one", "two")) for _ in range(2)]
    start = Decision("A", "first", {"x": reply(where[0]), "y": reply(where[1])})
    tree: Any = start
    if seed % 3 == 0:
        tree = Chance({"good": (F(1, 3), start), "bad": (F(2, 3), leaf())})
    return ExtensiveGame.from_tree(("A", "B"), tree, outcomes)


@pytest.mark.parametrize("seed", range(25))
def test_mixed_equilibria_are_equilibria_over_plans(seed: int) -> None:
    game = forgetful_tree(seed)
    assert game.recall_faults
    solution = solve_game_tree(game, "nash")
    assert isinstance(solution, Solution)
    assert solution.status == "complete"
    assert len(solution) >= 1
    assert "forgotten something" in solution.messages[0]
    assert "mixed strategies" in solution.messages[0]
    plans = [pure(game, p) for p in game.players]
    for e in solution:
        # Each plan of ours is a set of the witness's; weigh the outcomes by playing all pairs.
        mixtures = [strategies_of(game, p, e.profile[p]) for p in game.players]
        for me in range(2):
            pairs = [(a, b) for a in mixtures[0] for b in mixtures[1]]
            reached = sum((p * q * worth(game, {**x, **y}, me) for (p, x), (q, y) in pairs), F(0))
            assert reached == e.payoffs[game.players[me]]
            for plan in plans[me]:
                other = mixtures[1 - me]
                gain = sum((q * worth(game, {**plan, **y}, me) for q, y in other), F(0))
                assert gain <= reached


def strategies_of(game: ExtensiveGame, player: str, mixed: Any) -> list[Any]:
    """Turn labels such as ``x, l`` or ``y, *`` into behaviour; ``*`` is the first action."""
    own = [s for s in game.sets if s.player == player]
    found = []
    for label, p in mixed.items():
        if p:
            actions = [a.split(": ")[-1] for a in label.split(", ")]
            chosen = {
                s.label: [
                    F(int(name == a or (a == "*" and k == 0))) for k, name in enumerate(s.actions)
                ]
                for s, a in zip(own, actions, strict=True)
            }
            found.append((p, chosen))
    return found


def test_behaviour_could_not_do_the_same() -> None:
    """She remembers to match what she did: a plan does it, behaviour does not."""
    again = {"l": Leaf("win"), "r": Leaf("lose")}
    other = {"l": Leaf("lose"), "r": Leaf("win")}
    guess = {
        "x": Decision("B", "guess", {"x": Leaf("lose"), "y": Decision("A", "last", again)}),
        "y": Decision("B", "guess", {"x": Decision("A", "last", other), "y": Leaf("lose")}),
    }
    game = ExtensiveGame.from_tree(
        ("A", "B"), Decision("A", "first", guess), {"win": (1, -1), "lose": (-1, 1)}
    )
    (e, *_), value = solve_game_tree(game, "nash"), solve_game_tree(game, "zero-sum").value
    assert e.payoffs["A"] == value == 0
    # With behaviour she wins at most half of the plays that B does not guess.
    grid = [F(k, 8) for k in range(9)]
    best = max(
        min(
            worth(game, {"first": [p, 1 - p], "last": [q, 1 - q], "guess": [b, 1 - b]}, 0)
            for b in (F(0), F(1))
        )
        for p in grid
        for q in grid
    )
    assert best < 0


@pytest.mark.parametrize("concept", ["spe", "pbe", "weak-pbe", "sequential"])
def test_other_concepts_are_refused_and_say_what_there_is(concept: str) -> None:
    with pytest.raises(UsageError, match="forgotten something") as caught:
        solve_game_tree(forgetful_tree(1), concept)
    assert "nash" in caught.value.remedy


# ---- absent-minded ---------------------------------------------------------------------------
def test_the_absent_minded_driver_stays_with_two_thirds() -> None:
    solution = solve_tree(driver(), "nash")
    (e,) = solution
    assert solution.status == "complete"
    assert e.profile["Driver"] == {"junction": {"exit": F(1, 3), "on": F(2, 3)}}
    assert (e.payoffs["Driver"], e.regret) == (F(4, 3), 0)
    assert "planning optimum" in solution.messages[0]
    for concept in ("spe", "pbe", "zero-sum"):
        with pytest.raises(UsageError, match="absent-minded at 'junction'"):
            solve_tree(driver(), concept)


def absent_minded(seed: int) -> ExtensiveGame:
    """One player comes to one place several times, to others once, and chance moves, too."""
    rng = random.Random(seed)
    count = itertools.count()
    outcomes: dict[str, tuple[int]] = {}

    def leaf() -> Leaf:
        name = f"o{next(count)}"
        outcomes[name] = (rng.randint(-4, 6),)
        return Leaf(name)

    def part(depth: int) -> Any:
        if not depth:
            return leaf()
        kind = rng.random()
        if kind < 0.6 or depth == 3:
            return Decision("A", "h", {"exit": part(depth - 1), "on": part(depth - 1)})
        if kind < 0.8:
            return Decision("A", f"other {next(count)}", {"l": part(depth - 1), "r": leaf()})
        moves = {"a": (F(1, 3), part(depth - 1)), "b": (F(2, 3), part(depth - 1))}
        return Chance(moves, information_set=f"chance {next(count)}")

    tree = Decision("A", "h", {"exit": part(2), "on": part(3)})
    return ExtensiveGame.from_tree(("A",), tree, outcomes)


@pytest.mark.parametrize("seed", range(40))
def test_the_planning_optimum_is_best_on_a_grid(seed: int) -> None:
    game = absent_minded(seed)
    assert any(f.absent_minded for f in game.recall_faults)
    solution = solve_tree(game, "nash")
    assert isinstance(solution, TreeSolution)
    tops = {e.payoffs["A"] for e in solution}
    assert len(tops) == 1
    top = tops.pop()
    others = [
        {k: v for k, v in plan.items() if k != "h"} for plan in pure(game, "A") if plan["h"][0] == 1
    ]
    steps = 24
    grid = [F(k, steps) for k in range(steps + 1)]
    best = max(worth(game, {**plan, "h": [p, 1 - p]}, 0) for plan in others for p in grid)
    assert best <= top
    # Between two points of the grid the payoff, of degree 3 at most, rises by little.
    assert float(top) - float(best) <= 40 * 6 / steps**2
    for e in solution:
        behaviour = {
            s.label: [F(0) + e.profile["A"][s.label].get(a, 0) for a in s.actions]
            for s in game.sets
            if s.player
        }
        assert worth(game, behaviour, 0) == top
        assert sum(behaviour["h"], F(0)) == 1


def test_an_irrational_optimum_is_exact() -> None:
    """Three junctions in a row: the best probability is a root of a quadratic."""
    tree: Any = Leaf("end")
    for k in (3, 2, 1):
        tree = Decision("A", "h", {"stop": Leaf(f"stop {k}"), "on": tree})
    outcomes = {"stop 1": (0,), "stop 2": (1,), "stop 3": (5,), "end": (0,)}
    (e,) = solve_tree(ExtensiveGame.from_tree(("A",), tree, outcomes), "nash")
    q = e.profile["A"]["h"]["on"]
    # q (1 - q) + 5 q^2 (1 - q): the derivative 1 + 8 q - 15 q^2 is 0 at (4 + sqrt(31))/15.
    assert str(q) == "(sqrt(31) + 4)/15"
    assert 1 + 8 * q - 15 * q * q == 0
    assert e.payoffs["A"] == q * (1 - q) + 5 * q * q * (1 - q)


def test_where_everything_is_best_that_is_said() -> None:
    flat = ExtensiveGame.from_tree(
        ("Driver",),
        Decision("Driver", "h", {"a": Leaf("x"), "b": Decision("Driver", "h", {
            "a": Leaf("x"), "b": Leaf("x")})}),
        {"x": (1,)},
    )  # fmt: skip
    solution = solve_tree(flat, "nash")
    assert (solution.status, len(solution)) == ("complete", 2)
    (family,) = solution.families
    assert family.ties == {"Driver": {"h": ("a", "b")}}


def test_several_best_behaviours_that_may_be_mixed_are_not_called_all() -> None:
    again = Decision("A", "h", {"a": Leaf("zero"), "b": Decision("A", "o", {
        "l": Leaf("two"), "r": Leaf("two too")})})  # fmt: skip
    tree = Decision("A", "h", {"a": Leaf("zero"), "b": again})
    outcomes = {"zero": (0,), "two": (2,), "two too": (2,)}
    solution = solve_tree(ExtensiveGame.from_tree(("A",), tree, outcomes), "nash")
    assert (solution.status, len(solution)) == ("partial", 2)
    assert any("mixtures of best actions" in m for m in solution.messages)


def test_what_is_not_done_is_refused_with_what_can_be_asked() -> None:
    other = Decision("B", "reply", {"u": Leaf("four"), "d": Leaf("one")})
    again = Decision("A", "h", {"exit": other, "on": Leaf("one")})
    tree = Decision("A", "h", {"exit": Leaf("zero"), "on": again})
    outcomes = {"zero": (0, 0), "four": (4, 0), "one": (1, 1)}
    with pytest.raises(UsageError, match="absent-minded at 'h'") as caught:
        solve_game_tree(ExtensiveGame.from_tree(("A", "B"), tree, outcomes), "nash")
    assert "what can be asked: the best behaviour of A" in caught.value.remedy
    three = Decision("A", "h", {"a": Leaf("x"), "b": Leaf("x"), "c": Decision("A", "h", {
        "a": Leaf("x"), "b": Leaf("x"), "c": Leaf("x")})})  # fmt: skip
    with pytest.raises(UsageError, match="has 3 actions there"):
        solve_tree(ExtensiveGame.from_tree(("A",), three, {"x": (1,)}), "nash")
    row: Any = Leaf("x")
    for _ in range(41):
        row = Decision("A", "h", {"a": Leaf("x"), "b": row})
    with pytest.raises(UsageError, match="comes to 'h' 41 times"):
        solve_tree(ExtensiveGame.from_tree(("A",), row, {"x": (1,)}), "nash")


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=3))
def test_two_junctions_by_the_formula(payoffs: list[int]) -> None:
    """(1 - q) a + q (1 - q) b + q^2 c: a parabola, whose top everybody can find."""
    a, b, c = payoffs
    again = Decision("D", "h", {"exit": Leaf("b"), "on": Leaf("c")})
    tree = Decision("D", "h", {"exit": Leaf("a"), "on": again})
    game = ExtensiveGame.from_tree(("D",), tree, {"a": (a,), "b": (b,), "c": (c,)})
    values = [F(a), F(c)]
    if c - b != 0:
        q = F(a - b, 2 * (c - b))
        if 0 < q < 1:
            values.append((1 - q) * a + q * (1 - q) * b + q * q * c)
    assert {e.payoffs["D"] for e in solve_tree(game, "nash")} == {max(values)}


FORGETS = """
title: Who forgets
form: extensive
source: invented
players: [A, B]
parameters: {k: {title: cost, default: 2, bounds: [0, 5]}}
outcomes: {win: {payoffs: [k, -k]}, lose: {payoffs: [0, 0]}}
measures:
  w: {title: A wins, outcomes: [win]}
  often: {title: A goes up, expression: "prob(A, u)"}
tree:
  player: A
  at: first
  moves:
    x: {player: B, at: reply, moves: {l: {player: A, at: later, moves: {u: win, d: lose}}, r: lose}}
    y: {player: B, at: reply, moves: {l: lose, r: {player: A, at: later, moves: {u: lose, d: win}}}}
"""


def test_a_model_that_forgets_has_measures_of_outcomes_and_says_which_it_has_not() -> None:
    """Matching pennies: A knows what she did only by her plan."""
    model = read_model(FORGETS, "forgets")
    assert "imperfect recall" in model.warnings[0].what
    solution = model.solve(k="7/2")
    assert isinstance(solution, Solution)
    (e,) = solution
    assert (e.payoffs["A"], e.measures) == (F(7, 4), {"w": F(1, 2)})
    assert "measures of actions have no value here: often" in solution.messages
    assert "A: 'x, u' 0.5, 'y, d' 0.5" in " ".join(str(solution).split())
    with pytest.raises(UsageError, match="nash"):
        model.solve(concept="pbe")
    with pytest.raises(UsageError, match="perfect recall"):
        model.regimes()


def test_a_tree_too_large_for_a_strategic_form_is_refused_without_false_hopes() -> None:
    tree: Any = Leaf("x")
    for k in range(14):
        tree = Decision("A", f"h{k}", {"a": tree, "b": Decision("A", "last", {"u": Leaf("x")})})
    game = ExtensiveGame.from_tree(("A",), tree, {"x": (1,)})
    with pytest.raises(UsageError, match=r"too many|cells") as caught:
        solve_game_tree(game, "nash")
    assert "subgame" not in caught.value.remedy
