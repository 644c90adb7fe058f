"""The derivation of one equilibrium, written step by step.

Who is indifferent between what, the equation and its solution, why no deviation
pays, where the conditions come from.  Nothing is claimed that the analysis has not
worked out: mixtures come from its signed minors, conditions from its simplifier.

>>> from deterrence import load_model
>>> derivation = derive(load_model("asymmetric-bipolarity").regimes(), 3)
>>> [step.kind for step in derivation.steps][:4]
['claim', 'indifference', 'solution', 'indifference']
>>> print(derivation.steps[2].result)
g_N/(g_N + k_N - l_N)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deterrence.algebra.expressions import Expression, total
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.algebra.univariate import sign
from deterrence.errors import ExpressionError, UsageError
from deterrence.symbolic.board.wording import listed, payoff_of, shortest, with_decimal
from deterrence.symbolic.derivations import Derivation, DerivationStep
from deterrence.symbolic.display.words import family_words, played, point_words
from deterrence.symbolic.found import ExistenceBranch
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.vertices import SymbolicVertex
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.words.blocks import Equation, Inline, conjunction

_BY_ASSUMPTION = "always, by the assumptions"
_NEVER = "never more, by the assumptions"
_ZERO = Expression.number(0)
_ONE = Expression.number(1)


def derive(
    analysis: MatrixAnalysis, equilibrium: int, values: Mapping[str, Any] | None = None
) -> Derivation:
    """Return the derivation of one equilibrium by its id."""
    if not 0 <= equilibrium < len(analysis.equilibria):
        last = len(analysis.equilibria) - 1
        raise UsageError(
            f"{analysis.model} has no equilibrium {equilibrium}",
            remedy=f"they are numbered 0 to {last}" if last >= 0 else "it has none",
        )
    found = analysis.equilibria[equilibrium]
    pair = analysis.internal.found(equilibrium)
    return _MatrixDerivation(analysis, found, pair, dict(values or {})).derivation()


class _MatrixDerivation:
    """Writes the derivation of one pair of vertices."""

    def __init__(
        self,
        analysis: MatrixAnalysis,
        e: SymbolicEquilibrium,
        pair: VertexPair,
        values: dict[str, Any],
    ) -> None:
        self.analysis, self.e, self.pair, self.values = analysis, e, pair, values
        self.problem = analysis.internal.problem
        self.closed = analysis.internal.closed
        self.simplifier = analysis.internal.simplifier
        self.players = self.problem.players
        self.vertices: tuple[SymbolicVertex, SymbolicVertex] = (pair.row, pair.column)
        taken = {n.split("_")[0] for n in analysis.internal.model.parameters}
        free = [x for x in "pqxyuwzst" if x not in taken]
        self.letters = [*free, "prob", "chance"][:2]
        self.minor = next((x for x in "nmhjdef" if x not in taken), "minor")
        self.signs = [self._signs(k) for k in (0, 1)]

    def derivation(self) -> Derivation:
        """Return all steps."""
        e = self.e
        steps = [self._claim()]
        for me in (0, 1):
            if len(self.vertices[me].support) > 1:
                steps += self._mixture(me)
        steps += [step for me in (0, 1) for step in self._ties(me)]
        steps += [step for me in (0, 1) for step in self._deviations(me)]
        steps += [self._conditions(), *self._family(), *self._paradox(), *self._at_values()]
        about = " (on a boundary)" if e.boundary else ""
        return Derivation(f"Equilibrium #{e.id}{about}", e, tuple(steps))

    # ---- words -------------------------------------------------------------------------
    def label(self, player: int, action: int) -> str:
        return self.problem.actions[player][action]

    def _payoff(self, player: int, mine: int, other: int) -> Expression:
        return shortest(self.analysis, payoff_of(self.problem, player, mine, other))

    def _numbers(self, rhs: Expression) -> Inline:
        """Return the formula, with its value where there are values."""
        if not self.values or not rhs.names or not rhs.names <= self.values.keys():
            return (rhs,)
        try:
            return (rhs, " = ", *with_decimal(rhs.evaluate(self.values)))
        except ExpressionError:
            return (rhs, " (not defined at these values)")

    def _value(self, form: Quotient) -> Inline:
        """Return what stands after a formula where there are values: the number."""
        return self._numbers(self.closed.quotients.expression(form))[1:]

    def _claim(self) -> DerivationStep:
        parts: list[str | Expression] = ["The claim: "]
        for k, (player, lines) in enumerate(played(self.e)):
            parts.append("; " if k else "")
            if len(lines) == 1:
                parts.append(f"{player} plays {lines[0][0]}")
            else:
                names = [str(line[0]).strip() for line in lines]
                parts.append(f"{player} mixes {listed(names)}")
        parts.append(".")
        return DerivationStep("claim", tuple(parts), self.players)

    # ---- mixtures ----------------------------------------------------------------------
    def _chances(self, me: int) -> dict[int, Expression]:
        """Return the unknown probabilities of a mixture by action."""
        support, letter = self.vertices[me].support, self.letters[me]
        if len(support) == 1:
            return {support[0]: _ONE}
        if len(support) == 2:
            p = Expression.name(letter)
            return {support[0]: _ONE - p, support[1]: p}
        return {a: Expression.name(f"{letter}_{k}") for k, a in enumerate(support, 1)}

    def _expected(self, player: int, mine: int, chances: Mapping[int, Expression]) -> Expression:
        """Return an expected payoff; actions against which it is the same are put together."""
        groups: dict[Expression, list[Expression]] = {}
        for a, chance in chances.items():
            groups.setdefault(self._payoff(player, mine, a), []).append(chance)
        if len(groups) == 1:
            return next(iter(groups))
        return total(total(parts) * payoff for payoff, parts in groups.items())

    def _mixture(self, me: int) -> list[DerivationStep]:
        you = 1 - me
        vertex = self.vertices[me]
        mine, yours = self.players[me], self.players[you]
        chances = self._chances(me)
        tight = [self.label(you, j) for j in vertex.tight]
        played_ = set(self.vertices[you].support)
        unplayed = [self.label(you, j) for j in vertex.tight if j not in played_]
        why: list[str | Expression] = []
        if len(played_) > 1:
            together = listed([self.label(you, j) for j in self.vertices[you].support])
            why.append(
                f"Why {mine} mixes as it does: {yours} plays {together}, each with a positive "
                f"probability. If one of them paid {yours} less than another, {yours} would "
                f"never play it. So {mine}'s probabilities must make {yours} indifferent."
            )
        if unplayed:
            why.append(
                f"{' ' if why else ''}{mine}'s mixture is an extreme one: it leaves {yours} "
                f"just indifferent to {listed(unplayed)} too, which {yours} does not play."
            )
        letter = self.letters[me]
        named = [(p, self.label(me, a)) for a, p in chances.items() if p.op == "name"]
        why.append(" Write ")
        for k, (p, name) in enumerate(named):
            why += ["; " if k else "", p, f" = P({mine} plays {name})"]
        why.append(".")
        payoffs = [self._expected(you, j, chances) for j in vertex.tight]
        lines = [
            Equation((f"{yours} from {name}",), "==", (u,))
            for name, u in zip(tight, payoffs, strict=True)
        ]
        steps = [
            DerivationStep("indifference", tuple(why), (yours, mine), tuple(tight), tuple(lines))
        ]
        forms = self.closed.strategy(vertex)
        text = self.closed.quotients.expression
        if len(vertex.support) == 2:
            last = vertex.support[1]
            top, bottom = forms[last]
            p = Expression.name(letter)
            algebra = self.problem.algebra
            solved = [
                Equation((payoffs[0],), "==", (payoffs[1],), ("indifference",)),
                Equation(
                    (p * algebra.expression(bottom),),
                    "==",
                    (algebra.expression(top),),
                    (f"terms with {letter} on one side",),
                ),
                Equation((p,), "==", self._numbers(text(forms[last]))),
                Equation((_ONE - p,), "==", self._numbers(text(forms[vertex.support[0]]))),
            ]
            result: Expression | None = text(forms[last])
            reason = f"Setting both equal and solving for {letter}:"
        else:
            algebra = self.problem.algebra
            names = [f"{self.minor}_{k}" for k in range(1, len(vertex.support) + 1)]
            solved = [
                Equation((name,), "==", self._numbers(algebra.expression(w)))
                for name, w in zip(names, vertex.weights, strict=True)
            ]
            weights = total(map(Expression.name, names))
            solved += [
                Equation((p,), "==", (Expression.name(name) / weights, *self._value(forms[a])))
                for (a, p), name in zip(chances.items(), names, strict=True)
            ]
            result = None
            reason = (
                f"All of these are to be equal, and the probabilities sum to 1: {len(names)} "
                "linear equations in as many unknowns. By Cramer's rule the probabilities "
                f"are proportional to the minors {', '.join(names[:-1])} and {names[-1]}:"
            )
        solution: list[str | Expression] = [reason]
        if vertex.commons:
            vanish = [self.simplifier.literal(Literal(c, "==")) for c in vertex.commons]
            solution[0:0] = [
                "(Where ",
                *conjunction(vanish, ""),
                " the equations leave the mixture open.) ",
            ]
        steps.append(
            DerivationStep("solution", tuple(solution), (mine,), (), tuple(solved), result)
        )
        return steps

    def _ties(self, me: int) -> Iterator[DerivationStep]:
        """Yield why actions that are played, but not made equal by a mixture, pay the same."""
        you = 1 - me
        vertex, support = self.vertices[me], self.vertices[you].support
        apart = [j for j in support if j not in vertex.tight]
        if not apart:
            return
        gaps = dict(vertex.gaps)
        mine, yours = self.players[me], self.players[you]
        q, algebra = self.closed.quotients, self.problem.algebra
        lines = []
        for j in (vertex.tight[0], *apart):
            terms = [
                q.multiply(x, q.make(*algebra.fraction(self._payoff(you, j, i))))
                for i, x in self.closed.strategy(vertex).items()
            ]
            note: Inline = ()
            if j in apart:
                takes = self.simplifier.literal(Literal(gaps[j], "==")) if gaps[j] else None
                note = ("the same for all values",) if takes is None else ("takes ", takes)
            payoff = q.expression(q.total(terms))
            name = self.label(you, j)
            lines.append(Equation((f"{yours} from {name}",), "==", self._numbers(payoff), note))
        names = [self.label(you, j) for j in support]
        reason = (
            f"Against {mine}'s strategy, everything that {yours} plays must pay the same "
            f"({listed(names)}):"
        )
        yield DerivationStep("indifference", (reason,), (yours, mine), tuple(names), tuple(lines))

    # ---- deviations --------------------------------------------------------------------
    def _signs(self, me: int) -> list[int]:
        """Return the signs that the weights of a strategy may all have."""
        vertex = self.vertices[me]
        possible = list(self.analysis.internal.search._signs(vertex))
        seen = set()
        for branch in self.pair.branches:
            sign = self._sign_at(vertex, branch)
            seen |= {sign} if sign else set(possible)
        return [s for s in possible if s in seen] or possible

    def _sign_at(self, vertex: SymbolicVertex, branch: ExistenceBranch) -> int:
        witness = branch.decision.witness
        algebra = self.problem.algebra
        if witness is None or not algebra.parameters:
            return 0
        return sign(algebra.evaluate(vertex.weights[0], algebra.complete(witness)))

    def _written(self, poly: RingElement, sign: str, you: int) -> Inline:
        """Say when a polynomial in the scale of a strategy's weights has a sign."""
        choices: list[Inline] = []
        for sigma in self.signs[you]:
            flipped = sign if sigma > 0 else {">": "<", ">=": "<="}[sign]
            conditions = self.simplifier.condition(Literal(poly, flipped))
            if conditions is None:
                continue
            written = [self.simplifier.written(c) for c in conditions]
            told = conjunction(written, _BY_ASSUMPTION)
            if told not in choices:
                choices.append(told)
        if not choices:
            return ("never",)
        result = choices[0]
        for other in choices[1:]:
            result = (*result, " or ", *other)
        return result

    def _deviations(self, me: int) -> Iterator[DerivationStep]:
        you = 1 - me
        mine, yours = self.players[me], self.players[you]
        vertex, support = self.vertices[you], self.vertices[me].support
        value = self.e.payoffs[mine]
        theirs = self.closed.strategy(vertex)
        gaps = dict(vertex.gaps)
        lines = [Equation((f"{mine} gets",), "==", self._numbers(value), ("in equilibrium",))]
        actions = []
        dominated = {s.action for s in self.analysis.dominated if s.player == mine}
        q = self.closed.quotients
        for a in range(self.problem.shape[me]):
            if a in support:
                continue
            name = self.label(me, a)
            actions.append(name)
            terms = [
                q.multiply(y, q.make(*self.problem.algebra.fraction(self._payoff(me, a, j))))
                for j, y in theirs.items()
            ]
            payoff = q.expression(q.total(terms))
            note: Inline
            if name in dominated:
                note = ("dominated: never more",)
            elif a in vertex.tight or not gaps.get(a, 1):
                note = ("as much, whatever the values",)
            elif gaps[a] in self.pair.equations:
                equal = self.simplifier.literal(Literal(gaps[a], "=="))
                note = ("as much, which takes ", equal)
            else:
                told = self._written(gaps[a], ">=", you)
                note = (_NEVER,) if told == (_BY_ASSUMPTION,) else ("not more iff ", *told)
            lines.append(Equation((f"{mine} from {name}",), "==", self._numbers(payoff), note))
        if not actions:
            return
        reason = f"Can {mine} do better, given what {yours} does? Each deviation:"
        yield DerivationStep("deviation", (reason,), (mine,), tuple(actions), tuple(lines))

    # ---- conditions --------------------------------------------------------------------
    def _conditions(self) -> DerivationStep:
        lines = []
        for me in (0, 1):
            vertex = self.vertices[me]
            if len(vertex.support) == 1:
                continue
            total_: Any = vertex.total
            both_signs = len(self.signs[me]) > 1
            for a, weight in zip(vertex.support, vertex.weights, strict=True):
                if both_signs:
                    product = weight * total_
                    told = self._positive(product)
                else:
                    told = self._written(weight, ">", me)
                lines.append(
                    Equation(
                        (f"P({self.players[me]} plays {self.label(me, a)})",),
                        ">",
                        (_ZERO,),
                        told if told == (_BY_ASSUMPTION,) else ("iff ", *told),
                    )
                )
        where = conjunction(self.e.conditions, "always, given the assumptions")
        together = (
            "Together, and leaving out what the assumptions or the other conditions imply: "
            "the equilibrium exists iff ",
            *where,
            ".",
        )
        if not lines:
            return DerivationStep("condition", together, self.players)
        reason = ("Every probability of an action that is played must be positive:",)
        return DerivationStep(
            "condition", reason, self.players, (), tuple(lines), conclusion=together
        )

    def _positive(self, product: RingElement) -> Inline:
        conditions = self.simplifier.condition(Literal(product, ">"))
        if conditions is None:
            return ("never",)
        written = [self.simplifier.written(c) for c in conditions]
        return conjunction(written, _BY_ASSUMPTION)

    # ---- around it ---------------------------------------------------------------------
    def _family(self) -> Iterator[DerivationStep]:
        if self.e.boundary:
            return
        family = self.analysis.families[self.e.family]
        if len(family.members) == 1:
            return
        members = [self.analysis.equilibria[k] for k in family.members]
        words: list[str | Expression] = []
        for player, line in family_words(members):
            words += [f" {player}: ", *line, "."]
        yield DerivationStep(
            "family",
            (
                f"It is one of {len(members)} extreme equilibria that lead to the same result "
                "(the same outcomes and payoffs), a family:",
                *words,
            ),
            self.players,
        )

    def _paradox(self) -> Iterator[DerivationStep]:
        if any(len(v.support) == 1 for v in self.vertices):
            return
        told: list[str | Expression] = []
        for me in (0, 1):
            mine, yours = self.players[me], self.players[1 - me]
            names = frozenset().union(*(x.names for x in self.e.profile[mine].values()))
            own = frozenset().union(*(u.names for u in self.problem.payoffs[me]))
            other = frozenset().union(*(u.names for u in self.problem.payoffs[1 - me]))
            if names and names <= other and not names & own:
                symbols = listed([n for n in self.problem.symbols if n in names])
                told.append(
                    f"{' ' if told else ''}In {mine}'s probabilities only {yours}'s payoffs "
                    f"occur ({symbols})."
                )
        if not told:
            return
        paradox = (
            "The paradox: my mixture is pinned by your payoffs, for its task is to keep you "
            "indifferent. If my own payoffs change, it is your mixture that moves, not mine."
        )
        yield DerivationStep("paradox", tuple(told), self.players, conclusion=(paradox,))

    def _at_values(self) -> Iterator[DerivationStep]:
        if not self.values:
            return
        known = point_words({n: self.values[n] for n in self.problem.symbols})
        broken = [c for c in self.e.conditions if not c.evaluate(self.values)]
        if broken:
            verdict: Inline = ("it does not exist: there ", *conjunction(broken, ""), " fails.")
        else:
            verdict = ("it exists.",)
        yield DerivationStep("values", ("At the values ", *known, " ", *verdict))
