"""One call of a tool, in a process of its own: what runs too long is ended with it.

The question comes on standard input, the answer goes to standard output, both as JSON; what else
is printed meanwhile goes nowhere near them.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any

from deterrence.mcp.arguments import MORE, TIME_LIMIT
from deterrence.mcp.tools import fault, run

#: Memory that a call may ask for, in bytes; where the system keeps such limits.
MEMORY = 8 * 1024**3


def answered(name: str, told: Any) -> dict[str, Any]:
    """Return the answer of a tool, or its ``error``."""
    from deterrence.face.keeping import caching
    from deterrence.limits.alarm import kept_limit

    try:
        limit = TIME_LIMIT
        if isinstance(told, dict) and told.get("time_limit") is not None:
            limit = MORE["time_limit"].read("time_limit", told["time_limit"])
        with caching(), kept_limit(limit):
            return run(name, told)
    except Exception as error:
        return {"error": fault(error)}


def main() -> None:
    """Answer one question, and end."""
    from deterrence.surroundings import this_process_is_ours

    this_process_is_ours()
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    question = json.loads(sys.stdin.buffer.read())
    out.write(json.dumps(answered(question["tool"], question["arguments"])).encode())
    out.close()
