r"""The symbolic model: what a model file means.

Payoffs are expressions over named parameters.  ``at`` puts in values and gives a
game with exact numbers; ``symbolic`` gives the game with sympy payoffs.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> model.at(k_R="15/2").payoff("Russia", {"Russia": "escalate", "NATO": "escalate"})
Fraction(-15, 2)
>>> [str(u) for u in model.payoff_expressions()[0]]
['0', '-r_R*k_R - (1 - r_R)*l_R', '-r_N*k_R + (1 - r_N)*g_R', '-k_R']
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, cast

from deterrence.algebra.expressions import Expression, total
from deterrence.errors import ExpressionError, Fault, UnsupportedError, UsageError, did_you_mean
from deterrence.game.measures import Measure
from deterrence.game.naming import Naming
from deterrence.game.parameters import (
    CellContent,
    Correlation,
    Exercise,
    KnownResult,
    NamedRegime,
    OrdinalPreference,
    Outcome,
    Parameter,
    Scenario,
)
from deterrence.game.pattern_names import PatternNames, names_of
from deterrence.game.strategic import Lottery, StrategicGame
from deterrence.modelfile.equilibrium_names import published_names
from deterrence.modelfile.ladders.ladder import Ladder, resize
from deterrence.modelfile.ladders.sequential import climb, movers
from deterrence.modelfile.ladders.simultaneous import generate
from deterrence.modelfile.order_facts import Decides, matrix_decided, tree_decided
from deterrence.modelfile.parameter_values import Value, derive, joined, read_value, signs
from deterrence.words.saved import same, saves
from deterrence.words.shown import Shown

if TYPE_CHECKING:
    from deterrence.game.option_form import OptionForm
    from deterrence.game.tree.extensive import ExtensiveGame

#: Fields that say where a model comes from, and nothing of the game.
_BESIDE = frozenset({"path", "digest", "warnings", "text", "rungs", "first"})


@dataclass(frozen=True, eq=False)
class SymbolicModel(Shown):
    """A crisis as a game with symbolic payoffs, read from a file.

    ``cells`` has one entry per cell, the last player's action varying fastest.
    ``assumptions`` always hold; ``derived`` lists the parameters with a formula in
    the order in which they can be computed.  ``insight`` is what is to be learnt from
    the model, in a sentence; ``default_concept`` what it is solved by unless something
    else is asked for, where the file names it (the tree has it, too).  ``digest`` is
    the SHA-256 of the file.  ``warnings`` are doubts that do not make the file invalid.
    """

    name: str
    title: str
    form: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    parameters: Mapping[str, Parameter]
    outcomes: Mapping[str, Outcome]
    cells: tuple[CellContent, ...]
    #: What actions pay whatever happens, on top of what stands in the cells:
    #: ``{player: {action: {who is paid: formula}}}``.
    pays: Mapping[str, Mapping[str, Mapping[str, Expression]]] = field(default_factory=dict)
    assumptions: tuple[Expression, ...] = ()
    #: Formulas that the file gives a name, in terms of parameters; all that uses them holds the
    #: formulas themselves.
    definitions: Mapping[str, Expression] = field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    measures: tuple[Measure, ...] = ()
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    known_results: tuple[KnownResult, ...] = ()
    named_regimes: tuple[NamedRegime, ...] = ()
    summary: str = ""
    source: str = ""
    path: str = field(default="", compare=False)
    digest: str = field(default="", compare=False)
    derived: tuple[str, ...] = ()
    player_titles: Mapping[str, str] = field(default_factory=dict)
    action_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ladder: Ladder | None = None
    #: Players' options and preferences over them, in the option form.
    options: OptionForm | None = None
    #: Why an option form is no table, so that ``actions`` and ``cells`` are empty.
    why_no_table: str = ""
    #: The game tree with formulas, private information put in; ``actions`` and ``cells`` are
    #: empty then.
    tree: ExtensiveGame | None = None
    #: Private information: ``{player: {type: probability}}``.
    types: Mapping[str, Mapping[str, Expression]] = field(default_factory=dict)
    #: Titles of types by player, and of information sets and chance moves by label.
    type_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    set_titles: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = field(default=(), compare=False)
    insight: str = ""
    default_concept: str = ""
    #: Of correlated equilibria: what to make best, such as ``max welfare``.
    default_objective: str = ""
    #: From 1 (first course) to 3 (research); 0 where the file does not say.
    level: int = 0
    #: What it is about (see :mod:`deterrence.modelfile.themes`), and the names of its collections
    #: and of models that are akin.
    themes: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    #: Why a player controls no parameter, by player.
    no_levers: Mapping[str, str] = field(default_factory=dict)
    exercises: tuple[Exercise, ...] = ()
    #: Who knows only an order of the outcomes: by player, or by player (type).
    orders: Mapping[str, OrdinalPreference] = field(default_factory=dict)
    #: The file's text, ``""`` for a model that was changed since it was read; and the number of
    #: rungs and the first mover that its ladder was given since, if it was.
    text: str = field(default="", repr=False, compare=False)
    rungs: int | None = field(default=None, compare=False)
    first: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Hand the default concept and the names on to the tree, and so to all its games."""
        tree = self.tree
        if tree is None:
            return
        if (tree.default_concept, tree.naming) != (self.default_concept, self.naming):
            tree = tree.replace(default_concept=self.default_concept, naming=self.naming)
            object.__setattr__(self, "tree", tree)

    def __eq__(self, other: object) -> bool:
        """Say whether both models say the same, with verbs or without, from whatever file."""
        if not isinstance(other, SymbolicModel):
            return NotImplemented
        return all(
            same(getattr(self, f.name), getattr(other, f.name))
            for f in fields(SymbolicModel)
            if f.compare
        )

    def __hash__(self) -> int:
        return hash((self.name, self.title, self.form, self.players, self.actions))

    def __repr__(self) -> str:
        """Return one line: name, form, players, size."""
        if self.tree is not None:
            size = f"{len(self.tree.nodes)} nodes"
            return f"<Model {self.name}: {self.form}, {' and '.join(self.players)}, {size}>"
        if self.options is not None:
            size = f"{self.options.size:,} states"
            return f"<Model {self.name}: {self.form}, {' and '.join(self.players)}, {size}>"
        sizes = "x".join(str(len(a)) for a in self.actions)
        return f"<Model {self.name}: {self.form}, {' and '.join(self.players)}, {sizes} cells>"

    # ---- reading ------------------------------------------------------
    @property
    def titles(self) -> dict[str, str]:
        """Titles of outcomes and actions by label; labels with two titles are left out."""
        found: dict[str, set[str]] = {}
        groups = {} if self.tree is None else self.tree.groups
        for outcome in self.outcomes.values():
            found.setdefault(groups.get(outcome.label, outcome.label), set()).add(outcome.title)
        for titles in self.action_titles.values():
            for label, title in titles.items():
                found.setdefault(label, set()).add(title)
        return {label: min(t) for label, t in found.items() if len(t) == 1 and min(t)}

    @cached_property
    def naming(self) -> Naming:
        """What the file calls outcomes, actions, players, information sets, and equilibria."""
        groups = {} if self.tree is None else self.tree.groups
        return Naming(
            outcomes=tuple(dict.fromkeys(groups.get(o, o) for o in self.outcomes)),
            titles=self.titles,
            actions=self.action_titles,
            players=self.player_titles,
            sets=self.set_titles,
            published=tuple(published_names(self.known_results)),
            symbols={n: p.symbol for n, p in self.parameters.items() if p.symbol},
            parameters={n: p.title for n, p in self.parameters.items() if p.title},
            ranks=bool(self.orders),
            by_order=bool(self.order_decides),
        )

    @cached_property
    def names(self) -> PatternNames:
        """The numbers and names of the patterns of equilibria, whatever the values."""
        self.need_game()
        if self.tree is not None:
            return names_of(self.tree)
        naming = self.naming
        return PatternNames.of_matrix(self.players, self.actions, naming.actions, naming.published)

    @cached_property
    def proviso(self) -> str:
        """How an answer about orders begins; ``""`` where the model has numbers.

        >>> from deterrence import load_model
        >>> load_model("ordinal-crisis").proviso, load_model("chicken").proviso
        ('Whatever the numbers, as long as the order holds', '')
        """
        if not self.orders:
            return ""
        said = {text for order in self.orders.values() for text in order.conditions}
        more = "" if said.issuperset(map(str, self.assumptions)) else " and what is assumed"
        return f"Whatever the numbers, as long as the order holds{more}"

    @cached_property
    def order_decides(self) -> Decides:
        """How far orders decide the game: ``pure`` equilibria, ``all``, or ``""`` for neither.

        >>> from deterrence import load_model
        >>> load_model("ordinal-crisis").order_decides
        'all'
        """
        if not self.orders or self.pays:
            return ""
        if self.tree is not None:
            return tree_decided(self.orders, self.players, self.tree)
        return matrix_decided(self.orders, self.players, [*map(len, self.actions)], self.cells)

    def need_numbers(
        self, what: str, values: Mapping[str, Any] | None, scenario: str | None = None
    ) -> None:
        """Raise :class:`UsageError` where only an order stands in the place of numbers.

        >>> from deterrence import load_model
        >>> try:
        ...     load_model("ordinal-crisis").need_numbers("this", {})
        ... except UsageError as error:
        ...     print(error.what)
        ordinal-crisis has orders and no numbers, which this needs
        """
        given = {*(values or {}), *(self.scenario(scenario).values if scenario else {})}
        if any(not given.issuperset(o.parameters.values()) for o in self.orders.values()):
            instead = "`order`" if self.options is None else "statements and orders"
            raise UsageError(
                f"{self.name} has orders and no numbers, which {what} needs",
                remedy=f"write payoffs with bounds in place of {instead}; what holds whatever the "
                "numbers is told by `deterrence regimes`",
            )

    def scenario(self, name: str) -> Scenario:
        """Return a scenario; an unknown name raises :class:`UsageError`.

        >>> from deterrence import load_model
        >>> load_model("asymmetric-bipolarity").scenario("vital-stake").values
        {'l_R': Fraction(15, 1), 'l_N': Fraction(3, 1), 'r_N': Fraction(0, 1)}
        """
        try:
            return self.scenarios[name]
        except KeyError:
            known = ", ".join(self.scenarios) or "it has none"
            raise UsageError(
                f"{self.name} has no scenario {name[:60]!r}",
                remedy=did_you_mean(name, self.scenarios) or f"scenarios: {known}",
            ) from None

    def parameter(self, name: str) -> Parameter:
        """Return a parameter; an unknown name raises :class:`UsageError`.

        >>> from deterrence import load_model
        >>> model = load_model("chicken")
        >>> model.parameter("P_A").default
        Fraction(-10, 1)
        """
        try:
            return self.parameters[name]
        except KeyError:
            raise UsageError(
                f"{self.name} has no parameter {name[:60]!r}",
                remedy=did_you_mean(name, self.parameters)
                or f"parameters: {', '.join(self.parameters) or 'none'}",
            ) from None

    # ---- values -------------------------------------------------------
    def values(
        self,
        /,
        scenario: str | None = None,
        *,
        values: Mapping[str, Value] | None = None,
        check: bool = True,
        **overrides: Value,
    ) -> dict[str, Any]:
        """Return the value of every parameter, exact wherever what is given is exact.

        Defaults come first, then the scenario, then ``values`` and ``overrides``: text
        such as ``"1/3"``, whole numbers, fractions, or floats (which stay floats).
        Derived parameters follow from the others unless they are set.  Raises
        :class:`UsageError` for unknown names, for parameters without a value or with
        two, and, unless ``check`` is false, for values that break an assumption.

        >>> from deterrence.modelfile.catalogue import load_model
        >>> load_model("asymmetric-bipolarity").values(rho="1/10")["k_R"]
        Fraction(15, 1)
        """
        given: dict[str, Any] = dict(self.scenario(scenario).values) if scenario else {}
        for name, value in joined(values, overrides).items():
            if name not in self.parameters:
                raise UsageError(
                    f"{self.name} has no parameter {name[:60]!r}",
                    remedy=did_you_mean(name, self.parameters)
                    or f"`deterrence models show {self.name}` lists them",
                )
            given[name] = read_value(name, value)
        for name, parameter in self.parameters.items():
            if name not in given and parameter.formula is None:
                if parameter.default is None:
                    raise UsageError(
                        f"the parameter {name} has no default and no value",
                        remedy=f"set it, as in {name}=1",
                    )
                given[name] = parameter.default
        found = derive(self.parameters, self.derived, given)
        if check:
            self._check(found)
        return {name: found[name] for name in self.parameters}

    def _check(self, values: Mapping[str, Any]) -> None:
        for assumption in self.assumptions:
            try:
                holds = assumption.evaluate(values)
            except ExpressionError as error:
                raise UsageError(
                    f"the assumption '{assumption}' cannot be checked: {error.what}",
                    remedy=error.remedy,
                ) from None
            if not holds:
                at = ", ".join(f"{n} = {values[n]}" for n in sorted(assumption.names))
                raise UsageError(
                    f"the values break the assumption '{assumption}' of {self.name}: {at}",
                    remedy="choose values that keep it",
                )

    # ---- games --------------------------------------------------------
    def at(
        self,
        /,
        scenario: str | None = None,
        *,
        values: Mapping[str, Value] | None = None,
        check: bool = True,
        **overrides: Value,
    ) -> StrategicGame | ExtensiveGame:
        """Return the game at the given values (see :meth:`values`), exact where they are.

        Models of the form ``extensive`` give game trees, others matrices.  Payoffs
        that are irrational (square roots, exponentials) are floats.  Raises
        :class:`UsageError` as :meth:`values` does, and where a payoff has no
        finite value or probabilities are none.

        >>> from deterrence import load_model
        >>> model = load_model("chicken")
        >>> game = model.at(P_A="-5")
        >>> game.payoff("A", {"A": "stand_firm", "B": "stand_firm"})
        Fraction(-5, 1)
        """
        self.need_game()
        numbers = self.values(scenario, values=values, check=check, **overrides)
        chosen = {} if scenario is None else self.scenario(scenario).values
        given = tuple(dict.fromkeys([*(values or {}), *overrides, *chosen]))
        try:
            if self.tree is not None:
                return self.tree.at(numbers).replace(given=given)
            payoffs, lotteries = self._evaluate_cells(numbers)
            return self._game(payoffs, lotteries, numbers).replace(given=given)
        except ExpressionError as error:
            raise UsageError(f"{self.name}: {error.what}", remedy=error.remedy) from None

    def strategic_at(
        self,
        /,
        scenario: str | None = None,
        *,
        values: Mapping[str, Value] | None = None,
        check: bool = True,
        **overrides: Value,
    ) -> StrategicGame:
        """Return :meth:`at` for what takes matrices only; :class:`UsageError` for game trees.

        >>> from deterrence import load_model
        >>> model = load_model("chicken")
        >>> model.strategic_at().shape
        (2, 2)
        """
        self._need_matrix()
        game = self.at(scenario, values=values, check=check, **overrides)
        return cast("StrategicGame", game)

    def need_game(self) -> None:
        """Raise :class:`UnsupportedError` for an option form that is no table.

        Whoever asks for equilibria, or for anything that is built on them, asks this first.

        >>> from deterrence import UnsupportedError, read_model
        >>> model = read_model('''
        ... title: Nobody comes back from war
        ... form: options
        ... players: [A, B]
        ... options: {A: {a_strikes: {irreversible: yes}}, B: [b_strikes]}
        ... preferences: {A: {order: NN > YN > NY > YY}, B: {order: NN > NY > YN > YY}}
        ... ''', "strike")
        >>> try:
        ...     model.need_game()
        ... except UnsupportedError as error:
        ...     print(error.what)
        strike is an option form and no table: some options are irreversible
        """
        if self.why_no_table:
            raise UnsupportedError(
                f"{self.name} is an option form and no table: {self.why_no_table}",
                remedy="`deterrence stability` says which of its states are stable",
            )

    def _need_matrix(self) -> None:
        self.need_game()
        if self.tree is not None:
            raise UsageError(
                f"{self.name} is a game tree; this is for games in strategic form",
                remedy="take the strategic form that the tree has at given values",
            )

    def _evaluate_cells(
        self, numbers: Mapping[str, Any]
    ) -> tuple[list[tuple[Any, ...]], list[Lottery]]:
        worth = {
            label: tuple(outcome.payoffs[p].evaluate(numbers) for p in self.players)
            for label, outcome in self.outcomes.items()
        }
        # Cells of a ladder share few lotteries and few chances; each is worked out once.
        chances: dict[int, Any] = {}
        done: dict[int, tuple[tuple[Any, ...], Lottery]] = {}
        payoffs, lotteries = [], []
        for cell, name in zip(self.cells, self.cell_names(), strict=True):
            if id(cell) not in done:
                if cell.payoffs is not None:
                    direct = tuple(cell.payoffs[p].evaluate(numbers) for p in self.players)
                    done[id(cell)] = direct, ((name, Fraction(1)),)
                else:
                    done[id(cell)] = _evaluate_lottery(cell, name, numbers, worth, chances)
            payoffs.append(done[id(cell)][0])
            lotteries.append(done[id(cell)][1])
        return with_pays(self, payoffs, lambda e: e.evaluate(numbers)), lotteries

    def cell_names(self) -> list[str]:
        """Return the name of every cell: its actions, joined by commas.

        >>> from deterrence import load_model
        >>> model = load_model("chicken")
        >>> model.cell_names()[:2]
        ['restrain, restrain', 'restrain, stand_firm']
        """
        return [", ".join(choice) for choice in itertools.product(*self.actions)]

    def _game(
        self,
        payoffs: Sequence[tuple[Any, ...]],
        lotteries: Sequence[Lottery],
        values: Mapping[str, Any],
    ) -> StrategicGame:
        direct = all(cell.payoffs is not None for cell in self.cells)
        return StrategicGame(
            players=self.players,
            actions=self.actions,
            payoffs=tuple(tuple(u) for u in zip(*payoffs, strict=True)),
            outcomes=None if direct else tuple(lotteries),
            measures=self.measures,
            name=self.name,
            title=self.title,
            values=values,
            naming=self.naming,
            default_concept=self.default_concept,
            default_objective=self.default_objective,
        )

    def payoff_expressions(self, *, expand: bool = False) -> tuple[tuple[Expression, ...], ...]:
        """Return, per player, the payoff of every cell as an expression.

        Derived parameters stay symbols of their own, or, with ``expand``, are
        replaced by their formulas.

        >>> from deterrence import load_model
        >>> model = load_model("chicken")
        >>> [str(u) for u in model.payoff_expressions()[0]]
        ['R_A', 'S_A', 'T_A', 'P_A']
        """
        self.need_game()
        formulas = self.formulas() if expand else {}
        done: dict[int, tuple[Expression, ...]] = {}
        for cell in self.cells:
            if id(cell) not in done:
                row = [self._cell_payoff(cell, p) for p in self.players]
                done[id(cell)] = tuple(u.substitute(formulas) for u in row)
        rows = [done[id(cell)] for cell in self.cells]
        rows = with_pays(self, rows, lambda e: e.substitute(formulas))
        return tuple(tuple(column) for column in zip(*rows, strict=True))

    def _cell_payoff(self, cell: CellContent, player: str) -> Expression:
        if cell.payoffs is not None:
            return cell.payoffs[player]
        return total(
            chance * self.outcomes[label].payoffs[player] for label, chance in cell.lottery
        )

    def formulas(self) -> dict[str, Expression]:
        """Return the formulas of derived parameters in terms of the others only.

        >>> from deterrence import load_model
        >>> str(load_model("asymmetric-bipolarity").formulas()["k_R"])
        'c_R + rho*N_R'
        """
        formulas: dict[str, Expression] = {}
        for name in self.derived:
            formula = self.parameters[name].formula
            if formula is not None:
                formulas[name] = formula.substitute(formulas)
        return formulas

    def symbols(self) -> dict[str, Any]:
        """Return a real sympy symbol per parameter, with the sign that the assumptions give it.

        >>> from deterrence import load_model
        >>> load_model("asymmetric-bipolarity").symbols()["g_R"].is_positive
        True
        """
        import sympy

        known = signs(self.assumptions)
        return {
            name: sympy.Symbol(name, real=True, **known.get(name, {})) for name in self.parameters
        }

    def symbolic(self) -> StrategicGame:
        """Return the game with sympy payoffs in :meth:`symbols` (imports sympy).

        Raises :class:`UsageError` for game trees.

        >>> from deterrence import load_model
        >>> model = load_model("chicken")
        >>> model.symbolic().matrix("A")
        [[R_A, S_A], [T_A, P_A]]
        """
        self._need_matrix()
        symbols = self.symbols()
        rows = self.payoff_expressions()
        payoffs = [tuple(u.to_sympy(symbols) for u in row) for row in zip(*rows, strict=True)]
        lotteries = [
            tuple((label, chance.to_sympy(symbols)) for label, chance in cell.lottery)
            or ((name, Fraction(1)),)
            for cell, name in zip(self.cells, self.cell_names(), strict=True)
        ]
        return self._game(payoffs, lotteries, symbols)

    @property
    def typeset(self) -> dict[str, str]:
        """How parameters are typeset that have a symbol of their own, by name."""
        return {name: p.symbol for name, p in self.parameters.items() if p.symbol}

    # ---- ladders ------------------------------------------------------
    def with_rungs(self, n: int) -> Self:
        """Return the same ladder with ``n`` rungs above the status quo.

        A list of rungs is cut below its top, or extended there by rungs called
        ``rung_k``.  Known results hold for the original number and are dropped
        where it changes.  Raises :class:`UsageError` where the model is no ladder.

        >>> from deterrence import load_model
        >>> load_model("escalation-ladder").with_rungs(2).actions[0]
        ('status_quo', 'hybrid', 'nuclear')
        """
        if self.ladder is None:
            raise UsageError(
                f"{self.name} has no rungs: its form is {self.form}", remedy="take a ladder model"
            )
        if n == self.ladder.top:
            return self
        changed = self.with_ladder(resize(self.ladder, n))
        # Rungs that were cut do not come back, so a ladder that was resized twice has no text.
        text = self.text if self.rungs is None else ""
        return changed.replace(known_results=(), warnings=(), text=text, rungs=n)

    def with_first(self, player: str) -> Self:
        """Return the same ladder, climbed in turn, with the first move for a player.

        Known results, exercises and named regimes are about the other order and are dropped
        where it changes.  Raises :class:`UsageError` where nobody moves first, and for an
        unknown player.

        >>> from deterrence import load_model
        >>> model = load_model("crisis-ladder").with_first("NATO")
        >>> [s.player for s in model.tree.sets if s.player][:2]
        ['NATO', 'Russia']
        """
        if self.ladder is None or not self.ladder.sequential:
            raise UsageError(
                f"{self.name} is no ladder that is climbed in turn, so nobody has the first move",
                remedy="take a ladder with `moves: sequential`, such as crisis-ladder",
            )
        if player not in self.players:
            raise UsageError(
                f"{self.name} has no player {player[:60]!r}",
                remedy=did_you_mean(player, self.players) or f"players: {', '.join(self.players)}",
            )
        if player == movers(self.ladder)[0]:
            return self
        bottom = self.ladder.rungs[0].label
        who = {label: p for label, p in self.ladder.who.items() if label != bottom}
        changed = self.with_ladder(replace(self.ladder, first=player, who=who))
        return changed.replace(
            known_results=(),
            exercises=(),
            named_regimes=(),
            warnings=(),
            text=self.text,
            first=player,
        )

    def with_ladder(self, ladder: Ladder) -> Self:
        """Return the model with the game that a ladder generates.

        Raises :class:`UsageError` where two outcomes or rungs would get the same name, and
        :class:`~deterrence.errors.ExpressionError` where a number grows too large.

        >>> from deterrence import load_model
        >>> from deterrence.modelfile.ladders.ladder import resize
        >>> model = load_model("escalation-ladder")
        >>> model.with_ladder(resize(model.ladder, 3)).ladder.top
        3
        """
        if ladder.sequential:
            # What climbing gives has the names of the model's own fields.
            return self.replace(**vars(climb(ladder, self.name, self.title)), ladder=ladder)
        made = generate(ladder)
        return self.replace(
            actions=(made.actions, made.actions),
            outcomes=made.outcomes,
            cells=made.cells,
            measures=made.measures,
            action_titles=dict.fromkeys(ladder.players, made.titles),
            ladder=ladder,
        )

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed; it has the file's text if that says the same.

        >>> from deterrence import load_model
        >>> model = load_model("chicken")
        >>> model.replace(title="Who blinks").title
        'Who blinks'
        """
        if not changes.keys() <= _BESIDE:
            changes.setdefault("text", "")
        return replace(self, **changes)


def with_pays(
    model: SymbolicModel, rows: list[tuple[Any, ...]], value: Callable[[Expression], Any]
) -> list[tuple[Any, ...]]:
    """Return the payoffs of all cells, one row each, together with what their actions pay."""
    if not model.pays:
        return rows
    paid = {
        (player, action, who): value(e)
        for player, own in model.pays.items()
        for action, entries in own.items()
        for who, e in entries.items()
    }
    found = []
    for row, choice in zip(rows, itertools.product(*model.actions), strict=True):
        chosen = list(zip(model.players, choice, strict=True))
        found.append(
            tuple(
                sum((paid[p, a, who] for p, a in chosen if (p, a, who) in paid), u)
                for who, u in zip(model.players, row, strict=True)
            )
        )
    return found


def _evaluate_lottery(
    cell: CellContent,
    name: str,
    numbers: Mapping[str, Any],
    worth: Mapping[str, tuple[Any, ...]],
    chances: dict[int, Any],
) -> tuple[tuple[Any, ...], Lottery]:
    lottery = []
    for label, chance in cell.lottery:
        if id(chance) not in chances:
            chances[id(chance)] = chance.evaluate(numbers)
        lottery.append((label, chances[id(chance)]))
    sum_ = sum(p for _, p in lottery)
    slack = 1e-9 if isinstance(sum_, float) else 0
    if abs(sum_ - 1) > slack or any(not -slack <= p <= 1 + slack for _, p in lottery):
        listed = ", ".join(f"{label} {p}" for label, p in lottery)
        raise UsageError(
            f"the probabilities in the cell ({name}) are no distribution: {listed}",
            remedy="they must lie between 0 and 1, and sum to 1",
        )
    first, *others = lottery
    if not others:
        return worth[first[0]], tuple(lottery)
    rows = [worth[label] for label, _ in lottery]
    payoffs = tuple(
        sum(p * u for (_, p), u in zip(lottery, column, strict=True))
        for column in zip(*rows, strict=True)
    )
    return payoffs, tuple(lottery)


def _write_model(model: SymbolicModel) -> Any:
    """Return the model as results hold it: by the text of its file."""
    if not model.text:
        return {"changed": model.name}
    found: dict[str, Any] = {"model": model.name, "text": model.text}
    found |= {} if model.rungs is None else {"rungs": model.rungs}
    return {**found, "first": model.first} if model.first else found


saves(SymbolicModel, write=_write_model)
