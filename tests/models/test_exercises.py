"""Exercises of the shipped models are executed: the answers are what the program says."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner

from deterrence import load_model, solve
from deterrence.algebra.expressions import Expression
from deterrence.cli.program import program
from deterrence.errors import InvalidFileError
from deterrence.game.parameters import Exercise
from deterrence.modelfile.catalogue import model_names, read_model
from deterrence.modelfile.model import SymbolicModel

MODELS = {name: load_model(name) for name in model_names()}
EXERCISES = [
    pytest.param(model, exercise, id=f"{name}-{number}")
    for name, model in MODELS.items()
    for number, exercise in enumerate(model.exercises, 1)
]


def truths(model: SymbolicModel, exercise: Exercise) -> set[bool]:
    """Return in which ways the statement is true in the equilibria."""
    chosen = exercise.scenario or None
    values = model.values(chosen, values=exercise.values)
    # Statements about a matrix are about its Nash equilibria, whatever it is solved for.
    concept = None if model.tree is not None else "nash"
    solution = solve(model, concept=concept, scenario=chosen, values=exercise.values)
    assert solution.status == "complete"
    statement = Expression.parse(exercise.statement)
    return {bool(statement.evaluate({**values, **e.measures})) for e in solution.equilibria}


@pytest.mark.usefixtures("kept_answers")
@pytest.mark.parametrize(("model", "exercise"), EXERCISES)
def test_the_answer_is_what_the_program_says(model: SymbolicModel, exercise: Exercise) -> None:
    if exercise.statement:
        wanted = {"every": {True}, "no": {False}, "some": {True, False}}[exercise.holds]
        assert truths(model, exercise) == wanted
        return
    _, *arguments = shlex.split(exercise.command)
    result = CliRunner().invoke(program, arguments)
    assert result.exit_code == 0, result.output
    told = " ".join(result.stdout.split())
    for text in exercise.shows:
        assert " ".join(text.split()) in told, result.stdout


GOOD = """\
title: T
form: strategic
players: [A]
actions: {A: [x, y]}
parameters: {p: {default: 1, bounds: [0, 2]}}
outcomes: {o: {payoffs: {A: p}}, q: {payoffs: {A: 0}}}
game: [o, q]
measures: {war: [q]}
scenarios: {s: {values: {p: 2}}}
"""


def test_a_statement_that_is_false_is_found_out() -> None:
    entry = "{question: Q, answer: A, statement: war == 0, holds: every, values: {p: 0}}"
    model = read_model(f"{GOOD}exercises: [{entry}]")
    assert truths(model, model.exercises[0]) == {True, False}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{question: Q, answer: A}", "no check"),
        ("{question: Q, answer: A, statement: war == 0}", "statement and holds"),
        ("{question: Q, answer: A, statement: wor == 0, holds: no}", "wor"),
        ("{question: Q, answer: A, statement: war, holds: no}", "war"),
        ("{question: Q, answer: A, command: rm -rf, shows: [x]}", "no command"),
        ("{question: Q, answer: A, command: deterrence solve x}", "belong together"),
        ("{question: Q, answer: A, statement: war == 0, holds: few}", "not known here"),
        ("{question: Q, answer: A, statement: war == 0, holds: no, scenario: t}", "scenario"),
        ("{question: Q, answer: A, statement: war == 0, holds: no, values: {r: 1}}", "parameter"),
        ("{question: Q, statement: war == 0, holds: no}", "answer"),
    ],
)
def test_faults_of_exercises_are_told(entry: str, words: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_model(f"{GOOD}exercises: [{entry}]")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("level: 4", "first course"),
        ("level: one", "first course"),
        ("themes: S1", "list"),
        ("no_levers: {B: so}", "player"),
        ("known_results: [{title: t, count: 1, lesson: perhaps}]", "yes or no"),
    ],
)
def test_faults_of_what_else_a_file_says(entry: str, words: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_model(f"{GOOD}{entry}")
    assert words in str(caught.value)
