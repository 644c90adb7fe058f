"""One result of every verb, on two small models, a matrix and a tree, and on a table of three."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from brink import BRINK

from deterrence import boundaries, conclusions, load_model, statics

MODELS = (BRINK, "rudimentary-deterrence")
VERBS = (
    "solve", "regimes", "boundaries", "statics", "conclusions", "thresholds", "explain", "sweep",
    "sensitivity", "robustness", "levers", "compare", "brief",
)  # fmt: skip
#: A table of three players, of which the symbolic verbs say something.
TABLE = "three-players-in-a-table"
EVERY = [(model, verb) for model in MODELS for verb in VERBS]
EVERY += [(TABLE, verb) for verb in ("regimes", "boundaries", "statics", "explain")]
EVERY += [(MODELS[0], "refinements"), (MODELS[0], "stability")]


@cache
def result_of(name: str, verb: str) -> Any:
    """Return what a verb says of a model, worked out once."""
    file = Path(__file__).parents[1] / "cases" / f"{name}.yaml"
    model = load_model(str(file) if name == TABLE else name)
    player = {BRINK: "NATO", "rudimentary-deterrence": "B"}.get(name)
    parameter = {BRINK: "rho", "rudimentary-deterrence": "a_DC"}.get(name, "c")
    if verb in ("boundaries", "statics", "conclusions"):
        verbs: Any = {"boundaries": boundaries, "statics": statics, "conclusions": conclusions}
        analysis = result_of(name, "regimes")
        return verbs[verb](analysis, "war > 0") if verb == "conclusions" else verbs[verb](analysis)
    options: dict[str, dict[str, Any]] = {
        "thresholds": {"parameter": parameter},
        "sweep": {"axes": {parameter: "0:1:5"}, "output": str(Path(mkdtemp()) / "sweep.csv")},
        "sensitivity": {"samples": 64},
        "robustness": {"conclusion": "war == 0"},
        "compare": {"against": {parameter: "1/2"}},
        "levers": {"player": player, "want": "war == 0"},
        "stability": {"start": 1, "coalitions": "all", "goals": ["1"], "inverse": True},
    }
    return getattr(model, verb)(**options.get(verb, {}))
