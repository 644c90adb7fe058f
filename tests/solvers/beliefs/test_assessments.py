"""Equilibria with beliefs of trees whose complete answers are known."""

from __future__ import annotations

import random
from fractions import Fraction as F

import pytest
from belief_trees import asymmetric_escalation, chain_store, rudimentary
from game_trees import driver, entry, horse, ladder
from tree_models import unilateral_deterrence

from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.solvers import solve_tree
from deterrence.solvers.beliefs import sequential_regret, verify_assessment

CONCEPTS = ("weak-pbe", "pbe", "sequential")


def behaviours(solution):
    """What is done at each information set, as plain dictionaries of what is played."""
    return [
        {
            label: {a: p for a, p in mix.items() if p != 0}
            for own in e.profile.values()
            for label, mix in own.items()
        }
        for e in solution
    ]


def pick(solution, **wanted):
    """Equilibria that do what is named (underscores for spaces)."""
    found = []
    for e, done in zip(solution, behaviours(solution), strict=True):
        if all(done[k.replace("_", " ")] == v for k, v in wanted.items()):
            found.append(e)
    return found


# ---- Selten's horse ------------------------------------------------------------------------
@pytest.mark.parametrize("concept", CONCEPTS)
def test_seltens_horse(concept: str) -> None:
    """The only sequential equilibria are (C, c, R mostly); the other Nash set is not rational.

    Selten 1975, section 6: with D and L played, player 2 would rather play d.
    """
    solution = solve_tree(horse(), concept)
    assert solution.status == "complete"
    assert solution.count == 1
    (family,) = solution.families
    assert family.conditions == ("P(L at third) <= 1/4",)
    pure, mixed = solution.equilibria
    assert behaviours(solution) == [
        {"first": {"C": 1}, "second": {"c": 1}, "third": {"R": 1}},
        {"first": {"C": 1}, "second": {"c": 1}, "third": {"L": F(1, 4), "R": F(3, 4)}},
    ]
    assert pure.beliefs["third"] == {"D": (0, F(1, 3)), "C, d": (F(2, 3), 1)}
    assert pure.belief_conditions["third"] == ("P(D) <= 1/3",)
    assert mixed.beliefs["third"] == {"D": F(1, 3), "C, d": F(2, 3)}


def test_the_other_nash_equilibrium_of_the_horse_gains_at_the_set_that_is_not_reached() -> None:
    profile = {"1": {"first": {"D": 1}}, "2": {"second": {"c": 1}}, "3": {"third": {"L": 1}}}
    report = verify_assessment(horse(), profile)
    assert max(horse().regret(profile).values()) == 0
    assert report.regrets == {"first": 0, "third": 0, "second": 3}
    assert not report.is_weak_pbe
    assert "second" in report.faults[0]


# ---- the Unilateral Deterrence Game, row by row ---------------------------------------------
def thresholds(v):
    d = (v["dCD"] - v["dDC"]) / (v["dCD"] - v["dDDm"])
    c_soft = (v["cDC"] - v["cSQ"]) / (v["cDC"] - v["cCD"])
    c_hard = (v["cDC"] - v["cSQ"]) / (v["cDC"] - v["cDDp"])
    return d, c_soft, c_hard


def deterrence_game(rng, p_c=None, p_d=None):
    """Random rational payoffs that keep the game's orders; probabilities may be given."""

    def ordered(count, top=40):
        return sorted((F(n) for n in rng.sample(range(-top, top), count)), reverse=True)

    v = dict(zip(("cDC", "cSQ", "cDDp", "cCD", "cDDm"), ordered(5), strict=True))
    v |= dict(zip(("dDDp", "dDC", "dDDm"), ordered(3), strict=True))
    v["dCD"] = v["dDC"] + rng.randint(1, 30)
    v["dSQ"] = max(v["dCD"], v["dDDp"]) + rng.randint(1, 9)
    d, c_soft, c_hard = thresholds(v)
    marks = {"c_S": c_soft, "c_H": c_hard, "d": d}
    for name, given in (("pC", p_c), ("pD", p_d)):
        v[name] = marks[given] if given else F(rng.randint(1, 39), 40)
    return v


def expected_rows(v):
    """The rows of the published table that exist, by (x_hard, x_soft, y_soft)."""
    d, c_soft, c_hard = thresholds(v)
    p_c, p_d = v["pC"], v["pD"]
    rows = {}
    if c_soft <= p_d <= c_hard:
        rows["separating"] = (1, 0, 0)
    if p_d < c_soft and p_c < d:
        rows["bluff"] = (1, p_c * (1 - d) / (d * (1 - p_c)), (c_soft - p_d) / (1 - p_d))
    if p_d <= c_soft and p_c >= d:
        rows["attack"] = (1, 1, 0)
    if p_d >= c_hard:
        rows["certain"] = (0, 0, 0)
    rows["steadfast"] = (0, 0, 1)
    return rows


def listed_rows(solution):
    found = {}
    for k, done in enumerate(behaviours(solution)):
        key = (
            done["first (hard)"].get("challenge", 0),
            done["first (soft)"].get("challenge", 0),
            done["reply (soft)"].get("resist", 0),
        )
        found[key] = solution.equilibria[k]
    return found


def check_rows(v) -> None:
    d, c_soft, c_hard = thresholds(v)
    game = unilateral_deterrence().at(**v)
    solution = solve_tree(game, "pbe")
    assert solution.status == "complete"
    listed = listed_rows(solution)
    rows = expected_rows(v)
    for name, key in rows.items():
        assert key in listed, (name, v)
    p_c, p_d = v["pC"], v["pD"]
    outcomes = {name: listed[key].measures for name, key in rows.items()}
    if "bluff" in rows:
        assert outcomes["bluff"]["DD"] == p_c * c_soft
        assert 1 - outcomes["bluff"]["SQ"] == p_c / d
    for name in {"separating", "attack"} & rows.keys():
        assert outcomes[name]["DD"] == p_c * p_d
    for name in {"certain", "steadfast"} & rows.keys():
        assert outcomes[name]["SQ"] == 1
    # Nothing else but deterrence with other replies off the path, and knife-edge mixtures.
    generic = p_d not in (c_soft, c_hard) and p_c != d
    for x_hard, x_soft, y in listed:
        if generic and x_hard:
            assert (x_hard, x_soft, y) in rows.values()
        if not x_hard:
            assert x_soft == 0
            assert p_d + (1 - p_d) * y >= c_hard
    steadfast = listed[rows["steadfast"]]
    path = "Challenger hard, Defender soft, challenge"
    assert steadfast.beliefs["reply (soft)"][path] == (0, d)
    assert steadfast.belief_conditions["reply (soft)"] == (f"P({path}) <= {d}",)
    assert steadfast.belief_conditions["reply (hard)"] == ("any belief",)


@pytest.mark.parametrize("seed", range(12))
def test_the_published_table_at_random_points(seed: int) -> None:
    check_rows(deterrence_game(random.Random(seed)))


@pytest.mark.parametrize("p_d", [None, "c_S", "c_H"])
@pytest.mark.parametrize("p_c", [None, "d"])
def test_the_published_table_on_its_borders(p_c, p_d) -> None:
    for seed in range(3):
        check_rows(deterrence_game(random.Random(1000 + seed), p_c, p_d))


def test_between_separating_and_bluff_the_defender_is_indifferent_about_nothing() -> None:
    """At p_D = c_S the soft challenger may bluff as often as in the bluff row, or less."""
    v = deterrence_game(random.Random(5), None, "c_S")
    d, _, _ = thresholds(v)
    v["pC"] = d / 2
    solution = solve_tree(unilateral_deterrence().at(**v), "pbe")
    families = [f for f in solution.families if "first (soft)" in f.ties.get("Challenger", {})]
    (family,) = families
    most = v["pC"] * (1 - d) / (d * (1 - v["pC"]))
    assert family.conditions == (f"P(wait at first (soft)) >= {1 - most}",)


# ---- other cards of the catalogue -------------------------------------------------------------
@pytest.mark.parametrize(("p", "first"), [("1/4", {"attack": 1}), ("2/5", {"wait": 1})])
def test_rudimentary_deterrence(p: str, first) -> None:
    """A challenges if and only if B is hard with less than (aDC-aSQ)/(aDC-aDD) = 1/3."""
    for concept in CONCEPTS:
        solution = solve_tree(rudimentary(p), concept)
        assert solution.status == "complete"
        assert behaviours(solution) == [
            {"first": first, "reply (hard)": {"resist": 1}, "reply (soft)": {"concede": 1}}
        ]


def test_rudimentary_deterrence_at_the_threshold() -> None:
    solution = solve_tree(rudimentary("1/3"), "pbe")
    (family,) = solution.families
    assert family.ties == {"A": {"first": ("wait", "attack")}}
    assert family.conditions == ()
    assert len(solution) == 2


@pytest.mark.parametrize(("p", "b"), [("1/10", "1/2"), ("1/8", "3/5"), ("1/3", "2/3")])
def test_two_challengers_and_a_reputation(p: str, b: str) -> None:
    """Kreps and Wilson 1982: the first of two stays out if and only if p >= b^2."""
    chance, gain = F(p), F(b)
    assert chance != gain**2
    solution = solve_tree(chain_store(p, b), "sequential")
    assert solution.status == "complete"
    assert {done["first"].get("out", 0) for done in behaviours(solution)} == {
        int(chance >= gain**2)
    }


def test_that_somebody_tries_after_all_says_nothing_about_the_defender() -> None:
    """The first challenger knows no more than the second: only what follows is news."""
    assert F(1, 10) < F(1, 2) ** 2
    for concept, count in (("weak-pbe", True), ("pbe", False), ("sequential", False)):
        deterred = pick(solve_tree(chain_store(), concept), first={"out": 1})
        assert bool(deterred) is count, concept
    for e in pick(solve_tree(chain_store("1/3", "1/2"), "pbe"), first={"out": 1}):
        fought = e.beliefs["second after fight"]
        assert fought["Defender tough, in, fight"] > F(1, 3)


def test_limited_war_needs_uncertainty() -> None:
    """M13: limited response, no response and escalatory deterrence, with their conditions."""
    solution = solve_tree(asymmetric_escalation(), "sequential")
    assert solution.status == "complete"
    limited = [e for e in solution if e.outcomes.get("DD HH")]
    (one,) = limited
    assert one.outcomes["DD HH"] + one.outcomes["DD HS"] == F(3, 10)
    assert one.outcomes["DC"] == F(7, 10)
    assert {tuple(e.outcomes) for e in solution if "SQ" not in e.outcomes and e is not one} == {
        ("DC",)
    }
    everybody_escalates = [
        done
        for done in behaviours(solution)
        if all(done[f"reply ({d})"] == {"E": 1} for d in ("HH", "HS", "SH", "SS"))
    ]
    assert everybody_escalates
    assert all(done["first (hard)"] == {"C": 1} for done in everybody_escalates)


@pytest.mark.slow
def test_no_limited_war_where_its_conditions_fail() -> None:
    soft = asymmetric_escalation("2/5")  # p_Ch < 1/2: nobody concedes to a challenge for certain
    for e in solve_tree(soft, "sequential"):
        assert e.outcomes == {"SQ": 1} or "DC" not in e.outcomes or e.outcomes["DC"] < 1
    unsure = asymmetric_escalation("3/5", ("1/10", "2/10", "3/10", "2/5"))  # p_HH/(p_HH+p_HS) < 1/2
    outcomes = [e.outcomes for e in solve_tree(unsure, "sequential")]
    assert not any(o.get("DD HH", 0) + o.get("DD HS", 0) == F(3, 10) for o in outcomes)


# ---- weak and strong ---------------------------------------------------------------------------
def hidden_fight() -> ExtensiveGame:
    """Mas-Colell, Whinston and Green 1995, Example 9.C.5: enter, then a game of two."""
    inner = Decision(
        "E",
        "inside",
        {
            "fight": Decision("I", "reply", {"fight": Leaf("ff"), "yield": Leaf("fy")}),
            "yield": Decision("I", "reply", {"fight": Leaf("yf"), "yield": Leaf("yy")}),
        },
    )
    outcomes = {
        "out": (0, 2),
        "ff": (-3, -1),
        "fy": (1, -2),
        "yf": (-2, -1),
        "yy": (3, 1),
    }
    tree = Decision("E", "entry", {"out": Leaf("out"), "in": inner})
    return ExtensiveGame.from_tree(("E", "I"), tree, outcomes, name="hidden fight")


def test_a_weak_pbe_that_is_not_subgame_perfect() -> None:
    weak = pick(solve_tree(hidden_fight(), "weak-pbe"), entry={"out": 1}, reply={"fight": 1})
    assert weak
    assert weak[0].beliefs["reply"]["in, fight"] == (F(2, 3), 1)
    for concept in ("pbe", "sequential", "spe"):
        solution = solve_tree(hidden_fight(), concept)
        assert not pick(solution, entry={"out": 1})
        assert pick(solution, entry={"in": 1}, inside={"yield": 1}, reply={"yield": 1})


def common_trembles() -> ExtensiveGame:
    """After Kreps and Wilson 1982, section 5: two watchers of one player's mistakes.

    If nobody moves, each watcher may bet on which of two moves was made: B on left, which
    pays if he believes it with at least 2/3, C on right, likewise.
    """

    def watch(move: str) -> Decision:
        second = {
            b: Decision("C", "C's bet", {c: Leaf(f"{move} {b} {c}") for c in ("pass", "right")})
            for b in ("left", "pass")
        }
        return Decision("B", "B's bet", second)

    outcomes = {"quiet": (2, 0, 0)}
    for move in ("left", "right"):
        for b in ("left", "pass"):
            for c in ("pass", "right"):
                worth_b = 0 if b == "pass" else 1 if move == "left" else -2
                worth_c = 0 if c == "pass" else 1 if move == "right" else -2
                a_gets = 0 if (b, c) == ("left", "right") else 3
                outcomes[f"{move} {b} {c}"] = (a_gets, worth_b, worth_c)
    tree = Decision(
        "A", "first", {"quiet": Leaf("quiet"), "left": watch("left"), "right": watch("right")}
    )
    return ExtensiveGame.from_tree(("A", "B", "C"), tree, outcomes, name="common trembles")


def test_watchers_of_the_same_mistakes_agree() -> None:
    """Both bets are rational at different beliefs, which are no limit of common mistakes."""
    apart = {"first": {"quiet": 1}, "B's bet": {"left": 1}, "C's bet": {"right": 1}}
    for concept, present in (("weak-pbe", True), ("pbe", True), ("sequential", False)):
        solution = solve_tree(common_trembles(), concept)
        assert solution.status == "complete"
        assert (apart in behaviours(solution)) is present, concept
    # One of them passes then, and moving pays: being quiet is no sequential equilibrium.
    assert not any("quiet" in e.outcomes for e in solve_tree(common_trembles(), "sequential"))


# ---- ties, chance, refusals --------------------------------------------------------------------
def test_a_tie_is_a_family_here_too() -> None:
    by_beliefs, by_induction = (solve_tree(entry(0, 0), c) for c in ("pbe", "spe"))
    assert {f.conditions for f in by_beliefs.families} == {
        ("P(fight at reply) <= 1/2",),
        ("P(fight at reply) >= 1/2",),
        ("P(fight at reply) = 1/2",),
    }
    assert len(by_beliefs) == len(by_induction)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_absent_minded_driver_is_refused(concept: str) -> None:
    with pytest.raises(UsageError, match="absent-minded at 'junction'"):
        solve_tree(driver(), concept)


def test_chance_that_never_happens_leaves_the_belief_open() -> None:
    def reply(kind: str) -> Decision:
        return Decision("B", "reply", {"x": Leaf(f"{kind} x"), "y": Leaf(f"{kind} y")})

    tree = Chance(
        {
            "never": (F(0), Decision("A", "first (never)", {"go": reply("never")})),
            "always": (F(1), Decision("A", "first", {"go": reply("always"), "stay": Leaf("stay")})),
        }
    )
    outcomes = {
        "never x": (0, 1),
        "never y": (1, 0),
        "always x": (0, 0),
        "always y": (3, 1),
        "stay": (1, 1),
    }
    game = ExtensiveGame.from_tree(("A", "B"), tree, outcomes)
    for concept in CONCEPTS:
        solution = solve_tree(game, concept)
        assert solution.status == "complete"
        assert pick(solution, first={"go": 1}, reply={"y": 1})


def at_once(payoffs) -> ExtensiveGame:
    """Three players with two actions each, who choose without seeing each other."""

    def third(i: int, j: int) -> Decision:
        return Decision("C", "c", {f"c{k}": Leaf(f"{i}{j}{k}") for k in (0, 1)})

    def second(i: int) -> Decision:
        return Decision("B", "b", {f"b{j}": third(i, j) for j in (0, 1)})

    tree = Decision("A", "a", {f"a{i}": second(i) for i in (0, 1)})
    return ExtensiveGame.from_tree("ABC", tree, payoffs)


def test_irrational_probabilities_are_exact() -> None:
    rng = random.Random(0)
    payoffs = {
        f"{i}{j}{k}": tuple(rng.randint(0, 5) for _ in range(3))
        for i in (0, 1)
        for j in (0, 1)
        for k in (0, 1)
    }
    for concept in CONCEPTS:
        solution = solve_tree(at_once(payoffs), concept)
        assert solution.status == "complete"
        (mixed,) = [d for d in behaviours(solution) if len(d["a"]) == 2]
        assert (7 * mixed["a"]["a0"] - 2) ** 2 == 11
        assert (5 * mixed["c"]["c0"] - 1) ** 2 == 11
        assert all(e.regret == 0 for e in solution)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_where_everybody_knows_everything_subgame_perfection_is_all(concept: str) -> None:
    game = ladder(44)
    solution, perfect = solve_tree(game, concept), solve_tree(game, "spe")
    assert solution.status == "complete"
    assert [e.profile for e in solution] == [e.profile for e in perfect]
    tied = ladder(12, stop=lambda k: (0, 0), end=(0, 0))
    assert solve_tree(tied, concept).families == solve_tree(tied, "spe").families


def test_floats_are_solved_as_the_fractions_they_are() -> None:
    game = rudimentary("1/4")
    floats = game.replace(outcomes={k: tuple(map(float, u)) for k, u in game.outcomes.items()})
    solution = solve_tree(floats, "pbe")
    assert solution.status == "complete"
    assert any("floats" in m for m in solution.messages)


def test_everything_is_in_the_json() -> None:
    data = solve_tree(horse(), "pbe").to_dict()
    assert data["schema"] == 1
    first = data["equilibria"][0]
    assert first["profile"]["3"]["third"] == {"L": "0", "R": "1"}
    assert first["beliefs"]["third"]["D"] == ["0", "1/3"]
    assert first["belief_conditions"]["third"] == ["P(D) <= 1/3"]
    assert first["regret"] == "0"


# ---- the verifier --------------------------------------------------------------------------------
def test_the_verifier_finds_each_kind_of_fault() -> None:
    v = {"pC": F(1, 3), "pD": F(1, 4)}
    game = unilateral_deterrence().at(**v)
    (bluff,) = [e for e in solve_tree(game, "pbe") if e.outcomes.get("DD")]
    assert sequential_regret(game, bluff.profile, bluff.beliefs) == 0
    wrong = {"reply (soft)": {"Challenger hard, Defender soft, challenge": F(1)}}
    report = verify_assessment(game, bluff.profile, wrong)
    assert "reply (soft)" in report.off_bayes_on_path
    assert report.regrets["reply (soft)"] > 0
    assert not report.is_weak_pbe


def test_pre_consistency_is_checked() -> None:
    def after(move: str) -> Decision:
        inner = {
            "stop": Leaf(f"{move} stop"),
            "go": Decision("B", "later", {"u": Leaf(f"{move} u"), "d": Leaf(f"{move} d")}),
        }
        return Decision("B", "early", inner)

    tree = Decision("A", "first", {"out": Leaf("out"), "l": after("l"), "r": after("r")})
    outcomes = {"out": (5, 0)} | {
        f"{m} {x}": (0, 0) for m in ("l", "r") for x in ("stop", "u", "d")
    }
    game = ExtensiveGame.from_tree(("A", "B"), tree, outcomes)
    profile = {"A": {"first": {"out": 1}}, "B": {"early": {"go": 1}, "later": {"u": 1}}}
    beliefs = {"early": {"l": 1}, "later": {"l, go": 0, "r, go": 1}}
    report = verify_assessment(game, profile, beliefs)
    assert report.is_weak_pbe
    assert not report.is_pbe
    assert "later" in report.off_chain
    beliefs["later"] = {"l, go": 1}
    assert verify_assessment(game, profile, beliefs).is_pbe


@pytest.mark.parametrize(
    ("beliefs", "match"),
    [
        ({"third": {"D": "1/2", "C, x": "1/2"}}, "no node 'C, x'"),
        ({"third": {"D": "1/2"}}, "not a distribution"),
        ({"third": {"D": ("0", "1/2")}}, "range"),
        ({"thrid": {}}, "no information set"),
        ({}, "no belief is given at 'third'"),
    ],
)
def test_beliefs_that_are_none(beliefs, match) -> None:
    profile = {"1": {"first": {"C": 1}}, "2": {"second": {"c": 1}}, "3": {"third": {"R": 1}}}
    with pytest.raises(UsageError, match=match):
        verify_assessment(horse(), profile, beliefs)


def test_formulas_are_refused_by_the_verifier() -> None:
    model = unilateral_deterrence()
    with pytest.raises(UsageError, match="formulas"):
        verify_assessment(model.tree, {})
