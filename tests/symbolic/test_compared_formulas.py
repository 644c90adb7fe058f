"""Named regimes and known results may distinguish cases, though the game itself does not."""

from __future__ import annotations

import pytest

from deterrence import read_model

MATRIX = """\
title: T
form: strategic
players: [A, B]
actions: {A: [x, y, z], B: [u]}
parameters: {p: {default: 1, bounds: [-2, 2]}, q: {default: 1/2, bounds: [-2, 2]}}
outcomes: {stop: {payoffs: [0, 0]}, stay: {payoffs: [q, 0]}, go: {payoffs: [p, 0]}}
game: [[stop], [stay], [go]]
measures: {m: [go]}
"""
TREE = """\
title: T
form: extensive
players: [A]
parameters: {p: {default: 1, bounds: [-2, 2]}, q: {default: 1/2, bounds: [-2, 2]}}
outcomes: {stop: {payoffs: [0]}, stay: {payoffs: [q]}, go: {payoffs: [p]}}
tree: {player: A, at: a, moves: {x: stop, y: stay, z: go}}
measures: {m: [go]}
"""
NAMED = """\
definitions: {best: "%s"}
regimes: [{name: big, when: [p > best]}, {name: small, when: [p < best]}]
known_results:
  - {title: K, source: derived, concept: %s, exists: ["p >= %s"], %s}
"""


@pytest.mark.parametrize("best", ["max(q, 0)", "q if q > 0 else 0", "(q + abs(q))/2"])
@pytest.mark.parametrize(
    ("game", "concept", "play"),
    [
        (MATRIX, "nash", "equilibria: [{A: z, B: u}]"),
        (TREE, "spe", "behaviour: [{A: {a: z}}]"),
    ],
)
@pytest.mark.parametrize(("off", "verdict"), [("", "same"), (" + 1", "different")])
def test_what_derived_conditions_are_held_to_may_distinguish_cases(
    game: str, concept: str, play: str, best: str, off: str, verdict: str
) -> None:
    claimed = f"({best}){off}"
    analysis = read_model(game + NAMED % (best, concept, claimed, play)).regimes()
    named = {r.name: r.witness for r in analysis.regimes}
    assert set(named) == {"big", "small"}
    assert named["big"]["p"] > max(named["big"]["q"], 0)
    assert [claim.verdict for claim in analysis.published] == [verdict]


@pytest.mark.parametrize(
    ("game", "concept", "play"),
    [
        (MATRIX, "nash", "equilibria: [{A: z, B: u}]"),
        (TREE, "spe", "behaviour: [{A: {a: z}}]"),
    ],
)
def test_a_claim_without_a_value_at_what_is_fixed_is_not_compared(
    game: str, concept: str, play: str
) -> None:
    model = read_model(game + NAMED % ("1/q", concept, "1/q", play))
    analysis = model.regimes(q=0)
    assert analysis.cover == "proven"
    [claim] = analysis.published
    assert claim.verdict == "not compared"
    assert "division by zero" in claim.note
    assert analysis.document(full=True).text()
    assert model.explain(q=0).document(full=True).text()
    assert model.brief(q="1/3").document(full=True).text()
    assert model.regimes(q=2).published[0].verdict == "different"
