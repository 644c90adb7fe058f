"""Re-checking certificates and proofs with code that shares nothing with what made them.

Python's fractions and the prover z3 are all that is used: nothing of the solvers, of the
symbolic analysis, of their algebra or of their prover is imported (a contract in
``setup.cfg``).  What is checked comes from strangers: it is bounded, and never evaluated.

>>> from deterrence.verifying import verify
>>> verify("no such file")
Traceback (most recent call last):
deterrence.errors.UsageError: there is no file and no folder 'no such file' (name a ...)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deterrence.errors import DeterrenceError, UsageError
from deterrence.verifying.games import verify_game
from deterrence.verifying.reading import MAX_BYTES, Entry, Malformed, read_json
from deterrence.verifying.verdict import Verdict

__all__ = ["Verdict", "verify"]

#: What certificates call themselves.
GAME, PROOFS = "deterrence/game", "deterrence/proofs"


def verify(path: str | Path) -> Verdict:
    """Return what a re-check of a certificate, or of a folder of proofs, finds.

    Raises :class:`UsageError` where there is nothing at ``path``,
    :class:`~deterrence.errors.InvalidFileError` where it is neither of the two.
    """
    place = Path(path)
    index = place / "index.json" if place.is_dir() else place
    if not place.exists():
        raise UsageError(
            f"there is no file and no folder {str(path)!r}",
            remedy="name a certificate of `solve`, or a folder of proofs of `regimes`",
        )
    try:
        size = index.stat().st_size
        if size > MAX_BYTES:
            raise UsageError(f"{str(index)!r} has {size} bytes, more than {MAX_BYTES}")
        data = index.read_bytes()
    except OSError as error:
        raise DeterrenceError(f"{str(index)!r} cannot be read: {error.strerror}") from None
    told = read_json(str(index), data, (GAME, PROOFS))
    kind = told["certificate"]
    verdict = Verdict(kind=kind, path=str(path))
    try:
        _check(kind, Entry(told, ""), index.parent, verdict)
    except Malformed as fault:
        verdict.reject(fault.where, fault.what)
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A shape of the file that nothing above foresaw.
        verdict.reject("", f"it cannot be checked: {type(error).__name__}: {str(error)[:200]}")
    return verdict


def _check(kind: Any, told: Entry, folder: Path, verdict: Verdict) -> None:
    if kind == GAME:
        verify_game(told, verdict)
        return
    # Here for the sake of the start: it loads z3.
    from deterrence.verifying.proofs import verify_proofs

    verify_proofs(told, folder, verdict)
