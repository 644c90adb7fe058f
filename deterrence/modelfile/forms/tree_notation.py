"""What the tree of a model file is told in: moves, ends, and uses of parts.

>>> stay = ToldEnd(("tree", "moves", "stay"), "peace")
>>> ToldMove(("tree",), "Russia", "", (("stay", stay),)).actions
('stay',)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deterrence.modelfile.forms.typed_formulas import Typed
from deterrence.modelfile.yaml.entries import EntryPath


@dataclass(frozen=True)
class ToldEnd:
    """The end of a play: an outcome by name, or payoffs of its own."""

    path: EntryPath
    outcome: str = ""
    payoffs: Mapping[str, Typed] | None = None
    title: str = ""
    label: str = ""


@dataclass(frozen=True)
class ToldUse:
    """The place where a part of the tree is used.

    ``at`` tells the information sets that the part names from those of other uses.
    """

    path: EntryPath
    part: str
    at: str = ""


@dataclass(frozen=True)
class ToldMove:
    """A move of a player, or of chance (``player`` is ``None``); ``at`` may be missing."""

    path: EntryPath
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


Told = ToldMove | ToldEnd | ToldUse


def outline(
    path: EntryPath,
    player: str | None,
    at: str,
    actions: tuple[str, ...],
    chances: tuple[Typed, ...] = (),
) -> ToldMove:
    """Return a move without what follows, to be compared with others of its set."""
    return ToldMove(path, player, at, tuple((a, ToldUse(path, "")) for a in actions), chances)
