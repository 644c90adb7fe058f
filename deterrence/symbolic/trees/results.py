"""What the symbolic analysis of a tree answers: behaviour, beliefs, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.results import PlainResult, SymbolicEquilibrium


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


@dataclass(frozen=True, eq=False, repr=False)
class SymbolicMixture(SymbolicEquilibrium):
    """An equilibrium of a table of many players; ``freedoms`` is what it leaves open.

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

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        rest = super().to_dict()
        opened = rest.pop("freedoms")
        return {**rest, "open": opened}


@dataclass(frozen=True, eq=False, repr=False)
class SymbolicAssessment(SymbolicEquilibrium):
    """An equilibrium of a tree in closed form: behaviour and beliefs, and when it exists.

    ``support`` and ``profile`` have one entry per player and information set:
    ``{player: {information set: ...}}``.  ``beliefs`` are ``{information set: {node
    path: probability}}`` wherever more than one node is possible and the belief
    matters; what is open is a symbol of ``freedoms``, with its range.

    >>> from deterrence import load_model
    >>> holds = load_model("rudimentary-deterrence").regimes()[0]
    >>> print(*holds.conditions)
    p_B >= (a_DC - a_SQ)/(a_DC - a_DD)
    >>> str(holds.profile["A"]["start"]["wait"]), holds.payoffs["A"]
    ('1', Expression('a_SQ'))
    """

    beliefs: Mapping[str, Mapping[str, Expression]] = field(default_factory=dict)
    freedoms: tuple[Freedom, ...] = ()

    _in_sympy = ("profile", "beliefs", "payoffs", "outcomes", "measures")

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        rest = super().to_dict()
        keys = ("id", "number", "name", "label", "support", "profile")
        first = {key: rest.pop(key) for key in keys}
        opened = rest.pop("freedoms")
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


@dataclass(frozen=True)
class Published(PlainResult):
    """A known result and the derived equilibria that have its behaviour.

    ``verdict`` is ``same`` (conditions and closed forms, proven), ``different``
    (``note`` says in what), ``not found``, ``undecided`` or ``not compared``.
    """

    title: str
    source: str
    equilibria: tuple[int, ...]
    verdict: str
    note: str = ""
