"""What the literature says of a game, held against what was derived: the same, or not.

A known result of a model file with conditions of existence is found among the
derived equilibria by what is played in it.  That its conditions are those of the derived
equilibria, off the boundaries, is decided by proof, and its probabilities of
outcomes and measures are compared as formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression, joined
from deterrence.errors import ExpressionError
from deterrence.game.parameters import KnownResult, PlayedFormulas
from deterrence.symbolic.found import FoundEquilibrium
from deterrence.symbolic.quotients import OpenFormError, Quotient
from deterrence.symbolic.results import Published
from deterrence.symbolic.solved import SolvedGame

_ZERO = Expression.number(0)
#: Probabilities in closed form, by the names that lead to them in a profile.
Chances = Mapping[tuple[str, ...], Quotient]


def compare(internal: SolvedGame[Any]) -> tuple[Published, ...]:
    """Hold every known result with conditions against the derived equilibria."""
    results = [
        result
        for result in internal.model.known_results
        if result.exists is not None and result.played and result.concept == internal.concept
    ]
    chances = [dict(internal.closed.probabilities(a)) for a in internal.pairs if results]
    return tuple(_compared(internal, result, chances) for result in results)


def _compared(
    internal: SolvedGame[Any], result: KnownResult, chances: Sequence[Chances]
) -> Published:
    try:
        strange = _strange(internal, result)
        told = f"the analysis has no symbol {', '.join(sorted(strange))} (--expand brings it in)"
    except ExpressionError as error:
        strange, told = {""}, f"at what is fixed, a formula has no value: {error.what}"
    if strange:
        return Published(result.title, result.source, (), "not compared", told, result.derived)
    found = [
        k
        for k, own in enumerate(chances)
        if any(_plays(internal, own, profile) for profile in result.played)
    ]

    def answer(verdict: str, note: str = "") -> Published:
        return Published(result.title, result.source, tuple(found), verdict, note, result.derived)

    if not found and not internal.all_listed:
        return answer("not compared", "of equilibria with one play not all are listed")
    if not found:
        return answer("not found", "no equilibrium has this behaviour on an open set")
    pairs = [internal.pairs[k] for k in found]
    for name, wrong in _forms(internal, pairs, result):
        if wrong:
            return answer("different", f"the closed form of {name}")
    replaced = internal.problem.replaced
    claimed = [c.substitute(replaced) for c in result.exists or ()]
    claimed = [c for c in claimed if c.names]
    verdicts = [_implied(internal, pairs, claimed), _implying(internal, pairs, claimed)]
    if "possible" in verdicts:
        where = "they exist elsewhere, too" if verdicts[0] == "possible" else "they do not exist"
        return answer("different", f"the conditions: {where}")
    return answer("same" if verdicts == ["impossible", "impossible"] else "undecided")


def _strange(internal: SolvedGame[Any], result: KnownResult) -> set[str]:
    """Return the names in a claim that the analysis does not have."""
    formulas = [*(result.exists or ()), *result.outcomes.values(), *result.measures.values()]
    formulas += result.payoffs.values()
    formulas += [p for profile in result.played for mix in profile.values() for p in mix.values()]
    replaced = internal.problem.replaced
    names = {n for e in formulas for n in e.substitute(replaced).names}
    return names - set(internal.problem.symbols)


def _plays(internal: SolvedGame[Any], chances: Chances, profile: PlayedFormulas) -> bool:
    """Say whether an equilibrium does what is claimed at the places that are named, as formulas."""
    return all(
        chances.get((p.player, *filter(None, [p.where]), action))
        == _quotient(internal, profile[p.player, p.where].get(action, _ZERO))
        for p in internal.model.names.places
        if (p.player, p.where) in profile
        for action in p.actions
    )


def _quotient(internal: SolvedGame[Any], e: Expression) -> Quotient:
    expression = e.substitute(internal.problem.replaced)
    return internal.closed.quotients.make(*internal.problem.algebra.fraction(expression))


def _forms(
    internal: SolvedGame[Any], pairs: Sequence[FoundEquilibrium], result: KnownResult
) -> Iterator[tuple[str, bool]]:
    """Yield the closed forms that are claimed, and whether a derived one differs."""
    closed = internal.closed
    for a in pairs:
        try:
            outcomes, measures = closed.outcomes(a), closed.measures(a)
        except OpenFormError:
            return
        zero = closed.quotients.zero
        for label, e in result.outcomes.items():
            yield f"P({label})", outcomes.get(label, zero) != _quotient(internal, e)
        for name, e in result.measures.items():
            yield name, measures[name] != _quotient(internal, e)
        for player, e in result.payoffs.items():
            number = internal.problem.players.index(player)
            yield f"payoff({player})", closed.payoff(a, number) != _quotient(internal, e)


def _implied(
    internal: SolvedGame[Any], pairs: Sequence[FoundEquilibrium], claimed: Sequence[Expression]
) -> str:
    """Decide whether an equilibrium can exist where the claim fails (off the boundaries)."""
    if not claimed:
        return "impossible"
    prover = internal.prover
    fails = prover.language.opposite(joined("and", claimed))
    return _worst(
        prover.decide(branch.open_literals, [fails]).verdict for a in pairs for branch in a.branches
    )


def _implying(
    internal: SolvedGame[Any], pairs: Sequence[FoundEquilibrium], claimed: Sequence[Expression]
) -> str:
    """Decide whether the claim can hold where none of the equilibria exists."""
    prover = internal.prover
    if any(not branch.open_literals for a in pairs for branch in a.branches):
        return "impossible"  # one of them exists everywhere
    holds = [prover.language.formula(c) for c in claimed]
    fails = [
        prover.language.disjunction([lit.opposite() for lit in branch.open_literals])
        for a in pairs
        for branch in a.branches
    ]
    return str(prover.decide([], [*holds, *fails]).verdict)


def _worst(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return next((v for v in ("possible", "unknown") if v in found), "impossible")
