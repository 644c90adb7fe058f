"""Reading and writing .efg files: what the format allows, and exactly."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from game_trees import entry, horse, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError, UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.modelfile.exchange.efg import read_efg, write_efg

HEAD = 'EFG 2 R "t" { "A" "B" } '


def same(one: ExtensiveGame, two: ExtensiveGame) -> bool:
    return (one.players, one.nodes, one.sets) == (two.players, two.nodes, two.sets) and {
        n.outcome and one.outcomes[n.outcome] for n in one.nodes
    } == {n.outcome and two.outcomes[n.outcome] for n in two.nodes}


def test_everything_the_format_has() -> None:
    game = read_efg(
        """\ufeffEFG 2 D "A \\"crisis\\",
in two lines" { "Red" "" "Red" } "A comment
with a \\" in it"
c "root" 7 "weather" { "fair" .25 "foul" 3/4 } 3 "cost" { -1, 0 1e-2 }
p "" 1 12 "" { "go" "" "go" } 0
t "" 5 "" { 1 2 3 }
t "" 5
t "" 5 "" { 1.0, 2, 6/2 }
p "" 1 12 0
t "" 0
t "" 0
c "" 7 "weather" { "fair" 0.25 "foul" 0.75 } 3
t "" 9 "" { +1.5e2 -2E0 -.5 }
t "end" 5"""
    )
    assert game.title == 'A "crisis", in two lines'
    assert game.comment == 'A comment\nwith a " in it'
    assert game.players == ("Red", "Player 2", "Red_2")
    assert [(s.label, s.player, s.actions) for s in game.sets] == [
        ("weather", None, ("fair", "foul")),
        ("Red:12", "Red", ("go", "2", "go_2")),
    ]
    assert game.sets[0].chances == (Fraction(1, 4), Fraction(3, 4))
    assert game.sets[0].nodes == (0, 8)
    assert game.outcomes == {
        "cost": (-1, 0, Fraction(1, 100)),
        "outcome 5": (1, 2, 3),
        "outcome 9": (150, -2, Fraction(-1, 2)),
    }
    assert game.nodes[0].label == "root"
    assert game.nodes[-1].label == "end"
    # Costs at both chance nodes are paid.
    profile = {"Red": {"Red:12": {"go": 1}}}
    assert game.expected_payoffs(profile)["Red"] == -1 + Fraction(1, 4)
    assert same(read_efg(write_efg(game)), game)


def test_a_game_of_one_node() -> None:
    game = read_efg('EFG 2 R "" { "A" } t "" 1 "end" { 1/3 }')
    assert game.expected_payoffs({}) == {"A": Fraction(1, 3)}
    assert game.subgame_roots == ()


def test_two_outcomes_with_one_name_stay_two() -> None:
    game = read_efg(HEAD + 'p "" 1 1 "s" { "x" "y" } 0 t "" 1 "o" { 1, 0 } t "" 2 "o" { 2, 0 }')
    assert game.outcomes == {"o": (1, 0), "o_2": (2, 0)}


@pytest.mark.parametrize(
    ("body", "line", "column", "words"),
    [
        ('x "" 0', 1, 25, "c, p or t"),
        ("t 0", 1, 27, "name in quotation marks"),
        ('t "" -1', 1, 30, "the number of an outcome"),
        ('t "" 1', 1, 30, "outcome 1 has not been described yet"),
        ('t "" 0 "none" { 0, 0 }', 1, 32, "outcome 0 has a name"),
        ('t "" 1 "o" { 1 }', 1, 40, "of which 1 are here"),
        ('t "" 1 "o" { 1, 2, 3 }', 1, 44, "after the payoffs of 2 players"),
        ('t "" 1 "o" { 1, x }', 1, 41, "'x' is not a number"),
        ('t "" 1 "o" { 1, 1/0 }', 1, 41, "divides by zero"),
        ('p "" 3 1 "s" { "x" } 0 t "" 0', 1, 30, "the number of a player"),
        ('p "" 1 1 0', 1, 32, "information set 1 has not been described"),
        ('p "" 1 1 "s" { } 0', 1, 40, "an action's name"),
        ('p "" 1 1 "s" { "x" "y" } 0 t "" 0', 1, 58, "the node after A's move 'y'"),
        ('p "" 1 1 "s" { "x" } 0 t "" 0\nt "" 0', 2, 1, "the end of the file"),
        ('c "" 1 "s" { "x" 1/2 "y" 1/3 } 0', 1, 38, "sum to 5/6"),
        ('c "" 1 "s" { "x" 0.333 "y" 0.333 "z" 0.333 } 0', 1, 38, "write 1/3 instead of 0.333"),
        ('c "" 1 "s" { "x" -1 "y" 2 } 0', 1, 42, "the probability -1"),
        ('c "" 1 "s" { "x" "y" } 0', 1, 42, "the probability of the move before it"),
        (
            'p "" 1 1 "s" { "x" } 0\np "" 1 1 "s" { "y" } 0 t "" 0',
            2,
            10,
            "information set 1 was described differently before",
        ),
        (
            'p "" 1 1 "s" { "x" "y" } 0\nt "" 1 "o" { 1, 2 } t "" 1 "o" { 1, 3 }',
            2,
            28,
            "outcome 1 was described differently before",
        ),
        ('t "" 1 "o { 1, 2 }', 1, 32, "a quotation that does not end"),
    ],
)
def test_faults_have_a_place(body: str, line: int, column: int, words: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_efg(HEAD + body)
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == (line, column)
    assert words in str(fault)


@pytest.mark.parametrize(
    "head", ["NFG 1 R", "EFG 1 R", "EFG 2 Q", "EFG 2 R { }", 'EFG 2 R "t" { }', "", "EFG"]
)
def test_other_headers_are_refused(head: str) -> None:
    with pytest.raises(InvalidFileError):
        read_efg(head)


@given(st.integers(0, 10**6))
@settings(max_examples=60)
def test_what_is_written_reads_back_the_same(seed: int) -> None:
    game = random_tree(random.Random(seed), players=3, depth=4, merge=True)
    assert same(read_efg(write_efg(game)), game)


def test_writing_twice_gives_the_same_text() -> None:
    for game in (entry(), horse()):
        text = write_efg(game)
        assert write_efg(read_efg(text, game.name)) == text


labels = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters="\\"),
    min_size=1,
    max_size=8,
)


@given(st.lists(labels, min_size=6, max_size=6, unique=True), st.fractions())
def test_any_label_and_any_number(names: list[str], number: Fraction) -> None:
    tree = Decision(names[0], names[1], {names[2]: Leaf(names[3]), names[4]: Leaf()}, label="n")
    game = ExtensiveGame.from_tree((names[0], names[5]), tree, {names[3]: (number, -number)})
    assert same(read_efg(write_efg(game)), game)


def test_floats_are_written_so_that_they_read_back() -> None:
    tree = Chance({"x": (0.1, Leaf("o")), "y": (0.2, Leaf()), "z": (0.7, Leaf())})
    game = ExtensiveGame.from_tree(("A",), tree, {"o": (0.1,)})
    again = read_efg(write_efg(game))
    assert again.outcomes == {"o": (Fraction(1, 10),)}
    assert sum(again.sets[0].chances) == 1
    assert [float(p) for p in again.sets[0].chances] == [0.1, 0.2, 0.7]


def test_what_the_format_cannot_hold_is_refused() -> None:
    from deterrence.algebra.expressions import Expression

    leaf = Leaf("o")
    formula = ExtensiveGame.from_tree(("A",), leaf, {"o": (Expression.parse("k"),)})
    with pytest.raises(UsageError, match="formulas"):
        write_efg(formula)
    with pytest.raises(UsageError, match=r"cannot be written in a \.efg file"):
        write_efg(ExtensiveGame.from_tree(("A\\",), leaf, {"o": (1,)}))
