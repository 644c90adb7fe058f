"""Crises as games with symbolic payoffs, solved exactly, every equilibrium certified.

The public names are loaded when they are first used, so importing the package
costs next to nothing.

>>> from deterrence import load_model, solve
>>> game = load_model("asymmetric-bipolarity").at(k_R="15/2")
>>> mixed = solve(game, solver="exact").equilibria[2]
>>> str(mixed.measures["war"]), str(mixed.regret)
('12/77', '0')
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deterrence.game.profile import Profile
    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.catalogue import list_models, load_model
    from deterrence.modelfile.exchange.efg import read_efg, write_efg
    from deterrence.modelfile.exchange.nfg import read_nfg, write_nfg
    from deterrence.modelfile.model import SymbolicModel as Model
    from deterrence.solvers import solve
    from deterrence.solvers.trees.backward_induction import solve_tree

    __version__: str

__all__ = [
    "ExtensiveGame",
    "Model",
    "Profile",
    "StrategicGame",
    "__version__",
    "list_models",
    "load_model",
    "read_efg",
    "read_nfg",
    "solve",
    "solve_tree",
    "write_efg",
    "write_nfg",
]

#: Where each public name lives.
_HOMES = {
    "ExtensiveGame": "deterrence.game.tree.extensive",
    "Model": "deterrence.modelfile.model",
    "Profile": "deterrence.game.profile",
    "StrategicGame": "deterrence.game.strategic",
    "list_models": "deterrence.modelfile.catalogue",
    "load_model": "deterrence.modelfile.catalogue",
    "read_efg": "deterrence.modelfile.exchange.efg",
    "read_nfg": "deterrence.modelfile.exchange.nfg",
    "solve": "deterrence.solvers",
    "solve_tree": "deterrence.solvers.trees.backward_induction",
    "write_efg": "deterrence.modelfile.exchange.efg",
    "write_nfg": "deterrence.modelfile.exchange.nfg",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name == "__version__":
        value: Any = _version()
    elif name in _HOMES:
        own = {"Model": "SymbolicModel"}.get(name, name)
        value = getattr(importlib.import_module(_HOMES[name]), own)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, whether they are loaded yet or not."""
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("deterrence")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0+unknown"
