"""Every fault a user can meet, one class per kind, one exit code per class.

An error says four things: *what* is wrong, *where* it is, what was *expected*
and the *remedy*.  The command line prints them without a traceback and exits
with the code of the class:

====  ==============================================================
code  meaning
====  ==============================================================
0     fine
1     failure that is nobody's typing error (a solver gave up)
2     usage: a wrong option, name or value on the command line
3     an invalid model file or game file
4     incomplete: the time ran out, or completeness is not proven
5     a certificate was rejected
130   interrupted with Ctrl-C
====  ==============================================================

>>> from deterrence.errors import Fault
>>> print(Fault("unknown name 'k_Q'", line=7, column=12, remedy="did you mean 'k_R'?"))
line 7, column 12: unknown name 'k_Q' (did you mean 'k_R'?)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where.

    ``line`` and ``column`` count from 1; ``key`` is the dotted path of the
    entry in the file, such as ``parameters.k_R.default``.

    >>> from deterrence import Fault
    >>> print(Fault('unknown name', line=7, column=12, key='assumptions.1'))
    line 7, column 12, at assumptions.1: unknown name
    """

    what: str
    line: int | None = None
    column: int | None = None
    key: str = ""
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = []
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.column is not None:
            place.append(f"column {self.column}")
        text = ", ".join(place)
        if self.key:
            text = f"{text}, at {self.key}" if text else f"at {self.key}"
        text = f"{text}: {self.what}" if text else self.what
        return _with_help(text, self.expected, self.remedy)


def _with_help(text: str, expected: str, remedy: str) -> str:
    """Add to a message what was expected and how to mend it, where that is known."""
    if expected:
        text += f"; expected {expected}"
    return f"{text} ({remedy})" if remedy else text


class DeterrenceError(Exception):
    """Base of all errors that this package raises on purpose.

    >>> from deterrence import DeterrenceError, load_model
    >>> try:
    ...     load_model('chiken')
    ... except DeterrenceError as error:
    ...     print(type(error).__name__, error.exit_code, error.what)
    UsageError 2 there is no model and no file called 'chiken'
    """

    exit_code = 1

    def __init__(self, what: str, *, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return _with_help(self.what, "", self.remedy)


class UsageError(DeterrenceError):
    """A name, option or value that the caller gave does not fit.

    >>> from deterrence import UsageError, load_model
    >>> try:
    ...     load_model('chicken').solve(P_C=1)
    ... except UsageError as error:
    ...     print(error)
    chicken has no parameter 'P_C', and solve() no such option (did you mean 'P_B'?)
    """

    exit_code = 2


class ExpressionError(DeterrenceError):
    """An expression that cannot be read or cannot be evaluated.

    ``column`` counts from 1 within the expression's own text.

    >>> from deterrence import Expression, ExpressionError
    >>> try:
    ...     Expression.parse('a + k_r', names=['a', 'k_R'])
    ... except ExpressionError as error:
    ...     print(error)
    unknown name 'k_r' at column 5 (did you mean 'k_R'?)
    """

    exit_code = 3

    def __init__(
        self, what: str, *, column: int | None = None, expected: str = "", remedy: str = ""
    ) -> None:
        super().__init__(what, remedy=remedy)
        self.column = column
        self.expected = expected

    def __str__(self) -> str:
        text = self.what
        if self.column is not None:
            text += f" at column {self.column}"
        return _with_help(text, self.expected, self.remedy)


class QueryError(ExpressionError):
    """A query, such as ``prob(player, action)``, with too few or too many labels.

    ``query`` is its name and ``labels`` are those that it has; who knows the game can say
    which there are.

    >>> from deterrence import Expression, QueryError
    >>> try:
    ...     Expression.parse('prob(A)', queries=True)
    ... except QueryError as error:
    ...     print(error.query, error.labels)
    prob ('A',)
    """

    def __init__(
        self, what: str, *, query: str, labels: Sequence[str], column: int | None = None,
        expected: str = "", remedy: str = "",
    ) -> None:  # fmt: skip
        super().__init__(what, column=column, expected=expected, remedy=remedy)
        self.query = query
        self.labels = tuple(labels)


class InvalidFileError(DeterrenceError):
    """A model file or game file with one or more faults, all of them listed.

    >>> from deterrence import InvalidFileError, read_model
    >>> try:
    ...     read_model('title: T\\nform: strategic\\nplayers: [A]\\n')
    ... except InvalidFileError as error:
    ...     print(error.faults[0])
    line 1, column 1: the key 'game' is missing; expected game: ...
    """

    exit_code = 3

    def __init__(self, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        count = len(self.faults)
        shown = "".join(c if c.isprintable() else "?" for c in source)
        super().__init__(f"{shown}: {count} fault{'s' if count != 1 else ''}")

    def __str__(self) -> str:
        return "\n".join([f"{self.what}", *(f"  {fault}" for fault in self.faults)])


class UnsupportedError(UsageError):
    """A solver was asked for something that it does not do; names one that does.

    >>> from deterrence import UnsupportedError, load_model, solve
    >>> try:
    ...     solve(load_model('rudimentary-deterrence'), 'nashpy-vertex')
    ... except UnsupportedError as error:
    ...     print(error.what)
    solver 'nashpy-vertex' takes matrices, and rudimentary-deterrence is a game tree
    """


class IncompleteError(DeterrenceError):
    """The answer is not complete and nothing useful was found before the limit.

    >>> from deterrence import IncompleteError
    >>> IncompleteError('the time ran out').exit_code
    4
    """

    exit_code = 4


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'x'?"`` for the nearest known word, or ``""``.

    >>> did_you_mean("Eskalate", ["Restrain", "Escalate"])
    "did you mean 'Escalate'?"
    """
    known = list(known)
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(word[:60].lower(), by_lower, n=1, cutoff=0.6)
    return f"did you mean {by_lower[close[0]]!r}?" if close else ""


def position_of(label: str, known: Sequence[str], what: str) -> int:
    """Return where a label stands; raise ``what`` as :class:`UsageError` where it does not."""
    try:
        return known.index(label)
    except ValueError:
        raise UsageError(what, remedy=nearest_of(label, known)) from None


def nearest_of(word: str, known: Iterable[str]) -> str:
    """Return the nearest known word as a remedy, or all of them."""
    known = list(known)
    return did_you_mean(word, known) or f"one of {', '.join(known)}"


def shorten(text: str, limit: int = 40) -> str:
    """Return a text that is short enough for a message."""
    return text if len(text) <= limit else text[: limit - 3] + "..."
