"""The table of a strategic game: from nested rows to one entry per cell."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence, Set
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import shorten
from deterrence.game.parameters import CellContent
from deterrence.modelfile.faults import FaultList, listing
from deterrence.modelfile.schema.fields import kind
from deterrence.modelfile.yaml.entries import EntryPath

MAX_CELLS = 10_000
_ONE = Expression.number(1)


class GridReader:
    """Reads the entry ``game``: by labels or in the order of the actions, mixed at will."""

    def __init__(
        self,
        faults: FaultList,
        players: Sequence[str],
        actions: Mapping[str, Sequence[str]],
        outcomes: Set[str],
        names: Set[str],
    ) -> None:
        """Take what the table may refer to: players, actions, outcomes, names of parameters."""
        self.faults = faults
        self.players = players
        self.actions = actions
        self.outcomes = outcomes
        self.names = names
        #: Where each cell with a lottery stands, for the check of its probabilities.
        self.lotteries: list[tuple[EntryPath, CellContent]] = []
        #: All payoff formulas in cells, with their places.
        self.formulas: list[tuple[EntryPath, Expression]] = []
        #: Whether a cell has payoffs without an outcome.
        self.direct = False
        self._shared = {label: CellContent(((label, _ONE),)) for label in outcomes}
        self._cells: dict[tuple[str, ...], CellContent | None] = {}

    def read(self, game: Any) -> tuple[CellContent, ...] | None:
        """Return one cell per combination of actions, ``None`` where a cell has a fault."""
        shape = [len(self.actions[p]) for p in self.players]
        if math.prod(shape) > MAX_CELLS:
            what = f"the game has {' x '.join(map(str, shape))} cells"
            self.faults.add(("game",), what, f"at most {MAX_CELLS}", key=True)
            return None
        self._table(game, ("game",), ())
        choices = itertools.product(*(self.actions[p] for p in self.players))
        cells = [self._cells.get(choice) for choice in choices]
        kept = [cell for cell in cells if cell is not None]
        return tuple(kept) if len(kept) == len(cells) else None

    def _table(self, node: Any, path: EntryPath, chosen: tuple[str, ...]) -> None:
        """Read what stands at the choices made so far; as deep as there are players."""
        if len(chosen) == len(self.players):
            self._cells[chosen] = self._cell(node, path)
            return
        player = self.players[len(chosen)]
        labels = self.actions[player]
        if isinstance(node, dict):
            self._rows(node, path, chosen, player)
        elif isinstance(node, list):
            if len(node) != len(labels):
                what = f"a list of {len(node)} stands here"
                wanted = f"{len(labels)}, one per action of {player}: {listing(labels)}"
                self.faults.add(path, what, wanted)
                return
            for index, (label, item) in enumerate(zip(labels, node, strict=True)):
                self._table(item, (*path, index), (*chosen, label))
        else:
            wanted = f"a mapping by the actions of {player}: {listing(labels)}"
            self.faults.add(path, f"{kind(node)} stands here", wanted, shift=0)

    def _rows(
        self, node: dict[str, Any], path: EntryPath, chosen: tuple[str, ...], player: str
    ) -> None:
        labels = self.actions[player]
        unknown = [label for label in node if label not in labels]
        for label in unknown:
            remedy = self.faults.nearest(label, labels)
            owner = next((p for p in self.players if label in self.actions[p]), "")
            if owner:
                order = ", then ".join(self.players)
                remedy = f"it is an action of {owner}; the table goes by {order}"
            what = f"unknown action {shorten(label)!r} of {player}"
            self.faults.add((*path, label), what, remedy=remedy, key=True)
        missing = [
            label
            for label in labels
            if label not in node
            and not self.faults.is_broken((*path, label))
            and not self.faults.is_broken(("actions", player, label))
        ]
        # A misspelt action is both unknown and missing; one fault is enough.
        if len(missing) > len(unknown):
            where = f" where {listing(chosen)} is chosen" if chosen else ""
            what = f"no entry for {listing(missing)} of {player}{where}"
            self.faults.add(path, what, "an entry for every action", key=True)
        for label in labels:
            if label in node:
                self._table(node[label], (*path, label), (*chosen, label))

    def _cell(self, node: Any, path: EntryPath) -> CellContent | None:
        if isinstance(node, str):
            if node in self._shared:
                return self._shared[node]
            self.faults.unknown(path, "outcome", node, self.outcomes)
            return None
        if isinstance(node, list):
            return self._payoffs(node, path)
        if isinstance(node, dict) and set(node) == {"payoffs"}:
            return self._payoffs(node["payoffs"], (*path, "payoffs"))
        if isinstance(node, dict) and set(node) == {"lottery"}:
            return self._lottery(node["lottery"], (*path, "lottery"))
        what = f"{kind(node)} stands in a cell"
        if isinstance(node, dict):
            what += f" with the keys {listing(node)}"
        wanted = "an outcome, {payoffs: ...}, {lottery: ...} or one formula per player"
        self.faults.add(path, what, wanted)
        return None

    def _payoffs(self, node: Any, path: EntryPath) -> CellContent | None:
        entries = self.faults.payoffs(path, node, self.players)
        if not entries.keys() >= set(self.players):
            return None
        self.direct = True
        payoffs = {p: self._formula(entries[p][1], entries[p][0]) for p in self.players}
        kept = {p: u for p, u in payoffs.items() if u is not None}
        self.formulas += [(entries[p][0], u) for p, u in kept.items()]
        return CellContent(payoffs=kept) if len(kept) == len(self.players) else None

    def _lottery(self, node: Any, path: EntryPath) -> CellContent | None:
        if not isinstance(node, dict) or not node:
            wanted = "{outcome: probability, ...}"
            self.faults.add(path, f"{kind(node)} stands here", wanted)
            return None
        parts = []
        for label, text in node.items():
            if label not in self.outcomes:
                self.faults.unknown((*path, label), "outcome", label, self.outcomes, key=True)
                continue
            chance = self._formula(text, (*path, label))
            if chance is not None:
                parts.append((label, chance))
        if len(parts) < len(node):
            return None
        cell = CellContent(tuple(parts))
        self.lotteries.append((path, cell))
        return cell

    def _formula(self, text: Any, path: EntryPath) -> Expression | None:
        if not isinstance(text, str):
            self.faults.add(path, f"{kind(text)} stands here", "a formula")
            return None
        return self.faults.formula(path, text, self.names)
