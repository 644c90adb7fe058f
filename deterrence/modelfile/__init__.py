"""Model files: from YAML to symbolic models, with every fault in its place.

The names are loaded when they are first used: reading a file needs PyYAML and
pydantic, listing what ships needs neither.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deterrence.modelfile.catalogue import (
        check_file,
        list_models,
        load_model,
        model_names,
        read_model,
    )
    from deterrence.modelfile.model import SymbolicModel

_HOMES = {
    "check_file": "deterrence.modelfile.catalogue",
    "list_models": "deterrence.modelfile.catalogue",
    "SymbolicModel": "deterrence.modelfile.model",
    "load_model": "deterrence.modelfile.catalogue",
    "model_names": "deterrence.modelfile.catalogue",
    "read_model": "deterrence.modelfile.catalogue",
}
__all__ = ["SymbolicModel", "check_file", "list_models", "load_model", "model_names", "read_model"]


if not TYPE_CHECKING:  # a checker that saw this would let every misspelt name pass

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, whether they are loaded yet or not."""
    return sorted({*globals(), *__all__})
