"""What is known to hold of every conflict, on graphs that Hypothesis draws.

Fang, Hipel and Kilgour (1993, chapter 4) for the notions of single players, Kilgour, Hipel, Fang
and Peng (2001) and Inohara and Hipel (2008) for coalitions, Rego and Vieira (2017) for SSEQ.
What does *not* hold is in ``test_false_implications.py``.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from conflict_samples import coalitions, conflicts, engine, relabelled
from hypothesis import given, settings
from hypothesis import strategies as st
from stability_witness import CONCEPTS, Conflict

from deterrence.graph_model import coalitions as together
from deterrence.graph_model import look_ahead
from deterrence.graph_model.concepts import stable
from deterrence.graph_model.graph import MoveGraph

#: Conflicts that are drawn: a third of what the profile says, each has many coalitions.
fewer = settings(max_examples=settings().max_examples // 3)
IMPROVEMENTS, SANCTIONS = ("joint", "pareto"), ("individual", "joint")


def implies(first: Any, second: Any) -> bool:
    return bool((~np.asarray(first) | np.asarray(second)).all())


# Single players --------------------------------------------------------------------------
CHAINS = [
    ("nash", "sseq"), ("sseq", "seq"), ("seq", "gmr"), ("sseq", "smr"), ("smr", "gmr"),
    ("nash", "smr"),
]  # fmt: skip


@fewer
@given(conflicts())
def test_the_order_of_the_notions(game: Conflict) -> None:
    graph, ranks = engine(game)
    found = {c: stable(graph, ranks, c) for c in CONCEPTS}
    for strong, weak in CHAINS:
        assert implies(found[strong], found[weak]), (strong, weak)


@fewer
@given(conflicts(), st.data())
def test_more_moves_of_the_others_never_destroy_gmr(game: Conflict, data: st.DataObject) -> None:
    """Nor Nash, which does not ask about them."""
    focal = data.draw(st.sampled_from(list(game.players)))
    ends = st.frozensets(st.sampled_from(list(game.states)))
    more = Conflict(
        tuple(
            tuple(row if i == focal else (row | data.draw(ends)) - {s} for s, row in enumerate(own))
            for i, own in enumerate(game.moves)
        ),
        game.worth,
    )
    (graph, ranks), (larger, _) = engine(game), engine(more)
    for concept in ("nash", "gmr"):
        before, after = (stable(g, ranks, concept)[focal] for g in (graph, larger))
        assert implies(before, after)


@fewer
@given(conflicts(), st.data())
def test_only_the_order_counts(game: Conflict, data: st.DataObject) -> None:
    graph, ranks = engine(game)
    steps = data.draw(st.lists(st.integers(1, 50), min_size=12, max_size=12))
    scale = np.cumsum(steps) - data.draw(st.integers(0, 300))
    for concept in CONCEPTS:
        assert np.array_equal(stable(graph, ranks, concept), stable(graph, scale[ranks], concept))
    for group, (improvement, sanctions) in _forms(game):
        kind: Any = {"improvement": improvement, "sanctions": sanctions}
        one, two = (together.stable(graph, r, "cseq", group, **kind) for r in (ranks, scale[ranks]))
        assert np.array_equal(one, two)


@fewer
@given(conflicts(players=3), st.data())
def test_names_do_not_count(game: Conflict, data: st.DataObject) -> None:
    """Players and states in another order have the same answers, in that order."""
    players = data.draw(st.permutations(list(game.players)))
    states = data.draw(st.permutations(list(game.states)))
    new = relabelled(game, players, states)
    (graph, ranks), (graph2, ranks2) = engine(game), engine(new)
    for concept in CONCEPTS:
        after = stable(graph2, ranks2, concept)[np.ix_(players, states)]
        assert np.array_equal(stable(graph, ranks, concept), after), concept
    for group, (improvement, sanctions) in _forms(game):
        kind: Any = {"improvement": improvement, "sanctions": sanctions}
        for concept in together.CONCEPTS:
            before = together.stable(graph, ranks, concept, group, **kind)
            named = [players[i] for i in group]
            after = together.stable(graph2, ranks2, concept, named, **kind)[states]
            assert np.array_equal(before, after), (concept, group)
    if len(game.players) == 2:
        for h in range(5):
            for before, after in zip(
                look_ahead.limited(graph, ranks, h),
                look_ahead.limited(graph2, ranks2, h),
                strict=True,
            ):
                assert np.array_equal(before, after[np.ix_(players, states)]), h


# Coalitions ------------------------------------------------------------------------------
def _forms(game: Conflict) -> list[tuple[list[int], tuple[str, str]]]:
    groups = [sorted(group) for group in coalitions(game)]
    return [*itertools.product(groups, itertools.product(IMPROVEMENTS, SANCTIONS))]


@fewer
@given(conflicts(players=3))
def test_the_order_of_the_coalition_notions(game: Conflict) -> None:
    graph, ranks = engine(game)
    for group, (improvement, sanctions) in _forms(game):
        found = {
            c: together.stable(graph, ranks, c, group, improvement=improvement, sanctions=sanctions)
            for c in together.CONCEPTS
        }
        chains = [("cnash", "cseq"), ("cnash", "csmr"), ("csmr", "cgmr")]
        if sanctions == "individual":
            chains.append(("cseq", "cgmr"))
        for strong, weak in chains:
            assert implies(found[strong], found[weak]), (strong, weak, group, improvement)


@fewer
@given(conflicts(players=3))
def test_joint_sanctions_are_moves_where_moves_add_up(game: Conflict) -> None:
    """CSEQ by joint improvements does imply CGMR where two moves of a player are one."""
    moves = [list(own) for own in game.moves]
    for own in moves:
        for via, s in itertools.product(game.states, repeat=2):
            if via in own[s]:
                own[s] = (own[s] | own[via]) - {s}
    graph, ranks = engine(Conflict(tuple(map(tuple, moves)), game.worth))
    for group, (improvement, sanctions) in _forms(game):
        kind: Any = {"improvement": improvement, "sanctions": sanctions}
        cseq, cgmr = (together.stable(graph, ranks, c, group, **kind) for c in ("cseq", "cgmr"))
        assert implies(cseq, cgmr)


@fewer
@given(conflicts())
def test_a_coalition_of_one_is_the_player(game: Conflict) -> None:
    graph, ranks = engine(game)
    for i, improvement in itertools.product(game.players, IMPROVEMENTS):
        for concept in ("nash", "seq", "smr", "gmr"):
            alone = together.stable(graph, ranks, f"c{concept}", [i], improvement=improvement)
            assert np.array_equal(alone, stable(graph, ranks, concept)[i]), concept


@fewer
@given(conflicts())
def test_all_players_together_face_no_sanction(game: Conflict) -> None:
    """For the grand coalition every notion is CNash."""
    graph, ranks = engine(game)
    group = list(game.players)
    for improvement, sanctions in itertools.product(IMPROVEMENTS, SANCTIONS):
        kind: Any = {"improvement": improvement, "sanctions": sanctions}
        nash, *others = (together.stable(graph, ranks, c, group, **kind) for c in together.CONCEPTS)
        assert all(np.array_equal(nash, other) for other in others)


@fewer
@given(conflicts())
def test_a_joint_improvement_is_one_of_pareto(game: Conflict) -> None:
    """So that CNash with Pareto improvements implies CNash with joint ones."""
    graph, ranks = engine(game)
    for group in map(sorted, coalitions(game)):
        joint, pareto = (
            together.stable(graph, ranks, "cnash", group, improvement=kind) for kind in IMPROVEMENTS
        )
        assert implies(pareto, joint)


# Looking ahead ---------------------------------------------------------------------------
@fewer
@given(conflicts(players=2), st.integers(2, 7))
def test_what_looking_ahead_implies(game: Conflict, horizon: int) -> None:
    """L_1 = Nash, L_h => GMR for h >= 2, L_2 => SEQ, L_3 => SMR; ties broken either way."""
    graph, ranks = engine(game)
    nash, gmr, seq, smr = (stable(graph, ranks, c) for c in ("nash", "gmr", "seq", "smr"))
    for always, sometimes in (look_ahead.limited(graph, ranks, h) for h in range(9)):
        assert implies(always, sometimes)
    for found in look_ahead.limited(graph, ranks, 0):
        assert found.all()
    for found in look_ahead.limited(graph, ranks, 1):
        assert np.array_equal(found, nash)
    for found in look_ahead.limited(graph, ranks, 2):
        assert implies(found, seq)
    for found in look_ahead.limited(graph, ranks, 3):
        assert implies(found, smr)
    for found in look_ahead.limited(graph, ranks, horizon):
        assert implies(found, gmr)


@fewer
@given(conflicts(players=2))
def test_what_non_myopic_stability_implies(game: Conflict) -> None:
    """NM => GMR; NM is stability in every horizon from the start of the cycle, and only there."""
    graph, ranks = engine(game)
    found = look_ahead.non_myopic(graph, ranks)
    gmr = stable(graph, ranks, "gmr")
    assert implies(found.always, found.sometimes)
    assert implies(found.sometimes, gmr)
    horizons = range(found.start, found.start + 2 * found.period)
    all_of_them = [look_ahead.limited(graph, ranks, h) for h in horizons]
    assert np.array_equal(found.always, np.logical_and.reduce([a for a, _ in all_of_them]))
    assert np.array_equal(found.sometimes, np.logical_and.reduce([s for _, s in all_of_them]))


#: k_R - l_R and k_N - l_N -> what is stable: at L_1 (and SEQ, but for the divide), whether the
#: divide is SEQ, and what GMR, SMR, L_2 and L_3 and further say.
FD, RY, NY, DW = range(4)
BIPOLARITY = {
    (-1, -1): ([DW], True, [FD, DW], [FD, DW], [FD, DW]),
    (-1, 1): ([NY], False, [FD, NY], [NY], [NY]),
    (1, -1): ([RY], False, [FD, RY], [RY], [RY]),
    (1, 1): ([RY, NY], False, [FD, RY, NY], [], [FD]),
}


@pytest.mark.parametrize("signs", BIPOLARITY, ids=str)
@pytest.mark.parametrize("gains", [(1, 1), (3, 1)], ids=str)
def test_the_bipolarity_by_look_ahead(signs: tuple[int, int], gains: tuple[int, int]) -> None:
    """A divide that each may leave for a gain g, at a loss l to the other, or for war at k."""
    losses = (4, 6)
    costs = [loss + sign for loss, sign in zip(losses, signs, strict=True)]
    graph = MoveGraph.of_table(("Russia", "NATO"), (2, 2))
    ranks = [
        [0, -losses[0], gains[0], -costs[0]],
        [0, gains[1], -losses[1], -costs[1]],
    ]

    def equilibria(found: Any) -> list[int]:
        return [int(s) for s in np.flatnonzero(found.all(axis=0))]

    nash, divide, general, two, further = BIPOLARITY[signs]
    assert equilibria(stable(graph, ranks, "nash")) == nash
    assert equilibria(stable(graph, ranks, "seq")) == ([FD] if divide else []) + nash
    assert equilibria(stable(graph, ranks, "gmr")) == general
    assert equilibria(stable(graph, ranks, "smr")) == general
    assert equilibria(look_ahead.limited(graph, ranks, 2)[0]) == two
    for h in range(3, 9):
        assert equilibria(look_ahead.limited(graph, ranks, h)[0]) == further, h
    assert equilibria(look_ahead.non_myopic(graph, ranks).always) == further


@pytest.mark.parametrize("horizon", [0, 1, 2, 3, 4, 5])
def test_horizons_of_a_cycle_of_four(horizon: int) -> None:
    """A table whose horizons repeat every four: no horizon is the last word."""
    moves = (
        tuple(frozenset({t}) for t in (2, 3, 0, 1)),
        tuple(frozenset({t}) for t in (1, 0, 3, 2)),
    )
    graph, ranks = engine(Conflict(moves, ((0, 1, 2, 3), (0, 1, 3, 2))))
    found = look_ahead.non_myopic(graph, ranks)
    assert (found.start, found.period) == (2, 4)
    for one, two in zip(
        look_ahead.limited(graph, ranks, 2 + horizon),
        look_ahead.limited(graph, ranks, 6 + horizon),
        strict=True,
    ):
        assert np.array_equal(one, two)
