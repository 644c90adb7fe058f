"""How sure one may be that a state is stable: what is uncertain, unknown, or a matter of degree.

One question, :func:`doubts`, for what :mod:`~deterrence.graph_model.uncertain`,
:mod:`~deterrence.graph_model.unknown` and :mod:`~deterrence.graph_model.fuzzy` answer, and its
answer in words, :func:`blocks`.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> conflict = conflict_of(load_model("asymmetric-bipolarity"))
>>> found = doubts(conflict, ["gmr"], uncertain=True, samples=256)
>>> found.chances.of("gmr", 0).equilibrium.value
1.0
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.plain_data import PlainData
from deterrence.analysis.uncertainty.estimates import Estimate
from deterrence.analysis.uncertainty.wording import percent, share_text
from deterrence.graph_model.concepts import CONCEPTS
from deterrence.graph_model.fuzzy import FuzzyStability
from deterrence.graph_model.inverse import CALLED
from deterrence.graph_model.uncertain import StabilityChances, draw, probabilities
from deterrence.graph_model.unknown import Completions
from deterrence.words.blocks import Block, Bullets, Heading, Inline, Mark, Paragraph, Table
from deterrence.words.markup import GLUE
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.graph_model.conflict import Conflict

#: Open pairs of states that are told one by one.
_FEW = 6


@dataclass(frozen=True)
class UnknownStability(PlainData):
    """One notion where preferences are known in part: the variants, and the completions.

    ``variants`` has the states that are equilibria in each of the variants a to d.
    """

    told = ("concept", "variants", "completions")
    concept: str
    variants: Mapping[str, tuple[int, ...]]
    completions: Completions | None


@dataclass(frozen=True, repr=False)
class Doubts(PlainData):
    """How sure one may be of the stability of states; what was not asked for is empty.

    ``open_pairs`` are the pairs of states that the assumptions leave open, per player.  ``notes``
    say what could not be worked out.  States are positions.
    """

    told = ("states", "chances", "open_pairs", "unknown", "fuzzy", "notes")
    states: tuple[str, ...]
    players: tuple[str, ...]
    chances: StabilityChances | None = None
    open_pairs: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    unknown: tuple[UnknownStability, ...] = ()
    fuzzy: tuple[FuzzyStability, ...] = ()
    notes: tuple[str, ...] = ()


def doubts(
    conflict: Conflict,
    concepts: Sequence[str] = CONCEPTS,
    *,
    uncertain: bool = False,
    unknown: bool = False,
    fuzzy: Sequence[float] = (),
    samples: int | None = None,
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    ties: bool = False,
) -> Doubts:
    """Return how likely states are stable, and what is stable where preferences are unknown.

    ``fuzzy`` has a satisficing threshold for each player, or one for all; degrees of preference
    are then probabilities under the model's distributions.  Raises what
    :func:`deterrence.graph_model.uncertain.probabilities` does.
    """
    given: dict[str, Any] = {
        "samples": samples, "seed": seed, "fixed": fixed, "scenario": scenario,
    }  # fmt: skip
    found: dict[str, Any] = {}
    if uncertain:
        found["chances"] = probabilities(conflict, concepts, **given)
    if fuzzy:
        from deterrence.graph_model.fuzzy import degrees_of_sample
        from deterrence.graph_model.fuzzy import fuzzy as stable_by_degree

        degrees = degrees_of_sample(draw(conflict, **given))
        own = [*fuzzy] * (len(conflict.players) if len(fuzzy) == 1 else 1)
        found["fuzzy"] = tuple(stable_by_degree(conflict.graph, degrees, own, c) for c in concepts)
    if unknown:
        found |= _unknown(conflict, concepts, fixed, scenario, seed, ties=ties)
    return Doubts(tuple(s.name for s in conflict.states), conflict.players, **found)


def _unknown(
    conflict: Conflict,
    concepts: Sequence[str],
    fixed: Mapping[str, Any] | None,
    scenario: str | None,
    seed: int,
    *,
    ties: bool,
) -> dict[str, Any]:
    from deterrence.errors import IncompleteError
    from deterrence.graph_model.payoff_signs import PayoffSigns
    from deterrence.graph_model.unknown import VARIANTS, Partial, attitude, in_completions

    size, players = len(conflict.states), conflict.players
    put_in = {**(conflict.model.scenario(scenario).values if scenario else {}), **(fixed or {})}
    known = Partial.of_signs(PayoffSigns(conflict, put_in, expand=True), len(players), size)
    found, notes = [], []
    for concept in concepts:
        variants = {}
        for v in VARIANTS:
            table = attitude(conflict.graph, concept, known, v)
            variants[v] = tuple(table.all(axis=0).nonzero()[0].tolist())
        completions = None
        try:
            completions = in_completions(conflict.graph, concept, known, ties=ties, seed=seed)
        except IncompleteError as error:
            notes.append(f"{CALLED[concept]}: {error.what}.")
        found.append(UnknownStability(concept, variants, completions))
    pairs = {p: tuple(known.open_pairs(i)) for i, p in enumerate(players)}
    return {"open_pairs": pairs, "unknown": tuple(found), "notes": tuple(dict.fromkeys(notes))}


# ---- in words -----------------------------------------------------------------------
def blocks(found: Doubts, states: Sequence[int] = ()) -> list[Block]:
    """Return the answer in words; ``states`` are those told of, by position (default: all)."""
    shown = [*states] or [*range(len(found.states))]
    told: list[Block] = []
    if found.chances is not None:
        told += _chances(found, found.chances, shown)
    if found.unknown:
        told += _unknown_blocks(found, shown)
    if found.fuzzy:
        told += _fuzzy_blocks(found, shown)
    if found.notes:
        told.append(Bullets(tuple((n,) for n in found.notes)))
    return told


def _chances(found: Doubts, chances: StabilityChances, shown: Sequence[int]) -> Iterator[Block]:
    yield Heading("How likely states are stable")
    guesses = len(chances.varying)
    what = (
        "the uncertain parameter varies"
        if guesses == 1
        else f"all {guesses} uncertain parameters vary together"
    )
    heads = ["state", *(CALLED[n.concept] for n in chances.notions)]
    lines = [
        *((found.states[k], [n.states[k].equilibrium for n in chances.notions]) for k in shown),
        ("none of all states", [n.none for n in chances.notions]),
    ]
    widest = max((e.width / 2 for _, row in lines for e in row if 0 < e.value < 1), default=0.0)
    sure = f" Shares may be off by {percent(widest)} (confidence {percent(chances.level)})."
    yield Paragraph(
        (
            f"How often a state is stable for all if {what} as the model has it: in "
            f"{chances.valid:,} points with {_orders(chances.tables)} of the states."
            f"{sure if widest else ''} ",
            Mark.of("sampled"),
        )
    )
    rows = tuple(((name,), *((_share(e),) for e in row)) for name, row in lines)
    yield Table(tuple(heads), rows, frozenset(range(1, len(heads))))
    if chances.notes:
        yield Bullets(tuple((n,) for n in chances.notes))


def _orders(count: int) -> str:
    return "the same order" if count == 1 else f"{count:,} different orders"


def _share(e: Estimate) -> str:
    if e.value == 0:
        return f"under {_up(e.high):.10g}{GLUE}%"
    if e.value == 1:
        return f"over {100 - _up(1 - e.low):.10g}{GLUE}%"
    return share_text(e).partition(" (")[0]


def _up(share: float) -> float:
    """Return a share in percent, rounded up to two digits.

    >>> _up(0.01431), _up(0.00045)
    (1.5, 0.045)
    """
    digits = 1 - math.floor(math.log10(100 * share))
    return math.ceil(round(100 * share * 10.0**digits, 6)) / 10.0**digits


def _grouped(
    parts: Sequence[tuple[str, list[tuple[Inline, ...]]]],
) -> tuple[tuple[Inline, ...], ...]:
    """Return the rows of notions under their names, those that say the same together."""
    rows: list[tuple[Inline, ...]] = []
    for _, group in itertools.groupby(parts, key=lambda part: part[1]):
        same = list(group)
        rows += [((", ".join(name for name, _ in same),),), *same[0][1]]
    return tuple(rows)


def _unknown_blocks(found: Doubts, shown: Sequence[int]) -> Iterator[Block]:
    yield Heading("Where preferences are not known")
    if not any(found.open_pairs.values()):
        yield Paragraph(
            ("The assumptions settle how all states compare: nothing is left to be completed.",)
        )
        return
    yield Paragraph((f"The assumptions leave open {_open(found)}.",))
    parts: list[tuple[str, list[tuple[Inline, ...]]]] = []
    for one in found.unknown:
        rows: list[tuple[Inline, ...]] = []
        for k in shown:
            marks = " ".join(v if k in one.variants[v] else "-" for v in one.variants)
            rows.append(((found.states[k],), (_in_words(one.completions, k),), (marks,)))
        parts.append((CALLED[one.concept], rows))
    yield Table(("state", "stable for all", "variants"), _grouped(parts))
    totals = {u.completions.total: u.completions for u in found.unknown if u.completions}
    for total, done in totals.items():
        drawn = f", of which {done.drawn:,} were drawn (seed {done.seed})" if done.drawn else ""
        yield Paragraph(
            (
                "Completed are orders that agree with what is known, without any ties but known "
                f"ones: {total:,} in all{drawn}, each with the same weight. Variants (Li, Hipel, "
                "Kilgour and Fang 2004): a and c leave for what may be better, b and d for what "
                "is; a and b are held back by what is no better, c and d by what may be. ",
                Mark.of("sampled" if done.drawn else "exact"),
            )
        )


def _open(found: Doubts) -> str:
    """Say which pairs of states are open for whom."""
    told = []
    for player, pairs in found.open_pairs.items():
        if not pairs:
            continue
        names = [f"#{s + 1} against #{x + 1}" for s, x in pairs]
        few = listed(names) if len(names) <= _FEW else f"{len(names)} pairs of states"
        told.append(f"for {player} {few}")
    return "; ".join(told) or "no pair of states"


def _in_words(completions: Completions | None, k: int) -> str:
    if completions is None:
        return "not counted"
    if completions.every_equilibrium[k]:
        return "in every completion"
    if completions.some_equilibrium[k] is False:
        return "in none"
    share = completions.equilibrium[k]
    if completions.exact:
        return f"in {_fraction(share)} of the completions"
    about = "all drawn" if share == 1 else "none drawn" if share == 0 else percent(float(share))
    return f"in about {about}" if 0 < share < 1 else f"in {about}"


def _fraction(share: Fraction) -> str:
    return str(share) if len(str(share)) <= 7 else percent(float(share))


def _fuzzy_blocks(found: Doubts, shown: Sequence[int]) -> Iterator[Block]:
    yield Heading("By degree of preference")
    own = found.fuzzy[0].thresholds
    thresholds = listed(f"{g:g} for {p}" for p, g in zip(found.players, own, strict=True))
    yield Paragraph(
        (
            "A state counts as better if it is so much likelier to be better than worse: "
            f"{thresholds}. The columns of players have the thresholds of their own above which a "
            "state is stable for them; stable for all is said at these. ",
            Mark.of("sampled"),
        )
    )
    heads = ("state", *found.players, "stable for all")
    parts: list[tuple[str, list[tuple[Inline, ...]]]] = []
    for one in found.fuzzy:
        rows: list[tuple[Inline, ...]] = []
        for k in shown:
            cells = (_above(row[k]) for row in one.critical)
            yes = "yes" if k in one.equilibria else "no"
            rows.append(((found.states[k],), *((c,) for c in cells), (yes,)))
        parts.append((CALLED[one.concept], rows))
    yield Table(heads, _grouped(parts), frozenset(range(1, len(heads) - 1)))


def _above(critical: float) -> str:
    return "any" if critical < 0 else "none" if critical >= 1 else f"{critical:.3g}"
