"""The verb ``report``: a note, a memo or a full report about a model, with its figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.face.briefing import brief
from deterrence.face.given import Given
from deterrence.face.keeping import kept
from deterrence.limits import work
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value
from deterrence.words.blocks import Block, Figure, Inline, Lines, Mark, Matrix

if TYPE_CHECKING:
    from deterrence.analysis.robust.results import Levers
    from deterrence.report.memo import Length, Report

#: Width of the map in mm, the height of its axes, and the greatest height of another
#: picture in points.
_WIDE, _TALL, _MOST = 132.0, 53.0, 250.0
_SVG_SIZE = re.compile(r'width="([0-9.]+)pt" height="([0-9.]+)pt"')
#: The greatest height of a map with its key in points, and how far one is made smaller to fit.
_TALLEST, _LEAST = 320.0, 0.68
#: Width of best responses in mm, which are about as tall.
_SQUARE = 74.0
#: Points along a side at which it is looked whether a map shows more than one answer.
_POINTS = 24
#: Comparisons up to which a map is looked for: with more, it would take minutes.
_CONDITIONS = 2000
#: Work seconds of the closed forms of a map.
_MAP = 8.0
#: Lines of a game that is told in text.
_LINES = 16


def report(
    model: SymbolicModel,
    /,
    *,
    length: Literal["note", "memo", "full"] = "memo",
    scenarios: str | Sequence[str] | None = None,
    time_limit: float | None = None,
    progress: Callable[[str], None] | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Report:
    """Return a report about a model: a ``note`` of one page, a ``memo`` of two, or in ``full``.

    The bottom line with its range over equilibria, key judgements in words with their marks, a
    figure, what would change the judgement, what each side can do, scenarios side by side, what
    is not known, and the assumptions with their sources.  ``scenarios`` names those that are
    compared with the defaults, and the report is about the first of them; without, it is about
    the defaults, beside the first few scenarios of the file.  ``values`` and keywords hold in
    all.  ``save("memo.pdf")`` writes HTML, PDF, Word, Markdown, LaTeX or text; PDF and Word
    need the extra ``report``.  ``progress(stage)`` is told what is worked on.

    What does not fit into a budget of work, the same on every machine, or into ``time_limit``
    seconds, is said to be open.  Raises :class:`UsageError` for names and values that do not
    fit, and :class:`UnsupportedError` for games that no solver takes.

    >>> from deterrence import load_model
    >>> found = load_model("tripwire").report(length="note")
    >>> [case.label for case in found.cases][:2], found.to_bytes("markdown")[:3]
    (['defaults', 'thin-tripwire'], b'# A')
    """
    own = Given(report, None, values, overrides).numbers(model)
    names = (scenarios,) if isinstance(scenarios, str) else scenarios
    return reported(model, length, names, own, time_limit, progress=progress)


def reported(
    model: SymbolicModel,
    length: Length,
    scenarios: Sequence[str] | None,
    values: Mapping[str, Any],
    time_limit: float | None,
    game: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Return a report with its figure and its annexes."""
    from deterrence.report import report_files  # noqa: F401 (it writes the report)
    from deterrence.report.annexes import annexes
    from deterrence.report.memo import Verbs
    from deterrence.report.memo import report as worked_out

    tell = progress or (lambda stage: None)
    with kept_limit(time_limit):
        verbs = Verbs(brief, _levers)
        found = worked_out(model, length, scenarios, values, time_limit, game, tell, verbs)
        tell("figure")
        if work.wall_left() > 0:
            found = replace(found, axes=_axes(found))
            found = replace(found, figure=_figure(found))
        if length == "full" and work.wall_left() > 0:
            tell("annexes")
            found = replace(found, moves=_moves(found))
            found = replace(found, annexes=tuple(annexes(found, tell)))
    return found


def _levers(model: SymbolicModel, player: str, statement: str, **options: Any) -> Levers:
    """Return levers with less work than the verb allows; finished answers are kept."""
    from deterrence.analysis import robust
    from deterrence.face.reading import restored

    return kept(
        "levers in a report",
        model,
        {"player": player, "statement": statement, **options},
        lambda: robust.levers(model, player, statement, **options),
        write=lambda found: found.to_dict(),
        read=lambda told: cast("Levers", restored(told, model=model)),
        finished=lambda found: found.complete,
    )


# ---- the figure ------------------------------------------------------------------------------
def _axes(found: Report) -> tuple[str, str] | None:
    """Return the axes with which the explorer begins; None where a map shows one answer only."""
    import numpy as np

    from deterrence.explorer.axes import Views

    page = found.brief
    if not page.anywhere or page.model.orders:
        return None
    regions: list[Sequence[Sequence[Expression]]] = [[r.when] for r in page.model.named_regimes]
    regions = regions or [r.terms for r in page.anywhere]
    if sum(len(term) for terms in regions for term in terms) > _CONDITIONS:
        return None
    views = Views(page.model, page.values, regions)
    try:
        pair = views.best()
        if len(pair) < 2:
            return None
        lines = (np.linspace(*views.ranges[n], _POINTS + k)[1:-1] for k, n in enumerate(pair))
        columns = dict(zip(pair, (c.ravel() for c in np.meshgrid(*lines)), strict=True))
        codes = views.codes(columns)
    except (DeterrenceError, KeyError, TypeError, ValueError):
        return None  # a formula that floats cannot follow
    return (pair[0], pair[1]) if len(set(codes[codes >= 0].tolist())) > 1 else None


def _figure(found: Report) -> Block | None:
    """Return the map with the cases on it, else the game; None where neither can be drawn."""
    try:
        if found.axes is not None:
            return _map(found, *found.axes)
    except DeterrenceError:
        pass
    try:
        return _game(found)
    except DeterrenceError:
        return None


def _map(found: Report, x: str, y: str) -> Figure:
    from deterrence.figures.kinds.regime_plane import plane_figure

    page = found.brief
    on, same, off = _places(found, x, y)
    figure = plane_figure(
        page.model,
        x,
        y,
        scenario=page.scenario,
        values=dict(page.given) or None,
        width=_WIDE,
        height=_TALL,
        cases=on,
        effort=_MAP,
    )
    caption = "Which results are possible as two guesses move, all others as in the base case. "
    if same:
        caption += f"At the star, too: {'; '.join(same)}. "
    if off:
        caption += f"Not on the map, which does not hold for them: {'; '.join(off)}. "
    return _drawn(figure, (caption, Mark.of("sampled" if figure.incomplete else "exact")))


def _places(
    found: Report, x: str, y: str
) -> tuple[dict[str, tuple[Any, Any]], list[str], list[str]]:
    """Return where cases lie on the map, and the names of those at the star and of those off it.

    A case is on the map where the same results are possible at its place there as in the case
    itself, whatever else differs.
    """
    page, model = found.brief, found.brief.model
    on: dict[str, tuple[Any, Any]] = {}
    at_star: list[str] = []
    off: list[str] = []
    star = page.values[x], page.values[y]
    for case in found.cases:
        if case.scenario == page.scenario:
            continue
        name = case.title or case.scenario or "Default values"
        place = case.values[x], case.values[y]
        inside = all(
            p.lower is not None and p.upper is not None and p.lower <= v <= p.upper
            for p, v in zip((model.parameters[x], model.parameters[y]), place, strict=True)
        )
        try:
            there = model.values(
                page.scenario, values={**page.given, x: place[0], y: place[1]}, check=False
            )
            same = inside and all(
                _holds(r.terms, there) == _holds(r.terms, case.values) for r in page.anywhere
            )
        except DeterrenceError:
            same = False
        if same and place == star:
            at_star.append(name)
        elif same and place not in on.values():
            on[name] = place
        else:
            off.append(name)
    return on, at_star, off


def _holds(terms: Sequence[Sequence[Any]], values: Mapping[str, Any]) -> bool:
    return any(all(bool(c.evaluate(values)) for c in term) for term in terms)


def _game(found: Report) -> Block | None:
    """Return best responses of a small matrix, else the matrix or the tree, if that is small."""
    from deterrence.face.pages import picture
    from deterrence.face.plotting import plot

    page, model = found.brief, found.brief.model
    if not model.orders and [len(a) for a in model.actions] == [2, 2]:
        asked: dict[str, Any] = {"scenario": page.scenario, "values": dict(page.given)}
        figure = plot(model, "best-response", width=_SQUARE, **asked)
        told = "Best responses of both sides; equilibria are where they meet. "
        return _drawn(figure, (told, Mark.of("exact")))
    shown = picture(model.at(page.scenario, values=page.given), model)
    if isinstance(shown, Figure) and shown.svg:
        size = _SVG_SIZE.search(shown.svg)
        if size is None or float(size[2]) * min(1.0, 488 / float(size[1])) > _MOST:
            return None
        ranks = "ranks for numbers" if model.orders else "its payoffs at these values"
        return replace(shown, caption=(f"The game, with {ranks}. ", Mark.of("assumption")))
    if isinstance(shown, Matrix | Lines):
        from deterrence.words.blocks import as_text

        return shown if len(as_text([shown]).splitlines()) <= _LINES else None
    return None


def _moves(found: Report) -> Block | None:
    """Return the graph of moves with the state in question; None where there is none."""
    page = found.brief
    if page.stability is None:
        return None
    from deterrence.face.plotting import plot

    here: dict[str, Any] = {"scenario": page.scenario, "values": dict(page.given)}
    state = page.stability.focus[0]
    try:
        figure = plot(page.model, "moves", state=state, width=_WIDE, **here)
        told = "Who can move from where to where, and what is stable for all. "
        return _drawn(figure, (told, Mark.of("exact")))
    except DeterrenceError:
        return None


def _drawn(figure: Any, caption: Inline) -> Figure:
    """Return a figure of matplotlib as a block."""
    from deterrence.face.pages import bare_svg
    from deterrence.figures.drawing.files import to_bytes

    svg = bare_svg(figure)
    size = _SVG_SIZE.search(svg)
    scale = 1.0 if size is None else _TALLEST / float(size[2])
    if scale < _LEAST:
        raise DeterrenceError("the figure is too tall for a memo")
    if scale < 1 and size is not None:
        wide, tall = (f"{scale * float(size[k]):.6g}" for k in (1, 2))
        svg = svg.replace(size[0], f'width="{wide}pt" height="{tall}pt"', 1)
    return Figure(
        svg,
        figure.description,
        png=lambda: to_bytes(figure, "png", 220),
        caption=caption,
    )
