"""Equilibria with beliefs: weak perfect Bayesian, perfect Bayesian and sequential.

:mod:`.verify` checks an assessment from the tree alone; the other modules find all.

>>> from deterrence.solvers.beliefs import verify_assessment
>>> verify_assessment.__name__
'verify_assessment'
"""

from __future__ import annotations

from deterrence.solvers.beliefs.verify import (
    AssessmentReport,
    sequential_regret,
    verify_assessment,
)

__all__ = ["AssessmentReport", "sequential_regret", "verify_assessment"]
