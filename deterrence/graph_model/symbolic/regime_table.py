"""Regimes over notions of stability as a table: which states are stable where, by which notion.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> from deterrence.graph_model.symbolic.order_types import order_types
>>> from deterrence.words.blocks import as_text
>>> conflict = conflict_of(load_model("asymmetric-bipolarity"))
>>> found = order_types(conflict, values={"r_R": 0, "r_N": 0})
>>> print(as_text(blocks(found, conflict)[2:3]))
where                    Nash  SEQ   GMR, SMR  L2    L3, L4, NM
k_R < l_R and k_N < l_N  4     1, 4  1, 4      1, 4  1, 4
k_R < l_R and k_N > l_N  3     3     1, 3      3     3
k_R > l_R and k_N < l_N  2     2     1, 2      2     2
k_R > l_R and k_N > l_N  2, 3  2, 3  1, 2, 3   none  1
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from deterrence.graph_model.conflict import Conflict
from deterrence.graph_model.symbolic.order_types import OrderTypes, StabilityRegime
from deterrence.proving.covers import Alternatives
from deterrence.words.blocks import (
    Block,
    Bullets,
    Entries,
    Heading,
    Inline,
    Mark,
    Paragraph,
    Table,
    disjunction,
)

#: Longest condition that stands in the table; longer ones are told below it.
_LONGEST = 32
#: What notions are called that are not called by their keys in capitals.
_CALLED = {"nash": "Nash", "theory-of-moves": "TOM", "brams-wittman": "BW"}


def blocks(found: OrderTypes, conflict: Conflict, most: int | None = None) -> list[Block]:
    """Return what is stable where, by which notion; ``most`` regimes (None: all)."""
    shown = found.regimes[:most]
    groups = _columns(found)
    heads = tuple(", ".join(map(_name, group)) for group in groups)
    plain = [_where(r.when) for r in shown]
    short = all(len(_text(where)) <= _LONGEST for where in plain) and found.complete
    firsts: list[Inline] = plain if short else [(_letter(k),) for k in range(len(shown))]
    rows = tuple(
        (first, *((_cell(regime, group[0]),) for group in groups))
        for first, regime in zip(firsts, shown, strict=True)
    )
    told: list[Block] = [
        Heading("Stable, and for how long a look ahead?"),
        Paragraph(_summary(found)),
        Table(("where", *heads), rows),
    ]
    if not short and found.complete:
        named = []
        for k, (where, regime) in enumerate(zip(plain, shown, strict=True)):
            doubt = () if regime.proof == "proven" else (" ", Mark.of("open"))
            named.append((_letter(k), ((*where, *doubt),)))
        told.append(Entries(("Where",), tuple(named)))
    used = sorted({s for r in shown for own in r.sometimes.values() for s in own})
    told.append(
        Entries(("States",), tuple((f"#{s + 1}", ((conflict.states[s].title,),)) for s in used))
    )
    notes: list[Inline] = [(m,) for m in found.messages]
    if len(shown) < len(found.regimes):
        notes.append((f"{len(found.regimes) - len(shown)} more regimes are not shown",))
    if any(r.always != r.sometimes for r in shown):
        notes.append(("in brackets: stable if ties are broken in favour of that",))
    return [*told, Bullets(tuple(notes))] if notes else told


def _summary(found: OrderTypes) -> Inline:
    ways, regimes = len(found.types), len(found.regimes)
    if not found.complete:
        return (f"Of the ways in which the players may rank the states {ways} were looked at.",)
    return (
        f"The players may rank the states in {_counted(ways, 'way')}, ties apart; what is stable "
        f"comes to {_counted(regimes, 'case')}. ",
        Mark.of("proven" if all(r.proof == "proven" for r in found.regimes) else "open"),
    )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _columns(found: OrderTypes) -> list[list[str]]:
    """Return notions beside each other that have the same answer in every regime as one."""

    def answer(concept: str) -> list[tuple[tuple[int, ...], ...]]:
        return [(r.always[concept], r.sometimes[concept]) for r in found.regimes]

    return [list(group) for _, group in itertools.groupby(found.concepts, answer)]


def _name(concept: str) -> str:
    return _CALLED.get(concept, concept.upper())


def _letter(k: int) -> str:
    """Return a short name for a row.

    >>> _letter(0), _letter(27)
    ('a', 'ab')
    """
    return (_letter(k // 26 - 1) if k >= 26 else "") + "abcdefghijklmnopqrstuvwxyz"[k % 26]


def _where(when: Alternatives) -> Inline:
    if not when:
        return ("not derived",)
    return disjunction(when, "always")


def _text(parts: Sequence[object]) -> str:
    return "".join(map(str, parts))


def _cell(regime: StabilityRegime, concept: str) -> str:
    found: Mapping[bool, tuple[int, ...]] = {
        True: regime.always[concept],
        False: regime.sometimes[concept],
    }
    told = [str(s + 1) if s in found[True] else f"({s + 1})" for s in found[False]]
    return ", ".join(told) or "none"
