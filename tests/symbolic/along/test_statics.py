"""Comparative statics against differences of exact solutions, and against the literature."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest
from brink import BRINK
from line_models import NAMES

from deterrence import load_model
from deterrence.algebra.derivatives import derivative
from deterrence.algebra.expressions import Expression
from deterrence.solvers import solve
from deterrence.symbolic.along.statics import comparative_statics


@pytest.fixture(scope="module")
def found(analyses):
    return {name: comparative_statics(a) for name, a in analyses.items()}


def number(analysis, **support):
    """Return the id of the equilibrium with the given supports."""
    (q,) = [e for e in analysis.equilibria if not e.boundary and dict(e.support) == support]
    return q.id


def test_own_cost_of_war_moves_only_the_opponent(analyses, found):
    """The mixed equilibrium of Chicken: q_N = g_R/(g_R + k_R - l_R), and mirrored."""
    s = found[BRINK]
    both = ("restrain", "escalate")
    mixed = number(analyses[BRINK], Russia=both, NATO=both)
    nato, russia = s.of(mixed, "NATO", "escalate"), s.of(mixed, "Russia", "escalate")
    expected = {"g_R": "positive", "l_R": "positive", "k_R": "negative"}
    expected |= dict.fromkeys(["g_N", "l_N", "k_N", "rho"], "zero")
    assert nato == expected
    assert {n: russia[n] for n in ("g_N", "l_N", "k_N")} == {
        "g_N": "positive",
        "l_N": "positive",
        "k_N": "negative",
    }
    assert {russia[n] for n in ("g_R", "l_R", "k_R", "rho")} == {"zero"}
    sentences = [e.sentence for e in s.paradoxes if e.equilibrium == mixed]
    assert (
        "a higher k_R (Russia's expected cost of direct war) lowers the probability that NATO "
        "plays escalate, and leaves Russia's own mixing unchanged" in sentences
    )
    assert s.notable[: len(s.paradoxes)] == s.paradoxes


def test_a_higher_cost_of_war_raises_ones_own_payoff(analyses, found):
    """Chicken, mixed: A earns more where its collision is worse, because B yields more often."""
    s = found["chicken"]
    both = ("restrain", "stand_firm")
    mixed = number(analyses["chicken"], A=both, B=both)
    # P_A is a payoff, so a worse collision is a lower P_A.
    assert s.of(mixed, "A")["P_A"] == "negative"
    (effect,) = [
        e
        for e in s.effects
        if (e.equilibrium, e.kind, e.of, e.symbol) == (mixed, "payoff", ("A",), "P_A")
    ]
    assert effect.paradox
    assert "although" in effect.sentence


def test_tsebelis_heavier_sanctions_reduce_inspections_not_violations(analyses, found):
    s = found["inspection"]
    (q,) = [e for e in analyses["inspection"].equilibria if not e.boundary]
    assert s.of(q.id, "violation")["b"] == "zero"
    assert s.of(q.id, "inspection")["b"] == "negative"
    assert s.of(q.id, "Inspectee", "violate") == {
        "e": "positive",
        "a": "positive",
        "c": "negative",
        "b": "zero",
        "d": "zero",
    }
    paradox = [e for e in s.paradoxes if e.symbol == "b" and e.of == ("Inspector", "pass")]
    assert [e.sign for e in paradox] == ["positive"]


def results(solution):
    """Return every result of every equilibrium by its supports."""
    table = {}
    for e in solution.equilibria:
        support = tuple((p, e.profile.support(p)) for p in solution.game.players)
        row = {(p, a): e.profile[p][a] for p in solution.game.players for a in e.profile[p]}
        row |= {(p,): u for p, u in e.payoffs.items()}
        row |= {("measure", m): v for m, v in e.measures.items()}
        row |= {("outcome", o): v for o, v in e.outcomes.items()}
        table[support] = row
    return table


@pytest.mark.parametrize("name", NAMES)
def test_signs_agree_with_differences_of_exact_solutions(analyses, found, name):
    """No closed form is used: the game is solved exactly at both ends of a small step."""
    model, analysis, statics = load_model(name), analyses[name], found[name]
    by_key = {}
    for e in statics.effects:
        of = (e.kind, *e.of) if e.kind in ("measure", "outcome") else e.of
        by_key[e.equilibrium, of, e.symbol] = e
    ids = {
        tuple((p, e.support[p]) for p in analysis.players): e.id
        for e in analysis.equilibria
        if not e.boundary
    }
    rng = random.Random(name)
    seen: Counter[str] = Counter()
    signs_of: dict[object, set[int]] = {}
    points = 0
    while points < 12:
        values = {}
        for symbol in analysis.symbols:
            low, high = model.parameters[symbol].lower, model.parameters[symbol].upper
            values[symbol] = low + (high - low) * Fraction(rng.randint(1, 996), 997)
        if not all(a.evaluate(values) for a in analysis.assumptions):
            continue
        points += 1
        before = results(solve(model.at(check=False, **values), solver="exact"))
        for symbol in analysis.symbols:
            step = Fraction(1, 10**9)
            moved = {**values, symbol: values[symbol] + step}
            after = results(solve(model.at(check=False, **moved), solver="exact"))
            for support in before.keys() & after.keys():
                for key, start in before[support].items():
                    effect = by_key.get((ids[support], key, symbol))
                    if effect is None:
                        assert key[0] == "outcome"  # an outcome that cannot happen
                        continue
                    change = after[support].get(key, Fraction(0)) - start
                    sign = (change > 0) - (change < 0)
                    seen[effect.sign] += 1
                    assert effect.sign != "unknown", effect
                    if effect.sign in ("positive", "negative", "zero"):
                        wanted = {"positive": 1, "negative": -1, "zero": 0}[effect.sign]
                        assert sign == wanted, (effect.to_dict(), values)
                    else:
                        signs_of.setdefault((ids[support], key, symbol), set()).add(sign)
                    if effect.derivative is not None and sign:
                        slope = effect.derivative.evaluate(values)
                        assert abs(change / step - slope) <= abs(slope) / 10**4 + Fraction(1, 10**4)
    assert seen["zero"]
    assert seen["positive"]
    # In crisis-pairs every falling result rises on the other side of some tie.
    assert seen["negative"] or name == "crisis-pairs"


def test_depends_is_shown_by_both_signs(analyses, found):
    """Where the sign depends on the point, the derivative takes both signs at exact points."""
    shown = 0
    for name, statics in found.items():
        analysis = analyses[name]
        for effect in [e for e in statics.effects if e.sign == "depends" and e.derivative][:20]:
            q = analysis.equilibria[effect.equilibrium]
            rng = random.Random(1)
            signs = set()
            for _ in range(40_000):
                low = 0 if name == "first-strike" else -640
                values = {s: Fraction(rng.randint(low, 640), 64) for s in analysis.symbols}
                if "eps" in values:
                    values["eps"] = Fraction(rng.randint(0, 63), 64)
                if not all(a.evaluate(values) for a in (*analysis.assumptions, *q.conditions)):
                    continue
                slope = effect.derivative.evaluate(values)
                signs.add((slope > 0) - (slope < 0))
                if {1, -1} <= signs:
                    shown += 1
                    break
            else:
                pytest.fail(f"one sign only: {effect.to_dict()}")
    assert shown


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a*b**3/(a + b) - 2/b", "b"),
        ("-(a - b)*(a - 2*b)/(1 + a*b)**2", "a"),
        ("sqrt(a*b) + exp(-a) + log(a + b) + b**(-3)", "a"),
        ("(1 - a)**5*b/(3 - sqrt(a))", "a"),
    ],
)
def test_derivatives_agree_with_sympy(text, name):
    import sympy

    e = Expression.parse(text)
    mine = derivative(e, name)
    symbols = {n: sympy.Symbol(n, positive=True) for n in e.names}
    theirs = sympy.diff(e.to_sympy(symbols), symbols[name])
    at = {symbols["a"]: sympy.Rational(3, 7), symbols["b"]: sympy.Rational(5, 3)}
    difference = (mine.to_sympy(symbols) - theirs).subs(at)
    assert abs(sympy.N(difference, 30)) < 1e-25


@pytest.mark.parametrize("text", ["min(a, b)", "abs(a)", "a if a > b else b", "a**b"])
def test_no_derivative_where_there_is_no_formula(text):
    assert derivative(Expression.parse(text), "a" if text != "a**b" else "b") is None


def test_verb_of_the_model_and_plain_data():
    s = load_model("inspection").statics()
    data = s.to_dict()
    assert data["schema"] == 1
    assert len(data["effects"]) == len(s.effects)
    assert data["effects"][0]["sign"] in ("positive", "negative", "zero", "depends", "unknown")
