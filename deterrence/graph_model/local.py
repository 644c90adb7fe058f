"""Stability of a state that is named, in an option form of any size: no table of all is made.

There may be a million patterns, so nothing is written down per move.  What can be reached by a
player's moves, or is the best there, is worked out for all patterns at once, option by option:
a move changes her options and no others.  Since the state is given, so is which states are no
better for the player who might leave it, and the question becomes one of true and false: from
where can the others bring about one of these?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from deterrence.errors import IncompleteError, UnsupportedError
from deterrence.game.option_form import OptionForm
from deterrence.graph_model.concepts import CONCEPTS, CREDIBLE, SYMMETRIC
from deterrence.graph_model.option_conflict import find_state
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

#: Rounds of answers to answers beyond which an answer is not waited for.
MAX_ROUNDS = 500
_LOW = np.iinfo(np.int32).min


@dataclass(frozen=True)
class LocalStability:
    """How stable one state is for each player (in their order), under each concept.

    ``improvements`` counts the states that a player would rather go to and can; ``unanswered``
    has, by concept, one of these to which the others have no answer, or None.
    """

    state: int
    stable: Mapping[str, tuple[bool, ...]]
    improvements: tuple[int, ...]
    unanswered: Mapping[str, tuple[int | None, ...]]

    def equilibrium(self, concept: str) -> bool:
        """Say whether the state is stable for everybody."""
        return all(self.stable[concept])


def locally(
    model: SymbolicModel,
    states: Sequence[str],
    concepts: Sequence[str] = CONCEPTS,
    *,
    values: Mapping[str, Value] | None = None,
    scenario: str | None = None,
) -> list[LocalStability]:
    """Return how stable some states of an option form are, which may be of any size.

    States are named as in :func:`deterrence.graph_model.option_conflict.find_state`.  Raises
    :class:`UnsupportedError` for models that are no option form.
    """
    if model.options is None:
        raise UnsupportedError(
            f"{model.name} is no option form", remedy="leave the names of states out"
        )
    places = [find_state(model.name, model.options, text) for text in states]
    form = Locally(model.options, model.values(scenario, values=values))
    return [form.at(state, concepts) for state in places]


class Locally:
    """An option form at some values, to be asked about states one by one.

    >>> from deterrence.game.option_form import Option, Preference
    >>> from deterrence.game.option_statements import read_statement
    >>> options = (Option("strike", "A"), Option("fight", "B"))
    >>> want = [("not fight", "strike"), ("not strike", "not fight")]
    >>> form = OptionForm(("A", "B"), options, np.arange(4), preferences=tuple(
    ...     Preference(tuple(read_statement(t, ["strike", "fight"]) for t in own)) for own in want))
    >>> Locally(form, {}).at(1).stable
    {'nash': (True, True), 'sseq': (True, True), 'seq': (True, True), 'smr': (True, True), \
'gmr': (True, True)}
    """

    def __init__(self, form: OptionForm, values: Mapping[str, Any]) -> None:
        """Rank the states at the values of the parameters."""
        self.form = form
        self.size = 1 << len(form.options)
        self.feasible = np.zeros(self.size, dtype=bool)
        self.feasible[form.patterns] = True
        self.ranks = [self._dense(form.keys(i, values)) for i in range(len(form.players))]

    def _dense(self, keys: Any) -> Any:
        if keys.dtype != np.int64 or keys.max() - keys.min() > np.iinfo(np.int32).max - 1:
            keys = np.unique(keys, return_inverse=True)[1]
        found = np.full(self.size, _LOW, dtype=np.int32)
        found[self.form.patterns] = (keys - keys.min()).astype(np.int32)[self.form.state_of]
        return found

    @cached_property
    def merged(self) -> list[Any]:
        """The patterns of each merged state."""
        first = self.form.size - len(self.form.merged)
        return [self.form.members(s) for s in range(first, self.form.size)]

    # ---- one move --------------------------------------------------------------------------
    def over(self, player: int, values: Any, join: Any, *, back: bool = False) -> Any:
        """Return ``join`` of the values where a player's moves lead, pattern by pattern.

        With ``back``, where they come from.  The value of what is infeasible must be the least.
        """
        kept, barred = self.form.kept(player), self.form.barred(player)
        if back:
            kept, barred = barred, kept
        here = values.copy()  # where she may also stay
        away = np.full_like(values, False if values.dtype == bool else _LOW)
        for k in range(len(self.form.options)):
            if not self.form.own(player) >> k & 1:
                continue
            (no, yes), (no_away, yes_away) = _sides(here, k), _sides(away, k)
            either = join(no, yes)
            if not barred >> k & 1:  # from no to yes
                join(no_away, yes, out=no_away)
            if not kept >> k & 1:  # from yes to no
                join(yes_away, no, out=yes_away)
                yes[...] = either
            if not barred >> k & 1:
                no[...] = either
        return away

    def _before(self, player: int, target: Any, credible: bool) -> Any:
        """Return from where a player's move leads to a target; merged patterns are one state."""
        if credible:
            best = self.over(player, np.where(target, self.ranks[player], _LOW), np.maximum)
            found = (best > self.ranks[player]) & self.feasible
        else:
            found = self.over(player, target, np.logical_or) & self.feasible
        for members in self.merged:
            inside = found
            if not credible and target[members[0]]:  # to stay within is no move
                rest = target.copy()
                rest[members] = False
                inside = self.over(player, rest, np.logical_or)
            found[members] = inside[members].any()
        return found

    # ---- a state ---------------------------------------------------------------------------
    def at(self, state: int, concepts: Sequence[str] = CONCEPTS) -> LocalStability:
        """Return how stable a state is.

        Raises :class:`IncompleteError` where sequences of answers are too long to be followed.
        """
        stable: dict[str, list[bool]] = {c: [] for c in concepts}
        unanswered: dict[str, list[int | None]] = {c: [] for c in concepts}
        counts = []
        start = np.zeros(self.size, dtype=bool)
        start[self.form.members(state)] = True
        for i in range(len(self.form.players)):
            better = self.feasible & (self.ranks[i] > self._rank(i, state))
            leads = self.over(i, start, np.logical_or, back=True) & better
            patterns = np.flatnonzero(leads)
            counts.append(len(np.unique(self._states(patterns))))
            for concept in concepts:
                left = patterns
                if len(left) and concept != "nash":
                    left = self._left(i, better, patterns, concept)
                stable[concept].append(not len(left))
                unanswered[concept].append(int(self._states(left[:1])[0]) if len(left) else None)
        return LocalStability(
            state,
            {c: tuple(s) for c, s in stable.items()},
            tuple(counts),
            {c: tuple(u) for c, u in unanswered.items()},
        )

    def _rank(self, player: int, state: int) -> Any:
        return self.ranks[player][self.form.members(state)[0]]

    def _states(self, patterns: Any) -> Any:
        return self.form.state_of[np.searchsorted(self.form.patterns, patterns)]

    def _left(self, player: int, better: Any, patterns: Any, concept: str) -> Any:
        """Return the improvements to which the others have no answer."""
        good = self.feasible & ~better
        if concept in SYMMETRIC:
            good &= ~self._before(player, better, credible=False)
        others = [j for j in range(len(self.form.players)) if j != player]
        able = {j: np.zeros(self.size, dtype=bool) for j in others}  # by who begins
        left = patterns
        tried: dict[int, int] = {}
        for _ in range(MAX_ROUNDS):
            changed = False
            for j in others:
                target = good
                for k in others:
                    if k != j:
                        target = target | able[k]
                size = int(target.sum())
                if tried.get(j) == size:  # targets only grow
                    continue
                tried[j] = size
                able[j] = self._before(j, target, concept in CREDIBLE)
                left = left[~able[j][left]]
                changed = True
                if not len(left):
                    return left
            if not changed:
                return left
        raise IncompleteError(
            f"sequences of more than {MAX_ROUNDS} answers were not followed",
            remedy="ask without SEQ and SSEQ",
        )


def _sides(values: Any, k: int) -> tuple[Any, Any]:
    """Return views of the values where option k is not taken, and where it is."""
    pairs = values.reshape(-1, 2, 1 << k)
    return pairs[:, 0], pairs[:, 1]
