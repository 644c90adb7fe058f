"""Cases side by side: what can happen in each, and the range of every measure.

A case is a model at values, or a game of numbers.  It is solved exactly, as ``solve`` does;
results and equilibria have the names and numbers that they have there.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> found = [solved_case(c, 10) for c in scenario_cases(model, ["vital-stake"])]
>>> [(c.label, str(c.ranges["war"][1])) for c in found]
[('defaults', '1'), ('vital-stake', '0')]
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.roots import Root
from deterrence.analysis.plain_data import PlainData
from deterrence.analysis.told_results import ToldResult, told_results
from deterrence.game.measures import Measure
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.model import SymbolicModel
from deterrence.solvers import solve, solve_tree
from deterrence.solvers.results_here import results_here
from deterrence.solvers.solution import plain_data
from deterrence.solvers.trees.concepts import default_concept
from deterrence.words.frames import Framed, Rows
from deterrence.words.markup import csv_text
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown

#: The columns of a comparison as CSV.
_COLUMNS = (
    "case", "title", "model", "scenario", "regime", "measure", "low", "high", "low_exact",
    "high_exact", "complete",
)  # fmt: skip
#: What a case is made of.
AnyGame = SymbolicModel | StrategicGame | ExtensiveGame
#: The label of the case that stands at the model's own values.
DEFAULTS = "defaults"


@dataclass(frozen=True, eq=False)
class CaseAsked:
    """A case before it is solved: a model with a scenario and values, or a game of numbers."""

    label: str
    game: AnyGame
    title: str = ""
    scenario: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class FirstFlip(PlainData):
    """What flips a statement about a case first.

    ``every`` and ``some`` say whether it holds in every, and in some, equilibrium.  ``size``
    is the smallest joint change of the parameters that changes one of the two, in units of
    their declared ranges, ``proven`` whether nothing smaller does; ``size`` None with
    ``proven`` says that nothing does.  ``parameter`` is the one that flips it alone with the
    shortest way, to ``threshold``, ``direction`` 1 for up; None where none does.
    ``reason`` says why nothing was found out.
    """

    told = (
        "statement", "phrase", "every", "some", "size", "proven", "parameter", "title", "base",
        "threshold", "direction", "attained", "reason",
    )  # fmt: skip
    statement: str
    phrase: str
    every: bool | None = None
    some: bool | None = None
    size: Root | None = None
    proven: bool = False
    parameter: str | None = None
    title: str = ""
    base: Any = None
    threshold: Root | None = None
    direction: int = 0
    attained: bool = False
    reason: str = ""


@dataclass(frozen=True, repr=False)
class ComparedCase(PlainData):
    """One case of a comparison, solved.

    ``values`` are those of all parameters, ``ranges`` the least and the greatest value of
    each measure over the equilibria, ``regime`` the name of the regime in which the case
    lies (``""`` where that is not known).  ``complete``: no equilibrium is missing;
    ``corners``: the ranges are those of the ends of sets of equilibria.  ``flip`` is None
    where nothing was asked.

    >>> from deterrence import compare, load_model
    >>> case = compare(load_model("chicken"), against={"P_A": -1}).cases[1]
    >>> case.label, [result.name for result in case.results]
    ('P_A = -1', ['A yields', 'B yields', 'Either of: A yields; Collision'])
    """

    told = (
        "label", "title", "model", "scenario", "values", "results", "ranges", "equilibria",
        "complete", "corners", "concept", "regime", "flip",
    )  # fmt: skip
    label: str
    title: str
    model: str
    scenario: str | None
    values: Mapping[str, Any]
    results: tuple[ToldResult, ...]
    ranges: Mapping[str, tuple[Any, Any]]
    equilibria: int
    complete: bool
    corners: bool
    concept: str
    regime: str = ""
    flip: FirstFlip | None = None

    @property
    def name(self) -> str:
        """The title, or the label where there is none."""
        return self.title or self.label

    def to_dict(self) -> dict[str, Any]:
        """Return the case as plain data; irrational numbers as ``solve`` writes them."""
        found: dict[str, Any] = plain_data(super().to_dict())
        return found


@dataclass(frozen=True, repr=False)
class Comparison(Framed, Shown, PlainData):
    """Cases side by side; ``print`` and notebooks show them.

    ``measures`` are those of any case, the most important first, ``parameters`` the titles
    of those whose values differ between cases, or that not all of them have.

    >>> from deterrence import compare, load_model
    >>> found = compare(load_model("chicken"), against={"P_A": -5})
    >>> [case.label for case in found.cases], list(found.parameters)
    (['defaults', 'P_A = -5'], ['P_A'])
    """

    schema = 1
    told = ("schema", "title", "measures", "parameters", "cases", "messages")
    title: str
    cases: tuple[ComparedCase, ...]
    measures: tuple[Measure, ...]
    parameters: Mapping[str, str]
    messages: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"measures": self._rows}

    def _rows(self) -> Rows:
        for c in self.cases:
            for name, (low, high) in c.ranges.items():
                row = {"case": c.label, "title": c.title, "regime": c.regime, "measure": name}
                yield {**row, "low": low, "high": high, "complete": c.complete and not c.corners}

    @property
    def complete(self) -> bool:
        """Whether nothing is open: every case is solved completely, and every flip proven."""
        return all(
            c.complete and not c.corners and (c.flip is None or c.flip.proven) for c in self.cases
        )

    def to_csv(self) -> str:
        """Return the ranges of all measures as CSV, one row per case and measure.

        Ends are floats, and exact beside where they are rational.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for c in self.cases:
            texts = [csv_text(t) for t in (c.label, c.title, c.model, c.scenario or "", c.regime)]
            for name, ends in c.ranges.items():
                numbers = [repr(float(x)) for x in ends]
                exact = [str(x) if isinstance(x, Fraction) else "" for x in ends]
                sure = str(c.complete and not c.corners).lower()
                writer.writerow([*texts, csv_text(name), *numbers, *exact, sure])
        return out.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1)."""
        found = super().to_dict()
        found["measures"] = [
            {"name": m.name, "title": m.title, "unit": m.unit, "sense": m.sense}
            for m in self.measures
        ]
        return restorable(self, {**found, "seconds": round(self.seconds, 4)})


def scenario_cases(
    model: SymbolicModel,
    scenarios: Sequence[str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> list[CaseAsked]:
    """Return the case of the defaults, and one per scenario (None: all of them).

    ``given`` values hold in all cases.
    """
    own = dict(given or {})
    names = [*model.scenarios] if scenarios is None else list(dict.fromkeys(scenarios))
    found = [CaseAsked(DEFAULTS, model, "", None, own)]
    found += [CaseAsked(n, model, model.scenario(n).title, n, own) for n in names]
    return found


def solved_case(asked: CaseAsked, effort: float) -> ComparedCase:
    """Return a case with its results and the ranges of its measures, in so many work seconds.

    Raises :class:`UsageError` for values that do not fit.
    """
    source = asked.game
    values: Mapping[str, Any] = {}
    game: Any = source
    if isinstance(source, SymbolicModel):
        values = source.values(asked.scenario, values=asked.given)
        game = source.at(asked.scenario, values=asked.given)
    solution: Any
    if isinstance(game, StrategicGame):
        solution = solve(game, effort=effort)
    else:
        solution = solve_tree(game, default_concept(game), effort=effort)
    if solution.interrupted:
        raise KeyboardInterrupt
    here = results_here(solution)
    return ComparedCase(
        label=asked.label,
        title=asked.title,
        model=source.name,
        scenario=asked.scenario,
        values=values,
        results=told_results(solution),
        ranges=here.ranges,
        equilibria=here.equilibria,
        complete=here.complete,
        corners=here.corners,
        concept=here.concept,
    )


def together(
    title: str, asked: Sequence[CaseAsked], cases: Sequence[ComparedCase], started: float
) -> Comparison:
    """Return cases as a comparison: the measures of all, and the parameters that differ.

    ``started`` is when the work began, in monotonic seconds.
    """
    order = {"avoid": 0, "want": 1, "": 2}
    measures: dict[str, Measure] = {}
    titles: dict[str, str] = {}
    for one in asked:
        for m in one.game.measures:
            measures.setdefault(m.name, m)
        if isinstance(one.game, SymbolicModel):
            titles |= {n: p.title for n, p in one.game.parameters.items() if n not in titles}
    absent = object()
    differ = {
        n: title for n, title in titles.items() if len({c.values.get(n, absent) for c in cases}) > 1
    }
    return Comparison(
        title=title,
        cases=tuple(cases),
        measures=tuple(sorted(measures.values(), key=lambda m: order[m.sense])),
        parameters=differ,
        seconds=time.monotonic() - started,
    )
