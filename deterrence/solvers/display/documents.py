"""Solutions and equilibria as documents of blocks, on a screen and in full.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> pd = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]], name="dilemma")
>>> for line in str(solve(pd, solver="exact")).splitlines()[:5]:
...     print(line)
dilemma
=======
<BLANKLINE>
One result is possible: (r2, c2). Behind it: one Nash equilibrium, proven to be
the only one. [exact]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.enclosures import Enclosure
from deterrence.game.matrix_display import payoff_table
from deterrence.game.tree.text import tree_lines
from deterrence.game.tree.tree_document import tree_notes
from deterrence.modelfile.condition_words import cut
from deterrence.solvers.display.behaviour import Behaviour
from deterrence.solvers.display.continua import (
    Item,
    by_name,
    family_text,
    matrix_items,
    set_texts,
    sets_of,
    tree_items,
)
from deterrence.solvers.display.phrases import (
    MEANINGS,
    Answer,
    certainty,
    first_of,
    mark,
    mixture,
    nouns,
    told,
    values_lines,
)
from deterrence.solvers.display.result_tables import SIDE_BY_SIDE, Results
from deterrence.solvers.solution import Equilibrium, Solution
from deterrence.solvers.tree_solution import TreeEquilibrium, TreeSolution
from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Entries,
    Heading,
    Inline,
    Lines,
    Matrix,
    Paragraph,
    Table,
)
from deterrence.words.fitting import fitted
from deterrence.words.markup import GLUE, wrap
from deterrence.words.sentences import capital, listed

#: What each refinement means, in one line.
REFINEMENT_WORDS: dict[str, str] = {
    "strict": "every reply is the only best one",
    "quasi-strict": "everybody plays every best reply with positive probability",
    "undominated": "nobody's strategy is weakly dominated",
    "payoff-dominant": "everybody likes it at least as much as any other equilibrium",
    "risk-dominant": "of the two strict ones, the safer against doubt about the other side",
    "pareto-efficient": "no lottery over the cells is better for one and worse for nobody",
    "perfect": "each strategy is a best reply to rare mistakes (Selten 1975)",
    "proper": "a best reply to rare mistakes, costlier ones far rarer (Myerson 1978)",
}
#: Longest title of a game, and results up to which equilibria that mix are written out.
_TITLE, _LISTED = 76, 12
#: Cells and nodes up to which the game is shown beside the full answer.
_CELLS, _NODES = 25, 60
_ROUNDED: Inline = (
    "~ stands before a rounded number whose exact form is long; `--format json` has it.",
)


_BY_ORDER = (
    "Whatever the numbers, as long as the order holds, these are the equilibria in which nobody "
    "mixes [proven]"
)
_RANKS = (
    "Ranks are no numbers: probabilities where somebody mixes, and what lotteries are worth, "
    "depend on the numbers; `deterrence regimes` tells what holds whatever they are"
)


@dataclass(frozen=True)
class _Detail:
    """How much is told: outcomes and measures, equilibria of a result, behaviour, and so on."""

    rows: int
    items: int
    merge: bool
    behaviour: int
    titles: bool
    off: bool
    beliefs: bool
    values: int
    concept: bool = True
    name: int = 300


#: From the fullest screen to the tersest.
_DETAILS = (
    _Detail(12, 12, False, 3, True, True, True, 12),
    _Detail(8, 8, False, 3, True, True, True, 8),
    _Detail(8, 6, True, 3, False, True, True, 8),
    _Detail(6, 4, True, 3, False, True, True, 4, False),
    _Detail(6, 4, True, 3, False, False, True, 4, False),
    _Detail(5, 3, True, 3, False, False, True, 3, False),
    _Detail(4, 3, True, 3, False, False, True, 0, False, 200),
    _Detail(8, 6, True, 3, False, False, False, 8),
    _Detail(6, 4, True, 3, False, False, False, 4, False),
    _Detail(4, 3, True, 3, False, False, False, 0, False, 200),
    _Detail(4, 3, True, 2, False, False, False, 0, False, 200),
    _Detail(4, 3, True, 1, False, True, True, 3, False),
    _Detail(4, 3, True, 1, False, False, False, 3, False),
    _Detail(4, 3, True, 0, False, False, False, 3, False),
    _Detail(4, 3, True, 0, False, False, False, 0, False, 160),
    _Detail(3, 3, True, 0, False, False, False, 0, False, 160),
    _Detail(2, 3, True, 0, False, False, False, 0, False, 160),
    _Detail(2, 2, True, 0, False, False, False, 0, False, 80),
)


def solution_document(solution: Answer, full: bool) -> Document:
    """Return what a solution says; the short form fits on a screen."""
    page = _Page(solution)
    blocks = page.full() if full else fitted(page.short, _DETAILS)
    title = solution.game.title or solution.game.name
    return Document(title, tuple(blocks), solution.game.naming.symbols)


class _Page:
    """Writes the document of one solution."""

    def __init__(self, solution: Answer) -> None:
        self.solution = solution
        self.results = Results(solution)
        self.items = (
            tree_items(solution) if isinstance(solution, TreeSolution) else matrix_items(solution)
        )

    def short(self, detail: _Detail) -> Iterator[Block]:
        game = self.solution.game
        yield Heading(cut(game.title or game.name, _TITLE), 1)
        yield from self.results.answer()
        yield from self.results.table(detail.rows)
        yield from self.behind(detail)
        yield from self.behaviour(detail)
        yield self.ending(detail.values, self.messages(), concept=detail.concept)

    def full(self) -> Iterator[Block]:
        solution, game = self.solution, self.solution.game
        yield Heading(game.title or game.name, 1)
        yield from self.results.answer()
        yield from self.results.table(0, True)
        yield from _game_blocks(solution)
        if isinstance(solution, TreeSolution):
            yield from _tree_details(solution, self.results)
        else:
            yield from _matrix_details(solution, self.results)
        yield Heading("How this was found")
        yield self.ending(None, [*self.ranks, *solution.messages], full=True)
        yield from self.values_table()

    # ---- equilibria ----------------------------------------------------------------------
    def behind(self, detail: _Detail) -> Iterator[Block]:
        """Say which equilibria lead to each result."""
        if not self.items:
            return
        results = self.results.results
        if self.solution.concept == "correlated":
            yield from self.advice(detail)
            return
        items = self.items
        rows: list[tuple[str, tuple[Inline, ...]]] = []
        for head, result in zip(self.results.short_heads, results, strict=True):
            own = [i for i in items if {*i.members} <= {*result.members}]
            if isinstance(self.solution, TreeSolution) and detail.merge and len(own) > 2:
                rows.append((head, self.lines(by_name(self.solution, result.members), detail)))
            elif own:
                rows.append((head, self.lines(self.texts(own, detail), detail)))
        across = [i for i in items if not any({*i.members} <= {*r.members} for r in results)]
        if across:
            rows.append(("Several results", self.lines([i.words for i in across], detail)))
        kind = nouns(self.solution.concept)[len(self.solution) != 1]
        if len(results) == 1:
            named = self.solution.identities[0]
            if len(self.solution) == 1 and self.in_table(detail):
                if named.number is None:
                    return
                if detail.merge:  # the name says what the table says
                    told_ = ". ".join(filter(None, (named.label, self.items[0].text)))
                    yield Bullets(((f"{capital(kind)} {told_}",),))
                    return
            yield Bullets(tuple((f"{capital(kind)} ", *x) for x in rows[0][1][:1]) + rows[0][1][1:])
            return
        if len(results) > SIDE_BY_SIDE:  # the table has the rest
            shown = [i.words for i in items if len(i.members) > 1]
            if len(results) <= _LISTED:
                mixed = [i for i in items if len(i.members) == 1 and self.mixes(i)]
                shown += self.texts(mixed, detail)
            if shown:
                yield Bullets(self.lines(shown, detail))
            return
        yield Entries((f"{capital(kind)} behind each result",), tuple(rows))

    def advice(self, detail: _Detail) -> Iterator[Block]:
        """Say what the mediator tells the players, for each result."""
        items = []
        for head, result in zip(self.results.short_heads, self.results.results, strict=True):
            cells = {f"({cell})": p for cell, p in self.cells(result.members[0]).items()}
            items.append(f"{capital(head)}: the mediator draws {_table_text(cells, False)}.")
        yield Bullets(self.lines(items, detail))

    def cells(self, k: int) -> Mapping[str, Any]:
        e = self.solution.equilibria[k]
        return e.cells if isinstance(e, Equilibrium) else {}

    def mixing(self, k: int) -> tuple[int, int]:
        """Return how many actions are played in all: the plainest stands for a set."""
        pattern = self.solution.names.pattern(self.solution.equilibria[k].profile)
        return sum(map(len, pattern)), k

    def briefly(self, k: int) -> str:
        """Return what an equilibrium is called where its behaviour stands beside."""
        solution = self.solution
        named = solution.identities[k]
        pattern = solution.names.pattern(solution.equilibria[k].profile)
        if named.number is not None and not solution.names.published_name(pattern):
            return named.label
        return cut(named.words, 70)

    def in_table(self, detail: _Detail) -> bool:
        """Whether a table of behaviour follows, and the literature has no name for it."""
        solution = self.solution
        if not isinstance(solution, TreeSolution) or not detail.behaviour:
            return False
        pattern = solution.names.pattern(solution.equilibria[0].profile)
        return not solution.names.published_name(pattern)

    def texts(self, items: Sequence[Item], detail: _Detail) -> list[str]:
        """Return what is said of some equilibria, nothing twice where the screen is narrow."""
        return [i.terse if detail.merge else i.words for i in items]

    def mixes(self, item: Item) -> bool:
        """Whether somebody mixes in an equilibrium."""
        pattern = self.solution.names.pattern(self.solution.equilibria[item.members[0]].profile)
        return any(len(used) > 1 for used in pattern)

    def lines(self, texts: Sequence[str], detail: _Detail) -> tuple[Inline, ...]:
        """Return the first of some texts, each cut, and how many are left out."""
        shown = texts if len(texts) <= detail.items + 1 else texts[: detail.items]
        lines: list[Inline] = [(cut_words(text, detail.name),) for text in shown]
        if len(shown) < len(texts):
            lines.append((f"and {len(texts) - len(shown)} more: `--full` tells them",))
        return tuple(lines)

    def behaviour(self, detail: _Detail) -> Iterator[Block]:
        """Return what is done and thought in a tree, for one equilibrium of each result."""
        solution = self.solution
        if not isinstance(solution, TreeSolution) or not solution.equilibria:
            return
        results = self.results.results[: detail.behaviour]
        if not results or len(self.results.results) > 3:
            return
        chosen = []
        for result in results:
            k = min(result.members, key=self.mixing)
            family = next((f for f in solution.families if k in f.members), None)
            title = "" if len(self.items) == 1 else f"In {self.briefly(k)}"
            # Named, one member is told; beliefs are those of that member, too.
            told_alone = bool(title or solution.equilibria[k].beliefs)
            continuum = None if told_alone or family is None else family
            chosen.append((title, k, continuum))
        writer = Behaviour(solution, titles=detail.titles)
        yield writer.table(chosen, beliefs=detail.beliefs)
        if detail.off:
            lines = [writer.off_play(*one) for one in chosen]
            if sum(map(bool, lines)) == 1:
                yield Paragraph((f"{''.join(lines)}.",))
            elif any(lines):
                yield Bullets(tuple((line,) for line in lines if line))

    # ---- the end -------------------------------------------------------------------------
    def messages(self) -> list[str]:
        """Return what a reader of the short form has to know beside the certificate."""
        told = [m for m in self.solution.messages if "enumeration proves the list of" not in m]
        return [*self.ranks, *told]

    @property
    def ranks(self) -> list[str]:
        """What has to be known where ranks stand for numbers that nobody knows."""
        game = self.solution.game
        if not game.naming.ranks or game.given:
            return []
        known = self.solution.status == "complete" and self.solution.concept in ("nash", "spe")
        return [_BY_ORDER, _RANKS] if game.naming.by_order and known else [_RANKS]

    def ending(
        self,
        values: int | None,
        messages: Sequence[str],
        *,
        concept: bool = True,
        full: bool = False,
    ) -> Block:
        solution = self.solution
        rows: list[tuple[str, tuple[Inline, ...]]] = []
        if values is not None:
            lines = values_lines(solution, values)
            if not values:
                lines = lines[:1] if solution.game.given else []
            if lines:
                rows.append(("Values", tuple(lines)))
        rows.append(("Certificate", ((f"{_certificates(solution)} {mark(solution)}",),)))
        if concept:
            one, _ = nouns(solution.concept)
            rows.append(("Concept", ((f"{capital(one)}: {MEANINGS[solution.concept]}.",),)))
        if messages:
            rows.append(("Notes", tuple((f"{m}.",) for m in messages)))
        if full:
            rows.append(("Numbers", (_ROUNDED,)))
        used = {r for e in solution.equilibria for r in e.refinements}
        if full and used & {*REFINEMENT_WORDS}:
            told_ = tuple(
                (f"{name}: {meaning}.",)
                for name, meaning in REFINEMENT_WORDS.items()
                if name in used
            )
            rows.append(("Refinements", told_))
        return Entries((), tuple(rows))

    def values_table(self) -> Iterator[Block]:
        """Return all values with the titles of the parameters."""
        from deterrence.algebra.expressions import Expression

        game = self.solution.game
        if not game.values:
            return
        names = [*game.given, *(n for n in game.values if n not in game.given)]
        rows: list[tuple[Inline, ...]] = []
        for name in names:
            meaning = game.naming.parameters.get(name, "")
            given = f"{' ' if meaning else ''}(given)" if name in game.given else ""
            value = told(game.values[name], True)
            rows.append(((Expression.name(name),), (value,), (f"{meaning}{given}",)))
        yield Heading("Values")
        yield Table(("Parameter", "Value", "Meaning"), tuple(rows))


def cut_words(text: str, longest: int) -> str:
    """Return a text that is not much longer than ``longest``."""
    return text if len(text) <= longest else f"{text[:longest].rsplit(' ', 1)[0]} ..."


def _certificates(solution: Answer) -> str:
    """Say how the equilibria are certified, which solver found them, and what is proven."""
    parts = []
    if solution.equilibria:
        parts.append(f"{_regrets(solution)}; {_found_by(solution)}".rstrip("; "))
    parts.append(certainty(solution))
    return f"{capital('; '.join(parts))}."


def _regrets(solution: Answer) -> str:
    """Say how large the gains from deviating are at most."""
    what = "gains by disobeying" if solution.concept == "correlated" else "gains by deviating"
    regrets = [e.regret for e in solution.equilibria]
    worst = max(regrets)
    if any(isinstance(r, float) for r in regrets):
        return f"nobody {what} more than {told(worst)}, in floats"
    if any(isinstance(r, Enclosure) for r in regrets):
        return f"nobody {what}: recomputed from the payoffs, to within 1e-40"
    return f"nobody {what}: regret {told(worst)}, recomputed exactly from the payoffs"


def _found_by(solution: Answer) -> str:
    if isinstance(solution, TreeSolution):
        return ""
    counts: dict[str, int] = {}
    for e in solution.equilibria:
        for name in e.found_by:
            counts[name] = counts.get(name, 0) + 1
    total = len(solution)
    texts = [name if n == total else f"{name} ({n} of {total})" for name, n in counts.items()]
    return f"found by {listed(texts)}" if texts else ""


# ---- in full -------------------------------------------------------------------------------
def _narrow(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines, long ones broken under their beginnings."""
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        yield from wrap(line.strip(), first=indent, rest=f"{indent}      ") or [""]


def _game_blocks(solution: Answer) -> Iterator[Block]:
    """Return the matrix or the tree, if it is small."""
    if isinstance(solution, TreeSolution):
        if len(solution.game.nodes) <= _NODES:
            yield Heading("The game")
            yield Lines(tuple(_narrow(tree_lines(solution.game))))
            yield from tree_notes(solution.game)
    elif len(solution.game.payoffs[0]) <= _CELLS:
        yield Heading("The game")
        yield Matrix(payoff_table(solution.game))


def _matrix_details(solution: Solution, results: Results) -> Iterator[Block]:
    for component in sets_of(solution):
        members = listed([solution.identities[m].label for m in component.members])
        yield Heading(f"Continuum with the ends {members}"[:200])
        rest = "" if solution.status == "complete" else ", as far as it was found"
        yield Paragraph((f"A set of dimension {component.dimension}{rest}:",))
        yield Bullets(tuple((text,) for text in set_texts(solution, component, True)))
    for head, result in zip(results.heads, results.results, strict=True):
        yield Heading(head)
        for k in result.members:
            e = solution.equilibria[k]
            yield Entries((solution.identities[k].words,), _equilibrium_rows(e, results, True))


def _equilibrium_rows(
    e: Equilibrium, results: Results | None, full: bool
) -> tuple[tuple[str, tuple[Inline, ...]], ...]:
    """Return everything that is to be said of one equilibrium of a matrix."""
    rows: list[tuple[str, tuple[Inline, ...]]] = []
    if e.cells:
        advice = {f"({cell})": p for cell, p in e.cells.items()}
        rows.append(("Advice", ((_table_text(advice, full),),)))
    for player, strategy in e.profile.items():
        rows.append((player, ((mixture(strategy, full),),)))
    rows += _facts(e, results, full)
    if e.refinements:
        rows.append(("Refinements", ((", ".join(e.refinements),),)))
    rows += [("Note", ((note,),)) for note in e.notes]
    rows.append(("Certificate", ((certificate(e),),)))
    return tuple(rows)


def _facts(e: Any, results: Results | None, full: bool) -> list[tuple[str, tuple[Inline, ...]]]:
    outcomes = {
        o if results is None else results.outcome(o): p for o, p in e.outcomes.items() if p != 0
    }
    rows: list[tuple[str, tuple[Inline, ...]]] = [
        ("Payoffs", ((_table_text(e.payoffs, full),),)),
        ("Outcomes", ((_table_text(outcomes, full),),)),
    ]
    if e.measures:
        rows.append(("Measures", ((_table_text(e.measures, full),),)))
    return rows


def _table_text(numbers: Mapping[str, Any], full: bool) -> str:
    if list(numbers.values()) == [1]:
        return f"{next(iter(numbers))}, for certain"
    return "; ".join(
        f"{label}{GLUE}{'-' if value is None else told(value, full)}"
        for label, value in numbers.items()
    )


def certificate(e: Any) -> str:
    """Return the certificate of an equilibrium: its regret, how exact, and who found it."""
    what = "gain from disobeying" if getattr(e, "cells", ()) else "regret"
    kind = "exact" if isinstance(e.regret, Fraction) else "in floats"
    if isinstance(e.regret, Enclosure):
        kind = "proven to within 1e-40"
    found_by = getattr(e, "found_by", ())
    found = f"; found by {', '.join(found_by)}" if found_by else ""
    return f"{what} {told(e.regret)}, {kind}{found}"


def _tree_details(solution: TreeSolution, results: Results) -> Iterator[Block]:
    done: set[int] = set()
    tables = Behaviour(solution, full=True)
    for family in solution.families:
        if family.is_continuum:
            ends = [solution.identities[k].label for k in family.members]
            yield Heading(f"Continuum: {first_of([cut(x, 60) for x in ends], 3)}")
            yield Paragraph((f"{family_text(solution, family)}.",))
        for k in family.members:
            if k in done:
                continue
            done.add(k)
            e = solution.equilibria[k]
            rows = _facts(e, results, True)
            rows.append(("Result", ((solution.identities[k].result,),)))
            rows += [(capital(name), ((verdict,),)) for name, verdict in e.refinements.items()]
            rows.append(("Certificate", ((certificate(e),),)))
            yield Heading(cut(solution.identities[k].words, 200))
            yield Entries((), tuple(rows))
            yield tables.table([("", k, None)], beliefs=True, off=True)


# ---- single equilibria ---------------------------------------------------------------------
def equilibrium_document(e: Equilibrium, full: bool) -> Document:
    """Return one equilibrium of a matrix, which does not know its game."""
    title = e.label or cut(str(e.profile), _TITLE)
    kind = "Correlated equilibrium" if e.cells else "Equilibrium"
    return Document(title, (Entries((kind,), _equilibrium_rows(e, None, full)),))


def tree_equilibrium_document(e: TreeEquilibrium, full: bool) -> Document:
    """Return one equilibrium of a tree, which does not know its game."""
    rows: list[tuple[str, tuple[Inline, ...]]] = []
    for player, behaviour in e.profile.items():
        done = [
            f"{where}: {'anything' if where in e.open_sets else mixture(mix, full)}"
            for where, mix in behaviour.items()
        ]
        if done:
            rows.append((player, (("; ".join(done),),)))
    rows += _facts(e, None, full)
    rows += [(capital(name), ((verdict,),)) for name, verdict in e.refinements.items()]
    rows.append(("Certificate", ((certificate(e),),)))
    return Document(cut(str(e.profile), _TITLE), (Entries(("Equilibrium",), tuple(rows)),))
