"""Ordinal input: an order of the outcomes in place of payoffs."""

from __future__ import annotations

import itertools
import pickle
import random
from collections.abc import Callable
from fractions import Fraction

import pytest

import deterrence
from deterrence.analysis.robust.verbs import payoff_robustness
from deterrence.errors import InvalidFileError, UsageError
from deterrence.modelfile.catalogue import load_model, read_model
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.orders import proven

ORDERS = "  A: [by, p, ay, w]\n  B: [ay, p, by, w]\n"
TEN = """\
title: T
form: strategic
players: [A, B]
actions: {A: [y, s], B: [y, s]}
order:
%sgame: [[p, ay], [by, w]]
"""
TREE = """\
title: T
form: extensive
players: [A, B]
types: {B: {hard: 1/3, soft: rest}}
order:
  A: [win, quo, war]
  B: {hard: [quo, war, win], soft: [quo, win, war]}
tree: {player: A, moves: {wait: quo, try: {player: B, moves: {resist: war, concede: win}}}}
"""


def ten(orders: str = ORDERS, more: str = "") -> str:
    return TEN % orders + more


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        read_model(text)
    return [f"{f.line}:{f.column} {f.what}" for f in caught.value.faults]


# ---- what an order means -------------------------------------------------------------------
def test_an_order_gives_parameters_ranks_and_assumptions() -> None:
    model = read_model(ten())
    assert {n: p.default for n, p in model.parameters.items()} == {
        "by_A": 4, "p_A": 3, "ay_A": 2, "w_A": 1, "ay_B": 4, "p_B": 3, "by_B": 2, "w_B": 1,
    }  # fmt: skip
    assert [str(a) for a in model.assumptions[:3]] == ["by_A > p_A", "p_A > ay_A", "ay_A > w_A"]
    assert str(model.outcomes["by"].payoffs["B"]) == "by_B"
    assert model.parameters["w_A"].title == "what 'W' is worth to A"
    assert model.parameters["w_A"].symbol == "u_w^A"
    assert {p.range_text for p in model.parameters.values()} == {""}
    assert not model.warnings


@pytest.mark.parametrize(
    "order",
    ["by > p > ay > w", "[by > p > ay > w]", "[[by, p, ay, w]]", "[[by, p], [p, ay, w]]"],
)
def test_ways_to_write_one_order(order: str) -> None:
    same, other = read_model(ten()), read_model(ten(f"  A: {order}\n  B: [ay, p, by, w]\n"))
    assert other.parameters == same.parameters
    assert set(map(str, other.assumptions)) == set(map(str, same.assumptions))


def test_ties_share_a_parameter() -> None:
    model = read_model(ten("  A: [by, p = ay, w]\n  B: [ay, p, by, w]\n"))
    payoffs = {o: str(x.payoffs["A"]) for o, x in model.outcomes.items()}
    assert payoffs == {"by": "by_A", "p": "p_A", "ay": "p_A", "w": "w_A"}
    assert model.parameters["p_A"].title == "what 'P' or 'Ay' is worth to A"
    assert str(model.orders["A"]) == "by > p = ay > w"
    assert proven(model) == "[proven, ties apart]"


def test_ties_across_chains_are_joined() -> None:
    model = read_model(ten("  A: [[by, p = ay], [ay = w]]\n  B: [ay, p, by, w]\n"))
    assert {str(model.outcomes[o].payoffs["A"]) for o in ("p", "ay", "w")} == {"p_A"}


def test_a_partial_order_assumes_nothing_of_the_rest() -> None:
    model = read_model(ten("  A: [[by, p], [by, ay]]\n  B: [ay, p, by, w]\n"))
    assert [str(a) for a in model.assumptions[:2]] == ["by_A > p_A", "by_A > ay_A"]
    assert {n: p.default for n, p in model.parameters.items() if n.endswith("_A")} == {
        "by_A": 4, "p_A": 3, "ay_A": 2, "w_A": 1,
    }  # fmt: skip


def test_one_side_may_have_numbers() -> None:
    worth = ", ".join(f"{o}: {{payoffs: {{B: {k}}}}}" for k, o in enumerate(("w", "by", "p", "ay")))
    model = read_model(ten("  A: [by, p, ay, w]\n", f"outcomes: {{{worth}}}\n"))
    assert str(model.outcomes["ay"].payoffs["B"]) == "3"
    assert list(model.orders) == ["A"]


def test_types_have_orders_of_their_own() -> None:
    model = read_model(TREE)
    assert list(model.orders) == ["A", "B (hard)", "B (soft)"]
    assert str(model.outcomes["war (soft)"].payoffs["B"]) == "war_B_soft"
    analysis = deterrence.regimes(model)
    assert [[[str(c) for c in t] for t in r.terms] for r in analysis.results] == [
        [["3*quo_A >= 2*win_A + war_A"]],
        [["2*win_A + war_A >= 3*quo_A"]],
    ]
    text = str(analysis)
    assert "As long as the order holds, two results are possible" in " ".join(text.split())


def test_labels_become_words_with_the_players_as_they_are_called() -> None:
    text = ten().replace("players: [A, B]", "players: [NATO, Russia]")
    text = text.replace("{A: [", "{NATO: [").replace("B: [y", "Russia: [y")
    text = (
        text.replace("  A:", "  NATO:")
        .replace("  B:", "  Russia:")
        .replace("by", "russia_gives_in")
    )
    model = read_model(text)
    assert model.titles["russia_gives_in"] == "Russia gives in"
    assert "russia_gives_in_N" in model.parameters


def test_names_that_are_taken_are_not_taken_again() -> None:
    model = read_model(ten(more="measures: {w_A: [w]}\n"))
    assert str(model.outcomes["w"].payoffs["A"]) == "w_2_A"
    long = "o" * 40
    model = read_model(ten().replace("by", long))
    assert all(len(name) <= 40 for name in model.parameters)
    assert len(model.parameters) == 8


# ---- what is proven of it ------------------------------------------------------------------
def pure(model: SymbolicModel, values: dict[str, Fraction]) -> set[tuple[str, ...]]:
    """Return the pure equilibria of a matrix at values, cell by cell: a witness of its own."""
    found = set()
    for cell in itertools.product(*model.actions):
        stays = True
        for k, player in enumerate(model.players):
            here = model.at(values=values).payoff(
                player, dict(zip(model.players, cell, strict=True))
            )  # type: ignore[union-attr]
            for action in model.actions[k]:
                other = (*cell[:k], action, *cell[k + 1 :])
                there = model.at(values=values).payoff(  # type: ignore[union-attr]
                    player, dict(zip(model.players, other, strict=True))
                )
                stays &= there <= here
        if stays:
            found.add(cell)
    return found


def test_what_is_said_whatever_the_numbers_holds_at_random_numbers() -> None:
    rng = random.Random(5)
    for order_a, order_b in [("by p ay w", "ay p by w"), ("by w p ay", "ay p w by")]:
        model = read_model(
            ten(f"  A: [{order_a.replace(' ', ', ')}]\n  B: [{order_b.replace(' ', ', ')}]\n")
        )
        analysis = deterrence.regimes(model)
        assert analysis.cover == "proven"
        told = {
            tuple(s[0] for s in e.support.values())
            for e in analysis.equilibria
            if all(len(s) == 1 for s in e.support.values()) and not e.conditions
        }
        for _ in range(5):
            values = {}
            for player, order in (("A", order_a), ("B", order_b)):
                worth = sorted(rng.sample(range(-90, 90), 4), reverse=True)
                values |= {
                    f"{o}_{player}": Fraction(x) for o, x in zip(order.split(), worth, strict=True)
                }
            assert pure(model, values) == told


def test_the_sentence_comes_first_in_every_answer() -> None:
    model = read_model(ten())
    begins = "Whatever the numbers, as long as the order holds,"
    for answer in (deterrence.regimes(model), deterrence.explain(model), deterrence.brief(model)):
        first = str(answer).split("\n\n")[1]
        assert " ".join(first.split()).startswith(begins)
        assert "[proven]" in " ".join(first.split())
    told = " ".join(str(deterrence.regimes(model)).split())
    assert "of the declared ranges" not in told
    assert "depends on the numbers" in told


def test_what_else_is_assumed_is_said() -> None:
    model = read_model(ten(more="assumptions: [by_A - p_A >= ay_A - w_A]\n"))
    assert model.proviso.endswith("as long as the order holds and what is assumed")


def test_solving_says_that_ranks_are_no_numbers() -> None:
    text = " ".join(str(deterrence.solve(read_model(ten()))).split())
    assert text.startswith("T = With ranks for numbers three results")
    assert "Ranks are no numbers" in text
    assert "as long as the order holds, these are the equilibria in which nobody mixes" in text
    given = " ".join(str(deterrence.solve(read_model(ten()), by_A=9)).split())
    assert "Ranks are no numbers" not in given


@pytest.mark.parametrize(
    "ask",
    [
        lambda m: deterrence.sensitivity(m),
        lambda m: deterrence.robustness(m, "prob(A, y) == 1"),
        lambda m: payoff_robustness(m),
    ],
)
def test_what_needs_numbers_says_so(ask: Callable[[SymbolicModel], object]) -> None:
    with pytest.raises(UsageError, match="has orders and no numbers") as caught:
        ask(read_model(ten()))
    assert "payoffs with bounds" in caught.value.remedy


def test_ties_matter_where_an_end_is_reached_twice() -> None:
    assert proven(read_model(ten())) == "[proven]"
    assert proven(load_model("ordinal-challenge")) == "[proven]"
    assert proven(read_model(TREE)) == "[proven, ties apart]"
    twice = ten("  A: [by, p, ay]\n  B: [ay, p, by]\n").replace("[by, w]", "[by, by]")
    assert proven(read_model(twice)) == "[proven, ties apart]"


@pytest.mark.parametrize(
    ("text", "decides"),
    [
        (ten(), "all"),
        (ten("  A: [by, p = ay, w]\n  B: [ay, p, by, w]\n"), "pure"),
        (ten("  A: [[by, p], [ay, w]]\n  B: [ay, p, by, w]\n"), ""),
        (ten().replace("[by, w]", "[by, {lottery: {w: 1/2, p: 1/2}}]"), ""),
        (TREE, ""),
    ],
)
def test_what_an_order_decides(text: str, decides: str) -> None:
    model = read_model(text)
    assert model.order_decides == decides
    told = " ".join(str(deterrence.solve(model)).split())
    assert ("these are the equilibria in which nobody mixes" in told) == bool(decides)


def test_with_ties_the_pure_equilibria_are_those_of_any_numbers() -> None:
    rng = random.Random(8)
    labels = ["by", "p", "ay", "w"]
    for _ in range(6):
        levels = {side: [rng.randrange(3) for _ in labels] for side in "AB"}
        lines = ""
        for side, own in levels.items():
            groups = [
                " = ".join(o for o, x in zip(labels, own, strict=True) if x == level)
                for level in sorted(set(own), reverse=True)
            ]
            lines += f"  {side}: [{', '.join(groups)}]\n"
        model = read_model(ten(lines))
        found = pure(model, {})
        for _ in range(3):
            worth = {side: sorted(rng.sample(range(-50, 50), 3)) for side in "AB"}
            values = {
                model.orders[side].parameters[o]: Fraction(worth[side][x])
                for side, own in levels.items()
                for o, x in zip(labels, own, strict=True)
            }
            assert pure(model, values) == found


# ---- faults --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("[by, p, ay]", "6:3 the order of A does not say where w belongs"),
        ("[by, p, p, ay, w]", "6:14 'p' stands twice in the order of A"),
        ("[by = by, p, ay, w]", "6:7 'by' stands twice in the order of A"),
        ("[by, p = , ay, w]", "6:11 'p =' stands here"),
        ("[by, {p: ay}, w]", "6:11 a mapping stands here"),
        ("[]", "6:6 an empty list stands here"),
        ("[[by, p], [p, by], [ay, w]]", "6:3 the order of A goes round in a circle: by > p > by"),
        ("[[by = p], [p, by]]", "6:3 the order of A goes round in a circle: by > by"),
        ("{hard: [by, p, ay, w]}", "6:7 unknown type 'hard'"),
    ],
)
def test_a_fault_in_an_order_is_one_fault_with_its_place(order: str, told: str) -> None:
    [fault] = faults(ten(f"  A: {order}\n  B: [ay, p, by, w]\n"))
    assert fault == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            ten(ORDERS.replace("ay, w]", "ay, wr]"), "outcomes: {by: x, p: x, ay: x, w: x}\n"),
            "6:18 unknown outcome 'wr'",
        ),
        (
            ten(more="outcomes: {by: {payoffs: {A: 3}}, p: P, ay: Q, w: R}\n"),
            "9:27 A has a payoff here, and an order",
        ),
        (
            ten(more="outcomes: {by: {payoffs: {A: {hard: 3}}}, p: P, ay: Q, w: R}\n"),
            "9:27 A has a payoff here, and an order",
        ),
        (
            ten(more="outcomes: {by: {payoffs: [3, 4]}, p: P, ay: Q, w: R}\n"),
            "9:26 payoffs stand here, and there are orders",
        ),
        (
            ten().replace("[by, w]]", "[by, [1, 2]]]"),
            "5:1 the end (s, s) has payoffs, and there is an order",
        ),
        (ten().replace("order:", "oder:"), "5:1 unknown key 'oder'"),
        (ten().replace("  B:", "  C:"), "7:3 unknown player 'C'"),
        (
            TREE.replace(", soft: [quo, win, war]", ""),
            "7:3 no order for the type 'soft'",
        ),
        (ten().replace("order:\n" + ORDERS, "order: [p, w]\n"), "5:8 a list stands here"),
    ],
)  # fmt: skip
def test_other_faults(text: str, told: str) -> None:
    assert told in faults(text)


def test_a_ladder_has_no_order() -> None:
    assert any(
        "order does not belong to the form ladder" in f
        for f in faults("title: T\nform: ladder\nplayers: [A, B]\norder: {A: [a]}\n")
    )


def test_a_hostile_order_is_refused_at_once() -> None:
    many = ", ".join(f"o{k}" for k in range(8000))
    assert faults(ten(f"  A: [{many}]\n  B: [{many}]\n"))[0] == "5:1 the orders have 16,000 places"
    chains = ", ".join(f"[o{k}, o{(k * 7) % 90}]" for k in range(90))
    assert any("circle" in f for f in faults(ten(f"  A: [{chains}]\n  B: [ay]\n")))


def test_what_a_sheet_says_of_orders() -> None:
    from deterrence.report.model_sheet import ModelSheet, model_dict

    model = load_model("ordinal-crisis")
    told = " ".join(str(ModelSheet(model)).split())
    assert "Russia NATO yields (nato_yields_R) > The divide holds (divide_R) >" in told
    assert "Assumptions that always hold" not in told
    assert model_dict(model)["orders"]["NATO"] == "russia_yields > divide > nato_yields > war"


def test_answers_come_back_with_their_orders() -> None:
    model = read_model(ten())
    assert pickle.loads(pickle.dumps(model)).orders == model.orders
    for answer in (deterrence.explain(model), deterrence.brief(model), deterrence.regimes(model)):
        assert str(deterrence.load(answer.to_dict())) == str(answer)
