"""Collect all faults of a file, each with its place, up to a bound.

The bound is on the work as much as on the length of the list: looking for the
nearest right name costs time, and a stranger's file may hold thousands of
wrong ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence, Set
from typing import Any, NoReturn

from deterrence.algebra.expression_reader import FILE_LIMITS, FUNCTIONS, QUERIES
from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, Fault, QueryError, did_you_mean, shorten
from deterrence.modelfile.file_bytes import MAX_FAULTS
from deterrence.modelfile.schema.fields import comma_hint, kind
from deterrence.modelfile.yaml.entries import EntryPath, EntryTree, LineColumn, dotted

#: At most so many terms in all formulas of one file together.
MAX_TERMS = 100_000
#: Known names beyond this number are not searched for the nearest one.
_MAX_SEARCHED = 300


class TooManyFaultsError(Exception):
    """The list of faults is full; what has been found is enough to begin with."""


class FaultList:
    """The faults and warnings found in one file so far."""

    def __init__(self, tree: EntryTree) -> None:
        """Begin with the faults of the tree itself."""
        self.tree = tree
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self._seen: set[Fault] = set()
        self._parsed: dict[tuple[str, bool], Expression] = {}
        self._terms = 0
        #: What was cut out because of a fault; what follows from that is no fault of its own.
        self.broken: set[EntryPath] = set()
        #: Misspelt keys that are read as what they must mean: (path of the mapping, key) -> key.
        self.renamed: dict[tuple[EntryPath, str], str] = {}
        #: What queries may ask for, by what it is called: players, outcomes.
        self.askable: dict[str, Collection[str]] = {}
        #: Whether the list was cut short.
        self.full = False
        self.faults += tree.faults

    def _append(self, fault: Fault) -> None:
        if fault in self._seen:
            return
        self._seen.add(fault)
        self.faults.append(fault)
        if len(self.faults) >= MAX_FAULTS:
            self.stop()

    def stop(self) -> NoReturn:
        """End the search for faults."""
        self.full = True
        raise TooManyFaultsError

    def sorted(self) -> tuple[Fault, ...]:
        """Return the faults in the order of the file."""
        faults = sorted(self.faults, key=lambda f: (f.line or 0, f.column or 0))
        if self.full:
            what = "there may be more faults; correct these first"
            faults.append(Fault(what, faults[-1].line, faults[-1].column))
        return tuple(faults)

    # ---- places -------------------------------------------------------
    def real_path(self, path: EntryPath) -> EntryPath:
        """Return the path in the file that is nearest to one in the schema.

        The schema sees some lists as mappings, and some shorthands written out;
        parts that the file does not have are left out.
        """
        node: Any = self.tree.root
        real: list[str | int] = []
        for part in path:
            if isinstance(part, str):
                part = self.renamed.get((tuple(real), part), part)
            if isinstance(node, dict) and part in node:
                real.append(part)
                node = node[str(part)]
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                real.append(part)
                node = node[part]
            elif isinstance(node, list) and isinstance(part, str):
                for index, item in enumerate(node):
                    if item == part:
                        real.append(index)
                        node = item
                        break
                    if isinstance(item, dict) and part in item:
                        real += [index, part]
                        node = item[part]
                        break
        return tuple(real)

    def place(self, path: EntryPath, *, key: bool = False) -> LineColumn:
        """Return line and column of the value (or the key) at a path of the file."""
        while path:
            where = (self.tree.keys.get(path) if key else None) or self.tree.values.get(path)
            if where is not None:
                return where
            path = path[:-1]
        return self.tree.values[()]

    def is_broken(self, path: EntryPath) -> bool:
        """Say whether something at, above or below a path was cut out."""
        return touches(self.real_path(path[:-1]) + path[-1:], self.broken) if path else False

    def raw(self, key: str) -> Any:
        """Return a section as it stands in the file."""
        return self.tree.root.get(self.renamed.get(((), key), key))

    # ---- faults -------------------------------------------------------
    def add(
        self,
        path: EntryPath,
        what: str,
        expected: str = "",
        remedy: str = "",
        *,
        key: bool = False,
        shift: int | None = None,
    ) -> None:
        """Add a fault at a value, at its key, or ``shift`` columns into its text."""
        path = self.real_path(path)
        line, column = self.place(path, key=key)
        if shift is not None and not key:
            offset = self.tree.offsets.get(path)
            column = column + offset + shift if offset is not None else column
        self._append(Fault(what, line, column, dotted(path), expected, remedy))

    def warn(self, path: EntryPath, what: str, remedy: str = "") -> None:
        """Add a warning at a key."""
        line, column = self.place(self.real_path(path), key=True)
        if len(self.warnings) < MAX_FAULTS:
            self.warnings.append(Fault(what, line, column, dotted(path), remedy=remedy))

    def nearest(self, word: str, known: Collection[str]) -> str:
        """Return "did you mean ...?", or the known words where they are few."""
        if len(known) > _MAX_SEARCHED:
            known = [k for k in known if k[:1].lower() == word[:1].lower()][:_MAX_SEARCHED]
        hint = did_you_mean(word, known)
        if not hint and 0 < len(known) <= 12:
            hint = "known: " + ", ".join(sorted(k[:40] for k in known))
        return hint

    def unknown(
        self, path: EntryPath, what: str, word: str, known: Collection[str], *, key: bool = False
    ) -> None:
        """Add "unknown <what> <word>" with the nearest known word."""
        self.add(
            path, f"unknown {what} {shorten(word)!r}", remedy=self.nearest(word, known), key=key
        )

    def check_players(
        self, path: EntryPath, entries: Collection[str], players: Sequence[str]
    ) -> bool:
        """Say whether ``entries`` has every player and nobody else; add faults where not."""
        unknown = [p for p in entries if p not in players]
        for player in unknown:
            self.unknown((*path, player), "player", player, players, key=True)
        missing = [p for p in players if p not in entries and not self.is_broken((*path, p))]
        if len(missing) > len(unknown):
            what = f"no entry for {listing(missing)}"
            self.add(path, what, "an entry for every player", key=True)
        return all(p in entries for p in players)

    def payoffs(
        self, path: EntryPath, raw: Any, players: Sequence[str]
    ) -> dict[str, tuple[EntryPath, Any]]:
        """Return each player's payoff with its place, from a mapping or a list in their order.

        There is a fault where the answer lacks a player.
        """
        if isinstance(raw, dict):
            self.check_players(path, raw, players)
            return {p: ((*path, p), entry) for p, entry in raw.items()}
        if isinstance(raw, list) and len(raw) == len(players):
            return {p: ((*path, i), raw[i]) for i, p in enumerate(players)}
        wanted = f"one formula per player: {listing(players)}"
        if isinstance(raw, list):
            hint = comma_hint(raw, len(players)) if self._tight(path, raw) else ""
            self.add(path, f"a list of {len(raw)} stands here", wanted, hint)
        else:
            self.add(path, f"{kind(raw)} stands here", "{player: formula}, or " + wanted, shift=0)
        return {}

    def _tight(self, path: EntryPath, items: Sequence[Any]) -> bool:
        """Say whether two items of a list have a comma and no blank between them."""
        places = [self.tree.values.get((*path, i), (0, 0)) for i in range(len(items))]
        return any(
            isinstance(item, str) and after == (line, column + len(item) + 1)
            for item, (line, column), after in zip(items, places, places[1:], strict=False)
        )

    # ---- formulas -----------------------------------------------------
    def formula(
        self,
        path: EntryPath,
        text: str,
        names: Set[str],
        *,
        queries: bool = False,
        condition: bool = False,
    ) -> Expression | None:
        """Read a formula (or a condition); its faults get their column in the file."""
        expression = self._parsed.get((text, queries))
        if expression is None:
            try:
                expression = Expression.parse(text, queries=queries, limits=FILE_LIMITS)
            except ExpressionError as error:
                shift = None if error.column is None else error.column - 1
                remedy = error.remedy
                if isinstance(error, QueryError):
                    asked = self.askable.items()
                    named = [(s, k) for s, k in asked if k and s in QUERIES[error.query]]
                    remedy = "; ".join(f"{s}s: {listing(known)}" for s, known in named)
                self.add(path, error.what, error.expected, remedy, shift=shift)
                return None
            self._parsed[text, queries] = expression
            self._terms += sum(1 for _ in expression.walk())
            if self._terms > MAX_TERMS:
                self.add(path, "the formulas are too long", f"at most {MAX_TERMS} terms in all")
                self.stop()
        if not expression.names <= names:
            for name in sorted(expression.names - names):
                remedy = self.nearest(name, names)
                if name in FUNCTIONS or (queries and name in QUERIES):
                    remedy = f"{name} is a function: write {name}(...)"
                what = f"unknown name {shorten(name)!r}"
                self.add(path, what, remedy=remedy, shift=_column_of(name, text))
            return None
        if condition and not expression.is_boolean:
            what = f"'{shorten(text)}' is a number"
            self.add(path, what, "an inequality such as a > b", "write == for equality")
            return None
        if expression.is_boolean and not condition:
            self.add(path, f"'{shorten(text)}' is true or false", "a number here")
            return None
        return expression


def touches(path: EntryPath, broken: Set[EntryPath]) -> bool:
    """Say whether one of the paths is at, above or below ``path``."""
    return any(path[: len(b)] == b or b[: len(path)] == path for b in broken)


def _column_of(name: str, text: str) -> int | None:
    match = re.search(rf"(?<![A-Za-z0-9_.]){re.escape(name)}(?![A-Za-z0-9_])", text)
    return match.start() if match else None


def listing(items: Iterable[str]) -> str:
    """Join words for a message, cut after ten.

    >>> listing(["a", "b"])
    'a, b'
    """
    words = [shorten(item) for item in items]
    return ", ".join(words[:10]) + (", ..." if len(words) > 10 else "")
