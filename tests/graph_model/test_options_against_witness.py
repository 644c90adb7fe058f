"""Option forms against the naive ones: patterns, feasible, merged, kept; prioritised statements."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
import stability_witness as witness
from option_samples import forms, places

from deterrence import Model
from deterrence.graph_model.concepts import stable
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.local import locally

BLOCKS = [0, *(pytest.param(n, marks=pytest.mark.everything) for n in range(1, 21))]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.filterwarnings("ignore")
def test_states_moves_and_preferences(block: int) -> None:
    for form, model, file in forms(block, 12):
        conflict = conflict_of(model)
        game = form.conflict()
        at = places(form, conflict)
        for i, s in itertools.product(game.players, game.states):
            want = {at[t] for t in game.moves[i][s]}
            assert set(conflict.graph.moves(i, at[s]).tolist()) == want, (i, s, file)
        ranks = conflict.ranks()
        for i in game.players:
            own = np.array(game.worth[i])
            mine = ranks[i][at]
            assert np.array_equal(np.sign(own[:, None] - own), np.sign(mine[:, None] - mine)), file
        for concept in witness.CONCEPTS:
            found = stable(conflict.graph, ranks, concept)
            for i, s in itertools.product(game.players, game.states):
                assert found[i][at[s]] == witness.stable(game, concept, i, s), (concept, file)


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.filterwarnings("ignore")
def test_states_by_name(block: int) -> None:
    """What is said of one state without a table of all is the same."""
    for form, model, file in forms(block, 8):
        conflict = conflict_of(model)
        game = form.conflict()
        at = places(form, conflict)
        labels = [conflict.states[at[s]].label for s in game.states]
        for s, told in zip(game.states, locally(model, labels), strict=True):
            assert told.state == at[s]
            assert told.improvements == tuple(
                len(witness.improvements(game, i, s)) for i in game.players
            )
            for concept in witness.CONCEPTS:
                want = tuple(witness.stable(game, concept, i, s) for i in game.players)
                assert told.stable[concept] == want, (concept, s, file)


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.filterwarnings("ignore")
def test_a_form_is_a_table_where_it_is_one(block: int) -> None:
    for form, model, file in forms(block, 12):
        assert (not model.why_no_table) == form.is_a_table(), file
        if model.why_no_table:
            continue
        game = form.conflict()
        table = model.strategic_at()
        one = sorted(zip(*map(dense, table.payoffs), strict=True))
        assert one == sorted(zip(*map(dense, game.worth), strict=True))
        nash = [
            s for s in game.states if all(witness.stable(game, "nash", i, s) for i in game.players)
        ]
        found = conflict_of(model)
        assert stable(found.graph, found.ranks(), "nash").all(axis=0).sum() == len(nash)
        shape = [len(actions) for actions in model.actions]
        payoffs = [np.array(dense(row)).reshape(shape) for row in table.payoffs]
        best = [u == u.max(axis=i, keepdims=True) for i, u in enumerate(payoffs)]
        assert np.logical_and.reduce(best).sum() == len(nash)


def dense(row: Any) -> list[int]:
    place = {u: k for k, u in enumerate(sorted(set(row)))}
    return [place[u] for u in row]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.filterwarnings("ignore")
def test_orders_and_payoffs(block: int) -> None:
    """The same preferences in the two other ways: as an order of states, and as a formula."""
    rng = random.Random(f"ways {block}")
    for form, model, file in forms(block, 8):
        conflict = conflict_of(model)
        at = places(form, conflict)
        names = [name for own in form.options for name in own]
        preferences: dict[str, Any] = {}
        worth = []
        for i, player in enumerate(file["players"]):
            if form.merged or rng.random() < 0.5:
                own = [rng.randrange(5) for _ in at]
                levels = [
                    [conflict.states[at[s]].label for s, u in enumerate(own) if u == level]
                    for level in sorted(set(own), reverse=True)
                ]
                order: Any = [" = ".join(level) for level in levels]
                preferences[player] = {"order": " > ".join(order) if i % 2 else order}
            else:
                weights = {n: rng.randint(-2, 2) for n in names}
                one, two = rng.sample(names, 2)
                text = " + ".join(f"({w})*{n}" for n, w in weights.items())
                preferences[player] = {"payoff": f"{text} - (3*{one} - {two})*{two} + 1/2"}
                own = [
                    sum(w * p[n] for n, w in weights.items()) - (3 * p[one] - p[two]) * p[two]
                    for (p,) in form.states()
                ]
            worth.append(tuple(own))
        game = witness.Conflict(form.conflict().moves, tuple(worth))
        other = conflict_of(Model.from_dict({**file, "preferences": preferences}))
        assert places(form, other) == at
        ranks = other.ranks()
        for i in game.players:
            assert dense(ranks[i][at].tolist()) == dense(game.worth[i]), (i, preferences)
        for concept in witness.CONCEPTS:
            found = stable(other.graph, ranks, concept)
            for i, s in itertools.product(game.players, game.states):
                assert found[i][at[s]] == witness.stable(game, concept, i, s), (concept, file)
