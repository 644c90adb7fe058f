r"""Comparative statics: which way every result of an equilibrium moves with every symbol.

The derivative of a closed form is a quotient of polynomials again; its sign
under the equilibrium's conditions is a question about the signs of its factors,
decided by proof.  In a mixed equilibrium each side's probabilities are pinned
down by the *other* side's payoffs, so a change of one's own payoffs moves the
opponent and leaves oneself where one was (Tsebelis 1990, Journal of Conflict
Resolution 34, for the inspection game); such effects are marked as paradoxes.

>>> from deterrence import load_model
>>> found = load_model("asymmetric-bipolarity").statics(r_R=0, r_N=0)
>>> (effect,) = [e for e in found.paradoxes if e.symbol == "k_R" and e.kind == "probability"]
>>> effect.sentence.partition(" lowers ")[2]
"the probability that NATO plays escalate, and leaves Russia's own mixing unchanged"
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.cases import Case
from deterrence.algebra.derivatives import derivative
from deterrence.algebra.expressions import Expression, joined
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.modelfile.condition_words import MAX_TITLE, short_title
from deterrence.proving.distinctions import Distinctions, written
from deterrence.proving.prover import Prover
from deterrence.symbolic.parameter_space import QUERY_EFFORT
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import PlainResult, SymbolicEquilibrium
from deterrence.words.frames import Framed, Rows, columns
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown

#: ``zero``: does not move at all; ``depends``: either way, by exact witnesses.
EffectSign = Choice["positive", "negative", "zero", "depends", "unknown"]
ResultKind = Choice["probability", "payoff", "outcome", "measure"]

#: Seconds for all questions together.
EFFORT = 60.0
#: Terms of a numerator beyond which it is neither factored nor shown.
_LONG = 60
#: Terms before cancelling beyond which that is not tried.
_HOPELESS = 300


@dataclass(frozen=True, eq=False, repr=False)
class Effect(PlainResult):
    """How one result of one equilibrium moves with one symbol.

    ``of`` names the result: ``(player, action)`` for a probability (in a tree ``(player,
    information set, action)``), ``(player,)`` for a payoff, ``(outcome,)`` or
    ``(measure,)``.  ``derivative`` is its closed form (None where there is none, or
    where it is too long to be read).
    ``positive`` and ``negative`` are proven throughout the equilibrium's conditions;
    ``strict`` adds that the derivative vanishes nowhere in them.  ``paradox`` marks
    effects that contradict what most people expect.

    >>> from deterrence import load_model
    >>> effect = load_model("chicken").statics().paradoxes[0]
    >>> effect.symbol, effect.sign, effect.of
    ('T_B', 'positive', ('A', 'stand_firm'))
    >>> str(effect.derivative)
    '(S_B - P_B)/(T_B + S_B - R_B - P_B)**2'
    """

    equilibrium: int
    kind: ResultKind
    of: tuple[str, ...]
    symbol: str
    sign: EffectSign
    derivative: Expression | None
    strict: bool = False
    paradox: bool = False
    sentence: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Statics(Framed, Shown, PlainResult):
    """All effects in all equilibria of open parts of parameter space.

    ``names`` are the numbers and names of the equilibria by their ids.

    >>> from deterrence import load_model
    >>> found = load_model("asymmetric-bipolarity").statics(r_R=0, r_N=0)
    >>> found.of(3, "NATO", "escalate")["k_R"], len(found.paradoxes)
    ('negative', 10)
    """

    model: str
    symbols: tuple[str, ...]
    effects: tuple[Effect, ...]
    names: Mapping[int, str] = field(default_factory=dict)

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"effects": self._rows}

    def _rows(self) -> Rows:
        names = ("equilibrium", "kind", "of", "symbol", "sign", "strict", "paradox", "derivative")
        for e in self.effects:
            yield columns(e, *names)

    @property
    def paradoxes(self) -> tuple[Effect, ...]:
        """The effects that contradict what most people expect."""
        return tuple(e for e in self.effects if e.paradox)

    @property
    def notable(self) -> tuple[Effect, ...]:
        """The effects with a sentence, paradoxes first."""
        return (*self.paradoxes, *(e for e in self.effects if e.sentence and not e.paradox))

    def of(self, equilibrium: int, *of: str) -> dict[str, EffectSign]:
        """Return the sign per symbol for one result, such as ``of(3, "NATO", "escalate")``."""
        return {
            e.symbol: e.sign for e in self.effects if (e.equilibrium, e.of) == (equilibrium, of)
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the statics as plain data (schema 1)."""
        return restorable(self, super().to_dict())


def comparative_statics(analysis: RegimeAnalysis, *, effort: float = EFFORT) -> Statics:
    """Return the sign of every derivative in every equilibrium that exists on an open set.

    Equilibria whose existence is not decided are left out.
    What is not decided within ``effort`` (work seconds) is ``unknown``.
    """
    with analysis.internal.prover.within(effort):
        work = _Derivatives(analysis)
        known = [q for q in analysis.equilibria if q.family >= 0]
        effects = [e for q in known for e in work.effects(q)]
    names = {q.id: q.called for q in known}
    return Statics(analysis.model, analysis.symbols, tuple(effects), names)


class _Derivatives:
    """Derivatives and their signs, each worked out once."""

    def __init__(self, analysis: RegimeAnalysis, algebra: Algebra | None = None) -> None:
        self.analysis, self.internal = analysis, analysis.internal
        self.problem, self.prover = self.internal.problem, self.internal.prover
        self.algebra = self.problem.algebra
        if algebra is not None:
            self.algebra = algebra
            self.prover = Prover(
                algebra,
                self.problem.assumptions,
                self.problem.bounds,
                effort=QUERY_EFFORT,
                deadline=self.prover.deadline,
                nonzero=[p.set_ring(algebra.ring) for p in self.problem.nonzero],
            )
        parameters = self.internal.model.parameters
        self.titles = {n: short_title(p.title, MAX_TITLE) for n, p in parameters.items()}
        self.measure_titles = {m.name: m.title for m in self.problem.measures}
        self.owners = {s: self._owner(s) for s in analysis.symbols}
        self.known = Distinctions(self.internal.simplifier)
        self._slopes: dict[tuple[Expression, str], Quotient | None] = {}
        self._signs: dict[object, tuple[EffectSign, bool]] = {}
        self._factors: dict[object, tuple[int, bool] | None] = {}

    def _owner(self, symbol: str) -> str | None:
        """Return the player in whose payoffs alone a symbol occurs, if there is one."""
        owners = [
            player
            for player, payoffs in zip(self.problem.players, self.problem.payoffs, strict=True)
            if any(symbol in u.names for u in payoffs)
        ]
        chances = {n for c in self.problem.chances for n in c.names}
        return owners[0] if len(owners) == 1 and symbol not in chances else None

    # ---- effects -----------------------------------------------------------------------
    def effects(self, equilibrium: SymbolicEquilibrium) -> list[Effect]:
        """Return all effects in one equilibrium."""
        found = self.internal.pairs[equilibrium.id]
        algebra = self.internal.forms_of(found).quotients.algebra
        if algebra is not self.algebra:  # square roots occur
            return _Derivatives(self.analysis, algebra).effects(equilibrium)
        branches = [
            tuple(Literal(lit.poly.set_ring(algebra.ring), lit.sign) for lit in b.open_literals)
            for b in found.branches
        ]
        signed: list[Effect] = []
        for kind, of, form, quotient in self._results(equilibrium):
            for symbol in self.analysis.symbols:
                sign, strict, slope = self._effect(form, quotient, symbol, branches)
                signed.append(Effect(equilibrium.id, kind, of, symbol, sign, slope, strict))
        moved = {(e.of, e.symbol): e.sign for e in signed if e.kind == "probability"}
        return [self._told(e, equilibrium, moved) for e in signed]

    def _results(
        self, q: SymbolicEquilibrium
    ) -> Iterator[tuple[ResultKind, tuple[str, ...], Expression | None, Quotient | None]]:
        """Yield every result of an equilibrium: kind, name, closed form, as a quotient."""
        pair, problem = self.internal.pairs[q.id], self.problem
        closed = self.internal.forms_of(pair)
        for names, quotient in closed.probabilities(pair):
            form: Any = q.profile
            for name in names:
                form = form[name]
            yield "probability", names, form, quotient
        if q.is_open:  # what the equilibrium leaves open matters for them
            return
        for k, player in enumerate(problem.players):
            yield "payoff", (player,), q.payoffs[player], closed.payoff(pair, k)
        outcomes = closed.outcomes(pair)
        for label, form in q.outcomes.items():
            yield "outcome", (label,), form, outcomes[label]
        measures = closed.measures(pair, outcomes)
        for name, measure in q.measures.items():
            yield "measure", (name,), measure, measures[name]

    def _effect(
        self,
        form: Expression | None,
        quotient: Quotient | None,
        symbol: str,
        branches: Sequence[Sequence[Literal]],
    ) -> tuple[EffectSign, bool, Expression | None]:
        if form is None or quotient is None:
            return "unknown", False, None
        if symbol not in form.names:
            return "zero", True, Expression.number(0)
        if self.prover.expired:
            return "unknown", False, None
        answers: list[tuple[EffectSign, bool]] = []
        slopes: list[tuple[Case, Quotient]] = []
        for case in self._cases(quotient):
            here = [lit.strict() for lit in case.conditions]
            own = [(*b, *here) for b in branches]
            if here:
                own = [b for b in own if self.prover.decide(b).verdict != "impossible"]
            if not own:
                continue
            slope = self._slope_in(case, form, quotient, symbol)
            if slope is None:
                return "unknown", False, None
            slopes.append((case, slope))
            answers += [self._sign(*slope, b) if slope[0] else ("zero", True) for b in own]
        signs = {a[0] for a in answers}
        if len(signs) > 1:
            signs.discard("zero")
            answers = [(sign, strict and sign != "zero") for sign, strict in answers]
        sign: EffectSign = signs.pop() if len(signs) == 1 else "unknown"
        if len(signs) > 1 and "unknown" not in signs:
            sign = "depends"
        return sign, bool(answers) and all(a[1] for a in answers), self._shown(slopes)

    def _cases(self, quotient: Quotient) -> Sequence[Case]:
        """Return the cases of the distinctions in a closed form, boundaries left out."""
        inside = self.known.inside(quotient)
        cases = self.known.cases(inside) or [Case(self.algebra, (), {})]
        return [case for case in cases if case.is_open]

    def _slope_in(
        self, case: Case, form: Expression, quotient: Quotient, symbol: str
    ) -> Quotient | None:
        """Return the derivative in a case."""
        if case.values:
            quotient = case.fraction(*quotient)
            form = self.algebra.quotient(*quotient)
        return self._slope(form, quotient, symbol)

    def _shown(self, slopes: Sequence[tuple[Case, Quotient]]) -> Expression | None:
        """Return the derivative for people, None where it is too long to be read."""
        if sum(len(top) for _, (top, _) in slopes) > _HOPELESS:
            return None
        shown: Expression | None = None
        for case, (top, bottom) in reversed(slopes):
            top, bottom = top.cancel(bottom) if top else (top, self.algebra.ring.one)
            if len(top) > _LONG:
                return None
            here = self.algebra.quotient(top, bottom)
            if shown is None or shown == here:
                shown = here
            else:
                shown = Expression("if", joined("and", written(case)), here, shown)
        return shown

    def _slope(self, form: Expression, quotient: Quotient, symbol: str) -> Quotient | None:
        """Return the derivative as numerator and denominator, not always in lowest terms."""
        key = form, symbol
        if key not in self._slopes:
            if set(self.algebra.names) == set(self.algebra.parameters):
                p, q = quotient
                x = self.algebra.ring.gens[self.algebra.names.index(symbol)]
                self._slopes[key] = p.diff(x) * q - p * q.diff(x), q * q
            else:
                change = derivative(form, symbol)
                self._slopes[key] = None if change is None else self.algebra.fraction(change)
        return self._slopes[key]

    def _sign(
        self, top: RingElement, bottom: RingElement, branch: tuple[Literal, ...]
    ) -> tuple[EffectSign, bool]:
        """Return the sign of a quotient on a branch, and whether it can vanish there."""
        key = top, bottom, branch
        if key not in self._signs:
            self._signs[key] = self._found(top, bottom, branch)
        return self._signs[key]

    def _found(
        self, top: RingElement, bottom: RingElement, branch: tuple[Literal, ...]
    ) -> tuple[EffectSign, bool]:
        # A square in the denominator has no say.
        product = top if set(self.algebra.names) == set(self.algebra.parameters) else top * bottom
        values = self.prover.values(product)[self.prover.samples_where(branch)]
        if (values > 0).any() and (values < 0).any() and self._both(product, branch):
            return "depends", False
        if len(product) > _LONG:
            parts: Sequence[tuple[RingElement, int]] = ((product, 1),)
            positive = True
        else:
            constant, parts = self.algebra.factors(product)
            positive = constant > 0
        strict = True
        rest = self.algebra.ring.one
        for factor, power in parts:
            known = self._factor(factor, branch)
            if known is None and power % 2:
                rest = rest * factor
            if known is not None and known[0] < 0 and power % 2:
                positive = not positive
            strict = strict and known is not None and not known[1]
        if not rest.is_ground:
            known = self._factor(rest, branch) if len(parts) > 1 else None
            if known is None:
                return ("depends" if self._both(rest, branch) else "unknown"), False
            positive = positive == (known[0] > 0)
        return ("positive" if positive else "negative"), strict

    def _factor(self, factor: RingElement, branch: Sequence[Literal]) -> tuple[int, bool] | None:
        """Return a factor's sign on a branch, and whether it may vanish there."""
        key = factor, tuple(branch)
        if key not in self._factors:
            self._factors[key] = self.prover.fixed_sign(factor, branch)
        return self._factors[key]

    def _both(self, poly: RingElement, branch: Sequence[Literal]) -> bool:
        """Say whether exact points of the branch show both signs."""
        return all(
            self.prover.decide([*branch, Literal(poly, sign)]).verdict == "possible"
            for sign in (">", "<")
        )

    # ---- words -------------------------------------------------------------------------
    def _told(
        self,
        e: Effect,
        q: SymbolicEquilibrium,
        moved: Mapping[tuple[tuple[str, ...], str], EffectSign],
    ) -> Effect:
        if e.sign not in ("positive", "negative") or self._mirrored(e, q):
            return e
        owner = self.owners[e.symbol]
        unmoved = owner is not None and all(
            sign == "zero"
            for (of, symbol), sign in moved.items()
            if of[0] == owner and symbol == e.symbol
        )
        paradox = False
        ending = ""
        if e.kind == "probability" and owner is not None and e.of[0] != owner and unmoved:
            paradox, ending = True, f", and leaves {owner}'s own mixing unchanged"
        if e.kind == "payoff" and owner == e.of[0]:
            direct = self._direct(owner, e.symbol)
            if direct is not None and direct != e.sign:
                paradox = True
                worth = "lowers" if direct == "negative" else "raises"
                ending = f", although it {worth} {owner}'s payoffs from the outcomes"
        title = self.titles.get(e.symbol, "")
        name = f"{e.symbol} ({title})" if title else e.symbol
        verb = "raises" if e.sign == "positive" else "lowers"
        sentence = f"a higher {name} {verb} {self._result(e)}{ending}"
        return Effect(
            e.equilibrium, e.kind, e.of, e.symbol, e.sign, e.derivative, e.strict, paradox, sentence
        )

    def _mirrored(self, e: Effect, q: SymbolicEquilibrium) -> bool:
        """Say whether the effect is told by that on the other of two mixed actions."""
        if e.kind != "probability":
            return False
        mixed: Any = q.support[e.of[0]]
        if len(e.of) == 3:
            mixed = mixed[e.of[1]]
        return len(mixed) == 2 and e.of[-1] != mixed[-1]

    def _direct(self, player: str, symbol: str) -> EffectSign | None:
        """Return the sign with which a symbol enters all of a player's payoffs."""
        payoffs = self.problem.payoffs[self.problem.players.index(player)]
        signs = set()
        for u in dict.fromkeys(payoffs):
            if symbol not in u.names:
                continue
            slope = self._slope(u, self.algebra.fraction(u), symbol)
            if slope is None:
                return None
            if slope[0]:
                signs.add(self._sign(slope[0], slope[1], ())[0])
        return signs.pop() if len(signs) == 1 and signs <= {"positive", "negative"} else None

    def _result(self, e: Effect) -> str:
        if e.kind == "probability":
            where = f" at {e.of[1]}" if len(e.of) == 3 else ""
            return f"the probability that {e.of[0]} plays {e.of[-1].replace('_', ' ')}{where}"
        if e.kind == "payoff":
            return f"{e.of[0]}'s payoff"
        if e.kind == "measure":
            title = self.measure_titles.get(e.of[0], "")
            return f"{e.of[0]} ({title})" if title else e.of[0]
        title = self.problem.titles.get(e.of[0], "")
        return f"the probability of {title or e.of[0]}"
