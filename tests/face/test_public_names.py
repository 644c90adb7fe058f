"""The package's public names: loaded when first used, complete, listed, documented."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import subprocess
import sys

import pytest
from checkout import ROOT

import deterrence
from deterrence import errors

FUNCTIONS = [n for n in deterrence.__all__ if inspect.isfunction(getattr(deterrence, n))]


def public(name: str) -> object:
    return getattr(deterrence, name)


@pytest.mark.parametrize("name", deterrence.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert public(name) is not None
    assert name in dir(deterrence)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = deterrence.no_such_thing  # type: ignore[attr-defined]
    assert not hasattr(deterrence, "solve_tree")  # there is one solve


def test_importing_the_package_loads_none_of_its_modules() -> None:
    code = "import sys, deterrence; print([m for m in sys.modules if m.startswith('deterrence.')])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def test_the_types_that_checkers_see_are_those_that_run() -> None:
    """TYPE_CHECKING imports, the lazy table and __all__ name the same things."""
    tree = ast.parse((ROOT / "deterrence" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert declared == deterrence._HOMES
    assert sorted(declared) == sorted(deterrence.__all__)
    assert len(set(deterrence.__all__)) == len(deterrence.__all__)


def test_no_public_name_is_that_of_a_module() -> None:
    """Importing a module of the package would put it in the place of the name."""
    modules = {module.name for module in pkgutil.iter_modules(deterrence.__path__)}
    assert "symbolic" in modules
    assert modules.isdisjoint(deterrence.__all__)


def test_all_errors_are_public() -> None:
    own = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and value.__module__ == errors.__name__
    }
    assert own == {"Fault"} | {n for n in own if n.endswith("Error")}
    assert own <= set(deterrence.__all__)


@pytest.mark.parametrize(
    "name", [n for n in deterrence.__all__ if n not in ("__version__", "Value")]
)
def test_every_public_name_is_documented(name: str) -> None:
    thing = public(name)
    assert inspect.isclass(thing) or inspect.isfunction(thing)
    text = inspect.getdoc(thing) or ""
    assert len(text.splitlines()[0]) > 20
    if inspect.isfunction(thing):
        home = sys.modules[thing.__module__].__doc__ or ""
        assert ">>>" in text or ">>>" in home


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_and_result_has_a_type(name: str) -> None:
    signature = inspect.signature(getattr(deterrence, name))
    assert signature.return_annotation not in (signature.empty, "Any")
    for parameter in signature.parameters.values():
        assert parameter.annotation not in (parameter.empty, "Any"), parameter
