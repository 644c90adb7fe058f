"""Points of a model with exact answers, for the numerics of its page to be held against.

``python scripts/page_points.py [MODEL ...]`` writes tests/explorer/points/MODEL.json.gz: what the
page's engine needs to know of the model, and the answers of the exact solver at 40 points, a
quarter of them on boundaries.  ``--check`` stores nothing: it makes 1,000 new points (100 where
one takes a second), and has node compare.  ``--data DIR`` takes pages' data from DIR/MODEL.json.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from deterrence import StrategicGame, load_model, solve
from deterrence.errors import DeterrenceError
from deterrence.explorer.model_part import model_part
from deterrence.modelfile.catalogue import list_models
from deterrence.modelfile.model import SymbolicModel

HERE = Path(__file__).resolve().parents[1]
STORED = HERE / "tests" / "explorer" / "points"
COMPARE = HERE / "tests" / "explorer" / "compare_points.mjs"
#: Seconds that an exact solution may take for the model to get all points of a check.
SLOW = 1.0
#: Of so many points one is on a boundary.
ON_BOUNDARY = 4
#: Shares of those points at which two ties come together, and of ties that are ends of what the
#: assumptions allow.
DOUBLE, AT_END = 0.3, 0.15
#: What the engine reads of a page's data.
KEPT: tuple[str, ...] = (
    "players",
    "parameters",
    "definitions",
    "assumptions",
    "scenarios",
    "outcomes",
    "measures",
)
KEPT += ("naming", "solver", "regimes", "cover", "start", "main")


#: What it reads of a parameter.
PARAMETER = ("name", "default", "formula", "scale")
#: Open symbols up to which the engine looks at all corners, and reads no bounds.
FEW_OPEN = 6

Values = dict[str, Fraction]


class PointMaker:
    """Draws points of a model at which its assumptions hold, some of them where there are ties."""

    def __init__(self, model: SymbolicModel, data: Mapping[str, Any], seed: int) -> None:
        self.model, self.data = model, data
        self.draw = random.Random(f"{model.name} {seed}")
        self.base = {n: p for n, p in model.parameters.items() if p.formula is None}
        self.start = {n: Fraction(v) for n, v in data["start"]["values"].items() if n in self.base}
        self.ranges = {
            p["name"]: self._range(p) for p in data["parameters"] if p["name"] in self.base
        }
        self.gaps = list(self._gaps())
        self.ends = [g for a in data["assumptions"] for g in comparisons(a["f"])]

    def _range(self, p: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
        middle = self.start[p["name"]]
        low, high = p.get("range") or (p["lower"], p["upper"])
        span = abs(middle) or Fraction(1)
        return (
            Fraction(low) if low is not None else middle - span,
            Fraction(high) if high is not None else middle + span,
        )

    def _gaps(self) -> Iterator[Any]:
        """Yield the formulas that are 0 on boundaries."""
        data = self.data
        for r in data["regimes"]:
            yield from comparisons(r["when"])
        for e in data["solver"].get("equilibria", ()):
            for f in e["when"]:
                yield from comparisons(f)
        if data["solver"]["kind"] == "matrix":
            counts = [len(own) for own in data["board"]["actions"]]
            cells = [c["payoffs"] for c in data["board"]["cells"]]
            for i in range(counts[0]):
                for j in range(counts[1]):
                    here = cells[i * counts[1] + j]
                    yield from (["-", here[0], cells[r * counts[1] + j][0]] for r in range(i))
                    yield from (["-", here[1], cells[i * counts[1] + r][1]] for r in range(j))

    def points(self, count: int) -> Iterator[tuple[str, Values]]:
        """Yield what is special about each point, and its values."""
        for s in self.model.scenarios.values():
            yield "scenario", {**self.start, **{n: Fraction(v) for n, v in s.values.items()}}
        yield "default", dict(self.start)
        if self.data["solver"]["kind"] == "grid":
            yield from self._places()
            return
        here = dict(self.start)
        made = len(self.model.scenarios) + 1
        while made < count:
            here = self._step(here)
            if made % ON_BOUNDARY == 0:
                found = self._tie(here)
                if found is not None:
                    yield found
                    made += 1
                    continue
            yield "", dict(here)
            made += 1

    def _places(self) -> Iterator[tuple[str, Values]]:
        """Yield the points of the grid that were solved, in any order."""
        solver = self.data["solver"]
        solved = [place for place, k in enumerate(solver["answers"]) if k >= 0]
        for place in self.draw.sample(solved, len(solved)):
            moved, rest = {}, place
            for axis in reversed(solver["axes"]):
                rest, k = divmod(rest, len(axis["values"]))
                moved[axis["name"]] = Fraction(axis["values"][k])
            yield "grid", {**self.start, **moved}

    def _valid(self, values: Values) -> bool:
        try:
            self.model.at(values=values)
        except (DeterrenceError, ZeroDivisionError, OverflowError):
            return False
        return True

    def _step(self, here: Values) -> Values:
        """Return another point, reached by moves along the axes that no assumption forbids."""
        for name in (
            self.draw.choices(list(self.base), k=2 * len(self.base) + 1) if self.base else ()
        ):
            low, high = self.ranges[name]
            steps = self.draw.choice((8, 10, 60))
            moved = {
                **here,
                name: low + (high - low) * Fraction(self.draw.randint(0, steps), steps),
            }
            if self._assumed(moved):
                here = moved
        return here if self._valid(here) else dict(self.start)

    def _assumed(self, values: Values) -> bool:
        try:
            self.model.values(values=values)
        except (DeterrenceError, ZeroDivisionError):
            return False
        return True

    def _tie(self, here: Values) -> tuple[str, Values] | None:
        """Return a point where a gap closes, or two, near ``here`` in all other parameters."""
        closed: list[Any] = []
        found = ""
        wanted = 2 if self.draw.random() < DOUBLE else 1
        for _ in range(60):
            edge = bool(self.ends) and self.draw.random() < AT_END
            gaps = self.ends if edge else self.gaps
            if not gaps or not self.base:
                return None
            gap, name = self.draw.choice(gaps), self.draw.choice(list(self.base))
            root = self._root(gap, here, name)
            if root is None or not self.ranges[name][0] <= root <= self.ranges[name][1]:
                continue
            moved = {**here, name: root}
            if len(str(root)) > 60 or not self._valid(moved):
                continue
            if any(self._gap(other, moved) for other in closed):
                continue
            here, found = moved, found or ("end" if edge else "tie")
            closed.append(gap)
            if len(closed) == wanted:
                break
        return (found + "s" * (len(closed) > 1), here) if closed else None

    def _gap(self, gap: Any, values: Values) -> Fraction:
        numbers = self.model.values(values=values, check=False)
        known = {**numbers, **dict.fromkeys(self.data["definitions"])}
        return evaluate(gap, known, self.data["definitions"])

    def _root(self, gap: Any, here: Values, name: str) -> Fraction | None:
        """Return where a gap that is a quotient of two lines in a parameter is 0."""
        low, high = self.ranges[name]
        xs = [low + (high - low) * Fraction(k, 7) for k in (1, 3, 6)]
        try:
            gs = [self._gap(gap, {**here, name: x}) for x in xs]
            if len(set(gs)) < 3:
                return None
            # x = (a g + b)/(1 - c g), so b is the root.
            (g0, g1, g2), (x0, x1, x2) = gs, xs
            d = (g0 - g1) * (x0 * g0 - x2 * g2) - (g0 - g2) * (x0 * g0 - x1 * g1)
            if d == 0:
                return None
            c = ((g0 - g1) * (x0 - x2) - (g0 - g2) * (x0 - x1)) / d
            a = ((x0 - x1) - c * (x0 * g0 - x1 * g1)) / (g0 - g1)
            root = x0 - c * x0 * g0 - a * g0
            return root if self._gap(gap, {**here, name: root}) == 0 else None
        except (DeterrenceError, ZeroDivisionError, ValueError, TypeError):
            return None


def comparisons(f: Any) -> Iterator[Any]:
    """Yield the differences of the sides of all comparisons in a condition."""
    if f[0] in ("and", "or", "not"):
        for g in f[1:]:
            yield from comparisons(g)
    else:
        yield ["-", f[1], f[2]]


def evaluate(f: Any, values: Mapping[str, Any], definitions: Mapping[str, Any]) -> Fraction:
    """Return the exact value of a formula of a page; ValueError where it is not rational."""
    if isinstance(f, str):
        found = values[f]
        return Fraction(evaluate(definitions[f], values, definitions) if found is None else found)
    if isinstance(f, int):
        return Fraction(f)
    op = f[0]
    if op == "q":
        return Fraction(int(f[1]), int(f[2]))
    if op == "if" or (op == "call" and f[1] not in ("min", "max", "abs")):
        raise ValueError(op)
    parts = [evaluate(g, values, definitions) for g in f[2 if op == "call" else 1 :]]
    if op == "call":
        return abs(parts[0]) if f[1] == "abs" else (min if f[1] == "min" else max)(parts)
    if op == "~":
        return -parts[0]
    total = parts[0]
    for x in parts[1:]:
        if op == "+":
            total += x
        elif op == "-":
            total -= x
        elif op == "*":
            total *= x
        elif op == "/":
            total /= x
        else:
            total = Fraction(total**x)
    return total


def formula(value: Fraction) -> Any:
    """Return an exact number as a page has it."""
    whole = value.denominator == 1
    return int(value) if whole else ["q", str(value.numerator), str(value.denominator)]


# ---- answers -------------------------------------------------------------------------------
def number(value: Any, longest: int) -> Any:
    """Return the exact text of a rational, the nearest float of a longer one and of others."""
    text = str(value) if isinstance(value, Fraction) else ""
    return text if text and len(text) <= longest else float(value)


def answer(solution: Any, longest: int = 10_000) -> dict[str, Any] | None:
    """Return the exact answer at a point as a page has to give it, None if it is not complete."""
    if solution.status != "complete":
        return None
    names = [m.name for m in solution.game.measures]
    told: dict[str, Any] = {
        "equilibria": [
            [
                own.label,
                [number(e.measures[m], longest) if m in e.measures else None for m in names],
            ]
            for own, e in zip(solution.identities, solution.equilibria, strict=True)
        ],
        "results": [
            [r.name, r.called, {o: number(p, longest) for o, p in r.chances.items()}]
            for r in solution.results
        ],
    }
    if isinstance(solution.game, StrategicGame):
        told["components"] = [e.component for e in solution.equilibria]
        told["continuum"] = any(c.dimension > 0 for c in solution.components)
    else:
        told["continuum"] = any(f.is_continuum for f in solution.families)
        told["listed"] = all(f.corners == len(f.members) for f in solution.families)
    return told


def engine_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the engine needs of a page's data to answer; what is played is not compared."""
    kept = {name: data[name] for name in KEPT}
    solver = kept["solver"]
    if solver["kind"] == "matrix" or solver.get("boundaries") == "sampled":
        kept["board"] = data["board"]
    if solver["kind"] == "forms":
        kept["solver"] = {
            **solver,
            "equilibria": [*map(_unplayed, solver["equilibria"])],
            "ends": [
                {**end, "equilibria": [*map(_unplayed, end["equilibria"])]}
                for end in solver["ends"]
            ],
        }
    kept["model"] = {"concept": data["model"].get("concept", data.get("concept"))}
    kept["regimes"] = [{"name": r["name"], "when": r["when"]} for r in data["regimes"]]
    kept["parameters"] = [{n: p[n] for n in PARAMETER} for p in data["parameters"]]
    kept["scenarios"] = [{n: s[n] for n in ("name", "values")} for s in data["scenarios"]]
    kept["outcomes"] = [{n: o[n] for n in ("name", "title")} for o in data["outcomes"]]
    return kept


def _unplayed(e: Mapping[str, Any]) -> dict[str, Any]:
    few = len(e["open"]) <= FEW_OPEN
    return {**e, "profile": {}, "bounds": [] if few else e["bounds"]}


def points_of(
    model: SymbolicModel,
    data: Mapping[str, Any],
    count: int,
    seed: int,
    slow: int,
    longest: int,
) -> dict[str, Any]:
    """Return points of a model with their answers, ``slow`` of them where each takes long."""
    made, skipped = [], 0
    maker = PointMaker(model, data, seed)
    spent = 0.0
    for kind, values in maker.points(2 * count):
        before = time.process_time()
        found = answer(solve(model, values=values), longest)
        spent += time.process_time() - before
        if found is None:
            skipped += 1
            continue
        told = {n: str(v) for n, v in values.items()}
        made.append({"kind": kind, "values": told, **found})
        if len(made) >= count or (len(made) >= slow and spent > SLOW * len(made)):
            break
    return {"model": model.name, "game": game_digest(model), "skipped": skipped, "points": made}


def game_digest(model: SymbolicModel) -> str:
    """Return a digest of all in a model's file that its equilibria depend on."""
    part = model_part(model)
    told = [
        [[p["name"], p["default"], p["formula"]] for p in part["parameters"]],
        [part["definitions"], [a["f"] for a in part["assumptions"]], _untitled(part["board"])],
        [[m["name"], m["f"]] for m in part["measures"]],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _untitled(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _untitled(x) for name, x in told.items() if name != "title"}
    return [*map(_untitled, told)] if isinstance(told, list) else told


def stored(path: Path) -> dict[str, Any]:
    """Return what was stored of a model."""
    found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def page_of(model: SymbolicModel, folder: Path | None) -> dict[str, Any]:
    """Return the data of a model's page."""
    if folder is not None and (folder / f"{model.name}.json").is_file():
        found: dict[str, Any] = json.loads((folder / f"{model.name}.json").read_text())
        return found
    from deterrence.explorer.page_data import page_data

    return page_data(model)


def main() -> int:
    """Store points, or check new ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--points", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    count = given.points or (1000 if given.check else 40)
    seed = given.seed if given.seed is not None else int(given.check)
    failed = []
    for name in given.models or [m.name for m in list_models()]:
        model = load_model(name)
        name = model.name
        data = page_of(model, given.data)
        if data["solver"]["kind"] == "none":
            print(f"{name}: no page solves it")
            continue
        slow, longest = (100, 10_000) if given.check else (10, 30)
        told = points_of(model, data, count, seed, min(count, slow), longest)
        told["data"] = engine_data(data)
        text = json.dumps(told, separators=(",", ":"))
        if given.check:
            with tempfile.TemporaryDirectory() as folder:
                path = (given.keep or Path(folder)) / f"{name}.json"
                path.write_text(text)
                if subprocess.run(["node", str(COMPARE), str(path)], check=False).returncode:
                    failed.append(name)
        else:
            STORED.mkdir(parents=True, exist_ok=True)
            (STORED / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
            print(f"{name}: {len(told['points'])} points")
    if failed:
        print("differ:", ", ".join(failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
