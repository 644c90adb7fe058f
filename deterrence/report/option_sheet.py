"""What an option form says: who can do what, what cannot be, who wants what, and the states.

>>> from deterrence.modelfile.loader import read_model
>>> model = read_model('''
... title: A strike and a withdrawal
... form: options
... players: [A, B]
... options: {A: [strike], B: [withdraw]}
... infeasible: [strike and withdraw]
... preferences:
...   A: {statements: [withdraw, not strike]}
...   B: {order: NN > NY > YN}
... ''')
>>> print(OptionSheet(model, model.options, {}).document().text())
A strike and a withdrawal
=========================
<BLANKLINE>
States, and how each player ranks them
<BLANKLINE>
    Label  State          A  B
#1  NN     Nothing taken  2  3
#2  YN     strike         1  1
#3  NY     withdraw       3  2
<BLANKLINE>
More is better, from 1 for the worst; equal ranks are ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.game.option_form import GIVEN_UP, MAX_STATES, TAKEN, NamedState, Option, OptionForm
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.blocks import Block, Bullets, Document, Entries, Heading, Inline, Paragraph
from deterrence.words.blocks import Table as Rows
from deterrence.words.shown import Shown, shows

#: States on a screen; the full list has all.
MANY_STATES = 24
_WAYS = {TAKEN: " (irreversible)", GIVEN_UP: " (once given up, it stays so)", "": ""}


@dataclass(frozen=True, repr=False)
class OptionSheet(Shown):
    """The states of an option form with the ranks that they have at some values."""

    model: SymbolicModel
    form: OptionForm
    values: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the states with their ranks, 0 for the worst, as plain data."""
        ranks = _ranks(self.form, self.values)
        names = {o.name: k for k, o in enumerate(self.form.options)}
        states = [
            {
                "number": s + 1,
                "label": self.form.label(s),
                "title": self.form.title(s),
                "patterns": [
                    {name: bool(pattern >> k & 1) for name, k in names.items()}
                    for pattern in self.form.members(s).tolist()
                ],
                "ranks": {p: ranks[p][s] for p in self.form.players},
            }
            for s in range(self.form.size if self.form.size <= MAX_STATES else 0)
        ]
        return {
            "schema": 1,
            "name": self.model.name,
            "values": {name: str(value) for name, value in self.values.items()},
            "feasible_states": self.form.size,
            "states": states,
        }


def _ranks(form: OptionForm, values: Mapping[str, Any]) -> dict[str, list[int]]:
    if form.size > MAX_STATES:
        return {}
    return {p: form.ranks(i, values).tolist() for i, p in enumerate(form.players)}


def sheet_document(sheet: OptionSheet, full: bool) -> Document:
    """Return the table of states; on a screen, the first of many."""
    blocks = [Heading(sheet.model.title, 1), *states_table(sheet.form, sheet.values, full)]
    if sheet.values:
        rows = tuple((name, ((str(value),),)) for name, value in sheet.values.items())
        blocks.append(Entries(("Values",), rows))
    return Document(sheet.model.title, tuple(blocks), sheet.model.typeset)


shows(OptionSheet, sheet_document)


def states_table(form: OptionForm, values: Mapping[str, Any], full: bool) -> Iterator[Block]:
    """Yield the states with their ranks, 1 for the worst."""
    yield Heading("States, and how each player ranks them")
    if form.size > MAX_STATES:
        yield Paragraph((f"There are {form.size:,} feasible states, too many to list.",))
        return
    shown = form.size if full or form.size <= MANY_STATES else MANY_STATES
    ranks = _ranks(form, values)
    rows: list[tuple[Inline, ...]] = []
    for s in range(shown):
        places = ((str(1 + ranks[p][s]),) for p in form.players)
        rows.append(((f"#{s + 1}",), (form.label(s),), (form.title(s),), *places))
    right = frozenset(range(3, 3 + len(form.players)))
    yield Rows(("", "Label", "State", *form.players), tuple(rows), right)
    if shown < form.size:
        yield Paragraph((f"And {form.size - shown:,} more; --full lists all.",))
    yield Paragraph(("More is better, from 1 for the worst; equal ranks are ties.",))


def option_blocks(model: SymbolicModel, form: OptionForm) -> Iterator[Block]:
    """Yield what stands in the file: options, what cannot be, named states, preferences."""
    yield Heading("Players and their options")
    yield Entries((), tuple(_players(model, form)))
    if form.infeasible:
        yield Heading("What cannot be")
        yield Bullets(tuple((str(statement),) for statement in form.infeasible))
    named = tuple(_named(form))
    if named:
        yield Heading("States with a name")
        yield Entries((), named)
    yield Heading("What they want")
    yield Entries((), tuple(_wants(form)))
    count = (
        f"{form.size:,} state is feasible"
        if form.size == 1
        else (f"{form.size:,} states are feasible")
    )
    where = ""
    if form.status_quo is not None:
        where = f" The conflict is in #{form.status_quo + 1} {form.title(form.status_quo)}."
    yield Paragraph((f"{count}.{where}",))


def _players(model: SymbolicModel, form: OptionForm) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    for player in form.players:
        title = model.player_titles.get(player, "")
        own = ((_option(form, o),) for o in form.options if o.player == player)
        yield player, (*(((title,),) if title and title != player else ()), *own)


def _option(form: OptionForm, option: Option) -> str:
    title = f": {option.title}" if option.title and option.title != option.name else ""
    number = form.options.index(option) + 1
    return f"{number} {option.name}{title}{_WAYS[option.irreversible]}"


def _named(form: OptionForm) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    def told(state: NamedState, how: str) -> tuple[str, tuple[Inline, ...]]:
        lines: list[Inline] = [(state.title,)] if state.title else []
        return state.name, (*lines, (f"{how}{state.when}",))

    for state in form.named:
        yield told(state, "")
    for state in form.merged:
        yield told(state, "one state, where ")


def _wants(form: OptionForm) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    for player, preference in zip(form.players, form.preferences, strict=True):
        if preference.payoff is not None:
            yield player, (("payoff ", preference.payoff),)
        elif preference.order:
            classes = (" = ".join(map(str, tied.args)) for tied in preference.order)
            yield player, ((" > ".join(classes),),)
        else:
            said = "; ".join(map(str, preference.statements))
            yield player, ((f"the most important first: {said}",),)


def option_dict(form: OptionForm) -> dict[str, Any]:
    """Return what stands in the file as plain data."""

    def states(named: tuple[NamedState, ...]) -> dict[str, Any]:
        return {s.name: {"title": s.title, "when": str(s.when)} for s in named}

    return {
        "options": [
            {
                "name": o.name,
                "player": o.player,
                "title": o.title,
                "irreversible": o.irreversible,
            }
            for o in form.options
        ],
        "infeasible": [str(s) for s in form.infeasible],
        "merged": states(form.merged),
        "states": states(form.named),
        "status_quo": None if form.status_quo is None else form.label(form.status_quo),
        "feasible_states": form.size,
        "preferences": {
            player: {
                "statements": [str(s) for s in p.statements],
                "order": [[str(item) for item in tied.args] for tied in p.order],
                "payoff": None if p.payoff is None else str(p.payoff),
            }
            for player, p in zip(form.players, form.preferences, strict=True)
        },
    }
