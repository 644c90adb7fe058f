"""A symbolic analysis on one screen: what is possible and when, how sure that is, and where.

Results come first, each with one condition in words; then which of them are possible together,
and what follows.  Closed forms, beliefs and boundaries are for the whole report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.modelfile.condition_words import ConditionWords, cut
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.orders import proven
from deterrence.symbolic.conclusion_results import Conclusion
from deterrence.symbolic.display.along_documents import statics_blocks, thresholds_blocks
from deterrence.symbolic.display.answer import RegimesAnswer
from deterrence.symbolic.display.refinement_documents import refinements_blocks
from deterrence.symbolic.display.words import (
    concept_words,
    concluded,
    count,
    declared_words,
    iff_of,
    of_the_ranges,
    percent,
    plural,
    refinement_words,
    regime_names,
    result_names,
    subject_of,
    told_once,
    where,
)
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results_anywhere import PossibleResult
from deterrence.words.blocks import Block, Bullets, Document, Heading, Inline, Paragraph
from deterrence.words.blocks import Table as TableBlock
from deterrence.words.fitting import MAX_LINES, fitted, lines_of, shortened
from deterrence.words.sentences import listed, small

#: Longest title of a document, and of a regime in a sentence.
_DOCUMENT, _TITLE = 100, 60
#: Lines that the results have at least beside thresholds and statics, and these two.
_ROOM, _LEAST = 15, 6
#: Regimes up to which a conclusion names them.
_NAMED = 3
#: Results at a point that are listed.
_LISTED = 4


_LOTTERY = (
    "How likely each end of a lottery is depends on the numbers, of which only the order is "
    "known; `--statics` says what makes it likelier."
)


@dataclass(frozen=True)
class _Detail:
    """How much is told: results, characters of a condition, equilibria behind a result, regimes,
    conclusions, characters of the condition of one."""

    results: int
    condition: int
    behind: int
    regimes: int
    conclusions: int
    following: int


#: From the fullest to the tersest.
_DETAILS = (
    _Detail(12, 500, 3, 12, 3, 300),
    _Detail(12, 500, 1, 12, 3, 300),
    _Detail(12, 500, 0, 12, 3, 300),
    _Detail(12, 500, 0, 12, 3, 170),
    _Detail(12, 500, 0, 8, 2, 170),
    _Detail(10, 360, 0, 8, 2, 170),
    _Detail(8, 300, 0, 8, 2, 170),
    _Detail(8, 240, 0, 5, 2, 170),
    _Detail(6, 240, 0, 5, 1, 170),
    _Detail(6, 170, 0, 3, 1, 170),
    _Detail(5, 110, 0, 0, 1, 110),
    _Detail(4, 80, 0, 0, 1, 80),
)
#: What is told of the results beside much else.
_BRIEFLY = (
    _Detail(8, 110, 0, 0, 0, 80),
    _Detail(8, 60, 0, 0, 0, 80),
    _Detail(0, 0, 0, 0, 0, 80),
)


def title_of(analysis: RegimeAnalysis) -> str:
    """Return the title of what is said of an analysis."""
    among = f" in {plural(analysis)}" if analysis.refinement else ""
    return f"{cut(analysis.title or analysis.model, _DOCUMENT)}: what is possible{among}, and when"


def symbols_of(analysis: RegimeAnalysis) -> dict[str, str]:
    """Return the LaTeX symbols of the model's parameters by name."""
    parameters = analysis.internal.model.parameters
    return {name: p.symbol for name, p in parameters.items() if p.symbol}


def default_point(analysis: RegimeAnalysis) -> dict[str, Any]:
    """Return the defaults of the symbols, and what is fixed, as far as there are numbers."""
    problem = analysis.internal.problem
    values: dict[str, Any] = dict(problem.defaults)
    for name, e in problem.replaced.items():
        if isinstance(e, Expression) and e.names <= values.keys():
            try:
                values[name] = e.evaluate(values)
            except DeterrenceError:
                continue
    return values


def words_of(analysis: RegimeAnalysis) -> ConditionWords:
    """Return what tells conditions in the words of the model, with numbers at the defaults."""
    return ConditionWords(analysis.internal.model, default_point(analysis))


def short_document(answer: RegimesAnswer) -> Document:
    """Return the answer on one screen."""
    analysis, extras = answer.analysis, answer.extras
    asked: list[Block] = []
    for found in extras.thresholds:
        asked += thresholds_blocks(found, full=False)
    asked = shortened(asked, MAX_LINES - _ROOM)
    if extras.statics is not None:
        left = MAX_LINES - _ROOM - (lines_of(asked) + 1 if asked else 0)
        asked += shortened(statics_blocks(extras.statics, full=False), max(left, _LEAST))
    if extras.refinements is not None:
        left = MAX_LINES - _ROOM - (lines_of(asked) + 1 if asked else 0)
        asked += shortened(refinements_blocks(extras.refinements, full=False), max(left, _LEAST))
    room = MAX_LINES - (lines_of(asked) + 1 if asked else 0)
    details = _DETAILS if not asked else (*_DETAILS, *_BRIEFLY)
    blocks = fitted(lambda detail: ShortPage(answer, detail).blocks(), details, room)
    return Document(title_of(analysis), (*blocks, *asked), symbols_of(analysis))


class ShortPage:
    """Writes one answer with one amount of detail."""

    def __init__(self, answer: RegimesAnswer, detail: _Detail = _DETAILS[0]) -> None:
        self.analysis, self.extras, self.detail = answer.analysis, answer.extras, detail
        self.model: SymbolicModel = self.analysis.internal.model
        self.words = words_of(self.analysis)
        self.defaults = default_point(self.analysis)
        self.names = result_names(self.analysis.results)
        self.regimes = regime_names(self.analysis.regimes)
        #: Whether each regime has one result, and each result one regime.
        self.apart = len(self.analysis.regimes) == len(self.analysis.results) and all(
            len(self.possible(r.families)) == 1 for r in self.analysis.regimes
        )
        self.iff = iff_of(self.analysis)

    def blocks(self) -> list[Block]:
        """Return the document."""
        blocks: list[Block] = [
            Heading(title_of(self.analysis), 1),
            Paragraph((" ".join((*self.answer(), *self.placed())),)),
        ]
        items = [
            self.told(name, r)
            for name, r in list(zip(self.names, self.analysis.results, strict=True))[
                : self.detail.results
            ]
        ]
        if items:
            blocks.append(Bullets(tuple(items)))
        explained = [*self.definitions(blocks), *self.rest()]
        blocks += [Paragraph(line) for line in explained]
        blocks += self.together()
        blocks += self.declared()
        blocks += self.conclusions()
        blocks += self.notes() if self.detail.conclusions else []
        return blocks

    # ---- the answer ----------------------------------------------------------------------
    def answer(self) -> Iterator[str]:
        """Say which results are possible, and how sure it is that there are no others."""
        results, complete = self.analysis.results, self.analysis.cover == "proven"
        if not results and complete and self.analysis.refinement:
            yield f"No {self.analysis.kind} exists for more than single values. [proven]"
            return
        if not results:
            yield "No result was found that is possible for more than single values. [open]"
            return
        most = self.detail.results or len(results)
        told = told_once(results[:most])
        told += f"; and {count(len(results) - most)} more" if len(results) > most else ""
        asked = self.analysis.asked
        proviso = "" if asked is not None and asked.fixed else self.model.proviso
        always = complete and all(not all(r.terms) for r in results)
        if proviso and always and not self.analysis.refinement:
            only = ", and no others" if len(results) > 1 else ""
            are = "results are" if len(results) > 1 else "result is"
            many = count(len(results))
            yield f"{proviso}, {many} {are} possible: {told}{only}. {proven(self.model)}"
            return
        if len(results) == 1 and complete:
            if self.analysis.refinement and not self.everywhere():
                yield f"One result is possible in {self.among()}: {told}. [proven, ties apart]"
                return
            among = f" in {self.among()}" if self.analysis.refinement else ""
            yield (
                f"One result is possible{among}, whatever the values: {told}. [proven, ties apart]"
            )
            return
        least = "" if complete else "At least "
        number = f"{least}{count(len(results))}"
        if proviso:
            number = f"{proviso.partition(', ')[2]}, {number}"
        are = "result is" if len(results) == 1 else "results are"
        among = f" in {self.among()}" if self.analysis.refinement else ""
        yield f"{number[:1].upper()}{number[1:]} {are} possible{among}: {told}."
        if not complete:
            yield "Whether there are others is not decided. [open]"
        elif all(not all(r.terms) for r in results):
            yield "All of them are, whatever the values, and no others. [proven, ties apart]"
        else:
            yield "No others are, whatever the values. [proven, ties apart]"

    def placed(self) -> Iterator[str]:
        """Say what is possible at the defaults, and at a point that was asked for."""
        points: list[tuple[str, Mapping[str, Any]]] = []
        known = self.defaults.keys() >= set(self.analysis.symbols)
        if self.analysis.symbols and known and not self.model.orders:
            points.append(("The default values", self.defaults))
        points += [self.extras.point] if self.extras.point is not None else []
        for k, (name, values) in enumerate(points):
            try:
                families = self.analysis.families_at(values)
            except DeterrenceError:
                continue
            lie = "lies" if k or not name.endswith("s") else "lie"
            if not families:
                yield f"{name} {lie} on a boundary or in no regime that was found."
                continue
            regime = self.analysis.of_families(families)
            here = self.possible(families)
            if not here:
                yield f"{name} have no {self.analysis.kind}."
                continue
            if len(self.analysis.regimes) == 1 and len(here) == len(self.analysis.results):
                continue
            told = told_once(here[:_LISTED])
            told += f"; {count(len(here) - _LISTED)} more" if len(here) > _LISTED else ""
            if regime is not None and regime.name:
                called = cut(self.regimes[regime.id], _TITLE)
                yield f"{name} {lie} in '{called}', where this is possible: {told}."
            else:
                yield f"At {small(name)} this is possible: {told}."

    def among(self) -> str:
        """Return what the equilibria are called, where they have to pass a refinement."""
        return plural(self.analysis)

    def everywhere(self) -> bool:
        """Say whether every regime has an equilibrium that counts."""
        return all(r.families for r in self.analysis.regimes)

    def possible(self, families: Iterable[int]) -> list[PossibleResult]:
        """Return the results that are possible where families exist."""
        own = set(families)
        return [r for r in self.analysis.results if own & set(r.families)]

    # ---- results -------------------------------------------------------------------------
    def told(self, name: str, r: PossibleResult) -> Inline:
        """Return one result with its condition, its share, and what leads to it."""
        share = of_the_ranges(r.share, r.share_error)
        share = share if self.iff == "iff" or not share else f"at least {share}"
        tail = f"; in {share}" if share and r.share != 1 else ""
        if self.apart and len(self.analysis.results) > 1:
            own = next(k for k in self.analysis.regimes if set(k.families) & set(r.families))
            tail += f" ['{cut(own.name, _TITLE)}']" if own.name else ""
        tail += f". {self.behind(r)}".rstrip()
        terms = tuple(tuple(c for c in term if not _is_tie(c)) for term in r.terms)
        apart = "" if r.boundaries and terms == r.terms else "boundaries apart, "
        if not all(r.terms):
            return (f"{name}: whatever the values{tail}",)
        told = where(terms, self.words, self.detail.condition)
        if told:
            return (f"{name}: {apart}{self.iff} ", *told, tail)
        cases = len(r.terms)
        what = "a long condition holds" if cases == 1 else f"one of {count(cases)} cases"
        return (f"{name}: {apart}{self.iff} {what} (`--full`){tail}",)

    def behind(self, r: PossibleResult) -> str:
        """Say which equilibria lead to a result."""
        most = self.detail.behind
        if not most or r.called == r.patterns[0][1]:
            return ""
        by_name: dict[str, list[int | None]] = {}
        for number, name in r.patterns:
            by_name.setdefault(name, []).append(number)
        told = [_equilibrium(numbers, name) for name, numbers in list(by_name.items())[:most]]
        more = len(by_name) - len(told)
        told += [f"{count(more)} more"] if more else []
        one = "By" if len(r.patterns) == 1 else f"By one of {count(len(r.patterns))}:"
        return f"{one} {'; or '.join(told)}."

    def rest(self) -> Iterator[Inline]:
        """Say how many results are not told."""
        more = len(self.analysis.results) - self.detail.results
        if not self.detail.results:
            yield ("When each is possible is told by `--full`, or without the other options.",)
        elif more > 0:
            is_ = "result is" if more == 1 else "results are"
            yield (f"{count(more).capitalize()} more {is_} told by `--full`.",)

    def definitions(self, blocks: Sequence[Block]) -> Iterator[Inline]:
        """Explain the definitions that conditions named, and what "here" is."""
        lines = [line for b in blocks if isinstance(b, Bullets) for line in b.items]
        used = {n for line in lines for p in line if isinstance(p, Expression) for n in p.names}
        parts: list[str | Expression] = []
        for name, e in self.model.definitions.items():
            if name in used and name not in self.model.parameters:
                parts += ["; " if parts else "", Expression.name(name), " = ", e]
        here = any(isinstance(p, str) and " here (" in p for line in lines for p in line)
        if parts:
            yield ("'Here' is at the default values; " if here else "Here ", *parts, ".")
        elif here:
            yield ("'Here' is at the default values.",)

    # ---- together ------------------------------------------------------------------------
    def together(self) -> Iterator[Block]:
        """Say which results are possible together, and in how much of the ranges."""
        regimes = self.analysis.regimes
        if len(regimes) < 2 or not self.detail.regimes or len(self.analysis.results) < 2:
            return
        named = any(r.name for r in regimes)
        if self.apart or self.analysis.cover != "proven":
            return  # the results have said it all; or combinations may be missing
        order = sorted(regimes, key=lambda r: -(r.share or 0))
        shares = any(r.share is not None for r in regimes)
        rows = []
        for r in order[: self.detail.regimes]:
            cells: list[Inline] = [(cut(self.regimes[r.id], 40),)] if named else []
            cells.append((told_once(self.possible(r.families)) or "none",))
            if shares:
                cells.append((percent(r.share, r.share_error) if r.share is not None else "",))
            rows.append(tuple(cells))
        heads = [*(["Regime"] if named else []), "Possible together"]
        heads += ["Share of ranges"] if shares else []
        right = frozenset({len(heads) - 1}) if shares else frozenset[int]()
        yield TableBlock(tuple(heads), tuple(rows), right)
        more = len(regimes) - len(rows)
        if more > 0:
            yield Paragraph((f"... and {count(more)} more: `--full`.",))

    def declared(self) -> Iterator[Block]:
        """Say where regimes of the file lie that no derived one is called by."""
        found = self.analysis.declared[: self.detail.regimes]
        if found:
            yield Bullets(tuple(declared_words(d, self.analysis, self.words) for d in found))

    # ---- conclusions ---------------------------------------------------------------------
    def conclusions(self) -> Iterator[Block]:
        """Say what follows for the measures that matter most."""
        items: list[Inline] = []
        asked = self.extras.asked
        seen: set[tuple[Any, Any]] = set()
        for c in self.extras.conclusions:
            lines = [
                line or self.by_regimes(c, which)
                for which, line in concluded(c, self.words, self.detail.following)
            ]
            # Of measures that nobody asked for, each answer is told once.
            known = (c.every, c.some) in seen or len(seen) == self.detail.conclusions
            known = known or not (c.every or c.some or "proven" in (c.every_proof, c.some_proof))
            if not asked and (known or (items and not all(lines))):
                continue
            seen.add((c.every, c.some))
            items += [line or (f"{subject_of(c)}: a long condition (`--full`).",) for line in lines]
        if items:
            yield Bullets(tuple(items))

    def by_regimes(self, c: Conclusion, which: str) -> Inline:
        """Say in which of the named regimes a statement holds, where that says it all."""
        proof = c.every_proof if which == "every" else c.some_proof
        answers = [(v.regime, getattr(v, which)) for v in c.verdicts]
        yes = [k for k, answer in answers if answer == "yes"]
        regimes = self.analysis.regimes
        named = bool(regimes) and all(regimes[k].name for k in yes) and len(yes) <= _NAMED
        if proof != "proven" or not named or any(a not in ("yes", "no") for _, a in answers):
            return ()
        told = listed(f"'{cut(self.regimes[k], 40)}'" for k in yes)
        return (f"{subject_of(c)} in {which} {c.kind} exactly in {told}. [proven]",)

    def notes(self) -> Iterator[Block]:
        """Say what a reader has to know, and what else there is."""
        note = concept_words(self.analysis)
        if note:
            yield Paragraph((note,))
        if self.analysis.refinement:
            yield Paragraph((refinement_words(self.analysis),))
        for message in self.analysis.exclusions:
            more = " (`--full`)" if getattr(self.analysis, "ends", ()) else ""
            yield Paragraph((f"Note: {message}{more}.",))
        if self.analysis.cover != "proven":
            for message in self.analysis.messages[:2]:
                yield Paragraph((f"Note: {message}.",))
        if self.analysis.refinement:
            told = "`--full` adds what is played, in closed form; without `--refine` all are told."
            yield Paragraph((told,))
            return
        known = self.known()
        if self.model.orders:
            if any(len(r.chances) > 1 for r in self.analysis.results):
                yield Paragraph((_LOTTERY,))
            yield Paragraph((f"{known}`--full` adds what is played, and formulas.",))
            return
        yield Paragraph(
            (
                f"{known}`--full` adds what is played and believed, closed forms, and what "
                "happens where regimes meet; `--threshold PARAM` and `--statics` say what moves "
                "the answer.",
            )
        )

    def known(self) -> str:
        """Say how many known results were held against the answer, and with what success."""
        published = self.analysis.published
        same = sum(p.verdict == "same" for p in published)
        if not published:
            return ""
        of = count(same) if same == len(published) else f"{same} of {len(published)}"
        one = "known result is" if same == len(published) == 1 else "known results are"
        return f"{of.capitalize()} {one} derived here, the same. [proven] " if same else ""


def _is_tie(condition: Expression) -> bool:
    """Say whether a condition only leaves out where two sides are equal."""
    return condition.op == "compare" and condition.args[0] == ("!=",)


def _equilibrium(numbers: Sequence[int | None], name: str) -> str:
    """Return the name of equilibria with their numbers."""
    told = ", ".join(f"#{k}" for k in numbers[:6] if k is not None)
    more = ", ..." if len(numbers) > 6 else ""
    return f"{cut(name, 110)} ({told}{more})" if told else cut(name, 110)
