"""The two ladders and their mirrors: one text, in which the two sides have been exchanged."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from deterrence.modelfile.catalogue import models_folder

SIDES = {"Russia": "NATO", "russia": "nato", "_R": "_N"}
#: Labels of the deeds of one side, and of the other.
DEEDS = {"cyber": "sanctions", "force": "arms", "signal": "forces"}
#: What is written for people, where such words mean what they say.
PROSE = {"title", "story", "source", "description", "question", "answer", "insight"}


def said(name: str) -> dict[str, Any]:
    """Return a file without the words that differ: those for deeds, and its own name."""
    text = (models_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text.replace("-mirrored", ""), yaml.BaseLoader)
    for part in ("title", "summary", "see_also"):
        del found[part]
    for own in found.get("actions", {}).values():
        own |= {label: a.get("pays") if isinstance(a, dict) else None for label, a in own.items()}
    return found


def swapped(found: Any, words: dict[str, str] = SIDES | DEEDS) -> Any:
    """Return it with the sides exchanged; what one calls its moves is left out."""
    if isinstance(found, dict):
        return {
            swapped(k, words): swapped(v, SIDES if k in PROSE else words)
            for k, v in found.items()
            if k != "titles"
        }
    if isinstance(found, list):
        return [swapped(entry, words) for entry in found]
    swap = words | {b: a for a, b in words.items()}
    each = "|".join(rf"{w}(?![A-Za-z])" for w in swap)
    return re.sub(each, lambda m: swap[m[0]], found) if isinstance(found, str) else found


@pytest.mark.parametrize("name", ["escalation-postures", "escalation-staircase"])
def test_the_mirror_is_the_same_file_with_the_sides_exchanged(name: str) -> None:
    one, other = said(name), said(f"{name}-mirrored")
    assert swapped(one) == swapped(swapped(other))
    assert swapped(one) != swapped(swapped(one))
