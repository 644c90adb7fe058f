"""What flips a conclusion, as documents: the answer in words, then tables.

On a screen the exact numbers are decimals; in full they stand beside them, with the
polynomials whose roots they are.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deterrence.algebra.numbers import format_decimal
from deterrence.analysis.robust.results import (
    SAME,
    Alone,
    Levers,
    MovingParameter,
    Robustness,
    SmallestChange,
)
from deterrence.analysis.robust.words import (
    change_cell,
    change_heading,
    exact_text,
    number_text,
    size_text,
    wrong_by,
)
from deterrence.analysis.told_results import equilibria_words, result_words
from deterrence.modelfile.condition_words import cut, short_title
from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Heading,
    Inline,
    Lines,
    Paragraph,
    Table,
)
from deterrence.words.fitting import MAX_LINES, fitted
from deterrence.words.markup import WIDTH
from deterrence.words.shown import shows

#: Longest title of a parameter.
_TITLE = 60
#: Longest list of titles on a screen; names stand in their place.
_LISTED = 240
#: Longest statement in a sentence.
_STATEMENT = 200
PROVEN, OPEN = "[proven]", "[open]"


@dataclass(frozen=True)
class _Detail:
    """How many rows of each kind are told, None for all."""

    moves: int | None
    alone: int | None
    results: int | None
    full: bool = False


_FULL = _Detail(None, None, None, full=True)
#: From the fullest to the tersest that a screen may hold.
_SCREEN = (
    _Detail(None, None, None),
    _Detail(None, None, 6),
    _Detail(10, 10, 4),
    _Detail(8, 8, 3),
    _Detail(6, 6, 2),
    _Detail(4, 4, 2),
    _Detail(3, 3, 1),
    _Detail(2, 2, 1),
)


# ---- documents -------------------------------------------------------------------------
def robustness_document(answer: Robustness, full: bool) -> Document:
    """Return the document of a robustness answer."""
    phrase = answer.answers[0].phrase or answer.statement
    title = f"{answer.title or answer.model}: how robust is '{cut(phrase, _STATEMENT)}'?"
    about = _About(answer.axes, answer.base, answer.model, None, answer.over)

    def blocks(detail: _Detail) -> list[Block]:
        told: list[Block] = [Heading(title, 1)]
        told += [Paragraph((_answer(c, about),)) for c in answer.answers]
        told += _changes(answer.answers, about, detail)
        told += _alone(answer.answers, about, detail)
        told += _notes([*_messages(answer.answers), *answer.messages])
        if detail.full:
            told += _exact(answer.answers, about)
        return told

    return _document(title, blocks, full)


def levers_document(answer: Levers, full: bool) -> Document:
    """Return the document of a levers answer."""
    change = answer.answer
    title = f"{answer.title or answer.model}: what {answer.player} can do"
    about = _About(answer.axes, answer.base, answer.model, answer.costs)

    def blocks(detail: _Detail) -> list[Block]:
        told: list[Block] = [Heading(title, 1), Paragraph((_lever(answer, about),))]
        told += _changes([change], about, detail)
        told += _alone([change], about, detail)
        told += [Paragraph((_prices(answer),))] if answer.axes else []
        told += _notes([*change.messages, *answer.messages])
        if detail.full:
            told += _exact([change], about)
        return told

    return _document(title, blocks, full)


def change_document(change: SmallestChange, full: bool) -> Document:
    """Return the document of one answer by itself."""
    title = f"How robust is '{cut(change.phrase or change.statement, _STATEMENT)}'?"
    about = _About((), change.witness or {}, "")

    def blocks(detail: _Detail) -> list[Block]:
        told: list[Block] = [Heading(title, 1), Paragraph((_answer(change, about),))]
        told += _changes([change], about, detail)
        told += _alone([change], about, detail)
        told += _notes(change.messages)
        if detail.full:
            told += _exact([change], about)
        return told

    return _document(title, blocks, full)


def _document(title: str, blocks: Callable[[_Detail], list[Block]], full: bool) -> Document:
    found = blocks(_FULL) if full else fitted(blocks, _SCREEN, MAX_LINES)
    return Document(title, tuple(found))


# ---- the answer ------------------------------------------------------------------------
@dataclass(frozen=True)
class _About:
    """What is known beside one change: what moves, where it starts, and at which prices."""

    axes: Sequence[MovingParameter]
    base: Mapping[str, object]
    model: str
    costs: Mapping[str, object] | None = None
    over: Sequence[str] = ()

    @property
    def guesses(self) -> list[str]:
        """The parameters that move, where that is one, or not all."""
        names = [_named(a.title, a.name) for a in self.axes]
        return names if self.over or len(names) == 1 else []


def _named(title: str, name: str, longest: int = _TITLE) -> str:
    short = short_title(title, longest)
    return f"{short} ({name})" if short and short != name else name


def _quoted(change: SmallestChange) -> str:
    phrase = cut(change.phrase or change.statement, _STATEMENT)
    if change.statement == SAME:
        return f"'{phrase}'"
    return f"'{phrase} in {change.quantifier} equilibrium'"


def _several(changes: Sequence[SmallestChange]) -> str:
    """Return one statement with several quantifiers in quotes."""
    if len(changes) == 1 or changes[0].statement == SAME:
        return _quoted(changes[0])
    phrase = cut(changes[0].phrase or changes[0].statement, _STATEMENT)
    return f"'{phrase} {' and '.join(f'in {c.quantifier}' for c in changes)} equilibrium'"


def _answer(change: SmallestChange, about: _About) -> str:
    """Say first how wrong the guesses may be, and how sure that is."""
    statement = _quoted(change)
    if change.before == change.after:
        return f"{_capital(statement)} {_status(change.before)} at these values."
    becomes = "come to hold" if change.after else "stop holding"
    now = f"{statement} {_status(change.before)} at these values"
    if change.impossible:
        limits = "no change within the declared ranges" if change.within_bounds else "no change"
        limits += " of what may move" if about.over else ""
        makes = "makes it hold" if change.after else "makes it stop holding"
        return f"{_capital(now)}, and {limits} {makes}. {PROVEN}"
    before = "" if change.before else f"{_capital(now)}. "
    subject = statement if change.before else "it"
    if change.certainty == "proven" and change.upper is not None:
        size = _reach(change) + size_text(change.upper, change.units)
        return (
            f"{before}If {wrong_by(size, change.units, change.norm, about.guesses)}, {subject} can "
            f"{becomes}; nothing smaller does it. {PROVEN}"
        )
    low = "0" if change.lower is None else size_text(change.lower, change.units)
    sure = wrong_by(low, change.units, change.norm, about.guesses)
    keeps = "keeps holding" if change.before else "keeps failing to hold"
    told = f"{before}Wherever {sure} and no more, {subject} {keeps}. {PROVEN} "
    if change.lower is None or change.lower.decimal == 0:
        told = f"{_capital(now)}; how robust that is was not proven in the time. {OPEN} "
    if change.upper is None:
        return f"{told}No change was found that makes it {becomes}; none is excluded. {OPEN}"
    at = size_text(change.upper, change.units)
    return f"{told}At {at} it can {becomes}; in between it is open. {OPEN}"


def _reach(change: SmallestChange) -> str:
    """Say whether the size itself does it."""
    return "" if change.attained else "just over " if change.attained is False else "about "


def _status(holds: bool) -> str:
    return "holds" if holds else "does not hold"


def _capital(text: str) -> str:
    start = 1 if text.startswith("'") else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def _lever(answer: Levers, about: _About) -> str:
    """Say what a player wants, what the cheapest way to it is, and what it costs."""
    change, player = answer.answer, answer.player
    wants = f"{player} wants {_quoted(change)}"
    if change.before == change.after:
        return f"{wants}. It holds at these values: nothing has to change. {PROVEN}"
    missing = f"{wants}, which does not hold at these values."
    if change.impossible:
        limits = " within the declared ranges" if change.within_bounds else ""
        return f"{missing} Nothing that {player} can change{limits} brings it about. {PROVEN}"
    if change.upper is None:
        return (
            f"{missing} No change was found that brings it about; none is excluded "
            f"above a cost of {_low(change)}. {OPEN}"
        )
    moved = [
        f"{_named(m.title, m.parameter)} from {format_decimal(m.base)} to "
        f"{_beyond(change, m.steps.decimal)}{number_text(m.limit)}"
        for m in change.moves
    ]
    told = "; ".join(moved[:3]) + (f"; and {len(moved) - 3} more" if len(moved) > 3 else "")
    cost = number_text(change.upper)
    if change.certainty == "proven":
        return (
            f"{missing} The cheapest change that brings it about is {told}. It costs {cost}; "
            f"nothing cheaper does it. {PROVEN}"
        )
    return (
        f"{missing} A change that brings it about is {told}. It costs {cost}; that nothing below "
        f"a cost of {_low(change)} does is proven, in between it is open. {OPEN}"
    )


def _low(change: SmallestChange) -> str:
    return "0" if change.lower is None else number_text(change.lower)


def _beyond(change: SmallestChange, steps: float) -> str:
    """Say that a value has to be passed, not met."""
    if change.attained is not False:
        return ""
    return "just above " if steps > 0 else "just below "


def _prices(answer: Levers) -> str:
    prices = {format_decimal(c) for c in answer.costs.values()}
    whole = "its whole range"
    if prices == {"1"}:
        cost = f"Moving a parameter over {whole} costs 1"
    else:
        listed = ", ".join(f"{n} {format_decimal(c)}" for n, c in answer.costs.items())
        cost = f"Moving a parameter over {whole} costs: {listed}"
    part = "the sum" if answer.norm == "sum" else "the largest"
    joint = f"; a change of several costs {part} of its parts" if len(answer.costs) > 1 else ""
    names = ", ".join(a.name for a in answer.axes)
    return f"{cost}{joint}. {answer.player} moves: {names}."


# ---- the change, and what is there -------------------------------------------------------
def _changes(changes: Sequence[SmallestChange], about: _About, detail: _Detail) -> Iterator[Block]:
    """Yield the smallest changes as a table, and the results where they lead."""
    groups: dict[tuple[tuple[str, str], ...], list[SmallestChange]] = {}
    for change in changes:
        if change.moves:
            key = tuple((m.parameter, str(m.limit)) for m in change.moves)
            groups.setdefault(key, []).append(change)
    different = list(groups.values())
    if different:
        yield _moves(different, about, detail)
        yield from _there(different, detail)


def _moves(groups: Sequence[Sequence[SmallestChange]], about: _About, detail: _Detail) -> Table:
    """Return where every parameter goes, in one column per change."""
    first = groups[0][0]
    moved = {m.parameter: m for group in groups for m in group[0].moves}
    rows: list[tuple[Inline, ...]] = []
    for m in list(moved.values())[: detail.moves]:
        row: list[Inline] = [(_named(m.title, m.parameter),), (format_decimal(m.base),)]
        for group in groups:
            to = next((n for n in group[0].moves if n.parameter == m.parameter), None)
            row.append(("stays" if to is None else number_text(to.limit),))
        if len(groups) == 1:
            row.append((change_cell(m.steps, first.units, signed=first.units != "cost"),))
        rows.append(tuple(row))
    if len(rows) < len(moved):
        rows.append(_more(len(moved) - len(rows)))
    what = "cheapest" if about.costs is not None else "smallest"
    found = "" if first.certainty == "proven" else " that was found"
    caption = f"The {what} change{found}"
    heads = ["What moves", "from", "to", change_heading(first.units)]
    if len(groups) > 1:
        caption = f"The {what} changes{found}"
        heads = ["What moves", "from", *(f"to: {group[0].quantifier}" for group in groups)]
    elif about.costs is None:
        caption += f" for {_several(groups[0])}"
    more = {a.name for a in about.axes} - {*moved}
    rest = " (all else stays)" if more else ""
    return Table(
        tuple(heads),
        tuple(rows),
        frozenset(range(1, len(heads))),
        (f"{caption}{rest}:",),
    )


def _there(groups: Sequence[Sequence[SmallestChange]], detail: _Detail) -> Iterator[Block]:
    """Yield the results where the changes lead."""
    known = [g for g in groups if g[0].witness is not None]
    if not known:
        return
    truths = any(len(g[0].results) > 1 and g[0].results[0].holds is not None for g in known)
    phrase = known[0][0].phrase
    heads = ["What can happen", "in equilibrium"]
    heads += [f"{phrase}?" if len(phrase) <= 16 else "holds?"] if truths else []
    rows: list[tuple[Inline, ...]] = []
    for group in known:
        change = group[0]
        if len(known) > 1:
            rows.append(((f"{_place(change)}, for {_several(group)}:",),))
        told = change.results[: detail.results]
        for r in told:
            row: list[Inline] = [
                (result_words(r),),
                (equilibria_words(r, None if detail.full else 3),),
            ]
            row += [({True: "yes", False: "no", None: ""}[r.holds],)] if truths else []
            rows.append(tuple(row))
        if not change.results:
            rows.append((("the results were not all worked out in the time",),))
        elif len(told) < len(change.results):
            rows.append(_more(len(change.results) - len(told)))
    caption = f"{_place(known[0][0])}:" if len(known) == 1 else "What happens there:"
    yield Table(tuple(heads), tuple(rows), frozenset(), (caption,))


def _place(change: SmallestChange) -> str:
    there = "Just beyond it" if change.excess else "There"
    return f"{there} ({change.regime})" if change.regime else there


def _more(count: int) -> tuple[Inline, ...]:
    return ((f"... and {count} more: `--full` tells them",),)


# ---- one at a time -----------------------------------------------------------------------
def _alone(changes: Sequence[SmallestChange], about: _About, detail: _Detail) -> Iterator[Block]:
    """Yield the thresholds of single parameters, the nearest first, and those without one."""
    groups: dict[tuple[tuple[str, int, str], ...], list[SmallestChange]] = {}
    for change in changes:
        found = tuple(
            (a.parameter, a.direction, str(a.threshold))
            for a in change.alone
            if a.distance is not None
        )
        if found:
            groups.setdefault(found, []).append(change)
    if groups and (len(about.axes) != 1 or detail.full):  # else the table of moves has it
        yield _thresholds(list(groups.values()), detail)
    idle = _idle(changes)
    if idle:
        yield Paragraph((_never(idle, changes[0], detail, some=bool(groups)),))


def _never(idle: Mapping[str, str], change: SmallestChange, detail: _Detail, *, some: bool) -> str:
    """Say which parameters flip nothing alone."""
    limits = "within the declared ranges" if change.within_bounds else "whatever they are"
    one = "payoff" if change.units.startswith("payoff") else "parameter"
    if not some:
        return f"No {one} flips it alone, {limits}. {PROVEN}"
    titled = "; ".join(_named(title, name) for name, title in idle.items())
    told = titled if detail.full or len(titled) <= _LISTED else ", ".join(idle)
    if not detail.full and len(told) > _LISTED:
        return f"None of the other {len(idle)} flips it alone, {limits}. {PROVEN}"
    return f"None of these flips it alone, {limits}: {told}. {PROVEN}"


def _thresholds(groups: Sequence[Sequence[SmallestChange]], detail: _Detail) -> Table:
    first = groups[0][0]
    found = {
        k: sorted(
            (a for a in group[0].alone if a.distance is not None),
            key=lambda a: a.distance.decimal if a.distance else 0,
        )
        for k, group in enumerate(groups)
    }
    regimes = any(a.regime for own in found.values() for a in own)
    heads = ["One alone", "now", "flips", change_heading(first.units)]
    rows: list[tuple[Inline, ...]] = []
    for k, group in enumerate(groups):
        if len(groups) > 1:
            rows.append(((f"{_flips(group)}:",),))
        for a in found[k][: detail.alone]:
            assert a.distance is not None
            assert a.threshold is not None
            row: list[Inline] = [
                (_named(a.title, a.parameter),),
                (format_decimal(a.base),),
                (f"{_side(a)} {number_text(a.threshold)}",),
                (change_cell(a.distance, first.units, signed=False),),
            ]
            rows.append(tuple([*row, (a.regime or "",)] if regimes else row))
        if detail.alone is not None and len(found[k]) > detail.alone:
            rows.append(_more(len(found[k]) - detail.alone))
    one = "payoff" if first.units.startswith("payoff") else "guess"
    one = "parameter" if first.units == "cost" else one
    caption = f"Where one {one} alone flips it"
    caption += "" if len(groups) > 1 else f": {_flips(groups[0])}"
    return Table(
        (*heads, "there") if regimes else tuple(heads),
        tuple(rows),
        frozenset({1, 2, 3}),
        (f"{caption}.",),
    )


def _flips(group: Sequence[SmallestChange]) -> str:
    return f"{_several(group)} {'comes to hold' if group[0].after else 'stops holding'}"


def _side(a: Alone) -> str:
    side = "above" if a.direction > 0 else "below"
    return f"at or {side}" if a.attained else side


def _idle(changes: Sequence[SmallestChange]) -> dict[str, str]:
    """Return the parameters that, alone, flip none of the answers, with titles: as walked."""
    found: dict[str, str] = {}
    directions: dict[str, list[Alone]] = {}
    for change in changes:
        for a in change.alone:
            directions.setdefault(a.parameter, []).append(a)
    whole = 2 * sum(1 for c in changes if c.before != c.after)
    for name, entries in directions.items():
        if len(entries) == whole and all(a.distance is None for a in entries):
            found[name] = entries[0].title
    return found


# ---- notes, and what is told in full only --------------------------------------------------
def _messages(changes: Sequence[SmallestChange]) -> list[str]:
    return [m for c in changes for m in c.messages]


def _notes(messages: Sequence[str]) -> Iterator[Block]:
    told = list(dict.fromkeys(messages))
    if told:
        yield Bullets(tuple((f"{_capital(m)}.",) for m in told))


def _exact(changes: Sequence[SmallestChange], about: _About) -> Iterator[Block]:
    """Yield exact numbers, the claims of certificates, and how to solve the game there."""
    yield Heading("Exactly")
    for change in changes:
        rows: list[tuple[Inline, ...]] = []
        word = "cost" if about.costs is not None else "size"
        if change.lower is not None:
            rows.append(((f"no smaller {word} than",), (exact_text(change.lower),)))
        if change.upper is not None:
            rows.append(((f"{word} that does it",), (exact_text(change.upper),)))
        rows += [((f"{m.parameter} moves to",), (exact_text(m.limit),)) for m in change.moves]
        rows += [
            ((f"{a.parameter} alone, {_side(a)}",), (exact_text(a.threshold),))
            for a in change.alone
            if a.threshold is not None
        ]
        if rows:
            yield Table(("", ""), tuple(rows), frozenset(), (f"{_capital(_quoted(change))}:",))
        if change.certificate is not None:
            yield Paragraph((f"The certificate claims: {change.certificate.claim}.",))
        if change.witness is not None and about.model and not change.units.startswith("payoff"):
            yield Paragraph(("Solved there by:",))
            yield Lines(tuple(_command(change, about.model)))


def _command(change: SmallestChange, model: str) -> list[str]:
    """Return the command that solves the game at the witness, in lines that a shell joins."""
    lines = [f"deterrence solve {shlex.quote(model)}"]
    for m in change.moves:
        word = shlex.quote(f"--set={m.parameter}={m.witness}")
        if len(lines[-1]) + len(word) + 3 > WIDTH:
            lines[-1] += " \\"
            lines.append(f"    {word}")
        else:
            lines[-1] += f" {word}"
    return lines


shows(SmallestChange, change_document)
shows(Robustness, robustness_document)
shows(Levers, levers_document)
