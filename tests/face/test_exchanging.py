"""Games of pygambit and nashpy, in and out; files of games from Python."""

from __future__ import annotations

import sys
import types
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import nashpy
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import (
    DeterrenceError,
    ExtensiveGame,
    Model,
    Solution,
    StrategicGame,
    UnsupportedError,
    UsageError,
    load,
    load_game,
    load_model,
    read_efg,
    read_nfg,
    solve,
    to_nashpy,
    to_pygambit,
)

F = Fraction
NFG = 'NFG 1 R "duel" { "A" "B" } { { "x" "y" } { "u" "v" } } 0.1 0 1/3 -1 -1 1 -9 -9.5'
EFG = 'EFG 2 R "one" { "A" }\np "" 1 1 "h" { "l" "r" } 0\nt "" 1 "" { 0.1 }\nt "" 2 "" { 1/3 }\n'


def pygambits(name: str, **methods: object) -> type:
    """A class that says it is pygambit's."""
    return type(name, (), {"__module__": "pygambit.gambit", **methods})


# ---- pygambit, by the text that it writes ------------------------------------------------
def test_games_of_pygambit_are_read_by_their_text() -> None:
    table = pygambits("StrategicGame", to_nfg=lambda self: NFG)()
    game = load_game(table, "mine")
    assert isinstance(game, StrategicGame)
    assert game == read_nfg(NFG).replace(name="mine")
    assert game.payoffs[0][:2] == (F(1, 10), -1)
    tree = pygambits("ExtensiveGame", to_efg=lambda self: EFG)()
    found = load_game(tree)
    assert isinstance(found, ExtensiveGame)
    assert found.outcomes == {"outcome 1": (F(1, 10),), "outcome 2": (F(1, 3),)}
    # Until version 16 there is one class, which says what it is.
    old = pygambits("Game", is_tree=True, to_efg=lambda self: EFG)()
    assert load_game(old) == found
    assert solve(tree)[0].payoffs == {"A": F(1, 3)}  # type: ignore[call-overload]


def test_a_game_of_pygambit_that_writes_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match=r"writes no \.nfg file: AttributeError"):
        load_game(pygambits("Game")())


def test_pygambit_gets_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("pygambit")
    module.read_nfg = module.read_efg = lambda stream: stream.read()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pygambit", module)
    text = str(to_pygambit(load_model("chicken"), P_A="-31/3"))
    assert read_nfg(text).payoff("A", {"A": "stand_firm", "B": "stand_firm"}) == F(-31, 3)
    tree = read_efg(EFG)
    assert read_efg(str(to_pygambit(tree))).outcomes == tree.outcomes
    assert str(load_model("rudimentary-deterrence").to_pygambit()).startswith("EFG 2 R")


def test_without_pygambit_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygambit", None)
    with pytest.raises(UnsupportedError, match=r"deterrence\[gambit\]"):
        to_pygambit(load_model("chicken"))


@pytest.mark.witness
def test_pygambit_itself_there_and_back() -> None:
    pytest.importorskip("pygambit", reason="the extra 'gambit' is not installed")
    for game in (read_nfg(NFG), read_efg(EFG)):
        again = load_game(to_pygambit(game))
        assert type(again) is type(game)
        assert again.players == game.players
    table = load_game(to_pygambit(read_nfg(NFG)))
    assert isinstance(table, StrategicGame)
    assert table.payoffs == read_nfg(NFG).payoffs


# ---- nashpy ------------------------------------------------------------------------------
def test_games_of_nashpy_are_exact() -> None:
    game = load_game(nashpy.Game([[1, 0.1], [F(1, 3), 2]], [[0, -0.5], [1e-3, 4]]))
    assert isinstance(game, StrategicGame)
    # numpy makes an array of a list with a fraction one of objects.
    assert game.matrix("Row") == [[1, F(1, 10)], [F(1, 3), 2]]
    assert game.matrix("Column") == [[0, F(-1, 2)], [F(1, 1000), 4]]
    zero_sum = load_game(nashpy.Game(numpy.array([[1, 2], [3, 4]], dtype=numpy.int32)))
    assert isinstance(zero_sum, StrategicGame)
    assert zero_sum.matrix("Column") == [[-1, -2], [-3, -4]]
    found = solve(nashpy.Game([[1, 0], [0, 1]], [[1, 0], [0, 1]]))  # type: ignore[call-overload]
    assert isinstance(found, Solution)
    assert len(found) == 3


def test_floats_of_fractions_are_pointed_out_and_read_on_request() -> None:
    game = nashpy.Game([[1 / 3, 0], [0, 2 / 3]])
    assert "looks like 1/3" in load_game(game).remarks[0]
    asked = load_game(game, rationalise=True)
    assert isinstance(asked, StrategicGame)
    assert asked.matrix("Row") == [[F(1, 3), 0], [0, F(2, 3)]]


@pytest.mark.parametrize("x", [float("nan"), float("inf"), -numpy.inf, numpy.float32("nan")])
def test_what_is_not_finite_is_refused(x: float) -> None:
    with pytest.raises(DeterrenceError, match="finite number"):
        load_game(nashpy.Game([[x, 1], [1, 0]], [[1, 1], [1, 1]]))
    with pytest.raises(DeterrenceError, match=r"finite number|is no number"):
        Model.from_matrices([[x, 1]], [[1, 1]])


@pytest.mark.parametrize("x", ["nan", "inf", "-Infinity", Decimal("NaN"), Decimal("Infinity")])
def test_text_and_decimals_that_are_not_finite_are_refused(x: object) -> None:
    with pytest.raises(DeterrenceError, match=r"finite number"):
        Model.from_matrices([[x, 1]], [[1, 1]])


@settings(max_examples=30)
@given(
    st.lists(st.lists(st.fractions(-9, 9, max_denominator=50), min_size=2, max_size=2), min_size=1)
)
def test_nashpy_there_and_back(rows: list[list[Fraction]]) -> None:
    game = StrategicGame.from_matrices(rows, [[-x for x in row] for row in rows])
    exact = load_game(to_nashpy(game, exact=True))
    assert isinstance(exact, StrategicGame)
    assert exact.payoffs == game.payoffs
    near = load_game(to_nashpy(game), rationalise=True)
    assert isinstance(near, StrategicGame)
    assert near.payoffs == game.payoffs


def test_a_model_goes_to_nashpy_at_values() -> None:
    game = load_model("chicken").to_nashpy(values={"P_A": "-8.5"})
    assert isinstance(game, nashpy.Game)
    assert game.payoff_matrices[0].tolist() == [[0, -1], [1, -8.5]]
    ours = {str(e.profile["A"]["restrain"]) for e in load_model("chicken").solve()}
    theirs = {str(F(float(a[0])).limit_denominator(1000)) for a, _ in to_nashpy(
        load_model("chicken")).support_enumeration()}  # fmt: skip
    assert ours == theirs


def test_what_nashpy_does_not_take_is_refused() -> None:
    with pytest.raises(UsageError, match="no two-player matrix"):
        to_nashpy(load_model("rudimentary-deterrence"))
    with pytest.raises(UsageError, match="no two-player matrix"):
        to_nashpy(read_nfg('NFG 1 R "t" { "A" "B" "C" } { 1 1 1 } 0 0 0'))
    with pytest.raises(UsageError, match="takes a game or a model, not int"):
        to_nashpy(3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="has numbers and no parameters"):
        to_nashpy(read_nfg(NFG), k=1)


@pytest.mark.parametrize(
    "game",
    [
        read_nfg('NFG 1 R "t" { "A" "B" } { 1 2 } 0.6666666666666666 1 0 0'),
        read_efg(
            'EFG 2 R "d" { "D" }\np "" 1 1 "h" { "x" "y" } 0\nt "" 1 "" { 0 }\n'
            'p "" 1 1 0\nt "" 2 "" { 1 }\np "" 1 1 0\nt "" 3 "" { 5 }\nt "" 1'
        ),
        read_efg(
            'EFG 2 R "f" { "A" }\np "" 1 1 "h" { "x" "y" } 0\np "" 1 2 "g" { "l" "r" } 0\n'
            't "" 1 "" { 1 }\nt "" 2 "" { 0 }\np "" 1 2 0\nt "" 2\nt "" 1'
        ),
    ],
    ids=["remarks", "irrational planning optimum", "forgetful"],
)
def test_answers_come_back(game: StrategicGame | ExtensiveGame) -> None:
    solution = solve(game)
    assert solution.messages
    again = load(solution.to_dict())
    assert again == solution
    assert isinstance(again, type(solution))
    assert again.game.remarks == game.remarks
    assert str(again) == str(solution)


# ---- files -------------------------------------------------------------------------------
def test_files_of_games_are_loaded(tmp_path: Path) -> None:
    for name, text in (("a.nfg", NFG), ("b.efg", EFG), ("c.csv", "1,2\n\n3,4\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        game = load_game(tmp_path / name)
        assert game.name == name[0]
    assert load_game(str(tmp_path / "c.csv"), "pd").name == "pd"
    with pytest.raises(UsageError, match="is a game with numbers, not a model"):
        load_model(tmp_path / "c.csv")


def test_what_is_no_game_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("title: x\n", encoding="utf-8")
    (tmp_path / "x.xml").write_text("<gte/>", encoding="utf-8")
    with pytest.raises(UsageError, match="is not a game with numbers"):
        load_game(tmp_path / "m.yaml")
    with pytest.raises(UsageError, match="there is no file"):
        load_game(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="there is no file"):
        load_game("none")
    for read in (load_game, load_model):
        with pytest.raises(UnsupportedError, match="Game Theory Explorer"):
            read(tmp_path / "x.xml")
    with pytest.raises(UsageError, match="not int"):
        load_game(3)
