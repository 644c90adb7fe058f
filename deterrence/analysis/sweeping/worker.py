"""A worker process: it is sent numbers of blocks and solves them until nobody sends more.

It is started by :mod:`deterrence.analysis.sweeping.workers`, not by people.  When the
process that started it has gone, its standard input ends, and so does it.
"""

from __future__ import annotations

import os
import signal
import sys

from deterrence.errors import DeterrenceError


def main() -> None:
    """Answer on the pipes that were standard input and output."""
    from deterrence.analysis.sweeping.workers import receive, send, work

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to deal with
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get into the answers
    sys.stdin = None
    try:
        plan, folder = receive(source)
        solver = None
        while True:
            number = receive(source)
            answer: tuple[BaseException | None, bytes]
            try:
                solver = solver or plan.solver()
                answer = (None, work(plan, solver, number, folder))
            except DeterrenceError as error:
                answer = (error, b"")
            except MemoryError:
                answer = (DeterrenceError("out of memory", remedy="use fewer workers"), b"")
            except Exception as error:
                answer = (RuntimeError(f"{type(error).__name__}: {error}"), b"")
            send(sink, answer)
    except (EOFError, BrokenPipeError):
        return
