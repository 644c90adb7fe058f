"""Faults of a file in the form that editors understand: ``file:line:column: message``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deterrence.errors import Fault
from deterrence.words.markup import plain


def fault_lines(source: str, faults: Iterable[Fault], kind: str = "") -> Iterator[str]:
    """Yield one line per fault; ``kind`` is put before the message, as in ``warning``.

    >>> list(fault_lines("my.yaml", [Fault("a tab", 3, 1, remedy="use blanks")]))
    ['my.yaml:3:1: a tab (use blanks)']
    """
    for fault in faults:
        text = fault.what
        if fault.key:
            text = f"{fault.key}: {text}"
        if fault.expected:
            text += f"; expected {fault.expected}"
        if fault.remedy:
            text += f" ({fault.remedy})"
        column = fault.column if fault.column is not None else 1
        prefix = f"{kind}: " if kind else ""
        yield plain(f"{source}:{fault.line or 1}:{column}: {prefix}{text}")
