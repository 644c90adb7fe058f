"""Gambit itself as the witness: the same text, the same game, in both directions."""

from __future__ import annotations

import io
import itertools
import random
from fractions import Fraction
from pathlib import Path

import pytest
from games_that_ship import MATRICES

from deterrence.errors import InvalidFileError
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.exchange.nfg import read_nfg, write_nfg

gambit = pytest.importorskip("pygambit", reason="the extra 'gambit' is not installed")
pytestmark = pytest.mark.witness

CATALOGUE = sorted(Path(gambit.__file__).parent.rglob("*.nfg"))


def gambits_payoffs(table) -> dict[tuple[int, ...], list[Fraction]]:
    """Every cell of a game that Gambit read; a cell without outcome pays nothing."""
    cells = {}
    for cell in table.contingencies:
        outcome = table[tuple(cell)]
        cells[tuple(cell)] = [
            Fraction(0) if outcome is None else Fraction(str(outcome[p])) for p in table.players
        ]
    return cells


def our_payoffs(game: StrategicGame) -> dict[tuple[int, ...], list[Fraction]]:
    return {
        cell: [u[game.cell_number(cell)] for u in game.payoffs]
        for cell in itertools.product(*map(range, game.shape))
    }


def assert_the_same(text: str) -> None:
    table, game = gambit.read_nfg(io.StringIO(text)), read_nfg(text)
    assert our_payoffs(game) == gambits_payoffs(table)
    assert len(game.players) == len(table.players)
    for labels, player in zip(game.actions, table.players, strict=True):
        assert len(labels) == len(player.strategies)


def test_gambit_ships_a_catalogue() -> None:
    if not CATALOGUE:
        pytest.skip("this pygambit ships no .nfg files")
    assert len(CATALOGUE) >= 3


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_gambits_own_games_are_read_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert_the_same(text)
    assert_the_same(write_nfg(read_nfg(text)))


@pytest.mark.parametrize("name", MATRICES)
def test_gambit_reads_what_we_write(name: str) -> None:
    game = load_model(name).at()
    text = write_nfg(game)
    table = gambit.read_nfg(io.StringIO(text))
    assert our_payoffs(game) == gambits_payoffs(table)
    assert table.title == game.title
    assert tuple(p.label for p in table.players) == game.players
    assert tuple(tuple(s.label for s in p.strategies) for p in table.players) == game.actions


def number(rng: random.Random) -> str:
    return rng.choice(
        [
            str(rng.randint(-99, 99)),
            f"{rng.randint(-9, 9)}/{rng.randint(1, 9)}",
            f"{rng.randint(-9, 9)}.{rng.randint(0, 999):03d}",
            f"-.{rng.randint(0, 99)}",
            f"{rng.randint(1, 9)}e{rng.randint(-3, 3)}",
        ]
    )


@pytest.mark.parametrize("seed", range(30))
def test_random_files_are_read_alike(seed: int) -> None:
    rng = random.Random(seed)
    shape = rng.choice([(2, 2), (3, 2), (1, 4), (2, 3, 2), (2, 2, 2, 2)])
    players = len(shape)
    cells = 1
    for n in shape:
        cells *= n
    names = " ".join(f'"p{i} \\"q\\""' for i in range(players))
    if rng.random() < 0.5:
        strategies = " ".join(map(str, shape))
    else:
        blocks = (" ".join(f'"s{k}"' for k in range(n)) for n in shape)
        strategies = " ".join(f"{{ {b} }}" for b in blocks)
    comment = rng.choice(["", '"a\ncomment"'])
    if seed % 2:
        body = " ".join(number(rng) for _ in range(cells * players))
    else:
        comma = rng.choice([", ", " ", " , "])
        outcomes = [
            f'{{ "o{k}" {comma.join(number(rng) for _ in range(players))} }}' for k in range(5)
        ]
        body = f"{{ {' '.join(outcomes)} }} " + " ".join(
            str(rng.randint(0, 5)) for _ in range(cells)
        )
    assert_the_same(f'NFG 1 R "seed {seed}" {{ {names} }} {{ {strategies} }} {comment}\n{body}\n')


@pytest.mark.parametrize(
    "text",
    [
        'NFG 1 R "t" { "A" "B" } { 1 1 } 1',
        'NFG 1 R "t" { "A" "B" } { 1 1 } 1 2 3',
        'NFG 1 R "t" { "A" "B" } { 1 1 } 1, 2',
        'NFG 1 R "t" { "A" "B" } { 1 1 } 1 x',
        'NFG 1 R "t" { "A" "B" } { 1 1 } { { "o" 1 } } 1',
        'NFG 1 R "t" { "A" "B" } { 1 1 } { { "o" 1,,2 } } 1',
        'NFG 1 R "t" { "A" "B" } { { "x" } } 1 2',
        'NFG 2 R "t" { "A" } { 1 } 1',
        'NFG 1 Q "t" { "A" } { 1 } 1',
        'NFG 1 R "t { "A" } { 1 } 1',
    ],
)
def test_what_gambit_refuses_we_refuse(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        gambit.read_nfg(io.StringIO(text))
    with pytest.raises(InvalidFileError):
        read_nfg(text)
