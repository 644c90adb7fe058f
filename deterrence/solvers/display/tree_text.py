"""A tree's solution as plain text for a terminal: families, equilibria, certificates.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> from deterrence.solvers.trees.solve import solve_tree
>>> game = ExtensiveGame.from_tree(("A",), Decision("A", "choice", {
...     "left": Leaf("good"), "right": Leaf("bad")}), {"good": (1,), "bad": (0,)})
>>> print(tree_solution_text(solve_tree(game)))
game
1 subgame-perfect equilibrium (complete)
<BLANKLINE>
Equilibrium 1 of 1
  A            choice: left
  Payoffs      A 1
  Outcomes     good 1
  Certificate  no deviation gains in any subgame: regret 0, exact
<BLANKLINE>
Status: complete: no equilibrium is missing
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from deterrence.solvers.display.named_lines import NamedLines, name_width, named_lines, numbered
from deterrence.solvers.display.words import listed
from deterrence.solvers.tree_solution import (
    TreeEquilibrium,
    TreeFamily,
    TreePiece,
    TreeSolution,
    big_number,
)
from deterrence.words.markup import WIDTH, both, flow, plain, wrap

_NOUNS = {
    "nash": ("Nash equilibrium", "Nash equilibria"),
    "spe": ("subgame-perfect equilibrium", "subgame-perfect equilibria"),
    "zero-sum": ("pair of optimal strategies", "pairs of optimal strategies"),
    "weak-pbe": ("weak perfect Bayesian equilibrium", "weak perfect Bayesian equilibria"),
    "pbe": ("perfect Bayesian equilibrium", "perfect Bayesian equilibria"),
    "sequential": ("sequential equilibrium", "sequential equilibria"),
}


def headline(solution: TreeSolution) -> str:
    """Say how many equilibria there are, sets of them counted as such."""
    one, many = _NOUNS[solution.concept]
    infinite = sum(f.is_continuum for f in solution.families)
    if not solution.equilibria:
        return f"No {one} found ({solution.status})"
    if not infinite:
        count = solution.count
        return f"{big_number(count)} {one if count == 1 else many} ({solution.status})"
    if solution.count == 1:
        return f"A continuum of {many} ({solution.status})"
    kinds = "a continuum" if infinite == 1 else "continua"
    some = f"{infinite} of them {kinds}"
    return f"{big_number(solution.count)} families of {many}, {some} ({solution.status})"


def status_line(solution: TreeSolution) -> str:
    """Say what the status means."""
    return {
        "complete": "complete: no equilibrium is missing",
        "partial": "partial: there may be more equilibria than these",
        "none": "none found: that does not prove that there is none",
    }[solution.status]


def tree_solution_text(solution: TreeSolution, *, width: int = WIDTH) -> str:
    """Return the solution for people; actions that are not played are left out."""
    game = solution.game
    lines = [*wrap(game.title or game.name, width), *wrap(headline(solution), width)]
    if solution.value is not None:
        lines += ["", f"Value of the game for {plain(game.players[0])}: {both(solution.value)}"]
    names = [*map(plain, game.players), "Any mixture", "Certificate"]
    names += {name for e in solution for name in e.refinements}
    left = name_width(names)
    told: set[int] = set()
    for number, family in enumerate(solution.families, 1):
        lines.append("")
        if not family.is_continuum:
            k = family.members[0]
            told.add(k)
            lines.append(f"Equilibrium {k + 1} of {len(solution)}")
            lines += named_lines(_rows(solution, k, width - left - 2), left)
            continue
        shown = f"{len(family.members)} of its {big_number(family.corners)} corners listed"
        all_shown = family.corners == len(family.members)
        lines.append(
            f"Family {number}: a continuum, "
            + (f"spanned by {family.corners} equilibria" if all_shown else shown)
        )
        lines += named_lines(_family_rows(family, width - left - 2), left)
        for k in family.members:
            if k in told:
                lines.append(f"  Equilibrium {k + 1}, see above")
                continue
            told.add(k)
            lines.append(f"  Equilibrium {k + 1} of {len(solution)}")
            lines += named_lines(_rows(solution, k, width - left - 4), left + 2, "    ")
    lines += ["", *wrap(f"Status: {status_line(solution)}", width)]
    for message in solution.messages:
        lines += wrap(message, width, first="  ", rest="    ")
    return "\n".join(lines)


def _family_rows(family: TreeFamily, room: int) -> list[NamedLines]:
    rows: list[NamedLines] = []
    for player, sets in family.ties.items():
        for label, actions in sets.items():
            text = f"{plain(player)} at {plain(label)}: {', '.join(map(plain, actions))}"
            rows.append(("Any mixture", wrap(text, room)))
    if family.conditions:
        rows.append(("Provided", flow(family.conditions, room)))
    if len(family.pieces) > 1:
        texts = [f"between {listed(piece)}" for piece in family.pieces]
        rows.append(("In pieces", flow(texts, room)))
    for piece in family.formulas:
        rows.append(("All with", flow(piece_entries(piece), room)))
    return rows


def piece_entries(piece: TreePiece) -> Iterator[str]:
    """Describe a set that is told by formulas, information set by information set."""
    for own in piece.behaviour.values():
        for label, mix in own.items():
            played = [plain(a) if p == "1" else f"{plain(a)} {p}" for a, p in mix.items()]
            yield f"{plain(label)}: {' or '.join(played)}"
    for letter, (player, plan) in piece.free.items():
        yield f"{letter} the probability of {plain(player)}'s plan ({plain(plan)})"
    yield from piece.conditions


def _rows(solution: TreeSolution, k: int, room: int) -> list[NamedLines]:
    e = solution.equilibria[k]
    rows: list[NamedLines] = []
    for player, behaviour in e.profile.items():
        entries = []
        for label, mix in behaviour.items():
            if label in e.open_sets:
                entries.append(f"{plain(label)}: anything")
                continue
            played = [(plain(a), p) for a, p in mix.items() if p != 0]
            said = (
                played[0][0]
                if len(played) == 1
                else " or ".join(f"{a} {both(p)}" for a, p in played)
            )
            entries.append(f"{plain(label)}: {said}")
        if entries:
            rows.append((plain(player), flow(entries, room)))
    rows.append(("Payoffs", numbered(e.payoffs, room)))
    rows.append(("Outcomes", numbered(e.outcomes, room)))
    if e.beliefs:
        texts = [_belief_text(e, label) for label in e.beliefs]
        rows.append(("Beliefs", flow(texts, room)))
    for name, verdict in e.refinements.items():
        rows.append((name[:1].upper() + name[1:], wrap(verdict, room)))
    rows.append(("Certificate", wrap(certificate(solution, e), room)))
    return rows


def _belief_text(e: TreeEquilibrium, label: str) -> str:
    """Return what is believed at an information set; what is open as inequalities."""
    if label in e.belief_conditions:
        return f"{plain(label)}: {', '.join(map(plain, e.belief_conditions[label]))}"
    belief = e.beliefs[label]
    told = [
        f"{plain(name)} {both(p)}"
        for name, p in zip(distinguishing(list(belief)), belief.values(), strict=True)
        if isinstance(p, tuple) or p != 0
    ]
    return f"{plain(label)}: {' or '.join(told)}"


def distinguishing(paths: Sequence[str]) -> list[str]:
    """Return the moves in which paths of the same length differ; other paths as they are.

    >>> distinguishing(["hard, soft, challenge", "soft, soft, challenge"])
    ['hard', 'soft']
    """
    moves = [path.split(", ") for path in paths]
    if len(moves) < 2 or len({len(m) for m in moves}) > 1:
        return list(paths)
    kept = [k for k, column in enumerate(zip(*moves, strict=True)) if len(set(column)) > 1]
    return [", ".join(m[k] for k in kept) for m in moves]


def certificate(solution: TreeSolution, e: TreeEquilibrium) -> str:
    """Return the certificate of an equilibrium in words."""
    kind = "exact" if isinstance(e.regret, Fraction) else "in floats"
    if e.beliefs:
        return (
            "no other continuation gains at any information set, given the beliefs: "
            f"regret {both(e.regret)}, {kind}"
        )
    everywhere = solution.concept not in ("nash", "zero-sum")
    where = "in any subgame" if everywhere else "in the tree"
    return f"no deviation gains {where}: regret {both(e.regret)}, {kind}"
