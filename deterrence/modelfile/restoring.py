"""Models in saved results: read from the text of their file, and checked as a file is."""

from __future__ import annotations

from typing import Any

from deterrence.errors import UsageError
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.saved import Reader


def read_saved_model(reader: Reader, told: Any, where: str) -> SymbolicModel:
    """Return the model that a result holds.

    Raises :class:`UsageError` for one that was changed in Python, and
    :class:`InvalidFileError` for a text that is no model.
    """
    if isinstance(told, dict) and isinstance(told.get("changed"), str):
        raise UsageError(
            f"the model {told['changed'][:60]} was changed in Python, so the result does not "
            "hold it",
            remedy="save results of models that were read: Model.from_text, from_dict, load_model",
        )
    name = told.get("model") if isinstance(told, dict) else None
    text = told.get("text") if isinstance(told, dict) else None
    if not isinstance(name, str) or not isinstance(text, str):
        raise reader.wrong(told, "a model with its text", where)
    model = read_model(text, name, source="the model in the result")
    rungs, first = told.get("rungs"), told.get("first")
    if rungs is not None:
        model = model.with_rungs(reader.read(int, rungs, None, where))
    return model if first is None else model.with_first(reader.read(str, first, None, where))
