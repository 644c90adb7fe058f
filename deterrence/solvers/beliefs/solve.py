r"""All equilibria with beliefs of a tree with numbers, exactly, each one certified.

Locally dominated actions go first (:mod:`.tree_facts`); patterns of behaviour are enumerated
with pruning (:mod:`.pattern_search`), in large trees only near a guess (:mod:`.guess`);
each pattern's equations and inequalities are solved (:mod:`.elimination`,
:mod:`.profile_families`); every profile that is listed gets the whole set of beliefs that
support it (:mod:`.belief_sets`) and is checked afresh from the tree (:mod:`.verify`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.hulls import describe
from deterrence.algebra.linear import maximise
from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import history_text, moves_of
from deterrence.limits import work
from deterrence.limits.deadline import Deadline
from deterrence.solvers.beliefs.belief_sets import BeliefCase, belief_cases
from deterrence.solvers.beliefs.consistent_beliefs import consistent_cases
from deterrence.solvers.beliefs.pattern_conditions import PatternBuilder, State
from deterrence.solvers.beliefs.pattern_search import patterns
from deterrence.solvers.beliefs.profile_families import Behaviours, FamilySolver, ProfileFamily
from deterrence.solvers.beliefs.signalling import refinements, signalling_of
from deterrence.solvers.beliefs.tree_facts import TreeFacts
from deterrence.solvers.beliefs.verify import verify_assessment
from deterrence.solvers.beliefs.words import described
from deterrence.solvers.tree_solution import (
    MAX_EQUILIBRIA,
    MAX_LISTED,
    TreeEquilibrium,
    TreeFamily,
    TreeSolution,
    condition_text,
    corners_left_out,
    equilibrium_of,
    named_ties,
    profile_of,
    solution_of,
)

#: Bits of the number of patterns above which one equilibrium is looked for, from a guess on.
GUESSED = 30.0
#: Patterns near a guess that are tried before all of them are.
TRIED = 20
#: Corners of one family that are listed.
MAX_SHOWN = 16
#: Share of the work for the patterns; the rest is for what is found.
_SEARCH = 0.7
#: Work seconds of a profile's beliefs and its certificate, per node of the tree.
_NODE = 2e-4

_ZERO, _ONE = Fraction(0), Fraction(1)


def solve_assessments(
    game: ExtensiveGame, concept: str, deadline: Deadline, start: float, messages: Sequence[str]
) -> TreeSolution:
    """Return the weak-pbe, pbe or sequential equilibria of a tree in exact numbers."""
    return _Answer(game, concept, deadline).solution(start, messages)


def one_assessment(game: ExtensiveGame, deadline: Deadline) -> dict[str, tuple[Any, ...]] | None:
    """Return the behaviour of one perfect Bayesian equilibrium, mixtures by information set.

    ``None`` where none is found near a guess.
    """
    answer = _Answer(game, "pbe", deadline)
    if answer.first(deadline) is None:
        return None
    profile = answer.equilibria[0].profile
    return {
        s.label: tuple(profile[s.player][s.label][a] for a in s.actions)
        for s in game.sets
        if s.player is not None and s.nodes
    }


class _Answer:
    def __init__(self, game: ExtensiveGame, concept: str, deadline: Deadline) -> None:
        self.game, self.concept, self.deadline = game, concept, deadline
        self.facts = TreeFacts(game)
        self.builder = PatternBuilder(self.facts, concept)
        self.solver = FamilySolver(self.facts, self.builder, deadline)
        self.signalling = signalling_of(self.facts)
        self.equilibria: list[TreeEquilibrium] = []
        self.known: dict[Any, int | None] = {}
        self.stopped = self.one = False
        self.shown = MAX_SHOWN

    def solution(self, start: float, given: Sequence[str]) -> TreeSolution:
        messages = list(given)
        limit = self.deadline.grace()
        found = self.maximal(self.every())
        families: list[TreeFamily] = []
        # Of many families few corners each, so that all can be listed.
        self.shown = max(2, min(MAX_SHOWN, MAX_EQUILIBRIA // max(1, len(found))))
        for family in found:
            if len(families) >= MAX_LISTED or len(self.equilibria) >= MAX_EQUILIBRIA:
                break
            if families and limit.expired():
                break
            listed = self.listed(family)
            if listed is not None:
                families.append(listed)
        cut = sum(f.corners > len(f.members) for f in families)
        if cut:
            messages.append(corners_left_out(cut))
        complete = not self.solver.gaps
        messages += dict.fromkeys(self.solver.gaps)
        if self.one:
            complete = False
            messages.append("one equilibrium was looked for; there may be other equilibria")
        elif self.stopped or self.deadline.expired():
            complete = False
            messages.append("the limit was reached before all patterns of behaviour were looked at")
        if len(families) < len(found):
            complete = False
            messages.append(f"{len(families):,} of {len(found):,} families are listed")
        return solution_of(
            self.game,
            self.concept,
            self.equilibria,
            families,
            len(found),
            messages,
            complete,
            self.deadline,
            start,
        )

    def every(self) -> list[tuple[ProfileFamily, State]]:
        """Return the families of all patterns."""
        found = []
        # Some of the work is kept for what is found.
        search = self.deadline.part(_SEARCH)
        size = sum(math.log2(2 ** len(a) - 1) for a in self.facts.allowed.values())
        if size > GUESSED:
            one = self.first(search)
            if one is not None:
                self.one = True
                return one
        for state in patterns(self.facts, self.concept, search):
            found += [(family, state) for family in self.solver.families(state)]
        self.stopped = search.expired()
        return found

    def first(self, deadline: Deadline) -> list[tuple[ProfileFamily, State]] | None:
        """Return the families of one pattern, at least one of them certified, near a guess."""
        # Here for the sake of the start: few trees need it.
        from deterrence.solvers.beliefs.guess import likely_supports

        guess = likely_supports(self.game)
        near = patterns(self.facts, self.concept, deadline, guess)
        for state in itertools.islice(near, TRIED if guess else 0):
            new = [(family, state) for family in self.solver.families(state)]
            if any(self.listed(family) for family, _ in new):
                return new
        return None

    def maximal(self, found: list[tuple[ProfileFamily, State]]) -> list[ProfileFamily]:
        """Leave out families that another one holds."""
        different: dict[Any, tuple[ProfileFamily, State]] = {}
        for family, state in found:
            corners = frozenset(tuple(sorted(corner.items())) for corner in family.corners)
            name = tuple(sorted(family.supports.items())), corners, family.texts, family.whole
            different.setdefault(name, (family, state))
        found = list(different.values())
        kept = [True] * len(found)
        for n, (small, _) in enumerate(found):
            if not small.whole or len(small.corners) < small.count:
                continue
            for k, (big, state) in enumerate(found):
                # Of two that hold each other the later one stays.
                if k == n or not kept[k]:
                    continue
                if all(self.solver.holds(big, corner, state) for corner in small.corners):
                    kept[n] = False
                    break
        return [family for (family, _), keep in zip(found, kept, strict=True) if keep]

    # ---- what is listed ------------------------------------------------------
    def listed(self, family: ProfileFamily) -> TreeFamily | None:
        """Return a family with its corners as certified equilibria."""
        members = []
        for moves in family.corners[: self.shown]:
            number = self.equilibrium(moves)
            if number is not None:
                members.append(number)
        if not members:
            self.solver.gaps.append("a pattern could not be confirmed")
            return None
        return TreeFamily(
            members=tuple(dict.fromkeys(members)),
            ties=self.ties(family),
            conditions=self.conditions(family),
            corners=max(family.count, len(set(members))),
        )

    def equilibrium(self, moves: Behaviours) -> int | None:
        """Return the number of a profile's equilibrium, made and certified if it is new."""
        key = tuple(moves.items())
        if key in self.known:
            return self.known[key]
        self.known[key] = None
        work.spend(_NODE * len(self.game.nodes))
        cases = self.cases(moves)
        if not cases:
            return None
        profile = profile_of(self.game, moves)
        report = verify_assessment(self.game, profile, given(self.game, cases[0]))
        fine = report.is_weak_pbe if self.concept == "weak-pbe" else report.is_pbe
        if not fine:
            return None
        beliefs, conditions = described(self.facts, cases)
        self.known[key] = len(self.equilibria)
        told = {"beliefs": beliefs, "belief_conditions": conditions}
        refined = self.refined(moves)
        self.equilibria.append(
            equilibrium_of(self.game, profile, report.regret, **told, refinements=refined)
        )
        return self.known[key]

    def refined(self, moves: Behaviours) -> dict[str, str]:
        """Return what the refinements for signalling games say, where it is one."""
        rational = all(isinstance(p, Fraction) for mix in moves.values() for p in mix)
        if self.signalling is None or not rational:
            return {}
        return refinements(self.facts, self.signalling, moves)

    def cases(self, moves: Behaviours) -> list[BeliefCase]:
        """Return all ways to support a profile with beliefs."""
        if not self.builder.consistent:
            return belief_cases(self.facts, self.builder, moves)
        cases, gaps = consistent_cases(self.facts, moves, self.deadline)
        self.solver.gaps.extend(gaps)
        return cases

    def ties(self, family: ProfileFamily) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return the actions whose probabilities vary, by player and information set."""
        if family.is_point:
            return {}
        varying = []
        for h, actions in sorted(family.supports.items()):
            mixes = {corner[h] for corner in (*family.corners, family.inside)}
            if len(actions) > 1 and (len(mixes) > 1 or not family.whole):
                varying.append((h, actions))
        return named_ties(self.game, varying)

    def conditions(self, family: ProfileFamily) -> tuple[str, ...]:
        """Return what the mixtures of a family have to satisfy, in words."""
        texts = list(family.texts)
        if family.is_point:
            return ()
        moving = {h for hull in family.hulls for h, _ in hull[0]}
        for h, actions in sorted(family.supports.items()):
            if len(actions) > 1 and h not in moving and family.whole:
                texts += [
                    f"{self.facts.weight_name((h, a), family.supports)} = {family.weights[h, a]}"
                    for a in actions[:-1]
                ]
        for hull in family.hulls:
            # The last action of a set gets what the others leave.
            lasts = {(h, actions[-1]) for h, actions in family.supports.items()}
            kept = [{k: p for k, p in c.items() if k not in lasts} for c in hull]
            found = describe(kept) if kept[0] else ([], [])
            if found is None:
                texts += self.spans(kept, family)
                self.solver.gaps.append("the conditions of a family are not told in full")
                continue
            equations, rows = found
            texts += [self.row_text(row, bound, "=", family) for row, bound in equations]
            for row, bound in rows:
                if not self.is_idle(row, bound, family):
                    texts.append(self.row_text(row, bound, ">=", family))
        return tuple(dict.fromkeys(texts))

    def is_idle(
        self, row: Mapping[tuple[int, int], Any], bound: Any, family: ProfileFamily
    ) -> bool:
        """Say whether ``row >= bound`` holds for all probabilities of a family's moves."""
        sets: list[int] = []
        for key in row:
            sets += [h for h, _ in self.facts.path(key, family.supports) if h not in sets]
        keys = [(h, a) for h in sets for a in family.supports[h]]
        place = {key: k for k, key in enumerate(keys)}
        equations, bounds = [], []
        for h in sets:
            line = [_ZERO] * len(keys)
            for a in family.supports[h]:
                line[place[h, a]] = _ONE
            above = self.facts.path((h, family.supports[h][0]), family.supports)[:-1]
            if above:
                line[place[above[-1]]] -= _ONE
            equations.append(line)
            bounds.append(_ZERO if above else _ONE)
        goal = [_ZERO] * len(keys)
        for key, c in row.items():
            goal[place[key]] = -c
        return bool(-maximise(goal, (), (), equations, bounds).value >= bound)

    def spans(
        self, corners: Sequence[Mapping[tuple[int, int], Any]], family: ProfileFamily
    ) -> list[str]:
        """Return the ranges of all coordinates."""
        spans = {key: [c[key] for c in corners] for key in corners[0]}
        return [
            f"{min(values)} <= {self.facts.weight_name(key, family.supports)} <= {max(values)}"
            for key, values in spans.items()
        ]

    def row_text(
        self, row: Mapping[tuple[int, int], Any], bound: Any, sense: str, family: ProfileFamily
    ) -> str:
        """Return ``row >= bound`` (or ``=``) in words.

        What is between the moves of one history alone is said of what follows it.
        """
        paths = {key: self.facts.path(key, family.supports) for key in row}
        if bound == 0:
            common = 0
            shortest = min(map(len, paths.values()))
            while common < shortest and len({tuple(p[: common + 1]) for p in paths.values()}) == 1:
                common += 1
            paths = {key: p[common:] for key, p in paths.items()}
        named = {key: c for key, c in row.items() if paths[key]}
        bound = bound - sum((c for key, c in row.items() if not paths[key]), _ZERO)
        names = {key: self.facts.moves_name(paths[key]) for key in named}
        return condition_text(names, named, bound, sense)


def supporting_beliefs(
    game: ExtensiveGame, concept: str, profile: BehaviourProfile, deadline: Deadline
) -> dict[str, dict[str, Any]]:
    """Return one system of beliefs, by labels, that supports a profile; empty if none is found."""
    moves = moves_of(game, profile)
    behaviour = {
        h: tuple(mix) for h, (s, mix) in enumerate(zip(game.sets, moves, strict=True))
        if mix is not None and not s.is_chance and s.nodes
    }  # fmt: skip
    cases = _Answer(game, concept, deadline).cases(behaviour)
    return given(game, cases[0]) if cases else {}


def given(game: ExtensiveGame, case: BeliefCase) -> dict[str, dict[str, Any]]:
    """Return one system of beliefs by labels."""
    return {
        game.sets[h].label: {history_text(game, x): p for x, p in belief.items()}
        for h, belief in case.inside.items()
    }
