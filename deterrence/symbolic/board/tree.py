"""Derivations of equilibria of trees, backward from the last move and forward again.

One equilibrium is told information set by information set: the belief there and
where it comes from, what every action is worth given what happens afterwards,
and what follows: an equation that fixes somebody's mixture, or an inequality that
is a condition of existence.  What an action is worth is the expected payoff of the whole
play, written out first and simplified then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.game.tree.play import history_text
from deterrence.symbolic.board.beliefs import Beliefs, SetBelief
from deterrence.symbolic.board.wording import (
    Formulas,
    chained,
    comparisons_at,
    decimal_of,
    mean,
    numeral,
    value_at,
    with_definitions,
)
from deterrence.symbolic.derivations import DerivationStep
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.results import Freedom, SymbolicAssessment, SymbolicMixture
from deterrence.symbolic.trees.table_analysis import TableAnalysis
from deterrence.symbolic.trees.unknowns import inside, readable_symbols, told_in_order
from deterrence.words.blocks import Equation, Inline, conjunction, inline_text
from deterrence.words.sentences import listed

#: Longest expectation that a short step writes out, longest simplified one that stands behind
#: it, and longest that stands alone.
_WRITTEN, _SIMPLE, _FORMULA = 72, 36, 72
#: Moves that are told of what would follow a deviation.
_FOLLOWING = 2
#: Longest reason in a sentence.
_REASON = 190
#: Ends of the play that a short step tells, and the longest formula that it has for one.
_ENDS, _CHANCE = 3, 36
_ALWAYS = "whatever the values"
_GIVEN = "whatever the values, given what follows"
_ZERO = Expression.number(0)


@dataclass(frozen=True, eq=False)
class ActionWorth:
    """What an action is worth: written out and simplified, as a quotient, and as a number."""

    label: str
    title: str
    written: Expression
    simple: Expression
    exact: Quotient
    value: Any


class TreeDerivation:
    """Writes the derivation of one equilibrium of a tree.

    ``values`` put numbers beside the symbols; ``exists`` says whether the equilibrium does at
    them.
    """

    def __init__(
        self,
        analysis: TreeAnalysis | TableAnalysis,
        equilibrium: int,
        values: Mapping[str, Any],
        exists: bool | None,
    ) -> None:
        internal = analysis.internal
        self.analysis, self.values, self.exists = analysis, values, exists
        told = analysis.equilibria[equilibrium]
        assert isinstance(told, SymbolicAssessment | SymbolicMixture)
        self.told = told
        self.a = internal.found(equilibrium)
        self.model, self.problem = internal.model, internal.problem
        #: Whether this is a game in strategic form: nobody moves first, nobody learns anything.
        self.is_table = internal.problem.is_table
        self.closed, self.simplifier = internal.closed, internal.simplifier
        self.game, self.patterns = internal.problem.game, internal.closed.patterns
        self.unknowns = internal.closed.unknowns
        algebra = self.unknowns.algebra
        point: Mapping[str, Any] | None = None
        if values and exists is not False:
            point = inside(self.unknowns, {n: values[n] for n in self.problem.symbols})
        elif told.witness is not None:
            point = inside(self.unknowns, told.witness)
        drawn = {n for s in self.game.sets for c in s.chances for n in Expression.of(c).names}
        definitions = self.model.definitions
        self.formulas = Formulas(algebra, {*drawn, *self.unknowns.names}, point, definitions)
        self.order = told_in_order(self.game)
        self.beliefs = Beliefs(self.closed, self.a, lambda q: self.formulas.written(*q))
        self._payoffs: dict[int, list[Expression]] = {}
        self._reached = self._reach()
        self.worth = {s: self._worth(s) for s in self.order if not self.game.sets[s].is_chance}
        self.belief = {s: self._needed_belief(s) for s in self.worth}
        self.symbols = self._symbols()
        self.known = self._known()
        self.solved: set[str] = set()

    # ---- what is known -----------------------------------------------------------------
    def _symbols(self) -> dict[str, str]:
        """Return a readable symbol for every unknown of the equilibrium."""
        names: list[str] = []
        for s in self.order:
            names += [self.unknowns.played[s][k] for k in self.a.supports.get(s, ())[:-1]]
            found = self.belief.get(s)
            names += found.symbols if found is not None else ()
        names = [n for n in dict.fromkeys(names) if n in self.unknowns.names]
        return readable_symbols(names, self.problem.algebra.names)

    def _known(self) -> dict[str, Any]:
        """Return the values, with those of the unknowns that are settled at them."""
        known = with_definitions(self.model, self.values)
        if self.exists is not True:
            return known
        settled = dict(self.a.values)
        for root in self.a.roots:
            value = value_at(self._root(root.name), known)
            if value is not None:
                known[root.name] = value
        for found in self.belief.values():
            if found is not None:
                settled |= dict(zip(found.symbols, found.values, strict=False))
        for _ in range(2):  # beliefs may need mixtures
            for name, q in settled.items():
                value = value_at(self.formulas.written(*q), known)
                if value is not None:
                    known[name] = value
        return known

    def _shown(self, e: Expression) -> Expression:
        """Return a formula in readable symbols."""
        return e.substitute({n: Expression.name(v) for n, v in self.symbols.items()})

    def _with_number(self, e: Expression) -> Inline:
        value = value_at(e, self.known) if e.names else None
        return (self._shown(e), *(() if value is None else (f" = {numeral(value)}",)))

    def _reach(self) -> list[bool]:
        """Say of every node whether the play may come there."""
        reached = [False] * len(self.game.nodes)
        reached[0] = True
        for k, node in enumerate(self.game.nodes):
            if node.set >= 0 and reached[k]:
                for child, p in zip(node.children, self.beliefs.mixture(node.set), strict=True):
                    reached[child] = p != _ZERO
        return reached

    def is_reached(self, s: int) -> bool:
        """Say whether the play may come to a set."""
        return any(self._reached[k] for k in self.game.sets[s].nodes)

    # ---- expectations ------------------------------------------------------------------
    def _payoff(self, player: int) -> list[Expression]:
        """Return what a player expects of the whole play, at every node."""
        if player not in self._payoffs:
            nodes = self.game.nodes
            paid: list[Expression] = []
            for node in nodes:
                before = paid[node.parent] if node.parent >= 0 else _ZERO
                own = self.game.outcomes[node.outcome][player] if node.outcome else _ZERO
                both = before != _ZERO and own != _ZERO
                paid.append(self.formulas.simplified(before + own) if both else before + own)
            expected = paid
            mixes = [self.beliefs.mixture(s) for s in range(len(self.game.sets))]
            for k in reversed(range(len(nodes))):
                if nodes[k].set >= 0:
                    children = (expected[c] for c in nodes[k].children)
                    chances = zip(mixes[nodes[k].set], children, strict=True)
                    expected[k] = mean(chances, self.formulas.simplified)
            self._payoffs[player] = expected
        return self._payoffs[player]

    def _worth(self, s: int) -> dict[int, ActionWorth] | None:
        """Return what the actions of a set are worth; None where that takes an unsaid belief."""
        where = self.game.sets[s]
        player = self.game.player_index(str(where.player))
        payoff = self._payoff(player)
        belief = self.beliefs.at(s)
        wide, fraction = self.closed.wide, self.unknowns.algebra.fraction
        found = {}
        for k, label in enumerate(where.actions):
            if s in self.patterns.open and k not in self.patterns.actions[s]:
                continue
            ends = [payoff[self.game.nodes[n].children[k]] for n in where.nodes]
            settled = s not in self.patterns.open
            if len(set(ends)) > 1 and (settled or belief.kind == "unsaid"):
                return None
            if len(set(ends)) == 1:
                written, exact = ends[0], wide.make(*fraction(ends[0]))
            else:
                chances = zip(belief.chances, ends, strict=True)
                written = mean(chances, self.formulas.simplified)
                terms = [
                    wide.multiply(q, wide.make(*fraction(u)))
                    for q, u in zip(belief.exact, ends, strict=True)
                ]
                exact = wide.total(terms)
            title = self.model.names.action(str(where.player), label)
            simple = self.formulas.simplified(written)
            found[k] = ActionWorth(label, title, written, simple, exact, None)
        return found

    def _needed_belief(self, s: int) -> SetBelief | None:
        """Return the belief at a set where what is best depends on it, else None."""
        where = self.game.sets[s]
        if s not in self.patterns.open:
            return None
        payoff = self._payoff(self.game.player_index(str(where.player)))
        for k in range(len(where.actions)):
            if len({payoff[self.game.nodes[n].children[k]] for n in where.nodes}) > 1:
                return self.beliefs.at(s)
        return None

    # ---- words -------------------------------------------------------------------------
    def who(self, s: int) -> str:
        """Return who moves, with the type."""
        where = self.game.sets[s]
        kind = self._type(s)
        return f"{where.player} ({kind})" if kind else str(where.player)

    def _type(self, s: int) -> str:
        where = self.game.sets[s]
        kinds = self.model.types.get(str(where.player), {})
        return next((t for t in kinds if where.label.endswith(f" ({t})")), "")

    def place(self, s: int) -> str:
        """Return the title of an information set and who moves there."""
        where, kind = self.game.sets[s], self._type(s)
        if self.is_table:
            return str(where.player)
        title = self.model.naming.sets.get(where.label, "")
        if not title:
            return f"{where.player} at {where.label}"
        title = title.removesuffix(f" ({kind})")
        named = str(where.player).casefold() in title.casefold()
        who = ", ".join(filter(None, ("" if named else str(where.player), kind)))
        return f"{title} ({who})" if who else title

    def _briefly(self, s: int) -> str:
        """Return who moves, and where only if he has several moves that are open."""
        own = [t for t in self.patterns.open if self.who(t) == self.who(s)]
        return self.who(s) if len(own) == 1 else self.place(s)

    def _action(self, s: int, k: int) -> str:
        where = self.game.sets[s]
        return self.model.names.action(str(where.player), where.actions[k])

    def verb(self, s: int) -> str:
        """Say what is done at a set, as a predicate."""
        told = [self._action(s, k) for k in self.a.supports[s]]
        return f"plays {told[0]}" if len(told) == 1 else "mixes"

    def moves(self, s: int) -> str:
        """Say what is done at a set."""
        told = [self._action(s, k) for k in self.a.supports[s]]
        return told[0] if len(told) == 1 else f"mixes {listed(told)}"

    # ---- the derivation ----------------------------------------------------------------
    def typeset(self) -> dict[str, str]:
        """Return how the symbols of the equilibrium's unknowns are typeset."""
        stems = (("mu", "\\mu"), ("q", "q"))
        return {
            symbol: f"{tex}_{{{symbol.removeprefix(stem)}}}"
            for symbol in self.symbols.values()
            for stem, tex in stems
            if symbol.startswith(stem)
        }

    def steps(self) -> tuple[DerivationStep, ...]:
        """Return all steps."""
        steps = [self._claim(), *self._notation()]
        for s in self.order if self.is_table else reversed(self.order):
            if not self.game.sets[s].is_chance:
                steps.append(self._at(s))
        return (*steps, *self._solution(), self._conditions(), *self._forward())

    def _claim(self) -> DerivationStep:
        pattern = self.model.names.pattern(self.told.support)
        return DerivationStep("claim", (f"The claim: {self.model.names.full_name(pattern)}.",))

    def _notation(self) -> Iterator[DerivationStep]:
        lines: list[Inline] = []
        brief: list[Inline] = []
        for name, symbol in self.symbols.items():
            s, k = map(int, name[2:].split("_"))
            start = Expression.name(symbol)
            if name.startswith("_q"):
                several = self._briefly(s) != self.who(s)
                at = f" at {self.game.sets[s].label}" if several else ""
                brief.append((start, f" = P({self.who(s)}{at} plays {self._action(s, k)})"))
                lines.append(brief[-1])
            else:
                believer = f"{self.who(s)} believes at {self.game.sets[s].label}"
                lines.append((start, f" = P({self._event(s, k)}), as {believer}"))
        if lines:
            short = chained("", brief) if brief else ()
            yield DerivationStep("claim", chained("Write ", lines), short=short, shortest=short)

    def _event(self, s: int, k: int) -> str:
        """Return what tells one node of a set from the others."""
        where = self.game.sets[s]
        paths = []
        for node in where.nodes:
            path = []
            while node:
                parent = self.game.nodes[node].parent
                t, move = self.game.nodes[parent].set, self.game.nodes[node].move
                path.append((t, move))
                node = parent
            paths.append(path[::-1])
        labels = [[self.game.sets[t].actions[m] for t, m in path] for path in paths]
        shared = set(labels[0]).intersection(*map(set, labels[1:]))
        own = [label for label in labels[k] if label not in shared]
        return ", ".join(own) or history_text(self.game, where.nodes[k])

    # ---- one information set -----------------------------------------------------------
    def _at(self, s: int) -> DerivationStep:
        where = self.game.sets[s]
        support = self.a.supports[s]
        worth = self.worth[s]
        belief = self.belief[s]
        place = self.place(s)
        if s not in self.patterns.open:
            return self._dominated(s, worth)
        if worth is None:
            told = (f"{place}: {self.moves(s)}. Nothing that is said here depends on it.",)
            who = (str(where.player),)
            return DerivationStep(
                "deviation", told, who, self._labels(s), where=where.label, short=told,
                shortest=told,
            )  # fmt: skip
        equations = tuple(
            Equation((f"{w.title} is worth",), "=", self._expectation(w)) for w in worth.values()
        )
        told_belief = () if belief is None else self._belief(s, belief)
        follows, brief = self._follows(s, worth, belief)
        lead: Inline = (f"{place}. ", *told_belief) if told_belief else (f"{place}.",)
        parts: list[str | Expression] = [f"{self._briefly(s)}: "]
        if belief is not None and belief.kind != "prior":
            parts += [*told_belief, " "]
        for n, w in enumerate(worth.values()):
            parts.append(f", {w.title} " if n else f"{w.title} is worth ")
            parts += self._brief(w, len(support) > 1)
        parts += [". ", *follows]
        always = inline_text(follows).endswith(f"{_GIVEN}.")
        return DerivationStep(
            "indifference" if len(support) > 1 else "payoff" if always else "deviation",
            lead,
            (str(where.player),),
            self._labels(s),
            equations,
            conclusion=follows,
            where=where.label,
            short=tuple(parts),
            shortest=(f"{self._briefly(s)}: ", *brief),
        )

    def _dominated(self, s: int, worth: Mapping[int, ActionWorth] | None) -> DerivationStep:
        """Return the step of a set at which one action beats all others."""
        where = self.game.sets[s]
        (move,) = self.a.supports[s]
        told = f"{self.place(s)}: {self._action(s, move)} beats all else, {_ALWAYS}."
        equations: tuple[Equation, ...] = ()
        if worth is not None:
            equations = tuple(
                Equation((f"{w.title} is worth",), "=", self._expectation(w))
                for w in worth.values()
            )
        return DerivationStep(
            "dominance",
            (told,),
            (str(where.player),),
            self._labels(s),
            equations,
            where=where.label,
            short=(told,),
            shortest=(f"{self.who(s)}: ", self.moves(s)),
        )

    def _labels(self, s: int) -> tuple[str, ...]:
        return tuple(self.game.sets[s].actions[k] for k in self.a.supports[s])

    def _expectation(self, w: ActionWorth) -> Inline:
        """Write an expectation out, then simplified, then as a number."""
        written, simple = self._shown(w.written), self._shown(w.simple)
        parts: list[str | Expression] = [written]
        if _is_simpler(simple, written):
            parts += [" = ", simple]
        value = value_at(w.written, self.known) if w.written.names else None
        return (*parts, *(() if value is None else (f" = {numeral(value)}",)))

    def _brief(self, w: ActionWorth, mixed: bool) -> Inline:
        """Write an expectation as far as it is short; of a mixture's only the equation matters."""
        written, simple = self._shown(w.written), self._shown(w.simple)
        value = value_at(w.written, self.known) if w.written.names else None
        parts: list[str | Expression] = []
        if len(str(written)) <= _WRITTEN:
            parts = [written]
        longest = 0 if parts and mixed else _SIMPLE if parts else _FORMULA
        if len(str(simple)) <= longest and (not parts or _is_simpler(simple, written)):
            parts += [" = ", simple] if parts else [simple]
        if not parts:
            return (decimal_of(value),) if value is not None else ("a long formula",)
        return (*parts, *(() if value is None else (f" = {decimal_of(value)}",)))

    def _belief(self, s: int, belief: SetBelief) -> Inline:
        """Say what is believed, and where that comes from."""
        if self.is_table:
            return ()
        if belief.kind == "prior":
            return ("Nothing has been learnt about the other side.",)
        if belief.kind == "unsaid":
            return ("Nothing that is played leads there, and any belief will do.",)
        parts: list[str | Expression] = []
        if belief.kind == "free":
            parts.append("Nothing that is played leads there, so Bayes' rule leaves open ")
            for n, name in enumerate(belief.symbols):
                if name in self.symbols:
                    event = self._event(*map(int, name[2:].split("_")))
                    parts += [", " if n else "", Expression.name(self.symbols[name])]
                    parts.append(f" = P({event})")
            told = [f for name in belief.symbols for f in self._freedoms(name)]
            for n, f in enumerate(told):
                parts += ["; " if n else "; it has to be ", *self._range(f)]
            return (*parts, ".")
        if belief.symbols:
            parts.append("By Bayes' rule ")
            rows = zip(belief.symbols, belief.fractions, belief.values, strict=True)
            for n, (name, fraction, value) in enumerate(rows):
                simple = self._shown(self.formulas.written(*value))
                event = self._event(*map(int, name[2:].split("_")))
                parts += [", " if n else "", Expression.name(self.symbols[name])]
                parts.append(f" = P({event}) = ")
                written = None if fraction is None else self._shown(fraction)
                parts.append(simple if written is None else written)
                number = value_at(Expression.name(name), self.known)
                parts += [f" = {numeral(number)}"] if number is not None else []
            return (*parts, ".")
        sure = [k for k, e in enumerate(belief.chances) if e == Expression.number(1)]
        if sure:
            return (f"By Bayes' rule it is sure of: {self._event(s, sure[0])}.",)
        told_chances = [(k, e) for k, e in enumerate(belief.chances) if e != _ZERO]
        parts.append("By Bayes' rule ")
        for n, (k, e) in enumerate(told_chances[:-1]):
            parts += ["; " if n else "", f"P({self._event(s, k)}) = ", *self._with_number(e)]
        return (*parts, ".")

    def _freedoms(self, name: str) -> list[Freedom]:
        """Return the ranges of an open unknown."""
        theirs = readable_symbols(self.a.free, self.problem.algebra.names)
        return [f for f in self.told.freedoms if f.symbol == theirs.get(name)]

    def _range(self, f: Freedom) -> Inline:
        """Say in which range something open has to lie."""
        theirs = readable_symbols(self.a.free, self.problem.algebra.names)
        mine = {theirs[n]: Expression.name(v) for n, v in self.symbols.items() if n in theirs}
        parts: list[str | Expression] = []
        sides = [("at least ", f.lower, 0), ("at most ", f.upper, 1)]
        if f.value is not None:
            sides = [("equal to ", (f.value,), -1)]
        for word, ends, trivial in sides:
            told = [e for e in ends if e != Expression.number(trivial)]
            for n, e in enumerate(told):
                parts += [" and " if parts else "", word if not n else "", e.substitute(mine)]
                number = value_at(e, self.known) if e.names else None
                parts += [f" = {numeral(number)}"] if number is not None else []
        parts = parts or ["anything from 0 to 1"]
        return (*parts, " where ", *conjunction(f.where, "")) if f.where else tuple(parts)

    # ---- what follows ------------------------------------------------------------------
    def _follows(
        self, s: int, worth: Mapping[int, ActionWorth], belief: SetBelief | None
    ) -> tuple[Inline, Inline]:
        """Return what follows from the worth of actions, in full and in a few words."""
        first, *others = self.a.supports[s]
        parts: list[str | Expression] = []
        if others:
            parts += self._equal(s, worth, belief)
        conditions: list[Inline] = []
        for k in worth:
            if k not in self.a.supports[s]:
                conditions.append(self._condition(worth[first].exact, worth[k].exact))
        told = list(dict.fromkeys(c for c in conditions if c != (_ALWAYS,)))
        name = worth[first].title
        if not others or told:
            parts += [
                " " if parts else "",
                f"{name} is best" if not others else f"{name} is as good",
            ]
            parts += [" iff "] if told else [f" {_GIVEN}"]
            for n, c in enumerate(told):
                parts += [" and " if n else "", *c]
            parts.append(".")
        return tuple(parts), self._numbers_against(s, worth)

    def _numbers_against(self, s: int, worth: Mapping[int, ActionWorth]) -> Inline:
        support = self.a.supports[s]
        values = {k: value_at(w.written, self.known) for k, w in worth.items()}
        if len(support) > 1 or values.get(support[0]) is None:
            return (self.moves(s),)
        rest = [v for k, v in values.items() if k not in support and v is not None]
        if not rest:
            return (self.moves(s),)
        return (
            f"{self.moves(s)}, {decimal_of(values[support[0]])} against {decimal_of(max(rest))}",
        )

    def _equal(
        self, s: int, worth: Mapping[int, ActionWorth], belief: SetBelief | None
    ) -> Iterator[str | Expression]:
        """Say that what is played is worth the same, and what that settles."""
        first, *others = self.a.supports[s]
        yield f"{'Both' if len(others) == 1 else 'All played'} are worth the same"
        waiting: set[str] = set()
        for k in others:
            p, _ = self.closed.wide.subtract(worth[first].exact, worth[k].exact)
            waiting |= self.unknowns.unknowns_in(p)
        waiting -= self.solved
        if len(others) == 1 and belief is not None and len(belief.values) == 1:
            yield from self._belief_needed(worth[first], worth[others[0]], belief.symbols[0])
        new = [n for n in self.symbols if n in waiting and n in self.a.values]
        free = [n for n in waiting if n not in self.a.values]
        if len(new) == 1 and not free:
            self.solved.add(new[0])
            yield ", so "
            yield from self._solution_of(new[0])
        yield "."

    def _belief_needed(
        self, one: ActionWorth, other: ActionWorth, symbol: str
    ) -> Iterator[str | Expression]:
        """Say which belief makes two actions equally good, where the equation says it alone."""
        algebra = self.unknowns.algebra
        gap, _ = algebra.fraction(one.written - other.written)
        if self.unknowns.unknowns_in(gap) != {symbol}:
            return
        k = algebra.names.index(symbol)
        if gap.degrees()[k] != 1:
            return
        slope = gap.diff(algebra.ring.gens[k])
        rest = gap - slope * algebra.ring.gens[k]
        value = self.formulas.written(-rest, slope)
        yield ", so "
        yield Expression.name(self.symbols[symbol])
        yield " = "
        yield from self._with_number(value)

    def _solution_of(self, name: str) -> Iterator[str | Expression]:
        yield Expression.name(self.symbols[name])
        yield " = "
        low = self.closed.lowered(self.a.values[name])
        if low is None:
            yield from self._with_number(self.formulas.written(*self.a.values[name]))
            return
        closed = self.formulas.written(*self.a.values[name])
        value = value_at(closed, self.known) if closed.names else None
        yield closed
        if value is not None:
            yield f" = {numeral(value)}"

    def _root(self, name: str) -> Expression:
        """Return an unknown that is a root of a quadratic in closed form."""
        s, k = map(int, name[2:].split("_"))
        where = self.game.sets[s]
        own: Any = self.told.profile[str(where.player)]
        mix: Mapping[str, Expression] = own if self.is_table else own[where.label]
        return mix[where.actions[k]]

    def _condition(self, better: Quotient, worse: Quotient) -> Inline:
        """Return when one quotient is at least another, the unknowns' closed forms put in."""
        gap = self._put_in(self.closed.wide.subtract(better, worse))
        low = self.closed.lowered(gap)
        if low is None:
            e = self._shown(self.formulas.written(*gap))
            return (Expression("compare", (">=",), e, _ZERO),)
        if not low[0]:
            return (_ALWAYS,)
        conditions = self.simplifier.conjunction([Literal(low[0] * low[1], ">=")])
        if conditions is None:
            return ("never",)
        written = [self.formulas.condition(self.simplifier.written(c)) for c in conditions]
        return conjunction(written, _ALWAYS)

    def _put_in(self, q: Quotient) -> Quotient:
        top, bottom = (self.closed.quotient(self.a, p.set_ring(self.unknowns.ring)) for p in q)
        result: Quotient = self.closed.wide.divide(top, bottom)
        return result

    # ---- all together ------------------------------------------------------------------
    def _solution(self) -> Iterator[DerivationStep]:
        lines = list(self._roots())
        for name, symbol in self.symbols.items():
            if name in self.a.values and name not in self.solved:
                _, _, *value = self._solution_of(name)
                lines.append(Equation((Expression.name(symbol),), "=", tuple(value)))
        if lines:
            told: list[str | Expression] = ["The equations together give "]
            for n, line in enumerate(lines):
                told += [", " if n else "", *line.lhs, " = ", *line.rhs]
            yield DerivationStep(
                "solution",
                ("Solving the equations:",),
                equations=tuple(lines),
                short=(*told, "."),
            )

    def _roots(self) -> Iterator[Equation]:
        """Yield the unknowns that are roots of quadratics, with the equations."""
        for root in self.a.roots:
            equation = self._shown(self.formulas.written(root.poly, root.poly.ring.one))
            closed = self._root(root.name)
            value = value_at(closed, self.known) if closed.names else None
            number = () if value is None else (f" = {numeral(value)}",)
            symbol = Expression.name(self.symbols.get(root.name, root.name))
            yield Equation((symbol,), "=", (closed, *number, ", a root of ", equation, " = 0"))

    def _conditions(self) -> DerivationStep:
        told: list[str | Expression] = ["All inequalities together, each probability between "]
        told += ["0 and 1: the equilibrium exists "]
        told += ["iff "] if self.told.conditions else []
        told += conjunction([*map(self.formulas.condition, self.told.conditions)], _ALWAYS)
        told += [" (whether that can be is open)"] if self.told.proof == "unknown" else []
        numbers = comparisons_at(self.told.conditions, self.values)
        if numbers and len(numbers) == len(self.told.conditions):
            told.append(f": here {listed(numbers)}")
        told.append(".")
        seen = {f for s in self.belief if (b := self.belief[s]) for n in b.symbols
                for f in self._freedoms(n)}  # fmt: skip
        for name, symbol in self.symbols.items():
            for f in self._freedoms(name):
                if f not in seen:
                    told += [" Open is ", Expression.name(symbol), ": ", *self._range(f), "."]
        return DerivationStep("condition", tuple(told))

    def _forward(self) -> Iterator[DerivationStep]:
        """Say what happens, from the first move on, and how likely every end is."""
        play = [s for s in self.order if s in self.patterns.open and self.is_reached(s)]
        moves = [f"{self.who(s)}: {self.moves(s)}" for s in play]
        lines = [
            Equation((f"P({self.model.titles.get(o) or o})",), "=", told)
            for o, told in self._ends()
        ]
        reason = f"{'Played' if self.is_table else 'Forward again'}: {'; '.join(moves)}."
        if not moves:
            reason = "So every move is settled."
        if not lines:
            reason += " How likely the ends are depends on what is open."
        brief = [line for line in lines if len(inline_text(line.rhs)) <= _CHANCE]
        short: list[str | Expression] = [reason]
        for n, line in enumerate(brief[:_ENDS]):
            short += ["; " if n else " So ", *line.lhs, " = ", *line.rhs]
        short += ["."] if brief else []
        yield DerivationStep(
            "outcome", (reason,), equations=tuple(lines), short=tuple(short), shortest=()
        )

    def _ends(self) -> Iterator[tuple[str, Inline]]:
        """Yield the ends of the play with their probabilities."""
        if self.a.roots:
            for o, e in self.told.outcomes.items():
                yield o, self._chance(e)
            return
        ring = self.unknowns.algebra.ring
        for o, q in ({} if self.told.is_open else self.closed.outcomes(self.a)).items():
            if q[0]:
                yield o, self._chance(self.formulas.written(*(p.set_ring(ring) for p in q)))

    def _chance(self, e: Expression) -> Inline:
        value = value_at(e, self.known) if e.names and self.exists else None
        return (e, *(() if value is None else (f" = {numeral(value)}",)))

    # ---- the reason in a sentence ------------------------------------------------------
    def why(self) -> Inline:
        """Return the reason in a sentence: what whoever moves first gains by the move."""
        open_sets = [s for s in self.order if s in self.patterns.open and self.is_reached(s)]
        parts: list[str | Expression] = []
        for s in open_sets[:2]:
            told = self._reason(s)
            if told and len(inline_text((*parts, *told))) < _REASON:
                parts += [" " if parts else "", *told]
        return tuple(parts)

    def _reason(self, s: int) -> Inline:
        worth = self.worth[s]
        if worth is None:
            return ()
        known = self.known if self.exists else {}
        values = {k: value_at(w.written, known) for k, w in worth.items()}
        support = self.a.supports[s]
        first = support[0]
        who = self.who(s)
        if len(support) > 1:
            names = listed([worth[k].title for k in support])
            value = values[first]
            level = "" if value is None else f", {decimal_of(value)}"
            return (f"{who} mixes, for {names} are worth the same to it{level}.",)
        others = [k for k in worth if k != first]
        if not others:
            return ()
        best = max(others, key=lambda k: (values[k] is not None, values[k] or 0))
        after, own = self._following(s, best), self._following(s, first)
        met = f" (then {after})" if after else ""
        then = f" (then {own})" if own and not after else ""
        if values[first] is None or values[best] is None:
            condition = self._condition(worth[first].exact, worth[best].exact)
            start = f"{who} gains nothing by {worth[best].title} instead of {worth[first].title}"
            if condition == (_ALWAYS,):
                return (f"{start}{met}.",)
            return (f"{start} iff ", *condition, f"{met}.")
        return (
            f"{who} expects {decimal_of(values[first])} from {worth[first].title}{then} and "
            f"{decimal_of(values[best])} from {worth[best].title}{met}.",
        )

    def _following(self, s: int, move: int) -> str:
        """Say what the others would do after a move, where they know of it."""
        if self.is_table:
            return ""
        reached = [False] * len(self.game.nodes)
        found: list[int] = []
        for k in self.game.sets[s].nodes:
            reached[self.game.nodes[k].children[move]] = True
        for k, node in enumerate(self.game.nodes):
            if node.set < 0 or not reached[k]:
                continue
            if self.game.sets[node.set].player not in (None, self.game.sets[s].player):
                found.append(node.set)
            for child, p in zip(node.children, self.beliefs.mixture(node.set), strict=True):
                reached[child] = reached[child] or p != _ZERO
        told = [f"{self.who(t)} {self.verb(t)}" for t in dict.fromkeys(found)]
        more = len(told) - _FOLLOWING
        told = told[:_FOLLOWING]
        return "; ".join(told) + (" and so on" if more > 0 else "")


def _is_simpler(simple: Expression, written: Expression) -> bool:
    """Say whether a formula is worth being told behind another."""
    one, other = str(simple), str(written)
    return one != other and len(one) <= len(other)


def dominance(analysis: TreeAnalysis | TableAnalysis) -> Sequence[DerivationStep]:
    """Return the steps of dominance."""
    return tuple(
        DerivationStep("deviation", (f"{step}, whatever else holds: it is never played.",))
        for step in analysis.dominated
    )
