"""Axes and designs: exact values, the same whichever block asks, and hostile texts."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.analysis.sweeping.axes import MAX_COUNT, SweepAxis, make_axis, parse_axis
from deterrence.analysis.sweeping.designs import GridDesign, SampleDesign
from deterrence.errors import UsageError
from deterrence.game.parameters import Parameter

NUMBERS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4)
#: Pieces of which a hostile or merely mistyped axis is made.
PIECES = st.sampled_from(
    ["0", "1", "-1", "1/3", "1e3", "1e999999999", "1e-400", "9" * 400, "1/0", ":", ",", "::", " ",
     "log", "step", "log:", "step:", "nan", "inf", "0x10", "", "\0", "é", "1_000", "٣", "**", "="]
)  # fmt: skip


def exact_values(axis: SweepAxis) -> list[Fraction]:
    return [axis.exact(k) for k in range(axis.count)]


@given(NUMBERS, NUMBERS, st.integers(2, 400))
def test_linear_values_are_exact_and_their_floats_the_nearest(
    start: Fraction, stop: Fraction, count: int
) -> None:
    if start == stop:
        return
    axis = parse_axis("c", f"{start}:{stop}:{count}")
    values = exact_values(axis)
    assert (values[0], values[-1]) == (start, stop)
    assert {b - a for a, b in itertools.pairwise(values)} == {(stop - start) / (count - 1)}
    # A rational's nearest float, by Python's own division of whole numbers.
    assert axis.floats(range(count)).tolist() == [v.numerator / v.denominator for v in values]


@given(st.lists(NUMBERS, min_size=1, max_size=30, unique=True))
def test_a_list_is_what_it_says(numbers: list[Fraction]) -> None:
    axis = parse_axis("c", ",".join(map(str, numbers)))
    assert exact_values(axis) == numbers
    assert parse_axis("c", axis.text) == axis
    assert axis.floats(range(len(numbers))).tolist() == [float(v) for v in numbers]


@given(
    NUMBERS,
    st.fractions(min_value="1/50", max_value=100, max_denominator=50),
    st.integers(0, 60),
    st.fractions(min_value=0, max_value="99/100", max_denominator=100),
)
def test_steps_stop_before_the_end(
    start: Fraction, step: Fraction, steps: int, beyond: Fraction
) -> None:
    axis = parse_axis("c", f"step:{start}:{start + (steps + beyond) * step}:{step}")
    assert exact_values(axis) == [start + k * step for k in range(steps + 1)]


@given(
    st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000),
    st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000),
    st.integers(2, 300),
)
def test_logarithmic_values_are_in_equal_ratios(
    start: Fraction, stop: Fraction, count: int
) -> None:
    if start == stop:
        return
    axis = parse_axis("v", f"log:{start}:{stop}:{count}")
    floats = axis.floats(range(count))
    assert (axis.exact(0), axis.exact(count - 1)) == (start, stop)
    assert np.allclose(floats, np.geomspace(float(start), float(stop), count), rtol=1e-13, atol=0)
    assert [float(v) for v in exact_values(axis)] == floats.tolist()


def test_powers_of_ten_are_exact() -> None:
    axis = parse_axis("v", "log:0.001:1000:13")  # half powers of ten
    assert exact_values(axis)[::2] == [Fraction(10) ** k for k in range(-3, 4)]
    assert math.isclose(axis.exact(1), 10**-2.5)


@pytest.mark.parametrize("text", ["log:-1:-100:3", "100:1:3", "log:100:1:3"])
def test_falling_and_negative_ranges(text: str) -> None:
    axis = parse_axis("v", text)
    ends = sorted([axis.exact(0), axis.exact(2)])
    assert ends[0] < axis.exact(1) < ends[1]


@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_text_is_an_axis_or_an_error(text: str) -> None:
    """No text hangs, fills memory or raises anything else."""
    parameter = Parameter("c", lower=Fraction(0), upper=Fraction(20))
    try:
        axis = parse_axis("c", text, parameter)
    except UsageError:
        return
    assert 0 <= axis.count <= MAX_COUNT
    if axis.count:
        assert math.isfinite(float(axis.exact(axis.count - 1)))
        assert math.isfinite(axis.floats([0, axis.count - 1])[1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0:10:1/4", "step:0:10:1/4"),  # the remedy says what was meant
        ("0:10:1e30", "at most"),
        ("0:0:5", "both ends"),
        ("log:0:10:5", "neither be 0"),
        ("log:-1:10:5", "one sign"),
        ("step:0:10:0", "towards the end"),
        ("step:0:10:-1", "towards the end"),
        ("step:0:1e300:1e-300", "at most"),
        ("1,2,1", "twice"),
        ("1:2:3:4", "how many"),
        ("", "not a number"),
        ("0:1e400:3", "too large"),
        (":10:5", "no lower bound"),
        ("1:1.00000000000000000001:3", "too near"),
        ("0:1:1e12,2", "not a number"),
        ("1,1.00000000000000000001", "too near"),
        ("log:1:1.000001:1e11", "too near"),
    ],
)
def test_errors_say_what_to_write(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_axis("c", text)
    assert message in str(caught.value)


def test_missing_ends_are_the_bounds() -> None:
    parameter = Parameter("c", lower=Fraction(1, 2), upper=Fraction(20))
    assert parse_axis("c", "::5", parameter).text == "1/2:20:5"
    assert parse_axis("c", ":", parameter).text == "1/2:20"


def test_what_python_callers_may_give() -> None:
    assert exact_values(make_axis("c", ["1/3", 2, 0.5])) == [Fraction(1, 3), 2, Fraction(1, 2)]
    assert exact_values(make_axis("c", np.linspace(0, 1, 3))) == [0, Fraction(1, 2), 1]
    assert exact_values(make_axis("c", 3)) == [3]
    for wrong in ([], [1, "x"], [float("nan")], [True], [1, 1]):
        with pytest.raises(UsageError):
            make_axis("c", wrong)


@given(st.lists(st.integers(1, 7), min_size=1, max_size=4), st.data())
def test_a_grid_is_the_product_of_its_axes(counts: list[int], data: st.DataObject) -> None:
    axes = tuple(
        make_axis(f"p{k}", [Fraction(n, k + 2) for n in range(count)])
        for k, count in enumerate(counts)
    )
    grid = GridDesign(axes)
    wanted = list(itertools.product(*(axis.values for axis in axes)))
    assert [tuple(grid.exact(i).values()) for i in range(grid.size)] == wanted
    start = data.draw(st.integers(0, grid.size))
    stop = data.draw(st.integers(start, grid.size))
    columns = grid.columns(start, stop)
    assert list(columns) == list(grid.names)
    found = list(zip(*(column.tolist() for column in columns.values()), strict=True))
    assert found == [tuple(map(float, row)) for row in wanted[start:stop]]


def test_long_axes_are_worked_out_by_the_block() -> None:
    axis = parse_axis("c", "0:1:100000000001")
    assert axis.floats(np.array([10**10])).tolist() == [0.1]
    axis = parse_axis("v", "log:1:1e10:100001")
    assert axis.exact(50_000) == 10**5
    assert math.isclose(axis.floats(np.array([12_345]))[0], 10**1.2345, rel_tol=1e-14)


RANGES = (parse_axis("a", "0:1"), parse_axis("b", "log:1:100"), parse_axis("c", "-1:1"))


@pytest.mark.parametrize("name", ["sobol", "halton", "latin"])
def test_samples_are_the_same_whichever_block_asks(name: str) -> None:
    whole = SampleDesign(RANGES, name, 200, seed=3).columns(0, 200)
    design = SampleDesign(RANGES, name, 200, seed=3)
    for start, stop in [(64, 128), (0, 64), (128, 200), (199, 200)]:
        for parameter, column in design.columns(start, stop).items():
            assert column.tolist() == whole[parameter][start:stop].tolist()
    assert design.exact(150)["a"] == Fraction(float(whole["a"][150]))
    other = SampleDesign(RANGES, name, 200, seed=4).columns(0, 200)
    assert all((other[p] != whole[p]).any() for p in whole)


@pytest.mark.parametrize("name", ["sobol", "halton", "latin"])
def test_samples_fill_their_ranges_evenly(name: str) -> None:
    n = 1 << 10
    columns = SampleDesign(RANGES, name, n, seed=1).columns(0, n)
    shares = np.column_stack(
        [columns["a"], np.log(columns["b"]) / math.log(100), (columns["c"] + 1) / 2]
    )
    assert ((shares >= 0) & (shares <= 1)).all()
    # One-dimensional discrepancy: at most so far from the share of points below any value.
    for column in shares.T:
        gap = np.abs(np.sort(column) - (np.arange(n) + 0.5) / n).max()
        assert gap < (0.004 if name == "halton" else 0.0015)
    # Coordinates are unrelated: 0.1 is over three standard errors of a random sample.
    assert np.abs(np.corrcoef(shares.T) - np.eye(3)).max() < 0.1


@pytest.mark.parametrize("n", [1, 2, 3, 1000, 1023])
def test_a_latin_hypercube_has_one_point_in_every_slice(n: int) -> None:
    columns = SampleDesign(RANGES, "latin", n, seed=7).columns(0, n)
    assert sorted((columns["a"] * n).astype(int).tolist()) == list(range(n))
    assert sorted(((columns["c"] + 1) / 2 * n).astype(int).tolist()) == list(range(n))


def test_sobol_is_scipys() -> None:
    from scipy.stats import qmc

    found = SampleDesign(RANGES[:1], "sobol", 64, seed=5).columns(0, 64)["a"]
    assert np.array_equal(found, qmc.Sobol(1, scramble=True, bits=32, rng=5).random(64)[:, 0])


@pytest.mark.parametrize(
    ("axes", "design", "message"),
    [
        (RANGES, "grid", "how many values"),
        ((parse_axis("a", "0:1:5"),), "sobol", "--samples"),
        ((parse_axis("a", "1,2"),), "latin", "fills a range"),
        (RANGES, "sobal", "did you mean 'sobol'"),
    ],
)
def test_designs_that_do_not_fit_their_axes(axes: tuple, design: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        GridDesign(axes) if design == "grid" else SampleDesign(axes, design, 10)
    assert message in str(caught.value)


def test_a_grid_too_large_for_any_machine_is_refused() -> None:
    axes = tuple(parse_axis(f"p{k}", "0:1:1e10") for k in range(3))
    with pytest.raises(UsageError, match="can be swept"):
        GridDesign(axes)
