"""Gambit itself reads the shipped trees, and finds in them what the sources say."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest

from deterrence.modelfile.catalogue import load_model, model_names
from deterrence.modelfile.exchange.efg import write_efg

gambit = pytest.importorskip("pygambit", reason="the extra 'gambit' is not installed")
pytestmark = pytest.mark.witness

TREES = [n for n in model_names() if load_model(n).tree is not None]


def labels_of(game, table) -> dict[str, object]:
    """Our information sets by label, and Gambit's of the same nodes, found by walking both."""
    found: dict[str, object] = {}
    stack = [(table.root, 0)]
    while stack:
        theirs, k = stack.pop()
        if theirs.is_terminal:
            continue
        s = game.sets[game.nodes[k].set]
        if s.player is not None:
            assert found.setdefault(s.label, theirs.infoset) == theirs.infoset
        stack += zip(theirs.children, game.nodes[k].children, strict=True)
    return found


@pytest.mark.parametrize("name", TREES)
def test_gambit_sees_the_same_game(name: str) -> None:
    model = load_model(name)
    for scenario in (None, *model.scenarios):
        game = model.at(scenario)
        table = gambit.read_efg(io.StringIO(write_efg(game)))
        assert table.is_perfect_recall
        ours = labels_of(game, table)
        assert len(ours) == len(table.infosets)
        mixed = table.mixed_behavior_profile(rational=True)
        profile: dict[str, dict[str, dict[str, Fraction]]] = {p: {} for p in game.players}
        for turn, (label, infoset) in enumerate(ours.items()):
            s = game.information_set(label)
            weights = [1 + (turn + k) % 3 for k in range(len(s.actions))]
            chances = [Fraction(w, sum(weights)) for w in weights]
            profile[s.player][label] = dict(zip(s.actions, chances, strict=True))
            for action, p in zip(infoset.actions, chances, strict=True):
                mixed[action] = gambit.Rational(p.numerator, p.denominator)
        payoffs = game.expected_payoffs(profile)
        for player in table.players:
            assert Fraction(str(mixed.payoff(player))) == payoffs[player.label]
