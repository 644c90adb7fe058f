"""From judgement to numbers: what experts say of a model, pooled, as a model again.

>>> from deterrence import elicit, load_model
>>> model = elicit(
...     load_model("chicken"),
...     {"Anna": {"T_A": (1, 2, 4)}, "Bo": {"T_A": ("0.5", 1, 3), "P_A": -20}},
... )
>>> {name: str(value) for name, value in model.scenario("elicited").values.items()}
{'T_A': '3/2', 'P_A': '-20'}
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from deterrence.errors import DeterrenceError, Fault, InvalidFileError, UsageError, did_you_mean
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

M = TypeVar("M", bound=SymbolicModel)
#: What an expert says: ``(low, likely, high)`` or one value, by parameter, or by
#: ``(end, player)`` for the weight of an end of the crisis from 0 to 100.
Said = Mapping[str | tuple[str, str], Value | Sequence[Value]]


def elicit(
    model: M,
    judgements: Mapping[str, Said],
    /,
    *,
    weights: Mapping[str, Value] | None = None,
    on: datetime.date | None = None,
) -> M:
    """Return the model with what experts say of it: a scenario ``elicited``, and distributions.

    ``judgements`` are by expert and parameter: low, likely and high, or one value.  Experts
    count equally unless ``weights`` say otherwise; ``on`` is the date in the scenario's source,
    today if not given.  How they are pooled is in
    :mod:`deterrence.modelfile.elicitation.pooling`.  ``text`` of the result is its file, and
    the scenario's ``story`` says what is to be known, such as weights that contradict payoffs.

    Raises :class:`InvalidFileError` for judgements that contradict the model, and
    :class:`UsageError` for names and weights that do not fit.

    >>> from deterrence import elicit, load_model
    >>> model = elicit(load_model("chicken"), {"Anna": {"S_A": (-4, -2, -1)}})
    >>> model.parameters["S_A"].distribution["name"], model.values("elicited")["S_A"]
    ('beta', Fraction(-2, 1))
    """
    from deterrence.algebra.numbers import exact
    from deterrence.modelfile.elicitation.elicited import elicited
    from deterrence.modelfile.elicitation.questions import Expert, Subject, questions
    from deterrence.modelfile.elicitation.sheets import checked_name

    asked = {q.subject: q for q in questions(model)}
    experts, faults = [], []
    for name, said in judgements.items():
        expert = Expert(checked_name(name))
        for about, given in said.items():
            subject = Subject(about) if isinstance(about, str) else Subject(*about)
            key = ", ".join(part for part in (name, *subject) if part)
            if subject not in asked:
                known = [s.name for s in asked]
                what, remedy = f"{subject.name} is not asked for", did_you_mean(subject.name, known)
                faults.append(Fault(what, key=key, remedy=remedy))
                continue
            numbers = (
                given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
            )
            try:
                expert.judged[subject] = asked[subject].answer(numbers)
            except UsageError as error:
                faults.append(Fault(error.what, key=key, remedy=error.remedy))
        experts.append(expert)
    if faults:
        raise InvalidFileError("judgements", faults)
    try:
        counted = {name: exact(weight) for name, weight in (weights or {}).items()}
    except DeterrenceError as error:
        raise UsageError(f"weights: {error.what}", remedy=error.remedy) from None
    found = elicited(model, experts, counted, on=on or datetime.date.today()).model
    return replace(model, **{f.name: getattr(found, f.name) for f in fields(SymbolicModel)})
