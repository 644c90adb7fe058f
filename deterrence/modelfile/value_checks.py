"""Try the numbers of a file: do defaults and scenarios keep the assumptions, is all defined?

Everything is evaluated exactly.  What depends on a parameter without a value is
not looked at.  The work is bounded in time, for a file may hold long formulas in
long numbers for many scenarios.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, shorten
from deterrence.game.parameters import Parameter
from deterrence.modelfile.faults import FaultList, listing
from deterrence.modelfile.parameter_values import one_sided
from deterrence.modelfile.yaml.entries import EntryPath

#: Processor time that the checks of one file may take, in seconds; files by people need 0.01.
MAX_SECONDS = 0.4

_HOLDS = {
    "<": lambda a, b: a <= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a >= b,
    ">=": lambda a, b: a >= b,
}


class ValueChecks:
    """The parameters and assumptions of one file, to be tried at several values."""

    def __init__(
        self,
        faults: FaultList,
        parameters: Mapping[str, Parameter],
        derived: Sequence[str],
        assumptions: Sequence[tuple[EntryPath, Expression]],
    ) -> None:
        """Work out the defaults; ``assumptions`` come with their places."""
        self.faults = faults
        self.parameters = parameters
        self.derived = derived
        self.assumptions = assumptions
        #: Processor time that evaluations have taken so far; a large tree may take its own.
        self.spent = 0.0
        #: Derived parameters that have no value at the defaults.
        self.undefined: set[str] = set()
        #: Assumptions that the defaults break already.
        self.broken: set[int] = set()
        self.defaults = self.values({}, None)

    def evaluate(self, path: EntryPath, e: Expression, values: Mapping[str, Any], what: str) -> Any:
        """Return a value, ``None`` where there is none; a fault only where it is undefined."""
        if not e.names <= values.keys():
            return None
        if self.spent > MAX_SECONDS:
            what = "checking the numbers of this file takes too long"
            self.faults.add(path, what, "shorter formulas, rounder numbers, fewer scenarios")
            self.faults.stop()
        start = time.thread_time()
        try:
            value = e.evaluate(values)
            if isinstance(value, float) and not math.isfinite(value):
                raise ExpressionError("a number overflows", remedy="choose smaller values")
        except ExpressionError as error:
            self.faults.add(path, f"{what}: {error.what}", remedy=error.remedy)
            return None
        finally:
            self.spent += time.thread_time() - start
        return value

    def attempt(self, e: Expression, values: Mapping[str, Any]) -> Any:
        """Return a value, ``None`` where there is none or the time is up; never a fault."""
        known = {n for n, v in values.items() if v is not None}
        if self.spent > MAX_SECONDS or not e.names <= known:
            return None
        start = time.thread_time()
        try:
            return e.evaluate(values)
        except ExpressionError:
            return None
        finally:
            self.spent += time.thread_time() - start

    def values(self, given: Mapping[str, Any], where: EntryPath | None) -> dict[str, Any]:
        """Return all values that follow from defaults and ``given`` (at ``where`` in the file)."""
        values = {
            name: given.get(name, p.default)
            for name, p in self.parameters.items()
            if name in given or p.default is not None
        }
        for name in self.derived:
            formula = self.parameters[name].formula
            if name in values or formula is None or name in self.undefined:
                continue
            path = ("parameters", name, "formula") if where is None else where
            at = "the defaults" if where is None else "these values"
            value = self.evaluate(path, formula, values, f"{name} has no value at {at}")
            if value is not None:
                values[name] = value
            elif where is None and formula.names <= values.keys():
                self.undefined.add(name)
        return values

    def check_defaults(self) -> None:
        """Add a fault for every assumption that the defaults break."""
        for number, (path, assumption) in enumerate(self.assumptions):
            what = "the assumption cannot be checked at the defaults"
            if self.evaluate(path, assumption, self.defaults, what) is False:
                self.broken.add(number)
                lines = ", ".join(
                    f"{name} in line {self.faults.place(('parameters', name), key=True)[0]}"
                    for name in sorted(assumption.names)[:4]
                )
                self.faults.add(
                    path,
                    f"the defaults break the assumption '{assumption}': "
                    f"{self._at(assumption, self.defaults)}",
                    remedy=f"change a default ({lines}) or the assumption",
                )

    def check_bounds(self) -> None:
        """Add a fault where bounds reach beyond an assumption on that parameter alone."""
        for number, (_, assumption) in enumerate(self.assumptions):
            if number in self.broken:
                continue
            for name, sign, limit in one_sided([assumption]):
                parameter = self.parameters.get(name)
                if parameter is None:
                    continue
                for index, end in enumerate((parameter.lower, parameter.upper)):
                    if end is not None and not _HOLDS[sign](end, limit):
                        what = f"the bound {end} of {name} breaks the assumption '{assumption}'"
                        path = ("parameters", name, "bounds", index)
                        self.faults.add(path, what, f"{name} {sign} {limit}")

    def check(self, path: EntryPath, given: Mapping[str, Any]) -> None:
        """Add a fault for every assumption that some values of the file break."""
        values = self.values(given, path)
        for number, (place, assumption) in enumerate(self.assumptions):
            if number in self.broken:
                continue
            what = f"the assumption '{assumption}' cannot be checked at these values"
            if self.evaluate(path, assumption, values, what) is False:
                line = self.faults.place(place)[0]
                what = f"these values break the assumption '{assumption}' of line {line}: "
                self.faults.add(path, what + self._at(assumption, values))

    def check_defined(self, formulas: Iterable[tuple[EntryPath, Expression]]) -> None:
        """Add a fault for every formula that has no finite value at the defaults."""
        seen: set[int] = set()
        for path, formula in formulas:
            if id(formula) not in seen:
                seen.add(id(formula))
                self.evaluate(path, formula, self.defaults, "there is no value at the defaults")

    def check_lottery(self, path: EntryPath, lottery: Sequence[tuple[str, Expression]]) -> None:
        """Add a fault where the probabilities of a cell are none at the defaults."""
        self.check_chances(path, [((*path, label), label, chance) for label, chance in lottery])

    def check_chances(
        self, path: EntryPath, chances: Sequence[tuple[EntryPath, str, Expression]]
    ) -> bool:
        """Say whether probabilities, each with its place and label, are some at the defaults.

        Adds a fault where they are not.  Those without a value are not looked at.
        """
        values = []
        for where, label, chance in chances:
            what = "the probability has no value at the defaults"
            p = self.evaluate(where, chance, self.defaults, what)
            if p is None:
                return True
            if not 0 <= p <= 1:
                what = f"the probability of {label} is {shorten(str(p))} at the defaults"
                self.faults.add(where, what, "a number from 0 to 1")
                return False
            values.append(p)
        sum_ = sum(values)
        slack = 1e-9 if isinstance(sum_, float) else 0
        if abs(sum_ - 1) > slack:
            what = f"the probabilities sum to {shorten(str(sum_))} at the defaults"
            self.faults.add(path, what, "a sum of 1", key=True)
            return False
        return True

    def _at(self, assumption: Expression, values: Mapping[str, Any]) -> str:
        return listing(f"{n} = {values[n]}" for n in sorted(assumption.names))
