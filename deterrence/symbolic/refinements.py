"""Refinements of equilibria with conditions: where each equilibrium is strict, undominated, ...

What the words mean is in :mod:`deterrence.solvers.refinements`, which decides them at values;
here the parameters stay symbols.

>>> from deterrence import load_model
>>> found = load_model("stag-hunt").refinements()
>>> print(found.of(0, "risk-dominant").text)
risk-dominant iff P_A != S_A and P_B != S_B and (R_A - T_A)*(R_B - T_B) > (P_A - S_A)*(P_B - S_B)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from typing import Literal as Choice

from deterrence.errors import UsageError
from deterrence.proving.covers import Alternatives, in_words
from deterrence.symbolic.results import PlainResult, ProofStatus
from deterrence.words.frames import Framed, Rows, alternatives, columns
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown

#: ``depends``: it takes a condition.
RefinementAnswer = Choice["always", "never", "depends", "unknown"]


@dataclass(frozen=True, eq=False, repr=False)
class RefinementCondition(PlainResult):
    """Where an equilibrium passes a refinement, given that it exists.

    ``terms`` is a disjunction of conjunctions: ``()`` is never, ``((),)`` always.
    ``boundaries`` says that it is exact on ties, too.  Where ``proof`` is ``unknown`` there
    may be more.

    >>> from deterrence import load_model
    >>> judged = load_model("stag-hunt").refinements(["risk-dominant"])
    >>> print(judged.conditions[2].text)
    risk-dominant: never
    """

    equilibrium: int
    refinement: str
    terms: Alternatives
    boundaries: bool = True
    proof: ProofStatus = "proven"

    @property
    def answer(self) -> RefinementAnswer:
        """Whether it passes always, never, or on a condition."""
        if self.proof != "proven":
            return "unknown"
        return "never" if not self.terms else "depends" if all(self.terms) else "always"

    @property
    def text(self) -> str:
        """One line: where the equilibrium passes."""
        if self.answer == "unknown":
            return f"{self.refinement}: not decided"
        link = " iff " if self.answer == "depends" else ": "
        apart = "" if self.boundaries else " (boundaries apart)"
        return f"{self.refinement}{link}{in_words(self.terms)}{apart}"

    def to_dict(self) -> dict[str, Any]:
        """Return the condition as plain data."""
        return {**super().to_dict(), "answer": self.answer, "text": self.text}


@dataclass(frozen=True, eq=False, repr=False)
class Refinements(Framed, Shown, PlainResult):
    """When each equilibrium of an analysis is undominated, strict, risk or payoff dominant.

    >>> from deterrence import load_model
    >>> found = load_model("chicken").refinements()
    >>> {c.text for c in found.conditions if c.refinement == "strict"} >= {"strict: never"}
    True
    """

    model: str
    conditions: tuple[RefinementCondition, ...]
    messages: tuple[str, ...] = ()
    #: What the equilibria are called, by id; those of boundaries stand in ``thin``.
    names: Mapping[int, str] = field(default_factory=dict)
    thin: tuple[int, ...] = ()

    def of(self, equilibrium: int, refinement: str) -> RefinementCondition:
        """Return the condition of one equilibrium, by its id; :class:`UsageError` if none."""
        for c in self.conditions:
            if (c.equilibrium, c.refinement) == (equilibrium, refinement):
                return c
        known = dict.fromkeys(c.refinement for c in self.conditions)
        raise UsageError(
            f"nothing is said of {refinement[:40]!r} for equilibrium {equilibrium}",
            remedy=f"refinements: {', '.join(known)}",
        )

    def about(self, equilibrium: int) -> tuple[RefinementCondition, ...]:
        """Return all that is said of one equilibrium, by its id."""
        return tuple(c for c in self.conditions if c.equilibrium == equilibrium)

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"conditions": self._rows}

    def _rows(self) -> Rows:
        for c in self.conditions:
            yield {
                **columns(c, "equilibrium", "refinement", "answer"),
                "conditions": alternatives(c.terms),
                **columns(c, "boundaries", "proof"),
            }

    def to_dict(self) -> dict[str, Any]:
        """Return the conditions as plain data (schema 1)."""
        return restorable(self, {"schema": 1, **super().to_dict()})
