"""A game that is in no file: two navies in a strait, as matrices.

Each navy escorts convoys or stays in port.  The script writes the game down, checks
a guess by its regret, and then lists every equilibrium.
"""

from __future__ import annotations

from deterrence import Profile, StrategicGame, solve


def main() -> None:
    game = StrategicGame.from_matrices(
        [["-5/2", 2], [-1, 0]],
        [["-5/2", -1], [2, 0]],
        players=("East", "West"),
        actions=[("escort", "port"), ("escort", "port")],
        name="strait",
    )
    guess = Profile.pure({"East": "port", "West": "port"})
    for player, gain in game.regret(guess).items():
        print(f"if both stay in port, {player} could gain {gain} by deviating")

    for equilibrium in solve(game):
        print(equilibrium.profile, "| refinements:", ", ".join(equilibrium.refinements) or "none")


if __name__ == "__main__":
    main()
