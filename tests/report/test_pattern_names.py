"""Numbers and names of equilibria: functions of the pattern, the same for whoever asks."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from games_that_ship import GAMES

from deterrence import UsageError, load_model
from deterrence.game.pattern_names import PatternNames, result_name

ALL = GAMES
SIX = ["asymmetric-bipolarity", "chicken", "crisis-pairs", "first-strike", "inspection"]
SIX += ["unilateral-deterrence"]


def test_the_order_is_cells_first_and_then_by_size() -> None:
    names = PatternNames.of_matrix(("A", "B"), (("u", "d"), ("l", "r")))
    assert [[len(used) for used in p] for p in names.patterns()] == [
        [1, 1], [1, 1], [1, 1], [1, 1], [1, 2], [1, 2], [2, 1], [2, 1], [2, 2],
    ]  # fmt: skip
    cells = [("u", "l"), ("u", "r"), ("d", "l"), ("d", "r")]
    found = [names.number(names.pattern({"A": [a], "B": [b]})) for a, b in cells]
    assert found == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ALL)
def test_numbers_and_full_names_are_those_of_one_pattern_only(name: str) -> None:
    names = load_model(name).names
    draw = random.Random(7)
    patterns = set()
    for _ in range(60):
        patterns.add(
            tuple(
                tuple(sorted(draw.sample(range(n), draw.randint(1, n))))
                for n in (len(p.actions) for p in names.places)
            )
        )
    assert len({names.full_name(p) for p in patterns}) == len(patterns)
    numbers = {names.number(p) for p in patterns}
    if names.count < 1000:
        every = list(names.patterns())
        assert len(every) == len(set(every)) == names.count
        assert len(numbers) == len(patterns)
        assert None not in numbers
    else:
        assert numbers == {None}


@pytest.mark.parametrize("name", ALL)
def test_names_do_not_depend_on_values(name: str) -> None:
    model = load_model(name)
    names = model.names
    again = load_model(name).replace(scenarios={}).names
    draw = random.Random(11)
    for _ in range(20):
        p = tuple(
            tuple(sorted(draw.sample(range(n), draw.randint(1, n))))
            for n in (len(place.actions) for place in names.places)
        )
        assert (names.number(p), names.name(p)) == (again.number(p), again.name(p))


def _points(model: Any, count: int) -> list[dict[str, Fraction]]:
    draw = random.Random(5)
    found: list[dict[str, Fraction]] = []
    for _ in range(4000):
        given = {}
        for n, p in model.parameters.items():
            if p.formula is None and p.lower is not None and p.upper is not None:
                share = Fraction(draw.randrange(1, 9973), 9973)
                given[n] = p.lower + share * (p.upper - p.lower)
        try:
            model.values(values=given)
        except UsageError:
            continue
        found.append(given)
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize("name", SIX)
def test_solve_and_regimes_agree_pattern_by_pattern(name: str) -> None:
    model = load_model(name)
    names = model.names
    analysis = model.regimes(boundaries=False)
    points = _points(model, 6)
    assert points
    for given in points:
        solved = {names.name(names.pattern(e.profile)) for e in model.solve(values=given)}
        numbers = model.values(values=given)
        derived = {
            names.name(names.pattern(e.support))
            for e in analysis.equilibria
            if all(c.evaluate(numbers) for c in e.conditions)
        }
        if model.tree is None:
            assert solved == derived
            assert {names.number(names.pattern(e.profile)) for e in model.solve(values=given)} == {
                names.number(names.pattern(e.support))
                for e in analysis.equilibria
                if all(c.evaluate(numbers) for c in e.conditions)
            }
        else:
            # What is off the play may be told by one corner or another of a set.
            plays = {names.play(names.pattern(e.profile)) for e in model.solve(values=given)}
            assert plays == {
                names.play(names.pattern(e.support))
                for e in analysis.equilibria
                if all(c.evaluate(numbers) for c in e.conditions)
            }


def test_published_names_are_found_by_behaviour() -> None:
    model = load_model("unilateral-deterrence")
    names = model.names
    here = {names.name(names.pattern(e.profile)) for e in model.solve()}
    assert "The bluff equilibrium" in here
    there = {names.name(names.pattern(e.profile)) for e in model.solve(p_Def="3/4")}
    assert "Certain deterrence" in there


def test_a_sentence_is_no_name() -> None:
    for name in ALL:
        for known in load_model(name).names.published:
            assert " is " not in known.name, name


def test_letters_go_by_probabilities_and_not_by_the_list() -> None:
    names = PatternNames.of_matrix(("A", "B"), (("x", "y"), ("l", "r")))

    def profile(x: str) -> dict[str, dict[str, Fraction]]:
        p = Fraction(x)
        return {"A": {"x": p, "y": 1 - p}, "B": {"l": Fraction(1)}}

    listed = [profile("2/3"), profile("1/3"), profile("1")]
    assert names.labels(listed) == ["#7b", "#7a", "#1"]
    assert names.labels(listed[::-1]) == ["#1", "#7a", "#7b"]


def test_an_unknown_action_is_refused() -> None:
    names = PatternNames.of_matrix(("A",), (("x", "y"),))
    with pytest.raises(UsageError, match="no action 'z'"):
        names.pattern({"A": ["z"]})


def test_results_are_named_by_outcomes_in_the_order_of_the_file() -> None:
    titles = {"w": "War", "p": "Peace", "y": "Yields"}
    assert result_name(["w"], titles) == "War"
    assert result_name(["w", "p"], titles, known=["p", "w"]) == "Either of: Peace; War"
    assert result_name(["y", "w", "p"], titles, known=["p", "w", "y"]) == (
        "Any of: Peace; War; Yields"
    )
