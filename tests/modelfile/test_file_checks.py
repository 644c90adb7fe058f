"""The checks of a file one by one: order of formulas, places of faults, values, measures."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.game.parameters import Parameter
from deterrence.modelfile.faults import FaultList, TooManyFaultsError
from deterrence.modelfile.file_bytes import MAX_FAULTS
from deterrence.modelfile.formula_order import order
from deterrence.modelfile.measure_rules import MeasureRule, long_sum, matching
from deterrence.modelfile.value_checks import ValueChecks
from deterrence.modelfile.yaml.entries import read_tree

TEXT = """players: [A, B]
parameters:
  a: {formula: b + 1}
  b: {formula: c}
  c: {default: 2, bounds: [0, 9]}
assumptions:
  - c > 3
"""


def faults() -> FaultList:
    return FaultList(read_tree(TEXT, "text"))


parse = Expression.parse


# ---- the order of formulas -----------------------------------------------------------------
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_formulas_come_after_those_that_they_need(pairs: list[tuple[int, int]]) -> None:
    needs = {f"x{i}": [f"x{j}" for k, j in pairs if k == i and j < i] for i in range(8)}
    formulas = {n: parse(" + ".join(["1", *m])) for n, m in needs.items()}
    found = order(faults(), formulas)
    assert sorted(found) == sorted(formulas)
    assert all(found.index(m) < found.index(n) for n in found for m in needs[n])


def test_a_circle_is_one_fault_at_its_first_name() -> None:
    seen = faults()
    formulas = {"a": parse("b + 1"), "b": parse("a"), "d": parse("c")}
    assert order(seen, formulas) == ("d",)
    [fault] = seen.faults
    assert fault.what == "the formula refers to itself: a -> b -> a"
    assert (fault.line, fault.key) == (3, "parameters.a.formula")


def test_formulas_that_grow_too_large_are_a_fault_once() -> None:
    seen = faults()
    formulas = {f"x{k}": parse(f"x{k - 1}*x{k - 1} + 1" if k else "c + 1") for k in range(12)}
    kept = order(seen, formulas)
    assert [f.what for f in seen.faults] == [
        "the formula of x9 is too long with those it refers to written out"
    ]
    assert "x9" not in kept
    assert {"x8", "x11"} <= set(kept)


# ---- the list of faults --------------------------------------------------------------------
def test_a_fault_stands_where_its_value_or_its_key_does() -> None:
    seen = faults()
    seen.add(("parameters", "c", "default"), "value")
    seen.add(("parameters", "c", "default"), "key", key=True)
    seen.add(("assumptions", 0), "column", shift=4)
    seen.add(("parameters", "c", "missing"), "nearest")
    assert [(f.what, f.line, f.column) for f in seen.faults] == [
        ("value", 5, 16),
        ("key", 5, 7),
        ("column", 7, 9),
        ("nearest", 5, 6),
    ]


@pytest.mark.parametrize(
    ("entries", "told", "complete"),
    [
        ({"A": 1, "B": 2}, [], True),
        ({"A": 1}, ["no entry for B"], False),
        ({"A": 1, "C": 2}, ["unknown player 'C'"], False),
        ({}, ["no entry for A, B"], False),
    ],
)
def test_every_player_and_nobody_else(
    entries: dict[str, int], told: list[str], complete: bool
) -> None:
    seen = faults()
    assert seen.check_players(("players",), entries, ("A", "B")) == complete
    assert [f.what for f in seen.faults] == told


def test_the_search_ends_when_the_list_is_full() -> None:
    seen = faults()
    for k in range(MAX_FAULTS - 1):
        seen.add((), f"fault {k}")
    with pytest.raises(TooManyFaultsError):
        seen.add((), "one more")
    assert seen.sorted()[-1].what.startswith("there may be more faults")


def test_a_name_that_is_unknown_gets_its_column() -> None:
    seen = faults()
    assert seen.formula(("assumptions", 0), "cc > 3", {"c"}, condition=True) is None
    assert seen.formula(("assumptions", 0), "c", {"c"}, condition=True) is None
    assert seen.formula(("assumptions", 0), "c > 3", {"c"}) is None
    assert [f.what for f in seen.faults] == [
        "unknown name 'cc'",
        "'c' is a number",
        "'c > 3' is true or false",
    ]
    assert seen.faults[0].column == 5


# ---- values --------------------------------------------------------------------------------
def checks(seen: FaultList) -> ValueChecks:
    parameters = {
        "a": Parameter("a", formula=parse("b + 1")),
        "b": Parameter("b", formula=parse("c")),
        "c": Parameter("c", default=F(2), lower=F(0), upper=F(9)),
    }
    return ValueChecks(seen, parameters, ("b", "a"), [(("assumptions", 0), parse("c > 3"))])


def test_derived_values_follow_from_the_defaults_and_from_what_is_given() -> None:
    made = checks(faults())
    assert made.defaults == {"c": 2, "b": 2, "a": 3}
    assert made.values({"c": F(5)}, ("parameters",)) == {"c": 5, "b": 5, "a": 6}
    assert made.values({"b": F(0)}, ("parameters",)) == {"c": 2, "b": 0, "a": 1}


def test_an_assumption_that_the_defaults_break_is_not_reported_again() -> None:
    seen = faults()
    made = checks(seen)
    made.check_defaults()
    made.check_bounds()
    made.check(("parameters",), {"c": F(1)})
    [fault] = seen.faults
    assert fault.what == "the defaults break the assumption 'c > 3': c = 2"


def test_bounds_beyond_an_assumption() -> None:
    seen = faults()
    checks(seen).check_bounds()
    [fault] = seen.faults
    assert fault.what == "the bound 0 of c breaks the assumption 'c > 3'"


@pytest.mark.parametrize(
    ("chances", "told"),
    [
        (["c/4", "1 - c/4"], None),
        (["c", "1 - c"], "the probability of x0 is 2 at the defaults"),
        (["1/2", "1/3"], "the probabilities sum to 5/6 at the defaults"),
        (["1/(c - 2)", "1"], "the probability has no value at the defaults"),
    ],
)
def test_chances(chances: list[str], told: str | None) -> None:
    seen = faults()
    checks(seen).check_lottery(
        ("parameters",), [(f"x{k}", parse(p)) for k, p in enumerate(chances)]
    )
    assert [f.what.split(":")[0] for f in seen.faults] == ([told] if told else [])


# ---- measures ------------------------------------------------------------------------------
LABELS = ["peace", "war_small", "war_large"]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (MeasureRule("m", outcomes=("war_*",)), "P(war_small) + P(war_large)"),
        (MeasureRule("m", outcomes=("war_large", "war_*")), "P(war_small) + P(war_large)"),
        (MeasureRule("m", expression=parse("1 - x")), "1 - x"),
        # The later of two patterns counts.
        (
            MeasureRule("m", worth=(("*", parse("1")), ("war_large", parse("9")))),
            "P(peace) + P(war_small) + 9*P(war_large)",
        ),
    ],
)
def test_a_rule_becomes_a_measure_of_the_outcomes(rule: MeasureRule, text: str) -> None:
    assert str(rule.measure(LABELS).expression) == text


def test_a_label_with_a_star_means_itself_first() -> None:
    assert matching("a*", ["a*", "ab"]) == ["a*"]
    assert matching("a", ["ab"]) == []


def test_a_long_sum_is_not_nested_deeply() -> None:
    e = long_sum([Expression.name(f"x{k}") for k in range(2000)])
    assert e.evaluate({f"x{k}": F(k) for k in range(2000)}) == 1999 * 1000
