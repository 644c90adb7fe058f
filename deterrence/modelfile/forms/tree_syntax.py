"""What the tree of a model file is told in: moves, ends, and uses of parts.

>>> stay = End(("tree", "moves", "stay"), "peace")
>>> Move(("tree",), "Russia", "", (("stay", stay),)).actions
('stay',)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deterrence.modelfile.forms.by_type import Typed
from deterrence.modelfile.yaml.entries import Path


@dataclass(frozen=True)
class End:
    """The end of a play: an outcome by name, or payoffs of its own."""

    path: Path
    outcome: str = ""
    payoffs: Mapping[str, Typed] | None = None
    title: str = ""
    label: str = ""


@dataclass(frozen=True)
class Use:
    """The place where a part of the tree is used.

    ``at`` tells the information sets that the part names from those of other uses.
    """

    path: Path
    part: str
    at: str = ""


@dataclass(frozen=True)
class Move:
    """A move of a player, or of chance (``player`` is ``None``); ``at`` may be missing."""

    path: Path
    player: str | None
    at: str
    moves: tuple[tuple[str, Told], ...]
    chances: tuple[Typed, ...] = ()
    pays: str = ""
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    label: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        """The labels of the moves."""
        return tuple(label for label, _ in self.moves)


Told = Move | End | Use


def outline(
    path: Path,
    player: str | None,
    at: str,
    actions: tuple[str, ...],
    chances: tuple[Typed, ...] = (),
) -> Move:
    """Return a move without what follows, to be compared with others of its set."""
    return Move(path, player, at, tuple((a, Use(path, "")) for a in actions), chances)
