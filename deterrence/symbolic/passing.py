"""Where an equilibrium passes a refinement, written as few short conjunctions that are proven."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.literals import Literal
from deterrence.algebra.sign_formulas import FALSE, TRUE, SignFormula, all_of, any_of, of_region
from deterrence.limits import work
from deterrence.proving.covers import cover
from deterrence.proving.prover import Prover
from deterrence.proving.shorter_conditions import (
    MOST_TERMS,
    LiteralTerm,
    implied,
    shorter,
    terms_of,
)
from deterrence.proving.sign_patterns import SignTheory
from deterrence.symbolic.found import FoundEquilibrium
from deterrence.symbolic.solved import SolvedGame

#: Literals in all up to which conditions are exact on ties, and work seconds for that.
MOST_LITERALS = 40
_EXACT = 1.0


@dataclass(frozen=True)
class PassingTerms:
    """Where an equilibrium passes, given that it exists, as a disjunction of conjunctions.

    ``exact`` says that this is right on ties, too, ``proven`` that it is right at all.
    """

    terms: tuple[LiteralTerm, ...]
    exact: bool = True
    proven: bool = True


def passing_terms(
    internal: SolvedGame[Any],
    found: FoundEquilibrium,
    formula: SignFormula | None,
    *,
    ties: bool = True,
) -> PassingTerms:
    """Return where a formula holds, as far as the equilibrium exists; None is not decided.

    ``ties`` says that the formula is exact on ties, too; where it has too many alternatives, it
    is written off them.
    """
    prover = internal.prover
    if formula is None:
        return PassingTerms((), exact=False, proven=False)
    if formula.constant is not None:
        return PassingTerms(((),) if formula.constant else (), exact=ties)
    branches = [b.conditions for b in (*found.branches, *found.extra)]
    given = terms_of(branches) or [()]
    left = math.inf if prover.deadline is None else work.left(prover.deadline)
    with prover.within(min(_EXACT, left / 4)):
        terms = _alternatives(prover, formula, given) if ties else None
        if terms is not None:
            tidy = internal.simplifier.irredundant
            terms = [tuple(c[0] for c in tidy([(lit,) for lit in term])) for term in terms]
            terms = shorter(prover, terms, given)
            if sum(map(len, terms)) <= MOST_LITERALS:
                return PassingTerms(
                    tuple(tuple(_tied(prover, lit, given) for lit in term) for term in terms)
                )
    here = _off_ties(of_region(given))
    if here.constant is False:  # it exists on ties alone
        return PassingTerms(tuple(terms or ()), proven=terms is not None)
    formula = _off_ties(formula)
    polys = dict.fromkeys(lit.poly for f in (here, formula) for lit in f.literals())
    theory = SignTheory(prover, list(polys))
    found_terms, proven = cover(theory, internal.simplifier, formula, here)
    return PassingTerms(tuple(found_terms), exact=False, proven=proven)


def _tied(prover: Prover, lit: Literal, given: Sequence[LiteralTerm]) -> Literal:
    """Return "at least" as "equal" where the equilibrium only exists up to there."""
    other = {">=": "<=", "<=": ">="}.get(lit.sign)
    if other and implied(prover, [(Literal(lit.poly, other),)], given):
        return Literal(lit.poly, "==")
    return lit


def _alternatives(
    prover: Prover, formula: SignFormula, given: Sequence[LiteralTerm]
) -> list[LiteralTerm] | None:
    """Return a formula as a disjunction of what can be; None where that is too long.

    Parts that hold wherever the equilibrium exists are left out.
    """

    def possible(term: LiteralTerm) -> bool:
        return any(
            prover.decide((*here, *term), quick=True).verdict != "impossible" for here in given
        )

    parts = formula.parts if formula.op == "and" else (formula,)
    found: list[LiteralTerm] = [()]
    for part in sorted(parts, key=lambda part: sum(1 for _ in part.literals())):
        own = _expanded(part)
        if own is None:
            return None
        if implied(prover, own, given):
            continue
        own = shorter(prover, [term for term in own if possible(term)], given)
        found = _products(found, own, possible)
        if len(found) > MOST_TERMS:
            return None
    return found


def _expanded(formula: SignFormula) -> list[LiteralTerm] | None:
    """Return a formula as a disjunction of conjunctions; None where that is too long."""
    if formula.op == "literal":
        return [(formula.parts[0],)]
    inner = [_expanded(part) for part in formula.parts]
    if any(part is None for part in inner):
        return None
    if formula.op == "or":
        found = _absorbed(term for part in inner for term in part or ())
        return found if len(found) <= 4 * MOST_TERMS else None
    found = [()]
    for part in inner:
        found = _products(found, part or [], lambda term: True)
        if len(found) > 4 * MOST_TERMS:
            return None
    return found


def _products(
    first: Sequence[LiteralTerm],
    second: Sequence[LiteralTerm],
    possible: Callable[[LiteralTerm], bool],
) -> list[LiteralTerm]:
    joined = (tuple(dict.fromkeys((*a, *b))) for a, b in itertools.product(first, second))
    return [term for term in _absorbed(joined) if possible(term)]


def _absorbed(terms: Iterable[LiteralTerm]) -> list[LiteralTerm]:
    """Return terms without those that plainly lie in another."""
    kept: list[LiteralTerm] = []
    for term in sorted(dict.fromkeys(terms), key=len):
        if not any(set(other) <= set(term) for other in kept):
            kept.append(term)
    return kept


def _off_ties(formula: SignFormula) -> SignFormula:
    """Return the strict formula that is the same where no polynomial vanishes."""
    if formula.op == "literal":
        sign = formula.parts[0].sign
        return {"==": FALSE, "!=": TRUE}.get(sign) or formula.strict()
    join = all_of if formula.op == "and" else any_of
    return join(map(_off_ties, formula.parts))
