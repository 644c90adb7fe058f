r"""Ladders climbed at once: from rungs to the simultaneous game, for any number of rungs.

Rungs :math:`0, \dots, N` lead from the status quo to general war.  Each side
:math:`i` chooses the highest rung :math:`a_i` that it is ready to climb to, and the
crisis climbs to :math:`m = \min(a_1, a_2)`.  Living through rung :math:`k` costs
side :math:`i` :math:`c_{i,k}`, and with probability :math:`\rho_k` matters slip from
it to general war by themselves.  With :math:`C_{i,m} = \sum_{k \le m} c_{i,k}` and
:math:`S_m = \prod_{k \le m} (1 - \rho_k)` the payoff of :math:`i` is

* :math:`S_m v_i - C_{i,m} - (1 - S_m) D_i` where :math:`a_i > a_j` (it prevails),
* :math:`-S_m l_i - C_{i,m} - (1 - S_m) D_i` where :math:`a_i < a_j` (it yields),
* :math:`-C_{i,m} - (1 - S_m) D_i` where both stop at the same rung below the top,
* :math:`-C_{i,N} - D_i` where both climb to the top (deliberate general war).

The project's own model, after Kahn 1965, *On Escalation*, and Schelling 1966, *Arms
and Influence* (the manipulation of risk).

>>> from deterrence.modelfile.catalogue import load_model
>>> ladder = load_model("escalation-ladder").with_rungs(2)
>>> ladder.actions[0]
('status_quo', 'hybrid', 'nuclear')
>>> str(ladder.outcomes["Russia_prevails_hybrid"].payoffs["Russia"])
'v_R - c_R'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure
from deterrence.game.parameters import CellContent, Outcome
from deterrence.modelfile.ladders.ladder import GENERAL_WAR, Ladder, add_outcome
from deterrence.modelfile.ladders.measures import ladder_measures

_ONE = Expression.number(1)


@dataclass(frozen=True)
class Generated:
    """What a ladder gives: actions (the same for both sides), outcomes, cells, measures."""

    actions: tuple[str, ...]
    titles: dict[str, str]
    outcomes: dict[str, Outcome]
    cells: tuple[CellContent, ...]
    measures: tuple[Measure, ...]


def generate(spec: Ladder) -> Generated:
    """Return actions, outcomes, cells and measures of the simultaneous game.

    Raises :class:`UsageError` where two outcomes would get the same name, and
    :class:`~deterrence.errors.ExpressionError` where a number grows too large.
    """
    first, second = spec.players
    names, slugs, top = spec.rung_slugs, spec.slugs, spec.top
    titles = [r.title or r.label for r in spec.rungs]
    costs = {p: spec.costs(p) for p in spec.players}
    survivals = spec.survivals()
    outcomes: dict[str, Outcome] = {}

    def outcome(label: str, title: str, payoffs: dict[str, Expression]) -> str:
        return add_outcome(outcomes, label, title, payoffs)

    def ends(m: int, label: str) -> CellContent:
        """Return the end of a crisis that climbed to rung m < N: the outcome, or slipping."""
        chance = survivals[m]
        if m == 0 or chance == _ONE:
            return CellContent(((label, _ONE),))
        return CellContent(((label, chance), (f"slip_{names[m]}", slips[m])))

    slips = [_ONE - s for s in survivals]
    by_choice: dict[tuple[int, str], CellContent] = {}
    for m in range(top):
        level = {p: costs[p][m] for p in spec.players}
        tie = outcome(
            names[0] if m == 0 else f"stand_off_{names[m]}",
            titles[0] if m == 0 else f"Stand-off at: {titles[m]}",
            {p: -level[p] for p in spec.players},
        )
        by_choice[m, ""] = ends(m, tie)
        for winner in (first, second):
            label = outcome(
                f"{slugs[winner]}_prevails_{names[m]}",
                f"{winner} prevails at: {titles[m]}",
                {
                    p: (spec.prize[p] if p == winner else -spec.loss[p]) - level[p]
                    for p in spec.players
                },
            )
            by_choice[m, winner] = ends(m, label)
        if m > 0 and survivals[m] != _ONE:
            war = {p: -spec.general_war[p] - level[p] for p in spec.players}
            outcome(f"slip_{names[m]}", f"Slip to general war from: {titles[m]}", war)
    war = {p: -spec.general_war[p] - costs[p][top] for p in spec.players}
    by_choice[top, ""] = CellContent(
        ((outcome(GENERAL_WAR, "General war, deliberate", war), _ONE),)
    )
    cells = tuple(
        by_choice[min(a, b), "" if a == b else first if a > b else second]
        for a in range(top + 1)
        for b in range(top + 1)
    )
    labels = tuple(r.label for r in spec.rungs)
    return Generated(
        labels, dict(zip(labels, titles, strict=True)), outcomes, cells, _measures(spec, outcomes)
    )


def _measures(spec: Ladder, outcomes: Mapping[str, Outcome]) -> tuple[Measure, ...]:
    """Return the measures, the rungs at which outcomes end a crisis worked out from their names."""
    names = spec.rung_slugs
    level = {GENERAL_WAR: spec.top}
    prevails: dict[str, list[str]] = {p: [] for p in spec.players}
    for m, name in enumerate(names[:-1]):
        level[names[0] if m == 0 else f"stand_off_{name}"] = m
        if f"slip_{name}" in outcomes and m > 0:
            level[f"slip_{name}"] = spec.top
        for player in spec.players:
            label = f"{spec.slugs[player]}_prevails_{name}"
            level[label] = m
            prevails[player].append(label)
    slips = [f"slip_{name}" for name in names[1:-1] if f"slip_{name}" in outcomes]
    stand_offs = [f"stand_off_{name}" for name in names[1:-1]]

    ranked = {label: level[label] for label in outcomes}
    return ladder_measures(spec, ranked, slips, prevails, stand_offs)
