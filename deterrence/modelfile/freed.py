"""A model in which parameters that follow from others are set free.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> "k_R" in model.derived, "k_R" in freed(model, ["k_R"]).derived
(True, False)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction

from deterrence.modelfile.model import SymbolicModel


def freed(
    model: SymbolicModel, names: Collection[str], defaults: Mapping[str, Fraction] | None = None
) -> SymbolicModel:
    """Return the model in which derived parameters among ``names`` have no formula any more.

    They get the ``defaults`` given; a parameter that is not derived stays as it is.
    """
    loose = [n for n in names if n in model.derived]
    if not loose:
        return model
    parameters = dict(model.parameters)
    for name in loose:
        p = parameters[name]
        default = p.default if defaults is None else defaults[name]
        parameters[name] = replace(p, formula=None, default=default)
    return model.replace(
        parameters=parameters, derived=tuple(n for n in model.derived if n not in loose)
    )
