"""At which nuclear risk does Russia begin to yield?  A threshold found by hand.

In the bipolarity model Russia would rather yield than fight when its expected cost
of war, ``c_R + rho*N_R``, exceeds its loss from yielding, ``l_R``.  So the risk at
which it begins to yield is ``rho* = (l_R - c_R) / N_R``, here (8 - 5)/100.  The list
below shows what happens on both sides of it in the scenario ``brink``, in which nobody
answers an attack, and exactly at it: there the equilibria form a continuum, of which
the extreme points are listed.
"""

from __future__ import annotations

from fractions import Fraction

from deterrence import load_model, solve


def main() -> None:
    model = load_model("asymmetric-bipolarity")
    threshold = Fraction(8 - 5, 100)
    print(f"rho* = {threshold}")
    for rho in [Fraction(step, 100) for step in range(1, 6)]:
        solution = solve(model, solver="exact", scenario="brink", l_R=8, rho=rho)
        print(f"rho = {rho!s:>5}  components {len(solution.components)}  ({solution.status})")
        for equilibrium in solution:
            war = equilibrium.measures["war"]
            print(f"      P(war) = {war!s:<8} {equilibrium.profile}")


if __name__ == "__main__":
    main()
