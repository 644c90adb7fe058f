r"""What a sweep's result looks like: its variables, their dimensions, units and titles.

Every file format and the in-memory dataset are written from one :class:`Layout`, so a
name or a title is spelt once.

>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.sweeping.plan import make_plan
>>> layout = make_plan(load_model("asymmetric-bipolarity"), {"c_R": "0:1:2"}).layout
>>> [v.name for v in layout.variables if "equilibrium" in v.dims][:4]
['component', 'war', 'crisis', 'nuclear']
>>> layout.variables[-1].dims
('c_R', 'equilibrium', 'action_NATO')
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points.selection import RULES

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.plan import Plan

#: Names of :attr:`Block.engine`'s values.
ENGINES = ("outside", "compiled", "exact")


@dataclass(frozen=True)
class Variable:
    """A variable: its name, its dimensions, its type, what stands where there is nothing."""

    name: str
    dims: tuple[str, ...]
    dtype: str
    title: str
    unit: str = ""
    fill: Any = None
    more: Mapping[str, Any] | None = None

    @property
    def attributes(self) -> dict[str, Any]:
        """Attributes in the names of the netCDF conventions."""
        found = {"long_name": self.title} if self.title else {}
        if self.unit:
            found["units"] = self.unit
        return {**found, **(self.more or {})}


@dataclass(frozen=True)
class Layout:
    """Dimensions, coordinates and variables of a sweep.

    ``points`` are the dimensions that number the points.  ``names`` maps a kind and a label to
    the variable's name.  ``bounded`` are the kinds and labels of which bounds are stored.
    """

    points: tuple[str, ...]
    parameters: tuple[Variable, ...]
    actions: Mapping[str, tuple[str, ...]]
    action_coordinates: tuple[Variable, ...]
    equilibrium: str
    variables: tuple[Variable, ...]
    names: Mapping[tuple[str, str], str]
    bounded: tuple[tuple[str, str], ...]
    selects: bool
    attributes: Mapping[str, Any]


def layout_of(plan: Plan) -> Layout:
    """Return the layout of a plan's result."""
    model = plan.model
    taken: set[str] = set()

    def free(name: str, kind: str) -> str:
        """Return a name that no other variable has."""
        name = name.replace("/", "_")  # netCDF would take it for a group
        while name in taken:
            name = f"{name}_{kind}"
        taken.add(name)
        return name

    names: dict[tuple[str, str], str] = {}
    grid = plan.design.seed is None
    # Parameters have the first right to their names, so that a dimension is called as typed.
    labels = [free(name, "parameter") for name in plan.design.names]
    sample = "" if grid else free("sample", "number")
    points = tuple(labels) if grid else (sample,)
    parameters = tuple(
        _parameter(plan, label, axis, (label,) if grid else (sample,))
        for label, axis in zip(labels, plan.design.axes, strict=True)
    )
    equilibrium = free("equilibrium", "number")
    choosers = _choosers(plan)
    actions = {who: free(f"action_{who}", "label") for who in choosers}
    variables: list[Variable] = []

    def add(kind: str, label: str, wish: str, dims: tuple[str, ...], *rest: Any) -> None:
        names[kind, label] = free(wish, kind.split()[0])
        variables.append(Variable(names[kind, label], dims, *rest))

    selects = plan.select not in ("all", "bounds")
    bounded = tuple(("measure", m) for m in plan.measures) or tuple(
        ("payoff", p) for p in model.players
    )
    titles = _titles(plan)
    for kind, title, dtype in _POINT:
        if kind != "selected" or selects:
            more = {"flag_values": [0, 1, 2], "flag_meanings": " ".join(ENGINES)}
            add(kind, "", kind, points, dtype, title, "", None, more if kind == "engine" else None)
    for kind, label in bounded:
        title, unit = titles[kind, label]
        wish = label if kind == "measure" else f"payoff_{label}"
        over = RULES["all"] if plan.select == "bounds" else RULES[plan.select]
        for end, word in (("low", "least"), ("high", "largest")):
            add(f"{kind} {end}", label, f"{wish}_{end}", points, "f8",
                f"{title}: {word} over {over}", unit, float("nan"))  # fmt: skip
    if plan.select != "bounds":
        here = (*points, equilibrium)
        add("component", "", "component", here, "i4",
            "number of the connected set of equilibria, -1 where there is no equilibrium",
            "", -1)  # fmt: skip
        for label in plan.measures:
            add("measure", label, label, here, "f8", *titles["measure", label], float("nan"))
        for label in model.players:
            add("payoff", label, f"payoff_{label}", here, "f8",
                *titles["payoff", label], float("nan"))  # fmt: skip
        for label, (_, told, _) in choosers.items():
            add("probability", label, f"probability_{label}", (*here, actions[label]), "f8",
                f"probability of {told}", "probability", float("nan"))  # fmt: skip
    return Layout(
        points=points,
        parameters=parameters,
        actions={actions[who]: labels for who, (labels, _, _) in choosers.items()},
        action_coordinates=_action_coordinates(plan, actions, choosers),
        equilibrium=equilibrium,
        variables=tuple(variables),
        names=names,
        bounded=bounded,
        selects=selects,
        attributes=_attributes(plan),
    )


_POINT = (
    ("count", "number of extreme equilibria", "i4"),
    ("components", "number of connected sets of equilibria", "i4"),
    ("continuum", "some connected set holds more than one equilibrium", "b1"),
    ("complete", "no equilibrium is missing", "b1"),
    ("valid", "the model's assumptions hold", "b1"),
    ("engine", "how the point was solved", "i1"),
    ("selected", "number of equilibria that the selection keeps", "i4"),
)


def _parameter(plan: Plan, label: str, axis: Any, dims: tuple[str, ...]) -> Variable:
    parameter = plan.model.parameters[axis.name]
    more = {"exact": axis.text}
    if label != axis.name:
        more["parameter"] = axis.name
    return Variable(label, dims, "f8", parameter.title or axis.name, parameter.unit, None, more)


def _titles(plan: Plan) -> dict[tuple[str, str], tuple[str, str]]:
    known = {m.name: m for m in plan.model.measures}
    found = {
        ("measure", name): (known[name].title or name, known[name].unit) for name in plan.measures
    }
    for player in plan.model.players:
        found["payoff", player] = (f"expected payoff of {player}", "")
    return found


#: Actions, what their probabilities are of, and who takes them.
Chooser = tuple[tuple[str, ...], str, str]


def _choosers(plan: Plan) -> dict[str, Chooser]:
    """Return the actions whose probabilities are stored: by player, or by information set."""
    from deterrence.analysis.sweeping.plan import stores_behaviour

    model = plan.model
    if model.tree is None:
        pairs = zip(model.players, model.actions, strict=True)
        return {player: (labels, f"{player}'s actions", player) for player, labels in pairs}
    if not stores_behaviour(model):
        return {}
    return {
        s.label: (s.actions, f"{s.player}'s actions at {s.label}", s.player)
        for s in model.tree.sets
        if s.player is not None
    }


def _action_coordinates(
    plan: Plan, actions: Mapping[str, str], choosers: Mapping[str, Chooser]
) -> tuple[Variable, ...]:
    model = plan.model
    found = []
    for who, (labels, _, player) in choosers.items():
        titles = model.action_titles.get(player, {})
        more = {}
        if any(titles.get(label) for label in labels):
            more["titles"] = json.dumps({label: titles.get(label, "") for label in labels})
        title = f"actions of {model.player_titles.get(player) or player}"
        if who != player:
            title += f" at {who}"
        found.append(Variable(actions[who], (actions[who],), "str", title, "", None, more))
    return tuple(found)


def _attributes(plan: Plan) -> dict[str, Any]:
    from deterrence.analysis.sweeping.plan import versions

    model, design = plan.model, plan.design
    base = plan.solver().base
    values = {name: _text(v) for name, v in base.items() if name not in plan.moving}
    found: dict[str, Any] = {
        "title": f"Sweep of {model.title or model.name}",
        "model": model.name,
        "model_title": model.title,
        "model_sha256": model.digest,
        "game_sha256": plan.identity["game (sha256)"],
        "axes": json.dumps({axis.name: axis.text for axis in design.axes}),
        "values": json.dumps(values),
        "set": json.dumps({n: _text(v) for n, v in plan.fixed.items()}),
        "scenario": plan.scenario or "",
        "design": design.name,
        "points": plan.size,
        "selection": plan.select,
        "selection_by": plan.by or "",
        "measures": json.dumps(list(plan.measures)),
    }
    if model.tree is not None:
        found["concept"] = plan.solver().concept
    if design.seed is not None:
        found["seed"] = design.seed
    return {**found, **{f"{name}_version": text for name, text in versions().items()}}


def _text(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else repr(float(value))
