"""What the option form of a model file is made of, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from deterrence.game.option_statements import KEYWORDS
from deterrence.modelfile.schema import fields
from deterrence.modelfile.schema.base import BARE_TITLE, ShortSpec, Spec
from deterrence.modelfile.schema.fields import FormulaText, NameText, Title, kind, refuse

#: How an option cannot be changed, by what stands in the file.
_WAYS = {"taken": "taken", "given up": "given up", "given_up": "given up"}


def _option_name(value: Any) -> str:
    text = fields._name(value)
    if text.lower() in KEYWORDS:
        refuse(f"the name {text!r} has a meaning in statements", "another name")
    if not {*text} - {*"YN"}:
        refuse(f"the name {text!r} reads like a pattern", "a name with other letters than Y and N")
    return text


OptionName = Annotated[
    str,
    PlainValidator(_option_name),
    WithJsonSchema(
        {
            "type": "string",
            "description": "a name for statements and formulas",
            "pattern": "^[A-Za-z][A-Za-z0-9_]*$",
            "maxLength": fields.MAX_NAME,
        }
    ),
]


def _statement(value: Any) -> str:
    remedy = "put quotes around text that begins with - or ["
    if not isinstance(value, str):
        refuse(f"{kind(value)} stands here", "a statement about options", remedy)
    return value


StatementText = Annotated[
    str,
    PlainValidator(_statement),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "options with not, and, or, if, iff between them; or a pattern "
            "such as YN-Y",
        }
    ),
]


def _way(value: Any) -> str:
    if isinstance(value, str) and value.lower() in _WAYS:
        return _WAYS[value.lower()]
    if not isinstance(value, str) or value.lower() not in fields._FLAGS:
        wanted = "yes (once taken, it stays), no, or given up (once given up, it stays so)"
        refuse(f"{kind(value)} stands here", wanted)
    return "taken" if fields._FLAGS[value.lower()] else ""


class OptionSpec(ShortSpec):
    """Something that a player does or does not do; a bare text is the title."""

    short = "title"
    bare_schema = BARE_TITLE

    title: Title = ""
    irreversible: Annotated[
        str,
        PlainValidator(_way),
        WithJsonSchema(
            {
                "enum": [True, False, "yes", "no", "taken", "given up"],
                "description": "yes: once taken, it stays so; given up: once given up, it stays so",
            }
        ),
    ] = ""


class NamedStateSpec(ShortSpec):
    """A state with a name; a bare text says which it is."""

    short = "when"
    bare_schema: ClassVar[dict[str, Any]] = {"type": "string", "description": "a statement"}

    title: Title = ""
    when: StatementText


def _order(value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.split(">")
    if not isinstance(value, list) or not value:
        found = "an empty list" if value == [] else kind(value)
        refuse(f"{found} stands here", "states, the best first: a > b = c, or a list")
    for index, item in enumerate(value):
        if not isinstance(item, str) or ">" in item:
            refuse(f"{kind(item)} stands here", "a state, or a = b for a tie", at=(index,))
    return value


class PreferenceSpec(Spec):
    """What a player prefers: one of statements, order and payoff."""

    statements: list[StatementText] | None = Field(
        None, description="what she wants to be true, the most important first"
    )
    order: Annotated[
        list[str] | None,
        PlainValidator(_order),
        WithJsonSchema(
            {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
                "description": "all states, the best first, with > between them and = between "
                "those that are tied",
            }
        ),
    ] = None
    payoff: Annotated[FormulaText | None, Field()] = Field(
        None, description="a formula in parameters, options and named states (1 or 0 each)"
    )

    @model_validator(mode="after")
    def _one_way(self) -> PreferenceSpec:
        given = [n for n in ("statements", "order", "payoff") if getattr(self, n) is not None]
        if len(given) != 1:
            what = " and ".join(given) + " exclude each other" if given else "no preference is here"
            refuse(what, "one of statements, order and payoff")
        if self.statements == []:
            refuse("there are no statements", "at least one, the most important first")
        return self


class _OrListed:
    """What may also be a list of names."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON Schema, with the list beside the mapping."""
        listed = {"type": "array", "items": {"type": ["string", "object"]}, "minItems": 1}
        return {"anyOf": [{**handler(core), "minProperties": 1}, listed]}


#: The options of one player.
Options = Annotated[dict[OptionName, OptionSpec], BeforeValidator(fields._labelled), _OrListed()]
NamedStates = dict[OptionName, NamedStateSpec]
__all__ = ["NameText", "NamedStates", "Options", "PreferenceSpec", "StatementText"]
