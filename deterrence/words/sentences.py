"""Lists and capitals in sentences.

>>> listed(["a", "b", "c"]), listed(["a", "b"], "or"), listed([]), capital("no war"), small("No")
('a, b and c', 'a or b', '', 'No war', 'no')
"""

from __future__ import annotations

from collections.abc import Iterable


def listed(texts: Iterable[str], last: str = "and") -> str:
    """Join texts by commas, and the last one by a word."""
    *before, end = [*texts] or [""]
    return f"{', '.join(before)} {last} {end}" if before else end


def capital(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def small(text: str) -> str:
    """Return the text with a small letter at its beginning."""
    return f"{text[:1].lower()}{text[1:]}"
