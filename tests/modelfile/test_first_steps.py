"""What beginners type is answered with its place, what was expected, and what to write."""

from __future__ import annotations

import pytest
import yaml

from deterrence.errors import Fault, InvalidFileError
from deterrence.modelfile.loader import read_model

FILE = """\
title: A first model
form: strategic
players: [A, B]
actions: {A: [x, y], B: [x, y]}
parameters:
  s: {title: stake, default: 4, bounds: [0, 9]}
outcomes:
  calm: {payoffs: {A: 0, B: 0}}
  clash: {payoffs: {A: -s, B: -s}}
game:
  x: {x: calm, y: calm}
  y: {x: calm, y: clash}
measures:
  war: [clash]
"""
S = "s: {title: stake, default: 4, bounds: [0, 9]}"
#: What stands in the file, what was typed in its place, and what is said of it:
#: line, column, what, expected and remedy, each a part of it.
CASES = [
    ("form: strategic\n", "", 1, 1, "the key 'form' is missing", "form: ladder",
     "there is a game, so write form: strategic"),
    ("form: strategic", "form: matrix", 2, 7, "'matrix' is not known", "strategic, extensive",
     "did you mean 'strategic'?"),
    ("form: strategic", "form: Tree", 2, 7, "'Tree'", "extensive", "did you mean 'extensive'?"),
    ("[A, B]\n", "{A, B}\n", 3, 11, "no value", "{key: value", "for a list, write [A, B]"),
    (S, "s: 4", 6, 6, "'4' stands here", "a mapping", "write s: {default: 4, title: what"),
    (S, "s: 0,5", 6, 6, "'0,5' stands here", "a mapping", "write s: {default: 0.5, title:"),
    (S, "s: 40%", 6, 6, "'40%' stands here", "a mapping", "write s: {default: 0.4, title:"),
    (S, "s: many", 6, 6, "'many' stands here", "a mapping", "write s: {formula: many, title:"),
    ("default: 4", "default: 0,5", 6, 32, "a comma stands in a number", "a decimal point",
     "write default: 0.5, with a point"),
    ("default: 4", "default: '0,5'", 6, 31, "'0,5' is not a number", "0.25", "write 0.5, with"),
    ("default: 4", "default: 40%", 6, 30, "'40%' is not a number", "1/3", "write 0.4 or 2/5"),
    ("default: 4", "default: 4 000", 6, 30, "'4 000' is not", "a number such as", "write 4000"),
    ("[0, 9]", "[0, 9,5]", 6, 41, "a list of 3", "[low, high]", "with a point, as in 0.5"),
    ("[0, 9]", "[0, 40%]", 6, 45, "'40%' is not a number", "a number", "write 0.4 or 2/5"),
    ("title: stake", "title: stake, of A", 6, 21, "the comma before this ends 'stake'",
     "without commas", 'put quotes around it: title: "stake, of A"'),
    ("title: stake", "title: stake, of A, in all", 6, 21, "ends 'stake'", "without commas",
     'put quotes around it: title: "stake, of A, in all"'),
    ("A: -s", "A: 2s", 9, 24, "'2s' is not an expression", "arithmetic", "write 2*s"),
    ("A: -s", "A: s (1 + s)", 9, 24, "'s' is not a function", "min", "write s*(1 + s)"),
    ("A: -s", "A: 40%*s", 9, 27, "'40%*s'", "arithmetic", "write 0.4 or 2/5"),
    ("A: -s", "A: s*0,5", 9, 28, "a comma stands in a number", "a decimal point",
     "write A: s*0.5, with a point"),
    ("A: -s", "A: 's*0,5'", 9, 25, "'s*0,5' is not allowed", "numbers", "write 0.5, with"),
    ("A: -s", "A: max(s, 1)", 9, 31, "no value", "a value", "put quotes around a formula"),
    ("{A: -s, B: -s}", "[0,5, -s]", 9, 20, "a list of 3", "one formula per player: A, B",
     "with a point, as in 0.5"),
    ("{payoffs: {A: -s, B: -s}}", "[-s, -s]", 9, 10, "a list stands here", "a mapping",
     "write clash: {payoffs: [-s, -s]}"),
    ("war: [clash]", "war: clash", 14, 8, "'clash' stands here", "a mapping",
     "write war: [clash]"),
    ("war: [clash]", "war: P(clash)", 14, 8, "'P(clash)' stands here", "a mapping",
     "write war: {expression: P(clash)}"),
    ("war: [clash]", "war: {expression: P()}", 14, 21, "P() has 0 labels", "P(outcome)",
     "outcomes: calm, clash"),
    ("war: [clash]", "war: {expression: prob(A)}", 14, 21, "prob() has 1 label",
     "prob(player, action)", "players: A, B"),
    ("war: [clash]", "war: {expression: payoff(C)}", 14, 21, "unknown player 'C'", "",
     "known: A, B"),
    ("war: [clash]", "war: {expression: payoff}", 14, 21, "unknown name 'payoff'", "",
     "payoff is a function: write payoff(...)"),
]  # fmt: skip


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InvalidFileError) as caught:
        read_model(text)
    return caught.value.faults


@pytest.mark.parametrize("pure", [False, True], ids=["C", "Python"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1].strip() or "nothing")
def test_a_beginner_s_fault_has_its_place_and_its_remedy(
    case: tuple[str, str, int, int, str, str, str], pure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if pure:
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
    old, new, line, column, what, expected, remedy = case
    assert FILE.count(old) == 1
    [fault] = faults_of(FILE.replace(old, new))
    assert (fault.line, fault.column) == (line, column)
    assert what in fault.what
    assert expected in fault.expected
    assert remedy in fault.remedy


def test_the_file_itself_is_fine() -> None:
    assert not read_model(FILE).warnings


def test_a_form_that_nothing_shows_is_explained() -> None:
    [fault, *_] = faults_of("title: T\nplayers: [A, B]\n")
    for word in ("strategic", "extensive", "ladder", "`game`", "`tree`", "`ladder`"):
        assert word in fault.remedy


@pytest.mark.parametrize(
    "text", ["{A: -s, 5}", "{A: -s, 5, 6, B: 1}", "{,}", "{a, b: c}", "{a: , b}", "[a, b, {c}]"]
)
def test_torn_entries_never_break_the_reader(text: str) -> None:
    assert faults_of(FILE.replace("{A: -s, B: -s}", text))


# ---- payoffs as lists ----------------------------------------------------------------------
def test_payoffs_may_be_a_list_in_the_players_order() -> None:
    listed = read_model(FILE.replace("{A: -s, B: -s}", "[-s, 1 - s]"))
    mapped = read_model(FILE.replace("{A: -s, B: -s}", "{B: 1 - s, A: -s}"))
    assert (listed.outcomes, listed.cells) == (mapped.outcomes, mapped.cells)


def test_payoffs_of_a_tree_may_be_lists_and_differ_by_type() -> None:
    tree = """\
title: T
form: extensive
players: [A, B]
types: {B: {firm: 1/3, lax: 2/3}}
outcomes:
  calm: {payoffs: [0, 0]}
  war: {payoffs: [-1, {firm: 2, lax: -2}]}
tree: {player: A, moves: {wait: calm, go: {player: B, moves: {yield: [1, -1], fight: war}}}}
"""
    other = tree.replace("[0, 0]", "{A: 0, B: 0}").replace(
        "[-1, {firm: 2, lax: -2}]", "{A: -1, B: {firm: 2, lax: -2}}"
    )
    listed, mapped = read_model(tree).at(), read_model(other).at()
    assert (listed.outcomes, listed.nodes) == (mapped.outcomes, mapped.nodes)
    [fault] = faults_of(tree.replace("[-1, {", "[-1, 2, {"))
    assert (fault.line, fault.key) == (7, "outcomes.war.payoffs")
    [fault] = faults_of(tree.replace("firm: 2,", "firm: q,"))
    assert (fault.line, fault.key) == (7, "outcomes.war.payoffs.2.firm")
