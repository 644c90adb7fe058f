"""A sensitivity analysis as a document: on a screen the answer, in full every table.

>>> from deterrence import load_model
>>> answer = load_model("asymmetric-bipolarity").sensitivity(
...     measures=["war"], over=["l_R", "g_R"], samples=4096, method="sobol")
>>> from deterrence.words.blocks import inline_text
>>> print(inline_text(answer.document().blocks[1].items[0])[:62])
Which guess matters most for no war in every equilibrium: Russ
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deterrence.analysis.uncertainty.estimates import BOUNDS, Bound, Input
from deterrence.analysis.uncertainty.full_text import full_blocks
from deterrence.analysis.uncertainty.questions import Asked, asked_of, merged
from deterrence.analysis.uncertainty.results import Expectation, Probabilities, Sensitivity
from deterrence.analysis.uncertainty.wording import (
    brief,
    capital,
    guess,
    head,
    index_text,
    listed,
    names,
    number_text,
    percent,
    question,
    said,
    share_text,
    together,
)
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Heading,
    Inline,
    Paragraph,
    Table,
)
from deterrence.words.fitting import MAX_LINES, fitted
from deterrence.words.markup import WIDTH
from deterrence.words.shown import shows

#: Longest title of a model on a line.
_TITLE = 54
#: Indices below which a parameter matters next to nothing: the total, and what it tells.
_NOTHING, _TELLS = 0.01, 0.02
#: Guesses that are named by title where several are; blanks between columns.
_FEW, _GAP = 3, 2
#: Questions that one sentence on guesses tells of.
_MOST = 4


def sensitivity_document(answer: Sensitivity, full: bool) -> Document:
    """Return what an analysis says, on a screen or in full."""
    blocks = (
        [*_Screen(answer, _EVERYTHING).blocks(), *full_blocks(answer)]
        if full
        else fitted(lambda detail: _Screen(answer, detail).blocks(), _DETAILS, MAX_LINES)
    )
    symbols = {i.name: i.symbol for i in answer.inputs if i.symbol}
    return Document(f"{answer.title}: sensitivity", tuple(blocks), symbols)


@dataclass(frozen=True)
class _Detail:
    """How much is told: conclusions in words, findings on guesses, columns and rows, doubts."""

    happens: int
    decides: int
    columns: int
    rows: int
    notes: int = 4


_EVERYTHING = _Detail(100, 100, 0, 0)
#: From the fullest screen to the tersest.
_DETAILS = tuple(
    _Detail(*amounts)
    for amounts in (
        (6, 4, 3, 16), (5, 4, 3, 12), (4, 4, 3, 10), (4, 3, 2, 10), (3, 3, 2, 8), (3, 2, 2, 8),
        (2, 2, 2, 8), (2, 2, 2, 6, 3), (2, 1, 2, 5, 3), (1, 1, 1, 4, 2),
    )
)  # fmt: skip


class _Screen:
    """Writes the short document with one amount of detail."""

    def __init__(self, answer: Sensitivity, detail: _Detail) -> None:
        self.answer, self.detail = answer, detail
        self.asked = merged(asked_of(answer))

    def blocks(self) -> list[Block]:
        title = brief(self.answer.title or self.answer.model, _TITLE)
        blocks: list[Block] = [Heading(f"{title}: what the guesses decide", 1)]
        blocks += [Callout("Not complete", (text,)) for text in self.answer.shortfalls]
        said_here = [*self._happens(), *self._decides(), *self._nothing()]
        blocks += [Bullets(tuple(said_here))] if said_here else []
        if self.detail.columns:
            blocks += self._table()
        unknown = list(self._unknown())[: self.detail.notes]
        blocks += [Heading("Not known"), Bullets(tuple(unknown))] if unknown else []
        return [*blocks, *([Paragraph(self._how())] if self.detail.columns else [])]

    # ---- what happens ------------------------------------------------------------------
    def _happens(self) -> Iterator[Inline]:
        p = self.answer.probabilities
        if p is None:
            return
        conclusions = [e for e in p.entries if e.quantity.kind == "conclusion"]
        measures = {e.quantity.name: e for e in p.entries if e.quantity.kind == "measure"}
        alike: dict[str, list[Expectation]] = {}
        for e in conclusions:
            alike.setdefault(self._conclusion(e, p), []).append(e)
        for text, entries in [*alike.items()][: self.detail.happens]:
            told = "; ".join(said(e.quantity) for e in entries)
            own = [measures.get(e.quantity.name.rpartition(" == ")[0]) for e in entries]
            varying = len(entries) == 1 or entries[0].upper.value not in (0, 1)
            means = [self._mean(m) for m in own if m and varying][: self.detail.decides]
            yield (" ".join([f"{capital(told)}: {text}.", *means]),)
        if not conclusions:
            for e in [*measures.values()][: self.detail.happens]:
                yield (self._mean(e),)
        left = [e for es in [*alike.values()][self.detail.happens :] for e in es]
        if left:
            told = "; ".join(
                said(measures.get(e.quantity.name.rpartition(" == ")[0], e).quantity) for e in left
            )
            yield (f"`--full` also tells of {brief(told, 120)}.",)

    def _conclusion(self, e: Expectation, p: Probabilities) -> str:
        if e.lower == e.upper:
            return self._share(e, "lower", p)
        every, some = (self._share(e, bound, p) for bound in BOUNDS)
        return f"in every equilibrium {every}; in some equilibrium {some}"

    def _share(self, e: Expectation, bound: Bound, p: Probabilities) -> str:
        estimate = e.lower if bound == "lower" else e.upper
        over = self._over()
        if estimate.value == 0 and estimate.low == 0:
            return f"never (in none of {p.valid:,} samples; under {percent(estimate.high)})"
        if estimate.value == 1 and estimate.high == 1:
            return f"always (in all {p.valid:,} samples; over {percent(estimate.low)})"
        if over:
            value, _, rest = share_text(estimate).partition(" (")
            return f"in {value} {over} ({rest}"
        return f"with a probability of {share_text(estimate)}"

    def _over(self) -> str:
        """Return of what a share is; nothing where some guesses have distributions."""
        if all(i.kind == "uniform" for i in self.answer.varying):
            return "of the declared ranges"
        return ""

    def _mean(self, e: Expectation) -> str:
        q = e.quantity
        low, high = (number_text(b.value, q.chance) for b in (e.lower, e.upper))
        sure = f"+-{float(f'{max(e.lower.width, e.upper.width) / 2:.1g}'):g}"
        unit = f" {q.unit}" if q.unit else ""
        what = f"probability of {q.name}" if q.chance and not q.title else said(q)
        if e.lower == e.upper:
            return f"Mean {what}: {low}{unit} ({sure})."
        return f"Mean {what}: {low} to {high}{unit}, depending on the equilibrium ({sure})."

    # ---- which guess matters -----------------------------------------------------------
    def _decides(self) -> Iterator[Inline]:
        if self.answer.sobol is None:
            yield from self._moves()
            return
        told: dict[tuple[str, ...], list[Asked]] = {}
        for asked in self._questions():
            if asked.indices is not None and asked.indices.settled:
                told.setdefault(asked.indices.leading, []).append(asked)
        for leading, questions in [*told.items()][: self.detail.decides]:
            yield self._most(leading, questions)

    def _most(self, leading: Sequence[str], questions: Sequence[Asked]) -> Inline:
        what = together([(a.quantity, a.bound) for a in questions[:_MOST]])
        more = f" and {len(questions) - _MOST} more" if len(questions) > _MOST else ""
        shown = listed([guess(self.answer.input(n)) for n in leading[:4]])
        if len(leading) > 1:
            rest = f" and {len(leading) - 4} more" if len(leading) > 4 else ""
            end = f"{rest}, too near each other to be ranked."
            return (f"Which guesses matter most for {what}{more}: ", *shown, end)
        shares = [
            index_text(a.indices.weight(a.indices.leaders[0]))
            for a in questions[:_MOST]
            if a.indices
        ]
        told = ", ".join(dict.fromkeys(shares))
        return (f"Which guess matters most for {what}{more}: ", *shown, f", share {told}.")

    def _questions(self) -> list[Asked]:
        """Return what is told of: conclusions where some vary, else measures."""
        varying = [a for a in self.asked if a.varies]
        conclusions = [a for a in varying if a.quantity.kind == "conclusion"]
        return conclusions or varying

    def _moves(self) -> Iterator[Inline]:
        """Tell what moves most from the base case, where there are no indices."""
        for asked in self._questions()[: self.detail.decides]:
            if asked.tornado is not None and asked.tornado.bars and asked.tornado.bars[0].swing:
                bar = asked.tornado.bars[0]
                yield (
                    f"{capital(question(asked.quantity, asked.bound))}: moved alone from the base "
                    "case, ",
                    *guess(self.answer.input(bar.input)),
                    " changes it most." if asked.quantity.kind != "conclusion" else " flips it.",
                )

    def _nothing(self) -> Iterator[Inline]:
        """Name the guesses that matter next to nothing for anything that is told."""
        found = [a.indices for a in self._questions() if a.indices is not None]
        if not found or not all(i.settled for i in found):
            return
        idle = [
            n
            for k, n in enumerate(found[0].inputs)
            if all(i.total[k].high < _NOTHING and i.first[k].high < _TELLS for i in found)
        ]
        if idle and len(idle) < len(found[0].inputs):
            few = [guess(self.answer.input(n)) for n in idle] if len(idle) <= _FEW else None
            yield ("Next to nothing depends on ", *(listed(few) if few else names(idle)), ".")

    # ---- the table ---------------------------------------------------------------------
    def _table(self) -> list[Block]:
        open_last = sorted(
            self._questions(), key=lambda a: bool(a.indices and not a.indices.settled)
        )
        alike: dict[tuple[tuple[str, str], ...], list[Asked]] = {}
        for a in open_last:
            alike.setdefault(tuple(a.column.items()), []).append(a)
        groups = [group for cells, group in alike.items() if cells][: self.detail.columns]
        chosen = [group[0] for group in groups]
        if not chosen:
            return []
        weights = {
            i.name: max(a.weight.get(i.name, 0.0) for a in chosen) for i in self.answer.varying
        }
        order = sorted(self.answer.varying, key=lambda i: -weights[i.name])
        heads = ("guess", *(head(a.quantity, a.bound) for a in chosen))
        cells = [[h, *a.column.values()] for h, a in zip(heads[1:], chosen, strict=True)]
        room = WIDTH - sum(_GAP + max(map(len, column)) for column in cells)
        rows: list[tuple[Inline, ...]] = [
            (_cell(i, room), *((a.column.get(i.name, ""),) for a in chosen))
            for i in order[: self.detail.rows]
        ]
        left = order[self.detail.rows :]
        if left:
            rows.append((("and less: ", *names(i.name for i in left)),))
        right = frozenset(range(1, len(heads)))
        same = together([(a.quantity, a.bound) for group in groups for a in group[1:]])
        table = Table(heads, tuple(rows), right, (self._caption(chosen),))
        return [table, *([Paragraph((f"The same for {same}.",))] if same else [])]

    def _caption(self, chosen: Sequence[Asked]) -> str:
        return {
            "share": "Share of what varies that would go if a guess were known, or stay if all "
            "others were (the larger; Sobol' indices):",
            "swing": "Change as a guess moves alone over its range, from the base case:",
            "mu*": "Mean change as a guess moves over its range, at random places (Morris):",
            "KS": "How far a guess lies apart where the conclusion holds and where it fails "
            "(Kolmogorov-Smirnov):",
        }[chosen[0].what]

    # ---- the rest ----------------------------------------------------------------------
    def _unknown(self) -> Iterator[Inline]:
        p = self.answer.probabilities
        if p is not None and p.several > 0:
            some = f"{percent(p.several)} of the samples" if p.several < 1 else "all samples"
            yield (
                f"Which equilibrium is played: {some} have several, and none is chosen. Two "
                "numbers are the least and the most over them.",
            )
        for text in self.answer.undecided:
            yield (text,)
        if p is not None and p.kept < 1:
            yield (
                f"What lies beyond the assumptions: they leave {percent(p.kept)} of the declared "
                "ranges, and all shares are of that part.",
            )
        yield ("Whether the ranges are right: they are declared, not measured.",)

    def _how(self) -> Inline:
        a = self.answer
        intervals = f"intervals of {100 * a.level:g} %, " if a.probabilities or a.sobol else ""
        base = f", base case {a.scenario}" if a.scenario else ""
        return (
            f"{len(a.varying)} uncertain parameters, {a.samples:,} samples, {intervals}"
            f"seed {a.seed}{base}. `--full` has every table.",
        )


def _cell(i: Input, room: int) -> Inline:
    """Return a guess as one line of a cell."""
    return guess(i, max(8, room - len(i.name) - 3))


shows(Sensitivity, sensitivity_document)
