"""Nash, GMR, SMR, SEQ and SSEQ stability of every state for every player, for n players.

Definitions as in Fang, Hipel and Kilgour (1993, chapters 3 and 4), SSEQ as in Rego and Vieira
(2017): a player *improves* who moves to a state that is strictly better; a *sanction* is a state,
reached from there by a legal sequence of moves of the others, that is **not better** than where
the player was (so that a tie sanctions).

- Nash: no improvement.
- GMR (general metarationality): every improvement is sanctioned.
- SMR (symmetric): and the player has no way out of the sanction by a move of her own.
- SEQ (sequential): as GMR, by a sequence whose every move makes its mover better off.
- SSEQ (symmetric sequential): as SMR, by such a sequence.

All five are one question: whether the worst that the others bring about after an improvement
(:func:`deterrence.graph_model.reach.least`) is no better than the state.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> chicken = np.array([[3, 2, 4, 1], [3, 4, 2, 1]])
>>> {c: stable(graph, chicken, c).all(axis=0).nonzero()[0].tolist() for c in CONCEPTS}
{'nash': [1, 2], 'sseq': [1, 2], 'seq': [1, 2], 'smr': [0, 1, 2], 'gmr': [0, 1, 2]}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.graph_model.graph import Arcs, MoveGraph, whole
from deterrence.graph_model.reach import FAR, Move, least, path

#: The notions for any number of players, each implied by those that stand before it but SMR by
#: SEQ.
CONCEPTS = ("nash", "sseq", "seq", "smr", "gmr")
#: In which every move of a sanction is an improvement, and which the player cannot escape.
CREDIBLE, SYMMETRIC = ("sseq", "seq"), ("sseq", "smr")


def stable(graph: MoveGraph, ranks: Any, concept: str) -> Any:
    """Return whether each state (columns) is stable for each player (rows).

    ``ranks`` are whole numbers, a row per player and a column per state; more is better, and
    only their order counts.
    """
    ranks = whole(ranks)
    better = graph.improving(ranks)
    answers = better if concept in CREDIBLE else graph
    found = np.empty(ranks.shape, dtype=bool)
    for i in range(len(graph.players)):
        if concept == "nash":
            worst = np.full(graph.size, FAR)
        else:
            worst = least(answers, graph.others(i), as_sanctions(graph.arcs[i], ranks[i], concept))
        # The best that an improvement may come to; a state without one is stable.
        comes_to = better.arcs[i].gather(worst, np.maximum, -FAR)
        found[i] = comes_to <= ranks[i]
    return found


def as_sanctions(own: Arcs, worth: Any, concept: str) -> Any:
    """Return what states are worth to a player as sanctions: with the way out that she has.

    ``own`` are her moves, ``worth`` her ranks, with the states along the last axis.
    """
    if concept not in SYMMETRIC:
        return worth
    return np.maximum(worth, own.gather(worth, np.maximum, -FAR))


@dataclass(frozen=True)
class Temptation:
    """An improvement for a player, and what the others would do about it.

    ``to`` is where she would go, ``answer`` the moves of the others that lead to a sanction,
    ``()`` where none does; ``escapes`` are states to which she could still move from there that
    are not better than where she began (listed for SMR and SSEQ).
    """

    to: int
    answer: tuple[Move, ...] = ()
    escapes: tuple[int, ...] = ()

    @property
    def deterred(self) -> bool:
        """Whether the others have an answer."""
        return bool(self.answer)


def temptations(
    graph: MoveGraph, ranks: Any, concept: str, player: int, state: int
) -> list[Temptation]:
    """Return every improvement from a state, each with a shortest answer to it, if there is one.

    The state is stable for the player exactly if all are deterred.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> chicken = [[3, 2, 4, 1], [3, 4, 2, 1]]
    >>> temptations(graph, chicken, "smr", 0, 0)
    [Temptation(to=2, answer=((1, 3),), escapes=(1,))]
    """
    ranks = whole(ranks)
    better = graph.improving(ranks)
    answers = better if concept in CREDIBLE else graph
    worth = as_sanctions(graph.arcs[player], ranks[player], concept)
    good = worth <= ranks[player][state]
    found = []
    for to in better.moves(player, state).tolist():
        answer: list[Move] = []
        if concept != "nash":
            answer = path(answers, graph.others(player), to, good)
        ways = graph.moves(player, answer[-1][1]) if answer and concept in SYMMETRIC else ()
        found.append(Temptation(to, tuple(answer), tuple(map(int, ways))))
    return found
