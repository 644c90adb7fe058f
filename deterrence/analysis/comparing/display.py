"""A comparison as a document: what differs first, then one table per question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.numbers import format_decimal
from deterrence.analysis.comparing.cases import ComparedCase, Comparison, FirstFlip
from deterrence.analysis.robust.words import number_text, percent
from deterrence.analysis.told_results import equilibria_words, result_words, short_words
from deterrence.modelfile.condition_words import cut, short_title
from deterrence.statements import is_chance
from deterrence.words.blocks import Block, Bullets, Document, Heading, Inline, Paragraph, Table
from deterrence.words.fitting import MAX_LINES, fitted
from deterrence.words.shown import shows

#: Longest title and label of a case, and longest title of a parameter.
_CASE, _LABEL, _TITLE = 60, 24, 60
#: Results told of one case.
_RESULTS = 4
_EXACT, _PROVEN, _OPEN = "[exact]", "[proven]", "[open]"


@dataclass(frozen=True)
class _Detail:
    """How many measures and parameters are told (None: all), results per case, and the rest.

    ``titles``: parameters of flips are told by their titles, not their names alone.
    """

    measures: int | None
    parameters: int | None
    results: int | None
    flips: bool = True
    cases: int | None = None
    titles: bool = True
    full: bool = False


_FULL = _Detail(None, None, None, full=True)
#: From the fullest to the tersest that a screen may hold.
_SCREEN = (
    _Detail(None, None, None),
    _Detail(5, 10, 4),
    _Detail(5, 10, 4, titles=False),
    _Detail(4, 6, 4, titles=False),
    _Detail(3, 4, 3, titles=False),
    _Detail(3, 0, 3, titles=False),
    _Detail(2, 0, 2, titles=False),
    _Detail(1, 0, 2, titles=False, cases=8),
    _Detail(1, 0, 1, titles=False, cases=6),
    _Detail(1, 0, 1, flips=False, cases=5),
)


def comparison_document(found: Comparison, full: bool) -> Document:
    """Return the document of a comparison."""
    page = _Page(found)
    blocks = page.blocks(_FULL) if full else fitted(page.blocks, _SCREEN, MAX_LINES)
    return Document(found.title, tuple(blocks))


class _Page:
    """Writes the document of one comparison."""

    def __init__(self, found: Comparison) -> None:
        self.found = found
        #: The measure that matters most, if it is a probability.
        self.main = next((m for m in found.measures if is_chance(m.expression)), None)

    def blocks(self, detail: _Detail) -> list[Block]:
        """Return the document with one amount of detail."""
        told: list[Block] = [Heading(cut(self.found.title, 150), 1)]
        told += [Paragraph((text,)) for text in self.answer()]
        told += self.results(detail)
        told += self.measures(detail)
        told += self.flips(detail) if detail.flips else []
        told += self.parameters(detail)
        notes = tuple(self.notes())
        told += [Bullets(tuple((n,) for n in notes))] if notes else []
        return told

    # ---- the answer ------------------------------------------------------------------------
    def answer(self) -> Iterator[str]:
        """Say what differs: how likely the worst can get, and what can happen."""
        cases = self.found.cases
        if self.main is not None:
            yield self.worst(self.main.name, self.main.title)
        shared = [n for n in _names(cases[0]) if all(n in _names(c) for c in cases)]
        every = {n for c in cases for n in _names(c)}
        count = "both" if len(cases) == 2 else f"all {len(cases)} cases"
        mark = _EXACT if all(c.complete for c in cases) else _OPEN
        if len(shared) == len(every):
            what = "The same results are" if len(shared) > 1 else "One and the same result is"
            yield f"{what} possible in {count}: {_listed(shared)}. {mark}"
        elif shared:
            yield f"Possible in {count}: {_listed(shared)}; the rest differs. {mark}"
        else:
            yield f"There is no result that is possible in {count}. {mark}"

    def worst(self, name: str, title: str) -> str:
        """Say in which cases a probability is 0 in every equilibrium, and where it is highest."""
        what = f"The {short_title(title, _TITLE)}" if title else f"The measure {name}"
        known = [c for c in self.found.cases if name in c.ranges]
        if not known:
            return f"{what} has no value in any case. {_OPEN}"
        none = [c for c in known if c.complete and not c.corners and c.ranges[name][1] == 0]
        some = [c for c in known if c.ranges[name][1] != 0]
        mark = _EXACT if all(c.complete and not c.corners for c in known) else _OPEN
        parts = []
        if none:
            where = "all cases" if len(none) == len(self.found.cases) else _cases(none)
            parts.append(f"is 0 in every equilibrium in {where}")
        if some:
            most = max(some, key=lambda c: float(c.ranges[name][1]))
            least, largest = most.ranges[name]
            ends = _range(least, largest)
            also = "can be as high as" if least != largest else "is"
            told = format_decimal(largest) if least != largest else ends
            alike = [c for c in some if c.ranges[name][1] == largest]
            parts.append(f"{also} {told} in {_cases(alike)}")
        if not parts:
            parts = ["was found to be 0 in all cases"]
        return f"{what} {'; it '.join(parts)}. {mark}"

    # ---- tables --------------------------------------------------------------------------------
    def shown(self, detail: _Detail) -> Sequence[ComparedCase]:
        return self.found.cases[: detail.cases]

    def rest(self, detail: _Detail) -> list[tuple[Inline, ...]]:
        left = len(self.found.cases) - len(self.shown(detail))
        return [((f"... and {left} more: `--full` tells them",),)] if left > 0 else []

    def results(self, detail: _Detail) -> Iterator[Block]:
        """Yield what can happen in each case, and in which regime it lies."""
        regimes = any(c.regime for c in self.found.cases)
        heads = ["Case", *(["regime"] if regimes else []), "what can happen (equilibria)"]
        rows: list[tuple[Inline, ...]] = []
        for case in self.shown(detail):
            row: list[Inline] = [(_titled(case),)]
            row += [(case.regime,)] if regimes else []
            if detail.full:
                told = "; ".join(
                    f"{result_words(r)} ({equilibria_words(r, None)})" for r in case.results
                )
                rows.append((*row, (told or "no equilibrium was found",)))
                continue
            kept = [short_words(r) for r in case.results[: detail.results]]
            more = len(case.results) - len(kept)
            told = "; ".join(kept) + (f"; {more} more" if more else "")
            rows.append((*row, (told or "no equilibrium was found",)))
        yield Table(tuple(heads), (*rows, *self.rest(detail)), frozenset(), ())

    def measures(self, detail: _Detail) -> Iterator[Block]:
        """Yield the range of every measure in each case."""
        chosen = self.found.measures[: detail.measures]
        if not chosen:
            return
        rows: list[tuple[Inline, ...]] = []
        for case in self.shown(detail):
            cells = [_cell(case, m.name) for m in chosen]
            rows.append(tuple((text,) for text in [cut(case.label, _LABEL), *cells]))
        heads = tuple(m.name for m in chosen)
        more = len(self.found.measures) - len(chosen)
        also = f" ({more} more: `--full` tells them)" if more else ""
        yield Table(
            ("Case", *heads),
            (*rows, *self.rest(detail)),
            frozenset(range(1, len(heads) + 1)),
            (f"Least and greatest value over the equilibria{also}:",),
        )

    def flips(self, detail: _Detail) -> Iterator[Block]:
        """Yield what flips the main statement first in each case."""
        known = [c for c in self.shown(detail) if c.flip is not None]
        if not known:
            return
        rows: list[tuple[Inline, ...]] = []
        phrases = {c.flip.phrase for c in known if c.flip is not None}
        for case in known:
            flip = case.flip
            assert flip is not None
            holds = _status(flip) if len(phrases) == 1 else f"{flip.phrase} {_status(flip)}"
            row = (cut(case.label, _LABEL), holds, _size(flip), _alone(flip, titles=detail.titles))
            rows.append(tuple((text,) for text in row))
        heading = f"'{next(iter(phrases))}' holds" if len(phrases) == 1 else "what holds"
        what = "How far all guesses may be off, in % of their ranges, before it flips"
        yield Table(
            ("Case", heading, "all off by", "nearest single guess"),
            (*rows, *self.rest(detail)),
            frozenset(),
            (f"{what}:",),
        )

    def parameters(self, detail: _Detail) -> Iterator[Block]:
        """Yield the values that differ."""
        differ = list(self.found.parameters.items())
        shared = [(n, t) for n, t in differ if all(n in c.values for c in self.found.cases)]
        kept = shared[: detail.parameters]
        if not kept:
            if shared:
                names = ", ".join(n for n, _ in shared)
                yield Paragraph((cut(f"Values that differ: {names}", 150) + ".",))
            return
        rows: list[tuple[Inline, ...]] = []
        for name, title in kept:
            named = f"{short_title(title, _TITLE)} ({name})" if title else name
            cells = [_value(c.values[name], detail) for c in self.shown(detail)]
            rows.append(tuple((text,) for text in [named, *cells]))
        if len(kept) < len(shared):
            rows.append(((f"... and {len(shared) - len(kept)} more: `--full` tells them",),))
        heads = ("Values that differ", *(cut(c.label, _LABEL) for c in self.shown(detail)))
        yield Table(heads, tuple(rows), frozenset(range(1, len(heads))), ())

    def notes(self) -> Iterator[str]:
        """Say what is not known."""
        cases = self.found.cases
        lacking = [c for c in cases if not c.complete]
        if lacking:
            yield f"There may be more equilibria in {_cases(lacking)}. {_OPEN}"
        corners = [c for c in cases if c.complete and c.corners]
        if corners:
            yield (
                "Ranges are over the ends of sets of equilibria; inside, not proven, in "
                f"{_cases(corners)}. {_OPEN}"
            )
        for reason in dict.fromkeys(c.flip.reason for c in cases if c.flip and c.flip.reason):
            yield f"What flips it was not found: {cut(reason, 150)}. {_OPEN}"
        own = [
            (c, [n for n in c.values if n in self.found.parameters and not _everywhere(n, cases)])
            for c in cases
        ]
        for case, names in own:
            if names:
                yield cut(f"Only in {cut(case.label, _CASE)}: {', '.join(names)}", 160) + "."
        yield from self.found.messages


def _everywhere(name: str, cases: Sequence[ComparedCase]) -> bool:
    return all(name in c.values for c in cases)


def _names(case: ComparedCase) -> list[str]:
    """Return the results of a case by name; lotteries have their outcomes in their names."""
    return list(dict.fromkeys(r.name for r in case.results))


def _listed(names: Sequence[str]) -> str:
    return "; ".join(cut(n, 80) for n in names[:_RESULTS]) + (
        f"; {len(names) - _RESULTS} more" if len(names) > _RESULTS else ""
    )


def _titled(case: ComparedCase) -> str:
    """Return a case's label with its title."""
    title = cut(case.title, _CASE)
    return f"{case.label}: {title}" if title and title != case.label else case.label


def _cases(cases: Sequence[ComparedCase]) -> str:
    told = [f"'{cut(c.label, _CASE)}'" for c in cases[:4]]
    more = len(cases) - len(told)
    if more:
        return f"{', '.join(told)} and {more} more"
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else told[0]


def _cell(case: ComparedCase, name: str) -> str:
    return _range(*case.ranges[name]) if name in case.ranges else "-"


def _range(low: Any, high: Any) -> str:
    ends = format_decimal(low), format_decimal(high)
    return ends[0] if low == high else f"{ends[0]} to {ends[1]}"


def _value(value: Any, detail: _Detail) -> str:
    return str(value) if detail.full else format_decimal(value)


def _status(flip: FirstFlip) -> str:
    if flip.reason or flip.every is None:
        return "open"
    if flip.every:
        return "in every equilibrium"
    return "in some equilibrium" if flip.some else "in none"


def _size(flip: FirstFlip) -> str:
    if flip.reason:
        return "open"
    if flip.size is None:
        return f"nothing flips it {_PROVEN}" if flip.proven else "open"
    return percent(flip.size.decimal) if flip.proven else f"at most {percent(flip.size.decimal)}"


def _alone(flip: FirstFlip, *, titles: bool) -> str:
    if flip.parameter is None or flip.threshold is None:
        return "open" if flip.reason else "none"
    side = "above" if flip.direction > 0 else "below"
    side = f"at or {side}" if flip.attained else side
    title = short_title(flip.title, _TITLE) if titles else ""
    named = f"{title} ({flip.parameter})" if title else flip.parameter
    return f"{named} {side} {number_text(flip.threshold)}, now {format_decimal(flip.base)}"


shows(Comparison, comparison_document)
