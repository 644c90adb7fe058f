"""Answers on a grid, for models that the page can neither solve nor has closed forms of.

At most three parameters move, each to a few values inside its bounds; every point is solved by
the package's own solver, exactly, until a budget of work is spent.  All other sliders stand
still, and the page says so.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("correlated-mediator")
>>> told = grid(model, {n: v for n, v in model.values().items()}, ["T_A", "T_B"], most=16)
>>> [axis["values"] for axis in told["axes"]], len(told["answers"])
([['6', '7', '17/2', '39/4'], ['6', '7', '17/2', '39/4']], 16)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence import solvers
from deterrence.errors import DeterrenceError
from deterrence.explorer.model_part import has_slider, is_open, reach
from deterrence.game.strategic import StrategicGame
from deterrence.limits import work
from deterrence.modelfile.model import SymbolicModel
from deterrence.solvers.results_here import results_here
from deterrence.solvers.trees.concepts import default_concept

#: Work seconds for a grid, and points at most.
EFFORT, MOST = 150.0, 512
#: Values of an axis, at least and at most, and those at which assumptions are looked at.
_VALUES, _LOOKS = (3, 15), 41
#: Parameters that move at most.
_AXES = 3
#: Patterns of one result that are told with all their numbers.
_PATTERNS = 8
#: In place of the number of an answer: the assumptions exclude the point; the budget was spent.
EXCLUDED, UNSOLVED = -1, -2


def grid(
    model: SymbolicModel,
    start: Mapping[str, Fraction],
    favoured: Sequence[str],
    most: int | None = None,
) -> dict[str, Any]:
    """Return the solver of a page that has its answers from a grid.

    ``start`` are the values at which the page opens, ``favoured`` the parameters that move, the
    most important first; ``most`` is how many points there may be.
    """
    table = _Table(model)
    until = work.now() + EFFORT
    before = work.now()
    opening = table.answer(start)
    names = [n for n in favoured if model.parameters[n].formula is None]
    scenarios = [
        {"name": s.name, "answer": table.answer(_at_scenario(model, start, s.name))}
        for s in model.scenarios.values()
    ]
    # These say what one answer costs.
    cost = (work.now() - before) / (1 + len(scenarios))
    points = MOST if most is None else most
    left = work.left(until)
    points = min(points, int(left / cost)) if cost > 0 else points if left else 0
    axes = _axes(model, start, names, points)
    answers = []
    for choice in itertools.product(*(values for _, values in axes)):
        moved = {name: v for (name, _), v in zip(axes, choice, strict=True)}
        if all(start[n] == v for n, v in moved.items()):
            answers.append(opening)
        else:
            answers.append(UNSOLVED if work.over(until) else table.answer({**start, **moved}))
    fixed = {n: str(v) for n, v in start.items() if n not in {name for name, _ in axes}}
    return {
        "kind": "grid",
        "axes": [{"name": n, "values": [*map(str, values)]} for n, values in axes],
        "rest": fixed,
        "answers": answers,
        "table": table.told,
        "opening": opening,
        "scenarios": scenarios,
        "complete": UNSOLVED not in answers and bool(axes or not names),
    }


def _at_scenario(
    model: SymbolicModel, start: Mapping[str, Fraction], name: str
) -> dict[str, Fraction]:
    """Return the values of a scenario: those of the file, whatever the page opens with."""
    defaults = {n: p.default for n, p in model.parameters.items() if p.default is not None}
    return {**start, **defaults, **model.scenario(name).values}


def _axes(
    model: SymbolicModel, start: Mapping[str, Fraction], names: Sequence[str], points: int
) -> list[tuple[str, list[Fraction]]]:
    """Return which parameters move, and to which values, such that there are few points."""
    least, greatest = _VALUES
    count = min(_AXES, len(names))
    while count and (least + 1) ** count > points:
        count -= 1
    if not count and names and points >= least:
        count = 1
    each = greatest
    while count and each > least and each**count > points:
        each -= 1
    return [(n, _allowed(model, start, n, each)) for n in names[:count]]


def spread(model: SymbolicModel, name: str, start: Fraction, count: int) -> list[Fraction]:
    """Return values of a parameter that span its slider, the one it starts with among them."""
    low, high = reach(model, model.parameters[name])
    assert low is not None
    assert high is not None
    return spaced(low, high, start, count, [is_open(model, name, end) for end in (low, high)])


def _allowed(
    model: SymbolicModel, start: Mapping[str, Fraction], name: str, count: int
) -> list[Fraction]:
    """Return values of a parameter that the assumptions allow, the others where they start."""
    found = spread(model, name, start[name], _LOOKS)
    here = found.index(start[name])
    fine = [_fits(model, {**start, name: v}) for v in found]
    low = next((k + 1 for k in range(here - 1, -1, -1) if not fine[k]), 0)
    high = next((k for k in range(here + 1, len(found)) if not fine[k]), len(found)) - 1
    if (low, high) == (0, len(found) - 1):
        return spread(model, name, start[name], count)
    return spaced(found[low], found[high], start[name], count, [False, False])


def _fits(model: SymbolicModel, values: Mapping[str, Fraction]) -> bool:
    try:
        model.values(values=values)
    except DeterrenceError:
        return False
    return True


def spaced(
    low: Fraction, high: Fraction, start: Fraction, count: int, opened: Sequence[bool]
) -> list[Fraction]:
    """Return round values between two ends, which may be open; the one to start with is there.

    >>> [str(x) for x in spaced(Fraction(0), Fraction(10), Fraction(7), 4, [False, True])]
    ['0', '3', '7', '25/3']
    """
    step = (high - low) / (count - 1)
    low, high = (low + step / 2 if opened[0] else low, high - step / 2 if opened[1] else high)
    step = (high - low) / (count - 1)
    values = [low, *(_round(low + k * step, step) for k in range(1, count - 1)), high]
    if start not in values:
        inside = range(1, count - 1) if low < start < high else range(count)
        values[min(inside, key=lambda k: abs(values[k] - start))] = start
    return sorted({*values})


def _round(value: Fraction, step: Fraction) -> Fraction:
    """Return a rounder number near a value, by less than a quarter of a step.

    >>> str(_round(Fraction(10, 3), Fraction(10, 3)))
    '7/2'
    """
    unit = Fraction(10) ** math.floor(math.log10(step)) / 2
    return round(value / unit) * unit


def influential(model: SymbolicModel, start: Mapping[str, Fraction], main: str | None) -> list[str]:
    """Return the parameters that move the answer, one at a time, those that move it most first.

    Each is moved to a third and to two thirds of its way to both ends; where that takes too
    long, they come in the order of the file.
    """
    free = [n for n, p in model.parameters.items() if p.formula is None and has_slider(model, p)]
    table = _Table(model)
    before = work.now()
    base = table.answer(start)
    if base < 0 or 4 * len(free) * (work.now() - before) > EFFORT / 4:
        return free
    scores: dict[str, tuple[int, float]] = {}
    for name in free:
        kinds, change = set(), 0.0
        for value in spread(model, name, start[name], 5):
            k = table.answer({**start, name: value})
            if k >= 0:
                kinds.add(tuple(r["name"] for r in table.told[k]["results"]))
                change = max(change, _gap(table.told[k], table.told[base], main))
        scores[name] = len(kinds), change
    return sorted(free, key=lambda n: scores[n], reverse=True)


def _gap(one: Mapping[str, Any], other: Mapping[str, Any], main: str | None) -> float:
    """Return how far apart the main measure is in two answers."""
    ends = [a["measures"].get(main) for a in (one, other)]
    if None in ends:
        return 0.0
    return max(abs(float(Fraction(a)) - float(Fraction(b))) for a, b in zip(*ends, strict=True))


class _Table:
    """The answers at points, each that occurs told once."""

    def __init__(self, model: SymbolicModel) -> None:
        self.model = model
        self.told: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}

    def answer(self, values: Mapping[str, Fraction]) -> int:
        """Return the number of the answer at a point."""
        try:
            game = self.model.at(values=values)
        except DeterrenceError:
            return EXCLUDED
        told = answer_at(game)
        key = repr(told)
        if key not in self._known:
            self._known[key] = len(self.told)
            self.told.append(told)
        return self._known[key]


def answer_at(game: Any) -> dict[str, Any]:
    """Return the answer of a game of numbers: its results, and what leads to each of them."""
    if isinstance(game, StrategicGame):
        concept, objective = solvers.usual(game, "auto", None, None)
        solution: Any = solvers.solve(game, "auto", concept=concept, objective=objective)
    else:
        solution = solvers.solve_game_tree(game, default_concept(game))
    here = results_here(solution)
    equilibria: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for r in here.results:
        mine: dict[Any, list[int]] = {}
        for k in r.members:
            own = solution.identities[k]
            mine.setdefault((own.number, own.name), []).append(k)
        places = []
        for members in list(mine.values())[:_PATTERNS]:
            places.append(len(equilibria))
            equilibria.append(_pattern(solution, members, len(results)))
        results.append(
            {
                "name": r.name,
                "called": r.called,
                "outcomes": {o: _both(p, p) for o, p in r.chances.items()},
                "payoffs": {p: _both(*ends) for p, ends in r.payoffs.items()},
                "measures": {m: _both(*ends) for m, ends in r.measures.items()},
                "equilibria": places,
                "patterns": len(mine),
            }
        )
    return {
        # Of correlated equilibria there is a continuum, of which the best by an objective is told.
        "complete": here.complete and here.concept != "correlated",
        "corners": here.corners,
        "continuum": bool(here.continua),
        "count": here.equilibria,
        "concept": here.concept,
        "equilibria": equilibria,
        "results": results,
        "measures": {m: _both(*ends) for m, ends in here.ranges.items()},
    }


def _pattern(solution: Any, members: Sequence[int], result: int) -> dict[str, Any]:
    """Return the equilibria of one pattern and result as one, with the ranges of their numbers."""
    first = solution.equilibria[members[0]]
    own = solution.identities[members[0]]
    every = [solution.equilibria[k] for k in members]
    label = own.label if len(members) == 1 or own.number is None else f"#{own.number}"
    return {
        "number": own.number,
        "name": own.name,
        "label": label,
        "result": result,
        "count": len(members),
        "profile": {p: _mixes(first.profile[p]) for p in solution.game.players},
        "payoffs": {p: _range([e.payoffs[p] for e in every]) for p in solution.game.players},
        "outcomes": {o: _range([e.outcomes.get(o, 0) for e in every]) for o in first.outcomes},
        "measures": {m: _range([e.measures[m] for e in every]) for m in first.measures},
    }


def _mixes(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is played, actions of probability 0 left out."""
    told: dict[str, Any] = {}
    for key, value in own.items():
        if isinstance(value, Mapping):
            told[key] = _mixes(value)
        elif value != 0:
            told[key] = text_of(value)
    return told


def _range(values: Sequence[Any]) -> list[str] | None:
    known = [v for v in values if v is not None]
    return _both(min(known), max(known)) if len(known) == len(values) else None


def _both(low: Any, high: Any) -> list[str]:
    return [text_of(low), text_of(high)]


def text_of(value: Any) -> str:
    """Return a number as exact text; one that is irrational as a decimal.

    >>> text_of(Fraction(1, 3)), text_of(2**0.5)
    ('1/3', '1.41421356237')
    """
    if isinstance(value, int | Fraction):
        return str(Fraction(value))
    if not isinstance(value, float):
        rational = getattr(value, "rational", None)
        if isinstance(rational, Fraction):
            return str(rational)
    return f"{float(value):.12g}"
