"""The derivation of one equilibrium, written step by step.

Who is indifferent between what, the equation and its solution, why no deviation
pays, where the conditions come from.  Nothing is claimed that the analysis has not
worked out: mixtures come from its signed minors, conditions from its simplifier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deterrence.algebra.expressions import Expression, total
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.algebra.univariate import sign
from deterrence.symbolic.board.wording import (
    Formulas,
    comparisons_at,
    decimal_of,
    payoff_of,
    shortest,
    tidy,
    value_at,
    with_definitions,
    with_number,
)
from deterrence.symbolic.derivations import DerivationStep
from deterrence.symbolic.display.words import family_words
from deterrence.symbolic.found import ExistenceBranch
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.vertices import SymbolicVertex
from deterrence.symbolic.quotients import Quotient
from deterrence.words.blocks import Equation, Inline, conjunction
from deterrence.words.sentences import listed

_BY_ASSUMPTION = "always, by the assumptions"
_NEVER = "never more, by the assumptions"
_ZERO = Expression.number(0)
_ONE = Expression.number(1)
#: Longest formula in a short step.
_FORMULA = 60


class MatrixDerivation:
    """Writes the derivation of one equilibrium of a matrix.

    ``values`` put numbers beside the symbols; ``exists`` says whether the equilibrium does at
    them.
    """

    def __init__(
        self,
        analysis: MatrixAnalysis,
        equilibrium: int,
        values: Mapping[str, Any],
        exists: bool | None,
    ) -> None:
        self.analysis, self.exists = analysis, exists
        self.e = analysis.equilibria[equilibrium]
        self.pair: VertexPair = analysis.internal.found(equilibrium)
        self.values = with_definitions(analysis.internal.model, values)
        self.problem = analysis.internal.problem
        self.closed = analysis.internal.closed
        self.simplifier = analysis.internal.simplifier
        self.names = analysis.internal.model.names
        self.players = self.problem.players
        self.vertices: tuple[SymbolicVertex, SymbolicVertex] = (self.pair.row, self.pair.column)
        taken = {n.split("_")[0] for n in analysis.internal.model.parameters}
        free = [x for x in "pqxyuwzst" if x not in taken]
        self.letters = [*free, "prob", "chance"][:2]
        self.minor = next((x for x in "nmhjdef" if x not in taken), "minor")
        self.signs = [self._signs(k) for k in (0, 1)]
        drawn = {n for c in self.problem.chances for n in c.names}
        point: Mapping[str, Any] | None = self.e.witness
        if values and exists is not False:
            point = {n: values[n] for n in self.problem.symbols}
        definitions = analysis.internal.model.definitions
        self.formulas = Formulas(self.problem.algebra, drawn, point, definitions)

    def steps(self) -> tuple[DerivationStep, ...]:
        """Return all steps."""
        steps = [self._claim()]
        for me in (0, 1):
            if len(self.vertices[me].support) > 1:
                steps += self._mixture(me)
        steps += [step for me in (0, 1) for step in self._ties(me)]
        steps += [step for me in (0, 1) for step in self._deviations(me)]
        return (*steps, self._conditions(), *self._outcome(), *self._family(), *self._paradox())

    # ---- words -------------------------------------------------------------------------
    def label(self, player: int, action: int) -> str:
        """Return what an action is called."""
        return self.names.action(self.players[player], self.problem.actions[player][action])

    def _labels(self, player: int, actions: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.problem.actions[player][a] for a in actions)

    def _payoff(self, player: int, mine: int, other: int) -> Expression:
        return shortest(self.analysis, payoff_of(self.problem, player, mine, other))

    def _numbers(self, rhs: Expression) -> Inline:
        """Return the formula, with its value where there are values."""
        return with_number(rhs, self.values)

    def _value(self, form: Quotient) -> Inline:
        """Return what stands after a formula where there are values: the number."""
        return self._numbers(self.closed.quotients.expression(form, self.e.witness))[1:]

    def _claim(self) -> DerivationStep:
        told = self.names.full_name(self.names.pattern(self.e.support))
        return DerivationStep("claim", (f"The claim: {told}.",), self.players)

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
        forms = self.closed.strategy(vertex)
        step = DerivationStep(
            "indifference",
            tuple(why),
            (yours, mine),
            self._labels(you, vertex.tight),
            tuple(lines),
            short=self._mixture_in_short(me, tight, payoffs, forms, named),
        )
        steps = [step]

        def text(q: Quotient) -> Expression:
            return self.closed.quotients.expression(q, self.e.witness)

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

    def _mixture_in_short(
        self,
        me: int,
        tight: list[str],
        payoffs: list[Expression],
        forms: Mapping[int, Quotient],
        named: list[tuple[Expression, str]],
    ) -> Inline:
        """Say in a line or two which equation fixes a mixture, its solution and its condition."""
        vertex = self.vertices[me]
        mine, yours = self.players[me], self.players[1 - me]
        if len(vertex.support) > 2:
            numbers = [(self.label(me, a), self._value(q)) for a, q in forms.items()]
            told = [f"{name}{decimal_text(v)}" for name, v in numbers]
            return (
                f"{mine} mixes so that {yours} is indifferent between {listed(tight)}: "
                f"{len(tight)} linear equations for the probabilities of {listed(told)}.",
            )
        p, name = named[0]
        text = self.closed.quotients.expression(forms[vertex.support[1]], self.e.witness)
        parts: list[str | Expression] = [
            f"{mine} plays {name} with the probability ", p, " that leaves ",
            f"{yours} indifferent between {listed(tight)}: ", payoffs[0], " = ", payoffs[1],
            ", so ", p, " = ", *self._numbers(text),
        ]  # fmt: skip
        told_signs = []
        if len(self.signs[me]) == 1:
            told_signs = [self._written(w, ">", me) for w in vertex.weights]
            told_signs = [t for t in dict.fromkeys(told_signs) if t != (_BY_ASSUMPTION,)]
        if told_signs:
            parts.append("; it is between 0 and 1 iff ")
            for n, t in enumerate(told_signs):
                parts += [" and " if n else "", *t]
        return (*parts, ".")

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
            payoff = self.formulas.written(*q.total(terms))
            name = self.label(you, j)
            lines.append(Equation((f"{yours} from {name}",), "==", self._numbers(payoff), note))
        names = [self.label(you, j) for j in support]
        reason = (
            f"Against {mine}'s strategy, everything that {yours} plays must pay the same "
            f"({listed(names)}):"
        )
        short: list[str | Expression] = [f"{yours} gets the same from {listed(names)}: "]
        for n, line in enumerate(lines):
            short += [" = " if n else "", line.rhs[0]]
        for line in lines:
            short += [", which ", *line.note] if len(line.note) > 1 else []
        yield DerivationStep(
            "indifference",
            (reason,),
            (yours, mine),
            self._labels(you, support),
            tuple(lines),
            short=(*short, ".") if len(names) > 1 else (),
        )

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
        value = self.formulas.written(*self.closed.payoff(self.pair, me))
        theirs = self.closed.strategy(vertex)
        gaps = dict(vertex.gaps)
        lines = [Equation((f"{mine} gets",), "==", self._numbers(value), ("in equilibrium",))]
        actions = []
        dominated = {s.action for s in self.analysis.dominated if s.player == mine}
        told: list[Inline] = []
        q = self.closed.quotients
        for a in range(self.problem.shape[me]):
            if a in support:
                continue
            name = self.label(me, a)
            actions.append(a)
            terms = [
                q.multiply(y, q.make(*self.problem.algebra.fraction(self._payoff(me, a, j))))
                for j, y in theirs.items()
            ]
            payoff = self.formulas.written(*q.total(terms))
            note: Inline
            if self.problem.actions[me][a] in dominated:
                note = ("dominated: never more",)
            elif a in vertex.tight or not gaps.get(a, 1):
                note = ("as much, whatever the values",)
            elif gaps[a] in self.pair.equations:
                equal = self.simplifier.literal(Literal(gaps[a], "=="))
                note = ("as much, which takes ", equal)
            else:
                iff = self._written(gaps[a], ">=", you)
                note = (_NEVER,) if iff == (_BY_ASSUMPTION,) else ("not more iff ", *iff)
            lines.append(Equation((f"{mine} from {name}",), "==", self._numbers(payoff), note))
            told.append((f"{name} ", *self._in_short(payoff), " (", *note, ")"))
        if not actions:
            return
        reason = f"Can {mine} do better, given what {yours} does? Each deviation:"
        own = listed([self.label(me, a) for a in support])
        against = listed([self.label(you, a) for a in vertex.support])
        parts: list[str | Expression] = [
            f"Against {yours}'s {against}, {mine} gets ", *self._in_short(value), f" from {own}; ",
        ]  # fmt: skip
        for n, one in enumerate(told):
            parts += ["; " if n else "", *one]
        yield DerivationStep(
            "deviation",
            (reason,),
            (mine,),
            self._labels(me, actions),
            tuple(lines),
            short=(*parts, "."),
            shortest=(f"{mine} gains nothing by any of {len(actions)} other actions.",),
        )

    def _in_short(self, payoff: Expression) -> Inline:
        if len(str(payoff)) > _FORMULA:
            value = value_at(payoff, self.values)
            return ("a long formula" if value is None else decimal_of(value),)
        value = value_at(payoff, self.values) if payoff.names else None
        return (payoff,) if value is None else (payoff, f" = {decimal_of(value)}")

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
            *self._condition_numbers(),
            ".",
        )
        if not lines:
            return DerivationStep("condition", together, self.players)
        reason = ("Every probability of an action that is played must be positive:",)
        return DerivationStep(
            "condition", reason, self.players, (), tuple(lines), conclusion=together
        )

    def _condition_numbers(self) -> Inline:
        numbers = comparisons_at(self.e.conditions, self.values)
        told = numbers and len(numbers) == len(self.e.conditions)
        return (f": here {listed(numbers)}",) if told else ()

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
        count = len(members)
        words: list[str | Expression] = []
        for player, line in family_words(members):
            words += [f" {player}: ", *line, "."]
        yield DerivationStep(
            "family",
            (
                f"It is one of {count} extreme equilibria that lead to the same result "
                "(the same outcomes and payoffs), a family:",
                *words,
            ),
            self.players,
            short=(f"It is one of {count} extreme equilibria with the same result.",),
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
        yield DerivationStep(
            "paradox",
            tuple(told),
            self.players,
            conclusion=(paradox,),
            short=("Each side's mixture is pinned by the other side's payoffs, not its own.",),
        )

    def _outcome(self) -> Iterator[DerivationStep]:
        """Say how likely every outcome is."""
        titles = self.problem.titles
        lines = tuple(
            Equation((f"P({titles.get(o) or o})",), "=", self._numbers(e))
            for o, e in self.e.outcomes.items()
            if e != _ZERO
        )
        if len(lines) > 1:
            yield DerivationStep("outcome", ("So the outcomes are:",), self.players, (), lines)

    # ---- the reason in a sentence ------------------------------------------------------
    def why(self) -> Inline:
        """Return the reason in a sentence: what each side gets, and would get."""
        if self.exists is False:
            return ()
        mixing = [k for k in (0, 1) if len(self.vertices[k].support) > 1]
        told = []
        for me in mixing:
            mine, yours = self.players[me], self.players[1 - me]
            if len(self.vertices[1 - me].support) > 1:
                told.append(f"{mine} mixes so that {yours} has nothing to choose between.")
        for me in (0, 1):
            if len(self.vertices[1 - me].support) == 1:
                told.append(self._reply(me))
        return (" ".join(filter(None, told)),)

    def _reply(self, me: int) -> str:
        """Say what a side gets against an action of the other, and by its best other action."""
        you, other = 1 - me, self.vertices[1 - me].support[0]
        support = self.vertices[me].support
        known = self.values if self.exists else {}
        values = {
            a: value_at(payoff_of(self.problem, me, a, other), known)
            for a in range(self.problem.shape[me])
        }
        against = f"against {self.label(you, other)} {self.players[me]}"
        own = listed([self.label(me, a) for a in support])
        others = [a for a in values if a not in support]
        if not others or None in values.values():
            return f"{against[:1].upper()}{against[1:]} cannot do better than {own}."
        best = max(others, key=lambda a: values[a])
        return (
            f"{against[:1].upper()}{against[1:]} gets {decimal_of(values[support[0]])} from {own} "
            f"and {decimal_of(values[best])} from {self.label(me, best)}."
        )


def decimal_text(number: Inline) -> str:
    """Return ``(0.25)`` for what stands behind a formula with its number."""
    return f" ({str(number[0]).removeprefix(' = ')})" if number else ""


def dominance(analysis: MatrixAnalysis) -> Iterator[DerivationStep]:
    """Yield the steps of iterated dominance, each with what the better action gains."""
    problem = analysis.internal.problem
    alive = [list(range(n)) for n in problem.shape]
    for step in analysis.dominated:
        me = problem.players.index(step.player)
        labels, others = problem.actions[me], problem.actions[1 - me]
        worse, better = labels.index(step.action), labels.index(step.by)
        lines = []
        for other in alive[1 - me]:
            u, v = (payoff_of(problem, me, k, other) for k in (better, worse))
            gain = tidy(analysis, u - v)
            lines.append(Equation((f"against {others[other]}: ", gain), ">", (_ZERO,)))
        alive[me].remove(worse)
        left = " of the actions that are left" if len(alive[1 - me]) < problem.shape[1 - me] else ""
        yield DerivationStep(
            "deviation",
            (
                f"{step.player} never plays {step.action}: whatever the other side does{left}, "
                f"{step.by} pays more, for all assumed values. The differences are",
            ),
            (step.player,),
            (step.action, step.by),
            tuple(lines),
            short=(f"{step.player} never plays {step.action}: {step.by} always pays more.",),
        )
