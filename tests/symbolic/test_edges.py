"""Edges of parameter space: ties, poles, ends of ranges, what is left out; field cases."""

from __future__ import annotations

import functools
import itertools
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest

from deterrence import Expression, Model, load, load_model
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.errors import ExpressionError
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover
from deterrence.solvers import solve_tree
from deterrence.symbolic.display.tree_report import freedom
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.analysis import analyse_tree
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.results import Freedom
from deterrence.words.blocks import inline_text

CASES = Path(__file__).parents[1] / "cases"
HALF = Fraction(1, 2)


def model_of(name: str) -> Model:
    return load_model(str(CASES / f"{name}.yaml"))


@functools.cache
def analysed(name: str) -> RegimeAnalysis:
    return model_of(name).regimes()


def test_formulas_that_coincide_on_a_boundary_are_one_equilibrium() -> None:
    """At a = 0 P2 must mix evenly, and P1 plays x1, or x2 and x3 evenly: two corners."""
    found = analysed("r01_paramrow")
    assert not [e for e in found.equilibria if e.boundary]
    here = {
        tuple(p.evaluate({"a": Fraction(0)}) for own in e.profile.values() for p in own.values())
        for e in found.equilibria
        if all(c.evaluate({"a": Fraction(0)}) for c in e.conditions)
    }
    assert here == {(1, 0, 0, HALF, HALF), (0, HALF, HALF, HALF, HALF)}
    (tie,) = [
        b for b in model_of("r01_paramrow").boundaries().boundaries if str(b.condition) == "a == 0"
    ]
    assert len(tie.equilibria) == 2
    assert tie.dimensions == (1,)
    assert tie.checked
    assert not tie.appearing
    assert not tie.vanishing


@pytest.mark.parametrize("name", ["r01_paramrow", "t04-chance-ties", "b01b-pole-noassume"])
def test_witnesses_lie_within_the_declared_bounds(name: str) -> None:
    """Every regime of these models meets its box."""
    found = analysed(name)
    bounds = found.internal.problem.bounds
    for part in (*found.regimes, *found.equilibria):
        assert part.witness is not None
        for symbol, value in part.witness.items():
            low, high = bounds[symbol]
            assert low <= value <= high
        assert all(c.evaluate(part.witness) for c in part.conditions)


def test_a_pole_is_named_with_the_assumption_that_removes_it() -> None:
    model, found = model_of("b01b-pole-noassume"), analysed("b01b-pole-noassume")
    (note,) = found.exclusions
    assert "x == 0" in note
    assert "add x != 0" in note
    assert note.partition(" ")[2] in " ".join(str(found).split())
    assert not any("x ==" in str(b.condition) for b in model.boundaries().boundaries)
    assumed = model.replace(assumptions=(Expression.parse("x != 0"),))
    assert not assumed.regimes().exclusions


def test_statics_are_of_the_equilibria_that_are_known_to_exist() -> None:
    known = {e.id for e in analysed("b05-exp").equilibria if e.family >= 0}
    assert {e.equilibrium for e in model_of("b05-exp").statics().effects} == known


# ---- ranges of free symbols: every mixture is tried by hand ------------------------------------
def is_perfect(e: SymbolicEquilibrium, at: dict[str, Fraction]) -> bool:
    """Say whether behaviour in t04 is subgame-perfect, ``at`` values of all symbols."""
    x, y, chance = at["x"], at["y"], at["e"]

    def mix(player: str, where: str) -> list[Fraction]:
        mixture = {a: p.evaluate(at) for a, p in e.profile[player][where].items()}
        played = {a for a, p in mixture.items() if p > 0}
        whole = all(p >= 0 for p in mixture.values()) and played == set(e.support[player][where])
        return list(mixture.values()) if whole else []

    def best(mixture: list[Fraction], worth: list[Fraction]) -> bool:
        return bool(mixture) and all(
            not p or u == max(worth) for p, u in zip(mixture, worth, strict=True)
        )

    push, tie, bad = (x, -y), (y, -y), (Fraction(-1), Fraction(-1))

    def mean(mixture: list[Fraction], *ends: tuple[Fraction, Fraction]) -> tuple[Fraction, ...]:
        return tuple(sum(p * u[k] for p, u in zip(mixture, ends, strict=True)) for k in (0, 1))

    last = mix("A", "after go, unseen, hold")
    seen, unseen = mix("B", "after go, seen"), mix("B", "after go, unseen")
    if not (last and seen and unseen):
        return False
    held = mean(last, bad, tie)
    after = chance * mean(seen, push, tie)[0] + (1 - chance) * mean(unseen, push, held)[0]
    return (
        best(last, [bad[0], tie[0]])
        and best(seen, [push[1], tie[1]])
        and best(unseen, [push[1], held[1]])
        and best(mix("A", "start"), [Fraction(0), after])
    )


TIES = [
    *((x, y, e) for x, y in ((1, 1), (0, 0), (-1, -1), (2, 2), (-HALF, -HALF)) for e in (HALF,)),
    *((x, y, Fraction(1, 4)) for x, y in ((2, 1), (1, 2), (1, -1), (-1, 1), (0, 1), (1, 0))),
    *((x, y, Fraction(3, 4)) for x, y in ((3, -1), (-1, 3), (3, -HALF), (1, -2), (-2, 2))),
]


@pytest.mark.parametrize("point", TIES, ids=str)
def test_ranges_of_free_symbols_have_no_holes_and_nothing_too_much(point) -> None:
    """At ties, too, a free mixture is in its range exactly where nobody gains by deviating."""
    values = dict(zip("xye", map(Fraction, point), strict=True))
    grid = [Fraction(k, 8) for k in range(1, 8)]
    for e in analysed("t04-chance-ties").equilibria:
        symbols = sorted({f.symbol for f in e.freedoms})
        for choice in itertools.product(grid, repeat=len(symbols)):
            at = {**values, **dict(zip(symbols, choice, strict=True))}
            told = all(c.evaluate(values) for c in e.conditions) and all(
                any(_within(f, at) for f in e.freedoms if f.symbol == s) for s in symbols
            )
            try:
                assert is_perfect(e, at) == told, (e.name, at)
            except ExpressionError:
                assert not told


def _within(f: Freedom, at: dict[str, Fraction]) -> bool:
    """Say whether a free symbol is in one of its ranges; ends where a pole lies are no ends."""
    return all(c.evaluate(at) for c in f.where) and (
        max(e.evaluate(at) for e in f.lower) <= at[f.symbol] <= min(e.evaluate(at) for e in f.upper)
    )


def test_names_are_never_empty() -> None:
    """Where chance alone moves, nobody does."""
    model = Model.from_dict(
        {
            "title": "Chance alone",
            "form": "extensive",
            "players": ["A", "B"],
            "parameters": {"e": {"title": "e", "default": "1/4", "bounds": [0, 1]}},
            "assumptions": ["0 < e < 1"],
            "tree": {
                "chance": {
                    "l": {"probability": "e", "then": {"payoffs": [1, 0]}},
                    "r": {"probability": "rest", "then": {"payoffs": [0, 1]}},
                }
            },
        }
    )
    found = model.regimes()
    assert [e.name for e in found.equilibria] == ["nobody moves"]
    assert "nobody moves" in str(found)
    assert "values:  " not in str(found)


def test_what_is_at_least_and_at_most_the_same_is_a_value() -> None:
    a, b = Expression.parse("a/(a + b)"), Expression.number(1)
    told = Freedom("q1", "probability of go", (a, Expression.number(0)), (b, a))
    assert told.value == a
    assert inline_text(freedom(told)) == "q1, the probability of go: equals a/(a + b)"
    prover = Prover(Algebra(["a", "b"]), [])
    x, y = prover.algebra.ring.gens
    same = [Literal(x - y, ">="), Literal(y - x, ">="), Literal(x, "<=")]
    simplifier = Simplifier(prover)
    clauses = simplifier.irredundant(simplifier.conjunction(same) or [])
    assert [[(str(c.poly), c.sign) for c in clause] for clause in clauses] == [
        [("a - b", "==")],
        [("a", "<=")],
    ]


@pytest.mark.parametrize("point", TIES, ids=str)
def test_bounds_of_open_forms_are_those_of_all_mixtures(point) -> None:
    """Forms at every mixture of a grid lie in the bounds, and come to them at the ends."""
    values = dict(zip("xye", map(Fraction, point), strict=True))
    for e in analysed("t04-chance-ties").equilibria:
        symbols = sorted({f.symbol for f in e.freedoms})
        if not e.is_open or not all(c.evaluate(values) for c in e.conditions):
            continue
        cases = [b for b in e.bounds if all(c.evaluate(values) for c in b.where)]
        ranges = [f for f in e.freedoms if all(c.evaluate(values) for c in f.where)]
        assert cases or len(symbols) > 1
        for told, (names, forms) in itertools.product(
            cases,
            (("payoffs", e.payoffs), ("outcomes", e.outcomes), ("measures", e.measures)),
        ):
            for name, ends in getattr(told, names).items():
                low, high = (end.evaluate(values) for end in ends)
                seen = set()
                for shares in itertools.product(range(9), repeat=len(symbols)):
                    at = _inside(dict(values), ranges, dict(zip(symbols, shares, strict=True)))
                    seen.add(forms[name].evaluate(at))
                assert (min(seen), max(seen)) == (low, high), (e.name, name)


def _inside(
    at: dict[str, Fraction], ranges: list[Freedom], shares: dict[str, int]
) -> dict[str, Fraction]:
    """Return values with those of open symbols, each so many eighths of the way in its range."""
    waiting = list(ranges)
    while waiting:
        f = next(f for f in waiting if {n for e in (*f.lower, *f.upper) for n in e.names} <= {*at})
        waiting.remove(f)
        low, high = max(e.evaluate(at) for e in f.lower), min(e.evaluate(at) for e in f.upper)
        at[f.symbol] = low + (high - low) * shares[f.symbol] / 8
    return at


def test_what_is_open_comes_back_from_json() -> None:
    found = analysed("t04-chance-ties")
    again = load(json.loads(json.dumps(found.to_dict())))
    assert isinstance(again, RegimeAnalysis)
    opened = [e for e in again.equilibria if e.is_open]
    assert opened
    assert [e.bounds for e in opened if e.bounds]
    told = found.to_dict()
    for e in told["equilibria"]:
        for group in (e["payoffs"], e["outcomes"], *(b["payoffs"] for b in e["bounds"])):
            for text in group.values():
                for one in [text] if isinstance(text, str) else text:
                    Expression.parse(one)


# ---- probabilities of chance at their ends -----------------------------------------------------
PUNISHMENT = {"r": Fraction(3, 2), "c": Fraction(4, 5)}
ENDS = [
    ("0", "1"),
    ("0", "5/4"),
    ("0", "7/4"),
    ("0", "1/2"),
    ("1", "1"),
    ("1", "5/4"),
    ("1", "1/8"),
    ("1/16", "1"),
    ("1/16", "5/4"),
]


@functools.cache
def with_ends(**fixed: Fraction) -> TreeAnalysis:
    return analyse_tree(model_of("b08-chance-closed"), fixed={**PUNISHMENT, **fixed})


def test_closed_ends_of_probabilities_stay_closed() -> None:
    """At e = m = 0 a cheat is always seen: who is punished for it may well comply."""
    found, values = with_ends(g=Fraction(1)), {"e": 0, "m": 0}
    deterring = {
        "A": {"act": {"comply": 1, "cheat": 0}},
        "B": {"alarm": {"punish": 1, "pass": 0}, "quiet": {"punish": 0, "pass": 1}},
    }
    assert deterring in found.at(values)
    (note,) = found.exclusions
    assert all(end in note for end in ("e == 0", "e == 1", "m == 0", "m == 1"))
    assert len(found.ends) == 8
    assert {e.cover for e in found.ends} == {"proven"}
    told = {tuple(map(str, e.conditions)): [r.name for r in e.results] for e in found.ends}
    assert "(comply, quiet, pass)" in told["e == 0", "m == 0"]


@pytest.mark.parametrize("point", ENDS, ids=str)
def test_what_is_possible_at_ends_is_what_the_exact_solver_finds(point) -> None:
    """Every pure profile that it finds exists here too, and no other."""
    values, missed = dict(zip("eg", point, strict=True)), Fraction(1, 8)
    here = with_ends(m=missed).at(values)
    solution = solve_tree(model_of("b08-chance-closed").at(**values, **PUNISHMENT, m=missed), "pbe")

    def pure(profile) -> frozenset[tuple[str, str]] | None:
        sets = {w: mix for own in profile.values() for w, mix in own.items()}
        if not all(sorted(mix.values()) == [0, 1] for mix in sets.values()):
            return None
        return frozenset((w, a) for w, mix in sets.items() for a, p in mix.items() if p == 1)

    assert {p for x in here if (p := pure(x))} == {
        p for e in solution.equilibria if not e.open_sets and (p := pure(e.profile))
    }


def test_a_tree_in_which_all_is_seen_keeps_its_ends() -> None:
    """Beliefs do not matter there: nothing is left out at r = 0 and r = 1 of the tripwire."""
    found = load_model("tripwire").regimes()
    assert not found.exclusions
    assert not found.ends
    assert "0 <= r <= 1" in map(str, found.assumptions)
    assert not any("0 < " in str(a) for a in found.assumptions)
    for r in ("0", "1"):
        assert found.at({**load_model("tripwire").values(), "r": r})


# ---- derived parameters --------------------------------------------------------------------------
def test_witnesses_have_the_values_that_derived_parameters_are_made_of() -> None:
    """With V = s*p*(1 - p), s <= 4 and 0 < p < 1 the prize is at most 1, so V > 2 is nowhere."""
    model, found = model_of("derived"), analysed("derived")
    assert sorted(tuple(map(str, r.conditions)) for r in found.regimes) == [
        ("V < 2", "V < c"),
        ("V < 2", "V > c"),
    ]
    assert found.cover == "proven"
    assert not any(
        e.profile["A"]["fight"] == e.profile["B"]["yield"] == Expression.number(1)
        for e in found.equilibria
    )
    formula = model.parameters["V"].formula
    assert formula is not None
    places = [*found.regimes, *found.equilibria, *model.boundaries().boundaries]
    for place in places:
        witness = place.witness
        assert witness is not None
        assert set(witness) == {"p", "s", "V", "c"}
        assert witness["V"] == formula.evaluate(witness)
        assert all(a.evaluate(witness) for a in model.assumptions)
        assert all(low <= witness[n] <= high for n, low, high in (("p", 0, 1), ("s", 0, 4)))
    for r in found.regimes:
        assert all(c.evaluate(r.witness) for c in r.conditions)
    assert sum(r.share or 0 for r in found.regimes) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(40))
def test_regimes_of_ingredients_are_where_the_formulas_lead(seed) -> None:
    """A point of the ingredients lies in the regime with the conditions that hold there."""
    draw = random.Random(seed)
    values = {n: Fraction(draw.randint(1, 8 * top - 1), 8) for n, top in (("s", 4), ("c", 5))}
    values["p"] = Fraction(draw.randint(1, 15), 16)
    values["V"] = values["s"] * values["p"] * (1 - values["p"])
    found = analysed("derived")
    here = [r for r in found.regimes if all(c.evaluate(values) for c in r.conditions)]
    assert len(here) == (values["V"] != values["c"])
    pure = set(itertools.product(("fight", "yield"), repeat=2))
    payoff = {
        ("fight", "fight"): values["V"] - values["c"],
        ("fight", "yield"): values["V"],
        ("yield", "fight"): Fraction(0),
        ("yield", "yield"): Fraction(2),
    }
    turned = {"fight": "yield", "yield": "fight"}
    nash = {
        (a, b)
        for a, b in pure
        if payoff[a, b] >= payoff[turned[a], b] and payoff[b, a] >= payoff[turned[b], a]
    }
    told = {
        tuple(next(x for x, q in own.items() if q == 1) for own in profile.values())
        for profile in found.at(values)
        if all(set(own.values()) == {0, 1} for own in profile.values())
    }
    assert told == nash
