"""Blocks solved by the workers of a dask.distributed scheduler, handed on in order."""

from __future__ import annotations

import pickle
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from deterrence.analysis.sweeping.blocks import BlockSolver
from deterrence.analysis.sweeping.plan import SweepPlan, versions
from deterrence.analysis.sweeping.workers import TRIES
from deterrence.errors import DeterrenceError, UsageError

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.layout import BlockArrays
    from deterrence.analysis.sweeping.workers import Results


def on_cluster(plan: SweepPlan, numbers: Sequence[int], address: str) -> Results:
    """Solve blocks on the workers of a dask.distributed scheduler.

    Raises :class:`UsageError` where distributed is not installed, where the scheduler does
    not answer and where its workers run other versions; :class:`DeterrenceError` where a
    block kills its workers.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError(
            "a sweep on a cluster needs dask.distributed",
            remedy="pip install 'deterrence[cluster]'",
        ) from None
    try:
        client: Any = distributed.Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(
            f"no scheduler answers at {address[:80]!r}: {_line(error)}",
            remedy="start one with `dask scheduler`, and workers with `dask worker ADDRESS`",
        ) from None
    with client:
        _check_versions(client, address)
        shared = client.scatter(pickle.dumps(plan), broadcast=True)
        window = 2 * sum(client.nthreads().values())
        waiting: deque[tuple[int, Any]] = deque()
        rest = iter(numbers)
        try:
            while True:
                while len(waiting) < window and (number := next(rest, None)) is not None:
                    future = client.submit(_remote, shared, number, pure=False, retries=TRIES - 1)
                    waiting.append((number, future))
                if not waiting:
                    return
                number, future = waiting.popleft()
                yield number, future.result()
        except (OSError, TimeoutError, CancelledError) as error:
            raise DeterrenceError(
                f"the scheduler at {address[:80]!r} was lost: {_line(error)}",
                remedy="with an output, finished blocks are kept; --resume goes on with them",
            ) from None
        except distributed.KilledWorker as error:
            raise DeterrenceError(
                f"a block killed the workers that solved it: {_line(error)}",
                remedy="their memory may be too small",
            ) from None
        finally:
            client.cancel([future for _, future in waiting], force=True)


def _line(error: BaseException) -> str:
    """Return the first line of an error's text, cut to a length for messages."""
    return (str(error) or type(error).__name__).split("\n")[0][:200]


def _check_versions(client: Any, address: str) -> None:
    """Raise :class:`UsageError` where workers would not compute the same numbers."""
    mine = versions()
    needed = ", ".join(f"{k} {v}" for k, v in mine.items())
    remedy = f"all workers need the versions that run here: {needed}"
    try:
        theirs = client.run(versions)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the workers cannot import deterrence: {error}", remedy=remedy) from None
    if not theirs:
        raise UsageError(
            f"the scheduler at {address[:80]!r} has no workers",
            remedy="start some with `dask worker ADDRESS`",
        )
    for worker, found in theirs.items():
        if found != mine:
            other = [f"{k} {v}" for k, v in found.items() if mine.get(k) != v]
            raise UsageError(f"the worker {worker} has {', '.join(other)}", remedy=remedy)


#: A solver and a sequence of points are for one thread; dask's workers may have several.
_REMEMBERED = threading.local()


def _remote(pickled: bytes, number: int) -> BlockArrays:
    """Solve a block on a worker of a cluster, which keeps the solver for the next one."""
    if getattr(_REMEMBERED, "pickled", None) != pickled:
        _REMEMBERED.solver, _REMEMBERED.pickled = BlockSolver(pickle.loads(pickled)), pickled
    solver: BlockSolver = _REMEMBERED.solver
    return solver.solve(number)
