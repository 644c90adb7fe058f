"""Profiles: probabilities addressed by label."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.game.profile import Profile


def test_probabilities_are_exact_and_found_by_label() -> None:
    p = Profile({"Russia": {"restrain": "4/7", "escalate": "3/7"}, "NATO": {"restrain": 1}})
    assert p["Russia"]["escalate"] == Fraction(3, 7)
    assert p.support("Russia") == ("restrain", "escalate")
    assert list(p) == ["Russia", "NATO"]
    assert len(p) == 2
    assert "NATO" in p
    assert "China" not in p
    assert p.is_exact
    assert not p.is_pure


def test_pure_profiles() -> None:
    p = Profile.pure({"A": "x", "B": "y"})
    assert p.is_pure
    assert p == Profile({"A": {"x": 1, "z": 0}, "B": {"y": Fraction(1)}})
    assert hash(p) == hash(Profile({"B": {"y": 1}, "A": {"x": 1}}))
    assert p != Profile.pure({"A": "x", "B": "z"})
    assert str(p) == "A: x; B: y"


@pytest.mark.parametrize(
    "strategy",
    [
        {"x": "1/2"},
        {"x": "3/2", "y": "-1/2"},
        {"x": 0.5, "y": 0.4},
        {"x": 2},
        {},
        {"x": 1.1, "y": -0.1},
        {"x": "1/3", "y": "1/3", "z": "333333333/1000000000"},
    ],
)
def test_what_is_no_distribution_is_refused(strategy) -> None:
    with pytest.raises(UsageError, match="not a distribution"):
        Profile({"A": strategy})


def test_floats_may_be_off_by_a_hair_rationals_may_not() -> None:
    p = Profile({"A": {"x": 0.1, "y": 0.2, "z": 0.7 + 1e-12}})
    assert not p.is_exact
    tiny = Fraction(1, 10**30)
    with pytest.raises(UsageError):
        Profile({"A": {"x": Fraction(1, 2), "y": Fraction(1, 2) + tiny}})


def test_symbols_are_kept() -> None:
    sympy = pytest.importorskip("sympy")
    q = sympy.Symbol("q")
    p = Profile({"A": {"x": q, "y": 1 - q}})
    assert p["A"]["y"] == 1 - q
    assert not p.is_exact


def test_unknown_players_get_a_hint() -> None:
    p = Profile.pure({"Russia": "x"})
    with pytest.raises(UsageError, match="did you mean 'Russia'"):
        p["Rusia"]


def test_a_profile_is_not_equal_to_something_else() -> None:
    assert Profile.pure({"A": "x"}) != {"A": {"x": 1}, "B": {}}
    assert "Profile(" in repr(Profile.pure({"A": "x"}))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any))
def test_weights_over_their_sum_are_a_distribution(weights: list[int]) -> None:
    strategy = {f"a{k}": Fraction(w, sum(weights)) for k, w in enumerate(weights)}
    p = Profile({"A": strategy})
    assert set(p.support("A")) == {a for a, w in strategy.items() if w}
    assert p.is_pure == (len(p.support("A")) == 1)
