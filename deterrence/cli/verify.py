"""``deterrence verify``: a certificate or a folder of proofs, checked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deterrence.cli.options import GameName, command, told_options
from deterrence.cli.output import ResultChoice
from deterrence.cli.source import GameChoice, load_either, load_game
from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.verifying import Verdict

_EPILOG = (
    "PATH is a file of `solve --certificate` or a folder of `regimes --proofs`. Exit code 0: "
    "what was checked is right; 5: rejected; 3: no certificate at all. What is not checked is "
    "said."
)


@command(epilog=_EPILOG)
@click.argument("path", type=click.Path())
@click.option(
    "--of", "game", type=GameName(), metavar="GAME",
    help="Check, too, that it is a certificate of this game.",
)  # fmt: skip
@told_options()
def verify(path: str, game: str | None, result: ResultChoice) -> int:
    """Check a certificate or proofs again, with code that shares nothing with the solvers.

    Every number is recomputed in fractions; the list is compared with all equilibria where
    that is short enough; what proofs have to say is worked out, and decided by z3 again.
    """
    result.check(path)
    from deterrence.report.verified import Verified
    from deterrence.verifying import verify as verified

    verdict = verified(path)
    if game is not None:
        _same_game(game, verdict)
    result.show(Verified(verdict))
    return 0 if verdict.accepted else 5


def _same_game(name: str, verdict: Verdict) -> None:
    """Compare the file's game with one that is read here; of a certificate, at its values."""
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel

    loaded = load_either(name)
    told = f"{name} at the file's values"
    if verdict.kind == "deterrence/proofs":
        from deterrence.symbolic.proofs import model_digest

        if not isinstance(loaded, SymbolicModel):
            raise UsageError(f"{name} has numbers, no formulas", remedy="name a model")
        told, right = f"{name}, no parameter fixed", model_digest(loaded)
    else:
        from deterrence.solvers.certificate import game_digest

        free = {}
        if isinstance(loaded, SymbolicModel):
            free = {n: p for n, p in loaded.parameters.items() if p.formula is None}
        given = tuple(f"{n}={v}" for n, v in verdict.values.items() if n in free)
        try:
            game = load_game(GameChoice(name, given)).game
            if isinstance(game, ExtensiveGame) and not game.is_perfect_recall:
                verdict.unchecked.append(f"that it is the strategic form of {told}")
                return
            right = game_digest(game)
        except UsageError as error:  # the values are not possible in that model
            verdict.reject("game", f"it is not {told}: {error.what}")
            return
    if right == verdict.digest:
        verdict.right(f"the game is {told}")
    else:
        verdict.reject("game", f"it is not {told}")
