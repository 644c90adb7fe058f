"""Supports that need not be told apart: where nothing that matters can follow a choice."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from deterrence.solvers.beliefs.best_replies import best_together
from deterrence.solvers.beliefs.pattern_conditions import PatternBuilder, State

_ZERO = Fraction(0)


def plain_choices(builder: PatternBuilder, state: State, h: int) -> list[tuple[int, ...]] | None:
    """Return the largest supports of a free belief that knows no other unknown.

    Where nothing that matters can follow, and what every action is worth depends on
    the belief alone, each mixture over actions that are best at one belief is as good
    as another; patterns within are no patterns of their own.
    """
    if builder.consistent or not builder.facts.ancestors[h] - {h} <= state.supports.keys():
        return None
    above = builder.facts.parent[h]
    if len(builder.facts.allowed[h]) < 2 or (above is not None and above[0] not in state.done):
        return None
    if any(
        _choices_below(builder, c) for x in builder.game.sets[h].nodes for c in _after(builder, x)
    ):
        return None
    known = replace(state, supports={**state.supports, h: builder.facts.allowed[h]})
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
    tags = [tag for _, tag in system.starts if tag is not None]
    forms = condition.forms.items()
    return best_together({a: [form.get((tag, ()), _ZERO) for tag in tags] for a, form in forms})


def _after(builder: PatternBuilder, x: int) -> list[int]:
    children = builder.game.nodes[x].children
    return [children[a] for a in builder.facts.allowed[builder.game.nodes[x].set]]


def _choices_below(builder: PatternBuilder, root: int) -> bool:
    """Say whether anybody has a choice left below a node."""
    return any(
        node.set in builder.facts.allowed and len(builder.facts.allowed[node.set]) > 1
        for node in builder.game.nodes[root : root + builder.game.sizes[root]]
    )
