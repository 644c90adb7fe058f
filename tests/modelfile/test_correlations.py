"""Correlations in a model file: what is read, what is refused, and that both checks are right."""

from __future__ import annotations

import itertools
import math
import time
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.linear import is_semidefinite
from deterrence.errors import InvalidFileError
from deterrence.game.parameters import Correlation
from deterrence.modelfile.correlations import MAX_CORRELATED, copula_exists, matrix_of
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel

HEAD = """title: T
form: strategic
players: [A, B]
actions: {A: [x, y], B: [x, y]}
parameters:
  a: {default: 1, bounds: [0, 2]}
  b: {default: 1, bounds: [0, 2]}
  c: {default: 1, bounds: [0, 2]}
  d: {formula: a + b}
game: [[[a, b], [c, d]], [[0, 0], [0, 0]]]
"""


def read(*rows: str) -> SymbolicModel:
    listed = "".join(f"  - {row}\n" for row in rows)
    return read_model(HEAD + "correlations:\n" + listed)


def test_pairs_are_read_exactly() -> None:
    model = read("{between: [a, b], value: 1/3}", "{between: [c, a], value: -0.25}")
    assert model.correlations == (
        Correlation(("a", "b"), F(1, 3)),
        Correlation(("c", "a"), F(-1, 4)),
    )
    assert read_model(HEAD).correlations == ()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["{between: [a, e], value: 0.5}"], "unknown parameter 'e'"),
        (["{between: [a, d], value: 0.5}"], "d follows from other parameters by its formula"),
        (["{between: [a, a], value: 0.5}"], "'a' stands here twice"),
        (["{between: [a], value: 0.5}"], "a list of 1 stands here"),
        (["{between: a, value: 0.5}"], "'a' stands here; expected two parameters"),
        (["{between: [a, [b]], value: 0.5}"], "a list stands here"),
        (["{between: [a, b], value: 1.01}"], "the correlation is 101/100"),
        (["{between: [a, b], value: 0.333333}"], "too many digits"),
        (["{between: [a, b]}"], "the key 'value' is missing"),
        (["{value: 1/2}"], "the key 'between' is missing"),
        (["{betwen: [a, b], value: 1/2}"], "did you mean 'between'?"),
        (["[a, b, 0.5]"], "a list stands here; expected a mapping"),
        (
            ["{between: [a, b], value: 0.5}", "{between: [b, a], value: 0.5}"],
            "the correlation of b and a is given twice",
        ),
        (
            [
                "{between: [a, b], value: 0.9}",
                "{between: [b, c], value: 0.9}",
                "{between: [a, c], value: -0.9}",
            ],
            "no parameters can have all these correlations together",
        ),
    ],
)
def test_faults(rows: list[str], told: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read(*rows)
    (fault,) = caught.value.faults
    assert told in str(fault)
    assert fault.line is not None
    assert fault.line >= 11


def test_all_faults_at_once_and_no_consequences() -> None:
    with pytest.raises(InvalidFileError) as caught:
        read(
            "{between: [a, zz], value: 0.9}",
            "{between: [b, c], value: 2}",
            "{between: [a, c], value: -0.9}",
        )
    assert [f.line for f in caught.value.faults] == [12, 13]


def test_a_faulty_pair_does_not_make_the_others_impossible() -> None:
    """a with b and b with c at 0.9 need a with c; that pair has a typing error of its own."""
    pairs = ["{between: [a, b], value: 0.9}", "{between: [b, c], value: 0.9}"]
    with pytest.raises(InvalidFileError) as caught:
        read(*pairs, "{between: [a, cc], value: 0.9}")
    assert [f.line for f in caught.value.faults] == [14]
    with pytest.raises(InvalidFileError, match="no parameters can have"):
        read(*pairs)


def test_exactly_on_the_edge() -> None:
    """a = b = c in rank, and a = -b: singular, and allowed."""
    one = ["{between: [a, b], value: 1}", "{between: [b, c], value: -1}"]
    assert len(read(*one, "{between: [a, c], value: -1}").correlations) == 3
    with pytest.raises(InvalidFileError, match="no parameters can have"):
        read(*one, "{between: [a, c], value: -0.9999}")


def test_rank_correlations_that_no_gaussian_copula_has() -> None:
    """Three ranks of -1/2 each sum to a constant: possible, but 2 sin(pi/12) exceeds 1/2."""
    matrix = [[F(1) if i == j else F(-1, 2) for j in range(3)] for i in range(3)]
    assert is_semidefinite(matrix)
    assert not copula_exists(matrix)
    pairs = itertools.combinations("abc", 2)
    with pytest.raises(InvalidFileError, match="no Gaussian copula"):
        read(*(f"{{between: [{x}, {y}], value: -1/2}}" for x, y in pairs))


NUMBERS = st.integers(-4, 4)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(NUMBERS, min_size=n * n, max_size=n * n)))
def test_semidefinite_as_the_eigenvalues_say(entries: list[int]) -> None:
    n = math.isqrt(len(entries))
    root = np.array(entries).reshape(n, n)
    gram = root @ root.T
    assert is_semidefinite(gram.tolist())
    symmetric = root + root.T
    smallest = np.linalg.eigvalsh(symmetric.astype(float)).min()
    if abs(smallest) > 1e-9:
        assert is_semidefinite(symmetric.tolist()) == (smallest > 0)
    lowered = gram - np.eye(n, dtype=int)
    if abs(np.linalg.eigvalsh(lowered.astype(float)).min()) > 1e-9:
        assert is_semidefinite([[F(int(x), 7) for x in row] for row in lowered]) == (
            np.linalg.eigvalsh(lowered.astype(float)).min() > 0
        )


def test_the_copula_check_as_the_eigenvalues_say() -> None:
    rng = np.random.default_rng(3)
    answers = set()
    for _ in range(200):
        ranks = [F(int(r), 20) for r in rng.integers(-20, 21, 3)]
        listed = [
            Correlation(pair, value)
            for pair, value in zip(itertools.combinations("abc", 2), ranks, strict=True)
        ]
        matrix = matrix_of("abc", listed)
        normal = 2 * np.sin(np.pi / 6 * np.array(matrix, dtype=float))
        np.fill_diagonal(normal, 1)
        smallest = np.linalg.eigvalsh(normal).min()
        if abs(smallest) > 1e-7:
            assert copula_exists(matrix) == (smallest > 0)
            answers.add(smallest > 0)
    assert answers == {True, False}


def test_as_many_as_are_allowed_are_checked_quickly() -> None:
    def rows(count: int) -> str:
        names = [f"p{k}" for k in range(count)]
        parameters = "".join(f"  {n}: {{default: 1, bounds: [0, 1]}}\n" for n in names)
        pairs = list(itertools.combinations(names, 2))[:499]
        listed = "".join(
            f"  - {{between: [{a}, {b}], value: 1/{97 + k % 3}}}\n"
            for k, (a, b) in enumerate(pairs)
        )
        game = f"game: [[[{'+'.join(names)}, 0], [0, 0]], [[0, 0], [0, 0]]]\n"
        head = HEAD[: HEAD.index("parameters:")]
        return f"{head}parameters:\n{parameters}{game}correlations:\n{listed}"

    start = time.process_time()
    assert len(read_model(rows(MAX_CORRELATED)).correlations) == 435
    assert time.process_time() - start < 2
    with pytest.raises(InvalidFileError, match="31 parameters are correlated; expected at most 30"):
        read_model(rows(MAX_CORRELATED + 1))
