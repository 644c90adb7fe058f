"""What swing weights of the ends say: values of parameters, or nothing but a check.

Where every end that is weighed for a player is worth a parameter of that player's own, the weights
are values of these parameters, on the scale of the file: 0 is what the worst of them is worth at
the defaults, and 100 the best.  Without bounds nothing fixes a scale, and weights are values.
Where payoffs are formulas, the weights are only held against the payoffs that come of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError, Fault
from deterrence.modelfile.elicitation.questions import Expert, Judgement, Question, Subject, about
from deterrence.modelfile.model import SymbolicModel

_WORST, _BEST = Fraction(0), Fraction(100)
#: Contradictions between weights and payoffs that are told.
_TOLD = 3

#: A fault of an expert, see :class:`~deterrence.errors.Fault`.
Found = tuple[Expert, Fault]


def anchored(experts: Sequence[Expert], players: Sequence[str]) -> Iterator[Found]:
    """Yield the faults of weights that are on no scale, or on another one than other experts'.

    The worst end has 0 and the best 100, and all who weigh a player's ends weigh the same ones.
    """
    for player in players:
        everybody = dict.fromkeys(s for e in experts for s in e.judged if s.player == player)
        for expert in experts:
            weights = {s: expert.judged[s].likely for s in everybody if s in expert.judged}
            if not weights:
                continue
            missing = [s.name for s in everybody if s not in weights]
            if missing:
                what = f"{expert.name} does not weigh {', '.join(missing[:3])}, and others do"
                yield expert, _fault(expert, next(iter(weights)), what)
                continue
            ranked = sorted(weights, key=weights.__getitem__)
            ends = (ranked[0], _WORST, "worst"), (ranked[-1], _BEST, "best")
            for subject, wanted, text in ends:
                if weights[subject] != wanted:
                    what = f"{expert.name} gives the {text} end for {player} {weights[subject]}"
                    yield expert, _fault(expert, subject, what, str(wanted))


def as_parameters(
    model: SymbolicModel, experts: Sequence[Expert], asked: Mapping[Subject, Question]
) -> tuple[list[Expert], list[str], list[Found]]:
    """Return experts whose weights are judgements of parameters, where they can be.

    With them come the players whose weights can only be checked, and faults.
    """
    found = [
        Expert(
            e.name, {s: j for s, j in e.judged.items() if not s.player}, e.source, dict(e.places)
        )
        for e in experts
    ]
    direct = {s.name for e in found for s in e.judged}
    checked, faults = [], []
    for player in model.players:
        weighed = {s for e in experts for s in e.judged}
        labels = [s.name for s in asked if s.player == player and s in weighed]
        if not labels:
            continue
        names = _own_parameters(model, player, labels)
        if names is None:
            checked.append(player)
            continue
        low, high = _scale(model, names.values())
        for old, new in zip(experts, found, strict=True):
            for label, name in names.items():
                subject = Subject(label, player)
                if subject not in old.judged:
                    continue
                weight = old.judged[subject]
                moved = Judgement(*(low + (high - low) * w / _BEST for w in weight))
                target = Subject(name)
                fault = ""
                if name in direct:
                    fault = f"{name} is judged twice: here, and in a row of its own"
                elif new.judged.get(target, moved) != moved:
                    fault = f"{label} is worth {name} to {player} as another end is, weighed apart"
                else:
                    fault = _refused(about(model, name), moved, weight)
                if fault:
                    faults.append((old, _fault(old, subject, fault)))
                new.judged[target] = moved
                if subject in old.places:
                    new.places[target] = old.places[subject]
    return found, checked, faults


def _own_parameters(
    model: SymbolicModel, player: str, labels: Sequence[str]
) -> dict[str, str] | None:
    """Return the parameter that each end is worth, ``None`` where one is worth something else."""
    others = {
        name
        for outcome in model.outcomes.values()
        for p, e in outcome.payoffs.items()
        if p != player
        for name in e.names
    }
    found = {}
    for label in labels:
        e: Expression = model.outcomes[label].payoffs[player]
        name = str(e)
        if e.op != "name" or name in others or model.parameters[name].formula is not None:
            return None
        found[label] = name
    return found


def _scale(model: SymbolicModel, names: Any) -> tuple[Fraction, Fraction]:
    own = [model.parameters[name] for name in dict.fromkeys(names)]
    defaults = [p.default for p in own if p.default is not None]
    bounded = any(p.lower is not None or p.upper is not None for p in own)
    if bounded and len(defaults) == len(own) and min(defaults) < max(defaults):
        return min(defaults), max(defaults)
    return _WORST, _BEST


def _refused(question: Question, moved: Judgement, weight: Judgement) -> str:
    try:
        question.answer(moved if moved.has_range else [moved.likely])
    except DeterrenceError as error:
        name = question.subject.name
        return f"the weight {weight.likely} makes {name} {moved.likely}: {error}"
    return ""


def _fault(expert: Expert, subject: Subject, what: str, expected: str = "") -> Fault:
    line, column = expert.places.get(subject, (None, None))
    remedy = "the worst end has 0, the best 100, the others lie between" if expected else ""
    return Fault(what, line, column, f"{subject.name}, {subject.player}", expected, remedy)


def held_against_payoffs(
    model: SymbolicModel,
    values: Mapping[str, Any],
    weights: Mapping[Subject, Fraction],
    players: Sequence[str],
    titles: Mapping[Subject, str],
) -> Iterator[str]:
    """Yield how the weights of some players' ends differ from the payoffs at the values."""
    for player in players:
        own = {s.name: w for s, w in weights.items() if s.player == player}
        try:
            worth = {o: model.outcomes[o].payoffs[player].evaluate(values) for o in own}
        except (DeterrenceError, ArithmeticError, KeyError):
            yield f"the weights for {player} cannot be held against payoffs: some have no value"
            continue
        turned = [
            (a, b) if own[a] > own[b] else (b, a)
            for a, b in itertools.combinations(own, 2)
            if (own[a] - own[b]) * (worth[a] - worth[b]) < 0
        ]
        turned.sort(key=lambda pair: own[pair[1]] - own[pair[0]])
        called = {o: titles[Subject(o, player)] for o in own}
        for better, worse in turned[:_TOLD]:
            yield (
                f"{player} is said to prefer '{called[better]}' to '{called[worse]}' (weights "
                f"{float(own[better]):.4g} and {float(own[worse]):.4g}), and the payoffs here say "
                f"the contrary ({float(worth[better]):.4g} and {float(worth[worse]):.4g})"
            )
        if len(turned) > _TOLD:
            yield f"so it is of {len(turned) - _TOLD} more pairs of ends for {player}"
        if not turned:
            apart = _apart(own, worth, called)
            yield f"the weights for {player} have the order of the payoffs here{apart}"


def _apart(
    weights: Mapping[str, Fraction], worth: Mapping[str, Any], called: Mapping[str, str]
) -> str:
    low, high = min(worth.values()), max(worth.values())
    if low == high:
        return ""
    gaps = {o: abs(weights[o] - 100 * (worth[o] - low) / (high - low)) for o in weights}
    most = max(gaps, key=lambda o: gaps[o])
    return f"; they differ by at most {float(gaps[most]):.3g} points of 100 ('{called[most]}')"
