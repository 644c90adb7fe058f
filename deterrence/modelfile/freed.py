"""A model in which derived parameters stand free, so that they may move on their own.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> freed(model, model.derived, model.values()).derived
()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deterrence.modelfile.model import SymbolicModel


def freed(
    model: SymbolicModel, names: Sequence[str], base: Mapping[str, Fraction] | None = None
) -> SymbolicModel:
    """Return the model in which derived parameters among the names have no formula any more.

    Their values in ``base``, if they are given, become their defaults.
    """
    loose = [n for n in names if n in model.derived]
    if not loose:
        return model
    parameters = dict(model.parameters)
    for name in loose:
        default = parameters[name].default if base is None else base[name]
        parameters[name] = replace(parameters[name], formula=None, default=default)
    return model.replace(
        parameters=parameters, derived=tuple(n for n in model.derived if n not in loose)
    )
