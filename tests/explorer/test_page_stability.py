"""The stability that a page works out is that of the package, on ties, too."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from test_engine import POINTS, _data, page_points

from deterrence import StrategicGame, load_model
from deterrence.explorer.stability_part import NOTIONS, stability_part
from deterrence.graph_model import concepts
from deterrence.graph_model.analyse import Questions, analyse
from deterrence.graph_model.conflict import ranked
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.look_ahead import LookAhead
from deterrence.graph_model.narration import Narration
from deterrence.modelfile.catalogue import list_models
from deterrence.modelfile.model import SymbolicModel

NODE = shutil.which("node")
COMPARE = Path(__file__).parent / "compare_stability.mjs"
TABLES = [m.name for m in list_models() if m.form in ("strategic", "options")]
#: Points per model, those on boundaries first.
MOST = 8

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


def compare(tmp_path: Path, games: list[dict[str, Any]]) -> None:
    path = tmp_path / "games.json"
    path.write_text(json.dumps(games))
    done = subprocess.run(
        [str(NODE), str(COMPARE), str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[:3000]
    assert done.stdout.strip() == f"{sum(len(g['points']) for g in games)} points"


def levels(found: Any, numbers: list[int]) -> dict[str, list[list[int]]]:
    """Return 2 where a state is stable, 1 where with some ways to break ties, by notion."""
    level = {"no": 0, "sometimes": 1, "yes": 2}
    return {
        key: [
            [level[status] for status in column]
            for column in found.notion(key).by_state(numbers).values()
        ]
        for key in NOTIONS
    }


class Nameless(Narration):
    """Calls every state the same: how states are called hangs on what else is said there."""

    def name(self, number: int) -> str:
        return "it"

    full_name = name


def expected(model: SymbolicModel, values: Mapping[str, Any], cells: list[int]) -> dict[str, Any]:
    """Return what is so at values; ``cells`` are the numbers of the states, cell by cell."""
    asked = Questions(concepts=NOTIONS, conditions=False)
    found = analyse(model, asked, values=values)
    told: dict[str, Any] = {
        "ranks": [[found.state(s).ranks[p] - 1 for s in cells] for p in model.players],
        "stable": levels(found, cells),
    }
    if found.ahead:
        told["horizon"] = Nameless(found).horizon(found.ahead[0])
    return {"focus": cells.index(found.focus[0]) if found.focus else 0, "told": told}


def test_stored_points_of_all_tables(tmp_path: Path) -> None:
    games = []
    for name in TABLES:
        model = load_model(name)
        part = stability_part(model, {})
        stored = page_points.stored(POINTS / f"{name}.json.gz") if part else {"data": {}}
        if part is None or "board" not in stored["data"]:
            continue
        cells = [s["number"] for s in part["states"]]
        points = sorted(stored["points"], key=lambda p: p["kind"] == "inside")[:MOST]
        told = [{"values": p["values"], **expected(model, p["values"], cells)} for p in points]
        games.append({"model": name, "data": stored["data"], "points": told})
    assert len(games) >= 16
    compare(tmp_path, games)


def random_games() -> Iterator[tuple[StrategicGame, Any]]:
    draw = random.Random(3)
    for m, n in [(m, n) for m in range(1, 5) for n in range(1, 5)] * 4 + [(6, 6), (6, 5), (5, 6)]:
        high = draw.choice((1, 2, 9, 40))
        a, b = ([[draw.randint(0, high) for _ in range(n)] for _ in range(m)] for _ in "ab")
        yield StrategicGame.from_matrices(a, b, players=("Row", "Column")), (a, b)


def test_random_tables_with_many_ties(tmp_path: Path) -> None:
    games, sometimes, periods = [], 0, set()
    for k, (game, (a, b)) in enumerate(random_games()):
        ranks = ranked([[u for row in side for u in row] for side in (a, b)])
        graph = MoveGraph.of_table(("Row", "Column"), (len(a), len(a[0])))
        sight = LookAhead.of(graph, ranks)
        endless = sight.non_myopic()
        periods.add(endless.period)
        ahead = {"l2": sight.limited(2), "l3": sight.limited(3)}
        ahead["nm"] = (endless.always, endless.sometimes)
        stable = {
            key: (2 * concepts.stable(graph, ranks, key)).tolist()
            for key in NOTIONS
            if key not in ahead
        }
        for key, (always, some) in ahead.items():
            stable[key] = (always.astype(int) + some).tolist()
            sometimes += int((some & ~always).sum())
        point = {
            "values": {},
            "focus": 0,
            "told": {"ranks": ranks.tolist(), "stable": stable},
        }
        games.append({"model": f"game {k}: {a} {b}", "data": _data(a, b, game), "points": [point]})
    assert sometimes > 20
    assert len(periods) > 1
    compare(tmp_path, games)


def test_a_tie_that_floats_do_not_see_is_one(tmp_path: Path) -> None:
    game = StrategicGame.from_matrices([[0], [0]], [[0], [0]], players=("Row", "Column"))
    data = _data([[0], [0]], [[0], [0]], game)
    data["parameters"] = [{"name": n, "formula": None, "default": "0"} for n in "abc"]
    for cell, formula in zip(data["board"]["cells"], (["+", "a", "b"], "c"), strict=True):
        cell["payoffs"][0] = formula
    points = [
        {
            "values": {"a": "0.1", "b": "0.2", "c": c},
            "focus": 0,
            "told": {"ranks": [ranks, [0, 0]]},
        }
        for c, ranks in (("0.3", [0, 0]), ("0.30000000000000004", [0, 1]), ("1/3", [0, 1]))
    ]
    compare(tmp_path, [{"model": "a tie", "data": data, "points": points}])
