"""What a type checker makes of a user's script: typos are found, correct code passes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT

RIGHT = """
from fractions import Fraction

from deterrence import (
    Boundaries, Conclusion, Explanation, IncompleteError, Levers, Model, RegimeAnalysis,
    Robustness, Sensitivity, Solution, Statics, StrategicGame, SweepSummary, SymbolicEquilibrium,
    Thresholds, TreeSolution, conclusions, load, load_model, plot, read_efg, regimes, save, solve,
    sweep,
)

model: Model = load_model("chicken")
game: StrategicGame = model.strategic_at(P_A=3)
one: Solution = solve(game, concept="correlated", objective="min war")
tree: TreeSolution = solve(read_efg(""), concept="pbe", time_limit=5)
both: Solution | TreeSolution = model.solve("exact", scenario=None, P_A="1/3")
wars = [equilibrium.measures["war"] for equilibrium in both.equilibria]
analysis: RegimeAnalysis = regimes(model, expand=True, isolate="P_A", P_B=Fraction(1, 3))
formulas: tuple[SymbolicEquilibrium, ...] = model.symbolic_equilibria(values={"P_A": 0.5})
claim: Conclusion = conclusions(analysis, "war > 0", time_limit=3)
cuts: Thresholds = model.thresholds("P_A", formulas=False, P_B=2)
signs: Statics = model.statics()
edges: Boundaries = model.boundaries(isolate="P_A")
board: Explanation = model.explain(2, P_A=3)
summary: SweepSummary = sweep(model, {"P_A": "0:1:3", "P_B": [1, 2.5, "1/3"]}, output="x.csv")
shape = model.sweep({"P_A": [1, 2]}, select="worst", by="war").sizes
spread: Sensitivity = model.sensitivity(measures=["war"], method=("sobol", "tornado"), seed=3)
radius: Robustness = model.robustness("war == 0", norm="sum", over=["P_A"])
cheapest: Levers = model.with_rungs(3).replace(title="x").levers("A", "war == 0", cost={"P_A": 2})
duel: Model = Model.from_matrices([["a"]], [[1]], parameters={"a": 2}, measures={"m": {}})
same: bool = duel == Model.from_dict({"title": "x"}) or duel == Model.from_text("title: x", "x")
first, rest, named = one["#2"].regret, one[1:][0].regret, analysis["both mix"].to_sympy()
pure: bool = tree[0].profile.is_pure
war = float(one.to_frame(exact=True)["war"][0]) + float(signs.to_frame("effects")["sign"][0])
save(analysis, "x.json")
again = load("x.json")
assert isinstance(again, RegimeAnalysis)
text: str = plot(model, "sweep", "P_A", "war", low=0, width=60).description
try:
    model.regimes()
except IncompleteError as error:
    print(error.remedy)
"""

WRONG = """
from deterrence import StrategicGame, load_model, regimes, save, solve
from deterrence import regims  # wrong

model = load_model("chicken")
game: StrategicGame = model.strategic_at(P_A=3)
model.regims()  # wrong
model.regimes(isolate=3)  # wrong
model.regimes(P_A=[1, 2])  # wrong
model.regimes(time_limit="soon")  # wrong
model.regimes().regims  # wrong
regimes("chicken")  # wrong
solve(game, concept="spe")  # wrong
solve(model, concept="nahs")  # wrong
model.sensitivity(measurs=["war"])  # wrong
model.sensitivity(method="sobl")  # wrong
model.sweep({"P_A": 3})  # wrong
model.sweep({"P_A": "0:1:3"}, select="wurst")  # wrong
model.levers("A")  # wrong
model.levers("A", "war == 0", norm="mx")  # wrong
model.robustness("war == 0", quantifier="all")  # wrong
model.plot()  # wrong
model.plot("sweep", "P_A", bound="uper")  # wrong
model.explain("first")  # wrong
model.thresholds(["P_A"])  # wrong
model.at(values=["P_A"])  # wrong
solve(game)[1.5]  # wrong
model.regimes().to_frame(3)  # wrong
save(3, "x.json")  # wrong
"""


@pytest.mark.slow
def test_a_type_checker_finds_every_typo_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "right.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--config-file",
            os.devnull,
            "--follow-imports",
            "silent",
            "--ignore-missing-imports",
            "--no-error-summary",
            "--hide-error-context",
            "--cache-dir",
            str(tmp_path / "cache"),
            "right.py",
            "wrong.py",
        ],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    errors = [line for line in result.stdout.splitlines() if ": error: " in line]
    assert {line.partition(":")[0] for line in errors} == {"wrong.py"}, result.stdout
    found = {int(line.split(":")[1]) for line in errors}
    marked = {k for k, line in enumerate(WRONG.splitlines(), 1) if line.endswith("# wrong")}
    assert found == marked, result.stdout
