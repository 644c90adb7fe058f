"""What is said of stability, sentence by sentence, where the answer is known."""

from __future__ import annotations

from typing import Any

import pytest

from deterrence import Model, load_model
from deterrence.graph_model.narration import Narration

PLAIN = ("nash", "sseq", "seq", "smr", "gmr")


def told(name: str, **more: Any) -> Narration:
    more = {"conditions": False, **more}
    return Narration(load_model(name).stability(**more))


def accounts(story: Narration) -> list[str]:
    return [text for one in story.found.accounts for text in story.account(one)]


def test_chicken_deters_by_a_threat_that_nobody_would_carry_out() -> None:
    story = told("chicken")
    assert story.found.focus == (1,)
    assert story.verdict(1) == (
        "Status quo is stable if each player fears any answer that leaves no way out (SMR; so by "
        "GMR) and if they look ahead without end (NM), but not by Nash, SSEQ, SEQ or L2."
    )
    assert accounts(story) == [
        "A could gain by choosing 'Stand firm' (B yields), but B could answer by choosing 'Stand "
        "firm' (Collision), worse for A than Status quo. A has no way out from there, but B would "
        "not want to: Collision is worse for B than B yields.",
        "B could gain by choosing 'Stand firm' (A yields), but A could answer by choosing 'Stand "
        "firm' (Collision), worse for B than Status quo. B has no way out from there, but A would "
        "not want to: Collision is worse for A than A yields.",
    ]


def test_the_dilemma_deters_by_an_answer_that_is_wanted() -> None:
    story = told("prisoners-dilemma")
    # What only some notions call stable comes first.
    assert story.found.focus == (1, 4)
    assert accounts(story)[0] == (
        "A could gain by choosing 'Build up arms' (A superior in arms), but B would answer by "
        "choosing 'Build up arms' (Arms race), worse for A than Arms control, and A has no way "
        "out from there."
    )
    assert accounts(story)[-1] == (
        "B gains by no move of its own: the best, choosing 'Limit arms' (A superior in arms), is "
        "worse for B."
    )
    assert [story.horizon(one) for one in story.found.ahead] == [
        "Looking one move ahead, Arms control is not stable; looking two or more, and without end "
        "(non-myopic), it is stable.",
        "However far ahead they look, and without end (non-myopic), Arms race is stable.",
    ]


def test_at_the_brink_only_the_far_sighted_keep_the_divide() -> None:
    """The table of the sources: FD neither Nash nor SEQ nor L_2, but from L_3 on, alone."""
    story = told("asymmetric-bipolarity", scenario="brink", look_ahead=4)
    found = story.found
    assert [found.equilibria(c) for c in ("nash", "seq", "gmr", "smr", "l2", "l3", "l4", "nm")] == [
        (2, 3), (2, 3), (1, 2, 3), (1, 2, 3), (), (1,), (1,), (1,),
    ]  # fmt: skip
    assert story.horizon(found.ahead[0]) == (
        "Looking one or two moves ahead, Frozen divide is not stable; looking three or more, and "
        "without end (non-myopic), it is stable."
    )
    assert accounts(story)[0] == (
        "Russia could gain by choosing 'Escalate' (NATO yields), but NATO could answer by choosing "
        "'Escalate' (Direct war), worse for Russia than Frozen divide. Russia has no way out from "
        "there, but NATO would not want to: Direct war is worse for NATO than NATO yields."
    )


def test_at_the_defaults_nobody_gains() -> None:
    story = told("asymmetric-bipolarity")
    assert story.verdict(1).startswith(
        "Frozen divide is stable as no player gains by a move of its own (Nash; so by SSEQ, SEQ, "
        "SMR and GMR)"
    )
    assert accounts(story)[0] == (
        "Russia gains by no move of its own: the best, choosing 'Escalate' (#3, NATO yields 0.6, "
        "Direct war 0.4), is worse for Russia."
    )


def test_the_conditions_are_those_of_the_sources() -> None:
    found = load_model("asymmetric-bipolarity").stability(r_R=0, r_N=0)
    told_as = {c.concept: c.to_dict()["when"] for c in found.conditions}
    assert told_as["nash"] == []
    assert told_as["seq"] == [["k_R < l_R", "k_N < l_N"]]
    assert told_as["gmr"] == told_as["smr"] == [[]]
    assert "iff k_R < l_R and k_N < l_N [proven]" in " ".join(str(found).split())


def table(row: list[list[Any]], column: list[list[Any]]) -> Model:
    return Model.from_matrices(row, column, players=("A", "B"))


def test_a_gain_that_nobody_answers() -> None:
    story = Narration(table([[0], [1]], [[0], [0]]).stability(states="1", concepts=PLAIN))
    assert story.verdict(1).endswith("is not stable by any notion asked.")
    assert accounts(story) == [
        "A could gain by choosing 'r2' (#2, A: r2; B: c1), and B can do nothing about it.",
        "B has no move.",
    ]


def test_an_answer_that_is_wanted_and_leaves_a_way_out() -> None:
    """A gains by r2, B answers by c2, and A saves itself by going back: SEQ, not SMR."""
    model = table([[1, 2], [3, 0]], [[1, 0], [0, 1]])
    story = Narration(model.stability(states="1", concepts=PLAIN))
    assert accounts(story)[0] == (
        "A could gain by choosing 'r2' (#3, A: r2; B: c1), but B would answer by choosing 'c2' "
        "(#4, A: r2; B: c2), worse for A than #1; yet A has a way out from there, choosing 'r1' "
        "(#2, A: r1; B: c2), better for it than #1."
    )
    assert 1 in story.found.stable("seq", "A")
    assert 1 not in story.found.stable("smr", "A")


def test_an_answer_that_is_no_worse_deters() -> None:
    """Ties sanction: back at what was left, or as good as that."""
    model = table([[1, 0], [2, 1]], [[1, 1], [0, 1]])
    story = Narration(model.stability(states="1", concepts=PLAIN))
    assert accounts(story)[0] == (
        "A could gain by choosing 'r2' (#3, A: r2; B: c1), but B would answer by choosing 'c2' "
        "(#4, A: r2; B: c2), no better for A than #1, and A has no way out from there."
    )


def test_ties_that_leave_open_what_is_foreseen() -> None:
    """A tie at what B does next: A stays with one way to break it, and moves with the other."""
    model = table([[1, 0], [2, 0]], [[0, 0], [1, 1]])
    found = model.stability(states="1")
    ahead = found.notion("l2")
    assert ahead.equilibria != ahead.perhaps or ahead.equilibria == ()
    for number in (*ahead.equilibria, *ahead.perhaps):
        assert Narration(found).verdict(number)


@pytest.mark.parametrize("name", ["chicken", "asymmetric-bipolarity", "first-strike"])
def test_no_sentence_is_empty_or_double(name: str) -> None:
    story = told(name, start=1, coalitions="all", goals="1", inverse=True)
    text = " ".join(story.found.document(full=True).text().split())
    assert "()" not in text
    assert ".." not in text.replace("...", "")
