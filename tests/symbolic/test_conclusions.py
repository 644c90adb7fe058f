"""Conclusions against brute-force grids solved by the exact solver, and against the literature."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from brink import BRINK

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.solvers import solve
from deterrence.symbolic.conclusions import conclude


@pytest.fixture(scope="module")
def analyses():
    names = (BRINK, "crisis-pairs", "first-strike", "inspection", "chicken")
    return {name: load_model(name).regimes() for name in names}


def plain(condition):
    """Return a comparison in one spelling: what must be positive, whichever way it is written."""
    condition = Expression.of(condition)
    (sign,), left, right = condition.args
    if sign == "<":
        left, right = right, left
    assert sign in "<>"
    return str((left - right).to_sympy().expand())


def terms(dnf):
    return {frozenset(map(plain, term)) for term in dnf}


def spelled(*texts):
    return frozenset(map(plain, texts))


def test_no_war_in_the_bipolarity_game(analyses):
    answer = conclude(analyses[BRINK], "war")
    assert terms(answer.every) == {
        spelled("k_N > l_N", "l_R > k_R"),
        spelled("l_N > k_N", "k_R > l_R"),
    }
    assert terms(answer.some) == {spelled("k_R > l_R"), spelled("k_N > l_N")}
    assert answer.every_proof == answer.some_proof == "proven"
    assert answer.every_text.startswith("no war in every equilibrium iff ")


def test_verdicts_per_regime(analyses):
    analysis = analyses[BRINK]
    by_name = {v.name: v for v in conclude(analysis, "war < 1/2").verdicts}
    chicken = by_name["Mutual deterrence (Chicken)"]
    assert (chicken.every, chicken.some) == ("depends", "yes")
    assert sorted(chicken.families.values()) == ["depends", "yes", "yes"]
    # Hand-derived: P(war) = g_R*g_N/((g_R + k_R - l_R)*(g_N + k_N - l_N)) < 1/2.
    ((condition,),) = chicken.every_when
    wanted = Expression.parse("(g_R + k_R - l_R)*(g_N + k_N - l_N) - 2*g_R*g_N > 0")
    rng = random.Random(5)
    for _ in range(200):
        at = {n: Fraction(rng.randint(1, 40), 4) for n in analysis.symbols}
        at["k_R"], at["k_N"] = at["l_R"] + at["k_R"], at["l_N"] + at["k_N"]
        assert condition.evaluate(at) == wanted.evaluate(at)
    assert (by_name["Direct war"].every, by_name["Direct war"].some) == ("no", "no")
    assert by_name["Direct war"].every_when == ()


CASES = [
    (BRINK, "war == 0"),
    (BRINK, "war > 0"),
    (BRINK, "war < 1/2"),
    (BRINK, "prob(NATO, escalate) <= 1/2"),
    (BRINK, "payoff(Russia) > 0"),
    (BRINK, "war < 1/3 or crisis == 1"),
    ("crisis-pairs", "war == 0"),
    ("crisis-pairs", "war < 1/2"),
    ("crisis-pairs", "0 < compromise < 1"),
    ("crisis-pairs", "payoff(A) >= R_A"),
    ("first-strike", "war < 1/2"),
    ("first-strike", "decided == 1"),
    ("inspection", "violation <= 1/3"),
    ("inspection", "not violation <= inspection"),
    ("chicken", "loss <= 0"),
]


def truth(statement, values, measures, profile, payoffs):
    """Evaluate a statement at one equilibrium; measures are numbers here, queries are asked."""

    def query(kind, *labels):
        return payoffs[labels[0]] if kind == "payoff" else profile[labels[0]][labels[1]]

    return statement.evaluate({**values, **measures}, query)


@pytest.mark.parametrize(("name", "text"), CASES)
def test_conclusions_agree_with_the_exact_solver_at_random_points(analyses, name, text):
    model, analysis = load_model(name), analyses[name]
    answer = conclude(analysis, text)
    statement = Expression.parse(text, queries=True)
    rng = random.Random(f"{name} {text}")
    every_seen, some_seen, points = set(), set(), 0
    tried = 0
    while points < 120:
        tried += 1
        assert tried < 200_000
        values = {}
        for symbol in analysis.symbols:
            low, high = model.parameters[symbol].lower, model.parameters[symbol].upper
            # 97 is prime and no bound has it, so ties between parameters are rare.
            values[symbol] = low + (high - low) * Fraction(rng.randint(1, 996), 997)
        if not all(a.evaluate(values) for a in analysis.assumptions):
            continue
        # Off the boundaries: no wall of any condition may be met.
        solution = solve(model.at(check=False, **values), solver="exact")
        if len(solution.components) != len(solution.equilibria):
            continue
        points += 1
        numbers = dict(values)
        answers = [
            truth(statement, numbers, e.measures, e.profile, e.payoffs) for e in solution.equilibria
        ]
        every = any(all(c.evaluate(values) for c in term) for term in answer.every)
        some = any(all(c.evaluate(values) for c in term) for term in answer.some)
        assert every == all(answers), values
        assert some == any(answers), values
        every_seen.add(every)
        some_seen.add(some)
        _check_verdict(analysis, answer, values, every, some)


def _check_verdict(analysis, answer, values, every, some):
    here = [r for r in analysis.regimes if any(all(c.evaluate(values) for c in t) for t in r.terms)]
    assert len(here) == 1
    verdict = answer.verdicts[here[0].id]
    for said, true, when in (
        (verdict.every, every, verdict.every_when),
        (verdict.some, some, verdict.some_when),
    ):
        assert said != "unknown"
        assert said == "depends" or (said == "yes") == true
        if said == "depends":
            assert any(all(c.evaluate(values) for c in term) for term in when) == true


def test_a_ladder_of_two_rungs():
    """Nine symbols, many degenerate equilibria: proven, and right at random points."""
    model = load_model("escalation-ladder").with_rungs(2)
    analysis = model.regimes(boundaries=False)
    answer = conclude(analysis, "war")
    assert answer.every_proof == answer.some_proof == "proven"
    rng = random.Random(3)
    seen = set()
    for k in range(60):
        values = {}
        for symbol in analysis.symbols:
            low, high = model.parameters[symbol].lower, model.parameters[symbol].upper
            # Every second point has low costs and dangers, where war is to be expected.
            power = 2 if k % 2 == 0 else 9 if symbol[0] in "cDr" else 1
            values[symbol] = low + (high - low) * Fraction(rng.randint(1, 996), 997) ** power
        for side in "RN":  # general war is worse than yielding
            values[f"D_{side}"] += values[f"l_{side}"]
        answers = [
            e.measures["war"] == 0
            for e in solve(model.at(check=False, **values), solver="exact").equilibria
        ]
        every = any(all(c.evaluate(values) for c in term) for term in answer.every)
        some = any(all(c.evaluate(values) for c in term) for term in answer.some)
        assert (every, some) == (all(answers), any(answers)), values
        seen.add((every, some))
    # Who is ready for the top deters the other from all that is below, whatever the values.
    assert answer.some == ((),)
    assert seen == {(False, True), (True, True)}


def test_a_tautology_is_always_and_a_contradiction_never(analyses):
    analysis = analyses["inspection"]
    assert conclude(analysis, "0 <= violation").every_text.endswith(": always")
    answer = conclude(analysis, "violation > 1")
    assert answer.every == answer.some == ()
    assert answer.some_text == "violation > 1 in some equilibrium: never"


def test_no_term_and_no_literal_can_be_spared(analyses):
    """Every literal excludes some point at which the conclusion fails; every term is needed."""
    analysis = analyses["crisis-pairs"]
    answer = conclude(analysis, "war")
    grid = [
        dict(zip(analysis.symbols, p + q, strict=True))
        for p, q in itertools.product(itertools.permutations(range(4)), repeat=2)
    ]

    def holds(dnf, at):
        return any(all(c.evaluate(at) for c in term) for term in dnf)

    for dnf in (answer.every, answer.some):
        for k, term in enumerate(dnf):
            assert any(holds(dnf, at) and not holds(dnf[:k] + dnf[k + 1 :], at) for at in grid)
            for j in range(len(term)):
                shorter = term[:j] + term[j + 1 :]
                assert any(holds([shorter], at) and not holds(dnf, at) for at in grid)


def test_equations_on_which_the_answer_differs_are_named(analyses):
    # Where nothing strikes by accident, waiting on both sides means no war.
    answer = conclude(analyses["first-strike"], "war")
    assert answer.some == ()
    assert "eps == 0" in map(str, answer.exceptions)


def test_a_measure_that_is_no_quotient_is_unknown():
    model = load_model("chicken")
    from deterrence.game.measures import Measure

    odd = Measure("odd", Expression.parse("exp(payoff(A))", queries=True))
    answer = conclude(model.replace(measures=(*model.measures, odd)).regimes(), "odd < 1")
    assert answer.every_proof == "unknown"
    assert {v.every for v in answer.verdicts} == {"unknown"}
    assert answer.messages


def test_the_least_of_payoffs_is_less_where_one_of_them_is():
    model = load_model("chicken")
    from deterrence.game.measures import Measure

    worst = Measure("worst", Expression.parse("min(payoff(A), payoff(B))", queries=True))
    analysis = model.replace(measures=(*model.measures, worst)).regimes()
    answer = conclude(analysis, "worst < 0")
    same = conclude(analysis, "payoff(A) < 0 or payoff(B) < 0")
    assert answer.every_proof == same.every_proof == "proven"
    assert (answer.every, answer.some) == (same.every, same.some)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("wor", "war"),
        ("war < k_Q", "k_R"),
        ("P(direct_wor) > 0", "direct_war"),
        ("prob(NATO, escalat) > 0", "escalate"),
        ("payoff(Russa) > 0", "Russia"),
    ],
)
def test_unknown_names_are_usage_errors_with_a_hint(analyses, text, hint):
    with pytest.raises(UsageError, match=hint):
        conclude(analyses[BRINK], text)


def test_verb_of_the_model_and_plain_data():
    answer = load_model(BRINK).conclusions("war > 0")
    data = answer.to_dict()
    assert data["schema"] == 1
    assert data["some_text"] == answer.some_text
    assert data["phrase"] == "a risk of war"
    # A measure that is no probability keeps its comparison.
    assert load_model("chicken").conclusions("loss").phrase == "loss == 0"
    assert len(data["regimes"]) == 4


def test_terms_can_be_solved_for_a_parameter():
    answer = load_model(BRINK).conclusions("war", expand=True, isolate="c_R")
    assert "c_R > l_R - rho*N_R" in answer.some_text
