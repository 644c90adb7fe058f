"""The data of pages keep their contract: models that ship, and models of every awkward kind."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from functools import cache
from typing import Any

import page_contract
import pytest
from games_that_ship import GAMES

from deterrence import Expression, Model, load_model
from deterrence.errors import ExpressionError, UnsupportedError, UsageError
from deterrence.explorer import grid_part
from deterrence.explorer.export import page_html
from deterrence.explorer.formulas import expression, formula
from deterrence.explorer.page_data import page_data
from deterrence.explorer.plain_games import model_of_game
from deterrence.game.strategic import StrategicGame

#: Bytes that a page may have.
BAR = 150_000
QUICK = ["tripwire", "chicken", "unilateral-deterrence", "ordinal-crisis", "correlated-mediator"]

TWO = """
title: {title}
form: strategic
players: [A, B]
actions: {{A: [x, y], B: [x, y]}}
{more}
"""
AWKWARD = {
    "ties": TWO.format(
        title="Everything ties",
        more="""
parameters: {c: {title: cost, default: 0, bounds: [-1, 1]}}
game: {x: {x: [1, 1], y: [1, 1]}, y: {x: [1, 1], y: [c, 0]}}
""",
    ),
    "nothing_to_guess": TWO.format(
        title="No parameters",
        more="game: {x: {x: [1, 1], y: [0, 1]}, y: {x: [1, 1], y: [3, 0]}}",
    ),
    "cases": TWO.format(
        title="Case distinctions",
        more="""
parameters: {c: {title: cost, default: 1/2, bounds: [-1, 1]}, d: {title: prize, default: 1}}
game: {x: {x: [1 if c > 0 else 2, 1], y: [0, c]}, y: {x: [1, d], y: ["min(c, d)", 0]}}
""",
    ),
    "no_defaults": TWO.format(
        title="No defaults",
        more="""
parameters: {c: {title: cost}, d: {title: prize}}
assumptions: [c > d > 0]
game: {x: {x: [1, 1], y: [0, c]}, y: {x: [1, d], y: [c - d, 0]}}
""",
    ),
    "irrational": TWO.format(
        title="Roots and exponentials",
        more="""
parameters: {c: {title: cost, default: 2, bounds: [1, 9]}}
game: {x: {x: ["sqrt(c)", 1], y: [0, "exp(-c)"]}, y: {x: [1, 0], y: [2, "log(c)"]}}
""",
    ),
    "three_players": """
title: Three players
form: strategic
players: [A, B, C]
actions: {A: [go, stay], B: [go, stay], C: [go, stay]}
parameters: {c: {title: cost, default: 1, bounds: [0, 3]}}
outcomes:
  up: {title: Up, payoffs: {A: 1 - c, B: 1, C: c}}
  down: {title: Down, payoffs: {A: 0, B: 0, C: 0}}
game:
  go: {go: {go: up, stay: down}, stay: {go: down, stay: down}}
  stay: {go: {go: down, stay: down}, stay: {go: down, stay: up}}
measures: {fine: {title: up, outcomes: [up], sense: want}}
""",
    "types": """
title: A tree with types
form: extensive
players: [A, B]
types:
  B: {hard: {prior: q, title: tough}, soft: {prior: 1 - q}}
parameters:
  q: {title: prior, default: 1/3, bounds: [0, 1]}
  w: {title: war, default: 1, bounds: [0, 4]}
assumptions: [0 < q < 1]
outcomes:
  quo: {title: Status quo, payoffs: {A: 0, B: 0}}
  win: {title: Win, payoffs: {A: 1, B: -1}}
  war: {title: War, payoffs: {A: -w, B: {hard: 1 - w, soft: -2}}}
tree:
  player: A
  at: start
  moves:
    wait: quo
    go: {player: B, at: reply, moves: {give: win, fight: war}}
""",
    "tree_of_cases": """
title: A tree with case distinctions, a definition, a derived parameter, and costs on the way
form: extensive
players: [A, B]
parameters:
  w: {title: war, default: 1, bounds: [0, 4]}
  g: {title: gain, default: 2, bounds: [0, 4]}
  d: {title: damage, formula: w + g}
definitions: {half: w/2}
outcomes:
  quo: {title: Status quo, payoffs: {A: 0, B: 0}}
  win: {title: Win, payoffs: {A: "g - w/2 if w > 1 else g", B: -1}}
  war: {title: War, payoffs: {A: -d, B: "min(w, 2) - 1"}}
  alarm: {title: Alarm, payoffs: {A: -w/8, B: 0}}
tree:
  player: A
  at: start
  moves:
    wait: quo
    go:
      player: B
      at: reply
      pays: alarm
      moves: {give: win, fight: war}
""",
}


@cache
def awkward(name: str) -> dict[str, Any]:
    return page_data(Model.from_text(AWKWARD[name], name))


@pytest.mark.parametrize("name", QUICK)
def test_models_that_ship_keep_the_contract(name: str) -> None:
    data = page_data(load_model(name))
    page_contract.check(data)
    assert data["brief"] is not None
    assert not data["warnings"]
    assert len(page_html(data)) < BAR


@pytest.mark.everything
@pytest.mark.parametrize("name", sorted({*GAMES} - {*QUICK}))
def test_every_model_keeps_the_contract(name: str) -> None:
    data = page_data(load_model(name))
    page_contract.check(data)
    assert len(page_html(data)) < BAR


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_models_keep_the_contract(name: str) -> None:
    data = awkward(name)
    page_contract.check(data)
    assert len(page_html(data)) < BAR


def test_solvers_are_chosen_by_what_is_proven() -> None:
    kinds = {name: awkward(name)["solver"]["kind"] for name in ("ties", "three_players", "types")}
    assert kinds == {"ties": "matrix", "three_players": "forms", "types": "forms"}


def test_a_parameter_without_a_default_starts_where_the_assumptions_hold() -> None:
    start = awkward("no_defaults")["start"]["values"]
    assert Fraction(start["c"]) > Fraction(start["d"]) > 0


def test_ends_of_sliders_that_assumptions_exclude_are_open() -> None:
    (q, w) = awkward("types")["parameters"]
    assert (q["lower_open"], q["upper_open"]) == (True, True)
    assert (w["lower_open"], w["upper_open"]) == (False, False)


def test_a_page_opens_at_scenario_and_values() -> None:
    model = load_model("asymmetric-bipolarity")
    given = {"k_R": Fraction(15, 2)}
    from deterrence.explorer.model_part import start_values

    start = start_values(model, "vital-stake", given)
    assert (start["l_R"], start["k_R"]) == (15, Fraction(15, 2))
    assert "k_N" not in start


def test_large_games_of_numbers_are_not_analysed() -> None:
    rows = [[(3 * i + 5 * j) % 7 for j in range(6)] for i in range(6)]
    game = StrategicGame.from_matrices(rows, [row[::-1] for row in rows], name="six")
    data = page_data(model_of_game(game), game=["six.nfg"], analysed=False)
    page_contract.check(data)
    assert data["solver"]["kind"] == "matrix"
    assert len(data["parameters"]) == 72


def test_matrices_that_the_page_cannot_solve_come_as_grids(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grid_part, "MOST", 16)
    rows = [[(3 * i + 5 * j) % 7 for j in range(7)] for i in range(7)]
    game = StrategicGame.from_matrices(rows, [row[::-1] for row in rows], name="seven")
    model = model_of_game(game)
    few = {n: p for k, (n, p) in enumerate(model.parameters.items()) if k < 2}
    rest = {n: p.default for n, p in model.parameters.items() if n not in few}
    cells = [
        type(c)(payoffs={who: e.substitute(rest) for who, e in (c.payoffs or {}).items()})
        for c in model.cells
    ]
    data = page_data(model.replace(parameters=few, cells=tuple(cells)), analysed=False)
    page_contract.check(data)
    assert data["solver"]["kind"] == "grid"
    assert len(data["solver"]["axes"]) == 2


def test_games_too_large_for_a_page_are_refused() -> None:
    rows = [[i + j for j in range(21)] for i in range(21)]
    game = StrategicGame.from_matrices(rows, rows, name="large")
    with pytest.raises(UnsupportedError, match="441 cells") as caught:
        page_data(model_of_game(game), analysed=False)
    assert "deterrence brief" in caught.value.remedy


def test_answers_of_a_grid_are_those_of_the_solver() -> None:
    model = load_model("correlated-mediator")
    solver = page_data(model)["solver"]
    draw = random.Random(7)
    spans = [axis["values"] for axis in solver["axes"]]
    points = list(itertools.product(*spans))
    assert len(points) == len(solver["answers"])
    for k in draw.sample(range(len(points)), 12):
        values = {a["name"]: v for a, v in zip(solver["axes"], points[k], strict=True)}
        if solver["answers"][k] == grid_part.EXCLUDED:
            with pytest.raises(UsageError, match="break the assumption"):
                model.values(values={**solver["rest"], **values})
            continue
        found = solver["table"][solver["answers"][k]]
        (only,) = found["equilibria"]
        wanted = model.solve(values={**solver["rest"], **values})[0]
        assert only["payoffs"] == {p: [str(v), str(v)] for p, v in wanted.payoffs.items()}
        assert only["measures"] == {m: [str(v), str(v)] for m, v in wanted.measures.items()}


def test_a_grid_says_what_its_budget_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_part, "EFFORT", 0.0)
    model = load_model("correlated-mediator")
    start = {n: v for n, v in model.values().items() if model.parameters[n].formula is None}
    solver = grid_part.grid(model, start, ["T_A", "T_B"])
    assert len(solver["answers"]) == 1
    assert solver["answers"] == [solver["opening"]]
    assert not solver["complete"]


# ---- formulas ------------------------------------------------------------------------------
FORMULAS = [
    "a - (b - c) - 1/3", "-a*b/c**2", "(-a)**3", "a < b <= c", "not (a > b or b == c) and a != 2",
    "a if b > c else min(a, b, -c)", "abs(a - b)*max(a, 2)", "12345678901234567890*a",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_mean_the_same(text: str) -> None:
    e = Expression.parse(text)
    back = expression(formula(e))
    draw = random.Random(text)
    for _ in range(8):
        values = {n: Fraction(draw.randrange(-9, 10), draw.randrange(1, 5)) for n in "abc"}
        try:
            wanted = e.evaluate(values)
        except ExpressionError:
            continue
        assert back.evaluate(values) == wanted


def test_long_sums_stay_flat() -> None:
    e = Expression.number(0)
    for k in range(3000):
        e = e - Expression.name(f"x{k}")
    f = formula(e)
    assert f[0] == "+"
    assert max(len(str(p)) for p in f) < 5000
