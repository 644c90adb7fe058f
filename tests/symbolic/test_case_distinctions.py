"""Games whose payoffs distinguish cases: proven, and held against brute force in fractions.

The games at a point are solved here by code of this file alone: all extreme equilibria of 2x2
games, and backward induction of a tree with two moves.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from engine_games import Published, strategies, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_models import parse, tree_model

from deterrence import read_model
from deterrence.analysis.robust.tree_question import TreeQuestion
from deterrence.game.tree.nodes import Decision, Leaf
from deterrence.symbolic.along.boundaries import find_boundaries
from deterrence.symbolic.along.statics import comparative_statics
from deterrence.symbolic.along.thresholds import find_thresholds
from deterrence.symbolic.conclusions import conclude
from deterrence.symbolic.matrices.analysis import analyse
from deterrence.symbolic.trees.analysis import analyse_tree

#: Payoffs of the row player and of the column player, and assumptions.
Game = tuple[list[list[str]], list[list[str]], list[str]]

PLAIN = [["1", "0"], ["0", "1"]]
GAMES: dict[str, Game] = {
    "one maximum": ([["0", "-1"], ["2", "-abs(a - b)"]], [["0", "max(a, b)"], ["-1", "-3"]], []),
    "a tie in a case": ([["max(a, b)", "b"], ["b", "1"]], [["1", "0"], ["a", "b"]], []),
    "minima": ([["min(a, b)", "0"], ["b", "1"]], [["0", "min(a, 1)"], ["1", "0"]], []),
    "a size": ([["abs(a)", "0"], ["a", "b"]], [["1", "b"], ["b", "0"]], []),
    "if": ([["a if a > b else b", "1"], ["b", "a if a > 1 and b < 2 else 0"]], PLAIN, []),
    "nested": ([["max(abs(a), b)", "0"], ["min(a, 1)", "1"]], [["0", "1"], ["1", "max(0, b)"]], []),
    "same columns": ([["max(a, 0)", "1"], ["0", "2"]], [["max(a, b)", "a"], ["b", "1"]], []),
    "a quotient": ([["max(1/a, b)", "0"], ["b", "1"]], PLAIN, ["a > 0"]),
    "assumed away": ([["max(a, b)", "0"], ["a", "1"]], PLAIN, ["a >= b"]),
    "equality": ([["1 if a == b else a", "0"], ["1", "b"]], PLAIN, []),
}
ROOT: Game = (
    [["sqrt(a) - b", "0"], ["1", "b"]],
    [["1", "0"], ["0", "sqrt(a + b)"]],
    ["a > 0", "b > 0"],
)
GRID = [Fraction(x, 12) for x in (-30, -24, -19, -12, -7, -4, 0, 3, 4, 12, 13, 18, 24, 31, 36)]


def _model(game: Game, bounds: str = "") -> Any:
    first, second, assumptions = game
    text = text_of(["a", "b"], assumptions, first, second)
    for name, default in (("a", 2), ("b", 1)) if bounds else ():
        told = f"title: Parameter {name}, default: {default}, bounds: {bounds}"
        text = text.replace(f"title: Parameter {name}", told)
    return read_model(text)


def _points(game: Game) -> list[dict[str, Fraction]]:
    assumed = [parse(a) for a in game[2]]
    points = ({"a": a, "b": b} for a, b in itertools.product(GRID, GRID))
    return [p for p in points if all(a.evaluate(p) for a in assumed)]


def _matrices(game: Game, point: dict[str, Fraction]) -> list[list[list[Fraction]]]:
    return [[[parse(u).evaluate(point) for u in row] for row in side] for side in game[:2]]


def _equilibria(first: list[list[Fraction]], second: list[list[Fraction]]) -> set[Any]:
    """Return the extreme equilibria of a 2x2 game."""
    columns = [list(c) for c in zip(*second, strict=True)]

    def vertices(mine: list[list[Fraction]]) -> list[tuple[Fraction, Fraction]]:
        """Return pure strategies, and the one that makes who is paid ``mine`` indifferent."""
        (a, b), (c, d) = mine
        gain, loss = a - b, c - d  # of the first reply, against either pure strategy
        found = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))]
        if gain * loss < 0:
            p = loss / (loss - gain)
            found.append((p, 1 - p))
        return found

    found = set()
    rows = [list(r) for r in zip(*first, strict=True)]
    for x, y in itertools.product(vertices(second), vertices(rows)):
        mine = [sum(first[i][j] * y[j] for j in (0, 1)) for i in (0, 1)]
        theirs = [sum(columns[j][i] * x[i] for i in (0, 1)) for j in (0, 1)]
        if all(not x[i] or mine[i] == max(mine) for i in (0, 1)) and all(
            not y[j] or theirs[j] == max(theirs) for j in (0, 1)
        ):
            found.add((x, y))
    return found


def _check(game: Game, points: list[dict[str, Fraction]]) -> None:
    answer = analyse(_model(game), effort=60)
    assert (answer.cover, answer.disjoint) == ("proven", "proven"), answer.messages
    published = Published(answer)
    algebra = answer.internal.problem.algebra
    for whole in points:
        point = {n: whole[n] for n in answer.symbols}
        truth = _equilibria(*_matrices(game, whole))
        assert {strategies(p, answer.players) for p in answer.at(point)} == truth, whole
        existing = published.existing(whole)
        assert {strategies(p, answer.players) for _, p in existing} == truth, whole
        full = algebra.complete(point)
        regimes = published.regimes_at(whole)
        on_wall = not all(algebra.evaluate(p, full) for p in answer.internal.map.polys)
        if on_wall or any(_is_tie(a, whole) for a in answer.assumptions):
            assert len(regimes) <= 1, whole
            continue
        assert len(regimes) == 1, whole
        assert len(existing) == len(truth), (whole, "listed twice")
        families = {e["family"] for e, _ in existing}
        assert families == set(regimes[0]["families"]), whole


def _is_tie(condition: Any, point: dict[str, Fraction]) -> bool:
    left, right = condition.args[1:3]
    return bool(left.evaluate(point) == right.evaluate(point))


@pytest.mark.parametrize("name", GAMES)
def test_regimes_are_proven_and_right_at_every_point(name: str) -> None:
    _check(GAMES[name], _points(GAMES[name]))


entries = st.sampled_from(
    [
        "a",
        "b",
        "1",
        "0",
        "max(a, b)",
        "min(a, b)",
        "abs(a)",
        "max(a, 1)",
        "a - b",
        "b if a > 0 else a",
    ]
)
sides = st.lists(st.lists(entries, min_size=2, max_size=2), min_size=2, max_size=2)


@given(sides, sides)
@settings(max_examples=3, deadline=None)
def test_random_games_are_proven_and_right(first: Any, second: Any) -> None:
    game: Game = (first, second, [])
    if any("a" in u or "b" in u for side in (first, second) for row in side for u in row):
        _check(game, _points(game)[::7])


def test_what_does_not_differ_between_cases_is_said_without_them() -> None:
    first, second, _ = GAMES["one maximum"]
    answer = analyse(_model((first, second, ["a > 0", "b > 0"])))
    assert sorted(str(c) for r in answer.regimes for t in r.terms for c in t) == [
        "abs(a - b) < 1",
        "abs(a - b) > 1",
    ]
    answer = analyse(_model(GAMES["a tie in a case"]))
    assert {tuple(map(str, e.conditions)) for e in answer.equilibria} == {
        (),
        ("b >= a", "b <= 1"),
        ("b > a",),
        ("a == b",),
        ("b > a", "b == 1"),
    }


def test_shares_of_the_declared_ranges_are_exact() -> None:
    first, second, _ = GAMES["one maximum"]
    answer = analyse(_model((first, second, ["a > 0", "b > 0"]), "[0, 5]"))
    assert {str(r.conditions[0]): (r.share, r.share_error) for r in answer.regimes} == {
        "abs(a - b) < 1": (9 / 25, 0.0),
        "abs(a - b) > 1": (16 / 25, 0.0),
    }


def test_roots_that_depend_on_each_other_are_not_claimed_as_proven() -> None:
    game = ([["sqrt(a)*sqrt(b)", "0"], ["sqrt(a*b)", "1"]], PLAIN, ["a > 0", "b > 0"])
    answer = analyse(_model(game))
    assert answer.cover == "unknown"
    assert any("depend on each other" in m for m in answer.messages)


def test_roots_are_proven() -> None:
    answer = analyse(_model(ROOT))
    assert (answer.cover, answer.disjoint) == ("proven", "proven")
    squares = [Fraction(x, 4) ** 2 for x in (1, 2, 3, 4, 5, 8, 9)]
    for a, b in itertools.product(squares, squares):
        if a + b not in {x + y for x, y in itertools.product(squares, squares)} - set(squares):
            continue
        point = {"a": a, "b": b}
        regime = answer.regime_at(point)
        high = parse("sqrt(a) - b - 1").evaluate(point)
        assert isinstance(high, Fraction)
        assert (regime is None) == (high == 0)
        if regime is not None:
            assert len(regime.equilibria) == (3 if high > 0 else 1), point


# ---- what goes on from there -------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "payoff(Row) >= max(a, b)",
        "payoff(Row) == a",
        "max(payoff(Row), payoff(Column)) > 1",
        "abs(payoff(Row)) <= 1 and payoff(Column) > 0",
        "prob(Row, r0) == 1",
    ],
)
@pytest.mark.parametrize("name", ["a tie in a case", "if"])
def test_conclusions_are_right_off_the_boundaries(name: str, statement: str) -> None:
    game = GAMES[name]
    answer = analyse(_model(game), boundaries=False)
    found = conclude(answer, statement)
    assert (found.every_proof, found.some_proof) == ("proven", "proven")
    formula = parse_statement(statement)
    near = [Fraction(x, 35) for x in (-90, -61, -34, -8, 6, 23, 34, 44, 71)]
    for a, b in itertools.product(near, near):
        if a == b:
            continue
        point = {"a": a, "b": b}
        first, second = _matrices(game, point)
        truths = []
        for x, y in _equilibria(first, second):
            paid = [
                sum(x[i] * y[j] * u[i][j] for i in (0, 1) for j in (0, 1)) for u in (first, second)
            ]

            def query(kind: str, who: str, *rest: str, x: Any = x, paid: Any = paid) -> Fraction:
                return paid[who == "Column"] if kind == "payoff" else x[0]

            truths.append(bool(formula.evaluate(point, query)))
        assert _holds(found.every, point) == all(truths), point
        assert _holds(found.some, point) == any(truths), point


def parse_statement(text: str) -> Any:
    return type(parse("a")).parse(text, queries=True)


def _holds(alternatives: Any, point: dict[str, Fraction]) -> bool:
    return any(all(c.evaluate(point) for c in term) for term in alternatives)


@pytest.mark.parametrize("name", ["a tie in a case", "if"])
def test_boundaries_are_all_found_and_checked(name: str) -> None:
    answer = analyse(_model(GAMES[name]))
    found = find_boundaries(answer)
    assert found.proof == "proven"
    assert found.boundaries
    assert all(b.checked for b in found.boundaries)
    for b in found.boundaries:
        assert set(b.equilibria) >= set(b.survivors)
        assert len(b.equilibria) == len(_equilibria(*_matrices(GAMES[name], dict(b.witness))))


@pytest.mark.parametrize("name", ["one maximum", "a tie in a case", "nested", "if", "a size"])
@pytest.mark.parametrize("parameter", ["a", "b"])
def test_thresholds_are_where_the_equilibria_change(name: str, parameter: str) -> None:
    model, game = _model(GAMES[name], "[0, 5]"), GAMES[name]
    found = find_thresholds(model, parameter)
    assert all(s is None or s.checked for s in found.stretches)
    ends = [t.value for t in found.thresholds]
    assert None not in ends
    inside = [Fraction(x, 13) for x in range(-40, 80, 3)]
    other = {"a": Fraction(2), "b": Fraction(1)}
    for x in (*inside, *ends):
        point = {**other, parameter: x}
        truth = {(r, c) for r, c in _equilibria(*_matrices(game, point))}
        if x in ends:
            ids = found.thresholds[ends.index(x)].equilibria
        else:
            stretch = found.stretches[sum(e < x for e in ends)]
            assert stretch is not None
            ids = stretch.equilibria
        told = {
            tuple(
                tuple(e.evaluate({parameter: x}) for e in found.equilibria[i].profile[p].values())
                for p in ("Row", "Column")
            )
            for i in ids
        }
        assert told == truth, (x, ids)


def test_thresholds_with_roots_are_exact() -> None:
    model = _model(ROOT, "[0.5, 5]")
    (along_a,) = find_thresholds(model, "a").thresholds
    assert along_a.value == 4
    assert str(along_a.formula) == "(1 + b)**2"
    (along_b,) = find_thresholds(model, "b").thresholds
    assert along_b.polynomial == (1, 2, -1)
    assert abs(along_b.decimal - 2**0.5 + 1) < 1e-9
    assert all(s.checked for s in find_thresholds(model, "b").stretches if s)


def test_signs_of_derivatives_are_those_of_differences() -> None:
    game = GAMES["one maximum"]
    answer = analyse(_model(game, "[0, 5]"))
    found = comparative_statics(answer)
    mixed = next(e for e in answer.equilibria if len(e.support["Row"]) == 2)
    assert found.of(mixed.id, "Row", "r1")["a"] == "positive"
    assert found.of(mixed.id, "Column", "c0")["a"] == "depends"
    seen = set()
    step = Fraction(1, 1000)
    for effect in found.effects:
        if effect.sign not in ("positive", "negative", "zero"):
            continue
        e = answer.equilibria[effect.equilibrium]
        forms: dict[str, Any] = {
            "probability": lambda e=e, k=effect: e.profile[k.of[0]][k.of[1]],
            "payoff": lambda e=e, k=effect: e.payoffs[k.of[0]],
            "outcome": lambda e=e, k=effect: e.outcomes[k.of[0]],
        }
        form = forms[effect.kind]()
        for a, b in ((3, 1), (1, 3), (4, 2), (Fraction(1, 2), 4)):
            point = {"a": Fraction(a), "b": Fraction(b)}
            moved = {**point, effect.symbol: point[effect.symbol] + step}
            if not all(c.evaluate(point) and c.evaluate(moved) for c in e.conditions):
                continue
            change = form.evaluate(moved) - form.evaluate(point)
            sign = (change > 0) - (change < 0)
            assert sign in ((0, 1) if effect.sign == "positive" else (0, -1)) or (
                effect.sign == "zero" and sign == 0
            )
            if effect.derivative is not None:
                slope = effect.derivative.evaluate(point)
                assert abs(change / step - slope) < Fraction(1, 50)
            seen.add(effect.sign)
    assert seen == {"positive", "negative", "zero"}


def test_the_smallest_change_is_found_and_nothing_smaller_does_it() -> None:
    game = GAMES["one maximum"]
    model = _model(game, "[0, 5], controlled_by: Row")
    base = {"a": Fraction(4), "b": Fraction(1)}
    (found,) = model.robustness(
        "max(prob(Row, r0), 0) == 0", quantifier="every", over=["a", "b"], values=base
    ).answers
    assert (found.certainty, found.before) == ("proven", False)
    assert found.lower == found.upper
    assert found.lower is not None
    radius = 5 * found.lower.rational
    assert radius == 1  # a and b have to come within 1 of each other, together
    assert found.witness is not None

    def holds(point: dict[str, Fraction]) -> bool:
        return all(not x[0] for x, _ in _equilibria(*_matrices(game, point)))

    assert not holds(base)
    assert holds({**base, **found.witness})
    steps = [radius * Fraction(k, 8) for k in range(-8, 9)]
    assert not any(
        holds({"a": base["a"] + x, "b": base["b"] + y}) for x, y in itertools.product(steps, steps)
    )
    cheapest = model.levers("Row", "prob(Row, r0) == 0", over=["a", "b"], values=base).answer
    assert cheapest.lower is not None
    assert cheapest.lower.rational == Fraction(2, 5)


# ---- trees -------------------------------------------------------------------------------
ENTRY = Decision(
    "A",
    "first",
    {"out": Leaf("o"), "in": Decision("B", "reply", {"fight": Leaf("w"), "yield": Leaf("y")})},
)
TreePayoffs = tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
#: What A and B are paid where A stays out, where B fights, and where B yields.
TREES: dict[str, TreePayoffs] = {
    "no tie": (("0", "2"), ("-b", "max(a, 1) - 2"), ("1", "0")),
    "a tie in a case": (("0", "2"), ("-1", "min(a, b)"), ("1", "b")),
    "if": (("0", "2"), ("-1", "a if a > b else 1"), ("abs(a)", "a")),
    "sizes": (("abs(b)", "2"), ("-1", "min(a, 1)"), ("max(a, 1)", "b")),
    "both": (("max(a, 0)", "2"), ("min(b, 0)", "a"), ("a", "abs(b)")),
}


def _tree(outcomes: TreePayoffs) -> Any:
    paid = dict(zip("owy", outcomes, strict=True))
    return tree_model("entry", ("A", "B"), ENTRY, paid, {"a": 2, "b": 1}, ["b > -2"])


def _perfect(outcomes: TreePayoffs, point: dict[str, Fraction]) -> set[tuple[str, str]]:
    """Return the pure subgame-perfect equilibria."""
    stay, war, give = (tuple(parse(u).evaluate(point) for u in us) for us in outcomes)
    found = set()
    for reply, end in (("fight", war), ("yield", give)):
        if end[1] == max(war[1], give[1]):
            top = max(stay[0], end[0])
            found |= {(m, reply) for m, paid in (("out", stay), ("in", end)) if paid[0] == top}
    return found


def _check_tree(outcomes: TreePayoffs, points: list[dict[str, Fraction]]) -> None:
    answer = analyse_tree(_tree(outcomes), effort=60)
    assert (answer.cover, answer.disjoint) == ("proven", "proven"), answer.messages
    sizes = [e.args[1] for u in sum(outcomes, ()) for e in parse(u).walk() if "abs" in e.args]
    for point in points:
        known = {n: point[n] for n in answer.symbols}
        here = [e for e in answer.equilibria if all(c.evaluate(known) for c in e.conditions)]
        moves = [(e.support["A"]["first"], e.support["B"]["reply"]) for e in here]
        pure = {(a[0], b[0]) for a, b in moves if len(a) == len(b) == 1}
        truth = _perfect(outcomes, point)
        regime = answer.regime_at(known)
        # On boundaries some equilibria are not listed, but all that are listed are right.
        assert pure <= truth, point
        # Where a size is 0, regimes have an edge.
        if regime is not None and all(size.evaluate(point) for size in sizes):
            assert pure == truth, point
            assert {e.family for e in here} == set(regime.families), point


@pytest.mark.parametrize("name", TREES)
def test_trees_are_proven_and_right_at_every_point(name: str) -> None:
    _check_tree(TREES[name], _points(([], [], ["b > -2"])))


paid = st.tuples(entries, entries)


@given(st.tuples(paid, paid, paid))
@settings(max_examples=3, deadline=None)
def test_random_trees_are_proven_and_right(outcomes: TreePayoffs) -> None:
    if any("a" in u or "b" in u for us in outcomes for u in us):
        _check_tree(outcomes, _points(([], [], ["b > -2"]))[::5])


@pytest.mark.parametrize("name", ["no tie", "sizes"])
def test_a_statement_about_a_tree_is_true_where_its_equilibria_say_so(name: str) -> None:
    question = TreeQuestion(_tree(TREES[name]), "max(P('w'), P('o')) > 0", ["a", "b"])
    for point in _points(([], [], ["b > -2"]))[::3]:
        if len(_perfect(TREES[name], point)) > 1:
            continue  # a tie
        sign = question.signs_at(point)
        truth = [m == "out" or r == "fight" for m, r in _perfect(TREES[name], point)]
        assert question.holds("every", sign) == all(truth), point
        assert question.holds("some", sign) == any(truth), point


@pytest.mark.parametrize("name", TREES)
def test_thresholds_of_trees_are_where_the_equilibria_change(name: str) -> None:
    found = find_thresholds(_tree(TREES[name]), "a")
    ends = [t.value for t in found.thresholds]
    assert None not in ends
    before: Any = None
    for stretch, k in zip(found.stretches, range(len(ends) + 1), strict=True):
        assert stretch is not None
        low = ends[k - 1] if k else Fraction(-8)
        high = ends[k] if k < len(ends) else Fraction(8)
        # Off isolated ties the pure equilibria are the same all along a stretch.
        kinds = [
            frozenset(
                _perfect(TREES[name], {"a": low + (high - low) * Fraction(j, 97), "b": Fraction(1)})
            )
            for j in range(1, 97)
        ]
        most = max(set(kinds), key=kinds.count)
        assert sum(kind != most for kind in kinds) <= 2, (name, k)
        assert most != before
        before = most
