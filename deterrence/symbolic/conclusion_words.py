"""What a statement about equilibria is called in a sentence: in the words of its measure's title.

>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.statements import read_statement
>>> model = load_model("asymmetric-bipolarity")
>>> texts = "war == 0", "war > 0", "deterrence == 1", "yields == 0", "war <= 1/10"
>>> for text in texts:
...     print(subject_words(read_statement(model, text).shown, model.measures))
No direct war
A risk of direct war
The divide holds for certain
No risk that a side yields
war <= 1/10
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from deterrence.algebra.expressions import Expression
from deterrence.game.measures import Measure
from deterrence.statements import is_chance

#: A title such as "probability of direct war", without what explains it.
_CHANCE = re.compile(r"^probability (of|that) ([^:;,(]*[^:;,( ])")
_ARTICLE = re.compile(r"^(?:the|an?)\s+")


def subject_words(statement: Expression, measures: Iterable[Measure]) -> str:
    """Return a statement as the beginning of a sentence; as it stands where no words fit.

    Words fit a statement that a probability is 0, is 1, or is not 0.
    """
    if statement.op != "compare" or len(statement.args[0]) != 1:
        return str(statement)
    (sign,), left, right = statement.args
    measure = next((m for m in measures if left.op == "name" and left.args[0] == m.name), None)
    if measure is None or not is_chance(measure.expression):
        return str(statement)
    found = _CHANCE.match(measure.title)
    kind, rest = found.groups() if found else ("", "")
    if not measure.title:
        kind, rest = "of", measure.name.replace("_", " ")
    chance = "chance" if measure.sense == "want" else "risk"
    number = right.args[0] if right.op == "number" else None
    if not kind or number not in (0, 1):
        return str(statement)
    if number == 0 and sign == "==":
        return f"No {_ARTICLE.sub('', rest)}" if kind == "of" else f"No {chance} that {rest}"
    if number == 0 and sign in (">", "!="):
        return f"A {chance} {kind} {rest}"
    if number == 1 and sign == "==":
        return f"{rest[:1].upper()}{rest[1:]} for certain"
    return str(statement)
