"""The brief: one page in words about a model, the answer first.

What a session with the program would tell, in the order in which somebody who has to decide
would ask: what happens, how likely is the worst, under which conditions, what would change it
first, what is to be learnt, and what is not known.  Every statement carries a mark of how far
it is certain, see :data:`MARKS`.  Where there is not enough time for all parameter values, the
answer at the values given is exact all the same, and the brief says what is open.

>>> from deterrence.modelfile.catalogue import load_model
>>> page = brief(load_model("rudimentary-deterrence"))
>>> page.here.complete, page.map_complete, [r.name for r in page.anywhere]
(True, True, ['Status quo', 'Either of: A prevails without a fight; Conflict'])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import exact
from deterrence.errors import DeterrenceError
from deterrence.game.measures import Measure
from deterrence.game.pattern_names import PatternNames
from deterrence.game.strategic import StrategicGame
from deterrence.graph_model.results import Stability
from deterrence.limits import work
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.report.flips import Flips, find_flips, main_measures
from deterrence.report.stability_here import stability_here
from deterrence.solvers.results_here import ResultsHere, results_here
from deterrence.solvers.solution import plain_data
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import as_data
from deterrence.symbolic.results_anywhere import PossibleResult
from deterrence.words.frames import Framed, Rows, alternatives, filled
from deterrence.words.saved import Saved, restorable
from deterrence.words.shown import Shown

#: How certain a statement is.
MARKS = {
    "proven": "holds for all values that the assumptions allow, by proof",
    "exact": "worked out exactly at these values",
    "open": "not decided, or not proven to be complete",
    "assumption": "rests on a guess",
}
#: Seconds for the map of all parameter values at most, and as a share of the limit.
_MAP_SECONDS, _MAP_SHARE = 20.0, 0.4
#: Work seconds of a page.
EFFORT = 60.0
#: Share of the time that is left then for what flips the answer.
_FLIP_SHARE = 0.6
#: A matrix with more actions than this in all is not analysed for all values: to prune its
#: supports takes longer than any limit of a brief.
_MAX_ACTIONS = 9


@dataclass(frozen=True, eq=False, repr=False)
class Brief(Framed, Shown, Saved):
    """A brief of a model at values; ``print`` and notebooks show it.

    ``here`` are the results at the values, ``anywhere`` those over all values with their
    conditions; ``map_complete`` says whether these are proven to be all.  ``flips`` is None
    where nothing can be asked; ``stability`` is that of the state in question, None where there
    is none.  ``messages`` say what was left out and why.

    >>> from deterrence import load_model
    >>> page = load_model("chicken").brief()
    >>> [result.name for result in page.here.results]
    ['A yields', 'B yields', 'Any of: Status quo; A yields; B yields; Collision']
    >>> page.complete
    True
    """

    model: SymbolicModel
    scenario: str | None
    given: Mapping[str, Any]
    values: Mapping[str, Any]
    here: ResultsHere
    main: Measure | None
    anywhere: tuple[PossibleResult, ...] = ()
    map_complete: bool = False
    flips: Flips | None = None
    stability: Stability | None = None
    messages: tuple[str, ...] = ()
    #: The model as the command line names it, with what else that takes.
    game: tuple[str, ...] = ()

    @property
    def names(self) -> PatternNames:
        """The numbers and names of the patterns of equilibria."""
        return self.model.names

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"here": self._rows, "anywhere": self._rows_anywhere}

    def _rows(self) -> Rows:
        results = self.here.results
        for r, chances in zip(results, filled([r.chances for r in results]), strict=True):
            row = {"result": r.name, **{f"P({o})": p for o, p in chances.items()}}
            for name, (low, high) in r.measures.items():
                row |= {f"{name}_low": low, f"{name}_high": high}
            yield {**row, "equilibria": tuple(name for _, name in r.patterns)}

    def _rows_anywhere(self) -> Rows:
        everywhere = filled([r.chances for r in self.anywhere], Expression.number(0))
        for r, chances in zip(self.anywhere, everywhere, strict=True):
            yield {
                "result": r.name,
                "conditions": alternatives(r.terms),
                **{f"P({o})": p for o, p in chances.items()},
                **r.measures,
                "published": r.published,
            }

    @property
    def complete(self) -> bool:
        """Whether nothing on the page is open that a search could decide."""
        flips = self.flips
        settled = flips is None or (
            flips.beyond if flips.robustness is None else flips.robustness.complete
        )
        mapped = self.map_complete or not _is_mapped(self.model)
        return self.here.complete and not self.here.corners and mapped and settled

    @property
    def guesses(self) -> tuple[str, ...]:
        """The parameters whose values are assumptions; given and derived ones are not."""
        return tuple(
            n
            for n, p in self.model.parameters.items()
            if p.formula is None
            and n not in self.given
            and (not p.source or "assumption" in p.source.lower())
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the page as plain data (schema 1), exact numbers and formulas as text."""
        here, flips = self.here, self.flips
        told = {
            "schema": 1,
            "model": self.model.name,
            "title": self.model.title,
            "scenario": self.scenario,
            "given": plain_data(self.given),
            "values": plain_data(self.values),
            "complete": self.complete,
            "concept": here.concept,
            "equilibria_here": here.equilibria,
            "complete_here": here.complete,
            "results_here": [plain_data(vars(r)) for r in here.results],
            "measures_here": plain_data(here.ranges),
            "map_complete": self.map_complete,
            "results_anywhere": [
                {
                    "name": r.name,
                    "outcomes": as_data(r.chances),
                    "conditions": [as_data(term) for term in r.terms],
                    "on_boundaries": r.boundaries,
                    "equilibria": plain_data(r.patterns),
                    "published": list(r.published),
                    "measures": as_data(r.measures),
                }
                for r in self.anywhere
            ],
            "flips": None
            if flips is None
            else {
                "statement": f"{flips.measure.name} == {flips.level}",
                "moving": list(flips.moving),
                "robustness": None if flips.robustness is None else flips.robustness.to_dict(),
                "reason": flips.reason,
            },
            "stability": None if self.stability is None else self.stability.to_dict(),
            "assumptions": list(self.guesses),
            "messages": list(self.messages),
        }
        return restorable(self, told)


def brief(
    model: SymbolicModel,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
    time_limit: float | None = None,
    game: Sequence[str] = (),
    analysis: RegimeAnalysis | None = None,
    beyond: bool = True,
) -> Brief:
    """Return the brief of a model at its defaults, changed by a scenario and by ``values``.

    ``game`` is how the model is named on a command line, for the page to say how it was made;
    ``analysis`` is that of all values, where somebody has it already; without ``beyond`` only
    the answer at the values is told.
    All parts together have :data:`EFFORT` work seconds (:mod:`deterrence.limits.work`), or as
    many as ``time_limit`` says, which is a hard stop in seconds of the wall, too; what does
    not fit is left open and said to be so.  Raises :class:`UsageError` for names and values
    that do not fit.
    """
    with kept_limit(time_limit):
        effort = EFFORT if time_limit is None else time_limit
        return _page(model, scenario, dict(values or {}), effort, game, analysis, beyond)


def _page(
    model: SymbolicModel,
    scenario: str | None,
    given: Mapping[str, Any],
    effort: float,
    game: Sequence[str],
    analysis: RegimeAnalysis | None,
    beyond: bool,
) -> Brief:
    end = work.now() + effort
    numbers = {n: exact(v) for n, v in model.values(scenario, values=given).items()}
    names = model.names
    here = results_here(_solve(model, scenario, given, effort / 4))
    messages: list[str] = []
    anywhere: tuple[PossibleResult, ...] = ()
    complete = False
    if analysis is not None:
        anywhere, complete = analysis.results, analysis.cover == "proven"
    elif not _is_mapped(model):
        beyond = False
        messages.append(
            "they are worked out for Nash equilibria, and the model is solved by "
            f"{model.default_concept} ones"
        )
    elif beyond:
        seconds = min(_MAP_SECONDS, _MAP_SHARE * effort)
        anywhere, complete = _anywhere(model, names, seconds, messages)
    left = work.left(end)
    measures = main_measures(model)
    # A measure that has one and the same value in every result cannot be flipped.
    moving = [m for m in measures if len({str(r.measures.get(m.name)) for r in anywhere}) != 1]
    flips = None
    # Over a list of equilibria that is not proven complete, no search finds what flips it.
    if beyond and left > 1 and (analysis is None or complete):
        asked = (moving or measures)[:2]
        flips = find_flips(model, asked, given, scenario, _FLIP_SHARE * left)
    return Brief(
        model=model,
        scenario=scenario,
        given=given,
        values=numbers,
        here=here,
        main=measures[0] if measures else None,
        anywhere=anywhere,
        map_complete=complete,
        flips=flips,
        stability=stability_here(model, scenario, given),
        messages=tuple(messages),
        game=tuple(game) or (named(model),),
    )


def named(model: SymbolicModel) -> str:
    """Return what names a model on a command line: its name if it ships, else its path."""
    from deterrence.modelfile.catalogue import model_names, model_source

    if model.name in model_names():
        import hashlib

        if hashlib.sha256(model_source(model.name)).hexdigest() == model.digest:
            return model.name
    return model.path or f"{model.name}.yaml"


def _solve(
    model: SymbolicModel, scenario: str | None, given: Mapping[str, Any], seconds: float
) -> Any:
    from deterrence import solvers
    from deterrence.solvers.trees.concepts import default_concept

    game = model.at(scenario, values=given)
    if isinstance(game, StrategicGame):
        concept, objective = solvers.usual(game, "auto", None, None)
        return solvers.solve(game, "auto", concept=concept, objective=objective, effort=seconds)
    return solvers.solve_tree(game, default_concept(game), effort=seconds)


def _is_mapped(model: SymbolicModel) -> bool:
    """Say whether what is derived for all values is about the equilibria that are told."""
    return model.tree is not None or model.default_concept in ("", "nash")


def too_large(model: SymbolicModel) -> bool:
    """Say whether a model is a matrix that is not analysed for all values."""
    return model.tree is None and sum(map(len, model.actions)) > _MAX_ACTIONS


def _anywhere(
    model: SymbolicModel, names: PatternNames, seconds: float, messages: list[str]
) -> tuple[tuple[PossibleResult, ...], bool]:
    """Return the results over all values, and whether they are proven to be all."""
    from deterrence import symbolic

    if too_large(model):
        messages.append("the game has too many actions to map all values in a brief")
        return (), False
    try:
        analysis = symbolic.regimes(model, effort=seconds, boundaries=False)
    except DeterrenceError as error:
        messages.append(f"all values cannot be mapped: {error.what}")
        return (), False
    return analysis.results, analysis.cover == "proven"
