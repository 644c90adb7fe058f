"""Where does deterrence fail?  A sweep over both sides' costs of escalation.

In the bipolarity model each side has a conventional cost of direct war, ``c_R`` and
``c_N``, and a side that would rather fight than yield is not deterred.  The script
solves a grid of both costs, keeps every equilibrium in a CSV file, and then reads the
file as anybody would: row by row, with Python's own csv module.

Worked out by hand: k_R = c_R + 4 is below l_R = 7 where c_R < 3, and k_N = c_N + 4 below
l_N = 6 where c_N < 2.  Where both hold, war is the only equilibrium.
"""

from __future__ import annotations

import csv
from pathlib import Path

from deterrence import load_model


def main() -> None:
    model = load_model("asymmetric-bipolarity")
    output = Path("costs.csv")
    summary = model.sweep(
        {"c_R": "0:6:13", "c_N": "0:6:13"},
        values={"l_R": 7, "l_N": 6},
        measures=["war"],
        output=output,
        force=True,
    )
    print(f"{summary.points} points, a continuum at {summary.continuum}")

    # One row per equilibrium: the bounds over all of them stand in each row of a point.
    worst: dict[tuple[float, float], float] = {}
    certain = set()
    with output.open(newline="") as file:
        for row in csv.DictReader(file):
            point = float(row["c_R"]), float(row["c_N"])
            worst[point] = float(row["war_high"])
            if float(row["war_low"]) > 0:
                certain.add(point)
    print(f"war in every equilibrium: {len(certain)} points, up to c_R = "
          f"{max(c for c, _ in certain):g} and c_N = {max(c for _, c in certain):g}")  # fmt: skip

    print("The largest probability of war, c_N from 0 to 6 along each line:")
    for c_R in sorted({c for c, _ in worst})[::2]:
        line = [worst[c_R, c_N] for c_N in sorted({c for _, c in worst})[::2]]
        print(f"  c_R = {c_R:g}  " + "  ".join(f"{p:.2f}" for p in line))


if __name__ == "__main__":
    main()
