r"""What a sweep is to do, complete and exact: the same plan gives the same result anywhere.

>>> from deterrence.modelfile.catalogue import load_model
>>> plan = make_plan(load_model("asymmetric-bipolarity"), {"c_R": "0:10:1000"})
>>> plan.size, plan.blocks, plan.points_of(15)
(1000, 16, (960, 1000))
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points.selection import check_rule, no_risk_dominance, no_strategies
from deterrence.analysis.sweeping.axes import SweepAxis, make_axis
from deterrence.analysis.sweeping.designs import GridDesign, SampleDesign
from deterrence.analysis.sweeping.layout import SweepLayout, layout_of, stores_behaviour
from deterrence.errors import UsageError
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import read_value
from deterrence.version import __version__

if TYPE_CHECKING:
    from deterrence.analysis.points.solver import PointSolver
    from deterrence.game.tree.extensive import ExtensiveGame

#: Points of a block: at most this many cells of games in all, fewer of games that take long
#: (some seconds of work at most), and at least so many points; fewer of trees that may have
#: to be solved exactly one by one.
_CELLS, _WORK = 1 << 18, 1 << 22
_LEAST, _HARD, _MOST = 64, 1 << 12, 1 << 16
#: A sweep has about so many blocks, if it is small.
_FEW = 16


@dataclass(frozen=True)
class SweepPlan:
    """A sweep before it is run.

    ``fixed`` are values that the caller set, ``scenario`` where the rest stand;
    ``measures`` are names; ``select`` is a rule of
    :data:`deterrence.analysis.points.selection.RULES` and ``by`` what ``worst`` and
    ``best`` mean.  ``block`` is the number of points that are solved, kept and
    resumed together: it follows from the model and the design alone.
    """

    model: SymbolicModel
    design: GridDesign | SampleDesign
    fixed: Mapping[str, Any]
    scenario: str | None
    measures: tuple[str, ...]
    select: str
    by: str | None
    block: int

    @property
    def size(self) -> int:
        """The number of points."""
        return self.design.size

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return -(-self.size // self.block)

    def points_of(self, number: int) -> tuple[int, int]:
        """Return the first point of a block, and the first one after it."""
        return number * self.block, min(self.size, (number + 1) * self.block)

    def solver(self) -> PointSolver:
        """Return a solver for the plan's points."""
        from deterrence.analysis.points.solver import PointSolver

        model = self.model
        # What varies needs no default, but a solver asks for one.
        missing = {
            axis.name: replace(model.parameters[axis.name], default=axis.start)
            for axis in self.design.axes
            if model.parameters[axis.name].default is None
            and model.parameters[axis.name].formula is None
        }
        if missing:
            model = model.replace(parameters={**model.parameters, **missing})
        return PointSolver(
            model,
            self.design.names,
            self.fixed,
            scenario=self.scenario,
            measures=self.measures,
            behaviour=model.tree is not None and stores_behaviour(model),
        )

    @cached_property
    def layout(self) -> SweepLayout:
        """The variables that the result has."""
        return layout_of(self.model, self.design, self.measures, self.select)

    @cached_property
    def moving(self) -> frozenset[str]:
        """The parameters that vary, and the derived ones that move with them."""
        names = set(self.design.names)
        for name in self.model.derived:  # each needs only earlier ones
            formula = self.model.parameters[name].formula
            if name not in self.fixed and formula is not None and formula.names & names:
                names.add(name)
        return frozenset(names)

    @cached_property
    def identity(self) -> dict[str, str]:
        """Everything that the result depends on, as text; two plans differ where this does."""
        axes = {f"axis {axis.name}": axis.text for axis in self.design.axes}
        return {
            "model": self.model.name,
            "model file (sha256)": self.model.digest or "none",
            "game (sha256)": fingerprint(self.model),
            "values": ", ".join(f"{n}={v}" for n, v in sorted(self.fixed.items())) or "defaults",
            "scenario": self.scenario or "none",
            "order of axes": ", ".join(self.design.names),
            **axes,
            "design": self.design.name,
            "points": str(self.size),
            "seed": "none" if self.design.seed is None else str(self.design.seed),
            "measures": ", ".join(self.measures) or "none",
            # The rule of this name was another one.
            "select": "weakly undominated" if self.select == "undominated" else self.select,
            "by": self.by or "none",
            "points per block": str(self.block),
            **versions(),
        }

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """What a result says of itself: model, axes, values and versions."""
        model, design, asked = self.model, self.design, self.solver().question
        values = {name: _text(v) for name, v in asked.base.items() if name not in self.moving}
        found: dict[str, Any] = {
            "title": f"Sweep of {model.title or model.name}",
            "model": model.name,
            "model_title": model.title,
            "model_sha256": model.digest,
            "game_sha256": self.identity["game (sha256)"],
            "axes": json.dumps({axis.name: axis.text for axis in design.axes}),
            "values": json.dumps(values),
            "set": json.dumps({n: _text(v) for n, v in self.fixed.items()}),
            "scenario": self.scenario or "",
            "design": design.name,
            "points": self.size,
            "selection": self.select,
            "selection_by": self.by or "",
            "measures": json.dumps(list(self.measures)),
        }
        if model.tree is not None:
            found["concept"] = asked.concept
        if design.seed is not None:
            found["seed"] = design.seed
        return {**found, **{f"{name}_version": text for name, text in versions().items()}}

    @cached_property
    def mark(self) -> str:
        """A short name of the plan: no two plans that differ have the same."""
        text = json.dumps(self.identity, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else repr(float(value))


def versions() -> dict[str, str]:
    """Return the versions of the programs that the numbers come from."""
    import numpy as np
    import scipy

    return {
        "deterrence": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "python": platform.python_version(),
    }


def fingerprint(model: SymbolicModel) -> str:
    """Return the SHA-256 of what a model says about its game, apart from its titles."""
    rows = () if model.tree is not None else model.payoff_expressions()
    parts = [
        repr((model.players, model.actions, model.derived)),
        *(str(u) for row in rows for u in row),
        *(_tree_texts(model.tree) if model.tree is not None else ()),
        *(str(a) for a in model.assumptions),
        *(f"{m.name}: {m.expression}" for m in model.measures),
        *(f"{p.name}: {p.default} {p.formula}" for p in model.parameters.values()),
        *(str(cell.lottery) for cell in model.cells),
        *(f"{s.name}: {sorted(s.values.items())}" for s in model.scenarios.values()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _tree_texts(tree: ExtensiveGame) -> Iterator[str]:
    """Yield everything that a tree says about a game."""
    for node in tree.nodes:
        yield f"{node.parent} {node.move} {node.set} {node.outcome}"
    for s in tree.sets:
        yield f"{s.label}: {s.player} {s.actions} {[str(p) for p in s.chances]}"
    for label, payoffs in tree.outcomes.items():
        yield f"{label} {tree.groups.get(label, '')}: {[str(u) for u in payoffs]}"


def make_plan(
    model: SymbolicModel,
    axes: Mapping[str, Any] | None = None,
    *,
    design: str = "grid",
    points: int | None = None,
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    measures: Sequence[str] | None = None,
    select: str = "all",
    by: str | None = None,
) -> SweepPlan:
    """Return the plan of a sweep; see :func:`deterrence.face.varying.sweep`.

    Raises :class:`UsageError` for names, axes and options that do not fit.
    """
    fixed = dict(fixed or {})
    if not axes:
        raise UsageError("a sweep needs a parameter that varies", remedy=_ranges(model))
    for name in (*axes, *fixed):
        model.parameter(name)
    fixed = {name: read_value(name, value) for name, value in fixed.items()}
    for name in axes:
        if name in fixed:
            raise UsageError(f"{name} both varies and is set", remedy="leave one of the two out")
    made = tuple(make_axis(name, axes[name], model.parameters[name]) for name in axes)
    known = [m.name for m in model.measures]
    chosen = tuple(known if measures is None else dict.fromkeys(measures))
    check_rule(select, by, chosen, model.players)
    plan = SweepPlan(
        model, _design(made, design, points, seed), fixed, scenario, chosen, select, by, _MOST
    )
    plan.solver()  # faults of names and values show now
    if select == "risk-dominant" and model.tree is not None:
        raise no_risk_dominance(", not for trees")
    if select == "undominated" and model.tree is not None:
        raise no_strategies()
    if select == "risk-dominant" and [len(a) for a in model.actions] != [2, 2]:
        raise no_risk_dominance()
    return replace(plan, block=_block(model, plan.size))


def _design(
    axes: tuple[SweepAxis, ...], design: str, points: int | None, seed: int
) -> GridDesign | SampleDesign:
    if design == "grid":
        if points is not None:
            raise UsageError(
                f"a grid has as many points as its axes say, not {points}",
                remedy="choose a design such as sobol, or leave the number of points out",
            )
        return GridDesign(axes)
    if points is None and design in ("sobol", "halton", "latin"):
        raise UsageError(
            f"how many points shall the {design} design have?",
            remedy="say so, as in --samples 1024",
        )
    return SampleDesign(axes, design, points or 0, seed)


def _block(model: SymbolicModel, size: int) -> int:
    if model.tree is not None:
        most = _MOST if model.tree.is_perfect_information else _HARD
        wanted = min(_WORK // len(model.tree.nodes), size // _FEW, most)
    else:
        cells = math.prod(len(actions) for actions in model.actions)
        wanted = min(_CELLS // cells, _WORK // cells**2, size // _FEW, _MOST)
    return 1 << (max(wanted, _LEAST).bit_length() - 1)


def _ranges(model: SymbolicModel) -> str:
    ranges = [
        f"{p.name}={p.lower}:{p.upper}:100"
        for p in model.parameters.values()
        if p.lower is not None and p.upper is not None
    ]
    if ranges:
        return f"within their bounds: {', '.join(ranges)}"
    return f"as in p=0:10:100; parameters: {', '.join(model.parameters) or 'it has none'}"
