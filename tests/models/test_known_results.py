"""Every shipped model says what its sources say, and the solvers agree, exactly."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import pytest
from known_points import points_of, wrong_numbers

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError
from deterrence.game.parameters import KnownResult
from deterrence.modelfile.catalogue import load_model, model_names
from deterrence.modelfile.model import SymbolicModel
from deterrence.solvers import solve

MODELS = {name: load_model(name) for name in model_names()}
#: Game trees have a file of their own, test_known_trees.py.
CASES = [
    (name, k)
    for name, model in MODELS.items()
    if model.tree is None and not model.why_no_table
    for k in range(len(model.known_results))
]
RESULTS = [(n, k) for n, k in CASES if MODELS[n].known_results[k].exists is None]
#: Random points at which a claim about all parameter values is tried; large matrices get fewer.
POINTS = {"escalation-ladder": 8}
EVERYWHERE = [(n, k) for n, k in CASES if MODELS[n].known_results[k].exists is not None]
CITED = re.compile(r"\b(1[6-9]|20)[0-9]{2}\b")
PD_TO_DEADLOCK = ("pd", "ch", "sh", "dl")


def title_of(case: tuple[str, int]) -> str:
    name, k = case
    return f"{name}-{k + 1}"


def games_of(model: SymbolicModel, result: KnownResult):
    overrides = dict(result.values)
    scenario = result.scenario or None
    return model.values(scenario, **overrides), model.at(scenario, **overrides)


def claimed(model: SymbolicModel, result: KnownResult, values) -> set[frozenset]:
    """The profiles that a known result lists, each as a set of (player, action, probability)."""
    profiles = set()
    for equilibrium in result.equilibria or ():
        profile = worked_out(model, equilibrium, values)
        assert all(isinstance(p, Fraction) and p >= 0 for _, _, p in profile)
        assert sum(p for _, _, p in profile) == len(model.players)
        profiles.add(profile)
    return profiles


def worked_out(model: SymbolicModel, equilibrium, values) -> frozenset:
    """A profile of formulas at a point; they need be no probabilities where it does not exist."""
    assert set(equilibrium) == set(model.players)
    profile = set()
    for player, strategy in equilibrium.items():
        chances = {action: e.evaluate(values) for action, e in strategy.items()}
        assert sum(chances.values()) == 1
        profile |= {(player, action, p) for action, p in chances.items() if p}
    return frozenset(profile)


def found(profile) -> frozenset:
    return frozenset((q, a, p) for q, s in profile.items() for a, p in s.items() if p)


def complaints(model: SymbolicModel, result: KnownResult, solver: str = "exact") -> Iterator[str]:
    """Solve, and say where the solution and the known result differ."""
    values, game = games_of(model, result)
    solver = solver if result.concept == "nash" else "auto"
    solution = solve(game, solver, concept=result.concept, objective=result.objective or None)
    if solution.status != "complete":
        yield f"status {solution.status}"
    if not solution.equilibria:
        yield "no equilibrium"
    if result.equilibria is not None:
        listed = claimed(model, result, values)
        if len(listed) != len(result.equilibria):
            yield "an equilibrium is listed twice"
        answer = {found(e.profile) for e in solution}
        if answer != listed:
            yield f"found {sorted(map(sorted, answer))}, known {sorted(map(sorted, listed))}"
    if result.count is not None and len(solution) != result.count:
        yield f"found {len(solution)}, known count {result.count}"
    if result.value is not None and solution.value != result.value.evaluate(values):
        yield f"value {solution.value}, known {result.value.evaluate(values)}"
    for e in solution:
        yield from wrong_numbers(result, e, values)


@pytest.mark.parametrize("case", RESULTS, ids=title_of)
@pytest.mark.parametrize("solver", ["exact", "auto"])
def test_the_solver_finds_what_is_known(case: tuple[str, int], solver: str) -> None:
    model = MODELS[case[0]]
    assert list(complaints(model, model.known_results[case[1]], solver)) == []


LISTED = [c for c in RESULTS if MODELS[c[0]].known_results[c[1]].equilibria is not None]
ADVISED = [c for c in RESULTS if MODELS[c[0]].known_results[c[1]].concept == "correlated"]
ZERO_SUM = [c for c in RESULTS if MODELS[c[0]].known_results[c[1]].concept == "zero-sum"]


@pytest.mark.witness
@pytest.mark.parametrize("case", LISTED, ids=title_of)
def test_gambit_finds_what_is_known(case: tuple[str, int]) -> None:
    """The same lists from Gambit's own rational enumeration, which shares no code with ours."""
    gambit = pytest.importorskip("pygambit", reason="the extra 'gambit' is not installed")
    model = MODELS[case[0]]
    result = model.known_results[case[1]]
    assert result.concept == "nash"
    values, game = games_of(model, result)
    first, second = game.players
    table = gambit.Game.from_arrays(game.matrix(first), game.matrix(second))
    answer = set()
    for profile in gambit.nash.enummixed_solve(table, rational=True).equilibria:
        strategies = set()
        for label, actions, theirs in zip(game.players, game.actions, table.players, strict=True):
            chances = [Fraction(str(profile[s])) for s in theirs.strategies]
            strategies |= {(label, a, p) for a, p in zip(actions, chances, strict=True) if p}
        answer.add(frozenset(strategies))
    assert answer == claimed(model, result, values)


@pytest.mark.parametrize("case", ZERO_SUM, ids=title_of)
def test_a_plain_linear_programme_finds_the_value(case: tuple[str, int]) -> None:
    linprog = pytest.importorskip("scipy.optimize").linprog
    model = MODELS[case[0]]
    result = model.known_results[case[1]]
    values, game = games_of(model, result)
    a = [[float(x) for x in row] for row in game.matrix(game.players[0])]
    height, width = len(a), len(a[0])
    best = linprog(
        [0] * height + [-1],
        [[-a[i][j] for i in range(height)] + [1] for j in range(width)],
        [0] * width,
        [[1] * height + [0]],
        [1],
        [(0, None)] * height + [(None, None)],
    )
    assert -best.fun == pytest.approx(float(result.value.evaluate(values)), abs=1e-9)


@pytest.mark.parametrize("case", ADVISED, ids=title_of)
def test_a_plain_linear_programme_finds_what_advice_can_do(case: tuple[str, int]) -> None:
    """Every claim is the only value possible at the optimum, not just that of one optimum."""
    linprog = pytest.importorskip("scipy.optimize").linprog
    model = MODELS[case[0]]
    result = model.known_results[case[1]]
    values, game = games_of(model, result)
    cells = list(itertools.product(*game.actions))
    worth = {label: [] for label in (*game.players, *(m.name for m in game.measures))}
    for k, cell in enumerate(cells):
        here = game.measure_values([Fraction(int(k == n)) for n in range(len(cells))])
        for player in game.players:
            here[player] = game.payoff(player, dict(zip(game.players, cell, strict=True)))
        for label, number in here.items():
            worth[label].append(float(number))
    obey, zeros = [], []
    for me, player in enumerate(game.players):
        for told, instead in itertools.permutations(game.actions[me], 2):
            row = []
            for cell in cells:
                choice = dict(zip(game.players, cell, strict=True))
                gain = game.payoff(player, {**choice, player: instead})
                row.append(float(gain - game.payoff(player, choice)) if cell[me] == told else 0.0)
            obey.append(row)
            zeros.append(0.0)
    direction, goal = result.objective.split()
    sign = {"max": -1, "min": 1}[direction]
    cost = [sign * x for x in worth[goal]]
    best = linprog(cost, obey, zeros, [[1] * len(cells)], [1])
    assert best.status == 0
    for label, expression in {**result.payoffs, **result.measures}.items():
        expected = float(expression.evaluate(values))
        for way in (1, -1):
            extreme = linprog(
                [way * x for x in worth[label]],
                [*obey, cost],
                [*zeros, best.fun + 1e-10],
                [[1] * len(cells)],
                [1],
            )
            assert way * extreme.fun == pytest.approx(expected, abs=1e-7), label


def test_a_wrong_known_result_does_not_pass() -> None:
    """Each claim, falsified by itself, is noticed."""
    model = MODELS["chicken"]
    true = model.known_results[0]
    assert list(complaints(model, true)) == []
    number = Expression.number
    mixed = {player: dict(s) for player, s in true.equilibria[2].items()}
    mixed["A"] = {"stand_firm": number("1/9"), "restrain": number("8/9")}
    for wrong in (
        replace(true, equilibria=true.equilibria[:2]),
        replace(true, equilibria=(*true.equilibria[:2], mixed)),
        replace(true, equilibria=(*true.equilibria, true.equilibria[0])),
        replace(true, count=2),
        replace(true, measures={"war": number(0)}),
        replace(true, payoffs={"A": number(1)}),
        replace(true, scenario="a-vulnerable"),
    ):
        assert list(complaints(model, wrong))
    value = MODELS["inspection-sequential"]
    assert list(complaints(value, replace(value.known_results[0], value=number("-1/4"))))
    advised = MODELS["correlated-mediator"]
    best = advised.known_results[1]
    assert best.objective == "max welfare"
    assert list(complaints(advised, replace(best, payoffs={"A": number("14/3")})))


# ---- claims about all parameter values -----------------------------------------------
def misses(model: SymbolicModel, result: KnownResult, count: int) -> Iterator[str]:
    """Say at which points a claim is wrong; a claim is tried on both sides of its boundary."""
    seen = set()
    for point in points_of(model, count):
        values = model.values(**point)
        should = all(c.evaluate(values) for c in result.exists)
        solution = solve(model.at(**point), "exact")
        assert solution.status == "complete"
        listed = set()
        for e in result.equilibria:
            with suppress(ExpressionError):  # a pole, where the equilibrium does not exist
                listed.add(worked_out(model, e, values))
        hits = [e for e in solution if found(e.profile) in listed]
        if bool(hits) != should:
            yield f"exists {bool(hits)}, known {should} at {point}"
        for e in hits:
            yield from wrong_numbers(result, e, values)
        seen.add(should)
    assert seen == ({True, False} if result.exists else {True})


@pytest.mark.parametrize("case", EVERYWHERE, ids=title_of)
def test_equilibria_exist_where_the_source_says_and_nowhere_else(case: tuple[str, int]) -> None:
    model = MODELS[case[0]]
    assert list(misses(model, model.known_results[case[1]], POINTS.get(case[0], 60))) == []


def test_a_wrong_claim_about_all_values_does_not_pass() -> None:
    model = MODELS["crisis-pairs"]
    true = next(r for r in model.known_results if r.title.startswith("Both mix where"))
    assert list(misses(model, true, 40)) == []
    both = tuple(model.known_results[k].equilibria[0] for k in (0, 1))
    for wrong in (
        replace(true, exists=true.exists[:1]),
        replace(true, exists=(*true.exists, Expression.parse("T_A > R_A"))),
        replace(true, equilibria=(*true.equilibria, both[0]), payoffs={}),
        replace(true, payoffs={"A": Expression.parse("R_A")}),
        replace(true, outcomes={"war": Expression.number(0)}),
    ):
        assert list(misses(model, wrong, 40))


# ---- what every model must say about itself ---------------------------------------
@pytest.mark.parametrize("name", MODELS)
def test_a_model_has_known_results_sources_and_meanings(name: str) -> None:
    model = MODELS[name]
    assert model.known_results, "a model without known results cannot be checked"
    assert CITED.search(model.source)
    assert model.title
    assert model.summary
    assert all(model.player_titles.get(player) for player in model.players)
    assert not model.warnings
    ranked = {n for order in model.orders.values() for n in order.parameters.values()}
    for parameter in model.parameters.values():
        assert parameter.title, parameter.name
        assert parameter.symbol, parameter.name
        assert parameter.unit, parameter.name
        if parameter.name in ranked:
            assert parameter.range_text == "", "where only an order is known there are no bounds"
            continue
        assert parameter.lower is not None, parameter.name
        assert parameter.upper is not None, parameter.name
        if parameter.default is not None:
            assert "assumption" in parameter.source or CITED.search(parameter.source), (
                parameter.name
            )
            assert parameter.contains(parameter.default), parameter.name
    assert all(outcome.title for outcome in model.outcomes.values())
    assert all(measure.title for measure in model.measures)
    for result in model.known_results:
        assert result.title
        assert "derived" in result.source or CITED.search(result.source), result.title


@pytest.mark.parametrize(
    ("name", "scenario"), [(n, s) for n, model in MODELS.items() for s in model.scenarios]
)
def test_a_scenario_has_a_story_a_source_and_possible_values(name: str, scenario: str) -> None:
    model = MODELS[name]
    told = model.scenarios[scenario]
    assert told.title
    assert told.story
    assert "assumption" in told.source or CITED.search(told.source)
    values = model.values(scenario)  # raises where an assumption is broken
    assert sum(all(c.evaluate(values) for c in r.when) for r in model.named_regimes) <= 1
    if model.tree is not None or model.why_no_table:
        return  # solved in test_known_trees.py; a conflict that is no game is not solved
    solution = solve(model.at(scenario), "exact")
    assert solution.status == "complete"
    assert len(solution) >= 1


@pytest.mark.parametrize(
    "name", [n for n, m in MODELS.items() if m.players == ("A", "B") and m.tree is None]
)
def test_neither_side_is_treated_differently(name: str) -> None:
    """Exchanging the two sides' numbers exchanges their payoffs, action by action."""
    model = MODELS[name]
    own = {n for n in model.parameters if n.endswith("_A")}
    assert {n[:-1] + "B" for n in own} <= model.parameters.keys()
    assert model.action_titles["A"] == model.action_titles["B"]
    primes = iter((2, 3, 5, 7, 11, 13, 17, 19, 23))
    values = {n: Fraction(1, 29) if n == "eps" else next(primes) for n in model.parameters}
    swap = {"A": "B", "B": "A"}
    other = {n[:-1] + swap[n[-1]] if n[-2:] in ("_A", "_B") else n: v for n, v in values.items()}
    there, back = model.at(check=False, **values), model.at(check=False, **other)
    for one, two in itertools.product(there.actions[0], repeat=2):
        here = there.payoff("A", {"A": one, "B": two})
        assert here == back.payoff("B", {"A": two, "B": one})


# ---- the sixteen pairings ------------------------------------------------------------
def test_the_table_of_the_sixteen_pairings() -> None:
    """Who does what in each pairing of preference types, as Snyder and Diesing's orders imply."""
    model = MODELS["crisis-pairs"]
    table = {
        "pd": ("DD", "DC", "DD", "DD"),
        "ch": ("CD", "CD DC mixed", "mixed", "CD"),
        "sh": ("DD", "mixed", "CC DD mixed", "DD"),
        "dl": ("DD", "DC", "DD", "DD"),
    }
    letter = {"restrain": "C", "stand_firm": "D"}
    for row, cells in table.items():
        for column, expected in zip(PD_TO_DEADLOCK, cells, strict=True):
            answer = set()
            for e in solve(model.at(f"{row}-{column}"), "exact"):
                supports = [e.profile.support(player) for player in model.players]
                pure = all(len(s) == 1 for s in supports)
                answer.add("".join(letter[s[0]] for s in supports) if pure else "mixed")
            assert answer == set(expected.split()), (row, column)


def test_every_strict_game_lies_in_one_regime_and_behaves_as_it_says() -> None:
    """All 576 pairs of strict orders; the regimes' own words are the expectation."""
    model = MODELS["crisis-pairs"]
    expected = {
        "Both stand firm": {("stand_firm", "stand_firm")},
        "A prevails": {("stand_firm", "restrain")},
        "B prevails": {("restrain", "stand_firm")},
        "Compromise": {("restrain", "restrain")},
        "Either may yield": {("stand_firm", "restrain"), ("restrain", "stand_firm"), "mixed"},
        "Compromise or war": {("restrain", "restrain"), ("stand_firm", "stand_firm"), "mixed"},
        "Nothing is stable": {"mixed"},
    }
    assert {r.name for r in model.named_regimes} == set(expected)
    seen = set()
    orders = list(itertools.permutations((1, 2, 3, 4)))
    for mine, yours in itertools.product(orders, repeat=2):
        values = {
            f"{k}_{side}": worth
            for side, order in (("A", mine), ("B", yours))
            for k, worth in zip("TRSP", order, strict=True)
        }
        numbers = model.values(**values)
        (regime,) = [
            r.name for r in model.named_regimes if all(c.evaluate(numbers) for c in r.when)
        ]
        answer = set()
        for e in solve(model.at(**values), "exact"):
            supports = [e.profile.support(player) for player in model.players]
            answer.add(
                tuple(s[0] for s in supports) if all(len(s) == 1 for s in supports) else "mixed"
            )
        assert answer == expected[regime], (values, regime)
        seen.add(regime)
    assert seen == set(expected)
