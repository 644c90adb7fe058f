"""Files with the features that matter in Gambit's own tests and catalogue, against Gambit.

The files here are ours; what they have in common with Gambit's is the way they are written:
outcomes at inner nodes and used again, one number with its description repeated, names that
collide, quotes and line ends in texts, forced moves, chances of 0, absent-mindedness.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from test_efg_gambit import assert_the_same

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.exchange.efg import read_efg, write_efg
from deterrence.solvers import solve_tree

pytestmark = pytest.mark.witness

FILES = {
    # Outcomes paid at inner nodes, the same one at several nodes and at ends, its
    # description repeated each time; names of sets in brackets.
    "paid on the way": """EFG 2 R "Two rounds of sanctions" { "Sender" "Target" }
""
p "" 1 1 "(1,1)" { "wait" "sanction" } 1 "Outcome 1" { 1, 1 }
p "" 2 1 "(2,1)" { "hold" "yield" } 0
t "" 2 "Outcome 2" { 0, 0 }
t "" 1 "Outcome 1" { 1, 1 }
p "" 2 1 "(2,1)" { "hold" "yield" } 2 "Outcome 2" { 0, 0 }
p "" 1 2 "(1,2)" { "escalate" } 3 "Outcome 3" { -1/2, -3 }
t "" 1 "Outcome 1" { 1, 1 }
t "" 3 "Outcome 3" { -1/2, -3 }
""",
    # Four players; a number alone for what is known; forced moves with one action;
    # an action called like an outcome; unnamed sets and outcomes; ends without outcome.
    "four players, forced moves": """EFG 2 R "Chain of allies" { "Hub" "A" "B" "C" }
"a comment"

c "" 1 "Chance move" { "Strong" 1/2 "Weak" 1/2 } 0
p "" 2 1 "" { "Enter" "Out" } 0
p "" 1 1 "" { "Fight" "Yield" } 0
p "" 3 1 "" { "Enter" "Out" } 1 "Outcome 1" { 0, -1/2, 0, 0 }
t "" 2 "" { 1, 2, 3, 4 }
t "" 0
t "" 1
p "" 1 2 "" { "Outcome 1" } 0
t "" 3 "Outcome 1" { 1/2, 0, 0, 0 }
p "" 2 1 "" { "Enter" "Out" } 0
p "" 1 3 "" { "Fight" "Yield" } 0
p "" 3 1 0
t "" 2
p "" 4 1 "" { "go" } 0
t "" 1
t "" 0
t "" 4 "" { 0 0 0 7 }
""",
    # Quotes and backslashes in texts, a comment over several lines, ' in names, an accent,
    # decimals, exponents, a plus sign, no commas, everything on few lines.
    "texts and numbers": 'EFG 2 R "The \\"red line\\" of d\'Estaing\'s côté" '
    '{ "P \\"1\\"" "P\'2" }\n'
    '"line one\nline \\"two\\"\n\nlast"\n'
    'c "n" 7 "draw" { "up" .25 "down" 0.75 } 0 p "x" 1 5 "a, b" { "l\'un" "l\\"autre" } 0\n'
    't "" 9 "o" { 1e2 -2.5 } t "" 3 "o" { -1E-1, 4 } t "" 9\n',
    # Chances of 0 and 1, a blank after the outcome's number, one player.
    "chances of nought": """EFG 2 R "One of three" { "Player" }
""

c "" 1 "(0,1)" { "A" 1 "B" 0 "C" 0 } 0\x20
p "" 1 1 "(1,1)" { "LEFT" "RIGHT" } 0
t "" 1 "Outcome 1" { 0 }
t "" 2 "Outcome 2" { 1 }
t "" 3 "Outcome 3" { 2 }
t "" 4 "Outcome 4" { 3 }
""",
    # One information set on one path: absent-mindedness; sets that straddle subgames.
    "absent-minded": """EFG 2 R "Unary chain" { "1" "2" }
"a comment that says: p \\"\\" 1 1"

p "" 1 1 "" { "1" } 0
p "" 1 1 "" { "1" } 0
p "" 2 1 "" { "1" } 0
p "" 1 2 "" { "1" } 0
p "" 2 1 "" { "1" } 0
p "" 1 3 "" { "T" "B" } 0
p "" 2 2 "" { "1" } 0
t "" 1 "Outcome 1" { 1, -1 }
p "" 1 2 "" { "1" } 0
t "" 2 "Outcome 2" { 2, -2 }
""",
    # Sets numbered out of order and with gaps; one name for sets of two players and for
    # two outcomes.
    "numbers with gaps": """EFG 2 R "gaps" { "A" "B" }
p "root" 2 40 "same" { "x" "y" } 0
p "" 1 3 "same" { "x" "y" } 0
t "" 100 "twin" { 3, 1 }
t "" 7 "twin" { 1, 3 }
p "" 1 3 0
t "" 7
p "" 2 2 "other" { "x" "y" } 0
t "" 100
t "" 8 "" { 0, 0 }
""",
    # Payoffs beyond 2^31 and long fractions, exactly.
    "nuclear payoffs": """EFG 2 R "brink" { "R" "N" }
p "" 1 1 "" { "stop" "go" } 0
t "" 1 "" { 0, 0 }
p "" 2 1 "" { "yield" "fight" } 0
t "" 2 "" { 1, -1 }
t "" 3 "" { -10000000000000/3, -99999999999999999999 }
""",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_the_file_is_read_as_gambit_reads_it(text: str) -> None:
    game = assert_the_same(text)
    again = read_efg(write_efg(game))
    assert shape(again) == shape(game)


def shape(game: ExtensiveGame) -> tuple[object, ...]:
    """Everything but labels."""
    order = {s: k for k, s in enumerate(dict.fromkeys(n.set for n in game.nodes if n.set >= 0))}
    return (
        len(game.players),
        [(order.get(n.set, -1), n.parent, n.move, n.children) for n in game.nodes],
        [None if n.outcome is None else game.outcomes[n.outcome] for n in game.nodes],
        sorted(
            (order[k], -1 if s.player is None else game.players.index(s.player), s.chances)
            for k, s in enumerate(game.sets)
            if k in order
        ),
    )


def test_texts_arrive_as_they_are_meant() -> None:
    game = read_efg(FILES["texts and numbers"])
    assert game.title == "The \"red line\" of d'Estaing's côté"
    assert game.players == ('P "1"', "P'2")
    assert [s.actions for s in game.sets] == [("up", "down"), ("l'un", 'l"autre')]
    assert game.sets[0].chances == (Fraction(1, 4), Fraction(3, 4))
    assert set(game.outcomes.values()) == {(100, Fraction(-5, 2)), (Fraction(-1, 10), 4)}


def test_payoffs_paid_on_the_way_add_up() -> None:
    game = read_efg(FILES["paid on the way"])
    worth = game.expected_payoffs(
        {
            "Sender": {"(1,1)": {"sanction": 1}, "(1,2)": {"escalate": 1}},
            "Target": {"(2,1)": {"hold": 1}},
        }
    )
    assert worth == {"Sender": 1 + 0 + Fraction(-1, 2) + 1, "Target": 1 + 0 - 3 + 1}


def test_the_four_allies_are_solved_completely() -> None:
    solution = solve_tree(read_efg(FILES["four players, forced moves"]), "nash", time_limit=60)
    assert {e.regret for e in solution} == {0}
    assert solution.status == "complete"


def test_nuclear_payoffs_are_solved_where_gambit_is_silent() -> None:
    solution = solve_tree(read_efg(FILES["nuclear payoffs"]), "spe")
    assert solution.status == "complete"
    assert [e.outcomes for e in solution] == [{"outcome 2": 1}]
