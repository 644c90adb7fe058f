"""The verbs as methods of the model: found by completion, help, signature, and by pickle."""

from __future__ import annotations

import inspect
import pickle
import pydoc
from dataclasses import replace
from typing import Any, get_args

import pytest

import deterrence
from deterrence import Model, figures, load_model, read_model
from deterrence.analysis import robust
from deterrence.analysis.points.selection import RULES
from deterrence.analysis.sweeping.designs import DESIGNS
from deterrence.analysis.sweeping.plan import make_plan
from deterrence.analysis.sweeping.run import to_file
from deterrence.analysis.uncertainty import analyse as uncertainty
from deterrence.face import flipping, varying
from deterrence.figures import FIGURES
from deterrence.modelfile import catalogue
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.along.thresholds import find_thresholds
from deterrence.symbolic.matrices.analysis import analyse
from deterrence.symbolic.trees.analysis import analyse_tree

VERBS = (
    "solve",
    "regimes",
    "symbolic_equilibria",
    "conclusions",
    "thresholds",
    "statics",
    "boundaries",
    "refinements",
    "explain",
    "sweep",
    "sensitivity",
    "robustness",
    "levers",
    "plot",
)
GIVEN = ("scenario", "values", "overrides")


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("chicken")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_a_method_with_the_functions_own_face(model: Model, verb: str) -> None:
    function, method = getattr(deterrence, verb), getattr(model, verb)
    assert verb in dir(model)
    assert method.__func__ is function
    assert method.__doc__ == function.__doc__
    assert method.__name__ == verb
    free, bound = inspect.signature(function), inspect.signature(method)
    assert list(bound.parameters.values()) == list(free.parameters.values())[1:]
    assert bound.return_annotation == free.return_annotation


@pytest.mark.parametrize("verb", VERBS)
def test_values_can_be_given_to_every_verb_in_the_same_way(verb: str) -> None:
    parameters = inspect.signature(getattr(deterrence, verb)).parameters
    assert tuple(parameters)[-3:] == GIVEN
    scenario, values, overrides = (parameters[name] for name in GIVEN)
    assert scenario.kind is values.kind is inspect.Parameter.KEYWORD_ONLY
    assert scenario.default is values.default is None
    assert (values.annotation, overrides.annotation) == ("Mapping[str, Value] | None", "Value")
    assert next(iter(parameters.values())).kind is inspect.Parameter.POSITIONAL_ONLY


def test_help_shows_signature_and_text(model: Model) -> None:
    text = pydoc.plain(pydoc.render_doc(model.regimes))
    assert "functools" not in text
    assert "isolate: 'str' = ''" in text
    assert "Return the equilibria of a model in closed form" in text


def test_what_makes_a_model_from_a_model_gives_one_with_verbs(model: Model) -> None:
    ladder = load_model("escalation-ladder")
    for made in (
        model,
        model.replace(title="x"),
        replace(model, title="x"),
        ladder.with_rungs(2),
        load_model("crisis-ladder").with_rungs(2),
        pickle.loads(pickle.dumps(model)),
        read_model(catalogue.model_source("chicken")),
    ):
        assert type(made) is Model
        assert made.title
        assert callable(made.regimes)
    assert ladder.with_rungs(2).ladder.top == 2  # type: ignore[union-attr]


def test_the_model_below_has_no_verbs_and_shares_its_parts(model: Model) -> None:
    below = catalogue.load_model("chicken")
    assert not any(hasattr(below, verb) for verb in VERBS)
    assert repr(below) == repr(model) == "<Model chicken: strategic, A and B, 2x2 cells>"
    above = Model.of(below)
    assert isinstance(above, SymbolicModel)
    assert vars(above) == vars(below)
    assert all(vars(above)[name] is value for name, value in vars(below).items())


@pytest.mark.parametrize(
    ("verb", "below"),
    [
        ("regimes", analyse),
        ("regimes", analyse_tree),
        ("thresholds", find_thresholds),
        ("sweep", make_plan),
        ("sweep", to_file),
        ("sensitivity", uncertainty.analyse),
        ("robustness", robust.robustness),
        ("levers", robust.levers),
    ],
)
def test_options_and_their_defaults_are_those_of_what_does_the_work(verb: str, below: Any) -> None:
    own = inspect.signature(getattr(deterrence, verb)).parameters
    for name, parameter in inspect.signature(below).parameters.items():
        if name in ("model", "fixed", *GIVEN):
            continue
        if name == "effort":
            continue  # work is counted below; those who ask give seconds, if anything
        if verb == "sweep" and name in ("plan", "output", "progress", "time_limit"):
            continue  # of running a plan; a time limit is the command's alone
        if (verb, name) in {("robustness", "conclusion"), ("robustness", "units")}:
            assert own[name].default is None  # depends on whether payoffs move
            continue
        assert own[name].default == parameter.default, name


def test_the_words_that_checkers_know_are_those_that_are_understood() -> None:
    assert get_args(varying.SweepDesign) == DESIGNS
    assert get_args(varying.Selection) == tuple(RULES)
    assert get_args(varying.Method) == uncertainty.METHODS
    assert get_args(flipping.Units) == ("range", "sd", "payoff")


@pytest.mark.parametrize("kind", FIGURES)
def test_every_option_of_every_figure_can_be_given_to_plot(kind: str) -> None:
    known = inspect.signature(deterrence.plot).parameters
    draw = getattr(figures, kind.replace("-", "_"))
    for name, parameter in list(inspect.signature(draw).parameters.items())[1:]:
        if parameter.kind is parameter.KEYWORD_ONLY:
            assert name in known, f"{kind}: {name}"
