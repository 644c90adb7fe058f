"""Supports that need not be told apart: where nothing that matters can follow a choice."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

from deterrence.algebra.linear import maximise
from deterrence.solvers.beliefs.pattern_conditions import Builder, Condition, State, Tag

_ZERO, _ONE = Fraction(0), Fraction(1)


def plain_choices(builder: Builder, state: State, h: int) -> list[tuple[int, ...]] | None:
    """Return the largest supports of a free belief that knows no other unknown.

    Where nothing that matters can follow, and what every action is worth depends on
    the belief alone, each mixture over actions that are best at one belief is as good
    as another; patterns within are no patterns of their own.
    """
    if builder.consistent or not builder.frame.ancestors[h] - {h} <= state.supports.keys():
        return None
    above = builder.frame.parent[h]
    if len(builder.frame.allowed[h]) < 2 or (above is not None and above[0] not in state.done):
        return None
    if any(
        _choices_below(builder, c) for x in builder.game.sets[h].nodes for c in _after(builder, x)
    ):
        return None
    known = replace(state, supports={**state.supports, h: builder.frame.allowed[h]})
    settled = list(builder.settle(known, h))
    if len(settled) != 1:
        return None
    number = settled[0].source[h]
    system = settled[0].systems[number]
    if not any(tag is not None and tag[0] == h for _, tag in system.starts):
        return None
    conditions = [c for c in settled[0].conditions if c.set == h]
    if len(conditions) != 1:
        return None
    condition = conditions[0]
    if any(condition.following.values()) or any(
        key[1] for form in condition.forms.values() for key in form
    ):
        return None
    return _supportable(condition, [tag for _, tag in system.starts if tag is not None])


def _after(builder: Builder, x: int) -> list[int]:
    children = builder.game.nodes[x].children
    return [children[a] for a in builder.frame.allowed[builder.game.nodes[x].set]]


def _choices_below(builder: Builder, root: int) -> bool:
    """Say whether anybody has a choice left below a node."""
    return any(
        node.set in builder.frame.allowed and len(builder.frame.allowed[node.set]) > 1
        for node in builder.game.nodes[root : root + builder.game.sizes[root]]
    )


def _supportable(condition: Condition, tags: list[Tag]) -> list[tuple[int, ...]]:
    """Return the largest sets of actions that are all best at one belief."""
    worth = {a: [form.get((tag, ()), _ZERO) for tag in tags] for a, form in condition.forms.items()}
    found: list[tuple[int, ...]] = []
    for size in range(len(worth), 0, -1):
        for chosen in itertools.combinations(worth, size):
            if any(set(chosen) <= set(f) for f in found):
                continue
            first = worth[chosen[0]]
            gaps = {b: [p - q for p, q in zip(u, first, strict=True)] for b, u in worth.items()}
            rows = [gap for b, gap in gaps.items() if b not in chosen]
            equal = [gaps[b] for b in chosen[1:]]
            result = maximise(
                [_ZERO] * len(tags), rows, [_ZERO] * len(rows),
                [*equal, [_ONE] * len(tags)], [*([_ZERO] * len(equal)), _ONE],
            )  # fmt: skip
            if result.status == "optimal":
                found.append(chosen)
    return found
