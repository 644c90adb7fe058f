"""The report as a document: a note of one page, a memo of two, or all of it.

Everything that is claimed ends in a mark of how certain it is (:data:`CERTAINTIES`).  How much
is told is fitted to pages of A4 (:mod:`deterrence.report.page_heights`).
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import format_decimal
from deterrence.analysis.comparing.cases import ComparedCase
from deterrence.analysis.robust.results import ParameterChange
from deterrence.game.measures import Measure
from deterrence.modelfile.condition_words import cut, short_title
from deterrence.report.brief import MARKS
from deterrence.report.brief_page import (
    EVERYTHING,
    BriefPage,
    as_subject,
    count_word,
    decimal_first,
    percent,
    root_words,
    status_after,
)
from deterrence.report.memo import PlayerLevers, Report
from deterrence.report.page_heights import pages_of
from deterrence.report.stability_here import stability_sentences
from deterrence.solvers.results_here import ResultHere
from deterrence.symbolic.results_anywhere import PossibleResult
from deterrence.version import __version__, installed
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Heading,
    Inline,
    Lines,
    Mark,
    Paragraph,
    Table,
    inline_text,
)
from deterrence.words.markup import GLUE
from deterrence.words.sentences import capital, listed, small
from deterrence.words.shown import shows

#: How certain a statement is.
CERTAINTIES = {
    **MARKS,
    "sampled": "estimated from a sample, whose seed is told",
}
PROVEN, EXACT, OPEN = Mark.of("proven"), Mark.of("exact"), Mark.of("open")
ASSUMPTION, SAMPLED = Mark.of("assumption"), Mark.of("sampled")
#: Longest condition of the case that holds here, where there is room for words.
_HERE = 440


@dataclass(frozen=True)
class Room:
    """How much is told: results, letters of a condition and a story, rows of tables, and so on."""

    results: int
    condition: int
    story: int
    measures: int
    flips: int
    cases: int
    rows: int
    source: int
    unknown: int = 6
    words: int = 400
    stability: int = 2


#: From the fullest to the tersest.
ROOMS = (
    Room(8, 520, 520, 3, 5, 8, 30, 200),
    Room(7, 480, 460, 3, 5, 6, 24, 160),
    Room(6, 440, 420, 2, 5, 5, 18, 130),
    Room(5, 420, 380, 2, 5, 5, 14, 110),
    Room(5, 420, 340, 2, 5, 5, 12, 90, 5, 300),
    Room(5, 380, 300, 1, 5, 5, 10, 72, 5, 280, stability=1),
    Room(4, 320, 260, 1, 5, 5, 8, 64, 5, 240, stability=1),
    Room(4, 260, 220, 1, 4, 4, 7, 60, 4, 200, stability=1),
    Room(3, 180, 160, 1, 3, 3, 5, 56, 4, 180, stability=0),
    Room(2, 100, 110, 1, 2, 2, 4, 48, 3, 160, stability=0),
    Room(2, 80, 0, 0, 1, 2, 3, 40, 3, 120, stability=0),
)
_ALL = Room(12, 520, 2000, 1000, 1000, 1000, 1000, 10_000, 1000, 10_000)


def report_document(found: Report, full: bool) -> Document:
    """Return the report as a document; how much it tells is its length, not ``full``."""
    return next(documents(found))


def documents(found: Report) -> Iterator[Document]:
    """Yield the report as full as its pages allow by the estimate, then ever tersely."""
    most = most_pages(found)
    fits = False
    for room in ROOMS:
        document = document_of(found, room)
        fits = fits or room is ROOMS[-1] or pages_of(document.blocks) <= most
        if fits:
            yield document


def most_pages(found: Report) -> float:
    """Return how many pages a report may take."""
    return {"note": 1.0, "memo": 2.0}.get(found.length, math.inf)


def document_of(found: Report, room: Room) -> Document:
    """Return the report with so much told; a full one tells everything."""
    page = MemoPage(found, _ALL if found.length == "full" else room)
    return Document(found.title, tuple(page.blocks()), found.brief.model.typeset)


# ---- what is told ------------------------------------------------------------------------------
class MemoPage:
    """Writes one report with so much room."""

    def __init__(self, found: Report, room: Room) -> None:
        self.found, self.room = found, room
        self.page, self.model, self.here = found.brief, found.brief.model, found.brief.here
        self.said = BriefPage(found.brief, replace(EVERYTHING, results=room.results))
        self.words = self.said.words

    def blocks(self) -> list[Block]:
        """Return the blocks of the report in their order."""
        blocks: list[Block] = [
            Heading(cut(self.found.title, 110), 1),
            Paragraph(self.basis()),
            Callout("Bottom line", tuple(self.bottom_line())),
        ]
        story = self.story()
        blocks += [Paragraph(story)] if story else []
        blocks += [Heading("Key judgements"), Bullets(tuple(self.judgements()))]
        if self.found.figure is not None:
            blocks.append(self.found.figure)
        if self.found.length != "note":
            blocks += self.second_page()
        blocks += self.again()
        for annex in self.found.annexes:
            blocks += [Heading(annex.title), *annex.blocks]
        return blocks

    def second_page(self) -> Iterator[Block]:
        """Yield what a note leaves out."""
        yield Heading("What would change the judgement")
        yield from self.changes()
        yield Heading("What each side can do")
        yield Bullets(tuple(self.levers()))
        yield Heading("Scenarios side by side")
        yield self.scenarios()
        yield Heading("What we do not know")
        yield Bullets(tuple(self.unknown()))
        yield Heading("Assumptions and their sources")
        yield from self.assumptions()

    # ---- the first page --------------------------------------------------------------------
    def basis(self) -> Inline:
        """Say what all of it rests on."""
        page, model = self.page, self.model
        free = [n for n, p in model.parameters.items() if p.formula is None]
        guesses = page.guesses
        if self.said.ordinal:
            told = "Nobody's payoffs are known in numbers here, only their order. "
            return (
                f"{told}What follows holds whatever the numbers, as long as it does. ",
                ASSUMPTION,
            )
        if not guesses:
            told = "Results are conditional on the payoffs in the file"
        elif len(guesses) == len(free):
            many = f"all {len(free)} numbers are" if len(free) > 1 else "the only number is"
            told = f"Results are conditional on guessed payoffs: {many} assumed"
        else:
            told = (
                "Results are conditional on guessed payoffs: "
                f"{len(guesses)} of {len(free)} numbers are assumed"
            )
        return (f"{told}. They say what follows from them, not what will happen. ", ASSUMPTION)

    def story(self) -> Inline:
        """Return what the crisis is and what its author draws from it."""
        if not self.room.story:
            return ()
        asked = replace(EVERYTHING, story=6, story_length=self.room.story)
        text = BriefPage(self.page, asked).story()
        insight = " ".join(self.model.insight.split())
        if insight and len(text) + len(insight) <= 1.6 * self.room.story:
            text += f" In its author's words: {insight}"
        return (text,) if text else ()

    def bottom_line(self) -> Iterator[str]:
        """Yield three sentences, each with its mark: what can happen, the range, what flips it."""
        yield from self.possible_here()
        yield from self.main_range()
        yield from self.first_flip()

    def possible_here(self) -> Iterator[str]:
        """Say which results are possible."""
        results, here = self.here.results, self.here
        if self.said.ordinal:
            names = [self.known(r) for r in self.page.anywhere[: self.room.results]]
            more = len(self.page.anywhere) - len(names)
            names += [f"{count_word(more)} more"] if more > 0 else []
            begins, count = self.model.proviso, len(self.page.anywhere)
            if count == 1:
                yield f"{begins}, one result is possible: {listed(names)}. "
            else:
                yield (
                    f"{begins}, {count_word(count)} results are possible"
                    f"{'' if self.said.always else ', not all of them for all numbers'}: "
                    f"{listed(names)}. "
                )
            yield PROVEN
            yield " "
            return
        where = self.said.where()
        if not results:
            yield f"{where} no equilibrium was found within the work that was allowed. "
            yield OPEN
            yield " "
            return
        names = [self.called(r) for r in results[: self.room.results]]
        more = len(results) - len(names)
        names += [f"{count_word(more)} more"] if more > 0 else []
        found = "" if here.complete else ", as far as was found"
        if len(results) == 1 and results[0].certain:
            yield f"{where} one result is possible{found}: {names[0]}. "
        elif len(results) == 1:
            yield f"{where} chance decides{found}: {self.said.result(results[0])}. "
        else:
            least = "" if here.complete else "at least "
            yield (
                f"{where} {least}{count_word(len(results))} results are possible, and nothing in "
                f"the payoffs says which: {listed(names)}. "
            )
        yield EXACT if here.complete else OPEN
        yield " "

    def called(self, result: ResultHere) -> str:
        """Return the name of a result; a lottery is named by what leads to it."""
        if result.certain:
            return cut(result.name, 80)
        called = self.said.lottery(result.patterns)
        likely, chance = next(iter(result.chances.items()))
        title = cut(self.model.titles.get(likely, likely), 40)
        odds = f"{title} with probability {format_decimal(chance)}"
        small = f"the {called[4:]}" if called.startswith("The ") else called
        return f"{small or 'a lottery'} ({odds}, the likeliest)"

    def known(self, result: PossibleResult) -> str:
        """Return the name of a result in the middle of a sentence."""
        name = self.said.named(result)
        return f"b{name[1:]}" if name.startswith("Both mix") else name

    def main_range(self) -> Iterator[str]:
        """Say how large the main measure is; never without its range."""
        main, here = self.page.main, self.here
        if self.said.ordinal:
            if main is None:
                return
            told = next((t for t in self.said.whatever() if t.startswith(_subject(main))), "")
            yield f"{told.removesuffix('[proven]').strip()} "
            yield PROVEN
            yield " "
            return
        if main is None or main.name not in here.ranges:
            yield from self.payoff_ranges()
            return
        yield f"{self.ranged(main)} "
        yield EXACT if here.complete and not here.corners else OPEN
        yield " "

    def ranged(self, measure: Measure) -> str:
        """Return a measure with its range over the equilibria, as a sentence."""
        low, high = self.here.ranges[measure.name]
        if low == high:
            every = " in every equilibrium" if self.here.complete else " in all that were found"
            every = every if self.here.equilibria > 1 else ""
            return f"{_subject(measure)} is {decimal_first(low)}{every}."
        return (
            f"{_subject(measure)} is {decimal_first(low)} to {decimal_first(high)}, "
            "depending on the equilibrium."
        )

    def payoff_ranges(self) -> Iterator[str]:
        """Say what each player gets, where the file has no measure to speak of."""
        results = self.here.results
        if not results:
            return
        told = []
        for player in self.model.players:
            low = min(r.payoffs[player][0] for r in results)
            high = max(r.payoffs[player][1] for r in results)
            span = format_decimal(low)
            span += "" if low == high else f" to {format_decimal(high)}"
            told.append(f"{cut(player, 40)} {span}")
        yield f"Over the equilibria, payoffs are: {listed(told)}. "
        yield EXACT if self.here.complete else OPEN
        yield " "

    def first_flip(self) -> Iterator[str]:
        """Say how wrong the guesses may be before the answer changes."""
        if self.said.ordinal:
            yield "How far numbers may move cannot be asked where there are none. "
            yield ASSUMPTION
            return
        for line in self.joint_lines():
            yield from _texts(_marked(line))
            return
        yield "What would change this was not asked: no guess has a range to move in. "
        yield ASSUMPTION

    def joint_lines(self) -> list[Inline]:
        """Return how wrong all guesses may be at once, or why that is not known."""
        flips, short = self.page.flips, replace(EVERYTHING, moves=0)
        said = BriefPage(self.page, short)
        lines = list(said.changes())
        # What guesses do alone comes last, and stands in a table.
        return lines[:-1] if flips is not None and flips.changes() else lines

    def judgements(self) -> Iterator[Inline]:
        """Yield when each result is possible, in words and then in symbols, and the measures."""
        results = self.page.anywhere
        if not results:
            why = "; ".join(self.page.messages) or "the work that was allowed did not suffice"
            yield (f"When each result is possible was not worked out: {why}. ", OPEN)
        else:
            yield from self.possibilities()
        if self.said.ordinal:
            for told in list(self.said.whatever())[2 : 2 + self.room.measures]:
                yield (f"{told.removesuffix('[proven]').strip()} ", PROVEN)
            yield from self.stability()
            return
        sure = EXACT if self.here.complete and not self.here.corners else OPEN
        shown = [m for m in self.said.measured() if m is not self.page.main]
        for measure in shown[: self.room.measures]:
            yield (f"{self.ranged(measure)} ", sure)
        yield from self.stability()

    def stability(self) -> Iterator[Inline]:
        """Yield by which notions the state in question is stable, where there is room."""
        found = self.page.stability
        if found is not None and self.room.stability:
            told = [*stability_sentences(found)][-self.room.stability :]
            yield (f"{' '.join(told)} ", EXACT if found.exact else OPEN)

    def possibilities(self) -> Iterator[Inline]:
        """Yield when each result is possible, those possible here first."""
        results = self.page.anywhere
        mark = PROVEN if self.page.map_complete else OPEN
        always = [r for r in results if not all(r.terms)]
        if len(always) == len(results) > 1 and not self.said.ordinal:
            names = [self.known(r) for r in results[: self.room.results]]
            names += [f"{count_word(n)} more"] if (n := len(results) - len(names)) > 0 else []
            yield (f"Possible whatever the values, ties apart: {listed(names)}. ", mark)
            return
        ordered = sorted(results, key=lambda r: not self.said.possible(r))
        lines = [self.condition(r, mark) for r in ordered[: self.room.results]]
        yield from lines
        defined = next(iter(self.said.definitions(lines)), ())
        if defined and len(inline_text(defined)) <= 2 * self.room.condition:
            yield ("In these conditions ", *defined[1:], " ", PROVEN)
        more = len(ordered) - self.room.results
        if more > 0:
            are, their = ("is", "its condition") if more == 1 else ("are", "their conditions")
            yield (
                f"There {are} {count_word(more)} more result{'s' if more > 1 else ''}; "
                f"`deterrence regimes {self.model.name}` has {their}. ",
                mark,
            )

    def condition(self, result: PossibleResult, mark: Mark) -> Inline:
        """Return when a result is possible: in words, with the symbols in brackets."""
        name, here = self.said.named(result), self.said.possible(result)
        if not all(result.terms):
            return (f"{name} is possible whatever the values. ", mark)
        only = "exactly where " if self.page.map_complete else "where "
        apart = "" if result.boundaries else ", ties apart"
        so = "" if self.said.ordinal else " It is so here. " if here else " It is not so here. "
        told, whole = self.in_words(result.terms)
        if told and whole:
            return (f"{name} is possible {only}", *told, f"{apart}.{so or ' '}", mark)
        cases = len(result.terms)
        rest = f"`deterrence regimes {self.model.name}` has the whole condition"
        if told:
            where = f"in all {count_word(cases)} cases: {rest}" if cases > 1 else rest
            return (f"{name} is possible here, since ", *told, f" ({where}). ", mark)
        long = f"under a condition of {count_word(cases)} cases" if cases > 1 else "conditionally"
        return (f"{name} is possible {long} ({rest}).{so or ' '}", mark)

    def in_words(self, terms: Sequence[Sequence[Expression]]) -> tuple[Inline, bool]:
        """Return a condition in words, and whether it is the whole; in symbols where too long."""
        longest = self.room.condition
        sides = self.words.sides(terms)
        if sides and len(inline_text(sides)) <= longest:
            return sides, True
        whole = _either([self.words.term(t) for t in terms])
        if len(inline_text(whole)) <= longest:
            return whole, True
        here = next((t for t in terms if self.words.term_holds(t)), None)
        most = max(longest, _HERE) if longest >= _HERE / 2 else longest
        if here is not None and len(inline_text(told := self.words.term(here))) <= most:
            return told, len(terms) == 1
        return self.words.terms(terms, longest)

    # ---- the second page --------------------------------------------------------------------
    def changes(self) -> Iterator[Block]:
        """Yield how wrong all guesses may be at once, and which guess flips it alone."""
        if self.said.ordinal:
            told = "Left out: with an order and no numbers there is nothing to measure changes by. "
            yield Paragraph((told, ASSUMPTION))
            return
        flips = self.page.flips
        if flips is None:
            told = "Not asked: the file has no measure that is a probability, or no guess a range. "
            yield Paragraph((told, ASSUMPTION))
            return
        alone = flips.alone()
        lines = self.joint_lines()
        for k, line in enumerate(lines[:2]):
            *first, mark = _marked(line)
            moving = self.what_moves(k) if len(lines) == len(flips.changes()) else ""
            yield Paragraph((*first, moving, mark))
        if not flips.changes():
            return
        if not alone:
            yield Paragraph(("No guess flips it alone within its range. ", EXACT))
            return
        rows: list[tuple[Inline, ...]] = []
        for change, a in alone[: self.room.flips]:
            assert a.threshold is not None
            assert a.distance is not None
            p = self.model.parameters[a.parameter]
            side = "above" if a.direction > 0 else "below"
            side = f"at or {side}" if a.attained else side
            then = a.regime or status_after(
                change, small(_subject(flips.measure)), flips.level, self.here.equilibria == 1
            )
            rows.append(
                (
                    (f"{cut(short_title(p.title or p.name, 90), 90)}{_unit(p.unit)}",),
                    (Expression.name(a.parameter),),
                    (format_decimal(a.base),),
                    (f"{side} {root_words(a.threshold)}",),
                    (_share(a.distance.decimal),),
                    (capital(cut(then, 90)),),
                )
            )
        heads = ("One guess alone", "Symbol", "Now", "Flips", "Of its range", "Then")
        more = len(alone) - len(rows)
        caption: Inline = ("Nearest first. ", EXACT)
        if more > 0:
            caption = (f"The nearest {count_word(len(rows))} of {len(alone)}. ", EXACT)
        yield Table(heads, tuple(rows), frozenset({2, 4}), caption)

    def what_moves(self, k: int) -> str:
        """Say which guesses a joint change moves, by their titles."""
        assert self.page.flips is not None
        moves = self.page.flips.changes()[k].moves
        if len(moves) < 2:
            return ""
        shown = moves[:4]
        names = [short_title(m.title or m.parameter, 60) for m in shown]
        names += [f"{count_word(n)} more" if (n := len(moves) - len(shown)) else ""]
        return f"What moves: {listed(list(filter(None, names)))}. "

    def levers(self) -> Iterator[Inline]:
        """Yield what each player can do."""
        if self.said.ordinal:
            yield (
                "Left out: what a lever moves is a number, and only an order is known. ",
                ASSUMPTION,
            )
            return
        if not self.found.levers:
            told = "Not asked: the file has no measure that is a probability. "
            yield (told, OPEN if self.found.messages else ASSUMPTION)
            return
        for one in self.found.levers:
            yield self.lever(one)

    def lever(self, one: PlayerLevers) -> Inline:
        """Return what one player can do."""
        who = cut(self.title_of(one.player), 60)
        flips = self.page.flips
        measure = flips.measure if flips is not None else self.page.main
        assert measure is not None
        level = one.statement.rpartition("==")[2].strip()
        wish = f"{small(_subject(measure))} to {level} in every equilibrium"
        so = f"{small(_subject(measure))} is {level} in every equilibrium already"
        if one.answer is None:
            if one.reason:
                told = one.reason.rstrip(".")
                mark = ASSUMPTION if one.settled else OPEN
                return (f"{who} moves no guess here: {cut(told, 160)}. ", mark)
            return (f"{who}: the file names no guess that it can change. ", ASSUMPTION)
        answer = one.answer.answer
        sure = PROVEN if answer.certainty == "proven" else OPEN
        if answer.before and answer.upper is not None and not answer.moves:
            return (f"{who} need move nothing: {so}. ", sure)
        if answer.impossible:
            names = _listed([self.guess(n) for n in one.answer.costs], 3)
            return (
                f"{who} alone cannot bring {wish}, by any change of ",
                *names,
                " within the ranges. ",
                sure,
            )
        if answer.upper is None or not answer.moves:
            return (f"{who}: no change was found that brings {wish}, and none is excluded. ", OPEN)
        moves = _listed([self.move(m, answer.attained is True) for m in answer.moves], 3)
        least = "the cheapest way" if answer.certainty == "proven" else "a way that was found"
        return (
            f"{who} can bring {wish} by moving ",
            *moves,
            f"; that is {least}, {_share(answer.radius)} of the ranges in all. ",
            sure,
        )

    def move(self, m: ParameterChange, attained: bool) -> Inline:
        """Return how one parameter is moved."""
        up = m.steps.decimal > 0
        beyond = "" if attained else "just above " if up else "just below "
        there = f"{beyond}{root_words(m.limit)}{_unit(m.unit)}"
        return (*self.guess(m.parameter), f" from {format_decimal(m.base)} to {there}")

    def guess(self, name: str) -> Inline:
        """Return a parameter's title with its symbol."""
        title = short_title(self.model.parameters[name].title, 70)
        return (f"{title} (", Expression.name(name), ")") if title else (Expression.name(name),)

    def title_of(self, player: str) -> str:
        """Return what a player is called in prose."""
        return player

    def scenarios(self) -> Block:
        """Return the cases side by side."""
        cases = self.found.cases[: self.room.cases]
        if len(cases) < 2:
            if self.said.ordinal:
                return Paragraph(
                    ("The file has no scenarios: only an order is known. ", ASSUMPTION)
                )
            return Paragraph(("The file has no scenarios to set beside this one. ", ASSUMPTION))
        shown = self.said.measured()[: 2 if self.room.measures > 1 else 1]
        rows: list[tuple[Inline, ...]] = []
        for case in cases:
            row: list[Inline] = [(cut(self.case_name(case), 60),), (self.results_of(case),)]
            for m in shown:
                ends = case.ranges.get(m.name)
                row.append(("not told" if ends is None else _span(*ends),))
            row.append((EXACT if case.complete and not case.corners else OPEN,))
            row.append(tuple(self.changed(case)))
            rows.append(tuple(row))
        titles = [capital(cut(short_title(m.title or m.name, 60), 44)) for m in shown]
        heads = ("Scenario", "What can happen", *titles, "Certainty", "What differs")
        more = self.found.more_cases + len(self.found.cases) - len(cases)
        caption = "Solved one by one; ranges are over all equilibria, and the values are guesses. "
        if more > 0:
            rest = f"`deterrence compare {self.model.name} --scenarios`"
            caption += f"{capital(count_word(more))} more: {rest}. "
        return Table(heads, tuple(rows), frozenset(), (caption, ASSUMPTION))

    def case_name(self, case: ComparedCase) -> str:
        """Return what a case is called."""
        if case.scenario is None:
            return "Values given" if self.page.given else "Default values"
        return case.title or case.scenario

    def results_of(self, case: ComparedCase) -> str:
        """Return the results of a case in a few words."""
        names = [cut(r.name, 44) for r in case.results if len(r.outcomes) == 1]
        mixed = [r for r in case.results if len(r.outcomes) != 1]
        called = [self.said.lottery(r.equilibria) for r in mixed]
        short = [f"the {c[4:]}" if c.startswith("The ") else c for c in called if c]
        names += short
        if more := len(mixed) - len(short):
            names.append("a lottery" if more == 1 else f"{count_word(more)} lotteries")
        if len(names) > 4:
            names = [*names[:3], f"{count_word(len(names) - 3)} more"]
        return " or ".join(names) or "none was found"

    def changed(self, case: ComparedCase) -> Iterator[str | Expression]:
        """Yield the values by which a case differs from the first one."""
        if case.scenario is None:
            yield "\N{EN DASH}"
            return
        values = dict(self.model.scenario(case.scenario).values)
        shown = list(values.items())[:4]
        for k, (name, value) in enumerate(shown):
            yield from (", " if k else "", Expression.name(name), f" = {format_decimal(value)}")
        if len(values) > len(shown):
            yield f" and {len(values) - len(shown)} more"

    def unknown(self) -> Iterator[Inline]:
        """Yield what nobody may read into this."""
        found: list[Inline] = []
        if len(self.here.results) > 1 or (self.said.ordinal and len(self.page.anywhere) > 1):
            count = len(self.page.anywhere) if self.said.ordinal else len(self.here.results)
            found.append(
                (
                    f"Which of the {count_word(count)} results happens: theory does not choose "
                    "among equilibria, and no number here is the chance that one is played. ",
                    ASSUMPTION,
                )
            )
        if not self.said.ordinal and self.page.guesses:
            found.append(("The true values of the guesses: see the table below. ", ASSUMPTION))
        source = " ".join(self.model.source.split())
        told = _sentences(source, self.room.words)
        who = "Whether this is the right game: who moves when, what each side knows and wants "
        found.append((f"{who}is the file's{': ' + told if told else '.'} ", ASSUMPTION))
        for line in self.open_parts():
            found.append((f"{line} ", OPEN))
        yield from found[: self.room.unknown]

    def open_parts(self) -> Iterator[str]:
        """Yield what was not decided."""
        here, page = self.here, self.page
        if not here.complete:
            yield "Whether there are more equilibria at these values: not decided."
        elif here.corners:
            yield "Ranges are over the ends of sets of equilibria; inside, not proven."
        if page.anywhere and not page.map_complete:
            yield "Whether there are more results at other values: not decided."
        for message in (*page.messages, *self.found.messages):
            yield f"Not decided: {cut(message, 160)}."
        flips = page.flips
        if flips is not None and flips.robustness is not None and not flips.robustness.complete:
            yield "Whether a smaller change flips the answer: only bounds are proven."

    def assumptions(self) -> Iterator[Block]:
        """Yield the guesses with their values, ranges and sources."""
        if self.said.ordinal:
            titles = self.model.titles
            for player, order in list(self.model.orders.items())[: self.room.rows]:
                told = "; ".join(
                    " > ".join(
                        " = ".join(cut(titles.get(o, o), 40) for o in tied) for tied in chain
                    )
                    for chain in order.chains
                )
                best = f"{cut(player, 60)}, the best first: {cut(told, 300)}. "
                yield Paragraph((best, ASSUMPTION))
            return
        free = [n for n, p in self.model.parameters.items() if p.formula is None]
        if not free:
            yield Paragraph(("The file has no guess: all payoffs are numbers. ", ASSUMPTION))
            return
        shown = free
        if len(free) > self.room.rows:
            first = [a.parameter for _, a in self.page.flips.alone()] if self.page.flips else []
            kept = set(list(dict.fromkeys([*first, *free]))[: self.room.rows])
            shown = [n for n in free if n in kept]
        rows: list[tuple[Inline, ...]] = []
        for name in shown:
            p = self.model.parameters[name]
            value = self.page.values.get(name)
            source = " ".join(p.source.split()) or "no source is named"
            source = "given on the command line" if name in self.page.given else source
            rows.append(
                (
                    (cut(p.title or name, 80),),
                    (Expression.name(name),),
                    ("none" if value is None else format_decimal(value),),
                    (" ".join(filter(None, (p.range_text, cut(p.unit, 20)))),),
                    (cut(source, self.room.source),),
                )
            )
        heads = ("Guess", "Symbol", "Value", "Range and unit", "Source")
        more = len(free) - len(rows)
        caption: Inline = ()
        if more > 0:
            rest = f"`deterrence show {self.model.name}` has {count_word(more)} more"
            caption = (f"Those that matter most; {rest}. ",)
        else:
            caption = ("All else follows from these. ",)
        yield Table(heads, tuple(rows), frozenset({2}), (*caption, ASSUMPTION))

    # ---- how it was made ------------------------------------------------------------------------
    def again(self) -> list[Block]:
        """Return how to get the report again, from what, and what the marks mean."""
        marks = "; ".join(f"{name}: {told}" for name, told in CERTAINTIES.items())
        return [
            Heading("How to get this again"),
            Lines((self.command(),)),
            Paragraph((f"{self.versions()} Marks: {marks}.",)),
        ]

    def command(self) -> str:
        """Return the command that reproduces the report."""
        game = [p if len(p) <= 60 else Path(p).name for p in self.page.game]
        parts = ["deterrence", "report", *game, "--length", self.found.length]
        for name in self.found.named:
            parts += ["--scenario", name]
        for name, value in self.page.given.items():
            parts += ["--set", f"{name}={value}"]
        return " ".join(shlex.quote(p) for p in parts)

    def versions(self) -> str:
        """Return what the report was made from and by."""
        digest = self.model.digest
        file = f"File with SHA-256 {digest[:16]}. " if digest else ""
        solvers = [f"{name} {installed(name) or '?'}" for name in ("sympy", "z3-solver")]
        return f"{file}deterrence {__version__}, {', '.join(solvers)}."


def _either(terms: Sequence[Inline]) -> Inline:
    parts: list[str | Expression] = []
    for k, term in enumerate(terms):
        parts += [", or " if k else "", *term]
    return tuple(parts)


def _marked(line: Inline) -> Inline:
    """Return a line of a brief with its last word, a mark in brackets, as a mark."""
    *first, last = line
    assert isinstance(last, str)
    text, _, word = last.rpartition(" [")
    first = [p.replace(" %", f"{GLUE}%") if isinstance(p, str) else p for p in first]
    text = text.replace(" %", f"{GLUE}%")
    return (*first, f"{text} ", Mark.of(word.removesuffix("]").partition(";")[0]))


def _listed(items: Sequence[Inline], most: int) -> Inline:
    """Return items with commas between them, and how many are left out."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append((f"{count_word(len(items) - most)} more",))
    parts: list[str | Expression] = []
    for k, item in enumerate(shown):
        parts += ["" if not k else " and " if k == len(shown) - 1 else ", ", *item]
    return tuple(p for p in parts if not (isinstance(p, str) and not p))


def _sentences(text: str, longest: int) -> str:
    """Return the first sentences of a text, as many as fit.

    >>> _sentences("One is short. Two is not.", 20), _sentences("Only one here.", 9)
    ('One is short.', 'Only o...')
    """
    parts = text.split(". ")
    for k in range(len(parts), 0, -1):
        told = ". ".join(parts[:k]) + ("." if k < len(parts) else "")
        if len(told) <= longest:
            return told
    return cut(text, longest)


def _share(size: float) -> str:
    return percent(size).replace(" ", GLUE)


def _texts(line: Inline) -> Iterator[str]:
    for part in line:
        yield part if isinstance(part, str) else inline_text((part,))


def _subject(measure: Measure) -> str:
    return as_subject(measure.title, measure.name)


def _unit(unit: str) -> str:
    return f" ({cut(unit, 20)})" if unit else ""


def _span(low: Any, high: Any) -> str:
    return (
        format_decimal(low) if low == high else f"{format_decimal(low)} to {format_decimal(high)}"
    )


shows(Report, report_document)
