"""What a ladder in a model file is made of, as pydantic models."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from deterrence.algebra.numbers import parse_number
from deterrence.errors import ExpressionError
from deterrence.modelfile.schema import fields
from deterrence.modelfile.schema.base import Spec
from deterrence.modelfile.schema.fields import (
    FormulaText,
    Label,
    OptionalFormulaText,
    Title,
    kind,
    refuse,
)

MAX_RUNGS = 100
MOVES = ("simultaneous", "sequential")


class RungSpec(Spec):
    """A rung of a ladder, with its own cost and hazard where they differ from the ladder's."""

    title: Title = ""
    titles: dict[Label, Title] = Field(
        {}, description="moves in turn: {player: title} of the rung where that player climbs to it"
    )
    cost: dict[Label, FormulaText] = Field({})
    hazard: OptionalFormulaText = None
    group: Title = Field("", description="the part of the ladder that the rung belongs to")

    @model_validator(mode="before")
    @classmethod
    def _just_a_title(cls, value: Any) -> Any:
        return {"title": value} if isinstance(value, str) else value


def _rungs(value: Any) -> Any:
    if isinstance(value, str):
        try:
            count = parse_number(value)
        except ExpressionError:
            count = Fraction(0)
        if count.denominator != 1 or not 2 <= count <= MAX_RUNGS:
            what = f"{kind(value)} is no number of rungs"
            refuse(what, f"a list of rungs, or a whole number from 2 to {MAX_RUNGS}")
        return {f"rung_{k}": f"Rung {k}" if k else "Status quo" for k in range(int(count))}
    labelled = fields._labelled(value)
    if not 2 <= len(labelled) <= MAX_RUNGS:
        refuse(f"the number of rungs is {len(labelled)}", f"2 to {MAX_RUNGS}, the status quo first")
    return labelled


class LadderSpecification(Spec):
    """A ladder of escalation, from which a matrix or a game tree is generated."""

    moves: Annotated[
        str, PlainValidator(fields._choice(*MOVES)), WithJsonSchema({"enum": list(MOVES)})
    ] = Field("simultaneous", description="whether the sides choose at once or move in turn")
    first: Title = Field("", description="moves in turn: who begins; the first player if not given")
    who: dict[Title, Label] = Field(
        {}, description="moves in turn: {rung: the player who has the move there}"
    )

    rungs: Annotated[
        dict[Label, RungSpec],
        fields.BeforeValidator(_rungs),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "integer", "minimum": 2, "maximum": MAX_RUNGS},
                    {"type": "string"},
                    {"type": "object"},
                    {"type": "array", "items": {"type": ["string", "object"]}, "minItems": 2},
                ],
                "description": "the rungs from the status quo up, or how many there are",
            }
        ),
    ]
    prize: dict[Label, FormulaText]
    loss: dict[Label, FormulaText]
    cost: dict[Label, FormulaText] = Field({}, description="of living through rung k; may use k")
    hazard: OptionalFormulaText = Field(
        None, description="probability that rung k slips to general war by itself; may use k"
    )
    general_war: dict[Label, FormulaText]
