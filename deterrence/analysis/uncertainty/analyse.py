"""The whole analysis: which parts are wanted, in which order, and what must be said of them.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> answer = analyse(model, measures=["war"], over=["l_R", "l_N"], samples=256)
>>> answer.probabilities.of("war == 0").upper.value > 0.5
True
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.uncertainty import one_at_a_time
from deterrence.analysis.uncertainty.caveats import notes, shortfalls, undecided
from deterrence.analysis.uncertainty.estimates import Quantity
from deterrence.analysis.uncertainty.evaluator import Evaluator
from deterrence.analysis.uncertainty.inputs import Uncertainty
from deterrence.analysis.uncertainty.probabilities import (
    SampledNets,
    draw_sample,
    need_points,
    probabilities,
)
from deterrence.analysis.uncertainty.regional_analysis import regional
from deterrence.analysis.uncertainty.results import Sensitivity
from deterrence.analysis.uncertainty.sobol_analysis import check_memory, evaluations, sobol
from deterrence.errors import IncompleteError, UsageError, did_you_mean
from deterrence.limits.alarm import by_hand
from deterrence.statements import is_chance, read_statement

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: The parts of an analysis, in the order in which they are done and told.
PARTS = ("probabilities", "sobol", "tornado", "morris", "regional")
METHODS = ("all", *PARTS)
#: Base samples: a power of two, for only so many points of a Sobol' sequence are a net; fewer by
#: default where every game has to be solved exactly, which takes some thousand times as long.
SAMPLES, EXACT_SAMPLES, FEWEST_SAMPLES, MOST_SAMPLES = 1 << 14, 1 << 7, 64, 1 << 20
MOST_RESAMPLES = 100_000
#: Morris screening takes one trajectory for so many base samples, but not fewer than 16.
PER_TRAJECTORY, FEWEST_TRAJECTORIES = 16, 16
#: Called with the number of points solved so far and that of all to be solved.
SensitivityProgress = Callable[[int, int], None]


def analyse(
    model: SymbolicModel,
    *,
    measures: str | Iterable[str] | None = None,
    conclusions: str | Expression | Iterable[str | Expression] = (),
    samples: int | None = None,
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    over: str | Iterable[str] = (),
    method: str | Iterable[str] = "all",
    second_order: bool = False,
    resamples: int = 1000,
    level: float = 0.95,
    progress: SensitivityProgress | None = None,
    time_limit: float | None = None,
) -> Sensitivity:
    """Return what the uncertainty of the parameters does to outcomes and conclusions.

    ``measures`` (default: all) are asked about, and so are ``conclusions`` such as
    ``"war <= 1/10"`` (default: that each measure that is a probability is 0, or 1 where
    its sense is ``want``).
    ``fixed`` values do not vary; ``scenario`` is the base case and fixes nothing;
    ``over`` restricts what varies.  ``method`` is one of :data:`METHODS` or
    several; ``samples`` the number of base points, a power of two (default: :data:`SAMPLES`,
    or :data:`EXACT_SAMPLES` where no closed form is known for the equilibria);
    ``second_order`` adds what pairs of inputs do together; ``resamples`` and
    ``level`` belong to the intervals.  The same ``seed`` gives the same answer.

    Raises :class:`UsageError` for what does not fit.  Ctrl-C, and the end of ``time_limit``
    seconds, return what is done, and say so in ``shortfalls``; where nothing is,
    the end of the time raises :class:`IncompleteError`.
    """
    start = time.monotonic()
    wanted = _wanted(method)
    check_numbers(SAMPLES if samples is None else samples, seed, level, resamples)
    measures = None if measures is None else _listed(measures)
    conclusions = _listed(conclusions)
    asked = _asked(model, measures, conclusions)
    uncertainty = Uncertainty(
        model, fixed, scenario, over=_listed(over), asked=_expressions(model, measures, asked)
    )
    job = _Job(
        uncertainty, measures, asked, wanted, samples, seed, level, second_order, resamples,
        progress, None if time_limit is None else start + time_limit,
    )  # fmt: skip
    if not job.brief.quantities and wanted != ("probabilities",):
        raise UsageError(
            f"nothing is asked of {model.name}: it has no measures",
            remedy="state a conclusion, or ask for the method `probabilities` only",
        )
    if "sobol" in wanted:
        size = len(job.brief.quantities)
        check_memory(len(uncertainty.names), job.samples, size, second_order)
    done: dict[str, Any] = {}
    try:
        for part in wanted:
            done[part] = job.do(part)
    except KeyboardInterrupt as stop:
        job.out_of_time = job.out_of_time or not by_hand(stop)
        if not done:
            raise
    except IncompleteError:
        if not done or not job.out_of_time:
            raise
    answer = Sensitivity(
        model=model.name,
        title=model.title,
        inputs=uncertainty.inputs,
        quantities=job.brief.quantities,
        correlations=uncertainty.correlations,
        scenario=scenario,
        samples=job.samples,
        seed=seed,
        level=level,
        probabilities=done.get("probabilities"),
        sobol=done.get("sobol"),
        tornado=done.get("tornado", ()),
        morris=done.get("morris", ()),
        regional=done.get("regional", ()),
        engines=job.engines,
        seconds=time.monotonic() - start,
        digest=model.digest,
        interrupted=len(done) < len(wanted),
        out_of_time=job.out_of_time,
    )
    named = {*(measures or ()), *(asked if measures is not None else conclusions)}
    parts = set(_listed(method))

    def demanded(part: str, quantity: Quantity) -> bool:
        return part in parts or quantity.name in named

    return answer.judged(
        shortfalls(answer, [p for p in wanted if p not in done], job.incomplete, demanded),
        undecided(answer, demanded),
        notes(answer, uncertainty, tuple(done)),
    )


@dataclass
class _Job:
    """One analysis being done; the sample that several parts share is drawn once."""

    uncertainty: Uncertainty
    measures: tuple[str, ...] | None
    asked: tuple[str, ...]
    wanted: tuple[str, ...]
    given_samples: int | None
    seed: int
    level: float
    second_order: bool
    resamples: int
    progress: SensitivityProgress | None
    deadline: float | None
    out_of_time: bool = False
    points: int = 0

    def __post_init__(self) -> None:
        self.brief = self.full = self._evaluator()
        if "probabilities" in self.wanted:
            self.full = self._evaluator(outcomes=True)
        if self.given_samples is None:
            exact = self.brief.is_exact(evaluations(len(self.uncertainty.names), SAMPLES, False))
            self.samples = EXACT_SAMPLES if exact else SAMPLES
        else:
            self.samples = self.given_samples
        d = len(self.uncertainty.names)
        self.trajectories = max(FEWEST_TRAJECTORIES, self.samples // PER_TRAJECTORY)
        sampled = {"probabilities", "regional", "sobol"} & set(self.wanted)
        self.total = self.samples * bool(sampled)
        if "tornado" in self.wanted:
            self.total += 1 + d * one_at_a_time.STEPS
        if "morris" in self.wanted:
            self.total += self.trajectories * (d + 1)

    def _evaluator(self, *, outcomes: bool = False) -> Evaluator:
        return Evaluator(
            self.uncertainty, self.measures, self.asked, outcomes=outcomes, progress=self._advance
        )

    def do(self, part: str) -> Any:
        """Return one part of the answer."""
        if part == "tornado":
            return one_at_a_time.tornado(self.brief)
        if part == "morris":
            return one_at_a_time.morris(self.brief, self.trajectories, self.level, self.seed)
        if part == "regional":
            return regional(self.full, self.sample)
        if part == "probabilities":
            return probabilities(self.full.quantities, self.sample, self.level)
        return sobol(
            self.brief,
            self.sample,
            self.samples,
            second=self.second_order,
            resamples=self.resamples,
            level=self.level,
            seed=self.seed,
        )

    @cached_property
    def sample(self) -> SampledNets:
        """The points on which probabilities and regional tests rest."""
        if "sobol" in self.wanted:
            self.total += evaluations(len(self.uncertainty.names), self.samples, self.second_order)
        sample = draw_sample(self.full, self.samples, self.seed)
        need_points(self.uncertainty, sample)
        return sample

    @property
    def engines(self) -> dict[str, int]:
        """How many points were solved how."""
        both = {id(e): e for e in (self.brief, self.full)}.values()
        return {name: sum(e.engines[name] for e in both) for name in self.brief.engines}

    @property
    def incomplete(self) -> int:
        """The number of points at which equilibria may be missing."""
        both = {id(e): e for e in (self.brief, self.full)}.values()
        return sum(e.incomplete for e in both)

    def _advance(self, points: int) -> None:
        self.points += points
        if self.progress is not None:
            self.progress(self.points, max(self.total, self.points))
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.out_of_time = True
            raise IncompleteError(
                f"the time ran out after {self.points:,} games",
                remedy="give more time, or ask for fewer samples",
            )


# ---- what is asked ------------------------------------------------------------------
def _listed(given: str | Expression | Iterable[str | Expression]) -> tuple[str, ...]:
    """Return texts, each once; one text alone is one, not a list of letters."""
    if isinstance(given, str | Expression):
        return (str(given),)
    return tuple(dict.fromkeys(str(entry) for entry in given))


def _wanted(method: str | Iterable[str]) -> tuple[str, ...]:
    given = _listed(method)
    for name in given:
        if name not in METHODS:
            raise UsageError(
                f"there is no method {name[:60]!r}",
                remedy=did_you_mean(name, METHODS) or f"methods: {', '.join(METHODS)}",
            )
    return PARTS if "all" in given else tuple(part for part in PARTS if part in given)


def check_numbers(samples: int, seed: int, level: float, resamples: int = 0) -> None:
    """Raise :class:`UsageError` for numbers of a sample that do not fit."""
    if not FEWEST_SAMPLES <= samples <= MOST_SAMPLES or samples & (samples - 1):
        raise UsageError(
            f"{samples} samples",
            remedy=f"give a power of two from {FEWEST_SAMPLES} to {MOST_SAMPLES}, "
            f"such as {_near(samples)}",
        )
    if seed < 0:
        raise UsageError(f"the seed is {seed}", remedy="give a whole number that is not negative")
    if not 0 <= resamples <= MOST_RESAMPLES:
        raise UsageError(f"{resamples} resamples", remedy=f"give 0 to {MOST_RESAMPLES}")
    if not 0 < level < 1:
        raise UsageError(f"the level {level} is no probability", remedy="such as 0.95")


def _near(samples: int) -> int:
    inside = min(max(samples, FEWEST_SAMPLES), MOST_SAMPLES)
    return min(MOST_SAMPLES, 1 << (inside - 1).bit_length())


def _asked(
    model: SymbolicModel, measures: tuple[str, ...] | None, conclusions: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the conclusions as text.

    By default, for each probability, that it is 0, or 1 where that is what one wants; what one
    would avoid comes first.
    """
    if conclusions:
        known = {m.name for m in model.measures}
        return _listed(f"{text} == 0" if text in known else text for text in conclusions)
    chances = [
        m
        for m in model.measures
        if is_chance(m.expression) and (measures is None or m.name in measures)
    ]
    order = {"avoid": 0, "": 1, "want": 2}
    return tuple(
        f"{m.name} == {1 if m.sense == 'want' else 0}"
        for m in sorted(chances, key=lambda m: order[m.sense])
    )


def _expressions(
    model: SymbolicModel, measures: tuple[str, ...] | None, asked: tuple[str, ...]
) -> list[Expression]:
    chosen = [m.expression for m in model.measures if measures is None or m.name in measures]
    return [*chosen, *(read_statement(model, text).formula for text in asked)]
