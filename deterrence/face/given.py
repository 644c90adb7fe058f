"""The values that a verb was given, read and checked in one way.

>>> from deterrence import load_model, regimes
>>> model = load_model("asymmetric-bipolarity")
>>> Given(regimes, None, {"k_R": "15/2"}, {"l_N": 3}).numbers(model)
{'k_R': Fraction(15, 2), 'l_N': Fraction(3, 1)}
>>> Given(regimes, None, None, {"time_limt": 5}).numbers(model)
Traceback (most recent call last):
    ...
deterrence.errors.UsageError: asymmetric-bipolarity has no parameter 'time_limt', and regimes() \
no such option (did you mean 'time_limit'?)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.errors import UsageError, did_you_mean, shorten
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value, joined, read_value


@dataclass(frozen=True)
class Given:
    """What a verb was given as values: a scenario, a mapping, and keywords (``overrides``)."""

    verb: Callable[..., Any]
    scenario: str | None
    values: Mapping[str, Value] | None
    overrides: Mapping[str, Value]
    #: Whether the verb also takes option forms that are no table.
    any_form: bool = False

    def numbers(self, model: SymbolicModel) -> dict[str, Any]:
        """Return the numbers that the mapping and the keywords give.

        Raises :class:`UsageError` for what is no model, or none of a form that the verb takes,
        for what is no parameter of it (a keyword may also be a misspelt option of the verb), for
        a parameter with two values, and for what is no number.
        """
        verb = self.verb.__name__
        if not isinstance(model, SymbolicModel):
            raise UsageError(
                f"{verb}() takes a model, not {type(model).__name__}",
                remedy="load_model(NAME) and read_model(TEXT) give one",
            )
        if not self.any_form:
            model.need_game()
        found = joined(self.values, self.overrides)
        for name in found:
            if name in self.overrides and name not in model.parameters:
                raise UsageError(
                    f"{model.name} has no parameter {shorten(name)!r}, and {verb}() no such option",
                    remedy=did_you_mean(name, [*options(self.verb), *model.parameters])
                    or f"parameters: {', '.join(model.parameters) or 'none'}",
                )
            model.parameter(name)
        return {name: read_value(name, value) for name, value in found.items()}

    def fixed(self, model: SymbolicModel) -> dict[str, Any]:
        """Return all parameters that have a value: those that the scenario sets among them.

        Raises :class:`UsageError` for a scenario that the model does not have, and as
        :meth:`numbers` does.
        """
        own = self.numbers(model)
        return own if self.scenario is None else {**model.scenario(self.scenario).values, **own}

    def refuse(self, what: str) -> None:
        """Raise :class:`UsageError` where values are given to something that takes none.

        ``what`` says in a few words what that is.
        """
        for name in self.overrides:
            hint = did_you_mean(name, options(self.verb))
            if hint:
                raise UsageError(
                    f"{self.verb.__name__}() has no option {shorten(name)!r}", remedy=hint
                )
        scenario = [] if self.scenario is None else ["scenario"]
        names = [*scenario, *joined(self.values, self.overrides)]
        if names:
            raise UsageError(
                f"{what}, so it takes no value of {', '.join(map(shorten, names))}",
                remedy="give values to a model",
            )


def options(verb: Callable[..., Any]) -> list[str]:
    """Return the keywords that a verb has besides the names of parameters."""
    import inspect

    named = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in inspect.signature(verb).parameters.values() if p.kind in named]
