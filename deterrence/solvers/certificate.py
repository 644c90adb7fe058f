"""The certificate of a solution, as a file for strangers: what `deterrence verify` re-checks.

It holds the game, and of every equilibrium the exact profile, the payoffs and what every
action gives; and, where the list claims to be complete, what that rests on.  Numbers are
fractions as text, or polynomials in one root of a polynomial, ``root`` of the equilibrium.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> chicken = StrategicGame.from_matrices([[0, -1], [1, -10]], [[0, 1], [-1, -10]])
>>> told = certificate(solve(chicken))
>>> told["complete"], told["equilibria"][2]["replies"]["Row"]
(True, {'r1': '-1/10', 'r2': '-1/10'})
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.plain_tree import plain_tree
from deterrence.game.tree.play import history_text, moves_of
from deterrence.limits.deadline import Deadline
from deterrence.solvers.solution import Equilibrium, Solution, plain_data
from deterrence.solvers.strategic.enumeration import every_vertex
from deterrence.solvers.tree_solution import TreeEquilibrium, TreeSolution
from deterrence.version import __version__

#: Actions of a player up to which a reader tries every basis, so that no vertices are listed.
LISTED_ABOVE = 6
#: Seconds for listing vertices.
_LISTING = 20.0

_ZERO, _ONE = Fraction(0), Fraction(1)


def certificate(solution: Solution | TreeSolution) -> dict[str, Any]:
    """Return the certificate of a solution as plain data, for a JSON file.

    Raises :class:`UnsupportedError` for correlated equilibria and for trees in which a player
    forgets, :class:`UsageError` for
    games whose numbers are floats.
    """
    game = solution.game
    if solution.concept == "correlated":
        raise UnsupportedError(
            "a certificate is for equilibria without a mediator",
            remedy="leave --certificate out, or solve for Nash equilibria",
        )
    if not game.is_exact:
        raise UsageError(
            f"the numbers of {game.name} are floats, and a certificate is exact",
            remedy="give fractions, or decimals as text",
        )
    if isinstance(game, ExtensiveGame) and not game.is_perfect_recall:
        raise UnsupportedError(
            f"in {game.name} a player forgets, and a certificate of a tree needs perfect recall",
            remedy="leave --certificate out",
        )
    told = _game(solution.game)
    equilibria, uncertified = [], []
    place: dict[int, int] = {}
    for k, (own, e) in enumerate(zip(solution.identities, solution.equilibria, strict=True)):
        named = f"{own.label} {own.name}".strip()
        try:
            if isinstance(e, TreeEquilibrium) and isinstance(solution, TreeSolution):
                equilibria.append({"name": named, **_assessment(solution, e)})
            elif isinstance(e, Equilibrium) and isinstance(solution, Solution):
                equilibria.append({"name": named, **_profile(solution.game, e)})
            place[k] = len(place)
        except _NotExact as why:
            uncertified.append({"name": named, "why": str(why)})
    complete = solution.status == "complete"
    result: dict[str, Any] = {
        "certificate": "deterrence/game",
        "version": 1,
        "made_by": f"deterrence {__version__}",
        "model": game.name,
        "values": plain_data(game.values),
        "concept": solution.concept,
        "digest": digest(told),
        "game": told,
        "complete": complete,
        "equilibria": equilibria,
        "uncertified": uncertified,
    }
    if isinstance(solution, Solution):
        result["sets"] = any(c.pieces for c in solution.components)
    else:
        result["families"] = [
            {
                "members": [place[m] for m in f.members if m in place],
                "corners": f.corners,
                "formulas": bool(f.formulas),
            }
            for f in solution.families
            if any(m in place for m in f.members)
        ]
    if solution.value is not None:
        result["value"] = str(Fraction(solution.value))
    if complete and isinstance(solution, Solution) and len(solution.game.players) == 2:
        result |= _argument(solution.game)
    return result


def digest(game: Mapping[str, Any]) -> str:
    """Return the fingerprint of a game as it stands in a certificate."""
    text = json.dumps(game, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def game_digest(game: StrategicGame | ExtensiveGame) -> str:
    """Return the fingerprint that a certificate of this game has."""
    exact = game if game.is_exact else game.to_exact()
    return digest(_game(exact))


# ---- numbers ----------------------------------------------------------------------
class _NotExact(Exception):
    """A number that no certificate can hold."""


class _Numbers:
    """Writes the numbers of one equilibrium, which share one root."""

    def __init__(self) -> None:
        self.field: Any = None

    def one(self, x: Any) -> Any:
        if isinstance(x, Algebraic):
            if self.field is None:
                self.field = x.field
            if x.field != self.field:
                raise _NotExact("its numbers lie in different number fields")
            return {"in_root": [str(c) for c in x.coefficients]}
        if isinstance(x, Enclosure):
            raise _NotExact("its polynomials are too large; its numbers are enclosed in intervals")
        return str(Fraction(x))

    def table(self, numbers: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self.one(x) for key, x in numbers.items()}

    def root(self) -> dict[str, Any]:
        """Return the entry that says which root the numbers are polynomials in, if one."""
        if self.field is None:
            return {}
        self.field.narrow()
        root = self.field.root
        return {
            "root": {
                "polynomial": [str(c) for c in reversed(root.polynomial)],
                "interval": [str(root.low), str(root.high)],
            }
        }


# ---- games ------------------------------------------------------------------------
def _game(game: StrategicGame | ExtensiveGame) -> dict[str, Any]:
    if isinstance(game, StrategicGame):
        return {
            "form": "strategic",
            "players": list(game.players),
            "actions": {p: list(a) for p, a in zip(game.players, game.actions, strict=True)},
            "payoffs": {
                p: [str(u) for u in payoffs]
                for p, payoffs in zip(game.players, game.payoffs, strict=True)
            },
        }
    return plain_tree(game, str)


def _profile(game: StrategicGame, e: Equilibrium) -> dict[str, Any]:
    numbers = _Numbers()
    actions = dict(zip(game.players, game.actions, strict=True))
    told = {
        "profile": {
            p: numbers.table({a: e.profile[p].get(a, _ZERO) for a in own})
            for p, own in actions.items()
        },
        "payoffs": numbers.table(e.payoffs),
        "replies": {p: numbers.table(game.action_payoffs(p, e.profile)) for p in game.players},
        "component": e.component,
    }
    return numbers.root() | told


def _assessment(solution: TreeSolution, e: TreeEquilibrium) -> dict[str, Any]:
    game = solution.game
    numbers = _Numbers()
    told: dict[str, Any] = {
        "profile": {
            player: {
                s.label: numbers.table({a: e.profile[player][s.label].get(a, _ZERO)
                                        for a in s.actions})
                for s in game.sets if s.player == player
            }
            for player in game.players
        },
        "payoffs": numbers.table(e.payoffs),
    }  # fmt: skip
    if solution.concept in ("weak-pbe", "pbe", "sequential"):
        beliefs = _beliefs(solution, e)
        told["beliefs"] = {
            game.sets[h].label: numbers.table({str(x): p for x, p in belief.items()})
            for h, belief in beliefs.items()
            if len(belief) > 1
        }
        told["replies"] = {
            game.sets[h].label: numbers.table(replies)
            for h, replies in _replies(game, e, beliefs).items()
        }
    return numbers.root() | told


def _beliefs(solution: TreeSolution, e: TreeEquilibrium) -> dict[int, dict[int, Any]]:
    """Return one system of beliefs that supports an equilibrium, by set and node."""
    game = solution.game
    told = e.beliefs
    if any(isinstance(p, tuple) for belief in told.values() for p in belief.values()):
        from deterrence.solvers.beliefs.solve import supporting_beliefs

        told = supporting_beliefs(game, solution.concept, e.profile, Deadline(_LISTING))
        if not told:
            raise _NotExact("no single belief was found in the time")
    found = {}
    for h, s in enumerate(game.sets):
        if s.is_chance or not s.nodes:
            continue
        if len(s.nodes) == 1:
            found[h] = {s.nodes[0]: _ONE}
        elif s.label in told:
            belief = told[s.label]
            found[h] = {x: belief.get(history_text(game, x), _ZERO) for x in s.nodes}
        else:
            raise _NotExact(f"no belief is known at {s.label}")
    return found


def _replies(
    game: ExtensiveGame, e: TreeEquilibrium, beliefs: Mapping[int, Mapping[int, Any]]
) -> dict[int, dict[str, Any]]:
    """Return what each action at each set gives, given the belief, if all goes on as planned."""
    moves = moves_of(game, e.profile)
    worth: list[list[Any]] = [list(game.paid(k)) for k in range(len(game.nodes))]
    for k in range(len(game.nodes) - 1, -1, -1):
        node = game.nodes[k]
        if node.set < 0:
            continue
        mix: Sequence[Any] = moves[node.set] or ()
        for child, p in zip(node.children, mix, strict=True):
            if p != 0:
                worth[k] = [u + p * v for u, v in zip(worth[k], worth[child], strict=True)]
    result = {}
    for h, belief in beliefs.items():
        s = game.sets[h]
        me = game.player_index(str(s.player))
        result[h] = {
            a: sum((p * worth[game.nodes[x].children[k]][me] for x, p in belief.items()), _ZERO)
            for k, a in enumerate(s.actions)
        }
    return result


# ---- completeness -----------------------------------------------------------------
def _argument(game: StrategicGame) -> dict[str, Any]:
    """Return what the completeness of a two-player game's list rests on."""
    first, second = game.players
    found = every_vertex(game.matrix(first), game.matrix(second), LISTED_ABOVE, Deadline(_LISTING))
    if found.small:
        return {
            "argument": "both best-reply polytopes, of what strict dominance leaves, are so small "
            "that a reader can try every basis"
        }
    if found.rows is None or found.columns is None:
        return {"argument": "the vertices of the best-reply polytopes are too many to be listed"}
    return {
        "argument": "all vertices of both best-reply polytopes, of what strict dominance leaves, "
        "as mixed strategies; every edge of each leads to one of them",
        "vertices": {
            player: [[str(p) for p in mix] for mix in mixes]
            for player, mixes in ((first, found.rows), (second, found.columns))
        },
    }
