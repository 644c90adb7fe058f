"""A formula over signs as few short conjunctions that are proven to be it, boundaries included.

A conjunction starts from what makes the formula true at one point, loses every literal that is
proven unnecessary, and lets every other one hold as widely as the formula allows: ``>`` becomes
``>=`` where ties belong to it.  Conjunctions are added until it is proven that nothing is left
out, and go again where the others cover them (the expansion and irredundancy of two-level logic
minimisation, Brayton, Hachtel, McMullen and Sangiovanni-Vincentelli 1984).  Off the boundaries
:mod:`deterrence.proving.covers` does the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deterrence.graph_model.symbolic.circuits import (
    FALSE,
    NEGATIVE,
    POSITIVE,
    ZERO,
    SignTerm,
)
from deterrence.graph_model.symbolic.sign_questions import SignQuestions

#: Conjunctions beyond which a formula is not written in this way.
MAX_TERMS = 16


@dataclass(frozen=True, eq=False)
class Cover:
    """Conjunctions that lie in a formula, and whether they are proven to be all of it."""

    terms: tuple[SignTerm, ...]
    proven: bool

    @property
    def size(self) -> int:
        """How many comparisons there are."""
        return sum(map(len, self.terms))


class Covers:
    """The covers of formulas, each worked out once."""

    def __init__(self, asked: SignQuestions) -> None:
        self.asked = asked
        self._known: dict[int, Cover] = {}

    def of(self, node: int) -> Cover:
        """Return a short cover of a formula."""
        if node not in self._known:
            self._known[node] = self._covered(node)
        return self._known[node]

    def _covered(self, node: int) -> Cover:
        return self.between(node, self.asked.circuits.negated(node))

    def between(self, node: int, outside: int, *, off_ties: bool = False) -> Cover:
        """Return a cover of a formula that keeps clear of another one, and may say anything else.

        With ``off_ties`` literals stay strict: what they leave out is of no account.
        """
        if node == FALSE:
            return Cover((), True)
        asked, circuits = self.asked, self.asked.circuits
        if asked.decide([outside]).verdict == "impossible":
            return Cover(({},), True)
        terms: list[dict[int, int]] = []
        rest = [node]
        while len(terms) < MAX_TERMS:
            left = asked.decide(rest)
            if left.verdict == "impossible":
                kept = self._irredundant(terms, node)
                return Cover(tuple(sorted(kept, key=self._reading)), True)
            if left.verdict == "unknown":
                break
            if left.column >= 0:
                signs = asked.signs_at(left.column, circuits.support(node))
                start = circuits.implicant([node], signs)
            else:
                start = dict(left.term or {})
            terms.append(self._expanded(start, outside, off_ties))
            rest.append(circuits.negated(circuits.term(terms[-1])))
        return Cover(tuple(terms), False)

    def _expanded(self, term: dict[int, int], outside: int, off_ties: bool) -> dict[int, int]:
        """Drop what is not needed to stay clear, complicated polynomials first, and widen."""
        asked, possible = self.asked, self.asked.circuits.possible
        for v in sorted(term, key=self.complexity, reverse=True):
            if v not in term:
                continue
            rest = {w: own for w, own in term.items() if w != v}
            answer = asked.decide([outside], rest)
            if answer.verdict == "impossible":
                term = {w: own for w, own in rest.items() if w in answer.needed}
        for v in [] if off_ties else list(term):
            for more in (ZERO, NEGATIVE, POSITIVE):
                if not more & possible[v] & ~term[v] or term[v] | more == possible[v]:
                    continue
                wider = {**term, v: term[v] | more}
                if asked.decide([outside], wider).verdict == "impossible":
                    term = wider
        return term

    def _irredundant(self, terms: list[dict[int, int]], within: int) -> list[dict[int, int]]:
        kept = list(terms)
        if len(terms) < 2:
            return kept
        circuits = self.asked.circuits
        for term in sorted(terms, key=self._weight, reverse=True):
            rest = [t for t in kept if t is not term]
            others = [circuits.negated(circuits.term(t)) for t in rest]
            if self.asked.decide([within, *others], term).verdict == "impossible":
                kept = rest
        return kept

    def complexity(self, v: int) -> tuple[int, int, int]:
        """Order polynomials from the simplest to the most complicated."""
        poly = self.asked.polys[v]
        return len(poly), max(map(sum, poly.monoms()), default=0), v

    def _weight(self, term: SignTerm) -> tuple[int, int]:
        return len(term), sum(len(self.asked.polys[v]) for v in term)

    def _reading(self, term: SignTerm) -> tuple[object, ...]:
        """Order conjunctions for a reader: short ones first, then in the order of parameters."""
        return self._weight(term), sorted(self.reading(v) for v in term)

    def reading(self, v: int) -> tuple[int, int, Sequence[int]]:
        """Order polynomials for a reader."""
        poly = self.asked.polys[v]
        used = [k for k in range(poly.ring.ngens) if any(m[k] for m in poly.monoms())]
        return len(poly), max(map(sum, poly.monoms()), default=0), used
