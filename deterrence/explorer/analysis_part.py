"""What a page knows from the symbolic analysis: closed forms, regimes, results, derivations.

>>> from deterrence import load_model
>>> told = analysis_part(load_model("tripwire").regimes())
>>> told["solver"]["kind"], [r["name"] for r in told["regimes"]], told["cover"]
('forms', ['Deterred', 'Not deterred'], 'proven')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.explorer.formulas import block, everything, formula, prose
from deterrence.modelfile.condition_words import ConditionWords
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.board.page import derivation_document
from deterrence.symbolic.derivations import Derivation, Explanation
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.results import FormBounds, Freedom, SymbolicMixture
from deterrence.words.blocks import disjunction

#: Longest condition in words.
_WORDS = 600
#: Open symbols up to which the page works out itself between which ends a form lies.
MANY_OPEN = 6
#: How an analysis says that boundaries were not all looked at, and that searches are unfinished.
_BOUNDARIES = "equilibria that exist on boundaries only are not all listed"


def analysis_part(analysis: RegimeAnalysis, model: SymbolicModel | None = None) -> dict[str, Any]:
    """Return solver, regimes and results; the solver of a matrix of two needs no analysis."""
    model = model or analysis.internal.model
    words = ConditionWords(model, {})
    matrix = isinstance(analysis, MatrixAnalysis)
    return {
        "concept": getattr(analysis, "concept", "nash"),
        "solver": {"kind": "matrix"} if matrix else forms(analysis),
        "regimes": [
            {
                "name": r.name,
                "text": _told(words, r.terms) if r.terms else [],
                "description": " ".join(r.description.split()),
                "when": everything(r.conditions),
                "share": r.share,
                "results": [
                    k for k, x in enumerate(analysis.results) if {*x.families} & {*r.families}
                ],
                "equilibria": list(r.equilibria),
                "proof": r.proof,
            }
            for r in analysis.regimes
        ],
        "cover": analysis.cover,
        "disjoint": analysis.disjoint,
        "declared": [
            {
                "name": d.name,
                "when": everything(d.when),
                "place": d.place,
                "regimes": list(d.regimes),
                "description": " ".join(d.description.split()),
            }
            for d in analysis.declared
        ],
        "results": [
            {
                "name": r.name,
                "called": r.called,
                "text": _told(words, r.terms),
                "when": [[formula(c) for c in term] for term in r.terms],
                "boundaries": r.boundaries,
                "outcomes": {o: formula(e) for o, e in r.chances.items()},
                "measures": _formulas(r.measures),
                "equilibria": list(r.equilibria),
                "numbers": [number for number, _ in r.patterns if number is not None],
                "published": list(r.published),
                "share": r.share,
            }
            for r in analysis.results
        ],
        "messages": [*analysis.messages, *analysis.exclusions],
    }


def _told(words: ConditionWords, terms: Any) -> list[Any]:
    told, whole = words.terms(terms, _WORDS)
    return prose(told if whole else disjunction(terms, "always"))


def _formulas(found: Mapping[str, Expression | None]) -> dict[str, Any]:
    return {name: None if e is None else formula(e) for name, e in found.items()}


# ---- closed forms --------------------------------------------------------------------------
def forms(analysis: RegimeAnalysis) -> dict[str, Any]:
    """Return the closed forms of all equilibria, and how far they are proven to be all."""
    sampled = _BOUNDARIES in analysis.messages
    ends = analysis.ends if isinstance(analysis, TreeAnalysis) else ()
    whole = analysis.cover == "proven" and all(e.cover == "proven" for e in ends)
    return {
        "kind": "forms",
        "complete": whole,
        "boundaries": "sampled" if sampled else "proven" if whole else "none",
        "unlisted": any("differ off its path only" in m for m in analysis.messages),
        "equilibria": [*map(_equilibrium, analysis.equilibria)],
        "ends": [
            {
                "when": [formula(c) for c in end.conditions],
                "complete": end.cover == "proven",
                "equilibria": [*map(_equilibrium, end.equilibria)],
            }
            for end in ends
        ],
    }


def _equilibrium(e: SymbolicEquilibrium) -> dict[str, Any]:
    opened = e.freedoms if isinstance(e, SymbolicMixture) else ()
    bounds = e.bounds if isinstance(e, SymbolicMixture) else ()
    return {
        "number": e.number,
        "name": e.name,
        "label": e.label,
        "boundary": e.boundary,
        "when": [formula(c) for c in e.conditions],
        "profile": {p: _profile(own) for p, own in e.profile.items()},
        "payoffs": _formulas(e.payoffs),
        "outcomes": _formulas(e.outcomes),
        "measures": _formulas(e.measures),
        "open": [_freedom(f) for f in opened],
        # The page goes through the corners of what is open itself, as long as there are few.
        "bounds": [_bounds(b) for b in bounds] if _many(opened) else [],
    }


def _many(opened: Sequence[Freedom]) -> bool:
    return len({f.symbol for f in opened}) > MANY_OPEN


def _profile(own: Mapping[str, Any]) -> dict[str, Any]:
    return {k: formula(v) if isinstance(v, Expression) else _formulas(v) for k, v in own.items()}


def _freedom(f: Freedom) -> dict[str, Any]:
    return {
        "symbol": f.symbol,
        "meaning": f.meaning,
        "lower": [*map(formula, f.lower)],
        "upper": [*map(formula, f.upper)],
        "where": [*map(formula, f.where)],
    }


def _bounds(b: FormBounds) -> dict[str, Any]:
    def pairs(found: Mapping[str, tuple[Expression, Expression]]) -> dict[str, Any]:
        return {name: [*map(formula, ends)] for name, ends in found.items()}

    return {
        "payoffs": pairs(b.payoffs),
        "outcomes": pairs(b.outcomes),
        "measures": pairs(b.measures),
        "where": [*map(formula, b.where)],
    }


# ---- derivations ---------------------------------------------------------------------------
def derivations(found: Explanation) -> list[dict[str, Any]]:
    """Return the derivation of one equilibrium per result, in symbols."""
    return [_derivation(d) for d in found.derivations]


def _derivation(d: Derivation) -> dict[str, Any]:
    blocks = derivation_document(d, True).blocks
    return {
        "number": d.number,
        "name": d.name,
        "result": d.result,
        "title": d.title,
        "blocks": [block(b) for b in blocks],
    }


def known(model: SymbolicModel, analysis: RegimeAnalysis | None) -> list[dict[str, Any]]:
    """Return what the literature says of the model, and how it compares with what was derived.

    A result without conditions is about one point; the suite of the package checks it there.
    """
    compared = {} if analysis is None else {p.title: p for p in analysis.published}
    told = []
    for k in model.known_results:
        found = compared.get(k.title)
        told.append(
            {
                "title": k.title,
                "source": " ".join(k.source.split()),
                "verdict": "" if found is None else found.verdict,
                "note": "" if found is None else found.note,
                "derived": k.derived,
                "lesson": k.lesson,
            }
        )
    return told
