"""Nothing universal is said over a list that is not proven complete.

One equilibrium is taken out of what the search returns, or one question is left open; then no
verb, in no form, says more than that equilibria exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from deterrence import Model, load_model
from deterrence.symbolic.conclusions import conclude
from deterrence.symbolic.matrices.search import VertexSearch
from deterrence.symbolic.trees.search import TreeSearch
from deterrence.words.renderers import rendered

#: What would be said of all equilibria, or of all parameter values, in any form.
UNIVERSAL = re.compile(
    r"no others? (are|is)|and no others|one result is possible,|\bin every equilibrium (?!that)|"
    r"\bnowhere\b|possible iff|: (boundaries apart, )?iff|equilibrium iff|"
    r"no other equilibrium exists, boundaries apart: proven|"
    r"cover all parameter values[^.]*: proven|complete list",
    re.IGNORECASE,
)
#: The head of a column; and what the brief says that small changes may do, which is solved by
#: other means, and complete.
ALLOWED = re.compile(
    r"In every equilibrium( In some| & In some| \| In some|</th>)|"
    r"may be (above |below )?\S+ in every equilibrium"
)
FORMS = ("text", "latex", "html", "markdown")


@pytest.fixture(params=["removed", "undecided"])
def crippled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both searches lose their last equilibrium, or leave it undecided, and know it."""
    matrix, tree = VertexSearch.run, TreeSearch.run

    def run_matrix(self: VertexSearch) -> VertexSearch:
        matrix(self)
        lost = self.pairs.pop()
        if request.param == "undecided":
            self.undecided.append((lost.row, lost.column))
        else:
            self.truncated = True
        return self

    def run_tree(self: TreeSearch) -> TreeSearch:
        tree(self)
        self.assessments.pop()
        self.patterns.truncated = True
        return self

    monkeypatch.setattr(VertexSearch, "run", run_matrix)
    monkeypatch.setattr(TreeSearch, "run", run_tree)


def documents(model: Model) -> Iterator[tuple[str, Any]]:
    analysis = model.regimes()
    yield "regimes", analysis
    yield "explain", analysis.explain()
    yield "brief", model.brief()
    yield "conclusion", conclude(analysis, model.measures[0].name)


@pytest.mark.parametrize("name", ["asymmetric-bipolarity", "rudimentary-deterrence"])
def test_an_incomplete_list_supports_existence_only(name: str, crippled: None) -> None:
    model = load_model(name)
    for verb, answer in documents(model):
        for full in (False, True):
            for form in FORMS:
                text = " ".join(rendered(answer.document(full=full), form).split())
                said = UNIVERSAL.search(ALLOWED.sub("", text))
                assert said is None, (verb, form, full, said.group(), text)
        told = json.dumps(answer.to_dict())
        if verb == "conclusion":
            assert not any(v.every == "yes" or v.some == "no" for v in answer.verdicts)
        for key in ("cover", "every_proof", "some_proof"):
            assert f'"{key}": "proven"' not in told, verb


def test_the_whole_list_does_support_it() -> None:
    """The words that are looked for are those that are said where the list is complete."""
    text = " ".join(str(load_model("asymmetric-bipolarity").regimes()).split())
    assert UNIVERSAL.search(text)
