"""A parameter may be called as in the literature: P for punishment, E, S, N, I, Q, O, prob.

Such names mean something to sympy, to SMT solvers or to the reader of formulas.  A model is
held against the same model with other names: everything that is printed, parsed, compiled or
proven has to be the same, but for the names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expression_reader import FUNCTIONS, QUERIES
from deterrence.algebra.expressions import Expression
from deterrence.face.model import Model
from deterrence.modelfile.loader import read_model

#: Names that something on the way knows by another meaning.
NAMES = (
    "P", "payoff", "prob", "E", "S", "N", "I", "Q", "O", "C", "pi", "oo", "zoo", "nan", "inf", "e",
    "i", "j", "x", "k", "gamma", "beta", "zeta", "re", "im", "Symbol", "Eq", "Max", "Add",
    "Rational", "Real", "Int", "let", "forall", "ite", "true", "false", "none", "rest", "numpy",
    "np", "self", "model", "game", "id", "sum", "round", "pow", "print", "t", "D", "R", "T",
)  # fmt: skip
#: The parameters of the model below with names that mean nothing, in the order of the alphabet.
PLAIN = ("aa_1", "aa_2", "aa_3", "aa_4")
MATRIX = """\
title: Called as in the literature
form: strategic
players: [A, B]
actions: {A: [c, d], B: [c, d]}
parameters:
  aa_1: {title: temptation, default: 3, bounds: [0, 10]}
  aa_2: {title: reward, default: 2, bounds: [0, 10]}
  aa_3: {title: punishment, default: -1, bounds: [-10, 0]}
  aa_4: {title: sucker, default: -2, bounds: [-10, 0]}
definitions: {worse: aa_3 - aa_4}
assumptions: [aa_1 > aa_2, aa_2 > 0, worse > 0]
outcomes:
  peace: {payoffs: [aa_2, aa_2]}
  win: {payoffs: [aa_1, aa_4]}
  lose: {payoffs: [aa_4, aa_1]}
  war: {payoffs: [aa_3, aa_3]}
game: {c: {c: peace, d: lose}, d: {c: win, d: war}}
measures:
  war: [war]
  worth: {expression: "aa_3*P(war) + payoff(A) + prob(A, d)/aa_1"}
scenarios: {other: {values: {aa_3: -1/2}}}
known_results:
  - {title: the dilemma, equilibria: [{A: d, B: d}], payoffs: {A: aa_3, B: aa_3}}
"""
TREE = """\
title: Called as in the literature
form: extensive
players: [A, B]
types: {B: {firm: aa_1, lax: rest}}
parameters:
  aa_1: {title: chance, default: 1/3, bounds: [0, 1]}
  aa_2: {title: gain, default: 2, bounds: [0, 10]}
  aa_3: {title: cost, default: 3, bounds: [0, 10]}
  aa_4: {title: loss, default: 1, bounds: [0, 10]}
assumptions: [0 < aa_1 < 1, aa_2 > 0, aa_3 > 0, aa_4 > 0]
outcomes:
  calm: {payoffs: [0, 0]}
  gain: {payoffs: [aa_2, -aa_4]}
  war: {payoffs: [-aa_3, {firm: 0, lax: -2*aa_4}]}
tree: {player: A, moves: {wait: calm, go: {player: B, moves: {yield: gain, fight: war}}}}
measures:
  war: [war]
  worth: {expression: aa_3*P(war) + payoff(A)}
"""


def called(text: str, names: tuple[str, ...], by: tuple[str, ...] = PLAIN) -> str:
    """Return a text with the names ``by`` replaced, but for queries: a bracket follows those."""
    meant = dict(zip(by, names, strict=True))
    pattern = r"(?<![\w.'])(" + "|".join(map(re.escape, by)) + r")(?![\w('])"
    return re.sub(pattern, lambda found: meant[found[0]], text)


def fours(*more: str) -> list[tuple[str, ...]]:
    """Return the names in groups of four, sorted, since output may be in alphabetical order."""
    names = [*NAMES, *more]
    groups = [names[k : k + 4] for k in range(0, len(names) - 3, 4)] + [names[-4:]]
    return [tuple(sorted(group)) for group in groups]


# ---- formulas ------------------------------------------------------------------------------
@given(
    st.permutations(NAMES).map(lambda names: names[:3]),
    st.recursive(
        st.sampled_from(["{0}", "{1}", "{2}", "2", "P(war)", "payoff(A)", "prob(A, d)"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
            inner.map(lambda text: f"max({text}, 1)"),
            inner.map(lambda text: f"-{text}"),
        ),
        max_leaves=8,
    ),
    st.lists(st.fractions(1, 9, max_denominator=7), min_size=3, max_size=3),
)
def test_formulas_read_print_evaluate_and_go_through_sympy(
    names: list[str], form: str, numbers: list[Fraction]
) -> None:
    def ask(query: str, *labels: str) -> Fraction:
        return Fraction(1, 3 + len(query))

    e = Expression.parse(form.format(*names), names, queries=True)
    assert e.names <= set(names)
    assert Expression.parse(str(e), names, queries=True) == e
    values = dict(zip(names, numbers, strict=True))
    plain = Expression.parse(form.format("aa", "bb", "cc"), queries=True)
    expected = plain.evaluate(dict(zip(("aa", "bb", "cc"), numbers, strict=True)), ask) if (
        defined(plain, numbers, ask)
    ) else None  # fmt: skip
    if expected is not None:
        assert e.evaluate(values, ask) == expected
        import sympy

        symbolic = e.to_sympy(query=lambda q, *labels: sympy.Rational(1, 3 + len(q)))
        assert {s.name for s in symbolic.free_symbols} <= set(names)
        found = symbolic.subs(
            {s: sympy.Rational(values[s.name].numerator, values[s.name].denominator)
             for s in symbolic.free_symbols}, simultaneous=True,
        )  # fmt: skip
        if found.is_finite:
            assert Fraction(int(found.p), int(found.q)) == expected


def defined(e: Expression, numbers: list[Fraction], ask: Callable[..., Fraction]) -> bool:
    from deterrence.errors import ExpressionError

    try:
        e.evaluate(dict(zip(("aa", "bb", "cc"), numbers, strict=True)), ask)
    except ExpressionError:
        return False
    return True


# ---- whole models --------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_s_name_is_a_parameter_and_still_a_query(name: str) -> None:
    model = read_model(called(MATRIX, (name, "r", "p", "s")))
    assert name in model.parameters
    [equilibrium] = load_from(MATRIX, (name, "r", "p", "s")).solve().equilibria
    assert equilibrium.measures["worth"] == -1 - 1 + Fraction(1, 3)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_s_name_is_refused_since_a_product_could_be_meant(name: str) -> None:
    from deterrence.errors import InvalidFileError

    with pytest.raises(InvalidFileError, match="a meaning of its own"):
        read_model(called(MATRIX, (name, "r", "p", "s")))


def load_from(text: str, names: tuple[str, ...]) -> Model:
    return Model.of(read_model(called(text, names), "literature"))


@pytest.mark.parametrize("names", fours(), ids=lambda names: "-".join(names))
@pytest.mark.parametrize("text", [MATRIX, TREE], ids=["matrix", "tree"])
def test_every_analysis_says_the_same_with_other_names(text: str, names: tuple[str, ...]) -> None:
    odd, plain = load_from(text, names), load_from(text, PLAIN)

    for scenario in (None, *plain.scenarios):
        mine, theirs = odd.solve(scenario=scenario), plain.solve(scenario=scenario)
        assert len(mine) == len(theirs)
        for one, other in zip(mine.equilibria, theirs.equilibria, strict=True):
            assert (one.payoffs, one.outcomes) == (other.payoffs, other.outcomes)
            assert one.measures == other.measures
    first, second = odd.regimes(), plain.regimes()
    # Short names leave room for two measures in one line, with a comma between them.
    assert re.findall(r"[^\s,]+", called(str(first), PLAIN, names)) == re.findall(
        r"[^\s,]+", str(second)
    )
    swept, theirs = (
        m.sweep({n: (1, 2, 3)}, measures=["war"]) for m, n in ((odd, names[1]), (plain, PLAIN[1]))
    )
    assert len(swept) == len(theirs)
    over = [names[1]], [PLAIN[1]]
    a, b = (
        m.robustness("war == 0", quantifier="every", over=o, time_limit=20)
        for m, o in zip((odd, plain), over, strict=True)
    )
    assert (a.every.lower, a.every.upper, a.every.certainty) == (
        b.every.lower, b.every.upper, b.every.certainty,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json", "latex", "html"])
def test_commands_take_and_show_such_names(tmp_path: Path, form: str) -> None:
    from deterrence.cli.program import program

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(program, arguments)

    path = tmp_path / "literature.yaml"
    path.write_text(called(MATRIX, ("E", "I", "P", "prob")))
    result = run("regimes", str(path), "--format", form, "-q")
    assert result.exit_code == 0, result.stderr
    result = run("solve", str(path), "--set", "P=-1/2", "--set", "prob=-1", "--format", "json")
    assert json.loads(result.stdout)["equilibria"][0]["payoffs"]
    result = run("robustness", str(path), "--conclusion", "payoff(A) > P", "-q")
    assert result.exit_code in (0, 4), result.stderr
    assert run("models", "check", str(path)).stdout.endswith("fine\n")
