"""A conflict in option form: who can do what, what cannot be, and who wants what.

Howard 1971; Fraser and Hipel 1984; Fang, Hipel and Kilgour 1993.  Every player has options
that she takes or does not take.  A *pattern* says which are taken; it is a number whose binary
digits are the options, the first counting 1 (so Fraser and Hipel number them, and so states are
ordered here).  A *state* is a feasible pattern, or several that are indistinguishable; those
that are merged come last.

>>> import numpy as np
>>> options = (Option("strike", "A"), Option("withdraw", "B"))
>>> form = OptionForm(("A", "B"), options, np.array([0, 1, 2]))
>>> [form.label(s) for s in range(form.size)], [form.title(s) for s in range(form.size)]
(['NN', 'YN', 'NY'], ['Nothing taken', 'strike', 'withdraw'])
>>> form.moves(0)[1].tolist(), form.moves(1)[1].tolist()
([1, 0], [2, 0])
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from deterrence.algebra.expressions import ARITHMETIC, Expression
from deterrence.errors import ExpressionError, UsageError, shorten
from deterrence.game.option_statements import Statement, read_statement, written

MAX_OPTIONS = 20
#: States of which there are whole tables; of more, single ones are looked at.
MAX_STATES = 5_000
#: Different values that one term of a payoff may have.
MAX_VALUES = 20_000
#: Which way an option cannot be changed.
TAKEN, GIVEN_UP = "taken", "given up"


@dataclass(frozen=True)
class Option:
    """Something that a player does or does not do.

    ``irreversible`` is :data:`TAKEN` where it cannot be given up once it is taken,
    :data:`GIVEN_UP` where it cannot be taken again, ``""`` where it can be changed at will.
    """

    name: str
    player: str
    title: str = ""
    irreversible: str = ""


@dataclass(frozen=True)
class NamedState:
    """A state with a name: the statement that is true of it, and what it is called."""

    name: str
    when: Statement
    title: str = ""


@dataclass(frozen=True)
class Preference:
    """What a player prefers, in one of three ways.

    ``statements``: the most important first, each true rather than false.  ``order``: states,
    the best first, each class of ties as a statement that is true of it.  ``payoff``: a formula
    in parameters, options and named states, the latter two being 1 where they hold and 0 else.
    """

    statements: tuple[Statement, ...] = ()
    order: tuple[Statement, ...] = ()
    payoff: Expression | None = None


@dataclass(frozen=True, eq=False)
class OptionForm:
    """Players, options, feasible patterns in ascending order, and what is said of them.

    ``merged`` are sets of patterns that are one state each (they do not overlap); ``named`` are
    other states with a name.  ``preferences`` are in the order of the players.
    """

    players: tuple[str, ...]
    options: tuple[Option, ...]
    patterns: Any
    merged: tuple[NamedState, ...] = ()
    named: tuple[NamedState, ...] = ()
    preferences: tuple[Preference, ...] = ()
    #: What cannot be, as the file says it.
    infeasible: tuple[Statement, ...] = ()
    status_quo: int | None = None

    def __eq__(self, other: object) -> bool:
        """Say whether both forms say the same."""
        return isinstance(other, OptionForm) and self._said == other._said

    def __hash__(self) -> int:
        return hash((self.players, self.options))

    @property
    def _said(self) -> tuple[Any, ...]:
        own = (getattr(self, f.name) for f in fields(self) if f.name != "patterns")
        return (*own, self.patterns.tobytes())

    # ---- states ----------------------------------------------------------------------------
    @cached_property
    def _merger(self) -> Any:
        """Of each feasible pattern the position of the merged state that it is in, or -1."""
        import numpy as np

        found = np.full(len(self.patterns), -1, dtype=np.int32)
        for k, state in enumerate(self.merged):
            found[state.when.holds(self.patterns)] = k
        return found

    @cached_property
    def _single(self) -> Any:
        """The patterns that are a state each."""
        return self.patterns[self._merger < 0] if self.merged else self.patterns

    @cached_property
    def state_of(self) -> Any:
        """The state of each feasible pattern."""
        import numpy as np

        found = self._merger + np.int32(len(self._single))
        alone = self._merger < 0
        found[alone] = np.arange(len(self._single), dtype=np.int32)
        return found

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self._single) + len(self.merged)

    def members(self, state: int) -> Any:
        """Return the patterns of a state: one, or those that were merged."""
        k = state - len(self._single)
        return self._single[state : state + 1] if k < 0 else self.patterns[self._merger == k]

    @cached_property
    def names(self) -> dict[str, NamedState]:
        """The states with a name."""
        return {state.name: state for state in (*self.merged, *self.named)}

    @cached_property
    def _named_at(self) -> dict[int, NamedState]:
        found = {self.only(state.when): state for state in self.named}
        return found | {len(self._single) + k: state for k, state in enumerate(self.merged)}

    def only(self, statement: Statement) -> int:
        """Return the state that a statement is true of, -1 where there is none or are several."""
        import numpy as np

        found = np.flatnonzero(self.true_of(statement))
        return int(found[0]) if len(found) == 1 else -1

    def label(self, state: int) -> str:
        """Return what is typed for a state: its name, or its pattern."""
        if state in self._named_at:
            return self._named_at[state].name
        return written(int(self._single[state]), len(self.options))

    def title(self, state: int) -> str:
        """Return what a state is called: its title, or the options taken."""
        named = self._named_at.get(state)
        if named is not None and named.title:
            return named.title
        if state >= len(self._single):
            return self.label(state)
        taken = [k for k in range(len(self.options)) if self._single[state] >> k & 1]
        return ", ".join(self._titles[k] for k in taken) or "Nothing taken"

    @cached_property
    def _titles(self) -> list[str]:
        """What options are called, with the player where two are called the same."""
        titles = [o.title or o.name for o in self.options]
        return [
            f"{o.player}: {t}" if titles.count(t) > 1 else t
            for o, t in zip(self.options, titles, strict=True)
        ]

    # ---- what is true ----------------------------------------------------------------------
    def true_of(self, statement: Statement) -> Any:
        """Return of which states a statement is true: of merged ones if of all their patterns."""
        import numpy as np

        found = np.empty(self.size, dtype=bool)
        found[: len(self._single)] = statement.holds(self._single)
        for state in range(len(self._single), self.size):
            found[state] = statement.holds(self.members(state)).all()
        return found

    def read(self, text: str) -> Statement:
        """Return a statement about options and named states; ``ExpressionError`` for others."""
        named = {name: state.when for name, state in self.names.items()}
        return read_statement(text, [o.name for o in self.options], named)

    def meant(self, text: str) -> Statement:
        """Return what a name, a number of a state from 1, a pattern or a statement says.

        Raises :class:`ExpressionError` where that cannot be read.
        """
        text = text.strip()
        number = text.removeprefix("#")
        if not number.isdecimal():
            return self.read(text)
        if len(number) > 9 or not 1 <= int(number) <= self.size:
            what = f"there is no state {shorten(text)}"
            raise ExpressionError(what, column=1, expected=f"a number from 1 to {self.size:,}")
        return self.statement(int(number) - 1)

    def statement(self, state: int) -> Statement:
        """Return the statement that is true of a state alone."""
        if state >= len(self._single):
            merged = self.merged[state - len(self._single)]
            return replace(merged.when, label=merged.name)
        pattern = int(self._single[state])
        every = (1 << len(self.options)) - 1
        return Statement("pattern", (every, pattern), self.label(state))

    # ---- moves -----------------------------------------------------------------------------
    def own(self, player: int) -> int:
        """Return the options of a player, as a pattern in which they are taken."""
        return self._bits(player, lambda o: True)

    def kept(self, player: int) -> int:
        """Return the options that she cannot give up."""
        return self._bits(player, lambda o: o.irreversible == TAKEN)

    def barred(self, player: int) -> int:
        """Return the options that she cannot take, where they are not taken."""
        return self._bits(player, lambda o: o.irreversible == GIVEN_UP)

    def _bits(self, player: int, wanted: Any) -> int:
        mine = self.players[player]
        return sum(1 << k for k, o in enumerate(self.options) if o.player == mine and wanted(o))

    def moves(self, player: int) -> tuple[Any, Any]:
        """Return where the moves of a player begin and where they end, state by state.

        A move changes any number of her options at once, as far as they can be changed, and
        leads from one feasible pattern to another.  Where patterns are merged, the moves are
        those of all of them.
        """
        import numpy as np

        own, kept, barred = self.own(player), self.kept(player), self.barred(player)
        others = self.patterns & ~own
        order = np.argsort(others, kind="stable")
        _, first, count = np.unique(others[order], return_index=True, return_counts=True)
        line = np.searchsorted(others[order][first], others)
        start, length = first[line], count[line]
        origins = np.repeat(np.arange(len(self.patterns), dtype=np.int32), length)
        step = np.arange(len(origins)) - np.repeat(np.cumsum(length) - length, length)
        ends = order[np.repeat(start, length) + step].astype(np.int32)
        here, there = self.patterns[origins], self.patterns[ends]
        allowed = (origins != ends) & (here & kept & ~there == 0) & (there & barred & ~here == 0)
        origins, ends = self.state_of[origins[allowed]], self.state_of[ends[allowed]]
        return origins, ends

    def count_moves(self, player: int) -> int:
        """Return how many moves there are at most, before any is written down."""
        import numpy as np

        _, count = np.unique(self.patterns & ~self.own(player), return_counts=True)
        return int((count * (count - 1)).sum())

    # ---- preferences -----------------------------------------------------------------------
    def keys(self, player: int, values: Mapping[str, Any]) -> Any:
        """Return numbers that grow with what the states are worth to a player.

        They are exact, and equal where the player is indifferent; ``values`` are those of the
        parameters.  Raises :class:`UsageError` where a payoff has no value.
        """
        import numpy as np

        preference = self.preferences[player]
        if preference.payoff is not None:
            return self._worth(player, preference.payoff, values)
        if preference.order:
            found = np.zeros(self.size, dtype=np.int64)
            for k, tied in enumerate(preference.order):
                found[self.true_of(tied)] = len(preference.order) - k
            return found
        found, digits = np.zeros(self.size, dtype=np.int64), 0
        for statement in preference.statements:
            if digits == 40:
                found, digits = np.unique(found, return_inverse=True)[1].astype(np.int64), 0
            found = 2 * found + self.true_of(statement)
            digits += 1
        return found

    def ranks(self, player: int, values: Mapping[str, Any]) -> Any:
        """Return dense ranks of the states for a player, 0 for the worst."""
        import numpy as np

        return np.unique(self.keys(player, values), return_inverse=True)[1].astype(np.int64)

    def payoffs(
        self, player: int, formulas: Mapping[str, Expression] | None = None
    ) -> tuple[Expression, ...]:
        """Return what each state is worth: the formula at it, or its rank as a number.

        ``formulas`` are those of derived parameters, to be written out.
        """
        formula = self.preferences[player].payoff
        if formula is None:
            ranks = self.ranks(player, {}).tolist()
            numbers = [Expression.number(k) for k in range(max(ranks) + 1)]
            return tuple(numbers[k] for k in ranks)
        formula = formula.substitute(formulas or {})
        codes, at = self.parts(formula, self.size)
        found = [_settled(formula.substitute(flags)) for flags in at]
        return tuple(found[code] for code in codes)

    def _flags(self, formula: Expression) -> dict[str, Any]:
        """Return of which states the options and named states in a formula are true."""
        found = {
            o.name: self.true_of(Statement("option", (k,)))
            for k, o in enumerate(self.options)
            if o.name in formula.names
        }
        named = {n: self.true_of(s.when) for n, s in self.names.items() if n in formula.names}
        return found | named

    def parts(self, formula: Expression, most: int) -> tuple[Any, list[dict[str, Fraction]]]:
        """Return which states are alike in a formula, and what it is to be worked out for."""
        import numpy as np

        flags = self._flags(formula)
        code = np.zeros(self.size, dtype=np.int64)
        for k, true in enumerate(flags.values()):
            code += true.astype(np.int64) << k
        kinds, codes = np.unique(code, return_inverse=True)
        if len(kinds) > most:
            raise UsageError(
                f"a term of the payoffs has {len(kinds):,} different values, more than {most:,}",
                remedy="write it as a sum of terms with fewer options each",
            )
        at = [
            {name: Fraction(int(kind) >> k & 1) for k, name in enumerate(flags)} for kind in kinds
        ]
        return codes, at

    def _worth(self, player: int, formula: Expression, values: Mapping[str, Any]) -> Any:
        """Return a formula's value in every state, as exact numbers on a scale of their own.

        Terms are worked out one by one, each for the few options that it has, for there may be
        a million states.
        """
        import numpy as np

        found: list[tuple[Any, list[Any]]] = []
        for term in terms_of(formula):
            codes, at = self.parts(term, MAX_VALUES)
            try:
                found.append((codes, [term.evaluate({**values, **flags}) for flags in at]))
            except ExpressionError as error:
                raise UsageError(
                    f"the payoff of {self.players[player]}: {error.what}", remedy=error.remedy
                ) from None
        flat = [u for _, column in found for u in column]
        if any(isinstance(u, float) for u in flat):
            return sum(np.array(column, dtype=float)[codes] for codes, column in found)
        scale = math.lcm(*(Fraction(u).denominator for u in flat))
        most = max((abs(u) for u in flat), default=0) * scale * max(1, len(found))
        kind = np.int64 if most < 2**62 else object
        return sum(
            np.array([int(u * scale) for u in column], dtype=kind)[codes] for codes, column in found
        )


def terms_of(formula: Expression) -> list[Expression]:
    """Return the terms of a sum.

    >>> [str(term) for term in terms_of(Expression.parse("a*x - (b - 2*y)"))]
    ['a*x', '-b', '2*y']
    """
    if formula.op == "neg":
        return [-term for term in terms_of(formula.args[0])]
    if formula.op not in ("add", "sub"):
        return [formula]
    found: list[Expression] = []
    while formula.op in ("add", "sub"):
        right = terms_of(formula.args[1])
        found[:0] = right if formula.op == "add" else [-term for term in right]
        formula = formula.args[0]
    return terms_of(formula) + found


def _settled(formula: Expression) -> Expression:
    """Return a formula with the parts worked out that are numbers.

    >>> str(_settled(Expression.parse("v*(2 if 1 > 0 else c) - max(0, 1)")))
    'v*2 - 1'
    """
    if formula.op == "if" and not formula.args[0].names:
        return _settled(formula.args[1 if formula.args[0].evaluate({}) else 2])
    if formula.op in ARITHMETIC:
        return Expression.binary(formula.op, *map(_settled, formula.args))
    if formula.op == "neg":
        return -_settled(formula.args[0])
    if formula.op == "call" and not formula.names:
        value = formula.evaluate({})
        return formula if isinstance(value, float) else Expression.number(value)
    return formula
