"""What an analysis says when its time is up: less is proven, nothing is hidden."""

from __future__ import annotations

import pytest
from brink import BRINK

from deterrence import load_model
from deterrence.solvers.strategic.enumeration import enumerate_extreme
from deterrence.symbolic.matrices.search import VertexSearch
from deterrence.symbolic.matrices.vertices import SymbolicVertex


def test_undecided_equilibria_are_listed_with_exact_conditions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gives_up(self: VertexSearch, alpha: SymbolicVertex, beta: SymbolicVertex) -> None:
        self.undecided.append((alpha, beta))

    monkeypatch.setattr(VertexSearch, "_pair", gives_up)
    model = load_model(BRINK)
    answer = model.regimes()
    assert answer.cover == "unknown"
    open_ended = [e for e in answer.equilibria if e.proof == "unknown"]
    assert open_ended
    assert all(e.family == -1 for e in open_ended)
    game = model.at()
    found = enumerate_extreme(game.matrix("Russia"), game.matrix("NATO"))
    expected = {(found.rows[i], found.columns[j]) for i, j in found.pairs}
    listed = {
        tuple(
            tuple(chance.evaluate(game.values) for chance in strategy.values())
            for strategy in e.profile.values()
        )
        for e in answer.equilibria
        if all(c.evaluate(game.values) for c in e.conditions)
    }
    assert listed == expected


def test_no_time_at_all_is_said() -> None:
    answer = load_model(BRINK).regimes(time_limit=1e-9)
    assert answer.cover == "unknown"
    assert any("time ran out" in message for message in answer.messages)
