"""Derived parameters: the order in which their formulas can be computed, if there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter

from deterrence.algebra.expressions import Expression
from deterrence.errors import shorten
from deterrence.modelfile.faults import FaultList
from deterrence.modelfile.yaml.entries import EntryPath

#: Limits on a formula with all the formulas that it refers to written out.
MAX_TERMS = 2000
MAX_DEPTH = 120


def order(
    faults: FaultList,
    formulas: Mapping[str, Expression],
    place: Callable[[str], EntryPath] = lambda name: ("parameters", name, "formula"),
) -> tuple[str, ...]:
    """Return the names so that each formula needs only earlier ones.

    ``place`` says where in the file the formula of a name stands.  Adds a fault for
    each circle, and for formulas that grow too large when those they refer to are
    written out; such names are left out.
    """
    left = dict(formulas)
    while True:
        graph = {name: sorted(f.names & left.keys()) for name, f in left.items()}
        try:
            ranked = tuple(TopologicalSorter(graph).static_order())
            break
        except CycleError as error:
            circle = error.args[1][::-1]
            names = [n for n in left if n in circle]
            first = circle.index(names[0])
            turn = [*circle[:-1][first:], *circle[:-1][:first], names[0]]
            what = f"the formula refers to itself: {' -> '.join(turn[:8])}"
            if len(turn) > 8:
                what += " -> ..."
            faults.add(
                place(names[0]),
                what,
                "formulas without circles",
                "give one of them a default instead",
            )
            for name in names:
                del left[name]
    sizes: dict[str, tuple[int, int]] = {}
    kept = []
    for name in ranked:
        size, depth = _written_out(left[name], sizes)
        sizes[name] = min(size, MAX_TERMS + 1), min(depth, MAX_DEPTH + 1)
        if size > MAX_TERMS or depth > MAX_DEPTH:
            what = f"the formula of {shorten(name)} is too long with those it refers to written out"
            expected = f"at most {MAX_TERMS} terms in {MAX_DEPTH} levels"
            faults.add(place(name), what, expected)
            # Formulas built on this one are not reported again.
            sizes[name] = (1, 1)
        else:
            kept.append(name)
    return tuple(kept)


def _written_out(e: Expression, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Return number of terms and depth of a formula with its references written out."""
    count, deepest = 0, 0
    stack = [(e, 1)]
    while stack:
        node, depth = stack.pop()
        size, below = sizes.get(node.args[0], (1, 1)) if node.op == "name" else (1, 1)
        count += size
        deepest = max(deepest, depth + below - 1)
        stack.extend((child, depth + 1) for child in node.children)
    return count, deepest
