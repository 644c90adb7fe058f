"""Conditions in words, then in symbols, then at the values: for people who read no formulas.

A comparison of two parameters, or of definitions, is told by their titles; one that says of a
single parameter how large it has to be is told with the number that this is at the other
parameters' values ("here").  Any other comparison is shown as it is.

>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.words.blocks import inline_text
>>> model = load_model("asymmetric-bipolarity")
>>> words = ConditionWords(model, model.values())
>>> print(inline_text(words.comparison(Expression.parse("k_R > l_R"))))
Russia's expected cost of direct war exceeds Russia's loss from yielding (k_R > l_R)
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import format_decimal
from deterrence.errors import ExpressionError
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.blocks import Inline, inline_text
from deterrence.words.markup import text_width

#: Disjunction of conjunctions.
Terms = Sequence[Sequence[Expression]]
#: Longest title of a parameter in a condition, in terminal columns.
MAX_TITLE = 70
#: Longest word of a title; what is longer is cut, for no line could hold it.
MAX_WORD = 30

_VERBS = {
    ">": "exceeds",
    ">=": "is at least",
    "<": "is below",
    "<=": "is at most",
    "==": "equals",
    "!=": "differs from",
}
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
#: Points at which a formula is compared with a definition; each is drawn from 10**6 values.
_POINTS = 6


class ConditionWords:
    """Tells the conditions of one model, at values of its parameters."""

    def __init__(self, model: SymbolicModel, values: Mapping[str, Any]) -> None:
        self.model, self.values = model, values
        self._known = {name: _signature(e) for name, e in model.definitions.items()}
        self._made_of = {e.names for e in model.definitions.values()}

    # ---- one comparison ------------------------------------------------------------------
    def comparison(self, e: Expression) -> Inline:
        """Return a comparison as words with its symbols behind, or as symbols alone."""
        if e.op != "compare" or len(e.args[0]) != 1:
            return (e,)
        sign, left, right = e.args[0][0], self._short(e.args[1]), self._short(e.args[2])
        if self._title(right) and not self._title(left):
            sign, left, right = _TURNED[sign], right, left
        shown = Expression("compare", (sign,), left, right)
        title, other = self._title(left), self._title(right)
        if title and other:
            return (f"{title} {_VERBS[sign]} {other} (", shown, ")")
        number = self._number(right)
        if title and number is not None and left.args[0] not in self._names(right):
            here = "" if right.op == "number" else " here"
            return (f"{title} {_VERBS[sign]} {number}{here} (", shown, ")")
        return (shown,)

    def _names(self, e: Expression) -> frozenset[str]:
        """Return the parameters in a formula, those behind definitions among them."""
        names = set(e.names)
        for name in e.names & {*self.model.definitions}:
            names |= self.model.definitions[name].names
        return frozenset(names)

    def _title(self, e: Expression) -> str:
        """Return the title of a parameter, without what explains it after a colon."""
        if e.op != "name" or e.args[0] not in self.model.parameters:
            return ""
        return short_title(self.model.parameters[e.args[0]].title, MAX_TITLE)

    def _short(self, e: Expression) -> Expression:
        """Return the name of the definition that a formula is, else the formula."""
        if e.op in ("name", "number") or e.names not in self._made_of:
            return e
        mine = _signature(e)
        for name, known in self._known.items():
            if mine is not None and mine == known:
                return Expression.name(name)
        return e

    def _number(self, e: Expression) -> str | None:
        try:
            value = e.evaluate({**self.values, **self._definitions()})
        except (ExpressionError, KeyError):
            return None
        return format_decimal(value)

    def _definitions(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, e in self.model.definitions.items():
            try:
                found[name] = e.evaluate(self.values)
            except ExpressionError:
                continue
        return found

    # ---- several -------------------------------------------------------------------------
    def holds(self, terms: Terms) -> bool | None:
        """Say whether a disjunction holds at the values; None where that cannot be said."""
        answers = [self.term_holds(t) for t in terms]
        return True if True in answers else None if None in answers else False

    def term_holds(self, term: Sequence[Expression]) -> bool | None:
        """Say whether comparisons hold together at the values."""
        try:
            return all(bool(c.evaluate(self.values)) for c in term)
        except ExpressionError:
            return None

    def term(self, term: Sequence[Expression]) -> Inline:
        """Return a conjunction; between which numbers one parameter lies is told together."""
        waiting = list(term)
        parts: list[str | Expression] = []
        while waiting:
            first = waiting.pop(0)
            told, other = self.comparison(first), None
            for e in waiting:
                between = self._between(first, e)
                if between:
                    told, other = between, e
                    break
            if other is not None:
                waiting.remove(other)
            parts += [" and "] if parts else []
            parts += told
        return tuple(parts)

    def _between(self, one: Expression, other: Expression) -> Inline:
        """Return two comparisons as one, if they say between which numbers a parameter lies."""
        ends: dict[str, tuple[str, Expression]] = {}
        names = set()
        for e in (one, other):
            if e.op != "compare" or len(e.args[0]) != 1:
                return ()
            sign, left, right = e.args[0][0], self._short(e.args[1]), self._short(e.args[2])
            if self._title(right) and not self._title(left):
                sign, left, right = _TURNED[sign], right, left
            if not self._title(left) or self._title(right) or sign[0] not in "<>":
                return ()
            names.add(left)
            ends[sign[0]] = _TURNED[sign] if sign[0] == ">" else sign, right
        if len(ends) < 2 or len(names) != 1:
            return ()
        (parameter,) = names
        (below, low), (above, high) = ends[">"], ends["<"]
        numbers = self._number(low), self._number(high)
        if None in numbers or parameter.args[0] in self._names(low) | self._names(high):
            return ()
        shown = Expression("compare", (below, above), low, parameter, high)
        here = "" if low.op == high.op == "number" else " here"
        told = f"{self._title(parameter)} is between {numbers[0]} and {numbers[1]}{here} ("
        return (told, shown, ")")

    def named(self, e: Expression) -> Expression:
        """Return a formula or condition with the names of definitions in place of them."""
        if e.op in ("and", "or", "not"):
            return Expression(e.op, *map(self.named, e.args))
        if e.op == "compare":
            return Expression("compare", e.args[0], *map(self._short, e.args[1:]))
        return self._short(e)

    def symbols(self, term: Sequence[Expression]) -> Inline:
        """Return a conjunction in symbols, those of definitions where there are some."""
        parts: list[str | Expression] = []
        for k, e in enumerate(term):
            parts += [" and ", self.named(e)] if k else [self.named(e)]
        return tuple(parts)

    def terms(self, terms: Terms, longest: int) -> tuple[Inline, bool]:
        """Return a disjunction in words, and whether all of it is told.

        Where words would take more than ``longest`` characters the formulas stand alone, and
        where these do too, the case that holds at the values, if one does.
        """
        if not all(terms):
            return (("always",) if terms else ("never",)), True
        sides = self.sides(terms)
        if sides and len(inline_text(sides)) <= longest:
            return sides, True
        for write in (self.term, self.symbols):
            whole = _either([write(t) for t in terms])
            if len(inline_text(whole)) <= longest:
                return whole, True
        here = next((t for t in terms if self.term_holds(t)), None)
        if here is None:
            return (), False
        for write in (self.term, self.symbols):
            told = write(here)
            if len(inline_text(told)) <= longest:
                return told, len(terms) == 1
        return (), False

    # ---- two sides alike -----------------------------------------------------------------
    def sides(self, terms: Terms) -> Inline:
        """Return in one sentence what is said of both sides alike, ``()`` where nothing is.

        That is a condition on two comparisons, each with words in which the player is named,
        and the same words for both: that exactly one of them holds, both, or at least one.
        """
        atoms = _two_atoms(terms)
        if atoms is None or len(self.model.players) != 2:
            return ()
        which, first, second = atoms
        both = [self._of_a_side(e) for e in (first, second)]
        if not all(both) or both[0][0] != both[1][0] or both[0][1] == both[1][1]:
            return ()
        ordered = sorted(
            ((who, e) for (_, who), e in zip(both, (first, second), strict=True)),
            key=lambda pair: pair[0],
        )
        told = both[0][0].replace("\0", f"{which} side's", 1).replace("\0", "its")
        return (f"{told} (", self._shown(ordered[0][1]), "; ", self._shown(ordered[1][1]), ")")

    def _of_a_side(self, e: Expression) -> tuple[str, int]:
        """Return a comparison's words with a mark for the player's name, and which player it is."""
        told = self.comparison(e)
        words = told[0] if isinstance(told[0], str) else ""
        for k, player in enumerate(self.model.players):
            for name in (self.model.player_titles.get(player) or player, player):
                if f"{name}'s " in words:
                    marked = words.removesuffix(" (").replace(f"{name}'s", "\0")
                    return marked, k
        return "", -1

    def _shown(self, e: Expression) -> Expression:
        """Return the symbols behind a comparison's words."""
        return next(p for p in self.comparison(e) if isinstance(p, Expression))


def _two_atoms(terms: Terms) -> tuple[str, Expression, Expression] | None:
    """Return two comparisons and how many of them are to hold, if that is all a condition says.

    >>> compare = [[Expression.parse(t) for t in term] for term in (("a > b", "c < d"),
    ...            ("a < b", "c > d"))]
    >>> [str(part) for part in _two_atoms(compare)]
    ['exactly one', 'a > b', 'c > d']
    """
    flat = [e for term in terms for e in term]
    if any(e.op != "compare" or len(e.args[0]) != 1 or e.args[0][0][0] not in "<>" for e in flat):
        return None
    if len(terms) == 1 and len(flat) == 2:
        return "each", flat[0], flat[1]
    if len(terms) == 2 and len(flat) == 2:
        return "at least one", flat[0], flat[1]
    if len(terms) != 2 or len(flat) != 4:
        return None
    first, second = flat[0], flat[1]
    others = {e.args[1:]: e.args[0][0] for e in flat[2:]}
    if others.keys() != {first.args[1:], second.args[1:]}:
        return None
    if any(others[e.args[1:]] == e.args[0][0] for e in (first, second)):
        return None
    opposite = Expression("compare", (others[second.args[1:]],), *second.args[1:])
    return "exactly one", first, opposite


def _either(terms: Sequence[Inline]) -> Inline:
    parts: list[str | Expression] = []
    for k, term in enumerate(terms):
        parts += [", or "] if k else []
        parts += term
    return tuple(parts)


def _signature(e: Expression) -> tuple[Any, ...] | None:
    """Return the values of a formula at a few random points: those of equal formulas are equal.

    The points depend on the names alone.  Two different quotients of polynomials of small
    degree agree at all of them with a probability far below 1e-20.
    """
    names = sorted(e.names)
    draw = random.Random(",".join(names))
    found: list[Any] = [tuple(names)]
    for _ in range(_POINTS):
        point = {n: Fraction(draw.randrange(1, 10**6), 10**6 + 3) for n in names}
        try:
            found.append(e.evaluate(point))
        except ExpressionError:
            return None
    return tuple(found)


def short_title(title: str, longest: int) -> str:
    """Return a parameter's title without what explains it after a colon or semicolon.

    >>> short_title("credibility: probability that it is hard", 60)
    'credibility'
    """
    return cut(title.partition(":")[0].partition(";")[0].strip(), longest)


def cut(text: str, longest: int) -> str:
    """Return a text on one line that is not too long, and none of whose words is.

    >>> cut("a" * 50, 80) == "a" * 27 + "..."
    True
    """
    words = [w if text_width(w) <= MAX_WORD else _cut(w, MAX_WORD) for w in text.split()]
    whole = " ".join(words)
    return whole if text_width(whole) <= longest else _cut(whole, longest)


def _cut(text: str, longest: int) -> str:
    while text and text_width(text) > longest - 3:
        text = text[:-1]
    return f"{text.rstrip()}..."
