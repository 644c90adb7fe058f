"""What the symbolic analysis of a tree says, and how."""

from __future__ import annotations

import json

import pytest
from tree_models import unilateral_deterrence

from deterrence.errors import UsageError
from deterrence.modelfile.catalogue import load_model
from deterrence.symbolic import regimes
from deterrence.symbolic.board.explain import explain
from deterrence.words.renderers import rendered

ANALYSIS = regimes(load_model("unilateral-deterrence"))


def whole(form: str = "text") -> str:
    return rendered(ANALYSIS.document(full=True), form)


def test_the_report_tells_beliefs_what_is_open_and_what_is_published() -> None:
    text = whole()
    assert len(str(ANALYSIS).splitlines()) <= 40
    assert "Perfect Bayesian equilibria in closed form" in text
    assert "at most d_star" in text
    assert " ".join(text.split()).count("derived here: the same, proven") == 5
    assert "_q" not in text
    assert "_b" not in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_every_form_of_the_report_has_every_equilibrium() -> None:
    for page in (whole("latex"), whole("html"), whole("markdown")):
        assert "Separating" in page
        assert page.count("Published") == 5
    assert ANALYSIS._repr_html_() == rendered(ANALYSIS.document(), "html")


def test_what_only_the_file_says_is_not_called_published() -> None:
    found = regimes(load_model("brinkmanship"), boundaries=False)
    text = " ".join(found.document(full=True).text().split())
    derived = "There is always an equilibrium in which nobody escalates a second time (derived)"
    assert f"Derived by hand {derived}" in text
    assert f"Published {derived}" not in text


def test_plain_data_is_the_contract() -> None:
    data = json.loads(json.dumps(ANALYSIS.to_dict()))
    assert data["schema"] == 1
    assert data["form"] == "extensive"
    assert data["concept"] == "pbe"
    assert [p["verdict"] for p in data["published"]] == ["same"] * 5
    steadfast = data["equilibria"][1]
    assert steadfast["profile"]["Defender"]["reply (soft)"] == {"concede": "0", "resist": "1"}
    believed = steadfast["beliefs"]["reply (soft)"]
    assert believed["Challenger hard, Defender soft, challenge"] == [
        "0",
        "(d_CD - d_DC)/(d_CD - d_DDs)",
    ]


def test_a_derivation_names_the_equations_and_their_solution() -> None:
    found = explain(ANALYSIS, 399)
    text = " ".join(found.document(full=True).text().split())
    assert "By Bayes' rule" in text
    assert "q2 = (c_SQ - c_CD) / ((c_DC - c_CD)*(1 - p_Def))" in text
    kinds = [step.kind for step in found.derivations[0].steps]
    assert kinds.count("indifference") == 2
    assert {"dominance", "condition", "outcome"} <= set(kinds)
    assert json.dumps(found.to_dict())
    assert "<math" in (found._repr_html_() or "")


def test_values_stand_beside_the_symbols() -> None:
    model = load_model("unilateral-deterrence")
    at_defaults = " ".join(
        explain(ANALYSIS, 399, model.values()).document(full=True).text().split()
    )
    assert "(d_CD - d_DC - p_Ch*(d_CD - d_DDs)) / ((d_CD - d_DC)*(1 - p_Ch)) = 0.75" in at_defaults
    assert "P(Conflict) = p_Ch*(c_DC - c_SQ) / (c_DC - c_CD) = 0.1667 (1/6)" in at_defaults
    elsewhere = str(explain(ANALYSIS, 399, model.values("credible-defender")))
    assert "it does not exist" in " ".join(elsewhere.split())


def test_derivations_are_of_one_equilibrium_per_result_or_of_the_one_asked_for() -> None:
    assert len(explain(ANALYSIS).derivations) == len(ANALYSIS.families)
    with pytest.raises(UsageError, match="#399"):
        explain(ANALYSIS, 99)


def test_a_belief_at_a_settled_set_is_not_told() -> None:
    answer = regimes(unilateral_deterrence(), boundaries=False)
    assert {s for e in answer.equilibria for s in e.beliefs} == {"reply (soft)"}


def test_two_cases_of_an_open_belief_are_told_apart() -> None:
    from deterrence.algebra.expressions import Expression
    from deterrence.symbolic.display.tree_report import freedom
    from deterrence.symbolic.trees.results import Freedom

    parse = Expression.parse
    told = freedom(Freedom("mu1", "belief", (parse("0"),), (parse("a"),), (parse("a > b"),)))
    assert "".join(map(str, told)) == "mu1, the belief: at most a where a > b"
