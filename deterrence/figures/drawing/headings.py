"""What a figure is called: as it is drawn, with symbols, and in plain words for its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deterrence.figures.texts import safe, symbol
from deterrence.words.markup import plain
from deterrence.words.sentences import capital, listed

if TYPE_CHECKING:
    from deterrence.game.parameters import Parameter


@dataclass(frozen=True)
class Heading:
    """The same words twice: ``drawn`` as mathtext, ``words`` without any."""

    drawn: str
    words: str

    @classmethod
    def plain(cls, text: str) -> Heading:
        """Return a heading without symbols."""
        return cls(safe(text), plain(text))

    @classmethod
    def of(cls, what: str, link: str, parameters: Sequence[Parameter]) -> Heading:
        """Return what is shown, and over which parameters.

        >>> from deterrence.game.parameters import Parameter
        >>> Heading.of("risk of war", "by", [Parameter("k_R")]).words
        'Risk of war by k_R'
        """
        begin = f"{capital(what)} {link}"
        drawn = listed([symbol(p) for p in parameters])
        return cls(
            f"{safe(begin)} {drawn}", f"{plain(begin)} {listed([p.name for p in parameters])}"
        )
