"""Derivations of equilibria as data: steps, each with its reason, equations and conclusion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.abbreviations import abbreviated
from deterrence.symbolic.results import PlainResult, SymbolicEquilibrium, as_data
from deterrence.words.blocks import (
    Block,
    Equation,
    Equations,
    Heading,
    Inline,
    Matrix,
    Paragraph,
    as_text,
    inline_text,
)
from deterrence.words.renderers import as_html, as_latex

StepKind = Choice[
    "claim",
    "indifference",
    "solution",
    "payoff",
    "deviation",
    "condition",
    "family",
    "paradox",
    "values",
]


@dataclass(frozen=True)
class DerivationStep(PlainResult):
    """One step: why (``reason``), the ``equations``, and what follows from them.

    ``result`` is the formula that comes out, where it is one.
    """

    kind: StepKind
    reason: Inline
    players: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    equations: tuple[Equation, ...] = ()
    result: Expression | None = None
    conclusion: Inline = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain data; formulas in the syntax of model files."""
        return {
            "kind": self.kind,
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


@dataclass(frozen=True, eq=False)
class Derivation(PlainResult):
    """Why one equilibrium is one, and when."""

    title: str
    equilibrium: SymbolicEquilibrium
    steps: tuple[DerivationStep, ...]

    def blocks(self) -> Iterator[Block]:
        """Yield the derivation as a document."""
        yield Heading(self.title)
        for step in self.steps:
            yield Paragraph(step.reason)
            if step.equations:
                yield Equations(step.equations)
            if step.conclusion:
                yield Paragraph(step.conclusion)

    def to_dict(self) -> dict[str, Any]:
        """Return the derivation as plain data."""
        return {"equilibrium": self.equilibrium.id, "steps": as_data(self.steps)}


@dataclass(frozen=True, eq=False)
class Explanation:
    """The game (its matrix, if it has one), dominance steps, and derivations of equilibria.

    ``idea`` says what an equilibrium is, ``symbols`` are LaTeX names of parameters.
    """

    title: str
    matrix: Matrix | None
    dominance: tuple[DerivationStep, ...]
    derivations: tuple[Derivation, ...]
    idea: str
    remark: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> list[Block]:
        """Return everything as a document."""
        blocks: list[Block] = [Heading(f"{self.title}: derivation", 1)]
        blocks += [] if self.matrix is None else [self.matrix]
        if self.dominance:
            blocks.append(Heading("Dominated actions"))
            for step in self.dominance:
                blocks.append(Paragraph(step.reason))
                blocks += [Equations(step.equations)] if step.equations else []
        blocks.append(Paragraph((self.idea,)))
        for derivation in self.derivations:
            blocks += derivation.blocks()
        if self.remark:
            blocks.append(Paragraph((self.remark,)))
        return abbreviated(blocks)

    def __str__(self) -> str:
        return as_text(self.blocks())

    def _repr_html_(self) -> str:
        return as_html(self.blocks(), self.symbols)

    def _repr_latex_(self) -> str:
        return as_latex(self.blocks(), self.symbols)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data (schema 1)."""
        return {
            "schema": 1,
            "title": self.title,
            "dominance": as_data(self.dominance),
            "derivations": as_data(self.derivations),
            "remark": self.remark,
        }
