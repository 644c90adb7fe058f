"""A solution as plain text for a terminal.

One block per equilibrium; the extreme equilibria of a continuum share a block,
in which what they have in common is said once.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> pd = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]], name="dilemma")
>>> for line in solution_text(solve(pd, solver="exact")).splitlines()[:6]:
...     print(line)
dilemma
1 Nash equilibrium (complete)
<BLANKLINE>
Equilibrium 1 of 1
  Row          r2
  Column       c2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deterrence.solvers.display.named_lines import NamedLines, name_width, named_lines, numbered
from deterrence.solvers.display.words import (
    REFINEMENT_WORDS,
    certificate,
    continua,
    equilibrium_name,
    headline,
    outcome_titles,
    piece_entries,
    status_line,
    strategy_entries,
    subset_entries,
)
from deterrence.solvers.solution import Equilibrium, Solution
from deterrence.words.markup import WIDTH, both, columns, flow, number, plain, text_width, wrap

#: Outcomes are called by their titles where all titles are at most this long, else by labels.
_TITLE = 30
_ROUNDED = (
    "~ stands before a rounded number whose exact fraction is long; "
    "--format json has every number exactly."
)


def solution_text(solution: Solution, *, width: int = WIDTH) -> str:
    """Return the solution for people, in lines that fit ``width`` wherever labels allow.

    Probabilities of 0 are left out.  Lines break between numbers, never within.
    """
    game = solution.game
    lines = [*wrap(game.title or game.name, width), *wrap(headline(solution), width)]
    if game.values:
        values = [f"{name} = {_value(v)}" for name, v in game.values.items()]
        lines += ["", *flow(values, width, first="Values: ", rest="        ")]
    if solution.value is not None:
        lines += ["", f"Value of the game for {plain(game.players[0])}: {both(solution.value)}"]
    writer = _Writer(solution, width)
    sets = {m: (n, c.members) for n, (_, c) in enumerate(continua(solution), 1) for m in c.members}
    for k in range(len(solution)):
        if k not in sets:
            lines += ["", *wrap(equilibrium_name(k, solution), width)]
            lines += writer.block(writer.rows(k))
        elif k == min(sets[k][1]):
            lines += ["", *writer.continuum(*sets[k])]
    lines += _ending(solution, width)
    if any("~" in line for line in lines):
        lines += ["", *wrap(_ROUNDED, width)]
    return "\n".join(lines)


def _value(value: Any) -> str:
    exact, decimal = number(value)
    return both(value) if exact in ("", "~") or len(exact) > 12 else exact or decimal


class _Writer:
    """Writes the blocks of one solution."""

    def __init__(self, solution: Solution, width: int) -> None:
        self.solution, self.width = solution, width
        names = [*map(plain, solution.game.players), "Refinements"]
        self.left = name_width(names)
        self.titles = outcome_titles(solution, _TITLE)
        self.meanings = {m.name: m.title for m in solution.game.measures}

    def block(self, rows: Sequence[NamedLines], indent: str = "  ") -> Iterator[str]:
        """Yield the lines of rows, the names in a column of their own."""
        return named_lines(rows, self.left + len(indent) - 2, indent)

    def rows(self, k: int) -> list[NamedLines]:
        """Return everything that is to be said of one equilibrium."""
        e = self.solution.equilibria[k]
        return [*self.strategies(e), *self.facts(e)]

    def strategies(self, e: Equilibrium) -> list[NamedLines]:
        """Return what everybody does; for correlated equilibria the advice, then its margins."""
        room = self.width - self.left - 4
        advice = {cell: f"({cell})" for cell in e.cells}
        rows = [("Advice", _table(e.cells, advice, {}, room))] if e.cells else []
        rows += [(plain(p), flow(strategy_entries(s), room)) for p, s in e.profile.items()]
        return rows

    def facts(self, e: Equilibrium) -> list[NamedLines]:
        """Return what follows from the strategies."""
        room = self.width - self.left - 4
        rows = [
            ("Payoffs", numbered(e.payoffs, room)),
            ("Outcomes", _table(e.outcomes, self.titles, {}, room)),
        ]
        if e.measures:
            rows.append(("Measures", _table(e.measures, {}, self.meanings, room, zeros=True)))
        if e.refinements:
            rows.append(("Refinements", flow(e.refinements, room)))
        rows += [("Note", wrap(note, room)) for note in e.notes]
        return [*rows, ("Certificate", wrap(certificate(e), room))]

    def continuum(self, n: int, members: Sequence[int]) -> Iterator[str]:
        """Yield one block for a connected set: what is common once, then each extreme point."""
        solution = self.solution
        component = solution.components[solution.equilibria[members[0]].component]
        total = len(solution)
        found = "" if solution.status == "complete" else ", as far as it was found"
        what = (
            f"{len(members)} of the {total} equilibria listed lie in a set"
            if component.pieces
            else f"{len(members)} of the {total} extreme equilibria and what lies between them"
        )
        yield from wrap(
            f"Continuum {n}: {what} (dimension {component.dimension}{found})", self.width
        )
        facts = {k: self.facts(solution.equilibria[k]) for k in members}
        common = [row for row in facts[members[0]] if all(row in facts[k] for k in members)]
        for k in members:
            yield f"  Equilibrium {k + 1} of {total}"
            own = [row for row in facts[k] if row not in common]
            yield from self.block([*self.strategies(solution.equilibria[k]), *own], "    ")
        yield "  All of them"
        yield from self.block(common, "    ")
        yield "  The whole set"
        # A component has pieces told by formulas, or Nash subsets.
        parts = [*map(piece_entries, component.pieces)]
        parts += [subset_entries(solution, component, s) for s in component.subsets]
        indent = "      " if len(parts) > 1 else "    "
        for number_, part in enumerate(parts):
            if len(parts) > 1:
                yield f"    {'either' if number_ == 0 else 'or'}"
            for text in part:
                yield from wrap(text, self.width, first=indent, rest=f"{indent}  ")


def _table(
    numbers: Mapping[str, Any],
    titles: Mapping[str, str],
    meanings: Mapping[str, str],
    width: int,
    *,
    zeros: bool = False,
) -> list[str]:
    """Return aligned lines: name, exact number, decimal, meaning."""
    shown = {label: v for label, v in numbers.items() if zeros or v != 0}
    names = {label: plain(titles.get(label) or label) for label in shown}
    if len(shown) == 1 and not zeros and next(iter(shown.values())) == 1:
        return [f"{next(iter(names.values()))}, for certain"]
    rows = []
    for label, value in shown.items():
        exact, decimal = number(value)
        if exact == "~" and re.fullmatch(r"-?0\.\d+", decimal):
            decimal = f"{float(value):.4f}"  # the zeros at the end are known digits here
        if exact in ("", "~"):
            rows.append([names[label], exact + decimal, ""])
        else:
            rows.append([names[label], exact, decimal and f"({decimal})"])
    lines = columns(rows, right=[1])
    widest = max(map(text_width, lines), default=0)
    if widest > width:  # long names: each has its number on the next line
        return [
            line
            for label, value in shown.items()
            for line in [*wrap(names[label], width, rest="  "), f"  {both(value)}"]
        ]
    told = [plain(meanings.get(label, "")) for label in shown]
    if any(told) and widest + 2 + max(map(text_width, told)) <= width:
        return columns([[*row, text] for row, text in zip(rows, told, strict=True)], right=[1])
    return lines


def _ending(solution: Solution, width: int) -> Iterator[str]:
    yield ""
    yield from wrap(f"Status: {status_line(solution)}", width, rest="        ")
    for message in solution.messages:
        yield from wrap(message, width, first="  ", rest="    ")
    used = {r for e in solution.equilibria for r in e.refinements}
    if used:
        yield ""
        yield "Refinements"
        for name, meaning in REFINEMENT_WORDS.items():
            if name in used:
                yield from wrap(f"{name}: {meaning}", width, first="  ", rest="    ")
