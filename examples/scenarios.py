"""One model, many crises: every scenario of every shipped model.

For each scenario every measure is given as a range over the (extreme) equilibria, since
a game with several equilibria has no single answer, and picking one would hide that.
"""

from __future__ import annotations

from deterrence import list_models, load_model, solve, solve_tree
from deterrence.algebra.numbers import format_both
from deterrence.solvers.trees.concepts import default_concept


def main() -> None:
    for name, title, _ in list_models():
        print(f"{title} ({name})")
        model = load_model(name)
        for scenario in (None, *model.scenarios):
            game = model.at(scenario=scenario)
            if model.tree is None:
                solution = solve(game, solver="exact")
            else:
                solution = solve_tree(game, default_concept(game))
            ranges = []
            for measure in model.measures:
                found = [equilibrium.measures[measure.name] for equilibrium in solution]
                low, high = format_both(min(found)), format_both(max(found))
                ranges.append(f"{measure.name} {low if low == high else f'{low} to {high}'}")
            print(f"  {scenario or 'defaults'}, equilibria: {len(solution)}")
            print("     " + "; ".join(ranges))


if __name__ == "__main__":
    main()
