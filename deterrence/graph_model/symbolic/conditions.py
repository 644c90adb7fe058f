"""Where states are stable, in closed form: conditions between parameters, with proofs.

Exact on the boundaries: a tie is no improvement, and sanctions.  Parameters that are fixed are
numbers, all others symbols; derived parameters are symbols of their own.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> conflict = conflict_of(load_model("asymmetric-bipolarity"))
>>> found = conditions(conflict, ["seq", "l2"], values={"r_R": 0, "r_N": 0})
>>> print(found.of("seq", 0).text)
k_R < l_R and k_N < l_N
>>> print(found.of("l2", 2, "Russia").text)
always
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from deterrence.algebra.expressions import Expression, joined
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement, linear, occurring, substitute
from deterrence.errors import IncompleteError, UnsupportedError
from deterrence.graph_model.coalitions import stable as jointly
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import Conflict, ranked
from deterrence.graph_model.look_ahead import limited
from deterrence.graph_model.symbolic.circuits import Circuits, SignTerm, comparison
from deterrence.graph_model.symbolic.covering import Cover, Covers
from deterrence.graph_model.symbolic.formulas import PayoffComparisons, StabilityFormulas
from deterrence.graph_model.symbolic.problem import problem_of_conflict, simplifier_of
from deterrence.graph_model.symbolic.sign_questions import SignQuestions
from deterrence.limits import work
from deterrence.modelfile.parameter_values import Value
from deterrence.proving.conditions import Simplifier
from deterrence.proving.covers import Alternatives, in_words
from deterrence.symbolic.definitions import Definitions, definitions_of
from deterrence.symbolic.results import PlainResult, ProofStatus

#: Work seconds for all conditions of a conflict.
EFFORT = 60.0
#: Comparisons beyond which a condition is said to be long, and is not written at all.
LONG, MAX_WRITTEN = 24, 2_000
#: Notions that have conditions, of players and of coalitions (``l1`` is ``nash``).
SYMBOLIC = (*CONCEPTS, "l1", "l2")
OF_COALITIONS = {"cnash": "nash", "cgmr": "gmr", "csmr": "smr", "cseq": "seq"}

VALUES_ONLY = "decided at values only"


@dataclass(frozen=True, eq=False, repr=False)
class StateCondition(PlainResult):
    """Where a state is stable.

    ``when`` is a disjunction of conjunctions, ``((),)`` always, ``()`` never; what is shorter so
    is one conjunction of disjunctions.  Where ``proof`` is ``unknown`` it is sufficient, and there
    may be more.  ``note`` says what else there is to know, such as that it is long.
    """

    when: Alternatives
    proof: ProofStatus = "proven"
    note: str = ""

    @property
    def text(self) -> str:
        """The condition as one line: ``always``, ``never``, or ``a > b and c >= d or ...``."""
        if self.proof == "proven":
            return in_words(self.when)
        least = f"; at least where {in_words(self.when)}" if self.when else ""
        return f"{self.note or 'not decided'}{least}"

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Say whether the condition holds at values of all its parameters."""
        return any(all(c.evaluate(values) for c in term) for term in self.when)


#: Of whom it is asked whether a state is stable: of a player, of a coalition, of all players.
Asked = str | tuple[str, ...] | None


@dataclass(frozen=True, eq=False, repr=False)
class Conditions(PlainResult):
    """Where states of a conflict are stable, under which notion and for whom.

    ``table`` has the conditions by notion, state (from 0) and player; None stands for all.
    ``sometimes`` has those of ``l2`` if ties are broken in favour of the state, where they differ.
    """

    model: str
    symbols: tuple[str, ...]
    assumptions: tuple[Expression, ...]
    table: Mapping[tuple[str, int, Asked], StateCondition]
    sometimes: Mapping[tuple[str, int, Asked], StateCondition]
    messages: tuple[str, ...] = ()

    def of(self, concept: str, state: int, player: Asked = None) -> StateCondition:
        """Return where a state is stable for a player (None: for all), at ties for certain."""
        return self.table[concept, state, player]

    def sometimes_of(self, concept: str, state: int, player: Asked = None) -> StateCondition:
        """Return where a state is stable if ties are broken in favour of that."""
        key = concept, state, player
        return self.sometimes.get(key, self.table[key])

    @property
    def proven(self) -> bool:
        """Whether all conditions are."""
        return all(c.proof == "proven" for c in self.table.values())


def conditions(
    conflict: Conflict,
    concepts: Sequence[str] = ("nash", "seq", "gmr", "smr"),
    *,
    values: Mapping[str, Value] | None = None,
    states: Iterable[int] | None = None,
    coalitions: Sequence[Sequence[str]] = (),
    isolate: str = "",
    effort: float = EFFORT,
) -> Conditions:
    """Return where states are stable.

    ``concepts`` are of :data:`SYMBOLIC`, and, of ``coalitions``, of :data:`OF_COALITIONS` (joint
    improvements; sanctions by moves that each of the others wants).  ``states`` are positions,
    default all.  ``values`` puts numbers in for some parameters; ``isolate`` names a parameter
    that conditions are solved for.  What is not decided within ``effort`` (work seconds) is
    unknown.

    Raises :class:`UnsupportedError` for notions without conditions, :class:`UsageError` for
    assumptions that contradict each other.
    """
    derived = StabilityConditions(conflict, values=values, isolate=isolate, effort=effort)
    chosen = range(len(conflict.states)) if states is None else list(states)
    table: dict[tuple[str, int, Asked], StateCondition] = {}
    sometimes: dict[tuple[str, int, Asked], StateCondition] = {}
    whom: list[Asked] = [*conflict.players, None]
    groups = [tuple(group) for group in coalitions]
    for concept, state in itertools.product(concepts, chosen):
        for asked in groups if concept in OF_COALITIONS else whom:
            table[concept, state, asked] = derived.of(concept, state, asked)
            if concept == "l2":
                sometimes[concept, state, asked] = derived.of("l2-sometimes", state, asked)
    return Conditions(
        conflict.model.name,
        derived.problem.symbols,
        derived.problem.assumptions,
        table,
        sometimes,
    )


class StabilityConditions:
    """Derives conditions of one conflict, one by one; what was learned serves the next.

    Arguments are those of :func:`conditions`.
    """

    def __init__(
        self,
        conflict: Conflict,
        *,
        values: Mapping[str, Value] | None = None,
        isolate: str = "",
        effort: float = EFFORT,
    ) -> None:
        self.conflict, self.isolate = conflict, isolate
        self._values, self._deadline = values, work.now() + effort
        self.problem = problem_of_conflict(conflict, values)
        self._written: dict[int, StateCondition] = {}
        self._numbers: dict[tuple[str, tuple[int, ...]], Any] = {}

    @cached_property
    def simplifier(self) -> Simplifier:
        """What knows the signs that the assumptions fix, and writes conditions."""
        return simplifier_of(self.conflict, self.problem, self._deadline)

    @cached_property
    def asked(self) -> SignQuestions:
        """What decides formulas over signs."""
        return SignQuestions(self.simplifier)

    @property
    def circuits(self) -> Circuits:
        """The formulas."""
        return self.asked.circuits

    @cached_property
    def formulas(self) -> StabilityFormulas:
        """What it means that a state is stable."""
        return StabilityFormulas(self.conflict.graph, PayoffComparisons(self.problem, self.asked))

    @cached_property
    def covers(self) -> Covers:
        """Formulas as short conjunctions."""
        return Covers(self.asked)

    @cached_property
    def _definitions(self) -> Definitions | None:
        """What derived parameters are made of, if there are any."""
        return definitions_of(self.problem, self.conflict.model, self._values, self._deadline)

    def of(self, concept: str, state: int, player: Asked = None) -> StateCondition:
        """Return where a state is stable for a player, or for all."""
        plain = OF_COALITIONS.get(concept, {"l1": "nash"}.get(concept, concept))
        if plain not in (*SYMBOLIC, "l2-sometimes"):
            raise UnsupportedError(
                f"{concept} has no condition in closed form",
                remedy=f"ask at values, or for one of {', '.join(SYMBOLIC)}",
            )
        if plain.startswith("l2") and len(self.conflict.players) != 2:
            raise UnsupportedError(
                f"a look ahead needs two players; {self.conflict.model.name} has "
                f"{len(self.conflict.players)}",
                remedy="form two sides (--sides A+B:C)",
            )
        names = (player,) if isinstance(player, str) else player or self.conflict.players
        members = [self.conflict.player(n) for n in names]
        if self._ranks is not None:
            groups = [members] if player is not None else [[i] for i in members]
            holds = all(self._stable(plain, group)[state] for group in groups)
            return StateCondition(((),) if holds else ())
        try:
            if player is None:
                return self.condition(self.formulas.equilibrium(plain, state))
            return self.condition(self.formulas.of(plain, state, members))
        except IncompleteError:
            return StateCondition((), "unknown", VALUES_ONLY)

    @cached_property
    def _ranks(self) -> Any:
        """How the players rank the states, where payoffs are numbers, else None."""
        payoffs = self.problem.payoffs
        if any(u.names for own in payoffs for u in own):
            return None
        return ranked([[u.evaluate({}) for u in own] for own in payoffs])

    def _stable(self, concept: str, members: Sequence[int]) -> Any:
        """Return which states are stable where payoffs are numbers."""
        key = concept, tuple(members)
        if key not in self._numbers:
            graph = self.conflict.graph
            if concept.startswith("l2"):
                both = limited(graph, self._ranks, 2)
                self._numbers[key] = both[concept != "l2"][members[0]]
            elif len(members) == 1:
                self._numbers[key] = stable(graph, self._ranks, concept)[members[0]]
            else:
                self._numbers[key] = jointly(graph, self._ranks, f"c{concept}", members)
        return self._numbers[key]

    def condition(self, node: int) -> StateCondition:
        """Return a formula as a condition that people read."""
        if node not in self._written:
            self._written[node] = self._condition(node)
        return self._written[node]

    def between(self, node: int, outside: int, *, off_ties: bool = False) -> StateCondition:
        """Return where a formula holds if, of it and another one, one always does.

        With ``off_ties`` only where no two payoffs are equal.
        """
        cover = self._reached(self.covers.between(node, outside, off_ties=off_ties))
        note = "" if cover.proven else "not decided within the time"
        return StateCondition(
            self._alternatives(cover), "proven" if cover.proven else "unknown", note
        )

    def _condition(self, node: int) -> StateCondition:
        cover = self._reached(self.covers.of(node))
        if cover.proven and (len(cover.terms) < 2 or all(len(t) == 1 for t in cover.terms)):
            return self._told(self._alternatives(cover), cover.size)
        parts = self._parts(node)
        size = sum(part.size for part in parts)
        if all(part.proven for part in parts) and (not cover.proven or size < cover.size):
            return self._told((tuple(itertools.chain(*map(self._clause, parts))),), size)
        if cover.proven:
            return self._told(self._alternatives(cover), cover.size)
        count = self.circuits.count(node)
        if count <= MAX_WRITTEN:
            return self._told(((self._whole(node),),), count)
        return StateCondition(self._alternatives(cover), "unknown", VALUES_ONLY)

    def _told(self, when: Alternatives, size: int) -> StateCondition:
        return StateCondition(when, "proven", f"{size} comparisons" if size > LONG else "")

    def _parts(self, node: int) -> list[Cover]:
        """Return covers of what holds together, without what the others imply."""
        kind, *rest = self.circuits.part(node)
        kept: list[int] = list(rest) if kind == "and" else [node]
        for part in sorted(kept, key=self.circuits.count, reverse=True):
            others = [p for p in kept if p != part]
            outside = self.circuits.negated(part)
            if others and self.asked.decide([*others, outside]).verdict == "impossible":
                kept = others
        return [self.covers.of(p) for p in kept]

    def _reached(self, cover: Cover) -> Cover:
        """Drop conjunctions that no values of the ingredients of derived parameters reach."""
        made = self._definitions
        if made is None or not cover.terms or not all(cover.terms):
            return cover
        kept = []
        for term in cover.terms:
            inside = [Literal(made.put_in(x.poly), x.sign) for x in self._literals(term)]
            if made.prover.decide(inside).verdict != "impossible":
                kept.append(term)
        return Cover(tuple(kept), cover.proven)

    def witness(
        self, node: int, *, reached: bool = True
    ) -> tuple[bool | None, Mapping[str, Fraction] | None]:
        """Return whether a formula can hold (None: unknown), and a point at which it does.

        If it is to be ``reached`` the point has values of the ingredients of derived parameters,
        too, which otherwise are not asked about.
        """
        answer = self.asked.decide([node])
        if answer.verdict != "possible":
            return (False if answer.verdict == "impossible" else None), None
        term = dict(answer.term or {})
        if answer.column >= 0:
            signs = self.asked.signs_at(answer.column, self.circuits.support(node))
            term = self.circuits.implicant([node], signs)
        literals = self._literals(term)
        if self._definitions is None or not reached:
            decision = self.asked.prover.decide(literals)
        else:
            decision = self._definitions.decide([(lit,) for lit in literals])
        if decision.verdict == "impossible" and len(term) < len(self.circuits.support(node)):
            return None, None  # another way to the formula may be left
        return {"possible": True, "impossible": False}.get(decision.verdict), decision.witness

    # ---- for people --------------------------------------------------------------------
    def _literals(self, term: SignTerm) -> list[Literal]:
        variables = sorted(term, key=self.covers.reading)
        return self.asked.literals({v: term[v] for v in variables})

    def _term(self, term: SignTerm) -> tuple[Expression, ...]:
        """Return conditions that hold together; numbers that parameters equal are put in."""
        literals = self._literals(term)
        known = {lit: own for lit in literals if (own := _number(lit)) is not None}
        return tuple(
            self.simplifier.literal(part, self.isolate)
            for lit in literals
            for part in ([lit] if lit in known else self._beside(lit, known.values()))
        )

    def _beside(
        self, literal: Literal, known: Iterable[tuple[int, RingElement, RingElement]]
    ) -> list[Literal]:
        """Return what a literal says where some parameters are numbers, if that is shorter."""
        rest = literal.poly
        for k, top, bottom in known:
            rest = substitute(rest, k, top, bottom)
        if rest == literal.poly:
            return [literal]
        found = self.simplifier.condition(Literal(rest, literal.sign))
        if found is None or any(len(clause) > 1 for clause in found):
            return [literal]
        return [clause[0] for clause in found]

    def _alternatives(self, cover: Cover) -> Alternatives:
        """Return conjunctions as people read them; what all of them have comes first, once."""
        terms = cover.terms
        common = dict(set.intersection(*(set(t.items()) for t in terms))) if terms else {}
        if len(terms) < 2 or not common:
            return tuple(map(self._term, terms))
        rest = [{v: own for v, own in t.items() if v not in common} for t in terms]
        ways = Expression("or", *(joined("and", self._term(t)) for t in rest))
        return ((*self._term(common), ways),)

    def _clause(self, cover: Cover) -> tuple[Expression, ...]:
        terms = self._alternatives(cover)
        if len(terms) == 1:
            return terms[0]
        return (Expression("or", *(joined("and", t) for t in terms)),)

    def _whole(self, node: int) -> Expression:
        """Return a formula as it is."""
        kind, *rest = self.circuits.part(node)
        if kind != "literal":
            return joined(kind, [self._whole(n) for n in rest])
        v, signs = rest
        sign = comparison(signs, self.circuits.possible[v])
        return self.simplifier.literal(Literal(self.asked.polys[v], sign), self.isolate)


def _number(literal: Literal) -> tuple[int, RingElement, RingElement] | None:
    """Return a parameter's place and its number, as a quotient, if a literal equates them."""
    places = occurring(literal.poly)
    if literal.sign != "==" or len(places) != 1:
        return None
    (k,) = places
    parts = linear(literal.poly, k)
    if parts is None:
        return None
    slope, rest = parts
    return (k, -rest, slope) if slope.LC > 0 else (k, rest, -slope)
