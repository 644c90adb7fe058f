"""Where does the divide hold?  A sweep over both sides' costs of escalation.

In the bipolarity model each side has a conventional cost of direct war, ``c_R`` and
``c_N``.  The script solves a grid of both, keeps every equilibrium in a CSV file, and then
reads the file as anybody would: row by row, with Python's own csv module.

Worked out by hand: NATO's answer, reliable with 2/5, holds Russia back where
4*(3/5) <= (c_R + 4)*(2/5), that is from c_R = 2 on; Russia's, with 12/25, holds NATO back
from c_N = 1/3 on.  From there the divide is an equilibrium; it is the only one where war
also costs a side more than yielding: c_R + 4 > 12 or c_N + 4 > 9.
"""

from __future__ import annotations

import csv
from pathlib import Path

from deterrence import load_model


def main() -> None:
    model = load_model("asymmetric-bipolarity")
    output = Path("costs.csv")
    summary = model.sweep(
        {"c_R": "0:12:13", "c_N": "0:12:13"}, measures=["deterrence"], output=output, force=True
    )
    print(f"{summary.points} points, a continuum at {summary.continuum}")

    # One row per equilibrium: the bounds over all of them stand in each row of a point.
    bounds: dict[tuple[float, float], tuple[float, float]] = {}
    with output.open(newline="") as file:
        for row in csv.DictReader(file):
            point = float(row["c_R"]), float(row["c_N"])
            bounds[point] = float(row["deterrence_low"]), float(row["deterrence_high"])
    told = {(1, 1): "holds", (0, 1): "may", (0, 0): "-"}
    verdicts = [told.get(b, "?") for b in bounds.values()]
    print(
        f"The divide holds in every equilibrium at {verdicts.count('holds')} points, "
        f"in some at {verdicts.count('may')}, in none at {verdicts.count('-')}."
    )

    print("c_N from 0 to 12 along each line:")
    for c_R in range(0, 13, 2):
        line = [told.get(bounds[c_R, c_N], "?") for c_N in range(0, 13, 2)]
        print(f"  c_R = {c_R:<3} " + " ".join(f"{v:<6}" for v in line).rstrip())


if __name__ == "__main__":
    main()
