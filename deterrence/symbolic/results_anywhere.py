"""The results over all parameter values: each with one condition, read off a regime analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError
from deterrence.game.pattern_names import PatternNames, result_name
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.regime_analysis import RegimeAnalysis


@dataclass(frozen=True, eq=False)
class PossibleResult:
    """A result that some parameter values have, and the condition for it.

    ``terms`` is a disjunction of conjunctions; ``boundaries`` says whether it is exact on its
    own boundaries, too.  ``chances`` are formulas, empty where something is left open.
    ``published`` are the names that the literature has for the equilibria behind it, whose ids
    are ``equilibria``.
    """

    name: str
    chances: Mapping[str, Expression]
    terms: tuple[tuple[Expression, ...], ...]
    boundaries: bool
    patterns: tuple[tuple[int | None, str], ...]
    published: tuple[str, ...]
    measures: Mapping[str, Expression | None]
    equilibria: tuple[int, ...]

    def chances_at(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the outcomes with their probabilities at values, None where it cannot be said."""
        try:
            found = {o: e.evaluate(values) for o, e in self.chances.items()}
        except ExpressionError:
            return None
        return {o: p for o, p in found.items() if p != 0}


def results_anywhere(
    model: SymbolicModel, analysis: RegimeAnalysis, names: PatternNames
) -> tuple[PossibleResult, ...]:
    """Return the results that exist on open sets of parameter values, in the order of the file."""
    zero = Expression.number(0)
    known = list(model.naming.outcomes)
    groups: dict[Any, list[Any]] = {}
    for family in analysis.families:
        first = analysis.equilibria[family.essential[0]]
        chances = {o: e for o, e in first.outcomes.items() if e != zero}
        key = tuple(sorted((o, str(e)) for o, e in chances.items())) or family.id
        groups.setdefault(key, []).append((family, chances))
    found = []
    for members in groups.values():
        family, chances = members[0]
        equilibria = [analysis.equilibria[k] for f, _ in members for k in f.members]
        if len(equilibria) == 1:
            terms, exact = (equilibria[0].conditions,), True
        else:
            terms, exact = tuple(t for f, _ in members for t in f.conditions), False
        if any(not t for t in terms):
            terms = ((),)
        patterns = [names.pattern(e.support) for e in equilibria]
        possible = list(chances)
        found.append(
            PossibleResult(
                name=result_name(possible, model.titles, known=known) if possible else "open",
                chances=chances,
                terms=terms,
                boundaries=exact,
                patterns=tuple(dict.fromkeys((names.number(p), names.name(p)) for p in patterns)),
                published=tuple(dict.fromkeys(filter(None, map(names.published_name, patterns)))),
                measures=analysis.equilibria[family.essential[0]].measures,
                equilibria=tuple(e.id for e in equilibria),
            )
        )
    found.sort(key=lambda r: (len(r.chances), [known.index(o) for o in r.chances if o in known]))
    return tuple(found)
