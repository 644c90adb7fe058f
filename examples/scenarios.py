"""One model, many crises: every scenario of every shipped model.

For each scenario every measure is given as a range over the (extreme) equilibria, since
a game with several equilibria has no single answer, and picking one would hide that.
"""

from __future__ import annotations

from deterrence import list_models, load_model, solve
from deterrence.algebra.numbers import format_both


def main() -> None:
    for name, title, *_ in list_models():
        print(f"{title} ({name})")
        model = load_model(name)
        if model.why_no_table:
            print("     no game: `deterrence stability` says which of its states are stable")
            continue
        for scenario in (None, *model.scenarios):
            solution = solve(model, solver="exact", scenario=scenario)
            ranges = []
            for measure in model.measures:
                found = [equilibrium.measures[measure.name] for equilibrium in solution]
                low, high = format_both(min(found)), format_both(max(found))
                ranges.append(f"{measure.name} {low if low == high else f'{low} to {high}'}")
            print(f"  {scenario or 'defaults'}, equilibria: {len(solution)}")
            print("     " + "; ".join(ranges))


if __name__ == "__main__":
    main()
