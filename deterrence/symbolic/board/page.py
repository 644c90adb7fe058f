"""The document of an explanation: the answer, the story, the derivation, and the moral.

On a screen one equilibrium is derived, in steps of a line or two, and every other result has
a line; in full all derivations are there, each step with its equations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deterrence.algebra.expressions import Expression
from deterrence.modelfile.condition_words import cut, short_title
from deterrence.symbolic.abbreviations import abbreviated
from deterrence.symbolic.board.wording import chained, decimal_of, numeral
from deterrence.symbolic.derivations import (
    Derivation,
    DerivationStep,
    ExplainedResult,
    Explanation,
)
from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Entries,
    Equation,
    Equations,
    Heading,
    Inline,
    Paragraph,
    Table,
    as_text,
    inline_text,
)
from deterrence.words.fitting import fitted
from deterrence.words.markup import WIDTH, text_width
from deterrence.words.sentences import listed
from deterrence.words.shown import shows

#: Longest title, and longest names of an equilibrium, in the text of a short answer.
_TITLE, _NAME, _SHORT_NAME = 66, 110, 64
#: Longest name of a result that stands beside the literature's names of what leads to it.
_LOTTERY = 40
#: Longest name of an equilibrium as a heading on a screen.
_HEADING = 76
#: Longest names of other results.
_RESULT, _BRIEF_RESULT = 110, 58


_DOMINANCE = "Dominance settles, whatever the values: "


@dataclass(frozen=True)
class _Detail:
    """How much a screen tells.

    Characters of the story and of a symbol's title, symbols, other results, characters of the
    moral; whether there is a matrix, and whether steps that are alike are told once, with how
    many named; which steps take few words (0: none, 1: those without conditions, 2: all) and
    how many there are; whether the play is told forward again, and whether the answer has few
    words, too.
    """

    story: int
    title: int
    symbols: int
    others: int
    moral: int
    matrix: bool = False
    alike: int = 9
    terse: int = 0
    steps: int = 99
    forward: bool = True
    brief: bool = False


#: From the fullest page to the tersest.
_DETAILS = (
    _Detail(330, 60, 14, 6, 320, matrix=True, alike=0),
    _Detail(220, 44, 12, 6, 260, matrix=True),
    _Detail(220, 44, 12, 6, 260),
    _Detail(150, 44, 8, 5, 200),
    _Detail(150, 40, 6, 4, 160, forward=False, alike=4),
    _Detail(80, 40, 4, 4, 100, forward=False, alike=3),
    _Detail(80, 40, 6, 4, 160, forward=False, alike=3, brief=True),
    _Detail(80, 40, 6, 4, 160, forward=False, alike=3, brief=True, terse=1),
    _Detail(80, 40, 4, 3, 100, forward=False, alike=3, brief=True, terse=1),
    _Detail(70, 34, 3, 1, 100, forward=False, alike=2, brief=True, terse=1),
    _Detail(70, 34, 3, 1, 100, forward=False, alike=2, brief=True, terse=1, steps=8),
    _Detail(120, 40, 6, 4, 160, alike=3, brief=True, terse=2, steps=12),
    _Detail(120, 40, 5, 3, 120, alike=2, brief=True, terse=2, steps=6),
    _Detail(100, 40, 4, 2, 100, alike=2, brief=True, terse=2, steps=3),
)


def explanation_document(found: Explanation, full: bool) -> Document:
    """Return the document of an explanation."""
    title = f"{found.title}: derivation"
    page = _Page(found)
    blocks = page.full() if full else fitted(page.short, _DETAILS)
    return Document(title, tuple(blocks), found.symbols)


def derivation_document(found: Derivation, full: bool) -> Document:
    """Return the document of one derivation alone."""
    if full:
        return Document(found.title, tuple(abbreviated(list(_derivation(found)))))
    steps = tuple(s.short for s in found.steps if s.short)
    blocks: list[Block] = [Heading(found.title), Paragraph(_exists(found))]
    blocks += [Paragraph(found.why)] if inline_text(found.why) else []
    return Document(found.title, (*blocks, Bullets(steps)) if steps else tuple(blocks))


class _Page:
    def __init__(self, found: Explanation) -> None:
        self.found = found
        self.first = found.derivations[0] if found.derivations else None
        self.here = [r for r in found.results if r.exists]

    # ---- the answer --------------------------------------------------------------------
    def answer(self, brief: bool = False) -> Iterator[Block]:
        """Yield the answer: which equilibrium, what happens, when it exists, and why.

        With ``brief`` the name is cut and the condition told in symbols.
        """
        found, first = self.found, self.first
        if first is None:
            yield Paragraph(("No equilibrium was found within the time limit. [open]",))
            return
        longest = _SHORT_NAME if brief else _NAME
        name = cut(first.title, longest)
        if found.place and first.exists is not True:
            what = "no equilibrium is known" if not self.here else "this is no equilibrium"
            told = f"{found.place} {what}: {name}. It is derived with its condition all the same."
            yield Paragraph((f"{told} [exact]" if self.here else f"{told} [open]",))
        else:
            start = found.place or "In general, where its condition holds,"
            if self._whatever(first):
                start = f"{found.proviso},"
            told = f"{start} {_stated(first, longest)}. What happens: "
            mark = " [exact]" if found.place else " [proven]" if self._whatever(first) else ""
            yield Paragraph((told, *first.outcome, f".{mark}"))
        if not self._whatever(first):
            yield Paragraph(_exists(first, brief))
        if inline_text(first.why):
            yield Paragraph(("Why: ", *first.why))

    def _whatever(self, d: Derivation) -> bool:
        """Say whether orders of the outcomes are enough for an equilibrium to exist."""
        sure = d.equilibrium.proof == "proven" and not d.equilibrium.conditions
        return bool(self.found.proviso) and sure

    def _others(self) -> list[ExplainedResult]:
        return [r for r in self.found.results if not r.derived]

    # ---- on a screen -------------------------------------------------------------------
    def short(self, detail: _Detail) -> Iterator[Block]:
        found, first = self.found, self.first
        yield Heading(f"{cut(found.title, _TITLE)}: derivation", 1)
        answer = list(self.answer(detail.brief))
        yield Paragraph(_together(answer))
        if first is None:
            yield from self._end(detail)
            return
        steps = self._steps(first, detail)
        rows: list[tuple[str, tuple[Inline, ...]]] = []
        story = _sentences(found.story, 2, detail.story)
        if story:
            rows.append(("Story", ((story,),)))
        symbols = self._symbols([_together(answer), *steps], detail)
        if symbols:
            rows.append(("Symbols", (symbols,)))
        if rows:
            yield Entries((), tuple(rows))
        if found.matrix is not None and detail.matrix:
            yield found.matrix
        yield Heading(_heading(first))
        yield Bullets(tuple(steps))
        yield from self._end(detail)

    def _steps(self, first: Derivation, detail: _Detail) -> list[Inline]:
        """Return the steps in a line or two each, those that are alike told once."""
        steps = [s for s in first.steps if s.short]
        if not any(s.where for s in steps):
            steps = [*(s for s in self.found.dominance if s.short), *steps]
        settled = list(dict.fromkeys(s.shortest for s in steps if s.kind == "dominance"))
        told: list[Inline] = []
        alike: dict[tuple[object, ...], list[Inline]] = {}
        places: list[tuple[object, ...]] = []
        left = 0
        for s in steps:
            shape: tuple[object, ...] = (s.kind, s.players, s.actions) if s.where else (id(s),)
            text = s.short
            if s.kind == "dominance":
                shape, text = ("dominance",), chained(_DOMINANCE, settled)
            elif s.where and (detail.terse == 2 or (detail.terse and s.kind == "payoff")):
                text = (*s.shortest, ".")
            if not text or (s.kind == "outcome" and not detail.forward):
                continue
            if shape in alike and (detail.alike or s.kind == "dominance"):
                alike[shape].append(s.shortest)
            elif s.where and len(told) >= detail.steps:
                left += 1
            else:
                alike[shape] = []
                places.append(shape)
                told.append(text)
        if left:
            told.append((f"And {left} more moves in the same way: `--full` tells them.",))
        for k, shape in enumerate(places):
            if shape != ("dominance",):
                told[k] = (*told[k], *_likewise(alike[shape], detail.alike))
        return told

    def _symbols(self, parts: Sequence[Inline], detail: _Detail) -> Inline:
        """Say what each symbol that is used stands for."""
        found = self.found
        lines = [
            [n for p in inline if isinstance(p, Expression) for n in sorted(p.names)]
            for inline in parts
        ]
        known = (*found.meanings, *(n for n in found.formulas if n not in found.meanings))
        first = [n for n in lines[0] if n in known]
        used = {n for line in lines for n in line}
        names = list(dict.fromkeys((*first, *(n for n in known if n in used))))
        told: list[str | Expression] = []
        for n in names[: detail.symbols]:
            title = short_title(found.meanings.get(n, ""), detail.title)
            told += ["; " if told else "", Expression.name(n)]
            if title:
                told.append(f" {title}")
            elif n in found.formulas:
                told += [" = ", found.formulas[n]]
            if n in found.values:
                told.append(f" ({decimal_of(found.values[n])})")
        more = len(names) - detail.symbols
        told += [f"; and {more} more"] if more > 0 and told else []
        return (*told, ".") if told else ()

    def _end(self, detail: _Detail) -> Iterator[Block]:
        found = self.found
        rows: list[tuple[str, tuple[Inline, ...]]] = []
        others = sorted(self._others(), key=lambda r: r.exists is not True)
        shown, left = others[: detail.others], len(others) - detail.others
        for name, exists in (("Here too", True), ("Not here", False), ("Others", None)):
            lines = [
                _line(r, _BRIEF_RESULT if detail.brief else _RESULT)
                for r in shown
                if r.exists is exists
            ]
            if lines:
                rows.append((name, tuple(lines)))
        if left > 0:
            more = f"{left} more result{'s' if left > 1 else ''}"
            rows.append(("", ((f"and {more}: `--full` has the conditions",),)))
        also = [self._same()]
        if found.bound:
            count = len(found.bound)
            verb = "exists" if count == 1 else "exist"
            also.append(f"{count} more {verb} only where parameters tie (`--full`).")
        if any(also):
            rows.append(("Also", ((" ".join(filter(None, also)),),)))
        if found.insight:
            rows.append(("The point", ((_sentences(found.insight, 3, detail.moral),),)))
        if not found.complete:
            rows.append(("Open", (("Whether there are more equilibria: not decided.",),)))
        if rows:
            yield Entries((), tuple(rows))

    def _same(self) -> str:
        """Name the other equilibria with the result that is derived."""
        first = self.first
        if first is None:
            return ""
        mine = [r for r in self.found.results if first.equilibrium.id in r.equilibria]
        if not mine or len(mine[0].equilibria) == 1:
            return ""
        others = [f"#{n}" for n, _ in mine[0].patterns if n is not None and n != first.number]
        if not others:
            count = len(mine[0].equilibria) - 1
            return f"{count} more equilibri{'a lead' if count > 1 else 'um leads'} to this result."
        shown = others[:8]
        more = len(others) - len(shown)
        named = f"{', '.join(shown)} and {more} more" if more > 0 else listed(shown)
        verb = "leads" if len(others) == 1 else "lead"
        return f"{named} {verb} to the same result."

    # ---- in full -----------------------------------------------------------------------
    def full(self) -> list[Block]:
        found = self.found
        blocks: list[Block] = [Heading(f"{found.title}: derivation", 1), *self.answer()]
        if found.story:
            blocks += [Heading("The story"), Paragraph((found.story,))]
        blocks += self._meanings()
        if found.matrix is not None:
            blocks += [Heading("The game"), found.matrix]
        if found.dominance:
            blocks.append(Heading("Dominated actions"))
            for step in found.dominance:
                blocks.append(Paragraph(step.reason))
                blocks += [Equations(step.equations)] if step.equations else []
        blocks += [Heading("What an equilibrium is"), Paragraph((found.idea,))]
        for derivation in found.derivations:
            blocks += _derivation(derivation)
        if found.results:
            lines = [_whole_line(r, found.place) for r in found.results]
            blocks += [Heading("All results"), Bullets(tuple(lines))]
        if found.bound:
            rows = tuple((name, ("exists iff ", *when)) for name, when in found.bound)
            blocks.append(Heading("Only where parameters tie"))
            blocks.append(Bullets(tuple((f"{name} ", *when) for name, when in rows)))
        if found.insight:
            blocks += [Heading("The point"), Paragraph((found.insight,))]
        if found.remarks or not found.complete:
            blocks.append(Heading("What is open"))
            blocks += [Paragraph((remark,)) for remark in found.remarks]
            if not found.complete:
                blocks.append(Paragraph(("Whether there are more equilibria is not decided.",)))
        return abbreviated(blocks)

    def _meanings(self) -> Iterator[Block]:
        found = self.found
        rows: list[tuple[Inline, ...]] = []
        for n in dict.fromkeys((*found.meanings, *found.formulas)):
            value = numeral(found.values[n]) if n in found.values else ""
            meaning: list[str | Expression] = [found.meanings.get(n, "")]
            if n in found.formulas:
                meaning += [": " if meaning[0] else "", found.formulas[n]]
            rows.append(((Expression.name(n),), tuple(meaning), (value,)))
        if rows:
            yield Heading("The symbols")
            yield Table(("Symbol", "Meaning", "Value"), tuple(rows), frozenset({2}))


# ---- parts -----------------------------------------------------------------------------
def _stated(d: Derivation, longest: int) -> str:
    """Say which equilibrium it is: by the literature's name, or by what is done."""
    number = "" if d.number is None else f" (#{d.number})"
    if ":" in d.name or d.name.endswith(" mix"):
        return f"this is an equilibrium{number}: {cut(d.name, longest)}"
    called = f"the {d.name.removeprefix('The ')}"
    called += "" if called.endswith("equilibrium") else " equilibrium"
    return f"{called}{number} exists"


def _heading(d: Derivation) -> str:
    """Return a heading that is short: the name, or else the number."""
    if len(d.title) <= _HEADING:
        return d.title
    return "Step by step" if d.number is None else f"Equilibrium #{d.number}"


def _exists(d: Derivation, brief: bool = False) -> Inline:
    """Say when an equilibrium exists."""
    mark = "[proven]" if d.equilibrium.proof == "proven" else f"[{d.equilibrium.proof}]"
    if not d.equilibrium.conditions:
        return (f"It exists whatever the values that the assumptions allow. {mark}",)
    return ("It exists iff ", *(d.brief if brief else d.when), f". {mark}")


def _derivation(d: Derivation) -> Iterator[Block]:
    yield Heading(d.title)
    yield Paragraph(("Result: ", *d.outcome, ". ", *_exists(d)))
    for step in d.steps:
        yield from _step(step)


def _step(step: DerivationStep) -> Iterator[Block]:
    yield Paragraph(step.reason)
    if step.equations and _is_wide(step.equations):
        yield Bullets(tuple(map(_equality, step.equations)))
    elif step.equations:
        yield Equations(step.equations)
    if step.conclusion:
        yield Paragraph(step.conclusion)


def _is_wide(equations: tuple[Equation, ...]) -> bool:
    """Say whether equations do not fit a column: a long name, and a formula that no line holds."""
    lines = as_text([Equations(equations)]).splitlines()
    return max(map(text_width, lines)) > WIDTH


def _equality(x: Equation) -> Inline:
    note: Inline = (" (", *x.note, ")") if x.note else ()
    return (*x.lhs, f" {'=' if x.sign == '==' else x.sign} ", *x.rhs, *note)


def _called(r: ExplainedResult, longest: int) -> str:
    """Return a result's name, with the literature's names of what leads to it."""
    if r.published and len(r.name) > _LOTTERY:
        return cut("; ".join(r.published), longest)
    names = list(r.published)
    if not names and len(r.patterns) == 1:
        number, _ = r.patterns[0]
        names = [f"#{number}"] if number is not None else []
    return cut(f"{r.name} ({'; '.join(names)})" if names else r.name, longest)


def _line(r: ExplainedResult, longest: int) -> Inline:
    """Tell a result in a line: its name and its condition."""
    return (f"{_called(r, longest)}: ", *r.brief)


def _whole_line(r: ExplainedResult, place: str) -> Inline:
    numbers = [f"#{n}" for n, _ in r.patterns if n is not None]
    names = "; ".join(filter(None, (*r.published, ", ".join(numbers))))
    return (f"{r.name} ({names}): " if names else f"{r.name}: ", *_so(r, place), *r.when)


def _so(r: ExplainedResult, place: str) -> Inline:
    if not place or r.exists is None:
        return ()
    return ("possible here, " if r.exists else "not here, ",)


def _sentences(text: str, count: int, longest: int) -> str:
    """Return the first sentences of a text, as many as are not too long."""
    sentences = re.split(r"(?<=[.!?])\s+", text)[:count]
    while len(sentences) > 1 and len(" ".join(sentences)) > longest:
        sentences.pop()
    text = " ".join(sentences)
    # A sentence that would be cut ends where one of its parts does.
    start, mark, _ = text[:longest].rpartition(";")
    if len(text) > longest and mark and start.count("(") == start.count(")"):
        text = f"{start}."
    return cut(text, longest)


def _likewise(parts: Sequence[Inline], most: int) -> Inline:
    """Tell the steps that are like one before, as many as there is room for."""
    if not parts:
        return ()
    left = len(parts) - most
    chain = chained(" Likewise: ", parts[:most])
    return (*chain[:-1], f"; and {left} more.") if left > 0 else chain


def _together(blocks: Sequence[Block]) -> Inline:
    parts: list[str | Expression] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            parts += [" " if parts else "", *block.parts]
    return tuple(parts)


shows(Explanation, explanation_document)
shows(Derivation, derivation_document)
