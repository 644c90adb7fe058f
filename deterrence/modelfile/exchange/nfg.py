r"""Gambit's ``.nfg`` files: strategic games with any number of players, read and written exactly.

The format (Gambit's documentation, "Game representation formats") has a header
``NFG 1 R "title" { players } { strategies } "comment"`` and one of two bodies:

* the payoff version, one number per cell and player;
* the outcome version, a list ``{ { "name" 1, 2 } ... }`` and the number of an
  outcome per cell, 0 for none (then everybody gets 0).

In a file the first player's strategy varies fastest; in
:class:`~deterrence.game.strategic.StrategicGame` the last player's does.

>>> game = read_nfg('NFG 1 R "Chicken" { "A" "B" } { 2 2 } 0 0 1 -1 -1 1 -9 -9.5')
>>> game.actions, game.matrix("B")[1]
((('1', '2'), ('1', '2')), [Fraction(-1, 1), Fraction(-19, 2)])
>>> print(write_nfg(game))
NFG 1 R "Chicken" { "A" "B" }
<BLANKLINE>
{ { "1" "2" }
{ "1" "2" }
}
""
<BLANKLINE>
0 0
1 -1
-1 1
-9 -19/2
<BLANKLINE>
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deterrence.errors import shorten
from deterrence.game.strategic import Lottery, StrategicGame
from deterrence.modelfile.exchange.gambit import MAX_BYTES, MAX_LABEL, Tokens, decode
from deterrence.modelfile.exchange.nfg_writer import file_order, write_nfg

__all__ = ["MAX_BYTES", "read_nfg", "write_nfg"]

#: Payoffs of one file: cells times players.
MAX_NUMBERS = 1_000_000

# A comma with a blank after it is no part of a word, so 0,5 is one word, and no number.
_WORD = re.compile(r"[^\s,]++(?:,++[^\s,]++)*+|,")
_OUTCOME = re.compile(
    r'\s*+\{\s*+"(?P<name>(?:[^"\\]++|\\"?+)*+)"(?P<payoffs>[^{}"]*+)\}',
)
_NO_OUTCOME = "none"


def read_nfg(
    text: str | bytes, name: str = "game", *, source: str | None = None, rationalise: bool = False
) -> StrategicGame:
    """Read a strategic game; every payoff is an exact rational.

    ``text`` is the content of the file (bytes are UTF-8), ``source`` what to
    call the file in error messages.  Empty labels become positions and repeated
    ones get a suffix.  ``rationalise`` reads 0.6666666666666666 as 2/3, see
    :mod:`deterrence.modelfile.exchange.near_fractions`; the game's ``remarks`` say so, or that
    numbers look like fractions.  The outcomes of an outcome version become the game's
    outcomes if each has its own name.  Raises :class:`InvalidFileError`, with
    line and column, for anything that is not a game within the limits above.

    >>> from deterrence import read_nfg
    >>> game = read_nfg('NFG 1 R "Duel" { "A" "B" } { 2 1 } 1 0 1/2 3')
    >>> game.players, game.matrix('A')
    (('A', 'B'), [[Fraction(1, 1)], [Fraction(1, 2)]])
    """
    return _NfgReader(decode(text, source or name), source or name, rationalise).game(name)


class _NfgReader(Tokens):
    """Reads one file from front to back."""

    # ---- the parts of a file --------------------------------------------
    def game(self, name: str) -> StrategicGame:
        title = self.header()
        players = self.players()
        self.advance()
        actions = self.strategies(players)
        if self.kind == "string":  # the comment
            self.advance()
        shape = [len(labels) for labels in actions]
        if self.kind == "{":
            payoffs, outcomes = self.outcome_body(len(players), shape)
        else:
            payoffs, outcomes = self.payoff_body(len(players), shape), None
        return StrategicGame(
            players=players,
            actions=actions,
            payoffs=payoffs,
            outcomes=outcomes,
            name=name,
            title=" ".join(title.split()),
            remarks=self.numbers.remarks(),
        )

    def header(self) -> str:
        hints = {"EFG": "this is a game tree; export its strategic form as .nfg"}
        self.mark("NFG", "1", "a strategic game", hints)
        return self.title()

    def strategies(self, players: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        self.expect("{", "{ and the strategies")
        counts: list[int] = []
        found: list[tuple[str, ...]] = []
        at = self.start
        self.advance()
        named = self.kind == "{"
        for player in players:
            if self.kind == "}":
                self.unexpected(
                    f"the strategies of {shorten(player)}",
                    f"{len(players)} players need {len(players)} entries",
                )
            if named:
                self.expect("{", "{ and strategy names")
                found.append(self.labels("strategy", "{}", MAX_NUMBERS))
                counts.append(len(found[-1]))
            else:
                counts.append(self.count(player))
            if not counts[-1]:
                self.fail(f"{shorten(player)} has no strategies", "at least one strategy")
            numbers = math.prod(counts) * len(players)
            if numbers > MAX_NUMBERS:
                self.fail(
                    f"{' x '.join(map(str, counts[:10]))} strategies for {len(players)} players "
                    "make too many payoffs",
                    f"at most {MAX_NUMBERS:,} payoffs",
                    at=at,
                )
            self.advance()
        self.expect("}", f"}} after the strategies of {len(players)} players")
        self.advance()
        return tuple(found) if named else tuple(_positions(count) for count in counts)

    def count(self, player: str) -> int:
        if not re.fullmatch(r"[0-9]{1,7}", self.value, re.ASCII):
            expected = f"how many strategies {shorten(player)} has"
            self.unexpected(f"{expected}, a whole number up to {MAX_NUMBERS:,}")
        return int(self.value)

    def payoff_body(self, players: int, shape: Sequence[int]) -> tuple[tuple[Fraction, ...], ...]:
        wanted = math.prod(shape) * players
        numbers: list[Fraction] = []
        for word in self.words(wanted, f"{wanted} payoffs"):
            numbers.append(self.exact(word))
        order = file_order(shape)
        return tuple(tuple(numbers[f * players + i] for f in order) for i in range(players))

    def words(self, wanted: int, what: str) -> Iterator[str]:
        """Yield the words from the current token to the end, so many exactly.

        They stand between blanks; a comma may follow each.
        """
        count, comma = 0, True
        for match in _WORD.finditer(self.text, self.start):
            self.start = match.start()
            if match[0] == ",":
                if comma:
                    self.fail("','", "a number")
                comma = True
                continue
            comma = False
            if count == wanted:
                self.fail(f"{shorten(match[0])!r} after the last number", f"{what} and no more")
            count += 1
            yield match[0]
        if count < wanted:
            found = f"the file ends after {count} of them" if count else "the file ends here"
            self.fail(found, what, at=len(self.text.rstrip()))

    def outcome_body(
        self, players: int, shape: Sequence[int]
    ) -> tuple[tuple[tuple[Fraction, ...], ...], tuple[Lottery, ...] | None]:
        zero = Fraction(0)
        listed: list[tuple[Fraction, ...]] = [(zero,) * players]
        names = [""]
        while True:
            name, payoffs = self.quick_outcome(players) or self.outcome(players)
            if not payoffs:
                break
            names.append(" ".join(name.split()))
            listed.append(payoffs)
            if len(listed) * players > MAX_NUMBERS + players:
                self.fail("too many outcomes", f"at most {MAX_NUMBERS:,} payoffs")
        if self.advance() == "end":
            self.unexpected("the number of an outcome for every cell")
        cells = math.prod(shape)
        chosen: list[int] = []
        for word in self.words(cells, f"{cells} outcome numbers"):
            number = int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else -1
            if not 0 <= number < len(listed):
                self.fail(
                    f"{shorten(word)!r} is not the number of an outcome",
                    f"a whole number from 0 to {len(listed) - 1}",
                )
            chosen.append(number)
        order = [chosen[f] for f in file_order(shape)]
        table = tuple(tuple(listed[k][i] for k in order) for i in range(players))
        return table, _lotteries(names, order)

    def quick_outcome(self, players: int) -> tuple[str, tuple[Fraction, ...]] | None:
        """Read a whole well-formed outcome at once, or nothing at all."""
        match = _OUTCOME.match(self.text, self.position)
        if match is None:
            return None
        text = match["payoffs"]
        words = [word.strip() for word in text.split(",")] if "," in text else text.split()
        if len(words) != players:
            return None
        try:
            payoffs = tuple([self.numbers.read(word) for word in words])
        except ValueError:
            return None
        self.position = match.end()
        return match["name"].replace('\\"', '"'), payoffs

    def outcome(self, players: int) -> tuple[str, tuple[Fraction, ...]]:
        """Read an outcome token by token; no payoffs where the list ends."""
        if self.advance() == "}":
            return "", ()
        self.expect("{", "an outcome in braces, or }")
        self.advance()
        name = self.expect("string", "the outcome's name in quotation marks")
        return name, self.payoffs(players)


def _positions(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(1, count + 1)))


def _lotteries(names: Sequence[str], order: Sequence[int]) -> tuple[Lottery, ...] | None:
    """Return the outcome of each cell, if every outcome that occurs has its own name."""
    used = sorted(set(order))
    labels = {k: names[k] for k in used if k}
    if 0 in used:
        taken = set(labels.values())
        labels[0] = _NO_OUTCOME
        while labels[0] in taken:
            labels[0] += "_"
    values = list(labels.values())
    if len(labels) < 2 and 0 in labels:
        return None
    if not all(0 < len(v) <= MAX_LABEL for v in values) or len(set(values)) < len(values):
        return None
    one = Fraction(1)
    lotteries: dict[int, Lottery] = {k: ((label, one),) for k, label in labels.items()}
    return tuple(lotteries[k] for k in order)
