"""The symbolic analysis of a two-player model, from its file to its regimes.

>>> from deterrence.modelfile.catalogue import load_model
>>> answer = analyse(load_model("asymmetric-bipolarity"), fixed={"r_R": 0, "r_N": 0})
>>> mixed = answer.equilibria[3]
>>> print(mixed.profile["NATO"]["escalate"], "iff", " and ".join(map(str, mixed.conditions)))
g_R/(g_R + k_R - l_R) iff k_N > l_N and k_R > l_R
>>> answer.cover, len(answer.regimes)
('proven', 4)
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from deterrence.limits import work
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.conditions import Simplifier
from deterrence.proving.distinctions import Distinctions
from deterrence.proving.prover import Prover
from deterrence.symbolic.definitions import defined, definitions_of
from deterrence.symbolic.families import FoundFamily
from deterrence.symbolic.known_results import compare
from deterrence.symbolic.matrices.cases import CaseSearch
from deterrence.symbolic.matrices.closed_forms import MatrixClosedForms
from deterrence.symbolic.matrices.grouping import group
from deterrence.symbolic.matrices.problem import MatrixProblem, problem_of
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.solved import SolvedMatrix
from deterrence.symbolic.matrices.writer import MatrixWriter
from deterrence.symbolic.parameter_space import EFFORT, prover_of

#: The part of the time for questions; the rest is for writing down the answers.
_SEARCHING = 0.95
#: Pairs of vertices up to which equilibria that need an equation are listed, too.
MAX_BOUNDARY_PAIRS = 700
#: Undecided equilibria that are listed with closed forms.
MAX_DOUBTFUL = 60


def analyse(
    model: SymbolicModel,
    *,
    expand: bool = False,
    fixed: Mapping[str, Any] | None = None,
    effort: float = EFFORT,
    isolate: str = "",
    boundaries: bool = True,
) -> MatrixAnalysis:
    """Solve a two-player model symbolically: equilibria, families and regimes.

    ``expand`` puts the formulas of derived parameters in; ``fixed`` fixes some
    parameters at numbers; ``isolate`` names a parameter that linear conditions
    are solved for.  What is not decided within ``effort`` (work seconds, see
    :mod:`deterrence.limits.work`) is reported as unknown.  Raises :class:`UnsupportedError`
    for other than two players, :class:`UsageError` for assumptions that contradict each other.
    """
    began, start = time.monotonic(), work.now()
    problem = problem_of(model, expand=expand, fixed=fixed)

    def prover_for(part: MatrixProblem) -> Prover:
        return prover_of(
            part,
            start + effort * _SEARCHING,
            scales=part.scales(),
            payoffs=[*zip(*part.row, strict=True), *part.column],
        )

    simplifier = Simplifier(
        prover_for(problem), leading=model.derived, definitions=defined(problem, model)
    )
    known = Distinctions(simplifier)
    settled = known.settled()
    if settled is not None:
        problem = problem.in_case(settled)
    search = CaseSearch(problem, known, prover_for, MAX_BOUNDARY_PAIRS if boundaries else 0)
    definitions = definitions_of(problem, model, fixed, start + effort)
    if definitions is not None:
        search.pairs = [
            replace(pair, branches=tuple(kept))
            for pair in search.pairs
            if (kept := definitions.reached(pair.branches))
        ]
    found = group(search.pairs, problem.cell_keys(), problem.algebra.names, simplifier)
    internal = SolvedMatrix(
        model=model,
        problem=problem,
        search=search.whole,
        simplifier=simplifier,
        closed=MatrixClosedForms(problem),
        families=sorted(found, key=_reading_order),
        definitions=definitions,
    )
    writer = MatrixWriter(internal, isolate)
    extra, note = search.boundary_pairs(MAX_BOUNDARY_PAIRS) if boundaries else ([], "")
    if definitions is not None:
        extra = [
            replace(pair, branches=tuple(kept))
            for pair in extra
            if (kept := definitions.reached(pair.branches, strict=False))
        ]
        for pair in search.pairs:
            pair.extra[:] = definitions.reached(pair.extra, strict=False)
    doubtful = search.undecided_pairs()
    listed = doubtful[:MAX_DOUBTFUL]
    internal.others = [*extra, *listed]
    first, last = len(internal.pairs), len(internal.pairs) + len(extra)
    equilibria = [writer.equilibrium(k, pair) for k, pair in enumerate(internal.pairs)]
    equilibria += [
        writer.equilibrium(k, pair, boundary=True) for k, pair in enumerate(extra, first)
    ]
    equilibria += [writer.equilibrium(k, pair, outside=True) for k, pair in enumerate(listed, last)]
    regimes = writer.regimes()
    return writer.analysis(
        MatrixAnalysis,
        began,
        equilibria,
        regimes,
        [writer.step(s) for s in search.whole.dominated],
        [*([note] if note else []), *_messages(internal, search, len(listed))],
        complete=search.complete and not internal.map.unknown,
        published=compare(internal),
    )


def _messages(internal: SolvedMatrix, search: CaseSearch, listed: int) -> list[str]:
    """Return what readers have to know of what was not done."""
    found = []
    if search.truncated:
        found.append("the time ran out before all strategies were formed: some are missing")
    if search.undecided:
        found.append(
            f"{search.undecided} pairs of supports are undecided within the time; "
            f"{listed} are listed as equilibria whose existence is unknown"
        )
    return [*internal.messages(found), *search.known.messages]


def _reading_order(family: FoundFamily[VertexPair]) -> tuple[Any, ...]:
    pair = min(family.essential, key=lambda p: len(p.row.support) + len(p.column.support))
    size = len(pair.row.support) + len(pair.column.support)
    return size, pair.row.support, pair.column.support
