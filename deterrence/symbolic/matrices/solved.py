"""A two-player game solved symbolically: the parts behind its analysis."""

from __future__ import annotations

from dataclasses import dataclass

from deterrence.symbolic.matrices.closed_forms import MatrixClosedForms
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.matrices.search import VertexPair, VertexSearch
from deterrence.symbolic.solved import SolvedGame


@dataclass(kw_only=True)
class SolvedMatrix(SolvedGame[VertexPair]):
    """The problem of a matrix, its search over pairs of vertices, and their closed forms."""

    problem: MatrixProblem
    search: VertexSearch
    closed: MatrixClosedForms
