"""Coalitions: against the definitions in sets of states, theorems, and cases by hand."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_conflicts import Conflict, conflicts

from deterrence.errors import IncompleteError, UsageError
from deterrence.graph_model import coalitions, concepts
from deterrence.graph_model.coalitions import CONCEPTS, IMPROVEMENTS, SANCTIONS, Coalitions
from deterrence.graph_model.graph import MoveGraph


# ---- the definitions, as they stand in the literature ---------------------------------------
def better(ranks: Any, members: Any, to: int, start: int, improvement: str) -> bool:
    signs = [np.sign(ranks[i][to] - ranks[i][start]) for i in members]
    return min(signs) > 0 or (improvement == "pareto" and min(signs) == 0 and max(signs) > 0)


def legal(moves: Any, movers: Any, start: int) -> set[int]:
    """Return the ends of sequences of ``moves(mover, state)``, no mover twice in a row."""
    found: set[tuple[int, Any]] = set()
    todo: list[tuple[int, Any]] = [(start, None)]
    while todo:
        here, last = todo.pop()
        for j in movers:
            for there in moves(j, here) if j != last else ():
                if (there, j) not in found:
                    found.add((there, j))
                    todo.append((there, j))
    return {state for state, _ in found}


def by_definition(
    graph: MoveGraph, ranks: Any, concept: str, members: Any, state: int, how: str, sanctions: str
) -> bool:
    def one(j: int, s: int) -> list[int]:
        return [int(t) for t in graph.moves(j, s)]

    def willing(j: int, s: int) -> list[int]:
        return [t for t in one(j, s) if ranks[j][t] > ranks[j][s]]

    def together(group: Any, s: int) -> list[int]:
        return [t for t in legal(one, group, s) if better(ranks, group, t, s, how)]

    def gained(s: int) -> bool:
        return better(ranks, members, s, state, how)

    others = graph.others(*members)
    groups = [g for k in range(len(others)) for g in itertools.combinations(others, k + 1)]
    for x in together(members, state):
        if concept == "cnash":
            return False
        if concept != "cseq":
            answers = legal(one, others, x)
        elif sanctions == "individual":
            answers = legal(willing, others, x)
        else:
            answers = legal(together, groups, x)
        held = [y for y in answers if not gained(y)]
        if concept == "csmr":
            held = [y for y in held if not any(gained(z) for z in legal(one, members, y))]
        if not held:
            return False
    return True


@settings(max_examples=120)
@given(conflicts(), st.data())
def test_every_notion_is_its_definition(conflict: Conflict, data: st.DataObject) -> None:
    graph, ranks = conflict
    members = data.draw(st.sets(st.sampled_from(range(len(graph.players))), min_size=1))
    for how, sanctions in itertools.product(IMPROVEMENTS, SANCTIONS):
        seen = Coalitions(graph, ranks, how, sanctions)
        for concept in CONCEPTS:
            found = seen.stable(concept, sorted(members))
            for state in range(graph.size):
                case = (graph, ranks, concept, sorted(members), state, how, sanctions)
                assert found[state] == by_definition(*case)
                gains = seen.gains(concept, sorted(members), state)
                assert found[state] == all(g.deterred for g in gains)


@settings(max_examples=60)
@given(conflicts())
def test_answers_are_legal_and_do_what_they_are_said_to_do(conflict: Conflict) -> None:
    graph, ranks = conflict
    for how, sanctions in itertools.product(IMPROVEMENTS, SANCTIONS):
        seen = Coalitions(graph, ranks, how, sanctions)
        coalition = [0, 1] if len(graph.players) > 2 else [0]
        for concept, state in itertools.product(CONCEPTS, range(graph.size)):
            for gain in seen.gains(concept, coalition, state):
                here, last = state, None
                for mover, there in gain.way:
                    assert mover != last
                    assert there in graph.moves(mover, here)
                    here, last = there, mover
                assert here == gain.to
                if not gain.answer:
                    continue
                assert gain.answer[-1][1] == gain.turns[-1][1]
                for k, (mover, there) in enumerate(gain.answer):
                    assert there in graph.moves(mover, here)
                    assert sanctions == "joint" or k == 0 or mover != gain.answer[k - 1][0]
                    here = there
                before = gain.to
                for group, there in gain.turns:
                    if concept == "cseq":
                        assert better(ranks, group, there, before, how)
                    before = there


# ---- theorems -------------------------------------------------------------------------------
@given(conflicts(), st.sampled_from(IMPROVEMENTS))
def test_implications(conflict: Conflict, how: str) -> None:
    graph, ranks = conflict
    found = {
        c: coalitions.every_coalition(graph, ranks, c, improvement=how).stable for c in CONCEPTS
    }
    for members in found["cnash"]:
        nash, seq, smr, gmr = (found[c][members] for c in CONCEPTS)
        assert (nash <= seq).all()
        assert (seq <= gmr).all()
        assert (nash <= smr).all()
        assert (smr <= gmr).all()
        if len(members) == len(graph.players):
            assert all((found[c][members] == nash).all() for c in CONCEPTS)
        if len(members) == 1:
            for c in CONCEPTS:
                player = concepts.stable(graph, ranks, c[1:])[members[0]]
                assert (found[c][members] == player).all()


@given(conflicts(), st.sampled_from(CONCEPTS))
def test_only_the_order_counts_and_names_do_not(conflict: Conflict, concept: str) -> None:
    graph, ranks = conflict
    for how, sanctions in itertools.product(IMPROVEMENTS, SANCTIONS):
        plain = Coalitions(graph, ranks, how, sanctions)
        bent = Coalitions(graph, ranks**3 * 7 - 100, how, sanctions)
        turned = MoveGraph(graph.players[::-1], graph.size, graph.arcs[::-1])
        other = Coalitions(turned, ranks[::-1], how, sanctions)
        n = len(graph.players)
        for k in range(1, n + 1):
            for members in itertools.combinations(range(n), k):
                found = plain.stable(concept, members)
                assert (found == bent.stable(concept, members)).all()
                assert (found == other.stable(concept, [n - 1 - i for i in members])).all()


@given(conflicts())
def test_joint_sanctions_are_more(conflict: Conflict) -> None:
    """Single improvements are those of groups of one: the joint form sanctions at least as much."""
    graph, ranks = conflict
    single = coalitions.every_coalition(graph, ranks, "cseq").stable
    joint = coalitions.every_coalition(graph, ranks, "cseq", sanctions="joint").stable
    assert all((single[c] <= joint[c]).all() for c in single)


def test_cseq_with_joint_sanctions_does_not_imply_cgmr() -> None:
    """A moves 0-1, B 1-2 and 2-3 but not 1-3: the sanction 3 needs B to move twice in a row.

    B improves from 1 to 2 alone, then B and C, as a group, from 2 to 3.
    """
    graph = MoveGraph.of_lists(
        ["A", "B", "C"],
        [
            [[1], [], [], []],
            [[], [2], [3], []],
            [[], [], [], []],
        ],
    )
    ranks = np.array([[1, 2, 2, 0], [0, 0, 1, 2], [0, 0, 0, 1]])
    assert not coalitions.stable(graph, ranks, "cgmr", [0])[0]
    assert not coalitions.stable(graph, ranks, "cseq", [0])[0]
    assert coalitions.stable(graph, ranks, "cseq", [0], sanctions="joint")[0]
    (gain,) = coalitions.gains(graph, ranks, "cseq", [0], 0, sanctions="joint")
    assert gain.turns == (((1,), 2), ((1, 2), 3))


# ---- by hand --------------------------------------------------------------------------------
DILEMMA = (MoveGraph.of_table(("A", "B"), (2, 2)), np.array([[2, 0, 3, 1], [2, 3, 0, 1]]))


def test_the_dilemma_is_left_together() -> None:
    graph, ranks = DILEMMA
    found = coalitions.every_coalition(graph, ranks, "cnash")
    assert found.upset(3) == [(0, 1)]
    assert found.upset(0) == [(0,), (1,)]
    assert (
        coalitions.every_coalition(graph, ranks, "cseq").universal.tolist() == [True] + [False] * 3
    )


def test_pareto_improvements_are_more() -> None:
    graph = MoveGraph.of_lists(["A", "B"], [[[1], []], [[], []]])
    ranks = np.array([[0, 1], [0, 0]])
    assert coalitions.stable(graph, ranks, "cnash", [0, 1])[0]
    assert not coalitions.stable(graph, ranks, "cnash", [0, 1], improvement="pareto")[0]


def test_what_is_no_coalition_or_no_option() -> None:
    graph, ranks = DILEMMA
    with pytest.raises(UsageError, match="no coalition"):
        coalitions.stable(graph, ranks, "cnash", [])
    with pytest.raises(UsageError, match="no coalition"):
        coalitions.stable(graph, ranks, "cnash", [2])
    with pytest.raises(UsageError, match="none of joint, pareto"):
        coalitions.stable(graph, ranks, "cnash", [0], improvement="weak")


def test_limits_count_pairs_and_coalitions() -> None:
    size = 7000
    line = [[s + 1] if s + 1 < size else [] for s in range(size)]
    graph = MoveGraph.of_lists(["A", "B"], [line, line])
    ranks = np.zeros((2, size), dtype=int)
    ranks[:, 2] = 1
    with pytest.raises(IncompleteError, match="pairs"):
        coalitions.stable(graph, ranks, "cnash", [0, 1])
    (gain,) = coalitions.gains(graph, ranks, "cnash", [0, 1], 0)  # one state by name: no limit
    assert gain.way == ((0, 1), (1, 2))
    many = MoveGraph.of_lists([f"P{i}" for i in range(13)], [[[]]] * 13)
    with pytest.raises(IncompleteError, match="8,191 coalitions"):
        coalitions.every_coalition(many, np.zeros((13, 1), dtype=int), "cnash")
