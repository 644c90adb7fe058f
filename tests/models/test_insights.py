"""What every shipped file says beside its game: insight, senses, default concept, deterrence."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from click.testing import CliRunner

import deterrence
from deterrence.cli.program import program
from deterrence.errors import InvalidFileError
from deterrence.modelfile.catalogue import load_model, model_names, read_model
from deterrence.modelfile.schema.model_file import DEFAULT_CONCEPTS, SENSES
from deterrence.solvers.trees.concepts import default_concept
from deterrence.statements import is_chance, outcomes_of, phrase_of, read_statement

NAMES = sorted(model_names())
#: Names of measures that only one attitude makes sense of, written down by hand.
CLEAR = {
    **dict.fromkeys(("war", "nuclear", "disaster", "crisis", "general_war", "limited"), "avoid"),
    **dict.fromkeys(("expected_rung", "violation", "attack", "race"), "avoid"),
    **dict.fromkeys(("deterrence", "peace", "trust", "compromise", "all_deterred"), "want"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_file_says_what_is_to_be_learnt_from_it(name: str) -> None:
    insight = load_model(name).insight
    assert 40 <= len(insight) <= 240
    assert insight.endswith((".", "?"))
    assert len(re.findall(r"[.?](?= |$)", insight)) <= 2


@pytest.mark.parametrize("name", NAMES)
def test_measures_have_a_sense_where_it_is_clear(name: str) -> None:
    measures = load_model(name).measures
    assert {m.sense for m in measures} <= {"", *SENSES}
    for m in measures:
        if m.name in CLEAR:
            assert m.sense == CLEAR[m.name], m.name
        if m.name.endswith(("_prevails", "concession")):
            assert m.sense == "", f"{m.name} is good for one side and bad for the other"


@pytest.mark.parametrize("name", NAMES)
def test_trees_name_their_default_concept_and_their_games_have_it(name: str) -> None:
    model = load_model(name)
    if model.tree is None:
        assert model.default_concept in ("", "nash", "correlated", "zero-sum")
        return
    assert model.default_concept in DEFAULT_CONCEPTS
    assert model.tree.default_concept == model.default_concept
    assert default_concept(model.at()) == model.default_concept  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_deterrence_is_that_the_status_quo_holds(name: str) -> None:
    model = load_model(name)
    known = {m.name: str(m.expression) for m in model.measures}
    titles = {o: model.titles.get(o, "") for o in outcomes_of(model)}
    quo = [o for o, title in titles.items() if o == "status_quo" or title == "Status quo"]
    if quo:
        assert known["deterrence"] == f"P({quo[0]})"
    if "deterrence" in known:
        assert is_chance(next(m for m in model.measures if m.name == "deterrence").expression)
        assert "war" not in known["deterrence"]


# ---- the default concept ------------------------------------------------------------------
TREE = """\
title: T
form: extensive
players: [A, B]
parameters: {x: {default: 1}}
outcomes:
  quiet: {payoffs: {A: 0, B: 2}}
  fight: {payoffs: {A: -x, B: -1}}
  loss: {payoffs: {A: 1, B: 0}}
tree:
  player: A
  moves: {wait: quiet, try: {player: B, moves: {resist: fight, concede: loss}}}
measures:
  war: {outcomes: [fight], sense: avoid}
  calm: {outcomes: [quiet], sense: want}
  share: {expression: payoff(A)}
"""


def test_a_model_s_own_concept_comes_first_wherever_none_is_asked_for() -> None:
    plain, own = read_model(TREE), read_model(f"{TREE}default_concept: nash\n")
    assert (plain.default_concept, own.default_concept) == ("", "nash")
    assert default_concept(plain.at()) == "spe"  # type: ignore[arg-type]
    assert default_concept(own.at(x=2)) == "nash"  # type: ignore[arg-type]
    # The empty threat is a Nash equilibrium, and not subgame perfect.
    quiet = [e.measures["calm"] for e in deterrence.solve(own)]
    assert Fraction(1) in quiet
    assert all(e.measures["calm"] == 0 for e in deterrence.solve(plain))
    assert [e.measures["calm"] for e in deterrence.solve(own, concept="spe")] == [0]
    assert pickle.loads(pickle.dumps(own)).default_concept == "nash"
    changed = plain.replace(default_concept="nash")
    assert changed.tree is not None
    assert changed.tree.default_concept == "nash"


MATRIX = """\
title: M
form: strategic
players: [A, B]
actions: {A: [x, y], B: [x, y]}
parameters: {v: {default: 1}}
outcomes: {one: {payoffs: [v, -v]}, two: {payoffs: [-v, v]}}
game: {x: [one, two], y: [two, one]}
measures: {first: [one]}
"""


def test_a_matrix_is_solved_by_its_own_concept_where_none_is_asked_for() -> None:
    mediated = load_model("correlated-mediator")
    best = deterrence.solve(mediated)
    assert (best.concept, len(best)) == ("correlated", 1)
    assert best[0].measures["welfare"] == Fraction(21, 2)
    assert deterrence.solve(mediated, objective="min crash")[0].measures["crash"] == 0
    assert deterrence.solve(mediated.at()).concept == "correlated"  # type: ignore[call-overload]
    for options in ({"concept": "nash"}, {"solver": "exact"}):
        assert len(deterrence.solve(mediated, **options)) == 3  # type: ignore[call-overload]
    own = read_model(f"{MATRIX}default_concept: zero-sum\n")
    assert deterrence.solve(own).value == 0
    told = read_model(f"{MATRIX}default_concept: correlated\ndefault_objective: max 2*P(one)\n")
    (found,) = deterrence.solve(told)
    assert found.measures["first"] == Fraction(1, 2)
    assert pickle.loads(pickle.dumps(told)) == told
    run = CliRunner().invoke(program, ["solve", "correlated-mediator"])
    assert run.exit_code == 0
    assert "the mediator draws" in run.output
    run = CliRunner().invoke(program, ["solve", "correlated-mediator", "--judge", "perfect"])
    assert run.exit_code == 0, run.output
    run = CliRunner().invoke(program, ["models", "show", "correlated-mediator"])
    assert "solved by correlated, max welfare" in " ".join(run.output.split())


def test_a_ladder_with_other_rungs_keeps_its_concept_and_senses() -> None:
    ladder = load_model("crisis-ladder").with_rungs(3)
    assert ladder.tree is not None
    assert ladder.tree.default_concept == "spe"
    assert {m.name: m.sense for m in ladder.measures}["deterrence"] == "want"


def test_binding_a_measure_keeps_everything_else() -> None:
    nuclear = next(m for m in load_model("asymmetric-bipolarity").measures if m.name == "nuclear")
    bound = nuclear.bind({"rho": Fraction(1, 2)})
    assert (bound.title, bound.unit, bound.sense) == (nuclear.title, nuclear.unit, "avoid")


# ---- faults ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        (TREE.replace("sense: want", "sense: wants"), 14, 36, "did you mean 'want'"),
        (TREE.replace("sense: want", "sense: [want]"), 14, 36, "a list stands here"),
        (f"{TREE}default_concept: pbee\n", 16, 18, "did you mean 'pbe'"),
        (f"{TREE}default_concept: zero-sum\n", 16, 18, "for matrices"),
        (f"{TREE}insight: {'so ' * 100}\n", 16, 10, "299 characters"),
        (f"{TREE}default_objective: max calm\n", 16, 1, "belongs to correlated"),
        (f"{MATRIX}default_concept: sequential\n", 9, 18, "for game trees"),
        (
            f"{MATRIX}default_concept: correlated\ndefault_objective: best first\n",
            10, 20, "is no objective",
        ),
        (
            f"{MATRIX}default_concept: correlated\ndefault_objective: max sky\n",
            10, 20, "unknown name 'sky'",
        ),
        (f"{TREE}insight: {{a: b}}\n", 16, 10, "a mapping stands here"),
        (
            "title: T\nform: strategic\nplayers: [A]\nactions: {A: [x]}\n"
            "outcomes: {o: {payoffs: {A: 1}}}\ngame: [o]\ndefault_concept: pbe\n",
            7, 18, "for game trees",
        ),
    ],
)  # fmt: skip
def test_wrong_values_are_faults_with_their_place(
    text: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_model(text)
    [fault] = caught.value.faults
    assert (fault.line, fault.column) == (line, column)
    assert words in str(fault)


def test_an_insight_is_one_paragraph() -> None:
    assert read_model(f"{TREE}insight: |\n  One line\n  and another.\n").insight == (
        "One line and another."
    )


# ---- conclusions and words ------------------------------------------------------------------
@pytest.mark.parametrize("command", [["regimes"], ["sensitivity", "--samples", "64"]])
def test_nothing_is_concluded_of_measures_that_are_no_probabilities(
    command: list[str], write: Callable[[str], str]
) -> None:
    path = write(TREE.replace("default: 1", "default: 1, bounds: [1/2, 3]"))
    verb, *options = command
    result = CliRunner().invoke(program, [verb, path, *options, "--format", "json", "-q"])
    answer = json.loads(result.stdout)
    if verb == "regimes":
        asked = [c["statement"] for c in answer["conclusions"]]
    else:
        entries = answer["probabilities"]["entries"]
        asked = [e["name"] for e in entries if e["kind"] == "conclusion"]
    assert asked == ["war == 0", "calm == 1"]  # what one would avoid, and what one wants


@pytest.fixture
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path_factory.mktemp("model") / "small.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_the_words_follow_the_sense() -> None:
    model = read_model(TREE)
    words = {
        "war == 0": "no war",
        "war > 0": "a risk of war",
        "calm != 0": "a chance of calm",
        "calm == 1": "calm == 1",
        "share == 0": "share == 0",
        "war < 1/2": "war < 1/2",
    }
    for text, phrase in words.items():
        assert phrase_of(read_statement(model, text).shown, model.measures) == phrase


def test_deterrence_is_no_other_word_for_no_war() -> None:
    found = deterrence.load_model("asymmetric-bipolarity").conclusions("war")
    assert "eterrence" not in str(found)
    assert found.every_text.startswith("no war in every equilibrium")
