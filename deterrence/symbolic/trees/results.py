"""What the symbolic analysis of a tree answers: behaviour, beliefs, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.results import PlainResult, ProofStatus, SymbolicEquilibrium
from deterrence.symbolic.results_anywhere import PossibleResult


@dataclass(frozen=True, eq=False)
class Freedom(PlainResult):
    """Something that an equilibrium leaves open: a symbol for it, and the range that it has.

    ``meaning`` says what the symbol stands for.  It is at least every expression in
    ``lower`` and at most every one in ``upper``; ends may name other open symbols.
    ``where`` are conditions under which this is so, where there are several cases.
    """

    symbol: str
    meaning: str
    lower: tuple[Expression, ...]
    upper: tuple[Expression, ...]
    where: tuple[Expression, ...] = ()

    @property
    def value(self) -> Expression | None:
        """The one value that the range leaves, None where it leaves more."""
        return next((e for e in self.lower if e in self.upper), None)


@dataclass(frozen=True, eq=False)
class FormBounds(PlainResult):
    """The infimum and supremum of forms that depend on what an equilibrium leaves open.

    They are over all values of the open symbols, in parameters alone; a form whose bounds were
    not found is not listed.  ``where`` are conditions under which they are these, where there
    are several cases.
    """

    payoffs: Mapping[str, tuple[Expression, Expression]]
    outcomes: Mapping[str, tuple[Expression, Expression]]
    measures: Mapping[str, tuple[Expression, Expression]]
    where: tuple[Expression, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class SymbolicMixture(SymbolicEquilibrium):
    """An equilibrium in closed form that may leave something open: ``freedoms``.

    ``bounds`` say between which ends the forms lie that name open symbols.

    >>> from deterrence import Model
    >>> model = Model.from_text('''
    ... title: Three players
    ... form: strategic
    ... players: [A, B, C]
    ... actions: {A: [go], B: [go], C: [go, stay]}
    ... parameters: {c: {title: cost, default: 1}}
    ... game: {go: {go: {go: {payoffs: [1, 1, -c]}, stay: {payoffs: [0, 0, 0]}}}}
    ... ''')
    >>> [str(condition) for condition in model.regimes()[0].conditions]
    ['c <= 0']
    """

    freedoms: tuple[Freedom, ...] = ()
    bounds: tuple[FormBounds, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether payoffs, outcomes or measures depend on what the equilibrium leaves open."""
        symbols = {f.symbol for f in self.freedoms}
        forms = (*self.payoffs.values(), *self.outcomes.values(), *self.measures.values())
        return any(e.names & symbols for e in forms if e is not None)

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        rest = super().to_dict()
        opened = rest.pop("freedoms")
        return {**rest, "open": opened}


@dataclass(frozen=True, eq=False, repr=False)
class SymbolicAssessment(SymbolicMixture):
    """An equilibrium of a tree in closed form: behaviour and beliefs, and when it exists.

    ``support`` and ``profile`` have one entry per player and information set:
    ``{player: {information set: ...}}``.  ``beliefs`` are ``{information set: {node
    path: probability}}`` wherever more than one node is possible and the belief
    matters; what is open is a symbol of ``freedoms``, with its range.  Payoffs, outcomes and
    measures may name these symbols; ``bounds`` say between which ends they lie then.

    >>> from deterrence import load_model
    >>> holds = load_model("rudimentary-deterrence").regimes()[0]
    >>> print(*holds.conditions)
    p_B >= (a_DC - a_SQ)/(a_DC - a_DD)
    >>> str(holds.profile["A"]["start"]["wait"]), holds.payoffs["A"]
    ('1', Expression('a_SQ'))
    """

    beliefs: Mapping[str, Mapping[str, Expression]] = field(default_factory=dict)

    _in_sympy = ("profile", "beliefs", "payoffs", "outcomes", "measures")

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        rest = super().to_dict()
        keys = ("id", "number", "name", "label", "support", "profile")
        first = {key: rest.pop(key) for key in keys}
        opened = rest.pop("open")
        rest["beliefs"] = {
            s: {node: self._belief(e) for node, e in own.items()} for s, own in self.beliefs.items()
        }
        return {**first, "beliefs": rest.pop("beliefs"), "open": opened, **rest}

    def _belief(self, e: Expression) -> str | list[str]:
        """Return a belief as text, or as a pair of ends where it is open."""
        if e.op == "name":
            for f in self.freedoms:
                plain = len(f.lower) == len(f.upper) == 1 and not f.where
                if f.symbol == e.args[0] and plain:
                    return [str(f.lower[0]), str(f.upper[0])]
        return str(e)


@dataclass(frozen=True, eq=False)
class ClosedEnd(PlainResult):
    """What is possible where probabilities of chance are 0 that are positive elsewhere.

    ``conditions`` are the equations of the end; ``results`` and ``equilibria`` are all that exist
    there for open sets of the other parameters (with conditions on these), and ``cover`` says
    whether that is proven.  ``equilibria`` are numbered anew.
    """

    conditions: tuple[Expression, ...]
    results: tuple[PossibleResult, ...]
    equilibria: tuple[SymbolicAssessment, ...]
    cover: ProofStatus


@dataclass(frozen=True)
class AssessmentAt:
    """An equilibrium at a point, with one choice of what it leaves open.

    ``profile`` is ``{player: {information set: {action: probability}}}``, ``beliefs``
    ``{information set: {node path: probability}}`` at the sets where one is defined;
    ``open`` gives the values chosen for the open symbols, the middle of their ranges.
    """

    id: int
    profile: Mapping[str, Mapping[str, Mapping[str, Fraction]]]
    beliefs: Mapping[str, Mapping[str, Fraction]]
    open: Mapping[str, Fraction]
