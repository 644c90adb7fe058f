"""The model that users receive: a symbolic model with the verbs of the package as methods.

A verb that is assigned in the class is a method: its first argument is the model, and
signature, types and help are those of the function.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> model
<Model asymmetric-bipolarity: strategic, Russia and NATO, 2x2 cells>
>>> print(model.conclusions("war > 0").every_text)
a risk of war in every equilibrium iff k_R < l_R and k_N < l_N
"""

from __future__ import annotations

from dataclasses import fields
from typing import Self

from deterrence.face import (
    briefing,
    comparing,
    deriving,
    flipping,
    pages,
    plotting,
    solving,
    varying,
)
from deterrence.modelfile.model import SymbolicModel
from deterrence.report import model_sheet as model_sheet


class Model(SymbolicModel):
    """A crisis as a game with symbolic payoffs, and everything one can ask of it.

    ``at`` puts in values and gives the game; the verbs are the functions of the package of
    the same names.  What makes a model from a model (``with_rungs``, ``replace``) gives a
    ``Model`` again.  The fields are those of
    :class:`~deterrence.modelfile.model.SymbolicModel`.
    """

    brief = briefing.brief
    solve = solving.solve
    regimes = deriving.regimes
    symbolic_equilibria = deriving.symbolic_equilibria
    conclusions = deriving.conclusions
    thresholds = deriving.thresholds
    statics = deriving.statics
    boundaries = deriving.boundaries
    explain = deriving.explain
    sweep = varying.sweep
    sensitivity = varying.sensitivity
    robustness = flipping.robustness
    levers = flipping.levers
    compare = comparing.compare
    plot = plotting.plot

    def _repr_html_(self) -> str:
        """Return the story, and the matrix or the tree as a picture, for notebooks."""
        return pages.model_html(self)

    @classmethod
    def of(cls, model: SymbolicModel) -> Self:
        """Return a symbolic model as one with verbs; the parts are shared, not copied."""
        return cls(**{f.name: getattr(model, f.name) for f in fields(SymbolicModel)})
