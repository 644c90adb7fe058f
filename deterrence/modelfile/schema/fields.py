"""The kinds of value that a model file holds, as pydantic types.

Every value arrives as the text that stands in the file, as a dict or as a list.
A validator here either returns what the value means or raises an error in plain
words; :mod:`deterrence.modelfile.partial_validation` adds the place.
"""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from deterrence.algebra.expression_reader import RESERVED
from deterrence.algebra.numbers import number_hint, parse_number
from deterrence.errors import ExpressionError, did_you_mean
from deterrence.words.symbols import MAX_SYMBOL, Symbol

MAX_NAME = 40
MAX_LABEL = 60
MAX_TITLE = 200
MAX_TEXT = 5000
MAX_INSIGHT = 240
#: Words that Python callers need for themselves: ``model.at(scenario=..., values=..., check=...)``.
KEPT_WORDS = frozenset({"scenario", "values", "check"})

_FLAGS = {"yes": True, "true": True, "no": False, "false": False}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


def kind(value: Any) -> str:
    """Say in plain words what a value is."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if not isinstance(value, str):
        return "nothing"
    return repr(value if len(value) <= 40 else value[:37] + "...")


def comma_hint(items: Any, wanted: int) -> str:
    """Say how decimals are written, if a list has too many items for decimal commas in it.

    >>> comma_hint(["0", "5", "1"], 2), comma_hint(["a", "b", "1"], 2)
    ('write decimals with a point, as in 0.5', '')
    """
    if not isinstance(items, list) or not wanted < len(items) <= 2 * wanted:
        return ""
    for first, second in itertools.pairwise(items):
        digits = isinstance(first, str) and isinstance(second, str) and second.isdigit()
        if digits and number_hint(f"{first},{second}"):
            return "write decimals with a point, as in 0.5"
    return ""


def refuse(
    what: str, expected: str = "", remedy: str = "", at: tuple[str | int, ...] = ()
) -> NoReturn:
    """Raise a fault of the value that is being validated, or of what stands ``at`` in it."""
    # The message is a template; braces in a stranger's text must not be read as fields.
    context = {"what": what, "expected": expected, "remedy": remedy, "at": at}
    raise PydanticCustomError("deterrence", "{what}", context)


def _text(value: Any, limit: int, what: str) -> str:
    if not isinstance(value, str):
        refuse(f"{kind(value)} stands here", what)
    if len(value) > limit:
        refuse(f"the text has {len(value)} characters", f"at most {limit}")
    return value


def _title(value: Any) -> str:
    return _text(value, MAX_TITLE, "text").strip()


def _symbol(value: Any) -> str:
    text = _text(value, 10**9, "a symbol").strip()
    try:
        if text:
            Symbol.parse(text)
    except ExpressionError as error:
        refuse(f"{kind(text)} is no symbol: {error.what}", error.expected, error.remedy)
    return text


def _prose(value: Any) -> str:
    return _text(value, MAX_TEXT, "text").strip()


def _insight(value: Any) -> str:
    text = " ".join(_text(value, 10**9, "text").split())
    return _text(text, MAX_INSIGHT, "text")


def _sources(value: Any) -> str:
    if not isinstance(value, list):
        return _text(value, MAX_TEXT, "text or a list of texts").strip()
    for index, item in enumerate(value):
        if not isinstance(item, str):
            refuse(f"{kind(item)} stands here", "text", at=(index,))
    return _text("\n".join(item.strip() for item in value), MAX_TEXT, "text")


def _label(value: Any) -> str:
    text = _text(value, 10**9, "a label")
    if not text or text != text.strip():
        refuse(f"the label {kind(text)} is empty or has blanks around it", "a label such as NATO")
    if len(text) > MAX_LABEL:
        refuse(f"the label has {len(text)} characters", f"at most {MAX_LABEL}")
    if not text.isprintable():
        refuse(f"the label {kind(text)} has characters that cannot be shown", "printable text")
    return text


def _name(value: Any) -> str:
    text = _text(value, 10**9, "a name")
    if len(text) > MAX_NAME:
        refuse(f"the name has {len(text)} characters", f"at most {MAX_NAME}")
    if not _NAME.fullmatch(text):
        wanted = "a letter, then letters, digits and _ (A to Z, no accents), such as k_R"
        refuse(f"{kind(text)} cannot be a name in formulas", wanted)
    if text in RESERVED or keyword.iskeyword(text) or text in KEPT_WORDS:
        refuse(f"the name {text!r} has a meaning of its own", "another name")
    return text


def _number(value: Any) -> Fraction:
    text = _text(value, 10**9, "a number")
    try:
        return parse_number(text)
    except ExpressionError as error:
        refuse(error.what, error.expected or "a number", error.remedy)


def _formula(value: Any) -> str:
    return _text(value, 10**9, "a formula")


def _bounds(value: Any) -> tuple[Fraction | None, Fraction | None]:
    if not isinstance(value, list) or len(value) != 2:
        found = f"a list of {len(value)}" if isinstance(value, list) else kind(value)
        wanted = "[low, high], with none for a side that is open"
        refuse(f"{found} stands here", wanted, comma_hint(value, 2))
    ends: list[Fraction | None] = []
    for index, item in enumerate(value):
        if item is None or item == "none":
            ends.append(None)
            continue
        if not isinstance(item, str):
            refuse(f"{kind(item)} stands here", "a number or none", at=(index,))
        try:
            ends.append(parse_number(item))
        except ExpressionError as error:
            refuse(error.what, "a number or none", error.remedy, at=(index,))
    low, high = ends
    if low is not None and high is not None and low > high:
        refuse(f"the bounds are reversed: {low} is above {high}", "[low, high]")
    return low, high


def _labelled(value: Any) -> dict[str, Any]:
    """Turn a list of labels, or of ``{label: title}``, into a mapping."""
    if isinstance(value, dict):
        if not value:
            refuse("the mapping is empty", "at least one label")
        return value
    if not isinstance(value, list) or not value:
        found = "an empty list" if value == [] else kind(value)
        refuse(f"{found} stands here", "a mapping {label: title} or a list of labels")
    result: dict[str, Any] = {}
    for index, item in enumerate(value):
        entry = item
        if isinstance(item, str):
            entry = {item: ""}
        if not isinstance(entry, dict) or len(entry) != 1:
            refuse(f"{kind(item)} stands here", "a label, or label: title", at=(index,))
        [(label, title)] = entry.items()
        if label in result:
            refuse(f"the label {label!r} occurs twice", "each label once", at=(index,))
        result[label] = title
    return result


def _flag(value: Any) -> bool:
    text = _text(value, 10**9, "yes or no").lower()
    if text not in _FLAGS:
        refuse(f"{kind(value)} stands here", "yes or no")
    return _FLAGS[text]


def _strategy(value: Any) -> Any:
    if isinstance(value, str):
        return {value: "1"}
    if not isinstance(value, dict) or not value:
        refuse(f"{kind(value)} stands here", "an action, or {action: probability, other: rest}")
    return value


def _choice(*words: str, meant: Mapping[str, str] | None = None) -> Callable[[Any], str]:
    """Return a check for one of some words; ``meant`` has the right one for other words."""

    def check(value: Any) -> str:
        text = _text(value, 10**9, "a word")
        if text not in words:
            known = " or ".join([", ".join(words[:-1]), words[-1]])
            word = (meant or {}).get(text.lower())
            hint = f"did you mean {word!r}?" if word else did_you_mean(text, words)
            refuse(f"{kind(text)} is not known here", known, hint)
        return text

    return check


class Hole:
    """What stands in a list in place of an item that has faults of its own."""


HOLE = Hole()
T = TypeVar("T")


def _keep_hole(value: Any, validate: Callable[[Any], Any]) -> Any:
    return value if value is HOLE else validate(value)


def _schema(description: str, *types: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": list(types), "description": description, **more})


_SCALAR = ("string", "number", "boolean")
Title = Annotated[str, PlainValidator(_title), _schema("one line of text", *_SCALAR)]
SymbolText = Annotated[
    str,
    PlainValidator(_symbol),
    _schema(
        "letters, digits and Greek names, with one subscript and one superscript: "
        "c_R, k_{DD+}, \\rho, \\bar{x}_1",
        "string",
        maxLength=MAX_SYMBOL,
    ),
]
Prose = Annotated[str, PlainValidator(_prose), _schema("text", *_SCALAR)]
Insight = Annotated[
    str,
    PlainValidator(_insight),
    _schema("what is to be learnt from the model, in one sentence or two", "string"),
]
Sources = Annotated[
    str,
    PlainValidator(_sources),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "where it comes from; write `assumption` where it is a guess",
        }
    ),
]
Label = Annotated[str, PlainValidator(_label), _schema("a label", *_SCALAR)]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"enum": [True, False, "yes", "no"]})]
NameText = Annotated[
    str,
    PlainValidator(_name),
    _schema("a name for formulas", "string", pattern="^[A-Za-z][A-Za-z0-9_]*$", maxLength=MAX_NAME),
]
OptionalNumber = Annotated[
    Fraction | None,
    PlainValidator(_number),
    _schema("an exact number: 3, 0.25, 1e-3 or 1/3", "number", "string"),
]
ExactNumber = Annotated[
    Fraction,
    PlainValidator(_number),
    _schema("an exact number: 3, 0.25, 1e-3 or 1/3", "number", "string"),
]
FormulaText = Annotated[
    str, PlainValidator(_formula), _schema("a formula over parameters", "number", "string")
]
OptionalFormulaText = Annotated[
    str | None, PlainValidator(_formula), _schema("a formula over parameters", "number", "string")
]
ConditionText = Annotated[
    str,
    PlainValidator(_formula),
    _schema("an inequality between formulas, such as a > b", "string"),
]
Bounds = Annotated[
    tuple[Fraction | None, Fraction | None],
    PlainValidator(_bounds),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": ["number", "string"]},
            "minItems": 2,
            "maxItems": 2,
            "description": "[low, high]; none for a side that is open",
        }
    ),
]
_TITLES_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "object", "additionalProperties": {"type": list(_SCALAR)}, "minProperties": 1},
            {"type": "array", "items": {"type": [*_SCALAR, "object"]}, "minItems": 1},
        ],
        "description": "{label: title}, or a list of labels",
    }
)
Titles = Annotated[dict[Label, Title], BeforeValidator(_labelled), _TITLES_SCHEMA]
StrategyEntry = Annotated[
    dict[Label, FormulaText],
    BeforeValidator(_strategy),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": list(_SCALAR)},
                {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
            ],
            "description": "an action, or {action: probability, other action: rest}",
        }
    ),
]
ListItem = Annotated[T, WrapValidator(_keep_hole)]
