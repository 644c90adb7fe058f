"""Known results of matrices with conditions, held against the derived equilibria by proof."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from deterrence import Model, load_model
from deterrence.algebra.expressions import Expression
from deterrence.errors import InvalidFileError
from deterrence.game.parameters import KnownResult

#: Each side fights with a reliability where it restrained and is attacked.
RELIABILITY = """\
title: Reliable answers
form: strategic
players: [Russia, NATO]
actions:
  Russia: {restrain: Restrain, escalate: Escalate}
  NATO: {restrain: Restrain, escalate: Escalate}
parameters:
  g_R: {default: 3}
  g_N: {default: 2}
  l_R: {default: 5}
  l_N: {default: 3}
  k_R: {default: 9}
  k_N: {default: 8}
  r_R: {default: 1/2}
  r_N: {default: 1/2}
definitions: {s_N: g_R/(g_R + k_R)}
assumptions: [g_R > 0, g_N > 0, l_R > 0, l_N > 0, k_R > 0, k_N > 0, 0 < r_R < 1, 0 < r_N < 1]
outcomes:
  divide: {payoffs: [0, 0]}
  russia_yields: {payoffs: [-l_R, g_N]}
  nato_yields: {payoffs: [g_R, -l_N]}
  war: {payoffs: [-k_R, -k_N]}
game:
  restrain: {restrain: divide, escalate: {lottery: {war: r_R, russia_yields: 1 - r_R}}}
  escalate: {restrain: {lottery: {war: r_N, nato_yields: 1 - r_N}}, escalate: war}
measures: {war: {outcomes: [war]}}
known_results:
  - title: "The divide equilibrium exists where both answers are reliable"
    exists: [r_N > s_N, r_R > g_N/(g_N + k_N)]
    equilibria: [{Russia: restrain, NATO: restrain}]
    measures: {war: 0}
    outcomes: {divide: 1}
    payoffs: {Russia: 0}
  - title: One side gives in
    source: Somebody 1990
    exists: [l_R < k_R or l_N < k_N]
    equilibria:
      - {Russia: restrain, NATO: escalate}
      - {Russia: escalate, NATO: restrain}
"""


def verdicts(model: object) -> list[str]:
    return [p.verdict for p in model.regimes(boundaries=False).published]  # type: ignore[attr-defined]


def test_the_conditions_of_the_divide_are_proven_to_be_these() -> None:
    model = Model.from_text(RELIABILITY)
    analysis = model.regimes()
    first, second = analysis.published
    assert first.verdict == "same"
    (k,) = first.equilibria
    found = analysis.equilibria[k]
    assert found.profile["Russia"]["restrain"] == Expression.number(1)
    assert found.name == "The divide equilibrium"
    # One side gives in only where the other's escalation pays.
    assert second.verdict == "different"
    assert second.note == "the conditions: they do not exist"
    text = " ".join(analysis.document(full=True).text().split())
    assert "Derived by hand The divide equilibrium exists where both" in text
    assert "derived here: the same, proven" in text
    assert "Published One side gives in (Somebody 1990); derived here: different in" in text
    assert analysis.to_dict()["published"][0]["verdict"] == "same"
    page = " ".join(str(analysis).split())
    assert "1 of 2 known results are derived here, the same. [proven]" in page
    with_fewer = model.regimes(refine="undominated")
    assert with_fewer.published == ()


def test_wrong_claims_are_told_from_the_right_one() -> None:
    model = Model.from_text(RELIABILITY)
    right = model.known_results[0]

    def e(text: str) -> Expression:
        return Expression.parse(text)

    wrong: list[tuple[KnownResult, str]] = [
        (replace(right, exists=right.exists[:1]), "different"),
        (replace(right, exists=()), "different"),
        (replace(right, exists=(*right.exists, e("k_R > l_R"))), "different"),
        (replace(right, measures={"war": e("r_N")}), "different"),
        (replace(right, outcomes={"divide": e("r_N")}), "different"),
        (replace(right, payoffs={"NATO": e("g_N")}), "different"),
        (
            replace(
                right,
                equilibria=(
                    {p: {"restrain": e("1/2"), "escalate": e("1/2")} for p in model.players},
                ),
            ),
            "not found",
        ),
    ]
    assert verdicts(model.replace(known_results=tuple(r for r, _ in wrong))) == [
        v for _, v in wrong
    ]


def test_shipped_claims_about_matrices_are_derived_the_same() -> None:
    model = load_model("crisis-pairs")
    claims = [r for r in model.known_results if r.exists is not None]
    assert len(claims) >= 5
    assert verdicts(model) == ["same"] * len(claims)


def test_three_players_in_a_table_have_claims_too() -> None:
    text = """\
title: Three
form: strategic
players: [A, B, C]
actions: {A: [go, stay], B: [go, stay], C: [go, stay]}
parameters: {c: {default: 1}, d: {default: 1}}
assumptions: [d > 0]
game:
  go:
    go: {go: {payoffs: [d, d, -c]}, stay: {payoffs: [d, d, 0]}}
    stay: {go: {payoffs: [d, 0, -c]}, stay: {payoffs: [d, 0, 0]}}
  stay:
    go: {go: {payoffs: [0, d, -c]}, stay: {payoffs: [0, d, 0]}}
    stay: {go: {payoffs: [0, 0, -c]}, stay: {payoffs: [0, 0, 0]}}
known_results:
  - {title: All go, exists: [c < 0], equilibria: [{A: go, B: go, C: go}]}
  - {title: Two go, exists: [c > 1], equilibria: [{A: go, B: go, C: stay}]}
"""
    assert verdicts(Model.from_text(text)) == ["same", "different"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("equilibria: [{Russia: restrain, NATO: restrain}]", "count: 1", "conditions, but nothing"),
        ("    payoffs: {Russia: 0}", "    concept: correlated", "about Nash equilibria"),
        ("    payoffs: {Russia: 0}", "    families: 1", "families belongs to game trees"),
        ("r_N > s_N,", "r_X > s_N,", "r_X"),
        ("r_N > s_N,", "r_N + s_N,", "is a number; expected an inequality"),
        (
            "equilibria: [{Russia: restrain, NATO: restrain}]",
            "equilibria: []",
            "nothing that exists",
        ),
        ("NATO: restrain}]", "NATO: attack}]", "attack"),
        ("[{Russia: restrain, NATO: restrain}]", "[{Russia: restrain}]", "NATO"),
    ],
)
def test_claims_that_cannot_be_read_are_faults(old: str, new: str, told: str) -> None:
    assert RELIABILITY.count(old) == 1 or old.startswith("    payoffs")
    with pytest.raises(InvalidFileError) as caught:
        Model.from_text(RELIABILITY.replace(old, new, 1))
    assert re.search(re.escape(told), str(caught.value))
