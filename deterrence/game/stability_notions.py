"""The notions of stability by key: what they are called, and what they say in plain words.

>>> notion("seq").name, notion("l3").words
('SEQ', 'nobody would move, looking three moves ahead')
>>> read_notion("SQE")
Traceback (most recent call last):
    ...
deterrence.errors.UsageError: there is no notion of stability 'SQE' (did you mean 'seq'?)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from deterrence.errors import UsageError, did_you_mean, shorten
from deterrence.words.sentences import listed

#: Moves that one may ask to look ahead.
MAX_LOOK_AHEAD = 1000
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Notion:
    """A notion: its key, its name in tables, what it says, and who is stable by it.

    ``words`` complete "it is stable when", ``who`` "it is stable for players who".
    """

    key: str
    name: str
    words: str
    who: str


#: The notions whose keys are fixed.
NOTIONS = {
    n.key: n
    for n in (
        Notion(
            "nash", "Nash", "no player gains by a move of its own", "weigh their next move alone"
        ),
        Notion(
            "sseq",
            "SSEQ",
            "every gain is answered by moves that the others want to make, and there is no way out",
            "fear answers that the others want to give and from which there is no way out",
        ),
        Notion(
            "seq",
            "SEQ",
            "every gain is answered by moves that the others want to make",
            "fear answers that the others want to give",
        ),
        Notion(
            "smr",
            "SMR",
            "every gain can be punished, and there is no way out",
            "fear any answer from which there is no way out",
        ),
        Notion("gmr", "GMR", "every gain can be punished", "fear any answer"),
        Notion(
            "nm",
            "NM",
            "nobody would move, looking ahead without end (non-myopic)",
            "look ahead without end",
        ),
        Notion(
            "theory-of-moves",
            "TOM",
            "alternate moves come to it from some state (theory of moves, two-sided)",
            "play by the theory of moves",
        ),
        Notion(
            "theory-of-moves-one-sided",
            "TOM1",
            "alternate moves come to it from some state (theory of moves, one-sided)",
            "play by the theory of moves without two-sidedness",
        ),
        Notion(
            "brams-wittman",
            "BW",
            "alternate moves that start there come to nothing better, and end (Brams and Wittman)",
            "look ahead as Brams and Wittman have it",
        ),
    )
}
#: Those without look-ahead.
PLAIN = ("nash", "sseq", "seq", "smr", "gmr")
#: Those for tables of two by two cells only.
OF_TWO_BY_TWO = ("theory-of-moves", "theory-of-moves-one-sided", "brams-wittman")
#: Those for coalitions, and what they say.
OF_COALITIONS = {
    "cnash": ("CNash", "its members cannot all gain by moving together"),
    "cseq": ("CSEQ", "every joint gain is answered by moves that the others want to make"),
    "csmr": ("CSMR", "every joint gain can be punished, and there is no way out"),
    "cgmr": ("CGMR", "every joint gain can be punished"),
}


def notion(key: str) -> Notion:
    """Return a notion by its key; the keys ``l1``, ``l2`` and so on look so far ahead."""
    if key in NOTIONS:
        return NOTIONS[key]
    count = moves_of(key)
    assert count is not None, key
    told = "one move" if count == 1 else f"{spelt(count)} moves"
    return Notion(
        key, f"L{count}", f"nobody would move, looking {told} ahead", f"look {told} ahead"
    )


def moves_of(key: str) -> int | None:
    """Return how many moves a key looks ahead, None for what has no such number."""
    found = re.fullmatch(r"l_?([0-9]{1,9})", key)
    return int(found[1]) if found else None


def spelt(count: int) -> str:
    """Return a small number in words.

    >>> spelt(2), spelt(12)
    ('two', '12')
    """
    return _COUNTS[count] if 0 <= count < len(_COUNTS) else str(count)


def read_notion(text: str) -> str:
    """Return the key of a notion as somebody typed it; :class:`UsageError` for what is none.

    >>> read_notion("GMR"), read_notion("L_3"), read_notion("non-myopic")
    ('gmr', 'l3', 'nm')
    """
    key = text.strip().casefold().replace(" ", "-")
    key = {"non-myopic": "nm", "nonmyopic": "nm", "tom": "theory-of-moves"}.get(key, key)
    count = moves_of(key)
    if count is not None:
        if not 1 <= count <= MAX_LOOK_AHEAD:
            raise UsageError(
                f"{shorten(text)!r} looks {count:,} moves ahead",
                remedy=f"at least 1 and at most {MAX_LOOK_AHEAD:,}; nm looks ahead without end",
            )
        return f"l{count}"
    if key in NOTIONS:
        return key
    coalition = key in OF_COALITIONS
    raise UsageError(
        f"{shorten(text)!r} is a notion for coalitions"
        if coalition
        else f"there is no notion of stability {shorten(text)!r}",
        remedy="name a coalition (--coalition A+B), and this notion is told, too"
        if coalition
        else did_you_mean(key, NOTIONS) or f"notions: {', '.join(NOTIONS)}, l2, l3, ...",
    )


def in_order(keys: Iterable[str]) -> tuple[str, ...]:
    """Return keys, each once: without look-ahead, looking ever further ahead, the rest."""

    def place(key: str) -> tuple[int, int]:
        count = moves_of(key)
        if count is not None:
            return 1, count
        order = list(NOTIONS)
        return (0 if key in PLAIN else 2), order.index(key)

    return tuple(sorted(set(keys), key=place))


def names(keys: Iterable[str], last: str = "and") -> str:
    """Return the names of notions as a list in a sentence.

    >>> names(["seq", "l2"], "or")
    'SEQ or L2'
    """
    return listed((notion(k).name for k in keys), last)
