"""What robustness and levers say: on a screen, in every form, and as `solve` says it."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from games_that_ship import GAMES

from deterrence import load_model
from deterrence.analysis.robust.results import Levers, Robustness, SmallestChange
from deterrence.report.flips import main_measures
from deterrence.words.renderers import rendered

SIX = [BRINK, "brinkmanship", "chicken", "inspection", "rudimentary-deterrence"]
SIX += ["unilateral-deterrence"]
#: Models whose robustness takes minutes, or that have more than two players.
SLOW = {"asymmetric-escalation", "escalation-ladder", "reassurance", "reputation-three"}


def flat(answer: object) -> str:
    """Return what an answer prints on one line."""
    return " ".join(str(answer).split())


def check(name: str, seconds: float = 60.0) -> None:
    """The answer comes first, fits on a screen, and its equilibria are those of `solve`."""
    model = load_model(name)
    measure = main_measures(model)[0]
    answer = model.robustness(f"{measure.name} == 0", time_limit=seconds)
    text = str(answer)
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    # Before any exact number of many digits: the answer.
    assert "x**" not in text
    first = lines.index("") + 1
    assert re.search(r"equilibrium'|equilibrium", " ".join(lines[first : first + 3]))
    assert "[proven]" in text or "[open]" in text
    full = answer.document(full=True).text()
    assert max(map(len, full.splitlines())) <= 80
    for form in ("html", "latex", "markdown"):
        assert rendered(answer.document(full=True), form, standalone=True)
    assert len(repr(answer)) < 300
    for change in answer.answers:
        assert len(repr(change)) < 300
        agrees(model, change)


def agrees(model: Any, change: SmallestChange) -> None:
    """Names, numbers and probabilities at the witness are those that `solve` gives."""
    if change.witness is None or not change.results:
        return
    values = {m.parameter: m.witness for m in change.moves}
    solution = model.solve(values=values)
    names = solution.names
    patterns = [names.pattern(e.profile) for e in solution]
    expected = {(names.number(p), names.name(p)) for p in patterns}
    assert {pair for r in change.results for pair in r.equilibria} == expected
    assert all(sum(r.chances.values()) == 1 for r in change.results)
    truths = {r.holds for r in change.results}
    if change.after and change.quantifier == "every":
        assert truths <= {True, None}
    if not change.after and change.quantifier == "some":
        assert truths <= {False, None}


@pytest.mark.parametrize("name", SIX)
def test_the_answer_fits_on_a_screen_and_agrees_with_solve(name: str) -> None:
    check(name)


@pytest.mark.everything
@pytest.mark.parametrize("name", [n for n in GAMES if n not in SIX and n not in SLOW])
def test_every_answer_fits_on_a_screen(name: str) -> None:
    model = load_model(name)
    if not main_measures(model) or (model.tree is None and len(model.players) > 2):
        pytest.skip("nothing to ask, or more than two players")
    check(name)


def test_the_answer_is_in_words_before_any_table() -> None:
    answer = load_model(BRINK).robustness("war == 0")
    text = flat(answer)
    assert (
        "'No war in every equilibrium' does not hold at these values. If every guess may be off by "
        "just over 2.6 % of its range, it can come to hold; nothing smaller does it. [proven]"
    ) in text
    assert "Russia's loss from yielding (l_R) 5 ~5.5089 stays" in text
    assert "NATO yields #3 Russia: escalate; NATO: restrain" in text
    assert "None of these flips it alone" in text
    full = " ".join(answer.document(full=True).text().split())
    assert "a root of 9900*x**2 - 1791*x + 40" in full


def test_one_answer_and_the_levers_show_themselves() -> None:
    model = load_model(BRINK)
    answer = model.robustness("war == 0", quantifier="every")
    assert isinstance(answer, Robustness)
    assert answer.every is not None
    assert "off by just over 2.6 % of its range" in flat(answer.every)
    found = model.levers("NATO", "war == 0")
    assert isinstance(found, Levers)
    assert "NATO wants 'no war in every equilibrium', which does not hold" in flat(found)
    assert "(c_R) from 5 to just below 1. It costs 0.2; nothing cheaper does it." in flat(found)
    assert found._repr_html_().startswith("<")
    assert repr(found) == "<Levers: Asymmetric Russia-NATO bipolarity>"
    (c_R,) = (a for a in answer.every.alone if a.parameter == "c_R" and a.distance is not None)
    assert repr(c_R) == "<Alone c_R>"


def test_what_runs_out_of_time_is_open_and_no_universal_is_said() -> None:
    from dataclasses import replace

    from deterrence.algebra.roots import exact_number

    answer = load_model("chicken").robustness("war == 0", quantifier="every")
    assert answer.every is not None
    open_ = replace(
        answer.every, certainty="bounds", lower=exact_number(Fraction(1, 20)), attained=None
    )
    text = flat(open_)
    assert "[open]" in text
    assert "At 10 % it can come to hold; in between it is open." in text
    assert "nothing smaller" not in text
    assert "The smallest change that was found" in text
    nothing = replace(open_, lower=exact_number(0), upper=None, moves=(), witness=None, results=())
    assert "No change was found that makes it come to hold; none is excluded. [open]" in flat(
        nothing
    )
    # Parameters that were not walked in both directions are not said to matter never.
    half = replace(answer.every, alone=answer.every.alone[:5])
    assert "P_A" not in flat(half)


def test_thresholds_as_csv() -> None:
    answer = load_model("chicken").robustness("war == 0", quantifier="every")
    rows = list(csv.DictReader(answer.to_csv().splitlines()))
    low = next(r for r in rows if r["parameter"] == "T_A" and r["direction"] == "-1")
    assert (low["threshold_exact"], low["attained"], low["distance"]) == ("0", "true", "0.2")
    assert len(rows) == 16


def test_answers_print_although_nothing_else_was_imported() -> None:
    """Whoever has a result has its words."""
    code = (
        "from deterrence import load_model\n"
        "print(load_model('chicken').robustness('war == 0', quantifier='every').every)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "How robust is" in done.stdout
