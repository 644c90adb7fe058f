"""What conclusions are answered with: verdicts per regime, and where a statement holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.expressions import Expression
from deterrence.proving.covers import Alternatives, in_words
from deterrence.symbolic.results import PlainResult, ProofStatus
from deterrence.words.frames import Framed, Rows, alternatives, columns
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown

#: ``depends``: at some points of the regime yes, at others no.
RegimeAnswer = Choice["yes", "no", "depends", "unknown"]
#: Characters up to which conditions that are only sufficient are told.
_READABLE = 300


@dataclass(frozen=True, eq=False, repr=False)
class RegimeVerdict(PlainResult):
    """What a statement is worth in one regime.

    ``every`` and ``some`` say whether it holds in every, or in at least one,
    equilibrium throughout the regime; ``families`` gives the answer per family.
    Where the answer is ``depends``, ``every_when`` and ``some_when`` say where in
    the regime it holds; else they are ``()`` (nowhere, or unknown) or ``((),)``.

    >>> from deterrence import load_model
    >>> claim = load_model("asymmetric-bipolarity").conclusions("war > 0")
    >>> verdict = claim.verdicts[3]
    >>> verdict.name, verdict.every, verdict.some
    ('Direct war', 'yes', 'yes')
    """

    regime: int
    name: str | None
    every: RegimeAnswer
    some: RegimeAnswer
    families: Mapping[int, RegimeAnswer]
    every_when: Alternatives = ()
    some_when: Alternatives = ()


@dataclass(frozen=True, eq=False, repr=False)
class Conclusion(Framed, Shown, PlainResult):
    """Where a statement holds in every equilibrium (``every``) and in some (``some``).

    Both are disjunctions of conjunctions; ``()`` is never, ``((),)`` always.  Where
    the proof is ``unknown`` they are sufficient, and there may be more.
    ``refinement`` names what equilibria had to pass, ``""`` where all are meant: then ``every``
    says that there is one, too.
    ``phrase`` is the statement in short words, ``subject`` what a sentence about it begins
    with.  ``exceptions`` are equations between
    parameters on which a statement with ``==`` or ``!=`` comes out otherwise.

    >>> from deterrence import load_model
    >>> claim = load_model("asymmetric-bipolarity").conclusions("war > 0")
    >>> print(claim.every_text)
    a risk of war in every equilibrium iff r_N < g_R/(g_R + k_R) or r_R < g_N/(g_N + k_N)
    >>> [verdict.every for verdict in claim.verdicts]
    ['no', 'yes', 'yes', 'yes', 'yes', 'no', 'yes']
    """

    model: str
    statement: Expression
    phrase: str
    verdicts: tuple[RegimeVerdict, ...]
    every: Alternatives
    some: Alternatives
    every_proof: ProofStatus
    some_proof: ProofStatus
    exceptions: tuple[Expression, ...] = ()
    messages: tuple[str, ...] = ()
    subject: str = ""
    refinement: str = ""

    @property
    def kind(self) -> str:
        """What one of the equilibria is called."""
        return f"{self.refinement} equilibrium".strip()

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"regimes": self._rows}

    def _rows(self) -> Rows:
        for v in self.verdicts:
            yield {
                **columns(v, "regime", "name", "every", "some"),
                "every_when": alternatives(v.every_when),
                "some_when": alternatives(v.some_when),
            }

    @property
    def every_text(self) -> str:
        """One line: where the statement holds in every equilibrium."""
        return self._line("every", self.every, self.every_proof)

    @property
    def some_text(self) -> str:
        """One line: where the statement holds in some equilibrium."""
        return self._line("some", self.some, self.some_proof)

    def _line(self, which: str, terms: Alternatives, proof: ProofStatus) -> str:
        conditions = in_words(terms)
        if proof != "proven":
            told = "not decided"
            if terms and len(conditions) <= _READABLE:
                told += f"; at least where {conditions}"
            return f"{self.phrase} in {which} {self.kind}: {told}"
        link = ": " if conditions in ("always", "never") else " iff "
        return f"{self.phrase} in {which} {self.kind}{link}{conditions}"

    def to_dict(self) -> dict[str, Any]:
        """Return the conclusion as plain data (schema 1)."""
        data = {"schema": 1, **super().to_dict()}
        if not self.refinement:
            del data["refinement"]
        verdicts = data.pop("verdicts")
        told = {name: data.pop(name) for name in ("every_proof", "some_proof")}
        last = {name: data.pop(name) for name in ("exceptions", "messages")}
        texts = {"every_text": self.every_text, "some_text": self.some_text}
        return restorable(self, {**data, **texts, **told, "regimes": verdicts, **last})
