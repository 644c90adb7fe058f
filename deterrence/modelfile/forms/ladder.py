r"""Ladders of escalation: from rungs to the simultaneous game, for any number of rungs.

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

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.measures import Measure
from deterrence.game.parameters import Outcome
from deterrence.modelfile.measure_rules import MeasureRule, chance_of, long_product, long_sum
from deterrence.modelfile.model import Cell, SymbolicModel

MAX_RUNGS = 100
#: At most so many terms in the sum of a side's costs.
MAX_TERMS = 300
GENERAL_WAR = "general_war"
_ONE = Expression.number(1)


@dataclass(frozen=True)
class Rung:
    """One rung; ``cost`` and ``hazard`` only where they differ from the ladder's.

    ``group`` is the part of the ladder that the rung belongs to, for readers.
    """

    label: str
    title: str = ""
    cost: Mapping[str, Expression] = field(default_factory=dict)
    hazard: Expression | None = None
    group: str = ""


@dataclass(frozen=True)
class LadderSpec:
    """What a ladder is generated from.

    ``cost`` (per player) and ``hazard`` may use the name ``k``, the number of the
    rung; both are 0 at rung 0, the status quo.  ``rules`` are the file's own
    measures.  A player without an entry in ``cost`` has costs on its rungs only.

    With ``sequential``, the sides move in turn
    (:mod:`deterrence.modelfile.forms.sequential_ladder`): ``first`` begins, ``who``
    says who has the move at single rungs, and prizes and losses may use ``k``, too.
    """

    players: tuple[str, str]
    rungs: tuple[Rung, ...]
    prize: Mapping[str, Expression]
    loss: Mapping[str, Expression]
    general_war: Mapping[str, Expression]
    cost: Mapping[str, Expression] = field(default_factory=dict)
    hazard: Expression | None = None
    rules: tuple[MeasureRule, ...] = ()
    sequential: bool = False
    first: str = ""
    who: Mapping[str, str] = field(default_factory=dict)

    @property
    def top(self) -> int:
        """The number of the highest rung, N."""
        return len(self.rungs) - 1

    @property
    def slugs(self) -> dict[str, str]:
        """Player labels as they stand in names of outcomes."""
        return {p: slug(p, f"player_{i}") for i, p in enumerate(self.players, start=1)}

    @property
    def rung_slugs(self) -> tuple[str, ...]:
        """Rung labels as they stand in names of outcomes."""
        return tuple(slug(r.label, f"rung_{k}") for k, r in enumerate(self.rungs))

    def cost_of(self, player: str, k: int) -> Expression:
        """Return what living through rung ``k`` costs, c_{i,k}."""
        own = self.rungs[k].cost.get(player, self.cost.get(player))
        if k == 0 or own is None:
            return Expression.number(0)
        return own.substitute({"k": k})

    def hazard_of(self, k: int) -> Expression:
        """Return the probability that rung ``k`` slips to general war by itself."""
        own = self.rungs[k].hazard
        own = self.hazard if own is None else own
        if k == 0 or own is None:
            return Expression.number(0)
        return own.substitute({"k": k})

    def stake(self, formula: Expression, k: int) -> Expression:
        """Return a prize or a loss at rung ``k``."""
        return formula.substitute({"k": k})

    def costs(self, player: str) -> list[Expression]:
        """Return C_{i,m} for every m, like terms collected."""
        terms: dict[Expression, Expression] = {}
        result = []
        for k in range(len(self.rungs)):
            for factor, rest in _terms(self.cost_of(player, k)):
                terms[rest] = terms.get(rest, Expression.number(0)) + factor
            if len(terms) > MAX_TERMS:
                raise ExpressionError(
                    f"the costs of {player} add up to more than {MAX_TERMS} terms",
                    remedy="a cost such as c*k is added up to one term",
                )
            result.append(long_sum([f * r for r, f in terms.items()]))
        return result

    def survivals(self) -> list[Expression]:
        """Return S_m for every m, equal factors collected."""
        powers: dict[Expression, int] = {}
        result = []
        for k in range(len(self.rungs)):
            stays = _ONE - self.hazard_of(k)
            powers[stays] = powers.get(stays, 0) + 1
            result.append(long_product([b**power for b, power in powers.items() if b != _ONE]))
        return result


@dataclass(frozen=True)
class Generated:
    """What a ladder gives: actions (the same for both sides), outcomes, cells, measures."""

    actions: tuple[str, ...]
    titles: dict[str, str]
    outcomes: dict[str, Outcome]
    cells: tuple[Cell, ...]
    measures: tuple[Measure, ...]


def generate(spec: LadderSpec) -> Generated:
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
        if label in outcomes:
            raise UsageError(
                f"two outcomes of the ladder would be called {label!r}",
                remedy="give players and rungs labels that differ in letters and digits",
            )
        outcomes[label] = Outcome(label, payoffs, title)
        return label

    def ends(m: int, label: str) -> Cell:
        """Return the end of a crisis that climbed to rung m < N: the outcome, or slipping."""
        chance = survivals[m]
        if m == 0 or chance == _ONE:
            return Cell(((label, _ONE),))
        return Cell(((label, chance), (f"slip_{names[m]}", slips[m])))

    slips = [_ONE - s for s in survivals]
    by_choice: dict[tuple[int, str], Cell] = {}
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
    by_choice[top, ""] = Cell(((outcome(GENERAL_WAR, "General war, deliberate", war), _ONE),))
    cells = tuple(
        by_choice[min(a, b), "" if a == b else first if a > b else second]
        for a in range(top + 1)
        for b in range(top + 1)
    )
    labels = tuple(r.label for r in spec.rungs)
    return Generated(
        labels, dict(zip(labels, titles, strict=True)), outcomes, cells, _measures(spec, outcomes)
    )


def _measures(spec: LadderSpec, outcomes: Mapping[str, Outcome]) -> tuple[Measure, ...]:
    """Return the measures that every ladder has, and the file's own; its own win."""
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

    def chance(name: str, title: str, labels: Sequence[str]) -> Measure:
        return Measure(name, long_sum([chance_of(label) for label in labels]), title)

    worth = [Expression.number(level[o]) * chance_of(o) for o in outcomes if level[o]]
    automatic = [
        chance(
            "general_war", "probability of general war, deliberate or not", [GENERAL_WAR, *slips]
        ),
        chance("deliberate_war", "probability of deliberate general war", [GENERAL_WAR]),
        chance("inadvertent_war", "probability of slipping to general war", slips),
        Measure("crisis", _ONE - chance_of(names[0]), "probability of leaving the status quo"),
        Measure("expected_rung", long_sum(worth), "expected rung; general war counts as the top"),
        *(
            chance(f"{spec.slugs[p]}_prevails", f"probability that {p} prevails", prevails[p])
            for p in spec.players
        ),
        chance("stand_off", "probability of a stand-off above the status quo", stand_offs),
    ]
    own = {rule.name: rule.measure(list(outcomes)) for rule in spec.rules}
    return (*own.values(), *(m for m in automatic if m.name not in own))


def automatic_names(players: Sequence[str], *, sequential: bool = False) -> tuple[str, ...]:
    """Return the names of the measures that every ladder of these players has."""
    prevails = [f"{slug(p, f'player_{i}')}_prevails" for i, p in enumerate(players, start=1)]
    shared = ("general_war", "deliberate_war", "inadvertent_war", "crisis", "expected_rung")
    return (*shared, *prevails, *(() if sequential else ("stand_off",)))


def slug(label: str, otherwise: str) -> str:
    """Return a label as part of a name: ASCII letters, digits and ``_``.

    >>> slug("Russian Federation", "player_1"), slug("§", "player_2")
    ('Russian_Federation', 'player_2')
    """
    text = re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_")
    if not text:
        return otherwise
    return text if text[0].isalpha() else f"n{text}"


def resize(spec: LadderSpec, n: int) -> LadderSpec:
    """Return the ladder with ``n`` rungs above the status quo."""
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n < MAX_RUNGS:
        raise UsageError(
            f"a ladder cannot have {str(n)[:20]} rungs above the status quo",
            remedy=f"a whole number from 1 to {MAX_RUNGS - 1}",
        )
    *below, top = spec.rungs
    rungs = list(below[:n])
    used = {r.label for r in spec.rungs}
    while len(rungs) < n:
        number = len(rungs)
        label = f"rung_{number}"
        while label in used:
            label += "_"
        used.add(label)
        rungs.append(Rung(label, f"Rung {number}"))
    if n > spec.top and any(p not in spec.cost for p in spec.players):
        missing = next(p for p in spec.players if p not in spec.cost)
        if any(missing in r.cost for r in spec.rungs):
            raise UsageError(
                f"new rungs have no cost for {missing}: costs stand on the single rungs only",
                remedy="give the ladder a cost that holds for every rung",
            )
    labels = {r.label for r in rungs}
    who = {label: player for label, player in spec.who.items() if label in labels}
    return replace(spec, rungs=(*rungs, top), who=who)


def regenerate(model: SymbolicModel, n: int) -> SymbolicModel:
    """Return the model of a ladder with another number of rungs (see ``Model.with_rungs``)."""
    if model.ladder is None:
        raise UsageError(
            f"{model.name} has no rungs: its form is {model.form}", remedy="take a ladder model"
        )
    if n == model.ladder.top:
        return model
    changed = put_in(model, resize(model.ladder, n))
    return changed.replace(known_results=(), warnings=())


def put_in(model: SymbolicModel, spec: LadderSpec) -> SymbolicModel:
    """Return the model with the game that a ladder generates.

    Raises what :func:`generate` raises.
    """
    if spec.sequential:
        from deterrence.modelfile.forms.sequential_ladder import climb

        climbed = climb(spec, model.name, model.title)
        return model.replace(
            tree=climbed.tree,
            outcomes=climbed.outcomes,
            measures=climbed.measures,
            set_titles=climbed.set_titles,
            action_titles=climbed.action_titles,
            ladder=spec,
        )
    made = generate(spec)
    return model.replace(
        actions=(made.actions, made.actions),
        outcomes=made.outcomes,
        cells=made.cells,
        measures=made.measures,
        action_titles=dict.fromkeys(spec.players, made.titles),
        ladder=spec,
    )


def _terms(e: Expression) -> list[tuple[Expression, Expression]]:
    """Write a sum as (number, rest) per term."""
    if e.op in ("add", "sub"):
        right = _terms(e.args[1])
        return _terms(e.args[0]) + (right if e.op == "add" else [(-f, r) for f, r in right])
    return [_split(e)]


def _split(e: Expression) -> tuple[Expression, Expression]:
    """Write an expression as number times rest, for collecting like terms."""
    if e.op == "number":
        return e, _ONE
    if e.op == "neg":
        factor, rest = _split(e.args[0])
        return -factor, rest
    if e.op in ("mul", "div") and e.args[1].op == "number":
        factor, rest = _split(e.args[0])
        number = e.args[1]
        return (factor * number if e.op == "mul" else factor / number), rest
    if e.op == "mul" and e.args[0].op == "number":
        factor, rest = _split(e.args[1])
        return e.args[0] * factor, rest
    return _ONE, e
