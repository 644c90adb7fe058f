"""What a game's author calls things: titles for labels, and names from the literature.

>>> naming = Naming(titles={"war": "Direct war"}, actions={"NATO": {"hold": "Hold the line"}})
>>> naming.titled("war"), naming.titled("peace")
('Direct war', 'peace')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PublishedName:
    """A name from the literature, for the patterns with this behaviour at the places named.

    ``behaviours`` are alternatives: ``{(player, information set): actions that are played}``.
    """

    name: str
    behaviours: tuple[Mapping[tuple[str, str], frozenset[str]], ...]


@dataclass(frozen=True)
class Naming:
    """Titles by label, each empty where there is none.

    ``titles`` are those of outcomes, and of actions whose label has one title only;
    ``actions`` are by player, ``sets`` of information sets; ``published`` are names of
    equilibria.  ``outcomes`` are labels in the order in which they are told, each once.
    ``parameters`` are titles of parameters, ``symbols`` how they are typeset; ``ranks`` says
    that ranks stand for numbers that nobody knows, ``by_order`` that those make no difference
    where nobody mixes.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    players: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    published: tuple[PublishedName, ...] = ()
    outcomes: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)
    ranks: bool = False
    by_order: bool = False

    def titled(self, label: str) -> str:
        """Return the title of an outcome, or its label."""
        return self.titles.get(label) or label

    def action(self, player: str, label: str) -> str:
        """Return the title of a player's action, or its label."""
        return self.actions.get(player, {}).get(label) or label
