"""Stability of named states in option forms: the same as in the whole table, and quick."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from random_options import Case

from deterrence.errors import UnsupportedError, UsageError
from deterrence.graph_model.concepts import CONCEPTS, stable, temptations
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.local import locally
from deterrence.modelfile.catalogue import load_model, read_model
from deterrence.modelfile.model import SymbolicModel


def form(players: int, options: int, more: str = "") -> str:
    """A file with many options and statements drawn at random."""
    rnd = random.Random(options)
    names = [f"o{k}" for k in range(options)]
    lines = ["title: T", "form: options", "options:"]
    lines += [f"  P{i}: [{', '.join(names[i::players])}]" for i in range(players)]
    lines += [f"players: [{', '.join(f'P{i}' for i in range(players))}]", "preferences:"]
    for i in range(players):
        said = []
        for _ in range(10):
            first, second = rnd.sample(names, 2)
            said.append(
                f"{rnd.choice(['', 'not '])}{first} {rnd.choice(['and', 'if', 'iff'])} {second}"
            )
        lines.append(f"  P{i}: {{statements: {said}}}")
    return "\n".join([*lines, more])


def test_the_same_as_in_the_table_of_all_states() -> None:
    rnd = random.Random(4)
    for _ in range(50):
        model = Case(rnd, options=7).model()
        conflict = conflict_of(model)
        ranks = conflict.ranks()
        whole = {c: stable(conflict.graph, ranks, c) for c in CONCEPTS}
        better = conflict.graph.improving(ranks)
        for found in locally(model, [str(s.number) for s in conflict.states[:30]]):
            for i in range(len(model.players)):
                assert found.improvements[i] == len(better.moves(i, found.state))
                for concept in CONCEPTS:
                    assert found.stable[concept][i] == whole[concept][i][found.state]
                    left = found.unanswered[concept][i]
                    assert (left is None) == found.stable[concept][i]
                    if left is not None:
                        tempted = temptations(conflict.graph, ranks, concept, i, found.state)
                        assert left in {t.to for t in tempted if not t.deterred}


def test_a_million_states_are_refused_with_their_number_and_named_ones_answered() -> None:
    model = read_model(form(3, 20))
    with pytest.raises(UnsupportedError) as caught:
        conflict_of(model)
    assert "1,048,576 feasible states" in str(caught.value)
    assert "--state" in caught.value.remedy
    first, second = locally(model, ["YNYNYNYNYNYNYNYNYNYN", "77"], ["nash", "seq"])
    assert (first.state, second.state) == (0x55555, 76)
    assert {*first.stable} == {"nash", "seq"}
    with pytest.raises(UsageError, match="524,288 states fit"):
        locally(model, ["o1"])
    with pytest.raises(UnsupportedError, match="no option form"):
        locally(load_model("chicken"), ["1"])


SCRIPT = """
import resource, sys
from deterrence.modelfile.catalogue import read_model
from deterrence.graph_model.local import locally
[found] = locally(read_model(sys.stdin.read()), ["NNNNNNNNNNYYYYYYYYYY"])
used = resource.getrusage(resource.RUSAGE_SELF)
peak = used.ru_maxrss
try:  # Linux lets a child inherit ru_maxrss from its parent, here pytest itself
    peak = int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
except (OSError, IndexError):
    pass
print(used.ru_utime + used.ru_stime, peak / 1024)
"""


def test_a_million_patterns_take_seconds_and_little_memory() -> None:
    text = form(6, 20, "merged: {war: {when: o0 and o1}}")
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 5, "processor time, all in all"
    assert megabytes < 500


@pytest.mark.parametrize("players", [2, 6])
def test_four_thousand_states_are_a_conflict_in_a_moment(players: int) -> None:
    import time

    text, begun = form(players, 12), time.process_time()
    model: SymbolicModel = read_model(text)
    conflict = conflict_of(model)
    ranks = conflict.ranks()
    for concept in ("nash", "gmr", "smr", "seq"):
        assert stable(conflict.graph, ranks, concept).shape == (players, 4096)
    assert time.process_time() - begun < 1
