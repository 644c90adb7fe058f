"""Thresholds, statics, boundaries and conclusions as documents of their own."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from deterrence.algebra.numbers import format_decimal
from deterrence.modelfile.condition_words import cut
from deterrence.symbolic.along.boundaries import Boundaries
from deterrence.symbolic.along.statics import Effect, Statics
from deterrence.symbolic.along.threshold_results import Threshold, Thresholds, ThresholdStretch
from deterrence.symbolic.conclusion_results import Conclusion
from deterrence.symbolic.display.words import concluded, count, met, point_words
from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Entries,
    Heading,
    Inline,
    Paragraph,
    Table,
    disjunction,
)
from deterrence.words.fitting import on_screen

BOUNDARY_PROOF = {
    "proven": "Between these regimes there are no other boundaries. [proven]",
    "sampled": "That there are no other boundaries is not proven: these were found. [open]",
    "unknown": "Whether there are other boundaries is not decided. [open]",
}
#: Effects against intuition that a screen has.
_PARADOXES = 2
#: Longest exact number beside its decimal.
_LONGEST = 16


# ---- thresholds ------------------------------------------------------------------------
def thresholds_blocks(found: Thresholds, *, full: bool, level: int = 2) -> list[Block]:
    """Return where the answer changes as one parameter moves, as a table."""
    name, title = found.parameter, cut(found.title.partition(":")[0], 60)
    blocks: list[Block] = [
        Heading(f"What changes as {f'{title} ({name})' if title else name} moves", level)
    ]
    if not found.thresholds:
        only = next((s for s in found.stretches if s is not None), None)
        told = found.told(only.equilibria) if only else ""
        blocks.append(Paragraph((f"Nothing: {told}. [exact at the values of the others]",)))
        return blocks
    rows: list[tuple[Inline, ...]] = []
    for k, stretch in enumerate(found.stretches):
        rows += [((_between(found, k),), (_stretch(found, stretch),))] if _told(stretch) else []
        if k < len(found.thresholds):
            t = found.thresholds[k]
            rows.append((("at ", *_value(t)), (_at(found, k),)))
    blocks.append(Table((name, "What is possible"), tuple(rows)))
    if full:
        others = {n: v for n, v in found.values.items() if n != name}
        blocks.append(Paragraph(("The other parameters: ", *point_words(others), ".")))
        blocks += [Paragraph((f"Note: {message}.",)) for message in found.messages]
    return blocks


def _told(stretch: ThresholdStretch | None) -> bool:
    return stretch is not None and stretch.within_bounds


def _between(found: Thresholds, k: int) -> str:
    low = found.thresholds[k - 1] if k else None
    high = found.thresholds[k] if k < len(found.thresholds) else None
    if low is None:
        return f"below {_decimal(high)}" if high else "anywhere"
    return f"above {_decimal(low)}" if high is None else f"{_decimal(low)} to {_decimal(high)}"


def _stretch(found: Thresholds, stretch: ThresholdStretch | None) -> str:
    if stretch is None:
        return "not within the assumptions"
    told = found.told(stretch.equilibria) or "nothing"
    return f"{told} [{stretch.regime}]" if stretch.regime else told


def _at(found: Thresholds, k: int) -> str:
    t = found.thresholds[k]
    if not t.within_bounds:
        return "(outside of the declared range)"
    beside = {i for s in found.stretches[k : k + 2] if s is not None for i in s.equilibria}
    if len(beside) > 1 and beside == set(t.equilibria) and all(found.stretches[k : k + 2]):
        return "as on either side"
    return found.told(t.equilibria) or "not within the assumptions"


def _decimal(t: Threshold | None) -> str:
    return "" if t is None else format_decimal(t.decimal if t.value is None else t.value)


def _value(t: Threshold) -> Inline:
    """Return a threshold's number: a decimal, the exact one beside it, and its formula."""
    decimal = _decimal(t)
    exact = "" if t.value is None or Fraction(decimal) == t.value else str(t.value)
    shown = f"{decimal} ({exact})" if 0 < len(exact) <= _LONGEST else decimal
    return (shown, " = ", t.formula) if t.formula is not None else (shown,)


def thresholds_document(found: Thresholds, full: bool) -> Document:
    """Return the thresholds of one parameter as a document."""
    blocks = tuple(thresholds_blocks(found, full=full, level=1))
    document = Document(f"Thresholds of {found.parameter} in {found.model}", blocks)
    return document if full else on_screen(document)


# ---- statics ---------------------------------------------------------------------------
def statics_blocks(found: Statics, *, full: bool, level: int = 2) -> list[Block]:
    """Return which way results move; in short, what goes against intuition, and the measures."""
    blocks: list[Block] = [Heading("Which way things move", level)]
    told = [
        e for e in found.effects if e.sentence and e.kind in ("probability", "payoff", "measure")
    ]
    if not told:
        blocks.append(Paragraph(("No direction is proven for any result.",)))
        return blocks
    if full:
        for k in dict.fromkeys(e.equilibrium for e in told):
            blocks.append(Paragraph((f"In {found.names.get(k, 'one equilibrium')}:",)))
            sentences = (_sentence(e) for e in told if e.equilibrium == k)
            blocks.append(Bullets(tuple((s,) for s in sentences)))
        return blocks
    rows = tuple(_directions(found))
    if rows:
        blocks.append(Table(("", "goes up with", "goes down with"), rows))
    odd = [e for e in told if e.paradox]
    if not rows and not odd:
        blocks.append(Bullets(tuple((_sentence(e),) for e in told)))
    if odd:
        items = [f"Against intuition, {e.sentence} ({_short(found, e)}). [proven]" for e in odd]
        more = len(items) - _PARADOXES
        items[_PARADOXES:] = (
            [f"... and {count(more)} more: `--full` tells them"] if more > 0 else []
        )
        blocks.append(Bullets(tuple((item,) for item in items)))
    return blocks


def _directions(found: Statics) -> Iterator[tuple[Inline, ...]]:
    """Yield one row per measure that moves in an equilibrium, under the equilibrium's name."""
    for k in dict.fromkeys(e.equilibrium for e in found.effects):
        own = [e for e in found.effects if e.equilibrium == k and e.kind == "measure"]
        rows: list[tuple[Inline, ...]] = []
        for of in dict.fromkeys(e.of for e in own):
            sides = [
                ", ".join(e.symbol for e in own if e.of == of and e.sign == sign)
                for sign in ("positive", "negative")
            ]
            if any(sides):
                rows.append(((of[0],), *((side or "-",) for side in sides)))
        if rows:
            yield ((f"{cut(found.names.get(k, ''), 70)}:",),)
            yield from rows


def _sentence(e: Effect) -> str:
    sentence = f"{e.sentence[:1].upper()}{e.sentence[1:]}"
    return f"{sentence}. [against intuition]" if e.paradox else f"{sentence}."


def _short(found: Statics, e: Effect) -> str:
    return cut(found.names.get(e.equilibrium, ""), 50)


def statics_document(found: Statics, full: bool) -> Document:
    """Return the statics as a document."""
    blocks = tuple(statics_blocks(found, full=full, level=1))
    document = Document(f"Which way things move in {found.model}", blocks)
    return document if full else on_screen(document)


# ---- boundaries ------------------------------------------------------------------------
def boundaries_blocks(found: Boundaries, level: int = 2) -> list[Block]:
    """Return what happens where regimes meet."""
    blocks: list[Block] = [Heading("Where regimes meet", level)]
    if found.boundaries:
        blocks.append(Bullets(tuple(met(b) for b in found.boundaries)))
    else:
        blocks.append(Paragraph(("No two regimes meet.",)))
    return [*blocks, Paragraph((BOUNDARY_PROOF[found.proof],))]


def boundaries_document(found: Boundaries, full: bool) -> Document:
    """Return the boundaries as a document, the equilibria that they name explained."""
    used = {i for b in found.boundaries for i in (*b.equilibria, *b.vanishing)}
    rows = tuple(
        (number, ((name,),))
        for number, _, name in (found.names[i].partition("  ") for i in sorted(used))
        if name
    )
    blocks = [*boundaries_blocks(found, level=1), *([Entries((), rows)] if rows else [])]
    document = Document(f"Where regimes of {found.model} meet", tuple(blocks))
    return document if full else on_screen(document)


# ---- conclusions -----------------------------------------------------------------------
def exceptions(c: Conclusion) -> list[Inline]:
    """Say on which surfaces a statement comes out otherwise."""
    decided = c.every or c.some or "proven" in (c.every_proof, c.some_proof)
    if not c.exceptions or not decided:
        return []
    return [("On ", *disjunction([(e,) for e in c.exceptions], ""), " it is otherwise.")]


def conclusion_document(c: Conclusion, full: bool) -> Document:
    """Return one conclusion as a document; in full, with the answer for every regime."""
    title = c.subject or str(c.statement)
    items = [line for _, line in concluded(c)] + exceptions(c)
    items += [(f"Note: {m}.",) for m in c.messages]
    blocks: list[Block] = [Heading(f"{title}: when", 1), Bullets(tuple(items))]
    if full and c.verdicts:
        rows = tuple(
            ((v.name or f"Regime {k}",), (v.every,), (v.some,)) for k, v in enumerate(c.verdicts, 1)
        )
        blocks.append(Table(("Regime", "In every equilibrium", "In some"), rows))
    blocks.append(Paragraph(("Ties, where two moves are equally good, apart.",)))
    document = Document(f"{title} in {c.model}", tuple(blocks))
    return document if full else on_screen(document)
