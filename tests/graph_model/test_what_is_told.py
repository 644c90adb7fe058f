"""What an answer on stability says of itself: no more than holds, and what it leaves out."""

from __future__ import annotations

import pytest

from deterrence import Model, UnsupportedError, UsageError, load_model

BIG = Model.from_dict(
    {
        "title": "Very many states",
        "form": "options",
        "players": ["A", "B"],
        "options": {"A": [f"a{k}" for k in range(7)], "B": [f"b{k}" for k in range(6)]},
        "preferences": {"A": {"statements": ["b1", "a1"]}, "B": {"statements": ["b2", "a3"]}},
        "status_quo": "#1",
    }
)


def test_a_regime_holds_at_ties_or_says_that_it_does_not() -> None:
    found = load_model("chicken").stability(regimes=True, conditions=False)
    strict = [one for one in found.regimes if not one.tie]
    tied = {**found.values, "T_A": found.values["R_A"], "T_B": found.values["R_B"]}
    assert len(strict) == 1
    (term,) = strict[0].when
    assert all(c.evaluate(found.values) for c in term)
    assert not all(c.evaluate(tied) for c in term)  # the status quo is L2 stable there
    at_ties = load_model("chicken").stability(T_A=0, T_B=0, conditions=False)
    assert 1 in at_ties.equilibria("l2")
    assert 1 not in strict[0].stable["l2"]


def test_regimes_have_witnesses() -> None:
    found = load_model("chicken").stability(regimes=True, conditions=False)
    for one in found.regimes:
        assert one.witness is not None
        values = {**found.values, **one.witness}
        assert any(all(c.evaluate(values) for c in term) for term in one.when)


def test_the_regime_of_the_values_stands_first() -> None:
    model = load_model("asymmetric-bipolarity")
    told = str(model.stability(scenario="brink", regimes=True, conditions=False))
    _, regimes = told.split("What is stable, for which values")
    first, second, *_ = regimes.split("\n- ")[1:]
    assert first.startswith("At these values, and wherever k_R > l_R")
    assert "At these values" not in second


def test_what_cannot_be_told_of_very_many_states_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="NM, coalitions, where it can go and inverses"):
        BIG.stability(concepts=["nash", "nm"], coalitions="all", start=1, inverse=True)
    with pytest.raises(UsageError, match="has no player 'C'"):
        BIG.stability(players="C")
    assert {one.player for one in BIG.stability(players="B").local} == {"B"}


@pytest.mark.parametrize("coalition", ["A+A", ("A", "B", "A"), ()])
def test_a_coalition_has_each_member_once(coalition: object) -> None:
    with pytest.raises(UsageError, match="the coalition"):
        load_model("chicken").stability(coalitions=[coalition])  # type: ignore[list-item]


def test_it_is_said_of_which_states_something_is_told() -> None:
    states = [str(k) for k in range(1, 8)]
    found = load_model("cuba-1962").stability(states=states)
    told = "Of 7 states in question, told are conditions of the first 5 and looks ahead of the "
    assert found.messages == (f"{told}first 5: --state asks on.",)
    assert load_model("cuba-1962").stability(states=states[:5]).messages == ()


def test_states_without_a_name_are_called_alike_in_a_table() -> None:
    table = str(load_model("escalation-postures").stability(conditions=False))
    assert "#1 hold, none " in table
    assert "#2 hold, sanctions" in table


def test_all_that_was_asked_is_answered_on_a_screen() -> None:
    told = str(load_model("elmira").stability(goals=["accept"], inverse=True))
    assert "with 'accept'" in told
    assert "the preferences of the others given" in told


def test_gains_of_another_kind_are_not_said_to_be_such() -> None:
    told = str(load_model("escalation-ladder").stability(conditions=False))
    assert "(3 more gains.)" in told


def test_sides_have_no_regimes() -> None:
    with pytest.raises(UnsupportedError, match="not of sides: nm cannot be told"):
        load_model("elmira").stability(regimes=True, sides="Ministry+Local:Uniroyal", concepts="nm")


@pytest.mark.parametrize(
    "wrong",
    [
        {"states": [1.5]}, {"states": [True]}, {"concepts": [2]}, {"players": [0]},
        {"goals": [3]}, {"coalitions": [1]}, {"look_ahead": "3"}, {"look_ahead": True},
        {"fuzzy": ["a"]}, {"sanctions": None},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_no_crash(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        load_model("chicken").stability(conditions=False, **wrong)  # type: ignore[arg-type]


def test_states_go_by_their_numbers() -> None:
    model = load_model("chicken")
    assert model.stability(states=[2, 1], conditions=False).focus == (2, 1)
    assert model.stability(states=3, conditions=False).focus == (3,)


def test_doubts_say_whether_they_are_sampled() -> None:
    told = str(load_model("chicken").stability(fuzzy=0.5, conditions=False))
    assert "[sampled]" in told


def test_coalitions_are_counted_where_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    from deterrence.graph_model import display

    monkeypatch.setattr(display, "_GROUPS", 3)
    players = [f"P{k}" for k in range(5)]
    model = Model.from_dict(
        {
            "title": "Who joins",
            "form": "options",
            "players": players,
            "options": {p: [f"o{k}"] for k, p in enumerate(players)},
            "preferences": {
                p: {"statements": [f"o{(k + 1) % 5}", f"not o{k}"]} for k, p in enumerate(players)
            },
        }
    )
    told = str(model.stability(coalitions="all"))
    assert "Who of 26 coalitions would leave it" in told
    assert "5 of them" in told
    assert "(P0: P0" not in told
    # What the others want and what leaves no way out are one answer here.
    assert "and P0 and P2 have no way out" in " ".join(told.split())
    assert "Another answer" not in told


def test_reasons_of_coalitions_are_bounded_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from deterrence.graph_model import analyse

    monkeypatch.setattr(analyse, "MAX_TOGETHER", 3)
    found = load_model("chicken").stability(coalitions="all", conditions=False)
    assert not [one for one in found.accounts if len(one.members) > 1]
    told = "Of 1 states in question, told are reasons of coalitions of none: --state asks on."
    assert found.messages == (told,)
