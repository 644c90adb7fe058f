"""What a file needs to be part of the library, beside a game that is right."""

from __future__ import annotations

import re

import pytest

from deterrence.game.measures import Measure
from deterrence.modelfile.catalogue import load_model, model_names, model_source
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.themes import THEMES
from deterrence.statements import is_chance, outcomes_of

COLLECTIONS = {
    "flagship", "classics", "perfect-deterrence", "nuclear-risk", "bargaining", "arms-control",
    "alliances", "hybrid", "eurasia", "graph-model",
}  # fmt: skip
NAMES = sorted(model_names())
#: Words that judge one side; the models say who yields, prevails, begins or responds.  Kahn
#: himself puts the word in quotation marks in the title of a rung.
LOADED = re.compile(
    r"\b(victim|hostil|(?<!')peaceful|aggress|rogue|enem(y|ies)\b|evil\b|innocent|guilty)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_where_it_belongs(name: str) -> None:
    model = load_model(name)
    assert model.level in (1, 2, 3)
    assert model.themes
    assert set(model.themes) <= THEMES.keys()
    assert model.collections
    assert set(model.collections) <= COLLECTIONS
    assert model.see_also
    assert set(model.see_also) <= set(model_names()) - {name}
    assert len(set(model.see_also)) == len(model.see_also)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_something_to_teach(name: str) -> None:
    model = load_model(name)
    assert len(model.exercises) >= 2
    assert any(r.lesson for r in model.known_results), "no result bears the insight out"


@pytest.mark.parametrize("name", NAMES)
def test_every_player_has_a_lever_or_a_reason(name: str) -> None:
    model = load_model(name)
    controlling = {p.controlled_by for p in model.parameters.values()}
    for player in model.players:
        assert (player in controlling) != (player in model.no_levers), player
    assert all(len(reason) >= 20 for reason in model.no_levers.values())


@pytest.mark.parametrize("name", NAMES)
def test_no_word_takes_a_side(name: str) -> None:
    assert not LOADED.findall(model_source(name).decode())


@pytest.mark.parametrize("name", NAMES)
def test_everything_has_a_source(name: str) -> None:
    model = load_model(name)
    assert model.source
    for parameter in model.parameters.values():
        assert parameter.source or parameter.formula is not None, parameter.name
    for scenario in model.scenarios.values():
        assert scenario.source, scenario.name
        assert scenario.story, scenario.name
    for result in model.known_results:
        assert result.source, result.title


@pytest.mark.parametrize("name", NAMES)
def test_opposite_measures_have_opposite_senses(name: str) -> None:
    model = load_model(name)
    chances = [m for m in model.measures if is_chance(m.expression)]
    everything = set(outcomes_of(model))
    for m in chances:
        for other in chances:
            ends, rest = ends_of(m), ends_of(other)
            if ends | rest == everything and not ends & rest:
                assert {m.sense, other.sense} == {"want", "avoid"}, (m.name, other.name)


def ends_of(measure: Measure) -> set[str]:
    """The outcomes whose probabilities a measure adds up."""
    return {str(n.args[1]) for n in measure.expression.walk() if n.op == "query"}


def test_opposites_are_found() -> None:
    model: SymbolicModel = load_model("unilateral-deterrence")
    assert ends_of(next(m for m in model.measures if m.name == "deterrence")) == {"status_quo"}
    assert LOADED.search("a Hostile power")
    assert not LOADED.search("the resolved side")


@pytest.mark.parametrize("name", NAMES)
def test_values_lie_within_their_ranges(name: str) -> None:
    model = load_model(name)
    for scenario in (None, *model.scenarios):
        for parameter, value in model.values(scenario).items():
            p = model.parameters[parameter]
            if p.formula is None and not model.orders:  # of an order there are no numbers
                assert p.lower <= value <= p.upper, (scenario, parameter)
