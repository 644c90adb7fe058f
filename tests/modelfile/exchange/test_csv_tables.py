"""Tables as people save them: separators, decimal commas, labels, players, and what is refused."""

from __future__ import annotations

import contextlib
import csv
import io
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError
from deterrence.modelfile.exchange.csv_tables import read_csv

F = Fraction
LABELS = (("wait", "go"), ("wait", "go"))
ROW, COLUMN = [[0, -1], [1, -5]], [[0, 1], [-1, -5]]


def refused(text: str | bytes) -> str:
    with pytest.raises(InvalidFileError) as caught:
        read_csv(text)
    (fault,) = caught.value.faults
    assert fault.line is not None
    assert fault.expected
    return str(fault)


# ---- layouts ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        ',wait,go\nwait,"0, 0","-1, 1"\ngo,"1, -1","-5, -5"\n',
        ";wait;go\nwait;0, 0;-1, 1\ngo;1, -1;-5, -5\n",
        "\twait\tgo\nwait\t0; 0\t-1; 1\ngo\t1; -1\t-5; -5\n",
        ",wait,go\nwait,(0,0),(-1,1)\ngo,(1,-1),(-5,-5)\n",
        ",wait,go\nwait,[0; 0],[-1; 1]\ngo,[1; -1],[-5; -5]\n",
        ",wait,go\nwait,0,-1\ngo,1,-5\n\n,wait,go\nwait,0,1\ngo,-1,-5\n",
        ",wait,go\nwait,0,-1\ngo,1,-5\n,,\n,,\n0,1\n-1,-5\n",  # labels once
        "wait,0,-1\ngo,1,-5\n\nwait,go\n0,1\n-1,-5\n",  # rows here, columns there
        "\ufeff;wait;go\r\nwait;0;-1\r\ngo;1;-5\r\n\r\n;wait;go\r\nwait;0;1\r\ngo;-1;-5\r\n",
        ",wait,go\rwait,0,-1\rgo,1,-5\r\r,wait,go\rwait,0,1\rgo,-1,-5\r",
        "sep=;\n;wait;go\nwait;0,0;-1,0\ngo;1;-5\n\n;wait;go\nwait;0;1\ngo;-1;-5\n",
        ",wait,go\nwait,\u22120,\u22121\ngo,1,\u22125\n\n,wait,go\nwait,0,1\ngo,\u22121,\u22125\n",
        "\n\n ,wait , go\n wait, 0 ,-1\ngo,1,-5,,\n\n\n,wait,go\nwait,0,1\ngo,-1,-5",
    ],
)
def test_one_game_in_many_layouts(text: str) -> None:
    for given_ in (text, text.encode()):
        game = read_csv(given_)
        assert game.actions == LABELS
        assert (game.matrix("Row"), game.matrix("Column")) == (ROW, COLUMN)
        assert game.remarks == ()


def test_the_case_from_the_field_is_a_zero_sum_game_and_says_so() -> None:
    game = read_csv("1,2\n3,4\n")
    assert game.matrix("Row") == [[1, 2], [3, 4]]
    assert game.matrix("Column") == [[-1, -2], [-3, -4]]
    (remark,) = game.remarks
    assert "zero-sum game: Column gets the opposite of what Row gets" in remark


def test_numbers_are_read_exactly() -> None:
    game = read_csv("0.1,1/3\n1e-3,+.5\n\n2.50,-7\n0,1E2\n")
    assert game.matrix("Row") == [[F(1, 10), F(1, 3)], [F(1, 1000), F(1, 2)]]
    assert game.matrix("Column") == [[F(5, 2), -7], [0, 100]]


@pytest.mark.parametrize(
    ("text", "players"),
    [
        ('Russia \\ NATO,w,g\nw,"0, 0","1, 1"', ("Russia", "NATO")),
        ("Russia / NATO;w;g\nw;0, 0;1, 1", ("Russia", "NATO")),
        ('Russia,NATO\n,w,g\nw,"0, 0","1, 1"\n', ("Russia", "NATO")),
        ("Russia,w,g\nw,0,1\n\nNATO,w,g\nw,0,1\n", ("Russia", "NATO")),
        ("Russia\n,w,g\nw,0,1\n\nNATO\n,w,g\nw,0,1\n", ("Russia", "NATO")),
        ("Payoffs of Russia\n\n0,1\n\nPayoffs of NATO\n\n0,1\n", ("Russia", "NATO")),
        ("0,1\n\n0,1\n", ("Row", "Column")),
    ],
)
def test_players_may_be_named(text: str, players: tuple[str, str]) -> None:
    assert read_csv(text).players == players


def test_a_lone_line_above_is_the_title() -> None:
    game = read_csv("The duel\n\n,w,g\nw,0,1\n\n,w,g\nw,0,1\n")
    assert (game.title, game.players) == ("The duel", ("Row", "Column"))


def test_labels_may_hold_separators_quotes_and_line_breaks() -> None:
    game = read_csv('"a, ""b""";"go\non"\n1;2\n\n3;4\n')
    assert game.actions == (("r1",), ('a, "b"', "go on"))


def test_text_is_never_evaluated() -> None:
    game = read_csv("=wait,@go,+x,-y\n1,2,3,4\n\n1,2,3,4\n")
    assert game.actions[1] == ("=wait", "@go", "+x", "-y")
    assert "'=1+1' stands here" in refused("=1+1,2\n3,4\n")


def test_repeated_labels_are_told_apart() -> None:
    assert read_csv("x,x\n1,2\n").actions[1] == ("x", "x_2")


# ---- decimal commas ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("0,5;1\n2;3\n", [[F(1, 2), 1], [2, 3]]),
        ("0,5\t1\n2\t1,25\n", [[F(1, 2), 1], [2, F(5, 4)]]),
        ("1,000;2\n0,5;3\n", [[1, 2], [F(1, 2), 3]]),
        ("0,5; 1,5\t0; 1\n", [[F(1, 2), 0]]),
    ],
)
def test_decimal_commas_where_they_are_unambiguous(text: str, row: list[list[Fraction]]) -> None:
    assert read_csv(text).matrix("Row") == row


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,5;2,5\n3,5;4,5\n", "may be a number with a decimal comma, or two payoffs"),
        ("1,000;2\n3;4\n", "may have a decimal comma, or one between thousands"),
        ("1.5;2,5\n3;4\n", "may have a decimal comma, or one between thousands"),
        ('"1,2","3,4"\n', "write 1.2, or (1, 2)"),
        ("3; -1,0; 5\n1; 2,3; 4\n", "may be separated by ; or by ,"),
        ("(1,2,3),(1,2)\n", "may have a decimal comma"),
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(text: str, words: str) -> None:
    assert words in refused(text)


# ---- what is refused ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is nothing in the file"),
        ("\n,,\n", "there is nothing in the file"),
        ("a,b\n", "'a' stands here"),
        ("1,2x\n3,4\n", "line 1, column 3: '2x' stands here; expected a number"),
        ("x1,2\n3,4\n", "line 1, column 1: 'x1' stands here"),
        ("w,1,2\ng,k + 1,4\n", "line 2, column 3: 'k + 1' stands here"),
        ("1,2\n3\n", "line 2, column 1: the row ends here"),
        (",2\n3,4\n", "line 1, column 1: nothing stands here"),
        ("1,,2\n3,4,5\n", "line 1, column 3: nothing stands here"),
        ("nan,2\n3,4\n", "'nan' is not a number; expected a finite number"),
        ("1,2\n3,-inf\n", "line 2, column 3: '-inf' is not a number"),
        ("w,Infinity\n", "'Infinity' is not a number"),
        ("1,#N/A\n", "'#N/A' is not a number"),
        ('x,"1, nan","2, 3"\n', "'1, nan' stands here"),
        ("1/0,2\n", "'1/0' divides by zero"),
        ("1e9999,2\n", "is too large or too small"),
        ("5%,1\n2,3\n", "'5%' stands here"),
        ("1,2\n3,4\n\n5,6\n", "the first table has 2 x 2 payoffs, the second 1 x 2"),
        ("1\n\n2\n\n3\n", "line 5, column 1: 3 tables"),
        ("a,b\n1,2\n\na,c\n3,4\n", "line 4, column 3: 'c' where the first table has 'b'"),
        ('"1,2\n', "a quotation that does not end"),
        ('"1"2,3\n', "a quotation that does not end, or goes on after its end"),
        ('w,"1, 2","3"\n', "'3' stands here; expected two payoffs such as 3, -1"),
        ("A \\ A,w\nw,1\n", "the players are called 'A' and 'A'"),
        ("1,2\x00\n", "control character"),
        (b"\xff\xfe1\x00", "is not UTF-8"),
        ("x" * 300 + "\n1\n", "a label of 300 characters"),
        ("1," * 1_200_000, "too many values"),
    ],
)
def test_faults_say_where_and_what(text: str | bytes, words: str) -> None:
    assert words in refused(text)


def test_a_hostile_file_is_refused_quickly() -> None:
    for text in (
        "(" * 20_000,
        '"' * 20_001,
        ";," * 20_000,
        '"",' * 20_000 + "x",
        "1\n\n" * 9999,
    ):
        refused(text)


# ---- properties --------------------------------------------------------------------------
NUMBERS = st.fractions(min_value=-99, max_value=99, max_denominator=99)
WORDS = st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1, max_size=8).filter(
    lambda x: x.lower() not in ("nan", "inf", "infinity") and x == " ".join(x.split())
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[Fraction]], list[list[Fraction]], list[list[str]]]:
    m, n = draw(st.integers(1, 4)), draw(st.integers(2, 4))
    matrix = st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=m, max_size=m)
    labels = [draw(st.lists(WORDS, min_size=k, max_size=k, unique=True)) for k in (m, n)]
    return draw(matrix), draw(matrix), labels


@settings(max_examples=50)
@given(tables(), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_written_is_read_back(made, mark: str, end: str, two: bool) -> None:
    import unicodedata

    row, column, (left, top) = made
    if two:
        lines = []
        for table in (row, column):
            lines += [["", *top], *([a, *line] for a, line in zip(left, table, strict=True)), []]
    else:
        pairs = [
            [f"({a}; {b})" for a, b in zip(*x, strict=True)] for x in zip(row, column, strict=True)
        ]
        lines = [["", *top], *([a, *line] for a, line in zip(left, pairs, strict=True))]
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=end).writerows(lines)
    game = read_csv(out.getvalue())
    assert (game.matrix("Row"), game.matrix("Column")) == (row, column)
    plain = [tuple(unicodedata.normalize("NFC", x) for x in labels) for labels in (left, top)]
    if all(len(set(labels)) == len(labels) for labels in plain):
        assert game.actions == tuple(plain)


@given(st.text(st.sampled_from('1,;\t\n"()[] .-x/e\\'), max_size=40))
def test_any_text_is_a_game_or_a_fault(text: str) -> None:
    with contextlib.suppress(InvalidFileError):
        game = read_csv(text)
        assert len(game.players) == 2
        assert game.is_exact
