"""The summary of a sweep against counts made the plain way."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from brink import BRINK
from games_that_ship import GAMES
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import load_model
from deterrence.analysis.sweeping.plan import make_plan
from deterrence.analysis.sweeping.summary import FIRST, LAST, Tally

#: Whatever the real answers are: these arrays are made up.
PLAN = make_plan(load_model(BRINK), {"c_R": "0:9999:10000"}, measures=["war"], select="bounds")


def block_of(kinds: list[int]) -> dict[str, Any]:
    """Return a block whose points are of some kind: 0 is outside, 1 to 3 have equilibria."""
    kind = np.array(kinds)
    return {
        "count": kind.astype(np.int32),
        "components": np.minimum(kind, 2).astype(np.int32),
        "continuum": kind == 3,
        "complete": kind != 2,
        "valid": kind > 0,
        "engine": np.where(kind == 0, 0, np.where(kind == 3, 2, 1)).astype(np.int8),
        "war_low": np.where(kind == 0, np.nan, 0.0),
        "war_high": np.where(kind == 0, np.nan, np.where(kind == 1, 0.0, kind / 4)),
    }


#: Runs of equal points, so that both short and very long lists of stretches come up.
KINDS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=150).map(
    lambda runs: [kind for kind, length in runs for _ in range(length)]
)


@settings(max_examples=150)
@given(KINDS, st.lists(st.integers(1, 200), max_size=6))
def test_blocks_of_any_size_give_the_same_counts(kinds: list[int], cuts: list[int]) -> None:
    tally = Tally(PLAN)
    places = sorted({0, len(kinds), *(c for c in cuts if c < len(kinds))})
    for start, stop in itertools.pairwise(places):
        tally.add(block_of(kinds[start:stop]))
    found = tally.result()

    assert found.points == len(kinds)
    assert found.outside == kinds.count(0)
    assert found.incomplete == kinds.count(2)
    assert found.continuum == kinds.count(3)
    assert found.equilibria == {k: kinds.count(k) for k in (1, 2, 3) if k in kinds}
    (war,) = found.measures
    assert (war.points, war.never, war.always) == (
        len(kinds) - kinds.count(0),
        kinds.count(1),
        0,
    )
    runs, place = [], 0
    for kind, group in itertools.groupby(kinds):
        length = len(list(group))
        runs.append((kind, float(place), float(place + length - 1), length))
        place += length
    shown = [(s.equilibria, s.start, s.stop, s.points) for s in found.stretches]
    if len(runs) <= FIRST + LAST:
        assert shown == runs
        assert found.left_out == 0
    else:
        assert shown == runs[:FIRST] + runs[-LAST:]
        assert found.left_out == len(runs) - FIRST - LAST


def test_the_text_says_what_was_left_out() -> None:
    tally = Tally(PLAN)
    tally.add(block_of([1, 3] * 50))
    found = tally.result()
    lines = found.document(full=True).text().splitlines()
    place = next(k for k, line in enumerate(lines) if line.startswith("Along "))
    assert lines[place + 1].split()[:3] == ["from", "to", "points"]
    assert lines[place + 2].split()[:2] == ["0", "0"]
    assert lines[place + 2 + FIRST] == f"... {100 - FIRST - LAST} stretches not shown ..."
    assert lines[place + 2 + FIRST + LAST].split()[:2] == ["99", "99"]
    assert any(line.startswith("* a set that is a continuum") for line in lines)
    # On a screen more of them are left out, and that is said.
    short = str(found).splitlines()
    assert len(short) <= 40
    place = next(k for k, line in enumerate(short) if line.startswith("Along "))
    rows = list(itertools.takewhile(bool, short[place + 2 :]))
    (gap,) = (line for line in short if "stretches not shown" in line)
    assert len(rows) - 1 + int(gap.split()[1]) == 100


SIX = [BRINK, "brinkmanship", "chicken", "inspection", "rudimentary-deterrence"]
SIX += ["unilateral-deterrence"]


def check(name: str) -> None:
    """The summary fits on a screen, in every form; it has no more words than it can prove."""
    from deterrence.analysis.sweeping.run import summarise
    from deterrence.words.renderers import rendered

    model = load_model(name)
    parameter = next(
        p for p in model.parameters.values() if p.lower is not None and p.formula is None
    )
    summary = summarise(make_plan(model, {parameter.name: "::9"}))
    lines = str(summary).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert max(map(len, summary.document(full=True).text().splitlines())) <= 80
    assert len(repr(summary)) < 200
    for form in ("html", "latex", "markdown"):
        assert rendered(summary.document(full=True), form, standalone=True)


@pytest.mark.parametrize("name", SIX)
def test_the_summary_fits_on_a_screen(name: str) -> None:
    check(name)


@pytest.mark.everything
@pytest.mark.parametrize("name", [n for n in GAMES if n not in SIX and n != "tripartite-crisis"])
def test_every_summary_fits_on_a_screen(name: str) -> None:
    if len(load_model(name).players) > 2 and load_model(name).tree is None:
        pytest.skip("sweeps are for two players")
    check(name)


def test_what_cannot_be_trusted_is_said() -> None:
    tally = Tally(PLAN)
    tally.add(block_of([1, 2, 2]))
    found = tally.result()
    assert not found.complete
    # Three of ten thousand points: both are said.
    assert any("equilibria may be missing at 2 points" in doubt for doubt in found.doubts)
    assert any("only the first 3 of 10,000 points" in doubt for doubt in found.doubts)
    model = load_model(BRINK)
    from deterrence.algebra.expressions import Expression
    from deterrence.game.measures import Measure

    square = Measure("square", Expression.parse("P(direct_war)**2", queries=True))
    curved = make_plan(model.replace(measures=(square,)), {"k_R": "4,5,6"})
    from deterrence.analysis.sweeping.run import summarise

    assert "square is no mean over outcomes" in summarise(curved).doubts[0]
