"""Families of subgame-perfect equilibria are counted before they are listed."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Decision, Leaf
from deterrence.game.tree.play import subgame_regret
from deterrence.limits import work
from deterrence.solvers import solve_tree
from deterrence.solvers.trees import backward_induction
from deterrence.solvers.trees.families import SubgameFamily, TieCondition, Worth, split


def tree(depth: int, seed: int, spread: int = 2) -> ExtensiveGame:
    """A full tree of three actions with perfect information and many ties."""
    pick, count = random.Random(seed), itertools.count()
    outcomes: dict[str, tuple[int, int]] = {}

    def grown(left: int, player: int) -> Any:
        number = next(count)
        if not left:
            outcomes[f"o{number}"] = (pick.randint(0, spread), pick.randint(0, spread))
            return Leaf(f"o{number}")
        below = {a: grown(left - 1, 1 - player) for a in "lmr"}
        return Decision("AB"[player], f"s{number}", below)

    return ExtensiveGame.from_tree(("A", "B"), grown(depth, 0), outcomes)


def stag_hunts() -> ExtensiveGame:
    """The stag hunt three times, seen by both between the rounds: billions of equilibria."""
    count, outcomes = itertools.count(), {}

    def round_(left: int, paid: tuple[int, int], name: str) -> Any:
        if not left:
            outcomes[label := f"o{next(count)}"] = paid
            return Leaf(label)
        first = {}
        for a in "sh":
            second = {}
            for b in "sh":
                u, w = WORTH[a + b]
                second[b] = round_(left - 1, (paid[0] + u, paid[1] + w), f"{name}{a}{b}")
            first[a] = Decision("B", f"b{name}", second)
        return Decision("A", f"a{name}", first)

    return ExtensiveGame.from_tree(("A", "B"), round_(3, (0, 0), ""), outcomes)


WORTH = {"ss": (9, 8), "sh": (0, 5), "hs": (5, 0), "hh": (4, 3)}


def equilibria_of(cells: dict[str, tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """What the equilibria of a 2x2 game without ties are worth, worked out by hand."""
    (a, x), (b, y), (c, z), (d, w) = (cells[k] for k in ("ss", "sh", "hs", "hh"))
    found = [
        cells[r + k]
        for r, k in itertools.product("sh", repeat=2)
        if cells[r + k][0] > cells["sh"[r == "s"] + k][0]
        and cells[r + k][1] > cells[r + "sh"[k == "s"]][1]
    ]
    rows, columns = a - b - c + d, x - y - z + w
    q, p = (d - b) / rows if rows else Fraction(-1), (w - z) / columns if columns else Fraction(-1)
    if 0 < p < 1 and 0 < q < 1:
        found.append((q * a + (1 - q) * b, p * x + (1 - p) * z))
    return found


def ways_to_go_on() -> int:
    """How many equilibria the second and third round have after any first one, together."""
    last = equilibria_of({k: (Fraction(u), Fraction(w)) for k, (u, w) in WORTH.items()})
    count = 0
    for after in itertools.product(last, repeat=4):
        pairs = zip(WORTH.items(), after, strict=True)
        count += len(equilibria_of({k: (u + v, w + x) for (k, (u, w)), (v, x) in pairs}))
    return count**4


@pytest.mark.parametrize("effort", [0.0, 0.01, 0.1])
def test_the_same_work_gives_the_same_answer(effort: float) -> None:
    game = tree(5, 3)
    answers = []
    for _ in range(2):
        before = work.now()
        found = solve_tree(game, effort=effort)
        answers.append((found.count, found.status, found.messages, len(found.families)))
        assert work.now() - before < effort + 3  # the last step, and what is made of the rest
    assert answers[0] == answers[1]
    assert found.status == "partial"
    assert len(found) > 0
    for e in found:
        assert e.regret == max(subgame_regret(game, e.profile).values()) == 0
    assert any("limit was reached" in m or "at least" in m for m in found.messages)


def test_little_work_finds_one_equilibrium_of_a_large_tree() -> None:
    game = tree(6, 1)
    found = solve_tree(game, effort=0.0)
    assert found.status == "partial"
    assert found[0].regret == 0
    assert any("one equilibrium was followed up" in m for m in found.messages)


def test_billions_are_counted_and_the_first_are_listed() -> None:
    before = work.now()
    found = solve_tree(stag_hunts())
    assert work.now() - before < 20
    assert found.count > 10**6
    assert found.status == "partial"
    told = next(m for m in found.messages if "can be combined in" in m)
    ways = int(told.split(" ways")[0].split()[-1].replace(",", ""))
    assert ways == ways_to_go_on()  # each of them goes with an equilibrium of the first round
    assert any("of at least" in m for m in found.messages)
    assert all(e.regret == 0 for e in found)


def test_a_complete_list_is_not_called_a_part_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    game = tree(2, 5, spread=9)
    assert solve_tree(game).status == "complete"
    monkeypatch.setattr(backward_induction, "MAX_COMBINATIONS", 0)
    monkeypatch.setattr(backward_induction, "FEW_COMBINATIONS", 1)
    assert solve_tree(game).status in ("partial", "none")


def test_corners_are_counted_before_they_are_listed() -> None:
    ties = dict.fromkeys(range(6), (0, 1, 2))
    worth = Worth(Fraction(0), {((s, 0),): Fraction(1) for s in ties})
    half = TieCondition((((0, 0), Fraction(1)),), Fraction(1, 2))
    family = SubgameFamily((worth,), ties=ties, rows=(half,), live=ties)
    # At the first tie the cut triangle has four corners, at the others there are three.
    every, complete = split(family, 4 * 3**5)
    assert (len(every), complete) == (4 * 3**5, True)
    some, complete = split(family, 10)
    assert (len(some), complete) == (10, False)
    assert {f.worth[0].const for f in every} == {Fraction(k, 2) for k in range(12)}
    (one,), complete = split(family, 1)
    assert one.constants is not None
    assert not complete
