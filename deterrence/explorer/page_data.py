"""The data of a page: all that it knows of a model, as plain lists and names (schema 1).

What it says is documented in docs/reference/explorer.md.

>>> from deterrence.modelfile.catalogue import load_model
>>> data = page_data(load_model("tripwire"))
>>> data["schema"], data["solver"]["kind"], data["axes"]
(1, 'forms', ['g', 'r'])
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from deterrence import symbolic
from deterrence.errors import DeterrenceError, UnsupportedError
from deterrence.explorer import analysis_part
from deterrence.explorer.axes import Views
from deterrence.explorer.formulas import prose
from deterrence.explorer.grid_part import grid, influential
from deterrence.explorer.model_part import model_part, start_values
from deterrence.explorer.stability_part import stability_part
from deterrence.limits import work
from deterrence.modelfile.model import SymbolicModel
from deterrence.report.brief import brief, named, too_large
from deterrence.report.brief_page import brief_parts
from deterrence.report.flips import main_measures
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.version import __version__

#: Actions per player up to which the page itself solves a matrix of two.
MAX_SOLVED = 6
#: Results and derivations, cells and nodes that a page has room for.
_RESULTS, _DERIVED = 40, 12
MAX_CELLS, MAX_NODES = 400, 3000
#: Shares of what is left of a time limit for the analysis of all values, and for the brief.
_MAPPING, _TELLING = 0.5, 0.4


def page_data(
    model: SymbolicModel,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
    game: Sequence[str] = (),
    *,
    analysed: bool = True,
) -> dict[str, Any]:
    """Return the data of a model's page, which opens at a scenario and ``values``.

    ``game`` is how a command names the model.  Without ``analysed`` nothing is derived for all
    values, as for games that came as numbers.  Raises :class:`UsageError` for names and values
    that do not fit, and :class:`UnsupportedError` for a game too large for a page.
    """
    cells, nodes = len(model.cells), 0 if model.tree is None else len(model.tree.nodes)
    if cells > MAX_CELLS or nodes > MAX_NODES:
        size = f"{cells:,} cells" if cells else f"{nodes:,} nodes"
        raise UnsupportedError(
            f"{model.name} has {size}, too many for a page",
            remedy=f"a page has room for {MAX_CELLS} cells or {MAX_NODES:,} nodes; "
            "`deterrence brief` tells what the game comes to",
        )
    return _Page(model, scenario, dict(values or {}), game, analysed).data()


class _Page:
    def __init__(
        self,
        model: SymbolicModel,
        scenario: str | None,
        given: Mapping[str, Any],
        game: Sequence[str],
        analysed: bool,
    ) -> None:
        self.model, self.scenario, self.given = model, scenario, given
        # Who gets the page need not know in which folder the model lay.
        self.game = [PurePath(word).name or word for word in game or [named(model)]]
        self.analysed = analysed
        self.start = start_values(model, scenario, given)
        self.warnings: list[str] = []
        measures = main_measures(model) or list(model.measures)
        self.main = measures[0].name if measures else None

    def data(self) -> dict[str, Any]:
        model = self.model
        analysis = self.analysis()
        told = model_part(model)
        derived = _nothing(model) if analysis is None else analysis_part.analysis_part(analysis)
        told["model"]["concept"] = derived.pop("concept")
        views = Views(model, self.start, _regions(analysis))
        for p in told["parameters"]:
            if p["range"] is None and p["name"] in views.ranges:
                p["range"] = [str(end) for end in views.ranges[p["name"]]]
        axes = views.best()
        told_brief = self.brief(analysis)
        if self.solves_itself():
            derived["solver"] = {"kind": "matrix"}
        elif not derived["solver"].get("complete") and self.goes_backward():
            derived |= {"solver": {"kind": "induction"}, "regimes": [], "cover": "unknown"}
        elif not derived["solver"].get("complete"):
            solver = grid(model, self.start, self.favoured(analysis, views))
            axes = [axis["name"] for axis in solver["axes"]][:2]
            for p in told["parameters"]:
                p["slider"] = p["name"] in {axis["name"] for axis in solver["axes"]}
            derived |= {"solver": solver, "regimes": [], "cover": "unknown"}
            derived["results"] = derived["results"][:_RESULTS]
        explained = None if analysis is None else self.explained(analysis)
        warnings = told.pop("warnings")
        return {
            "schema": 1,
            "version": __version__,
            "digest": model.digest,
            "game": self.game,
            **told,
            **derived,
            "start": {
                "scenario": self.scenario,
                "values": {n: str(v) for n, v in self.start.items()},
            },
            "main": self.main,
            "axes": axes,
            "brief": told_brief,
            "stability": stability_part(model, self.start),
            "derivations": [] if explained is None else explained[0],
            "symbols": model.typeset if explained is None else explained[1],
            "known": analysis_part.known(model, analysis),
            "warnings": [*warnings, *self.warnings],
        }

    # ---- what the package says ---------------------------------------------------------
    def solves_itself(self) -> bool:
        """Say whether the page solves the game: a matrix of two players that is not too large."""
        model = self.model
        if model.tree is not None or len(model.players) != 2:
            return False
        small = all(len(own) <= MAX_SOLVED for own in model.actions)
        return small and model.default_concept in ("", "nash")

    def goes_backward(self) -> bool:
        """Say whether the page can solve a tree backward: everybody knows all that happened."""
        tree, concept = self.model.tree, self.model.default_concept
        if tree is None or not tree.is_perfect_information or concept not in ("", "spe"):
            return False
        parts = (e for m in self.model.measures for e in m.expression.walk())
        return not any(e.op == "query" and e.args[0] == "prob" for e in parts)

    def analysis(self) -> RegimeAnalysis | None:
        """Return the analysis of all values, None where there is none of what the page shows."""
        if not self.analysed or self.model.default_concept in ("correlated", "zero-sum"):
            return None
        if too_large(self.model):
            self.warnings.append("the game has too many actions to map all values")
            return None
        # What is left of a time limit is for the answers at values.
        left = work.wall_left()
        try:
            with work.hard_limit(_MAPPING * left if left < math.inf else None):
                return symbolic.regimes(self.model)
        except DeterrenceError as error:
            self.warnings.append(f"all values cannot be mapped: {error.what}")
            return None

    def explained(self, analysis: RegimeAnalysis) -> tuple[list[Any], dict[str, str]] | None:
        """Return derivations, and how their symbols are typeset."""
        try:
            found = symbolic.explain(analysis)
        except DeterrenceError as error:
            self.warnings.append(f"the equilibria are not derived: {error.what}")
            return None
        most = _DERIVED if analysis.cover == "proven" else _DERIVED // 2
        return analysis_part.derivations(found)[:most], dict(found.symbols)

    def favoured(self, analysis: RegimeAnalysis | None, views: Views) -> list[str]:
        """Return the parameters that a grid should move, the most important first."""
        if analysis is None or not analysis.results:
            return influential(self.model, self.start, self.main)
        return views.ordered()

    def brief(self, analysis: RegimeAnalysis | None) -> dict[str, Any] | None:
        """Return the parts of the brief, None where there is no answer to be told."""
        lacking = [n for n, p in self.model.parameters.items() if p.default is None]
        chosen = {n: v for n, v in self.start.items() if n in lacking}
        # Proofs about large matrices take minutes; the page shows flips one at a time.
        beyond = self.analysed and not too_large(self.model)
        left = work.wall_left()
        limit = work.hard_limit(_TELLING * left if left < math.inf else None)
        try:
            with limit:
                page = brief(
                    self.model,
                    self.scenario,
                    {**chosen, **self.given},
                    game=self.game,
                    analysis=analysis,
                    beyond=beyond,
                )
        except DeterrenceError as error:
            self.warnings.append(f"there is no brief: {error.what}")
            return None
        parts = {name: [*map(prose, lines)] for name, lines in brief_parts(page).items()}
        parts["when"] = parts["when"] if beyond else []
        return {**parts, "command": parts["command"][0][0], "complete": page.complete}


def _nothing(model: SymbolicModel) -> dict[str, Any]:
    """Return what stands for an analysis where there is none."""
    return {
        "concept": model.default_concept or "nash",
        "solver": {"kind": "matrix"},
        "regimes": [],
        "cover": "unknown",
        "disjoint": "unknown",
        "declared": [],
        "results": [],
        "messages": [],
    }


def _regions(analysis: RegimeAnalysis | None) -> list[Any]:
    """Return disjunctions that tell the regimes apart."""
    if analysis is None:
        return []
    if analysis.regimes and analysis.cover == "proven":
        return [[r.conditions] for r in analysis.regimes]
    return [r.terms for r in analysis.results]
