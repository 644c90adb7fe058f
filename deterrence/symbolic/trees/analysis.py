"""The symbolic analysis of a model with a tree, from its file to its regimes.

Under perfect information the equilibria are the subgame-perfect ones; otherwise
perfect Bayesian, see :mod:`deterrence.symbolic.trees.patterns` for what that asks.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from deterrence.algebra.expressions import Expression
from deterrence.algebra.rings import occurring
from deterrence.errors import UsageError
from deterrence.limits import work
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.conditions import Simplifier
from deterrence.proving.distinctions import Distinctions
from deterrence.proving.prover import Prover
from deterrence.symbolic.definitions import Definitions, defined, definitions_of
from deterrence.symbolic.families import FoundFamily, family_of
from deterrence.symbolic.known_results import compare
from deterrence.symbolic.parameter_space import EFFORT, prover_of
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import DominanceStep
from deterrence.symbolic.trees.cases import CaseTreeSearch
from deterrence.symbolic.trees.chance_ends import chances_assumed
from deterrence.symbolic.trees.closed_forms import Assessment, TreeClosedForms
from deterrence.symbolic.trees.dominance import Removed, undominated
from deterrence.symbolic.trees.patterns import Pattern
from deterrence.symbolic.trees.problem import TreeProblem, tree_problem
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.results import ClosedEnd
from deterrence.symbolic.trees.solved import SolvedTree
from deterrence.symbolic.trees.table_analysis import TableAnalysis
from deterrence.symbolic.trees.unknowns import TreeUnknowns
from deterrence.symbolic.trees.writer import TableWriter, TreeWriter

#: The part of the time for finding equilibria; the rest is for the map.
_SEARCHING = 0.8
#: The part of the time for equilibria that exist on boundaries only.
_BOUNDARIES = 0.1
#: The part of the time, beyond the whole, for ends of probabilities of chance.
_ENDS = 0.25
#: What the solver spends on one question about a part of a pattern, while patterns are sorted
#: out, and on a first look at it: nearly all that it answers at all it answers by then.
_EFFORT, _GLANCE = 450_000, 40_000
#: Undecided patterns that are named.
_NAMED = 3

A = TypeVar("A", bound=RegimeAnalysis)


def analyse_tree(
    model: SymbolicModel,
    *,
    expand: bool = False,
    fixed: Mapping[str, Any] | None = None,
    effort: float = EFFORT,
    isolate: str = "",
    boundaries: bool = True,
) -> TreeAnalysis:
    """Solve a model with a tree symbolically: equilibria, families and regimes.

    Arguments and errors are those of :func:`deterrence.symbolic.matrices.analysis.analyse`;
    any number of players.  Raises :class:`UsageError` where a player forgets.
    """
    return _analysed(
        model,
        expand=expand,
        fixed=fixed,
        effort=effort,
        isolate=isolate,
        boundaries=boundaries,
        ends=None,
    )


def _analysed(
    model: SymbolicModel,
    *,
    expand: bool,
    fixed: Mapping[str, Any] | None,
    effort: float,
    isolate: str,
    boundaries: bool,
    ends: Sequence[Expression] | None,
) -> TreeAnalysis:
    """Solve a tree; ``ends`` are equations of chances that are cases of their own (None: all)."""
    search = _Search(model, expand, fixed, effort, boundaries)
    internal = search.internal
    writer = TreeWriter(internal, isolate)
    analysis = search.analysis(writer, TreeAnalysis, concept=internal.concept)
    options = {"expand": expand, "isolate": isolate, "boundaries": boundaries}
    told, whole = _ends(internal, ends, effort, fixed=fixed, **options)
    messages = analysis.messages
    if not whole:
        messages = (*messages, "ends of probabilities of chance are not all looked at")
    return replace(analysis, ends=told, messages=messages)


def analyse_table(
    model: SymbolicModel,
    *,
    expand: bool = False,
    fixed: Mapping[str, Any] | None = None,
    effort: float = EFFORT,
    isolate: str = "",
    boundaries: bool = True,
) -> TableAnalysis:
    """Solve a model in strategic form, with any number of players, as a tree of hidden moves.

    Arguments and errors are those of :func:`deterrence.symbolic.matrices.analysis.analyse`;
    raises :class:`UnsupportedError` for too large a table.
    """
    search = _Search(model, expand, fixed, effort, boundaries)
    writer = TableWriter(search.internal, isolate)
    return search.analysis(writer, TableAnalysis)


class _Search:
    """The search for a model's equilibria, and what is made of it."""

    def __init__(
        self,
        model: SymbolicModel,
        expand: bool,
        fixed: Mapping[str, Any] | None,
        effort: float,
        boundaries: bool,
    ) -> None:
        self.began, self.start, self.effort = time.monotonic(), work.now(), effort
        self.boundaries = boundaries
        problem = tree_problem(model, expand=expand, fixed=fixed)
        deadline = self.start + effort * _SEARCHING
        assumed, opened = chances_assumed(problem, prover_of(problem, deadline))
        problem = problem.with_assumptions(assumed)

        def simplifier_for(part: TreeProblem) -> Simplifier:
            return Simplifier(
                prover_of(part, deadline),
                leading=model.derived,
                preferred=_chance_symbols(problem),
                definitions=defined(part, model),
            )

        def wide_for(unknowns: TreeUnknowns) -> Prover:
            return unknowns.prover(effort=_EFFORT, glance=_GLANCE, deadline=deadline)

        simplifier = simplifier_for(problem)
        self.known = Distinctions(simplifier)
        settled = self.known.settled()
        if settled is not None:
            problem = problem.in_case(settled)
        actions, self.removed = undominated(problem, simplifier)
        self.by_case = CaseTreeSearch(
            problem,
            actions,
            self.known,
            simplifier_for,
            wide_for,
            _BOUNDARIES * effort if boundaries else 0.0,
        )
        search = self.by_case.search
        self.definitions = definitions_of(problem, model, fixed, self.start + effort)
        if self.definitions is not None:
            search.assessments = _reached(self.definitions, search.assessments)
        patterns = search.patterns
        closed = TreeClosedForms(problem, patterns.unknowns, patterns, simplifier)
        self.internal = SolvedTree(
            model=model,
            problem=problem,
            search=search,
            simplifier=simplifier,
            closed=closed,
            families=_families(search.assessments, closed, simplifier),
            others=search.boundary,
            opened=opened,
            definitions=self.definitions,
        )

    def analysis(self, writer: TreeWriter, kind: type[A], **more: Any) -> A:
        """Return the whole answer: equilibria, regimes, and the equilibria of boundaries."""
        internal, search = self.internal, self.internal.search
        internal.prover.deadline = self.start + self.effort
        regimes = writer.regimes()
        looked: bool | None = True
        if self.boundaries:
            left = min(_BOUNDARIES * self.effort, work.left(self.start + self.effort))
            looked = self.by_case.looked
            if looked is None:
                looked = left > 0 and search.find_boundaries(left)
            if self.definitions is not None:
                kept = _reached(self.definitions, search.boundary, strict=False)
                search.boundary[:] = kept
                for a in internal.pairs:
                    a.extra[:] = self.definitions.reached(a.extra, strict=False)
        found = [writer.equilibrium(k, a) for k, a in enumerate(internal.pairs)]
        equilibria = writer.told_apart(found)
        equilibria += [
            writer.equilibrium(k, a, boundary=True)
            for k, a in enumerate(search.boundary, len(internal.pairs))
        ]
        messages = [*_messages(internal), *self.known.messages]
        if not looked:
            messages.append("equilibria that exist on boundaries only are not all listed")
        return writer.analysis(
            kind,
            self.began,
            equilibria,
            regimes,
            [self._step(s) for s in self.removed],
            messages,
            complete=not (
                search.truncated
                or search.undecided
                or internal.map.unknown
                or self.known.unresolved
            ),
            published=compare(internal),
            **more,
        )

    def _step(self, removed: Removed) -> DominanceStep:
        where = self.internal.problem.game.sets[removed.set]
        place = f" at {where.label}" if self.internal.model.tree is not None else ""
        actions = where.actions
        return DominanceStep(f"{where.player}{place}", actions[removed.action], actions[removed.by])


def _reached(
    definitions: Definitions, found: Sequence[Assessment], *, strict: bool = True
) -> list[Assessment]:
    """Return the assessments that values of the ingredients of derived parameters reach."""
    return [
        replace(a, branches=tuple(kept))
        for a in found
        if (kept := definitions.reached(a.branches, strict=strict))
    ]


def _ends(
    internal: SolvedTree,
    ends: Sequence[Expression] | None,
    effort: float,
    *,
    fixed: Mapping[str, Any] | None,
    **options: Any,
) -> tuple[tuple[ClosedEnd, ...], bool]:
    """Return what is possible at the ends of chances that were left out, and whether that is all.

    At an end other chances may come to their ends, too: every set of equations is looked at once.
    """
    waiting = [e for e in internal.opened if ends is None or e in ends]
    until, found = work.now() + _ENDS * effort, list[ClosedEnd]()
    for k, equation in enumerate(waiting):
        name, value = equation.args[1:]
        left = work.left(until)
        if name.op != "name" or value.op != "number" or left <= 0:
            return tuple(found), False
        point = {name.args[0]: value.args[0]}
        try:
            inner = _analysed(
                internal.model,
                **options,
                fixed={**(fixed or {}), **point},
                effort=left,
                ends=waiting[k + 1 :],
            )
        except UsageError:
            continue  # the assumptions exclude it
        further = (({**point, **more}, end) for more, end in inner.internal.ends)
        internal.ends += [(point, inner), *further]
        found.append(ClosedEnd((equation,), inner.results, inner.equilibria, inner.cover))
        found += [replace(e, conditions=(equation, *e.conditions)) for e in inner.ends]
    return tuple(found), True


def _messages(internal: SolvedTree) -> list[str]:
    """Return what readers have to know of what was not done."""
    search, found = internal.search, []
    if search.truncated:
        found.append("the time ran out before all patterns were looked at: some are missing")
    if search.undecided:
        reasons = ", ".join(sorted({why for _, why in search.undecided}))
        patterns = list(dict.fromkeys(_called(internal, p) for p, _ in search.undecided))
        count = len(patterns)
        told = "; ".join(patterns[:_NAMED]) + (" and others" if count > _NAMED else "")
        found.append(
            f"{count} pattern{' is' if count == 1 else 's are'} undecided ({reasons}): {told}"
        )
    if search.patterns.skipped:
        found.append(
            "some outcomes are equilibrium outcomes for all assumed values: further equilibria "
            "with the same play, which differ off its path only, are not listed"
        )
    return internal.messages(found)


def _called(internal: SolvedTree, pattern: Pattern) -> str:
    """Return number and name of a pattern."""
    support: dict[str, Any] = {p: {} for p in internal.problem.players}
    for s, used in pattern.supports.items():
        where = internal.problem.game.sets[s]
        support[str(where.player)][where.label] = [where.actions[k] for k in used]
    if internal.model.tree is None:
        support = {p: own[p] for p, own in support.items()}
    names = internal.model.names
    key = names.pattern(support)
    number = names.number(key)
    return names.name(key) if number is None else f"#{number} {names.name(key)}"


def _chance_symbols(problem: TreeProblem) -> tuple[str, ...]:
    """Return the parameters in chances: conditions are about them, where they can be."""
    inside = {k for ps in problem.draws.values() for p in ps for k in occurring(p)}
    used = {problem.algebra.names[k] for k in inside}
    return tuple(n for n in problem.symbols if n in used)


def _families(
    assessments: list[Assessment], closed: TreeClosedForms, simplifier: Simplifier
) -> list[FoundFamily[Assessment]]:
    """Group equilibria by what happens in them; the simplest first."""
    buckets: dict[frozenset[tuple[str, Quotient]], list[Assessment]] = {}
    for a in assessments:
        buckets.setdefault(closed.results(a), []).append(a)

    def size(a: Assessment) -> tuple[Any, ...]:
        return sum(len(s) for s in a.supports.values()), sorted(a.supports.items())

    ordered = [sorted(group, key=size) for group in buckets.values()]
    ordered.sort(key=lambda group: size(group[0]))
    return [family_of(group, simplifier) for group in ordered]
