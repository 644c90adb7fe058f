"""What a page says a model comes to: one analysis, with an effort that is bounded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from deterrence.errors import DeterrenceError
from deterrence.modelfile.model import SymbolicModel
from deterrence.report.flips import main_measures
from deterrence.symbolic.conclusion_results import Conclusion
from deterrence.symbolic.regime_analysis import RegimeAnalysis

#: Work seconds for all parameter values of a model (:mod:`deterrence.limits.work`).
EFFORT = 20.0
#: A matrix with more actions than this in all is not analysed for all values.
MAX_ACTIONS = 9


#: Work seconds for a conclusion, and how many there are.
CONCLUSION_EFFORT, CONCLUSIONS = 5.0, 2


@dataclass(frozen=True)
class Answer:
    """The analysis of a model with its conclusions, or the reason why there is none."""

    analysis: RegimeAnalysis | None
    reason: str = ""
    conclusions: tuple[Conclusion, ...] = ()


def answer_of(model: SymbolicModel) -> Answer:
    """Return the analysis that a page tells."""
    from deterrence import symbolic

    if model.why_no_table:
        return Answer(None)
    if model.tree is None and sum(map(len, model.actions)) > MAX_ACTIONS:
        return Answer(
            None,
            (
                "The game has too many actions to map all values for this page; the first command "
                "does so, and takes minutes."
            ),
        )
    try:
        analysis = symbolic.regimes(model, effort=EFFORT)
    except DeterrenceError as error:
        return Answer(None, f"All values cannot be mapped: {error.what}.")
    return Answer(analysis, "", tuple(_conclusions(model, analysis)))


def _conclusions(model: SymbolicModel, analysis: RegimeAnalysis) -> Iterator[Conclusion]:
    """Yield when what is to be avoided has no chance, and what is wanted is certain."""
    from deterrence.symbolic.conclusions import conclude

    for measure in main_measures(model)[:CONCLUSIONS]:
        statement = f"{measure.name} == {1 if measure.sense == 'want' else 0}"
        with contextlib.suppress(DeterrenceError):  # of measures that have no closed form
            yield conclude(analysis, statement, effort=CONCLUSION_EFFORT)
