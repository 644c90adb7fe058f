"""The symbolic analysis of trees against an exact check that shares no code with it."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from tree_models import tree_model, unilateral_deterrence

from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.limits import work
from deterrence.modelfile.catalogue import load_model, model_names
from deterrence.solvers import solve_tree
from deterrence.solvers.beliefs import verify_assessment
from deterrence.symbolic import regimes
from deterrence.symbolic.trees.analysis import _Search
from deterrence.symbolic.trees.problem import tree_problem

UDG = unilateral_deterrence()
ANALYSIS = regimes(UDG)


def udg_point(rng: random.Random) -> dict[str, Fraction]:
    """Return random payoffs in the order that the book assumes, and random credibilities."""

    def falling(count: int) -> list[Fraction]:
        return sorted((Fraction(n, 8) for n in rng.sample(range(-80, 80), count)), reverse=True)

    c = dict(zip(("cDC", "cSQ", "cDDp", "cCD", "cDDm"), falling(5), strict=True))
    high, dcd, ddc, low = falling(4)
    d = {"dSQ": high, "dCD": dcd, "dDC": ddc, "dDDm": low}
    d["dDDp"] = ddc + Fraction(rng.randint(1, 40), 8)
    return c | d | {"pC": Fraction(rng.randint(1, 15), 16), "pD": Fraction(rng.randint(1, 15), 16)}


def published(v: dict[str, Fraction]) -> set[str]:
    """Return the names of the equilibria that Zagare and Kilgour 2000 (ch. 5) have at a point."""
    d_star = (v["dCD"] - v["dDC"]) / (v["dCD"] - v["dDDm"])
    c_soft = (v["cDC"] - v["cSQ"]) / (v["cDC"] - v["cCD"])
    c_hard = (v["cDC"] - v["cSQ"]) / (v["cDC"] - v["cDDp"])
    names = {"steadfast"}
    if v["pD"] >= c_hard:
        names.add("certain")
    if c_soft <= v["pD"] <= c_hard:
        names.add("separating")
    if v["pD"] < c_soft and v["pC"] < d_star:
        names.add("bluff")
    if v["pD"] <= c_soft and v["pC"] >= d_star:
        names.add("attack")
    return names


def named(profile: dict) -> str:
    """Return the book's name for a behaviour."""
    hard = profile["Challenger"]["first (hard)"]["challenge"]
    soft = profile["Challenger"]["first (soft)"]["challenge"]
    resist = profile["Defender"]["reply (soft)"]["resist"]
    if hard == soft == 0:
        return "certain" if resist == 0 else "steadfast"
    if (hard, soft) == (1, 0):
        return "separating"
    if (hard, soft) == (1, 1):
        return "attack"
    return "bluff"


def test_every_regime_of_the_unilateral_deterrence_game_is_proven() -> None:
    assert ANALYSIS.concept == "pbe"
    assert (ANALYSIS.cover, ANALYSIS.disjoint, ANALYSIS.messages) == ("proven", "proven", ())
    assert len(ANALYSIS.regimes) == 4
    assert len(ANALYSIS.families) == 4


def test_the_published_table_holds_at_random_points_and_every_equilibrium_is_one() -> None:
    rng = random.Random(5)
    seen: set[frozenset[str]] = set()
    for _ in range(400):
        values = udg_point(rng)
        found = ANALYSIS.assessments_at(values)
        names = {named(f.profile) for f in found}
        if ANALYSIS.regime_at(values) is None:  # knife-edge mixtures join on boundaries
            assert names >= published(values)
        else:
            assert names == published(values)
        seen.add(frozenset(published(values)))
        game = UDG.at(**values)
        for one in found:
            report = verify_assessment(game, one.profile, one.beliefs)
            assert report.is_pbe, (values, one, report)
    assert len(seen) >= 4


def test_on_the_boundary_between_regimes_both_neighbours_exist() -> None:
    values = UDG.values(pD="1/2")  # c_S = 2/4 at the defaults
    names = {named(f.profile) for f in ANALYSIS.assessments_at(values)}
    assert {"separating", "steadfast"} <= names
    assert ANALYSIS.regime_at(values) is None
    for found in ANALYSIS.assessments_at(values):
        assert verify_assessment(UDG.at(**values), found.profile, found.beliefs).is_pbe


def test_the_exact_solver_finds_the_same_outcomes() -> None:
    rng = random.Random(7)
    for _ in range(12):
        values = udg_point(rng)
        game = UDG.at(**values)
        solution = solve_tree(game, "pbe", time_limit=20)
        assert solution.status == "complete"
        there = {
            tuple(sorted(game.outcome_distribution(f.profile).items()))
            for f in ANALYSIS.assessments_at(values)
        }
        if ANALYSIS.regime_at(values) is not None:
            assert {tuple(sorted(e.outcomes.items())) for e in solution.equilibria} == there


def test_the_derived_forms_are_those_of_the_book() -> None:
    """Symbol by symbol, by the known results of the model file."""
    answer = regimes(load_model("unilateral-deterrence"))
    assert len(answer.published) == 5
    assert {p.verdict for p in answer.published} == {"same"}


def test_a_wrong_claim_about_a_model_is_told_from_a_right_one() -> None:
    model = load_model("unilateral-deterrence")
    right = next(r for r in model.known_results if "bluff" in r.title)
    wrong = [
        right.__class__(**{**vars(right), "exists": right.exists[:1]}),
        right.__class__(**{**vars(right), "measures": {"war": right.measures["challenge"]}}),
        right.__class__(**{**vars(right), "exists": ()}),
    ]
    answer = regimes(model.replace(known_results=(right, *wrong)))
    assert [p.verdict for p in answer.published] == ["same", "different", "different", "different"]


#: Too long for a test: minutes each, or (the ladders) no known results with conditions.
LONG = ("asymmetric-escalation", "reassurance", "kahn-ladder", "crisis-ladder")
TREES = [name for name in model_names() if load_model(name).tree is not None and name not in LONG]


@pytest.mark.parametrize("name", TREES)
def test_models_give_what_is_published_and_their_equilibria_pass_the_check(name: str) -> None:
    model = load_model(name)
    answer = regimes(model, boundaries=False, effort=300)
    assert [p for p in answer.published if p.verdict not in ("same", "not compared")] == []
    for regime in answer.regimes:  # "for instance" is within the declared ranges where that can be
        inside = all(model.parameters[n].contains(v) for n, v in regime.witness.items())
        assert inside or regime.share == 0
    found = answer.assessments_at(model.values())
    assert found
    for one in found:
        report = verify_assessment(model.at(), one.profile, one.beliefs)
        assert report.is_pbe, (one, report)


def test_a_tie_above_a_tie_is_a_boundary() -> None:
    tree = Decision(
        "A",
        "first",
        {
            "out": Leaf("quiet"),
            "in": Decision("B", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")}),
        },
    )
    model = tree_model(
        "entry",
        ("A", "B"),
        tree,
        {"quiet": ("0", "2"), "war": ("-w", "-k"), "loss": ("g", "-l")},
        {"w": 1, "g": 1, "k": 2, "l": 1},
        ("w > 0", "g > 0"),
    )
    answer = regimes(model)
    assert answer.concept == "spe"
    assert answer.cover == "proven"
    conditions = {tuple(map(str, r.conditions)) for r in answer.regimes}
    assert conditions == {("k > l",), ("l > k",)}
    thin = [e for e in answer.equilibria if e.boundary]
    assert any("k == l" in map(str, e.conditions) for e in thin)


def test_chances_in_formulas_have_to_be_polynomials() -> None:
    tree = Chance(
        {
            "a": ("1/2", Leaf("x")),
            "b": ("1/2", Decision("A", "choice", {"u": Leaf("x"), "v": Leaf("y")})),
        },
        "draw",
    )
    model = tree_model("drawn", ("A",), tree, {"x": ("s",), "y": ("t",)}, {"s": 1, "t": 2})
    assert len(regimes(model).regimes) == 2
    from deterrence.algebra.expressions import Expression

    divided = model.tree.replace(
        sets=tuple(
            s
            if not s.is_chance
            else s.__class__(
                s.label, None, s.actions, (Expression.parse("s/t"), Expression.parse("1 - s/t"))
            )
            for s in model.tree.sets
        )
    )
    with pytest.raises(UnsupportedError, match="derived parameter"):
        tree_problem(model.replace(tree=divided))


def test_an_absent_minded_player_is_refused() -> None:
    drive = Decision("Driver", "junction", {"exit": Leaf("far"), "go on": Leaf("home")})
    tree = Decision("Driver", "junction", {"exit": Leaf("near"), "go on": drive})
    model = tree_model(
        "driver", ("Driver",), tree, {"near": ("0",), "far": ("x",), "home": ("1",)}, {"x": 4}
    )
    with pytest.raises(UsageError, match="junction"):
        regimes(model)


def test_conditions_that_contradict_each_other_make_no_equilibrium() -> None:
    """A factor that the other conditions fix may turn a product into a contradiction."""
    from deterrence.algebra.expressions import Expression
    from deterrence.algebra.literals import Literal
    from deterrence.algebra.polynomials import Algebra
    from deterrence.proving.conditions import Simplifier
    from deterrence.proving.prover import Prover
    from deterrence.symbolic.trees.search import TreeSearch

    algebra = Algebra(["a", "b"], [Expression.parse("a*b")])
    a, b = algebra.ring.gens
    simplifier = Simplifier(Prover(algebra, []))
    search = TreeSearch(patterns=None, elimination=None, simplifier=simplifier)  # type: ignore[arg-type]
    both = [(Literal(a, ">"),), (Literal(b, ">"),)]
    assert search._factored([*both, (Literal(a * b, "<"),)]) is None
    assert search._factored([*both, (Literal(a * b, ">"),)]) == both


@pytest.mark.parametrize("name", TREES)
def test_the_exact_solver_finds_no_other_outcomes_at_random_points(name: str) -> None:
    """Two searches that share no code agree on what can happen, off the boundaries."""
    model = load_model(name)
    answer = regimes(model, boundaries=False)
    rng = random.Random(name)
    looked = 0
    for k in range(12):
        values = dict(model.values())
        for parameter in model.parameters.values():
            if parameter.formula is None and k and parameter.default is not None:
                low = parameter.lower if parameter.lower is not None else parameter.default - 2
                high = parameter.upper if parameter.upper is not None else parameter.default + 2
                values[parameter.name] = low + (high - low) * Fraction(rng.randint(1, 63), 64)
        for derived in model.derived:
            values.pop(derived, None)
        try:
            values = model.values(**values)
        except UsageError:
            continue
        if answer.regime_at(values) is None:
            continue
        game = model.at(**values)
        solution = solve_tree(game, answer.concept, time_limit=20)
        assert solution.status == "complete"
        there = {
            tuple(sorted((o, p) for o, p in game.outcome_distribution(f.profile).items() if p))
            for f in answer.assessments_at(values)
        }
        assert {tuple(sorted(e.outcomes.items())) for e in solution.equilibria} == there
        looked += 1
    assert looked


def test_boundaries_that_are_cut_short_leave_the_list_of_patterns_whole() -> None:
    search = _Search(load_model("rudimentary-deterrence"), False, None, 60.0, False).internal.search
    assert not search.truncated
    search.patterns.prover.deadline = work.now()  # nothing is left for boundaries
    assert not search.find_boundaries(1.0)
    assert not search.truncated
