"""What the displays of a symbolic analysis say in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.statements import subject_of
from deterrence.words.blocks import Inline, disjunction
from deterrence.words.markup import GLUE, number

if TYPE_CHECKING:
    from deterrence.symbolic.along.boundaries import Boundary
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.regime_analysis import RegimeAnalysis
    from deterrence.symbolic.results import SymbolicEquilibrium


def played(e: SymbolicEquilibrium) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    """Yield what everybody does, one line per action."""
    for player, support in e.support.items():
        chances = e.profile[player]
        if len(support) == 1:
            yield player, ((support[0],),)
        else:
            yield player, tuple((f"{a} ", chances[a]) for a in support)


def met(b: Boundary) -> Inline:
    """Return what happens on a boundary, its equation as a formula."""
    start = f"On {b.condition}"
    if b.text.startswith(start):
        return ("On ", b.condition, b.text[len(start) :])
    return (b.text,)


def concluded(c: Conclusion) -> list[Inline]:
    """Say in sentences where a statement holds in every equilibrium, and where in some."""
    subject = subject_of(c.phrase, c.statement)
    if not c.some and c.some_proof == "proven":
        return [(f"{subject} holds in no equilibrium, whatever the parameters.",)]
    sentences: list[Inline] = []
    for which, terms, proof in (
        ("every", c.every, c.every_proof),
        ("some", c.some, c.some_proof),
    ):
        mark = "." if proof == "proven" else f" ({proof}, not proven)."
        head = f"{subject} holds in {which} equilibrium"
        inside = head if subject == str(c.statement) else f"{head[:1].lower()}{head[1:]}"
        if not terms and proof == "unknown":
            sentences.append((f"It is not decided where {inside}.",))
        elif not terms:
            sentences.append((f"Nowhere: {inside}{mark}",))
        elif not all(terms):
            sentences.append((f"{head}, always{mark}",))
        else:
            sentences.append((f"{head} iff ", *disjunction(terms, ""), mark))
    return sentences


def cover_words(analysis: RegimeAnalysis) -> str:
    """Say whether the regimes cover everything and keep apart, and how far that is proven."""
    cover, apart = analysis.cover, analysis.disjoint
    if cover == apart:
        end = "proven" if cover == "proven" else f"{cover}, not proven"
        return (
            "These regimes cover all parameter values that the assumptions allow (boundaries "
            f"apart), and no two overlap: {end}."
        )
    told = [p if p == "proven" else f"{p}, not proven" for p in (cover, apart)]
    return (
        f"That these regimes cover all parameter values: {told[0]}. That no two overlap: {told[1]}."
    )


def point_words(values: Mapping[str, Any]) -> Inline:
    """Write a point of parameter space, fractions exactly where they are short."""
    parts: list[str | Expression] = []
    for name, value in values.items():
        exact, decimal = number(value, 9)
        parts += [", " if parts else "", Expression.name(name), f"{GLUE}={GLUE}"]
        if isinstance(value, Fraction) and exact != "~":
            parts.append(Expression.number(value))
        else:
            parts.append(f"about{GLUE}{decimal}")
    return tuple(parts)


def family_words(members: Sequence[SymbolicEquilibrium]) -> Iterator[tuple[str, Inline]]:
    """Say per player what is common to a family and what is free."""
    players = list(members[0].support)
    fixed = {p: all(e.profile[p] == members[0].profile[p] for e in members) for p in players}
    for k, player in enumerate(players):
        if fixed[player]:
            (told,) = [line for p, line in played(members[0]) if p == player]
            parts: list[str | Expression] = []
            for j, line in enumerate(told):
                parts += [", ", *line] if j else line
            yield player, tuple(parts)
            continue
        used = dict.fromkeys(a for e in members for a in e.support[player])
        order = [a for a in members[0].profile[player] if a in used]
        other = players[1 - k]
        common = " and ".join(members[0].support[other])
        keep = common if fixed[other] else "its strategy"
        listed = f"{', '.join(order[:-1])} and {order[-1]}" if len(order) > 1 else order[0]
        yield player, (f"any mixture of {listed} that keeps {other} at {keep}",)
