"""What all checks of one file share: its faults, its players and the names of its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from deterrence.algebra.expressions import Expression
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import leaf_name
from deterrence.modelfile.faults import FaultList
from deterrence.modelfile.schema.fields import HOLE
from deterrence.modelfile.schema.model_file import ModelFile
from deterrence.modelfile.yaml.entries import EntryPath

T = TypeVar("T")

#: Terms of a formula with its definitions written out, and of all such formulas of a file.
MAX_TERMS = 2_000
MAX_WRITTEN = 100_000


@dataclass(frozen=True)
class Labels:
    """What entries of a file may refer to in its game; ``None`` where that is not known."""

    outcomes: dict[str, None] | None = None
    actions: Mapping[str, tuple[str, ...]] | None = None
    #: ``{player: {information set: actions}}``
    sets: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None
    #: Outcomes that are paid on the way only, and so have no probability.
    paid: frozenset[str] = frozenset()


def labels_of_tree(game: ExtensiveGame, known: Iterable[str] = ()) -> Labels:
    """Return the labels of a game tree; ``known`` are outcomes that may not be reached."""
    ends = dict.fromkeys(leaf_name(game, leaf) for leaf in game.leaves)
    on_the_way = {n.outcome for n in game.nodes if n.set >= 0 and n.outcome is not None}
    paid = frozenset(game.groups.get(label, label) for label in on_the_way) - ends.keys()
    outcomes = dict.fromkeys([*(o for o in known if o not in paid), *ends])
    sets: dict[str, dict[str, tuple[str, ...]]] = {p: {} for p in game.players}
    for s in game.sets:
        if s.player is not None:
            sets[s.player][s.label] = s.actions
    actions = {
        p: tuple(dict.fromkeys(a for moves in own.values() for a in moves))
        for p, own in sets.items()
    }
    return Labels(outcomes, actions, sets, paid)


class FileContext:
    """One file while it is checked."""

    def __init__(self, faults: FaultList, spec: ModelFile) -> None:
        """Begin with what the schema understood, ``spec``."""
        self.faults = faults
        self.spec = spec
        self.players = labels_of(faults.raw("players")) or tuple(spec.players)
        faults.askable = {"player": self.players, "outcome": self.raw("outcomes")}
        #: Names that the file gives to parameters, the faulty ones included.
        self.names = frozenset(self.raw("parameters"))
        #: Formulas that must have a value at the defaults, with their places.
        self.defined: list[tuple[EntryPath, Expression]] = []
        #: Parameters that matter for the game.
        self.used: set[str] = set()
        #: What the file calls by a name of its own, in terms of parameters only.
        self.definitions: dict[str, Expression] = {}
        self._sizes: dict[str, int] = {}
        self._written = 0
        #: Whether the file says well enough what private information there is.
        self.types_known = True

    def raw(self, key: str) -> tuple[str, ...]:
        """Return the labels of a section as they stand in the file, faulty entries included."""
        section = self.faults.raw(key)
        return tuple(section) if isinstance(section, dict) else ()

    def formula(
        self, path: EntryPath, text: str, extra: frozenset[str] = frozenset()
    ) -> Expression | None:
        """Read a formula of the game over the parameters (and ``extra`` names)."""
        e = self.faults.formula(path, text, self.names | extra if extra else self.names)
        if e is not None:
            self.used |= e.names
        return e

    def define(self, name: str, formula: Expression) -> None:
        """Give a formula a name; the names that it refers to must be defined before."""
        e = formula.substitute(self.definitions)
        self.definitions[name] = e
        self._sizes[name] = sum(1 for _ in e.walk())

    def condition(self, path: EntryPath, text: str) -> Expression | None:
        """Read an inequality over the parameters and definitions, the latter written out."""
        return self._written_out(path, text, condition=True)

    def claim(self, path: EntryPath, text: str, *, queries: bool = False) -> Expression | None:
        """Read a formula that says something about the game, but is no part of it."""
        return self._written_out(path, text, queries=queries)

    def _written_out(
        self, path: EntryPath, text: str, *, condition: bool = False, queries: bool = False
    ) -> Expression | None:
        names = self.names | frozenset(self.raw("definitions"))
        e = self.faults.formula(path, text, names, condition=condition, queries=queries)
        if e is None or not e.names <= self.names | self.definitions.keys():
            return None  # a definition has a fault of its own
        if e.names & self.definitions.keys():
            size = sum(self._sizes.get(n.args[0], 1) if n.op == "name" else 1 for n in e.walk())
            self._written += size
            if size > MAX_TERMS or self._written > MAX_WRITTEN:
                what = "the formula is too long with its definitions written out"
                most = f"at most {MAX_TERMS:,} terms, {MAX_WRITTEN:,} in all such formulas"
                self.faults.add(path, what, most)
                self.faults.stop()
        return e.substitute(self.definitions)

    def require(self, key: str) -> bool:
        """Say whether a section that this form needs is there; a fault where it is not."""
        if getattr(self.spec, key) is not None:
            return True
        if not self.faults.is_broken((key,)):
            self.faults.add((), f"the key {key!r} is missing", f"{key}: ...", key=True)
        return False

    def refuse(self, form: str, keys: Sequence[str]) -> None:
        """Add a fault for each section that does not belong to the form."""
        for key in keys:
            if self.faults.raw(key) is not None:
                what = f"{key} does not belong to the form {form}"
                self.faults.add((key,), what, remedy="remove it, or change the form", key=True)

    def check_values(self, path: EntryPath, values: Mapping[str, Any]) -> bool:
        """Say whether all values are of known parameters; faults where not."""
        unknown = [n for n in values if n not in self.names]
        for name in unknown:
            self.faults.unknown((*path, name), "parameter", name, self.names, key=True)
        return not unknown and self.spec.parameters.keys() >= values.keys()

    def check_players(self, path: EntryPath, entries: Mapping[str, Any]) -> bool:
        """Say whether ``entries`` has every player and nobody else; faults where not."""
        return self.faults.check_players(path, entries, self.players)


def labels_of(section: Any) -> tuple[str, ...]:
    """Return the labels of a mapping or list as it stands in the file; none where it is neither."""
    if isinstance(section, dict):
        return tuple(section)
    if not isinstance(section, list):
        return ()
    found = [item if isinstance(item, str) else next(iter(item), "") for item in section if item]
    return tuple(dict.fromkeys(found))


def kept(items: Sequence[T] | None) -> Iterator[tuple[int, T]]:
    """Yield the items that have no fault of their own, with their positions in the file."""
    for index, item in enumerate(items or ()):
        if item is not HOLE:
            yield index, item
