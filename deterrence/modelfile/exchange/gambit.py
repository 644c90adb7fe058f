r"""What Gambit's text formats have in common: tokens, numbers, labels, and their limits.

Both ``.nfg`` and ``.efg`` files are words, braces, commas and quotations between
blanks.  Numbers are read exactly; every fault comes with line and column.

>>> tokens = Tokens('{ "a \\"b\\"" 1/3 }', "example")
>>> tokens.advance(), tokens.advance(), tokens.value
('{', 'string', 'a "b"')
>>> distinct(("", "x", "x"), "player {}")
('player 1', 'x', 'x_2')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NoReturn

from deterrence.errors import Fault, InvalidFileError, UsageError, shorten
from deterrence.modelfile.exchange.near_fractions import NumberWords

#: Limits on one file.
MAX_BYTES = 16 * 2**20
MAX_PLAYERS = 1000
MAX_LABEL = 200
MAX_TITLE = 1000

#: Characters that a file must not hold.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")

# A quote after a backslash belongs to the string; possessive, so nothing is tried twice.
_TOKEN = re.compile(
    r'\s*+(?:(?P<string>"(?:[^"\\]++|\\"?+)*+")|(?P<brace>[{}])|(?P<comma>,)|(?P<word>[^\s{},"]++))'
)


def decode(text: str | bytes, source: str) -> str:
    """Return a file's text; bytes are UTF-8."""
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


class Tokens:
    """One file, read from front to back, one token at a time into ``kind`` and ``value``."""

    def __init__(self, text: str, source: str, rationalise: bool = False) -> None:
        self.text, self.source = text, source
        self.position = self.start = 0
        self.kind = self.value = ""
        self.numbers = NumberWords(rationalise)
        control = CONTROL.search(text)
        if control:
            self.fail(f"the character U+{ord(control[0]):04X}", "plain text", at=control.start())

    def fail(
        self, what: str, expected: str = "", remedy: str = "", at: int | None = None
    ) -> NoReturn:
        """Raise :class:`InvalidFileError` for the place ``at``, or for the current token."""
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
        """Refuse the current token."""
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
            text = self.value[1:-1].replace('\\"', '"')
            self.value = text if text.isascii() else unicodedata.normalize("NFC", text)
        self.kind = self.value if kind in ("brace", "comma") else kind
        return self.kind

    def expect(self, kind: str, expected: str) -> str:
        """Return the current token's value, if it is of this kind."""
        if self.kind != kind:
            self.unexpected(expected)
        return self.value

    def mark(
        self, word: str, version: str, what: str, hints: Mapping[str, str] | None = None
    ) -> None:
        """Read the two words with which a file begins; ``hints`` help with other first words."""
        if (self.advance(), self.value) != ("word", word):
            hint = (hints or {}).get(self.value, "") if self.kind == "word" else ""
            self.unexpected(f"{word}, the mark of {what}", hint)
        self.advance()
        if (self.kind, self.value) != ("word", version):
            self.unexpected(f"{version}, the version of the format")

    def title(self) -> str:
        """Read the kind of numbers, the title and the brace before the players' names."""
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

    def players(self) -> tuple[str, ...]:
        """Read the players' names up to the closing brace."""
        players = self.labels("player", "Player {}", MAX_PLAYERS)
        if not players:
            self.fail("there are no players", "at least one player")
        return players

    def labels(self, what: str, default: str, limit: int) -> tuple[str, ...]:
        """Read quoted labels up to the closing brace."""
        found: list[str] = []
        while self.advance() == "string":
            found.append(self.label(what))
            if len(found) > limit:
                self.fail(f"more than {limit:,} {what} names", f"at most {limit:,}")
        self.expect("}", f"a {what}'s name in quotation marks, or }}")
        return distinct(found, default)

    def label(self, what: str) -> str:
        """Return the current token as a label."""
        label = " ".join(self.value.split())
        if len(label) > MAX_LABEL:
            self.fail(f"a {what}'s name with {len(label)} characters", f"at most {MAX_LABEL}")
        return label

    def payoffs(self, players: int) -> tuple[Fraction, ...]:
        """Read the payoffs of an outcome, with or without commas, up to the closing brace."""
        found: list[Fraction] = []
        self.advance()
        while len(found) < players:
            self.expect("word", f"{players} payoffs, of which {len(found)} are here")
            found.append(self.exact(self.value))
            if self.advance() == ",":
                self.advance()
        self.expect("}", f"}} after the payoffs of {players} players")
        return tuple(found)

    def exact(self, word: str, read: Callable[[str], Fraction] | None = None) -> Fraction:
        """Return the number that a word is; a fault of the file where it is none."""
        try:
            return (read or self.numbers.read)(word)
        except ValueError as error:
            self.fail(*error.args)


def distinct(labels: Sequence[str], default: str | Sequence[str]) -> tuple[str, ...]:
    """Fill in empty labels and tell repeated ones apart; what is fine stays as it is.

    ``default`` is a pattern for the position, or one label per position.
    """
    taken = set(labels)
    result: list[str] = []
    seen: set[str] = set()
    next_suffix: dict[str, int] = {}
    for position, given in enumerate(labels, start=1):
        spare = default.format(position) if isinstance(default, str) else default[position - 1]
        label = given or spare
        if label in seen or (not given and label in taken):
            stem, k = label, next_suffix.get(label, 2)
            while f"{stem}_{k}" in taken or f"{stem}_{k}" in seen:
                k += 1
            label, next_suffix[stem] = f"{stem}_{k}", k + 1
        seen.add(label)
        result.append(label)
    return tuple(result)


def quote(label: str, kind: str) -> str:
    """Return a label in quotation marks for a file of this kind (``.nfg`` or ``.efg``).

    Raises :class:`UsageError` for what the formats cannot express: control
    characters, and a backslash at the end or before a quotation mark.
    """
    if re.search(r'\\(?:"|$)', label) or CONTROL.search(label):
        raise UsageError(
            f"the label {label!r} cannot be written in a {kind} file",
            remedy="remove backslashes and control characters from it",
        )
    return '"' + label.replace('"', '\\"') + '"'


def write_number(value: Any) -> str:
    """Write a rational exactly, a float as the shortest decimal that reads back as the same."""
    return repr(value) if isinstance(value, float) else str(value)
