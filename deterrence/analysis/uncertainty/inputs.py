r"""The uncertain parameters: where each stands, and how values are drawn.

A parameter has the distribution that the model file gives it; without one it is
uniform on its bounds; without bounds it stays fixed.  Dependent parameters are
drawn through a Gaussian copula: normal variables with correlation
:math:`2\sin(\pi\rho/6)` have Spearman's rank correlation :math:`\rho` (Pearson
1907), and each is then carried to its own distribution, which changes no rank
(Nataf 1962; Iman and Conover 1982, Communications in Statistics B 11).

>>> from deterrence.modelfile.catalogue import load_model
>>> found = Uncertainty(load_model("asymmetric-bipolarity"), {"k_N": 8}, over=["l_R"])
>>> found.names, found.input("l_R").text, found.input("k_R").kind
(('l_R',), 'uniform from 1/2 to 20', 'derived')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.uncertainty.estimates import Input, short
from deterrence.analysis.uncertainty.orders import OrderedUniforms, ordered_by
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.parameters import Correlation, Parameter

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: Quantiles between which the tornado moves a parameter with a distribution.
LOW, HIGH = 0.05, 0.95
#: Distance that probabilities keep from 0 and 1, where some quantiles are infinite.
_EDGE = 2.0**-40
#: Variances below this are rounding.
_SINGULAR = 1e-12


class Uncertainty:
    """What is uncertain in a model, and the map from the unit cube to its values.

    ``fixed`` are values that do not vary, ``over`` restricts what does (a derived
    parameter named there is drawn from its own bounds and its formula is not used),
    ``asked`` are the expressions that matter, besides the ``formulas`` of the game (by
    default the payoffs and chances of the model): a parameter on which nothing depends
    stays fixed.  ``names`` are the uncertain parameters, in the model's order.
    Raises :class:`UsageError` for names and values that do not fit, and where
    nothing is uncertain.
    """

    def __init__(
        self,
        model: SymbolicModel,
        fixed: Mapping[str, Any] | None = None,
        scenario: str | None = None,
        *,
        over: Sequence[str] = (),
        asked: Sequence[Expression] = (),
        formulas: Iterable[Expression] | None = None,
    ) -> None:
        model.need_numbers("sensitivity", fixed, scenario)
        self.model = model
        self.scenario = scenario
        self.over = tuple(dict.fromkeys(over))
        self.set = dict(fixed or {})
        self._check_over()
        game = formulas_of_game(model) if formulas is None else formulas
        relevant = self._relevant([*game, *asked])
        self.frozen: dict[str, Any] = {}
        drawn: dict[str, tuple[str, str]] = {}
        held: dict[str, str] = {}
        for name, parameter in model.parameters.items():
            kind, text = _spread(parameter)
            if name in self.set:
                held[name] = "set"
            elif parameter.formula is not None and name not in self.over:
                continue
            elif self.over and name not in self.over:
                held[name] = "not among those asked for"
            elif not kind:
                held[name] = text
            elif name not in relevant:
                held[name] = "nothing that is asked depends on it"
            else:
                drawn[name] = kind, text
        self.names = tuple(drawn)
        if not self.names and self.over:
            raise UsageError(
                f"nothing that is asked depends on {', '.join(self.over)}",
                remedy="let other parameters vary",
            )
        if not self.names:
            raise UsageError(
                f"nothing in {model.name} is uncertain",
                remedy="give parameters bounds or a distribution in the model file, "
                "and leave some of them free",
            )
        #: What the points of a sample do not say: values set, and those without a default.
        self.frozen = {**self.set, **self._centres()}
        self.inputs = self._inputs(drawn, held)
        self.correlations = tuple(
            c for c in model.correlations if c.value and set(c.between) <= set(self.names)
        )
        self.dropped = tuple(
            c for c in model.correlations if c.value and len(set(c.between) & set(self.names)) == 1
        )
        if any(model.parameters[n].default is None for n in self.names) and not self.base_keeps:
            self.frozen |= self._ordered_centres()
            self.inputs = self._inputs(drawn, held)

    def input(self, name: str) -> Input:
        """Return an input by its name."""
        return next(i for i in self.inputs if i.name == name)

    @property
    def varying(self) -> tuple[Input, ...]:
        """The uncertain inputs, in the order of ``names``."""
        return tuple(i for i in self.inputs if i.name in self.names)

    @property
    def base_keeps(self) -> bool:
        """Whether the base case keeps the assumptions."""
        return self.keeps({})

    def keeps(self, changes: Mapping[str, Any]) -> bool:
        """Return whether the base case keeps the assumptions after some changes."""
        values = {i.name: changes.get(i.name, i.base) for i in self.inputs}
        for name in self.model.derived:
            formula = self.model.parameters[name].formula
            if formula is not None and self.input(name).kind == "derived":
                values[name] = formula.evaluate(values)
        try:
            return all(a.evaluate(values) for a in self.model.assumptions)
        except (ExpressionError, ArithmeticError):
            return False

    # ---- drawing ------------------------------------------------------
    def values(self, cube: Any, *, alone: bool = False) -> Any:
        """Return the parameter values (n x d) of points of the unit cube (n x d).

        Uniform parameters that assumptions order are drawn in that order
        (:mod:`deterrence.analysis.uncertainty.orders`); points may break other assumptions.
        With ``alone`` every coordinate is a parameter's own quantile: correlations
        and order are left out.
        """
        import numpy as np

        cube = np.clip(np.asarray(cube, dtype=float), _EDGE, 1 - _EDGE)
        if self._factor is not None and not alone:
            from scipy.special import ndtr, ndtri

            cube = np.clip(ndtr(ndtri(cube) @ self._factor.T), _EDGE, 1 - _EDGE)
        points = np.empty_like(cube)
        for k, name in enumerate(self.names):
            points[:, k] = self.quantile(name, cube[:, k])
        if self.ordered is not None and not alone:
            drawn = self.ordered.draw({n: cube[:, k] for k, n in enumerate(self.names)})
            for name, column in drawn.items():
                points[:, self.names.index(name)] = column
        if not np.isfinite(points).all():
            bad = next(n for k, n in enumerate(self.names) if not np.isfinite(points[:, k]).all())
            raise UsageError(
                f"the distribution of {bad} reaches beyond the largest float",
                remedy="choose a narrower one",
            )
        return points

    def quantile(self, name: str, share: Any) -> Any:
        """Return the value of a parameter below which it lies with the given probability."""
        law = self._laws[name]
        if isinstance(law, tuple):
            low, high = law
            return low + share * (high - low)
        import numpy as np

        with np.errstate(all="ignore"):  # what is beyond floats is refused in `values`
            return law.ppf(share)

    def share_below(self, name: str, value: Any) -> Any:
        """Return the probability that a parameter lies below the values (n)."""
        import numpy as np

        law = self._laws[name]
        if isinstance(law, tuple):
            low, high = law
            return np.clip((value - low) / (high - low), 0.0, 1.0)
        with np.errstate(all="ignore"):
            return law.cdf(value)

    @cached_property
    def ordered(self) -> OrderedUniforms | None:
        """The uniform parameters that assumptions order, or cut off at a value."""
        correlated = {n for c in self.correlations for n in c.between}
        free = [i for i in self.varying if i.kind == "uniform" and i.name not in correlated]
        ranges = {i.name: (float(i.low or 0), float(i.high or 0)) for i in free}
        held = {i.name: i.base for i in self.inputs if i.kind == "fixed"}
        return ordered_by(self.model.assumptions, ranges, held)

    @cached_property
    def _laws(self) -> dict[str, Any]:
        return {name: _law(self.model.parameters[name]) for name in self.names}

    @cached_property
    def _factor(self) -> Any:
        """The lower root of the normal variables' correlation matrix, None where all are apart."""
        if not self.correlations:
            return None
        return lower_root(copula_matrix(self.names, self.correlations))

    # ---- making -------------------------------------------------------
    def _check_over(self) -> None:
        for name in self.over:
            parameter = self.model.parameter(name)
            if name in self.set:
                raise UsageError(f"{name} is set, so it cannot vary", remedy="do one of the two")
            kind, text = _spread(parameter)
            if not kind:
                raise UsageError(
                    f"{name} cannot vary: {text}",
                    remedy="give it bounds or a distribution in the model file",
                )

    def _relevant(self, asked: Sequence[Expression]) -> set[str]:
        """Return the parameters on which formulas, and what is asked, depend.

        An assumption adds the parameters that it ties to one of these.
        """
        model = self.model
        names = {n for e in asked for n in e.names}
        found = self.expanded(names)
        ties = [self.expanded(a.names) for a in model.assumptions]
        while more := {n for tie in ties if tie & found for n in tie} - found:
            found |= more
        return found

    def expanded(self, names: Iterable[str]) -> set[str]:
        """Return names with those in the formulas of derived parameters."""
        parameters = self.model.parameters
        wanted, done = set(names), set()
        while wanted:
            name = wanted.pop()
            done.add(name)
            formula = parameters[name].formula if name in parameters else None
            if formula is not None and name not in self.set and name not in self.over:
                wanted |= formula.names - done
        return done

    def _centres(self) -> dict[str, Any]:
        """Return the middle of uncertain parameters that have no value of their own."""
        scenario = self.model.scenario(self.scenario).values if self.scenario else {}
        centres: dict[str, Any] = {}
        for name in self.names:
            p = self.model.parameters[name]
            if p.default is None and p.formula is None and name not in scenario:
                if p.distribution is None and p.lower is not None and p.upper is not None:
                    centres[name] = (p.lower + p.upper) / 2
                else:
                    centres[name] = Fraction(float(f"{float(self.quantile(name, 0.5)):.6g}"))
        return centres

    def _ordered_centres(self) -> dict[str, Any]:
        """Return the middle, in their order, of parameters without a value of their own."""
        import numpy as np

        middle = self.values(np.full((1, len(self.names)), 0.5))[0]
        centres = self._centres()
        return {
            name: Fraction(float(f"{value:.6g}"))
            for name, value in zip(self.names, middle, strict=True)
            if name in centres
        }

    def _inputs(
        self, drawn: Mapping[str, tuple[str, str]], held: Mapping[str, str]
    ) -> tuple[Input, ...]:
        base = self.model.values(self.scenario, check=False, **self.frozen)
        return tuple(
            self._input(p, base[name], drawn.get(name), held.get(name))
            for name, p in self.model.parameters.items()
        )

    def _input(
        self, p: Parameter, base: Any, drawn: tuple[str, str] | None, held: str | None
    ) -> Input:
        shown: dict[str, Any] = {"title": p.title, "unit": p.unit, "symbol": p.symbol}
        if drawn is None:
            if held is None:
                return Input(p.name, "derived", f"= {p.formula}", base, **shown)
            return Input(p.name, "fixed", f"fixed at {_number(base)}", base, why=held, **shown)
        kind, text = drawn
        if kind == "uniform":
            return Input(p.name, "uniform", text, base, p.lower, p.upper, **shown)
        low, high = (float(self.quantile(p.name, q)) for q in (LOW, HIGH))
        return Input(p.name, "distribution", text, base, low, high, **shown)


def copula_matrix(names: Sequence[str], correlations: Sequence[Correlation]) -> Any:
    """Return the correlations of the normal variables behind the copula (names x names)."""
    import numpy as np

    from deterrence.modelfile.correlations import matrix_of

    ranks = np.array([[float(r) for r in row] for row in matrix_of(names, correlations)])
    normal = 2 * np.sin(np.pi * ranks / 6)
    np.fill_diagonal(normal, 1.0)
    return normal


def lower_root(matrix: Any) -> Any:
    """Return a lower triangular root of a positive semidefinite correlation matrix.

    Cholesky's, with a column of zeros where a variable follows from those before it.

    >>> lower_root([[1.0, 1.0], [1.0, 1.0]]).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    import numpy as np

    matrix = np.asarray(matrix)
    root = np.zeros_like(matrix)
    for k in range(len(matrix)):
        rest = matrix[k:, k] - root[k:, :k] @ root[k, :k]
        if rest[0] > _SINGULAR:
            root[k:, k] = rest / np.sqrt(rest[0])
    return root / np.sqrt((root**2).sum(axis=1, keepdims=True))


def _spread(p: Parameter) -> tuple[str, str]:
    """Return how a parameter is spread and that in words; ``""`` and the reason where it is not."""
    if p.distribution is not None:
        arguments = ", ".join(f"{k} {_number(v)}" for k, v in p.distribution.items() if k != "name")
        name = p.distribution["name"]
        return "distribution", f"{name}({arguments})" if arguments else name
    if p.lower is None or p.upper is None:
        return "", "it has neither a distribution nor two bounds"
    if p.lower == p.upper:
        return "", f"its bounds leave only {p.lower}"
    return "uniform", f"uniform from {_number(p.lower)} to {_number(p.upper)}"


def _law(p: Parameter) -> Any:
    """Return the frozen scipy distribution, or the ends of a uniform one."""
    if p.distribution is None:
        assert p.lower is not None
        assert p.upper is not None
        return float(p.lower), float(p.upper)
    from scipy import stats

    arguments = {k: float(v) for k, v in p.distribution.items() if k != "name"}
    return getattr(stats, p.distribution["name"])(**arguments)


def _number(value: Any) -> str:
    """Write a value: exactly where that is short."""
    text = str(value)
    return text if isinstance(value, Fraction | int) and len(text) <= 8 else short(value)


def formulas_of_game(model: SymbolicModel) -> Iterator[Expression]:
    """Yield the payoffs and the probabilities of chance of a model's game."""
    if model.tree is not None:
        numbers = [u for us in model.tree.outcomes.values() for u in us]
        numbers += [p for s in model.tree.sets for p in s.chances]
        yield from (Expression.of(x) for x in numbers)
        return
    for row in model.payoff_expressions():
        yield from row
    for cell in model.cells:
        for _, chance in cell.lottery:
            yield chance
