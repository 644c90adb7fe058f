"""The model that users receive: a symbolic model with the verbs of the package as methods.

A verb that is assigned in the class is a method: its first argument is the model, and
signature, types and help are those of the function.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> model
<Model asymmetric-bipolarity: strategic, Russia and NATO, 2x2 cells>
>>> print(model.conclusions("war > 0").every_text)
a risk of war in every equilibrium iff r_N < g_R/(g_R + k_R) or r_R < g_N/(g_N + k_N)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Self

from deterrence.face import (
    briefing,
    comparing,
    deriving,
    eliciting,
    exchanging,
    exploring,
    flipping,
    pages,
    plotting,
    reporting,
    solving,
    stability,
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

    >>> from deterrence import load_model
    >>> model = load_model("chicken")
    >>> model.players, len(model.solve())
    (('A', 'B'), 3)
    >>> model.parameters["P_A"].default
    Fraction(-10, 1)
    """

    brief = briefing.brief
    report = reporting.report
    solve = solving.solve
    regimes = deriving.regimes
    symbolic_equilibria = deriving.symbolic_equilibria
    conclusions = deriving.conclusions
    thresholds = deriving.thresholds
    statics = deriving.statics
    boundaries = deriving.boundaries
    refinements = deriving.refinements
    explain = deriving.explain
    stability = stability.stability
    sweep = varying.sweep
    sensitivity = varying.sensitivity
    robustness = flipping.robustness
    levers = flipping.levers
    compare = comparing.compare
    elicit = eliciting.elicit
    plot = plotting.plot
    explorer = exploring.explorer
    to_nashpy = exchanging.to_nashpy
    to_pygambit = exchanging.to_pygambit

    def _repr_html_(self) -> str:
        """Return the story, and the matrix or the tree as a picture, for notebooks."""
        return pages.model_html(self)

    @classmethod
    def of(cls, model: SymbolicModel) -> Self:
        """Return a symbolic model as one with verbs; the parts are shared, not copied.

        >>> from deterrence import Model
        >>> from deterrence.modelfile.catalogue import load_model
        >>> len(Model.of(load_model('chicken')).solve())
        3
        """
        return cls(**{f.name: getattr(model, f.name) for f in fields(SymbolicModel)})

    # ---- models that are made in Python ---------------------------------------------
    @classmethod
    def from_text(cls, text: str | bytes, name: str = "model") -> Self:
        """Return the model in the text of a model file; ``name`` is what it will be called.

        Raises :class:`InvalidFileError` with all faults, each with line and column.

        >>> from deterrence import Model
        >>> Model.from_text("title: T\\nform: strategic\\n")
        Traceback (most recent call last):
            ...
        deterrence.errors.InvalidFileError: text: 1 fault
          line 1, column 1: the key 'players' is missing; expected players: ...
        """
        from deterrence.modelfile.catalogue import read_model

        return cls.of(read_model(text, name))

    @classmethod
    def from_dict(cls, sections: Mapping[str, Any], name: str = "model") -> Self:
        """Return the model that the sections of a model file make, as dicts and lists.

        Formulas and numbers may be text, numbers (a float means what it shows: 0.1 is 1/10),
        or sympy expressions, which are converted part by part.  Raises
        :class:`InvalidFileError` with all faults, each with its entry.

        >>> from deterrence import Model
        >>> import sympy
        >>> k = sympy.Symbol("k")
        >>> model = Model.from_dict({
        ...     "title": "Duel", "form": "strategic", "players": ["A", "B"],
        ...     "actions": {"A": ["wait", "shoot"], "B": ["wait", "shoot"]},
        ...     "parameters": {k: {"title": "cost of a fight", "default": 3}},
        ...     "assumptions": [k > 0],
        ...     "game": {"wait": {"wait": [0, 0], "shoot": [-1, 1]},
        ...              "shoot": {"wait": [1, -1], "shoot": [-k, -k]}},
        ... })
        >>> len(model.solve()), len(model.solve(k="1/2"))
        (3, 1)
        """
        from deterrence.modelfile.from_python import from_dict

        return cls.of(from_dict(sections, name))

    @classmethod
    def from_matrices(
        cls,
        row: Sequence[Sequence[Any]],
        column: Sequence[Sequence[Any]],
        *,
        players: Sequence[str] = ("Row", "Column"),
        actions: Sequence[Sequence[str]] | None = None,
        parameters: Mapping[Any, Any] | Iterable[Any] | None = None,
        assumptions: Iterable[Any] = (),
        name: str = "model",
        title: str = "",
        **sections: Any,
    ) -> Self:
        """Return the model of a two-player game with these payoff matrices (rows x columns).

        Payoffs are sympy expressions, numbers or text in the language of model files.
        ``parameters`` maps names or symbols to a default, or to what a model file says of a
        parameter; or it lists names without defaults; without it, all names in the payoffs
        are parameters.  What sympy assumes of the sign of a symbol (``positive=True``) is
        added to the ``assumptions``, which are conditions as text or of sympy.  Further
        ``sections`` are those of a model file, such as ``measures`` and ``scenarios``.

        Raises :class:`UsageError` for matrices and actions that do not fit together, and
        :class:`InvalidFileError` for all else.

        >>> from deterrence import Model
        >>> import sympy
        >>> g, k = sympy.symbols("g k", positive=True)
        >>> model = Model.from_matrices([[0, -1], [g, -k]], [[0, g], [-1, -k]],
        ...                             players=("A", "B"), parameters={g: 1, k: 4})
        >>> [str(condition) for condition in model.assumptions]
        ['g > 0', 'k > 0']
        >>> print(model.regimes().equilibria[-1].profile["A"]["r2"])
        g/(g + k - 1)
        """
        from deterrence.modelfile.from_python import from_matrices

        return cls.of(
            from_matrices(
                row,
                column,
                players=players,
                actions=actions,
                parameters=parameters,
                assumptions=assumptions,
                name=name,
                title=title,
                **sections,
            )
        )
