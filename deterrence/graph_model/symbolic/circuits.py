"""Formulas over the signs of polynomials, each part of them made once.

A *variable* is a polynomial, of which nothing counts but whether it is negative, zero or
positive; a literal allows some of these three.  Formulas are numbers; equal ones are the same
number, so that what many formulas have in common is worked out once.

>>> circuits = Circuits()
>>> x, y = circuits.variable(), circuits.variable(ZERO | POSITIVE)
>>> circuits.literal(y, POSITIVE | ZERO) == TRUE
True
>>> f = circuits.all_of([circuits.literal(x, POSITIVE), circuits.literal(x, ZERO | POSITIVE)])
>>> f == circuits.literal(x, POSITIVE)
True
>>> circuits.negated(f) == circuits.literal(x, NEGATIVE | ZERO)
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from typing import Literal as Choice

from deterrence.errors import IncompleteError

#: The signs that a literal allows, to be added.
NEGATIVE, ZERO, POSITIVE, ANY = 1, 2, 4, 7
#: Comparisons with zero by the signs that they allow, those that say the most plainly first.
COMPARED = {"==": 2, ">": 4, "<": 1, ">=": 6, "<=": 3, "!=": 5}
#: The formulas that never and always hold.
FALSE, TRUE = 0, 1
#: Parts of formulas beyond which no more are made.
MAX_PARTS = 300_000

#: Allowed signs by variable: literals that hold together.
SignTerm = Mapping[int, int]
#: The points, as bits of a number, at which a variable is negative, zero, positive.
Columns = Callable[[int], tuple[int, int, int]]


class Circuits:
    """A growing table of formulas; ``possible`` has the signs that each variable can have."""

    def __init__(self) -> None:
        self.possible: list[int] = []
        self._parts: list[tuple[Any, ...]] = [("or",), ("and",)]
        self._number = {part: k for k, part in enumerate(self._parts)}
        self._negated: dict[int, int] = {FALSE: TRUE, TRUE: FALSE}
        self._support: dict[int, frozenset[int]] = {}
        self._bits: dict[int, tuple[int, int]] = {}

    def variable(self, possible: int = ANY) -> int:
        """Return a new variable."""
        self.possible.append(possible)
        return len(self.possible) - 1

    def part(self, node: int) -> tuple[Any, ...]:
        """Return ``("literal", variable, signs)`` or ``("and" or "or", *formulas)``."""
        return self._parts[node]

    def literal(self, variable: int, signs: int) -> int:
        """Return the formula that a variable has one of some signs."""
        possible = self.possible[variable]
        signs &= possible
        if signs == possible:
            return TRUE
        return self._made(("literal", variable, signs)) if signs else FALSE

    def term(self, literals: SignTerm) -> int:
        """Return the conjunction of literals."""
        return self.all_of([self.literal(v, signs) for v, signs in literals.items()])

    def all_of(self, nodes: Iterable[int]) -> int:
        """Return the conjunction."""
        return self._joined("and", nodes)

    def any_of(self, nodes: Iterable[int]) -> int:
        """Return the disjunction."""
        return self._joined("or", nodes)

    def _joined(self, op: Choice["and", "or"], nodes: Iterable[int]) -> int:
        neutral, decisive = (TRUE, FALSE) if op == "and" else (FALSE, TRUE)
        flat: dict[int, None] = {}
        for node in nodes:
            part = self._parts[node]
            flat.update(dict.fromkeys(part[1:] if part[0] == op else (node,)))
        signs: dict[int, int] = {}
        kept: list[int] = []
        for node in flat:
            part = self._parts[node]
            if node == decisive:
                return decisive
            if part[0] != "literal":
                if node != neutral:
                    kept.append(node)
            elif op == "and":
                signs[part[1]] = signs.get(part[1], ANY) & part[2]
            else:
                signs[part[1]] = signs.get(part[1], 0) | part[2]
        literals = [self.literal(v, own) for v, own in signs.items()]
        if decisive in literals:
            return decisive
        # a and (a or b) is a
        plain = set(literals)
        other = "or" if op == "and" else "and"
        kept = [
            n for n in kept if self._parts[n][0] != other or plain.isdisjoint(self._parts[n][1:])
        ]
        found = sorted({*literals, *kept})
        if not found:
            return neutral
        return found[0] if len(found) == 1 else self._made((op, *found))

    def _made(self, part: tuple[Any, ...]) -> int:
        if part not in self._number:
            if len(self._parts) >= MAX_PARTS:
                raise IncompleteError(
                    f"the formulas have more than {MAX_PARTS:,} parts",
                    remedy="ask at values, or for fewer states",
                )
            self._number[part] = len(self._parts)
            self._parts.append(part)
        return self._number[part]

    def negated(self, node: int) -> int:
        """Return the formula that holds exactly where another one does not."""
        if node not in self._negated:
            kind, *rest = self._parts[node]
            if kind == "literal":
                other = self.literal(rest[0], ANY & ~rest[1])
            else:
                other = self._joined("or" if kind == "and" else "and", map(self.negated, rest))
            self._negated[node] = other
            self._negated.setdefault(other, node)
        return self._negated[node]

    def support(self, node: int) -> frozenset[int]:
        """Return the variables that occur."""
        if node not in self._support:
            kind, *rest = self._parts[node]
            found = [frozenset(rest[:1])] if kind == "literal" else map(self.support, rest)
            self._support[node] = frozenset().union(*found)
        return self._support[node]

    def bits(self, node: int, columns: Columns, everywhere: int) -> int:
        """Return the points at which a formula holds, as the bits of a number.

        ``columns`` has those of each variable; points may be added, never changed.
        """
        known = self._bits.get(node)
        if known is not None and known[0] == everywhere:
            return known[1]
        kind, *rest = self._parts[node]
        if kind == "literal":
            found = allowed(columns(rest[0]), rest[1])
        elif kind == "and":
            found = everywhere
            for inner in rest:
                found &= self.bits(inner, columns, everywhere)
        else:
            found = 0
            for inner in rest:
                found |= self.bits(inner, columns, everywhere)
        self._bits[node] = everywhere, found
        return found

    def implicant(self, nodes: Sequence[int], signs: Mapping[int, int]) -> dict[int, int]:
        """Return few literals that hold where variables have these signs, and imply formulas.

        The formulas have to hold there.
        """
        known: dict[int, dict[int, int] | None] = {}

        def found(node: int) -> dict[int, int] | None:
            if node not in known:
                kind, *rest = self._parts[node]
                if kind == "literal":
                    known[node] = {rest[0]: rest[1]} if signs[rest[0]] & rest[1] else None
                elif kind == "and":
                    known[node] = together(rest)
                else:
                    ways = [way for n in rest if (way := found(n)) is not None]
                    known[node] = min(ways, key=len, default=None)
            return known[node]

        def together(parts: Sequence[int]) -> dict[int, int] | None:
            term: dict[int, int] = {}
            for node in parts:
                way = found(node)
                if way is None:
                    return None
                for v, own in way.items():
                    term[v] = term.get(v, ANY) & own
            return term

        answer = together(nodes)
        assert answer is not None
        return answer

    def count(self, node: int) -> int:
        """Return how many literals a formula has when it is written out."""
        known: dict[int, int] = {}

        def found(node: int) -> int:
            if node not in known:
                kind, *rest = self._parts[node]
                known[node] = 1 if kind == "literal" else sum(map(found, rest))
            return known[node]

        return found(node)


def allowed(columns: tuple[int, int, int], signs: int) -> int:
    """Return the points at which a variable has one of some signs."""
    negative, zero, positive = columns
    return (
        (negative if signs & NEGATIVE else 0)
        | (zero if signs & ZERO else 0)
        | (positive if signs & POSITIVE else 0)
    )


def comparison(signs: int, possible: int = ANY) -> str:
    """Return the comparison with zero that allows these of the possible signs.

    >>> comparison(POSITIVE), comparison(POSITIVE, ZERO | POSITIVE), comparison(ZERO)
    ('>', '>', '==')
    """
    return next(sign for sign, own in COMPARED.items() if own & possible == signs & possible)
