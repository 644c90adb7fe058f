"""A two-player game of a model as polynomials: both sides' payoffs over one ring."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from deterrence.algebra.cases import Case
from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.errors import UnsupportedError
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.distinctions import written
from deterrence.symbolic.matrices.vertices import SymbolicVertex, vertices
from deterrence.symbolic.parameter_space import (
    GameProblem,
    cleared,
    compared_formulas,
    divisors,
    known_values,
    parameter_space,
)
from deterrence.symbolic.scales import scales_of


@dataclass(frozen=True, eq=False, kw_only=True)
class MatrixProblem(GameProblem):
    """A two-player game over a polynomial ring.

    ``row`` and ``column`` are payoff polynomials (rows x columns): the true
    payoffs times a positive common factor.  ``payoffs`` and ``lotteries`` go row by row.
    """

    row: list[list[RingElement]]
    column: list[list[RingElement]]

    def scales(self) -> list[tuple[frozenset[str], str]]:
        """Return, per player, the parameters that measure the player's utility."""
        return scales_of(self, [[u for us in own for u in us] for own in (self.row, self.column)])

    def in_case(self, case: Case) -> MatrixProblem:
        """Return the game in one case of its distinctions, which is then assumed."""
        width = self.shape[1]
        forms = [[case.of(u) for u in us] for us in self.payoffs]
        flat = [cleared(own)[0] for own in forms]
        row, column = ([us[i : i + width] for i in range(0, len(us), width)] for us in flat)
        write = self.algebra.quotient
        return replace(
            self,
            assumptions=(*self.assumptions, *written(case)),
            payoffs=tuple(tuple(write(*u) for u in own) for own in forms),
            row=row,
            column=column,
        )

    def vertices(self) -> tuple[list[SymbolicVertex], list[SymbolicVertex]]:
        """Return the symbolic vertices of both sides, dominated actions and replies included."""
        ring, (m, n) = self.algebra.ring, self.shape
        transposed = list(zip(*self.row, strict=True))
        return vertices(ring, self.column, range(n)), vertices(ring, transposed, range(m))

    @property
    def shape(self) -> tuple[int, int]:
        """The number of actions of both players."""
        return len(self.actions[0]), len(self.actions[1])

    def cell_keys(self) -> list[list[Hashable]]:
        """Return a hashable key per cell; cells with equal lotteries and payoffs share it."""
        n = self.shape[1]
        return [
            [(self.lotteries[i * n + j], self.row[i][j], self.column[i][j]) for j in range(n)]
            for i in range(self.shape[0])
        ]


def problem_of(
    model: SymbolicModel, *, expand: bool = False, fixed: Mapping[str, Any] | None = None
) -> MatrixProblem:
    """Return the polynomial game of a model; ``fixed`` puts numbers in for some parameters.

    Raises :class:`UnsupportedError` for other than two players.
    """
    if len(model.players) != 2:
        raise UnsupportedError(
            f"{model.name} has {len(model.players)} players; this needs two",
            remedy="solve it at values instead",
        )
    known, equations = known_values(model, expand, fixed)
    payoffs = [[u.substitute(known) for u in row] for row in model.payoff_expressions()]
    lotteries = [
        tuple((label, chance.substitute(known)) for label, chance in cell.lottery)
        or ((name, Expression.number(1)),)
        for cell, name in zip(model.cells, model.cell_names(), strict=True)
    ]
    chances = tuple(chance for lottery in lotteries for _, chance in lottery)
    formulas = [*(u for row in payoffs for u in row), *chances]
    space = parameter_space(model, known, equations, formulas, fixed)
    everything = [*(u for row in payoffs for u in row), *space.assumptions, *chances]
    everything += [m.expression for m in space.measures if not _has_query_atom(m.expression)]
    everything += compared_formulas(model, space)
    algebra = Algebra(space.symbols, everything)
    width = len(model.actions[1])
    flat = [cleared([algebra.fraction(u) for u in us])[0] for us in payoffs]
    row, column = ([us[i : i + width] for i in range(0, len(us), width)] for us in flat)
    return MatrixProblem(
        **vars(space),
        players=model.players,
        actions=model.actions,
        algebra=algebra,
        payoffs=(tuple(payoffs[0]), tuple(payoffs[1])),
        lotteries=tuple(lotteries),
        chances=chances,
        nonzero=divisors(algebra, [*payoffs[0], *payoffs[1], *chances]),
        row=row,
        column=column,
    )


def _has_query_atom(e: Expression) -> bool:
    """Say whether a query stands inside a function that is no quotient."""
    for node in e.walk():
        if node.op in ("call", "if") and any(n.op == "query" for n in node.walk()):
            return True
    return False
