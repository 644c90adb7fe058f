"""Writing .nfg files: what is written reads back as the same game."""

from __future__ import annotations

import itertools
import random
import unicodedata
from fractions import Fraction

import pytest
from games_that_ship import MATRICES
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.exchange.nfg import read_nfg, write_nfg

ONE = Fraction(1)

# No control characters, no blanks that would be squeezed, no backslash before a quote or the end;
# composed as files are read.
labels = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters="\\"),
    min_size=1,
    max_size=8,
).map(lambda text: unicodedata.normalize("NFC", text))
numbers = st.one_of(
    st.fractions(),
    st.integers(-(10**30), 10**30).map(Fraction),
    st.fractions(max_denominator=10).map(lambda f: f / 10**50),
)


@st.composite
def games(draw) -> StrategicGame:
    shape = draw(st.sampled_from([(1,), (3,), (2, 2), (2, 3), (3, 1), (2, 3, 2), (1, 2, 1, 3)]))
    distinct = [
        tuple(draw(st.lists(labels, min_size=n, max_size=n, unique=True)))
        for n in (len(shape), *shape)
    ]
    cells = 1
    for n in shape:
        cells *= n
    payoffs = [draw(st.lists(numbers, min_size=cells, max_size=cells)) for _ in shape]
    game = StrategicGame(distinct[0], tuple(distinct[1:]), tuple(map(tuple, payoffs)), title="t")
    if draw(st.booleans()):
        # Cells that share an outcome share the payoffs.
        which = draw(st.lists(st.integers(0, cells - 1), min_size=cells, max_size=cells))
        names = draw(st.lists(labels, min_size=cells, max_size=cells, unique=True))
        game = game.replace(
            outcomes=tuple(((names[k], ONE),) for k in which),
            payoffs=tuple(tuple(u[k] for k in which) for u in payoffs),
        )
    return game


def same(one: StrategicGame, two: StrategicGame) -> bool:
    return (one.players, one.actions, one.payoffs, one.outcomes) == (
        two.players,
        two.actions,
        two.payoffs,
        two.outcomes,
    )


@given(games())
@settings(max_examples=200)
def test_what_is_written_reads_back(game: StrategicGame) -> None:
    text = write_nfg(game)
    again = read_nfg(text)
    assert same(game, again)
    assert again.title == "t"
    assert write_nfg(again) == text
    assert same(read_nfg(text.encode()), game)


def test_the_order_of_a_written_file() -> None:
    """Cell (a, b, c) has the payoff 100a + 10b + c; in a file a varies fastest."""
    shape = (2, 3, 2)
    cells = itertools.product(*map(range, shape))
    u = tuple(100 * a + 10 * b + c for a, b, c in cells)
    actions = tuple(tuple(f"{p}{k}" for k in range(n)) for p, n in zip("abc", shape, strict=True))
    text = write_nfg(StrategicGame(("A", "B", "C"), actions, (u, u, u), name="order"))
    assert text.startswith('NFG 1 R "order" { "A" "B" "C" }\n')
    body = text.split('""')[-1].split()
    assert body[::3] == [
        str(100 * a + 10 * b + c) for c in range(2) for b in range(3) for a in range(2)
    ]


@pytest.mark.parametrize("name", MATRICES)
def test_every_shipped_model_goes_there_and_back(name: str) -> None:
    model = load_model(name)
    game = model.at()
    again = read_nfg(write_nfg(game))
    assert (again.players, again.actions, again.payoffs) == (
        game.players,
        game.actions,
        game.payoffs,
    )
    assert again.title == game.title
    # What actions pay makes cells with one outcome differ in payoffs.
    plain = not model.pays and all(len(lottery) == 1 for lottery in game.outcomes or ())
    assert again.outcomes == (game.outcomes if plain else None)


def test_the_parameter_values_stand_in_the_comment() -> None:
    text = write_nfg(load_model("chicken").at(P_A="-21/2"))
    assert "P_A = -21/2, T_B = 1" in text


def test_lotteries_and_outcomes_with_two_payoffs_need_the_payoff_version() -> None:
    game = StrategicGame(("A",), (("x", "y"),), ((1, 2),))
    twice = game.replace(outcomes=((("o", ONE),), (("o", ONE),)))
    lottery = game.replace(outcomes=((("o", ONE / 2), ("p", ONE / 2)), (("o", ONE),)))
    for g in (game, twice, lottery):
        text = write_nfg(g)
        assert text.endswith("\n1\n2\n")
        assert read_nfg(text).payoffs == game.payoffs


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=2))
def test_floats_read_back_as_the_same_floats(pair: list[float]) -> None:
    game = StrategicGame(("A",), (("x", "y"),), (tuple(pair),))
    again = read_nfg(write_nfg(game))
    assert [float(u) for u in again.payoffs[0]] == pair
    assert again.is_exact


def test_large_exact_numbers_survive() -> None:
    rng = random.Random(3)
    value = Fraction(rng.getrandbits(4000), rng.getrandbits(4000) | 1)
    game = StrategicGame(("A",), (("x",),), ((value,),))
    assert read_nfg(write_nfg(game)).payoffs == ((value,),)


def test_quotation_marks_and_backslashes() -> None:
    game = StrategicGame(('the "A"',), ((r"\alpha", '"', "a\\b"),), ((1, 2, 3),), title=r"\rho")
    assert same(read_nfg(write_nfg(game)), game)


@pytest.mark.parametrize("label", ["a\\", 'a\\"b', "a\x00b", "\x1b[31m"])
def test_labels_that_the_format_cannot_hold_are_refused(label: str) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_nfg(StrategicGame(("A",), ((label,),), ((1,),)))


def test_symbolic_games_are_refused() -> None:
    pytest.importorskip("sympy")
    with pytest.raises(UsageError, match="symbolic"):
        write_nfg(load_model("chicken").symbolic())
