"""The base of everything that stands in a model file."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator


class Spec(BaseModel):
    """Base of everything in a model file: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


#: The JSON Schema of a bare title.
BARE_TITLE: dict[str, Any] = {"type": ["string", "number", "boolean"], "description": "the title"}


class ShortSpec(Spec):
    """Base of what may also be written in short: a bare value that stands for one entry."""

    #: The entry, what kind of value stands for it, and the JSON Schema of that.
    short: ClassVar[str]
    bare: ClassVar[type] = str
    bare_schema: ClassVar[dict[str, Any]]

    @model_validator(mode="before")
    @classmethod
    def _written_in_short(cls, value: Any) -> Any:
        return {cls.short: value} if isinstance(value, cls.bare) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON Schema, with the shorthand beside the mapping."""
        return {"anyOf": [handler(core), cls.bare_schema]}
