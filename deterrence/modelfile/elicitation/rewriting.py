"""Put distributions and a scenario into the text of a model file; all else stays as it is.

>>> text = "parameters:\\n  k: {title: cost, default: 1}  # a guess\\nform: strategic\\n"
>>> print(rewritten(text, {"k": "{name: norm}"}, "mine", {"title": "Mine", "values": {"k": "2"}}))
parameters:
  k: {distribution: {name: norm}, title: cost, default: 1}  # a guess
form: strategic
<BLANKLINE>
scenarios:
  mine:
    title: "Mine"
    values: {"k": "2"}
<BLANKLINE>
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

#: From a place to another one, and what comes between instead.
Edit = tuple[int, int, str]


def rewritten(
    text: str, distributions: Mapping[str, str], scenario: str, entries: Mapping[str, Any]
) -> str:
    """Return the text of a valid model file with distributions (YAML) and a scenario put in."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    edits = []
    parameters = _value(root, "parameters")
    for name, distribution in distributions.items():
        edits.append(_put(_value(parameters, name), "distribution", distribution))
    scenarios = _value(root, "scenarios")
    whole = json.dumps(entries, ensure_ascii=False)
    if scenarios is not None:
        if _value(scenarios, scenario) is None and not scenarios.flow_style:
            whole = _block(entries, scenarios.start_mark.column)
        edits.append(_put(scenarios, scenario, whole))
    elif root.flow_style:
        edits.append(_put(root, "scenarios", f"{{{scenario}: {whole}}}"))
    else:
        column = " " * root.start_mark.column
        section = f"{column}scenarios:\n{column}  {scenario}:{_block(entries, len(column) + 2)}\n"
        text = text if text.endswith("\n") else f"{text}\n"
        edits.append((len(text), len(text), f"\n{section}"))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _value(mapping: Any, key: str) -> Any:
    return next((v for k, v in mapping.value if k.value == key), None)


def _put(mapping: Any, key: str, value: str) -> Edit:
    """Return the edit that gives a mapping an entry, in place of the one that it has."""
    old = _value(mapping, key)
    if old is not None:
        return old.start_mark.index, _end(old), value
    start = mapping.start_mark.index
    if mapping.flow_style:
        comma = ", " if mapping.value else ""
        return start + 1, start + 1, f"{key}: {value}{comma}"
    gap = "" if value.startswith("\n") else " "
    return start, start, f"{key}:{gap}{value}\n{' ' * mapping.start_mark.column}"


def _end(node: Any) -> int:
    """Return where a node ends: of a block mapping where its last entry does."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    end: int = node.end_mark.index
    return end


def _block(entries: Mapping[str, Any], column: int) -> str:
    """Write entries below a key in a column, one a line."""
    inside = " " * (column + 2)
    lines = (f"{inside}{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in entries.items())
    return "\n" + "\n".join(lines)
