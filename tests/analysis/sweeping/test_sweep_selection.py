"""Selection rules and bounds, against cases derived by hand and against exact solutions."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import load_model, read_model, solve
from deterrence.analysis.points.selection import bounds, check_rule, keep
from deterrence.analysis.points.solver import PointSolver
from deterrence.errors import UsageError

CELLS = ("tl", "tr", "bl", "br")
NAMES = tuple(f"{p}_{cell}" for p in ("r", "c") for cell in CELLS)

#: Any 2x2 game: a parameter per player and cell.
GENERAL = read_model(
    "\n".join(
        [
            "title: Any two-by-two game",
            "form: strategic",
            "players: {Row: the rows, Column: the columns}",
            "actions: {Row: [T, B], Column: [L, R]}",
            "parameters:",
            *(f"  {name}: {{title: a payoff, default: 0, source: test}}" for name in NAMES),
            "outcomes:",
            *(f"  {c}: {{title: a cell, payoffs: {{Row: r_{c}, Column: c_{c}}}}}" for c in CELLS),
            "game:",
            "  T: {L: tl, R: tr}",
            "  B: {L: bl, R: br}",
            "measures:",
            "  clash: {title: bottom right, outcomes: [br]}",
        ]
    ),
    "general",
)


class Solved:
    """Games (Row's four payoffs, then Column's) solved together."""

    def __init__(self, *games: tuple[Any, ...]) -> None:
        self.rows = [[Fraction(v) for v in game] for game in games]
        self.solver = PointSolver(GENERAL, NAMES)
        columns = {
            name: np.array([float(v) for v in column])
            for name, column in zip(NAMES, zip(*self.rows, strict=True), strict=True)
        }
        self.block = self.solver.solve(columns, self.exact)

    def exact(self, i: int) -> dict[str, Fraction]:
        return dict(zip(NAMES, self.rows[i], strict=True))

    def kept(self, rule: str, by: str | None = None) -> list[list[Any]]:
        """Return, per game, the payoffs of the equilibria that a rule keeps."""
        block = self.block
        kept = keep(block, rule, by, lambda i: GENERAL.at(**self.exact(i)))
        assert not (kept & ~block.exists).any()
        return [
            sorted(
                (block.payoffs["Row"][i, e], block.payoffs["Column"][i, e])
                for e in np.flatnonzero(kept[i])
            )
            for i in range(len(self.rows))
        ]


def kept_by(rule: str, *games: tuple[Any, ...], by: str | None = None) -> list[list[Any]]:
    return Solved(*games).kept(rule, by)


def symmetric(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, ...]:
    """Return a symmetric game: T against T pays a, against B b; B against T c, against B d."""
    return (a, b, c, d, a, c, b, d)


STAG_HUNT = symmetric(4, 0, 3, 2)
PRISONERS = symmetric(3, 0, 5, 1)
BATTLE = (3, 0, 0, 2, 2, 0, 0, 3)
PENNIES = (1, -1, -1, 1, -1, 1, 1, -1)
TWINS = symmetric(2, 0, 0, 2)


def test_payoff_dominance_by_hand() -> None:
    found = kept_by("payoff-dominant", STAG_HUNT, PRISONERS, BATTLE, PENNIES, TWINS)
    assert found == [[(4, 4)], [(1, 1)], [], [(0, 0)], []]


def test_payoff_dominance_needs_more_for_everybody() -> None:
    # T,L pays (2, 1) and B,R (1, 1): better for one, no worse for the other is not enough.
    assert kept_by("payoff-dominant", (2, 0, 0, 1, 1, 0, 0, 1)) == [[]]


def test_risk_dominance_by_hand() -> None:
    # Stag hunt: losses from deviating 4 - 3 at (4, 4) and 2 - 0 at (2, 2): 1 < 4.
    # Unequal: losses (3, 1) at T,L and (2, 2) at B,R: 3 < 4.  Other diagonal: 6 > 4.
    unequal = (3, 0, 0, 2, 1, 0, 0, 2)
    other = (0, 3, 2, 0, 0, 2, 2, 0)
    games = (STAG_HUNT, unequal, other, PRISONERS, PENNIES, TWINS)
    assert kept_by("risk-dominant", *games) == [[(2, 2)], [(2, 2)], [(3, 2)], [], [], []]


def test_risk_dominance_where_floats_cannot_tell() -> None:
    """Losses 1 and 1 against 1 - e and 1 - e: a tie only where e is 0."""
    e = Fraction(1, 10**14)
    games = [symmetric(4, 1 + d, 3, 2) for d in (e, 0, -e)]
    assert kept_by("risk-dominant", *games) == [[(4, 4)], [], [(2, 2)]]


def test_payoff_dominance_where_floats_cannot_tell() -> None:
    big, e = 10**9, Fraction(1, 10**9)
    games = [(big + d, 0, 0, big, 2, 0, 0, 1) for d in (e, 0)]
    found = kept_by("payoff-dominant", *games)
    assert [len(kept) for kept in found] == [1, 0]


def test_pareto_undominated_by_hand() -> None:
    found = kept_by("pareto-undominated", STAG_HUNT, BATTLE, TWINS, PENNIES)
    # Battle: the mixed equilibrium pays 6/5 to both and is dominated by either pure one.
    assert found == [[(4, 4)], [(2, 3), (3, 2)], [(2, 2), (2, 2)], [(0, 0)]]


def test_undominated_is_about_weak_dominance() -> None:
    # B weakly dominates T: of (T,L) and (B,R), both equilibria, only (B,R) is left.
    weak = symmetric(1, 0, 1, 1)
    found = kept_by("undominated", weak, STAG_HUNT, BATTLE)
    assert found[0] == [(1, 1)]
    assert [len(kept) for kept in found[1:]] == [3, 3]
    assert (1.0, 1.0) in kept_by("pareto-undominated", weak)[0]


def test_worst_and_best_by_a_measure_and_by_a_player() -> None:
    # Stag hunt, clash: 0 at T,L; 1 at B,R; mixed: T with 2/3, so (1/3)**2.
    assert kept_by("worst", STAG_HUNT, by="clash") == [[(2, 2)]]
    assert kept_by("best", STAG_HUNT, by="clash") == [[(4, 4)]]
    assert kept_by("worst", BATTLE, by="Row") == [[pytest.approx((1.2, 1.2))]]
    assert kept_by("best", BATTLE, by="Row") == [[(3, 2)]]


def test_ties_keep_all_of_them() -> None:
    both = kept_by("best", TWINS, by="Row")
    assert both == [[(2, 2), (2, 2)]]


def test_ties_between_a_pure_and_a_mixed_equilibrium() -> None:
    """T pays Row the same against L and R, and so in every equilibrium that uses T.

    In the mixed one that payoff is a sum of two products, whose rounding must not decide.
    """
    shares = [Fraction(n, d) for d in range(3, 30) for n in range(1, d) if Fraction(n, d) < 1]
    games = [(a, a, 0, 1, 1, 0, 0, 1) for a in shares]
    together = Solved(*games)
    payoffs = together.block.payoffs["Row"]
    assert (payoffs[:, 0] != payoffs[:, 2]).any()  # rounding does tell some of them apart
    assert [len(kept) for kept in together.kept("worst", "Row")] == [2] * len(games)


GAMES = st.lists(st.tuples(*[st.integers(0, 3)] * 8), min_size=1, max_size=8)


@settings(max_examples=60)
@given(GAMES)
def test_rules_agree_with_the_exact_solver(games: list[tuple[int, ...]]) -> None:
    """Tie-rich games, solved one by one and judged by code that shares nothing."""
    together = Solved(*games)
    found = {
        rule: together.kept(rule, "clash" if rule == "worst" else None)
        for rule in (
            "payoff-dominant",
            "pareto-undominated",
            "undominated",
            "risk-dominant",
            "worst",
        )
    }
    for i, game in enumerate(games):
        solution = solve(GENERAL.at(**dict(zip(NAMES, game, strict=True))), solver="exact")
        pairs = [(e.payoffs["Row"], e.payoffs["Column"]) for e in solution]
        clash = [e.measures["clash"] for e in solution]
        everybody = [
            u
            for k, u in enumerate(pairs)
            if all(u[0] > v[0] and u[1] > v[1] for m, v in enumerate(pairs) if m != k)
        ]
        pareto = [
            u for u in pairs if not any(v != u and v[0] >= u[0] and v[1] >= u[1] for v in pairs)
        ]
        worst = [u for u, c in zip(pairs, clash, strict=True) if c == max(clash)]
        for rule, wanted in (
            ("payoff-dominant", everybody),
            ("pareto-undominated", pareto),
            ("undominated", [u for u, e in zip(pairs, solution, strict=True) if safe(game, e)]),
            ("risk-dominant", nash_product(game)),
            ("worst", worst),
        ):
            pairs_kept = np.array(found[rule][i]).reshape(-1, 2)
            assert len(pairs_kept) == len(wanted), (rule, game)
            near = np.array(sorted(wanted), dtype=float).reshape(-1, 2)
            assert np.allclose(pairs_kept, near, rtol=1e-12, atol=0), (rule, game)


def safe(game: tuple[int, ...], equilibrium: Any) -> bool:
    """Say whether nobody plays a weakly dominated action: in a 2x2 game a pure one dominates."""
    for player, own in (("Row", (game[:2], game[2:4])), ("Column", (game[4::2], game[5::2]))):
        for k, chance in enumerate(equilibrium.profile[player].values()):
            pairs = list(zip(own[1 - k], own[k], strict=True))
            if chance and all(a >= b for a, b in pairs) and any(a > b for a, b in pairs):
                return False
    return True


def nash_product(game: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the risk-dominant equilibrium's payoffs straight from the definition."""
    row = {(0, 0): game[0], (0, 1): game[1], (1, 0): game[2], (1, 1): game[3]}
    column = {(0, 0): game[4], (0, 1): game[5], (1, 0): game[6], (1, 1): game[7]}
    strict = {}
    for i, j in itertools.product((0, 1), repeat=2):
        losses = row[i, j] - row[1 - i, j], column[i, j] - column[i, 1 - j]
        if min(losses) > 0:
            strict[i, j] = losses[0] * losses[1]
    if len(strict) != 2 or len(set(strict.values())) == 1:
        return []
    best = max(strict, key=lambda cell: strict[cell])
    return [(row[best], column[best])]


def test_bounds_ignore_what_is_not_kept() -> None:
    values = np.array([[3.0, 1.0, np.nan], [5.0, 2.0, 4.0], [1.0, 1.0, 1.0]])
    kept = np.array([[True, True, False], [False, True, True], [False] * 3])
    low, high = bounds(values, kept)
    assert np.array_equal(low, [1, 2, np.nan], equal_nan=True)
    assert np.array_equal(high, [3, 4, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("rule", "by", "message"),
    [
        ("best", None, "by which measure"),
        ("best", "wra", "did you mean 'war'"),
        ("all", "war", "worst and best"),
        ("payoff-dominat", None, "did you mean 'payoff-dominant'"),
    ],
)
def test_rules_that_make_no_sense(rule: str, by: str | None, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_rule(rule, by, ["war", "crisis"], ["Russia", "NATO"])
    assert message in str(caught.value)


def test_risk_dominance_is_for_two_by_two_games() -> None:
    with pytest.raises(UsageError, match="2x2"):
        load_model("escalation-ladder").sweep({"rho": "0:1/2:3"}, select="risk-dominant")


def test_an_equilibrium_without_a_value_is_neither_best_nor_worst() -> None:
    """A share of what never happens: P(tl) is 0 in one of the pure equilibria."""
    from deterrence.algebra.expressions import Expression
    from deterrence.game.measures import Measure

    share = Measure("share", Expression.parse("P(tr)/(P(tl) + P(tr))", queries=True))
    model = GENERAL.replace(measures=(share,))
    data = model.sweep({"r_tl": [2], "c_tl": [2], "r_br": [2], "c_br": [2]}).squeeze(drop=True)
    pure = [data.share.values[e] for e in range(3)]
    # T,L: 0; B,R: no value; mixed half and half: 1/2.
    assert pure == pytest.approx([0, np.nan, 0.5], nan_ok=True)
    assert (data.share_low.item(), data.share_high.item()) == (0, 0.5)
    for rule, value in (("best", 0), ("worst", 0.5)):
        chosen = model.sweep(
            {"r_tl": [2], "c_tl": [2], "r_br": [2], "c_br": [2]}, select=rule, by="share"
        )
        assert chosen.selected.item() == 1
        assert chosen.share.item() == value


@pytest.mark.parametrize("rule", ["best", "worst", "pareto-undominated", "payoff-dominant"])
def test_shortcuts_do_not_change_what_is_kept(rule: str) -> None:
    """Ranks and sure zeros save exact solving; here everything is compared exactly as well."""
    from deterrence.analysis.sweeping.blocks import BlockSolver
    from deterrence.analysis.sweeping.plan import make_plan

    model = load_model("escalation-ladder").with_rungs(2)
    by = "war" if rule in ("best", "worst") else None
    plan = make_plan(model, {"v_R": "1:9:5", "rho": "0:1/10:3"}, select=rule, by=by)
    solver = BlockSolver(plan)
    block = solver.solver.solve(plan.design.columns(0, plan.size), plan.design.exact)
    asked = []

    def exactly(i: int) -> Any:
        asked.append(i)
        return model.at(**plan.design.exact(i))

    quick = keep(block, rule, by, exactly, solver.ranks, solver.zeros)
    few = len(asked)
    wanted = np.zeros_like(quick)
    for i in range(plan.size):
        solution = solve(exactly(i), solver="exact")
        numbers = [[e.payoffs["Russia"], e.payoffs["NATO"]] for e in solution]
        war = [e.measures["war"] for e in solution]
        for k, e in enumerate(solution):
            others = [v for m, v in enumerate(numbers) if m != k]
            holds = {
                "best": war[k] == min(war),
                "worst": war[k] == max(war),
                "pareto-undominated": not any(
                    v != numbers[k] and v[0] >= numbers[k][0] and v[1] >= numbers[k][1]
                    for v in others
                ),
                "payoff-dominant": all(
                    numbers[k][0] > v[0] and numbers[k][1] > v[1] for v in others
                ),
            }[rule]
            exact = np.array([float(p) for q in e.profile.values() for p in q.values()])
            rows = np.concatenate([p[i] for p in block.probabilities.values()], axis=1)
            wanted[i, int(np.nanargmin(np.abs(rows - exact).max(axis=1)))] = holds
    assert np.array_equal(quick, wanted)
    if rule in ("best", "worst"):
        assert few < plan.size / 2


def test_the_rule_whose_name_has_changed_says_so() -> None:
    from deterrence.analysis.sweeping.plan import make_plan

    found = load_model("stag-hunt").sweep({"R_A": "4:6:3"}, select="undominated", output=None)
    assert found.attrs["selection"] == "undominated"
    plan = make_plan(load_model("stag-hunt"), {"R_A": "4:6:3"}, select="undominated")
    assert plan.identity["select"] != "undominated"  # no unfinished output of the old rule goes on
    with pytest.raises(UsageError, match="about strategies"):
        make_plan(load_model("tripwire"), {"g": "1:2:3"}, select="undominated")
