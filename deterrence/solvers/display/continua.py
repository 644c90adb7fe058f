"""Equilibria and sets of equilibria in words, as a list of what there is in an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.numbers import parse_number
from deterrence.errors import ExpressionError
from deterrence.solvers.display.phrases import counted, first_of, mixture, told
from deterrence.solvers.solution import Component, EquilibriumSet, Solution
from deterrence.solvers.tree_solution import TreeFamily, TreePiece, TreeSolution
from deterrence.words.sentences import capital, listed

#: Characters up to which the ends of a mixture are written out, ends up to which they are in
#: full, and ends that are named.
_ENDS, _WRITTEN, _NAMED = 90, 12, 4


@dataclass(frozen=True)
class Item:
    """One equilibrium, or a set of them: its members, what it is called, and more to say."""

    members: tuple[int, ...]
    name: str
    text: str = ""
    #: The number, where name and text say the same: who mixes what.
    label: str = ""

    @property
    def terse(self) -> str:
        """Return what is to be said, nothing twice."""
        return f"{self.label} {self.text}." if self.label and self.text else self.words

    @property
    def words(self) -> str:
        """Name and text."""
        return f"{self.name}. {self.text}." if self.text else self.name


def sets_of(solution: Solution) -> list[Component]:
    """Return the components that hold more than one equilibrium."""
    return [c for c in solution.components if len(c.members) > 1 or c.pieces]


def share(action: str, others: str, low: Any, high: Any) -> str:
    """Say how much of a mixture is an action; all of the rest is on ``others``."""
    if low == 0 and high == 1:
        return ""
    if high == 1:
        return f"with at least {told(low)} on {action}"
    if low == 0:
        return f"with at least {told(1 - high)} on {others}"
    return f"with {told(low)} to {told(high)} on {action}"


# ---- matrices ------------------------------------------------------------------------------
def matrix_items(solution: Solution, full: bool = False) -> list[Item]:
    """Return the equilibria and continua in the order of the solution."""
    inside = {m: c for c in sets_of(solution) for m in c.members}
    items = []
    for k, e in enumerate(solution.equilibria):
        named = solution.identities[k]
        component = inside.get(k)
        if component is None:
            mixed = any(0 < p < 1 for s in e.profile.values() for p in s.values())
            text = [_strategies(solution, e.profile, full)] if mixed and not e.cells else []
            text += [capital(_judged(e.refinements))] if e.refinements else []
            text += map(capital, e.notes)
            twice = mixed and " mixes (" in named.name and named.number is not None
            items.append(Item((k,), named.words, ". ".join(text), named.label if twice else ""))
        elif k == min(component.members):
            ends = first_of([solution.identities[m].label for m in component.members], _NAMED)
            told_ = "; or ".join(set_texts(solution, component, full))
            items.append(Item(component.members, f"Continuum with the ends {ends}", told_))
    return items


def _judged(refinements: Sequence[str]) -> str:
    """Name the refinements that are passed, without those that follow from being strict."""
    implied = {"quasi-strict", "undominated"} if "strict" in refinements else set()
    return ", ".join(r for r in refinements if r not in implied)


def _strategies(solution: Solution, profile: Mapping[str, Any], full: bool) -> str:
    titles = solution.names.action
    return "; ".join(
        f"{player}: {mixture({titles(player, a): p for a, p in s.items()}, full)}"
        for player, s in profile.items()
    )


def set_texts(solution: Solution, component: Component, full: bool = False) -> list[str]:
    """Describe a connected set: its maximal Nash subsets, or its pieces."""
    texts = ["; ".join(piece_entries(p)) for p in component.pieces]
    return texts + ["; ".join(_subset(solution, component, s, full)) for s in component.subsets]


def _subset(
    solution: Solution, component: Component, subset: Mapping[str, Sequence[int]], full: bool
) -> Iterator[str]:
    """Describe one Nash subset, player by player.

    Every combination of the mixtures named is an equilibrium (Millham 1974).
    """
    for player, chosen in subset.items():
        points = [component.extreme_points[player][k] for k in chosen]
        titled = [
            {solution.names.action(player, a): p for a, p in point.items()} for point in points
        ]
        yield f"{player}: {_mixtures(solution, component, player, points, titled, full)}"


def _mixtures(
    solution: Solution,
    component: Component,
    player: str,
    points: Sequence[Mapping[str, Any]],
    titled: Sequence[Mapping[str, Any]],
    full: bool,
) -> str:
    if len(points) == 1:
        return mixture(titled[0], full)
    played = list(dict.fromkeys(a for point in titled for a, p in point.items() if p != 0))
    if all(any(p == 1 for p in point.values()) for point in titled):
        return f"any mixture of {listed(played)}"
    bound = _one_bound(titled)
    if bound:
        return f"any mixture of {listed(played)} {bound}"
    if len(played) == 2:
        shares = [point.get(played[0], 0) for point in titled]
        how = share(played[0], played[1], min(shares), max(shares))
        return f"any mixture of {listed(played)} {how}".rstrip()
    texts = [f"[{mixture(point, full)}]" for point in titled]
    if sum(map(len, texts)) <= _ENDS:
        return f"any mixture of {listed(texts)}"
    if full and len(points) <= _WRITTEN:
        return f"any mixture of {listed(texts)}"
    where = sorted({_first_with(solution, component, player, point) for point in points})
    spanned = f"mixtures of {listed(played)}, all that lie between"
    if where == sorted(component.members):
        return f"{spanned} the ends"
    return f"{spanned} {first_of([solution.identities[k].label for k in where], _NAMED)}"


def _one_bound(points: Sequence[Mapping[str, Any]]) -> str:
    """Say how a set of mixtures is bounded if by the share of one action alone, else nothing.

    Its ends are then pure strategies, and mixtures of one and the same action with each of the
    others in the same shares.
    """
    used = [{a: p for a, p in point.items() if p != 0} for point in points]
    pure = {next(iter(u)) for u in used if len(u) == 1}
    mixed = [u for u in used if len(u) > 1]
    actions = {a for u in used for a in u}
    if len(actions) < 3 or any(len(u) != 2 for u in mixed) or not mixed:
        return ""
    for action in sorted(set.intersection(*map(set, mixed))):
        shares = {u[action] for u in mixed}
        others = [a for u in mixed for a in u if a != action]
        if len(shares) > 1 or sorted(others) != sorted(actions - {action}):
            continue
        if pure == actions - {action}:
            return f"with at most {told(shares.pop())} on {action}"
        if pure == {action}:
            return f"with at least {told(shares.pop())} on {action}"
    return ""


def _first_with(
    solution: Solution, component: Component, player: str, point: Mapping[str, Any]
) -> int:
    played = {action: p for action, p in point.items() if p != 0}
    return next(
        k
        for k in component.members
        if played == {a: p for a, p in solution.equilibria[k].profile[player].items() if p != 0}
    )


def piece_entries(piece: EquilibriumSet) -> Iterator[str]:
    """Describe a set that is told by formulas, player by player."""
    for player, strategy in piece.strategies.items():
        played = {action: text for action, text in strategy.items() if text != "0"}
        if list(played.values()) == ["1"]:
            yield f"{player}: {next(iter(played))}"
        else:
            yield f"{player}: {', '.join(f'{action} {text}' for action, text in played.items())}"
    if piece.conditions:
        yield f"where {', '.join(piece.conditions)}"


# ---- trees ---------------------------------------------------------------------------------
def tree_items(solution: TreeSolution) -> list[Item]:
    """Return the families in the order of the solution."""
    items = []
    for family in solution.families:
        named = [solution.identities[k] for k in family.members]
        if not family.is_continuum:
            items.append(Item(family.members, named[0].words, _passed(solution, family)))
            continue
        names = list(dict.fromkeys(n.words for n in named))
        alike = len({n.name for n in named}) == 1
        called = names[0]
        if len(names) > 1 and alike and named[0].number is not None:
            called = f"{first_of([n.label for n in named], _NAMED)} {named[0].name}"
        elif len(names) > 1:
            called = (
                named[0].name
                if alike
                else listed(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
            )
        texts = [family_text(solution, family), _passed(solution, family)]
        items.append(Item(family.members, called, ". ".join(filter(None, texts))))
    return items


def _passed(solution: TreeSolution, family: TreeFamily) -> str:
    """Say which refinements a family passes or fails, where all of its members agree."""
    verdicts = [
        {
            name: verdict.partition(":")[0]
            for name, verdict in solution.equilibria[k].refinements.items()
        }
        for k in family.members
    ]
    if any(v != verdicts[0] for v in verdicts):
        return ""
    return capital(", ".join(f"{name}: {verdict}" for name, verdict in verdicts[0].items()))


def family_text(solution: TreeSolution, family: TreeFamily) -> str:
    """Say which mixtures span a family, and under which conditions."""
    left = list(family.conditions)
    texts = []
    for player, sets in family.ties.items():
        for where, actions in sets.items():
            how = ""
            if len(actions) == 2:
                how, left = _tie_share(solution, player, where, actions, left)
            titles = [solution.names.action(player, a) for a in actions]
            texts.append(f"{player} at {where}: any mixture of {listed(titles)} {how}".rstrip())
    if left:
        texts.append(f"provided {listed(left)}")
    if len(family.pieces) > 1:
        parts = [
            first_of([solution.identities[k].label for k in piece], _NAMED)
            for piece in family.pieces[:_NAMED]
        ]
        more = len(family.pieces) - len(parts)
        texts.append(f"in pieces between {'; '.join(parts)}" + (f"; {more} more" if more else ""))
    for piece in family.formulas:
        texts.append(f"all with {', '.join(tree_piece_entries(piece))}")
    return "; ".join(texts or [_between(solution, family)])


def _between(solution: TreeSolution, family: TreeFamily) -> str:
    """Say what lies between the corners of a family that has no ties."""
    profiles = [solution.equilibria[k].profile for k in family.members]
    varying = {}
    for player, behaviour in profiles[0].items():
        for where in behaviour:
            mixes = [p[player][where] for p in profiles]
            if any(mix != mixes[0] for mix in mixes):
                varying[player, where] = mixes
    if len(varying) == 1 and family.corners == len(family.members):
        ((player, where), mixes), *_ = varying.items()
        played = list(dict.fromkeys(a for mix in mixes for a, p in mix.items() if p != 0))
        if len(played) == 2:
            first, second = (solution.names.action(player, a) for a in played)
            shares = [mix.get(played[0], 0) for mix in mixes]
            how = share(first, second, min(shares), max(shares))
            return f"{player} at {where}: any mixture of {first} and {second} {how}".rstrip()
    ends = counted(family.corners, "end", "ends")
    places = [f"{player} at {where}" for player, where in varying]
    what = f"; what differs is {first_of(places, _NAMED)}" if places else ""
    return f"All that lies between {ends}{what}"


def _tie_share(
    solution: TreeSolution,
    player: str,
    where: str,
    actions: Sequence[str],
    conditions: Sequence[str],
) -> tuple[str, list[str]]:
    """Say how much of a tie may be on either action; return the conditions that are left."""
    first, second = (solution.names.action(player, a) for a in actions)
    low: Any = parse_number("0")
    high: Any = parse_number("1")
    left = []
    for condition in conditions:
        found = _bound(condition, where, actions)
        if found is None:
            left.append(condition)
            continue
        sign, bound = found
        low = max(low, bound) if sign in (">=", "=") else low
        high = min(high, bound) if sign in ("<=", "=") else high
    if low == high:
        return f"with {told(low)} on {first}", left
    return share(first, second, low, high), left


def _bound(condition: str, where: str, actions: Sequence[str]) -> tuple[str, Any] | None:
    """Read a condition on one probability of a tie, as bounds for the first action's."""
    for k, action in enumerate(actions):
        head = f"P({action} at {where}) "
        if condition.startswith(head):
            sign, _, number = condition.removeprefix(head).partition(" ")
            try:
                value = parse_number(number)
            except ExpressionError:
                return None
            if k == 0:
                return sign, value
            return {">=": "<=", "<=": ">="}.get(sign, sign), 1 - value
    return None


def tree_piece_entries(piece: TreePiece) -> Iterator[str]:
    """Describe a set that is told by formulas, information set by information set."""
    for own in piece.behaviour.values():
        for label, mix in own.items():
            played = [a if p == "1" else f"{a} {p}" for a, p in mix.items()]
            yield f"{label}: {' or '.join(played)}"
    for letter, (player, plan) in piece.free.items():
        yield f"{letter} the probability of {player}'s plan ({plan})"
    yield from piece.conditions


# ---- lists ---------------------------------------------------------------------------------
def by_name(solution: TreeSolution, members: Sequence[int]) -> list[str]:
    """Return the names of equilibria, each once and with how many there are of it."""
    named: dict[str, list[str]] = {}
    for k in members:
        identity = solution.identities[k]
        named.setdefault(identity.name, []).append(identity.label)
    lines = []
    for name, labels in named.items():
        if labels[0].startswith("#"):
            lines.append(f"{first_of(labels, _NAMED)} {name}")
        else:
            lines.append(name if len(labels) == 1 else f"{len(labels)} equilibria: {name}")
    return lines
