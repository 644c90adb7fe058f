"""The symbolic analysis for people, as text, LaTeX or HTML: of matrices and of trees.

>>> from deterrence import load_model
>>> print(load_model("asymmetric-bipolarity").regimes().equilibria[0])
#0  Russia: restrain; NATO: escalate
  exists iff  k_R >= l_R
  Payoffs     Russia -l_R, NATO g_N
  Outcomes    russia_yields, for certain
  Measures    war = 0, crisis = 1, nuclear = 0, deterrence = 0
"""

from __future__ import annotations

from deterrence.symbolic.display.base_report import Extras, Report, entries, symbols_of
from deterrence.symbolic.display.tree_report import TreeReport
from deterrence.symbolic.display.tree_report import entries as tree_entries
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.results import SymbolicAssessment
from deterrence.words.blocks import Block, Entries, as_text
from deterrence.words.renderers import as_html, as_latex
from deterrence.words.shown import shows

__all__ = ["Extras", "regimes_html", "regimes_latex", "regimes_text", "report_of", "symbols_of"]


def report_of(analysis: RegimeAnalysis, extras: Extras | None = None) -> list[Block]:
    """Return an analysis as a document: that of a tree tells behaviour and beliefs."""
    kind = TreeReport if isinstance(analysis, TreeAnalysis) else Report
    return kind(analysis, extras or Extras()).blocks()


def regimes_text(analysis: RegimeAnalysis, extras: Extras | None = None) -> str:
    """Return the analysis as plain text within 80 columns wherever formulas allow."""
    return as_text(report_of(analysis, extras))


def regimes_latex(analysis: RegimeAnalysis, extras: Extras | None = None) -> str:
    """Return the analysis as LaTeX for the body of an article."""
    return as_latex(report_of(analysis, extras), symbols_of(analysis))


def regimes_html(analysis: RegimeAnalysis, extras: Extras | None = None) -> str:
    """Return the analysis as HTML; formulas are MathML."""
    return as_html(report_of(analysis, extras), symbols_of(analysis))


def _entries(e: SymbolicEquilibrium) -> Entries:
    return tree_entries(e, {}) if isinstance(e, SymbolicAssessment) else entries(e, {})


shows(RegimeAnalysis, text=regimes_text, html=regimes_html, latex=regimes_latex)
shows(
    SymbolicEquilibrium,
    text=lambda e: as_text([_entries(e)]),
    html=lambda e: as_html([_entries(e)]),
    latex=lambda e: as_latex([_entries(e)]),
)
