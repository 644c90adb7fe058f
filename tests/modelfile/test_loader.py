"""What a valid file means, how its faults are placed, and what only deserves a warning."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError
from deterrence.modelfile.catalogue import read_model
from deterrence.modelfile.model import SymbolicModel

BIPOLARITY = (ROOT / "tests" / "cases" / "brink.yaml").read_text(encoding="utf-8")
SMALL = """\
title: Small
form: strategic
players: [A, B]
actions: {A: [x, y], B: [x, y, z]}
parameters: {p: {default: 1/3}, q: {default: 2}}
outcomes:
  o: {title: One, payoffs: {A: p, B: q}}
  u: {title: Two, payoffs: {A: -p, B: 0}}
"""
F = Fraction


def faults(text: str) -> list[tuple[int | None, int | None, str]]:
    with pytest.raises(InvalidFileError) as caught:
        read_model(text)
    return [(f.line, f.column, str(f)) for f in caught.value.faults]


def payoffs(model: SymbolicModel) -> list[tuple[object, ...]]:
    return list(model.at().payoffs)


# ---- the table -------------------------------------------------------------
TABLES = {
    "by labels": "{x: {x: o, y: u, z: o}, y: {x: u, y: o, z: u}}",
    "in another order": "{y: {z: u, y: o, x: u}, x: {y: u, x: o, z: o}}",
    "by position": "[[o, u, o], [u, o, u]]",
    "mixed": "{x: [o, u, o], y: {x: u, y: o, z: u}}",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_a_table_may_be_written_in_any_way(table: str) -> None:
    model = read_model(f"{SMALL}game: {table}\n")
    third = F(1, 3)
    assert payoffs(model) == [
        (third, -third, third, -third, third, -third),
        (F(2), F(0), F(2), F(0), F(2), F(0)),
    ]
    outcomes = model.at().outcomes
    assert outcomes is not None
    assert [lottery[0][0] for lottery in outcomes] == ["o", "u", "o", "u", "o", "u"]


def test_payoffs_may_stand_in_the_cells() -> None:
    table = "[[[p, q], {payoffs: {B: 1, A: 2}}, o], [[0, 1], [2, 3], [p*q, 1e-3]]]"
    game = read_model(f"{SMALL}game: {table}\nmeasures: {{m: ['x, y', 'y, *']}}\n").at()
    assert game.payoffs[0] == (F(1, 3), F(2), F(1, 3), F(0), F(2), F(2, 3))
    assert game.payoffs[1] == (F(2), F(1), F(2), F(1), F(3), F(1, 1000))
    # A cell without an outcome is an outcome of its own.
    assert game.outcomes is not None
    assert [lottery[0][0] for lottery in game.outcomes] == [
        "x, x",
        "x, y",
        "o",
        "y, x",
        "y, y",
        "y, z",
    ]
    chances = [F(1, 6)] * 6
    assert game.measure_values(chances) == {"m": F(4, 6)}


def test_a_game_of_payoffs_alone_has_its_cells_as_outcomes() -> None:
    text = "title: T\nform: strategic\nplayers: [A]\nactions: {A: [x, y]}\ngame: [[1], [2]]\n"
    game = read_model(text).at()
    assert game.outcomes is None
    assert game.payoffs == ((F(1), F(2)),)


def test_a_lottery_is_a_mean_of_outcomes() -> None:
    table = "[[{lottery: {o: p, u: 1 - p}}, u, u], [u, u, u]]"
    model = read_model(f"{SMALL}game: {table}\n")
    game = model.at(p="1/4")
    assert game.payoffs[0][0] == F(1, 4) * F(1, 4) - F(3, 4) * F(1, 4)
    assert game.outcomes is not None
    assert game.outcomes[0] == (("o", F(1, 4)), ("u", F(3, 4)))


def test_three_players() -> None:
    text = (
        "title: T\nform: strategic\nplayers: [A, B, C]\n"
        "actions: {A: [l, r], B: [l, r], C: [l, r]}\n"
        "game:\n  l:\n    l: {l: [1, 2, 3], r: [4, 5, 6]}\n    r: [[7, 8, 9], [10, 11, 12]]\n"
        "  r: [[[13, 14, 15], [16, 17, 18]], [[19, 20, 21], [22, 23, 24]]]\n"
    )
    game = read_model(text).at()
    assert game.payoff("B", {"A": "l", "B": "r", "C": "l"}) == 8
    assert game.payoffs[2] == tuple(map(F, (3, 6, 9, 12, 15, 18, 21, 24)))


def test_labels_may_be_any_text() -> None:
    text = (
        "title: T\nform: strategic\nplayers: {Россия: x, 'the West, united': y}\n"
        "actions: {Россия: [no, off], 'the West, united': ['12:30', 1e-3]}\n"
        "game: {no: [[0, 0], [1, 1]], off: [[2, 2], [3, 3]]}\n"
        "measures: {m: {expression: \"prob('Россия', 'off')\"}}\n"
    )
    # Formulas are ASCII, so that a look-alike cannot hide; labels in them too.
    assert any("is not allowed in an expression" in text for _, _, text in faults(text))
    model = read_model(text[: text.index("measures")])
    assert model.actions == (("no", "off"), ("12:30", "1e-3"))
    assert model.players == ("Россия", "the West, united")


# ---- measures --------------------------------------------------------------
def test_measures_of_every_kind() -> None:
    table = "[[o, u, o], [u, o, u]]"
    measures = (
        "measures:\n  short: [o]\n  long: {title: T, unit: U, outcomes: ['*']}\n"
        "  worth: {worth: {'*': 1, u: q}}\n"
        "  expression:\n    expression: p*P(o) + payoff(B) - prob(A, x)\n"
    )
    model = read_model(f"{SMALL}game: {table}\n{measures}")
    game = model.at()
    profile = {"A": {"x": F(1, 4), "y": F(3, 4)}, "B": {"x": F(1)}}
    chances = game.cell_probabilities(profile)
    values = game.measure_values(chances, profile)
    # With B at x, the outcome is o where A plays x and u where A plays y.
    assert values["short"] == F(1, 4)
    assert values["long"] == 1
    assert values["worth"] == F(1, 4) * 1 + F(3, 4) * 2
    assert values["expression"] == F(1, 3) * F(1, 4) + 2 * F(1, 4) - F(1, 4)
    assert [(m.title, m.unit) for m in model.measures][1] == ("T", "U")


# ---- numbers and text ------------------------------------------------------
def test_numbers_are_exact_and_open_bounds_stay_open() -> None:
    text = SMALL.replace(
        "parameters: {p: {default: 1/3}, q: {default: 2}}",
        "parameters: {p: {default: 0.1, bounds: [none, 1e-1]}, q: {default: 1e-3, "
        "bounds: [0, none], distribution: {name: beta, a: 0.5, b: 2, loc: -1}}}",
    )
    model = read_model(f"{text}game: [[o, u, o], [u, o, u]]\n")
    p, q = model.parameters["p"], model.parameters["q"]
    assert (p.default, p.lower, p.upper) == (F(1, 10), None, F(1, 10))
    assert (q.default, q.lower, q.upper) == (F(1, 1000), F(0), None)
    assert q.distribution == {"name": "beta", "a": F(1, 2), "b": F(2), "loc": F(-1)}


def test_sources_may_be_a_list() -> None:
    text = SMALL.replace("form:", "source: [Russell 1959, 'Schelling: 1966']\nform:")
    assert read_model(f"{text}game: [[o, u, o], [u, o, u]]\n").source == (
        "Russell 1959\nSchelling: 1966"
    )


def test_known_results_are_read() -> None:
    results = (
        "known_results:\n  - title: R\n    values: {p: 1}\n    concept: correlated\n"
        "    objective: max welfare\n    count: 2\n    payoffs: {A: p/2}\n"
        "    equilibria:\n      - {A: x, B: {x: p/3, y: 1/3, z: rest}}\n"
    )
    [result] = read_model(f"{SMALL}game: [[o, u, o], [u, o, u]]\n{results}").known_results
    assert (result.concept, result.objective, result.count) == ("correlated", "max welfare", 2)
    assert result.equilibria is not None
    [profile] = result.equilibria
    strategies = {
        player: {action: e.evaluate({"p": F(1)}) for action, e in strategy.items()}
        for player, strategy in profile.items()
    }
    assert strategies == {"A": {"x": 1}, "B": {"x": F(1, 3), "y": F(1, 3), "z": F(1, 3)}}


# ---- warnings --------------------------------------------------------------
def test_what_is_not_used_is_a_warning_and_no_fault() -> None:
    model = read_model(
        f"{SMALL}game: [[o, o, o], [o, o, o]]\nassumptions: [idle > 0]\n".replace(
            "q: {default: 2}", "q: {default: 2}, idle: {default: 1}"
        )
    )
    texts = [str(w) for w in model.warnings]
    assert len(texts) == 2
    assert "line 5" in texts[0]
    assert "the parameter idle is not used in the game" in texts[0]
    assert "line 8" in texts[1]
    assert "the outcome u is never reached" in texts[1]


# ---- places ----------------------------------------------------------------
def test_six_faults_of_six_kinds_in_one_go() -> None:
    text = (
        BIPOLARITY.replace("summary:", "sumary:")
        .replace("  - g_R > 0", "  - g_R > g_Q")
        .replace("outcomes: [direct_war]", "outcomes: [drect_war]")
        .replace("{Russia: g_R, NATO: -l_N}", "{Russia: g_R}")
        .replace("values: {l_R: 15}", "values: {l_R: -15}")
        .replace("default: 1/25", "default: 1/0")
    )
    lines = text.split("\n")
    found = faults(text)
    assert len(found) == 6
    for line, _, message in found:
        assert line is not None
        assert re.search(
            "sumary|g_Q|drect_war|payoffs: {Russia: g_R}|l_R: -15|1/0", lines[line - 1]
        )
        assert message


FORMULAS = [
    ("payoffs: {Russia: 0, NATO: 0}", "payoffs: {Russia: 0, NATO: %s}"),
    ("formula: c_R + rho*N_R", "formula: c_R + %s"),
    ("  - g_N > 0", "  - g_N > %s"),
    ("when: [k_R > l_R, k_N > l_N]", "when: [k_R > l_R, %s > l_N]"),
    ("expression: rho*P(direct_war)", "expression: rho*P(direct_war) - %s"),
    ("NATO: {escalate: g_R/(g_R + k_R - l_R)", 'NATO: {escalate: "1 - %s"'),
]


@pytest.mark.parametrize(("old", "new"), FORMULAS)
@given(before=st.sampled_from(["", "g_R + ", "2*(", "  1/3 - g_R*"]))
def test_a_fault_in_a_formula_has_its_own_column(old: str, new: str, before: str) -> None:
    formula = before.strip() + "zzz" + (")" if "(" in before else "")
    text = BIPOLARITY.replace(old, new % formula, 1)
    line = text[: text.index("zzz")].count("\n")
    column = text.split("\n")[line].index("zzz")
    assert [(a, b) for a, b, _ in faults(text)] == [(line + 1, column + 1)]


# ---- properties ------------------------------------------------------------
PIECES = re.findall(r"[A-Za-z_0-9./]+|\s+|[^\w\s]", BIPOLARITY)


@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(PIECES) - 1),
            st.integers(0, len(PIECES) - 1),
            st.sampled_from(["swap", "copy", "drop"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_damaged_file_raises_nothing_but_its_faults(edits: list[tuple[int, int, str]]) -> None:
    pieces = list(PIECES)
    for a, b, how in edits:
        if how == "swap":
            pieces[a], pieces[b] = pieces[b], pieces[a]
        else:
            pieces[a] = pieces[b] if how == "copy" else ""
    text = "".join(pieces)
    found, model = (), None
    try:
        model = read_model(text)
    except InvalidFileError as error:
        found = error.faults
    assert all(f.line is not None and f.line <= text.count("\n") + 1 for f in found)
    if model is None:
        assert found
    else:
        assert len(model.at().payoffs[0]) == len(model.cells)


def test_a_cap_on_every_list_is_exact() -> None:
    def text(n: int) -> str:
        parameters = ", ".join(f"p{i}: {{default: 1}}" for i in range(n - 2))
        return SMALL.replace("q: {", f"{parameters}, q: {{") + "game: [[o, u, o], [u, o, u]]\n"

    assert len(read_model(text(200)).parameters) == 200
    assert "there are 201 parameters" in faults(text(201))[0][2]


def test_the_largest_table_is_read() -> None:
    actions = ", ".join(f"a{i}" for i in range(100))
    text = (
        f"title: T\nform: strategic\nplayers: [A, B]\nactions: {{A: [{actions}], B: [{actions}]}}\n"
        "outcomes: {o: {payoffs: {A: 1, B: 0}}}\ngame:\n"
        + ("  - [" + ", ".join(["o"] * 100) + "]\n")
        * 100
    )
    assert len(read_model(text).cells) == 10_000
