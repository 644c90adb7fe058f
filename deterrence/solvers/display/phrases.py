"""Words and numbers that the documents of all solutions share.

>>> from deterrence.solvers.display.phrases import counted, listed, told
>>> counted(3, "Nash equilibrium", "Nash equilibria"), listed(["a", "b", "c"])
('three Nash equilibria', 'a, b and c')
>>> told(Fraction(3, 7)).replace(GLUE, " "), told(Fraction(61069015000, 169419831669))
('0.4286 (3/7)', '~0.3605')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import format_decimal
from deterrence.solvers.identities import Named
from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import TreeSolution, big_number
from deterrence.words.blocks import Inline
from deterrence.words.markup import GLUE, number
from deterrence.words.sentences import listed

Answer = Solution | TreeSolution

#: Longest exact number beside its decimal, on a screen and in full.
_SHORT, _LONG = 12, 40
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NOUNS = {
    "nash": ("Nash equilibrium", "Nash equilibria"),
    "correlated": ("correlated equilibrium", "correlated equilibria"),
    "zero-sum": ("pair of optimal strategies", "pairs of optimal strategies"),
    "spe": ("subgame-perfect equilibrium", "subgame-perfect equilibria"),
    "weak-pbe": ("weak perfect Bayesian equilibrium", "weak perfect Bayesian equilibria"),
    "pbe": ("perfect Bayesian equilibrium", "perfect Bayesian equilibria"),
    "sequential": ("sequential equilibrium", "sequential equilibria"),
}
#: What each concept asks for.
MEANINGS = {
    "nash": "nobody gains by changing only what they do themselves",
    "correlated": "a mediator tells each player what to do, and nobody gains by doing otherwise",
    "zero-sum": "each player secures the value of the game, whatever the other one does",
    "spe": "nobody gains by another move, at any point of the game: no empty threats",
    "weak-pbe": "every move is best given what its player thinks; on the play that follows "
    "Bayes' rule",
    "pbe": "every move is best given what its player thinks, which follows Bayes' rule wherever "
    "that applies",
    "sequential": "every move is best given what its player thinks, as if everybody made rare "
    "mistakes",
}


def nouns(concept: str) -> tuple[str, str]:
    """Return what one solution is called, and several."""
    return _NOUNS[concept]


def counted(count: int, one: str, many: str) -> str:
    """Return a number of things in words; a large one in digits."""
    word = _COUNTS[count] if 0 <= count < len(_COUNTS) else big_number(count)
    return f"{word} {one if count == 1 else many}"


def first_of(texts: Sequence[str], most: int) -> str:
    """Join texts by commas; of more than ``most`` say how many there are besides."""
    more = len(texts) - most
    if more <= 1:
        return listed(texts)
    return f"{', '.join(texts[:most])} and {more} more"


def told(value: Any, full: bool = False) -> str:
    """Write a number as a decimal, and exactly beside it where that says more and is short.

    In full long fractions are written, too; ``~`` marks a rounded number whose exact form is
    not shown.
    """
    if isinstance(value, Algebraic | Enclosure):
        exact, decimal = number(value, _LONG)
        return f"~{decimal}" if exact == "~" else f"{decimal}{GLUE}({exact.replace(' ', GLUE)})"
    if not isinstance(value, Fraction):
        return number(value)[1]
    decimal = format_decimal(value)
    if value.denominator == 1 and abs(value) < 10**9:
        return str(value)
    if value.denominator.bit_length() < 64 and Fraction(decimal) == value:
        return decimal
    longest = _LONG if full else _SHORT
    return f"{decimal}{GLUE}({value})" if len(str(value)) <= longest else f"~{decimal}"


def span(low: Any, high: Any, full: bool = False) -> str:
    """Write the least and the greatest value of a number."""
    return told(low, full) if low == high else f"{told(low, full)} to {told(high, full)}"


def mixture(strategy: Mapping[str, Any], full: bool = False) -> str:
    """Write the actions that are played, each with its probability unless it is certain."""
    played = {action: p for action, p in strategy.items() if p != 0}
    if len(played) == 1:
        return next(iter(played))
    return ", ".join(f"{quoted(action)}{GLUE}{told(p, full)}" for action, p in played.items())


def quoted(label: str) -> str:
    """Return a label before a number; one that could be read as a number is in quotation marks.

    So is one with a comma, such as a plan for several information sets.
    """
    return f"'{label}'" if label[:1].isdigit() or label[:1] in "+-." or ", " in label else label


def mark(solution: Answer) -> str:
    """Return the mark of how far an answer is certain."""
    if not solution.equilibria:
        return "[open]"
    exact = not any(isinstance(e.regret, float) for e in solution.equilibria)
    kind = "exact" if exact else "rounded"
    return f"[{kind}]" if solution.status == "complete" else f"[{kind}; there may be more]"


def values_lines(solution: Named, most: int | None) -> list[Inline]:
    """Return the values of the parameters, those that were given first; ``most`` others."""
    values, given = solution.game.values, solution.game.given
    others = [name for name in values if name not in given]
    lines: list[Inline] = []
    if given:
        lines.append((*_assigned(values, given), " (given)"))
    if not others:
        return lines
    word = "Defaults, and what follows from them: " if given else ""
    more = 0 if most is None else len(others) - most
    shown = others[:most] if more > 1 else others
    rest = f" and {more} more" if more > 1 else ""
    lines.append((word, *_assigned(values, shown), rest))
    return lines


def _assigned(values: Mapping[str, Any], names: Sequence[str]) -> Inline:
    parts: list[str | Expression] = []
    for name in names:
        shown = told(values[name])
        parts += [", " if parts else "", Expression.name(name), f"{GLUE}={GLUE}{shown}"]
    return tuple(parts)


def certainty(solution: Answer) -> str:
    """Say what the status means and what it rests on."""
    if solution.concept == "correlated":
        return {
            "complete": "every objective has its proven optimum",
            "partial": "not every objective was reached",
            "none": "no objective was reached",
        }[solution.status]
    if solution.status == "partial":
        return "there may be more equilibria than these"
    if solution.status == "none":
        return "none was found, which does not prove that there is none"
    if isinstance(solution, TreeSolution):
        return "no equilibrium is missing"
    if len(solution.game.players) > 2 and solution.solver in ("auto", "support"):
        return "proven complete by solving every support exactly"
    if solution.solver in ("auto", "exact"):
        enumerated = any("exact" in e.found_by for e in solution.equilibria)
        return f"proven complete by {'exact enumeration' if enumerated else 'linear programming'}"
    return f"proven complete by the solver {solution.solver}"
