"""The symbolic analysis of a model: the one place where its kind of game is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.refinement_names import REFINEMENTS, check_refinement
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.matrices import analysis as matrices
from deterrence.symbolic.matrices.refined import matrix_refinements, refined_matrix
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.parameter_space import EFFORT
from deterrence.symbolic.refinements import Refinements
from deterrence.symbolic.regime_analysis import RegimeAnalysis, RegimeQuestion, answers
from deterrence.symbolic.trees import analysis as trees
from deterrence.symbolic.trees.refined import refined_tree, tree_refinements
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis


def regimes(model: SymbolicModel, *, refine: str = "", **options: Any) -> RegimeAnalysis:
    """Return the symbolic analysis of a model; ``refine`` names what equilibria have to pass.

    See :func:`deterrence.symbolic.matrices.analysis.analyse` for options and errors; trees, and
    games of other than two players, which :mod:`deterrence.symbolic.trees.analysis` solves, have
    the same ones.
    """
    if refine:
        _fitting(model, (refine,))
    analyse: Callable[..., RegimeAnalysis] = trees.analyse_tree
    if model.tree is None:
        two = len(model.players) == 2
        analyse = matrices.analyse if two else trees.analyse_table
    analysis = analyse(model, **options)
    kept = {k: v for k, v in options.items() if k != "effort" and v is not None}
    analysis = replace(analysis, asked=RegimeQuestion(model, **kept))
    return refined(analysis, refine) if refine else analysis


def refined(analysis: RegimeAnalysis, name: str) -> RegimeAnalysis:
    """Return the analysis of those equilibria that pass a refinement, with their conditions.

    Raises :class:`UsageError` for a refinement that there is not, :class:`UnsupportedError` for
    one that has no conditions here.
    """
    asked = analysis.asked
    if asked is None or analysis.refinement:
        raise UsageError(
            f"this analysis of {analysis.model} is of the {analysis.refinement or 'given'} "
            "equilibria alone",
            remedy="analyse the model again",
        )
    _fitting(asked.model, (name,))
    made: RegimeAnalysis
    with analysis.internal.prover.within(EFFORT):
        if isinstance(analysis, MatrixAnalysis):
            made = refined_matrix(analysis, name, asked.isolate)
        else:
            assert isinstance(analysis, TreeAnalysis)
            made = refined_tree(analysis, name, asked.isolate)
    return replace(made, asked=replace(asked, refine=name))


def refinements(analysis: RegimeAnalysis, names: Sequence[str] = ()) -> Refinements:
    """Return when each equilibrium of an analysis passes refinements (default: all that fit).

    Errors as :func:`refined`.
    """
    analysis.only_refined("conditions of refinements are about")
    chosen = _fitting(analysis.internal.model, names)
    with analysis.internal.prover.within(EFFORT / 2):
        if isinstance(analysis, MatrixAnalysis):
            return matrix_refinements(analysis, chosen)
        assert isinstance(analysis, TreeAnalysis)
        return tree_refinements(analysis, chosen)


def _fitting(model: SymbolicModel, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, or all that fit a model.

    Raises :class:`UsageError` for a refinement that there is not, :class:`UnsupportedError` for
    one that does not fit.
    """
    two = len(model.players) == 2
    if model.tree is None and not two:
        raise UnsupportedError(
            f"refinements have conditions for two players; {model.name} has {len(model.players)}",
            remedy="ask at values: `solve --judge`",
        )
    if model.tree is None:
        small = [len(own) for own in model.actions] == [2, 2]
        known = tuple(n for n in REFINEMENTS if small or n != "risk-dominant")
        why = f"risk dominance is defined here for 2x2 games only; {model.name} is larger"
    else:
        known = ("undominated", "perfect") if two else ("undominated",)
        why = (
            f"of the equilibria of {model.name} it is asked whether they are "
            f"{' or '.join(known)} in the reduced strategic form"
        )
    for name in names:
        check_refinement(name)
        if name not in known:
            raise UnsupportedError(why, remedy=f"ask for {', '.join(known)}")
    return tuple(names) or tuple(n for n in known if n != "perfect")


answers(regimes)
