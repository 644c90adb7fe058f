r"""Gambit's ``.efg`` files: game trees with any number of players, read and written exactly.

The format (Gambit's documentation, "Game representation formats") has a header
``EFG 2 R "title" { players } "comment"`` and the nodes in prefix order:

* ``c "node" event "name" { "move" probability ... } outcome`` for chance,
* ``p "node" player set "name" { "action" ... } outcome`` for a player's move,
* ``t "node" outcome`` for the end of a play,

where an outcome is a number, 0 for none, with ``"name" { payoffs }`` after it.
An information set, an event or an outcome is described where it first occurs;
later its number is enough, and a description that is repeated must be the same.
Outcomes at inner nodes are paid on top of what comes later.

>>> game = read_efg('''EFG 2 R "Entry" { "Challenger" "Defender" }
... p "" 1 1 "" { "out" "in" } 0
... t "" 1 "status quo" { 0, 2 }
... p "" 2 1 "reply" { "fight" "yield" } 2 "mobilised" { -.5, 0 }
... t "" 3 "war" { -1, -1 }
... t "" 0''')
>>> [(s.player, s.label, s.actions) for s in game.sets]
[('Challenger', 'Challenger:1', ('out', 'in')), ('Defender', 'reply', ('fight', 'yield'))]
>>> game.expected_payoffs({"Challenger": {"Challenger:1": {"in": 1}},
...                        "Defender": {"reply": {"fight": 1}}})
{'Challenger': Fraction(-3, 2), 'Defender': Fraction(-1, 1)}
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from deterrence.errors import shorten
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import MAX_NODES, InformationSet, Node
from deterrence.modelfile.exchange.efg_writer import write_efg
from deterrence.modelfile.exchange.gambit import MAX_BYTES, Tokens, decode, distinct
from deterrence.modelfile.exchange.near_fractions import completed, few
from deterrence.modelfile.exchange.number_words import read_number

__all__ = ["MAX_BYTES", "read_efg", "write_efg"]

#: Longest comment that is kept; a longer one is cut.
MAX_COMMENT = 10_000
#: Nodes times players.
MAX_SIZE = 5_000_000
#: Payoffs in all outcomes together.
MAX_PAYOFFS = 2_000_000

_WHOLE = re.compile(r"\+?[0-9]{1,9}", re.ASCII)


def read_efg(
    text: str | bytes, name: str = "game", *, source: str | None = None, rationalise: bool = False
) -> ExtensiveGame:
    """Read a game tree; every payoff and probability is an exact rational.

    ``text`` is the content of the file (bytes are UTF-8), ``source`` what to call
    the file in error messages.  ``rationalise`` reads 0.6666666666666666 as 2/3, and
    probabilities that sum to 1 but for rounding as fractions, see
    :mod:`deterrence.modelfile.exchange.near_fractions`; the game's ``remarks`` say so, or that
    numbers look like fractions.  Information sets without a name are called
    ``player:number``, outcomes ``outcome number``; a name that is used twice gets
    a suffix, and outcomes with one name share it in ``groups``.  Raises
    :class:`InvalidFileError`, with line and column, for anything that is not a game within
    the limits.

    >>> from deterrence import Decision, ExtensiveGame, Leaf
    >>> game = ExtensiveGame.from_tree(
    ...     ("A", "B"),
    ...     Decision("A", "start", {"wait": Leaf("peace"), "go": Decision("B", "reply", {
    ...         "yield": Leaf("gain"), "fight": Leaf("war")})}),
    ...     {"peace": (0, 1), "gain": (1, 0), "war": (-1, -1)})
    >>> from deterrence import read_efg, write_efg
    >>> read_efg(write_efg(game)).players
    ('A', 'B')
    """
    return _EfgReader(decode(text, source or name), source or name, rationalise).game(name)


@dataclass
class _Set:
    """An information set or chance event, as far as it has been read."""

    player: int  # 0 is chance
    number: int
    name: str
    actions: tuple[str, ...]
    chances: tuple[Fraction, ...] = ()


@dataclass
class _Draft:
    """What has been read of a tree."""

    sets: list[_Set] = field(default_factory=list)
    set_numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    outcomes: dict[int, tuple[str, tuple[Fraction, ...]]] = field(default_factory=dict)
    nodes: list[tuple[int, int, int, int, str]] = field(default_factory=list)


class _EfgReader(Tokens):
    """Reads one file from front to back."""

    def game(self, name: str) -> ExtensiveGame:
        self.mark("EFG", "2", "a game tree")
        title = " ".join(self.title().split())
        players = self.players()
        comment = ""
        if self.advance() == "string":
            comment = self.value[:MAX_COMMENT]
            self.advance()
        draft = _Draft()
        self.tree(players, draft)
        if self.kind != "end":
            self.unexpected("the end of the file: every move has its node already")
        game = _finished(players, draft, name, title, comment)
        return game.replace(remarks=self.numbers.remarks())

    def tree(self, players: tuple[str, ...], draft: _Draft) -> None:
        """Read all nodes.  A stack of moves that wait for their node stands for the tree."""
        waiting = [(-1, 0)]
        limit = min(MAX_NODES, MAX_SIZE // len(players))
        while waiting:
            parent, move = waiting.pop()
            if len(draft.nodes) >= limit:
                self.fail("too many nodes", f"at most {limit:,} for {len(players)} players")
            kind = self.value if self.kind == "word" else ""
            if kind not in ("c", "p", "t"):
                self.unexpected(self.missing(players, draft, parent, move))
            self.advance()
            self.expect("string", "its name in quotation marks")
            label = self.label("node")
            self.advance()
            number = -1
            if kind == "p":
                player = self.whole("the number of a player", 1, len(players))
                number = self.information_set(draft, player)
            elif kind == "c":
                number = self.information_set(draft, 0)
            outcome = self.outcome(draft, len(players))
            if number >= 0:
                count = len(draft.sets[number].actions)
                if len(waiting) + count > limit:
                    self.fail("too many nodes", f"at most {limit:,} for {len(players)} players")
                here = len(draft.nodes)
                waiting.extend((here, k) for k in range(count - 1, -1, -1))
            draft.nodes.append((number, outcome, parent, move, label))

    def missing(self, players: tuple[str, ...], draft: _Draft, parent: int, move: int) -> str:
        if parent < 0:
            return "c, p or t, which begin a node"
        s = draft.sets[draft.nodes[parent][0]]
        who = players[s.player - 1] if s.player else "chance"
        action = shorten(s.actions[move] or str(move + 1))
        return f"c, p or t: the node after {shorten(who)}'s move {action!r}"

    def whole(self, what: str, low: int, high: int = 999_999_999) -> int:
        """Return the current token as a whole number, and go on."""
        found = self.kind == "word" and _WHOLE.fullmatch(self.value)
        if not found or not low <= int(self.value) <= high:
            self.unexpected(f"{what}, a whole number from {low} to {high:,}")
        number = int(self.value)
        self.advance()
        return number

    def information_set(self, draft: _Draft, player: int) -> int:
        what = "information set" if player else "chance event"
        at = self.start
        key = (player, self.whole(f"the number of the {what}", 0))
        known = draft.set_numbers.get(key)
        if self.kind != "string":
            if known is None:
                self.fail(
                    f"{what} {key[1]} has not been described yet",
                    "its name and its actions where it first occurs",
                    at=at,
                )
            return known
        at = self.start
        described = self.described(player, key[1], what)
        if known is None:
            draft.set_numbers[key] = len(draft.sets)
            draft.sets.append(described)
            return len(draft.sets) - 1
        if draft.sets[known] != described:
            self.fail(
                f"{what} {key[1]} was described differently before",
                "the same name, actions and probabilities, or the number alone",
                at=at,
            )
        return known

    def described(self, player: int, number: int, what: str) -> _Set:
        name = self.label(what)
        self.advance()
        self.expect("{", "{ and the actions")
        self.advance()
        actions: list[str] = []
        words: list[str] = []
        at = self.start
        while not actions or self.kind != "}":
            self.expect("string", "an action's name in quotation marks")
            actions.append(self.label("action"))
            self.advance()
            if not player:
                self.expect("word", "the probability of the move before it")
                if self.exact(self.value, read_number) < 0:
                    self.fail(f"the probability {shorten(self.value)}", "0 or more")
                words.append(self.value)
                self.advance()
            if len(actions) > MAX_NODES:
                self.fail("too many actions", f"at most {MAX_NODES:,}")
        chances = self.numbers.chances(words)
        total = sum(chances, Fraction(0))
        if not player and total != 1:
            found = completed(words)
            self.fail(
                f"the probabilities sum to {shorten(str(total))}",
                "probabilities that sum to exactly 1",
                f"write 1/3 instead of 0.333; --rationalise reads {shorten(few(found), 60)}"
                if found
                else "",
                at=at,
            )
        self.advance()
        return _Set(player, number, name, tuple(actions), tuple(chances))

    def outcome(self, draft: _Draft, players: int) -> int:
        """Read an outcome's number and, if it is there, its description."""
        at = self.start
        number = self.whole("the number of an outcome, 0 for none", 0)
        if self.kind != "string":
            if number and number not in draft.outcomes:
                self.fail(
                    f"outcome {number} has not been described yet",
                    "its name and payoffs where it first occurs",
                    at=at,
                )
            return number
        at = self.start
        if not number:
            self.fail("outcome 0 has a name", "no name and no payoffs: 0 stands for no outcome")
        name = self.label("outcome")
        self.advance()
        self.expect("{", f"{{ and {players} payoffs")
        described = (name, self.payoffs(players))
        self.advance()
        if draft.outcomes.setdefault(number, described) != described:
            self.fail(
                f"outcome {number} was described differently before",
                "the same name and payoffs, or the number alone",
                at=at,
            )
        if len(draft.outcomes) * players > MAX_PAYOFFS:
            self.fail("too many outcomes", f"at most {MAX_PAYOFFS:,} payoffs")
        return number


def _finished(
    players: tuple[str, ...], draft: _Draft, name: str, title: str, comment: str
) -> ExtensiveGame:
    """Give everything its label, and put the tree together."""
    labels = distinct(
        [s.name for s in draft.sets],
        [f"{players[s.player - 1] if s.player else 'chance'}:{s.number}" for s in draft.sets],
    )
    sets = tuple(
        InformationSet(
            label,
            players[s.player - 1] if s.player else None,
            distinct(s.actions, "{}"),
            s.chances,
        )
        for s, label in zip(draft.sets, labels, strict=True)
    )
    numbers = list(draft.outcomes)
    outcome_labels = dict(
        zip(
            numbers,
            distinct([draft.outcomes[n][0] for n in numbers], [f"outcome {n}" for n in numbers]),
            strict=True,
        )
    )
    children: list[list[int]] = [[] for _ in draft.nodes]
    for k, (_, _, parent, _, _) in enumerate(draft.nodes):
        if parent >= 0:
            children[parent].append(k)
    nodes = tuple(
        Node(number, outcome_labels.get(outcome), parent, move, tuple(below), label)
        for (number, outcome, parent, move, label), below in zip(draft.nodes, children, strict=True)
    )
    outcomes = {outcome_labels[n]: draft.outcomes[n][1] for n in numbers}
    uses = Counter(named for named, _ in draft.outcomes.values())
    groups = {
        outcome_labels[n]: named
        for n, (named, _) in draft.outcomes.items()
        if named and uses[named] > 1
    }
    return ExtensiveGame(players, nodes, sets, outcomes, name, title, comment, groups=groups)
