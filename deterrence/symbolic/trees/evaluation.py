"""The closed forms of a tree at parameter values, exactly.

>>> from deterrence import load_model
>>> model = load_model("tripwire")
>>> answer = model.regimes()
>>> [found.id for found in answer.assessments_at(model.values())]
[0]
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deterrence.algebra.rings import RingElement, coefficients
from deterrence.game.tree.play import history_text
from deterrence.symbolic.parameter_points import ParameterPoint
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.elimination import SolvedPattern
from deterrence.symbolic.trees.results import AssessmentAt
from deterrence.symbolic.trees.roots import rising_root_at
from deterrence.symbolic.trees.solved import SolvedTree


def assessments_at(internal: SolvedTree, point: ParameterPoint) -> list[AssessmentAt]:
    """Return the equilibria that exist at a point; those of boundaries only where listed."""
    found = []
    for k, a in enumerate([*internal.pairs, *internal.others]):
        for branch, way in a.ways:
            if point.holds(branch):
                made = _made(internal, point, k, a, way)
                if made is not None:
                    found.append(made)
                    break
    return found


def _made(
    internal: SolvedTree, point: ParameterPoint, number: int, a: Assessment, way: SolvedPattern
) -> AssessmentAt | None:
    """Return an assessment at a point, None where its closed forms have no value there."""
    closed, unknowns = internal.closed, internal.closed.unknowns
    values: dict[str, Any] = dict(point.values)

    def number_of(value: Quotient) -> Any:
        bottom = unknowns.algebra.evaluate(value[1], full)
        return unknowns.algebra.evaluate(value[0], full) / bottom if bottom else None

    full: dict[str, Any] = {**dict.fromkeys(unknowns.names, Fraction(0)), **values}
    chosen: dict[str, Fraction] = {}
    for r in reversed(way.ranges):
        low = [number_of(v) for v, _ in r.lower]
        high = [number_of(v) for v, _ in r.upper]
        if None in low or None in high:
            return None
        middle = (max(x for x in low if x is not None) + min(x for x in high if x is not None)) / 2
        chosen[r.name] = full[r.name] = middle
    for root in way.roots:
        parts = coefficients(root.poly, unknowns.algebra.names.index(root.name))
        zero = root.poly.ring.zero
        a2, a1, a0 = (unknowns.algebra.evaluate(parts.get(e, zero), full) for e in (2, 1, 0))
        full[root.name] = rising_root_at(a2, a1, a0)
    for name, value in way.values.items():
        solved = number_of(value)
        if solved is None:
            return None
        full[name] = solved
    game = internal.problem.game
    profile: dict[str, dict[str, dict[str, Any]]] = {p: {} for p in game.players}
    beliefs: dict[str, dict[str, Any]] = {}
    thought = dict(a.beliefs)

    def at(poly: RingElement) -> Any:
        scale, whole = poly.clear_denoms()
        value = unknowns.algebra.evaluate(whole.set_ring(unknowns.algebra.ring), full)
        return value / int(scale)

    for s, where in enumerate(game.sets):
        if where.player is None:
            continue
        mix = unknowns.mixture(s, a.supports[s])
        profile[where.player][where.label] = {
            action: at(p) for action, p in zip(where.actions, mix, strict=True)
        }
        weights = closed.patterns.weights(s, dict(a.supports), thought)
        while isinstance(weights, int):
            # Any belief will do where one action is best at every node.
            names = unknowns.believed.get(weights, {})
            thought[weights] = tuple(range(len(game.sets[weights].nodes)))
            full |= dict.fromkeys(names.values(), Fraction(1, len(names) + 1))
            weights = closed.patterns.weights(s, dict(a.supports), thought)
        numbers = [at(w) for w in weights]
        if sum(numbers):
            beliefs[where.label] = {
                history_text(game, node): w / sum(numbers)
                for node, w in zip(where.nodes, numbers, strict=True)
            }
    return AssessmentAt(number, profile, beliefs, chosen)
