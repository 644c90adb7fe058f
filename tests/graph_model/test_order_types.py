"""Order types: every ranking that the assumptions allow, and what is stable in it."""

from __future__ import annotations

import pytest
from stability_tables import points, table

from deterrence import load_model
from deterrence.errors import UnsupportedError
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.symbolic.order_types import answers, order_types

BRINK = {"r_R": 0, "r_N": 0}
DIVIDE, R_YIELDS, N_YIELDS, WAR = range(4)
#: The flagship at the brink, by the signs of k_R - l_R and k_N - l_N.
NASH = {"--": {WAR}, "-+": {N_YIELDS}, "+-": {R_YIELDS}, "++": {R_YIELDS, N_YIELDS}}
SEQ = {**NASH, "--": {DIVIDE, WAR}}
GMR = {signs: own | {DIVIDE} for signs, own in NASH.items()}
L2 = {**SEQ, "++": set()}
FAR = {**SEQ, "++": {DIVIDE}}
TABLE = {"nash": NASH, "seq": SEQ, "gmr": GMR, "smr": GMR, "l2": L2}
TABLE |= dict.fromkeys(("l3", "l4", "l5", "nm"), FAR)


def test_the_flagship_by_look_ahead_is_the_table() -> None:
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    found = order_types(conflict, [*TABLE], values=BRINK, states=[DIVIDE])
    assert found.complete
    assert {state for _, state, _ in found.conditions} == {DIVIDE}
    assert found.exact
    assert len(found.types) == len(found.regimes) == 4
    told = {"-": "<", "+": ">"}
    rows = {f"k_R {told[a]} l_R and k_N {told[b]} l_N": a + b for a in told for b in told}
    assert {r.when_text for r in found.regimes} == set(rows)
    for regime in found.regimes:
        for concept, column in TABLE.items():
            want = column[rows[regime.when_text]]
            assert set(regime.always[concept]) == want, (regime.when_text, concept)
            assert set(regime.sometimes[concept]) == want
    both = "k_R < l_R and k_N < l_N or k_R > l_R and k_N > l_N"
    assert found.of("nm", DIVIDE).text == both
    assert found.of("seq", DIVIDE).text == "k_R < l_R and k_N < l_N"
    assert found.of("nash", DIVIDE).text == "never"
    assert found.of("smr", DIVIDE).text == "always"


@pytest.mark.parametrize(("shape", "seed"), [((2, 2), 1), ((2, 3), 8), ((2, 2, 2), 5)], ids=str)
def test_conditions_by_order_type_say_what_the_engine_says_at_ties(
    shape: tuple[int, ...], seed: int
) -> None:
    conflict = table(shape, ("a", "b", "0", "a + b"), seed)
    concepts = ("seq", "l2", "l3", "nm") if len(shape) == 2 else ("seq", "sseq")
    found = order_types(conflict, concepts)
    assert found.complete
    assert found.exact
    for at in points(seed, 30):
        engine = answers(conflict.graph, conflict.ranks(at), concepts)
        for concept, (always, _) in engine.items():
            for s in range(conflict.graph.size):
                assert found.of(concept, s).holds(at) == always[:, s].all(), (concept, s, at)
                for i, name in enumerate(conflict.players):
                    assert found.of(concept, s, name).holds(at) == always[i, s]


@pytest.mark.parametrize(
    ("values", "types", "regimes"),
    [({"r_N": 0}, 10, 5), pytest.param({}, 24, 7, marks=pytest.mark.everything)],
    ids=str,
)
def test_rankings_and_witnesses_agree(values: dict[str, int], types: int, regimes: int) -> None:
    """There are as many regimes as of Nash equilibria in pure strategies."""
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    found = order_types(conflict, ["nash"], values=values)
    assert (len(found.types), len(found.regimes)) == (types, regimes)
    for one in found.types:
        ranks = conflict.ranks({**one.witness, **values})
        for row, name in zip(ranks.tolist(), conflict.players, strict=True):
            ranking = one.ranking[name]
            assert [row[s] for group in ranking for s in group] == sorted(row, reverse=True)
            assert sorted(s for group in ranking for s in group) == [0, 1, 2, 3]


def test_too_many_rankings_are_said_to_be_some() -> None:
    conflict = conflict_of(load_model("escalation-ladder"))
    found = order_types(conflict, ["nash"])
    assert not found.complete
    assert "nothing is said of all" in found.messages[0]
    assert {r.proof for r in found.regimes} == {"unknown"}
    assert found.of("nash", 0).proof == "unknown"


def test_a_notion_that_is_none_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="no notion"):
        order_types(conflict_of(load_model("chicken")), ["cseq"])
