"""The kind of question that fits a game: one about a matrix, or one about a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.robust.question import Question
from deterrence.errors import UnsupportedError
from deterrence.modelfile.model import SymbolicModel


def question_about(
    model: SymbolicModel,
    statement: str | Expression,
    names: Sequence[str],
    values: Mapping[str, Any],
    scenario: str | None,
    deadline: float,
) -> Question[Any]:
    """Return the question whether a statement holds where the named parameters move.

    Raises :class:`UnsupportedError` where the game is no matter of polynomials, and as
    the kinds of questions do.
    """
    kind: type[Question[Any]]
    if model.tree is None:
        from deterrence.analysis.robust.matrix_question import MatrixQuestion as kind
    else:
        from deterrence.analysis.robust.tree_question import TreeQuestion as kind
    question = kind(model, statement, names, values, scenario, deadline)
    if not question.exact:
        odd = sorted({n for e in question.table.unsettled for n in e.names})
        raise UnsupportedError(
            f"{model.name} has payoffs that are no quotients of polynomials in "
            f"{', '.join(odd) or 'its parameters'}, nor roots or case distinctions of such",
            remedy="fix these with --set, or use `deterrence sweep`",
        )
    return question
