"""What a re-check found: what was checked, what was not, and what failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Failures after which no more are collected.
MAX_FAILURES = 20


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong: where, what, and, where numbers differ, both."""

    where: str
    what: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        told = f"{self.where}: {self.what}" if self.where else self.what
        if self.expected:
            told += f"; right is {self.expected}, the file says {self.found}"
        return told


@dataclass
class Verdict:
    """What was checked (``checked``), what was not (``unchecked``) and what is wrong."""

    kind: str
    path: str
    title: str = ""
    #: What the file is about: players, equilibria, scripts; told first.
    about: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    #: The fingerprint of the game or the model, and the parameter values, as the file says.
    digest: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether nothing is wrong."""
        return not self.failures

    def right(self, text: str) -> None:
        """Add something that was checked, unless something was found to be wrong before."""
        if self.accepted:
            self.checked.append(text)

    def reject(self, where: str, what: str, expected: object = "", found: object = "") -> None:
        """Add something that is wrong."""
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(Failure(where, what, str(expected), str(found)))

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data (schema 1)."""
        return {
            "schema": 1,
            "path": self.path,
            "kind": self.kind,
            "title": self.title,
            "digest": self.digest,
            "accepted": self.accepted,
            "about": list(self.about),
            "checked": list(self.checked),
            "unchecked": list(self.unchecked),
            "failures": [vars(f) for f in self.failures],
        }


class OutOfBudget(Exception):
    """A check would take more work than it may."""


class Budget:
    """Work that a check may still do, in products of numbers.

    >>> budget = Budget(10)
    >>> budget.spend(8), budget.left
    (None, 2)
    >>> budget.spend(3)
    Traceback (most recent call last):
    deterrence.verifying.verdict.OutOfBudget
    """

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, amount: int) -> None:
        """Take some of it; raise :class:`OutOfBudget` where it is not there."""
        if amount > self.left:
            raise OutOfBudget
        self.left -= amount
