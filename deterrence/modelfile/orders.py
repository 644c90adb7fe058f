"""``order`` in a model file: who prefers which outcome to which, where nobody knows numbers.

What stands there is written out before the file is read any further: every outcome gets a
parameter per player (outcomes that are tied share one), which has a rank as its default, no
bounds, and assumptions that say the order.  So all that is proven of the model holds whatever
the numbers are, as long as the order does.

>>> from deterrence.modelfile.loader import read_model
>>> model = read_model('''
... title: Who yields
... form: strategic
... players: [A, B]
... actions: {A: [yield, stand], B: [yield, stand]}
... order:
...   A: [b_yields, peace, a_yields, war]
...   B: a_yields > peace > b_yields = war
... game: [[peace, a_yields], [b_yields, war]]
... ''')
>>> [(name, str(p.default)) for name, p in model.parameters.items()][-3:]
[('a_yields_B', '3'), ('peace_B', '2'), ('b_yields_B', '1')]
>>> str(model.outcomes["war"].payoffs["B"]), [str(a) for a in model.assumptions][-1]
('b_yields_B', 'peace_B > b_yields_B')
>>> print(model.orders["B"])
a_yields > peace > b_yields = war
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deterrence.errors import shorten
from deterrence.game.parameters import OrdinalPreference
from deterrence.modelfile.faults import FaultList
from deterrence.modelfile.file_context import labels_of
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.schema.fields import MAX_NAME, MAX_TITLE, kind
from deterrence.modelfile.size_limits import MOST
from deterrence.modelfile.skeletons import player_suffixes
from deterrence.modelfile.yaml.entries import EntryPath
from deterrence.words.sentences import capital
from deterrence.words.symbols import MAX_SYMBOL, Symbol

SOURCE = "a rank: only the order is known"
_EXPECTED = "outcomes, the best first: [peace, war], with = between those that are tied"
_PARTIAL = "all outcomes in one list; or chains, [[a, b], [a, c]], where some cannot be compared"
#: Spelt so nearly, a key is taken for ``order``; its name is reported as a fault elsewhere.
_CLOSE = 0.75


@dataclass
class _Place:
    """One player's order, or that of one of her types, as far as it could be read."""

    player: str
    type: str
    path: EntryPath
    #: Chains of tied outcomes, each outcome with its place in the file.
    chains: list[list[list[tuple[str, EntryPath]]]] = field(default_factory=list)
    partial: bool = False
    #: Whether something in it has a fault: then what it does not say is no fault of its own.
    broken: bool = False

    @property
    def who(self) -> str:
        return f"{self.player} ({self.type})" if self.type else self.player

    def items(self) -> Iterator[tuple[str, EntryPath]]:
        for chain in self.chains:
            for tied in chain:
                yield from tied


def write_out(faults: FaultList) -> dict[str, OrdinalPreference]:
    """Write the orders of a file out in its tree, and return them by player, or player (type).

    What is wrong with them is added to ``faults``; as much as possible is written out all the
    same, so that nothing else is found to be wrong because of it.
    """
    root = faults.tree.root
    if not isinstance(root, dict):
        return {}
    key = next(iter(difflib.get_close_matches("order", list(root)[:50], 1, _CLOSE)), "")
    if not key or root[key] is None or root.get("form") == "ladder":
        return {}
    return _Writer(faults, key).write()


def check_ends(
    faults: FaultList, model: SymbolicModel, orders: Mapping[str, OrdinalPreference]
) -> None:
    """Add a fault where an end, or an action, has payoffs of its own beside the orders."""
    for player, own in model.pays.items():
        what = f"the action {shorten(next(iter(own)))} of {player} pays, and there is an order"
        faults.add(("order",), what, "outcomes that say it all", key=True)
        return
    ranked = next(iter(orders.values())).parameters
    ends = model.cell_names() if model.tree is None else model.naming.outcomes
    cells = model.cells if model.tree is None else (None,) * len(ends)
    for name, cell in zip(ends, cells, strict=True):
        if (cell is None and name not in ranked) or (cell is not None and cell.payoffs):
            what = f"the end ({shorten(name)}) has payoffs, and there is an order"
            faults.add(("order",), what, "an outcome there that the order ranks", key=True)
            return


def proven(model: SymbolicModel) -> str:
    """Return the mark of an answer that is proven: whether ties have to be left out."""
    return "[proven]" if model.order_decides == "all" else "[proven, ties apart]"


def rank_symbol(label: str, who: str) -> str:
    """Return how the rank of an outcome is typeset, ``""`` where that would be too long.

    >>> rank_symbol("nato_yields", "R")
    'u_{nato,yields}^R'
    """
    letters = re.sub("[^A-Za-z0-9]+", ",", label).strip(",")
    symbol = f"u_{{{letters}}}^{{{who}}}"
    return "" if len(symbol) > MAX_SYMBOL or not letters else Symbol.parse(symbol).latex


class _Writer:
    def __init__(self, faults: FaultList, key: str) -> None:
        self.faults, self.tree, self.path = faults, faults.tree, (key,)
        self.raw = faults.tree.root[key]
        #: Whether there is no order of somebody because of a fault.
        self.broken = False
        self.players = labels_of(faults.tree.root.get("players"))
        types = faults.tree.root.get("types")
        self.types = {
            p: list(given)
            for p, given in (types if isinstance(types, dict) else {}).items()
            if isinstance(given, dict)
        }

    def write(self) -> dict[str, OrdinalPreference]:
        places = list(self._read())
        section = self.tree.root.get("outcomes")
        declared = list(section) if isinstance(section, dict) else []
        known = dict.fromkeys(declared)
        first: dict[str, EntryPath] = {}
        for place in places:
            for label, path in place.items():
                if not declared:
                    known[label] = None
                    first.setdefault(label, path)
                elif label not in known:
                    place.broken = True
                    self.faults.unknown(path, "outcome", label, declared)
        most = MOST["parameters"]
        if len(known) * len(places) > most:
            what = f"the orders have {len(known) * len(places):,} places"
            self.faults.add(self.path, what, f"at most {most}", key=True)
            self.faults.stop()
        if not places or not (section is None or isinstance(section, dict)):
            return {}
        found = {place.who: self._parameters(place, list(known)) for place in places}
        self._outcomes(places, found, list(known), first)
        return found

    # ---- reading -------------------------------------------------------------------------
    def _read(self) -> Iterator[_Place]:
        if not isinstance(self.raw, dict) or not self.raw:
            what = f"{kind(self.raw)} stands here" if self.raw != {} else "the mapping is empty"
            self.faults.add(self.path, what, "{player: [best outcome, ..., worst outcome]}")
            return
        for player, entry in self.raw.items():
            path: EntryPath = (*self.path, player)
            if player not in self.players:
                self.broken = True
                if self.players:
                    self.faults.unknown(path, "player", player, self.players, key=True)
                continue
            if not isinstance(entry, dict):
                yield self._entry(_Place(player, "", path), entry)
                continue
            own = self.types.get(player, [])
            self.broken |= not {*own} & {*entry}
            for name in own:
                if name not in entry:
                    what = f"no order for the type {shorten(name)!r}"
                    self.faults.add(path, what, "an order for every type", key=True)
            for name, inside in entry.items():
                if name not in own:
                    self.faults.unknown((*path, name), "type", name, own, key=True)
                else:
                    yield self._entry(_Place(player, name, (*path, name)), inside)

    def _entry(self, place: _Place, entry: Any) -> _Place:
        if isinstance(entry, list):
            place.partial = any(isinstance(x, list) or ">" in (x or "") for x in entry)
        for index, chain in enumerate(entry if place.partial else [entry]):
            where = (*place.path, index) if place.partial else place.path
            items = chain.split(">") if isinstance(chain, str) else chain
            if not isinstance(items, list) or not items:
                what = "an empty list stands here" if items == [] else f"{kind(items)} stands here"
                self._fault(place, where, what, _EXPECTED)
                continue
            groups: list[list[tuple[str, EntryPath]]] = []
            seen: set[str] = set()
            for position, item in enumerate(items):
                at = (*where, position) if isinstance(chain, list) else where
                tied = [x.strip() for x in item.split("=")] if isinstance(item, str) else [""]
                if not all(tied):
                    self._fault(place, at, f"{kind(item)} stands here", _EXPECTED)
                    continue
                fresh = [x for x in dict.fromkeys(tied) if x not in seen]
                for label in tied:
                    if label in seen or (tied.count(label) > 1 and label in fresh):
                        what = f"{shorten(label)!r} stands twice in the order of {place.who}"
                        self._fault(place, at, what, "each outcome once")
                seen.update(fresh)
                groups += [[(label, at) for label in fresh]] if fresh else []
            place.chains.append(groups)
        return place

    def _fault(self, place: _Place, at: EntryPath, what: str, expected: str) -> None:
        place.broken = True
        self.faults.add(at, what, expected, shift=0)

    # ---- what an order says --------------------------------------------------------------
    def _parameters(self, place: _Place, known: Sequence[str]) -> OrdinalPreference:
        """Add the parameters and assumptions of one order, and return it."""
        root, seen = self.tree.root, {label for label, _ in place.items()}
        missing = [label for label in known if label not in seen]
        if missing and not place.partial and not place.broken:
            listed = ", ".join(shorten(label) for label in missing[:5])
            what = f"the order of {place.who} does not say where {listed} belongs"
            self.faults.add(place.path, what, _PARTIAL, key=True)
        tied = _classes(place, known)
        pairs = {
            (tied[a[0][0]], tied[b[0][0]]): b[0][1]
            for chain in place.chains
            for a, b in itertools.pairwise(chain)
            if a[0][0] in tied and b[0][0] in tied
        }
        heights, circle = _heights(list(dict.fromkeys(tied.values())), pairs)
        if circle:
            told = " > ".join(shorten(label) for label in circle)
            what = f"the order of {place.who} goes round in a circle: {told}"
            self.faults.add(place.path, what, "an order", key=True)
            pairs = {}
        names = self._names(place, tied)
        parameters = self._section("parameters", {})
        for first, name in sorted(names.items(), key=lambda n: -heights.get(n[0], 1)):
            members = [label for label in known if tied[label] == first]
            where = next((path for label, path in place.items() if label == first), place.path)
            if isinstance(parameters, dict):
                parameters[name] = self._parameter(place, first, members, heights.get(first, 1))
                self._placed(("parameters", name), where)
        assumptions = self._section("assumptions", [])
        for (better, worse), where in pairs.items():
            if isinstance(assumptions, list):
                self._placed(("assumptions", len(assumptions)), where)
                assumptions.append(f"{names[better]} > {names[worse]}")
        assert isinstance(root, dict)
        chains = tuple(
            tuple(tuple(label for label, _ in group) for group in chain) for chain in place.chains
        )
        return OrdinalPreference(chains, {label: names[tied[label]] for label in known})

    def _parameter(
        self, place: _Place, first: str, members: Sequence[str], rank: int
    ) -> dict[str, Any]:
        section = self.tree.root.get("outcomes")
        titles = []
        for label in members:
            entry = section.get(label) if isinstance(section, dict) else None
            title = entry.get("title") if isinstance(entry, dict) else entry
            titles.append(title if isinstance(title, str) else self._words(label))
        told = " or ".join(f"'{title}'" for title in titles)
        found = {"default": str(rank), "unit": "rank", "source": SOURCE}
        found["title"] = f"what {told} is worth to {place.who}"[:MAX_TITLE]
        suffix = player_suffixes(self.players)[self.players.index(place.player)]
        own = re.sub("[^A-Za-z0-9]", "", place.type)
        symbol = rank_symbol(first, f"{suffix}{f',{own}' if own else ''}")
        return {**found, "symbol": symbol} if symbol else found

    def _names(self, place: _Place, tied: Mapping[str, str]) -> dict[str, str]:
        """Return a name for the parameter of each class of tied outcomes, by its first outcome."""
        root = self.tree.root
        taken = {n for s in ("parameters", "definitions", "measures") for n in _keys(root.get(s))}
        suffix = player_suffixes(self.players)[self.players.index(place.player)]
        own = f"_{suffix}{f'_{place.type}' if place.type else ''}"
        own = re.sub("[^A-Za-z0-9_]", "_", own)[: MAX_NAME // 2]
        names: dict[str, str] = {}
        for first in dict.fromkeys(tied.values()):
            base = re.sub("[^A-Za-z0-9_]", "_", first)
            base = base if base[:1].isalpha() else f"u{base}"
            name, k = f"{base[: MAX_NAME - len(own)]}{own}", 2
            while name in taken:
                more = f"_{k}{own}"
                name, k = f"{base[: MAX_NAME - len(more)]}{more}", k + 1
            taken.add(name)
            names[first] = name
        return names

    def _words(self, label: str) -> str:
        """Return an outcome's label as words: ``nato_yields`` as NATO yields."""
        called = {player.lower(): player for player in self.players}
        return capital(" ".join(called.get(word, word) for word in label.split("_")))

    # ---- the outcomes --------------------------------------------------------------------
    def _outcomes(
        self,
        places: Sequence[_Place],
        found: Mapping[str, OrdinalPreference],
        known: Sequence[str],
        first: Mapping[str, EntryPath],
    ) -> None:
        """Write the parameters into the outcomes as payoffs."""
        section = self._section("outcomes", {})
        for label in known:
            path: EntryPath = ("outcomes", label)
            entry = section.get(label, {})
            if isinstance(entry, str):
                entry = section[label] = {"title": entry}
            if label not in section:
                section[label] = entry
                self._placed(path, first[label])
            if not isinstance(entry, dict):
                continue
            entry.setdefault("title", self._words(label))
            payoffs = entry.setdefault("payoffs", {})
            if not isinstance(payoffs, dict):
                what = "payoffs stand here, and there are orders"
                wanted = "payoffs of those without an order, {player: formula}; or none"
                self.faults.add((*path, "payoffs"), what, wanted)
                continue
            worth: dict[str, Any] = {}
            for place in places:
                name = found[place.who].parameters[label]
                if place.type:
                    missing = dict.fromkeys(self.types[place.player], "0")
                    worth.setdefault(place.player, missing)[place.type] = name
                else:
                    worth[place.player] = name
            for player in worth:
                if player in payoffs:
                    what = f"{player} has a payoff here, and an order"
                    self.faults.add((*path, "payoffs", player), what, "one of the two", key=True)
            if self.broken:
                worth = {**dict.fromkeys(self.players, "0"), **worth}
            for player, value in worth.items():
                payoffs.setdefault(player, value)

    # ---- the tree of the file ------------------------------------------------------------
    def _section(self, name: str, empty: Any) -> Any:
        root = self.tree.root
        if root.get(name) is None:
            root[name] = empty
            self._placed((name,), self.path)
        return root[name]

    def _placed(self, path: EntryPath, where: EntryPath) -> None:
        """Say that what was written at ``path`` stands at ``where`` in the file."""
        self.tree.keys[path] = self.tree.values[path] = self.faults.place(where)


def _keys(section: Any) -> Collection[str]:
    return section if isinstance(section, dict) else ()


def _classes(place: _Place, known: Sequence[str]) -> dict[str, str]:
    """Return the first outcome that each outcome is tied with, itself where there is none."""
    first = {label: label for label in known}
    for chain in place.chains:
        for group in chain:
            labels = [label for label, _ in group if label in first]
            merged = {first[label] for label in labels}
            for label, old in first.items():
                if old in merged:
                    first[label] = first[labels[0]]
    return first


def _heights(
    labels: Sequence[str], pairs: Collection[tuple[str, str]]
) -> tuple[dict[str, int], list[str]]:
    """Return ranks that fit, from 1 on, all different; or a circle, each better than the next.

    >>> _heights(["a", "b", "c"], [("a", "b"), ("a", "c")])
    ({'c': 1, 'b': 2, 'a': 3}, [])
    >>> _heights(["a", "b"], [("a", "b"), ("b", "a")])
    ({}, ['a', 'b', 'a'])
    """
    worse: dict[str, list[str]] = {label: [] for label in labels}
    for better, other in pairs:
        worse[better].append(other)
    heights: dict[str, int] = {}
    left = list(labels)
    while left:
        ready = [x for x in left if all(y in heights for y in worse[x])]
        if not ready:
            way = [left[0]]
            while way.count(way[-1]) < 2:
                way.append(next(y for y in worse[way[-1]] if y not in heights))
            return {}, way[way.index(way[-1]) :]
        for x in ready:
            heights[x] = 1 + max((heights[y] for y in worse[x]), default=0)
        left = [x for x in left if x not in heights]
    order = sorted(labels, key=lambda x: (heights[x], -labels.index(x)))
    return {x: rank for rank, x in enumerate(order, 1)}, []
