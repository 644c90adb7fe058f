"""What the pages and the gallery call collections, levels and forms."""

from __future__ import annotations

from functools import cache

from deterrence.modelfile.catalogue import ModelEntry, list_models

#: Collections in the order of the gallery: title, and what is in it.
COLLECTIONS = {
    "flagship": ("Start here", "The crises that the package was made for."),
    "classics": ("Classics", "The games that everybody who studies crises has met."),
    "perfect-deterrence": (
        "Perfect deterrence",
        "Credibility as Zagare and Kilgour see it: capable threats, and doubts about them.",
    ),
    "nuclear-risk": ("Nuclear risk", "First strikes, brinkmanship, ladders of escalation."),
    "alliances": ("Alliances", "Promises to others, who is helped, and who is restrained."),
    "arms-control": ("Arms control", "Verification, inspection, arms races."),
    "hybrid": ("Below open war", "Means short of war, and who is behind them."),
    "graph-model": (
        "Conflicts with options",
        "States, moves and preferences in the graph model, as conflict analysts have them.",
    ),
    "bargaining": ("Bargaining", "War as the failure of a bargain that both would prefer."),
    "eurasia": (
        "European and Eurasian security",
        "The argument of the project, step by step.",
    ),
}
LEVELS = {1: "1: a first course", 2: "2: an advanced course", 3: "3: research"}
FORMS = {"strategic": "matrix", "extensive": "game tree", "ladder": "ladder", "options": "options"}


@cache
def listed_models() -> tuple[ModelEntry, ...]:
    """Return the lines of the catalogue."""
    return list_models()
