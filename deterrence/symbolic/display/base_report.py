"""The whole document of a symbolic analysis: results, behaviour, regimes, boundaries and more.

Equilibria have the numbers and names of their patterns, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.algebra.shortening import Shorter
from deterrence.errors import DeterrenceError
from deterrence.game.matrix_display import payoff_table
from deterrence.symbolic.abbreviations import abbreviated, formulas_in, mapped
from deterrence.symbolic.display.along_documents import (
    boundaries_blocks,
    exceptions,
    statics_blocks,
    thresholds_blocks,
)
from deterrence.symbolic.display.refinement_documents import refinements_blocks
from deterrence.symbolic.display.short_report import ShortPage, title_of, words_of
from deterrence.symbolic.display.words import (
    concept_words,
    concluded,
    cover_words,
    declared_words,
    family_words,
    freedom,
    iff_of,
    of_the_ranges,
    played,
    plural,
    point_words,
    refinement_words,
    regime_names,
    result_names,
)
from deterrence.words import blocks as document
from deterrence.words.blocks import (
    Block,
    Bullets,
    Entries,
    Heading,
    Inline,
    Matrix,
    Paragraph,
)
from deterrence.words.markup import GLUE
from deterrence.words.sentences import capital

if TYPE_CHECKING:
    from deterrence.symbolic.display.answer import RegimesAnswer
    from deterrence.symbolic.results import Regime, SymbolicEquilibrium
    from deterrence.symbolic.results_anywhere import PossibleResult

_ALWAYS = "always, given the assumptions"
_UNWRITTEN = "these equilibria exist and no others (no short description was found in time)"
#: Width of one line of strategies that are told in the heading of an equilibrium.
_HEADLINE = 60
#: Longest entry that stands beside others on a line.
_SHORT = 28
#: Actions in all up to which a matrix is shown.
_MATRIX = 8
#: Equilibria of boundaries up to which they are listed.
_MOST = 12


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


def titled(e: SymbolicEquilibrium) -> str:
    """Return number and name of an equilibrium for a heading; its strategies without a name."""
    return e.called or _strategies(e) or "An equilibrium"


def entries(e: SymbolicEquilibrium, titles: Mapping[str, str], *, brief: bool = False) -> Entries:
    """Return one equilibrium as a block of a report; ``brief`` leaves out what it leads to."""
    rows: list[tuple[str, tuple[Inline, ...]]] = [] if _strategies(e) else list(played(e))
    rows.append(("exists iff" if e.conditions else "exists", (exists(e),)))
    opened = getattr(e, "freedoms", ())
    rows += [("Open", tuple(map(freedom, opened)))] if opened else []
    rows += [("Payoffs", _payoffs(e))] if brief else forms(e, titles)
    return Entries((titled(e),), tuple(rows))


# ---- the whole report ------------------------------------------------------------------
class Report:
    """Writes the whole document of one answer."""

    def __init__(self, answer: RegimesAnswer) -> None:
        self.answer = answer
        self.analysis, self.extras = answer.analysis, answer.extras
        self.titles: Mapping[str, str] = self.analysis.internal.problem.titles
        self.words = words_of(self.analysis)

    @property
    def ordinal(self) -> bool:
        """Whether only an order of the outcomes is known: then there are no ranges."""
        return bool(self.analysis.internal.model.orders)

    def blocks(self) -> list[Block]:
        """Return the whole document, what the file defines called by its name."""
        first: list[Block] = [*self._head(), *self._asked(), *self._results()]
        blocks: list[Block] = [
            *self._regimes(),
            *self._conclusions(),
            *self._behind(),
            *self._on_boundaries(),
            *self._boundaries(),
            *self._assumed(),
        ]
        internal = self.analysis.internal
        definitions = internal.model.definitions
        if definitions:
            first, blocks = ([mapped(b, self._named) for b in part] for part in (first, blocks))
            used = {n for e in formulas_in((*first, *blocks)) for n in e.names}
            meant = tuple((n, ((e,),)) for n, e in definitions.items() if n in used)
            first += [Entries(("Here",), meant)] if meant else []
        return abbreviated(
            [*first, *blocks], Shorter(internal.problem.algebra, internal.prover.coordinates)
        )

    def _head(self) -> Iterator[Block]:
        page = ShortPage(self.answer)
        yield Heading(title_of(self.analysis), 1)
        yield Paragraph((" ".join((*page.answer(), *page.placed())),))

    def _asked(self) -> Iterator[Block]:
        for found in self.extras.thresholds:
            yield from thresholds_blocks(found, full=True)
        if self.extras.statics is not None:
            yield from statics_blocks(self.extras.statics, full=True)
        if self.extras.refinements is not None:
            yield from refinements_blocks(self.extras.refinements, full=True)

    # ---- results -------------------------------------------------------------------------
    def _results(self) -> Iterator[Block]:
        analysis = self.analysis
        if not analysis.results:
            return
        yield Heading("Results, and when they are possible")
        for name, r in zip(result_names(analysis.results), analysis.results, strict=True):
            yield Entries((name,), tuple(self._result(r)))

    def _named(self, line: Inline) -> Inline:
        return tuple(self.words.named(p) if isinstance(p, Expression) else p for p in line)

    def _result(self, r: PossibleResult) -> Iterator[tuple[str, tuple[Inline, ...]]]:
        apart = () if r.boundaries else ((" (boundaries apart)",))
        if all(r.terms):
            told, _ = self.words.terms(r.terms, 10_000)
            yield f"possible {iff_of(self.analysis)}", ((*told, *apart),)
            symbols = _alternatives(r.terms)
            if symbols != (told,):
                yield "in symbols", symbols
        else:
            yield "possible", ((_ALWAYS, *apart),)
        share = of_the_ranges(r.share, r.share_error)
        if share and not (self.ordinal and r.share == 1):
            error = f", standard error {r.share_error:.2%}" if r.share_error else ""
            yield "in", ((f"{share}{error}",),)
        first = self.analysis.equilibria[r.equilibria[0]]
        yield "Outcomes", _outcomes(first, self.titles)
        if r.measures:
            yield "Measures", _listed(r.measures, {})
        yield from self._open(first)
        by = tuple(
            (name if number is None else f"#{number}  {name}",) for number, name in r.patterns
        )
        yield "by" if len(by) == 1 else "by one of", by

    def _open(self, e: SymbolicEquilibrium) -> Iterator[tuple[str, tuple[Inline, ...]]]:
        """Yield the ranges of symbols that an equilibrium leaves open, where they matter."""
        yield from ()

    def _behind(self) -> Iterator[Block]:
        """Tell the behaviour that leads to each result, in closed form."""
        analysis = self.analysis
        yield Heading(f"{capital(self.kind)} in closed form")
        if not analysis.results:
            yield Paragraph(("None was found that exists on an open set of parameter values.",))
        for name, r in zip(result_names(analysis.results), analysis.results, strict=True):
            if len(analysis.results) > 1:
                yield Paragraph((f"With the result: {name}",))
            for k in r.families:
                yield from self._family(
                    [analysis.equilibria[i] for i in analysis.families[k].members]
                )
        unclear = [e for e in analysis.equilibria if e.family < 0 and not e.boundary]
        if unclear:
            yield Paragraph(("Whether these exist is not decided: [open]",))
            yield from (entries(e, self.titles, brief=True) for e in unclear[:_MOST])

    @property
    def kind(self) -> str:
        """What the equilibria are."""
        return plural(self.analysis)

    def _family(self, members: Sequence[SymbolicEquilibrium]) -> Iterator[Block]:
        if len(members) > 1:
            rows = tuple((p, (line,)) for p, line in family_words(members))
            yield Entries((f"{len(members)} equilibria and what lies between them",), rows)
        for e in members:
            found = entries(e, self.titles, brief=True)
            yield Entries(found.title, (*found.rows, *self._known(e)))

    def _known(self, e: SymbolicEquilibrium) -> Iterator[tuple[str, tuple[Inline, ...]]]:
        """Yield what the literature, or the model's file, says of an equilibrium."""
        for known in self.analysis.published:
            if e.id in known.equilibria:
                source = f" ({known.source})" if known.source else ""
                told = {
                    "same": "derived here: the same, proven",
                    "undecided": "whether it is the same is undecided",
                }.get(known.verdict, f"derived here: {known.verdict} in {known.note}")
                head = "Derived by hand" if known.derived else "Published"
                yield head, ((f"{known.title}{source}; {told}",),)

    def _on_boundaries(self) -> Iterator[Block]:
        thin = [e for e in self.analysis.equilibria if e.boundary]
        if not thin:
            return
        yield Heading("On boundaries only, where an equation between parameters holds")
        for e in thin[:_MOST]:
            yield self._thin(e)
        if len(thin) > _MOST:
            yield Paragraph((f"... and {len(thin) - _MOST} others: --format json lists them.",))

    def _thin(self, e: SymbolicEquilibrium) -> Block:
        lines: list[Inline] = []
        for player, told in played(e):
            parts: list[str | Expression] = [f"{player}: "]
            for k, line in enumerate(told):
                parts += [", ", *line] if k else line
            lines.append(tuple(parts))
        lines.append(("iff ", *exists(e)))
        return Entries((), ((e.label or e.name, tuple(lines)),))

    # ---- regimes -------------------------------------------------------------------------
    def _regimes(self) -> Iterator[Block]:
        analysis = self.analysis
        yield Heading("Regimes: which results are possible together")
        for name, regime in zip(regime_names(analysis.regimes), analysis.regimes, strict=True):
            yield self._regime(name, regime)
        yield Paragraph((cover_words(analysis),))
        if analysis.declared:
            yield Bullets(tuple(declared_words(d, analysis, self.words) for d in analysis.declared))

    def _regime(self, name: str, regime: Regime) -> Entries:
        results, own = self.analysis.results, set(regime.families)
        names = result_names(results)
        possible = [n for n, r in zip(names, results, strict=True) if own & set(r.families)]
        rows: list[tuple[str, tuple[Inline, ...]]] = [
            ("where", _alternatives(regime.terms) if not regime.definition else ((_UNWRITTEN,),)),
            ("possible", tuple((n,) for n in possible) or ((f"no {self.analysis.kind}",),)),
            ("for instance", (point_words(regime.witness),)),
        ]
        if regime.description:
            rows.insert(0, ("that is", ((regime.description,),)))
        if regime.proof != "proven":
            rows.append(("proof", (("that this condition is exact is not proven",),)))
        if regime.share is not None and not (self.ordinal and regime.share == 1):
            error = f", standard error {regime.share_error:.2%}" if regime.share_error else ""
            name = f"{name}  ({of_the_ranges(regime.share)}{error})"
        return Entries((name,), tuple(rows))

    def _boundaries(self) -> Iterator[Block]:
        found = self.extras.boundaries
        if found is not None and found.boundaries:
            yield from boundaries_blocks(found)

    def _conclusions(self) -> Iterator[Block]:
        if not self.extras.conclusions:
            return
        yield Heading("Conclusions")
        items: list[Inline] = []
        for c in self.extras.conclusions:
            items += [line for _, line in concluded(c, self.words)]
            items += exceptions(c)
            items += [(f"Note: {m}.",) for m in c.messages]
        yield Bullets(tuple(items))
        yield Paragraph(("These statements hold off the boundaries.",))

    # ---- the rest ------------------------------------------------------------------------
    def _assumed(self) -> Iterator[Block]:
        analysis = self.analysis
        yield Heading("Assumptions and notes")
        rows: list[tuple[str, tuple[Inline, ...]]] = [
            ("Symbols", (_spread(map(Expression.name, analysis.symbols)),)),
            ("Assumed", (_spread(analysis.assumptions) or ("nothing",),)),
        ]
        if analysis.dominated:
            steps = tuple((f"{step}",) for step in analysis.dominated)
            rows.append(("Dominance", (*steps, ("for all assumed values, step by step",))))
        yield Entries((), tuple(rows))
        note = concept_words(analysis)
        told = (*analysis.exclusions, *analysis.messages)
        yield from (Paragraph((f"Note: {message}.",)) for message in told)
        if note:
            yield Paragraph((note,))
        if analysis.refinement:
            yield Paragraph((refinement_words(analysis),))
        yield from self._game()

    def _game(self) -> Iterator[Block]:
        """Tell the story, what the symbols mean, and the payoffs of a matrix."""
        model = self.analysis.internal.model
        if model.summary:
            yield Heading("The story")
            yield Paragraph((" ".join(model.summary.split()),))
        used = [model.parameters[n] for n in self.analysis.symbols]
        if any(p.title for p in used):
            yield Heading("What the symbols mean")
            yield Entries((), tuple((p.name, ((p.title or "-",),)) for p in used))
        if model.tree is None and sum(map(len, model.actions)) <= _MATRIX:
            try:
                table = payoff_table(model.strategic_at(), model.payoff_expressions())
            except DeterrenceError:
                return
            where = "for the order" if self.ordinal else "at the default values"
            yield Heading(f"The payoffs, best replies marked {where}")
            yield Matrix(table)


def _spread(items: Iterable[Expression]) -> Inline:
    parts: list[str | Expression] = []
    for k, item in enumerate(items):
        parts += [", ", item] if k else [item]
    return tuple(parts)
