"""Reading Gambit's .nfg files: both versions, exact numbers, labels, outcomes, positions."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from effort import at_most

from deterrence.errors import InvalidFileError
from deterrence.modelfile.exchange.nfg import read_nfg

# Battle of the Sexes with numbers that tell the order: row player first, varying fastest.
PAYOFFS = """NFG 1 R "Order" { "Row" "Column" }

{ { "top" "bottom" }
{ "left" "middle" "right" }
}
"a comment"

11 -11 21 -21 12 -12 22 -22 13 -13 23 -23
"""

OUTCOMES = """NFG 1 D "Crisis" { "Russia" "NATO" }
{ { "restrain" "escalate" } { "restrain" "escalate" } }
""
{
{ "nobody acts" 0, 0 }
{ "Russia prevails" 3, -1/2 }
{ "NATO prevails" -4 2.5 }
{ "war" -1e2, -1.05E+2 }
}
1 2 3 4
"""


def test_the_first_players_strategy_varies_fastest() -> None:
    game = read_nfg(PAYOFFS, "order")
    assert game.players == ("Row", "Column")
    assert game.actions == (("top", "bottom"), ("left", "middle", "right"))
    assert game.matrix("Row") == [[11, 12, 13], [21, 22, 23]]
    assert game.matrix("Column") == [[-11, -12, -13], [-21, -22, -23]]
    assert (game.name, game.title) == ("order", "Order")
    assert game.outcomes is None
    assert game.is_exact


def test_three_players_each_in_its_place() -> None:
    """The payoff of cell (a, b, c) is 100a + 10b + c, plus 1000 for each later player."""
    shape = (2, 3, 4)
    body = " ".join(
        str(1000 * player + 100 * a + 10 * b + c)
        for c in range(4)
        for b in range(3)
        for a in range(2)
        for player in range(3)
    )
    game = read_nfg(f'NFG 1 R "" {{ "A" "B" "C" }} {{ 2 3 4 }} {body}')
    assert game.shape == shape
    for a, b, c in itertools.product(*map(range, shape)):
        choice = {"A": str(a + 1), "B": str(b + 1), "C": str(c + 1)}
        for k, player in enumerate("ABC"):
            assert game.payoff(player, choice) == 1000 * k + 100 * a + 10 * b + c


def test_the_outcome_version_names_outcomes() -> None:
    game = read_nfg(OUTCOMES)
    assert game.payoff("NATO", {"Russia": "escalate", "NATO": "restrain"}) == Fraction(-1, 2)
    assert game.payoff("NATO", {"Russia": "restrain", "NATO": "escalate"}) == Fraction(5, 2)
    assert game.payoff("NATO", {"Russia": "escalate", "NATO": "escalate"}) == -105
    assert game.outcomes is not None
    assert [lottery[0][0] for lottery in game.outcomes] == [
        "nobody acts",
        "NATO prevails",
        "Russia prevails",
        "war",
    ]
    assert all(lottery[0][1] == 1 for lottery in game.outcomes)


def test_outcome_zero_gives_everybody_nothing() -> None:
    game = read_nfg(OUTCOMES.replace("1 2 3 4", "0 2 3 0"))
    assert game.matrix("Russia") == [[0, -4], [3, 0]]
    assert game.outcomes is not None
    assert game.outcomes[0] == game.outcomes[3] == (("none", 1),)
    clash = OUTCOMES.replace("1 2 3 4", "0 2 3 4").replace("war", "none")
    labels = [lottery[0][0] for lottery in read_nfg(clash).outcomes or ()]
    assert len(set(labels)) == 4


@pytest.mark.parametrize(
    "text",
    [
        OUTCOMES.replace("nobody acts", ""),
        OUTCOMES.replace("nobody acts", "war"),
        OUTCOMES.replace("1 2 3 4", "0 0 0 0"),
    ],
)
def test_outcomes_without_names_of_their_own_are_no_outcomes(text: str) -> None:
    assert read_nfg(text).outcomes is None


def test_an_outcome_that_does_not_occur_needs_no_name() -> None:
    text = OUTCOMES.replace('{ "war"', '{ "" 9 9 }\n{ "war"').replace("1 2 3 4", "1 2 3 5")
    assert len(read_nfg(text).outcomes or ()) == 4


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("+3", 3),
        ("007", 7),
        ("1/3", Fraction(1, 3)),
        ("-4/6", Fraction(-2, 3)),
        ("0.1", Fraction(1, 10)),
        ("-.25", Fraction(-1, 4)),
        (".5", Fraction(1, 2)),
        ("2.", 2),
        ("1e3", 1000),
        ("1e-3", Fraction(1, 1000)),
        ("2.5E+2", 250),
        ("0.000000000000000000000000000001", Fraction(1, 10**30)),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1" + "0" * 1000 + "/" + "3" * 1000, Fraction(10**1000, int("3" * 1000))),
    ],
)
def test_numbers_are_exact_in_both_versions(number: str, value: Fraction) -> None:
    game = read_nfg(f'NFG 1 R "" {{ "A" }} {{ 1 }} {number}')
    assert game.payoffs == ((value,),)
    listed = read_nfg(f'NFG 1 R "" {{ "A" }} {{ 1 }} {{ {{ "x" {number} }} }} 1')
    assert listed.payoffs == ((value,),)


def test_labels_are_made_unique_and_what_is_fine_stays() -> None:
    text = (
        """NFG 1 R "" { "" "A" "A" "" "Player 1" }
    { { "" "" "x" } { "x" "x" "x_2" } { "2" "" } { "only" } { " two\t words " } }
    """
        + "0 " * (3 * 3 * 2 * 5)
    )
    game = read_nfg(text)
    assert game.players == ("Player 1_2", "A", "A_2", "Player 4", "Player 1")
    assert game.actions == (
        ("1", "2", "x"),
        ("x", "x_3", "x_2"),
        ("2", "2_2"),
        ("only",),
        ("two words",),
    )


def test_quotation_marks_and_braces_in_labels() -> None:
    text = r'NFG 1 R "a \"b\" {c} \d" { "p{1}" "p, \"2\"" } { { "\"" "}" } { 1 } }'
    with pytest.raises(InvalidFileError):
        read_nfg(text)
    text = text.replace("{ 1 }", '{ "one" }') + " 1 2 3 4"
    game = read_nfg(text)
    assert game.title == r'a "b" {c} \d'
    assert game.players == ("p{1}", 'p, "2"')
    assert game.actions == (('"', "}"), ("one",))


def test_blanks_and_lines_do_not_matter() -> None:
    tight = 'NFG 1 R"t"{"A""B"}{{"x""y"}{"u"}}{{"o"1,2}{"p"3,4}}1 2'
    loose = (
        '\n\tNFG\r\n1\nR "t" {\n"A"\n"B" } { { "x"\t"y" } { "u" } }\n"c"\n'
        '{ { "o" 1 , 2 , }\n\n{ "p"\n3\n4 } }\n1\n\n2\n\n'
    )
    one, two = read_nfg(tight), read_nfg(loose)
    assert one.payoffs == two.payoffs == ((1, 3), (2, 4))
    assert one.outcomes == two.outcomes
    assert read_nfg(b"\xef\xbb\xbf" + tight.encode()).payoffs == one.payoffs
    assert read_nfg("\ufeff" + tight).payoffs == one.payoffs


def test_bytes_are_utf8() -> None:
    game = read_nfg('NFG 1 R "Müller" { "Россия" } { 1 } 5'.encode())
    assert (game.title, game.players) == ("Müller", ("Россия",))


def test_one_player_and_many_players() -> None:
    assert read_nfg('NFG 1 R "" { "A" } { 3 } 1 2 3').payoffs == ((1, 2, 3),)
    names = " ".join(f'"p{i}"' for i in range(16))
    game = read_nfg(f'NFG 1 R "" {{ {names} }} {{ {"2 " * 15}1 }} ' + "0 " * (2**15 * 16))
    assert len(game.players) == 16


def test_a_hundred_thousand_cells_in_about_a_second() -> None:
    side = 316
    numbers = " ".join(f"{k % 997}.{k % 89:02d}" for k in range(side * side * 2))
    text = f'NFG 1 R "" {{ "A" "B" }} {{ {side} {side} }} {numbers}'
    with at_most(4):  # 0.1 s on a quiet machine
        game = read_nfg(text)
    assert game.payoffs[0][0] == 0
    assert game.payoffs[1][0] == Fraction("1.01")
    assert game.payoffs[0][1] == Fraction(f"{2 * side % 997}.{2 * side % 89:02d}")


# ---- faults, with their places ---------------------------------------------------
HEAD = 'NFG 1 R "t" { "A" "B" }\n'


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "NFG"),
        ("hello", 1, 1, "NFG"),
        ("nfg 1 R", 1, 1, "NFG"),
        ("  \nEFG 2 R", 2, 1, "export its strategic form"),
        ("NFG 2 R", 1, 5, "version"),
        ("NFG 1 X", 1, 7, "R or D"),
        ("NFG 1 R t", 1, 9, "title"),
        ('NFG 1 R "t', 1, 9, 'closing "'),
        ('NFG 1 R "t\\"', 1, 9, 'closing "'),
        ('NFG 1 R "t" "A"', 1, 13, "{ and the players"),
        ('NFG 1 R "t" { A }', 1, 15, "in quotation marks"),
        ('NFG 1 R "t" { } { } ', 1, 15, "at least one player"),
        ('NFG 1 R "t" { "A"', 1, 18, "}"),
        (HEAD + "2 2", 2, 1, "{ and the strategies"),
        (HEAD + "{ 2 }", 2, 5, "strategies of B"),
        (HEAD + "{ 2 2 2 }", 2, 7, "} after the strategies of 2 players"),
        (HEAD + "{ 2 0 } ", 2, 5, "at least one strategy"),
        (HEAD + "{ 2 -1 } ", 2, 5, "how many strategies B has"),
        (HEAD + "{ 2 1.5 } ", 2, 5, "whole number"),
        (HEAD + "{ 2 x } ", 2, 5, "how many strategies B has"),
        (HEAD + '{ { "x" } { } }', 2, 13, "at least one strategy"),
        (HEAD + '{ { "x" } 2 }', 2, 11, "{ and strategy names"),
        (HEAD + '{ 2 { "x" } }', 2, 5, "how many strategies"),
        (HEAD + '{ { "x" 1 } { "y" } }', 2, 9, "strategy's name in quotation marks"),
        (HEAD + '{ { "x" } { "y" } { "z" } }', 2, 19, "} after the strategies of 2 players"),
        (HEAD + "{ 1 1 }", 2, 8, "2 payoffs"),
        (HEAD + "{ 1 1 } 1", 2, 10, "ends after 1 of them; expected 2 payoffs"),
        (HEAD + "{ 1 1 } 1 2\n3", 3, 1, "2 payoffs and no more"),
        (HEAD + "{ 1 1 } 1\nx", 3, 1, "a number such as"),
        (HEAD + "{ 1 1 } 1,2", 2, 9, "a number such as"),
        (HEAD + "{ 2 1 } 0,5 1,5 2 3", 2, 9, "'0,5' is not a number"),
        (HEAD + "{ 1 1 } 1,, 2", 2, 11, "a number"),
        (HEAD + "{ 1 1 } , 1 2", 2, 9, "a number"),
        (HEAD + "{ 1 1 } 1 1/0", 2, 11, "denominator"),
        (HEAD + "{ 1 1 } 1 1e401", 2, 11, "power of ten"),
        (HEAD + "{ 1 1 } 1 nan", 2, 11, "a number such as"),
        (HEAD + "{ 1 1 } 1 0x10", 2, 11, "a number such as"),
        (HEAD + "{ 1 1 } 1 1_0", 2, 11, "a number such as"),
        (HEAD + "{ 1 1 } 1 1/-2", 2, 11, "a number such as"),
        (HEAD + "{ 1 1 } 1 \N{ARABIC-INDIC DIGIT THREE}", 2, 11, "a number such as"),
        (HEAD + "{ 1 1 } 1 " + "9" * 2501, 2, 11, "at most 2500"),
        (HEAD + '{ 1 1 } { "x" 1 2 } 1', 2, 11, "outcome in braces"),
        (HEAD + "{ 1 1 } { { x 1 2 } } 1", 2, 13, "outcome's name in quotation marks"),
        (HEAD + '{ 1 1 } { { "x" 1 } } 1', 2, 19, "2 payoffs, of which 1"),
        (HEAD + '{ 1 1 } { { "x" 1 2 3 } } 1', 2, 21, "} after the payoffs of 2 players"),
        (HEAD + '{ 1 1 } { { "x" 1,,2 } } 1', 2, 19, "2 payoffs, of which 1"),
        (HEAD + '{ 1 1 } { { "x" ,1 2 } } 1', 2, 17, "2 payoffs, of which 0"),
        (HEAD + '{ 1 1 } { { "x" 1 y } } 1', 2, 19, "a number such as"),
        (HEAD + '{ 1 1 } { { "x" 1 2 }', 2, 22, "outcome in braces"),
        (HEAD + '{ 1 1 } { { "x" 1 2 } }', 2, 24, "number of an outcome for every cell"),
        (HEAD + '{ 1 1 } { { "x" 1 2 } } 2', 2, 25, "whole number from 0 to 1"),
        (HEAD + '{ 1 1 } { { "x" 1 2 } } -1', 2, 25, "whole number from 0 to 1"),
        (HEAD + '{ 1 1 } { { "x" 1 2 } } 1.0', 2, 25, "whole number from 0 to 1"),
        (HEAD + '{ 1 1 } { { "x" 1 2 } } 1 1', 2, 27, "1 outcome numbers and no more"),
        (HEAD + '{ 2 1 } { { "x" 1 2 } } 1', 2, 26, "expected 2 outcome numbers"),
    ],
)
def test_faults_are_named_with_their_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_nfg(text, "game", source="crisis.nfg")
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == (line, column)
    assert words in str(fault)
    assert str(caught.value).startswith("crisis.nfg: 1 fault\n")
    assert len(str(fault)) < 400


def test_a_comma_may_follow_each_number() -> None:
    """As programs write lists; Gambit itself does so only in outcomes."""
    game = read_nfg('NFG 1 R "Commas" { "A" "B" } { 2 2 }\n\n0, 0, 1.5, -1, -1, 3/2, -8, -8\n')
    assert game == read_nfg('NFG 1 R "Commas" { "A" "B" } { 2 2 }\n\n0 0 1.5 -1 -1 3/2 -8 -8\n')
