"""What actions of a matrix pay whatever happens: as if it were written into every outcome."""

from __future__ import annotations

import itertools
import json
import pickle
import random
from fractions import Fraction
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import Model, load, load_model, robustness, save, solve
from deterrence.algebra.expressions import Expression
from deterrence.analysis.robust.payoffs_as_parameters import payoffs_of_model
from deterrence.cli.program import program
from deterrence.errors import InvalidFileError
from deterrence.report.model_sheet import ModelSheet

TEXT = """\
title: Readiness
form: strategic
players: [Russia, NATO]
actions:
  Russia:
    hold: Leave the status quo alone
    press: {title: Press, pays: -c}
  NATO:
    none: Nothing
    arms: {title: Arms, pays: {NATO: -2*a, Russia: s/2}}
parameters:
  c: {default: 1, bounds: [0, 3]}
  a: {default: 1/2, bounds: [0, 1]}
  s: {formula: a/5}
  g: {default: 4, bounds: [1, 5]}
  l: {default: 6, bounds: [1, 8]}
assumptions: [c > 0, a > 0, g > c, l > 2*a]
outcomes:
  status_quo: {title: Status quo, payoffs: [0, 0]}
  prevails: {title: Russia prevails, payoffs: [g, -l]}
  contest: {title: Contest, payoffs: [-1, -1]}
game:
  hold: {none: status_quo, arms: status_quo}
  press: {none: prevails, arms: {lottery: {contest: 1/2, prevails: 1/2}}}
measures:
  deterrence: {outcomes: [status_quo], sense: want}
"""


def test_cells_pay_what_outcomes_and_actions_pay() -> None:
    model = Model.from_text(TEXT)
    assert [str(u) for u in model.payoff_expressions()[0]] == [
        "0",
        "s/2",
        "g - c",
        "-1/2 + 1/2*g - c + s/2",
    ]
    assert [str(u) for u in model.payoff_expressions(expand=True)[0]][1] == "a/5/2"
    game = model.at(a="1/4")
    assert game.payoff("NATO", {"Russia": "press", "NATO": "arms"}) == Fraction(-4)
    assert game.payoff("Russia", {"Russia": "hold", "NATO": "arms"}) == Fraction(1, 40)
    # One outcome, whatever it costs: its probability is one measure.
    for e in solve(model):
        assert e.measures["deterrence"] == e.outcomes.get("status_quo", 0)
    symbolic = model.symbolic()
    assert str(symbolic.matrix("NATO")[0][1]) == "-2*a"
    assert model.titles["arms"] == "Arms"


def test_the_model_stays_the_same_when_it_is_copied_and_saved(tmp_path: Any) -> None:
    model = Model.from_text(TEXT)
    assert pickle.loads(pickle.dumps(model)).pays == model.pays
    assert model.replace(title="Other").pays == model.pays
    assert Model.from_text(TEXT.replace("-c}", "-2*c}")) != model
    answer = model.regimes()
    save(answer, str(tmp_path / "answer.json"))
    again = load(str(tmp_path / "answer.json"))
    assert again == answer
    assert again.asked.model.pays == model.pays
    told = json.loads(json.dumps(ModelSheet(model).to_dict()))
    assert told["pays"] == {
        "Russia": {"press": {"Russia": "-c"}},
        "NATO": {"arms": {"NATO": "-2*a", "Russia": "s/2"}},
    }
    text = " ".join(ModelSheet(model).document(full=True).text().split())
    assert "press: Press; pays Russia -c" in text
    assert "arms: Arms; pays NATO -2*a, Russia s/2" in text


def written_out(model: Any) -> Any:
    """The same game with an outcome of its own per cell, named after the outcome there."""
    names = list(model.parameters)
    sections: dict[str, Any] = {
        "title": "Written out",
        "form": "strategic",
        "players": list(model.players),
        "actions": {p: list(a) for p, a in zip(model.players, model.actions, strict=True)},
        "parameters": {n: {"default": str(v)} for n, v in model.values().items()},
        "assumptions": [str(a) for a in model.assumptions],
    }
    assert names
    rows = list(zip(*model.payoff_expressions(), strict=True))
    cells = iter(
        {"payoffs": {p: str(u) for p, u in zip(model.players, row, strict=True)}} for row in rows
    )

    def table(depth: int) -> Any:
        if depth == len(model.players):
            return next(cells)
        return {a: table(depth + 1) for a in model.actions[depth]}

    return Model.from_dict({**sections, "game": table(0)})


FORMULAS = st.sampled_from(["0", "-a", "b", "2*a - b", "a*b", "-1/3", "1"])


@st.composite
def models(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[Any, list[list[Fraction]]]:
    """A random model with pays, and the payoffs of its cells by plain arithmetic."""
    players = [f"P{k}" for k in range(len(shape))]
    outcomes = [f"o{k}" for k in range(3)]
    worth = {o: {p: draw(FORMULAS) for p in players} for o in outcomes}
    pays: dict[str, dict[str, dict[str, str]]] = {}
    actions: dict[str, Any] = {}
    for player, size in zip(players, shape, strict=True):
        actions[player] = {}
        for k in range(size):
            entry: dict[str, Any] = {"title": f"Action {k}"}
            kind = draw(st.sampled_from(["none", "own", "several"]))
            paid = {}
            if kind == "own":
                entry["pays"] = draw(FORMULAS)
                paid = {player: entry["pays"]}
            elif kind == "several":
                entry["pays"] = paid = {p: draw(FORMULAS) for p in players}
            pays.setdefault(player, {})[f"x{k}"] = paid
            actions[player][f"x{k}"] = entry
    values = {"a": Fraction(3, 7), "b": Fraction(5, 2)}

    def number(text: str) -> Fraction:
        return Expression.parse(text).evaluate(values)

    flat: list[list[Fraction]] = [[] for _ in players]
    where: dict[tuple[str, ...], Any] = {}
    for choice in itertools.product(*([f"x{k}" for k in range(size)] for size in shape)):
        lottery = draw(st.sampled_from([{"o0": 1}, {"o1": 1}, {"o2": 1}, {"o0": 0.25, "o1": 0.75}]))
        direct = draw(st.integers(0, 5)) == 0
        where[choice] = (
            {"payoffs": dict(worth["o2"])}
            if direct
            else next(iter(lottery))
            if len(lottery) == 1
            else {"lottery": {o: str(Fraction(q)) for o, q in lottery.items()}}
        )
        for k, p in enumerate(players):
            mixed = {"o2": 1} if direct else lottery
            base = sum(Fraction(q) * number(worth[o][p]) for o, q in mixed.items())
            extra = sum(
                number(pays[q][a].get(p, "0")) for q, a in zip(players, choice, strict=True)
            )
            flat[k].append(base + extra)

    def table(before: tuple[str, ...]) -> Any:
        if len(before) == len(shape):
            return where[before]
        return {f"x{k}": table((*before, f"x{k}")) for k in range(shape[len(before)])}

    model = Model.from_dict(
        {
            "title": "Random",
            "form": "strategic",
            "players": players,
            "actions": actions,
            "parameters": {n: {"default": str(v)} for n, v in values.items()},
            "outcomes": {o: {"payoffs": u} for o, u in worth.items()},
            "game": table(()),
        }
    )
    return model, flat


@settings(max_examples=40)
@given(models((2, 3)))
def test_payoffs_are_those_of_plain_arithmetic(drawn: tuple[Any, list[list[Fraction]]]) -> None:
    model, flat = drawn
    game = model.at()
    assert [list(us) for us in game.payoffs] == flat
    out = written_out(model)
    assert [list(us) for us in out.at().payoffs] == flat
    mine = {frozenset_of(e.profile) for e in solve(model, solver="exact")}
    assert mine == {frozenset_of(e.profile) for e in solve(out, solver="exact")}


def frozenset_of(profile: Any) -> frozenset[Any]:
    return frozenset((p, a, q) for p, s in profile.items() for a, q in s.items() if q)


def test_formulas_and_sweeps_agree_with_the_version_written_out() -> None:
    model = Model.from_text(TEXT)
    out = written_out(model)
    mine, theirs = model.regimes(), out.regimes()
    rng = random.Random(13)
    for _ in range(12):
        point = {n: Fraction(rng.randint(1, 40), 13) for n in ("c", "a", "g", "l")}
        point |= {"g": point["g"] + point["c"], "l": point["l"] + 2 * point["a"]}
        here = model.values(**point)
        assert mine.at(here) == theirs.at(here)
        for e in solve(model, values=point):
            assert e.regret == 0
    found = robustness(model, "deterrence < 1")
    assert found.to_dict()["statement"]


def test_three_players_are_paid_in_the_tree_behind_their_table() -> None:
    text = """\
title: Three
form: strategic
players: [A, B, C]
actions:
  A: {go: {pays: -c}, stay: }
  B: {go: {pays: {B: -d, C: d}}, stay: Stay}
  C: {go: Go, stay: Stay}
parameters: {c: {default: 1}, d: {default: 2}}
assumptions: [c > 0, d > 0]
outcomes:
  won: {payoffs: [2, 3, 1]}
  lost: {payoffs: [0, 0, 0]}
game:
  go: [[won, won], [won, {lottery: {won: 1/2, lost: 1/2}}]]
  stay: [[won, lost], [lost, lost]]
measures: {won: {outcomes: [won]}}
"""
    model = Model.from_text(text.replace("stay: }", "stay: Stay}"))
    answer, plain = model.regimes(), written_out(model).regimes()
    assert answer.cover == "proven"
    for c, d in (("1/3", "3/2"), ("5/2", "1/3"), ("3/2", "5/2")):
        values = model.values(c=c, d=d)

        def pure(found: Any) -> set[Any]:
            return {
                frozenset_of(p) for p in found if all(set(s.values()) <= {0, 1} for s in p.values())
            }

        at = pure(answer.at(values))
        assert at == pure(plain.at(values))
        assert at == pure([e.profile for e in solve(model, values={"c": c, "d": d}, solver="pure")])
    assert {o for e in answer for o in e.outcomes} <= {"won", "lost"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("pays: -c}", "pays: -x}", "actions.Russia.press.pays: unknown name 'x'"),
        ("pays: -c}", "pays: [1, 2]}", "a list stands here; expected a formula"),
        ("pays: -c}", "pays: {}}", "a mapping stands here"),
        ("pays: -c}", "pays: c > 0}", "actions.Russia.press.pays"),
        ("pays: -c}", "costs: c}", "unknown key 'costs'"),
        ("NATO: -2*a,", "Nato: -2*a,", "unknown player 'Nato'"),
        ("NATO: -2*a,", "NATO: [a],", "a list stands here; expected a formula"),
        ("{title: Press, pays: -c}", "[Press]", "expected a mapping"),
        ("form: strategic", "form: extensive", "actions"),
        ("a: {default: 1/2, bounds: [0, 1]}", "a: {default: 1/0}", "1/0"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, told: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(InvalidFileError) as caught:
        Model.from_text(TEXT.replace(old, new))
    assert told in str(caught.value), str(caught.value)


def test_a_parameter_in_pays_alone_is_used_and_lists_may_pay() -> None:
    model = Model.from_text(TEXT)
    assert not model.warnings
    listed = TEXT.replace(
        "    hold: Leave the status quo alone\n    press: {title: Press, pays: -c}\n",
        "    - hold\n    - press: {title: Press, pays: -c}\n",
    )
    assert Model.from_text(listed).pays == model.pays
    with pytest.raises(InvalidFileError, match=r"actions\.Russia"):
        Model.from_text(listed.replace("pays: -c", "pays: -x"))


def test_an_order_leaves_no_room_for_what_actions_pay() -> None:
    text = """\
title: O
form: strategic
players: [A, B]
actions: {A: {x: X, y: {title: Y, pays: 1}}, B: {x: X, y: Y}}
outcomes: {p: {title: P}, q: {title: Q}}
order: {A: [p, q], B: [q, p]}
game: {x: [p, q], y: [q, p]}
"""
    with pytest.raises(InvalidFileError, match="the action y of A pays, and there is an order"):
        Model.from_text(text)
    assert Model.from_text(text.replace(", pays: 1", "")).pays == {}


def test_models_without_pays_have_none() -> None:
    assert load_model("chicken").pays == {}
    assert "pays" not in ModelSheet(load_model("chicken")).to_dict()


def test_the_table_and_the_file_check_show_it(tmp_path: Any) -> None:
    path = tmp_path / "readiness.yaml"
    path.write_text(TEXT)
    run = CliRunner().invoke(program, ["show", str(path), "--symbolic"])
    assert run.exit_code == 0, run.output
    assert "g - c" in run.output
    run = CliRunner().invoke(program, ["models", "check", str(path)])
    assert run.exit_code == 0, run.output


def test_payoffs_as_parameters_have_what_actions_pay() -> None:
    """How wrong may payoffs be: those of actions are payoffs, too."""
    model = Model.from_text(TEXT)
    free = payoffs_of_model(model)
    assert free.at().payoffs == model.at().payoffs
    titles = [p.title for p in free.parameters.values()]
    assert "NATO's payoff from Arms" in titles
    assert "Russia's payoff from Press" in titles
    (moved,) = (p for p in free.parameters.values() if p.title == "NATO's payoff from Arms")
    changed = free.at(**{moved.name: moved.default - 1})
    for here, there in zip(model.at().payoffs[1][1::2], changed.payoffs[1][1::2], strict=True):
        assert there == here - 1
