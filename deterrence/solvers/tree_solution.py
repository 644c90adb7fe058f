"""What a solver of game trees answers: equilibria in behaviour strategies, certified, in families.

>>> TreeSolution.__dataclass_fields__["status"].type
'Status'
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, cast

from deterrence.game.lookup import Equilibria, called
from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.limits.deadline import Deadline
from deterrence.solvers.csv_rows import solution_csv
from deterrence.solvers.identities import Named
from deterrence.solvers.solution import Status, plain_data, results_data, status_of
from deterrence.words.frames import Framed, Rows, equilibrium_columns
from deterrence.words.saved import Saved, restorable
from deterrence.words.shown import Shown

TreeConcept = Literal["nash", "spe", "zero-sum", "weak-pbe", "pbe", "sequential"]

#: Families, and equilibria in all, that an answer lists.
MAX_LISTED = 200
MAX_EQUILIBRIA = 500
#: Fields of an equilibrium that have another name in its plain data.
_KEYS = {"open_sets": "open"}

#: What a player thinks where he moves: ``{information set: {node: probability}}``, nodes by
#: the moves that lead to them, joined by commas.  A probability that the equilibrium leaves
#: open is a pair, the least and the greatest value.
Beliefs = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, repr=False)
class TreeEquilibrium(Shown, Saved):
    """One equilibrium of a tree, with everything needed to check it.

    ``regret`` is the largest gain by any deviation, recomputed from the tree: in
    every subgame for subgame-perfect equilibria.  ``open_sets`` are information
    sets that their player's own moves exclude, where what the profile says is of
    no consequence.  ``beliefs`` come with concepts that have them;
    ``belief_conditions`` are what open beliefs have to satisfy, as inequalities,
    and ``refinements`` say which refinements the equilibrium passes, or why not.

    >>> from deterrence import load_model
    >>> solution = load_model("rudimentary-deterrence").solve()
    >>> only = solution[0]
    >>> print(only.profile)
    A: at start challenge; B: at reply (hard) resist; B: at reply (soft) concede
    >>> only.beliefs["start"], only.regret
    ({'B hard': Fraction(1, 4), 'B soft': Fraction(3, 4)}, Fraction(0, 1))
    """

    profile: BehaviourProfile
    payoffs: Mapping[str, Any]
    outcomes: Mapping[str, Any]
    regret: Any
    open_sets: tuple[str, ...] = ()
    measures: Mapping[str, Any] = field(default_factory=dict)
    beliefs: Beliefs = field(default_factory=dict)
    belief_conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refinements: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TreePiece:
    """A set of equilibria in which three players or more move, told by formulas.

    ``free`` maps the letters in the formulas to the plan of which each is the probability,
    ``(player, plan)``.  ``behaviour`` holds a formula per player, information set and
    action that is played somewhere in the set; sets that a player's own moves exclude are
    left out.  ``conditions`` are equations and inequalities in the letters.
    """

    free: Mapping[str, tuple[str, str]]
    behaviour: Mapping[str, Mapping[str, Mapping[str, str]]]
    conditions: tuple[str, ...]
    dimension: int


@dataclass(frozen=True)
class TreeFamily:
    """Equilibria that hang together: one, or a set that its ``members`` span.

    ``ties`` are information sets at which any mixture of the actions named will
    do, ``conditions`` what the mixtures have to satisfy, if anything.
    ``members`` index the solution's equilibria, the corners of the set; families
    may share them.  ``corners`` counts all corners, listed or not.  ``pieces`` are
    lists of members: in each, whatever one player does in one of them goes with
    whatever the other does in another, and any mixture of these, done as one mixed
    strategy, is an equilibrium (a maximal Nash subset, Millham 1974).  ``formulas`` tell
    pieces of the set that have no such corners: the set is the union of these and of the
    ``pieces``; its members are then ends and corners of its pieces.

    >>> from deterrence import load_model
    >>> solution = load_model("rudimentary-deterrence").solve()
    >>> family = solution.families[0]
    >>> family.members, family.is_continuum
    ((0,), False)
    """

    members: tuple[int, ...]
    ties: Mapping[str, Mapping[str, tuple[str, ...]]]
    conditions: tuple[str, ...] = ()
    corners: int = 1
    pieces: tuple[tuple[int, ...], ...] = ()
    formulas: tuple[TreePiece, ...] = ()

    @property
    def is_continuum(self) -> bool:
        """Whether the family holds more than one equilibrium."""
        return self.corners > 1 or bool(self.formulas)

    def to_dict(self) -> dict[str, Any]:
        """Return the family as plain data; part of :meth:`TreeSolution.to_dict`."""
        kept = {name: plain_data(value) for name, value in vars(self).items()}
        formulas = kept.pop("formulas")
        return {**kept, "continuum": self.is_continuum, "formulas": formulas}


@dataclass(frozen=True, repr=False)
class TreeSolution(Equilibria[TreeEquilibrium], Named, Framed, Shown, Saved):
    """The answer to "which equilibria does this tree have?".

    ``status`` is ``complete`` only where no equilibrium is missing from the
    families.  ``count`` is the number of families, also of those not listed.

    >>> from deterrence import load_model
    >>> solution = load_model("rudimentary-deterrence").solve()
    >>> solution.concept, solution.status, len(solution)
    ('pbe', 'complete', 1)
    >>> print(solution["#7"].profile["A"])
    {'start': {'wait': Fraction(0, 1), 'challenge': Fraction(1, 1)}}
    >>> solution.to_frame("beliefs")[["node", "low"]].values.tolist()
    [['B hard', 0.25], ['B soft', 0.75]]
    """

    game: ExtensiveGame
    concept: TreeConcept
    status: Status
    equilibria: tuple[TreeEquilibrium, ...]
    families: tuple[TreeFamily, ...]
    count: int
    messages: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    #: Whether Ctrl-C ended the search; what was found until then is kept.
    interrupted: bool = False
    #: Zero-sum trees: what the first player can secure.
    value: Fraction | None = None

    def to_csv(self) -> str:
        """Return tidy data: one row per number, see :mod:`deterrence.solvers.csv_rows`."""

        def families(k: int) -> str:
            return " ".join(str(n) for n, f in enumerate(self.families, 1) if k in f.members)

        return solution_csv(self, self.concept, self.status, self.value, families)

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"equilibria": self._rows, "beliefs": self._belief_rows}

    def _rows(self) -> Rows:
        game = self.game
        for k, (e, own) in enumerate(zip(self.equilibria, self.identities, strict=True)):
            whole: dict[str, dict[str, Any]] = {player: {} for player in game.players}
            for s in game.sets:
                if s.player is not None:
                    mix = e.profile[s.player][s.label]
                    whole[s.player][s.label] = {a: mix.get(a, Fraction(0)) for a in s.actions}
            yield {
                "equilibrium": k,
                "number": "" if own.number is None else own.label,
                "name": own.name,
                "result": own.result,
                **equilibrium_columns(whole, e.payoffs, e.outcomes, e.measures),
                "regret": e.regret,
            }

    def _belief_rows(self) -> Rows:
        """Yield the beliefs: of one that is open, the least and the greatest probability."""
        for k, e in enumerate(self.equilibria):
            for where, nodes in e.beliefs.items():
                for node, chance in nodes.items():
                    low, high = chance if isinstance(chance, tuple) else (chance, chance)
                    row = {"equilibrium": k, "information set": where, "node": node}
                    yield {**row, "low": low, "high": high}

    def _called(self) -> Sequence[frozenset[str]]:
        labels = [own.label for own in self.identities]
        patterns = [self.names.pattern(e.profile) for e in self.equilibria]
        return called(self.names, patterns, labels)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1): exact numbers as strings, floats as numbers."""
        game = self.game
        sets: dict[str, dict[str, list[str]]] = {player: {} for player in game.players}
        for s in game.sets:
            if s.player is not None:
                sets[s.player][s.label] = list(s.actions)
        result: dict[str, Any] = {
            "schema": 1,
            "game": game.name,
            "form": "extensive",
            "players": list(game.players),
            "information_sets": sets,
            "values": plain_data(game.values),
            "concept": self.concept,
            "status": self.status,
            "equilibria": [
                {**named.plain_data(), **_fields(e)}
                for named, e in zip(self.identities, self.equilibria, strict=True)
            ],
            "results": results_data(self.results),
            "families": [f.to_dict() for f in self.families],
            "family_count": self.count,
            "messages": list(self.messages),
            "seconds": round(self.seconds, 6),
        }
        if self.value is not None:
            result["value"] = str(self.value)
        return restorable(self, result)


def _fields(e: TreeEquilibrium) -> dict[str, Any]:
    return {_KEYS.get(name, name): plain_data(value) for name, value in vars(e).items()}


def solution_of(
    game: ExtensiveGame,
    concept: str,
    equilibria: Sequence[TreeEquilibrium],
    families: Sequence[TreeFamily],
    count: int,
    messages: Sequence[str],
    complete: bool,
    deadline: Deadline,
    start: float,
    value: Fraction | None = None,
) -> TreeSolution:
    """Return the solution of a search that began at ``start`` (``time.perf_counter()``)."""
    said = (*messages, "interrupted") if deadline.interrupted else messages
    return TreeSolution(
        game=game,
        concept=cast("TreeConcept", concept),
        status=status_of(complete, equilibria),
        equilibria=tuple(equilibria),
        families=tuple(families),
        count=count,
        messages=tuple(dict.fromkeys(said)),
        seconds=time.perf_counter() - start,
        interrupted=deadline.interrupted,
        value=value,
    )


def equilibrium_of(
    game: ExtensiveGame, profile: BehaviourProfile, regret: Any, **rest: Any
) -> TreeEquilibrium:
    """Return an equilibrium with what follows from its profile; ``rest`` are other fields."""
    return TreeEquilibrium(
        profile=profile,
        payoffs=game.expected_payoffs(profile),
        outcomes=game.outcome_distribution(profile),
        regret=regret,
        measures=game.measure_values(profile),
        **rest,
    )


def named_ties(
    game: ExtensiveGame, ties: Iterable[tuple[int, Sequence[int]]]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return actions that may be mixed, given by set, by player and information set."""
    named: dict[str, dict[str, tuple[str, ...]]] = {}
    for number, actions in ties:
        s = game.sets[number]
        labels = tuple(s.actions[a] for a in actions)
        named.setdefault(str(s.player), {})[s.label] = labels
    return named


def corners_left_out(count: int) -> str:
    """Say that of some families not all corners are listed."""
    return (
        f"of {count} famil{'y' if count == 1 else 'ies'} not all corners are listed: "
        "any mixture at the ties named, under the conditions, is an equilibrium"
    )


def condition_text(names: Mapping[Any, str], row: Mapping[Any, Any], bound: Any, sense: str) -> str:
    """Return a linear condition as text, its first coefficient 1.

    >>> condition_text({"x": "x", "y": "y"}, {"x": Fraction(-2), "y": Fraction(1)}, 0, ">=")
    'x - 1/2 y <= 0'
    """
    first = next(iter(row.values()))
    if first < 0:
        sense = {">=": "<=", "<=": ">="}.get(sense, sense)
    text = ""
    for x, c in row.items():
        size = c / first
        factor = "" if abs(size) == 1 else f"{abs(size)} "
        joint = (" - " if size < 0 else " + ") if text else ""
        text += f"{joint}{factor}{names[x]}"
    return f"{text} {sense} {bound / first}"


def profile_of(game: ExtensiveGame, moves: Mapping[int, Sequence[Any]]) -> BehaviourProfile:
    """Return behaviour by information set's number as a profile by labels.

    Actions past the end of a mixture are not played; at sets without nodes, which have no
    mixture, the first action is.
    """
    profile: dict[str, dict[str, dict[str, Any]]] = {p: {} for p in game.players}
    for h, s in enumerate(game.sets):
        if s.player is not None:
            mix = moves.get(h, (Fraction(1),))
            rest = (Fraction(0),) * (len(s.actions) - len(mix))
            profile[s.player][s.label] = dict(zip(s.actions, (*mix, *rest), strict=True))
    return BehaviourProfile(profile)


def big_number(count: int) -> str:
    """Return a number of families, which may have thousands of digits, for people.

    >>> big_number(12345), big_number(10**5000)
    ('12,345', 'about 10^5000')
    """
    if count < 10**12:
        return f"{count:,}"
    exponent = round(math.log10(count))
    return f"about 10^{exponent - (10**exponent > count)}"
