"""Stability of whole tables: 4,096 states, a million patterns, a ladder with symbols.

``python -m pytest benchmarks/bench_stability.py --benchmark-only`` runs it.  Twelve options make
4,096 states, dealt to two to six players with random prioritised statements (with ties).  The
naive implementation that tests compare with (``tests/helpers/stability_witness.py``: sets,
and every sequence followed) does the same on 64 states, and the ratio is printed.  A million
patterns are filtered in a process of its own, so that its memory can be told.

These are timings, not tests: nothing fails because a machine is slow.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from typing import Any

import pytest
from conftest import NOTES

CONCEPTS = ("nash", "seq", "gmr", "smr")
LINES = NOTES.setdefault("stability", [])
ROUNDS = 5


def options(count: int, players: int, seed: int = 1, infeasible: tuple[str, ...] = ()) -> Any:
    """Return a file in option form: so many options, dealt in turn, twenty statements each."""
    rng = random.Random(seed)
    names = [f"x{k}" for k in range(count)]
    owners = [f"P{i}" for i in range(players)]

    def statement() -> str:
        one, two, three = rng.sample(names, 3)
        return rng.choice(
            [f"{one} if {two}", f"{one} and not {two}", f"{one} or {two} iff {three}"]
        )

    return {
        "title": f"{count} options",
        "form": "options",
        "players": owners,
        "options": {p: names[i::players] for i, p in enumerate(owners)},
        "infeasible": list(infeasible),
        "preferences": {p: {"statements": [statement() for _ in range(10)]} for p in owners},
    }


def all_of_them(graph: Any, ranks: Any) -> list[Any]:
    from deterrence.graph_model.concepts import stable

    return [stable(graph, ranks, concept) for concept in CONCEPTS]


@pytest.mark.parametrize("players", [2, 3, 4, 5, 6])
def test_four_concepts(benchmark: Any, players: int) -> None:
    """States, moves and preferences are there; Nash, SEQ, GMR and SMR of all states."""
    from deterrence import Model
    from deterrence.graph_model.conflict import conflict_of

    conflict = conflict_of(Model.from_dict(options(12, players)))
    ranks = conflict.ranks()
    benchmark.group = "4,096 states, four concepts"
    benchmark.pedantic(lambda: all_of_them(conflict.graph, ranks), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("players", [2, 6])
def test_from_the_file(benchmark: Any, players: int) -> None:
    """The same with everything before: the file is read, states and moves are made."""
    from deterrence import Model
    from deterrence.graph_model.conflict import conflict_of

    file = options(12, players)

    def run() -> None:
        conflict = conflict_of(Model.from_dict(file))
        all_of_them(conflict.graph, conflict.ranks())

    benchmark.group = "4,096 states, from the file on"
    benchmark.pedantic(run, rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("players", [2, 3, 6])
def test_beside_brute_force(benchmark: Any, players: int) -> None:
    """Times are taken in turn, so that a busy machine slows both alike."""
    sys.path.append("tests/helpers")
    import stability_witness as witness

    from deterrence import Model
    from deterrence.graph_model.conflict import conflict_of

    conflict = conflict_of(Model.from_dict(options(6, players)))
    ranks = conflict.ranks()
    graph = conflict.graph
    moves = tuple(
        tuple(frozenset(graph.moves(i, s).tolist()) for s in range(graph.size))
        for i in range(players)
    )
    game = witness.Conflict(moves, tuple(map(tuple, ranks.tolist())))
    taken: tuple[list[float], list[float]] = ([], [])

    def brute_force() -> list[Any]:
        return [
            [[witness.stable(game, c, i, s) for s in game.states] for i in game.players]
            for c in CONCEPTS
        ]

    def run() -> None:
        start = time.perf_counter()
        found = all_of_them(graph, ranks)
        middle = time.perf_counter()
        want = brute_force()
        taken[0].append(middle - start)
        taken[1].append(time.perf_counter() - middle)
        assert [f.tolist() for f in found] == want

    benchmark.group = "64 states, both"
    benchmark.pedantic(run, rounds=ROUNDS)
    ours, naive = map(statistics.median, taken)
    LINES.append(
        f"64 states, {players} players, four concepts: {1000 * ours:.1f} ms, "
        f"brute force {1000 * naive:.0f} ms, {naive / ours:.0f} times as long"
    )


MILLION = """
import json, resource, sys, time
from deterrence import Model
from deterrence.errors import DeterrenceError
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.local import locally
file = json.loads(sys.stdin.read())
start = time.perf_counter()
model = Model.from_dict(file)
try:
    conflict_of(model)
    told = "a table"
except DeterrenceError as error:
    told = str(error)
refused = time.perf_counter() - start
locally(model, ["N" * 20, "Y" + "N" * 19])
named = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(f"{refused:.2f} s: {told.split(' (')[0]}; two named states after {named:.2f} s, {peak} MB")
"""
FILTERS = {"nothing infeasible": (), "few left": ("x0 and x1", "x2 or x3", "x4 and not x5")}


@pytest.mark.parametrize("kind", FILTERS)
def test_a_million_patterns(benchmark: Any, kind: str) -> None:
    """Twenty options: refused with the number of states left, and answered for named states."""
    import json

    file = json.dumps(options(20, 4, infeasible=FILTERS[kind]))
    told: list[str] = []

    def run() -> None:
        done = subprocess.run(
            [sys.executable, "-c", MILLION], input=file, capture_output=True, text=True, check=True
        )
        told.append(done.stdout.strip())

    benchmark.group = "2^20 patterns, two named states, with the start of Python"
    benchmark.pedantic(run, rounds=2)
    LINES.append(f"2^20 patterns, {kind}: {told[-1]}")


@pytest.mark.parametrize("concepts", [("nash", "gmr", "smr"), (*CONCEPTS, "l2")], ids=",".join)
def test_the_ladder_with_symbols(benchmark: Any, concepts: tuple[str, ...]) -> None:
    """Conditions of all 25 states for both players."""
    from deterrence import load_model
    from deterrence.graph_model.conflict import conflict_of
    from deterrence.graph_model.symbolic import conditions

    conflict = conflict_of(load_model("escalation-ladder"))
    proven: list[bool] = []
    benchmark.group = "the 5x5 ladder with symbols"
    benchmark.pedantic(lambda: proven.append(conditions(conflict, list(concepts)).proven), rounds=1)
    LINES.append(f"the ladder, {', '.join(concepts)}: {'all' if proven[0] else 'not all'} proven")
