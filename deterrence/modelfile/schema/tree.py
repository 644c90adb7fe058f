"""What a game tree in a model file is made of: the keys of its nodes, as the JSON Schema has them.

The nodes themselves are read by :mod:`deterrence.modelfile.forms.tree_reader`, which can say
of a misspelt key at the bottom of a tree what it must mean; here stands what an
editor needs to know.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import PlainValidator, WithJsonSchema

from deterrence.modelfile.schema.base import ShortSpec
from deterrence.modelfile.schema.fields import FormulaText, Title, kind, refuse

#: Keys of a player's move, of a move of chance, of one of its events, of an end, of a part used.
MOVE_KEYS = ("player", "at", "moves", "pays", "title", "titles", "label")
CHANCE_KEYS = ("chance", "at", "pays", "title", "label")
EVENT_KEYS = ("probability", "then", "title")
END_KEYS = ("outcome", "payoffs", "title", "label")
PART_KEYS = ("part", "at")

_SCALAR = {"type": ["string", "number", "boolean"]}
_TEXT = {"type": "string"}
_NODE = {"$ref": "#/$defs/Node"}
_PAYOFF = {"$ref": "#/$defs/TypedFormula"}


def definitions() -> dict[str, Any]:
    """Return the JSON Schema of nodes and of formulas per type, to be put under ``$defs``."""
    outcome = {**_SCALAR, "description": "an outcome"}
    shared = {
        "at": {**_SCALAR, "description": "name of the information set, or of the chance move"},
        "pays": {**outcome, "description": "an outcome that is paid when the node is reached"},
        "title": {**_TEXT, "description": "one line for readers"},
        "label": {**_TEXT, "description": "a name of this node"},
    }
    move = _mapping(
        {
            "player": {**_SCALAR, "description": "who moves"},
            "moves": {
                "type": "object",
                "additionalProperties": _NODE,
                "minProperties": 1,
                "description": "what follows each action",
            },
            "titles": {"type": "object", "additionalProperties": _SCALAR},
            **shared,
        },
        ["player", "moves"],
    )
    event = _mapping(
        {"probability": {**_PAYOFF}, "then": _NODE, "title": shared["title"]},
        ["probability", "then"],
    )
    chance = _mapping(
        {
            "chance": {"type": "object", "additionalProperties": event, "minProperties": 1},
            **shared,
        },
        ["chance"],
    )
    use = {**_SCALAR, "description": "tells its information sets from those of other uses"}
    named = {"title": shared["title"], "label": shared["label"]}
    payoffs = {"$ref": "#/$defs/Payoffs"}
    return {
        "Node": {
            "anyOf": [
                {**_SCALAR, "description": "an outcome, or one of the parts"},
                move,
                chance,
                _mapping({"outcome": outcome, **named}, ["outcome"]),
                _mapping({"payoffs": payoffs, **named}, ["payoffs"]),
                _mapping({"part": {**_SCALAR, "description": "a part"}, "at": use}, ["part"]),
            ],
            "description": "a move of a player or of chance, or the end of the play",
        },
        "Payoffs": {
            "anyOf": [
                {"type": "object", "additionalProperties": _PAYOFF, "minProperties": 1},
                {"type": "array", "items": _PAYOFF, "minItems": 1},
            ],
            "description": "payoffs per player, or a list of them in the players' order",
        },
        "TypedFormula": {
            "anyOf": [
                {"type": ["number", "string"], "description": "a formula over parameters"},
                {"type": "object", "additionalProperties": _PAYOFF, "minProperties": 1},
            ],
            "description": "a formula, {own type: formula}, or {player: {type: formula}}",
        },
    }


def _mapping(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _node(value: Any) -> Any:
    if not isinstance(value, str | dict | list):
        refuse(f"{kind(value)} stands here", "a move, {player: ..., moves: ...}, or an outcome")
    return value


def _payoffs(value: Any) -> Any:
    if not isinstance(value, dict | list):
        refuse(f"{kind(value)} stands here", "{player: formula}, or one formula per player")
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
        if not isinstance(entry, str | dict):
            refuse(f"{kind(entry)} stands here", "a formula", at=(key,))
    return value


TreeNode = Annotated[Any, PlainValidator(_node), WithJsonSchema({"stands_for": "Node"})]

PayoffEntries = Annotated[Any, PlainValidator(_payoffs), WithJsonSchema({"stands_for": "Payoffs"})]


class TypeSpec(ShortSpec):
    """A type that a player may have, with its probability; a bare formula is that."""

    short = "prior"
    bare_schema: ClassVar[dict[str, Any]] = {
        "type": ["number", "string"],
        "description": "the prior probability",
    }

    prior: FormulaText
    title: Title = ""
