"""A model of which only the order was known, written out with numbers.

Its file has no parameters to give numbers to, so what the loader makes of the order is written
down: parameters, assumptions that say the order, payoffs.  Comments and layout of the file are
lost in this.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import yaml

from deterrence.modelfile.faults import FaultList
from deterrence.modelfile.orders import write_out
from deterrence.modelfile.yaml.entries import read_tree


class _Dumper(yaml.SafeDumper):
    """Writes text as it is: model files take every value for text."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 (PyYAML's own attribute)


def numbered(
    text: str,
    ranks: Collection[str],
    distributions: Mapping[str, Mapping[str, str]],
    scenario: str,
    entries: Mapping[str, Any],
) -> str:
    """Return the text of a valid file with the order written out and numbers for its ranks."""
    faults = FaultList(read_tree(text, "text", normal=True))
    write_out(faults)
    root = faults.tree.root
    del root["order"]
    for name, value in entries["values"].items():
        if name in ranks:
            del root["parameters"][name]["default"]
            root["parameters"][name] |= {
                **_value(value, name in distributions),
                "unit": "swing weight",
                "source": entries["source"],
            }
        if name in distributions:
            root["parameters"][name]["distribution"] = distributions[name]
    root.setdefault("scenarios", {})
    free = {n: x for n, x in entries["values"].items() if "formula" not in root["parameters"][n]}
    root["scenarios"] = {**(root["scenarios"] or {}), scenario: {**entries, "values": free}}
    whole = _without_empty(_in_order(root))
    dumped: str = yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return dumped


def _value(value: str, spread: bool) -> dict[str, Any]:
    """Return what a parameter has for a value; the ends of the scale fix it and do not vary."""
    if value in ("0", "100") and not spread:
        return {"formula": value}
    return {"default": value, "bounds": ["0", "100"]}


def _in_order(root: Mapping[str, Any]) -> dict[str, Any]:
    """Put what was written out before the outcomes, where people look for it."""
    moved = {key: root[key] for key in ("parameters", "assumptions") if key in root}
    found: dict[str, Any] = {}
    for key, value in root.items():
        if key == "outcomes":
            found |= moved
        found[key] = value
    return found | moved


def _without_empty(node: Any) -> Any:
    """Leave out entries without a value, and line ends after text."""
    if isinstance(node, Mapping):
        return {k: _without_empty(v) for k, v in node.items() if v is not None}
    if isinstance(node, list):
        return [_without_empty(x) for x in node]
    return node.strip() if isinstance(node, str) else node
