"""The option form: statements, states, moves and preferences, and where it is a table."""

from __future__ import annotations

import itertools
import pickle
import random
from fractions import Fraction

import numpy as np
import pytest
from checkout import TESTS
from click.testing import CliRunner
from random_options import Case, statement

import deterrence
from deterrence.cli.program import program
from deterrence.errors import (
    DeterrenceError,
    ExpressionError,
    InvalidFileError,
    UnsupportedError,
    UsageError,
)
from deterrence.game.option_statements import read_pattern, read_statement
from deterrence.graph_model.concepts import stable
from deterrence.graph_model.conflict import conflict_of
from deterrence.modelfile.catalogue import list_models, load_model, read_model
from deterrence.modelfile.model import SymbolicModel

NAMES = ["a", "b", "c"]
CASES = TESTS / "cases"
#: Option forms that are no table: one of our own, and those that ship.
CONFLICTS = [
    str(CASES / "options-merged.yaml"),
    *(e.name for e in list_models() if e.form == "options" and load_model(e.name).why_no_table),
]


def case(name: str) -> SymbolicModel:
    return load_model(CASES / f"options-{name}.yaml")


def holds(text: str, names: list[str] = NAMES) -> list[int]:
    """The patterns of which a statement is true."""
    return np.flatnonzero(read_statement(text, names).holds(np.arange(1 << len(names)))).tolist()


# ---- statements ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("not a and b", "(not a) and b"),
        ("a or b and c", "a or (b and c)"),
        ("a if b or c", "a if (b or c)"),
        ("a or b if c", "(a or b) if c"),
        ("a iff b if c", "a iff (b if c)"),
        ("a if b if c", "(a if b) if c"),
        ("a iff b iff c", "(a iff b) iff c"),
        ("not a if b", "(not a) if b"),
        ("-1 & !2 | 3", "((not a) and (not b)) or c"),
        ("NOT a AND b IF c", "((not a) and b) if c"),
        ("a IFF 2", "a iff b"),
        ("YN- or c", "(a and not b) or c"),
        ("--Y", "c"),
        ("- -1", "a"),
        ("a if b", "a or not b"),
    ],
)  # fmt: skip
def test_precedence_and_the_other_spelling(text: str, meant: str) -> None:
    assert holds(text) == holds(meant)
    assert holds(str(read_statement(text, NAMES))) == holds(text)


def test_a_statement_is_what_it_says_of_every_pattern() -> None:
    rnd = random.Random(1)
    for _ in range(300):
        text, says = statement(rnd, NAMES)
        patterns = [t[::-1] for t in itertools.product((False, True), repeat=3)]
        assert holds(text) == [k for k, p in enumerate(patterns) if says(p)], text
        assert holds(str(read_statement(text, NAMES))) == holds(text), text


def test_a_single_option_reads_like_a_sign_and_like_a_pattern() -> None:
    assert holds("-1", ["a"]) == [0]
    assert holds("Y", ["a"]) == [1]
    assert read_pattern("--", 2) is not None


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("a and", 6, "an option is missing at the end"),
        ("a or or b", 6, "missing before 'or'"),
        ("(a or b", 8, "not closed"),
        ("a b", 3, "does not belong here"),
        ("a $ b", 3, "does not belong in a statement"),
        ("withdrew", 1, "unknown option"),
        ("0", 1, "there is no option 0"),
        ("99999999999999999999", 1, "there is no option"),
        ("a implies b", 3, "A if B"),
        ("a\u200b", 2, "does not belong"),
    ],
)
def test_faults_have_a_column(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read_statement(text, NAMES)
    assert caught.value.column == column
    assert words in str(caught.value)


def test_long_statements_are_read_and_longer_ones_refused() -> None:
    for word in ("and", "or", "if", "iff"):
        assert read_statement(f" {word} ".join(["1"] * 200), NAMES).holds(np.arange(8)).any()
    for text in ("1|" * 500 + "1", "(" * 100 + "1", "not " * 100 + "1", "1" * 3000):
        with pytest.raises(ExpressionError):
            read_statement(text, NAMES)


# ---- states, moves, ranks ------------------------------------------------------------------
def test_states_moves_and_ranks_are_those_of_the_definition() -> None:
    rnd = random.Random(2)
    seen = {"merged": 0, "table": 0}
    for _ in range(60):
        want = Case(rnd)
        model = want.model()
        conflict = conflict_of(model)
        form = model.options
        assert form is not None
        found = [
            [tuple(bool(p >> k & 1) for k in range(len(form.options))) for p in form.members(s)]
            for s in range(form.size)
        ]
        assert found == [[tuple(p) for p in group] for group in want.states]
        ranks = conflict.ranks()
        for i in range(len(want.players)):
            for s in range(form.size):
                assert conflict.graph.moves(i, s).tolist() == want.moves(i, s), want.text
            keys = [want.key(i, s) for s in range(form.size)]
            place = {key: k for k, key in enumerate(sorted(set(keys)))}
            assert ranks[i].tolist() == [place[key] for key in keys]
        seen["merged"] += bool(form.merged)
        seen["table"] += not model.why_no_table
    assert min(seen.values()) >= 5, seen


def test_any_number_of_statements_is_lexicographic() -> None:
    names = [f"o{k}" for k in range(8)]
    said = [f"o{k % 8} iff o{(k * 3 + k // 8) % 8}" for k in range(120)]
    said += ["o0", *(f"not o{k}" for k in range(1, 8))]
    text = f"title: T\nform: options\nplayers: [A]\noptions: {{A: {names}}}\n"
    model = read_model(f"{text}preferences: {{A: {{statements: {said}}}}}")
    [ranks] = conflict_of(model).ranks().tolist()
    columns = [holds(s, names) for s in said]
    keys = [tuple(p in c for c in columns) for p in range(256)]
    assert [sorted(set(keys)).index(key) for key in keys] == ranks


def test_states_are_numbered_as_fraser_and_hipel_do_and_merged_ones_come_last() -> None:
    """The moves of the ministry, Uniroyal and the local government in the Elmira conflict."""
    model = read_model("""
title: Elmira
form: options
players: [M, U, L]
options:
  M: {modify: {irreversible: yes}}
  U: {delay: {irreversible: given up}, accept: Accept, abandon: {irreversible: yes}}
  L: [insist]
infeasible: [accept and delay, delay and abandon, accept and abandon, NNN iff not NNN]
merged: {closed: abandon}
preferences: {M: {statements: [1]}, U: {statements: [1]}, L: {statements: [1]}}
""".replace("NNN iff not NNN", "not (delay or accept or abandon)"))  # fmt: skip
    conflict = conflict_of(model)
    labels = ["NYNNN", "YYNNN", "NNYNN", "YNYNN", "NYNNY", "YYNNY", "NNYNY", "YNYNY", "closed"]
    assert [s.label for s in conflict.states] == labels
    assert [[t + 1 for t in conflict.graph.moves(1, s)] for s in range(4)] == [
        [3, 9], [4, 9], [9], [9],
    ]  # fmt: skip
    assert conflict.graph.moves(0, 1).tolist() == []
    assert all(not conflict.graph.moves(i, 8).tolist() for i in range(3))


def test_a_common_move_is_an_arc_of_both() -> None:
    conflict = conflict_of(case("merged"))
    stand_off, war = conflict.state("stand_off"), conflict.state("war")
    assert conflict.status_quo == stand_off
    assert war in conflict.graph.moves(0, stand_off)
    assert war in conflict.graph.moves(1, stand_off)
    assert conflict.graph.moves(0, war).size == 0


def test_states_are_found_by_all_that_they_are_called() -> None:
    conflict = conflict_of(case("merged"))
    said = "a_arms and b_arms and not mediate and not war"
    for text in ("#4", "4", "stand_off", "both  MOBILISE", "YNYNN", said):
        assert conflict.state(text) == 3, text
    for text, words in (
        ("a_arms", "4 states fit"),
        ("standoff", "stand_off"),
        ("YYYYYY", "pattern"),
        ("a_strikes and not a_arms", "no feasible state"),
        ("17", "no state"),
    ):
        with pytest.raises(UsageError) as caught:
            conflict.state(text)
        assert words in str(caught.value)


# ---- formulas ------------------------------------------------------------------------------
def test_a_formula_is_worked_out_exactly_at_the_values_given() -> None:
    model = read_model("""
title: T
form: options
players: [A, B]
parameters: {v: {default: 1/3}, c: {default: 0.1}, w: {formula: 3*c}}
options: {A: [x1, x2, x3], B: [y1, y2]}
states: {quiet: NNNNN}
scenarios: {dear: {values: {c: 7}}}
preferences:
  A: {payoff: "v*x1 - (c*x2*y1 - x3/7) + 2*quiet - max(x1, y2)*v"}
  B: {payoff: "(x1 - y1)**2*w - v"}
""")
    conflict = conflict_of(model)
    form = model.options
    assert form is not None
    for given in ({}, {"c": 3}, {"v": "-1/2", "c": Fraction(1, 9)}):
        values = model.values(values=given)
        ranks = conflict.ranks(given)
        for i in range(2):
            exact = [e.evaluate(values) for e in conflict.payoffs[i]]
            assert [sorted(set(exact)).index(u) for u in exact] == ranks[i].tolist()
    assert conflict.ranks(scenario="dear").tolist() == conflict.ranks({"c": 7}).tolist()
    assert str(conflict.payoffs[0][0]) == "2"
    assert str(conflict.payoffs[1][1]) == "3*c - v"  # a derived parameter is written out


def test_an_order_may_have_classes_of_states() -> None:
    ranks = conflict_of(case("merged")).ranks()
    assert ranks[2].tolist() == [5, 1, 1, 2, 5, 4, 4, 3, 0]
    text = "title: T\nform: options\nplayers: [A]\noptions: {A: [x1, x2]}\npreferences:\n"
    listed = read_model(f"{text}  A: {{order: [YY, x1 and not x2 = 1, NY]}}")
    assert conflict_of(listed).ranks().tolist() == [[1, 1, 0, 2]]


# ---- a table, where it is one --------------------------------------------------------------
def test_a_table_has_the_equilibria_of_its_stable_states() -> None:
    model = case("table")
    assert [len(a) for a in model.actions] == [4, 3]
    conflict = conflict_of(model)
    nash = stable(conflict.graph, conflict.ranks(), "nash").all(axis=0).nonzero()[0]
    found = {o for e in deterrence.solve(model) for o, p in e.outcomes.items() if p == 1}
    assert found == {conflict.states[s].label for s in nash}


CHICKEN = """
title: Chicken
form: options
players: [A, B]
options: {A: {a_firm: Stand firm}, B: {b_firm: Stand firm}}
states: {war: YY}
preferences: {A: {order: YN > NN > NY > war}, B: {statements: [not war, b_firm, not a_firm]}}
measures: {war: [war]}
"""


def test_orders_become_symbols_in_a_table() -> None:
    model = read_model(CHICKEN)
    assert str(model.orders["B"]) == "NY > NN > YN > war"
    assert [str(a) for a in model.assumptions][:2] == ["YN_A > NN_A", "NN_A > NY_A"]
    assert not model.warnings
    analysis = deterrence.regimes(model)
    assert "Whatever the numbers, as long as the order holds" in str(analysis)
    assert [r.name for r in analysis.results][:2] == ["A: Stand firm", "B: Stand firm"]


def test_tables_are_exactly_the_forms_that_are_products() -> None:
    rnd = random.Random(3)
    for _ in range(80):
        want = Case(rnd, options=5)
        model = want.model()
        parts = [
            {tuple(t for t, o in zip(p, want.owners, strict=True) if o == i) for p in want.patterns}
            for i in range(len(want.players))
        ]
        product = np.prod([len(p) for p in parts]) == len(want.patterns)
        simple = all(len(s) == 1 for s in want.states) and "merged" not in want.text
        assert (not model.why_no_table) == (product and simple and not any(want.ways))
        if not model.why_no_table:
            game = model.strategic_at()
            conflict = conflict_of(model)
            ranks = conflict.ranks()
            label = {s.label: k for k, s in enumerate(conflict.states)}
            places = [label[cell.lottery[0][0]] for cell in model.cells]
            assert sorted(places) == list(range(len(places)))
            for i in range(len(want.players)):
                order = np.argsort(ranks[i][places], kind="stable")
                worth = np.array(game.payoffs[i])[order]
                assert all(a <= b for a, b in itertools.pairwise(worth))


def test_many_classes_are_numbers_with_a_warning() -> None:
    names = ["a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4"]
    text = (
        f"title: T\nform: options\nplayers: [A, B]\noptions: {{A: {names[:4]}, B: {names[4:]}}}\n"
    )
    model = read_model(
        f"{text}preferences: {{A: {{statements: {names}}}, B: {{statements: [a1]}}}}"
    )
    assert "256 classes" in str(model.warnings[0])
    assert {*model.orders} == {"B"}
    assert model.strategic_at().payoffs[0][0] == 0


# ---- everything else refuses ---------------------------------------------------------------
#: Every verb on the command line, with what it needs.
VERBS = [
    "solve", "regimes", "explain", "sweep", "sensitivity", "robustness --conclusion w==0",
    "levers --conclusion w==0", "compare chicken", "report -o r.md", "explore -o e.html",
    "elicit --sheet", "plot payoffs", "plot sweep -p w", "plot regimes -p w -p c",
    "plot best-response", "show --format nfg", "show --dominance", "show --symbolic",
]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_other_verbs_refuse_and_say_where_to_go(verb: str) -> None:
    name, *more = verb.split()
    first = [more.pop(0)] if name == "plot" else []
    found = CliRunner().invoke(program, [name, *first, CONFLICTS[0], *more])
    assert found.exit_code == 2, found.output
    assert "states are merged" in found.output
    assert "deterrence stability" in found.output


def test_the_brief_of_a_conflict_is_what_is_stable() -> None:
    told = [CliRunner().invoke(program, [verb, CONFLICTS[0]]) for verb in ("brief", "stability")]
    assert [found.exit_code for found in told] == [0, 0]
    assert told[0].stdout == told[1].stdout
    assert "is stable" in told[0].stdout


@pytest.mark.parametrize("name", CONFLICTS)
def test_conflicts_are_shown_and_have_no_equilibria(name: str) -> None:
    for command in (["show", name], ["models", "show", name], ["models", "check", name]):
        found = CliRunner().invoke(program, command)
        assert found.exit_code == 0, found.output
    model = deterrence.load_model(name)
    assert str(model)
    assert model._repr_html_()
    verbs = ("brief", "solve", "regimes", "explain", "statics", "boundaries", "refinements",
             "sensitivity", "explorer", "report", "to_nashpy", "symbolic_equilibria")  # fmt: skip
    for verb in verbs:
        with pytest.raises(UnsupportedError, match="deterrence stability"):
            getattr(model, verb)()
    for ask in (model.at, model.strategic_at, model.symbolic, model.payoff_expressions):
        with pytest.raises(UnsupportedError, match="deterrence stability"):
            ask()


def test_a_table_of_states_is_told() -> None:
    told = CliRunner().invoke(program, ["show", CONFLICTS[0], "--set", "w=2", "--format", "json"])
    assert '"feasible_states": 9' in told.output
    told = CliRunner().invoke(program, ["models", "show", CONFLICTS[0]])
    for words in ("irreversible", "one state, where a_strikes or b_strikes", "not war; mediate"):
        assert words in " ".join(told.output.split())


def test_models_are_equal_and_can_be_kept() -> None:
    for name in ("merged", "table"):
        model = case(name)
        assert read_model(model.text, model.name) == model
        assert pickle.loads(pickle.dumps(model)) == model
    other = case("merged").text.replace("mediate or not a_arms", "mediate or a_arms")
    assert read_model(other, "options-merged") != case("merged")


def test_a_statement_that_is_true_of_a_part_of_a_merged_state_is_warned_of() -> None:
    text = case("merged").text
    assert not read_model(text).warnings
    model = read_model(text.replace("[not war, mediate or not a_arms, not b_arms]", "[not b_arms]"))
    assert "some patterns of war only" in str(model.warnings[0])


def test_faults_of_all_sections_are_found_together() -> None:
    text = case("merged").text.replace("a_arms: A", "b_arms: A").replace("YNYNN", "YN")
    with pytest.raises(InvalidFileError) as caught:
        read_model(text)
    assert "each name once" in str(caught.value)


def test_a_language_model_is_told_the_states_and_refused_the_rest() -> None:
    from deterrence.mcp.tools import run

    text = case("merged").text
    told = run("show", {"text": text, "values": {"w": "2"}})
    assert told["data"]["answer"]["game"]["feasible_states"] == 9
    assert "The other side" in told["text"]
    for tool in ("solve", "regimes"):
        with pytest.raises(DeterrenceError, match="states are merged"):
            run(tool, {"text": text})
