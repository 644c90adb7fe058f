r"""What a sweep's result looks like: its variables, their dimensions, units and titles.

Every file format and the in-memory dataset are written from one :class:`SweepLayout`, so a
name or a title is spelt once.  A solved block is a dictionary of arrays by these names; the
first dimension is the point, the second, where there is one, the equilibrium.

>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.sweeping.plan import make_plan
>>> layout = make_plan(load_model("asymmetric-bipolarity"), {"c_R": "0:1:2"}).layout
>>> [v.name for v in layout.variables if "equilibrium" in v.dims][:4]
['component', 'deterrence', 'war', 'yields']
>>> layout.variables[-1].dims
('c_R', 'equilibrium', 'action_NATO')
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from deterrence.analysis.points.block import ENGINES
from deterrence.analysis.points.selection import RULES
from deterrence.analysis.sweeping.axes import SweepAxis
from deterrence.analysis.sweeping.designs import GridDesign, SampleDesign

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Floats, Values
    from deterrence.modelfile.model import SymbolicModel

    #: A solved block: its arrays by the names of variables.
    BlockArrays: TypeAlias = Mapping[str, Values]

#: Actions of all information sets of a tree up to which a sweep stores their probabilities.
MAX_ACTIONS = 32


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

    def padded(self, array: Values, width: int) -> Values:
        """Return a block's array with room for ``width`` equilibria."""
        import numpy as np

        if array.ndim == 1 or array.shape[1] == width:
            return array
        full = np.full((array.shape[0], width, *array.shape[2:]), self.fill, dtype=array.dtype)
        full[:, : array.shape[1]] = array
        return full


@dataclass(frozen=True)
class SweepLayout:
    """Dimensions, coordinates and variables of a sweep.

    ``points`` are the dimensions that number the points.  ``names`` maps a kind and a label to
    the variable's name.  ``bounded`` are the kinds and labels of which bounds are stored.
    """

    design: GridDesign | SampleDesign
    points: tuple[str, ...]
    parameters: tuple[Variable, ...]
    actions: Mapping[str, tuple[str, ...]]
    action_coordinates: tuple[Variable, ...]
    equilibrium: str
    variables: tuple[Variable, ...]
    names: Mapping[tuple[str, str], str]
    bounded: tuple[tuple[str, str], ...]
    selects: bool

    @property
    def stores_equilibria(self) -> bool:
        """Whether there is more than bounds."""
        return ("component", "") in self.names

    @property
    def samples(self) -> tuple[Variable, ...]:
        """The parameters that are stored by the point: those of a sample, not of a grid."""
        return () if self.design.seed is None else self.parameters

    def width_of(self, arrays: BlockArrays) -> int:
        """Return the number of equilibria for which a block has room, 0 where none are stored."""
        if not self.stores_equilibria:
            return 0
        return int(arrays[self.names["component", ""]].shape[1])

    def sizes(self, width: int) -> dict[str, int]:
        """Return the length of every dimension, with room for ``width`` equilibria."""
        found = dict(zip(self.points, self.design.shape, strict=True))
        if self.stores_equilibria:
            found[self.equilibrium] = width
            found |= {name: len(labels) for name, labels in self.actions.items()}
        return found

    def coordinates(self, width: int) -> list[tuple[Variable, Values]]:
        """Return the coordinates of a result and their values.

        The parameters of a sample are as long as the sample and are left out: see
        :meth:`sample_columns`.
        """
        import numpy as np

        found: list[tuple[Variable, Values]] = []
        if self.design.seed is None:
            for variable, axis in zip(self.parameters, self.design.axes, strict=True):
                found.append((variable, axis.floats(np.arange(axis.count))))
        if self.stores_equilibria:
            title = "number of the extreme equilibrium at its point"
            number = Variable(self.equilibrium, (self.equilibrium,), "i4", title)
            found.append((number, np.arange(width, dtype=np.int32)))
            for variable in self.action_coordinates:
                found.append((variable, np.array(self.actions[variable.name], dtype=object)))
        return found

    def sample_columns(self, start: int, stop: int) -> dict[str, Floats]:
        """Return the parameters' values at the points ``start`` to ``stop - 1``, by variable."""
        columns = self.design.columns(start, stop)
        return {v.name: c for v, c in zip(self.parameters, columns.values(), strict=True)}


def layout_of(
    model: SymbolicModel,
    design: GridDesign | SampleDesign,
    measures: tuple[str, ...],
    select: str,
) -> SweepLayout:
    """Return the layout of a sweep's result; the arguments are those of a plan."""
    taken: set[str] = set()

    def free(name: str, kind: str) -> str:
        """Return a name that no other variable has."""
        name = name.replace("/", "_")  # netCDF would take it for a group
        while name in taken:
            name = f"{name}_{kind}"
        taken.add(name)
        return name

    names: dict[tuple[str, str], str] = {}
    grid = design.seed is None
    # Parameters have the first right to their names, so that a dimension is called as typed.
    labels = [free(name, "parameter") for name in design.names]
    sample = "" if grid else free("sample", "number")
    points = tuple(labels) if grid else (sample,)
    parameters = tuple(
        _parameter(model, label, axis, (label,) if grid else (sample,))
        for label, axis in zip(labels, design.axes, strict=True)
    )
    equilibrium = free("equilibrium", "number")
    choosers = _choosers(model)
    actions = {who: free(f"action_{who}", "label") for who in choosers}
    variables: list[Variable] = []

    def add(kind: str, label: str, wish: str, dims: tuple[str, ...], *rest: Any) -> None:
        names[kind, label] = free(wish, kind.split()[0])
        variables.append(Variable(names[kind, label], dims, *rest))

    selects = select not in ("all", "bounds")
    bounded = tuple(("measure", m) for m in measures) or tuple(("payoff", p) for p in model.players)
    titles, nan = _titles(model, measures), float("nan")
    for kind, title, dtype in _POINT:
        if kind != "selected" or selects:
            more = {"flag_values": [0, 1, 2], "flag_meanings": " ".join(ENGINES)}
            add(kind, "", kind, points, dtype, title, "", None, more if kind == "engine" else None)
    for kind, label in bounded:
        title, unit = titles[kind, label]
        wish = label if kind == "measure" else f"payoff_{label}"
        over = RULES["all"] if select == "bounds" else RULES[select]
        for end, word in (("low", "least"), ("high", "largest")):
            told = f"{title}: {word} over {over}"
            add(f"{kind} {end}", label, f"{wish}_{end}", points, "f8", told, unit, nan)
    if select != "bounds":
        here = (*points, equilibrium)
        told = "number of the connected set of equilibria, -1 where there is no equilibrium"
        add("component", "", "component", here, "i4", told, "", -1)
        for kind, label in titles:
            wish = label if kind == "measure" else f"payoff_{label}"
            add(kind, label, wish, here, "f8", *titles[kind, label], nan)
        for label, (_, whose, _) in choosers.items():
            told, dims = f"probability of {whose}", (*here, actions[label])
            add("probability", label, f"probability_{label}", dims, "f8", told, "probability", nan)
    return SweepLayout(
        design=design,
        points=points,
        parameters=parameters,
        actions={actions[who]: labels for who, (labels, _, _) in choosers.items()},
        action_coordinates=_action_coordinates(model, actions, choosers),
        equilibrium=equilibrium,
        variables=tuple(variables),
        names=names,
        bounded=bounded,
        selects=selects,
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


def _parameter(
    model: SymbolicModel, label: str, axis: SweepAxis, dims: tuple[str, ...]
) -> Variable:
    parameter = model.parameters[axis.name]
    more = {"exact": axis.text}
    if label != axis.name:
        more["parameter"] = axis.name
    return Variable(label, dims, "f8", parameter.title or axis.name, parameter.unit, None, more)


def _titles(
    model: SymbolicModel, measures: tuple[str, ...]
) -> dict[tuple[str, str], tuple[str, str]]:
    known = {m.name: m for m in model.measures}
    found = {("measure", name): (known[name].title or name, known[name].unit) for name in measures}
    for player in model.players:
        found["payoff", player] = (f"expected payoff of {player}", "")
    return found


#: Actions, what their probabilities are of, and who takes them.
Chooser = tuple[tuple[str, ...], str, str]


def _choosers(model: SymbolicModel) -> dict[str, Chooser]:
    """Return the actions whose probabilities are stored: by player, or by information set."""
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
    model: SymbolicModel, actions: Mapping[str, str], choosers: Mapping[str, Chooser]
) -> tuple[Variable, ...]:
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


def stores_behaviour(model: SymbolicModel) -> bool:
    """Say whether a sweep stores what is played at each information set of a tree.

    In trees with more than :data:`MAX_ACTIONS` actions it would be most of the result; with
    imperfect information many mixtures mostly go with one result.
    """
    assert model.tree is not None
    if not model.tree.is_perfect_information:
        return False
    return sum(len(s.actions) for s in model.tree.sets if not s.is_chance) <= MAX_ACTIONS
