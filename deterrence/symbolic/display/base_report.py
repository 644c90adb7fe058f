"""The document of a symbolic analysis: equilibria, regimes, boundaries and conclusions in words.

Equilibria are called ``#0``, ``#1``, ... by their ids, as in the JSON output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.shortening import Shorter
from deterrence.symbolic.abbreviations import abbreviated
from deterrence.symbolic.display.words import (
    concluded,
    cover_words,
    family_words,
    met,
    played,
    point_words,
)
from deterrence.words import blocks as document
from deterrence.words.blocks import Block, Bullets, Entries, Heading, Inline, Paragraph
from deterrence.words.markup import GLUE

if TYPE_CHECKING:
    from deterrence.symbolic.along.boundaries import Boundaries
    from deterrence.symbolic.along.statics import Statics
    from deterrence.symbolic.along.threshold_results import Thresholds
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.regime_analysis import RegimeAnalysis
    from deterrence.symbolic.results import EquilibriumFamily, Regime, SymbolicEquilibrium

_ALWAYS = "always, given the assumptions"
_UNWRITTEN = "these equilibria exist and no others (no short description was found in time)"
#: Width of one line of strategies that are told in the heading of an equilibrium.
_HEADLINE = 60
#: Longest entry that stands beside others on a line.
_SHORT = 28
#: Families up to which outcomes and measures are listed, too.
_MANY = 16
#: Equilibria of boundaries, and boundaries, up to which they are listed.
_MOST = 12


@dataclass(frozen=True)
class Extras:
    """What was asked for beside the regimes."""

    conclusions: tuple[Conclusion, ...] = ()
    boundaries: Boundaries | None = None
    thresholds: tuple[Thresholds, ...] = ()
    statics: Statics | None = None
    #: A named point of parameter space that is to be placed in the map: name and values.
    point: tuple[str, Mapping[str, Any]] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what there is as plain data, under a key for each kind."""
        found: dict[str, Any] = {}
        if self.conclusions:
            found["conclusions"] = [c.to_dict() for c in self.conclusions]
        if self.boundaries is not None:
            found["boundaries"] = self.boundaries.to_dict()["boundaries"]
            found["boundaries_proof"] = self.boundaries.proof
        if self.thresholds:
            found["thresholds"] = [t.to_dict() for t in self.thresholds]
        if self.statics is not None:
            found["statics"] = self.statics.to_dict()["effects"]
        return found


def symbols_of(analysis: RegimeAnalysis) -> dict[str, str]:
    """Return the LaTeX symbols of the model's parameters by name."""
    parameters = analysis.internal.model.parameters
    return {name: p.symbol for name, p in parameters.items() if p.symbol}


# ---- one equilibrium -------------------------------------------------------------------
def _strategies(e: SymbolicEquilibrium) -> str:
    """Return the strategies in one line where everybody plays one action, else an empty text."""
    if any(len(support) != 1 for support in e.support.values()):
        return ""
    return "; ".join(f"{player}: {support[0]}" for player, support in e.support.items())


def _listed(
    numbers: Mapping[str, Expression | None], names: Mapping[str, str]
) -> tuple[Inline, ...]:
    """Write ``name = formula`` entries: short ones side by side, each long one on its line."""
    side_by_side: list[str | Expression] = []
    lines: list[Inline] = []
    for label, e in numbers.items():
        name = names.get(label, label).replace(" ", GLUE)
        value: str | Expression = "no closed form" if e is None else e
        line: Inline = (f"{name}{GLUE}={GLUE}", value)
        if len(document.inline_text(line)) <= _SHORT:
            side_by_side += [", ", *line] if side_by_side else line
        else:
            lines.append((f"{names.get(label, label)} = ", value))
    return (tuple(side_by_side), *lines) if side_by_side else tuple(lines)


def _alternatives(terms: Sequence[Sequence[Expression]]) -> tuple[Inline, ...]:
    """Write a disjunction on one line where it is short, else one alternative a line."""
    whole = document.disjunction(terms, _ALWAYS)
    if len(terms) < 2 or len(document.inline_text(whole)) <= _HEADLINE or not all(terms):
        return (whole,)
    lines = [document.conjunction(term, _ALWAYS) for term in terms]
    return (lines[0], *(("or ", *line) for line in lines[1:]))


def _payoffs(e: SymbolicEquilibrium) -> tuple[Inline, ...]:
    lines: list[Inline] = [(f"{player} ", u) for player, u in e.payoffs.items()]
    if sum(len(document.inline_text(line)) + 2 for line in lines) <= _HEADLINE:
        return ((*lines[0], *(p for line in lines[1:] for p in (", ", *line))),)
    return tuple(lines)


def _outcomes(e: SymbolicEquilibrium, titles: Mapping[str, str]) -> tuple[Inline, ...]:
    if len(e.outcomes) == 1:
        (label,) = e.outcomes
        return ((f"{titles.get(label) or label}, for certain",),)
    return _listed(e.outcomes, {label: titles.get(label) or label for label in e.outcomes})


def exists(e: SymbolicEquilibrium) -> Inline:
    """Return the conditions of existence as prose."""
    told = document.conjunction(e.conditions, _ALWAYS)
    return told if e.proof == "proven" else (*told, " (whether that can be is unknown)")


def forms(
    e: SymbolicEquilibrium, titles: Mapping[str, str]
) -> list[tuple[str, tuple[Inline, ...]]]:
    """Return the rows of an equilibrium's payoffs, outcomes and measures."""
    rows = [("Payoffs", _payoffs(e)), ("Outcomes", _outcomes(e, titles))]
    return [*rows, ("Measures", _listed(e.measures, {}))] if e.measures else rows


def entries(e: SymbolicEquilibrium, titles: Mapping[str, str], *, brief: bool = False) -> Entries:
    """Return one equilibrium as a block of a report."""
    pure = _strategies(e)
    rows: list[tuple[str, tuple[Inline, ...]]] = [] if pure else list(played(e))
    rows.append(("exists iff", (exists(e),)))
    if not brief:
        rows += forms(e, titles)
    mixing = [player for player, support in e.support.items() if len(support) > 1]
    told = pure or ("both mix" if len(mixing) > 1 else f"{mixing[0]} mixes")
    return Entries((f"#{e.id}  {told}",), tuple(rows))


# ---- the whole report ------------------------------------------------------------------
class Report:
    """Writes the document of one analysis."""

    def __init__(self, analysis: RegimeAnalysis, extras: Extras) -> None:
        self.analysis, self.extras = analysis, extras
        problem = analysis.internal.problem
        self.titles: Mapping[str, str] = problem.titles
        self.meanings = {m.name: m.title for m in problem.measures}

    def blocks(self) -> list[Block]:
        """Return the whole document."""
        blocks = [
            *self._head(),
            *self._equilibria(),
            *self._on_boundaries(),
            *self._regimes(),
            *self._boundaries(),
            *self._conclusions(),
            *self._thresholds(),
            *self._statics(),
            *(Paragraph((f"Note: {message}.",)) for message in self.analysis.messages),
        ]
        internal = self.analysis.internal
        return abbreviated(blocks, Shorter(internal.problem.algebra, internal.prover.coordinates))

    def _head(self) -> Iterator[Block]:
        analysis = self.analysis
        yield Heading(f"{analysis.title}: which equilibrium exists when", 1)
        rows: list[tuple[str, tuple[Inline, ...]]] = [
            ("Symbols", (_spread(map(Expression.name, analysis.symbols)),)),
            ("Assumed", (_spread(analysis.assumptions) or ("nothing",),)),
        ]
        if analysis.dominated:
            steps = tuple((f"{step}",) for step in analysis.dominated)
            rows.append(("Dominance", (*steps, ("for all assumed values, step by step",))))
        yield Entries((), tuple(rows))

    def _equilibria(self) -> Iterator[Block]:
        analysis = self.analysis
        yield Heading("Equilibria in closed form")
        if not analysis.families:
            yield Paragraph(("None was found that exists on an open set of parameter values.",))
        for family in analysis.families:
            yield from self._family(family)

    def _family(self, family: EquilibriumFamily) -> Iterator[Block]:
        analysis = self.analysis
        brief = len(analysis.families) > _MANY
        chosen = analysis.equilibria[family.essential[0]]
        if len(family.members) == 1:
            yield entries(chosen, self.titles, brief=brief)
            return
        members = [analysis.equilibria[k] for k in family.members]
        named = ", ".join(f"#{e.id}" for e in members)
        rows = entries(chosen, self.titles, brief=brief).rows
        told = [row for row in rows if row[0] in ("Payoffs", "Outcomes", "Measures")]
        where = document.disjunction(family.conditions, _ALWAYS)
        yield Entries(
            (f"{named}  a family with one result",),
            (
                *((p, (line,)) for p, line in family_words(members)),
                ("exists iff", ((*where, " (off the boundaries)"),)),
                *told,
            ),
        )

    def _on_boundaries(self) -> Iterator[Block]:
        thin = [e for e in self.analysis.equilibria if e.boundary]
        if not thin:
            return
        yield Heading("On boundaries only, where an equation between parameters holds")
        rows = []
        for e in thin[:_MOST]:
            lines: list[Inline] = []
            for player, told in played(e):
                parts: list[str | Expression] = [f"{player}: "]
                for k, line in enumerate(told):
                    parts += [", ", *line] if k else line
                lines.append(tuple(parts))
            lines.append(("iff ", *exists(e)))
            rows.append((f"#{e.id}", tuple(lines)))
        yield Entries((), tuple(rows))
        if len(thin) > _MOST:
            yield Paragraph((f"... and {len(thin) - _MOST} others: --format json lists them.",))

    def _regimes(self) -> Iterator[Block]:
        analysis = self.analysis
        yield Heading("Regimes")
        for regime in analysis.regimes:
            yield self._regime(regime)
        yield Paragraph((cover_words(analysis),))
        if self.extras.point is not None:
            yield Paragraph((self._placed(*self.extras.point),))

    def _regime(self, regime: Regime) -> Entries:
        rows: list[tuple[str, tuple[Inline, ...]]] = [
            ("where", _alternatives(regime.terms) if not regime.definition else ((_UNWRITTEN,),)),
            ("equilibria", ((self._ids(regime),),)),
            ("for instance", (point_words(regime.witness),)),
        ]
        if regime.proof != "proven":
            rows.append(("proof", (("that this condition is exact is not proven",),)))
        name = regime.name or f"Regime {regime.id}"
        if regime.share is not None:
            error = f", standard error {regime.share_error:.2%}" if regime.share_error else ""
            name = f"{name}  ({regime.share:.1%} of the box of bounds{error})"
        return Entries((name,), tuple(rows))

    def _ids(self, regime: Regime) -> str:
        texts = []
        for k in regime.families:
            members = self.analysis.families[k].members
            ids = ", ".join(f"#{i}" for i in members)
            texts.append(f"one or more of {ids}" if len(members) > 1 else ids)
        return "; ".join(texts) if any(" " in t for t in texts) else ", ".join(texts)

    def _placed(self, name: str, values: Mapping[str, Any]) -> str:
        regime = self.analysis.regime_at(values)
        if regime is None:
            return f"{name} lies on a boundary."
        return f"{name} lies in: {regime.name or f'regime {regime.id}'}."

    def _boundaries(self) -> Iterator[Block]:
        found = self.extras.boundaries
        if found is None or not found.boundaries:
            return
        yield Heading("Where regimes meet")
        yield Bullets(tuple(met(b) for b in found.boundaries[:_MOST]))
        more = len(found.boundaries) - _MOST
        if more > 0:
            yield Paragraph((f"... and {more} others: --format json lists them.",))
        yield Paragraph((_BOUNDARY_PROOF[found.proof],))

    def _conclusions(self) -> Iterator[Block]:
        if not self.extras.conclusions:
            return
        yield Heading("Conclusions")
        items: list[Inline] = []
        for c in self.extras.conclusions:
            items += concluded(c)
            if c.exceptions and (c.every or c.some or "proven" in (c.every_proof, c.some_proof)):
                surfaces = document.disjunction([(e,) for e in c.exceptions], "")
                items.append(("On ", *surfaces, " it is otherwise."))
            items += [(f"Note: {m}.",) for m in c.messages]
        yield Bullets(tuple(items))
        yield Paragraph(("These statements hold off the boundaries.",))

    def _thresholds(self) -> Iterator[Block]:
        for found in self.extras.thresholds:
            yield Heading(f"Thresholds of {found.parameter}")
            if not found.thresholds:
                yield Paragraph(("The equilibria do not change anywhere.",))
            yield Bullets(tuple((t.text,) for t in found.thresholds))

    def _statics(self) -> Iterator[Block]:
        if self.extras.statics is None:
            return
        yield Heading("Which way things move")
        by_equilibrium: dict[int, list[str]] = {}
        for effect in self.extras.statics.effects:
            if effect.sentence and effect.kind in ("probability", "payoff", "measure"):
                mark = "  [against intuition]" if effect.paradox else ""
                told = by_equilibrium.setdefault(effect.equilibrium, [])
                told.append(f"{effect.sentence}{mark}")
        for k, sentences in by_equilibrium.items():
            yield Paragraph((f"In #{k}:",))
            yield Bullets(tuple((sentence,) for sentence in sentences))


_BOUNDARY_PROOF = {
    "proven": "Between these regimes there are no other boundaries: proven.",
    "sampled": "That there are no other boundaries is not proven: these were found.",
    "unknown": "Whether there are other boundaries is unknown.",
}


def _spread(items: Iterable[Expression]) -> Inline:
    parts: list[str | Expression] = []
    for k, item in enumerate(items):
        parts += [", ", item] if k else [item]
    return tuple(parts)
