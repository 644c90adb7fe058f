r"""Blocks solved in this process or in several of this machine; always handed on in order.

Workers are processes of their own that run :func:`main`, away from the current folder
(:mod:`deterrence.surroundings`).  They are fed through pipes, so that neither a script
without ``if __name__ == "__main__"`` nor a notebook stands in the way.  A worker is sent
numbers of blocks and solves them until nobody sends more; one that is killed is replaced
and its block tried again.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from deterrence.analysis.sweeping.blocks import BlockSolver
from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.analysis.sweeping.unfinished import block_path, write_part
from deterrence.errors import DeterrenceError
from deterrence.surroundings import start

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.layout import BlockArrays

    #: Numbers of blocks and their arrays, in order; ``None``: a worker has kept them.
    Results: TypeAlias = Generator[tuple[int, BlockArrays | None], None, None]
    #: What a worker sends back: its fault, or a block.
    Answer: TypeAlias = tuple[BaseException | None, BlockArrays | None]

#: How often a block is tried before the sweep gives up.
TRIES = 3
#: Blocks per worker that may be finished before an earlier one is.
_AHEAD = 4
_LENGTH = struct.Struct("<Q")
#: Most workers on one machine.
MAX_JOBS = 1024

#: Where workers of this machine put their blocks; ``None``: they hand them back.
Folder = Path | None


def work(solver: BlockSolver, number: int, folder: Folder) -> BlockArrays | None:
    """Solve one block; keep it in the folder, or return its arrays."""
    arrays = solver.solve(number)
    if folder is None:
        return arrays
    write_part(block_path(folder, solver.plan, number), arrays)
    return None


def alone(plan: SweepPlan, numbers: Sequence[int], folder: Folder) -> Results:
    """Solve blocks one after the other in this process."""
    solver = BlockSolver(plan)
    for number in numbers:
        yield number, work(solver, number, folder)


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


def together(plan: SweepPlan, numbers: Sequence[int], folder: Folder, jobs: int) -> Results:
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

    def __init__(self, plan: SweepPlan, numbers: Sequence[int], folder: Folder, jobs: int) -> None:
        self.plan, self.numbers, self.folder = plan, numbers, folder
        self.jobs = min(jobs, len(numbers))
        self.window = _AHEAD * self.jobs
        self.change = threading.Condition()
        self.next = 0  # place in ``numbers`` of the next block to hand out
        self.emitted = 0  # how many results were handed on
        self.ready: dict[int, BlockArrays | None] = {}
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
            process = start("deterrence.analysis.sweeping.workers", variables)
            self.processes.add(process)
        assert process.stdin is not None
        process.stdin.write(_LENGTH.pack(len(self.setup)) + self.setup)
        process.stdin.flush()
        return process

    def _ask(self, process: subprocess.Popen[bytes], number: int) -> BlockArrays | None:
        assert process.stdin is not None
        assert process.stdout is not None
        send(process.stdin, number)
        answer: Answer = receive(process.stdout)
        fault, arrays = answer
        if fault is not None:
            raise fault
        return arrays

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


def main() -> None:
    """Be a worker: answer on the pipes that were standard input and output.

    When the process that started it has gone, its standard input ends, and so does it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to deal with
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get into the answers
    sys.stdin = None
    try:
        plan, folder = receive(source)
        solver = None
        while True:
            number = receive(source)
            answer: Answer
            try:
                solver = solver or BlockSolver(plan)
                answer = (None, work(solver, number, folder))
            except DeterrenceError as error:
                answer = (error, None)
            except MemoryError:
                answer = (DeterrenceError("out of memory", remedy="use fewer workers"), None)
            except Exception as error:
                answer = (RuntimeError(f"{type(error).__name__}: {error}"), None)
            send(sink, answer)
    except (EOFError, BrokenPipeError):
        return
