"""What a known result of a model file is made of, as a pydantic model."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from deterrence.errors import UsageError
from deterrence.game.stability_notions import read_notion
from deterrence.modelfile.schema import fields
from deterrence.modelfile.schema.base import Spec
from deterrence.modelfile.schema.fields import (
    ConditionText,
    ExactNumber,
    Flag,
    FormulaText,
    Label,
    ListItem,
    OptionalFormulaText,
    OptionalNumber,
    Sources,
    StrategyEntry,
    Title,
    refuse,
)

#: Concepts of equilibrium; those of game trees only come last.
CONCEPTS = ("nash", "correlated", "zero-sum", "spe", "weak-pbe", "pbe", "sequential")


class KnownResultSpec(Spec):
    """What the cited source says of the model, at the defaults or at other values."""

    title: Title
    source: Sources = ""
    scenario: Title = ""
    values: dict[Title, ExactNumber] = Field({})
    concept: Annotated[
        str,
        PlainValidator(fields._choice(*CONCEPTS)),
        WithJsonSchema({"enum": list(CONCEPTS)}),
    ] = "nash"
    objective: Title = Field("", description="correlated only, such as `max welfare`")
    equilibria: list[ListItem[dict[Label, StrategyEntry]]] | None = Field(
        None, description="all (extreme) equilibria; with `exists`, some of them"
    )
    behaviour: list[ListItem[dict[Label, dict[Title, StrategyEntry]]]] | None = Field(
        None, description="of a game tree: {player: {information set: action or mixture}}"
    )
    count: OptionalNumber = Field(None, description="of (extreme) equilibria")
    families: OptionalNumber = Field(None, description="of a game tree: number of families")
    exists: list[ConditionText] | None = Field(
        None, description="where one of the equilibria, or of the behaviours, exists"
    )
    payoffs: dict[Label, FormulaText] = Field({})
    outcomes: dict[Label, FormulaText] = Field({}, description="probabilities of outcomes")
    measures: dict[Title, FormulaText] = Field({})
    value: OptionalFormulaText = Field(None, description="zero-sum only: the first player's value")
    stability: dict[Label, list[ListItem[Title]]] = Field(
        {}, description="{notion: [states]}: all that are stable for every player, such as seq"
    )
    lesson: Flag = Field(False, description="whether the model's insight rests on this result")

    @model_validator(mode="after")
    def _fitting(self) -> KnownResultSpec:
        for key in ("count", "families"):
            number = getattr(self, key)
            if number is not None and (number < 0 or number.denominator != 1):
                what = "the count" if key == "count" else "the number of families"
                refuse(f"{what} is {number}", "a whole number", at=(key,))
        if self.value is not None and self.concept != "zero-sum":
            refuse("a value belongs to the concept zero-sum", at=("value",))
        if self.objective and self.concept != "correlated":
            refuse("an objective belongs to the concept correlated", at=("objective",))
        if self.exists is not None and not (self.behaviour or self.equilibria):
            remedy = "equilibria: ..., in a tree behaviour: ..."
            refuse("conditions, but nothing that exists where they hold", remedy)
        for notion in self.stability:
            try:
                fine = read_notion(notion) == notion
            except UsageError as error:
                refuse(error.what, "", error.remedy, at=("stability",))
            if not fine:
                remedy = f"write {read_notion(notion)}"
                refuse(f"the notion {notion!r} has one spelling", "", remedy, at=("stability",))
        claims = (self.equilibria, self.behaviour, self.count, self.families, self.value)
        said = self.payoffs or self.measures or self.outcomes or self.stability
        if not (any(c is not None for c in claims) or said):
            refuse("nothing is claimed", "equilibria, count, payoffs, measures, value or stability")
        return self
