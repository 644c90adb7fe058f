"""What the displays of a symbolic analysis say in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.game.refinement_names import MAY_FAIL, REFINEMENTS
from deterrence.modelfile.condition_words import ConditionWords, cut
from deterrence.words.blocks import Inline, conjunction, disjunction
from deterrence.words.markup import GLUE, number
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.proving.covers import Alternatives
    from deterrence.symbolic.along.boundaries import Boundary
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.regime_analysis import RegimeAnalysis
    from deterrence.symbolic.results import DeclaredRegime, Regime, SymbolicEquilibrium
    from deterrence.symbolic.results_anywhere import PossibleResult
    from deterrence.symbolic.trees.results import Freedom

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: Shares below this are called small, and above the other one, nearly all.
_SMALL, _NEARLY = 0.001, 0.995
#: Longest name of a result in prose, and in a heading.
_LONGEST, _HEADING = 70, 150
#: Concepts by the words for them; the first two are what is derived for trees.
_CONCEPTS = {
    "spe": "subgame-perfect equilibria",
    "pbe": "perfect Bayesian equilibria",
    "nash": "Nash equilibria",
    "weak-pbe": "weak perfect Bayesian equilibria",
    "sequential": "sequential equilibria",
    "correlated": "correlated equilibria",
    "zero-sum": "optimal strategies of a zero-sum game",
}


def count(k: int) -> str:
    """Return a number as a word where it is small.

    >>> count(3), count(24)
    ('three', '24')
    """
    return _COUNTS[k] if 0 <= k < len(_COUNTS) else str(k)


def percent(share: float, error: float | None = 0.0) -> str:
    """Return a share in percent, as far as it is known; no line is broken before the sign.

    >>> for share, error in ((0.225, 0), (0.5892, 0.009), (1.0, 0), (0.0002, 0)):
    ...     print(percent(share, error).replace(GLUE, " "))
    22 %
    about 59 %
    100 %
    under 0.1 %
    """
    if 0 < share < _SMALL:
        return f"under 0.1{GLUE}%"
    if _NEARLY < share < 1:
        return f"over 99{GLUE}%"
    whole = f"{100 * share:.2g}" if share < 1 else "100"
    return f"{'about ' if error else ''}{whole}{GLUE}%"


def of_the_ranges(share: float | None, error: float | None = 0.0) -> str:
    """Return how much of the declared ranges something takes, ``""`` where that is not known."""
    if share == 0 and not error:
        return "none of the declared ranges"
    return "" if share is None else f"{percent(share, error)} of the declared ranges"


# ---- what is open --------------------------------------------------------------------
def freedom(f: Freedom) -> Inline:
    """Say what an open symbol stands for, and its range."""
    parts: list[str | Expression] = [Expression.name(f.symbol), f", the {f.meaning}: "]
    if f.value is not None:
        parts += ["equals ", f.value]
    else:
        parts += _end("at least", f.lower, 0)
        parts += [" and "] if len(parts) > 2 and _told(f.upper, 1) else []
        parts += _end("at most", f.upper, 1)
        parts += ["any"] if len(parts) == 2 else []
    return (*parts, " where ", *conjunction(f.where, "")) if f.where else tuple(parts)


def _told(ends: Sequence[Expression], trivial: int) -> bool:
    return list(ends) != [Expression.number(trivial)]


def _end(word: str, ends: Sequence[Expression], trivial: int) -> list[str | Expression]:
    if not _told(ends, trivial):
        return []
    parts: list[str | Expression] = [f"{word} "]
    for k, e in enumerate(ends):
        parts += [" and ", e] if k else [e]
    return parts


# ---- results ---------------------------------------------------------------------------
def result_names(results: Sequence[PossibleResult]) -> list[str]:
    """Return what results are called in a heading, every one otherwise.

    Lotteries that are called by an equilibrium have its number; where two are lotteries over
    the same outcomes, an equilibrium behind each tells them apart.
    """
    names = [cut(r.called, _HEADING) for r in results]
    for k, r in enumerate(results):
        which, told = r.patterns[0]
        if r.called == told and which is not None:
            names[k] = f"{names[k]} (#{which})"
        elif [cut(other.called, _HEADING) for other in results].count(names[k]) > 1:
            names[k] = f"{names[k]} ({f'#{which}' if which is not None else cut(told, 60)})"
    return [f"{n[:1].upper()}{n[1:]}" for n in names]


def in_prose(r: PossibleResult) -> str:
    """Return a result for the middle of a sentence, where results are parted by semicolons."""
    if len(r.chances) < 2:
        return cut(r.called, _LONGEST)
    if r.called == r.name:
        outcomes = r.name.partition(": ")[2]
        if len(outcomes) <= _LONGEST:
            return f"a lottery [{outcomes}]"
        numbers = ", ".join(f"#{k}" for k, _ in r.patterns[:3] if k is not None)
        told = f"a lottery over {count(len(r.chances))} outcomes"
        return f"{told} ({numbers})" if numbers else told
    name = f"the {r.called[4:]}" if r.called.startswith("The ") else r.called
    return f"'{name}' (a lottery)" if ";" in name else f"{name} (a lottery)"


def told_once(results: Sequence[PossibleResult]) -> str:
    """Return results for the middle of a sentence, lotteries over the same outcomes together."""
    names = [in_prose(r) for r in results]
    found = []
    for name in dict.fromkeys(names):
        several = names.count(name)
        if several > 1 and name.startswith("a lottery ["):
            name = f"{count(several)} lotteries {name.removeprefix('a lottery ')}"
        found += [name] if several == 1 or "lotteries [" in name else [name] * several
    return "; ".join(found)


def regime_names(regimes: Sequence[Regime]) -> list[str]:
    """Return what regimes are called: the model's names, else numbers in their order."""
    return [r.name or f"Regime {k}" for k, r in enumerate(regimes, 1)]


def declared_words(d: DeclaredRegime, analysis: RegimeAnalysis, words: ConditionWords) -> Inline:
    """Say where a regime of the file lies that no derived one is called by."""
    names = regime_names(analysis.regimes)
    met = listed(f"'{names[k]}'" for k in d.regimes)
    one = len(analysis.regimes) == 1
    told = {
        "part": "what is possible does not change at its border. [proven]"
        if one
        else f"a part of {met}; what is possible does not change at its border. [proven]",
        "several": f"parts of {met}. [proven]",
        "same": f"told as {met}. [proven]",
        "nowhere": "nowhere under the assumptions. [proven]",
        "undecided": "how it lies to the regimes derived is not decided. [open]",
    }[d.place]
    return (f"The file's regime '{d.name}' (", *words.symbols(d.when), f"): {told}")


def concept_words(analysis: RegimeAnalysis) -> str:
    """Say where the file is about another concept than the equilibria derived, else nothing."""
    own = analysis.internal.model.default_concept
    derived = getattr(analysis, "concept", "nash")
    if not own or own == derived:
        return ""
    return (
        f"Derived are {_CONCEPTS[derived]}; the file's own concept, {_CONCEPTS.get(own, own)}, "
        "is solved for at values only (`deterrence solve`)."
    )


def plural(analysis: RegimeAnalysis) -> str:
    """Return what the equilibria are called, all together."""
    return f"{analysis.refinement} equilibria".strip()


def refinement_words(analysis: RegimeAnalysis) -> str:
    """Say what the equilibria had to pass, and that the others are left out."""
    name = analysis.refinement
    form = ", in the reduced strategic form" if analysis.internal.model.tree is not None else ""
    told = f"Told are the {name} equilibria alone ({REFINEMENTS[name]}{form})."
    if name in MAY_FAIL:
        told += ' "In every one" says that there is one, too.'
    return told


# ---- equilibria ------------------------------------------------------------------------
def played(e: SymbolicEquilibrium) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    """Yield what everybody does, one line per action."""
    for player, support in e.support.items():
        chances = e.profile[player]
        if len(support) == 1:
            yield player, ((support[0],),)
        else:
            yield player, tuple((f"{a} ", chances[a]) for a in support)


def family_words(members: Sequence[SymbolicEquilibrium]) -> Iterator[tuple[str, Inline]]:
    """Say per player what is common to a family and what is free."""
    players = list(members[0].support)
    fixed = {p: all(e.profile[p] == members[0].profile[p] for e in members) for p in players}
    for k, player in enumerate(players):
        if fixed[player]:
            (told,) = [line for p, line in played(members[0]) if p == player]
            parts: list[str | Expression] = []
            for j, line in enumerate(told):
                parts += [", ", *line] if j else line
            yield player, tuple(parts)
            continue
        used = dict.fromkeys(a for e in members for a in e.support[player])
        order = [a for a in members[0].profile[player] if a in used]
        other = players[1 - k]
        common = " and ".join(members[0].support[other])
        keep = common if fixed[other] else "its strategy"
        yield player, (f"any mixture of {listed(order)} that keeps {other} at {keep}",)


# ---- boundaries and conclusions ---------------------------------------------------------
def met(b: Boundary) -> Inline:
    """Return what happens on a boundary, its equation as a formula."""
    start = f"On {b.condition}"
    if b.text.startswith(start):
        return ("On ", b.condition, b.text[len(start) :])
    return (b.text,)


def where(
    terms: Alternatives, words: ConditionWords | None = None, longest: int = 10_000
) -> Inline:
    """Return a condition after "iff", in words where there are some; ``()`` if it is too long."""
    if words is None:
        return disjunction(terms, "")
    told, whole = words.terms(terms, longest)
    return told if whole else ()


def subject_of(c: Conclusion) -> str:
    """Return what a sentence about a statement begins with."""
    return c.subject or f"{c.statement}"


def concluded(
    c: Conclusion, words: ConditionWords | None = None, longest: int = 10_000
) -> list[tuple[str, Inline]]:
    """Say where a statement holds in every equilibrium, and where in some, under these words.

    A sentence is ``()`` where its condition would be longer than ``longest``.
    """
    subject = subject_of(c)
    if not c.some and c.some_proof == "proven":
        return [("some", (f"{subject}: in no {c.kind}, whatever the values. [proven]",))]
    if c.every and not all(c.every) and c.every_proof == "proven":
        return [("every", (f"{subject} in every {c.kind}, whatever the values. [proven]",))]
    asked = [("every", c.every, c.every_proof), ("some", c.some, c.some_proof)]
    if not c.every and not c.some and "proven" not in (c.every_proof, c.some_proof):
        return [("some", (f"{subject}: where, is not decided. [open]",))]
    never = not c.every and c.every_proof == "proven"
    alike = {*c.every} == {*c.some} and c.every and c.every_proof == c.some_proof == "proven"
    sentences: list[tuple[str, Inline]] = []
    for which, terms, proof in asked[:1] if alike else asked[1:] if never else asked:
        mark = "[proven]" if proof == "proven" else "[open]"
        end = "; elsewhere in none" if alike else "; in every one nowhere" if never else ""
        head = f"{subject} in {which} {c.kind}"
        # Nothing is said of all equilibria where some may be missing; one that was found is enough
        # for there to be some, though there may be some elsewhere, too.
        if proof != "proven":
            head += " that was found" if which == "every" else ", at least,"
        told: Inline
        if not terms and proof != "proven":
            told = (f"{head}: where, is not decided. [open]",)
        elif not all(terms):
            told = (f"{head.rstrip(',')}, whatever the values{end}. {mark}",)
        else:
            found = where(terms, words, longest)
            iff = "iff" if proof == "proven" else "if"
            told = (f"{head} {iff} ", *found, f"{end}. {mark}") if found else ()
        sentences.append((which, told))
    return sentences


def iff_of(analysis: RegimeAnalysis) -> str:
    """Return how the condition of a result is introduced: others may lead to it, too, or not."""
    return "iff" if analysis.cover == "proven" else "if"


def cover_words(analysis: RegimeAnalysis) -> str:
    """Say whether the regimes cover everything and keep apart, and how far that is proven."""
    cover, apart = analysis.cover, analysis.disjoint
    if not analysis.regimes:
        end = "proven" if cover == "proven" else f"{cover}, not proven"
        return f"No other equilibrium exists, boundaries apart: {end}."
    if cover == apart:
        end = "proven" if cover == "proven" else f"{cover}, not proven"
        return (
            "These regimes cover all parameter values that the assumptions allow (boundaries "
            f"apart), and no two overlap: {end}."
        )
    told = [p if p == "proven" else f"{p}, not proven" for p in (cover, apart)]
    return (
        f"That these regimes cover all parameter values: {told[0]}. That no two overlap: {told[1]}."
    )


def point_words(values: Mapping[str, Any]) -> Inline:
    """Write a point of parameter space, fractions exactly where they are short."""
    parts: list[str | Expression] = []
    for name, value in values.items():
        exact, decimal = number(value, 9)
        parts += [", " if parts else "", Expression.name(name), f"{GLUE}={GLUE}"]
        if isinstance(value, Fraction) and exact != "~":
            parts.append(Expression.number(value))
        else:
            parts.append(f"about{GLUE}{decimal}")
    return tuple(parts)
