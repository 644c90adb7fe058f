"""Which equilibria are derived: by number, by the name of a result, or what exists at values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, UsageError, did_you_mean, shorten
from deterrence.game.pattern_names import PatternNames
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.results_anywhere import PossibleResult

#: Names that an error lists.
_LISTED = 12


@dataclass(frozen=True, eq=False)
class ResultCandidate:
    """A result, and whether it is possible at the values (None where that cannot be said)."""

    result: PossibleResult
    exists: bool | None

    @property
    def always(self) -> bool:
        """Whether it is possible whatever the values, ties apart."""
        return any(all(map(_is_tie, term)) for term in self.result.terms)


@dataclass(frozen=True, eq=False)
class Selection:
    """The results in the order of the file, and the ids of what is derived, the first first."""

    results: tuple[ResultCandidate, ...]
    chosen: tuple[int, ...]


def exists_at(e: SymbolicEquilibrium, values: Mapping[str, Any]) -> bool | None:
    """Say whether an equilibrium's conditions hold at values, None where that cannot be said."""
    if not values:
        return None
    try:
        return all(bool(c.evaluate(values)) for c in e.conditions)
    except ExpressionError:
        return None


def select(
    analysis: RegimeAnalysis,
    values: Mapping[str, Any],
    equilibrium: int | None = None,
    result: str | None = None,
) -> Selection:
    """Return what is derived.

    With neither ``equilibrium`` (a pattern's number) nor ``result`` (a name), one equilibrium
    of every result: with values first those that exist there, and of these those whose
    condition says something about the values.  Raises :class:`UsageError` for a number or a
    name that there is not.
    """
    return _Selector(analysis, values).select(equilibrium, result)


class _Selector:
    def __init__(self, analysis: RegimeAnalysis, values: Mapping[str, Any]) -> None:
        self.analysis, self.values = analysis, values
        model = analysis.internal.model
        self.names: PatternNames = model.names
        found = analysis.results
        self.exists = [exists_at(e, values) for e in analysis.equilibria]
        self.patterns = [self.names.pattern(e.support) for e in analysis.equilibria]
        self.results = tuple(ResultCandidate(r, self._possible(r.equilibria)) for r in found)

    def _possible(self, ids: Sequence[int]) -> bool | None:
        answers = [self.exists[k] for k in ids]
        return True if True in answers else None if None in answers else False

    def select(self, equilibrium: int | None, result: str | None) -> Selection:
        if equilibrium is not None and result is not None:
            raise UsageError(
                "an equilibrium and a result cannot both be asked for", remedy="leave one out"
            )
        if equilibrium is not None:
            chosen = self._numbered(equilibrium)
        elif result is not None:
            chosen = self._named(result)
        else:
            order = sorted(self.results, key=lambda r: (r.exists is not True, r.always))
            here = [r for r in order if r.exists is True]
            chosen = [self._best(r.result.equilibria) for r in order]
            if self.values and not here:
                chosen = [*self._on_boundary(), *chosen]
        return Selection(self.results, tuple(dict.fromkeys(chosen)))

    def _on_boundary(self) -> list[int]:
        ids = [e.id for e in self.analysis.equilibria if self.exists[e.id] is True]
        return [self._best(ids)] if ids else []

    def _best(self, ids: Sequence[int]) -> int:
        """Return the equilibrium that says most: it exists, on a condition, and leaves least open.

        Of several the one that the literature names, and then the first.
        """
        equilibria = self.analysis.equilibria
        return min(
            ids,
            key=lambda k: (
                self.exists[k] is not True,
                all(map(_is_tie, equilibria[k].conditions)),
                len(getattr(equilibria[k], "freedoms", ())),
                not self.names.published_name(self.patterns[k]),
                k,
            ),
        )

    def _numbered(self, number: int) -> list[int]:
        ids = [k for k, p in enumerate(self.patterns) if self.names.number(p) == number]
        if ids:
            return sorted(ids, key=lambda k: (self.exists[k] is not True, k))
        model = self.analysis.model
        known = sorted({n for p in self.patterns if (n := self.names.number(p)) is not None})
        if not known:
            raise UsageError(
                f"{model} has no equilibrium {number}: "
                + ("it has too many patterns for numbers" if self.patterns else "none is known"),
                remedy=self._remedy("") if self.patterns else "",
            )
        raise UsageError(
            f"{model} has no equilibrium {number}",
            remedy=f"those that are known: {', '.join(f'#{n}' for n in known[:40])}",
        )

    def _named(self, name: str) -> list[int]:
        wanted = _key(name)
        if wanted.lstrip("#").isdigit():
            return self._numbered(int(wanted.lstrip("#")))
        chosen = [
            self._best(r.result.equilibria)
            for r in self.results
            if wanted in map(_key, (r.result.name, *_outcomes(r.result)))
        ]
        ids = [k for k, p in enumerate(self.patterns) if wanted in self._keys(p)]
        chosen += sorted(ids, key=lambda k: (self.exists[k] is not True, k))
        if not chosen:
            raise UsageError(
                f"{self.analysis.model} has no result {shorten(name)!r}", remedy=self._remedy(name)
            )
        return chosen

    def _keys(self, pattern: Any) -> list[str]:
        names = self.names
        told = (names.name(pattern), names.full_name(pattern), names.play(pattern))
        return [_key(n) for n in told]

    def _remedy(self, name: str) -> str:
        known = [r.result.name for r in self.results]
        known += [n for r in self.results for n in r.result.published]
        known = list(dict.fromkeys(known))
        hint = did_you_mean(name, known) if name else ""
        more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
        return "; ".join(filter(None, (hint, f"results: {', '.join(known[:_LISTED])}{more}")))


def _is_tie(condition: Expression) -> bool:
    """Say whether a condition only excludes a tie."""
    return condition.op == "compare" and condition.args[0] == ("!=",)


def _outcomes(result: PossibleResult) -> tuple[str, ...]:
    """Return the label of a result's only outcome."""
    return tuple(result.chances) if len(result.chances) == 1 else ()


def _key(name: str) -> str:
    """Return a name as it is compared: case and a leading article do not matter."""
    return " ".join(name.casefold().split()).removeprefix("the ").removesuffix(" equilibrium")
