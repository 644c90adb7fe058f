"""The main job in Python: both crises solved, every equilibrium with its certificate.

Run it with ``python examples/main_job.py``; the command line does the same with
``deterrence solve asymmetric-bipolarity``.
"""

from __future__ import annotations

from deterrence import load_model, solve
from deterrence.algebra.numbers import format_both


def main() -> None:
    for name in ("asymmetric-bipolarity", "escalation-ladder"):
        model = load_model(name)
        solution = solve(model)
        print(f"{model.title}: {solution.status}")
        print(f"  extreme equilibria: {len(solution)}, connected sets: {len(solution.components)}")
        for number, equilibrium in enumerate(solution, start=1):
            print(f"  {number}. {equilibrium.profile}")
            for player, payoff in equilibrium.payoffs.items():
                print(f"       payoff of {player}: {format_both(payoff)}")
            for label, chance in equilibrium.outcomes.items():
                if chance:
                    print(f"       P({label}) = {format_both(chance)}")
            for measure, value in equilibrium.measures.items():
                print(f"       {measure} = {format_both(value)}")
            print(f"       nobody can gain more than {equilibrium.regret} by deviating")
        print()


if __name__ == "__main__":
    main()
