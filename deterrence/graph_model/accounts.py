"""Why a state is stable for somebody or is not: what would gain, and what would come of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.game.stability_notions import PLAIN
from deterrence.graph_model import concepts
from deterrence.graph_model.coalitions import Coalitions
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.moves_in_words import MoveWords
from deterrence.graph_model.reach import Move
from deterrence.graph_model.result_parts import Account, Step, ToldAnswer, ToldGain

#: The notions with sanctions, the most demanding first; "" is none.
_ANSWERS = (*PLAIN[1:], "")
#: Those for coalitions by which answers are told, and which notion of players each is like.
_TOGETHER = {"cseq": "seq", "csmr": "smr", "cgmr": "gmr"}


@dataclass(frozen=True, eq=False)
class Accounts:
    """Gives accounts of one conflict."""

    graph: MoveGraph
    ranks: Any
    words: MoveWords

    def step(self, mover: int, origin: int, to: int) -> Step:
        """Return a move in words."""
        return Step(self.graph.players[mover], self.words(mover, origin, to), to + 1)

    def steps(self, start: int, moves: Iterable[Move]) -> tuple[Step, ...]:
        """Return moves after each other in words."""
        found, here = [], start
        for mover, to in moves:
            found.append(self.step(mover, here, to))
            here = to
        return tuple(found)

    def of_player(self, player: int, state: int) -> Account:
        """Return why a state is stable for a player, or is not."""
        graph, ranks = self.graph, self.ranks
        found: dict[int, dict[str, ToldAnswer]] = {}
        for key in PLAIN[1:]:
            for one in concepts.temptations(graph, ranks, key, player, state):
                own = found.setdefault(one.to, {})
                if one.answer:
                    end = one.answer[-1][1]
                    way = self._best(player, end)
                    escape = None if way is None else self.step(player, end, way)
                    own[key] = ToldAnswer(self.steps(one.to, one.answer), escape)
        gains = [ToldGain((self.step(player, state, to),), own) for to, own in found.items()]
        # What decides is the gain that is answered least, and of these the largest.
        gains.sort(key=lambda g: (-_ANSWERS.index(g.strongest), -ranks[player][g.to - 1], g.to))
        other = None if gains else self._best(player, state)
        told = None if other is None else self.step(player, state, other)
        return Account(state + 1, (graph.players[player],), tuple(gains), told)

    def of_coalition(self, together: Coalitions, members: Sequence[int], state: int) -> Account:
        """Return why a state is stable for a coalition, or is not."""
        found: dict[int, ToldGain] = {}
        for concept, key in _TOGETHER.items():
            for one in together.gains(concept, members, state):
                gain = found.setdefault(one.to, ToldGain(self.steps(state, one.way), {}))
                if one.answer:
                    answers = {**gain.answers, key: ToldAnswer(self.steps(one.to, one.answer))}
                    found[one.to] = ToldGain(gain.way, answers)
        order = sorted(
            found.values(),
            key=lambda g: (-_ANSWERS.index(g.strongest), len(g.way), g.to),
        )
        names = tuple(self.graph.players[i] for i in members)
        return Account(state + 1, names, tuple(order))

    def _best(self, player: int, state: int) -> int | None:
        """Return the best state that a player can move to, None where there is none."""
        ends = self.graph.moves(player, state)
        return int(ends[np.argmax(self.ranks[player][ends])]) if len(ends) else None
