"""The option form of a model file: from the schema to an option form that has been checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, UsageError, shorten
from deterrence.game.option_form import (
    MAX_OPTIONS,
    MAX_VALUES,
    NamedState,
    Option,
    OptionForm,
    Preference,
    terms_of,
)
from deterrence.game.option_statements import Statement, read_statement, written
from deterrence.modelfile.faults import listing
from deterrence.modelfile.file_context import FileContext
from deterrence.modelfile.schema.options import PreferenceSpec
from deterrence.modelfile.value_checks import ValueChecks
from deterrence.modelfile.yaml.entries import EntryPath

#: Work on one file: terms of statements times the patterns that they are tried on.
MAX_WORK = 1_000_000_000
#: Values of a term that are tried at the defaults.
MANY = 32
#: Operations of formulas that have a value everywhere.
_DEFINED = {"number", "name", "add", "sub", "mul", "neg"}
#: Different values that are compared for one merged state.
MAX_KINDS = 4_096


def read_options(context: FileContext, trial: ValueChecks) -> OptionForm | None:
    """Return the option form of a file, ``None`` where it has faults."""
    return _OptionsReader(context, trial).read()


class _OptionsReader:
    def __init__(self, context: FileContext, trial: ValueChecks) -> None:
        self.trial = trial
        self.context, self.faults, self.spec = context, context.faults, context.spec
        self.options: list[Option] = []
        self.names: list[str] = []
        self.work = 0

    def read(self) -> OptionForm | None:
        """Read all sections, so that all faults are found."""
        before = len(self.faults.faults)
        complete = [self.context.require("options"), self.context.require("preferences")]
        if not complete[0] or not self._options():
            return None
        infeasible = self._infeasible()
        named: dict[str, Statement] = {}
        merged = self._states("merged", named)
        states = self._states("states", named)
        if len(self.faults.faults) > before or self.faults.broken:
            # What names mean is not known well enough to say more, but for plain statements.
            for player, given in (self.spec.preferences or {}).items():
                for k, text in enumerate(given.statements or ()):
                    self._statement(("preferences", player, "statements", k), text, named)
            return None
        form = OptionForm(
            self.context.players,
            tuple(self.options),
            feasible(len(self.options), infeasible),
            tuple(merged),
            tuple(states),
            infeasible=tuple(infeasible),
        )
        if not self._fits(form):
            return None
        status_quo = None
        if self.spec.status_quo:
            status_quo = self._one(form, ("status_quo",), self.spec.status_quo)
        preferences = self._preferences(form) if complete[1] else []
        if len(self.faults.faults) > before:
            return None
        return replace(form, preferences=tuple(preferences), status_quo=status_quo)

    # ---- options and states ----------------------------------------------------------------
    def _options(self) -> bool:
        given = self.spec.options or {}
        fine = self.context.check_players(("options",), self.faults.raw("options"))
        owner: dict[str, str] = {}
        for player in self.context.players:
            for name, option in given.get(player, {}).items():
                path: EntryPath = ("options", player, name)
                if name in owner:
                    what = f"{owner[name]} has an option {shorten(name)!r}, too"
                    remedy = f"call this one {shorten(name)}_{player.split()[0]}, say"
                    self.faults.add(path, what, "each name once in the file", remedy, key=True)
                    fine = False
                elif name in self.context.names:
                    what = f"{shorten(name)} is a parameter already"
                    self.faults.add(path, what, "another name", key=True)
                    fine = False
                owner.setdefault(name, player)
                self.options.append(Option(name, player, option.title, option.irreversible))
        if len(self.options) > MAX_OPTIONS:
            what = f"there are {len(self.options)} options"
            self.faults.add(("options",), what, f"at most {MAX_OPTIONS}", key=True)
            return False
        self.names = [o.name for o in self.options]
        return fine and not self.faults.is_broken(("options",))

    def _statement(
        self, path: EntryPath, text: str, named: Mapping[str, Statement]
    ) -> Statement | None:
        try:
            statement = read_statement(text, self.names, named)
        except ExpressionError as error:
            shift = None if error.column is None else error.column - 1
            self.faults.add(path, error.what, error.expected, error.remedy, shift=shift)
            return None
        self._count(path, statement)
        return statement

    def _count(self, path: EntryPath, statement: Statement) -> None:
        """Stop where there is too much to work out."""
        times = 1 + len(self.spec.merged) if path[0] == "preferences" else 1
        self.work += sum(1 for _ in statement.walk()) * times << len(self.options)
        if self.work > MAX_WORK:
            most = f"at most {MAX_WORK >> len(self.options):,} terms with so many options"
            self.faults.add(path, "the statements of this file are too long", most)
            self.faults.stop()

    def _infeasible(self) -> list[Statement]:
        read = (
            self._statement(("infeasible", k), text, {})
            for k, text in enumerate(self.spec.infeasible)
        )
        return [statement for statement in read if statement is not None]

    def _states(self, section: str, named: dict[str, Statement]) -> list[NamedState]:
        found = []
        for name, state in getattr(self.spec, section).items():
            path: EntryPath = (section, name)
            taken = "an option" if name in self.names else "a parameter"
            if name in named or name in self.names or name in self.context.names:
                taken = "a merged state" if name in named else taken
                what = f"{shorten(name)} is {taken} already"
                self.faults.add(path, what, "another name", key=True)
            when = self._statement((*path, "when"), state.when, named)
            if when is not None:
                found.append(NamedState(name, when, state.title))
        named.update((state.name, state.when) for state in found)
        return found

    def _fits(self, form: OptionForm) -> bool:
        """Say whether there are states, and names are of one each; add faults where not."""
        before = len(self.faults.faults)
        if not len(form.patterns):
            what = "nothing is feasible: every pattern of options is excluded"
            self.faults.add(("infeasible",), what, "fewer statements", key=True)
            return False
        seen = np.zeros(len(form.patterns), dtype=bool)
        for state in form.merged:
            here = state.when.holds(form.patterns)
            path: EntryPath = ("merged", state.name, "when")
            if not here.any():
                self.faults.add(path, "no feasible pattern fits this", shift=0)
            both = here & seen
            if both.any():
                pattern = written(int(form.patterns[both][0]), len(form.options))
                what = f"the pattern {pattern} is in two merged states"
                self.faults.add(path, what, "patterns that no other takes", shift=0)
            seen |= here
        if len(self.faults.faults) > before:
            return False
        where: dict[int, str] = {}
        for state in form.named:
            k = self._one(form, ("states", state.name, "when"), "", state.when)
            if k is not None and k in where:
                what = f"{shorten(state.name)} is the same state as {shorten(where[k])}"
                self.faults.add(("states", state.name), what, "one name per state", key=True)
            elif k is not None and k >= form.size - len(form.merged):
                other = form.merged[k - form.size].name
                what = f"{shorten(state.name)} is the merged state {shorten(other)}"
                self.faults.add(("states", state.name), what, "one name per state", key=True)
            elif k is not None:
                where[k] = state.name
        return len(self.faults.faults) == before

    def _meant(
        self, form: OptionForm, path: EntryPath, text: str, shift: int = 0
    ) -> Statement | None:
        """Return what a text says of states, ``None`` with a fault where it fits none."""
        try:
            found = form.meant(text)
        except ExpressionError as error:
            column = (error.column or 1) - 1 + shift
            self.faults.add(path, error.what, error.expected, error.remedy, shift=column)
            return None
        self._count(path, found)
        if not form.true_of(found).any():
            what = f"no feasible state fits {shorten(text.strip())!r}"
            self.faults.add(path, what, "a state", shift=shift)
            return None
        return found

    def _one(
        self, form: OptionForm, path: EntryPath, text: str, when: Statement | None = None
    ) -> int | None:
        when = when or self._meant(form, path, text)
        if when is None:
            return None
        states = np.flatnonzero(form.true_of(when))
        if len(states) == 1:
            return int(states[0])
        told = "no feasible state fits this"
        if len(states):
            labels = [form.label(int(s)) for s in states[:3]]
            told = f"{len(states):,} states fit this: {listing(labels)}"
            told += ", ..." if len(states) > 3 else ""
        self.faults.add(path, told, "one state", "name more options, or write a pattern", shift=0)
        return None

    # ---- preferences -----------------------------------------------------------------------
    def _preferences(self, form: OptionForm) -> list[Preference]:
        given = self.spec.preferences or {}
        raw = self.faults.raw("preferences")
        found = []
        if not self.context.check_players(("preferences",), raw):
            given = {p: spec for p, spec in given.items() if p in self.context.players}
        for player in self.context.players:
            if player in given:
                path: EntryPath = ("preferences", player)
                found.append(self._preference(form, path, player, given[player]))
        return found

    def _preference(
        self, form: OptionForm, path: EntryPath, player: str, spec: PreferenceSpec
    ) -> Preference:
        if spec.payoff is not None:
            return Preference(payoff=self._payoff(form, (*path, "payoff"), spec.payoff))
        if spec.order is not None:
            return Preference(order=tuple(self._order(form, (*path, "order"), player, spec.order)))
        statements = []
        named = {name: state.when for name, state in form.names.items()}
        for k, text in enumerate(spec.statements or ()):
            statement = self._statement((*path, "statements", k), text, named)
            if statement is not None:
                statements.append(statement)
        self._warn_of_mixed(form, path, statements)
        return Preference(tuple(statements))

    def _warn_of_mixed(
        self, form: OptionForm, path: EntryPath, statements: Sequence[Statement]
    ) -> None:
        """Warn where a statement is true of a merged state in part, and that matters."""
        alike = np.ones((len(form.merged), form.size), dtype=bool)
        first = form.size - len(form.merged)
        for k, statement in enumerate(statements if form.merged else ()):
            true = form.true_of(statement)
            for m, state in enumerate(form.merged):
                among = statement.holds(form.members(first + m))
                if among.any() and not among.all() and alike[m].sum() > 1:
                    what = f"this is true of some patterns of {shorten(state.name)} only, and so "
                    self.faults.warn(
                        (*path, "statements", k),
                        what + "counts as false of it",
                        f"put {shorten(state.name)}, or not {shorten(state.name)}, before it",
                    )
                alike[m] &= true == true[first + m]

    def _order(
        self, form: OptionForm, path: EntryPath, player: str, items: Sequence[str]
    ) -> list[Statement]:
        listed = isinstance(self.faults.tree.at(self.faults.real_path(path)), list)
        found: list[Statement] = []
        place = np.full(form.size, -1)
        offset, fine = 0, True
        for k, item in enumerate(items):
            where: EntryPath = (*path, k) if listed else path
            column = 0 if listed else offset
            offset += len(item) + 1
            tied: list[Statement] = []
            for text in item.split("="):
                shift = column + len(text) - len(text.lstrip())
                column += len(text) + 1
                meant = self._meant(form, where, text.strip(), shift) if text.strip() else None
                if not text.strip():
                    self.faults.add(where, "a state is missing", "a > b = c", shift=shift)
                if meant is None:
                    fine = False
                    continue
                states = form.true_of(meant)
                twice = np.flatnonzero(states & (place >= 0))
                if len(twice):
                    label = form.label(int(twice[0]))
                    what = f"the state {shorten(label)} stands twice in the order of {player}"
                    self.faults.add(where, what, "each state once", shift=shift)
                    fine = False
                place[states] = k
                tied.append(meant)
            found.append(Statement("or", tuple(tied)))
        missing = np.flatnonzero(place < 0)
        if len(missing) and fine:
            labels = [form.label(int(s)) for s in missing[:10]]
            what = f"the order of {player} does not say where {listing(labels)}"
            what += f" and {len(missing) - 10:,} more belong" if len(missing) > 10 else " belongs"
            self.faults.add(path, what, "all feasible states", key=True)
        return found

    def _payoff(self, form: OptionForm, path: EntryPath, text: str) -> Expression | None:
        flags = frozenset({*self.names, *form.names})
        e = self.faults.formula(path, text, self.context.names | flags)
        if e is None:
            return None
        self.context.used |= e.names - flags
        terms = terms_of(e)
        if not self._defined(form, path, terms):
            return None
        for m, name in enumerate(state.name for state in form.merged):
            members = form.members(form.size - len(form.merged) + m)
            if not all(self._alike(form, term, members) for term in terms):
                what = f"the payoff differs among the patterns that are merged to {shorten(name)}"
                remedy = f"use {shorten(name)} in it, which is 1 there and 0 else"
                self.faults.add(path, what, "one payoff per state", remedy, shift=0)
        return e

    def _defined(self, form: OptionForm, path: EntryPath, terms: Sequence[Expression]) -> bool:
        """Say whether the terms of a payoff have a value in all states; a fault where not."""
        before = len(self.faults.faults)
        try:
            for term in terms:
                whole = {node.op for node in term.walk()} <= _DEFINED
                _, at = form.parts(term, MAX_VALUES if whole else MAX_KINDS)
                for e in () if whole else [term.substitute(flags) for flags in at][:MANY]:
                    what = "there is no value at the defaults"
                    self.trial.evaluate(path, e, self.trial.defaults, what)
                    if len(self.faults.faults) > before:
                        return False
        except (ExpressionError, UsageError) as error:
            self.faults.add(path, error.what, remedy=error.remedy, shift=0)
            return False
        return True

    def _alike(self, form: OptionForm, term: Expression, members: Any) -> bool:
        """Say whether a term of a payoff is the same formula for all patterns of a state."""
        mine = [k for k, name in enumerate(self.names) if name in term.names]
        state = int(form.state_of[np.searchsorted(form.patterns, members[0])])
        fixed = {
            name: int(form.true_of(named.when)[state])
            for name, named in form.names.items()
            if name in term.names
        }
        kinds = np.unique(members & sum(1 << k for k in mine))
        found: set[Expression] = set()
        for kind in kinds.tolist() if len(kinds) <= MAX_KINDS else ():
            at = fixed | {self.names[k]: kind >> k & 1 for k in mine}
            found.add(term.substitute(at))
        return len(found) == 1


def feasible(options: int, infeasible: Sequence[Statement]) -> Any:
    """Return the patterns of so many options that no statement excludes, in ascending order."""
    patterns = np.arange(1 << options, dtype=np.int32)
    for statement in infeasible:
        patterns = patterns[~statement.holds(patterns)]
    return patterns
