"""The 78 strict ordinal 2x2 games: how many have a stable cell, by every notion."""

from __future__ import annotations

import pytest

from deterrence.game.ordinal_games import CELLS, OrdinalGame, everything, named
from deterrence.graph_model.ordinal import how_many, stable_cells

GAMES = sorted({game.turned for game in everything()}, key=lambda game: (game.row, game.column))
OF_CONFLICT = [game for game in GAMES if not game.no_conflict]
FOUND = stable_cells(GAMES)


def flipped(cell: tuple[str, str], side: int) -> tuple[str, str]:
    other = "D" if cell[side] == "C" else "C"
    return (other, cell[1]) if side == 0 else (cell[0], other)


def by_hand(game: OrdinalGame, notion: str, cell: tuple[str, str], side: int) -> bool:
    """Whether a cell is stable for a side, by the definitions for two players with a move each."""
    here, there = game.rank(side, cell), flipped(cell, side)
    if game.rank(side, there) < here:
        return True
    answer = flipped(there, 1 - side)
    wanted = game.rank(1 - side, answer) > game.rank(1 - side, there)
    punished = game.rank(side, answer) < here
    trapped = punished and game.rank(side, flipped(answer, side)) < here
    return {
        "nash": False, "gmr": punished, "smr": trapped,
        "seq": punished and wanted, "sseq": trapped and wanted,
    }[notion]  # fmt: skip


@pytest.mark.parametrize("notion", ["nash", "sseq", "seq", "smr", "gmr"])
def test_the_stable_cells_are_those_found_by_hand(notion: str) -> None:
    for game, cells in zip(GAMES, FOUND[notion], strict=True):
        wanted = [c for c in CELLS if all(by_hand(game, notion, c, k) for k in (0, 1))]
        assert list(cells) == wanted, game.name


def comes_to(game: OrdinalGame, cell: tuple[str, str], side: int, moves: int) -> tuple[str, str]:
    """Where play ends with so many moves left in turns, by the definition of Kilgour 1985."""
    if moves == 0:
        return cell
    then = comes_to(game, flipped(cell, side), 1 - side, moves - 1)
    return then if game.rank(side, then) > game.rank(side, cell) else cell


@pytest.mark.parametrize(("notion", "lengths"), [("l2", [2]), ("l3", [3]), ("nm", range(13, 25))])
def test_looking_ahead_is_what_is_found_by_hand(notion: str, lengths: list[int]) -> None:
    for game, cells in zip(GAMES, FOUND[notion], strict=True):
        stays = {
            cell: all(comes_to(game, cell, k, h) == cell for k in (0, 1) for h in lengths)
            for cell in CELLS
        }
        assert list(cells) == [cell for cell, still in stays.items() if still], game.name


def test_so_many_games_have_one() -> None:
    assert (len(GAMES), len(OF_CONFLICT)) == (78, 57)
    assert how_many(GAMES) == {
        "nash": 69, "sseq": 74, "seq": 78, "smr": 74, "gmr": 78, "l2": 69, "l3": 57,
        "nm": 55, "brams-wittman": 37, "theory-of-moves": 78,
    }  # fmt: skip
    assert how_many(OF_CONFLICT) == {
        "nash": 48, "sseq": 53, "seq": 57, "smr": 53, "gmr": 57, "l2": 48, "l3": 36,
        "nm": 34, "brams-wittman": 16, "theory-of-moves": 57,
    }  # fmt: skip


def test_what_is_known_of_the_best_known_games() -> None:
    games = [named(n) for n in ("prisoner's dilemma", "chicken", "stag hunt", "deadlock")]
    found = {
        n: [["".join(c) for c in cells] for cells in of] for n, of in stable_cells(games).items()
    }
    assert found["nash"] == [["DD"], ["CD", "DC"], ["CC", "DD"], ["DD"]]
    assert found["seq"] == [["CC", "DD"], ["CD", "DC"], ["CC", "DD"], ["DD"]]
    assert found["smr"] == [["CC", "DD"], ["CC", "CD", "DC"], ["CC", "DD"], ["DD"]]


def test_two_that_both_rank_high_are_nonmyopic_equilibria_of_most_games_of_conflict() -> None:
    """Brams and Ismail 2022, Theory and Decision 92, introduction: in 45 of 57, held in 44."""
    cooperative = [[cell for cell in CELLS if min(game.ranks(cell)) >= 3] for game in OF_CONFLICT]
    assert sum(map(bool, cooperative)) == 45
    found = stable_cells(OF_CONFLICT)["theory-of-moves"]
    held = [set(cells) & {*ends} for cells, ends in zip(cooperative, found, strict=True)]
    assert sum(map(bool, held)) == 44
