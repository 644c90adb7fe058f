"""Random symbolic games: the formulas at random points against the exact solver, ties included."""

from __future__ import annotations

import pytest
from engine_games import (
    Published,
    random_model,
    random_points,
    solved,
    strategies,
    text_of,
)

from deterrence import read_model
from deterrence.errors import UsageError
from deterrence.symbolic.matrices.analysis import analyse

CASES = [
    # The big one takes two minutes, nearly all in the map of its regimes.
    pytest.param(kind, seed, marks=pytest.mark.everything if kind == "big" else ())
    for kind, count in {
        "free": 1,
        "wide": 3,
        "tall": 3,
        "square": 2,
        "big": 1,
        "quadratic": 4,
        "rational": 3,
        "products": 3,
        "line": 3,
        "column": 2,
        "constant": 3,
    }.items()
    for seed in range(count)
]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_formulas_give_what_the_exact_solver_gives(kind: str, seed: int) -> None:
    model = random_model(kind, seed)
    answer = analyse(model, effort=30)
    published = Published(answer)
    listed = not any("not listed" in m for m in answer.messages)
    points = random_points(model, answer, 30, seed)
    assert points
    for point in points:
        truth = solved(model.at(**point))
        assert {strategies(p, answer.players) for p in answer.at(point)} == truth, point
        existing = [strategies(p, answer.players) for _, p in published.existing(point)]
        assert set(existing) <= truth, point
        if listed:
            assert set(existing) == truth, point
        _check_regimes(answer, published, point)


def _check_regimes(answer, published, point) -> None:
    internal = answer.internal
    full = internal.problem.algebra.complete({n: point[n] for n in answer.symbols})
    values = [internal.problem.algebra.evaluate(p, full) for p in internal.map.polys]
    on_edge = any(
        a.op == "compare" and any(x.evaluate(point) == y.evaluate(point) for x, y in _sides(a))
        for a in internal.problem.assumptions
    )
    found = published.regimes_at(point)
    if internal.map.crowded:
        assert not found
    elif all(values) and not on_edge:
        assert len(found) == 1, point
        existing = [e for e, _ in published.existing(point) if not e["boundary"]]
        profiles = {str(profile) for _, profile in published.existing(point)}
        assert len(profiles) == len(published.existing(point)), (point, "listed twice")
        families = {e["family"] for e in existing}
        assert families == set(found[0]["families"]), point
    else:
        assert len(found) <= 1, point


def _sides(a):
    return zip(a.args[1:], a.args[2:], strict=False)


def test_assumptions_that_contradict_each_other_are_a_usage_error() -> None:
    text = text_of(["a", "b"], ["a > b", "b > a"], [["a", "b"]], [["0", "1"]])
    with pytest.raises(UsageError, match="assumptions"):
        analyse(read_model(text))
    text = text_of(["a"], ["a == 1", "a > 2"], [["a", "0"]], [["0", "1"]])
    with pytest.raises(UsageError, match="contradict"):
        analyse(read_model(text))


def test_an_assumed_equation_takes_its_parameter_out() -> None:
    text = text_of(["a", "b"], ["a == 2*b", "b > 0"], [["a", "0"], ["b", "1"]], [["1", "0"]] * 2)
    answer = analyse(read_model(text))
    assert answer.symbols == ("b",)
    assert "a == 2*b" in answer.to_dict()["assumptions"]
    with pytest.raises(Exception, match="a == 2"):
        answer.at({"a": 3, "b": 1})


def test_what_z3_cannot_decide_in_no_time_is_not_claimed() -> None:
    answer = analyse(random_model("square", 0), effort=0.0)
    assert answer.cover == "unknown"


def test_functions_that_are_no_polynomials_are_not_claimed_as_proven() -> None:
    text = text_of(
        ["a", "b"], ["a > 0"], [["exp(a)", "b"], ["b", "1"]], [["1", "0"], ["a", "exp(b)"]]
    )
    answer = analyse(read_model(text))
    assert {e.proof for e in answer.equilibria} <= {"sampled", "unknown"}
    assert any("sampled" in m for m in answer.messages)
    # Of these it is not seen that they are equal.
    text = text_of(
        ["a", "b"], [], [["exp(a)*exp(b)", "b"], ["exp(a + b)", "1"]], [["1", "0"], ["a", "b"]]
    )
    assert analyse(read_model(text)).cover == "unknown"
