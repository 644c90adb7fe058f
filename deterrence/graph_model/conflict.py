"""A model as a conflict in the graph model: its states, who can move where, what each is worth.

The states of a table are its cells, with the numbers that pure equilibria have; a cell counts by
its expected payoff.  Game trees are no conflicts in this sense.

>>> from deterrence import load_model
>>> conflict = conflict_of(load_model("chicken"))
>>> [(s.number, s.label, s.title) for s in conflict.states][:2]
[(1, 'restrain, restrain', 'Status quo'), (2, 'restrain, stand_firm', 'A yields')]
>>> conflict.ranks({}).tolist()
[[2, 1, 3, 0], [2, 3, 1, 0]]
>>> conflict.state("A yields"), conflict.state("2"), conflict.state("restrain, stand_firm")
(1, 1, 1)
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import format_decimal
from deterrence.errors import UnsupportedError, UsageError, did_you_mean, shorten
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.option_conflict import check_size, find_state, graph_of_options
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    from deterrence.game.option_form import OptionForm
    from deterrence.game.strategic import StrategicGame

#: Cells beyond which a table is not looked at as a conflict.
MAX_STATES = 5_000
#: Outcomes of a lottery that are told, and letters beyond which only the likeliest is.
_OUTCOMES, _LONGEST = 3, 60


def player_of(model: SymbolicModel, name: str) -> int:
    """Return a player's position; an unknown name raises :class:`UsageError`."""
    if name in model.players:
        return model.players.index(name)
    raise UsageError(
        f"{model.name} has no player {shorten(name)!r}",
        remedy=did_you_mean(name, model.players) or f"players: {', '.join(model.players)}",
    )


@dataclass(frozen=True)
class State:
    """A state: its number from 1, the label that is typed, and the title that is said."""

    number: int
    label: str
    title: str

    @property
    def name(self) -> str:
        """The title with the number, as it stands in tables.

        >>> State(2, "restrain, escalate", "Russia yields").name
        '#2 Russia yields'
        """
        return f"#{self.number} {self.title}"


@dataclass(frozen=True, eq=False)
class Conflict:
    """States, the moves of the players between them, and what each state is worth to whom."""

    model: SymbolicModel
    states: tuple[State, ...]
    graph: MoveGraph

    @cached_property
    def payoffs(self) -> tuple[tuple[Expression, ...], ...]:
        """What each state is worth, a row per player; its rank where only an order is known."""
        form = self.model.options
        if form is None:
            return self.model.payoff_expressions(expand=True)
        formulas = self.model.formulas()
        return tuple(form.payoffs(i, formulas) for i in range(len(self.players)))

    @property
    def status_quo(self) -> int | None:
        """The state that the conflict is in, where the file says so."""
        return None if self.model.options is None else self.model.options.status_quo

    @property
    def players(self) -> tuple[str, ...]:
        """The players, in the order of the model."""
        return self.model.players

    def player(self, name: str) -> int:
        """Return a player's position; an unknown name raises :class:`UsageError`."""
        return player_of(self.model, name)

    @cached_property
    def _names(self) -> dict[str, int | None]:
        """States by all that they may be called; None where that is not one state."""
        found: dict[str, int | None] = {}
        for k, state in enumerate(self.states):
            said = (str(state.number), f"#{state.number}", state.label, state.title)
            for name in {*map(_folded, said)}:
                found[name] = k if name not in found else None
        return found

    def state(self, text: str) -> int:
        """Return the position of a state by its number, label or title.

        Raises :class:`UsageError` for what is none, or may be several.
        """
        found = self._names.get(_folded(text), -1)
        if found is not None and found < 0 and self.model.options is not None:
            return find_state(self.model.name, self.model.options, text)
        if found is None:
            raise UsageError(
                f"{shorten(text)!r} may be several states",
                remedy="give its number, such as 2, as the table of states has it",
            )
        if found < 0:
            labels = [s.label for s in self.states[:50]]
            remedy = did_you_mean(text, [*labels, *(s.title for s in self.states[:50])])
            raise UsageError(
                f"{self.model.name} has no state {shorten(text)!r}",
                remedy=remedy
                or f"a number from 1 to {len(self.states)}, or a label such as "
                f"{shorten(self.states[0].label)!r}",
            )
        return found

    def ranks(self, values: Mapping[str, Value] | None = None, scenario: str | None = None) -> Any:
        """Return how each player ranks the states at given values: ints from 0, more is better.

        Exact wherever payoffs are; ties have the same rank.  The array has a row per player and
        a column per state.
        """
        form = self.model.options
        if form is not None:
            import numpy as np

            numbers = self.model.values(scenario, values=values)
            return np.array([form.ranks(i, numbers) for i in range(len(self.players))])
        game: StrategicGame = self.model.strategic_at(scenario, values=values)
        return ranked(game.payoffs)

    def happens(
        self, values: Mapping[str, Value] | None = None, scenario: str | None = None
    ) -> list[tuple[str, bool]]:
        """Return what happens in each state at given values, and whether for certain.

        Of a lottery the likeliest outcomes are told; ``""`` where nothing is known but what a
        state is worth.

        >>> from deterrence import load_model
        >>> told = conflict_of(load_model("asymmetric-bipolarity")).happens()
        >>> told[0], told[1]
        (('Frozen divide', True), ('Russia yields 0.52, Direct war 0.48', False))
        """
        if self.model.options is not None:
            return [("", False)] * len(self.states)
        game = self.model.strategic_at(scenario, values=values)
        return [self._told(lottery) for lottery in game.outcomes or [()] * len(self.states)]

    def _told(self, lottery: Sequence[tuple[str, Any]]) -> tuple[str, bool]:
        model = self.model
        known = [(o, p) for o, p in lottery if p != 0 and o in model.outcomes]
        known.sort(key=lambda pair: -pair[1])
        if len(known) < 2:
            return (model.naming.titled(known[0][0]), True) if known else ("", False)
        told = [f"{model.naming.titled(o)} {format_decimal(p)}" for o, p in known[:_OUTCOMES]]
        whole = ", ".join(told)
        return (whole if len(whole) <= _LONGEST else f"mostly {told[0]}"), False


def ranked(payoffs: Sequence[Sequence[Any]]) -> Any:
    """Return dense ranks, row by row: 0 for the least.

    >>> ranked([[5, -1, 5]]).tolist()
    [[1, 0, 1]]
    """
    import numpy as np

    rows = []
    for row in payoffs:
        place = {u: k for k, u in enumerate(sorted(set(row)))}
        rows.append([place[u] for u in row])
    return np.array(rows, dtype=np.int64)


def conflict_of(model: SymbolicModel) -> Conflict:
    """Return a model as a conflict.

    Raises :class:`UnsupportedError` for game trees, and for tables of more than
    :data:`MAX_STATES` cells.
    """
    if model.tree is not None:
        raise UnsupportedError(
            f"{model.name} is a game tree: it says who moves when, where the graph model lets "
            "anybody move at any time",
            remedy="`deterrence solve` and `deterrence regimes` answer it; for stability write the "
            "conflict as a table (form: strategic) or with options (form: options)",
        )
    if model.options is not None:
        return _of_options(model, model.options)
    names = model.cell_names()
    if len(names) > MAX_STATES:
        raise UnsupportedError(
            f"{model.name} has {len(names):,} cells, more than {MAX_STATES:,} states",
            remedy="take fewer actions",
        )
    shape = [len(actions) for actions in model.actions]
    titles = _titles(model)
    states = tuple(
        State(k + 1, name, title) for k, (name, title) in enumerate(zip(names, titles, strict=True))
    )
    return Conflict(model, states, MoveGraph.of_table(model.players, shape))


def _of_options(model: SymbolicModel, form: OptionForm) -> Conflict:
    check_size(model.name, form)
    states = tuple(State(k + 1, form.label(k), form.title(k)) for k in range(form.size))
    return Conflict(model, states, graph_of_options(form))


def _titles(model: SymbolicModel) -> list[str]:
    """Return what each cell is called: its outcome if it is sure and only there, else the moves."""
    sure = [
        cell.lottery[0][0] if cell.payoffs is None and len(cell.lottery) == 1 else ""
        for cell in model.cells
    ]
    names = model.names
    found = []
    for label, choice in zip(sure, itertools.product(*model.actions), strict=True):
        pattern = names.pattern({p: [a] for p, a in zip(model.players, choice, strict=True)})
        once = label and sure.count(label) == 1
        found.append(model.naming.titled(label) if once else names.name(pattern))
    return found


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
