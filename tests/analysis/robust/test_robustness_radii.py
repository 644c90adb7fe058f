"""Robustness radii against closed forms, hand calculations and an independent solver."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from brink import BRINK
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import load_model, read_model
from deterrence.analysis.robust import payoff_robustness
from deterrence.analysis.robust.results import Robustness, SmallestChange
from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel

F = Fraction


def model_of(text: str) -> SymbolicModel:
    """Return a model from YAML text."""
    return read_model(text.encode(), "test")


def two_by_two(a: list[list[Fraction]], b: list[list[Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Return the equilibria of a 2x2 game without ties: (chance of row 2, of column 2).

    Written for these tests only: pure ones by deviation, the mixed one by indifference.
    """
    found = []
    for i, j in itertools.product((0, 1), repeat=2):
        if a[i][j] > a[1 - i][j] and b[i][j] > b[i][1 - j]:
            found.append((F(i), F(j)))
    row = (b[0][0] - b[0][1], b[1][0] - b[1][1])  # gains of column 1 over column 2
    column = (a[0][0] - a[1][0], a[0][1] - a[1][1])
    if row[0] != row[1] and column[0] != column[1]:
        x, y = row[0] / (row[0] - row[1]), column[0] / (column[0] - column[1])
        if 0 < x < 1 and 0 < y < 1:
            found.append((x, y))
    return found


def bipolarity_war(point: dict[str, Fraction]) -> list[Fraction]:
    """Return the chance of war in every equilibrium of the bipolarity model."""
    p = point
    k_r, k_n = p["c_R"] + p["rho"] * p["N_R"], p["c_N"] + p["rho"] * p["N_N"]
    a = [[F(0), -p["l_R"]], [p["g_R"], -k_r]]
    b = [[F(0), p["g_N"]], [-p["l_N"], -k_n]]
    return [x * y for x, y in two_by_two(a, b)]


@pytest.fixture(scope="module")
def bipolarity() -> Robustness:
    """Return both answers of the flagship model."""
    answer: Robustness = load_model(BRINK).robustness("war == 0")
    return answer


def answered(change: SmallestChange | None) -> SmallestChange:
    """Return an answer that is there."""
    assert change is not None
    return change


# ---- the flagship: radii by hand ------------------------------------------------------
def test_the_radius_of_no_war_in_every_equilibrium(bipolarity: Robustness) -> None:
    """By hand: all four costs move by r: 5 - 20r + (1/25 - r)(100 - 990r) = 5 + 39/2 r."""
    change = answered(bipolarity.every)
    assert change.certainty == "proven"
    assert not change.before
    assert change.upper is not None
    assert change.upper.polynomial == (9900, -1791, 40)
    assert change.radius == pytest.approx((1791 - (1791**2 - 4 * 9900 * 40) ** 0.5) / 19800)
    assert change.lower == change.upper
    assert change.attained is False  # at k_R = l_R a mixture of Russia's still risks war
    assert {m.parameter for m in change.moves} == {"l_R", "c_R", "rho", "N_R"}
    assert change.regime == "Russia cannot be deterred"


def test_the_radius_of_no_war_in_some_equilibrium(bipolarity: Robustness) -> None:
    """By hand: NATO's side is the harder: 4 - 20r + (1/25 - r)(100 - 990r) = 3 + 39/2 r."""
    change = answered(bipolarity.some)
    assert change.before
    assert change.upper is not None
    assert change.upper.polynomial == (9900, -1791, 50)
    assert change.radius == pytest.approx((1791 - (1791**2 - 4 * 9900 * 50) ** 0.5) / 19800)
    assert change.regime == "Direct war"
    assert change.attained is False


def test_samples_inside_the_ball_do_not_flip_and_the_witness_does(bipolarity: Robustness) -> None:
    rng = random.Random(5)
    for change in bipolarity.answers:
        test = all if change.quantifier == "every" else any
        r = F(change.radius).limit_denominator(10**9) - F(1, 10**8)
        corners = 0
        for k in range(400):
            point = {}
            for axis in bipolarity.axes:
                # Half of the samples lie in corners of the ball, where flips come first.
                z = (
                    rng.choice((-r, r))
                    if k % 2
                    else F(rng.uniform(-1, 1)).limit_denominator(99) * r
                )
                low, high = axis.lower, axis.upper
                assert low is not None
                assert high is not None
                point[axis.name] = min(max(axis.base + axis.step * z, low), high)
            corners += k % 2
            assert test(w == 0 for w in bipolarity_war(point)) == change.before
        assert corners
        assert change.witness is not None
        assert test(w == 0 for w in bipolarity_war(dict(change.witness))) == change.after
        assert change.excess < F(1, 10**5)


def test_the_sum_norm_takes_the_steepest_parameter(bipolarity: Robustness) -> None:
    """By hand: a range of rho changes k_R by 100 first, of c_R by 20: rho goes to 0, at 1/25."""
    answer = load_model(BRINK).robustness("war == 0", norm="sum")
    assert str(answer.every.upper) == "1/25"
    assert answer.every.attained is False
    # Both sides: rho to 0 leaves k_R = l_R, and NATO's 4 - 3 = 1 at 20 per range of c_N.
    assert str(answer.some.upper) == "9/100"
    assert answer.complete


def test_parameters_alone_agree_with_the_thresholds_of_the_regimes(bipolarity: Robustness) -> None:
    model = load_model(BRINK)
    for name in ("l_R", "c_R", "l_N"):
        found = [a for a in answered(bipolarity.every).alone if a.parameter == name and a.distance]
        assert len(found) == 1
        known = [t.value for t in model.thresholds(name).thresholds]
        assert found[0].threshold is not None
        assert found[0].threshold.rational in known


def test_set_fixes_over_moves_and_derived_parameters_can_be_moved() -> None:
    model = load_model(BRINK)
    values = {"rho": F(1, 25), "N_R": 100, "N_N": 100}
    fixed = model.robustness("war == 0", quantifier="every", values=values)
    # By hand, linear now: 9 - 20r = 5 + 39/2 r.
    assert str(fixed.every.upper) == "8/79"
    assert not {m.parameter for m in fixed.every.moves} & values.keys()
    over = model.robustness("war == 0", quantifier="every", over=["k_R", "l_R"])
    # By hand: k_R = 9 with range 30: 9 - 30r = 5 + 39/2 r.
    assert str(over.every.upper) == "8/99"
    assert {m.parameter for m in over.every.moves} == {"k_R", "l_R"}
    start = model.robustness(
        "war == 0", quantifier="every", over=["c_R"], values={"c_R": 6, "l_R": 5}
    )
    assert str(start.every.upper) == "1/4"  # (10 - 5)/20


def test_standard_deviations_as_units() -> None:
    model = load_model(BRINK)
    answer = model.robustness("war == 0", quantifier="every", over=["c_R"], units="sd")
    # Bounds count as uniform: 4 / (20 / sqrt(12)).
    assert answer.every.radius == pytest.approx(4 / (20 / 12**0.5), rel=1e-10)


# ---- other models, by hand ------------------------------------------------------------
def test_chicken_flips_on_its_boundary() -> None:
    """T_A - R_A = 1 closes at 5r from either side; at T_A = R_A no equilibrium risks war."""
    answer = load_model("chicken").robustness("war == 0")
    assert str(answer.every.upper) == "1/10"
    assert answer.every.attained is True
    assert answer.every.excess == 0
    assert answer.some.impossible  # where war, (stand firm, stand firm), is best S <= P <= S
    assert answer.some.certificate is not None


def test_a_base_on_the_boundary_has_radius_zero() -> None:
    model = load_model(BRINK)
    # k_R = l_R: an equilibrium risks war; with any k_R < l_R none does.
    answer = model.robustness("war == 0", quantifier="every", values={"rho": 0}, over=["c_R"])
    assert not answer.every.before
    assert str(answer.every.upper) == "0"
    assert answer.every.attained is False
    assert answer.every.certainty == "proven"
    assert answer.every.witness["c_R"] < 5


#: The beginning of a game of two players with two actions each.
TWO_BY_TWO = """\
form: strategic
source: made for a test
players: {Row: one, Column: two}
actions:
  Row: {T: top, B: bottom}
  Column: {L: left, R: right}
"""

KNIFE_EDGE = (
    TWO_BY_TWO
    + """title: An equilibrium that exists on a knife's edge only
parameters:
  a: {title: slope, default: 1, bounds: [-2, 2], source: test}
  b: {title: other, default: 3, bounds: [-2, 4], source: test}
game:
  T: {L: {payoffs: {Row: 1, Column: 1}}, R: {payoffs: {Row: a**2, Column: 0}}}
  B: {L: {payoffs: {Row: 0, Column: a**2}}, R: {payoffs: {Row: 0, Column: 0}}}
"""
)


def test_a_flip_on_a_set_without_interior_is_found() -> None:
    """(B, R) is an equilibrium where a = 0, and nowhere else."""
    answer = model_of(KNIFE_EDGE).robustness("prob(Row, B) == 0", quantifier="every")
    assert str(answer.every.upper) == "1/4"
    assert answer.every.attained is True
    assert answer.every.witness["a"] == 0
    assert answer.messages == ("changes nothing here: b",)


CIRCLE = (
    TWO_BY_TWO
    + """title: Two parameters on a circle
parameters:
  a: {title: first, default: 0, bounds: [-1, 1], source: test}
  b: {title: second, default: 0, bounds: [-1, 1], source: test}
game:
  T: {L: {payoffs: {Row: 1, Column: 1}}, R: {payoffs: {Row: 1, Column: 0}}}
  B:
    L: {payoffs: {Row: 2*(a**2 + b**2), Column: 1}}
    R: {payoffs: {Row: 2*(a**2 + b**2), Column: 0}}
"""
)


def test_an_irrational_radius_in_both_norms() -> None:
    """B is best where a^2 + b^2 >= 1/2; in units of 2 the ball meets it at a = b = 1/2."""
    model = model_of(CIRCLE)
    largest = model.robustness("prob(Row, B) == 0", quantifier="every")
    assert str(largest.every.upper) == "1/4"
    assert largest.every.attained is True
    total = model.robustness("prob(Row, B) == 0", quantifier="every", norm="sum")
    assert total.every.upper.polynomial == (8, 0, -1)  # 1/sqrt(8): one parameter alone
    assert total.every.certainty == "proven"
    assert total.every.attained is True


# ---- payoffs as parameters -------------------------------------------------------------
@st.composite
def strict_games(draw: st.DrawFn) -> tuple[StrategicGame, int, int]:
    """Return a small game with integer payoffs and a cell that is a strict equilibrium."""
    m, n = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    entry = st.integers(-5, 5)
    a = [[draw(entry) for _ in range(n)] for _ in range(m)]
    b = [[draw(entry) for _ in range(n)] for _ in range(m)]
    i, j = draw(st.integers(0, m - 1)), draw(st.integers(0, n - 1))
    a[i][j] = max(a[k][j] for k in range(m) if k != i) + draw(st.integers(1, 4))
    b[i][j] = max(b[i][k] for k in range(n) if k != j) + draw(st.integers(1, 4))
    return StrategicGame.from_matrices(a, b), i, j


@settings(max_examples=12, deadline=None)
@given(strict_games())
def test_a_strict_equilibrium_survives_half_the_smallest_gap(
    case: tuple[StrategicGame, int, int],
) -> None:
    game, i, j = case
    a, b = game.matrix("Row"), game.matrix("Column")
    gap = min(
        [a[i][j] - a[k][j] for k in range(len(a)) if k != i]
        + [b[i][j] - b[i][k] for k in range(len(a[0])) if k != j]
    )
    stays = f"prob(Row, r{i + 1}) == 1 and prob(Column, c{j + 1}) == 1"
    for norm, radius in (("max", gap / 2), ("sum", gap)):
        answer = payoff_robustness(game, stays, quantifier="some", norm=norm)  # type: ignore[arg-type]
        change = answered(answer.some)
        assert change.before
        assert change.certainty == "proven"
        assert change.upper is not None
        assert change.upper.rational == radius
        assert change.attained is False  # at a tie it still is an equilibrium


def test_the_same_supports_as_a_conclusion() -> None:
    hunt = StrategicGame.from_matrices([[4, 0], [3, 2]], [[4, 3], [0, 2]], name="hunt")
    answer = payoff_robustness(hunt)
    change = answered(answer.every)
    assert str(change.upper) == "1/2"  # 4 against 3
    assert change.attained is True  # at the tie a segment ends in another support
    assert answer.units == "payoff"
    ranges = payoff_robustness(hunt, relative=True)
    assert str(answered(ranges.every).upper) == "1/8"


# ---- faults ------------------------------------------------------------------------------
def test_what_does_not_fit_is_a_usage_error() -> None:
    model = load_model("chicken")
    for arguments, options in (
        (("wr == 0",), {}),
        (("P(wr) == 0",), {}),
        (("prob(A, wait) == 0",), {}),
        (("T_A > 0",), {}),
        (("war == 0",), {"over": ["T_C"]}),
        (("war == 0",), {"units": "feet"}),
        (("war == 0",), {"norm": "euclid"}),
        (("war == 0",), {"unit": {"T_A": 0}}),
        (("war == 0",), {"values": {"R_A": 7}}),
        (("war == 0",), {"quantifier": "most"}),
    ):
        with pytest.raises(UsageError):
            model.robustness(*arguments, **options)


def test_a_parameter_without_a_range_needs_a_unit() -> None:
    text = KNIFE_EDGE.replace("bounds: [-2, 2], ", "")
    with pytest.raises(UsageError, match="no range"):
        model_of(text).robustness("prob(Row, B) == 0")
    answer = model_of(text).robustness("prob(Row, B) == 0", unit={"a": "1/2"}, quantifier="every")
    assert str(answer.every.upper) == "2"


def test_roots_and_sizes_in_payoffs_are_taken_exactly() -> None:
    """(B, R) is an equilibrium where a + 2 is 0, or where a is, and nowhere else."""
    for payoff, upper, at in (("sqrt(a + 2)", "3/4", -2), ("abs(a)", "1/4", 0)):
        text = KNIFE_EDGE.replace("a**2", payoff)
        answer = model_of(text).robustness("prob(Row, B) == 0", quantifier="every")
        assert str(answer.every.upper) == upper
        assert answer.every.attained is True
        assert answer.every.witness["a"] == at


def test_exponentials_in_payoffs_are_refused_with_a_remedy() -> None:
    text = KNIFE_EDGE.replace("a**2, Column: 0", "exp(a + 2), Column: 0")
    with pytest.raises(UnsupportedError, match="quotients of polynomials"):
        model_of(text).robustness("prob(Row, B) == 0")
