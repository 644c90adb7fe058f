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
from typing import NoReturn

from deterrence.errors import Fault, InvalidFileError, shorten
from deterrence.game.strategic import Lottery, StrategicGame
from deterrence.modelfile.nfg_writer import CONTROL, file_order, write_nfg

__all__ = ["read_nfg", "write_nfg"]

#: Limits on one file.
MAX_BYTES = 16 * 2**20
MAX_NUMBERS = 1_000_000  # cells times players
MAX_PLAYERS = 1000
MAX_LABEL = 200
MAX_TITLE = 1000
MAX_DIGITS = 2500
MAX_EXPONENT = 400

# A quote after a backslash belongs to the string; possessive, so nothing is tried twice.
_TOKEN = re.compile(
    r'\s*+(?:(?P<string>"(?:[^"\\]++|\\"?+)*+")|(?P<brace>[{}])|(?P<comma>,)|(?P<word>[^\s{},"]++))'
)
_WORD = re.compile(r"\S++")
_OUTCOME = re.compile(
    r'\s*+\{\s*+"(?P<name>(?:[^"\\]++|\\"?+)*+)"(?P<payoffs>[^{}"]*+)\}',
)
_NUMBER = re.compile(
    r"(?P<whole>[+-]?[0-9]+)(?:/(?P<over>[0-9]+))?"
    r"|(?P<decimal>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE](?P<exponent>[+-]?[0-9]{1,4}))?",
    re.ASCII,
)
_NO_OUTCOME = "none"
_CACHED = 10_000  # different numbers that are kept to be used again


def read_nfg(text: str | bytes, name: str = "game", *, source: str | None = None) -> StrategicGame:
    """Read a strategic game; every payoff is an exact rational.

    ``text`` is the content of the file (bytes are UTF-8), ``source`` what to
    call the file in error messages.  Empty labels become positions and repeated
    ones get a suffix.  The outcomes of an outcome version become the game's
    outcomes if each has its own name.  Raises :class:`InvalidFileError`, with
    line and column, for anything that is not a game within the limits above.
    """
    return _Reader(_decode(text, source or name), source or name).game(name)


def _decode(text: str | bytes, source: str) -> str:
    if len(text) > MAX_BYTES:
        fault = Fault(f"the file has {len(text):,} bytes", expected=f"at most {MAX_BYTES:,}")
        raise InvalidFileError(source, [fault])
    if isinstance(text, bytes):
        try:
            return text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = text[: error.start]
            fault = Fault(
                f"byte 0x{text[error.start]:02x} is not UTF-8 text",
                line=before.count(b"\n") + 1,
                column=error.start - before.rfind(b"\n"),
                expected="a text file in UTF-8",
                remedy="save it as UTF-8",
            )
            raise InvalidFileError(source, [fault]) from None
    return text.removeprefix("\ufeff")


class _Reader:
    """Reads one file from front to back, one token at a time."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.position = self.start = 0
        self.kind = self.value = ""
        self.numbers: dict[str, Fraction] = {}
        control = CONTROL.search(text)
        if control:
            self.fail(f"the character U+{ord(control[0]):04X}", "plain text", at=control.start())

    def fail(
        self, what: str, expected: str = "", remedy: str = "", at: int | None = None
    ) -> NoReturn:
        at = self.start if at is None else at
        fault = Fault(
            what,
            line=self.text.count("\n", 0, at) + 1,
            column=at - self.text.rfind("\n", 0, at),
            expected=expected,
            remedy=remedy,
        )
        raise InvalidFileError(self.source, [fault])

    def unexpected(self, expected: str, remedy: str = "") -> NoReturn:
        found = {"end": "the file ends here", "string": f'"{shorten(self.value)}"'}
        self.fail(found.get(self.kind, f"{shorten(self.value)!r}"), expected, remedy)

    def advance(self) -> str:
        """Read the next token into ``kind`` and ``value``; return its kind."""
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            rest = len(self.text) - len(self.text[self.position :].lstrip())
            self.start = min(rest, len(self.text))
            if rest < len(self.text):
                self.fail("a quotation that does not end", 'a closing "', at=rest)
            self.kind, self.value = "end", ""
            return self.kind
        self.position, kind = match.end(), str(match.lastgroup)
        self.start, self.value = match.start(kind), match[kind]
        if kind == "string":
            self.value = self.value[1:-1].replace('\\"', '"')
        self.kind = self.value if kind in ("brace", "comma") else kind
        return self.kind

    def expect(self, kind: str, expected: str) -> str:
        if self.kind != kind:
            self.unexpected(expected)
        return self.value

    # ---- the parts of a file --------------------------------------------
    def game(self, name: str) -> StrategicGame:
        title = self.header()
        players = self.labels("player", "Player {}", MAX_PLAYERS)
        if not players:
            self.fail("there are no players", "at least one player")
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
        )

    def header(self) -> str:
        self.advance()
        if self.value != "NFG" or self.kind != "word":
            tree = self.kind == "word" and self.value == "EFG"
            self.unexpected(
                "NFG, the mark of a strategic game",
                "this is a game tree; export its strategic form as .nfg" if tree else "",
            )
        self.advance()
        if (self.kind, self.value) != ("word", "1"):
            self.unexpected("1, the version of the format")
        self.advance()
        if self.kind != "word" or self.value not in ("R", "D"):
            self.unexpected("R or D, the kind of numbers")
        self.advance()
        title = self.expect("string", "the game's title in quotation marks")
        if len(title) > MAX_TITLE:
            self.fail(f"a title of {len(title):,} characters", f"at most {MAX_TITLE:,}")
        self.advance()
        self.expect("{", "{ and the players' names")
        return title

    def labels(self, what: str, default: str, limit: int) -> tuple[str, ...]:
        """Read quoted labels up to the closing brace."""
        found: list[str] = []
        while self.advance() == "string":
            label = " ".join(self.value.split())
            if len(label) > MAX_LABEL:
                self.fail(f"a {what}'s name with {len(label)} characters", f"at most {MAX_LABEL}")
            found.append(label)
            if len(found) > limit:
                self.fail(f"more than {limit:,} {what} names", f"at most {limit:,}")
        self.expect("}", f"a {what}'s name in quotation marks, or }}")
        return _unique(found, default)

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
            try:
                numbers.append(self.number(word))
            except ValueError as error:
                self.fail(*error.args)
        order = file_order(shape)
        return tuple(tuple(numbers[f * players + i] for f in order) for i in range(players))

    def words(self, wanted: int, what: str) -> Iterator[str]:
        """Yield the blank-separated words from the current token to the end, so many exactly."""
        count = 0
        for match in _WORD.finditer(self.text, self.start):
            self.start = match.start()
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
            payoffs = tuple([self.number(word) for word in words])
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
        found: list[Fraction] = []
        self.advance()
        while len(found) < players:
            self.expect("word", f"{players} payoffs, of which {len(found)} are here")
            try:
                found.append(self.number(self.value))
            except ValueError as error:
                self.fail(*error.args)
            if self.advance() == ",":
                self.advance()
        self.expect("}", f"}} after the payoffs of {players} players")
        return name, tuple(found)

    def number(self, word: str) -> Fraction:
        value = self.numbers.get(word)
        if value is None:
            value = _number(word)
            if len(self.numbers) < _CACHED:
                self.numbers[word] = value
        return value


def _number(word: str) -> Fraction:
    """Read a number exactly; a ``ValueError`` says what is wrong and what was expected."""
    if len(word) > MAX_DIGITS:
        raise ValueError(f"a number of {len(word)} characters", f"at most {MAX_DIGITS}")
    match = _NUMBER.fullmatch(word)
    if match is None:
        raise ValueError(
            f"{shorten(word)!r} is not a number", "a number such as 3, -0.25, 1e-3 or 1/3"
        )
    if match["whole"] is not None:
        over = int(match["over"] or 1)
        if not over:
            raise ValueError(f"{shorten(word)!r} divides by zero", "a denominator other than 0")
        return Fraction(int(match["whole"]), over)
    exponent = int(match["exponent"] or 0)
    if abs(exponent) > MAX_EXPONENT:
        raise ValueError(
            f"{shorten(word)!r} is too large or too small",
            f"a power of ten between -{MAX_EXPONENT} and {MAX_EXPONENT}",
        )
    before, _, after = match["decimal"].partition(".")
    digits, exponent = int(before + after), exponent - len(after)
    return Fraction(digits * 10**exponent) if exponent >= 0 else Fraction(digits, 10**-exponent)


def _positions(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(1, count + 1)))


def _unique(labels: Sequence[str], default: str) -> tuple[str, ...]:
    """Fill in empty labels and tell repeated ones apart; what is fine stays as it is."""
    taken = set(labels)
    result: list[str] = []
    seen: set[str] = set()
    next_suffix: dict[str, int] = {}
    for position, given in enumerate(labels, start=1):
        label = given or default.format(position)
        if label in seen or (not given and label in taken):
            stem, k = label, next_suffix.get(label, 2)
            while f"{stem}_{k}" in taken or f"{stem}_{k}" in seen:
                k += 1
            label, next_suffix[stem] = f"{stem}_{k}", k + 1
        seen.add(label)
        result.append(label)
    return tuple(result)


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
