"""What experts say, made a model: a scenario, distributions, and what is to be known of both.

The scenario's values are the weighted means of what the experts hold most likely.  Where each
expert's likely values keep assumptions that are linear, such as an order, these means keep them,
too, for such values form a convex set; whatever the assumptions are, it is checked.  The
distributions are those of single parameters: that ranges overlap does not break an order, for
`sensitivity` draws within the assumptions.

>>> import datetime
>>> from deterrence.modelfile.catalogue import load_model
>>> anna = Expert("Anna", {Subject("T_A"): Judgement(Fraction(1), Fraction(2), Fraction(4))})
>>> found = elicited(load_model("chicken"), [anna], on=datetime.date(2026, 11, 30))
>>> found.model.scenario("elicited").values, found.model.scenario("elicited").source
({'T_A': Fraction(2, 1)}, 'elicited from 1 expert on 2026-11-30 (Anna)')
>>> {k: str(v) for k, v in found.model.parameters["T_A"].distribution.items()}
{'name': 'beta', 'a': '7/3', 'b': '11/3', 'loc': '1', 'scale': '3'}
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError, Fault, InvalidFileError, UsageError, did_you_mean
from deterrence.modelfile.elicitation.numbered import numbered
from deterrence.modelfile.elicitation.pooling import Pool, pool
from deterrence.modelfile.elicitation.questions import (
    Expert,
    Judgement,
    Subject,
    number_text,
    questions,
)
from deterrence.modelfile.elicitation.rewriting import rewritten
from deterrence.modelfile.elicitation.sheets import MAX_EXPERTS
from deterrence.modelfile.elicitation.swing_weights import (
    Found,
    anchored,
    as_parameters,
    held_against_payoffs,
)
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel

#: What the scenario is called.
SCENARIO = "elicited"
#: Shapes below this leave nothing between the ends that a sample could meet.
_LEAST_SHAPE = Fraction(1, 1000)
_METHOD = (
    "Values are the weighted means of what each holds most likely. Distributions are betas with "
    "the mean and the variance of the linear opinion pool of PERT betas, from the lowest low to "
    "the highest high."
)


@dataclass(frozen=True)
class Elicitation:
    """A model with what experts say of it, the text of its file, and what is to be known."""

    model: SymbolicModel
    text: str
    notes: tuple[str, ...]
    #: The parameters that have a value, and those that have a distribution.
    judged: tuple[str, ...]
    spread: tuple[str, ...]


def elicited(
    model: SymbolicModel,
    experts: Sequence[Expert],
    weights: Mapping[str, Fraction] | None = None,
    *,
    on: datetime.date,
) -> Elicitation:
    """Pool what experts say of a model, equally unless ``weights`` say otherwise.

    Raises :class:`InvalidFileError` for answers that contradict the model, each with the place
    in its sheet, and :class:`UsageError` for experts and weights that do not fit.
    """
    _check_experts(experts, weights or {})
    if not model.text or model.rungs is not None or model.first:
        raise UsageError(
            f"{model.name} was changed since its file was read, and has no text to go on from",
            remedy="write the model to a file of its own first",
        )
    asked = {q.subject: q for q in questions(model)}
    _refuse(list(anchored(experts, model.players)))
    converted, checked, faults = as_parameters(model, experts, asked)
    _refuse(faults)
    pooled = _pools(converted, weights or {})
    _check_orders(model, pooled)
    told = _pools(experts, weights or {})
    values = {s.name: p.value for s, p in pooled.items()}
    _refuse(list(_broken_by_experts(model, converted, values)))
    broken = list(_broken(model, values, set(model.parameters)))
    if broken:
        remedy = "no single expert breaks it; ask those who judged these again, together"
        raise InvalidFileError("judgements", [Fault(text, remedy=remedy) for text in broken])
    shapes = {s.name: _shapes(s.name, p) for s, p in pooled.items() if p.has_range}
    notes = [
        *_notes(model, pooled),
        *held_against_payoffs(
            model,
            _all_values(model, values),
            {s: p.value for s, p in told.items()},
            checked,
            {s: q.title for s, q in asked.items()},
        ),
    ]
    return _written(model, experts, weights or {}, pooled, shapes, notes, on)


def _ranks(model: SymbolicModel) -> dict[str, tuple[str, str]]:
    """Return the parameters that stand for places in an order, each with whose it is and where."""
    return {
        name: (who, label)
        for who, order in model.orders.items()
        for label, name in order.parameters.items()
    }


def _check_orders(model: SymbolicModel, pooled: Mapping[Subject, Pool]) -> None:
    """Raise an error where an order is to have numbers, and some of its places get none."""
    remedy = "weigh the ends of all players"
    faults = [
        Fault(f"nobody weighs {label} for {who}, of whom only an order is known", remedy=remedy)
        for name, (who, label) in _ranks(model).items()
        if Subject(name) not in pooled
    ]
    if faults:
        raise InvalidFileError("judgements", faults)


def _check_experts(experts: Sequence[Expert], weights: Mapping[str, Fraction]) -> None:
    seen: dict[str, str] = {}
    for expert in experts:
        if expert.name in seen:
            where = "" if expert.source == seen[expert.name] else f" of {seen[expert.name]} and"
            raise UsageError(
                f"two experts{where} of {expert.source} are called {expert.name!r}",
                remedy="give each a name of his own, in the columns of the sheet",
            )
        seen[expert.name] = expert.source
    for name, weight in weights.items():
        if name not in seen:
            known = f"experts: {', '.join(seen)}"
            raise UsageError(
                f"no expert is called {name[:60]!r}", remedy=did_you_mean(name, seen) or known
            )
        if weight <= 0:
            raise UsageError(f"the weight of {name} is {weight}", remedy="give one above 0")
    if not any(expert.judged for expert in experts):
        raise UsageError("nobody has judged anything", remedy="give a judgement")
    if len(experts) > MAX_EXPERTS:
        raise UsageError(f"{len(experts)} experts", remedy=f"at most {MAX_EXPERTS}")


def _refuse(faults: Sequence[Found]) -> None:
    """Raise an error for the faults of the first sheet that has some."""
    if faults:
        source = faults[0][0].source
        raise InvalidFileError(source, [fault for e, fault in faults if e.source == source])


def _pools(experts: Sequence[Expert], weights: Mapping[str, Fraction]) -> dict[Subject, Pool]:
    found: dict[Subject, list[tuple[Fraction, Judgement]]] = {}
    for expert in experts:
        for subject, judgement in expert.judged.items():
            weight = weights.get(expert.name, Fraction(1))
            found.setdefault(subject, []).append((weight, judgement))
    return {subject: pool(judgements) for subject, judgements in found.items()}


# ---- assumptions --------------------------------------------------------------------
def _all_values(model: SymbolicModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of all parameters that have one."""
    found = {n: p.default for n, p in model.parameters.items() if p.default is not None}
    found |= values
    for name in model.derived:
        formula = model.parameters[name].formula
        if name not in found and formula is not None and formula.names <= found.keys():
            try:
                found[name] = formula.evaluate(found)
            except (DeterrenceError, ArithmeticError):
                continue
    return found


def _broken(
    model: SymbolicModel, values: Mapping[str, Any], known: set[str]
) -> list[str]:  # fmt: skip
    """Return what the values break, of the assumptions on these parameters."""
    everything = _all_values(model, values)
    found = []
    for assumption in model.assumptions:
        names = _expanded(model, assumption)
        if not names <= known or not assumption.names <= everything.keys():
            continue
        try:
            holds = assumption.evaluate(everything)
        except (DeterrenceError, ArithmeticError):
            holds = False
        if not holds:
            at = ", ".join(f"{n} = {everything[n]}" for n in sorted(assumption.names))
            found.append(f"the likely values break the assumption '{assumption}': {at}")
    return found


def _expanded(model: SymbolicModel, e: Expression) -> set[str]:
    names: set[str] = set()
    todo = set(e.names)
    while todo:
        name = todo.pop()
        formula = model.parameters[name].formula
        if formula is None:
            names.add(name)
        else:
            todo |= formula.names - names
    return names


def _broken_by_experts(
    model: SymbolicModel, experts: Sequence[Expert], pooled: Mapping[str, Any]
) -> list[Found]:
    """Return the faults of experts who contradict themselves, or what nobody judges."""
    found = []
    free = set(model.parameters) - pooled.keys()
    for expert in experts:
        own = {s.name: j.likely for s, j in expert.judged.items()}
        for text in _broken(model, own, free | own.keys()):
            last = next((s for s in reversed(expert.judged) if f"{s.name} = " in text), None)
            if last is None:  # a default breaks it, and the file says so itself
                continue
            line, column = expert.places.get(last, (None, None))
            what = f"{expert.name}: {text}"
            found.append(
                (expert, Fault(what, line, column, last.name, remedy="change one of them"))
            )
    return found


# ---- what is written ----------------------------------------------------------------
def _shapes(name: str, found: Pool) -> tuple[Fraction, Fraction]:
    shapes = found.shapes
    assert shapes is not None
    if min(shapes) < _LEAST_SHAPE:
        raise InvalidFileError("judgements", [Fault(
            f"{name}: the experts are so far apart that no one distribution stands for them all",
            remedy="ask them again, or make a file for each",
        )])  # fmt: skip
    return shapes


def _notes(model: SymbolicModel, pooled: Mapping[Subject, Pool]) -> list[str]:
    ranks = _ranks(model)
    fixed = {s: p for s, p in pooled.items() if not p.has_range and s.name not in ranks}
    alone = [s.name for s in fixed]
    apart = [s.name for s, p in pooled.items() if p.shapes is not None and min(p.shapes) < 1]
    held = [f"--set {s.name}={p.value}" for s, p in fixed.items()]
    notes = []
    if alone:
        notes.append(
            f"values without a range: {', '.join(alone)}; they vary as the file says, unless they "
            f"are held: {' '.join(held)}"
        )
    if apart:
        notes.append(
            f"the experts differ so much about {', '.join(apart)} that an end of the range is the "
            "likeliest; look at them one by one, too"
        )
    return notes


def _shape_text(value: Fraction) -> str:
    """Write a shape, of which six digits are more than anybody knows."""
    text = number_text(value)
    return text if len(text) <= 8 else f"{float(value):.6g}"


def _written(
    model: SymbolicModel,
    experts: Sequence[Expert],
    weights: Mapping[str, Fraction],
    pooled: Mapping[Subject, Pool],
    shapes: Mapping[str, tuple[Fraction, Fraction]],
    notes: Sequence[str],
    on: datetime.date,
) -> Elicitation:
    names = {e.name: weights.get(e.name, Fraction(1)) for e in experts if e.judged}
    equal = len(set(names.values())) == 1
    listed = ", ".join(n if equal else f"{n}, weight {number_text(w)}" for n, w in names.items())
    count = f"{len(names)} expert{'s' if len(names) > 1 else ''}"
    entries = {
        "title": f"As {count} judge{'s' if len(names) == 1 else ''}",
        "story": " ".join([_METHOD, *(f"{note[0].upper()}{note[1:]}." for note in notes)])[:5000],
        "values": {s.name: number_text(p.value) for s, p in pooled.items()},
        "source": f"elicited from {count} on {on.isoformat()} ({listed})",
    }
    distributions = {
        s.name: {
            "name": "beta",
            **dict(zip("ab", map(_shape_text, shapes[s.name]), strict=True)),
            "loc": number_text(found.low),
            "scale": number_text(found.high - found.low),
        }
        for s, found in pooled.items()
        if s.name in shapes
    }
    if model.orders:
        text = numbered(model.text, _ranks(model), distributions, SCENARIO, entries)
    else:
        flow = {
            name: f"{{{', '.join(f'{k}: {x}' for k, x in spread.items())}}}"
            for name, spread in distributions.items()
        }
        text = rewritten(model.text, flow, SCENARIO, entries)
    made = read_model(text, model.name, source="the model with what was elicited")
    return Elicitation(
        made, text, tuple(notes), tuple(s.name for s in pooled), tuple(distributions)
    )
