"""Beliefs in words: ranges by node, and the inequalities that bound what is open."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.hulls import contains, describe
from deterrence.game.tree.play import history_text
from deterrence.solvers.beliefs.belief_sets import Belief, BeliefCase
from deterrence.solvers.beliefs.tree_facts import TreeFacts
from deterrence.solvers.tree_solution import condition_text

_ZERO = Fraction(0)


def described(
    facts: TreeFacts, cases: Sequence[BeliefCase]
) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[str, ...]]]:
    """Return beliefs (a pair where they are open) and their conditions, by labels."""
    game = facts.game
    beliefs: dict[str, dict[str, Any]] = {}
    conditions: dict[str, tuple[str, ...]] = {}
    for h in facts.in_tree_order:
        s = game.sets[h]
        if len(s.nodes) == 1:
            continue
        every = [b for case in cases for b in case.corners[h]]
        table: dict[str, Any] = {}
        for x in s.nodes:
            low, high = min(b[x] for b in every), max(b[x] for b in every)
            table[history_text(game, x)] = low if low == high else (low, high)
        beliefs[s.label] = table
        texts = _conditions(facts, cases, h)
        if texts:
            conditions[s.label] = texts
    return beliefs, conditions


def _conditions(facts: TreeFacts, cases: Sequence[BeliefCase], h: int) -> tuple[str, ...]:
    """Return what bounds the belief at a set: inequalities, or that there are none."""
    game = facts.game
    origins = {case.carried[h] for case in cases if h in case.carried}
    if not any(h in case.free or h in case.carried for case in cases):
        return ()
    nodes = game.sets[h].nodes
    hulls = _largest([[{x: b[x] for x in nodes} for b in case.corners[h]] for case in cases])
    if len(nodes) == 2:
        texts = _intervals(facts, h, hulls)
    else:
        texts = [_hull_texts(facts, h, hull) for hull in hulls]
    if origins and not any(h in case.free for case in cases):
        label = game.sets[min(origins)].label
        texts = [(*t, f"follows from the belief at {label}") for t in texts]
    texts = [t or ("any belief",) for t in texts]
    if len(texts) == 1:
        return texts[0]
    return (" or ".join(" and ".join(t) for t in texts),)


def _largest(hulls: Sequence[list[Belief]]) -> list[list[Belief]]:
    """Leave out polytopes that lie in another one."""
    kept = list(hulls)
    for hull in hulls:
        others = [other for other in kept if other is not hull]
        if any(all(contains(other, point) for point in hull) for other in others):
            kept = others
    return kept


def _intervals(facts: TreeFacts, h: int, hulls: Sequence[list[Belief]]) -> list[tuple[str, ...]]:
    """Return the belief at a set of two nodes as intervals, those that touch in one."""
    x = facts.game.sets[h].nodes[0]
    name = f"P({history_text(facts.game, x)})"
    spans = sorted((min(b[x] for b in hull), max(b[x] for b in hull)) for hull in hulls)
    merged: list[tuple[Any, Any]] = []
    for low, high in spans:
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    texts: list[tuple[str, ...]] = []
    for low, high in merged:
        if low == high:
            texts.append((f"{name} = {low}",))
            continue
        least = (f"{name} >= {low}",) if low > 0 else ()
        texts.append(least + ((f"{name} <= {high}",) if high < 1 else ()))
    return texts


def _hull_texts(facts: TreeFacts, h: int, hull: Sequence[Belief]) -> tuple[str, ...]:
    """Return a polytope of beliefs as inequalities, the last node put out of them."""
    game = facts.game
    nodes = game.sets[h].nodes
    names = {x: f"P({history_text(game, x)})" for x in nodes}
    found = describe([{x: b[x] for x in nodes[:-1]} for b in hull])
    if found is None:
        spans = {x: (min(b[x] for b in hull), max(b[x] for b in hull)) for x in nodes}
        return tuple(f"{low} <= {names[x]} <= {high}" for x, (low, high) in spans.items())
    equations, rows = found
    texts = [condition_text(names, row, bound, "=") for row, bound in equations]
    for row, bound in rows:
        corners = [row.get(x, _ZERO) for x in nodes]
        if min(corners) < bound:  # else it holds for every belief
            texts.append(condition_text(names, row, bound, ">="))
    return tuple(texts)
