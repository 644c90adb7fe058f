"""When each equilibrium passes each refinement, as a document."""

from __future__ import annotations

from collections.abc import Iterator

from deterrence.algebra.expressions import Expression
from deterrence.game.refinement_names import REFINEMENTS
from deterrence.symbolic.display.words import count
from deterrence.symbolic.refinements import RefinementCondition, Refinements
from deterrence.words.blocks import Block, Bullets, Document, Entries, Heading, Inline, Paragraph
from deterrence.words.blocks import disjunction as either
from deterrence.words.fitting import on_screen
from deterrence.words.sentences import capital, listed


def refinements_blocks(found: Refinements, *, full: bool, level: int = 2) -> list[Block]:
    """Return the conditions by equilibrium; in short, without those that live on ties alone."""
    title = "Which equilibria pass which refinement, where they exist"
    blocks: list[Block] = [Heading(title, level)]
    listed_ones = [k for k in found.names if full or k not in found.thin]
    if full:
        for k in listed_ones:
            rows = tuple((c.refinement, (_condition(c),)) for c in found.about(k))
            blocks.append(Entries((found.names[k],), rows))
    else:
        blocks.append(Bullets(tuple(tuple(_line(found, k)) for k in listed_ones)))
        more = len(found.names) - len(listed_ones)
        if more:
            one = "equilibrium exists" if more == 1 else "equilibria exist"
            told = f"{capital(count(more))} more {one} on ties alone: `--full`."
            blocks.append(Paragraph((told,)))
    names = dict.fromkeys(c.refinement for c in found.conditions)
    meant = "; ".join(f"{name}: {REFINEMENTS[name]}" for name in names)
    open_ones = any(c.answer == "unknown" for c in found.conditions)
    mark = "[proven, except what is not decided]" if open_ones else "[proven]"
    blocks.append(Paragraph((f"{capital(meant)}. {mark}",)))
    blocks += [Paragraph((f"Note: {m}.",)) for m in found.messages]
    return blocks


def _condition(c: RefinementCondition) -> Inline:
    apart = "" if c.boundaries or c.answer == "unknown" else " (ties apart)"
    if c.answer != "depends":
        return (f"{'not decided' if c.answer == 'unknown' else c.answer}{apart}",)
    return ("iff ", *either(c.terms, ""), apart)


def _line(found: Refinements, number: int) -> Iterator[str | Expression]:
    """Yield one equilibrium's refinements: what is certain first, then conditions."""
    own = found.about(number)
    yield f"{found.names[number]}: "
    told = False
    for answer, words in (("always", "always "), ("never", "never "), ("unknown", "not decided: ")):
        names = [c.refinement for c in own if c.answer == answer]
        if names:
            last = "or" if answer == "never" else "and"
            yield f"{'; ' if told else ''}{words}{listed(names, last)}"
            told = True
    for c in own:
        if c.answer == "depends":
            yield f"{'; ' if told else ''}{c.refinement} "
            yield from _condition(c)
            told = True
    apart = [c.refinement for c in own if not c.boundaries and c.answer in ("always", "never")]
    yield f". (Ties apart: {listed(apart)}.)" if apart else "."


def refinements_document(found: Refinements, full: bool) -> Document:
    """Return the conditions as a document."""
    blocks = tuple(refinements_blocks(found, full=full, level=1))
    document = Document(f"Refinements of the equilibria of {found.model}", blocks)
    return document if full else on_screen(document)
