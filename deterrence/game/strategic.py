r"""Strategic games with any number of players, payoffs of any kind, labels everywhere.

A game in strategic form has players :math:`i`, finite action sets :math:`A_i`
and payoffs :math:`u_i(a)` for each cell :math:`a \in \prod_i A_i`.  Payoffs are
exact rationals, floats (from sweeps; they say so) or sympy expressions.

>>> g = StrategicGame.from_matrices([[0, -3], [2, -8]], [[0, 2], [-3, -8]],
...     players=("Russia", "NATO"), actions=(("restrain", "escalate"),) * 2)
>>> g.payoff("Russia", {"Russia": "escalate", "NATO": "restrain"})
Fraction(2, 1)
>>> from deterrence.game.profile import Profile
>>> mixed = Profile({"Russia": {"restrain": "5/7", "escalate": "2/7"},
...                  "NATO": {"restrain": "5/7", "escalate": "2/7"}})
>>> g.regret(mixed)
{'Russia': Fraction(0, 1), 'NATO': Fraction(0, 1)}
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.numbers import is_symbolic, to_number
from deterrence.errors import UsageError, position_of
from deterrence.game.measures import Measure
from deterrence.game.naming import Naming
from deterrence.words.saved import Saved
from deterrence.words.shown import Shown

#: A lottery over outcome labels: ``((label, probability), ...)``.
Lottery = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False, repr=False)
class StrategicGame(Shown, Saved):
    """A finite game in strategic form.

    ``payoffs[i]`` lists player ``i``'s payoffs cell by cell, the last player's
    action varying fastest (the order of ``numpy.ndarray.ravel``); its length is
    the product of the numbers of actions.  ``outcomes``, if given, has one
    lottery over outcome labels per cell, in the same order.  ``values`` are the
    parameter values the game was made at, ``given`` the names of those that are not
    the model's defaults.  ``remarks`` say what whoever reads an answer has to know of the
    file that the game comes from.  Raises :class:`UsageError` where the
    shapes do not fit or labels are repeated.

    >>> from deterrence import StrategicGame, solve
    >>> game = StrategicGame.from_matrices([[0, -1], [1, -10]], [[0, 1], [-1, -10]])
    >>> game.shape, game.actions
    ((2, 2), (('r1', 'r2'), ('c1', 'c2')))
    >>> len(solve(game))
    3
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: tuple[tuple[Any, ...], ...]
    outcomes: tuple[Lottery, ...] | None = None
    measures: tuple[Measure, ...] = ()
    name: str = "game"
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    naming: Naming = field(default_factory=Naming)
    given: tuple[str, ...] = ()
    #: What the game is solved for unless something else is asked for (``""``: Nash equilibria),
    #: and, of correlated ones, what is made best.
    default_concept: str = ""
    default_objective: str = ""
    remarks: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if len(self.actions) != len(self.players) or len(self.payoffs) != len(self.players):
            raise UsageError("a game needs one list of actions and one of payoffs per player")
        for what, labels in [("player", self.players), *(("action", a) for a in self.actions)]:
            if not labels:
                raise UsageError(f"a game needs at least one {what}")
            if len(set(labels)) != len(labels):
                twice = next(label for label in labels if labels.count(label) > 1)
                raise UsageError(f"the {what} label {twice!r} occurs twice")
        cells = math.prod(self.shape)
        for player, payoffs in zip(self.players, self.payoffs, strict=True):
            if len(payoffs) != cells:
                raise UsageError(f"{player} has {len(payoffs)} payoffs for {cells} cells")
        if self.outcomes is not None and len(self.outcomes) != cells:
            raise UsageError(f"{len(self.outcomes)} outcomes for {cells} cells")
        kept = tuple(tuple(to_number(p) for p in payoffs) for payoffs in self.payoffs)
        object.__setattr__(self, "payoffs", kept)

    @property
    def titles(self) -> Mapping[str, str]:
        """Titles for labels of outcomes, and of actions, where they have one."""
        return self.naming.titles

    # ---- construction -------------------------------------------------
    @classmethod
    def from_matrices(
        cls,
        row: Sequence[Sequence[Any]],
        column: Sequence[Sequence[Any]],
        *,
        players: Sequence[str] = ("Row", "Column"),
        actions: Sequence[Sequence[str]] | None = None,
        name: str = "game",
    ) -> StrategicGame:
        """Return the two-player game with the given payoff matrices (rows x columns)."""
        if len(row) != len(column) or any(
            len(a) != len(b) or len(a) != len(row[0]) for a, b in zip(row, column, strict=False)
        ):
            raise UsageError("the two payoff matrices need the same shape")
        if actions is None:
            actions = (
                [f"r{i + 1}" for i in range(len(row))],
                [f"c{j + 1}" for j in range(len(row[0]) if len(row) else 0)],
            )
        return cls(
            players=tuple(players),
            actions=tuple(tuple(a) for a in actions),
            payoffs=tuple(tuple(x for r in m for x in r) for m in (row, column)),
            name=name,
        )

    # ---- shape and addresses ------------------------------------------
    @property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of each player."""
        return tuple(len(a) for a in self.actions)

    @property
    def is_symbolic(self) -> bool:
        """Whether a payoff is a sympy expression."""
        return any(is_symbolic(p) for payoffs in self.payoffs for p in payoffs)

    @property
    def is_exact(self) -> bool:
        """Whether every payoff is a rational number."""
        return all(isinstance(p, Fraction) for payoffs in self.payoffs for p in payoffs)

    def player_index(self, player: str) -> int:
        """Return the position of a player; unknown labels raise :class:`UsageError`."""
        return position_of(player, self.players, f"no player called {player!r} in {self.name}")

    def action_index(self, player: str, action: str) -> int:
        """Return the position of a player's action; unknown labels raise :class:`UsageError`."""
        labels = self.actions[self.player_index(player)]
        return position_of(action, labels, f"{player} has no action {action!r}")

    def cells(self) -> Iterator[tuple[int, ...]]:
        """Yield the positions of the actions, cell by cell, in the order of the payoffs."""
        return itertools.product(*(range(n) for n in self.shape))

    def cell_number(self, choice: Sequence[int]) -> int:
        """Return where the cell stands in the payoff lists."""
        number = 0
        for index, size in zip(choice, self.shape, strict=True):
            number = number * size + index
        return number

    def cell_name(self, choice: Sequence[int]) -> str:
        """Return the labels of the actions in a cell, joined by commas."""
        return ", ".join(labels[k] for labels, k in zip(self.actions, choice, strict=True))

    def by_label(self, strategies: Sequence[Sequence[Any]]) -> dict[str, dict[str, Any]]:
        """Return mixed strategies, in the order of players and actions, by label."""
        lists = zip(self.players, self.actions, strategies, strict=True)
        return {player: dict(zip(labels, s, strict=True)) for player, labels, s in lists}

    def payoff(self, player: str, choice: Mapping[str, str]) -> Any:
        """Return a player's payoff where everyone plays the chosen action."""
        index = [self.action_index(p, choice[p]) for p in self.players]
        return self.payoffs[self.player_index(player)][self.cell_number(index)]

    def matrix(self, player: str) -> list[list[Any]]:
        """Return a player's payoffs in a two-player game, rows x columns."""
        if len(self.players) != 2:
            raise UsageError(f"{self.name} has {len(self.players)} players; a matrix needs two")
        flat, width = self.payoffs[self.player_index(player)], self.shape[1]
        return [list(flat[i : i + width]) for i in range(0, len(flat), width)]

    def to_exact(self) -> StrategicGame:
        """Return the game with every payoff rational (floats as the binary fractions they are)."""
        self.need_values("")
        return self.replace(payoffs=tuple(tuple(Fraction(p) for p in u) for u in self.payoffs))

    def replace(self, **changes: Any) -> StrategicGame:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    # ---- what happens under a profile ---------------------------------
    def _weights(self, profile: Mapping[str, Mapping[str, Any]]) -> list[list[Any]]:
        zero = Fraction(0)
        rows = []
        for player, labels in zip(self.players, self.actions, strict=True):
            strategy = profile[player]
            for action in strategy:
                self.action_index(player, action)
            rows.append([strategy.get(a, zero) for a in labels])
        return rows

    def _reached(self, weights: list[list[Any]]) -> Iterator[tuple[int, Any]]:
        """Yield the number and the probability of every cell that can happen."""
        supports = [[k for k, p in enumerate(w) if p != 0] for w in weights]
        for cell in itertools.product(*supports):
            chance: Any = Fraction(1)
            for w, k in zip(weights, cell, strict=True):
                chance = chance * w[k]
            yield self.cell_number(cell), chance

    def cell_probabilities(self, profile: Mapping[str, Mapping[str, Any]]) -> list[Any]:
        """Return the probability of each cell under independent mixing."""
        result: list[Any] = [Fraction(0)] * len(self.payoffs[0])
        for number, chance in self._reached(self._weights(profile)):
            result[number] = chance
        return result

    def expected_payoffs(self, profile: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return every player's expected payoff under a mixed profile."""
        chances = list(self._reached(self._weights(profile)))
        return {
            player: sum((p * payoffs[n] for n, p in chances), Fraction(0))
            for player, payoffs in zip(self.players, self.payoffs, strict=True)
        }

    def action_payoffs(
        self, player: str, profile: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Return what each action gives ``player`` while the others play the profile.

        The player's own entry in ``profile`` may be missing.
        """
        me = self.player_index(player)
        first = {self.actions[me][0]: Fraction(1)}
        weights = self._weights({**dict(profile), player: first})
        # Own actions lie this far apart in the list of cells.
        step = math.prod(self.shape[me + 1 :])
        others = list(self._reached(weights))
        payoffs = self.payoffs[me]
        return {
            action: sum((p * payoffs[n + k * step] for n, p in others), Fraction(0))
            for k, action in enumerate(self.actions[me])
        }

    def best_responses(
        self, player: str, profile: Mapping[str, Mapping[str, Any]]
    ) -> tuple[str, ...]:
        """Return the pure best responses of ``player`` (all of them, ties included).

        Exact where payoffs and probabilities are; with floats, ties are exact
        float equality, so make the game exact first where ties matter.
        """
        self.need_values()
        payoffs = self.action_payoffs(player, profile)
        best = max(payoffs.values())
        return tuple(action for action, u in payoffs.items() if u == best)

    def regret(self, profile: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return what each player could gain by the best deviation; all 0 at an equilibrium."""
        self.need_values()
        reached = self.expected_payoffs(profile)
        return {
            player: max(self.action_payoffs(player, profile).values()) - reached[player]
            for player in self.players
        }

    def need_values(self, so: str = ", which cannot be compared") -> None:
        """Raise :class:`UsageError` where a payoff is a formula."""
        if self.is_symbolic:
            raise UsageError(
                f"{self.name} has symbolic payoffs{so}", remedy="give every parameter a value first"
            )

    # ---- outcomes and measures ----------------------------------------
    def cell_outcomes(self) -> tuple[Lottery, ...]:
        """Return the lottery over outcomes in each cell; a game without outcomes has its cells."""
        if self.outcomes is not None:
            return self.outcomes
        one = Fraction(1)
        return tuple(((self.cell_name(cell), one),) for cell in self.cells())

    def outcome_distribution(self, cell_chances: Sequence[Any]) -> dict[str, Any]:
        """Return the probability of every outcome, given the probability of every cell.

        For a mixed profile pass :meth:`cell_probabilities`.
        """
        result: dict[str, Any] = {}
        for chance, lottery in zip(cell_chances, self.cell_outcomes(), strict=True):
            for label, weight in lottery:
                before = result.get(label, Fraction(0))
                # In large games almost no cell can happen.
                result[label] = before if chance == 0 else before + chance * weight
        return result

    def measure_values(
        self, cell_chances: Sequence[Any], profile: Mapping[str, Mapping[str, Any]] | None = None
    ) -> dict[str, Any]:
        """Return every measure, given the probability of every cell.

        ``profile`` is needed only by measures that ask for action probabilities;
        without it their marginal under the cell probabilities is used.
        """
        chances = self.outcome_distribution(cell_chances)

        def answer(kind: str, *labels: str) -> Any:
            if kind == "P":
                return chances.get(labels[0], Fraction(0))
            if kind == "payoff":
                payoffs = self.payoffs[self.player_index(labels[0])]
                return sum((p * u for p, u in zip(cell_chances, payoffs, strict=True)), Fraction(0))
            player, action = labels
            me, k = self.player_index(player), self.action_index(player, action)
            if profile is not None:
                return profile[player].get(action, Fraction(0))
            pairs = zip(self.cells(), cell_chances, strict=True)
            return sum((p for cell, p in pairs if cell[me] == k), Fraction(0))

        if any(is_symbolic(c) for c in cell_chances) or self.is_symbolic:
            return {m.name: m.expression.to_sympy(query=answer) for m in self.measures}
        return {m.name: m.expression.evaluate(self.values, answer) for m in self.measures}
