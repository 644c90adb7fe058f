"""Refinements with conditions, against definitions spelled out again at points with ties."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from dominance_witness import is_dominated
from engine_games import Published, random_model, random_points, solved, strategies

from deterrence import conclusions, load_model, read_model
from deterrence.errors import UnsupportedError, UsageError
from deterrence.solvers import solve
from deterrence.symbolic.analysis import refined, refinements, regimes
from deterrence.symbolic.parameter_points import ParameterPoint

#: Quick ones, and others that are tried where there is time.
QUICK = [("tall", 1), ("quadratic", 1), ("rational", 1), ("products", 1), ("line", 0)]
QUICK += [("constant", 1), ("quadratic", 0)]
SLOW = [*(("wide", seed) for seed in range(3)), ("tall", 0), ("rational", 0), ("products", 0)]
SLOW += [("square", 0), ("square", 1)]
CASES = [*QUICK, *(pytest.param(*case, marks=pytest.mark.everything) for case in SLOW)]
#: Where equilibria are compared with each other, which takes longer.
COMPARED = [("quadratic", 0), ("constant", 1), ("line", 0)]


# ---- definitions spelled out again ---------------------------------------------------------
def passed(game: Any, profile: Any, everyone: Any) -> set[str]:
    """Return what an equilibrium passes, by the definitions."""
    first, second = (game.matrix(p) for p in game.players)
    turned = [list(column) for column in zip(*second, strict=True)]
    x, y = profile
    found = set()
    if not is_dominated(first, x) and not is_dominated(turned, y):
        found |= {"undominated", "perfect"}
    if max(x) == max(y) == 1:
        i, j = x.index(1), y.index(1)
        losses = [first[i][j] - row[j] for k, row in enumerate(first) if k != i]
        losses += [second[i][j] - u for k, u in enumerate(second[i]) if k != j]
        if all(loss > 0 for loss in losses):
            found.add("strict")
        if game.shape == (2, 2):
            other = (1 - i, 1 - j)
            there = [first[other[0]][other[1]] - first[i][other[1]]]
            there += [second[other[0]][other[1]] - second[other[0]][j]]
            if min(*losses, *there) > 0 and losses[0] * losses[1] > there[0] * there[1]:
                found.add("risk-dominant")

    def worth(pair: Any) -> tuple[Fraction, ...]:
        return tuple(
            sum(p * q * u[i][j] for i, p in enumerate(pair[0]) for j, q in enumerate(pair[1]))
            for u in (first, second)
        )

    mine, others = worth(profile), [worth(o) for o in everyone if o != profile]
    if others and all(
        mine != o and all(a >= b for a, b in zip(mine, o, strict=True)) for o in others
    ):
        found.add("payoff-dominant")
    return found


def holds(terms: Any, values: Any) -> bool:
    return any(all(c.evaluate(values) for c in term) for term in terms)


# ---- against them --------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_conditions_are_right_at_points_and_on_ties(kind: str, seed: int) -> None:
    model = random_model(kind, seed)
    answer = regimes(model)
    names = ["undominated", "strict"]
    names += ["payoff-dominant"] if (kind, seed) in COMPARED else []
    names += ["risk-dominant"] if answer.internal.problem.shape == (2, 2) else []
    told = refinements(answer, names)
    left = {name: refined(answer, name) for name in names if name != "strict" or seed == 0}
    published = Published(answer)
    compared = 0
    for point in random_points(model, answer, 25, seed):
        game = model.at(**point)
        everyone = solved(game)
        truth = {profile: passed(game, profile, everyone) for profile in everyone}
        for e, profile in published.existing(point):
            mine = truth[strategies(profile, answer.players)]
            for name in names:
                c = told.of(e["id"], name)
                if c.proof == "proven" and c.boundaries:
                    assert holds(c.terms, point) == (name in mine), (point, e["name"], c.text)
                    compared += 1
        for name, analysis in left.items():
            expected = {profile for profile, p in truth.items() if name in p}
            assert {strategies(p, answer.players) for p in analysis.at(point)} == expected
            there = Published(analysis).existing(point)
            found = {strategies(p, answer.players) for _, p in there}
            exact = not any("ties" in m or "not listed" in m for m in analysis.messages)
            if exact or not ParameterPoint(analysis.internal, point).is_on_wall():
                assert found == expected, (point, name)
    assert compared or not answer.equilibria


@pytest.mark.parametrize(("kind", "seed"), [("tall", 1), ("quadratic", 1), ("constant", 1)])
def test_the_solver_of_values_says_the_same(kind: str, seed: int) -> None:
    model = random_model(kind, seed)
    answer = regimes(model)
    told, published = refinements(answer, ("undominated", "strict")), Published(answer)
    for point in random_points(model, answer, 25, seed):
        known = {
            strategies(e.profile, answer.players): e.refinements
            for e in solve(model.at(**point), "exact")
        }
        for e, profile in published.existing(point):
            mine = known[strategies(profile, answer.players)]
            for c in told.conditions:
                if c.equilibrium == e["id"] and c.boundaries and c.proof == "proven":
                    assert holds(c.terms, point) == (c.refinement in mine), (point, c.text)


# ---- published, and by hand ------------------------------------------------------------------
def condition(name: str, refinement: str, **support: str) -> str:
    """Return what is said of the pure equilibrium of a shipped model with this support."""
    answer = load_model(name).regimes()
    (e,) = [
        e
        for e in answer
        if all(e.support[p] == (a,) for p, a in support.items()) and not e.boundary
    ]
    return refinements(answer, (refinement,)).of(e.id, refinement).text


def test_risk_dominance_in_the_stag_hunt() -> None:
    """Harsanyi and Selten 1988, section 3.9: the larger product of losses from a deviation."""
    hare = condition("stag-hunt", "risk-dominant", A="arm", B="arm")
    assert hare.endswith("(P_A - S_A)*(P_B - S_B) > (R_A - T_A)*(R_B - T_B)")
    answer = load_model("stag-hunt").regimes(refine="risk-dominant")
    values = load_model("stag-hunt").values()
    assert answer.regime_at(values).name == "The armed stand-off is risk-dominant"
    assert answer.at(values) == [{p: {"restrain": 0, "arm": 1} for p in "AB"}]
    assert answer.at({**values, "R_A": 6, "R_B": 6}) == [
        {p: {"restrain": 1, "arm": 0} for p in "AB"}
    ]

    claim = conclusions(answer, "standoff == 0")
    assert claim.every_text.endswith(
        "in every risk-dominant equilibrium iff (R_A - T_A)*(R_B - T_B) > (P_A - S_A)*(P_B - S_B)"
    )


def test_chicken() -> None:
    """Both pure equilibria are strict off ties, and neither payoff-dominates the other."""
    yields, stands = load_model("chicken").actions[0]
    firm = {"A": stands, "B": yields}
    assert condition("chicken", "payoff-dominant", **firm).startswith("payoff-dominant: never")
    assert condition("chicken", "strict", **firm) == "strict iff T_A != R_A and S_B != P_B"


def test_the_bipolarity_model() -> None:
    """On a tie yielding is weakly dominated by standing firm; the war result survives its own."""
    yields = condition(BRINK, "undominated", Russia="restrain", NATO="escalate")
    assert yields == "undominated iff k_R > l_R"
    war = condition(BRINK, "undominated", Russia="escalate", NATO="escalate")
    assert war == "undominated: always"
    risky = condition(BRINK, "risk-dominant", Russia="restrain", NATO="escalate")
    assert risky == "risk-dominant iff k_N > l_N and g_N*(k_R - l_R) > g_R*(k_N - l_N)"
    answer = load_model(BRINK).regimes(refine="undominated")
    claim = conclusions(answer, "war")
    assert claim.every_text == (
        "no war in every undominated equilibrium iff k_R > l_R and k_N < l_N "
        "or k_R < l_R and k_N > l_N"
    )


MYERSON = """
title: Myerson's example
form: strategic
source: Myerson 1978, International Journal of Game Theory 7
players: {One: the first, Two: the second}
actions: {One: [a1, a2, a3], Two: [b1, b2, b3]}
parameters:
  x: {title: loss in the corners, default: 9, source: Myerson 1978}
  y: {title: loss elsewhere, default: 7, source: Myerson 1978}
assumptions: [x > 0, y > 0]
game:
  a1: {b1: {payoffs: [1, 1]}, b2: {payoffs: [0, 0]}, b3: {payoffs: ["-x", "-x"]}}
  a2: {b1: {payoffs: [0, 0]}, b2: {payoffs: [0, 0]}, b3: {payoffs: ["-y", "-y"]}}
  a3: {b1: {payoffs: ["-x", "-x"]}, b2: {payoffs: ["-y", "-y"]}, b3: {payoffs: ["-y", "-y"]}}
"""


def test_myersons_example() -> None:
    """A dominated action makes (a2, b2) perfect, if it hurts more where the other pays."""
    answer = regimes(read_model(MYERSON, "myerson"))
    told = refinements(answer, ("perfect",))
    by_pair = {
        tuple(a for (a,) in e.support.values()): e.id
        for e in answer
        if len(e.support) == 2 and all(len(a) == 1 for a in e.support.values()) and not e.boundary
    }
    assert told.of(by_pair["a1", "b1"], "perfect").text == "perfect: always"
    assert told.of(by_pair["a2", "b2"], "perfect").text == "perfect iff x > y"
    assert told.of(by_pair["a3", "b3"], "perfect").text == "perfect: never"


def test_a_mixture_that_dominates() -> None:
    """M pays m whatever happens, T and B 4 or 0: half T, half B dominates M unless m >= 2."""
    text = """
title: A mixture
form: strategic
source: made for a test
players: {Row: the first, Column: the second}
actions: {Row: [T, M, B], Column: [L, R]}
parameters: {m: {title: a safe payoff, default: 1, source: test}}
game:
  T: {L: {payoffs: [4, 0]}, R: {payoffs: [0, 0]}}
  M: {L: {payoffs: [m, 0]}, R: {payoffs: [m, 0]}}
  B: {L: {payoffs: [0, 0]}, R: {payoffs: [4, 0]}}
"""
    answer = regimes(read_model(text, "mixture"))
    told = refinements(answer, ("undominated",))
    safe = [e for e in answer if e.support["Row"] == ("M",)]
    assert safe
    # Where M alone is a best reply, m is at least 2; with L or R alone it takes m >= 4.
    for m in (Fraction(3, 2), Fraction(2), Fraction(3), Fraction(4), Fraction(5)):
        for e in safe:
            if all(c.evaluate({"m": m}) for c in e.conditions):
                assert holds(told.of(e.id, "undominated").terms, {"m": m}) == (m >= 2)


@pytest.mark.parametrize(("kind", "seed"), [("tall", 1), ("quadratic", 1)])
def test_with_few_beliefs_conditions_are_sufficient(
    kind: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where not all corners are formed, nothing is claimed but what they show."""
    monkeypatch.setattr("deterrence.symbolic.matrices.undominated.MOST_CORNERS", 4)
    model = random_model(kind, seed)
    answer = regimes(model)
    told, published = refinements(answer, ("undominated",)), Published(answer)
    assert any("simple beliefs only" in m for m in told.messages)
    assert all(c.proof == "unknown" or c.answer == "always" for c in told.conditions)
    for point in random_points(model, answer, 25, seed):
        game = model.at(**point)
        everyone = solved(game)
        for e, profile in published.existing(point):
            c = told.of(e["id"], "undominated")
            if c.boundaries and holds(c.terms, point):
                own = strategies(profile, answer.players)
                assert "undominated" in passed(game, own, everyone), (point, c.text)


def test_what_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="2x2"):
        regimes(random_model("square", 0), refine="risk-dominant")
    with pytest.raises(UsageError, match="no refinement 'proper'"):
        regimes(load_model("chicken"), refine="proper")
    with pytest.raises(UsageError, match="without a refinement"):
        load_model("chicken").regimes(refine="strict").explain(2)
