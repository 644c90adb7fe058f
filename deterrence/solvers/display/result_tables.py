"""The answer of a solution in words, and its results as a table: outcomes, measures, payoffs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from deterrence.algebra.numbers import format_decimal
from deterrence.game.measures import Measure
from deterrence.modelfile.condition_words import cut
from deterrence.solvers.display.phrases import (
    Answer,
    certainty,
    counted,
    first_of,
    mark,
    nouns,
    span,
    told,
)
from deterrence.solvers.results_here import ResultHere, results_here
from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import TreeSolution
from deterrence.words.blocks import Block, Inline, Paragraph, Table
from deterrence.words.markup import GLUE, text_width
from deterrence.words.sentences import capital, listed

#: Results side by side in a table; more of them are its rows.
SIDE_BY_SIDE = 4
#: Longest title of an outcome in a sentence, in a cell, at the top of a column, and within that.
_TITLE, _CELL, _HEAD, _BRIEF = 76, 60, 40, 24
#: Most results that a sentence names, that it tells the chances of, and outcomes of a lottery.
_NAMED, _BRACKETED, _LIKELY = 5, 3, 3
#: Measures and payoffs in a table whose rows are results.
_COLUMNS = 4


class Results:
    """Tells the results of one solution."""

    def __init__(self, solution: Answer) -> None:
        self.solution = solution
        self.game = solution.game
        self.here = results_here(solution)
        self.results = self.here.results
        self.heads = self._heads()

    # ---- names ---------------------------------------------------------------------------
    def outcome(self, label: str) -> str:
        """Return the title of an outcome; a cell of a game without outcomes is in brackets."""
        if isinstance(self.solution, Solution) and self.solution.game.outcomes is None:
            return f"({label})"
        return self.game.naming.titled(label)

    def labels(self, result: ResultHere) -> list[str]:
        """Return what the equilibria behind a result are called."""
        named = self.solution.identities
        return list(dict.fromkeys(named[k].label for k in result.members))

    def _heads(self) -> list[str]:
        """Return a short name for each result, which no other one has."""
        heads = []
        for result in self.results:
            if self.solution.concept == "correlated":
                heads.append(cut(listed(self.labels(result)), 3 * _TITLE))
            elif result.certain:
                heads.append(cut(self.outcome(next(iter(result.chances))), _TITLE))
            else:
                heads.append(self._lottery(result))
        twice = {h for h, uses in Counter(heads).items() if uses > 1}
        return [
            f"Chance ({self._likeliest(r)})" if h in twice else h
            for h, r in zip(heads, self.results, strict=True)
        ]

    def _lottery(self, result: ResultHere) -> str:
        """Return what a lottery is called: by its equilibrium, or by what sets it apart."""
        named = list(dict.fromkeys(self.solution.identities[k].words for k in result.members))
        if len(named) == 1 and text_width(named[0]) <= _HEAD:
            return f"Chance ({named[0]})"
        if len(named) == 1 and named[0].startswith("#"):
            return f"Chance ({self.labels(result)[0]})"
        if sum(not r.certain for r in self.results) == 1:
            return "Chance"
        apart = self._apart
        if apart is not None:
            return f"Chance ({apart.name} {format_decimal(result.measures[apart.name][0])})"
        among = "between" if len(result.chances) == 2 else "among"
        return f"Chance {among} {counted(len(result.chances), 'outcome', 'outcomes')}"

    @cached_property
    def _apart(self) -> Measure | None:
        """The first measure that has another value in each lottery, what matters most first."""
        lotteries = [r for r in self.results if not r.certain]
        for measure in self.measures():
            spans = [r.measures.get(measure.name) for r in lotteries]
            lows = {format_decimal(s[0]) for s in spans if s is not None and s[0] == s[1]}
            if len(lows) == len(lotteries):
                return measure
        return None

    @property
    def short_heads(self) -> list[str]:
        """Names of the results for the heads of columns; numbers stand for what chance follows."""
        found = []
        for head, result in zip(self.heads, self.results, strict=True):
            labels = self.labels(result)
            if self.solution.concept == "correlated":
                more = len(labels) - 1
                found.append(cut(labels[0], _HEAD) + (f" and {more} more" if more else ""))
                continue
            numbered = len(labels) == 1 and labels[0].startswith("#") and not result.certain
            found.append(f"Chance ({labels[0]})" if numbered else cut(head, _HEAD))
        return found

    def _likeliest(self, result: ResultHere) -> str:
        label, chance = next(iter(result.chances.items()))
        return f"{format_decimal(chance)} {cut(self.outcome(label), _BRIEF)}"

    # ---- the answer ----------------------------------------------------------------------
    def answer(self) -> list[Block]:
        """Say how many results there are, which, and whether these are proven to be all."""
        if not self.solution.equilibria:
            one, _ = nouns(self.solution.concept)
            return [Paragraph((f"No {one} was found: {self._why_none()}. [open]",))]
        blocks: list[Block] = []
        if self.solution.value is not None:
            player, value = self.game.players[0], self.solution.value
            sure = "[rounded]" if isinstance(value, float) else "[exact]"
            blocks.append(
                Paragraph(
                    (
                        f"The value of the game is {told(value)} for {player}: so "
                        f"much {player} can secure, and no more against best play. {sure}",
                    )
                )
            )
        blocks.append(Paragraph((" ".join(self._sentences()),)))
        return blocks

    def _why_none(self) -> str:
        return certainty(self.solution)

    def _where(self) -> str:
        if self.game.given:
            return "At the values given "
        if self.game.naming.ranks:
            return "With ranks for numbers "
        return "At the default values " if self.game.naming.parameters and self.game.values else ""

    def _sentences(self) -> Iterator[str]:
        results, where = self.results, self._where()
        complete = self.solution.status == "complete"
        if self.solution.concept == "correlated":
            yield from self._objectives()
            return
        behind, between = self._behind(), self._between()
        if len(results) == 1 and not between:
            only = "" if complete else ", as far as was found"
            if results[0].certain:
                yield capital(f"{where}one result is possible{only}: {self._named(0)}.")
            else:
                yield capital(f"{where}chance decides{only}: {self._named(0)}.")
        else:
            least = "" if complete else "at least "
            shown = [self._named(k) for k in range(min(len(results), _NAMED))]
            more = len(results) - len(shown)
            told_ = "; ".join(shown) + (f"; and {more} more" if more else "")
            yield capital(
                f"{where}{least}{counted(len(results), 'result is', 'results are')} possible, "
                f"and theory does not choose among them: {told_}."
            )
            if between:
                yield between
        proof = "proven to be all" if complete else "as far as was found"
        if len(results) == 1 and self.here.equilibria == 1 and complete:
            proof = "proven to be the only one"
        yield f"Behind {'it' if len(results) == 1 else 'them'}: {behind}, {proof}."
        yield mark(self.solution)

    def _objectives(self) -> Iterator[str]:
        complete = self.solution.status == "complete"
        for k in range(len(self.results)):
            yield f"{capital(self.heads[k])}: {self._chances(k, len(self.results) > 2)}."
        many = counted(len(self.solution), "objective", "objectives")
        sure = "each with its proven optimum" if complete else "not all with a proven optimum"
        if len(self.solution) == 1:
            sure = sure.removeprefix("each ")
        yield f"Correlated equilibria for {many}, {sure}."
        yield mark(self.solution)

    def _named(self, k: int) -> str:
        """Return a result in a sentence; of a lottery what is likeliest."""
        if self.results[k].certain:
            head = self.heads[k]
            return head.replace(" ", GLUE) if head.startswith("(") and len(head) < _HEAD else head
        if len(self.results) == 1:
            return self._chances(k)
        head = f"chance{self.heads[k].removeprefix('Chance')}"
        if len(self.results) > _BRACKETED:
            return head
        if self._likeliest(self.results[k]) in head:
            head = "chance"
        return f"{head} [{self._chances(k, True)}]"

    def _chances(self, k: int, terse: bool = False) -> str:
        result = self.results[k]
        if result.certain:
            return f"{cut(self.outcome(next(iter(result.chances))), _TITLE)}, for certain"
        most = 2 if terse and len(result.chances) > _LIKELY else _LIKELY + 1
        shown = list(result.chances.items())[:most]
        parts = [f"{cut(self.outcome(o), _CELL)} {format_decimal(p)}" for o, p in shown]
        more = len(result.chances) - len(parts)
        rest = f"; {counted(more, 'other', 'others')}" if more else ""
        return "; ".join(parts) + rest

    def _behind(self) -> str:
        """Say how many equilibria there are, and how many sets of them."""
        solution = self.solution
        one, many = nouns(solution.concept)
        if isinstance(solution, TreeSolution):
            sets = sum(f.is_continuum for f in solution.families)
            single = solution.count - sets
        else:
            kept = [c for c in solution.components if len(c.members) > 1 or c.pieces]
            sets = len(kept)
            single = len(solution) - len({m for c in kept for m in c.members})
        if not sets:
            return counted(single, one, many)
        continua = counted(sets, f"continuum of {many}", f"continua of {many}")
        return (
            f"{continua} and {counted(single, 'single equilibrium', 'single equilibria')}"
            if single
            else (continua)
        )

    def _between(self) -> str:
        """Say where a set of equilibria leads to more results than its ends do."""
        where = {k: r for r, result in enumerate(self.results) for k in result.members}
        solution = self.solution
        members = (
            [f.members for f in solution.families]
            if isinstance(solution, TreeSolution)
            else [c.members for c in solution.components]
        )
        if any(len({where[k] for k in own}) > 1 for own in members):
            return "What lies between the ends of a continuum of equilibria is possible, too."
        return ""

    # ---- the table -----------------------------------------------------------------------
    def table(self, most: int, full: bool = False) -> list[Block]:
        """Return outcomes, measures and payoffs by result; ``most`` outcomes and measures."""
        if not self.results:
            return []
        if len(self.results) <= SIDE_BY_SIDE:
            return self._in_columns(most, full)
        return self._one_below_the_other(len(self.results) if full else 2 * most, full)

    def _in_columns(self, most: int, full: bool) -> list[Block]:
        rows = [*self._outcome_rows(most, full), *self._measure_rows(most, full)]
        for player in self.game.players:
            cells = [span(*r.payoffs[player], full) for r in self.results]
            rows.append((f"Payoff of {player}", cells))
        head = [] if len(self.results) == 1 else self.short_heads
        return [
            Table(
                ("", *head) if head else ("", ""),
                tuple(tuple((cell,) for cell in (name, *cells)) for name, cells in rows),
            )
        ]

    def _outcome_rows(self, most: int, full: bool) -> list[tuple[str, list[str]]]:
        if all(r.certain for r in self.results):
            return []
        largest: dict[str, Any] = {}
        for result in self.results:
            for label, p in result.chances.items():
                largest[label] = max(p, largest.get(label, p))
        order = sorted(largest, key=lambda o: -largest[o])
        shown = order if full or len(order) <= most + 1 else order[:most]
        rows = []
        for label in shown:
            cells = [told(r.chances.get(label, 0), full) for r in self.results]
            name = cut(self.outcome(label), _TITLE)
            measure = self._same_as(label)
            rows.append((f"{name} ({measure.name})" if measure else name, cells))
        if len(shown) < len(order):
            rest = [1 - sum(r.chances.get(o, 0) for o in shown) for r in self.results]
            more = len(order) - len(shown)
            rows.append((f"One of {more} other outcomes", [told(p) for p in rest]))
        return rows

    def _same_as(self, outcome: str) -> Measure | None:
        """Return the measure that is the probability of one outcome."""
        for measure in self.game.measures:
            e = measure.expression
            if e.op == "query" and e.args[0] == "P" and e.args[1] == outcome:
                return measure
        return None

    def measures(self) -> list[Measure]:
        """Return the measures that have a value somewhere, what is wanted or feared first."""
        known = [m for m in self.game.measures if any(m.name in r.measures for r in self.results)]
        return sorted(known, key=lambda m: m.sense == "")

    def _measure_rows(self, most: int, full: bool) -> Iterator[tuple[str, list[str]]]:
        merged = set()
        if not all(r.certain for r in self.results):
            merged = {m.name for r in self.results for o in r.chances if (m := self._same_as(o))}
        rest = [m for m in self.measures() if m.name not in merged]
        for measure in rest if full else rest[:most]:
            title = f"{capital(measure.title)} ({measure.name})" if measure.title else measure.name
            yield title, [self._measure(r, measure, full) for r in self.results]

    def _measure(self, result: ResultHere, measure: Measure, full: bool) -> str:
        found = result.measures.get(measure.name)
        return "-" if found is None else span(*found, full)

    def _one_below_the_other(self, most: int, full: bool) -> list[Block]:
        """Return a table whose rows are the results, with the measures that matter most."""
        players, measures = list(self.game.players), self.measures()
        if not full:
            measures = measures[: max(_COLUMNS - len(players), 1)]
            players = players[: _COLUMNS - len(measures)]
        numbered = self.solution.identities[0].number is not None
        behind = numbered or len(self.results) < len(self.solution)
        heads = [
            "Result",
            *(m.name for m in measures),
            *players,
            *(["Behind it"] if behind else []),
        ]
        rows: list[tuple[Inline, ...]] = []
        more = len(self.results) - most
        shown = most if more > 1 else len(self.results)
        for head, result in zip(self.heads[:shown], self.results[:shown], strict=True):
            cells = [head if full else cut(head, _CELL)]
            cells += [self._measure_decimal(result, m) for m in measures]
            cells += [_decimals(*result.payoffs[p]) for p in players]
            cells += [self._behind_result(result)] if behind else []
            rows.append(tuple((cell,) for cell in cells))
        if more > 1:
            rows.append(((f"... and {more} more: `--full` tells them",),))
        right = frozenset(range(1, 1 + len(measures) + len(players)))
        names = [f"{m.name}: {m.title}" for m in measures if m.title]
        caption: Inline = ("Payoffs by player. ",) if players else ()
        if measures:
            caption = (f"{'; '.join(names)}. Then payoffs by player.",)
        return [Table(tuple(heads), tuple(rows), right, caption)]

    def _behind_result(self, result: ResultHere) -> str:
        labels = self.labels(result)
        if all(label.startswith("#") for label in labels):
            return first_of(labels, 3)
        return str(len(result.members))

    def _measure_decimal(self, result: ResultHere, measure: Measure) -> str:
        found = result.measures.get(measure.name)
        return "-" if found is None else _decimals(*found)


def _decimals(low: Any, high: Any) -> str:
    if low == high:
        return format_decimal(low)
    return f"{format_decimal(low)} to {format_decimal(high)}"
