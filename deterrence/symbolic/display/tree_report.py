"""The symbolic analysis of a tree in words: behaviour and beliefs instead of mixed strategies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.display.base_report import Report, exists, forms
from deterrence.words import blocks as document
from deterrence.words.blocks import Block, Entries, Heading, Inline, Paragraph

if TYPE_CHECKING:
    from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
    from deterrence.symbolic.trees.results import Freedom, SymbolicAssessment

#: Families up to which payoffs, outcomes and measures are told, too.
_MANY = 16
#: Knife-edge equilibria that are listed.
_MOST = 8


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


def freedom(f: Freedom) -> Inline:
    """Say what an open symbol stands for, and its range."""
    parts: list[str | Expression] = [Expression.name(f.symbol), f", the {f.meaning}: "]
    parts += _end("at least", f.lower, 0)
    parts += [" and "] if len(parts) > 2 and _told(f.upper, 1) else []
    parts += _end("at most", f.upper, 1)
    parts += ["any"] if len(parts) == 2 else []
    return (*parts, " where ", *document.conjunction(f.where, "")) if f.where else tuple(parts)


def _told(ends: Sequence[Expression], trivial: int) -> bool:
    return list(ends) != [Expression.number(trivial)]


def _end(word: str, ends: Sequence[Expression], trivial: int) -> list[str | Expression]:
    if not _told(ends, trivial):
        return []
    parts: list[str | Expression] = [f"{word} "]
    for k, e in enumerate(ends):
        parts += [" and ", e] if k else [e]
    return parts


def entries(e: SymbolicAssessment, titles: Mapping[str, str], *, brief: bool = False) -> Entries:
    """Return one equilibrium as a block of a report."""
    rows: list[tuple[str, tuple[Inline, ...]]] = list(played(e))
    rows.append(("exists iff" if e.conditions else "exists", (exists(e),)))
    beliefs = tuple(believed(e))
    if beliefs:
        rows.append(("Beliefs", beliefs))
    if e.freedoms:
        rows.append(("Open", tuple(map(freedom, e.freedoms))))
    if not brief:
        rows += forms(e, titles) if e.payoffs else [("Outcomes", (("depend on what is open",),))]
    mixing = any(len(a) > 1 for own in e.support.values() for a in own.values())  # type: ignore[attr-defined]
    return Entries((f"#{e.id}  {'somebody mixes' if mixing else 'nobody mixes'}",), tuple(rows))


# ---- the whole report ------------------------------------------------------------------
class TreeReport(Report):
    """Writes the document of one analysis of a tree."""

    analysis: TreeAnalysis

    def _equilibria(self) -> Iterator[Block]:
        analysis = self.analysis
        kind = "Subgame-perfect" if analysis.concept == "spe" else "Perfect Bayesian"
        yield Heading(f"{kind} equilibria in closed form")
        if not analysis.families:
            yield Paragraph(("None was found that exists on an open set of parameter values.",))
        brief = len(analysis.families) > _MANY
        for family in analysis.families:
            members: list[Any] = [analysis.equilibria[k] for k in family.members]
            shared = len(members) > 1
            if shared:
                named = ", ".join(f"#{e.id}" for e in members)
                where = document.disjunction(family.conditions, "always, given the assumptions")
                first = analysis.equilibria[family.essential[0]]
                rows: list[tuple[str, tuple[Inline, ...]]] = [("one exists iff", (where,))]
                if not all(family.conditions):
                    rows = [("one exists", (where,))]
                if not brief and first.payoffs:
                    rows += forms(first, self.titles)
                yield Entries((f"{named}  equilibria with one result",), tuple(rows))
            for e in members:
                found = entries(e, self.titles, brief=brief or shared)
                yield Entries(found.title, (*found.rows, *self._published(e)))

    def _published(self, e: SymbolicAssessment) -> Iterator[tuple[str, tuple[Inline, ...]]]:
        """Yield what the literature says of an equilibrium."""
        for known in self.analysis.published:
            if e.id in known.equilibria:
                source = f" ({known.source})" if known.source else ""
                told = {"same": "the same, proven", "undecided": "undecided"}.get(
                    known.verdict, f"{known.verdict} in {known.note}"
                )
                yield "Published", ((f"{known.title}{source}: {told}",),)

    def _on_boundaries(self) -> Iterator[Block]:
        thin = [e for e in self.analysis.equilibria if e.boundary]
        if not thin:
            return
        yield Heading("On boundaries only, where an equation between parameters holds")
        for e in thin[:_MOST]:
            yield entries(e, self.titles, brief=True)  # type: ignore[arg-type]
        if len(thin) > _MOST:
            yield Paragraph((f"... and {len(thin) - _MOST} others: --format json lists them.",))
