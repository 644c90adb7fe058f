r"""All extreme equilibria of a matrix at one point of its parameters, exactly, from the formulas.

Every symbolic vertex of both sides is tested (weights of one sign, no reply better than the
tight ones) and vertices whose supports are best replies to each other are matched.  The
vertices are all there are (see :mod:`deterrence.symbolic.matrices.vertices`), so what results
is the set of all extreme equilibria, on ties too.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> answer = model.regimes()
>>> [p["NATO"]["escalate"] for p in answer.at(model.values())]
[Fraction(0, 1), Fraction(1, 1), Fraction(10, 23)]
>>> answer.regime_at(model.values()).name
'Divide or war'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from deterrence.algebra.univariate import sign
from deterrence.errors import DeterrenceError
from deterrence.symbolic.matrices.refined_points import MixtureAt, passing_at
from deterrence.symbolic.matrices.solved import SolvedMatrix
from deterrence.symbolic.matrices.vertices import SymbolicVertex
from deterrence.symbolic.parameter_points import ParameterPoint

#: A profile: player -> action -> probability.
ExactProfile = dict[str, dict[str, Fraction]]


def profiles_at(internal: SolvedMatrix, point: ParameterPoint) -> list[ExactProfile]:
    """Return all extreme equilibria at a point that count, with every action's probability.

    Payoffs with an irrational part (``sqrt``, ``exp``) are taken at their double-precision
    value.  Raises :class:`DeterrenceError` where the analysis had too little time.
    """
    problem = internal.problem
    return [
        {
            player: {label: dict(s).get(k, Fraction(0)) for k, label in enumerate(actions)}
            for player, actions, s in zip(problem.players, problem.actions, pair, strict=True)
        }
        for pair in sorted(
            mixtures_at(internal, point), key=lambda pair: (len(pair[0]) + len(pair[1]), pair)
        )
    ]


def mixtures_at(internal: SolvedMatrix, point: ParameterPoint) -> list[tuple[MixtureAt, MixtureAt]]:
    """Return the same equilibria as pairs of mixtures."""
    if internal.search.truncated:
        raise DeterrenceError(
            f"the formulas of {internal.problem.name} are not complete: the time ran out",
            remedy="analyse with a longer time limit, or solve the game at these values",
        )
    rows, columns = (_strategies(point, side) for side in internal.search.candidates)
    found = [
        (x, y)
        for x, row_ties in rows.items()
        for y, column_ties in columns.items()
        if {j for j, _ in y} <= row_ties and {i for i, _ in x} <= column_ties
    ]
    if not internal.refinement:
        return found
    return passing_at(internal.problem, point, found, internal.refinement)


def families_hold(internal: SolvedMatrix, point: ParameterPoint, families: Iterable[int]) -> bool:
    """Say whether the members of these families that exist at a point are all equilibria there."""
    expected = {
        (_strategy(point, pair.row), _strategy(point, pair.column))
        for k in families
        for pair in internal.families[k].pairs
        if any(map(point.holds, pair.branches))
    }
    return expected == set(mixtures_at(internal, point))


def _strategy(point: ParameterPoint, vertex: SymbolicVertex) -> MixtureAt:
    """Return the probabilities of the supported actions."""
    weights = [point.value(w) for w in vertex.weights]
    total = sum(weights)
    return tuple(sorted((a, w / total) for a, w in zip(vertex.support, weights, strict=True)))


def _strategies(
    point: ParameterPoint, side: Sequence[SymbolicVertex]
) -> dict[MixtureAt, frozenset[int]]:
    """Return every strategy that is a vertex here, with all replies that are best to it."""
    found = {}
    for vertex in side:
        replies = vertex.replies_at(lambda poly: sign(point.value(poly)))
        if replies is not None:
            found[_strategy(point, vertex)] = replies
    return found
