"""The exact answer at one point, and many such answers as one block of floats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.block import EXACT, KINDS, OUTSIDE, PointBlock, filler
from deterrence.errors import ExpressionError

ExactStrategy = tuple[Fraction, ...]


@dataclass(frozen=True)
class Equilibria:
    """All extreme equilibria of a game, in order, with the number of each one's component.

    A profile has one strategy per player; in a tree, one per information set.
    ``continuum``: there are infinitely many, even if few of them are listed.
    """

    profiles: tuple[tuple[ExactStrategy, ...], ...]
    components: tuple[int, ...]
    complete: bool
    continuum: bool = False


@dataclass(frozen=True)
class PointAnswer:
    """The equilibria at one point, and what was asked of each, by kind and name.

    Values are rational, ``nan`` where a measure has none, or floats where a model's are.
    """

    equilibria: Equilibria
    payoffs: Mapping[str, Sequence[Any]]
    outcomes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    measures: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    truths: Mapping[str, Sequence[bool]] = field(default_factory=dict)

    @property
    def profiles(self) -> tuple[tuple[ExactStrategy, ...], ...]:
        """The strategies in each equilibrium."""
        return self.equilibria.profiles

    @property
    def components(self) -> tuple[int, ...]:
        """The number of the connected set that each equilibrium belongs to."""
        return self.equilibria.components

    @property
    def complete(self) -> bool:
        """Whether no equilibrium is missing."""
        return self.equilibria.complete


def told(
    asked: Mapping[tuple[str, str], Expression],
    values: Mapping[str, Any],
    query: Callable[..., Any],
) -> dict[tuple[str, str], Any]:
    """Return the values of all that is asked of an equilibrium.

    ``query(kind, *labels)`` answers what an expression asks.  A measure is ``nan`` where it
    has no value: a share of what never happens, say.  Raises
    :class:`~deterrence.errors.ExpressionError` for a statement without a truth value.
    """
    found: dict[tuple[str, str], Any] = {}
    for (kind, name), e in asked.items():
        if kind == "outcomes":
            found[kind, name] = query("P", name)
        elif kind == "truths":
            found[kind, name] = bool(e.evaluate(values, query))
        else:
            try:
                found[kind, name] = e.evaluate(values, query)
            except ExpressionError:
                found[kind, name] = float("nan")
    return found


def by_kind(
    told_of: Sequence[Mapping[tuple[str, str], Any]], names: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, list[Any]]]:
    """Return answers to each of several equilibria by kind and name."""
    return {
        kind: {name: [one[kind, name] for one in told_of] for name in names[kind]} for kind in KINDS
    }


def block_of(
    answers: Sequence[PointAnswer | None],
    movers: Mapping[str, int],
    names: Mapping[str, Sequence[str]],
) -> PointBlock:
    """Return the answers at some points as one block of floats; None is a point outside.

    ``movers`` are those whose behaviour is told, with their numbers of actions; ``names``
    lists what each kind holds.
    """
    import numpy as np

    n = len(answers)
    count = np.array([len(a.profiles) if a else 0 for a in answers], dtype=np.int32)
    w = int(count.max(initial=0))
    component = np.full((n, w), -1, dtype=np.int32)
    chances = {who: np.full((n, w, size), np.nan) for who, size in movers.items()}
    kinds: dict[str, dict[str, Any]] = {
        kind: {name: np.full((n, w), filler(kind)) for name in names.get(kind, ())}
        for kind in KINDS
    }
    continuum = np.zeros(n, dtype=bool)
    for i, answer in enumerate(answers):
        if answer is None:
            continue
        k = len(answer.profiles)
        component[i, :k] = answer.components
        continuum[i] = answer.equilibria.continuum or len(set(answer.components)) < k
        for e, profile in enumerate(answer.profiles):
            # A tree's behaviour may not be asked for.
            for target, strategy in zip(chances.values(), profile, strict=False):
                target[i, e] = [float(p) for p in strategy]
        for kind in KINDS:
            for name, column in getattr(answer, kind).items():
                kinds[kind][name][i, :k] = [float(v) for v in column]
    valid = np.array([a is not None for a in answers], dtype=bool)
    return PointBlock(
        valid=valid,
        count=count,
        complete=np.array([a is None or a.complete for a in answers], dtype=bool),
        engine=np.where(valid, EXACT, OUTSIDE).astype(np.uint8),
        component=component,
        continuum=continuum,
        probabilities=chances,
        **kinds,
    )
