"""Every shipped two-player model: formulas against the exact solver, ties and edges included."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache

import pytest
from engine_games import Published, solved, strategies
from games_that_ship import MATRICES

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.symbolic.matrices.compiled import Evaluated, compiled

SMALL = [
    n
    for n in MATRICES
    if len(load_model(n).players) == 2 and max(map(len, load_model(n).actions)) <= 3
]


@cache
def analysed(name):
    model = load_model(name)
    answer = model.regimes()
    return model, answer, Published(answer)


def points_of(model, answer, count, seed):
    """Return full values at random points, many of them on ties and edges."""
    rng = random.Random(f"{model.name} {seed}")
    names = [n for n, p in model.parameters.items() if p.formula is None]
    found = []
    for _ in range(400 * count):
        if len(found) == count:
            break
        kind = rng.random()
        point = {}
        for n in names:
            p = model.parameters[n]
            low = Fraction(p.lower if p.lower is not None else -4)
            high = Fraction(p.upper if p.upper is not None else 4)
            if kind < 0.3:
                point[n] = low + (high - low) * Fraction(rng.randint(0, 24), 24)
            elif kind < 0.5:
                point[n] = min(max(Fraction(rng.randint(0, 4)), low), high)
            else:
                point[n] = Fraction(p.default)
        if kind >= 0.5:  # from a witness or the defaults onto a tie
            source = rng.choice(answer.equilibria).witness or {}
            point |= {n: source[n] for n in names if n in source}
            one, other = rng.choice(names), rng.choice(names)
            point[one] = rng.choice([point[other], -point[other], Fraction(rng.randint(0, 2))])
        overrides = dict(point)
        for n in model.derived:  # a tie of a derived parameter, too
            if kind > 0.75 and n in answer.symbols:
                overrides[n] = rng.choice([*point.values()])
        try:
            found.append(model.values(**overrides))
        except DeterrenceError:
            continue
    return found


@pytest.mark.parametrize("name", SMALL)
def test_instances_of_regimes_lie_in_the_declared_ranges(name) -> None:
    """Those of derived parameters, too, wherever a regime meets the ranges."""
    model, answer, _ = analysed(name)
    for regime in answer.regimes:
        assert regime.share is None or regime.share > 0
        for symbol, value in regime.witness.items():
            assert model.parameters[symbol].contains(value), (regime.name, symbol)
            formula = model.parameters[symbol].formula
            assert formula is None or formula.evaluate(regime.witness) == value


@pytest.mark.parametrize("name", SMALL)
def test_formulas_are_exact_at_every_point(name) -> None:
    model, answer, published = analysed(name)
    assert answer.cover == answer.disjoint == "proven"
    points = points_of(model, answer, 60, 1)
    assert len(points) > 20
    for values in points:
        game = model.at(**values)
        truth = solved(game)
        assert {strategies(p, answer.players) for p in answer.at(values)} == truth, values
        existing = published.existing(values)
        assert {strategies(p, answer.players) for _, p in existing} == truth, values
        for entry, profile in existing:
            _check_results(entry, profile, game, values)
        assert len(published.regimes_at(values)) <= 1


def _check_results(entry, profile, game, values) -> None:
    payoffs = game.expected_payoffs(profile)
    for player, formula in entry["payoffs"].items():
        assert Expression.parse(formula).evaluate(values) == payoffs[player]
    if game.outcomes is not None:
        chances = game.outcome_distribution(game.cell_probabilities(profile))
        for outcome, chance in chances.items():
            formula = entry["outcomes"].get(outcome, "0")
            assert Expression.parse(formula).evaluate(values) == chance
    measured = game.measure_values(game.cell_probabilities(profile), profile)
    for measure, formula in entry["measures"].items():
        if formula is not None:
            assert Expression.parse(formula).evaluate(values) == measured[measure]


@pytest.mark.parametrize("name", SMALL)
def test_inside_a_regime_its_families_exist_and_no_others(name) -> None:
    model, answer, published = analysed(name)
    rng = random.Random(name)
    seen = 0
    for regime in answer.regimes:
        for _ in range(30):
            values = {**model.values(), **regime.witness}
            for n in answer.symbols:
                values[n] += Fraction(rng.randint(-9, 9), 997)
            if not all(a.evaluate(values) for a in answer.assumptions):
                continue
            found = published.regimes_at(values)
            assert len(found) == 1
            existing = [e for e, _ in published.existing(values)]
            if any(e["boundary"] for e in existing):
                continue
            seen += 1
            assert {e["family"] for e in existing} == set(found[0]["families"])
            located = answer.regime_at({n: values[n] for n in answer.symbols})
            assert located is None or located.id == found[0]["id"]
    assert seen


@pytest.mark.parametrize("name", SMALL)
def test_compiled_formulas_agree_with_the_exact_ones(name) -> None:
    import numpy as np

    _, answer, published = analysed(name)
    sample = answer.internal.prover.points[:, :300]
    table = dict(zip(answer.symbols, sample, strict=False))
    result = compiled(answer)(table)
    assert isinstance(result, Evaluated)
    assert result.exists.shape == (len(result.ids), sample.shape[1])
    compared = 0
    for k in range(sample.shape[1]):
        values = {n: Fraction(float(table[n][k])) for n in answer.symbols}
        if result.near[k] or not all(a.evaluate(values) for a in answer.assumptions):
            continue
        compared += 1
        existing = {e["id"]: p for e, p in published.existing(values)}
        assert set(existing) == {
            i for i, here in zip(result.ids, result.exists[:, k], strict=True) if here
        }
        for row, number in enumerate(result.ids):
            if number in existing:
                for player in answer.players:
                    exact = [float(x) for x in existing[number][player].values()]
                    found = result.probabilities[player][row, :, k]
                    assert np.allclose(found, exact, rtol=1e-9, atol=1e-12)
            else:
                assert np.isnan(result.probabilities[answer.players[0]][row, :, k]).all()
    assert compared > 20
