"""A result on stability as a document: the answer first, then why, then the table of states."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from deterrence.game.stability_notions import OF_COALITIONS, in_order, names, notion
from deterrence.graph_model.doubts import blocks
from deterrence.graph_model.narration import Narration
from deterrence.graph_model.result_parts import (
    Horizon,
    NotionCondition,
    NotionRegime,
    ToldInverse,
)
from deterrence.graph_model.results import Stability
from deterrence.modelfile.catalogue import model_names
from deterrence.modelfile.condition_words import cut
from deterrence.words.blocks import (
    Block,
    Bullets,
    Document,
    Entries,
    Heading,
    Inline,
    Lines,
    Mark,
    Paragraph,
    Table,
    disjunction,
    inline_text,
)
from deterrence.words.fitting import MAX_LINES, fitted
from deterrence.words.markup import GLUE, WIDTH
from deterrence.words.sentences import capital, listed
from deterrence.words.shown import shows

#: Longest condition on a screen.
LONGEST = 240
#: Least room for the title of a state in the table, and players whose ranks it has.
_LEAST_TITLE, MAX_RANKED = 16, 4
#: Longest condition that begins a row of the table of regimes, and states that it calls by name.
_SHORT, _CALLED = 40, 8
#: Coalitions that would leave a state and are told one by one.
_GROUPS = 6
#: What the answer rests on.
RULES = (
    "Anybody may move at any time, nobody twice in a row; a move needs a state that is strictly "
    "better, a sanction one that is no better."
)


@dataclass(frozen=True)
class _Detail:
    """How much is told: groups of verdicts, states told why, gains each, rows of the table.

    ``more`` are items of each answer to what was asked besides, ``conditions`` states with
    conditions, ``ahead`` groups of states that look ahead alike, ``words`` whether notions are
    told in words there, or notions with one condition together, ``each`` whether conditions of
    single players are told; ``next`` are lines on what to ask next.  None is no limit.
    """

    verdicts: int | None
    accounts: int | None
    gains: int | None
    rows: int | None
    more: int | None = 8
    conditions: int | None = 1
    ahead: int | None = 2
    words: bool = True
    next: int = 3
    each: bool = True
    full: bool = False


_FULL = _Detail(None, None, None, None, None, None, None, full=True)
#: From the fullest to the tersest that a screen may hold.
_SCREEN = (
    _Detail(6, 3, 3, 12),
    _Detail(5, 2, 2, 8),
    _Detail(4, 1, 2, 8),
    _Detail(4, 1, 2, 8, words=False, next=1),
    _Detail(4, 1, 2, 8, words=False, next=1, each=False),
    _Detail(4, 1, 1, 6, 6, words=False, next=1, each=False),
    _Detail(4, 1, 1, 5, 4, words=False, next=1, each=False),
    _Detail(3, 1, 1, 4, 3, words=False, next=1, each=False),
    _Detail(3, 1, 1, 3, 3, words=False, next=1, each=False),
    _Detail(2, 1, 1, 4, 3, 0, 1, words=False, next=1, each=False),
    _Detail(2, 1, 1, 2, 3, 0, 1, words=False, next=1, each=False),
    _Detail(2, 0, 0, 4, 3, 0, 1, words=False, next=1, each=False),
    _Detail(1, 0, 0, 3, 2, 0, 1, words=False, next=1, each=False),
)
#: The same where something was asked besides, which is told first.
_ASKED = (
    _Detail(6, 2, 2, 8, None, 1, 2, words=False),
    _Detail(4, 0, 0, 6, None, 0, 1, words=False),
    _Detail(4, 0, 0, 4, 12, 0, 0, words=False),
    _Detail(2, 0, 0, 0, 12, 0, 0, words=False, next=1, each=False),
    _Detail(2, 0, 0, 0, 8, 0, 0, words=False, next=1, each=False),
    _Detail(2, 0, 0, 0, 5, 0, 0, words=False, next=1, each=False),
    _Detail(1, 0, 0, 0, 3, 0, 0, words=False, next=1, each=False),
    _Detail(1, 0, 0, 0, 2, 0, 0, words=False, next=1, each=False),
    _Detail(1, 0, 0, 0, 1, 0, 0, words=False, next=1, each=False),
)


def stability_document(found: Stability, full: bool) -> Document:
    """Return the document of a result on stability."""
    page = _Page(found)
    besides = (
        found.start or found.goals or found.inverse or found.coalitions or found.regimes
        or found.doubts or found.graded
    )  # fmt: skip
    details = _ASKED if besides else _SCREEN
    blocks = page.blocks(_FULL) if full else fitted(page.blocks, details, MAX_LINES)
    return Document(f"{found.title}: stability", tuple(blocks))


class _Page:
    """Writes the document of one result."""

    def __init__(self, found: Stability) -> None:
        self.found = found
        self.story = Narration(found)

    @property
    def mark(self) -> Mark:
        """How sure what is said at the values is."""
        return Mark.of("exact" if self.found.exact else "in floats")

    def blocks(self, detail: _Detail) -> list[Block]:
        """Return the document with one amount of detail."""
        told: list[Block] = [Heading(cut(f"{self.found.title}: stability", 150), 1)]
        told += self.answer(detail)
        told += self.from_here(detail)
        told += self.goals(detail)
        told += self.inverse(detail)
        told += self.together(detail)
        told += self.regimes(detail)
        told += self.doubts(detail)
        told += self.graded()
        told += self.reasons(detail)
        told += self.elsewhere()
        told += self.table(detail)
        told += self.notions(detail)
        told += self.ahead(detail)
        notes = [*self.notes()]
        told += [Bullets(tuple((n,) for n in notes))] if notes else []
        told.append(Paragraph((RULES,)))
        told += self.next(detail)
        return told

    # ---- the answer ------------------------------------------------------------------------
    def answer(self, detail: _Detail) -> Iterator[Block]:
        """Yield when the states in question are stable."""
        found, story = self.found, self.story
        if not found.focus:
            text = f"{story.where}no state is stable for all by any notion asked. "
            yield Paragraph((capital(text), self.mark))
            return
        groups = story.alike(found.focus)
        shown = groups[: detail.verdicts]
        items: list[Inline] = []
        for states in shown:
            also = story.alone(states[0]) if found.why == "asked" and len(states) == 1 else ""
            items.append((f"{story.verdict(*states)}{also} ", self.mark))
        left = sum(map(len, groups[len(shown) :]))
        if left:
            items.append((f"... and {left:,} more: `--full` tells them",))
        if len(items) == 1:
            first, *rest = items[0]
            yield Paragraph((f"{story.where}{first}", *rest))
        else:
            what = "these states are stable for all by some notion"
            what = what if found.why == "equilibria" else "of the states in question"
            yield Paragraph((f"{capital(story.where + what)}:",))
            yield Bullets(tuple(items))

    def elsewhere(self) -> Iterator[Block]:
        """Yield which other states are stable for all."""
        focus = set(self.found.focus)
        if self.found.why == "equilibria" or self.found.local:
            return
        equilibria = dict.fromkeys(s for one in self.found.notions for s in one.equilibria)
        told = []
        for states in self.story.alike(s for s in equilibria if s not in focus):
            sure, _, _ = self.story.held(states[0])
            every = len(sure) == len(self.found.notions)
            by = "every notion" if every else names(sure)
            told.append(f"{self.story.several(states, 3)} (by {by})")
        if not told:
            yield Paragraph(("No other state is stable for all by any of these notions.",))
            return
        shown = told[:3] + ([f"{len(told) - 3} more groups"] if len(told) > 3 else [])
        yield Paragraph((f"Also stable: {'; '.join(shown)}.",))

    # ---- why ---------------------------------------------------------------------------------
    def reasons(self, detail: _Detail) -> Iterator[Block]:
        """Yield, state by state, what each player could gain and what would come of it."""
        if self.found.local:
            yield Bullets(tuple((self.story.local(one),) for one in self.found.local))
        shown = self.found.focus[: detail.accounts]
        alone = len(self.found.focus) == 1
        for state in shown:
            items: list[Inline] = []
            for one in self.found.accounts:
                if one.state == state and len(one.members) == 1:
                    items += [(text,) for text in self.story.account(one, detail.gains)]
            if items:
                if not alone:
                    yield Paragraph((f"Why, at {self.story.name(state)}:",))
                yield Bullets(tuple(items))

    # ---- the table -----------------------------------------------------------------------------
    @cached_property
    def initials(self) -> dict[str, str]:
        """The shortest beginnings of the players' names that tell them apart, none of them E."""
        names = self.found.players
        short = {p: str(k + 1) for k, p in enumerate(names)}
        for size in range(1, max(map(len, names)) + 1):
            found = {p: p[:size] for p in names}
            if len(set(found.values())) == len(names) and not {"E", "-"} & set(found.values()):
                short = found
                break
        sides = {s: "+".join(short.get(p, p) for p in s.split("+")) for s in self.found.sides}
        return {**short, **{s: told for s, told in sides.items() if s not in short}}

    def short(self, group: str) -> str:
        """Return a coalition by the initials of its members."""
        return "+".join(self.initials.get(p, p) for p in group.split("+"))

    @cached_property
    def columns(self) -> dict[str, dict[str, list[str]]]:
        """By notion and player, whether each state is stable."""
        numbers = [s.number for s in self.found.states]
        return {n.concept: n.by_state(numbers) for n in self.found.notions}

    def cell(self, concept: str, k: int) -> str:
        """Return for whom a state is stable under a notion."""
        own = {p: column[k] for p, column in self.columns[concept].items()}
        if all(status == "yes" for status in own.values()):
            return "E"
        if all(status != "no" for status in own.values()):
            return "(E)"
        told = [
            self.initials.get(p, p) if status == "yes" else f"({self.initials.get(p, p)})"
            for p, status in own.items()
            if status != "no"
        ]
        return ",".join(told) or "-"

    def table(self, detail: _Detail) -> Iterator[Block]:
        """Yield states by notions."""
        found = self.found
        if detail.rows == 0:
            return
        ranked = len(found.players) <= MAX_RANKED and not found.local
        heads = [*(found.players if ranked else ()), *(n.name for n in found.notions)]
        order = self.order(detail)
        cells = []
        for k in order:
            own = [str(r) for r in found.states[k].ranks.values()] if ranked else []
            cells.append([*own, *(self.cell(n.concept, k) for n in found.notions)])
        widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
        room = 120 if detail.full else max(_LEAST_TITLE, WIDTH - sum(widths) - 2 * len(widths))
        rows: list[tuple[Inline, ...]] = [
            tuple((text,) for text in (name, *row))
            for name, row in zip(self.row_names(order, room), cells, strict=True)
        ]
        left = len(found.states) - len(order)
        if left:
            rows.append(
                ((f"... and {left:,} more state{'s' if left > 1 else ''}: `--full` tells them",),)
            )
        alone = ", ".join(f"{short}: for {p} alone" for p, short in self.initials.items())
        how = ", and how each player ranks them (more is better)" if ranked else ""
        yield Table(
            ("State", *heads),
            tuple(rows),
            frozenset(range(1, 1 + len(found.players))) if ranked else frozenset(),
            (f"States{how}. E: stable for all, an equilibrium; {alone}.",),
        )

    def row_names(self, order: Sequence[int], room: int, *, short: bool = False) -> list[str]:
        """Return what states are called in a table: by title, or by label where these fit better.

        Those without a name of their own are called alike, ``short`` by their labels.
        """
        named, labels, plain = [], [], []
        for k in order:
            state = self.found.states[k]
            name = self.story.name(state.number)
            plain.append(name.startswith("#") or name.endswith(f" #{state.number}"))
            named.append(f"#{state.number} {state.title if plain[-1] else name.strip(chr(39))}")
            labels.append(f"#{state.number} {state.label}" if ", " in state.label else named[-1])
        if short or any(p and len(text) > room for p, text in zip(plain, named, strict=True)):
            named = [label if p else t for t, label, p in zip(named, labels, plain, strict=True)]
        return [cut(text, room) for text in named]

    def order(self, detail: _Detail, least: int = 0) -> list[int]:
        """Return the states that the table has: all, or those in question and equilibria first."""
        count = len(self.found.states)
        most = None if detail.rows is None else max(detail.rows, least)
        if most is None or count <= most:
            return [*range(count)]
        first = [s - 1 for s in self.found.focus]
        for one in self.found.notions:
            first += [s - 1 for s in one.equilibria]
        kept = [*dict.fromkeys(first)][:most]
        return sorted(kept)

    # ---- what was asked besides ----------------------------------------------------------------
    def some(self, items: list[Inline], most: int | None) -> tuple[Inline, ...]:
        """Return the first items, and how many are left out."""
        kept = items[:most]
        left = len(items) - len(kept)
        more: Inline = (f"... and {left:,} more: `--full` tells them",)
        return (*kept, more) if left else tuple(kept)

    def from_here(self, detail: _Detail) -> Iterator[Block]:
        """Yield where the conflict can go from a state."""
        ways = self.found.start
        if ways is None:
            return
        count = len(self.found.states)
        yield Heading(f"From {self.story.name(ways.state)}")
        yield Paragraph(
            (
                f"By moves {ways.by_moves:,} of {count:,} states can be reached, by improvements "
                f"alone {ways.by_improvements:,}, it among them. Those that are in question or "
                "stable for all by some notion, the nearest first:",
            )
        )
        items: list[Inline] = [(self.story.reached(one),) for one in ways.reached]
        yield Bullets(self.some(items, detail.more))

    def goals(self, detail: _Detail) -> Iterator[Block]:
        """Yield which states are as somebody would like them, and by which notions stable."""
        for goal in self.found.goals:
            items: list[Inline] = []
            for states in self.story.alike(goal.states):
                sure, maybe, _ = self.story.held(states[0])
                if sure or maybe:
                    items.append((self.story.verdict(*states),))
            what = f"Of {len(goal.states):,} states with '{cut(goal.text, 60)}'"
            if not goal.states:
                yield Paragraph((f"No state has '{cut(goal.text, 60)}'.",))
            elif not items:
                yield Paragraph((f"{what} none is stable for all by any notion asked.",))
            else:
                yield Paragraph((f"{what}, these are stable for all by some notion:",))
                yield Bullets(self.some(items, detail.more))

    def inverse(self, detail: _Detail) -> Iterator[Block]:
        """Yield which preferences would make the states in question stable."""
        if not self.found.inverse:
            return
        for state in dict.fromkeys(one.state for one in self.found.inverse):
            rows: list[tuple[str, tuple[Inline, ...]]] = []
            own = [one for one in self.found.inverse if one.state == state]
            for player in dict.fromkeys(one.player for one in own):
                groups: dict[str, list[ToldInverse]] = {}
                for one in own:
                    if one.player == player:
                        groups.setdefault(one.condition, []).append(one)
                lines: list[Inline] = []
                for told, those in groups.items():
                    share = those[0].share
                    part = share is not None and share < 1
                    orders = f" ({_percent(share or Fraction())} of all orders)" if part else ""
                    lines.append((f"{names(o.concept for o in those)}: {told}{orders}",))
                rows.append((player, self.some(lines, detail.more)))
            title = (
                f"{self.story.several([state])} is stable, the preferences of the others given, "
            )
            yield Entries((f"{title}for ", Mark.of("proven")), tuple(rows))

    def together(self, detail: _Detail) -> Iterator[Block]:
        """Yield which coalitions are content with which states."""
        found = self.found
        if not found.coalitions:
            return
        keys = [*dict.fromkeys(c.concept for c in found.coalitions)]
        groups = [*dict.fromkeys(c.name for c in found.coalitions)]
        content = {(c.name, c.concept): frozenset(c.stable) for c in found.coalitions}
        rows: list[tuple[Inline, ...]] = []
        order = self.order(detail, 4)
        for k, name in zip(order, self.row_names(order, 120 if detail.full else 30), strict=True):
            cells = []
            for key in keys:
                upset = [self.short(g) for g in groups if k + 1 not in content[g, key]]
                few = detail.full or len(upset) <= _GROUPS
                cells.append((", ".join(upset) if few else f"{len(upset)} of them") or "nobody")
            rows.append(tuple((text,) for text in (name, *cells)))
        left = len(found.states) - len(rows)
        if left:
            rows.append(
                ((f"... and {left:,} more state{'s' if left > 1 else ''}: `--full` tells them",),)
            )
        yield from self.upset(detail)
        better = "for all members" if found.improvement == "joint" else "for some, worse for none"
        answers = "single players" if found.sanctions == "individual" else "groups of the others"
        short = {p: s for p, s in self.initials.items() if p in found.players and p != s}
        who = f" ({', '.join(f'{s}: {p}' for p, s in short.items())})" if short else ""
        yield Table(
            ("State", *(OF_COALITIONS[key][0] for key in keys)),
            tuple(rows),
            frozenset(),
            (
                f"Who of {self.listed_groups(groups)} would leave it{who}? They gain by what is "
                f"better {better}; in CSEQ {answers} answer.",
            ),
        )

    def listed_groups(self, groups: Sequence[str]) -> str:
        """Return coalitions by initials; many are only counted."""
        shown = [self.short(g) for g in groups]
        return listed(shown, "and") if len(shown) <= 8 else f"{len(shown):,} coalitions"

    @cached_property
    def here(self) -> NotionRegime | None:
        """The regime that the values are in, as far as it is among those found."""
        found = self.found
        told = {n.concept: n.equilibria for n in found.notions}

        def holds(one: NotionRegime) -> bool:
            return all(told.get(key, own) == own for key, own in one.stable.items()) and any(
                all(c.evaluate(found.values) for c in term) for term in one.when
            )

        return next(filter(holds, sorted(found.regimes, key=lambda one: not one.tie)), None)

    @property
    def off_ties(self) -> bool:
        """Whether some regimes are told, or none, where payoffs are equal that need not be."""
        return any(one.tie for one in self.found.regimes) or any(
            "off ties" in note for note in self.found.messages
        )

    def regimes(self, detail: _Detail) -> Iterator[Block]:
        """Yield for which parameters which states are stable, by all notions together."""
        if not self.found.regimes:
            return
        here = self.here
        shown = [one for one in self.found.regimes if detail.full or not one.tie or one is here]
        shown.sort(key=lambda one: one is not here)
        ties = len(self.found.regimes) - len(shown)
        yield Heading("What is stable, for which values")
        if not self.found.regimes_complete:
            yield Paragraph(("There may be more than these. ", Mark.of("open")))
        left: list[Inline] = []
        if ties:
            left = [(f"... and {ties} where some payoffs are equal: `--full` tells them",)]
        if not all(one.when for one in shown):
            left.append(("Of some no condition was found: `--format json` has values of each.",))
        whole = "Wherever no payoffs are equal" if self.off_ties else "Always"
        heads = [_where(one, whole) for one in shown]
        if all(len(inline_text(head)) <= _SHORT for head in heads) and len(shown) > 1:
            yield self.regime_table(shown, heads)
            yield from [Bullets(tuple(left))] if left else []
        else:
            if here is not None and all(here.when):
                heads[0] = ("At these values, and wherever ", *heads[0])
            items = [self.regime(one, head) for one, head in zip(shown, heads, strict=True)]
            yield Bullets(self.some([*items, *left], detail.more))

    def regime_table(self, shown: Sequence[NotionRegime], heads: Sequence[Inline]) -> Block:
        """Return regimes by notions; those beside each other with one answer share a column."""
        keys = in_order({key for one in shown for key in one.stable})

        def answer(key: str) -> list[str]:
            return [_numbers(one, key) for one in shown]

        columns = [list(group) for _, group in itertools.groupby(keys, answer)]
        rows = [
            (head, *((_numbers(one, column[0]),) for column in columns))
            for one, head in zip(shown, heads, strict=True)
        ]
        used = sorted({s for one in shown for own in one.stable.values() for s in own})
        called = "; ".join(self.row_names([s - 1 for s in used[:_CALLED]], 60, short=True))
        more = f" and {len(used) - _CALLED} more" if len(used) > _CALLED else ""
        sure = all(one.proof == "proven" for one in shown)
        here = "; the values are in the first row" if shown[0] is self.here else ""
        told = f"The states that are stable for all, by notion{here}: {called}{more}. "
        names_of = tuple(", ".join(notion(k).name for k in column) for column in columns)
        mark = Mark.of("proven" if sure else "open")
        return Table(("Where", *names_of), tuple(rows), caption=(told, mark))

    def regime(self, one: NotionRegime, head: Inline) -> Inline:
        """Return one regime as a sentence."""
        groups: dict[tuple[int, ...], list[str]] = {}
        for key, states in one.stable.items():
            groups.setdefault(states, []).append(key)
        told = []
        for states, keys in groups.items():
            what = self.story.several(states, 3, short=True) if states else "nothing"
            told.append(f"{what} by {names(keys)}")
        for key, states in one.sometimes.items():
            also = self.story.several(states, 3, short=True)
            told.append(f"with some ways to break ties {also} by {names([key])}")
        mark = Mark.of("proven" if one.proof == "proven" else "open")
        return (*head, f": {'; '.join(told)}. ", mark)

    def doubts(self, detail: _Detail) -> Iterator[Block]:
        """Yield how sure one may be of the states in question."""
        doubts = self.found.doubts
        if doubts is not None:
            places = [s - 1 for s in self.found.focus]
            yield from blocks(doubts, [] if detail.full else places[: detail.more or 5])

    def graded(self) -> Iterator[Block]:
        """Yield what is strongly stable."""
        if not self.found.graded:
            return
        rows = []
        for one in self.found.graded:
            strong = one.equilibria
            weak = [s for s in self.found.equilibria(one.concept) if s not in strong]
            told = f"strongly {self.story.several(strong, short=True)}" if strong else ""
            also = f"weakly {self.story.several(weak, short=True)}" if weak else ""
            text = "; ".join(t for t in (told, also) if t) or "nothing"
            rows.append((notion(one.concept).name, ((f"{text} ", self.mark),)))
        margin = self.found.graded[0].margin
        title = f"Stable for all, strongly where every answer costs {margin} or more"
        yield Entries((title,), tuple(rows))

    def upset(self, detail: _Detail) -> Iterator[Block]:
        """Yield what coalitions could gain at the states in question."""
        items: list[Inline] = []
        nothing: list[str] = []
        for one in self.found.accounts:
            if len(one.members) > 1 and one.gains:
                items += [(text,) for text in self.story.account(one, detail.gains or 1)]
            elif len(one.members) > 1 and "+".join(one.members) not in nothing:
                nothing.append("+".join(one.members))
        if nothing:
            items.append((f"Nothing to gain together: {listed(nothing)}.",))
        if items:
            yield Bullets(self.some(items, detail.more))

    # ---- notions and conditions ----------------------------------------------------------------
    def notions(self, detail: _Detail) -> Iterator[Block]:
        """Yield what each notion says, and for which values states in question are stable."""
        found = self.found
        words = {n.concept: n.words for n in found.notions}
        states = [*dict.fromkeys(c.state for c in found.conditions)][: detail.conditions]
        if not states and detail.words:
            rows = tuple((n.name, ((n.words,),)) for n in found.notions)
            yield Entries(("A state is stable by",), rows)
        for k, state in enumerate(states):
            whose = [*dict.fromkeys(c.player for c in found.conditions if c.state == state)]
            for who in whose if detail.each else [None]:
                groups: dict[str, list[NotionCondition]] = {}
                spoken = detail.words and not k and who is None
                for one in found.conditions:
                    if (one.state, one.player) == (state, who):
                        same = one.concept if spoken else str((one.when, one.proof))
                        groups.setdefault(same, []).append(one)
                told: list[tuple[str, tuple[Inline, ...]]] = []
                for those in groups.values():
                    what = f"{words[those[0].concept]}: " if spoken else ""
                    name = ", ".join(notion(one.concept).name for one in those)
                    longest = None if detail.full else LONGEST
                    told.append((name, ((what, *_condition(those[0], longest)),)))
                title = f"For which values {self.story.name(state)} is stable, and by which notion"
                title = title if who is None else f"The same for {who} alone"
                yield Entries((title,), tuple(told))

    def ahead(self, detail: _Detail) -> Iterator[Block]:
        """Yield for how long a look ahead the states in question are stable."""
        groups: dict[tuple[object, ...], list[Horizon]] = {}
        for one in self.found.ahead:
            groups.setdefault((one.moves, one.without_end, one.cycle), []).append(one)
        items: list[Inline] = [(self.story.horizon(*those),) for those in groups.values()]
        if detail.ahead == 0:
            return
        if len(items) == 1:
            yield Paragraph(items[0])
        elif items:
            yield Bullets(self.some(items, detail.ahead))

    # ---- the end -------------------------------------------------------------------------------
    def notes(self) -> Iterator[str]:
        """Say what else a reader has to know."""
        if self.found.local:
            count = self.found.size
            yield f"Of {count:,} states only those named were looked at, each exactly."
        if not self.found.exact:
            yield "Payoffs are floats (they are irrational), and so are ties between them."
        yield from self.found.messages

    def next(self, detail: _Detail) -> Iterator[Block]:
        """Yield what to ask next."""
        if detail.full:
            return
        found = self.found
        name = found.model if found.model in model_names() else "GAME"
        at = f" --scenario {shlex.quote(found.scenario)}" if found.scenario else ""
        at += "".join(f" --set {shlex.quote(f'{n}={found.values[n]}')}" for n in found.given)
        asked = []
        if found.conditions and not found.regimes:
            asked.append((f"deterrence stability {name} --regimes", "for all values"))
        if found.focus and found.start is None and not found.local:
            asked.append(
                (f"deterrence stability {name}{at} --start {found.focus[0]}", "where it can go")
            )
        asked.append((f"deterrence stability {name}{at} --full", "everything"))
        shown = asked[: detail.next]
        width = max(len(command) for command, _ in shown)
        yield Lines(tuple(f"{command:<{width}}  {what}" for command, what in shown))


def _condition(one: NotionCondition, longest: int | None) -> Inline:
    """Return for which values a state is stable, and how sure that is."""
    length = sum(len(str(c)) + 5 for term in one.when for c in term)
    if longest is not None and length > longest:
        count = sum(map(len, one.when))
        told = one.note or f"{count} condition{'s' if count > 1 else ''}"
        return (f"iff a long condition holds ({told}): `--full` tells it ", Mark.of(_sure(one)))
    if one.proof == "unknown":
        known = ("if ", *disjunction(one.when, "")) if one.when else ("not decided",)
        return (*known, " ", Mark.of("open"))
    if one.when and all(one.when):
        return ("iff ", *disjunction(one.when, ""), " ", Mark.of("proven"))
    return ("always " if one.when else "never ", Mark.of("proven"))


def _percent(share: Fraction) -> str:
    """Return a share in percent, as a decimal; what is not nothing does not become nothing."""
    return f"{float(100 * share):.3g}{GLUE}%"


def _sure(one: NotionCondition) -> str:
    return "proven" if one.proof == "proven" else "open"


shows(Stability, stability_document)


def _where(one: NotionRegime, whole: str) -> Inline:
    """Return where a regime lies; ``whole`` is said of one without conditions."""
    if not one.when:
        return ("At some values",)
    if not all(one.when):
        return (whole,)
    least = () if one.proof == "proven" else ("At least where ",)
    return (*least, *disjunction(one.when, ""))


def _numbers(one: NotionRegime, key: str) -> str:
    """Return the states that are stable under a notion; in brackets with some ways at ties."""
    told = [*map(str, one.stable[key]), *(f"({s})" for s in one.sometimes.get(key, ()))]
    return ", ".join(f"#{s}" if s.isdigit() else s for s in told) or "none"
