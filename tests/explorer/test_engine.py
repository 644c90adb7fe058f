"""The numerics of the page, run by node, give what the exact solver gives."""

from __future__ import annotations

import importlib.util
import itertools
import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from games_that_ship import GAMES

from deterrence import StrategicGame, load_model, solve
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf

HERE = Path(__file__).parent
POINTS = HERE / "points"
WEB = HERE.parents[1] / "deterrence" / "explorer" / "web"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")

_SPEC = importlib.util.spec_from_file_location(
    "page_points", HERE.parents[1] / "scripts" / "page_points.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
page_points = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(page_points)


def _node(*arguments: str | Path, fails: bool = False) -> str:
    command = [str(NODE), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout


def test_rationals_formulas_and_lines() -> None:
    told = _node("--test", "--test-reporter=tap", *sorted(HERE.glob("*.test.mjs")))
    assert "# fail 0" in told


def test_stored_points_of_all_models() -> None:
    files = sorted(POINTS.glob("*.json.gz"))
    told = _node(HERE / "compare_points.mjs", *files)
    assert len(told.splitlines()) == len(files)


def test_stored_points_are_those_of_the_shipped_models() -> None:
    kept = {p.name.removesuffix(".json.gz"): page_points.stored(p) for p in POINTS.glob("*.gz")}
    shipped = {n: page_points.game_digest(load_model(n)) for n in GAMES}
    old = sorted(n for n, game in shipped.items() if n not in kept or kept[n]["game"] != game)
    assert not old, f"make page-points ARGS='{' '.join(old)}' stores their points"
    assert not set(kept) - set(shipped)
    few = {n: len(own["points"]) for n, own in kept.items() if len(own["points"]) < 40}
    assert set(few) <= {"asymmetric-escalation"}  # an exact solution takes seconds


def _data(rows: list[list[int]], columns: list[list[int]], names: StrategicGame) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [
        {"payoffs": [a, b], "lottery": [[f"{r}, {c}", 1]]}
        for r, own, other in zip(names.actions[0], rows, columns, strict=True)
        for c, a, b in zip(names.actions[1], own, other, strict=True)
    ]
    return {
        "players": [{"name": p} for p in names.players],
        "parameters": [],
        "definitions": {},
        "assumptions": [],
        "scenarios": [],
        "outcomes": [{"name": c["lottery"][0][0], "title": ""} for c in cells],
        "measures": [],
        "main": None,
        "naming": {"outcomes": [], "titles": {}, "published": []},
        "board": {"actions": [[{"name": a} for a in own] for own in names.actions], "cells": cells},
        "solver": {"kind": "matrix"},
        "regimes": [],
        "cover": "unknown",
        "start": {"values": {}},
    }


def _games(draw: random.Random) -> Iterator[tuple[list[list[int]], list[list[int]]]]:
    sizes = [(m, n) for m in range(1, 5) for n in range(1, 5)] * 4 + [(5, 5), (6, 6), (6, 4)]
    for m, n in sizes:
        high = draw.choice((1, 1, 2, 9))
        if max(m, n) > 4:
            high = 9
        sides = [[[draw.randint(0, high) for _ in range(n)] for _ in range(m)] for _ in "ab"]
        yield sides[0], sides[1]


def test_random_matrices_with_many_ties(tmp_path: Path) -> None:
    told = []
    for k, (a, b) in enumerate(_games(random.Random(7))):
        game = StrategicGame.from_matrices(a, b, players=("Row", "Column"))
        found = page_points.answer(solve(game))
        point = {"kind": "", "values": {}, **found}
        told.append({"model": f"game {k}: {a} {b}", "data": _data(a, b, game), "points": [point]})
    path = tmp_path / "games.json"
    path.write_text(json.dumps(told))
    _node(HERE / "compare_points.mjs", path)


def _random_tree(draw: random.Random, depth: int, places: Iterator[int]) -> Any:
    if depth == 0 or draw.random() < 0.15:
        return Leaf(f"end {next(places)}")
    here = next(places)
    parts = {
        f"a{k}": _random_tree(draw, depth - 1, places) for k in range(draw.choice((2, 2, 2, 3)))
    }
    if draw.random() < 0.2:
        return Chance({a: (Fraction(1, len(parts)), x) for a, x in parts.items()}, f"c{here}")
    return Decision(draw.choice(("A", "B")), f"s{here}", parts)


def _board(tree: ExtensiveGame) -> dict[str, Any]:
    nodes = [
        {
            "set": n.set,
            "children": list(n.children),
            "outcome": n.outcome,
            "payoffs": None if n.outcome is None else [int(u) for u in tree.paid(k)],
        }
        for k, n in enumerate(tree.nodes)
    ]
    sets = [
        {
            "label": s.label,
            "player": -1 if s.player is None else tree.players.index(s.player),
            "actions": [{"name": a} for a in s.actions],
            "chances": [page_points.formula(p) for p in s.chances] if s.is_chance else None,
        }
        for s in tree.sets
    ]
    return {"nodes": nodes, "sets": sets}


def test_random_trees_with_many_ties(tmp_path: Path) -> None:
    draw = random.Random(11)
    told = []
    for k in range(80):
        root = _random_tree(draw, draw.choice((2, 3, 3, 4)), itertools.count())
        if isinstance(root, Leaf):
            continue
        leaves = sorted(set(_leaves(root)))
        worth = {o: (draw.randint(0, 2), draw.randint(0, 2)) for o in leaves}
        tree = ExtensiveGame.from_tree(("A", "B"), root, worth)
        found = page_points.answer(solve(tree, concept="spe"))
        if found is None or not found["listed"]:
            continue
        data = _data([[0]], [[0]], StrategicGame.from_matrices([[0]], [[0]], players=("A", "B")))
        data |= {
            "model": {"concept": "spe"},
            "solver": {"kind": "induction"},
            "board": _board(tree),
            "outcomes": [{"name": o, "title": ""} for o in leaves],
        }
        point = {"kind": "", "values": {}, **found}
        told.append({"model": f"tree {k}: {worth}", "data": data, "points": [point]})
    assert len(told) > 50
    path = tmp_path / "trees.json"
    path.write_text(json.dumps(told))
    _node(HERE / "compare_points.mjs", path)


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, Leaf):
        yield str(node.outcome)
    else:
        for x in node.moves.values():
            yield from _leaves(x[1] if isinstance(x, tuple) else x)


def test_a_wrong_answer_is_noticed(tmp_path: Path) -> None:
    path = POINTS / "asymmetric-bipolarity.json.gz"
    told = page_points.stored(path)
    told["points"][0]["equilibria"][0][1][0] = "1/3"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(told))
    assert "39 of 40 equal" in _node(HERE / "compare_points.mjs", wrong, fails=True)
