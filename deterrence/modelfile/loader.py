"""From a file to a :class:`~deterrence.modelfile.model.SymbolicModel`, or to all of its faults.

>>> from deterrence.errors import InvalidFileError
>>> try:
...     read_model("title: T\\nform: strategic\\nplayers: A\\nactions: {A: [x]}\\ngaem: [[1]]\\n")
... except InvalidFileError as error:
...     print(error)  # doctest: +ELLIPSIS
text: 2 faults
  line 3, column 10, at players: 'A' stands here; expected a mapping {label: title} ...
  line 5, column 1, at gaem: unknown key 'gaem' (did you mean 'game'?)
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.errors import InvalidFileError, shorten
from deterrence.game.parameters import Exercise, NamedRegime, Outcome, Parameter, Scenario
from deterrence.modelfile import formula_order as formulas
from deterrence.modelfile import size_limits as limits
from deterrence.modelfile.correlations import read_correlations
from deterrence.modelfile.faults import FaultList, TooManyFaultsError
from deterrence.modelfile.file_context import FileContext, Labels, kept, labels_of
from deterrence.modelfile.forms.game_section import GridReader
from deterrence.modelfile.forms.ladder_section import labels_of_ladder, read_ladder
from deterrence.modelfile.forms.tree_sections import read_extensive
from deterrence.modelfile.known_results import check_where, read_results
from deterrence.modelfile.ladders.ladder import automatic_names
from deterrence.modelfile.measure_rules import MeasureRule, is_pattern, matching
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.orders import check_ends, write_out
from deterrence.modelfile.partial_validation import PartialValidation
from deterrence.modelfile.schema.fields import MAX_LABEL, kind
from deterrence.modelfile.schema.model_file import DEFAULT_CONCEPTS, MATRIX_CONCEPTS
from deterrence.modelfile.value_checks import ValueChecks
from deterrence.modelfile.yaml.entries import EntryPath, read_tree

#: Sections that belong to game trees only.
_OF_TREES = ("types", "tree", "parts")
#: What known results say of equilibria.
_OF_EQUILIBRIA = ("equilibria", "behaviour", "count", "payoffs", "outcomes", "measures", "value")
#: Sections that belong to the option form only.
_OF_OPTIONS = ("options", "infeasible", "merged", "states", "status_quo", "preferences")


def read_model(data: str | bytes, name: str = "model", *, source: str = "text") -> SymbolicModel:
    """Return the model in a file's text or bytes.

    ``name`` becomes the model's name, ``source`` says in messages where the text
    comes from.  Raises :class:`InvalidFileError` with all faults.
    """
    faults = FaultList(read_tree(data, source, normal=True))
    model = None
    with warnings.catch_warnings():
        # Python's parser warns of some formulas that are refused anyway.
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            orders = write_out(faults)
            spec = PartialValidation(faults).validate()
            if spec is not None:
                model = _ModelBuilder(faults, spec).build(name)
            if model is not None and orders:
                check_ends(faults, model, orders)
                model = model.replace(orders=orders)
        except TooManyFaultsError:
            pass  # those found so far are reported, and that there may be more
    if faults.faults or model is None:
        raise InvalidFileError(source, faults.sorted())
    raw = data.encode() if isinstance(data, str) else data
    return model.replace(
        text=raw.decode(),
        digest=hashlib.sha256(raw).hexdigest(),
        warnings=tuple(faults.warnings),
    )


class _ModelBuilder(FileContext):
    """Builds the parts of a model one after the other, noting what does not fit together."""

    def build(self, name: str) -> SymbolicModel | None:
        """Return the model, ``None`` where a part is missing (there is a fault then)."""
        spec, faults = self.spec, self.faults
        limits.check(faults, spec)
        parameters = self._parameters()
        derived = formulas.order(
            faults, {n: p.formula for n, p in parameters.items() if p.formula is not None}
        )
        self._define()
        assumptions = [
            (("assumptions", i), e)
            for i, text in enumerate(spec.assumptions)
            if (e := self.condition(("assumptions", i), text)) is not None
        ]
        trial = ValueChecks(faults, parameters, derived, assumptions)
        trial.check_defaults()
        trial.check_bounds()
        base = SymbolicModel(
            name=name,
            title=spec.title,
            form=spec.form,
            players=self.players,
            actions=(),
            parameters=parameters,
            outcomes={},
            cells=(),
            assumptions=tuple(e for _, e in assumptions),
            definitions=dict(self.definitions),
            correlations=read_correlations(self),
            named_regimes=self._regimes(),
            summary=spec.summary,
            insight=spec.insight,
            level=spec.level,
            themes=tuple(item for _, item in kept(spec.themes)),
            collections=tuple(item for _, item in kept(spec.collections)),
            see_also=tuple(item for _, item in kept(spec.see_also)),
            no_levers=self._no_levers(parameters),
            default_concept=self._default_concept(),
            default_objective=self._default_objective(),
            source=spec.source,
            derived=derived,
            player_titles={p: spec.players.get(p, "") for p in self.players},
        )
        rules = self._rules()
        if spec.form == "extensive":
            self.refuse("extensive", ("actions", "game", "ladder", *_OF_OPTIONS))
            model, labels = read_extensive(self, base, rules, trial)
        elif spec.form == "ladder":
            self.refuse(
                "ladder", ("actions", "outcomes", "game", "order", *_OF_TREES, *_OF_OPTIONS)
            )
            model = read_ladder(self, base, rules, trial)
            labels = Labels()
            if model is not None:
                labels = labels_of_ladder(model)
        elif spec.form == "options":
            self.refuse("options", ("actions", "outcomes", "game", "order", "ladder", *_OF_TREES))
            model, labels = self._options(base, trial)
            if model is not None and labels.outcomes is not None:
                names = list(labels.outcomes)
                model = model.replace(measures=tuple(rule.measure(names) for rule in rules))
        else:
            self.refuse("strategic", ("ladder", *_OF_TREES, *_OF_OPTIONS))
            model, labels = self._strategic(base, trial)
            if model is not None and labels.outcomes is not None:
                names = list(labels.outcomes)
                model = model.replace(measures=tuple(rule.measure(names) for rule in rules))
        trial.check_defined(self.defined)
        self._check_rules(rules, labels)
        scenarios = self._scenarios(trial)
        known = read_results(self, labels, self._measure_names(), trial)
        exercises = self._exercises(trial)
        if model is None:
            return None
        self._warn(model)
        return model.replace(scenarios=scenarios, known_results=known, exercises=exercises)

    def _default_concept(self) -> str:
        """Return the concept that the file names; a fault where it is not for this form."""
        spec, concept = self.spec, self.spec.default_concept
        if spec.default_objective and concept != "correlated":
            what = "an objective belongs to correlated equilibria"
            self.faults.add(("default_objective",), what, "default_concept: correlated", key=True)
        # A ladder with faults of its own may be either.
        in_turn = spec.ladder is None or spec.ladder.moves == "sequential"
        is_tree = spec.form == "extensive" or (spec.form == "ladder" and in_turn)
        fit = DEFAULT_CONCEPTS if is_tree else MATRIX_CONCEPTS
        if not concept or concept in fit:
            return concept
        other, own = "matrices", "game tree"
        if not is_tree:
            other, own = "game trees", "matrix"
        what = f"the concept {concept} is for {other}, and this model is a {own}"
        self.faults.add(("default_concept",), what, ", ".join(fit), "or leave it out", shift=0)
        return ""

    def _default_objective(self) -> str:
        """Return the objective that the file names; a fault where it cannot be read."""
        text, path = self.spec.default_objective, ("default_objective",)
        direction, _, what = text.partition(" ")
        if not text:
            return ""
        if direction not in ("max", "min") or not what.strip():
            self.faults.add(path, f"{text[:60]!r} is no objective", "max welfare, min MEASURE, ...")
        elif what.strip() not in ("welfare", *self._measure_names()):
            self.claim(path, what.strip(), queries=True)
        return text

    # ---- parameters ---------------------------------------------------
    def _parameters(self) -> dict[str, Parameter]:
        result = {}
        for name, p in self.spec.parameters.items():
            path: EntryPath = ("parameters", name)
            low, high = p.bounds
            formula = None
            if p.formula is not None:
                formula = self.formula((*path, "formula"), p.formula)
                if formula is None:
                    continue
            if p.controlled_by and p.controlled_by not in self.players:
                where = (*path, "controlled_by")
                self.faults.unknown(where, "player", p.controlled_by, self.players)
            parameter = Parameter(
                name, p.title, p.default, low, high, p.unit, p.symbol, p.source,
                p.controlled_by, p.distribution, formula,
            )  # fmt: skip
            if p.default is not None and not parameter.contains(p.default):
                what = f"the default {p.default} of {name} is outside its bounds"
                self.faults.add((*path, "default"), what, parameter.range_text)
            result[name] = parameter
        return result

    def _define(self) -> None:
        """Read the definitions, and write each out in terms of parameters only."""
        read = {}
        names = self.names | frozenset(self.raw("definitions"))
        for name, text in self.spec.definitions.items():
            if name in self.names:
                what = f"{name} is a parameter already"
                self.faults.add(("definitions", name), what, "another name", key=True)
            elif (e := self.faults.formula(("definitions", name), text, names)) is not None:
                read[name] = e
        for name in formulas.order(self.faults, read, lambda name: ("definitions", name)):
            e = read[name]
            if e.names <= self.names | self.definitions.keys():
                self.define(name, e)

    def _regimes(self) -> tuple[NamedRegime, ...]:
        regimes = []
        for i, regime in kept(self.spec.regimes):
            if not regime.when:
                self.faults.add(("regimes", i, "when"), "no condition stands here", "conditions")
            when = [
                self.condition(("regimes", i, "when", k), text)
                for k, text in enumerate(regime.when)
            ]
            conditions = tuple(e for e in when if e is not None)
            regimes.append(NamedRegime(regime.name, conditions, regime.description))
        return tuple(regimes)

    def _scenarios(self, trial: ValueChecks) -> dict[str, Scenario]:
        result = {}
        for name, s in self.spec.scenarios.items():
            path: EntryPath = ("scenarios", name, "values")
            if self.check_values(path, s.values):
                trial.check(path, s.values)
            result[name] = Scenario(name, s.values, s.title, s.story, s.source)
        return result

    def _no_levers(self, parameters: Mapping[str, Parameter]) -> dict[str, str]:
        """Return why players control nothing; a fault where one does control a parameter."""
        for player in self.spec.no_levers:
            path: EntryPath = ("no_levers", player)
            own = [name for name, p in parameters.items() if p.controlled_by == player]
            if player not in self.players:
                self.faults.unknown(path, "player", player, self.players, key=True)
            elif own:
                what = f"{player} controls {own[0]}, as its controlled_by says"
                self.faults.add(path, what, "one of the two", key=True)
        return dict(self.spec.no_levers)

    def _exercises(self, trial: ValueChecks) -> tuple[Exercise, ...]:
        result = []
        names = self._measure_names() | self.names
        for index, e in kept(self.spec.exercises):
            path: EntryPath = ("exercises", index)
            check_where(self, path, e, trial)
            if e.statement:
                self.faults.formula((*path, "statement"), e.statement, names, condition=True)
            shows = tuple(text for _, text in kept(e.shows))
            result.append(
                Exercise(
                    e.question, e.answer, e.command, shows, e.statement, e.holds, e.scenario,
                    e.values,
                )
            )  # fmt: skip
        return tuple(result)

    def _options(
        self, base: SymbolicModel, trial: ValueChecks
    ) -> tuple[SymbolicModel | None, Labels]:
        """Return the model, as a table, too, where it is one."""
        from deterrence.modelfile.forms.options_as_table import as_table, why_no_table
        from deterrence.modelfile.forms.options_section import read_options

        form = read_options(self, trial)
        if form is None:
            return None, Labels()
        base = base.replace(options=form)
        why = why_no_table(form)
        if not why:
            return as_table(self, base, form)
        places: list[EntryPath] = [("measures",)] if self.faults.raw("measures") else []
        for k, result in kept(self.spec.known_results):
            told = [key for key in _OF_EQUILIBRIA if getattr(result, key)]
            places += [("known_results", k, key) for key in told]
        for k, exercise in kept(self.spec.exercises):
            places += [("exercises", k, "statement")] if exercise.statement else []
        for path in places:
            what = f"{path[-1]} is about equilibria, and there are none: {why}"
            self.faults.add(path, what, remedy="ask which states are stable", key=True)
        return base.replace(why_no_table=why), Labels()

    # ---- the strategic form -------------------------------------------
    def _strategic(
        self, base: SymbolicModel, trial: ValueChecks
    ) -> tuple[SymbolicModel | None, Labels]:
        """Return the model, and labels as far as they are known."""
        outcomes = {label: self._outcome(label) for label in self.spec.outcomes}
        # Both are asked for, so that both are reported.
        complete = [self.require("game"), self.require("actions")]
        titles = self._actions() if complete[1] else None
        pays = self._pays() if complete[1] else {}
        labels = frozenset(self.raw("outcomes"))
        if titles is None:
            return None, Labels()
        actions = {p: tuple(titles[p]) for p in self.players}
        if not complete[0]:
            return None, Labels(None, actions)
        grid = GridReader(self.faults, self.players, actions, labels, self.names)
        cells = grid.read(self.spec.game)
        for path, e in grid.formulas:
            self.used |= e.names
            self.defined.append((path, e))
        for path, cell in grid.lotteries:
            self.used.update(*(chance.names for _, chance in cell.lottery))
            trial.check_lottery(path, cell.lottery)
        good = {label: o for label, o in outcomes.items() if o is not None}
        if cells is None or len(good) < len(labels):
            named = None if grid.direct else dict.fromkeys(self.raw("outcomes"))
            return None, Labels(named, actions)
        model = base.replace(
            actions=tuple(actions.values()),
            action_titles=titles,
            pays=pays,
            outcomes=good,
            cells=cells,
        )
        names = zip(model.cell_names(), cells, strict=True)
        direct = [name for name, cell in names if cell.payoffs is not None]
        return model, Labels(dict.fromkeys([*good, *direct]), actions)

    def _actions(self) -> dict[str, dict[str, str]] | None:
        given, raw = self.spec.actions or {}, self.faults.raw("actions")
        if not self.check_players(("actions",), raw):
            return None
        titles = {}
        for player in self.players:
            # Labels as they stand in the file: a title that has a fault leaves the action known.
            labels = labels_of(raw[player])
            if not labels or any(len(label) > 10 * MAX_LABEL for label in labels):
                return None
            own = given.get(player, {})
            titles[player] = {a: own[a].title if a in own else "" for a in labels}
        return titles

    def _pays(self) -> dict[str, dict[str, dict[str, Expression]]]:
        """Return what actions pay whatever happens, by player, action and who is paid."""
        found: dict[str, dict[str, dict[str, Expression]]] = {}
        for player, own in (self.spec.actions or {}).items():
            if player not in self.players:
                continue
            raw = self.faults.raw("actions")[player]
            for k, (action, spec) in enumerate(own.items()):
                if spec.pays is None:
                    continue
                place = (action,) if isinstance(raw, dict) else (k, action)
                path: EntryPath = ("actions", player, *place, "pays")
                several = isinstance(spec.pays, dict)
                for paid, text in (spec.pays if several else {player: spec.pays}).items():
                    where = (*path, paid) if several else path
                    if paid not in self.players:
                        self.faults.unknown(where, "player", paid, self.players, key=True)
                    elif (e := self.formula(where, text)) is not None:
                        self.defined.append((where, e))
                        found.setdefault(player, {}).setdefault(action, {})[paid] = e
        return found

    def _outcome(self, label: str) -> Outcome | None:
        spec = self.spec.outcomes[label]
        path: EntryPath = ("outcomes", label, "payoffs")
        payoffs = {}
        for player, (where, text) in self.faults.payoffs(path, spec.payoffs, self.players).items():
            if not isinstance(text, str):
                self.faults.add(where, f"{kind(text)} stands here", "a formula", shift=0)
                continue
            e = self.formula(where, text)
            if e is not None:
                payoffs[player] = e
                self.defined.append((where, e))
        if any(player not in payoffs for player in self.players):
            return None
        return Outcome(label, payoffs, spec.title, spec.description)

    # ---- measures -----------------------------------------------------
    def _rules(self) -> list[MeasureRule]:
        rules = []
        for name, m in self.spec.measures.items():
            path: EntryPath = ("measures", name)
            worth, expression = [], None
            for pattern, text in (m.worth or {}).items():
                e = self.formula((*path, "worth", pattern), text)
                if e is None:
                    break
                worth.append((pattern, e))
            if m.expression is not None:
                where = (*path, "expression")
                expression = self.claim(where, m.expression, queries=True)
                if expression is None:
                    continue
                self.used |= expression.names
            rules.append(
                MeasureRule(
                    name,
                    m.title,
                    m.unit,
                    tuple(m.outcomes or ()),
                    tuple(worth),
                    expression,
                    m.sense,
                )
            )
        return rules

    def _check_rules(self, rules: Sequence[MeasureRule], labels: Labels) -> None:
        for rule in rules:
            path: EntryPath = ("measures", rule.name)
            if labels.outcomes is not None:
                for index, pattern in enumerate(rule.outcomes):
                    self._check_pattern((*path, "outcomes", index), pattern, labels)
                for pattern, _ in rule.worth:
                    self._check_pattern((*path, "worth", pattern), pattern, labels, key=True)
            if rule.expression is not None:
                for node in rule.expression.walk():
                    if node.op == "query":
                        self._check_query((*path, "expression"), node, labels)

    def _check_pattern(
        self, path: EntryPath, pattern: str, labels: Labels, *, key: bool = False
    ) -> None:
        outcomes = labels.outcomes or {}
        if matching(pattern, outcomes):
            return
        if is_pattern(pattern):
            what = f"no outcome fits the pattern {shorten(pattern)!r}"
            self.faults.add(path, what, key=key, shift=0)
        else:
            self._no_outcome(path, pattern, labels, key=key)

    def _no_outcome(self, path: EntryPath, word: str, labels: Labels, *, key: bool = False) -> None:
        if word in labels.paid:
            what = f"the outcome {word} is paid on the way, and so has no probability"
            self.faults.add(path, what, "an outcome at an end of the play", key=key)
        else:
            self.faults.unknown(path, "outcome", word, labels.outcomes or (), key=key)

    def _check_query(self, path: EntryPath, query: Expression, labels: Labels) -> None:
        asked, *words = query.args
        outcomes, actions = labels.outcomes, labels.actions
        if asked == "P":
            if outcomes is not None and words[0] not in outcomes:
                self._no_outcome(path, words[0], labels)
            return
        if words[0] not in self.players:
            self.faults.unknown(path, "player", words[0], self.players)
        elif asked == "prob" and actions is not None and words[1] not in actions[words[0]]:
            self.faults.unknown(path, f"action of {words[0]}", words[1], actions[words[0]])

    def _measure_names(self) -> frozenset[str]:
        automatic: tuple[str, ...] = ()
        if self.spec.form == "ladder":
            turns = self.spec.ladder is not None and self.spec.ladder.moves == "sequential"
            automatic = automatic_names(self.players, sequential=turns)
        return frozenset({*self.raw("measures"), *automatic})

    # ---- warnings -----------------------------------------------------
    def _warn(self, model: SymbolicModel) -> None:
        for name in model.parameters:
            if name not in self.used:
                what = f"the parameter {name} is not used in the game"
                self.faults.warn(("parameters", name), what, "use it, or remove it")
        if model.form == "strategic":
            reached = {label for cell in model.cells for label, _ in cell.lottery}
            for label in model.outcomes:
                if label not in reached:
                    what = f"the outcome {label} is never reached"
                    self.faults.warn(("outcomes", label), what, "use it in the game, or remove it")
