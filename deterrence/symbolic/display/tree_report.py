"""The symbolic analysis of a tree in words: behaviour and beliefs instead of mixed strategies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.display.base_report import Report, exists, forms, titled
from deterrence.symbolic.display.words import freedom, result_names
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.words import blocks as document
from deterrence.words.blocks import Block, Bullets, Entries, Heading, Inline, Paragraph

if TYPE_CHECKING:
    from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
    from deterrence.symbolic.trees.results import FormBounds, SymbolicAssessment


# ---- one equilibrium -------------------------------------------------------------------
def played(e: SymbolicAssessment) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    """Yield what every player does, one line per information set."""
    for player, sets in e.profile.items():
        lines: list[Inline] = []
        for where, mix in sets.items():
            used = e.support[player][where]  # type: ignore[call-overload]
            if len(used) == 1:
                lines.append((f"{where}: {used[0]}",))
                continue
            parts: list[str | Expression] = [f"{where}: "]
            for k, action in enumerate(used):
                parts += [", " if k else "", f"{action} ", mix[action]]  # type: ignore[index]
            lines.append(tuple(parts))
        if lines:
            yield player, tuple(lines)


def believed(e: SymbolicAssessment) -> Iterator[Inline]:
    """Yield the belief at every information set where it matters, one line each."""
    for where, belief in e.beliefs.items():
        parts: list[str | Expression] = [f"{where}: "]
        told = 0
        for node, chance in belief.items():
            if chance == Expression.number(0):
                continue
            parts += ["; " if told else "", f"({node}) ", chance]
            told += 1
        yield tuple(parts)


def between(b: FormBounds, titles: Mapping[str, str]) -> Iterator[Inline]:
    """Yield between which ends payoffs, outcomes and measures lie, one line each."""
    payoffs = {f"payoff of {player}": ends for player, ends in b.payoffs.items()}
    outcomes = {titles.get(o) or o: ends for o, ends in b.outcomes.items()}
    end: Inline = (" where ", *document.conjunction(b.where, "")) if b.where else ()
    for name, (low, high) in {**payoffs, **outcomes, **b.measures}.items():
        told: Inline = (" = ", low) if low == high else (" from ", low, " to ", high)
        yield (name, *told, *end)


def entries(e: SymbolicAssessment, titles: Mapping[str, str], *, brief: bool = False) -> Entries:
    """Return one equilibrium as a block of a report."""
    rows: list[tuple[str, tuple[Inline, ...]]] = list(played(e))
    rows.append(("exists iff" if e.conditions else "exists", (exists(e),)))
    beliefs = tuple(believed(e))
    if beliefs:
        rows.append(("Beliefs", beliefs))
    if e.freedoms:
        rows.append(("Open", tuple(map(freedom, e.freedoms))))
    if brief:
        rows += forms(e, titles)[: 1 if e.family >= 0 else 2]
    else:
        rows += forms(e, titles)
    ends = tuple(line for b in e.bounds for line in between(b, titles))
    if ends:
        rows.append(("Between", ends))
    return Entries((titled(e),), tuple(rows))


# ---- the whole report ------------------------------------------------------------------
class TreeReport(Report):
    """Writes the whole document of one answer about a tree."""

    analysis: TreeAnalysis

    @property
    def kind(self) -> str:
        """What the equilibria are."""
        name = "Subgame-perfect" if self.analysis.concept == "spe" else "Perfect Bayesian"
        return f"{name} equilibria"

    def _family(self, members: Sequence[SymbolicEquilibrium]) -> Iterator[Block]:
        for e in members:
            found = entries(e, self.titles, brief=True)  # type: ignore[arg-type]
            yield Entries(found.title, (*found.rows, *self._known(e)))

    def _open(self, e: SymbolicEquilibrium) -> Iterator[tuple[str, tuple[Inline, ...]]]:
        if e.is_open:
            yield "Open", tuple(map(freedom, e.freedoms))  # type: ignore[attr-defined]

    def _on_boundaries(self) -> Iterator[Block]:
        yield from super()._on_boundaries()
        if self.analysis.ends:
            yield Heading("At the ends of chances, where what is believed is free")
        for end in self.analysis.ends:
            items: list[Inline] = []
            for name, r in zip(result_names(end.results), end.results, strict=True):
                told = document.disjunction(r.terms, "")
                iff = "iff" if end.cover == "proven" else "if"
                items.append((f"{name}: {iff} ", *told) if all(r.terms) else (f"{name}: always",))
            yield Paragraph(("Where ", *document.conjunction(end.conditions, ""), ":"))
            yield Bullets(tuple(items))
            if end.cover != "proven":
                yield Paragraph(("Whether there are other results there is not decided. [open]",))

    def _thin(self, e: SymbolicEquilibrium) -> Block:
        return entries(e, self.titles, brief=True)  # type: ignore[arg-type]
