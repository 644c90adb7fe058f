"""Figures of publication quality (matplotlib, extra ``plot``): one module per kind.

Every function draws one figure of a model and returns a matplotlib ``Figure`` with
more attributes: ``description``, a text alternative in a paragraph, ``warnings``, and
``incomplete`` where what is shown is not proven or rests on too small a sample.
``figure.savefig("x.pdf")`` writes PNG, SVG or PDF, always the same bytes for the same
figure.

>>> from deterrence import load_model
>>> from deterrence.figures import best_response
>>> figure = best_response(load_model("chicken"))
>>> print(figure.description[:53])
Best responses in Chicken (Hawk-Dove). Equilibria: #2
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deterrence.figures.kinds.compare_ranges import compare
    from deterrence.figures.kinds.ladder_diagram import ladder
    from deterrence.figures.kinds.moves_graph import moves
    from deterrence.figures.kinds.payoff_matrix import payoffs
    from deterrence.figures.kinds.regime_plane import regimes
    from deterrence.figures.kinds.response_diagram import best_response
    from deterrence.figures.kinds.robustness_bars import robustness
    from deterrence.figures.kinds.sobol_bars import sobol
    from deterrence.figures.kinds.sweep_lines import sweep
    from deterrence.figures.kinds.tornado_bars import tornado
    from deterrence.figures.kinds.tree_diagram import tree

#: Every kind of figure: where it is drawn, and what it shows.  A new one is one file and a line.
FIGURES: dict[str, tuple[str, str]] = {
    "sweep": (
        "deterrence.figures.kinds.sweep_lines:sweep",
        "A measure in every equilibrium as one parameter moves, with exact thresholds.",
    ),
    "regimes": (
        "deterrence.figures.kinds.regime_plane:regimes",
        "Which results are possible over two parameters, with exact boundaries.",
    ),
    "best-response": (
        "deterrence.figures.kinds.response_diagram:best_response",
        "Best responses of a 2x2 game, and all its equilibria.",
    ),
    "payoffs": (
        "deterrence.figures.kinds.payoff_matrix:payoffs",
        "The payoff matrix with best replies and pure equilibria marked.",
    ),
    "moves": (
        "deterrence.figures.kinds.moves_graph:moves",
        "Who can move from which state to which, and which states are stable.",
    ),
    "ladder": (
        "deterrence.figures.kinds.ladder_diagram:ladder",
        "The rungs of a ladder with costs, hazards and what is played.",
    ),
    "tree": (
        "deterrence.figures.kinds.tree_diagram:tree",
        "The game tree: who moves where, who knows what, and an equilibrium in it.",
    ),
    "tornado": (
        "deterrence.figures.kinds.tornado_bars:tornado",
        "What each uncertain parameter alone does to a measure.",
    ),
    "sobol": (
        "deterrence.figures.kinds.sobol_bars:sobol",
        "Sobol indices of a measure with their confidence intervals.",
    ),
    "robustness": (
        "deterrence.figures.kinds.robustness_bars:robustness",
        "How far each parameter may move before a conclusion flips.",
    ),
    "compare": (
        "deterrence.figures.kinds.compare_ranges:compare",
        "The measures of a model's scenarios side by side, as ranges over equilibria.",
    ),
}

__all__ = [
    "FIGURES",
    "best_response",
    "compare",
    "ladder",
    "moves",
    "payoffs",
    "regimes",
    "robustness",
    "sobol",
    "sweep",
    "tornado",
    "tree",
]


def __getattr__(name: str) -> Any:
    """Load the function of a kind when it is first asked for (PEP 562)."""
    kind = name.replace("_", "-")
    if kind not in FIGURES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, function = FIGURES[kind][0].partition(":")
    value = getattr(importlib.import_module(module), function)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, whether they are loaded yet or not."""
    return sorted({*globals(), *__all__})
