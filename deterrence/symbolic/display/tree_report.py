"""The symbolic analysis of a tree in words: behaviour and beliefs instead of mixed strategies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.display.base_report import Report, exists, forms, titled
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.words import blocks as document
from deterrence.words.blocks import Block, Entries, Inline

if TYPE_CHECKING:
    from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
    from deterrence.symbolic.trees.results import Freedom, SymbolicAssessment


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
    if brief:
        rows += forms(e, titles)[:1] if e.payoffs else []
    else:
        rows += forms(e, titles) if e.payoffs else [("Outcomes", (("depend on what is open",),))]
    return Entries((titled(e),), tuple(rows))


# ---- the whole report ------------------------------------------------------------------
class TreeReport(Report):
    """Writes the whole document of one answer about a tree."""

    analysis: TreeAnalysis

    @property
    def kind(self) -> str:  # type: ignore[override]
        """What the equilibria are."""
        name = "Subgame-perfect" if self.analysis.concept == "spe" else "Perfect Bayesian"
        return f"{name} equilibria"

    def _family(self, members: Sequence[SymbolicEquilibrium]) -> Iterator[Block]:
        for e in members:
            found = entries(e, self.titles, brief=True)  # type: ignore[arg-type]
            yield Entries(found.title, (*found.rows, *self._known(e)))

    def _known(self, e: SymbolicEquilibrium) -> Iterator[tuple[str, tuple[Inline, ...]]]:
        """Yield what the literature, or the model's file, says of an equilibrium."""
        for known in self.analysis.published:
            if e.id in known.equilibria:
                derived = known.source.lower().startswith("derived") or not known.source
                source = f" ({known.source})" if known.source else ""
                told = {
                    "same": "derived here: the same, proven",
                    "undecided": "whether it is the same is undecided",
                }.get(known.verdict, f"derived here: {known.verdict} in {known.note}")
                head = "Known" if derived else "Published"
                yield head, ((f"{known.title}{source}; {told}",),)

    def _thin(self, e: SymbolicEquilibrium) -> Block:
        return entries(e, self.titles, brief=True)  # type: ignore[arg-type]
