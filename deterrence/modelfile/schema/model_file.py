"""The format of a model file, as pydantic models; unknown keys are refused.

What a value looks like is said here; whether names, cells and numbers fit
together is for :mod:`deterrence.modelfile.loader`.  The JSON Schema for editors,
``models/schema.json``, is generated from these classes:

``python -m deterrence.modelfile.schema.model_file > models/schema.json``
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from deterrence.algebra.numbers import parse_number
from deterrence.errors import ExpressionError, did_you_mean
from deterrence.game.measures import Sense
from deterrence.modelfile.schema import distributions, fields
from deterrence.modelfile.schema.base import BARE_TITLE, ShortSpec, Spec
from deterrence.modelfile.schema.fields import (
    Bounds,
    ConditionText,
    ExactNumber,
    FormulaText,
    Insight,
    Label,
    ListItem,
    NameText,
    OptionalFormulaText,
    OptionalNumber,
    Prose,
    Sources,
    SymbolText,
    Title,
    Titles,
    kind,
    refuse,
)
from deterrence.modelfile.schema.known_results import KnownResultSpec
from deterrence.modelfile.schema.ladder import LadderSpecification
from deterrence.modelfile.schema.options import (
    NamedStates,
    Options,
    PreferenceSpec,
    StatementText,
)
from deterrence.modelfile.schema.tree import PayoffEntries, TreeNode, TypeSpec, definitions

#: Of a correlation: nobody knows one any better, and exact checks stay quick.
MAX_DENOMINATOR, DECIMALS = 100, 10_000
FORMS = ("strategic", "extensive", "ladder", "options")
#: What a tree may name as its default concept, and what a matrix may.
DEFAULT_CONCEPTS = ("nash", "spe", "weak-pbe", "pbe", "sequential")
MATRIX_CONCEPTS = ("nash", "correlated", "zero-sum")
_ALL_CONCEPTS = tuple(dict.fromkeys((*DEFAULT_CONCEPTS, *MATRIX_CONCEPTS)))
SENSES = ("want", "avoid")
#: Of an exercise's statement: in which equilibria it is true.
HOLDS = ("every", "some", "no")
LEVELS = (1, 2, 3)
#: What else people call the forms.
_CALLED = {"matrix": "strategic", "normal": "strategic", "tree": "extensive", "option": "options"}


def _distribution(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        refuse(f"{kind(value)} stands here", "{name: a distribution, argument: number, ...}")
    name = value.get("name")
    if name is None:
        refuse("the distribution has no name", "name: norm, or another one")
    if name not in distributions.SHAPES:
        known = ", ".join(distributions.SHAPES)
        remedy = did_you_mean(name, distributions.SHAPES) if isinstance(name, str) else ""
        refuse(f"{kind(name)} is no distribution", f"one of {known}", remedy, at=("name",))
    known_arguments = [*distributions.SHAPES[name], "loc", "scale"]
    arguments: dict[str, Fraction] = {}
    for argument, text in value.items():
        if argument == "name":
            continue
        if argument not in known_arguments:
            wanted = ", ".join(known_arguments)
            what = f"{name} has no argument {argument[:40]!r}"
            refuse(what, wanted, did_you_mean(argument, known_arguments), at=(argument,))
        if not isinstance(text, str):
            refuse(f"{kind(text)} stands here", "a number", at=(argument,))
        try:
            arguments[argument] = parse_number(text)
        except ExpressionError as error:
            refuse(error.what, error.expected or "a number", error.remedy, at=(argument,))
    for argument, what, wanted in distributions.problems(name, arguments):
        refuse(what, wanted, at=(argument,) if argument else ())
    return {"name": name, **arguments}


def _distribution_schema() -> dict[str, Any]:
    names = sorted({"loc", "scale"} | {s for v in distributions.SHAPES.values() for s in v})
    numbers = {name: {"type": ["number", "string"]} for name in names}
    return {
        "type": "object",
        "properties": {"name": {"enum": list(distributions.SHAPES)}, **numbers},
        "required": ["name"],
        "additionalProperties": False,
        "description": "a frozen scipy.stats distribution: its name and its arguments",
    }


Distribution = Annotated[
    Mapping[str, Any] | None,
    PlainValidator(_distribution),
    WithJsonSchema(_distribution_schema()),
]


def _pair(value: Any) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        found = f"a list of {len(value)}" if isinstance(value, list) else kind(value)
        refuse(f"{found} stands here", "two parameters, as in [l_R, l_N]")
    for index, item in enumerate(value):
        if not isinstance(item, str):
            refuse(f"{kind(item)} stands here", "the name of a parameter", at=(index,))
    first, second = value
    if first == second:
        refuse(f"{kind(first)} stands here twice", "two different parameters")
    return first, second


class ParameterSpec(Spec):
    """A symbol with its meaning; `default` and `formula` exclude each other."""

    title: Title = ""
    symbol: SymbolText = ""
    default: OptionalNumber = None
    bounds: Bounds = (None, None)
    unit: Title = ""
    source: Sources = ""
    controlled_by: Title = Field("", description="the player who can change it")
    distribution: Distribution = None
    formula: OptionalFormulaText = None

    @model_validator(mode="after")
    def _one_value(self) -> ParameterSpec:
        if self.formula is not None and self.default is not None:
            what = "default and formula exclude each other"
            refuse(what, "one of the two", "a formula is computed from other parameters")
        if self.formula is not None and self.distribution is not None:
            refuse("distribution and formula exclude each other", "one of the two")
        return self


class CorrelationSpec(Spec):
    """How strongly two uncertain parameters go together: Spearman's rank correlation."""

    between: Annotated[
        tuple[str, str],
        PlainValidator(_pair),
        WithJsonSchema(
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
        ),
    ] = Field(description="two parameters")
    value: ExactNumber = Field(description="from -1 to 1")

    @model_validator(mode="after")
    def _a_correlation(self) -> CorrelationSpec:
        if not -1 <= self.value <= 1:
            refuse(f"the correlation is {self.value}", "a number from -1 to 1", at=("value",))
        below = self.value.denominator
        if below > MAX_DENOMINATOR and DECIMALS % below:
            what = "the correlation has too many digits"
            refuse(what, "at most four decimals, or a short fraction", at=("value",))
        return self


class OutcomeSpec(Spec):
    """A named end of the crisis with its payoff to every player."""

    title: Title = ""
    description: Prose = ""
    payoffs: PayoffEntries

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON Schema: with `order` there are no payoffs, and a title is enough."""
        schema: dict[str, Any] = handler(core)
        del schema["required"]
        return {"anyOf": [schema, {"type": "string", "description": "title, beside `order`"}]}


def _pays(value: Any) -> Any:
    if not isinstance(value, str | dict) or value == {}:
        refuse(f"{kind(value)} stands here", "a formula for the player's own, or {player: formula}")
    for key, entry in value.items() if isinstance(value, dict) else ():
        if not isinstance(entry, str):
            refuse(f"{kind(entry)} stands here", "a formula", at=(key,))
    return value


class ActionSpec(ShortSpec):
    """What a player can do, and what that pays whatever happens; a bare text is the title."""

    short = "title"
    bare_schema = BARE_TITLE

    title: Title = ""
    pays: Annotated[
        Any,
        PlainValidator(_pays),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": ["number", "string"]},
                    {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
                ],
                "description": "what the action pays whatever happens, on top of the outcome: "
                "a formula for the player's own payoff, or {player: formula}",
            }
        ),
    ] = None


class MeasureSpec(ShortSpec):
    """A question about an equilibrium; a bare list of outcomes asks for their probability."""

    short, bare = "outcomes", list
    bare_schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "outcomes",
    }

    title: Title = ""
    unit: Title = ""
    outcomes: list[Label] | None = Field(
        None, description="outcomes, or patterns such as slip_*, whose probability is meant"
    )
    worth: dict[Label, FormulaText] | None = Field(
        None, description="a number per outcome, whose expectation is meant"
    )
    expression: OptionalFormulaText = Field(
        None, description="a formula with P(outcome), payoff(player), prob(player, action)"
    )
    sense: Annotated[
        Sense,
        PlainValidator(fields._choice(*SENSES)),
        WithJsonSchema(
            {"enum": list(SENSES), "description": "whether much of it is wanted or to be avoided"}
        ),
    ] = ""

    @model_validator(mode="after")
    def _one_question(self) -> MeasureSpec:
        given = [n for n in ("outcomes", "worth", "expression") if getattr(self, n) is not None]
        if len(given) != 1:
            what = " and ".join(given) + " exclude each other" if given else "nothing is asked for"
            refuse(what, "one of outcomes, worth and expression")
        if self.outcomes == [] or self.worth == {}:
            refuse(f"{given[0]} is empty", "at least one")
        return self


class RegimeSpec(Spec):
    """A part of parameter space that the field has a name for."""

    name: Title
    when: list[ConditionText]
    description: Prose = ""


class ScenarioSpec(Spec):
    """A named set of parameter values with its story."""

    title: Title = ""
    story: Prose = ""
    source: Sources = ""
    values: dict[Title, ExactNumber]


class ExerciseSpec(Spec):
    """A question for students, its answer, and a command or a statement that checks it."""

    question: Prose
    answer: Prose
    command: Title = Field("", description="a command line, deterrence ...")
    shows: list[ListItem[Prose]] = Field([], description="texts that the command's output holds")
    statement: Title = Field("", description="a statement about equilibria, such as war == 0")
    holds: Annotated[
        str,
        PlainValidator(fields._choice(*HOLDS)),
        WithJsonSchema(
            # Editors read a bare `no` as false.
            {"enum": [*HOLDS, False], "description": "in which equilibria the statement is true"}
        ),
    ] = ""
    scenario: Title = ""
    values: dict[Title, ExactNumber] = Field({})

    @model_validator(mode="after")
    def _one_check(self) -> ExerciseSpec:
        if bool(self.command) == bool(self.statement):
            what = "command and statement exclude each other" if self.command else "no check"
            refuse(what, "command: deterrence ..., or statement: ...")
        if self.command and not self.command.startswith("deterrence "):
            refuse("this is no command", "deterrence ...", at=("command",))
        if bool(self.command) != bool(self.shows):
            refuse("command and shows belong together", "shows: [text of the output]")
        if bool(self.statement) != bool(self.holds):
            refuse("statement and holds belong together", "holds: every, some or no")
        if self.command and (self.scenario or self.values):
            refuse("the command says at which values", "no scenario and no values here")
        return self


class _OrListed:
    """What may also be a list of labels."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON Schema, with the list beside the mapping."""
        kinds = ["string", "number", "boolean", "object"]
        listed = {"type": "array", "items": {"type": kinds}, "minItems": 1}
        return {"anyOf": [{**handler(core), "minProperties": 1}, listed]}


#: The actions of one player of a matrix.
Actions = Annotated[dict[Label, ActionSpec], BeforeValidator(fields._labelled), _OrListed()]


def _level(value: Any) -> int:
    if value not in [str(level) for level in LEVELS]:
        refuse(f"{kind(value)} stands here", "1 (first course), 2 or 3 (research)")
    return int(value)


Level = Annotated[
    int,
    PlainValidator(_level),
    WithJsonSchema({"enum": list(LEVELS), "description": "from 1, first course, to 3, research"}),
]


def _grid(value: Any) -> Any:
    if not isinstance(value, dict | list):
        refuse(f"{kind(value)} stands here", "a table with one entry per cell")
    return value


_ITEMS = {"type": "array", "items": {"type": "string"}}
#: Read by :mod:`deterrence.modelfile.orders` before the rest is.
Orders = Annotated[
    Any,
    PlainValidator(lambda value: value),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"type": "string"},
                    _ITEMS,
                    {"type": "array", "items": {"anyOf": [{"type": "string"}, _ITEMS]}},
                    {"type": "object"},
                ]
            },
            "description": "{player: [best outcome, ..., worst outcome]} where no numbers are "
            "known; 'a = b' for ties, [[a, b], [a, c]] where some cannot be compared, "
            "{type: order} where types differ",
        }
    ),
]


GameTable = Annotated[
    Any,
    PlainValidator(_grid),
    WithJsonSchema(
        {
            "type": ["object", "array"],
            "description": "rows by the first player's actions, in them the second player's, "
            "and so on; in each cell an outcome, {payoffs: {player: formula}}, a list of one "
            "formula per player, or {lottery: {outcome: probability}}",
        }
    ),
]


class ModelFile(Spec):
    """One crisis or game: who plays, what each can do, how it may end, and what that is worth."""

    title: Title
    form: Annotated[
        str,
        PlainValidator(fields._choice(*FORMS, meant=_CALLED)),
        WithJsonSchema({"enum": list(FORMS)}),
    ]
    summary: Prose = ""
    insight: Insight = ""
    level: Level = 0
    themes: list[ListItem[Label]] = Field([], description="what it is about: S1, credibility, ...")
    collections: list[ListItem[Label]] = Field([], description="which collections it is part of")
    see_also: list[ListItem[Label]] = Field([], description="names of models that are akin")
    source: Sources = ""
    players: Titles
    no_levers: dict[Label, Prose] = Field(
        {}, description="why a player controls no parameter: {player: reason}"
    )
    actions: dict[Label, Actions] | None = None
    parameters: dict[NameText, ParameterSpec] = Field({})
    definitions: dict[NameText, FormulaText] = Field(
        {}, description="names for formulas, for use in conditions and known results"
    )
    assumptions: list[ConditionText] = Field([])
    correlations: list[ListItem[CorrelationSpec]] = Field([])
    types: dict[Label, dict[Label, TypeSpec]] = Field(
        {}, description="private information: {player: {type: prior probability}}"
    )
    outcomes: dict[NameText, OutcomeSpec] = Field({})
    order: Orders = None
    game: GameTable = None
    tree: TreeNode = Field(None, description="the crisis as it unfolds")
    parts: dict[Label, TreeNode] = Field(
        {}, description="pieces of the tree that are used by name, like outcomes"
    )
    ladder: LadderSpecification | None = None
    options: dict[Label, Options] | None = Field(
        None, description="what each player can do or leave: {player: {option: title}}"
    )
    infeasible: list[StatementText] = Field([], description="what cannot be")
    merged: NamedStates = Field({}, description="patterns of options that are one state")
    states: NamedStates = Field({}, description="names for states")
    status_quo: Title = Field("", description="the state that the conflict is in")
    preferences: dict[Label, PreferenceSpec] | None = None
    default_concept: Annotated[
        str,
        PlainValidator(fields._choice(*_ALL_CONCEPTS)),
        WithJsonSchema(
            {
                "enum": list(_ALL_CONCEPTS),
                "description": "what is solved for unless something else is asked; "
                f"of matrices {', '.join(MATRIX_CONCEPTS)}",
            }
        ),
    ] = ""
    default_objective: Title = Field("", description="correlated only, such as `max welfare`")
    measures: dict[NameText, MeasureSpec] = Field({})
    regimes: list[ListItem[RegimeSpec]] = Field([])
    scenarios: dict[Label, ScenarioSpec] = Field({})
    known_results: list[ListItem[KnownResultSpec]] = Field([])
    exercises: list[ListItem[ExerciseSpec]] = Field([])


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of model files, for editors that complete and check YAML."""
    schema = ModelFile.model_json_schema()
    schema["$defs"] |= definitions()
    schema = _tidied(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "deterrence model file",
    }


def _tidied(node: Any) -> Any:
    """Say what pydantic's schema leaves open: entries are not empty, and names follow the rule."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "stands_for" in node:
        # pydantic follows references itself and would not find this one.
        return {"$ref": f"#/$defs/{node['stands_for']}"}
    node = {
        key: _tidied(value)
        for key, value in node.items()
        if not (key == "default" and (value is None or (value == "" and "enum" in node)))
    }
    if "patternProperties" in node:
        node["additionalProperties"] = False
    if isinstance(choices := node.get("anyOf"), list):
        node["anyOf"] = [choice for choice in choices if choice != {"type": "null"}]
        if len(node["anyOf"]) == 1:
            node |= node.pop("anyOf")[0]
    return node


def json_schema_text() -> str:
    """Return the JSON Schema as it stands in ``models/schema.json``."""
    import json

    return json.dumps(json_schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(json_schema_text(), end="")
