"""Crises as games with symbolic payoffs, solved exactly, every equilibrium certified.

Load a model, and ask it: every verb is a function here and a method of the model.

>>> from deterrence import load_model, solve
>>> model = load_model("asymmetric-bipolarity")
>>> mixed = solve(model, k_R="15/2").equilibria[2]
>>> str(mixed.measures["war"]), str(mixed.regret)
('856/2065', '0')
>>> print(model.conclusions("war > 0").every_text)
a risk of war in every equilibrium iff r_N < g_R/(g_R + k_R) or r_R < g_N/(g_N + k_N)

The verbs are ``brief``, which says on a page what a model comes to; ``solve``; ``regimes``,
``symbolic_equilibria``, ``conclusions``, ``thresholds``, ``statics``, ``boundaries``,
``refinements`` and ``explain``, which keep parameters as symbols; ``stability``, which looks
further than one move;
``sweep`` and ``sensitivity`` over many values; ``robustness`` and ``levers``; ``compare``,
which puts cases side by side; ``elicit``, which makes numbers of experts' judgements; and
``plot``.
Values are given in one way everywhere: ``scenario=``, ``values={}``, or keywords that name
parameters.  The public names are loaded when they are first used, so importing the package
costs next to nothing.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.analysis.comparing.cases import ComparedCase, Comparison
    from deterrence.analysis.robust.results import Certificate, Levers, Robustness, SmallestChange
    from deterrence.analysis.sweeping.summary import SweepSummary
    from deterrence.analysis.uncertainty.results import (
        MorrisScreening,
        Probabilities,
        Regional,
        Sensitivity,
        Sobol,
        Tornado,
    )
    from deterrence.errors import (
        DeterrenceError,
        ExpressionError,
        Fault,
        IncompleteError,
        InvalidFileError,
        QueryError,
        UnsupportedError,
        UsageError,
    )
    from deterrence.explorer.explorer import Explorer
    from deterrence.face.briefing import brief
    from deterrence.face.comparing import compare
    from deterrence.face.deriving import (
        boundaries,
        conclusions,
        explain,
        refinements,
        regimes,
        statics,
        symbolic_equilibria,
        thresholds,
    )
    from deterrence.face.eliciting import elicit
    from deterrence.face.exchanging import load_game, to_nashpy, to_pygambit
    from deterrence.face.flipping import levers, robustness
    from deterrence.face.keeping import caching
    from deterrence.face.loading import load_model, read_model
    from deterrence.face.model import Model
    from deterrence.face.plotting import plot
    from deterrence.face.restoring import load, save
    from deterrence.face.solving import solve
    from deterrence.face.stability import stability
    from deterrence.face.varying import sensitivity, sweep
    from deterrence.game.measures import Measure
    from deterrence.game.parameters import (
        Correlation,
        KnownResult,
        NamedRegime,
        Outcome,
        Parameter,
        Scenario,
    )
    from deterrence.game.profile import Profile
    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.behaviour import BehaviourProfile
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.game.tree.nodes import Chance, Decision, Leaf
    from deterrence.graph_model.results import NotionResult, RankedState, Stability
    from deterrence.modelfile.catalogue import ModelEntry, check_file, list_models
    from deterrence.modelfile.exchange.efg import read_efg, write_efg
    from deterrence.modelfile.exchange.nfg import read_nfg, write_nfg
    from deterrence.modelfile.parameter_values import Value
    from deterrence.report.brief import Brief
    from deterrence.solvers.solution import Component, Equilibrium, Solution
    from deterrence.solvers.tree_solution import TreeEquilibrium, TreeFamily, TreeSolution
    from deterrence.symbolic.along.boundaries import Boundaries, Boundary
    from deterrence.symbolic.along.statics import Effect, Statics
    from deterrence.symbolic.along.threshold_results import Threshold, Thresholds
    from deterrence.symbolic.conclusion_results import Conclusion, RegimeVerdict
    from deterrence.symbolic.derivations import Derivation, Explanation
    from deterrence.symbolic.refinements import RefinementCondition, Refinements
    from deterrence.symbolic.regime_analysis import RegimeAnalysis
    from deterrence.symbolic.results import EquilibriumFamily, Regime, SymbolicEquilibrium
    from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
    from deterrence.symbolic.trees.results import SymbolicAssessment
    from deterrence.version import __version__

#: When this process began to read the package's files.
_STARTED = time.time()

__all__ = [
    "BehaviourProfile",
    "Boundaries",
    "Boundary",
    "Brief",
    "Certificate",
    "Chance",
    "ComparedCase",
    "Comparison",
    "Component",
    "Conclusion",
    "Correlation",
    "Decision",
    "Derivation",
    "DeterrenceError",
    "Effect",
    "Equilibrium",
    "EquilibriumFamily",
    "Explanation",
    "Explorer",
    "Expression",
    "ExpressionError",
    "ExtensiveGame",
    "Fault",
    "IncompleteError",
    "InvalidFileError",
    "KnownResult",
    "Leaf",
    "Levers",
    "Measure",
    "Model",
    "ModelEntry",
    "MorrisScreening",
    "NamedRegime",
    "NotionResult",
    "Outcome",
    "Parameter",
    "Probabilities",
    "Profile",
    "QueryError",
    "RankedState",
    "RefinementCondition",
    "Refinements",
    "Regime",
    "RegimeAnalysis",
    "RegimeVerdict",
    "Regional",
    "Robustness",
    "Scenario",
    "Sensitivity",
    "SmallestChange",
    "Sobol",
    "Solution",
    "Stability",
    "Statics",
    "StrategicGame",
    "SweepSummary",
    "SymbolicAssessment",
    "SymbolicEquilibrium",
    "Threshold",
    "Thresholds",
    "Tornado",
    "TreeAnalysis",
    "TreeEquilibrium",
    "TreeFamily",
    "TreeSolution",
    "UnsupportedError",
    "UsageError",
    "Value",
    "__version__",
    "boundaries",
    "brief",
    "caching",
    "check_file",
    "compare",
    "conclusions",
    "elicit",
    "explain",
    "levers",
    "list_models",
    "load",
    "load_game",
    "load_model",
    "plot",
    "read_efg",
    "read_model",
    "read_nfg",
    "refinements",
    "regimes",
    "robustness",
    "save",
    "sensitivity",
    "solve",
    "stability",
    "statics",
    "sweep",
    "symbolic_equilibria",
    "thresholds",
    "to_nashpy",
    "to_pygambit",
    "write_efg",
    "write_nfg",
]

#: The public names of each module that has some; a test compares with the imports above.
_NAMES = {
    "algebra.expressions": "Expression",
    "analysis.comparing.cases": "ComparedCase Comparison",
    "analysis.robust.results": "Certificate Levers Robustness SmallestChange",
    "analysis.sweeping.summary": "SweepSummary",
    "analysis.uncertainty.results": (
        "MorrisScreening Probabilities Regional Sensitivity Sobol Tornado"
    ),
    "errors": (
        "DeterrenceError ExpressionError Fault IncompleteError InvalidFileError "
        "QueryError UnsupportedError UsageError"
    ),
    "explorer.explorer": "Explorer",
    "face.briefing": "brief",
    "face.comparing": "compare",
    "face.deriving": (
        "boundaries conclusions explain refinements regimes statics symbolic_equilibria thresholds"
    ),
    "face.eliciting": "elicit",
    "face.exchanging": "load_game to_nashpy to_pygambit",
    "face.flipping": "levers robustness",
    "face.keeping": "caching",
    "face.loading": "load_model read_model",
    "face.model": "Model",
    "face.plotting": "plot",
    "face.restoring": "load save",
    "face.solving": "solve",
    "face.stability": "stability",
    "face.varying": "sensitivity sweep",
    "game.measures": "Measure",
    "game.parameters": "Correlation KnownResult NamedRegime Outcome Parameter Scenario",
    "game.profile": "Profile",
    "game.strategic": "StrategicGame",
    "game.tree.behaviour": "BehaviourProfile",
    "game.tree.extensive": "ExtensiveGame",
    "game.tree.nodes": "Chance Decision Leaf",
    "modelfile.catalogue": "ModelEntry check_file list_models",
    "modelfile.exchange.efg": "read_efg write_efg",
    "modelfile.exchange.nfg": "read_nfg write_nfg",
    "modelfile.parameter_values": "Value",
    "report.brief": "Brief",
    "solvers.solution": "Component Equilibrium Solution",
    "solvers.tree_solution": "TreeEquilibrium TreeFamily TreeSolution",
    "graph_model.results": "NotionResult RankedState Stability",
    "symbolic.along.boundaries": "Boundaries Boundary",
    "symbolic.along.statics": "Effect Statics",
    "symbolic.along.threshold_results": "Threshold Thresholds",
    "symbolic.derivations": "Derivation Explanation",
    "symbolic.conclusion_results": "Conclusion RegimeVerdict",
    "symbolic.refinements": "RefinementCondition Refinements",
    "symbolic.regime_analysis": "RegimeAnalysis",
    "symbolic.results": "EquilibriumFamily Regime SymbolicEquilibrium",
    "symbolic.trees.regime_analysis": "TreeAnalysis",
    "symbolic.trees.results": "SymbolicAssessment",
    "version": "__version__",
}
_HOMES = {n: f"{__name__}.{module}" for module, names in _NAMES.items() for n in names.split()}


if not TYPE_CHECKING:  # a checker that saw this would let every misspelt name pass

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, whether they are loaded yet or not."""
    return sorted({*globals(), *__all__})
