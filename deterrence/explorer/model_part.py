"""What a page knows of the model itself: names, parameters, assumptions, the game.

>>> from deterrence.modelfile.catalogue import load_model
>>> told = model_part(load_model("tripwire"))
>>> [p["name"] for p in told["parameters"]], told["board"]["sets"][0]["label"]
(['g', 'L', 'r', 'd', 'W'], 'start')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.ordering import COMPARISONS
from deterrence.errors import ExpressionError
from deterrence.explorer.formulas import Formula, formula, number
from deterrence.game.parameters import Parameter
from deterrence.game.pattern_names import MAX_PATTERNS
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import leaf_name
from deterrence.modelfile.catalogue import list_models
from deterrence.modelfile.model import SymbolicModel

#: A range that spans this factor gets a logarithmic slider.
_LOG = 200


def model_part(model: SymbolicModel) -> dict[str, Any]:
    """Return the parts of the page's data that the model's file says."""
    return {
        "model": _model(model),
        "players": [{"name": p, "title": model.player_titles.get(p, "")} for p in model.players],
        "parameters": [_parameter(model, p) for p in model.parameters.values()],
        "derived": list(model.derived),
        "definitions": {n: formula(e) for n, e in model.definitions.items()},
        "assumptions": [{"text": str(a), "f": formula(a)} for a in model.assumptions],
        "scenarios": [
            {
                "name": s.name,
                "title": s.title,
                "story": " ".join(s.story.split()),
                "source": s.source,
                "values": {n: str(v) for n, v in s.values.items()},
            }
            for s in model.scenarios.values()
        ],
        "outcomes": list(_outcomes(model)),
        "measures": [
            {
                "name": m.name,
                "title": m.title,
                "unit": m.unit,
                "sense": m.sense,
                "f": formula(m.expression),
            }
            for m in model.measures
        ],
        "board": _matrix(model) if model.tree is None else _tree(model, model.tree),
        "naming": _naming(model),
        "exercises": [
            {
                "question": x.question,
                "answer": x.answer,
                "command": x.command or None,
                "statement": x.statement or None,
                "holds": x.holds or None,
                "scenario": x.scenario or None,
                "values": {n: str(v) for n, v in x.values.items()},
            }
            for x in model.exercises
        ],
        "warnings": [str(w) for w in model.warnings],
    }


def _model(model: SymbolicModel) -> dict[str, Any]:
    titles = {e.name: e.title for e in list_models()} if model.see_also else {}
    return {
        "name": model.name,
        "title": model.title or model.name,
        "summary": " ".join(model.summary.split()),
        "insight": " ".join(model.insight.split()),
        "source": " ".join(model.source.split()),
        "level": model.level,
        "themes": list(model.themes),
        "collections": list(model.collections),
        "see_also": [{"name": n, "title": titles.get(n, n)} for n in model.see_also],
        "form": "matrix" if model.tree is None else "tree",
        "proviso": model.proviso,
    }


# ---- parameters ----------------------------------------------------------------------------
def _parameter(model: SymbolicModel, p: Parameter) -> dict[str, Any]:
    low, high = reach(model, p)
    lower_open, upper_open = (is_open(model, p.name, end) for end in (low, high))
    return {
        "name": p.name,
        "title": p.title,
        "symbol": p.symbol,
        "unit": p.unit,
        "source": p.source,
        "assumption": p.formula is None and (not p.source or "assumption" in p.source.lower()),
        "default": _text(p.default),
        "lower": _text(p.lower),
        "upper": _text(p.upper),
        "lower_open": lower_open,
        "upper_open": upper_open,
        "range": None if low is None or high is None else [str(low), str(high)],
        "scale": "log" if low and high and low > 0 and high >= _LOG * low else "linear",
        "formula": None if p.formula is None else formula(p.formula),
        "controlled_by": p.controlled_by or None,
        "slider": has_slider(model, p),
    }


def has_slider(model: SymbolicModel, p: Parameter) -> bool:
    """Say whether a parameter can be moved: derived ones follow."""
    low, high = reach(model, p)
    return p.formula is None and low is not None and high is not None and low < high


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def reach(model: SymbolicModel, p: Parameter) -> tuple[Fraction | None, Fraction | None]:
    """Return the ends of a parameter's slider: its bounds, or what is sensible without them.

    A default of 3 without bounds may go from 0 to 6.  Of a derived parameter without bounds the
    values are those that its formula has, see :mod:`deterrence.explorer.axes`.
    """
    low, high = p.lower, p.upper
    if p.formula is not None:
        return low, high
    middle = p.default if p.default is not None else Fraction(0)
    span = abs(middle) or Fraction(1)
    if low is None:
        low = (high - span * 2 if high is not None else middle - span) if high != 0 else -span
    if high is None:
        high = max(middle, low) + span
    for end in _ends(model, p.name):
        sign, value = end
        if sign == ">" and value > low:
            low = value
        if sign == "<" and value < high:
            high = value
    return low, high


def _ends(model: SymbolicModel, name: str) -> Iterator[tuple[str, Fraction]]:
    """Yield what the assumptions say of a parameter alone: above or below which number it is."""
    for sign, left, right in comparisons(model):
        value = right.args[0] if right.op == "number" else None
        if left.op == "name" and left.args[0] == name and isinstance(value, Fraction):
            yield sign[0], value


def comparisons(model: SymbolicModel) -> Iterator[tuple[str, Expression, Expression]]:
    """Yield the comparisons that are assumed, each from both of its sides."""
    waiting = list(model.assumptions)
    turned = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
    while waiting:
        e = waiting.pop(0)
        if e.op == "and":
            waiting += e.children
        elif e.op == "compare":
            for sign, a, b in zip(e.args[0], e.args[1:], e.args[2:], strict=False):
                yield sign, a, b
                yield turned[sign], b, a


def is_open(model: SymbolicModel, name: str, end: Fraction | None) -> bool:
    """Say whether an assumption about a parameter alone excludes an end of its slider."""
    if end is None:
        return False
    for sign, left, right in comparisons(model):
        if (left.names | right.names) != {name}:
            continue
        try:
            sides = left.evaluate({name: end}), right.evaluate({name: end})
        except ExpressionError:
            return True
        if not COMPARISONS[sign](*sides):
            return True
    return False


def start_values(
    model: SymbolicModel, scenario: str | None, given: Mapping[str, Any]
) -> dict[str, Fraction]:
    """Return the values at which the page opens, those of parameters that follow left out.

    A parameter without a default starts in the middle of its slider, or where the assumptions
    let it.
    """
    chosen = {**(dict(model.scenario(scenario).values) if scenario else {}), **given}
    start: dict[str, Fraction] = {}
    for name, p in model.parameters.items():
        if name in chosen:
            start[name] = Fraction(chosen[name])
        elif p.formula is None and p.default is not None:
            start[name] = p.default
    missing = [n for n, p in model.parameters.items() if n not in start and p.formula is None]
    return {**start, **_found(model, start, missing)} if missing else start


def _found(
    model: SymbolicModel, start: Mapping[str, Fraction], missing: list[str]
) -> dict[str, Fraction]:
    """Return values for parameters that have none, such that the assumptions hold if they can."""
    import random

    draw = random.Random(0)  # the same page every time
    first: dict[str, Fraction] = {}
    for attempt in range(400):
        found = {}
        for name in missing:
            low, high = reach(model, model.parameters[name])
            assert low is not None
            assert high is not None
            share = Fraction(1, 2) if not attempt else Fraction(draw.randrange(1, 20), 20)
            found[name] = low + (high - low) * share
        first = first or found
        try:
            model.values(values={**start, **found})
        except Exception:  # an assumption, or a pole
            continue
        return found
    return first


# ---- the game ------------------------------------------------------------------------------
def _outcomes(model: SymbolicModel) -> Iterator[dict[str, Any]]:
    """Yield outcomes by their public names; payoffs that depend on types are not told."""
    groups = {} if model.tree is None else model.tree.groups
    seen = set()
    told = _ends_reached(model)
    for label, o in model.outcomes.items():
        name = groups.get(label, label)
        if name in seen:
            continue
        seen.add(name)
        yield {
            "name": name,
            "title": o.title,
            "description": " ".join(o.description.split()),
            "payoffs": None
            if label in groups
            else {p: formula(o.payoffs[p]) for p in model.players},
        }
    for name in told:
        if name not in seen:
            yield {"name": name, "title": "", "description": "", "payoffs": None}


def _ends_reached(model: SymbolicModel) -> list[str]:
    """Return the names by which answers call the ends of a play, each once."""
    if model.tree is not None:
        return list(dict.fromkeys(leaf_name(model.tree, k) for k in model.tree.leaves))
    pairs = zip(model.cells, model.cell_names(), strict=True)
    return [name for cell, name in pairs if cell.payoffs is not None]


def _actions(model: SymbolicModel, player: str, labels: tuple[str, ...]) -> list[dict[str, str]]:
    titles = model.action_titles.get(player, {})
    return [{"name": a, "title": titles.get(a, "")} for a in labels]


def _matrix(model: SymbolicModel) -> dict[str, Any]:
    payoffs = model.payoff_expressions()
    pairs = zip(model.players, model.actions, strict=True)
    return {
        "actions": [_actions(model, p, own) for p, own in pairs],
        "cells": [
            {
                "payoffs": [formula(u[k]) for u in payoffs],
                "lottery": [[o, formula(chance)] for o, chance in cell.lottery] or [[name, 1]],
            }
            for k, (cell, name) in enumerate(zip(model.cells, model.cell_names(), strict=True))
        ],
    }


def _tree(model: SymbolicModel, tree: ExtensiveGame) -> dict[str, Any]:
    nodes = [
        {
            "parent": n.parent,
            "move": n.move,
            "set": n.set,
            "children": list(n.children),
            "outcome": leaf_name(tree, k) if n.set < 0 else _public(tree, n.outcome),
            "payoffs": None if n.outcome is None else [_value(u) for u in tree.paid(k)],
            **({"label": n.label} if n.label else {}),
        }
        for k, n in enumerate(tree.nodes)
    ]
    sets = [
        {
            "label": s.label,
            "title": model.set_titles.get(s.label, ""),
            "player": -1 if s.player is None else model.players.index(s.player),
            "actions": _actions(model, s.player or "", s.actions),
            "chances": [_value(c) for c in s.chances] if s.is_chance else None,
        }
        for s in tree.sets
    ]
    return {"nodes": nodes, "sets": sets, "types": list(_types(model, tree))}


def _public(tree: ExtensiveGame, outcome: str | None) -> str | None:
    return None if outcome is None else tree.groups.get(outcome, outcome)


def _value(value: Any) -> Formula:
    return formula(value) if isinstance(value, Expression) else number(value)


def _types(model: SymbolicModel, tree: ExtensiveGame) -> Iterator[dict[str, Any]]:
    """Yield who has private information, and which chance moves draw it."""
    for player, own in model.types.items():
        events = tuple(f"{player} {t}" for t in own)
        titles = model.type_titles.get(player, {})
        yield {
            "player": player,
            "sets": [k for k, s in enumerate(tree.sets) if s.is_chance and s.actions == events],
            "types": [
                {"name": t, "title": titles.get(t, ""), "f": formula(f)} for t, f in own.items()
            ],
        }


def _naming(model: SymbolicModel) -> dict[str, Any]:
    names = model.names
    return {
        "outcomes": list(model.naming.outcomes),
        "titles": {p: {a: names.action(p, a) for a in own} for p, own in _labels(model).items()},
        "published": [
            {
                "name": known.name,
                "behaviours": [
                    [{"player": p, "where": w, "actions": sorted(a)} for (p, w), a in b.items()]
                    for b in known.behaviours
                ],
            }
            for known in names.published
        ],
        "patterns": names.count if names.count < MAX_PATTERNS else None,
    }


def _labels(model: SymbolicModel) -> dict[str, list[str]]:
    """Return the actions of every player, in the order of the file."""
    found: dict[str, dict[str, None]] = {p: {} for p in model.players}
    for place in model.names.places:
        found[place.player] |= dict.fromkeys(place.actions)
    return {p: list(own) for p, own in found.items()}
