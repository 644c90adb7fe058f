"""Which equilibrium is drawn into a game tree, and what it says at every node.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> tree = Decision("A", "move", {"x": Leaf("good"), "y": Leaf("bad")})
>>> game = ExtensiveGame.from_tree(("A",), tree, {"good": (1,), "bad": (0,)})
>>> answer = choose(game, None, 1)
>>> answer.heading, answer.is_reached(1), answer.chance(2)
('#1 A at move: x, subgame-perfect equilibrium', True, Fraction(0, 1))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError, shorten
from deterrence.figures.facts.equilibrium_labels import label_of
from deterrence.figures.texts import figure_number
from deterrence.game.pattern_names import names_of
from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import history_text, moves_of, reach
from deterrence.modelfile.condition_words import cut
from deterrence.solvers.tree_solution import TreeSolution
from deterrence.words.markup import latex_symbol
from deterrence.words.sentences import listed

#: Equilibria that are told when one has to be chosen, and how long each may be.
_TOLD, _WORDS = 4, 110
#: Numbers that are told where a wrong one was asked for.
_LISTED = 8


@dataclass(frozen=True)
class ShownEquilibrium:
    """An equilibrium at every node of a tree.

    ``moves`` are the probabilities of the actions of each information set, ``reached``
    those of the nodes; ``open_sets`` are information sets at which what is played is of no
    consequence; ``beliefs`` a number or the least and the greatest one, by node.  ``notes``
    are sentences in pieces, words and formulas.
    """

    game: ExtensiveGame
    heading: str
    profile: Mapping[str, Any]
    moves: Sequence[Sequence[Any] | None]
    reached: Sequence[Any]
    beliefs: Mapping[int, Any]
    conditions: Mapping[str, tuple[str, ...]]
    open_sets: frozenset[int]
    payoffs: Mapping[str, Any]
    notes: tuple[tuple[Any, ...], ...] = ()
    complete: bool = True
    #: LaTeX of what a closed form leaves open, by name.
    symbols: Mapping[str, str] = field(default_factory=dict)

    def is_reached(self, node: int) -> bool:
        """Whether the equilibrium path comes to a node."""
        return bool(self.reached[node] != 0)

    def chance(self, node: int) -> Any:
        """Return the probability of the move that leads to a node; ``None`` where open."""
        it = self.game.nodes[node]
        above = self.game.nodes[it.parent].set
        mix = self.moves[above]
        return None if mix is None or above in self.open_sets else mix[it.move]

    def worth(self) -> list[tuple[Any, ...]]:
        """Return everybody's expected payoff from every node on, what it pays itself included."""
        game = self.game
        nothing = (0,) * len(game.players)
        worth: list[tuple[Any, ...]] = [nothing] * len(game.nodes)
        for k in range(len(game.nodes) - 1, -1, -1):
            node = game.nodes[k]
            total = list(nothing if node.outcome is None else game.outcomes[node.outcome])
            if node.set >= 0:
                for p, child in zip(self.moves[node.set] or (), node.children, strict=True):
                    if p != 0:
                        total = [u + p * v for u, v in zip(total, worth[child], strict=True)]
            worth[k] = tuple(total)
        return worth


def choose(
    game: ExtensiveGame, concept: str | None, equilibrium: Any, time_limit: float | None = None
) -> ShownEquilibrium | None:
    """Return the equilibrium to draw, ``None`` where none is asked for.

    ``equilibrium`` is a number, as ``#9`` or ``#9b`` of the list of equilibria has it (where
    there are no such numbers, the place in this list, from 1), or an equilibrium; with a
    ``concept`` and none there has to be exactly one.  Raises :class:`UsageError` where the
    choice is not clear.
    """
    if equilibrium is None and concept is None:
        return None
    if equilibrium is not None and not isinstance(equilibrium, int | str):
        if concept is not None:
            raise UsageError("a concept beside an equilibrium", remedy="give one of them")
        return _given(game, equilibrium)
    from deterrence.solvers import solve_tree
    from deterrence.solvers.trees.concepts import CONCEPTS, default_concept

    concept = concept or default_concept(game)
    solution = solve_tree(game, concept, time_limit=time_limit)
    if solution.interrupted:
        raise KeyboardInterrupt
    name = CONCEPTS[concept]
    names = names_of(game)
    labels = names.labels([e.profile for e in solution.equilibria])
    number = _number(solution, name, equilibrium, labels)
    called = cut(names.name(names.pattern(solution.equilibria[number].profile)), _WORDS)
    which = labels[number] or f"Equilibrium {number + 1} of {len(solution)}:"
    heading = f"{which} {called}, {name}"
    notes = [_family(solution, number)]
    complete = solution.status == "complete"
    if not complete:
        notes.append("There may be equilibria that were not found.")
        notes += [f"{m[:1].upper()}{m[1:]}." for m in solution.messages]
    return _answer(
        game, solution.equilibria[number], heading, tuple((n,) for n in notes if n), complete
    )


def _number(
    solution: TreeSolution, name: str, equilibrium: int | str | None, labels: Sequence[str]
) -> int:
    """Return the place of the equilibrium that is meant, from 0."""
    count = len(solution)
    if not count:
        done = solution.status == "complete"
        raise UsageError(
            f"{solution.game.name} has no {name}" + ("" if done else " that was found in time"),
            remedy="try another --concept" if done else "give a longer --time-limit",
        )
    called = [label or str(k) for k, label in enumerate(labels, 1)]
    if equilibrium is None:
        if count == 1:
            return 0
        told = [
            f"{number} ({shorten(str(e.profile), _WORDS)})"
            for number, e in zip(called[:_TOLD], solution.equilibria, strict=False)
        ]
        if count > _TOLD:
            told.append(f"{count - _TOLD} more")
        raise UsageError(
            f"{solution.game.name} has {count} equilibria; which one is to be drawn?",
            remedy=f"choose with --equilibrium; `deterrence solve` lists them: {listed(told)}",
        )
    asked = str(equilibrium).strip().removeprefix("#")
    found = [k for k, number in enumerate(called) if number.removeprefix("#") == asked]
    if not found:
        told = called[:_LISTED] + ([f"{count - _LISTED} more"] if count > _LISTED else [])
        raise UsageError(
            f"there is no equilibrium {shorten(asked, 20)} of {solution.game.name}",
            remedy=f"choose {' or '.join([', '.join(told[:-1]), told[-1]])}"
            if count > 1
            else f"there is one: {called[0]}",
        )
    return found[0]


def _family(solution: TreeSolution, number: int) -> str:
    """Say where an equilibrium is one of a continuum."""
    for family in solution.families:
        if number in family.members and family.is_continuum:
            ties = [
                f"{listed(actions)} at {where}"
                for own in family.ties.values()
                for where, actions in own.items()
            ]
            if not ties:
                part = "one" if family.formulas else "one corner"
                return f"It is {part} of a continuum of equilibria."
            some = f"any mixture of {listed(ties[:3])}{' and more' if len(ties) > 3 else ''}"
            under = f", provided {listed(family.conditions[:3])}" if family.conditions else ""
            return f"It is one corner of a continuum of equilibria: {some} will do{under}."
    return ""


def _given(game: ExtensiveGame, found: Any) -> ShownEquilibrium:
    """Return an equilibrium that is at hand; one in closed form tells when it exists."""
    notes: list[tuple[Any, ...]] = []
    if conditions := getattr(found, "conditions", ()):
        notes.append(("It exists where ", *_listed(conditions), "."))
    for f in getattr(found, "freedoms", ()):
        symbol = Expression.parse(f.symbol)
        low, high = _listed(f.lower) or ("0",), _listed(f.upper) or ("1",)
        notes.append((symbol, f" is {f.meaning}: at least ", *low, ", at most ", *high, "."))
    profile = found.profile if hasattr(found, "profile") else found
    return _answer(game, found, label_of(names_of(game), [profile]).words, tuple(notes))


def _listed(formulas: Sequence[Any]) -> tuple[Any, ...]:
    """Return formulas with the words between them."""
    pieces: list[Any] = []
    for k, e in enumerate(formulas):
        pieces += [e] if not k else [" and " if k == len(formulas) - 1 else ", ", e]
    return tuple(pieces)


def _answer(
    game: ExtensiveGame,
    found: Any,
    heading: str,
    notes: tuple[tuple[Any, ...], ...] = (),
    complete: bool = True,
) -> ShownEquilibrium:
    given = found.profile if hasattr(found, "profile") else found
    numbers = {
        player: {s: {a: _number_of(p) for a, p in mix.items()} for s, mix in own.items()}
        for player, own in given.items()
    }
    profile = BehaviourProfile(numbers)
    moves = moves_of(game, profile)
    beliefs: dict[int, Any] = {}
    for where, mix in getattr(found, "beliefs", {}).items():
        for k in game.information_set(where).nodes:
            told = mix.get(history_text(game, k))
            if told is not None:
                beliefs[k] = _number_of(told)
    open_sets = frozenset(game.set_index(s) for s in getattr(found, "open_sets", ()))
    conditions = dict(getattr(found, "belief_conditions", {}))
    payoffs = getattr(found, "payoffs", None) or game.expected_payoffs(profile)
    played = (profile, moves, reach(game, moves))
    believed = (beliefs, conditions, open_sets)
    told = (notes, complete, _open_symbols(found))
    return ShownEquilibrium(game, heading, *played, *believed, payoffs, *told)


def _open_symbols(found: Any) -> dict[str, str]:
    """Return ``mu1`` as the LaTeX of a letter with an index, and so on."""
    names = [f.symbol for f in getattr(found, "freedoms", ())]
    parts = {n: re.fullmatch(r"([A-Za-z]+)_?(\d+)", n) for n in names}
    return {n: latex_symbol(f"{m[1]}_{m[2]}" if m else n) for n, m in parts.items()}


def _number_of(value: Any) -> Any:
    """Return a formula that is a number as the number."""
    known = isinstance(value, Expression) and value.op == "number"
    return value.args[0] if known else value


def chance_text(value: Any) -> str:
    """Write a probability as a decimal."""
    return figure_number(value)


def belief_text(belief: Any, text: Callable[[Any], str] = chance_text) -> str:
    """Write a belief: a number, or the range that an equilibrium leaves open.

    >>> from fractions import Fraction
    >>> belief_text((Fraction(0), Fraction(3, 7))), belief_text(Fraction(1, 3))
    ('0 to 0.4286', '0.3333')
    """
    if isinstance(belief, tuple | list):
        low, high = belief
        return f"{text(low)} to {text(high)}"
    return text(belief)
