"""The values that a verb was given, read and checked in one way.

>>> from deterrence import load_model, regimes
>>> model = load_model("asymmetric-bipolarity")
>>> given(regimes, model, {"k_R": "15/2"}, {"l_N": 3})
{'k_R': Fraction(15, 2), 'l_N': Fraction(3, 1)}
>>> given(regimes, model, None, {"time_limt": 5})
Traceback (most recent call last):
    ...
deterrence.errors.UsageError: asymmetric-bipolarity has no parameter 'time_limt', and regimes() \
no such option (did you mean 'time_limit'?)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deterrence.errors import UsageError, did_you_mean, shorten
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value, joined, read_value


def given(
    verb: Callable[..., Any],
    model: SymbolicModel,
    values: Mapping[str, Value] | None,
    overrides: Mapping[str, Value],
) -> dict[str, Any]:
    """Return the numbers that ``values`` and the keywords ``overrides`` of a verb give.

    Raises :class:`UsageError` for what is no model, for what is no parameter of it (a
    keyword may also be a misspelt option of the verb), for a parameter with two values, and
    for what is no number.
    """
    if not isinstance(model, SymbolicModel):
        raise UsageError(
            f"{verb.__name__}() takes a model, not {type(model).__name__}",
            remedy="load_model(NAME) and read_model(TEXT) give one",
        )
    found = joined(values, overrides)
    for name in found:
        if name in overrides and name not in model.parameters:
            raise UsageError(
                f"{model.name} has no parameter {shorten(name)!r}, and {verb.__name__}() no such "
                "option",
                remedy=did_you_mean(name, [*options(verb), *model.parameters])
                or f"parameters: {', '.join(model.parameters) or 'none'}",
            )
        model.parameter(name)
    return {name: read_value(name, value) for name, value in found.items()}


def fixed(
    verb: Callable[..., Any],
    model: SymbolicModel,
    scenario: str | None,
    values: Mapping[str, Value] | None,
    overrides: Mapping[str, Value],
) -> dict[str, Any]:
    """Return all parameters that have a value: those that the scenario sets among them.

    Raises :class:`UsageError` for a scenario that the model does not have, and as
    :func:`given` does.
    """
    own = given(verb, model, values, overrides)
    return {**(model.scenario(scenario).values if scenario is not None else {}), **own}


def refuse(
    verb: Callable[..., Any],
    what: str,
    scenario: str | None,
    values: Mapping[str, Value] | None,
    overrides: Mapping[str, Value],
) -> None:
    """Raise :class:`UsageError` where values are given to something that takes none.

    ``what`` says in a few words what that is.
    """
    for name in overrides:
        hint = did_you_mean(name, options(verb))
        if hint:
            raise UsageError(f"{verb.__name__}() has no option {shorten(name)!r}", remedy=hint)
    if scenario is not None or joined(values, overrides):
        names = [*(["scenario"] if scenario is not None else []), *joined(values, overrides)]
        raise UsageError(
            f"{what}, so it takes no value of {', '.join(map(shorten, names))}",
            remedy="give values to a model",
        )


def options(verb: Callable[..., Any]) -> list[str]:
    """Return the keywords that a verb has besides the names of parameters."""
    import inspect

    named = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in inspect.signature(verb).parameters.values() if p.kind in named]
