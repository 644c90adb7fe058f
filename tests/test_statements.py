"""One reader of statements: accepted by every analysis and every command, or by none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from games_that_ship import GAMES

from deterrence.algebra.expressions import Expression
from deterrence.cli.program import program
from deterrence.errors import DeterrenceError, ExpressionError, UsageError
from deterrence.face.loading import load_model
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel
from deterrence.statements import (
    actions_of,
    comparisons,
    is_chance,
    outcomes_of,
    proposal,
    read_measures,
    read_quantity,
    read_statement,
    vocabulary,
    which,
)

MIXED = """\
title: Mixed cells
form: strategic
summary: Some cells are outcomes, some are payoffs.
source: test 2026
players: {A: first, B: second}
actions:
  A: {up: Up, down: Down}
  B: {left: Left, right: Right}
parameters:
  x: {title: a worth, symbol: x, default: 1, bounds: [0, 5], unit: utility, source: assumption,
      controlled_by: A}
  y: {title: twice the worth, symbol: y, formula: 2*x, unit: utility, source: assumption}
outcomes:
  peace: {title: Peace, payoffs: {A: x, B: x}}
  never: {title: Never reached, payoffs: {A: 0, B: 0}}
game:
  up: {left: peace, right: {payoffs: {A: 0, B: 0}}}
  down: {left: {payoffs: {A: 2, B: 0}}, right: {payoffs: {A: 0, B: 1}}}
measures:
  calm: {title: calm, outcomes: [peace]}
"""
TREE = """\
title: A demand
form: extensive
summary: A demands or waits, B gives in or fights.
source: test 2026
players: {A: first, B: second}
parameters:
  x: {title: a worth, symbol: x, default: 1, bounds: [-2, 5], unit: utility, source: assumption,
      controlled_by: A}
outcomes:
  quiet: {title: Quiet, payoffs: {A: 0, B: 2}}
  yielded: {title: Yielded, payoffs: {A: 1, B: 0}}
  fight: {title: Fight, payoffs: {A: -1, B: x}}
tree:
  player: A
  at: start
  moves:
    wait: quiet
    demand: {player: B, at: reply, moves: {give in: yielded, fight back: fight}}
measures:
  calm: {title: calm, outcomes: [quiet]}
"""
TEXTS = {"mixed": MIXED, "tree": TREE}
#: What the models have in common, and what only one of them has.
GOOD = {
    "mixed": [
        "calm",
        "calm == 0",
        "2*calm > 1",
        "0 < calm <= 1/2 or not payoff(A) > x",
        "P('up, right') > 0",
        "P('down, left') + P(peace) < 1",
        "P(never) == 0",
        "prob(A, up) > 1/2 and payoff(B) >= 0",
        "payoff(A) <= y",
    ],
    "tree": [
        "calm",
        "calm == 0",
        "2*calm > 1",
        "0 < calm <= 1/2 or not payoff(A) > x",
        "P(fight) > 0",
        "prob(B, 'give in') > 1/2 and payoff(B) >= 0",
    ],
}
#: What is wrong, and what must be said of it.
BAD = {
    "clam == 0": "no measure or parameter 'clam' (did you mean 'calm'? measures: calm)",
    "zzz > 0": "no measure or parameter 'zzz' (measures: calm)",
    "x > 1": "says nothing about equilibria",
    "1 > 0": "says nothing about equilibria",
    "P(peas) > 0": "asks for 'peas', which",
    "P('up, rigt') > 0": "outcomes: ",
    "payoff(C) > 0": "(players: A, B)",
    "prob(C, up) > 0": "(players: A, B)",
    "prob(A, upp) > 0": "actions of A: ",
    "calm >": "is not an expression",
    "": "the statement is empty",
}


@pytest.fixture(scope="module", params=list(TEXTS))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("models") / f"{request.param}.yaml"
    path.write_text(TEXTS[request.param], encoding="utf-8")
    return path


def analyses(model: SymbolicModel, analysis: object, text: str) -> dict[str, str]:
    """Return what each analysis says of a text: "accepted", or the error."""
    from deterrence.analysis.points.solver import PointSolver
    from deterrence.analysis.robust import levers, robustness
    from deterrence.analysis.uncertainty.analyse import analyse as sensitivity
    from deterrence.symbolic.conclusions import conclude

    calls = {
        "regimes": lambda: conclude(analysis, text),  # type: ignore[arg-type]
        "sensitivity": lambda: sensitivity(
            model, conclusions=[text], method="probabilities", samples=64
        ),
        "robustness": lambda: robustness(model, text),
        "levers": lambda: levers(model, "A", text),
        "points": lambda: PointSolver(model, ["x"], statements=[text]),
    }
    said = {}
    for name, call in calls.items():
        try:
            call()
            said[name] = "accepted"
        except DeterrenceError as error:
            said[name] = f"{type(error).__name__}: {error}"
    return said


def test_every_analysis_accepts_and_refuses_the_same_texts(case: Path) -> None:
    model = load_model(str(case))
    analysis = model.regimes()
    for text in GOOD[case.stem]:
        assert set(analyses(model, analysis, text).values()) == {"accepted"}, text
    for text, words in BAD.items():
        said = set(analyses(model, analysis, text).values())
        assert len(said) == 1, (text, said)
        assert words in said.pop(), text


@pytest.mark.parametrize("text", ["clam == 0", "P(peas) > 0", "x > 1", "calm >"])
def test_every_command_refuses_with_the_same_words(case: Path, text: str) -> None:
    commands = {
        "regimes": ["--conclusion", text],
        "sensitivity": ["--conclusion", text],
        "robustness": ["--conclusion", text],
        "levers": ["--player", "A", "--conclusion", text],
    }
    said = set()
    for command, options in commands.items():
        result = CliRunner().invoke(program, [command, str(case), *options])
        lines = result.stderr.splitlines()
        said.add((result.exit_code, *(line for line in lines if "warning" not in line.lower())))
    assert len(said) == 1, said
    assert said.pop()[0] in (2, 3)


def test_figures_and_sweeps_refuse_with_the_same_words(case: Path) -> None:
    from deterrence.analysis.sweeping.plan import make_plan
    from deterrence.figures.facts.plotted_quantities import ask

    model = load_model(str(case))
    for text in ("clam", "P(peas)", "prob(A, upp)", "payoff(C)", "calm +"):
        with pytest.raises(DeterrenceError) as plotted:
            ask(model, text)
        with pytest.raises(DeterrenceError) as stated:
            read_statement(model, text)
        assert (type(plotted.value), str(plotted.value)) == (type(stated.value), str(stated.value))
    with pytest.raises(UsageError, match="did you mean 'calm'\\? measures: calm"):
        make_plan(model, {"x": (0, 1, 3)}, measures=["clam"])


# ---- the answers about the names that not everybody took ------------------------------------
def test_a_cell_with_payoffs_of_its_own_is_an_outcome_for_everybody(tmp_path: Path) -> None:
    from deterrence.analysis.robust import robustness
    from deterrence.figures.facts.curve_tracing import trace
    from deterrence.symbolic.conclusions import conclude

    path = tmp_path / "mixed.yaml"
    path.write_text(MIXED, encoding="utf-8")
    model = load_model(str(path))
    # x = 1 < 2: down is better against left and ties against right; B then goes right.
    answer = robustness(model, "P('down, right') > 0", quantifier="some").some
    assert answer is not None
    assert answer.before
    regimes = model.regimes()
    found = conclude(regimes, "P('down, right') > 0")
    assert "yes" in {v.some for v in found.verdicts}
    # y is derived and no payoff depends on it: conclusions put its formula in.
    assert conclude(regimes, "payoff(A) <= y").some_text == conclude(
        regimes, "payoff(A) <= 2*x"
    ).some_text.replace("payoff(A) <= 2*x", "payoff(A) <= y")
    line = trace(model, "x", ["P('down, right')"])
    assert line.questions[0].label == "Probability of down, right"


def test_a_parameter_that_matters_to_nothing_is_refused_by_name() -> None:
    from deterrence.symbolic.conclusions import conclude

    model = load_model("chicken")
    parameters = {**model.parameters, "idle": model.parameters["T_A"]}
    with pytest.raises(UsageError, match=r"depends on idle.*--set idle="):
        conclude(model.replace(parameters=parameters).regimes(), "war > idle")


# ---- the value and its parts ----------------------------------------------------------------
def test_a_statement_keeps_its_text_and_has_definitions_put_in() -> None:
    model = load_model("chicken")
    s = read_statement(model, "war")
    assert (s.text, str(s), str(s.formula)) == ("war", "war == 0", "P(collision) == 0")
    again = read_statement(model, Expression.parse("war == 0"))
    assert again.shown == s.shown
    assert read_statement(model.at(), "war").formula == s.formula
    with pytest.raises(AttributeError):
        s.text = "other"  # type: ignore[misc]


def test_games_with_numbers_have_the_vocabulary_of_their_model() -> None:
    for name in ("chicken", "unilateral-deterrence", "crisis-ladder"):
        model = load_model(name)
        words, numbers = vocabulary(model), vocabulary(model.at())
        assert (words.outcomes, words.actions) == (numbers.outcomes, numbers.actions)


def test_outcomes_paid_on_the_way_have_no_probability() -> None:
    model = load_model("crisis-ladder")
    assert "climb_hybrid" in model.outcomes
    assert "climb_hybrid" not in vocabulary(model).outcomes
    assert set(outcomes_of(model)) == set(vocabulary(model).outcomes)


def test_quantities_are_numbers() -> None:
    model = load_model("chicken")
    assert str(read_quantity(model, "2*war")) == "2*P(collision)"
    with pytest.raises(UsageError, match="true or false"):
        read_quantity(model, "war > 0")
    with pytest.raises(ExpressionError):
        read_quantity(model, "war +")


def test_measures_by_name() -> None:
    model = load_model("chicken")
    assert [m.name for m in read_measures(model, ["loss", "war"])] == ["loss", "war"]
    with pytest.raises(UsageError, match=r"has no measure 'wor' \(did you mean 'war'\? measures"):
        read_measures(model, ["wor"])


def test_an_outcome_named_bare_is_asked_back() -> None:
    with pytest.raises(UsageError, match=r"did you mean P\(collision\)\?"):
        read_statement(load_model("chicken"), "collision > 0")


def test_parts() -> None:
    e = Expression.parse("a < P(o) <= 1 and not b == 2", queries=True)
    assert [(str(x), s, str(y)) for x, s, y in comparisons(e)] == [
        ("a", "<", "P(o)"),
        ("P(o)", "<=", "1"),
        ("b", "==", "2"),
    ]
    assert is_chance(Expression.parse("P(a) + P(b)", queries=True))
    assert not is_chance(Expression.parse("2*P(a)", queries=True))
    assert not is_chance(Expression.parse("prob(A, up)", queries=True))
    tree = load_model("unilateral-deterrence")
    assert actions_of(tree, "Challenger") == ("wait", "challenge", "back down", "fight")


# ---- what an error offers -------------------------------------------------------------------
@pytest.mark.parametrize("name", GAMES)
def test_what_is_proposed_can_be_asked(name: str) -> None:
    model = load_model(name)
    text = proposal(model)
    assert read_statement(model, text).text == text
    assert f"'{text}'" in which(model)
    if not any(m.name == "war" for m in model.measures):
        assert "war ==" not in text
    bare = model.replace(measures=())
    assert read_statement(bare, proposal(bare)).text == proposal(bare)


def test_of_a_model_without_measures_outcomes_are_listed() -> None:
    model = read_model(MIXED).replace(measures=())
    with pytest.raises(UsageError) as caught:
        read_statement(model, "x > 1")
    assert "outcomes: P(peace), P(never)" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("x > 1", "measures: calm"),
        ("", "such as 'calm == 0'; measures: calm"),
        ("P()", "write P(outcome); outcomes: peace, never"),
        ("P", "write P(outcome); outcomes: peace"),
        ("payoff()", "write payoff(player); players: A, B"),
        ("payoff(C)", "players: A, B"),
        ("prob()", "players: A, B; actions of A: up, down; actions of B: left, right"),
        ("prob(B)", "write prob(player, action); players: A, B; actions of B: left, right"),
        ("prob(left)", "players: A, B"),
        ("prob(C, left)", "players: A, B"),
        ("prob(B, up)", "actions of B: left, right"),
        ("A", "did you mean payoff(A)? measures: calm"),
        ("left", "did you mean prob(B, left)? measures: calm"),
        ("peace", "did you mean P(peace)? measures: calm"),
    ],
)
def test_what_is_missing_is_listed(text: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_statement(read_model(MIXED), text)
    assert remedy in caught.value.remedy


def test_a_parameter_called_as_a_query_is_asked_by_its_bare_name() -> None:
    model = read_model(re.sub(r"\bx\b", "P", MIXED))
    with pytest.raises(UsageError, match="says nothing"):
        read_statement(model, "P > 1")
    assert read_statement(model, "P(peace) > P").formula.names == {"P"}
