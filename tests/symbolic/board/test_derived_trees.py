"""Derivations of trees, held against the game's own expected payoffs at exact points.

The numbers come from the model's game at the point and a recursion of a few lines here; nothing
of the derivation's own arithmetic is used.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.tree.play import history_text
from deterrence.modelfile.catalogue import model_names
from deterrence.symbolic.board.choosing import exists_at
from deterrence.symbolic.board.tree import TreeDerivation
from deterrence.symbolic.derivations import DerivationStep
from deterrence.words.blocks import Inline, inline_text

SOME = ["brinkmanship", "unilateral-deterrence", "rudimentary-deterrence", "tripwire"]
SOME += ["attribution", "crisis-ladder"]
TREES = [n for n in model_names() if load_model(n).tree is not None]
#: Those whose analysis takes minutes.
SLOW = {"asymmetric-escalation", "reassurance", "reputation-three"}
REST = [n for n in TREES if n not in SOME and n not in SLOW]
#: Equilibria per model, and points per equilibrium, that are looked at.
EQUILIBRIA, POINTS = 12, 3


@cache
def analysis_of(name: str) -> Any:
    return load_model(name).regimes(time_limit=60)


def points(analysis: Any, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield exact points of the assumptions: mixtures of known ones, and those themselves."""
    model, draw = analysis.internal.model, random.Random(seed)
    known = [e.witness for e in analysis.equilibria if e.witness] + [
        r.witness for r in analysis.regimes
    ]
    found = 0
    for _ in range(40 * count):
        if found == count:
            return
        one, other = draw.choice(known), draw.choice(known)
        share = Fraction(draw.randrange(0, 101), 100)
        point = {n: share * v + (1 - share) * other[n] for n, v in one.items()}
        try:
            yield model.values(values=point)
        except UsageError:
            continue
        found += 1


def at_equilibrium(analysis: Any, e: Any) -> Iterator[dict[str, Any]]:
    """Yield points at which an equilibrium exists."""
    model, draw = analysis.internal.model, random.Random(e.id)
    if e.witness is None:
        return
    base = model.values(values=e.witness, check=False)
    yield base
    others = list(points(analysis, e.id, 4 * POINTS))
    for other in draw.sample(others, min(len(others), 3 * POINTS)):
        share = Fraction(draw.randrange(70, 100), 100)
        mixed = {n: share * base[n] + (1 - share) * other[n] for n in e.witness}
        try:
            values = model.values(values=mixed)
        except UsageError:
            continue
        if exists_at(e, values):
            yield values


class Numbers:
    """One equilibrium of a game at a point, in numbers."""

    def __init__(self, analysis: Any, number: int, values: Mapping[str, Any]) -> None:
        self.model = analysis.internal.model
        self.game = self.model.at(check=False, values=dict(values))
        found = [f for f in analysis.assessments_at(values) if f.id == number]
        self.found = found[0] if found else None

    def mix(self, s: int) -> list[Any]:
        where = self.game.sets[s]
        if where.is_chance:
            return list(where.chances)
        own = self.found.profile[where.player][where.label]
        return [own[a] for a in where.actions]

    def value(self, node: int, player: int) -> Any:
        """Return a player's expected payoff from a node on, what is paid at it included."""
        here = self.game.nodes[node]
        total = self.game.paid(node)[player]
        if here.set >= 0:
            for child, p in zip(here.children, self.mix(here.set), strict=True):
                total += p * self.value(child, player) if p else 0
        return total

    def before(self, node: int, player: int) -> Any:
        """Return what was paid on the way to a node."""
        total, k = Fraction(0), self.game.nodes[node].parent
        while k >= 0:
            total += self.game.paid(k)[player]
            k = self.game.nodes[k].parent
        return total

    def worth(self, label: str, action: str) -> Any:
        """Return what the whole play is worth with an action at a set, None without a belief."""
        where = self.game.information_set(label)
        player = self.game.player_index(where.player)
        move = where.actions.index(action)
        values = [
            self.before(k, player)
            + self.game.paid(k)[player]
            + self.value(self.game.nodes[k].children[move], player)
            for k in where.nodes
        ]
        if len(set(values)) == 1:
            return values[0]
        belief = self.found.beliefs.get(label)
        if belief is None:
            return None
        chances = [belief[history_text(self.game, k)] for k in where.nodes]
        return sum(p * v for p, v in zip(chances, values, strict=True))

    def symbols(self, derivation: TreeDerivation) -> dict[str, Any]:
        """Return the numbers of the derivation's symbols, and of the model's definitions."""
        found: dict[str, Any] = {}
        for name, symbol in derivation.symbols.items():
            s, k = map(int, name[2:].split("_"))
            where = self.game.sets[s]
            if name.startswith("_q"):
                found[symbol] = self.found.profile[where.player][where.label][where.actions[k]]
            else:
                node = history_text(self.game, where.nodes[k])
                found[symbol] = self.found.beliefs[where.label][node]
        return found


def known_at(analysis: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(values)
    for name, e in analysis.internal.model.definitions.items():
        try:
            known[name] = e.evaluate(values)
        except ExpressionError:
            continue
    return known


def equalities(parts: Inline) -> Iterator[tuple[Expression, Expression]]:
    """Yield formulas that are said to be equal: those with nothing but ``=`` between them."""
    last: Expression | None = None
    for part in parts:
        if isinstance(part, Expression):
            if last is not None:
                yield last, part
            last = part
        elif not (part.startswith(" =") and part.endswith("= ")):
            last = None


def steps_of(derivation: TreeDerivation) -> list[DerivationStep]:
    return [s for s in derivation.steps() if s.where]


def same(a: Any, b: Any) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
    return bool(a == b)


def check_equations(name: str) -> None:
    analysis = analysis_of(name)
    checked = 0
    for e in analysis.equilibria[:EQUILIBRIA]:
        for values in list(at_equilibrium(analysis, e))[:POINTS]:
            numbers = Numbers(analysis, e.id, values)
            assert numbers.found is not None, (name, e.id)
            derivation = TreeDerivation(analysis, e.id, values, True)
            steps = derivation.steps()
            known = {**known_at(analysis, values), **numbers.symbols(derivation)}
            for step in steps:
                told = [step.reason, step.short, step.conclusion]
                told += [x.rhs for x in step.equations]
                for left, right in (p for t in told for p in equalities(t)):
                    assert same(left.evaluate(known), right.evaluate(known)), (e.id, left, right)
                    checked += 1
            for step in (s for s in steps if s.where):
                where = numbers.game.information_set(step.where)
                titles = {numbers.model.names.action(where.player, a): a for a in where.actions}
                for x in step.equations:
                    action = titles[inline_text(x.lhs).removesuffix(" is worth")]
                    expected = numbers.worth(step.where, action)
                    assert expected is not None
                    for part in x.rhs:
                        if isinstance(part, Expression):
                            assert same(part.evaluate(known), expected), (e.id, step.where, x)
                            checked += 1
            for step in steps:
                if step.kind == "outcome" and step.equations:
                    real = numbers.game.outcome_distribution(numbers.found.profile)
                    titles = numbers.model.titles
                    for x in step.equations:
                        wanted = inline_text(x.lhs)
                        (chance,) = [
                            p for o, p in real.items() if f"P({titles.get(o) or o})" == wanted
                        ] or [0]
                        assert same(x.rhs[0].evaluate(known), chance), (e.id, wanted)
                        checked += 1
    assert checked > 10


def check_conditions(name: str) -> None:
    """Where the conditions hold, what is played is best by the game's numbers, and in reverse."""
    analysis = analysis_of(name)
    model = analysis.internal.model
    held = failed = 0
    for values in points(analysis, 7, 25):
        game = model.at(check=False, values=dict(values))
        for e in analysis.equilibria[:EQUILIBRIA]:
            exists = exists_at(e, values)
            if exists:
                numbers = Numbers(analysis, e.id, values)
                assert numbers.found is not None
                profile = numbers.found.profile
                assert all(same(r, 0) for r in game.regret(profile).values()), (e.id, values)
                for step in steps_of(TreeDerivation(analysis, e.id, values, True)):
                    where = game.information_set(step.where)
                    worth = {a: numbers.worth(step.where, a) for a in where.actions}
                    if None in worth.values():
                        continue
                    best = max(worth.values())
                    for action in step.actions:
                        assert same(worth[action], best), (e.id, step.where, worth)
                held += 1
            elif e.conditions and not e.boundary and game.is_perfect_information:
                # Everything is pure and known: the numbers must show a better move somewhere.
                sure = {
                    p: {w: {a: Fraction(a in used) for a in game.information_set(w).actions}
                        for w, used in own.items()}
                    for p, own in e.support.items()
                }  # fmt: skip
                if any(len(u) > 1 for own in e.support.values() for u in own.values()):
                    continue
                numbers = Numbers(analysis, e.id, values)
                numbers.found = type("Sure", (), {"profile": sure, "beliefs": {}})()
                gains = []
                for where in game.sets:
                    if where.player is not None:
                        worth = {a: numbers.worth(where.label, a) for a in where.actions}
                        (played,) = e.support[where.player][where.label]
                        gains.append(max(worth.values()) - worth[played])
                assert max(gains) > 0, (e.id, values)
                failed += 1
    assert held
    assert (
        failed
        or not any(e.conditions and not e.boundary for e in analysis.equilibria)
        or not model.tree.is_perfect_information
    )


@pytest.mark.parametrize("name", SOME)
def test_every_expectation_is_the_games_own(name: str) -> None:
    check_equations(name)


@pytest.mark.everything
@pytest.mark.parametrize("name", REST)
def test_every_expectation_of_every_tree_is_the_games_own(name: str) -> None:
    check_equations(name)


@pytest.mark.parametrize("name", SOME)
def test_the_conditions_are_those_of_the_steps(name: str) -> None:
    check_conditions(name)


@pytest.mark.everything
@pytest.mark.parametrize("name", REST)
def test_the_conditions_are_those_of_the_steps_in_every_tree(name: str) -> None:
    check_conditions(name)


def told(name: str, number: int, where: str) -> str:
    """Return what a derivation says of an information set, in full."""
    analysis = analysis_of(name)
    names = analysis.internal.model.names
    (k,) = [e.id for e in analysis.equilibria if names.number(names.pattern(e.support)) == number]
    values = analysis.internal.model.values()
    steps = TreeDerivation(analysis, k, values, True).steps()
    (step,) = [s for s in steps if s.where == where]
    lines = [inline_text(x.lhs) + " " + x.sign + " " + inline_text(x.rhs) for x in step.equations]
    return " | ".join([inline_text(step.reason), *lines, inline_text(step.conclusion)])


def test_the_bluff_by_hand() -> None:
    """Zagare and Kilgour: mu = p/(p + (1 - p)*(1 - q)) = d_star, and so on."""
    text = told("unilateral-deterrence", 399, "reply (soft)")
    assert "mu1 = P(Challenger hard) = p_Ch/(p_Ch + (1 - p_Ch)*(1 - q1)) = 0.6667 (2/3)" in text
    assert "mu1*d_DDs + (1 - mu1)*d_CD = d_CD - mu1*(d_CD - d_DDs) = -3" in text
    assert "mu1 = d_star = 0.6667 (2/3)" in text
    assert "q1 = (d_CD - d_DC - p_Ch*(d_CD - d_DDs))/((d_CD - d_DC)*(1 - p_Ch)) = 0.75" in text
    text = told("unilateral-deterrence", 399, "first (soft)")
    assert "p_Def*c_CD + (1 - p_Def)*(q2*c_DC + (1 - q2)*c_CD)" in text


def test_natural_signs() -> None:
    """As in the issue: c_DC - p_Def*(c_DC - c_DDh), not -(c_DC*p_Def - c_DC - c_DDh*p_Def)."""
    text = told("unilateral-deterrence", 43, "first (hard)")
    assert "p_Def*c_DDh + (1 - p_Def)*c_DC = c_DC - p_Def*(c_DC - c_DDh)" in text


def test_expectations_are_written_out_before_they_are_simplified() -> None:
    text = told("brinkmanship", 6, "step 3")
    assert "escalate is worth".title()[:8] in text
    assert "r_3*(R_D - 1) + (1 - r_3)*R_D = R_D - r_3 = 0.01" in text
    assert "iff r_3 <= R_D" in text


def test_it_goes_backward_from_the_last_move_and_forward_again() -> None:
    analysis = analysis_of("brinkmanship")
    steps = TreeDerivation(analysis, 2, analysis.internal.model.values(), True).steps()
    assert [s.where for s in steps if s.where] == ["step 3", "step 2", "step 1", "step 0"]
    assert steps[-1].kind == "outcome"
    assert "P(The defender has its way) = 1" in inline_text(steps[-1].short)


def test_a_belief_off_the_path_says_what_it_must_satisfy() -> None:
    text = told("unilateral-deterrence", 15, "reply (soft)")
    assert "Nothing that is played leads there, so Bayes' rule leaves open mu1" in text
    assert "at most (d_CD - d_DC)/(d_CD - d_DDs) = 0.6667 (2/3)" in text
