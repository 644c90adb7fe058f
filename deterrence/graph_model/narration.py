"""Stability in sentences: what holds of a state, and what tempts whom, and who would answer how.

>>> from deterrence import load_model
>>> found = load_model("chicken").stability(concepts=["nash", "sseq", "seq", "smr", "gmr"])
>>> story = Narration(found)
>>> print(story.verdict(1))
Status quo is stable if each player fears any answer that leaves no way out (SMR; so by GMR), \
but not by Nash, SSEQ or SEQ.
>>> for sentence in story.account(story.found.accounts[0]):
...     print(sentence)
A could gain by choosing 'Stand firm' (B yields), but B could answer by choosing 'Stand firm' \
(Collision), worse for A than Status quo. A has no way out from there, but B would not want to: \
Collision is worse for B than B yields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from deterrence.game.stability_notions import NOTIONS, moves_of, notion, spelt
from deterrence.graph_model.result_parts import (
    Account,
    Horizon,
    LocalReason,
    Reached,
    Step,
    ToldAnswer,
    ToldGain,
)
from deterrence.graph_model.results import Stability
from deterrence.modelfile.condition_words import cut
from deterrence.words.sentences import capital, listed

#: Longest title of a state in a sentence; a longer one is called by its number.
_TITLE = 40
#: Notions without look-ahead, the strongest first, what each implies, and who is stable by it.
_PLAIN = (
    ("nash", ("sseq", "seq", "smr", "gmr"), "as no player gains by a move of its own"),
    (
        "sseq",
        ("seq", "smr", "gmr"),
        "if each player fears answers that the others want to give, as they leave no way out",
    ),
    ("seq", ("gmr",), "if each player fears answers that the others want to give"),
    ("smr", ("gmr",), "if each player fears any answer that leaves no way out"),
    ("gmr", (), "if each player fears any answer"),
)
#: What is said of moves that are all wanted.
_WANTED = "each of these moves is a gain for who makes it"
#: What is said of a state that is stable, is not, or may be.
_IS = {
    "yes": "is stable",
    "no": "is not stable",
    "sometimes": "is stable with some ways to break ties",
}


class Narration:
    """Tells one result in sentences."""

    def __init__(self, found: Stability) -> None:
        self.found = found
        #: In how many states each outcome is the only one.
        self.counts = Counter(s.outcome for s in found.states if s.sure)
        self.titles = Counter(s.title for s in found.states)

    # ---- names -----------------------------------------------------------------------------
    def name(self, number: int) -> str:
        """Return what a state is called: what happens there for sure, its title, or its number."""
        state = self.found.state(number)
        title = state.outcome if state.sure else state.title
        once = (self.counts[title] if state.sure else self.titles[title]) == 1
        plain = len(title) <= _TITLE and ";" not in title
        if not state.sure and not (once and plain):
            return f"#{number}"
        told = cut(title, _TITLE)
        told = f"'{told}'" if "," in told or " and " in told else told
        return told if once and plain else f"{told} #{number}"

    def full_name(self, number: int) -> str:
        """Return the same with what happens there where the name is a number."""
        name, state = self.name(number), self.found.state(number)
        if name.startswith("#"):
            return f"{name}, {cut(state.outcome or state.title, 80)}"
        return name

    def rank(self, player: str, number: int) -> int:
        """Return how a player ranks a state."""
        return self.found.state(number).ranks[player]

    # ---- the answer --------------------------------------------------------------------------
    @cached_property
    def _status(self) -> dict[str, tuple[frozenset[int], frozenset[int]]]:
        return {
            n.concept: (frozenset(n.equilibria), frozenset(n.perhaps)) for n in self.found.notions
        }

    def held(self, number: int) -> tuple[list[str], list[str], list[str]]:
        """Return the notions by which a state is an equilibrium, perhaps, and not."""
        sure = [c for c, (yes, _) in self._status.items() if number in yes]
        maybe = [c for c, (_, some) in self._status.items() if number in some]
        return sure, maybe, [c for c in self._status if c not in sure and c not in maybe]

    @cached_property
    def where(self) -> str:
        """How a sentence about the values begins."""
        found = self.found
        if found.scenario:
            return f"In the scenario '{cut(found.scenario_title, 60)}', "
        if found.given or not found.values:
            return "At these values, " if found.values else ""
        return f"{found.proviso}, " if found.proviso else "At the default values, "

    def verdict(self, *numbers: int) -> str:
        """Say in a sentence when states with the same answers are stable for all."""
        sure, maybe, never = self.held(numbers[0])
        name, are = self.several(numbers), "is" if len(numbers) == 1 else "are"
        if not sure and not maybe:
            asked = f"by {_names(never, 'or')}" if len(never) < 3 else "by any notion asked"
            return f"{name} {are} not stable {asked}."
        parts = [f"stable {self.conditions(sure)}"] if sure else []
        if maybe:
            parts.append(f"with some ways to break ties stable by {_names(maybe, 'and')}")
        lacking = f", but not by {_names(never, 'or')}" if never else ""
        return f"{name} {are} {'; '.join(parts)}{lacking}."

    def alone(self, number: int) -> str:
        """Say for which players alone a state is stable, by which notions, with a blank before."""
        told = []
        groups: dict[tuple[str, ...], list[str]] = {}
        for who in self.found.players:
            own = [
                n.concept
                for n in self.found.notions
                if number in n.stable.get(who, ()) and number not in self._status[n.concept][0]
            ]
            if own:
                groups.setdefault(tuple(own), []).append(who)
        for keys, players in groups.items():
            each = "alone" if len(players) == 1 else "each alone"
            told.append(f"for {listed(players)} {each} by {_names(keys, 'and')}")
        return f" It is stable {'; '.join(told)}." if told else ""

    def several(self, numbers: Sequence[int], most: int = 4, *, short: bool = False) -> str:
        """Return what states are called, as a list of which the end may be left out.

        Those with one outcome stand together, as *Status quo (#1 and #2)*; ``short`` leaves out
        what those are that go by a number.
        """
        groups: dict[str, list[int]] = {}
        for s in numbers:
            groups.setdefault(self.name(s).removesuffix(f" #{s}"), []).append(s)
        named = []
        for name, states in [*groups.items()][:most]:
            told = [f"#{s}" for s in states[:most]]
            more = len(states) - len(told)
            told += [f"{more:,} more"] if more else []
            title = cut(self.found.state(states[0]).title, 60)
            if name.startswith("#"):
                named.append(name if short else f"{name} ({title})")
            elif len(states) == 1:
                named.append(self.name(states[0]))
            else:
                named.append(f"{name} ({listed(told)})")
        left = len(numbers) - sum(map(len, [*groups.values()][:most]))
        return listed([*named, f"{left:,} more"] if left else named)

    def alike(self, numbers: Iterable[int]) -> list[list[int]]:
        """Return states in groups that are stable by the same notions."""
        groups: dict[tuple[tuple[str, ...], ...], list[int]] = {}
        for s in numbers:
            groups.setdefault(tuple(map(tuple, self.held(s))), []).append(s)
        return [*groups.values()]

    def conditions(self, keys: Sequence[str]) -> str:
        """Return for which players a state is stable by these notions, all of them."""
        left, told = [*keys], []
        for key, implied, words in _PLAIN:
            if key in left:
                also = [k for k in implied if k in left]
                left = [k for k in left if k != key and k not in also]
                so = f"; so by {_names(also, 'and')}" if also else ""
                told.append(f"{words} ({notion(key).name}{so})")
        ahead = [k for k in left if moves_of(k) is not None]
        looks = [f"{told_moves(ahead)} ahead ({_names(ahead, 'and')})"] if ahead else []
        looks += ["without end (NM)"] if "nm" in left and looks else []
        if looks:
            told.append(f"if they look {' or '.join(looks)}")
        told += [
            f"if they {NOTIONS[k].who} ({NOTIONS[k].name})"
            for k in left
            if k in NOTIONS and not (looks and k == "nm")
        ]
        return " and ".join(told)

    def horizon(self, *states: Horizon) -> str:
        """Say for how long a look ahead states are stable that are alike in this."""
        one = states[0]
        runs: list[tuple[int, int, str]] = []
        for h, status in enumerate(one.moves, 1):
            if runs and runs[-1][2] == status:
                runs[-1] = (runs[-1][0], h, status)
            else:
                runs.append((h, h, status))
        name, ends = self.several([s.state for s in states], 3), "without end (non-myopic)"
        them = "it" if len(states) == 1 else "they"
        said = {
            k: text if them == "it" else text.replace("is ", "are ", 1) for k, text in _IS.items()
        }
        settled = bool(one.cycle) and len(set(one.moves[-one.cycle :])) == 1
        if settled and len(runs) == 1:
            return f"However far ahead they look, and {ends}, {name} {said[one.without_end]}."
        parts = []
        for k, (first, last, status) in enumerate(runs):
            span = spelt(first)
            if settled and k == len(runs) - 1:
                span = f"{span} or more, and {ends}"
            elif last > first:
                span += f" {'or' if last == first + 1 else 'to'} {spelt(last)}"
            if not k:
                span += f" move{'s' if last > 1 else ''} ahead"
            parts.append(f"looking {span}, {them if k else name} {said[status]}")
        if not settled and one.cycle:
            turn = f"from there on that comes back every {spelt(one.cycle)} moves"
            parts.append(f"{turn}, so {ends} {them} {said[one.without_end]}")
        elif not settled:
            parts.append(f"{ends} {them} {said[one.without_end]}")
        return f"{capital('; '.join(parts))}."

    def local(self, one: LocalReason) -> str:
        """Say why one state of very many is stable for a player, or is not."""
        name, who = self.name(one.state), one.player
        if not one.improvements:
            return f"At {name}, {who} gains by no move of its own."
        count = f"{one.improvements:,} state{'s' if one.improvements > 1 else ''}"
        told = f"At {name}, {who} could gain by going to {count}"
        groups: dict[str, list[str]] = {}
        for key, to in one.unanswered.items():
            if key != "nash":
                groups.setdefault(to, []).append(key)
        answered = [k for k in self._status if k not in one.unanswered and k != "nash"]
        parts = [f"to '{cut(to, 60)}' the others have no answer by {_names(keys, 'or')}"
                 for to, keys in groups.items()]  # fmt: skip
        if answered:
            parts.append(f"all are answered by {_names(answered, 'and')}")
        return f"{told}; {'; '.join(parts)}."

    # ---- from a state ------------------------------------------------------------------------
    def path(self, steps: Sequence[Step]) -> str:
        """Return moves after each other in words."""
        return ", then ".join(f"{s.player} by {s.move}" for s in steps)

    def reached(self, one: Reached) -> str:
        """Say how a state is reached, and by which notions it is stable."""
        sure, maybe, _ = self.held(one.state)
        stable = f"stable by {_names(sure or maybe, 'and')}" if sure or maybe else "not stable"
        if len(sure) == len(self._status):
            stable = "stable by every notion"
        name = self.full_name(one.state)
        if not one.moves:
            return f"{name} itself: {stable}."
        if one.improvements is None:
            return (
                f"{name}, {stable}: {self.path(one.moves)}; improvements alone do not lead there."
            )
        same = one.improvements == one.moves
        more = "" if same else f"; by improvements alone: {self.path(one.improvements)}"
        told = ", all of them improvements" if same and len(one.moves) > 1 else ""
        told = ", an improvement" if same and len(one.moves) == 1 else told
        return f"{name}, {stable}: {self.path(one.moves)}{told}{more}."

    # ---- why ---------------------------------------------------------------------------------
    def account(self, told: Account, most: int | None = None) -> Iterator[str]:
        """Yield sentences on why a state is stable for somebody or is not, a gain each."""
        who, several = told.who, len(told.members) > 1
        if not told.gains:
            if told.other is None:
                nothing = "have nothing to gain together" if several else "has no move"
                yield f"{who} {nothing}."
                return
            how = self.compared(who, told.other.to, told.state)
            yield (
                f"{who} gains by no move of its own: the best, {told.other.move} "
                f"({self.full_name(told.other.to)}), is {how} for {who}."
            )
            return
        left = len(told.gains) - len(told.gains[:most])
        for k, gain in enumerate(told.gains[:most], 1):
            more = f" ({left} more gain{'s' if left > 1 else ''}.)" if k == most and left else ""
            yield f"{self.gain(told, gain)}{more}"

    def gain(self, told: Account, gain: ToldGain) -> str:
        """Say what somebody could gain, and what the others could answer."""
        who = told.who
        has = "have" if len(told.members) > 1 else "has"
        start = f"{who} could gain{self.way(told, gain)}"
        answers = gain.answers
        if not answers:
            others = self.others(told.members)
            return f"{start}, and {others} can do nothing about it." if others else f"{start}."
        best = gain.strongest
        wanted, final = best in ("sseq", "seq"), best in ("sseq", "smr")
        one = answers[best]
        end = one.steps[-1].to
        text = f"{start}, but {self.moves(one.steps, 'would' if wanted else 'could')}, "
        text += self.sanction(told, end)
        alone = len(told.members) == 1
        stuck = "no move" if alone and one.escape is None else "no way out"
        way_out = f"{who} {has} {stuck} from there"
        if wanted and final:
            text += f", and {way_out}"
        elif wanted and "smr" in answers and answers["smr"].steps == one.steps:
            return f"{text}, and {way_out}."  # of a coalition
        elif wanted:
            text += f"; yet {self.escape(told, one)}" if alone else ""
        elif final:
            text += f". {capital(way_out)}, but {self.unwanted(one, gain.to)}"
        else:
            yet = f". Yet {self.escape(told, one)}, and" if alone else ", but"
            text += f"{yet} {self.unwanted(one, gain.to)}"
        text += "."
        if best == "seq" and "smr" in answers:
            other = answers["smr"]
            doubt = self.unwanted(other, gain.to)
            text += (
                f" Another answer leaves no way out: {self.moves(other.steps, 'could')}; "
                f"{'and' if doubt == _WANTED else 'but'} {doubt}."
            )
        return text

    def way(self, told: Account, gain: ToldGain) -> str:
        """Say by which moves a gain is made, and where it is."""
        where = f"({self.full_name(gain.to)})"
        if len(told.members) == 1:
            return f" by {gain.way[0].move} {where}"
        moves = [f"{s.player} by {s.move}" for s in gain.way]
        return f" together, {', then '.join(moves)} {where}"

    def others(self, members: Sequence[str]) -> str:
        """Return the players but some."""
        return listed([p for p in self.found.players if p not in members])

    def moves(self, steps: Sequence[Step], would: str) -> str:
        """Return an answer in words: who would choose what, then who, and where that leads."""
        told = []
        for k, step in enumerate(steps):
            how = f"{would} answer by" if not k else "then by"
            told.append(f"{step.player} {how} {step.move}")
        return f"{', '.join(told)} ({self.full_name(steps[-1].to)})"

    def sanction(self, told: Account, end: int) -> str:
        """Say what an answer is worth to whom it is meant for."""
        if end == told.state:
            return "where all began"
        worse = [p for p in told.members if self.rank(p, end) < self.rank(p, told.state)]
        if worse:
            return f"worse for {listed(worse)} than {self.name(told.state)}"
        return f"no better for {told.who} than {self.name(told.state)}"

    def compared(self, who: str, one: int, other: int) -> str:
        """Return how a state is for a player beside another."""
        first, second = self.rank(who, one), self.rank(who, other)
        return "worse" if first < second else "better" if first > second else "no better"

    def escape(self, told: Account, one: ToldAnswer) -> str:
        """Say how somebody gets away from an answer."""
        way = one.escape
        assert way is not None
        has, it = ("have", "them") if len(told.members) > 1 else ("has", "it")
        return (
            f"{told.who} {has} a way out from there, {way.move} ({self.full_name(way.to)}), "
            f"better for {it} than {self.name(told.state)}"
        )

    def unwanted(self, one: ToldAnswer, start: int) -> str:
        """Say who would not want to make a move of an answer."""
        here = start
        for step in one.steps:
            if self.rank(step.player, step.to) <= self.rank(step.player, here):
                how = self.compared(step.player, step.to, here)
                return (
                    f"{step.player} would not want to: {self.name(step.to)} is {how} for "
                    f"{step.player} than {self.name(here)}"
                )
            here = step.to
        return _WANTED


def told_moves(keys: Sequence[str]) -> str:
    """Return how far notions look ahead, as in *two or three moves*."""
    counts = [moves_of(k) or 0 for k in keys]
    ahead = "move" if counts == [1] else "moves"
    return f"{listed(map(spelt, counts), 'or')} {ahead}"


def _names(keys: Iterable[str], last: str) -> str:
    names = [notion(k).name for k in keys]
    return listed(names, last)
