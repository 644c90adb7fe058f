"""Solutions as documents of blocks and as CSV."""

from deterrence.solvers.display.documents import (
    equilibrium_document,
    solution_document,
    tree_equilibrium_document,
)
from deterrence.solvers.solution import Equilibrium, Solution
from deterrence.solvers.tree_solution import TreeEquilibrium, TreeSolution
from deterrence.words.shown import shows

shows(Equilibrium, equilibrium_document)
shows(TreeEquilibrium, tree_equilibrium_document)
shows(Solution, solution_document)
shows(TreeSolution, solution_document)
