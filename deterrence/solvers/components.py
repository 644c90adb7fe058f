"""Connected components and maximal Nash subsets of a set of extreme equilibria.

Two equilibria are exchangeable if swapping strategies gives equilibria again.
A maximal set of row strategies and column strategies, any two of which meet in
an equilibrium, spans a maximal Nash subset: all convex combinations of the
rows with all of the columns are equilibria (Millham 1974; Winkels 1979).
Subsets that share an extreme equilibrium belong to one connected component
(Avis, Rosenberg, Savani and von Stengel 2010, section 4).

>>> for group in group_pairs([(0, 0), (1, 1), (1, 2)]):
...     print(group.pairs, group.subsets)
((0, 0),) (((0,), (0,)),)
((1, 1), (1, 2)) (((1,), (1, 2)),)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from deterrence.algebra.linear import affine_dimension
from deterrence.game.strategic import StrategicGame
from deterrence.solvers.solution import Component
from deterrence.solvers.task import Mix


@dataclass(frozen=True)
class LinkedPairs:
    """One component: its pairs, and its maximal Nash subsets as (rows, columns)."""

    pairs: tuple[tuple[int, int], ...]
    subsets: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def group_pairs(pairs: Sequence[tuple[int, int]]) -> list[LinkedPairs]:
    """Group extreme equilibria, given as pairs of strategy numbers, into components.

    The groups come in the order of their first pair.
    """
    row_uses = Counter(i for i, _ in pairs)
    column_uses = Counter(j for _, j in pairs)
    if all(row_uses[i] == column_uses[j] == 1 for i, j in pairs):
        return [LinkedPairs(((i, j),), (((i,), (j,)),)) for i, j in pairs]

    import networkx as nx

    graph = nx.Graph((("row", i), ("column", j)) for i, j in pairs)
    groups = []
    for nodes in nx.connected_components(graph):
        members = tuple((i, j) for i, j in pairs if ("row", i) in nodes)
        part = graph.subgraph(nodes).copy()
        for side in ("row", "column"):
            same = [v for v in nodes if v[0] == side]
            part.add_edges_from((u, v) for k, u in enumerate(same) for v in same[k + 1 :])
        subsets = []
        for clique in nx.find_cliques(part):
            rows = tuple(sorted(i for side, i in clique if side == "row"))
            columns = tuple(sorted(j for side, j in clique if side == "column"))
            if rows and columns:
                subsets.append((rows, columns))
        groups.append(LinkedPairs(members, tuple(sorted(subsets))))
    position = {pair: k for k, pair in enumerate(pairs)}
    return sorted(groups, key=lambda group: position[group.pairs[0]])


def components_of(game: StrategicGame, profiles: Sequence[tuple[Mix, ...]]) -> list[Component]:
    """Return the connected components of a two-player game with these extreme equilibria."""
    rows: dict[Mix, int] = {}
    columns: dict[Mix, int] = {}
    pairs = [
        (rows.setdefault(x, len(rows)), columns.setdefault(y, len(columns))) for x, y in profiles
    ]
    where = {pair: k for k, pair in enumerate(pairs)}
    points = list(rows), list(columns)
    result = []
    for group in group_pairs(pairs):
        used = tuple(sorted({pair[side] for pair in group.pairs}) for side in (0, 1))
        subsets = [
            tuple(tuple(used[side].index(k) for k in subset[side]) for side in (0, 1))
            for subset in group.subsets
        ]
        dimension = max(
            sum(affine_dimension([points[side][k] for k in subset[side]]) for side in (0, 1))
            for subset in group.subsets
        )
        result.append(
            Component(
                members=tuple(where[pair] for pair in group.pairs),
                extreme_points={
                    player: tuple(
                        dict(zip(game.actions[side], points[side][k], strict=True))
                        for k in used[side]
                    )
                    for side, player in enumerate(game.players)
                },
                subsets=tuple(dict(zip(game.players, subset, strict=True)) for subset in subsets),
                dimension=dimension,
            )
        )
    return result
