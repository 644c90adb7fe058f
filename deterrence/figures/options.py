"""Types of the options that figures take, the same in every kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Protocol

#: A number as it may be given: exact as text (``"1/3"``) or as a fraction.
Drawable = int | float | str | Fraction
#: Values of parameters by name.
GivenValues = Mapping[str, Drawable]
#: The ends of what an axis shows; None for the parameter's bound.
GivenRange = tuple[Drawable | None, Drawable | None]
#: The largest or the smallest value over all equilibria.
ShownBound = Literal["upper", "lower"]
#: How a tree grows; ``auto`` takes what suits a page better.
Direction = Literal["auto", "down", "right"]
#: Notions of stability whose equilibria the graph of moves can mark.
StableUnder = Literal["nash", "sseq", "seq", "smr", "gmr", "l2", "l3", "nm"]


class Figure(Protocol):
    """A matplotlib figure with more attributes.

    ``description`` says in a paragraph what is shown, ``warnings`` what is doubtful, and
    ``incomplete`` that something is not proven or rests on too small a sample.
    ``for_slide()`` puts it on a sheet of 16 to 9.
    """

    heading: str
    description: str
    warnings: tuple[str, ...]
    incomplete: bool
    key_share: float
    for_slide: Callable[[], None]

    def savefig(self, fname: str | Path, **options: Any) -> None:
        """Write the figure to a file (PNG, SVG or PDF)."""
