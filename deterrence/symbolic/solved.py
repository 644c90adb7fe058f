"""A game solved symbolically: the parts behind an analysis, of a matrix or a tree.

Conclusions, statics, boundaries and derivations go on from these parts and do not ask which
kind of game they have: :class:`SolvedGame` is what both kinds share, :class:`ClosedForms` and
:class:`EquilibriumSearch` what each has in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, Self, TypeVar

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover
from deterrence.symbolic.definitions import Definitions
from deterrence.symbolic.families import FoundFamily
from deterrence.symbolic.found import FoundEquilibrium
from deterrence.symbolic.parameter_space import GameProblem
from deterrence.symbolic.quotients import Quotient, Quotients, Surd
from deterrence.symbolic.regime_map import MOST_CELLS, RegimeMap
from deterrence.words.sentences import listed

E = TypeVar("E", bound=FoundEquilibrium)
E_contra = TypeVar("E_contra", bound=FoundEquilibrium, contravariant=True)


class EquilibriumSearch(Protocol):
    """A search for equilibria that may have run out of time."""

    @property
    def truncated(self) -> bool:
        """Whether some may be missing."""


class ClosedForms(Protocol[E_contra]):
    """Closed forms of equilibria, as quotients in the parameters.

    :class:`OpenFormError` is raised for what depends on something that an equilibrium leaves
    open, except by :meth:`form` and :meth:`measures`, which then say None.
    """

    quotients: Quotients

    def payoff(self, found: E_contra, player: int, /) -> Quotient:
        """Return a player's expected payoff."""

    def outcomes(self, found: E_contra, /) -> dict[str, Quotient]:
        """Return the probability of every outcome that can happen."""

    def form(self, found: E_contra, e: Expression, /) -> Quotient | None:
        """Return an expression with queries in closed form, None where there is none."""

    def measures(
        self, found: E_contra, outcomes: Mapping[str, Quotient] | None = None, /
    ) -> dict[str, Quotient | None]:
        """Return every measure, None where it has no closed form."""

    def probabilities(self, found: E_contra, /) -> Iterator[tuple[tuple[str, ...], Quotient]]:
        """Yield the probability of every action, under the names that lead to it in a profile."""


@dataclass(kw_only=True)
class SolvedGame(Generic[E]):
    """The parts behind an analysis.

    ``pairs`` are the equilibria of open sets of parameters in the order of their ids, family
    by family; ``others`` those that come after them: of boundaries, and undecided ones.
    ``definitions`` are the formulas of symbols that are derived parameters.
    ``map`` is there once the regimes have been looked for.  ``refinement`` names what the
    equilibria had to pass, ``""`` where they are all there are.
    """

    model: SymbolicModel
    problem: GameProblem
    search: EquilibriumSearch
    simplifier: Simplifier
    closed: ClosedForms[E]
    families: list[FoundFamily[E]]
    others: list[E] = field(default_factory=list)
    refinement: str = ""
    definitions: Definitions | None = None
    map: RegimeMap = field(init=False)
    pairs: list[E] = field(init=False)

    def __post_init__(self) -> None:
        self.pairs = [pair for family in self.families for pair in family.pairs]

    def restricted(self, families: list[FoundFamily[E]], others: list[E], refinement: str) -> Self:
        """Return the game with these equilibria alone, those that pass a refinement."""
        return replace(self, families=families, others=others, refinement=refinement)

    def forms_of(self, found: E) -> ClosedForms[E]:
        """Return what gives an equilibrium's closed forms, square roots of trees included."""
        return self.closed

    def surd(self, found: E, e: Expression) -> Surd | None:
        """Return an expression with queries where one square root occurs in it, else None."""
        return None

    @property
    def concept(self) -> str:
        """What counts as an equilibrium."""
        return "nash"

    @property
    def all_listed(self) -> bool:
        """Whether no equilibrium is left out because another one has the same play."""
        return True

    @property
    def prover(self) -> Prover:
        """What decides questions about the parameters."""
        return self.simplifier.prover

    def found(self, number: int) -> E:
        """Return the equilibrium with an id."""
        last = len(self.pairs)
        return self.pairs[number] if number < last else self.others[number - last]

    def exclusions(self) -> list[str]:
        """Say which parameter values are left out that the model's assumptions allow, and why."""
        poles = [p for p in self.problem.nonzero if not self.prover.assumed_apart(p)]
        if not poles:
            return []
        written = [self.simplifier.literal(Literal(p, "!=")) for p in poles]
        where = listed((" == ".join(map(str, e.args[1:])) for e in written), "or")
        return [
            f"where {where} a payoff has no value (a pole), so such parameter values are left "
            f"out; to say so in the model, add {listed(map(str, written))} to its assumptions"
        ]

    def messages(self, search: Sequence[str]) -> list[str]:
        """Return what readers have to know: of the formulas, of the search, and of the map."""
        found = list(search)
        if not self.problem.algebra.is_exact:
            found.insert(
                0, "exp, log or powers occur: impossibility is proven, witnesses are sampled"
            )
        if self.map.crowded:
            found.append(
                f"more than {MOST_CELLS} combinations of equilibria occur, which are not told one "
                "by one as regimes; every equilibrium and every result has its condition"
            )
        if self.map.unknown:
            found.append(f"{len(self.map.unknown)} combinations of equilibria are undecided")
        return found
