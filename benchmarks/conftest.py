"""Prints, after the timings, how each library compares with the exact enumeration."""

from __future__ import annotations

import pytest

#: (size, library) -> (median seconds for one pass over the games, equilibria found)
RESULTS: dict[tuple[int, str], tuple[float, int]] = {}
OURS = "deterrence exact"
#: Title -> lines that a benchmark wants printed at the end.
NOTES: dict[str, list[str]] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for title, lines in NOTES.items():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)
    if not RESULTS:
        return
    terminalreporter.section("times beside the exact enumeration")
    terminalreporter.write_line(f"{'size':<6}{'library':<28}{'ms':>10}{'ratio':>10}   found")
    for (size, library), (seconds, found) in sorted(RESULTS.items()):
        ours, all_of_them = RESULTS.get((size, OURS), (float("nan"), 0))
        terminalreporter.write_line(
            f"{f'{size}x{size}':<6}{library:<28}{1000 * seconds:>10.2f}{seconds / ours:>9.2f}x"
            f"   {found} of {all_of_them or '?'}"
        )
