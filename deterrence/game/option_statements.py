"""Statements about options: what a player wants, what cannot be, which states are meant.

A statement joins the names of options by words, the strongest first: ``not``, ``and``, ``or``,
``if``, ``iff``.  "A if B" is true wherever B is false; several ``if`` are read from the left.
GMCR's spelling is understood, too: ``-`` and ``!`` for not, ``&``, ``|``, capital letters, and
options by their numbers in the file, from 1.  A pattern such as ``YN-Y`` has a sign per option:
yes, no, either.  (Prioritised statements: Hipel, Fraser, Kilgour and Fang; see Fang, Hipel,
Kilgour and Peng 2003.)

States are numbers whose binary digits are the options: the first counts 1, the second 2, the
third 4, and so on (Fraser and Hipel 1984), so that a statement is tried on many of them at once.

>>> import numpy as np
>>> said = read_statement("strike if not withdraw", ["strike", "withdraw"])
>>> said.holds(np.arange(4)).tolist()
[False, True, True, True]
>>> str(read_statement("-1 IFF (1 | 2)", ["strike", "withdraw"]))
'not strike iff strike or withdraw'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from deterrence.errors import ExpressionError, did_you_mean, shorten

#: How large a statement may be: characters, terms (with the states it names), levels.
MAX_LENGTH, MAX_TERMS, MAX_DEPTH = 2_000, 500, 40
#: The words that join, from the weakest.
_JOINING = ("iff", "if", "or", "and")
#: What cannot be the name of an option or a state.
KEYWORDS = frozenset({"not", *_JOINING})
_SIGNS = {"-": "not", "!": "not", "&": "and", "|": "or"}
_TOKEN = re.compile(r"\s*(?:(?P<word>[^\W\d]\w*)|(?P<number>\d+)|(?P<sign>[-!&|()])|(?P<bad>\S))")
_WANTED = "options with not, and, or, if, iff between them"


@dataclass(frozen=True)
class Statement:
    """A statement: ``op`` with its operands, an option's position, or a pattern.

    A pattern has two numbers: which options it speaks of, and which of these are taken.
    """

    op: str
    args: tuple[Any, ...]
    #: How it is written where it has a name: an option, a pattern, a state.
    label: str = field(default="", compare=False)

    def holds(self, patterns: Any) -> Any:
        """Return of which patterns, whole numbers in an array, the statement is true."""
        if self.op == "option":
            return (patterns >> self.args[0]) & 1 != 0
        if self.op == "pattern":
            return (patterns & self.args[0]) == self.args[1]
        first, *others = [arg.holds(patterns) for arg in self.args]
        for second in others:
            if self.op == "and":
                first = first & second
            elif self.op == "or":
                first = first | second
            elif self.op == "if":
                first = first | ~second
            else:
                first = first == second
        return ~first if self.op == "not" else first

    def walk(self) -> Iterator[Statement]:
        """Yield the statement and all that it is made of."""
        yield self
        for arg in self.args if self.op not in ("option", "pattern") else ():
            yield from arg.walk()

    def __str__(self) -> str:
        if self.label:
            return self.label
        strength = {"iff": 0, "if": 1, "or": 2, "and": 3, "not": 4}
        own = strength[self.op]
        parts = []
        for k, arg in enumerate(self.args):
            its = 5 if arg.label else strength[arg.op]
            weak = its < own or (k and its == own)
            parts.append(f"({arg})" if weak else str(arg))
        return f"not {parts[0]}" if self.op == "not" else f" {self.op} ".join(parts)


def read_statement(
    text: str, options: Sequence[str], named: Mapping[str, Statement] | None = None
) -> Statement:
    """Return what a statement says; ``named`` are states that may be named in it.

    Raises :class:`ExpressionError` with the column of the fault.
    """
    return _Reader(text, options, named or {}).whole()


def read_pattern(text: str, options: int) -> Statement | None:
    """Return a pattern such as ``YN-Y``, ``None`` where the text is none.

    >>> read_pattern("Y-N", 3).args, read_pattern("YY", 3)
    ((5, 1), None)
    """
    if len(text) != options or set(text) - {*"YN-"}:
        return None
    spoken = sum(1 << k for k, sign in enumerate(text) if sign != "-")
    taken = sum(1 << k for k, sign in enumerate(text) if sign == "Y")
    return Statement("pattern", (spoken, taken), text)


def written(pattern: int, options: int, open_: int = 0) -> str:
    """Write a number as a pattern, with ``-`` for the options in ``open_``.

    >>> written(5, 4), written(1, 3, 4)
    ('YNYN', 'YN-')
    """
    bits = range(options)
    return "".join("-" if open_ >> k & 1 else "Y" if pattern >> k & 1 else "N" for k in bits)


class _Reader:
    """One statement while it is read, from the left."""

    def __init__(self, text: str, options: Sequence[str], named: Mapping[str, Statement]) -> None:
        self.text, self.options, self.named = text, options, named
        #: The next token, as a word or a sign, and where it stands.
        self.token, self.start, self.next = "", 0, 0
        self.terms = 0
        if len(text) > MAX_LENGTH:
            raise ExpressionError(
                f"the statement has {len(text):,} characters", expected=f"at most {MAX_LENGTH:,}"
            )
        self.advance()

    def whole(self) -> Statement:
        if not self.token:
            raise self.fault("the statement is empty", _WANTED)
        found = self.joined(0, 0)
        if self.token:
            what = f"{shorten(self.token)!r} does not belong here"
            if self.token == ")":
                raise self.fault("a bracket is closed that was not opened", "as many ( as )")
            raise self.fault(what, "and, or, if, iff, or the end", self._close())
        return found

    def _close(self) -> str:
        """Say what a word that joins nothing may have meant."""
        if self.token.lower() in ("then", "implies", "only", "unless"):
            return "write what follows first: A if B"
        return did_you_mean(self.token, KEYWORDS)

    def advance(self) -> None:
        """Go to the next token; a pattern is one."""
        blank = re.compile(r"\s*").match(self.text, self.next)
        self.start = at = blank.end() if blank else self.next
        size = len(self.options)
        piece, after = self.text[at : at + size], self.text[at + size : at + size + 1]
        if {*piece} & {*"YN"} and not after.replace("-", "x").isidentifier() and not (
            after.isdigit()
        ) and read_pattern(piece, size):  # fmt: skip
            self.token, self.next = piece, at + size
            return
        found = _TOKEN.match(self.text, self.next)
        if found is None:
            self.token, self.next = "", len(self.text)
            return
        self.token, self.next = found.group().strip(), found.end()
        if found["bad"]:
            raise self.fault(f"{self.token!r} does not belong in a statement", _WANTED)

    def fault(self, what: str, expected: str = "", remedy: str = "") -> ExpressionError:
        return ExpressionError(what, column=self.start + 1, expected=expected, remedy=remedy)

    @property
    def word(self) -> str:
        """The token as a word that joins, if it is one."""
        return _SIGNS.get(self.token, self.token.lower())

    def joined(self, level: int, depth: int) -> Statement:
        """Read what the words from a level on join."""
        if level == len(_JOINING):
            return self.single(depth)
        op, parts = _JOINING[level], [self.joined(level + 1, depth)]
        while self.word == op:
            self.advance()
            parts.append(self.joined(level + 1, depth))
            self.count(1)
        return Statement(op, tuple(parts)) if len(parts) > 1 else parts[0]

    def single(self, depth: int) -> Statement:
        """Read an option, a pattern, a state, or a statement in brackets, perhaps with ``not``."""
        if depth > MAX_DEPTH:
            raise self.fault("the statement is nested too deeply", f"at most {MAX_DEPTH} levels")
        token = self.token
        if self.word == "not":
            self.advance()
            self.count(1)
            return Statement("not", (self.single(depth + 1),))
        if token == "(":
            self.advance()
            found = self.joined(0, depth + 1)
            if self.token != ")":
                raise self.fault("a bracket is not closed", ")")
            self.advance()
            return found
        found = self.atom(token)
        self.count(sum(1 for _ in found.walk()))
        self.advance()
        return found

    def atom(self, token: str) -> Statement:
        if not token or self.word in KEYWORDS or token == ")":
            after = f"before {shorten(token)!r}" if token else "at the end"
            raise self.fault(f"an option is missing {after}", _WANTED)
        if (pattern := read_pattern(token, len(self.options))) is not None:
            return pattern
        if token.isdigit():
            if len(token) < 4 and 1 <= int(token) <= len(self.options):
                return Statement("option", (int(token) - 1,), self.options[int(token) - 1])
            what = f"there is no option {shorten(token)}"
            raise self.fault(what, f"a number from 1 to {len(self.options)}, or a name")
        if token in self.options:
            return Statement("option", (self.options.index(token),), token)
        if token in self.named:
            return replace(self.named[token], label=token)
        if not {*token} - {*"YN"}:
            signs = f"{len(token)} sign{'' if len(token) == 1 else 's'}"
            what = f"the pattern {shorten(token)!r} has {signs}"
            raise self.fault(what, f"{len(self.options)}, one per option: Y, N or -")
        known = [*self.options, *self.named]
        remedy = did_you_mean(token, known)
        raise self.fault(
            f"unknown option {shorten(token)!r}",
            remedy=remedy or f"known: {', '.join(known[:12])}",
        )

    def count(self, terms: int) -> None:
        self.terms += terms
        if self.terms > MAX_TERMS:
            raise self.fault("the statement is too long", f"at most {MAX_TERMS} terms")
