"""The brief as a document: one page, written more tersely where it would not fit.

The page is at most :data:`~deterrence.words.fitting.MAX_LINES` lines of 80 columns as text.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import format_decimal
from deterrence.analysis.robust.results import Alone, SmallestChange
from deterrence.game.measures import Measure
from deterrence.modelfile.condition_words import ConditionWords, cut, short_title
from deterrence.modelfile.orders import proven
from deterrence.report.brief import Brief
from deterrence.report.flips import Flips
from deterrence.report.stability_here import stability_sentences
from deterrence.solvers.results_here import ResultHere
from deterrence.symbolic.results_anywhere import PossibleResult
from deterrence.words.blocks import Block, Document, Entries, Heading, Inline, Paragraph
from deterrence.words.fitting import MAX_LINES, fitted
from deterrence.words.shown import shows

_MARKS: Inline = ("proven for all allowed values; exact at these values; open; assumption",)
#: Longest exact fraction beside its decimal, and longest name of an equilibrium in prose.
_LONGEST, _SHORT_NAME = 12, 44
#: Numbers of equilibria with one result that are told.
_MOST_NUMBERS = 3
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Detail:
    """How much is told: sentences of the story, results, characters of a condition, and so on.

    ``stability`` are sentences on that of the state in question.
    """

    story: int
    story_length: int
    results: int
    condition: int
    measures: int
    alone: int
    insight: int
    names: int
    moves: int
    title: int = 76
    stability: int = 2


#: From the fullest page to the tersest.
_DETAILS = (
    Detail(3, 420, 8, 330, 5, 3, 320, 14, 14),
    Detail(3, 420, 8, 300, 3, 3, 320, 14, 8),
    Detail(3, 420, 7, 260, 2, 3, 320, 12, 6),
    Detail(2, 330, 6, 240, 2, 3, 260, 12, 5),
    Detail(2, 280, 6, 240, 1, 3, 260, 6, 5),
    Detail(2, 280, 6, 240, 1, 3, 260, 6, 5, stability=1),
    Detail(1, 280, 6, 240, 1, 3, 260, 4, 4, stability=1),
    Detail(1, 280, 5, 240, 1, 3, 260, 4, 0, stability=1),
    Detail(1, 280, 5, 170, 1, 2, 260, 4, 0, stability=1),
    Detail(1, 250, 4, 150, 1, 2, 260, 3, 0, stability=1),
    Detail(1, 250, 3, 150, 1, 2, 260, 3, 0, stability=1),
    Detail(1, 80, 3, 90, 1, 1, 100, 3, 0, 50, stability=0),
)


#: Everything, for a page that need not fit on a screen.
EVERYTHING = Detail(99, 10_000, 1000, 10_000, 1000, 1000, 10_000, 1000, 1000)


def brief_document(page: Brief, full: bool) -> Document:
    """Return the document, as full as a screen allows, or in full."""
    details = (EVERYTHING,) if full else _DETAILS
    most = 10_000 if full else MAX_LINES
    model = page.model
    return Document(
        title=model.title or model.name,
        blocks=tuple(fitted(lambda detail: BriefPage(page, detail).blocks(), details, most)),
        symbols=model.typeset,
    )


def brief_parts(page: Brief) -> dict[str, tuple[Inline, ...]]:
    """Return what a brief says, part by part, with the marks of how far it is certain.

    >>> from deterrence import load_model
    >>> brief_parts(load_model("chicken").brief())["command"]
    (('deterrence brief chicken',),)
    """
    told = BriefPage(page, _DETAILS[0])
    return {
        "answer": tuple((sentence,) for sentence in told.answer()),
        "when": tuple(told.conditions()),
        "flips": tuple(told.changes()),
        "stability": tuple(told.stability()),
        "unknown": tuple(told.unknown()),
        "command": ((told.command(),),),
    }


class BriefPage:
    """Writes the document of one brief with one amount of detail."""

    def __init__(self, page: Brief, detail: Detail) -> None:
        self.page, self.detail = page, detail
        self.model, self.here = page.model, page.here
        self.words = ConditionWords(page.model, page.values)

    def blocks(self) -> list[Block]:
        """Return the whole page."""
        blocks: list[Block] = [
            Heading(cut(self.model.title or self.model.name, self.detail.title), 1),
            Paragraph((" ".join(self.answer()),)),
        ]
        story = self.story()
        blocks += [Paragraph((story,))] if story else []
        rows = [("When", tuple(self.conditions())), ("What flips it", tuple(self.changes()))]
        blocks += [Entries((), (row,)) for row in rows if row[1]]
        last = [
            ("Stability", tuple(self.stability())),
            ("The point", tuple(self.moral())),
            ("Not known", tuple(self.unknown())),
            ("Again", ((self.command(),),)),
            ("Marks", (_MARKS,) if self.detail.measures > 1 else ()),
        ]
        blocks.append(Entries((), tuple(row for row in last if row[1])))
        return blocks

    # ---- the answer ----------------------------------------------------------------------
    def where(self) -> str:
        """Say at which values the answer is, as the beginning of a sentence."""
        if self.model.orders and not self.page.given and self.page.scenario is None:
            return "With ranks for numbers"
        if self.page.scenario is not None:
            title = self.model.scenario(self.page.scenario).title or self.page.scenario
            told = f"In the scenario '{cut(title, 60)}'"
            return f"{told}, with the values given," if self.page.given else told
        return "At the values given" if self.page.given else "At the default values"

    @property
    def ordinal(self) -> bool:
        """Whether orders of the outcomes are all that is known, and the answer rests on them."""
        known = self.page.map_complete and not self.page.given and self.page.scenario is None
        return bool(self.model.orders) and known

    @property
    def always(self) -> bool:
        """Whether all results are possible whatever the numbers are."""
        return all(not all(r.terms) for r in self.page.anywhere)

    def whatever(self) -> Iterator[str]:
        """Say what is possible whatever the numbers are."""
        results = self.page.anywhere
        told = [self.named(r) for r in results[: self.detail.results]]
        told = [f"both{t[4:]}" if t.startswith("Both mix") else t for t in told]
        told += [f"{count_word(more)} more"] if (more := len(results) - len(told)) else []
        are = "result is" if len(results) == 1 else "results are"
        begins = self.model.proviso
        if not self.always:
            begins = begins.partition(", ")[2].capitalize()
        yield (
            f"{begins}, {count_word(len(results))} {are} possible: {'; '.join(told)}. "
            f"{proven(self.model)}"
        )
        for measure in self.measured():
            values = {str(r.measures.get(measure.name)) for r in results}
            sure = sorted(v for v in values if v.isdigit())
            told = [f"is {' or '.join(sure)}"] if sure else []
            if values - {*sure}:
                told.append("depends on the numbers where somebody mixes")
            by = ", by equilibrium" if len(told) == 1 < len(sure) else ""
            yield f"{as_subject(measure.title, measure.name)} {', or '.join(told)}{by}. [proven]"

    def answer(self) -> Iterator[str]:
        """Say which results can happen here, and the range of what matters most."""
        results, here = self.here.results, self.here
        if self.ordinal:
            yield from self.whatever()
            return
        mark = "[exact]" if here.complete else "[exact; there may be more]"
        if not results:
            yield f"{self.where()} no equilibrium was found within the time limit. [open]"
            return
        told = [self.result(r) for r in results[: self.detail.results]]
        more = len(results) - len(told)
        least = "" if here.complete else "at least "
        if len(results) == 1:
            only = "" if here.complete else ", as far as was found"
            if results[0].certain:
                yield f"{self.where()} one result is possible{only}: {told[0]}. {mark}"
            else:
                yield f"{self.where()} chance decides{only}: {told[0]}. {mark}"
        else:
            listed = "; ".join(told) + (f"; and {more} more" if more > 0 else "")
            yield (
                f"{self.where()} {least}{count_word(len(results))} results are possible, and the "
                f"model does not say which: {listed}. {mark}"
            )
        yield from self.measures()

    def result(self, result: ResultHere) -> str:
        """Return a result in words, with the probabilities where chance has a part."""
        numbers = in_brackets(result.patterns)
        if result.certain:
            return f"{cut(result.name, 80)}{numbers}"
        titles = self.model.titles
        alone = len(self.here.results) == 1
        shown = list(result.chances.items())[: 4 if len(self.here.results) < 4 else 2]
        told = [f"{cut(titles.get(o, o), 60)} ({_decimal(p)})" for o, p in shown]
        more = len(result.chances) - len(told)
        listed = "; ".join(told) + (f"; {count_word(more)} more" if more else "")
        called = self.lottery(result.patterns)
        if alone:
            return listed + (f", as {called}{numbers}" if called else "")
        return f"{_small(called) or 'a lottery'}{numbers} [{listed}]"

    def lottery(self, patterns: Sequence[tuple[int | None, str]]) -> str:
        """Return the name of what leads to a lottery, where there is one and it is short."""
        names = list(dict.fromkeys(name for _, name in patterns))
        if len(names) != 1 or len(names[0]) > _SHORT_NAME:
            return ""
        return names[0]

    def measured(self) -> list[Measure]:
        """Return the measures that are told, the main one first."""
        main = self.page.main
        order = [main] if main is not None else []
        order += [m for m in self.model.measures if m not in order and m.sense]
        return [m for m in order if m.name in self.here.ranges][: self.detail.measures]

    def measures(self) -> Iterator[str]:
        """Say how large measures are; never without their range."""
        order = self.measured()
        several = self.here.equilibria > 1
        every = " in every equilibrium" if self.here.complete else " in all that was found"
        told = []
        for measure in order:
            low, high = self.here.ranges[measure.name]
            title = as_subject(measure.title, measure.name)
            if low == high:
                told.append(f"{title} is {decimal_first(low)}{every if several else ''}.")
            else:
                told.append(f"{title} is {_decimal(low)} to {decimal_first(high)}, by equilibrium.")
        if told:
            sure = self.here.complete and not self.here.corners
            yield f"{' '.join(told)} {'[exact]' if sure else '[open]'}"

    def story(self) -> str:
        """Return the first sentences of the model's summary."""
        text = " ".join(self.model.summary.split())
        sentences = re.split(r"(?<=[.!?])\s+", text)[: self.detail.story]
        while len(sentences) > 1 and len(" ".join(sentences)) > self.detail.story_length:
            sentences.pop()
        return cut(" ".join(sentences), self.detail.story_length + 40)

    # ---- conditions ------------------------------------------------------------------------
    def conditions(self) -> Iterator[Inline]:
        """Say when each result is possible: in words, in symbols, and whether it is so here."""
        results = self.page.anywhere
        if self.ordinal and self.always:
            return
        if not results:
            yield (
                "The conditions were not worked out for this brief: "
                f"{'; '.join(self.page.messages) or 'time was short'}. [open]",
            )
            return
        mark = "[proven]" if self.page.map_complete else "[proven; more results may exist]"
        always = [r for r in results if not all(r.terms)]
        if len(always) == len(results):
            told = "; ".join(cut(r.name, 80) for r in results[: self.detail.results])
            verb = "is the only result" if len(results) == 1 else "are the possible results"
            if not self.page.map_complete:
                yield (f"Possible whatever the values: {told}. {mark}",)
            else:
                yield (
                    f"{told} {verb} for all values that the assumptions allow, ties apart. {mark}",
                )
            return
        # What is possible here comes first.
        ordered = sorted(results, key=lambda r: not self.possible(r))
        lines = [self.condition(result, mark) for result in ordered[: self.detail.results]]
        yield from lines
        yield from self.definitions(lines)
        more = len(ordered) - self.detail.results
        if more > 0:
            yield (
                f"{count_word(more).capitalize()} more: `deterrence regimes {self.model.name}` "
                "has their conditions.",
            )

    def possible(self, result: PossibleResult) -> bool:
        """Say whether a result is among those at the values."""
        if self.words.holds(result.terms):
            return True
        chances = result.chances_at(self.page.values)
        return chances is not None and any(chances == dict(r.chances) for r in self.here.results)

    def condition(self, result: PossibleResult, mark: str) -> Inline:
        """Return when a result is possible, and whether it is so here."""
        name = self.named(result)
        here = "; so here" if self.possible(result) else "; not here"
        if self.ordinal:
            here = ""
        apart = "" if result.boundaries or not all(result.terms) else "boundaries apart, "
        if not all(result.terms):
            return (f"{name}: always possible. {mark}",)
        iff = "iff" if self.page.map_complete else "if"
        told, whole = self.words.terms(result.terms, self.detail.condition)
        if whole:
            return (f"{name}: {apart}{iff} ", *told, f"{here}. {mark}")
        cases = len(result.terms)
        of = "a long condition" if cases == 1 else f"{count_word(cases)} cases"
        where = f"`deterrence regimes {self.model.name}` has "
        where += "it" if cases == 1 else "them"
        if told and here:
            return (f"{name}: so here, since ", *told, f"; in all {of}, {where}. {mark}")
        return (f"{name}: {apart}{iff} {of} ({where}){here}. {mark}",)

    def named(self, result: PossibleResult) -> str:
        """Return a result's name; a lottery is called as in the answer."""
        name = cut(result.name, 100)
        if len(result.chances) > 1:
            called = self.lottery(result.patterns)
            if called:
                lottery = in_brackets(result.patterns, "a lottery")
                return f"{called[:1].upper()}{called[1:]}{lottery}"
        twins = [r for r in self.page.anywhere if r.name == result.name]
        if len(twins) > 1 and result.patterns and result.patterns[0][0] is None:
            return f"{name} ({cut(result.patterns[0][1], 60)})"
        return f"{name}{in_brackets(result.patterns)}"

    def definitions(self, lines: Sequence[Inline]) -> Iterator[Inline]:
        """Explain the definitions that conditions named."""
        used = {n for line in lines for p in line if isinstance(p, Expression) for n in p.names}
        parts: list[str | Expression] = []
        for name, e in self.model.definitions.items():
            if name in used and name not in self.model.parameters:
                parts += [", " if parts else "", Expression.name(name), " = ", e]
        if parts:
            yield ("Here ", *parts, ".")

    # ---- what changes it ---------------------------------------------------------------------
    def changes(self) -> Iterator[Inline]:
        """Say what flips the answer, of all guesses together and of one alone."""
        flips = self.page.flips
        if flips is None:
            return
        title = as_subject(flips.measure.title, flips.measure.name)
        if flips.robustness is None:
            told = "Cannot be asked" if flips.beyond else "Not found"
            yield (f"{told}: {cut(flips.reason, 200)}. [open]",)
            return
        answers = flips.robustness.answers
        changes = flips.changes()
        if not changes:
            if all(a.impossible for a in answers):
                yield (
                    f"Nothing within the declared ranges: whether {title[:1].lower()}{title[1:]} "
                    f"is {flips.level} stays as it is. [proven]",
                )
            else:
                yield ("No change was found that does, and none is excluded. [open]",)
            return
        yield from self.joint(flips, title, changes)
        yield from self.single(flips)

    def guess(self, name: str) -> str:
        """Return a parameter's title and name."""
        title = short_title(self.model.parameters[name].title, 60)
        return f"{title} ({name})" if title else name

    def joint(
        self, flips: Flips, title: str, changes: Sequence[SmallestChange]
    ) -> Iterator[Inline]:
        """Say how wrong all guesses may be at once."""
        sizes = {(round(c.radius, 12), c.after) for c in changes}
        shown = changes[:1] if len(sizes) == 1 else changes
        for c in shown:
            both_flip = len(sizes) == 1 and len(changes) > 1
            alone = both_flip or self.here.equilibria == 1
            status = status_after(c, title, flips.level, alone)
            least = "" if c.certainty == "proven" else "at most "
            mark = "[proven]" if c.certainty == "proven" else "[open]"
            named = [m.parameter for m in c.moves]
            names = ", ".join(named[: self.detail.moves])
            names += f" and {more} more" if (more := len(named) - self.detail.moves) > 0 else ""
            beyond = "" if c.attained or least else "just over "
            who = "every guess" if len(c.moves) != 1 else self.guess(named[0])
            told = len(named) > 1 and self.detail.moves
            moved = f" (what moves: {names})" if told else ""
            tie = "; there two moves are equally good" if c.attained else ""
            yield (
                f"If {who} may be off by {beyond}{least}{percent(c.radius)} of its range, "
                f"{status}{moved}{tie}. {mark}",
            )

    def single(self, flips: Flips) -> Iterator[Inline]:
        """Name the guesses that matter most: those that flip it alone, the nearest first."""
        alone = flips.alone()
        if not alone:
            yield ("No guess flips it alone.",)
            return
        told = [self.threshold(a) for _, a in alone[: self.detail.alone]]
        parts: list[str | Expression] = ["Alone: "]
        for k, one in enumerate(told):
            parts += ["; " if k else "", *one]
        yield (*parts, ". [exact]")

    def threshold(self, a: Alone) -> Inline:
        """Return where one parameter alone flips the answer."""
        assert a.distance is not None
        assert a.threshold is not None
        p = self.model.parameters[a.parameter]
        title = short_title(p.title or p.name, 60)
        side = "above" if a.direction > 0 else "below"
        side = f"at or {side}" if a.attained else side
        return (
            f"{title} (",
            Expression.name(a.parameter),
            f") {side} {root_words(a.threshold)}, now {_decimal(a.base)}",
        )

    # ---- the rest ------------------------------------------------------------------------------
    def stability(self) -> Iterator[Inline]:
        """Say by which notions the state in question is stable, and for how long a look ahead."""
        found = self.page.stability
        told = [] if found is None else [*stability_sentences(found)]
        if found is not None and self.detail.stability:
            mark = "[exact]" if found.exact else "[open]"
            yield (" ".join([*told[-self.detail.stability :], mark]),)

    def moral(self) -> Iterator[Inline]:
        """Yield what is to be learnt."""
        if self.model.insight:
            yield (cut(self.model.insight, self.detail.insight),)

    def unknown(self) -> Iterator[Inline]:
        """Say what nobody may read into this page."""
        several = len(self.here.results) > 1
        if several:
            yield (
                f"Which of the {count_word(len(self.here.results))} happens: theory does not "
                "choose among equilibria.",
            )
        guesses = self.page.guesses
        free = [n for n, p in self.model.parameters.items() if p.formula is None]
        if guesses:
            listed = ", ".join(guesses[: self.detail.names])
            more = len(guesses) - self.detail.names
            listed += f" and {more} more" if more > 0 else ""
            of = "all" if len(guesses) == len(free) else f"{len(guesses)} of"
            said = f"{of} {len(free)} parameters are guesses"
            if len(free) == 1:
                said = "the only parameter is a guess"
            yield (f"The true values: {said} ({listed}). [assumption]",)
        if self.page.anywhere and not self.page.map_complete:
            yield ("Whether there are more results at other values: not decided in time. [open]",)
        if not self.here.complete:
            yield ("Whether there are more equilibria at these values: not decided. [open]",)
        elif self.here.corners:
            yield ("Ranges are over the ends of sets of equilibria; inside, not proven. [open]",)

    def command(self) -> str:
        """Return the command that reproduces the page."""
        parts = [
            "deterrence",
            "brief",
            *(p if len(p) <= 60 else Path(p).name for p in self.page.game),
        ]
        if self.page.scenario is not None:
            parts += ["--scenario", self.page.scenario]
        for parameter, value in self.page.given.items():
            parts += ["--set", f"{parameter}={value}"]
        return " ".join(shlex.quote(p) for p in parts)


def status_after(c: SmallestChange, title: str, level: int, alone: bool) -> str:
    """Say what is so after a change; ``alone``: it is so in every equilibrium there."""
    what = f"{title[:1].lower()}{title[1:]}"
    if c.after:
        return f"{what} may be {level}" + ("" if alone else f" in {c.quantifier} equilibrium")
    other = "above 0" if level == 0 else "below 1"
    which = "" if alone else f" in {'some' if c.quantifier == 'every' else 'every'} equilibrium"
    return f"{what} may be {other}{which}"


def as_subject(title: str, name: str) -> str:
    """Return a measure's title as the beginning of a sentence."""
    text = cut((title or name).partition(";")[0], 90)
    if text.lower().startswith(("probability", "expected", "share", "risk", "chance", "number")):
        return f"The {text}"
    return f"{text[:1].upper()}{text[1:]}"


def _small(name: str) -> str:
    """Return a name for the middle of a sentence: "The bluff equilibrium" with a small "the"."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def count_word(k: int) -> str:
    """Return a small number as a word."""
    return _COUNTS[k] if 0 <= k < len(_COUNTS) else str(k)


def _decimal(value: Any) -> str:
    return format_decimal(value)


def percent(size: float) -> str:
    """Write a share of ranges in percent.

    >>> percent(0.02609), percent(0.4)
    ('2.6 %', '40 %')
    """
    return f"{100 * size:.2g} %" if size < 0.995 else f"{100 * size:.3g} %"


def decimal_first(value: Any) -> str:
    """Write a number as a decimal, and exactly beside it where that says more and is short.

    >>> [decimal_first(Fraction(*x)) for x in ((6, 49), (1, 4), (10**20 + 1, 10**20))]
    ['0.1224 (6/49)', '0.25', '~1']
    """
    decimal = _decimal(value)
    if not isinstance(value, Fraction) or Fraction(decimal) == value:
        return decimal
    return f"{decimal} ({value})" if len(str(value)) <= _LONGEST else f"~{decimal}"


def in_brackets(patterns: Sequence[tuple[int | None, str]], *more: str) -> str:
    """Return the numbers of equilibria in brackets, a few of them, and what else is said there.

    >>> in_brackets([(15, "wait"), (135, "wait, too")]), in_brackets([(9, "mix")], "a lottery")
    (' (#15, #135)', ' (#9, a lottery)')
    """
    known = list(dict.fromkeys(f"#{n}" for n, _ in patterns if n is not None))
    shown = known if len(known) <= _MOST_NUMBERS else [*known[: _MOST_NUMBERS - 1], "..."]
    return f" ({', '.join([*shown, *more])})" if shown or more else ""


def root_words(root: Any) -> str:
    """Write an exact number, rounded where it is irrational."""
    exact = root.rational
    return decimal_first(exact) if isinstance(exact, Fraction) else f"~{root.decimal:.4g}"


shows(Brief, brief_document)
