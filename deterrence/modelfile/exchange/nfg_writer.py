"""Writing Gambit's ``.nfg`` files; see :mod:`deterrence.modelfile.exchange.nfg` for the format.

>>> from deterrence.game.strategic import StrategicGame
>>> print(write_nfg(StrategicGame.from_matrices([[1, 2]], [["1/3", 0]])).splitlines()[-1])
2 0
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.exchange.gambit import quote, write_number


def file_order(shape: Sequence[int]) -> list[int]:
    """Return, for each cell in our order, its place in a file (first player fastest)."""
    order = [0]
    stride = 1
    for size in shape:
        order = [base + k * stride for base in order for k in range(size)]
        stride *= size
    return order


def write_nfg(game: StrategicGame) -> str:
    """Write a strategic game as a ``.nfg`` file.

    The outcome version is written where every cell has one named outcome and
    the outcome fixes the payoffs, else the payoff version.  Rationals are
    written exactly, floats as the shortest decimal that reads back as the same
    float.  Raises :class:`UsageError` for symbolic payoffs, and for labels that
    the format cannot express (a backslash at the end or before a quotation mark).

    >>> from deterrence import load_model, write_nfg
    >>> print(write_nfg(load_model('chicken').strategic_at()).splitlines()[0])
    NFG 1 R "Chicken (Hawk-Dove)" { "A" "B" }
    """
    game.need_values(", which a .nfg file cannot hold")
    players = " ".join(quote(p, ".nfg") for p in game.players)
    lines = [f"NFG 1 R {quote(game.title or game.name, '.nfg')} {{ {players} }}", ""]
    blocks = [f"{{ {' '.join(quote(a, '.nfg') for a in actions)} }}" for actions in game.actions]
    lines += ["{ " + "\n".join(blocks), "}", quote(_comment(game), ".nfg"), ""]
    order = file_order(game.shape)
    cell_at = [0] * len(order)
    for cell, place in enumerate(order):
        cell_at[place] = cell
    lines += _outcome_lines(game, cell_at) or [
        " ".join(write_number(u[cell]) for u in game.payoffs) for cell in cell_at
    ]
    return "\n".join(lines) + "\n"


def _comment(game: StrategicGame) -> str:
    """Say at which parameter values the game was made."""
    return ", ".join(f"{name} = {value}" for name, value in game.values.items())


def _outcome_lines(game: StrategicGame, cell_at: Sequence[int]) -> list[str]:
    """Return the body of the outcome version, or nothing where it does not fit."""
    if game.outcomes is None:
        return []
    listed: dict[str, tuple[Any, ...]] = {}
    for lottery, payoffs in zip(game.outcomes, zip(*game.payoffs, strict=True), strict=True):
        if len(lottery) != 1 or lottery[0][1] != 1:
            return []
        label = lottery[0][0]
        if not label or listed.setdefault(label, payoffs) != payoffs:
            return []
    number = {label: str(k) for k, label in enumerate(listed, start=1)}
    rows = (
        f"{{ {quote(label, '.nfg')} {', '.join(map(write_number, payoffs))} }}"
        for label, payoffs in listed.items()
    )
    return ["{", *rows, "}", " ".join(number[game.outcomes[cell][0][0]] for cell in cell_at)]
