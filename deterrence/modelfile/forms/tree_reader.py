"""The nested tree of a model file, node by node: what it says, and all that is wrong with it.

What comes out is what :mod:`deterrence.modelfile.forms.tree_notation` has words for, each
with its place in the file; :mod:`deterrence.modelfile.forms.tree_builder` makes the game of it.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from deterrence.errors import shorten
from deterrence.modelfile.faults import listing
from deterrence.modelfile.file_context import FileContext
from deterrence.modelfile.forms.tree_builder import MAX_NODES
from deterrence.modelfile.forms.tree_notation import Told, ToldEnd, ToldMove, ToldUse, outline
from deterrence.modelfile.forms.typed_formulas import Typed, Types, read_typed, rest_of
from deterrence.modelfile.schema import fields
from deterrence.modelfile.schema.fields import kind
from deterrence.modelfile.schema.tree import (
    CHANCE_KEYS,
    END_KEYS,
    EVENT_KEYS,
    MOVE_KEYS,
    PART_KEYS,
)
from deterrence.modelfile.yaml.entries import EntryPath

#: How alike a misspelt key and the right one must be to be taken for each other.
_SURE = 0.75
#: The key that says what kind of node it is, and the keys of that kind.
_KINDS = {
    "player": MOVE_KEYS,
    "moves": MOVE_KEYS,
    "chance": CHANCE_KEYS,
    "outcome": END_KEYS,
    "payoffs": END_KEYS,
    "part": PART_KEYS,
}
#: In chance moves and priors: the probability that the others leave.
REST = "rest"


@dataclass(frozen=True)
class _RawNode:
    """A mapping of the file, and its keys by what they mean: a misspelt one is read as well."""

    path: EntryPath
    raw: Mapping[str, Any]
    keys: Mapping[str, str]

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def __getitem__(self, key: str) -> Any:
        return self.raw[self.keys[key]]

    def place(self, key: str) -> EntryPath:
        """Return where the value of a key stands."""
        return (*self.path, self.keys[key])


class TreeReader:
    """Reads the nodes of one file; what they may refer to is known beforehand."""

    def __init__(
        self, context: FileContext, types: Types, outcomes: Collection[str], parts: Collection[str]
    ) -> None:
        """Take the types by player, and the names of outcomes and of parts."""
        self.context, self.faults = context, context.faults
        self.types, self.outcomes, self.parts = types, outcomes, parts
        #: The first node of each information set that the file names.
        self.named: dict[str, ToldMove] = {}
        #: Outcomes that a node names, and parts that are used.
        self.reached: set[str] = set()
        self.used: set[str] = set()
        #: Moves of chance, for the check of their probabilities.
        self.chances: list[ToldMove] = []
        # Every node is there under each combination of types.
        self._copies = math.prod(len(given) for given in types.values())
        self._nodes = 0

    def read(self, path: EntryPath, raw: Any) -> Told | None:
        """Return what a node says, ``None`` where it has faults; children are read anyway."""
        self._nodes += 1
        if self._nodes * self._copies > MAX_NODES:
            what = f"the tree is too large for {self._copies:,} combinations of types"
            self.faults.add(path, what, f"at most {MAX_NODES:,} nodes in all")
            self.faults.stop()
        if isinstance(raw, str):
            return self._name(path, raw)
        if isinstance(raw, list):
            return self._payoffs(path, path, raw)
        if not isinstance(raw, dict):
            self.faults.add(path, f"{kind(raw)} stands here", "a move, or an outcome", shift=0)
            return None
        sort = self._kind(path, raw)
        if sort is None:
            return None
        node = _RawNode(path, raw, self._keys(path, raw, sort))
        if sort is PART_KEYS:
            return self._use(node)
        texts = {key: self._text(node, key, fields._title) for key in ("title", "label")}
        if sort is END_KEYS:
            return self._end(node, texts)
        if "pays" in node:
            texts["pays"] = self._referred(node, "pays", "outcome", self.outcomes) or ""
            self.reached |= {texts["pays"]} - {""}
        at = self._text(node, "at", fields._label)
        read = self._chance if sort is CHANCE_KEYS else self._decision
        return read(node, at, texts)

    # ---- ends ---------------------------------------------------------
    def _name(self, path: EntryPath, word: str) -> Told | None:
        if word in self.parts:
            self.used.add(word)
            return ToldUse(path, word)
        if word in self.outcomes:
            self.reached.add(word)
            return ToldEnd(path, word)
        what = "outcome or part" if self.parts else "outcome"
        self.faults.unknown(path, what, word, [*self.outcomes, *self.parts])
        return None

    def _use(self, node: _RawNode) -> ToldUse | None:
        at = self._text(node, "at", fields._label)
        word = self._referred(node, "part", "part", self.parts)
        if word is None:
            return None
        self.used.add(word)
        return ToldUse(node.path, word, at)

    def _end(self, node: _RawNode, texts: Mapping[str, str]) -> ToldEnd | None:
        if "outcome" in node and "payoffs" in node:
            what = "outcome and payoffs exclude each other"
            self.faults.add(node.place("payoffs"), what, "one of the two", key=True)
            return None
        if "payoffs" in node:
            return self._payoffs(node.path, node.place("payoffs"), node["payoffs"], **texts)
        word = self._referred(node, "outcome", "outcome", self.outcomes)
        if word is None:
            return None
        self.reached.add(word)
        return ToldEnd(node.path, word, None, **texts)

    def _referred(self, node: _RawNode, key: str, what: str, known: Collection[str]) -> str | None:
        """Return the outcome or part that stands at a key, ``None`` where there is a fault."""
        where, word = node.place(key), node[key]
        if not isinstance(word, str):
            wanted = "an outcome" if what == "outcome" else f"a {what}"
            self.faults.add(where, f"{kind(word)} stands here", wanted, shift=0)
            return None
        if word not in known:
            self.faults.unknown(where, what, word, known)
            return None
        return word

    def _payoffs(
        self, path: EntryPath, where: EntryPath, raw: Any, title: str = "", label: str = ""
    ) -> ToldEnd | None:
        players = self.context.players
        entries = self.faults.payoffs(where, raw, players)
        if not entries.keys() >= set(players):
            return None
        read = {p: read_typed(self.context, w, x, self.types, p) for p, (w, x) in entries.items()}
        payoffs = {p: t for p in players if (t := read[p]) is not None}
        return ToldEnd(path, "", payoffs, title, label) if len(payoffs) == len(players) else None

    # ---- moves --------------------------------------------------------
    def _decision(self, node: _RawNode, at: str, texts: Mapping[str, str]) -> ToldMove | None:
        path, player = node.path, None
        if "player" in node:
            player = self._player(node.place("player"), node["player"])
        else:
            self._missing(path, "player")
        given: dict[str, Any] | None = None
        where = path
        if "moves" in node:
            where = node.place("moves")
            given = self._entries(where, node["moves"], "{action: what follows}")
        else:
            self._missing(path, "moves")
        actions = tuple(given or ())
        titles = self._titles(node, actions)
        fits = False
        if player is not None and actions and not self.faults.is_broken(path):
            # Before what follows is read, so that the first node in the file counts as first.
            fits = self._same_set(outline(path, player, at, actions), node)
        read = {a: self.read((*where, a), after) for a, after in (given or {}).items()}
        moves = {a: after for a, after in read.items() if after is not None}
        if player is None or not fits or len(moves) < len(actions):
            return None
        order = self.named[at].actions if at else actions
        told = tuple((a, moves[a]) for a in order)
        return ToldMove(path, player, at, told, (), titles=titles, **texts)

    def _chance(self, node: _RawNode, at: str, texts: Mapping[str, str]) -> ToldMove | None:
        path, where = node.path, node.place("chance")
        wanted = "{event: {probability: ..., then: ...}}"
        given = self._entries(where, node["chance"], wanted)
        if given is None:
            return None
        events: dict[str, _RawNode] = {}
        for event, inside in given.items():
            here = (*where, event)
            if isinstance(inside, dict):
                events[event] = _RawNode(here, inside, self._keys(here, inside, EVENT_KEYS))
            else:
                self.faults.add(here, f"{kind(inside)} stands here", wanted[8:-1], shift=0)
        chances = self._chances(where, events)
        fits = False
        if chances is not None and len(events) == len(given) and not self.faults.is_broken(path):
            whole = outline(path, None, at, tuple(given), tuple(chances[e] for e in given))
            self.chances.append(whole)
            fits = self._same_set(whole, node)
        titles, moves = {}, {}
        for event, inside in events.items():
            titles[event] = self._text(inside, "title", fields._title)
            if "then" not in inside:
                self._missing(inside.path, "then")
                continue
            after = self.read(inside.place("then"), inside["then"])
            if after is not None:
                moves[event] = after
        if chances is None or not fits or len(moves) < len(given):
            return None
        order = self.named[at].actions if at else tuple(given)
        told = tuple((e, moves[e]) for e in order)
        listed = tuple(chances[e] for e in order)
        kept = {event: text for event, text in titles.items() if text}
        return ToldMove(path, None, at, told, listed, titles=kept, **texts)

    def _chances(self, path: EntryPath, events: Mapping[str, _RawNode]) -> dict[str, Typed] | None:
        """Return the probability of each event, ``None`` where one has a fault."""
        chances: dict[str, Typed] = {}
        rests: list[str] = []
        for event, inside in events.items():
            if "probability" not in inside:
                self._missing(inside.path, "probability")
                continue
            text = inside["probability"]
            if isinstance(text, str) and text.strip() == REST:
                rests.append(event)
                continue
            chance = read_typed(self.context, inside.place("probability"), text, self.types)
            if chance is not None:
                chances[event] = chance
        if len(rests) > 1:
            self.faults.add(path, "two events get the rest", "at most one", key=True)
        if len(rests) > 1 or len(chances) + len(rests) < len(events):
            return None
        if rests:
            chances[rests[0]] = rest_of(list(chances.values()), self.types)
        return chances

    def _same_set(self, move: ToldMove, node: _RawNode) -> bool:
        """Say whether a node fits the information set that it names; a fault where not."""
        if not move.at:
            return True
        first = self.named.setdefault(move.at, move)
        if first is move:
            return True
        line = self.faults.place(self.faults.real_path((*first.path, node.keys["at"])))[0]
        if first.player != move.player:
            owner = first.player or "chance"
            what = f"at {move.at!r} {owner} moves in line {line}"
        elif set(first.actions) != set(move.actions):
            what = f"the actions at {move.at!r} are others in line {line}: {listing(first.actions)}"
        elif dict(zip(first.actions, first.chances, strict=False)) != dict(
            zip(move.actions, move.chances, strict=False)
        ):
            what = f"the probabilities at {move.at!r} are others in line {line}"
        else:
            return True
        expected = "one player and the same actions at all nodes of an information set"
        remedy = "call it by another name where the player knows the difference"
        self.faults.add(node.place("at"), what, expected, remedy)
        return False

    # ---- pieces -------------------------------------------------------
    def _kind(self, path: EntryPath, raw: Mapping[str, Any]) -> tuple[str, ...] | None:
        """Return the keys of this kind of node, ``None`` where it is of none."""
        for key, known in _KINDS.items():
            if key in raw:
                return known
        for word in raw:
            close = difflib.get_close_matches(word[:60].lower(), _KINDS, 1, _SURE)
            if close:
                return _KINDS[close[0]]
        if self.faults.is_broken(path):
            return None
        what = "a mapping stands here" + (f" with the keys {listing(raw)}" if raw else "")
        wanted = "{player: ..., moves: ...}, {chance: ...}, or the label of an outcome"
        self.faults.add(path, what, wanted, shift=0)
        return None

    def _keys(
        self, path: EntryPath, raw: Mapping[str, Any], known: Collection[str]
    ) -> dict[str, str]:
        """Return the keys that stand there by what they mean; faults for misspelt ones."""
        found = {key: key for key in raw if key in known}
        for word in raw:
            if word in known:
                continue
            self.faults.unknown((*path, word), "key", word, known, key=True)
            close = difflib.get_close_matches(word[:60].lower(), list(known), 1, _SURE)
            if close:
                found.setdefault(close[0], word)
        return found

    def _missing(self, path: EntryPath, key: str) -> None:
        if not self.faults.is_broken((*path, key)):
            self.faults.add(path, f"the key {key!r} is missing", f"{key}: ...", shift=0)

    def _player(self, path: EntryPath, word: Any) -> str | None:
        if not isinstance(word, str):
            self.faults.add(path, f"{kind(word)} stands here", "a player", shift=0)
            return None
        if word not in self.context.players:
            remedy = ""
            if word.lower() in ("chance", "nature"):
                remedy = "a move of chance is {chance: {event: {probability: ..., then: ...}}}"
            remedy = remedy or self.faults.nearest(word, self.context.players)
            self.faults.add(path, f"unknown player {shorten(word)!r}", remedy=remedy)
            return None
        return word

    def _entries(self, path: EntryPath, raw: Any, wanted: str) -> dict[str, Any] | None:
        if not isinstance(raw, dict) or not raw:
            if not self.faults.is_broken(path):
                found = "an empty mapping" if raw == {} else kind(raw)
                self.faults.add(path, f"{found} stands here", wanted, shift=0)
            return None
        result = {}
        for word, inside in raw.items():
            if self._checked((*path, word), word, fields._label, key=True) is not None:
                result[word] = inside
        return result if len(result) == len(raw) else None

    def _titles(self, node: _RawNode, actions: Collection[str]) -> dict[str, str]:
        if "titles" not in node:
            return {}
        where, given = node.place("titles"), node["titles"]
        if not isinstance(given, dict):
            self.faults.add(where, f"{kind(given)} stands here", "{action: title}", shift=0)
            return {}
        titles = {}
        for action, text in given.items():
            if actions and action not in actions:
                self.faults.unknown((*where, action), "action", action, actions, key=True)
            titles[action] = self._checked((*where, action), text, fields._title) or ""
        return titles

    def _text(self, node: _RawNode, key: str, check: Callable[[Any], str]) -> str:
        if key not in node:
            return ""
        return self._checked(node.place(key), node[key], check) or ""

    def _checked(
        self, path: EntryPath, value: Any, check: Callable[[Any], str], *, key: bool = False
    ) -> str | None:
        try:
            return check(value)
        except PydanticCustomError as error:
            said = error.context or {}
            self.faults.add(path, said["what"], said["expected"], said["remedy"], key=key, shift=0)
            return None
