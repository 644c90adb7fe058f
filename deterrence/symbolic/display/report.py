"""The symbolic analysis for people: on one screen, or in full; of matrices and of trees.

>>> from deterrence import load_model
>>> print(load_model("asymmetric-bipolarity").regimes().equilibria[0])
#1  Russia: Restrain; NATO: Restrain
<BLANKLINE>
exists iff  r_R >= g_N/(g_N + k_N) and r_N >= g_R/(g_R + k_R)
Payoffs     Russia 0, NATO 0
Outcomes    frozen_divide, for certain
Measures    deterrence = 1, war = 0, yields = 0, nuclear = 0
"""

from __future__ import annotations

from deterrence.symbolic.along.boundaries import Boundaries
from deterrence.symbolic.along.statics import Statics
from deterrence.symbolic.along.threshold_results import Thresholds
from deterrence.symbolic.conclusion_results import Conclusion
from deterrence.symbolic.display.along_documents import (
    boundaries_document,
    conclusion_document,
    statics_document,
    thresholds_document,
)
from deterrence.symbolic.display.answer import Extras, RegimesAnswer
from deterrence.symbolic.display.base_report import Report, entries, titled
from deterrence.symbolic.display.refinement_documents import refinements_document
from deterrence.symbolic.display.short_report import short_document, symbols_of, title_of
from deterrence.symbolic.display.tree_report import TreeReport
from deterrence.symbolic.display.tree_report import entries as tree_entries
from deterrence.symbolic.refinements import Refinements
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.results import SymbolicAssessment
from deterrence.words.blocks import Document, Entries, Heading
from deterrence.words.shown import shows

__all__ = ["Extras", "RegimesAnswer", "symbols_of"]


def answer_document(answer: RegimesAnswer, full: bool) -> Document:
    """Return an answer as a document: that of a tree tells behaviour and beliefs."""
    if not full:
        return short_document(answer)
    kind = TreeReport if isinstance(answer.analysis, TreeAnalysis) else Report
    analysis = answer.analysis
    return Document(title_of(analysis), tuple(kind(answer).blocks()), symbols_of(analysis))


def equilibrium_document(e: SymbolicEquilibrium, full: bool) -> Document:
    """Return one equilibrium, which is short in any case."""
    found = tree_entries(e, {}) if isinstance(e, SymbolicAssessment) else entries(e, {})
    title = titled(e)
    return Document(title, (Heading(title), Entries((), found.rows)))


shows(RegimesAnswer, answer_document)
shows(RegimeAnalysis, lambda a, full: answer_document(RegimesAnswer(a), full))
shows(SymbolicEquilibrium, equilibrium_document)
shows(Thresholds, thresholds_document)
shows(Statics, statics_document)
shows(Boundaries, boundaries_document)
shows(Conclusion, conclusion_document)
shows(Refinements, refinements_document)
