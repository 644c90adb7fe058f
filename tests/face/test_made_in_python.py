"""Models from text, dicts and matrices: all verbs, the errors of a file, formulas of sympy."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
import yaml

from deterrence import InvalidFileError, Model, UsageError, load_model
from deterrence.algebra.expressions import Expression
from deterrence.algebra.sympy_reader import from_sympy
from deterrence.errors import ExpressionError
from deterrence.modelfile.catalogue import model_names, model_source

G, K, L = sympy.symbols("g k l", positive=True)
BRINK: dict[str, Any] = {
    "row": [[0, -L], [G, -K]],
    "column": [[0, G], [-L, -K]],
    "players": ("Russia", "NATO"),
    "actions": [["hold", "push"], ["hold", "push"]],
}


@pytest.mark.parametrize("name", model_names())
def test_every_shipped_file_is_the_same_model_as_a_dict(name: str) -> None:
    sections = yaml.load(model_source(name), yaml.BaseLoader)
    assert Model.from_dict(sections, name) == load_model(name)
    assert Model.from_text(model_source(name), name) == load_model(name)


def test_a_model_of_matrices_has_all_verbs() -> None:
    model = Model.from_matrices(
        **BRINK,
        parameters={
            G: {"default": 2, "bounds": [1, 5]},
            K: {"default": 7, "bounds": [1, 9]},
            L: {"default": "3", "bounds": [1, 5]},
        },
        measures={"war": {"expression": "prob(Russia, push)*prob(NATO, push)"}},
        name="brink",
    )
    assert [e.measures["war"] for e in model.solve()] == [0, 0, Fraction(1, 9)]
    analysis = model.regimes()
    assert analysis.cover == "proven"
    (mixed,) = [e for e in analysis if not e.boundary and len(e.support["NATO"]) == 2]
    assert from_sympy(mixed.to_sympy()["profile"]["NATO"]["push"]) == Expression.parse(
        "g/(g + k - l)"
    )
    assert "always" not in model.conclusions("war == 0").every_text
    assert [t.value for t in model.thresholds("k").thresholds] == [3]
    assert model.statics().effects
    assert model.boundaries().boundaries
    assert model.explain().derivations
    assert model.sweep({"k": "4:8:5"}).sizes["k"] == 5
    assert model.sensitivity(samples=64, method="tornado").tornado
    assert model.robustness("war == 0", quantifier="every").every is not None
    assert model.brief().here.results
    assert "Payoff matrix" in model.plot("payoffs").description


def test_payoffs_may_be_text_numbers_and_arrays() -> None:
    symbolic = Model.from_matrices(**BRINK)
    text = Model.from_matrices(
        [["0", "-l"], ["g", "-k"]],
        [["0", "g"], ["-l", "-k"]],
        players=BRINK["players"],
        actions=BRINK["actions"],
        assumptions=["g > 0", "k > 0", sympy.Symbol("l") > 0],
    )
    assert list(text.parameters) == ["l", "g", "k"]
    assert symbolic.payoff_expressions() == text.payoff_expressions()
    assert set(symbolic.assumptions) == set(text.assumptions)
    # What sympy has worked out already is said by the signs of the symbols, or else refused.
    assert Model.from_matrices(**BRINK, assumptions=[K > 0]) == symbolic
    with pytest.raises(InvalidFileError, match="worked this condition out already"):
        Model.from_matrices([["k"]], [["k"]], assumptions=[K > 0])
    matrices = Model.from_matrices(np.array([[3, 0], [5, 1]]), sympy.Matrix([[3, 5], [0, 1]]))
    assert matrices.solve()[0].payoffs == {"Row": 1, "Column": 1}
    # A float means what it shows.
    tenth = Model.from_matrices([[0.1]], [[np.float64(0.1)]])
    assert tenth.solve()[0].payoffs == {"Row": Fraction(1, 10), "Column": Fraction(1, 10)}
    assert Model.from_matrices([["a"]], [["b"]], parameters="a b").solve(a=1, b=2)[0].payoffs == {
        "Row": 1,
        "Column": 2,
    }


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([[1, 2]], {}, "the same shape"),
        ([[1], [2, 3]], {}, "the same shape"),
        ([1, 2], {}, "a single line"),
        ("12", {}, "no matrix"),
        ([[1]], {"players": ("A", "B", "C")}, "for two players, not 3"),
        ([[1]], {"actions": [["x"], ["y", "z"]]}, "the players 1 and 2 actions"),
    ],
)
def test_matrices_that_do_not_fit(rows: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Model.from_matrices(rows, [[1]], **options)


@pytest.mark.parametrize(
    ("payoff", "options", "message"),
    [
        ("a +", {}, r"at game\.r1\.c1\.payoffs\.Row: .*"),
        ("a + z", {"parameters": ["a"]}, "unknown name 'z'"),
        (sympy.sin(G), {}, "sympy's sin is no part of a formula"),
        (sympy.pi * G, {}, "sympy's Pi is no part"),
        (sympy.Symbol("x y"), {}, "has no name that a parameter can have"),
        (G**101, {}, "exponent|power"),
        (object(), {}, "a Python object of the type object"),
        ("__import__('os').system('true')", {}, r"at game\.r1\.c1"),
        (1, {"measures": {"war": {"expression": "P(nothing)"}}}, "unknown outcome 'nothing'"),
        (1, {"assumptions": ["k >"]}, r"at assumptions\.1"),
        ("k", {"parameters": {"k": {"default": 3, "bounds": [0, 1]}}}, "outside its bounds"),
        ("k", {"parameters": {"k": {"defualt": 3}}}, "did you mean 'default'"),
        ("max", {"parameters": ["max"]}, "max"),
    ],
)
def test_all_else_is_checked_as_in_a_file(
    payoff: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidFileError, match=message) as caught:
        Model.from_matrices([[payoff]], [[0]], **options)
    assert all(f.line is None and f.column is None for f in caught.value.faults)


def test_a_dict_has_the_faults_of_its_file() -> None:
    text = "title: T\nform: strategic\nplayers: [A, B]\nactions: {A: [x], B: [y]}\n"
    text += "game: {x: {y: [1, k]}}\nmeasures: {war: [nowhere]}\n"
    with pytest.raises(InvalidFileError) as of_text:
        Model.from_text(text)
    with pytest.raises(InvalidFileError) as of_dict:
        Model.from_dict(yaml.safe_load(text))
    found = [(f.what, f.key, f.remedy) for f in of_dict.value.faults]
    assert found == [(f.what, f.key, f.remedy) for f in of_text.value.faults]
    for wrong in ("title: T", ["title"], None):
        with pytest.raises(UsageError, match="a mapping of sections"):
            Model.from_dict(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidFileError, match=r"the key .3\.5. is no text"):
        Model.from_dict({3.5: 1})
    deep: dict[str, Any] = {}
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(InvalidFileError, match="nested too deeply"):
        Model.from_dict(deep)
    with pytest.raises(InvalidFileError, match="too large"):
        Model.from_dict({"title": "x" * 300_000})


def test_the_text_of_a_model_from_python_is_a_model_file() -> None:
    model = Model.from_matrices(**BRINK, name="brink", title='A brink: "who" blinks, é?')
    assert json.loads(model.text)["title"] == model.title
    assert Model.from_text(model.text, "brink") == model


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("g/(g + k - l)", "g/(g + k - l)"),
        ("sqrt(k)/2", "sqrt(k)/2"),
        ("1/sqrt(k)", "1/sqrt(k)"),
        ("k**(-2)", "1/k**2"),
        ("2*k/(3*l)", "2*k/(3*l)"),
        ("Min(g, k) - Max(g, 1)", None),
        ("Abs(g - k)", None),
        ("exp(-g)*log(k)", None),
        ("k**g", "k**g"),
        ("E**g + E", None),
        ("Piecewise((g, g > k), (k, True))", "g if g > k else k"),
        ("Piecewise((g, (g > k) & (g < l)), (l, g < 2), (k, True))", None),
        ("-g", "-g"),
        ("-3*g/4 - 1", None),
        ("0.25*g", "1/4*g"),
    ],
)
def test_sympy_is_converted_part_by_part(text: str, expected: str | None) -> None:
    # Plain symbols: sympy itself would simplify with signs.
    names = {n: sympy.Symbol(n, real=True) for n in "gkl"}
    formula = sympy.sympify(text, locals=names)
    found = from_sympy(formula)
    if expected is not None:
        assert found == Expression.parse(expected)
    for point in ({"g": 2, "k": 3, "l": 4}, {"g": 7, "k": Fraction(1, 2), "l": 1}):
        value = {n: Fraction(v) for n, v in point.items()}
        there = formula.subs({names[n]: sympy.Rational(str(v)) for n, v in point.items()})
        assert float(found.evaluate(value)) == pytest.approx(float(there), abs=1e-12)


def test_conditions_of_sympy() -> None:
    assert str(from_sympy((G > K) & sympy.Ne(G, L))) in (
        "g > k and g != l",
        "g != l and g > k",
    )
    assert str(from_sympy(sympy.Not(sympy.Or(G > K, sympy.Eq(G, 1))))) == "not (g == 1 or g > k)"


def test_sympy_that_is_too_large_or_has_gaps() -> None:
    with pytest.raises(ExpressionError, match="too long"):
        from_sympy(sum((k + 1) * sympy.Symbol(f"x{k}") for k in range(400)))
    deep: Any = G
    for _ in range(60):
        deep = sympy.exp(deep, evaluate=False)
    with pytest.raises(ExpressionError, match="too deeply"):
        from_sympy(deep)
    with pytest.raises(ExpressionError, match="says nothing of the rest"):
        from_sympy(sympy.Piecewise((G, G > 1), (K, G < 1)))
