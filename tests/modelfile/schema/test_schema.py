"""The schema: its JSON form for editors, and the distributions that scipy knows."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkout import ROOT

from deterrence.modelfile import size_limits as limits
from deterrence.modelfile.schema import distributions
from deterrence.modelfile.schema.model_file import ModelFile, Spec, json_schema, json_schema_text

MODELS = sorted((ROOT / "models").glob("*.yaml"))


def test_the_committed_schema_is_the_generated_one() -> None:
    assert (ROOT / "models" / "schema.json").read_text(encoding="utf-8") == json_schema_text()


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """A validator for the keywords that our schema uses; an unknown keyword is an error."""
    known = {
        "$ref", "$defs", "$schema", "anyOf", "type", "enum", "properties", "required", "default",
        "additionalProperties", "items", "minItems", "maxItems", "minProperties", "description",
        "title", "pattern", "maxLength", "minimum", "maximum", "propertyNames", "patternProperties",
    }  # fmt: skip
    assert not schema.keys() - known, schema.keys() - known
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        return accepts(target, value, root)
    if "anyOf" in schema and not any(accepts(s, value, root) for s in schema["anyOf"]):
        return False
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    python = {
        "string": isinstance(value, str),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "null": value is None,
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
    }
    if types and not any(python[t] for t in types):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        extra = schema.get("additionalProperties", True)
        if any(key not in value for key in schema.get("required", [])):
            return False
        for key, item in value.items():
            if key in properties:
                if not accepts(properties[key], item, root):
                    return False
            elif any(re.search(pattern, key) for pattern in patterns):
                if not all(
                    accepts(s, item, root) for p, s in patterns.items() if re.search(p, key)
                ):
                    return False
            elif extra is False or (isinstance(extra, dict) and not accepts(extra, item, root)):
                return False
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0) or len(value) > schema.get("maxItems", 10**9):
            return False
        return all(accepts(schema.get("items", {}), item, root) for item in value)
    return True


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem)
def test_an_editor_accepts_what_ships(path: Path) -> None:
    # An editor reads YAML as usual: numbers, true and false, dates.
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    schema = json_schema()
    assert accepts(schema, loaded, schema)
    assert not accepts(schema, {**loaded, "titel": "x"}, schema)
    assert not accepts(schema, {**loaded, "form": "strategy"}, schema)
    assert not accepts(schema, {k: v for k, v in loaded.items() if k != "players"}, schema)
    for measures in ({"m": {"outcome": ["x"]}}, {"m-1": ["x"]}, {"m": None}, {"m": [["x"]]}):
        assert not accepts(schema, {**loaded, "measures": measures}, schema)
    assert accepts(schema, {**loaded, "measures": {"m": ["x"]}}, schema)


def classes(model: type[Spec]) -> set[type[Spec]]:
    found = {model}
    for sub in Spec.__subclasses__():
        found.add(sub)
    return found


def test_every_part_refuses_unknown_keys_and_changes() -> None:
    for part in classes(ModelFile):
        assert part.model_config["extra"] == "forbid"
        assert part.model_config["frozen"]
        assert inspect.getdoc(part)


def test_limits_name_sections_of_the_file() -> None:
    assert limits.MOST.keys() <= ModelFile.model_fields.keys()


@pytest.mark.parametrize("name", distributions.SHAPES)
def test_distributions_are_those_of_scipy(name: str) -> None:
    from scipy import stats

    distribution = getattr(stats, name)
    assert isinstance(distribution, stats.rv_continuous)
    shapes = distribution.shapes.split(", ") if distribution.shapes else []
    assert list(distributions.SHAPES[name]) == shapes


@pytest.mark.parametrize("name", distributions.SHAPES)
def test_domains_of_arguments_are_those_of_scipy(name: str) -> None:
    """Wherever our rules find no fault, scipy can freeze the distribution, and the reverse."""
    import itertools
    from fractions import Fraction

    from scipy import stats

    shapes = distributions.SHAPES[name]
    grid = [Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)]
    for values in itertools.product(grid, repeat=len(shapes)):
        arguments = dict(zip(shapes, values, strict=True))
        floats = {key: float(v) for key, v in arguments.items()}
        frozen = getattr(stats, name)(**floats)
        fine = frozen.median() == frozen.median()  # scipy answers nan where it is not
        assert (not distributions.problems(name, arguments)) == fine, (name, arguments)
