"""The results over all parameter values, each with one condition.

Equilibria that lead to the same distribution over outcomes are one result.  It exists where one
of them does; that disjunction is made as short as can be proven.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError
from deterrence.game.pattern_names import called, result_name
from deterrence.proving.shorter_conditions import LiteralTerm, shorter, terms_of
from deterrence.symbolic.families import FoundFamily
from deterrence.symbolic.found import FoundEquilibrium
from deterrence.symbolic.results import PlainResult, Regime, SymbolicEquilibrium, as_data
from deterrence.symbolic.solved import SolvedGame

_ZERO = Expression.number(0)
#: Literals by which a condition may be longer to be exact on its boundaries, too.
_TIES = 2


@dataclass(frozen=True, eq=False, repr=False)
class PossibleResult(PlainResult):
    """A result that some parameter values have, and the condition for it.

    ``terms`` is a disjunction of conjunctions; ``boundaries`` says whether it is exact on its
    own boundaries, too.  ``chances`` are formulas, empty where something is left open.
    ``patterns`` are the numbers and names of the equilibria behind it, ``equilibria`` and
    ``families`` their ids; ``published`` the names that the literature has for them.
    ``share`` is the part of the declared ranges in which it is possible, ``share_error`` a
    bound of its standard error (0 where exact).
    """

    name: str
    chances: Mapping[str, Expression]
    terms: tuple[tuple[Expression, ...], ...]
    boundaries: bool
    patterns: tuple[tuple[int | None, str], ...]
    published: tuple[str, ...]
    measures: Mapping[str, Expression | None]
    equilibria: tuple[int, ...] = ()
    families: tuple[int, ...] = ()
    share: float | None = None
    share_error: float | None = None

    @property
    def called(self) -> str:
        """The name of the equilibrium behind a lottery, if it is one and short, else the name."""
        return called(self.name, list(self.chances), (name for _, name in self.patterns))

    def chances_at(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the outcomes with their probabilities at values, None where it cannot be said."""
        try:
            found = {o: e.evaluate(values) for o, e in self.chances.items()}
        except ExpressionError:
            return None
        return {o: p for o, p in found.items() if p != 0}

    def to_dict(self) -> dict[str, Any]:
        """Return the result in the JSON contract's form."""
        rest = super().to_dict()
        patterns = [{"number": number, "name": name} for number, name in self.patterns]
        first = {"name": rest.pop("name"), "called": self.called, "outcomes": rest.pop("chances")}
        first["conditions"] = rest.pop("terms")
        return {**first, **rest, "patterns": as_data(tuple(patterns))}


def possible_results(
    internal: SolvedGame[Any],
    equilibria: Sequence[SymbolicEquilibrium],
    regimes: Sequence[Regime],
    isolate: str = "",
) -> tuple[PossibleResult, ...]:
    """Return the results that exist on open sets of parameter values, in the order of the file."""
    model = internal.model
    known = list(model.naming.outcomes)
    position = {id(found): k for k, found in enumerate(internal.pairs)}
    groups: dict[Any, list[tuple[int, FoundFamily[Any]]]] = {}
    for k, family in enumerate(internal.families):
        first = equilibria[position[id(family.essential[0])]]
        groups.setdefault(_key(first) or k, []).append((k, family))
    found = []
    for key, members in groups.items():
        ids = [position[id(pair)] for _, f in members for pair in f.pairs]
        thin = [e.id for e in equilibria if e.boundary and _key(e) == key]
        first = equilibria[position[id(members[0][1].essential[0])]]
        terms, exact = _condition(internal, members, [internal.found(k) for k in thin])
        written = tuple(
            tuple(internal.simplifier.literal(lit, isolate) for lit in term) for term in terms
        )
        families = tuple(k for k, _ in members)
        share, error = _share(families, regimes)
        names = model.names
        patterns = [names.pattern(equilibria[k].support) for k in ids]
        chances = {o: e for o, e in first.outcomes.items() if e != _ZERO}
        found.append(
            PossibleResult(
                name=result_name(list(chances), model.titles, known=known) if chances else "open",
                chances=chances,
                terms=((),) if not all(written) else written,
                boundaries=exact,
                patterns=tuple(
                    dict.fromkeys((e.number, e.name) for e in (equilibria[k] for k in ids))
                ),
                published=tuple(dict.fromkeys(filter(None, map(names.published_name, patterns)))),
                measures=first.measures,
                equilibria=tuple(ids),
                families=families,
                share=share,
                share_error=error,
            )
        )
    found.sort(key=lambda r: (len(r.chances), [known.index(o) for o in r.chances if o in known]))
    return tuple(found)


def _key(e: SymbolicEquilibrium) -> tuple[tuple[str, str], ...]:
    """Return the distribution over outcomes, to compare; empty where something is open."""
    if e.is_open:
        return ()
    return tuple(sorted((o, str(p)) for o, p in e.outcomes.items() if p != _ZERO))


def _condition(
    internal: SolvedGame[Any],
    members: Sequence[tuple[int, FoundFamily[Any]]],
    thin: Sequence[FoundEquilibrium],
) -> tuple[list[LiteralTerm], bool]:
    """Return where one of the equilibria exists, and whether that is exact on its boundaries."""
    pairs = [pair for _, family in members for pair in family.pairs]
    branches = [b.conditions for pair in (*pairs, *thin) for b in (*pair.branches, *pair.extra)]
    terms = terms_of(branches)
    whole = shorter(internal.prover, terms)
    region = [term for _, family in members for term in family.region]
    off = shorter(internal.prover, region)
    if whole and sum(map(len, whole)) <= sum(map(len, off)) + _TIES:
        return whole, True
    return off, False


def _share(families: Sequence[int], regimes: Sequence[Regime]) -> tuple[float | None, float | None]:
    """Return the share of the regimes in which one of the families exists, and its error."""
    own = [r for r in regimes if set(r.families) & set(families)]
    shares = [(r.share, r.share_error) for r in own]
    if not shares or any(share is None for share, _ in shares):
        return None, None
    if len(own) == len(regimes):
        return 1.0, 0.0
    return (
        min(1.0, sum(share or 0.0 for share, _ in shares)),
        sum(error or 0.0 for _, error in shares),
    )
