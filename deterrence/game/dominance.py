r"""Dominated actions, and what is left when they are eliminated again and again.

Action :math:`a` of player :math:`i` is *strictly* dominated by a mixed action
:math:`\sigma` if :math:`u_i(\sigma, s) > u_i(a, s)` for every choice :math:`s`
of the others, and *weakly* dominated if :math:`\ge` holds everywhere and
:math:`>` somewhere (Luce and Raiffa 1957).  Pure dominators are looked for
first; mixed ones come from an exact linear programme, so that no rounding can
decide (a mixed dominator exists if and only if the action is never a best
reply to a correlated belief: Pearce 1984, Econometrica 52, Lemma 3).

>>> from deterrence.game.strategic import StrategicGame
>>> pd = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]],
...     players=("Russia", "NATO"), actions=(("restrain", "arm"),) * 2)
>>> print(iterated_elimination(pd))
Round 1: Russia eliminates restrain, because arm is better against every remaining action.
Round 1: NATO eliminates restrain, because arm is better against every remaining action.
What remains: Russia: arm; NATO: arm.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import integer_row, maximise
from deterrence.algebra.numbers import format_exact
from deterrence.game.strategic import StrategicGame
from deterrence.limits import work

#: Work seconds per pair of payoffs that is compared.
_COMPARISON = 5e-8
#: A linear programme starts with this many of the others' choices, and adds as many at a time.
_ROWS = 8


@dataclass(frozen=True)
class Domination:
    """One dominated action, and what dominates it.

    ``by`` is a mixed action ``{action: probability}`` without zeros, with one
    entry where a pure action dominates.  ``strict`` says which kind it is.
    """

    player: str
    action: str
    by: Mapping[str, Fraction]
    strict: bool

    @property
    def is_pure(self) -> bool:
        """Whether one action alone dominates."""
        return len(self.by) == 1

    def __str__(self) -> str:
        """Say what dominates what, and how."""
        return f"{self.player}: {self.action} is {self.kind} dominated by {self.dominator}"

    @property
    def kind(self) -> str:
        """``strictly`` or ``weakly``."""
        return "strictly" if self.strict else "weakly"

    @property
    def dominator(self) -> str:
        """What dominates, in words."""
        if self.is_pure:
            return next(iter(self.by))
        parts = [f"{format_exact(p)} {action}" for action, p in self.by.items()]
        return "the mixture " + " + ".join(parts)


@dataclass(frozen=True)
class EliminationStep(Domination):
    """One elimination: in which round, and which earlier ones made it possible.

    ``because`` lists ``(player, action)`` pairs eliminated in earlier rounds that
    suffice for the dominator to dominate; none can be left out.
    """

    round: int = 1
    because: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Tell the step in one sentence."""
        verb = "is" if self.is_pure else "does"
        better = f"{verb} better against every remaining action"
        if not self.strict:
            better = f"{verb} no worse against any remaining action and better against at least one"
        text = f"Round {self.round}: {self.player} eliminates {self.action}, "
        text += f"because {self.dominator} {better}"
        if self.because:
            by_player: dict[str, list[str]] = {}
            for player, action in self.because:
                by_player.setdefault(player, []).append(action)
            parts = [f"{player} eliminated {_list(a)}" for player, a in by_player.items()]
            text += f"; possible after {_list(parts)}"
        return text + "."


@dataclass(frozen=True)
class EliminationTrace:
    """The trace of an iterated elimination, and the game that is left."""

    steps: tuple[EliminationStep, ...]
    reduced_game: StrategicGame
    game: StrategicGame
    strict: bool = True
    mixed: bool = True

    @property
    def rounds(self) -> int:
        """How many rounds there were."""
        return self.steps[-1].round if self.steps else 0

    @property
    def is_solvable(self) -> bool:
        """Whether one action per player is left: the game is dominance-solvable (Moulin 1979)."""
        return all(size == 1 for size in self.reduced_game.shape)

    def __str__(self) -> str:
        """Tell the whole trace, one line per step."""
        if not self.steps:
            kind = "strictly" if self.strict else "weakly"
            return f"No action is {kind} dominated."
        game = self.reduced_game
        left = "; ".join(
            f"{player}: {', '.join(actions)}"
            for player, actions in zip(game.players, game.actions, strict=True)
        )
        return "\n".join([*map(str, self.steps), f"What remains: {left}."])


def dominated_actions(
    game: StrategicGame, player: str, *, strict: bool = True, mixed: bool = True
) -> tuple[Domination, ...]:
    """Return the dominated actions of ``player``, each with a dominator that is not dominated.

    ``strict=False`` looks for weakly dominated actions too (strict dominance
    implies weak, and is reported as strict); ``mixed=False`` only for actions
    dominated by a pure action (then the dominator is undominated by pure ones).
    Exact: floats count as the binary fractions they are.  Raises
    :class:`UsageError` for symbolic payoffs and unknown players.

    >>> from deterrence.game.strategic import StrategicGame
    >>> g = StrategicGame.from_matrices([[4, 0], [0, 4], [1, 1]], [[0, 0]] * 3)
    >>> print(*dominated_actions(g, "Row"))
    Row: r3 is strictly dominated by the mixture 1/2 r1 + 1/2 r2
    """
    me = game.player_index(player)
    game.need_values()
    everything = [list(range(size)) for size in game.shape]
    found = _dominated(_rows(game, me), everything, me, strict, mixed)
    labels = game.actions[me]
    return tuple(
        Domination(player, labels[a], {labels[b]: p for b, p in by.items()}, is_strict)
        for a, by, is_strict in found
    )


def iterated_elimination(
    game: StrategicGame, *, strict: bool = True, mixed: bool = True
) -> EliminationTrace:
    """Eliminate dominated actions until there are none; return the trace.

    In each round *all* dominated actions of *all* players go at once.  For
    strict dominance the order does not matter (Gilboa, Kalai and Zemel 1990,
    Operations Research Letters 9).  For weak dominance it does: another order
    can leave another game, and only simultaneous elimination is canonical (the
    convention of Gale 1953 and Moulin 1979); weak elimination can also remove
    equilibria.  Raises :class:`UsageError` for symbolic payoffs.
    """
    game.need_values()
    players = range(len(game.players))
    rows = [_rows(game, me) for me in players]
    left = [list(range(size)) for size in game.shape]
    gone: dict[tuple[int, int], int] = {}
    steps: list[EliminationStep] = []
    for number in itertools.count(1):
        found = [
            (me, *each) for me in players for each in _dominated(rows[me], left, me, strict, mixed)
        ]
        if not found:
            break
        for me, action, by, is_strict in found:
            because = _because(rows[me], game.shape, me, action, by, is_strict, gone)
            labels = game.actions[me]
            steps.append(
                EliminationStep(
                    player=game.players[me],
                    action=labels[action],
                    by={labels[b]: p for b, p in by.items()},
                    strict=is_strict,
                    round=number,
                    because=tuple((game.players[j], game.actions[j][k]) for j, k in because),
                )
            )
        for me, action, _, _ in found:
            left[me].remove(action)
            gone[me, action] = number
    return EliminationTrace(tuple(steps), _restrict(game, left), game, strict, mixed)


#: Payoffs of one player: action -> choice of the others -> whole number.
_Rows = list[dict[tuple[int, ...], int]]


def _rows(game: StrategicGame, me: int) -> _Rows:
    """Return a player's payoffs, times a common denominator, by action and others' choice."""
    numbers, _ = integer_row(game.payoffs[me])
    rows: _Rows = [{} for _ in game.actions[me]]
    for cell, value in zip(game.cells(), numbers, strict=True):
        rows[cell[me]][cell[:me] + cell[me + 1 :]] = value
    return rows


def _dominated(
    rows: _Rows, left: Sequence[Sequence[int]], me: int, strict: bool, mixed: bool
) -> list[tuple[int, dict[int, Fraction], bool]]:
    """Return ``(action, dominator, is strict)`` for the dominated ones among those left."""
    others = list(itertools.product(*(a for i, a in enumerate(left) if i != me)))
    table = {a: [rows[a][s] for s in others] for a in left[me]}
    work.spend(_COMPARISON * len(others) * len(table) ** 2)
    doomed: dict[int, bool] = {}
    mixtures: dict[int, dict[int, Fraction] | None] = {}
    for kind in (True,) if strict else (True, False):
        for a in table:
            if a not in doomed and any(_beats(row, table[a], kind) for row in table.values()):
                doomed[a] = kind
        for a in table:
            if mixed and a not in doomed:
                # A dominated action is never needed to dominate another.
                rivals = {b: row for b, row in table.items() if b not in doomed}
                mixtures[a] = _mixed_dominator(rivals, a, kind)
                if mixtures[a]:
                    doomed[a] = kind
    survivors = {a: row for a, row in table.items() if a not in doomed}
    found = []
    for a, kind in sorted(doomed.items()):
        pure = [b for b, row in survivors.items() if _beats(row, table[a], kind)]
        by = mixtures.get(a)
        if pure:
            by = {max(pure, key=lambda b: sum(table[b])): Fraction(1)}
        elif not by or not by.keys() <= survivors.keys():
            by = _mixed_dominator({**survivors, a: table[a]}, a, kind)
        assert by, "in a finite game something undominated dominates"
        found.append((a, by, kind))
    return found


def _beats(better: Sequence[int], worse: Sequence[int], strict: bool) -> bool:
    if strict:
        return all(x > y for x, y in zip(better, worse, strict=True))
    return better != worse and all(x >= y for x, y in zip(better, worse, strict=True))


def _is_safe(table: Mapping[int, Sequence[int]], action: int, strict: bool) -> bool:
    """Whether some choice of the others makes the action a best reply, the only one if weak."""
    rivals = [row for a, row in table.items() if a != action]
    if not rivals:
        return True
    for s, value in enumerate(table[action]):
        if all(value >= row[s] if strict else value > row[s] for row in rivals):
            return True
    return False


def _mixed_dominator(
    table: Mapping[int, Sequence[int]], action: int, strict: bool
) -> dict[int, Fraction] | None:
    """Return a mixture of the other actions that dominates ``action``, or ``None``.

    The linear programme seeks the largest smallest gain (strict), or the largest
    sum of gains, none negative (weak).  The others' choices enter as constraints
    only when they are violated, most violated first: a programme with few
    constraints that already fails, fails with all, and a mixture that happens to
    dominate against all ends the search.
    """
    if _is_safe(table, action, strict):
        return None
    work.spend(_COMPARISON * sum(map(len, table.values())))
    target = table[action]
    rivals = [a for a in table if a != action]
    gains = [[table[b][s] - target[s] for b in rivals] for s in range(len(target))]
    slack = [1] if strict else []
    goal: list[int] = [0] * len(rivals) + [1]
    if not strict:
        goal = [sum(column) for column in zip(*gains, strict=True)]
    active = _spread(len(gains))
    while True:
        a_ub = [[-g for g in gains[s]] + slack for s in active]
        best = maximise(goal, a_ub, [0] * len(a_ub), [[1] * len(rivals) + [0] * len(slack)], [1])
        if best.status != "optimal" or best.value <= 0:
            return None
        weights = best.x[: len(rivals)]
        numbers, _ = integer_row(weights)
        support = [(k, w) for k, w in enumerate(numbers) if w]
        reached = [(sum(row[k] * w for k, w in support), s) for s, row in enumerate(gains)]
        short = [each for each in reached if each[0] < 0 or (strict and each[0] == 0)]
        if not short:
            return {rivals[k]: weights[k] for k, _ in support}
        active += [s for _, s in sorted(short)[:_ROWS]]


def _spread(count: int) -> list[int]:
    step = max(1, count // _ROWS)
    return list(range(0, count, step))[:_ROWS]


def _because(
    rows: _Rows,
    shape: Sequence[int],
    me: int,
    action: int,
    by: Mapping[int, Fraction],
    strict: bool,
    gone: Mapping[tuple[int, int], int],
) -> list[tuple[int, int]]:
    """Return earlier eliminations that suffice for the dominator, none of them superfluous."""
    weights, scale = integer_row(list(by.values()))
    mixture = list(zip(by, weights, strict=True))
    rivals = [j for j in range(len(shape)) if j != me]
    obstacles: list[list[tuple[int, int]]] = []
    for s, value in rows[action].items():
        gain = sum(rows[b][s] * w for b, w in mixture) - value * scale
        if gain < 0 or (strict and gain == 0):
            here = [(j, k) for j, k in zip(rivals, s, strict=True) if (j, k) in gone]
            obstacles.append(sorted(here, key=lambda pair: gone[pair]))
    chosen: dict[tuple[int, int], None] = {}
    for here in sorted(obstacles, key=len):
        if not any(pair in chosen for pair in here):
            chosen[here[0]] = None
    for pair in reversed(list(chosen)):
        if all(any(p in chosen and p != pair for p in here) for here in obstacles):
            del chosen[pair]
    return sorted(chosen, key=lambda pair: (gone[pair], pair))


def _restrict(game: StrategicGame, left: Sequence[Sequence[int]]) -> StrategicGame:
    """Return the game in which only some actions are left."""
    numbers = [game.cell_number(cell) for cell in itertools.product(*left)]

    def keep(cells: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(cells[n] for n in numbers)

    return game.replace(
        actions=tuple(tuple(a[k] for k in ks) for a, ks in zip(game.actions, left, strict=True)),
        payoffs=tuple(keep(u) for u in game.payoffs),
        outcomes=None if game.outcomes is None else keep(game.outcomes),
    )


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
