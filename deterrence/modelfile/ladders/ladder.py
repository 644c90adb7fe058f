"""A ladder of escalation as data: rungs, costs, hazards, stakes, and who moves.

:mod:`deterrence.modelfile.ladders.simultaneous` and
:mod:`deterrence.modelfile.ladders.sequential` make games of it.

>>> a, b = (Expression.parse(x) for x in "ab")
>>> ladder = Ladder(("A", "B"), (Rung("peace"), Rung("threat"), Rung("war")),
...     {"A": a, "B": a}, {"A": b, "B": b}, {"A": b, "B": b}, cost={"A": Expression.parse("c*k")})
>>> [str(cost) for cost in ladder.costs("A")]
['0', 'c', '3*c']
>>> [rung.label for rung in resize(ladder, 3).rungs]
['peace', 'threat', 'rung_2', 'war']
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.parameters import Outcome
from deterrence.modelfile.measure_rules import MeasureRule, long_product, long_sum

MAX_RUNGS = 100
#: At most so many terms in the sum of a side's costs.
MAX_TERMS = 300
#: The outcome at the top of every ladder.
GENERAL_WAR = "general_war"
_ONE = Expression.number(1)


@dataclass(frozen=True)
class Rung:
    """One rung; ``cost`` and ``hazard`` only where they differ from the ladder's.

    ``group`` is the part of the ladder that the rung belongs to, for readers; ``titles`` are
    by the player who climbs to it, where each has a deed of its own.
    """

    label: str
    title: str = ""
    cost: Mapping[str, Expression] = field(default_factory=dict)
    hazard: Expression | None = None
    group: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_for(self, player: str | None) -> str:
        """Return what the rung is called where a player climbs to it."""
        return self.titles.get(player or "") or self.title or self.label


@dataclass(frozen=True)
class Ladder:
    """What a ladder is generated from.

    ``cost`` (per player) and ``hazard`` may use the name ``k``, the number of the
    rung; both are 0 at rung 0, the status quo.  ``rules`` are the file's own
    measures.  A player without an entry in ``cost`` has costs on its rungs only.

    With ``sequential``, the sides move in turn
    (:mod:`deterrence.modelfile.ladders.sequential`): ``first`` begins, ``who``
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


def add_outcome(
    outcomes: dict[str, Outcome], label: str, title: str, payoffs: Mapping[str, Expression]
) -> str:
    """Add an outcome of a ladder and return its label; no two may have the same."""
    if label in outcomes:
        raise UsageError(
            f"two outcomes of the ladder would be called {label!r}",
            remedy="give players and rungs labels that differ in letters and digits",
        )
    outcomes[label] = Outcome(label, dict(payoffs), title)
    return label


def resize(spec: Ladder, n: int) -> Ladder:
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
