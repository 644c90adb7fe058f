"""What was found for one pattern of a table, told of the patterns that are alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.elimination import SolvedPattern
from deterrence.symbolic.trees.equations import Range
from deterrence.symbolic.trees.roots import RisingRoot
from deterrence.symbolic.trees.symmetry import Exchange, Symmetry


class Images:
    """Equilibria with alike players exchanged."""

    def __init__(self, symmetry: Symmetry) -> None:
        self.symmetry = symmetry

    def of(self, a: Assessment) -> Iterator[Assessment]:
        """Yield an equilibrium with alike players exchanged, for each other pattern that gives."""
        for exchange in self.symmetry.exchanges(a.supports):
            yield self._image(a, exchange)

    def _quotient(self, q: Quotient, exchange: Exchange) -> Quotient:
        top, bottom = (self.symmetry.poly(p, exchange) for p in q)
        return (-top, -bottom) if bottom.LC < 0 else (top, bottom)

    def _image(self, a: Assessment, exchange: Exchange) -> Assessment:
        ways = [(branch, self._way(way, exchange)) for branch, way in a.ways]
        first = ways[0][1]
        return replace(
            a,
            supports=self.symmetry.pattern(a.supports, exchange),
            values=first.values,
            free=first.free,
            roots=first.roots,
            ways=ways,
            extra=list(a.extra),
        )

    def _way(self, way: SolvedPattern, exchange: Exchange) -> SolvedPattern:
        def ends(found: tuple[tuple[Quotient, bool], ...]) -> tuple[tuple[Quotient, bool], ...]:
            return tuple((self._quotient(q, exchange), strict) for q, strict in found)

        return replace(
            way,
            values={
                self.symmetry.name(n, exchange): self._quotient(q, exchange)
                for n, q in way.values.items()
            },
            free=tuple(self.symmetry.name(n, exchange) for n in way.free),
            linking=tuple(
                replace(lit, poly=self.symmetry.poly(lit.poly, exchange)) for lit in way.linking
            ),
            ranges=tuple(
                Range(self.symmetry.name(r.name, exchange), ends(r.lower), ends(r.upper))
                for r in way.ranges
            ),
            roots=tuple(
                RisingRoot(
                    self.symmetry.name(r.name, exchange), self.symmetry.poly(r.poly, exchange)
                )
                for r in way.roots
            ),
        )
