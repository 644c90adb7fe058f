"""Conclusions: for which parameters a statement holds in every equilibrium, or in some.

A statement compares measures with numbers or expressions in parameters, such
as ``war == 0`` or ``expected_rung <= 2``.  In every regime and for every family
of equilibria its truth is the sign of a quotient of polynomials, decided under
the family's conditions by proof.  The answer is in the field's own form: *no war
in every equilibrium iff ...*, a disjunction of few short terms, each proven.

Statements are about extreme equilibria and hold off the boundaries.  A measure
that is affine in the outcome probabilities takes its largest and smallest value
over all equilibria at extreme ones, so for ``< <= > >=`` both answers, and for
``==`` that of every equilibrium, hold for all equilibria.

>>> from deterrence import load_model
>>> answer = load_model("asymmetric-bipolarity").conclusions("war")
>>> print(answer.some_text)
no war in some equilibrium iff r_N > g_R/(g_R + k_R) and r_R > g_N/(g_N + k_N)
>>> [verdict.every for verdict in answer.verdicts]
['yes', 'no', 'no', 'no', 'no', 'no', 'no']

Of an analysis of the equilibria alone that pass a refinement, all is said of these.  Where none
may pass, a statement holds in every one only where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from deterrence.algebra.cases import settled_truth
from deterrence.algebra.expressions import Expression, joined
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.algebra.sign_formulas import (
    FALSE,
    SignFormula,
    all_of,
    any_of,
    constant,
    of_literal,
    of_region,
)
from deterrence.errors import UnsupportedError
from deterrence.game.refinement_names import MAY_FAIL
from deterrence.proving.covers import (
    Alternatives,
    cover,
    decide,
    written,
)
from deterrence.proving.distinctions import Distinctions
from deterrence.proving.sign_patterns import SignTheory
from deterrence.statements import Statement, comparisons, phrase_of, read_statement
from deterrence.symbolic.conclusion_results import Conclusion, RegimeAnswer, RegimeVerdict
from deterrence.symbolic.conclusion_words import subject_words
from deterrence.symbolic.found import FoundEquilibrium
from deterrence.symbolic.quotients import Quotient, Surd
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import ProofStatus

__all__ = ["Conclusion", "RegimeAnswer", "RegimeVerdict", "conclude"]

#: Seconds for all questions of one conclusion.
EFFORT = 30.0


def conclude(
    analysis: RegimeAnalysis,
    statement: str | Expression = "war",
    *,
    isolate: str = "",
    effort: float = EFFORT,
) -> Conclusion:
    """Return where a statement holds in every equilibrium and in some.

    ``statement`` is a comparison of measures, queries such as ``prob(NATO,
    escalate)`` and parameters, read by :func:`deterrence.statements.read_statement`, which
    says what is raised for text that is none.
    """
    prover = analysis.internal.prover
    asked = read_statement(analysis.internal.model, statement)
    with prover.within(effort):
        work = _Questions(analysis, asked)
        return work.conclusion(isolate)


def in_symbols(analysis: RegimeAnalysis, formula: Expression) -> Expression:
    """Return a statement's formula in the symbols of the analysis.

    Numbers are put in for fixed parameters, and formulas for derived ones that are no
    symbols.  Raises :class:`UnsupportedError` for parameters that the game does not depend on.
    """
    model, known = analysis.internal.model, analysis.internal.problem.replaced
    formula = formula.substitute(known)
    for name in reversed(model.derived):
        if name not in analysis.symbols and name in formula.names:
            formula = formula.substitute({name: model.parameters[name].formula}).substitute(known)
    for name in sorted(formula.names - {*analysis.symbols}):
        raise UnsupportedError(
            f"nothing in {analysis.model} depends on {name}, so regimes have no such symbol",
            remedy=f"give it a value (--set {name}=...)",
        )
    return formula


@dataclass
class _Unit:
    """Equilibria for which a statement has one closed form: where they exist, and its truth."""

    family: int
    branches: list[tuple[tuple[Literal, ...], SignFormula | None]]


class _Questions:
    """The questions of one conclusion, over one theory of signs."""

    def __init__(self, analysis: RegimeAnalysis, asked: Statement) -> None:
        self.analysis, self.shown = analysis, asked.shown
        self.internal = analysis.internal
        self.problem, self.prover = self.internal.problem, self.internal.prover
        self.simplifier = self.internal.simplifier
        self.exceptions: dict[Expression, None] = {}
        self.known = Distinctions(self.simplifier)
        self.statement = settled_truth(
            in_symbols(analysis, asked.formula), self.problem.algebra.atoms
        )
        self.units = [u for k in range(len(self.internal.families)) for u in self._units(k)]
        self.exists = [of_region(f.region).strict() for f in self.internal.families]
        polys = dict.fromkeys(lit.poly for f in self.exists for lit in f.literals())
        for unit in self.units:
            for literals, truth in unit.branches:
                polys.update(dict.fromkeys(literal.poly for literal in literals))
                polys.update(dict.fromkeys(lit.poly for lit in truth.literals()) if truth else ())
        self.polys = polys

    @cached_property
    def theory(self) -> SignTheory:
        """What is known of the signs of the polynomials; the map's theory has learned much."""
        known = self.internal.map
        own = set(self.polys) <= set(known.polys)
        return known.theory if own else SignTheory(self.prover, list(self.polys))

    # ---- closed forms ------------------------------------------------------------------
    def _units(self, family: int) -> list[_Unit]:
        """Return the family as one unit where all members agree, else its members."""
        found = self.internal.families[family]
        forms = {id(pair): self._forms(pair) for pair in found.pairs}
        if len({tuple(f) if f else id(f) for f in map(tuple, forms.values())}) == 1:
            regions = [(found.pairs[0], literals) for literals in found.region]
            return [_Unit(family, [(b, self._truth(forms[id(p)], b)) for p, b in regions])]
        return [
            _Unit(
                family,
                [(b.open_literals, self._truth(forms[id(p)], b.open_literals)) for b in p.branches],
            )
            for p in found.pairs
        ]

    def _forms(self, found: FoundEquilibrium) -> list[Quotient | Surd | None]:
        """Return ``left - right`` of every comparison in the statement in closed form."""
        form, surd = self.internal.closed.form, self.internal.surd
        asked = [left - right for left, _, right in comparisons(self.statement)]
        return [form(found, e) or surd(found, e) for e in asked]

    def _truth(
        self, forms: Sequence[Quotient | Surd | None], branch: Sequence[Literal]
    ) -> SignFormula | None:
        """Return where the statement holds on a branch; None where it has no closed form."""
        rest = [f for f in forms if f is not None]
        if len(rest) < len(forms):
            return None

        def build(e: Expression) -> SignFormula:
            if e.op in ("and", "or"):
                join = all_of if e.op == "and" else any_of
                return join([build(c) for c in e.children])
            if e.op == "not":
                return build(e.args[0]).opposite()
            return all_of([self._sign(rest.pop(0), sign, branch) for sign in e.args[0]])

        return build(self.statement)

    def _sign(self, form: Quotient | Surd, sign: str, branch: Sequence[Literal]) -> SignFormula:
        """Return where ``form sign 0`` holds, off the boundaries of the branch."""
        if isinstance(form, Surd):
            norm = form.rational**2 - form.factor**2 * form.square
        else:
            form = self._in_only_case(form, branch)
            norm = form[0]
        if not norm:
            return constant(Literal(norm, sign).holds(0))
        split = None if isinstance(form, Surd) else self._by_case(form, sign, branch)
        if split is not None:
            return split
        if sign in ("==", "!="):
            self._note_zeros(norm, branch)
            return constant(sign == "!=")
        if isinstance(form, Surd):
            one = self._above(form.rational * form.bottom, branch)
            other = self._above(form.factor * form.bottom, branch)
            larger = self._above(norm, branch)
            larger_root = all_of([other, larger.opposite()])
            above = any_of([all_of([one, other]), all_of([one, larger]), larger_root])
        else:
            above = self._above(form[0] * form[1], branch)
        return above if sign in (">", ">=") else above.opposite()

    def _above(self, poly: RingElement, branch: Sequence[Literal]) -> SignFormula:
        """Return where a polynomial is positive, off the boundaries of the branch."""
        if not poly:
            return FALSE
        algebra = self.prover.algebra
        constant_factor, factors = algebra.factors(poly)
        positive = constant_factor > 0
        open_factors = []
        for factor, power in factors:
            if power % 2 == 0:
                continue
            known = self.prover.fixed_sign(factor, branch, weakly=True)
            if known is None:
                open_factors.append(factor)
            else:
                positive = positive == (known[0] > 0)
        result = constant(positive)
        for factor in open_factors:
            yes = of_literal(Literal(factor, ">"))
            result = any_of(
                [
                    all_of([yes, result]),
                    all_of([yes.opposite(), result.opposite()]),
                ]
            )
        return result

    def _in_only_case(self, form: Quotient, branch: Sequence[Literal]) -> Quotient:
        """Return a form with the distinctions settled of which a branch leaves one case."""
        chosen = self.known.inside(form)
        cases = self.known.cases(chosen) if chosen else None
        here = [
            case
            for case in cases or ()
            if case.is_open
            and self.prover.decide([*branch, *(c.strict() for c in case.conditions)]).verdict
            != "impossible"
        ]
        return here[0].fraction(*form) if len(here) == 1 else form

    def _by_case(self, form: Quotient, sign: str, branch: Sequence[Literal]) -> SignFormula | None:
        """Return where ``form sign 0`` holds if it vanishes all over a case, else None."""
        chosen = self.known.in_the_way(form[0])
        cases = self.known.cases(chosen) if chosen else []
        if cases is None:
            self.known.unresolved = True
        if not cases:
            return None
        parts = []
        for case in cases:
            if case.is_open:
                here = [lit.strict() for lit in case.conditions]
                holds = self._sign(case.fraction(*form), sign, [*branch, *here])
                parts.append(all_of([*map(of_literal, here), holds]))
        return any_of(parts)

    def _note_zeros(self, top: RingElement, branch: Sequence[Literal]) -> None:
        if self.internal.map.crowded:
            return  # too many places, each hard; ties are left out of what is said anyway
        settled = {lit.poly for lit in branch}
        for factor, _ in self.prover.algebra.factors(top)[1]:
            if factor in settled:
                continue
            equal = Literal(factor, "==")
            if self.prover.decide([*branch, equal], quick=True).verdict != "impossible":
                self.exceptions[self.simplifier.literal(equal)] = None

    # ---- answers -----------------------------------------------------------------------
    def conclusion(self, isolate: str) -> Conclusion:
        every = all_of(
            any_of([of_region([b]).opposite(), truth or FALSE])
            for u in self.units
            for b, truth in u.branches
        )
        if self.analysis.refinement in MAY_FAIL:
            every = all_of([every, any_of(self.exists)])
        some = any_of(
            all_of([of_region([b]).strict(), truth or FALSE])
            for u in self.units
            for b, truth in u.branches
        )
        unclear = any(truth is None for u in self.units for _, truth in u.branches)
        messages = []
        unclear |= self.known.unresolved
        if unclear:
            messages.append("the statement has no closed form as a quotient in some equilibria")
        if self.analysis.cover != "proven":
            messages.append("the equilibria are not proven to be complete")
        verdicts = tuple(
            self._verdict(k, every, some, isolate) for k in range(len(self.analysis.regimes))
        )
        results = {}
        for which, formula in (("every", every), ("some", some)):
            outright = self._outright(which) if self.internal.map.crowded else None
            terms, proven = (
                cover(self.theory, self.simplifier, formula) if outright is None else ([], True)
            )
            found = outright or written(self.simplifier, terms, isolate)
            if not proven:
                found, proven = self._union(which, verdicts, found)
            sure = proven and not unclear and self.analysis.cover == "proven"
            proof: ProofStatus = "proven" if sure else "unknown"
            results[which] = found, proof
        return Conclusion(
            model=self.analysis.model,
            statement=self.shown,
            phrase=phrase_of(self.shown, self.problem.measures),
            subject=subject_words(self.shown, self.problem.measures),
            verdicts=verdicts,
            every=results["every"][0],
            some=results["some"][0],
            every_proof=results["every"][1],
            some_proof=results["some"][1],
            exceptions=tuple(self.exceptions),
            messages=tuple(messages),
            refinement=self.analysis.refinement,
        )

    def _outright(self, which: str) -> Alternatives | None:
        """Return where all equilibria, or some, make a statement true that each settles.

        None where its truth in an equilibrium depends on the parameters.  A term is dropped
        only where it is proven to lie within the others, so the rest is exact.
        """
        branches = [pair for u in self.units for pair in u.branches]
        if any(truth is None or truth.constant is None for _, truth in branches):
            return None
        wanted = which == "some"
        inside = [b for b, truth in branches if truth is not None and truth.constant is wanted]
        kept: list[tuple[Literal, ...]] = []
        for term in sorted(dict.fromkeys(inside), key=self.simplifier.complexity):
            others = [t[0].opposite() for t in kept if len(t) == 1]
            apart = self.prover.decide([*term, *others], quick=True)
            if () not in kept and apart.verdict != "impossible":
                kept.append(term)
        if wanted:
            return written(self.simplifier, kept)
        if () in kept:
            return ()
        return (
            tuple(
                joined("or", [self.simplifier.literal(lit.opposite()) for lit in term])
                for term in kept
            ),
        )

    def _union(
        self, which: str, verdicts: Sequence[RegimeVerdict], found: Alternatives
    ) -> tuple[Alternatives, bool]:
        """Return the regimes in which the answer is yes, where that says it all."""
        answers = [(v.regime, getattr(v, which)) for v in verdicts]
        regimes = self.analysis.regimes
        if (
            not regimes
            or any(a not in ("yes", "no") for _, a in answers)
            or any(r.proof != "proven" for r in regimes)
        ):
            return found, False
        return tuple(t for k, a in answers if a == "yes" for t in regimes[k].terms), True

    def _verdict(
        self, number: int, every: SignFormula, some: SignFormula, isolate: str
    ) -> RegimeVerdict:
        regime = self.analysis.regimes[number]
        here = all_of(
            e if k in regime.families else e.opposite() for k, e in enumerate(self.exists)
        )
        answers: dict[int, RegimeAnswer] = {}
        for k in regime.families:
            mine = [pair for u in self.units if u.family == k for pair in u.branches]
            if any(truth is None for _, truth in mine):
                answers[k] = "unknown"
                continue
            truths = {truth.constant for _, truth in mine if truth is not None}
            if None not in truths:
                answers[k] = "yes" if truths == {True} else "no" if truths == {False} else "depends"
            if answers.get(k, "depends") != "depends":
                continue
            holds = all_of(
                any_of([of_region([b]).opposite(), truth])  # type: ignore[list-item]
                for b, truth in mine
            )
            answers[k] = self._answer(here, holds)
        # One family that fails throughout, or holds throughout, settles one of the questions.
        said = set(answers.values())
        unclear: RegimeAnswer | None = "unknown" if "unknown" in said else None
        settled: RegimeAnswer | None = (
            "no" if "no" in said else "yes" if said == {"yes"} else unclear
        )
        e = settled or self._answer(here, every)
        settled = "yes" if "yes" in said else "no" if said == {"no"} else unclear
        s = settled or self._answer(here, some)
        if self.analysis.cover != "proven":  # equilibria that were not found may differ
            e, s = ("unknown" if e == "yes" else e), ("unknown" if s == "no" else s)
        return RegimeVerdict(
            regime=regime.id,
            name=regime.name,
            every=e,
            some=s,
            families=answers,
            every_when=self._when(e, every, here, isolate),
            some_when=self._when(s, some, here, isolate),
        )

    def _answer(self, here: SignFormula, formula: SignFormula) -> RegimeAnswer:
        yes = decide(self.theory, here, formula).verdict
        no = decide(self.theory, here, formula.opposite()).verdict
        if no == "impossible":
            return "yes"
        if yes == "impossible":
            return "no"
        return "depends" if yes == no == "possible" else "unknown"

    def _when(
        self, answer: RegimeAnswer, formula: SignFormula, here: SignFormula, isolate: str
    ) -> Alternatives:
        if answer != "depends":
            return ((),) if answer == "yes" else ()
        terms, proven = cover(self.theory, self.simplifier, formula, here)
        return written(self.simplifier, terms, isolate) if proven else ()
