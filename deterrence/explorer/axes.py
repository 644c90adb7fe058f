"""The pair of parameters that a page's map begins with: the one with the most regimes in view.

All is done in floats at a fixed set of points: a wrong choice costs nothing but a click.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.arrays import truth
from deterrence.algebra.expressions import Expression
from deterrence.explorer.model_part import reach
from deterrence.modelfile.model import SymbolicModel

#: Points per axis, and points of the sample that tells the range of a derived parameter.
_POINTS, _SAMPLE = 18, 512
#: Pairs of axes that are looked at.
_PAIRS = 150
#: Least share of a view that counts as a regime in view.
_SEEN = 0.01


class Views:
    """Looks at a model's regimes over two parameters, the others at their values."""

    def __init__(
        self,
        model: SymbolicModel,
        start: Mapping[str, Fraction],
        told: Sequence[Sequence[Sequence[Expression]]],
    ) -> None:
        """Take the values at which the page opens, and disjunctions that tell regimes apart.

        Without these, the pure equilibria of a matrix tell points apart.
        """
        self.model, self.start = model, start
        self.payoffs = () if told or model.tree is not None else model.payoff_expressions()
        self.ranges = ranges(model, start)
        self.told = told
        used: set[str] = set()
        for e in (c for terms in told for term in terms for c in term):
            used |= e.names
        for e in (u for row in self.payoffs for u in row):
            used |= e.names
        for _ in model.derived:
            for n in [n for n in used if n in model.parameters]:
                own = model.parameters[n].formula
                used |= own.names if own is not None else set()
        self.names = [n for n in self.ranges if n in used] or list(self.ranges)

    def best(self) -> list[str]:
        """Return the two parameters over which most regimes are seen, or as many as there are."""
        if len(self.names) < 2:
            more = [n for n in self.ranges if n not in self.names]
            return [*self.names, *more][:2]
        scored = []
        for pair in itertools.islice(self._pairs(), _PAIRS if self.told else _PAIRS // 3):
            seen, evenly = self._score(*pair)
            # The same of two sides is easier to read than one regime more.
            scored.append(((round(seen, 1) + alike(*pair), evenly), pair))
        if not scored:
            return list(self.ranges)[:2]
        best = max(scored, key=lambda s: s[0])
        return list(best[1])

    def ordered(self) -> list[str]:
        """Return the parameters with sliders, those over which more is seen first."""
        import numpy as np

        free = [n for n in self.ranges if self.model.parameters[n].formula is None]
        scores = {}
        for name in free:
            codes = self.codes({name: np.linspace(*self.ranges[name], 4 * _POINTS + 2)[1:-1]})
            _, counts = np.unique(codes[codes >= 0], return_counts=True)
            shares = counts / max(counts.sum(), 1)
            scores[name] = len(counts), float(-(shares * np.log(shares)).sum())
        return sorted(free, key=lambda n: scores[n], reverse=True)

    def _pairs(self) -> Any:
        """Yield the pairs that can move apart from each other, conditions' own names first."""
        for x, y in itertools.combinations(self.names, 2):
            if x not in self._inside(y) and y not in self._inside(x):
                yield x, y

    def _inside(self, name: str) -> set[str]:
        """Return the parameters that a derived one follows from."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            own = self.model.parameters[waiting.pop()].formula
            for n in own.names if own is not None else ():
                if n in self.model.parameters and n not in found:
                    found.add(n)
                    waiting.append(n)
        return found

    def _score(self, x: str, y: str) -> tuple[float, float]:
        """Return how many regimes are seen, and how evenly."""
        import numpy as np

        # Of different sizes, so that few points lie on a tie of the two.
        grid = [np.linspace(*self.ranges[n], _POINTS + 2 + k)[1:-1] for k, n in enumerate((x, y))]
        across, up = np.meshgrid(*grid)
        codes = self.codes({x: across.ravel(), y: up.ravel()})
        inside = codes[codes >= 0]
        if not inside.size:
            return 0.0, 0.0
        _, counts = np.unique(inside, return_counts=True)
        shares = counts / inside.size
        seen = shares[shares >= _SEEN]
        entropy = float(-(shares * np.log(shares)).sum())
        whole = inside.size / codes.size
        return float(len(seen)) * (0.5 + 0.5 * whole), entropy * whole

    def codes(self, moved: Mapping[str, Any]) -> Any:
        """Return a number for which of the disjunctions hold, -1 where none does, as on ties."""
        import numpy as np

        columns = columns_of(self.model, self.start, moved)
        size = len(next(iter(moved.values())))
        if not self.told and not self.payoffs:
            return np.zeros(size, dtype=np.int64)
        codes = np.zeros(size, dtype=np.int64)
        seen: dict[bytes, int] = {}
        holds = self._holds(columns, size)
        for k in range(size):
            codes[k] = seen.setdefault(holds[:, k].tobytes(), len(seen))
        codes[~allowed(self.model, columns, size)] = -1
        codes[~holds.any(axis=0)] = -1
        return codes

    def _holds(self, columns: Mapping[str, Any], size: int) -> Any:
        """Return which of the disjunctions hold where, or which cells are equilibria where."""
        import numpy as np

        def column(e: Expression) -> Any:
            return np.broadcast_to(truth(e, columns), size)

        if not self.told:
            pays = [[column(u) for u in row] for row in self.payoffs]
            best = np.ones((len(self.model.cells), size), dtype=bool)
            shape = (*map(len, self.model.actions), size)
            for k, row in enumerate(pays):
                table = np.array(row).reshape(shape)
                best &= (table >= table.max(axis=k, keepdims=True)).reshape(-1, size)
            return best
        holds = np.zeros((len(self.told), size), dtype=bool)
        for k, terms in enumerate(self.told):
            for term in terms:
                holds[k] |= np.logical_and.reduce([np.ones(size, bool), *map(column, term)])
        return holds


def alike(x: str, y: str) -> bool:
    """Say whether two names look like the same of two sides, as ``k_R`` and ``k_N`` do."""
    first, second = x.split("_"), y.split("_")
    return first[0] == second[0] and len(first) == len(second) > 1


def columns_of(
    model: SymbolicModel, start: Mapping[str, Fraction], moved: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all parameters and definitions as floats or columns of floats."""
    columns: dict[str, Any] = {n: float(v) for n, v in start.items()} | dict(moved)
    for name in model.derived:
        own = model.parameters[name].formula
        if name not in columns and own is not None:
            columns[name] = truth(own, columns)
    for name, e in model.definitions.items():
        columns.setdefault(name, truth(e, columns))
    return columns


def allowed(model: SymbolicModel, columns: Mapping[str, Any], size: int) -> Any:
    """Return where the assumptions hold."""
    import numpy as np

    fine = np.ones(size, dtype=bool)
    for a in model.assumptions:
        fine &= np.broadcast_to(truth(a, columns), size)
    return fine


def ranges(model: SymbolicModel, start: Mapping[str, Fraction]) -> dict[str, tuple[float, float]]:
    """Return the ranges of possible axes: sliders', and of derived parameters what they reach.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> model = load_model("asymmetric-bipolarity")
    >>> found = ranges(model, start=model.values())
    >>> found["g_R"], [round(x, 1) for x in found["k_R"]]
    ((0.5, 5.0), [0.0, 30.0])
    """
    import numpy as np

    found: dict[str, tuple[float, float]] = {}
    for name, p in model.parameters.items():
        low, high = reach(model, p)
        if low is not None and high is not None and low < high:
            found[name] = float(low), float(high)
    rest = [n for n in model.derived if n not in found]
    if not rest:
        return found
    draw = np.random.default_rng(0)
    free = [n for n in found if model.parameters[n].formula is None]
    moved = {n: draw.uniform(*found[n], _SAMPLE) for n in free}
    fixed = {n: v for n, v in start.items() if n not in rest}
    columns = columns_of(model, fixed, moved)
    good = allowed(model, columns, _SAMPLE)
    for name in rest:
        values = np.broadcast_to(columns[name], _SAMPLE)[good]
        values = values[np.isfinite(values)]
        if values.size and values.min() < values.max():
            # A few samples far out would leave the view empty.
            low, high = np.quantile(values, [0.02, 0.98])
            found[name] = _round(float(low)), _round(float(high))
            if not found[name][0] < found[name][1]:
                del found[name]
    return found


def _round(x: float) -> float:
    """Return a number with two digits that count."""
    return float(f"{x:.2g}")
