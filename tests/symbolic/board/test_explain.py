"""Derivations: every equation they write down is true, and the conclusions are the analysis's."""

from __future__ import annotations

import random
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from brink import BRINK

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.symbolic.board.explain import explain
from deterrence.symbolic.board.matrix import MatrixDerivation
from deterrence.symbolic.derivations import DerivationStep
from deterrence.words.blocks import inline_text

MODELS = [
    BRINK,
    "inspection",
    "crisis-pairs",
    "prisoners-dilemma",
    "first-strike",
]


@pytest.fixture(scope="module")
def analyses() -> dict[str, Any]:
    found = {name: load_model(name).regimes() for name in MODELS}
    found["ladder"] = load_model("escalation-ladder").with_rungs(2).regimes(time_limit=20)
    return found


def derive(analysis: Any, k: int, values: Any = None) -> tuple[DerivationStep, ...]:
    return MatrixDerivation(analysis, k, values or {}, True if values else None).steps()


def kinds(steps: tuple[DerivationStep, ...]) -> list[str]:
    return [step.kind for step in steps]


def witness_of(analysis: Any, k: int) -> dict[str, Fraction] | None:
    return analysis.equilibria[k].witness


def payoff(model: Any, values: dict[str, Any], player: int, profile: Any) -> Fraction:
    """Return an expected payoff, from the model's own numbers and nothing else."""
    rows, columns = model.actions
    total = Fraction(0)
    payoffs = model.payoff_expressions()[player]
    for i, a in enumerate(rows):
        for j, b in enumerate(columns):
            chance = profile[model.players[0]][a] * profile[model.players[1]][b]
            total += chance * payoffs[i * len(columns) + j].evaluate(values)
    return total


@pytest.mark.parametrize("name", [*MODELS, "ladder"])
def test_every_equation_with_a_formula_on_both_sides_is_true(
    analyses: dict[str, Any], name: str
) -> None:
    """At the witness the unknowns take the equilibrium's values; both sides must agree."""
    analysis = analyses[name]
    checked = 0
    for e in analysis.equilibria:
        at = witness_of(analysis, e.id)
        if at is None:
            continue
        steps = derive(analysis, e.id)
        unknowns: dict[str, Fraction] = {}
        for step in steps:
            if step.kind != "solution":
                continue
            # First the minors and the solved unknowns, then everything with them.
            for x in step.equations:
                key = inline_text(x.lhs)
                if key.isidentifier() and isinstance(x.rhs[0], Expression):
                    known = {**at, **unknowns}
                    if x.rhs[0].names <= known.keys():
                        unknowns[key] = x.rhs[0].evaluate(known)
            for x in step.equations:
                if isinstance(x.lhs[0], Expression) and isinstance(x.rhs[0], Expression):
                    known = {**at, **unknowns}
                    assert x.lhs[0].evaluate(known) == x.rhs[0].evaluate(known), (e.id, x)
                    checked += 1
    mixed = [e for e in analysis.equilibria if any(len(s) > 1 for s in e.support.values())]
    assert checked >= len(mixed) > 0 or not mixed


@pytest.mark.parametrize("name", [*MODELS, "ladder"])
def test_what_a_player_is_said_to_get_is_what_the_payoffs_give(
    analyses: dict[str, Any], name: str
) -> None:
    analysis = analyses[name]
    model = analysis.internal.model
    checked = 0
    for e in analysis.equilibria:
        at = witness_of(analysis, e.id)
        if at is None:
            continue
        values = {**dict.fromkeys(model.parameters, Fraction(0)), **at}
        profile = {p: {a: x.evaluate(at) for a, x in s.items()} for p, s in e.profile.items()}
        for step in derive(analysis, e.id):
            if step.kind != "deviation":
                continue
            me = model.players.index(step.players[0])
            own = model.players[me]
            labels = {model.names.action(own, a): a for a in model.actions[me]}
            for x in step.equations:
                told = inline_text(x.lhs)
                other = dict(profile)
                if " from " in told:
                    action = labels[told.split(" from ")[1]]
                    other[model.players[me]] = {a: Fraction(a == action) for a in model.actions[me]}
                assert x.rhs[0].evaluate(at) == payoff(model, values, me, other), (e.id, told)
                # At the witness no deviation may pay.
                assert x.rhs[0].evaluate(at) <= payoff(model, values, me, profile), (e.id, told)
                checked += 1
    assert checked


def test_the_teacher_says_the_textbook_things(analyses: dict[str, Any]) -> None:
    """By hand: p*(g_N + k_N - l_N) = g_N from -p*l_N = (1 - p)*g_N - p*k_N."""
    steps = derive(analyses[BRINK], 3)
    assert kinds(steps) == [
        "claim",
        "indifference",
        "solution",
        "indifference",
        "solution",
        "condition",
        "outcome",
        "paradox",
    ]
    equations = [f"{inline_text(x.lhs)} {x.sign} {inline_text(x.rhs)}" for x in steps[2].equations]
    assert equations[0] == "-p*l_N == (1 - p)*g_N - p*k_N"
    assert equations[2] == "p == g_N/(g_N + k_N - l_N)"
    paradox = inline_text(steps[-1].reason)
    assert "In Russia's probabilities only NATO's payoffs occur (g_N, l_N and k_N)" in paradox


def test_a_pure_equilibrium_is_derived_from_its_deviations(analyses: dict[str, Any]) -> None:
    steps = derive(analyses[BRINK], 0)
    assert kinds(steps) == ["claim", "deviation", "deviation", "condition"]
    notes = [inline_text(x.note) for s in steps for x in s.equations]
    assert "not more iff k_R >= l_R" in notes
    assert "never more, by the assumptions" in notes


def test_a_boundary_equilibrium_says_which_equation_it_takes(analyses: dict[str, Any]) -> None:
    analysis = analyses[BRINK]
    for e in analysis.equilibria:
        if e.boundary:
            notes = [inline_text(x.note) for s in derive(analysis, e.id) for x in s.equations]
            assert any(n.startswith("takes ") and "==" in n for n in notes), e.id


def test_dominance_is_shown_with_its_differences(analyses: dict[str, Any]) -> None:
    found = explain(analyses["prisoners-dilemma"])
    analysis = analyses["prisoners-dilemma"]
    assert len(found.dominance) == len(analysis.dominated)
    model = analysis.internal.model
    at = model.values()
    for step in found.dominance:
        for x in step.equations:
            assert x.sign == ">"
            assert x.lhs[1].evaluate(at) > 0


def test_a_family_is_told(analyses: dict[str, Any]) -> None:
    analysis = analyses["ladder"]
    family = next(f for f in analysis.families if len(f.members) > 1)
    (step,) = [s for s in derive(analysis, family.essential[0]) if s.kind == "family"]
    assert "any mixture of" in inline_text(step.reason)


def test_numbers_stand_beside_the_symbols() -> None:
    model = load_model(BRINK)
    analysis = model.regimes()
    text = explain(analysis, 9, model.values()).document(full=True).text()
    assert "p                   = g_N/(g_N + k_N - l_N) = 0.2857 (2/7)" in text
    assert "it exists." in text
    gone = explain(analysis, 9, model.values("vital-stake")).document(full=True).text()
    assert "does not exist: k_R > l_R fails" in " ".join(gone.split())


def test_unknowns_never_share_a_name_with_a_parameter() -> None:
    from deterrence import read_model

    text = b"""
title: Matching with awkward letters
form: strategic
players: [A, B]
actions: {A: [u, d], B: [l, r]}
parameters: {p: {default: 1}, q: {default: 2}, n_1: {default: 1}}
assumptions: [p > 0, q > 0, n_1 > 0]
outcomes:
  ul: {payoffs: {A: p, B: -p}}
  ur: {payoffs: {A: 0, B: n_1}}
game: {u: {l: ul, r: ur}, d: {l: ur, r: ul}}
source: made for this test
"""
    analysis = read_model(text, "letters").regimes()
    mixed = next(e for e in analysis.equilibria if len(e.support["A"]) == 2)
    for step in derive(analysis, mixed.id):
        if step.kind == "solution":
            assert inline_text(step.equations[2].lhs) not in ("p", "q", "n_1")


class Parser(HTMLParser):
    """Counts that every element is closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", [*MODELS, "ladder"])
def test_html_is_well_formed(analyses: dict[str, Any], name: str) -> None:
    parser = Parser()
    parser.feed(explain(analyses[name])._repr_html_())
    assert parser.open == []


def test_text_is_ascii_and_keeps_to_the_width(analyses: dict[str, Any]) -> None:
    for name in MODELS:
        text = str(explain(analyses[name]))
        assert text.isascii()
        assert max(map(len, text.splitlines())) <= 80, name


def test_json_is_plain_data(analyses: dict[str, Any]) -> None:
    import json

    data = json.loads(json.dumps(explain(analyses[BRINK]).to_dict()))
    assert data["schema"] == 1
    assert sorted(d["equilibrium"] for d in data["derivations"]) == [0, 1, 2, 3]
    assert sorted(d["number"] for d in data["derivations"]) == [2, 3, 4, 9]
    assert {d["name"] for d in data["derivations"]} >= {"both mix"}
    assert {d["result"] for d in data["derivations"]} >= {"Direct war", "NATO yields"}
    rng = random.Random(3)
    step = rng.choice([s for d in data["derivations"] for s in d["steps"]])
    assert set(step) == {
        "kind",
        "where",
        "reason",
        "players",
        "actions",
        "equations",
        "result",
        "conclusion",
    }
