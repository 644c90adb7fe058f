"""How much a file may hold of each thing, so that checking it stays quick."""

from __future__ import annotations

from deterrence.modelfile.faults import FaultList
from deterrence.modelfile.measure_rules import is_pattern
from deterrence.modelfile.schema.model_file import ModelFile

MAX_PLAYERS = 8
MAX_ACTIONS = 100
MAX_PATTERNS = 200
#: Of one player, by which states are preferred to others.
MAX_STATEMENTS = 200
MOST = {
    "parameters": 200,
    "definitions": 200,
    "assumptions": 500,
    "correlations": 500,
    "outcomes": 1000,
    "parts": 2000,
    "measures": 200,
    "regimes": 200,
    "scenarios": 500,
    "known_results": 500,
    "exercises": 100,
    "themes": 50,
    "collections": 20,
    "see_also": 50,
    "infeasible": 200,
    "merged": 50,
    "states": 500,
}


def check(faults: FaultList, spec: ModelFile) -> None:
    """Add a fault for everything of which there is too much, and stop there if there is."""
    count = len(faults.faults)
    if len(spec.players) > MAX_PLAYERS:
        what = f"there are {len(spec.players)} players"
        faults.add(("players",), what, f"at most {MAX_PLAYERS}", key=True)
    for player, actions in (spec.actions or {}).items():
        if len(actions) > MAX_ACTIONS:
            what = f"{player} has {len(actions)} actions"
            faults.add(("actions", player), what, f"at most {MAX_ACTIONS}", key=True)
    for section, most in MOST.items():
        size = len(getattr(spec, section))
        if size > most:
            what = f"there are {size} {section.replace('_', ' ')}"
            faults.add((section,), what, f"at most {most}", key=True)
    for player, wants in (spec.preferences or {}).items():
        if len(wants.statements or ()) > MAX_STATEMENTS:
            what = f"{player} has {len(wants.statements or ())} statements"
            faults.add(("preferences", player), what, f"at most {MAX_STATEMENTS}", key=True)
    patterns = sum(
        is_pattern(label)
        for m in spec.measures.values()
        for label in (*(m.outcomes or ()), *(m.worth or ()))
    )
    if patterns > MAX_PATTERNS:
        what = f"the measures have {patterns} patterns"
        faults.add(("measures",), what, f"at most {MAX_PATTERNS}", key=True)
    if len(faults.faults) > count:
        faults.stop()
