"""Conditions with symbols, as they are printed, against brute force at points, half with ties.

Payoffs and assumptions are random polynomials and quotients; what is printed is read as Python
over fractions, so that nothing of the package says what it means.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
import stability_witness as witness
from conflict_samples import coalitions
from option_samples import as_file, places, random_form
from symbolic_samples import (
    GRID,
    NAMES,
    STYLES,
    Point,
    at_point,
    is_tied,
    model,
    points,
    value,
)

from deterrence import Model
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.symbolic.conditions import conditions
from deterrence.graph_model.symbolic.order_types import order_types

BLOCKS = 13


def sized(*sizes: tuple[Any, ...], often: int = 2) -> list[Any]:
    """Return (block, size): the first ``often`` sizes once in every run, the rest with all."""
    found = []
    for block, (k, size) in itertools.product(range(BLOCKS), enumerate(sizes)):
        marks = [] if block == 0 and k < often else [pytest.mark.everything]
        found.append(pytest.param(block, *size, marks=marks, id=f"{block}-{size[0]}"))
    return found


#: (shape, conflicts in a block, points of each).
SHAPES = sized(((2, 2), 2, 40), ((2, 3), 1, 40), ((2, 2, 2), 1, 20), ((3, 3), 1, 40))


Verdicts = dict[str, list[list[tuple[bool, bool]]]]


def verdicts(game: witness.Conflict, concepts: Sequence[str]) -> Verdicts:
    """By notion, player and state: whether it is stable always, and sometimes."""
    found: Verdicts = {}
    for concept in concepts:
        if concept == "nm":
            always, sometimes, _, _ = witness.non_myopic(game)
            pairs = zip(always, sometimes, strict=True)
            found[concept] = [[*zip(*pair, strict=True)] for pair in pairs]
        elif concept.startswith("l"):
            found[concept] = [
                [witness.limited(game, int(concept[1:]), i, s) for s in game.states]
                for i in game.players
            ]
        else:
            found[concept] = [
                [(witness.stable(game, concept, i, s),) * 2 for s in game.states]
                for i in game.players
            ]
    return found


@pytest.mark.parametrize(("block", "shape", "count", "each"), SHAPES)
def test_conditions(block: int, shape: tuple[int, ...], count: int, each: int) -> None:
    rng = random.Random(f"conditions {block} {shape}")
    concepts = [*witness.CONCEPTS, "l2"] if len(shape) == 2 else [*witness.CONCEPTS]
    for number in range(count):
        data, rows = model(rng, shape, STYLES[(block * count + number) % len(STYLES)])
        found = conditions(conflict_of(Model.from_dict(data)), concepts, effort=20)
        names = sorted(data["parameters"])
        for at in points(rng, data["assumptions"], names, rows, each):
            game = at_point(shape, rows, at)
            all_told = verdicts(game, concepts)
            for concept, s in itertools.product(concepts, game.states):
                told = [row[s] for row in all_told[concept]]
                for i, (always, sometimes) in enumerate(told):
                    same(found.of(concept, s, f"P{i}"), at, always, data)
                    same(found.sometimes_of(concept, s, f"P{i}"), at, sometimes, data)
                same(found.of(concept, s), at, all(a for a, _ in told), data)
                same(found.sometimes_of(concept, s), at, all(b for _, b in told), data)


@functools.cache
def printed(condition: Any) -> str:
    return str(condition.text)


def same(condition: Any, at: Point, want: bool, data: Any) -> None:
    """Compare what is printed; what is not proven is sufficient."""
    if condition.proof != "proven":
        assert want or not condition.holds(at), (condition, at, data)
        return
    text = printed(condition)
    assert value(text, at) == want, (text, at, data)


@pytest.mark.parametrize(("block", "shape"), sized(((2, 2),), ((2, 2, 2),)))
def test_conditions_of_coalitions(block: int, shape: tuple[int, ...]) -> None:
    rng = random.Random(f"coalitions {block} {shape}")
    data, rows = model(rng, shape, STYLES[block % len(STYLES)])
    conflict = conflict_of(Model.from_dict(data))
    groups = [sorted(group) for group in coalitions(at_point(shape, rows, dict.fromkeys(NAMES, 1)))]  # type: ignore[arg-type]
    named = [tuple(f"P{i}" for i in group) for group in groups]
    notions = ["cnash", "cgmr", "csmr"] + ["cseq"] * (len(shape) == 2)
    found = conditions(conflict, notions, coalitions=named, effort=20)
    for at in points(rng, data["assumptions"], sorted(data["parameters"]), rows, 15):
        game = at_point(shape, rows, at)
        for (group, name), concept in itertools.product(zip(groups, named, strict=True), notions):
            for s in game.states:
                want = witness.coalition_stable(game, concept, group, s)
                same(found.of(concept, s, name), at, want, data)


@pytest.mark.parametrize(("block", "shape", "count"), sized(((2, 2), 1), ((2, 3), 1), often=1))
def test_regimes(block: int, shape: tuple[int, ...], count: int) -> None:
    """At every point one regime holds, and it says what is stable, far look-aheads included."""
    rng = random.Random(f"regimes {block} {shape}")
    concepts = ["nash", "seq", "smr", "l2", "l3", "l4", "nm"]
    for number in range(count):
        data, rows = model(rng, shape, ("few", "linear", "ordinal")[(block + number) % 3])
        found = order_types(conflict_of(Model.from_dict(data)), concepts, effort=20)
        if not found.complete:
            continue
        for at in points(rng, data["assumptions"], sorted(data["parameters"]), rows, 25):
            game = at_point(shape, rows, at)
            tied = is_tied(rows, at)
            if tied and not found.exact:
                continue
            regimes = found.ties if tied else found.regimes
            here = [r for r in regimes if r.proof == "proven" and holds(r.when, at)]
            assert len(here) == 1 or any(r.proof != "proven" for r in regimes), (at, data)
            told = verdicts(game, concepts)
            for regime in here:
                check_regime(regime, told, (at, data))
            for (concept, s, player), condition in found.conditions.items():
                if player is not None and (found.exact or not tied):
                    want = told[concept][int(player[1:])][s][0]
                    same(condition, at, want, data)


written = functools.cache(str)


def holds(when: Any, at: Point) -> bool:
    return any(all(value(written(c), at) for c in term) for term in when)


def check_regime(regime: Any, told: Verdicts, where: object) -> None:
    for concept, rows in told.items():
        states = [*zip(*rows, strict=True)]
        always = tuple(s for s, row in enumerate(states) if all(a for a, _ in row))
        sometimes = tuple(s for s, row in enumerate(states) if all(b for _, b in row))
        assert regime.always[concept] == always, (concept, where)
        assert regime.sometimes[concept] == sometimes, (concept, where)


@pytest.mark.parametrize(("block", "count"), sized((2,)))
def test_conditions_of_option_forms(block: int, count: int) -> None:
    """Payoffs as formulas in options and parameters, in forms that are no tables, too."""
    rng = random.Random(f"forms {block}")
    done = 0
    while done < count:
        form = random_form(rng)
        if len(form.options) > 3 or len(form.states()) > 12:
            continue
        file = as_file(rng, form)
        kept = ["a", "b"]
        groups = [f"group{k}" for k in range(len(form.merged))]
        alone = "".join(f"*(1 - {g})" for g in groups)
        written = []
        for player in file["players"]:
            terms = [
                f"{rng.choice(['1', 'a', 'b', '(a - b)', '2'])}*{name}{alone}"
                for own in form.options
                for name in own
                if rng.random() < 0.6
            ]
            terms += [f"{rng.choice(['a', 'b', '1'])}*{g}" for g in groups]
            written.append(" + ".join(["0", *terms]))
            file["preferences"][player] = {"payoff": written[-1]}
        file["parameters"] = {n: {"title": n, "default": 1, "bounds": [0, 9]} for n in kept}
        file["assumptions"] = ["a >= 0", "b >= 0"]
        if not all(any(n in text for text in written) for n in kept):
            continue
        done += 1
        conflict = conflict_of(Model.from_dict(file))
        at = places(form, conflict)
        two = len(form.options) == 2
        concepts = [*witness.CONCEPTS, *(["l2"] if two else [])]
        found = conditions(conflict, concepts, effort=20)
        moves = form.conflict().moves
        for _ in range(20):
            point = {"a": abs(rng.choice(GRID)), "b": abs(rng.choice(GRID))}
            rows = [
                [worth(text, form, state, point) for state in form.states()] for text in written
            ]
            game = witness.Conflict(moves, tuple(map(tuple, rows)))
            told = verdicts(game, concepts)
            for concept, s in itertools.product(concepts, game.states):
                for i, row in enumerate(told[concept]):
                    same(found.of(concept, at[s], f"P{i}"), point, row[s][0], file)
                    same(found.sometimes_of(concept, at[s], f"P{i}"), point, row[s][1], file)
                everybody = all(row[s][0] for row in told[concept])
                same(found.of(concept, at[s]), point, everybody, file)


def worth(text: str, form: witness.OptionForm, state: Any, point: Point) -> Any:
    """Evaluate a payoff at a state: options and merged states are 1 or 0."""
    flags = {name: Fraction(taken) for name, taken in state[0].items()}
    for k, statement in enumerate(form.merged):
        flags[f"group{k}"] = Fraction(witness.holds(statement, state[0]))
    return value(text, {**point, **flags})
