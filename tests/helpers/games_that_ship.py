"""Models that ship and are games: all but conflicts with options that are no table."""

from __future__ import annotations

from deterrence.modelfile.catalogue import load_model, model_names

GAMES = [name for name in model_names() if not load_model(name).why_no_table]
#: Those with a matrix; game trees go elsewhere.
MATRICES = [name for name in GAMES if load_model(name).tree is None]
