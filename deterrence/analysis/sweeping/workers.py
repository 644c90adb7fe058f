r"""Blocks solved in this process, in several, or on a cluster; always handed on in order.

Local workers are processes of their own that run :mod:`.worker`, away from the current
folder (:mod:`deterrence.surroundings`).  They are fed through pipes, so that neither a
script without ``if __name__ == "__main__"`` nor a notebook stands in the way.  A worker
that is killed is replaced and its block tried again.
"""

from __future__ import annotations

import contextlib
import pickle
import struct
import subprocess
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from deterrence.errors import DeterrenceError, UsageError
from deterrence.surroundings import start

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.plan import Plan

#: How often a block is tried before the sweep gives up.
TRIES = 3
#: Blocks per worker that may be finished before an earlier one is.
_AHEAD = 4
_LENGTH = struct.Struct("<Q")
#: Most workers on one machine.
MAX_JOBS = 1024

#: Numbers of blocks and their bytes, in order.
Results = Generator[tuple[int, bytes], None, None]
#: Where the local workers put their blocks; ``None``: they hand them back.
Folder = Path | None


def work(plan: Plan, solver: Any, number: int, folder: Folder) -> bytes:
    """Solve one block; keep it in the folder, or return its bytes."""
    from deterrence.analysis.sweeping.blocks import solve_block
    from deterrence.analysis.sweeping.unfinished import block_path, encode, write_part

    arrays = solve_block(plan, solver, number)
    if folder is None:
        return encode(arrays)
    write_part(block_path(folder, plan, number), arrays)
    return b""


def alone(plan: Plan, numbers: Sequence[int], folder: Folder) -> Results:
    """Solve blocks one after the other in this process."""
    solver = plan.solver()
    for number in numbers:
        yield number, work(plan, solver, number, folder)


def send(stream: IO[bytes], message: Any) -> None:
    """Write one message to a pipe."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message; raises ``EOFError`` where the other side has gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)  # written by our own process a moment ago


def together(plan: Plan, numbers: Sequence[int], folder: Folder, jobs: int) -> Results:
    """Solve blocks in ``jobs`` worker processes.

    Raises :class:`DeterrenceError` where a block kills its worker every time.
    """
    # Workers are in a folder of their own.
    pool = _Pool(plan, numbers, folder.absolute() if folder is not None else None, jobs)
    try:
        yield from pool.results()
    finally:
        pool.close()


class _Pool:
    """Threads of this process, each with a worker process that it feeds and watches."""

    def __init__(self, plan: Plan, numbers: Sequence[int], folder: Folder, jobs: int) -> None:
        self.plan, self.numbers, self.folder = plan, numbers, folder
        self.jobs = min(jobs, len(numbers))
        self.window = _AHEAD * self.jobs
        self.change = threading.Condition()
        self.next = 0  # place in ``numbers`` of the next block to hand out
        self.emitted = 0  # how many results were handed on
        self.ready: dict[int, bytes] = {}
        self.fault: BaseException | None = None
        self.over = False
        self.processes: set[subprocess.Popen[bytes]] = set()
        self.threads = [
            threading.Thread(target=self._feed, daemon=True, name=f"sweep-{k}")
            for k in range(self.jobs)
        ]
        self.setup = pickle.dumps((plan, folder), protocol=pickle.HIGHEST_PROTOCOL)

    def results(self) -> Results:
        for thread in self.threads:
            thread.start()
        for place, number in enumerate(self.numbers):
            with self.change:
                # Waking now and then lets Ctrl-C through on every system.
                while place not in self.ready and self.fault is None:
                    self.change.wait(0.5)
                if self.fault is not None:
                    raise self.fault
                data = self.ready.pop(place)
                self.emitted = place + 1
                self.change.notify_all()
            yield number, data

    def close(self) -> None:
        with self.change:
            self.over = True
            self.change.notify_all()
            running = list(self.processes)
        for process in running:
            with contextlib.suppress(OSError):
                process.kill()
        for thread in self.threads:
            if thread.is_alive():
                thread.join(10)

    def _take(self) -> int | None:
        """Return the place of the next block, or None where there is none."""
        with self.change:
            while not self.over and self.next >= self.emitted + self.window:
                self.change.wait()
            if self.over or self.next >= len(self.numbers):
                return None
            self.next += 1
            return self.next - 1

    def _feed(self) -> None:
        process: subprocess.Popen[bytes] | None = None
        try:
            while (place := self._take()) is not None:
                for attempt in range(TRIES):
                    try:
                        process = process or self._start()
                        data = self._ask(process, self.numbers[place])
                        break
                    except (EOFError, OSError):
                        process, code = None, self._end(process)
                        if self.over:
                            return
                        if attempt == TRIES - 1:
                            raise self._killed(self.numbers[place], code) from None
                with self.change:
                    self.ready[place] = data
                    self.change.notify_all()
        except BaseException as error:
            with self.change:
                self.fault = self.fault or error
                self.change.notify_all()
        finally:
            self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        # A worker computes in one thread: there are as many workers as there is work for.
        variables = dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
        )
        with self.change:
            if self.over:
                raise EOFError
            process = start("deterrence.analysis.sweeping.worker", variables)
            self.processes.add(process)
        assert process.stdin is not None
        process.stdin.write(_LENGTH.pack(len(self.setup)) + self.setup)
        process.stdin.flush()
        return process

    def _ask(self, process: subprocess.Popen[bytes], number: int) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        send(process.stdin, number)
        fault, data = receive(process.stdout)
        if fault is not None:
            raise fault
        assert isinstance(data, bytes)
        return data

    def _end(self, process: subprocess.Popen[bytes] | None) -> int | None:
        """End a worker, if there is one, and return its exit code."""
        if process is None:
            return None
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        try:
            code = process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        with self.change:
            self.processes.discard(process)
        return code

    def _killed(self, number: int, code: int | None) -> DeterrenceError:
        first, after = self.plan.points_of(number)
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return DeterrenceError(
            f"the worker that solved points {first:,} to {after - 1:,} ended {TRIES} times "
            f"before it was done (the last time: {how})",
            remedy="memory may be too small for so many workers: try fewer",
        )


def on_cluster(plan: Plan, numbers: Sequence[int], address: str) -> Results:
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
    from deterrence.analysis.sweeping.plan import versions

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


def _remote(pickled: bytes, number: int) -> bytes:
    """Solve a block on a worker of a cluster, which keeps the solver for the next one."""
    if getattr(_REMEMBERED, "pickled", None) != pickled:
        plan = pickle.loads(pickled)
        _REMEMBERED.plan, _REMEMBERED.solver = plan, plan.solver()
        _REMEMBERED.pickled = pickled
    return work(_REMEMBERED.plan, _REMEMBERED.solver, number, None)
