"""Derivations of equilibria as data: steps, each with its reason, equations and conclusion.

How they are told is :mod:`deterrence.symbolic.board.page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.results import PlainResult, SymbolicEquilibrium, as_data
from deterrence.words.blocks import Equation, Inline, Matrix, inline_text
from deterrence.words.saved import Saved, restorable
from deterrence.words.shown import Shown

StepKind = Choice[
    "claim",
    "indifference",
    "solution",
    "payoff",
    "dominance",
    "deviation",
    "condition",
    "outcome",
    "family",
    "paradox",
    "values",
]


@dataclass(frozen=True)
class DerivationStep(PlainResult):
    """One step: why (``reason``), the ``equations``, and what follows from them.

    ``result`` is the formula that comes out, where it is one.  ``where`` is the information
    set that the step is about, in a tree; there ``payoff`` is a move that is best whatever the
    values, given what follows, and ``dominance`` one that always is.  ``short`` says the same
    in a line or two, and ``shortest`` what follows alone; a step without them is told in full
    only.
    """

    kind: StepKind
    reason: Inline
    players: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    equations: tuple[Equation, ...] = ()
    result: Expression | None = None
    conclusion: Inline = ()
    where: str = ""
    short: Inline = ()
    shortest: Inline = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain data; formulas in the syntax of model files."""
        return {
            "kind": self.kind,
            "where": self.where,
            "reason": inline_text(self.reason),
            "players": list(self.players),
            "actions": list(self.actions),
            "equations": [
                {
                    "lhs": inline_text(x.lhs),
                    "sign": x.sign,
                    "rhs": inline_text(x.rhs),
                    "note": inline_text(x.note),
                }
                for x in self.equations
            ],
            "result": None if self.result is None else str(self.result),
            "conclusion": inline_text(self.conclusion),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Derivation(Shown, PlainResult):
    """Why one equilibrium is one, and when.

    ``number`` and ``name`` are those of its pattern, ``result`` is the name of what it leads
    to.  ``exists`` says whether it exists at the values, None without values.  ``when`` is its
    condition in words and ``brief`` in symbols, ``outcome`` what happens in it, and ``why`` the
    reason in a sentence.

    >>> from deterrence import load_model
    >>> derivation = load_model("chicken").explain(9).derivations[0]
    >>> derivation.number, "indifference" in [step.kind for step in derivation.steps]
    (9, True)
    """

    equilibrium: SymbolicEquilibrium
    steps: tuple[DerivationStep, ...]
    number: int | None = None
    name: str = ""
    result: str = ""
    exists: bool | None = None
    when: Inline = ()
    brief: Inline = ()
    outcome: Inline = ()
    why: Inline = ()

    @property
    def title(self) -> str:
        """The name of the equilibrium as a heading, its number behind."""
        told = f"{self.name[:1].upper()}{self.name[1:]}"
        return told if self.number is None else f"{told} (#{self.number})"

    def to_dict(self) -> dict[str, Any]:
        """Return the derivation as plain data."""
        return {
            "equilibrium": self.equilibrium.id,
            "number": self.number,
            "name": self.name,
            "result": self.result,
            "exists": self.exists,
            "conditions": as_data(self.equilibrium.conditions),
            "outcome": inline_text(self.outcome),
            "why": inline_text(self.why),
            "steps": as_data(self.steps),
        }


@dataclass(frozen=True)
class ExplainedResult(PlainResult):
    """A result of the game, whether it is derived or told in a line.

    ``patterns`` are the numbers and names of the equilibria that lead to it, ``equilibria``
    their ids, which are more where several have one name; ``conditions`` is a
    disjunction of conjunctions, told in words by ``when`` and, where these are too many for a
    screen, by ``brief``.  ``exists`` says whether it is possible at the values, None where
    there are none or that cannot be said; ``derived`` whether it is derived here.
    """

    name: str
    published: tuple[str, ...]
    patterns: tuple[tuple[int | None, str], ...]
    equilibria: tuple[int, ...]
    conditions: tuple[tuple[Expression, ...], ...]
    exists: bool | None
    when: Inline
    brief: Inline
    derived: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        found = super().to_dict()
        del found["when"], found["brief"]
        return found


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Shown, Saved):
    """Why an equilibrium of a game is one: derivations, and a line on every other result.

    ``derivations`` begin with the one that a short answer derives.  ``place`` says at which
    values in words, ``""`` in the general case.  ``matrix`` and the steps of ``dominance`` are
    the game's, ``idea`` says what an equilibrium is, ``meanings`` what each parameter is,
    ``formulas`` what definitions and derived parameters stand for, ``symbols`` how parameters
    are typeset.  ``bound`` are the equilibria that exist only where an
    equation between parameters holds, with their conditions; ``remarks`` what is not known.

    >>> from deterrence import load_model
    >>> explanation = load_model("chicken").explain(9)
    >>> [derivation.title for derivation in explanation.derivations]
    ['Both mix (#9)']
    """

    title: str
    model: str
    matrix: Matrix | None
    dominance: tuple[DerivationStep, ...]
    derivations: tuple[Derivation, ...]
    results: tuple[ExplainedResult, ...]
    bound: tuple[tuple[str, Inline], ...]
    idea: str
    place: str
    story: str
    insight: str
    remarks: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    formulas: Mapping[str, Expression] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)
    #: Whether it is proven that no equilibrium is missing.
    complete: bool = True
    #: How an answer about orders begins, ``""`` where there are numbers.
    proviso: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data (schema 1)."""
        told = {
            "title": self.title,
            "model": self.model,
            "values": as_data(self.values),
            "dominance": as_data(self.dominance),
            "results": as_data(self.results),
            "derivations": as_data(self.derivations),
            "bound": [{"name": name, "conditions": inline_text(when)} for name, when in self.bound],
            "remark": " ".join(self.remarks),
            "complete": self.complete,
        }
        return restorable(self, told)
