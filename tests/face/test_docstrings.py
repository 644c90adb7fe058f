"""Whoever asks for help on a public name finds an example; the doctests run them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import deterrence
from deterrence import Model, Solution, SymbolicAssessment, SymbolicEquilibrium, TreeSolution

#: Values, and a union of types, which have no docstring of their own.
NO_HELP = {"__version__", "Value"}
METHODS = [
    name for name in dir(Model) if not name.startswith("_") and callable(getattr(Model, name))
]
RESULTS: list[tuple[type, str]] = [
    (Solution, "to_frame"),
    (Solution, "__getitem__"),
    (TreeSolution, "__getitem__"),
    (SymbolicEquilibrium, "to_sympy"),
    (SymbolicAssessment, "to_sympy"),
]


def has_example(item: Any) -> bool:
    return ">>>" in (inspect.getdoc(item) or "")


@pytest.mark.parametrize("name", sorted({*deterrence.__all__} - NO_HELP))
def test_every_public_name_has_an_example(name: str) -> None:
    item = getattr(deterrence, name)
    # A class that says nothing would pass by the docstring of one that it inherits.
    assert has_example(vars(item).get("__doc__") and item if inspect.isclass(item) else item)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_a_model_has_an_example(name: str) -> None:
    assert has_example(getattr(Model, name))


@pytest.mark.parametrize(("kind", "name"), RESULTS)
def test_what_results_have_in_common_has_an_example(kind: type, name: str) -> None:
    assert has_example(getattr(kind, name))


def test_the_list_of_methods_is_that_of_the_verbs() -> None:
    assert {"solve", "regimes", "sweep", "from_text", "from_dict", "from_matrices"} <= set(METHODS)
