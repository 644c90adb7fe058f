"""Small models whose sensitivity is known in closed form."""

from __future__ import annotations

from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel

_THRESHOLD = """
title: War pays where the stake exceeds the cost
form: strategic
players: [Challenger, Defender]
actions: {{Challenger: [hold, attack], Defender: [fight, yield]}}
parameters:
{parameters}
assumptions:
{assumptions}
{more}
outcomes:
  peace: {{payoffs: {{Challenger: 0, Defender: 1}}}}
  no_fight: {{payoffs: {{Challenger: 0, Defender: 0}}}}
  war: {{payoffs: {{Challenger: {gain}, Defender: 1}}}}
  walkover: {{payoffs: {{Challenger: 0, Defender: 0}}}}
game:
  hold: {{fight: peace, yield: no_fight}}
  attack: {{fight: war, yield: walkover}}
measures:
  war: {{outcomes: [war], title: probability of war}}
"""


def threshold(
    stake: str = "bounds: [0, 1]",
    cost: str = "bounds: [0, 2]",
    *,
    base: tuple[str, str] = ("1/2", "1/4"),
    other: str = "",
    gain: str = "stake - cost",
    assumptions: tuple[str, ...] = ("stake == stake",),
    more: str = "",
) -> SymbolicModel:
    """The defender always fights; the challenger attacks iff the stake exceeds the cost."""
    rows = [
        f"  stake: {{default: {base[0]}, {stake}}}",
        f"  cost: {{default: {base[1]}, {cost}}}",
        *([f"  other: {other}"] if other else []),
    ]
    text = _THRESHOLD.format(
        parameters="\n".join(rows),
        assumptions="\n".join(f"  - {a}" for a in assumptions),
        gain=gain,
        more=more,
    )
    return read_model(text, "threshold")
