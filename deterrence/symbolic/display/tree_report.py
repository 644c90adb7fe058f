"""The symbolic analysis of a tree in words: behaviour and beliefs instead of mixed strategies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.display.base_report import Report, exists, forms, titled
from deterrence.symbolic.display.words import freedom
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.words.blocks import Block, Entries, Inline

if TYPE_CHECKING:
    from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
    from deterrence.symbolic.trees.results import SymbolicAssessment


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
    def kind(self) -> str:
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
