"""The report: what a brief says, with the levers of each side and the scenarios beside it.

All is worked out here, once; :mod:`deterrence.report.memo_page` writes it down.  Whatever does
not fit into the work is left open and said to be so, and never stops the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from deterrence.analysis import robust
from deterrence.analysis.comparing.cases import ComparedCase, scenario_cases, solved_case
from deterrence.analysis.robust.results import Levers
from deterrence.errors import DeterrenceError, UsageError
from deterrence.limits import work
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.report.brief import EFFORT, Brief
from deterrence.report.brief import brief as briefed
from deterrence.report.report_formats import format_of
from deterrence.words.blocks import Block
from deterrence.words.shown import Shown

Length = Literal["note", "memo", "full"]
LENGTHS: tuple[Length, ...] = ("note", "memo", "full")
#: Scenarios of the file that are told where none is named.
_SCENARIOS = 4
#: Work seconds for the levers of one player, and for one scenario.
_LEVER, _CASE = 5.0, 4.0
#: Shares of a limit that somebody set.
_BRIEF_SHARE = 0.6


@dataclass(frozen=True)
class PlayerLevers:
    """What one player can do about ``statement``; ``answer`` None where ``reason`` says why."""

    player: str
    statement: str
    answer: Levers | None
    reason: str = ""
    #: Whether nobody ran out of work: there is nothing to be found.
    settled: bool = True


@dataclass(frozen=True)
class Verbs:
    """What a report asks: verbs that may keep their answers (:mod:`deterrence.face.keeping`)."""

    brief: Callable[..., Brief] = briefed
    levers: Callable[..., Levers] = robust.levers


@dataclass(frozen=True)
class Annex:
    """A part of a full report: its title and its blocks."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Report(Shown):
    """A report about a model; ``print`` and notebooks show it, ``save`` writes a file.

    ``brief`` has the results, ``cases`` the scenarios side by side (the first one is the
    brief's), ``levers`` what each player can do.  ``axes`` are those of the map; ``figure`` is
    None where none was drawn, and so is ``moves``, the graph of moves.

    >>> from deterrence import load_model
    >>> found = load_model("tripwire").report(scenarios=["thin-tripwire"])
    >>> [case.label for case in found.cases], [one.player for one in found.levers]
    (['defaults', 'thin-tripwire'], ['Challenger', 'Defender'])
    """

    brief: Brief
    length: Length
    cases: tuple[ComparedCase, ...] = ()
    more_cases: int = 0
    levers: tuple[PlayerLevers, ...] = ()
    axes: tuple[str, str] | None = None
    figure: Block | None = None
    moves: Block | None = None
    annexes: tuple[Annex, ...] = ()
    messages: tuple[str, ...] = ()
    #: The scenarios that were asked for by name.
    named: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        """What the model is called."""
        return self.brief.model.title or self.brief.model.name

    @property
    def complete(self) -> bool:
        """Whether nothing is open that a search could decide."""
        return (
            self.brief.complete
            and all(c.complete and not c.corners for c in self.cases)
            and all(
                one.settled if one.answer is None else one.answer.complete for one in self.levers
            )
            and not self.messages
        )

    def to_bytes(self, form: str) -> bytes:
        """Return the file of the report; ``form`` is html, pdf, docx, markdown, latex or text.

        Raises :class:`UsageError` for other forms, and where a library is missing.
        """
        (write,) = _WRITERS
        return write(self, form)

    def save(self, name: str, *, force: bool = False) -> None:
        """Write the report into a file; its format is the file's suffix.

        Raises :class:`UsageError` for a suffix that is no format, and for a file that exists
        unless ``force`` is true.
        """
        data = self.to_bytes(format_of(name))
        try:
            with Path(name).open("wb" if force else "xb") as file:
                file.write(data)
        except FileExistsError:
            raise UsageError(
                f"{name!r} exists", remedy="name another file, or force=True"
            ) from None
        except OSError as error:
            raise DeterrenceError(
                f"{name!r} cannot be written: {error.strerror or error}"
            ) from None


#: What makes the file of a report.
_WRITERS: list[Callable[[Report, str], bytes]] = []


def writes(write: Callable[[Report, str], bytes]) -> None:
    """Register what makes the file of a report in a format."""
    _WRITERS[:] = [write]


def report(
    model: SymbolicModel,
    length: Length = "memo",
    scenarios: Sequence[str] | None = None,
    values: Mapping[str, Any] | None = None,
    time_limit: float | None = None,
    game: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
    verbs: Verbs | None = None,
) -> Report:
    """Return the report of a model, without figure and annexes.

    ``scenarios`` are told beside the defaults, and the first of them is what the report is
    about; None: the defaults, beside the first few scenarios of the file.  ``values`` hold in
    all of them.  ``verbs`` are asked for what it rests on, and ``progress(stage)`` is told what
    is worked on.  The work is bounded as that of a brief is.  Raises :class:`UsageError` for
    names and values that do not fit.
    """
    if length not in LENGTHS:
        raise UsageError(f"no report is called {length!r}", remedy=", ".join(LENGTHS))
    named = tuple(dict.fromkeys(scenarios or ()))
    for name in named:
        model.scenario(name)
    with kept_limit(time_limit):
        own = dict(values or {})
        asked = verbs or Verbs()
        return _report(model, length, named, own, time_limit, game, progress, asked)


def _report(
    model: SymbolicModel,
    length: Length,
    named: tuple[str, ...],
    given: Mapping[str, Any],
    time_limit: float | None,
    game: Sequence[str],
    progress: Callable[[str], None] | None,
    verbs: Verbs,
) -> Report:
    tell = progress or _silent
    tell("results, conditions and flips")
    scenario = named[0] if named else None
    effort = EFFORT if time_limit is None else time_limit
    share = None if time_limit is None else _BRIEF_SHARE * time_limit
    page = verbs.brief(model, scenario=scenario, values=given, time_limit=share)
    if game:
        page = replace(page, game=tuple(game))
    tell("scenarios")
    messages: list[str] = []
    if work.wall_left() <= 0:
        messages.append("scenarios, levers and figure: the limit was reached")
        return Report(brief=page, length=length, messages=tuple(messages), named=named)
    cases, more = _cases(model, named, given, min(_CASE, effort / 20), messages)
    tell("levers")
    levers: tuple[PlayerLevers, ...] = ()
    if work.wall_left() <= 0:
        messages.append("levers and figure: the limit was reached")
    elif length != "note":
        levers = _levers(page, min(_LEVER, effort / 10), verbs)
    return Report(
        brief=page,
        length=length,
        cases=cases,
        more_cases=more,
        levers=levers,
        messages=tuple(messages),
        named=named,
    )


def _silent(stage: str) -> None:
    """Tell nobody."""


def _cases(
    model: SymbolicModel,
    named: Sequence[str],
    given: Mapping[str, Any],
    effort: float,
    messages: list[str],
) -> tuple[tuple[ComparedCase, ...], int]:
    """Return the defaults and the scenarios, solved, and how many of the file are left out."""
    if not model.scenarios:
        return (), 0
    shown = list(named) or list(model.scenarios)[:_SCENARIOS]
    found = []
    for asked in scenario_cases(model, shown, given):
        try:
            found.append(solved_case(asked, effort))
        except DeterrenceError as error:
            messages.append(f"scenario {asked.label}: {error.what}")
    return tuple(found), 0 if named else max(0, len(model.scenarios) - len(shown))


def _levers(page: Brief, effort: float, verbs: Verbs) -> tuple[PlayerLevers, ...]:
    """Return what each player can do about the main statement of the page."""
    model = page.model
    flips = page.flips
    if model.orders or (flips is None and page.main is None):
        return ()
    measure = page.main if flips is None else flips.measure
    assert measure is not None
    level = flips.level if flips is not None else 1 if measure.sense == "want" else 0
    statement = f"{measure.name} == {level}"
    return tuple(_lever(page, player, statement, effort, verbs) for player in model.players)


def _lever(page: Brief, player: str, statement: str, effort: float, verbs: Verbs) -> PlayerLevers:
    model = page.model
    mine = [n for n, p in model.parameters.items() if p.controlled_by == player]
    if not mine:
        reason = model.no_levers.get(player, "")
        return PlayerLevers(player, statement, None, reason)
    if all(n in page.given for n in mine):
        told = "all that it controls was given a value"
        return PlayerLevers(player, statement, None, told)
    started = work.now()
    try:
        answer = verbs.levers(
            model,
            player,
            statement,
            values=page.given,
            scenario=page.scenario,
            effort=effort,
        )
    except DeterrenceError as error:
        settled = work.now() - started < effort
        return PlayerLevers(player, statement, None, error.what, settled)
    return PlayerLevers(player, statement, answer)
