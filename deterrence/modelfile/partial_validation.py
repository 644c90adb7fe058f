"""Validate a file against the schema, and keep what is right where something is wrong.

A pydantic error becomes a fault with its line and in plain words.  The value that
has the fault is cut out, and the rest is validated again, so that the checks of
the loader run on everything that can still be understood: all faults of a file
are found in one go, and none is a consequence of another.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Sequence, Set
from typing import Any

from pydantic import ValidationError

from deterrence.errors import shorten
from deterrence.modelfile.faults import FaultList, touches
from deterrence.modelfile.first_steps import form_hint, form_of, torn_entry, written_out
from deterrence.modelfile.schema.base import Spec
from deterrence.modelfile.schema.fields import HOLE, kind
from deterrence.modelfile.schema.known_results import KnownResultSpec
from deterrence.modelfile.schema.ladder import LadderSpecification, RungSpec
from deterrence.modelfile.schema.model_file import (
    ActionSpec,
    CorrelationSpec,
    MeasureSpec,
    ModelFile,
    OutcomeSpec,
    ParameterSpec,
    RegimeSpec,
    ScenarioSpec,
)
from deterrence.modelfile.schema.options import NamedStateSpec, OptionSpec, PreferenceSpec
from deterrence.modelfile.schema.tree import TypeSpec
from deterrence.modelfile.yaml.entries import EntryPath

#: Cutting out faults uncovers others at most so many times.
_MAX_ROUNDS = 40
#: How alike a misspelt key and a right one must be for a hint, and to be taken for each other.
_LIKELY, _SURE = 0.6, 0.75

# Where the models of the schema stand: (top-level key, depth) -> model.
_CLASSES: dict[tuple[str, int], type[Spec]] = {
    ("parameters", 2): ParameterSpec,
    ("correlations", 2): CorrelationSpec,
    ("actions", 3): ActionSpec,
    ("outcomes", 2): OutcomeSpec,
    ("types", 3): TypeSpec,
    ("measures", 2): MeasureSpec,
    ("regimes", 2): RegimeSpec,
    ("scenarios", 2): ScenarioSpec,
    ("known_results", 2): KnownResultSpec,
    ("ladder", 1): LadderSpecification,
    ("ladder", 3): RungSpec,
    ("options", 3): OptionSpec,
    ("merged", 2): NamedStateSpec,
    ("states", 2): NamedStateSpec,
    ("preferences", 2): PreferenceSpec,
}
_SHAPES = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "list_type": "a list",
}


class PartialValidation:
    """One file on its way through the schema."""

    def __init__(self, faults: FaultList) -> None:
        """Begin with the whole tree that ``faults`` belongs to."""
        self.faults = faults
        self.root: Any = faults.tree.root
        self.broken = faults.broken
        self._copied = False
        # The reverse of `faults.renamed`.
        self._meant: dict[tuple[EntryPath, str | int], str] = {}

    def validate(self) -> ModelFile | None:
        """Return what can be understood, ``None`` where that is nothing."""
        if not isinstance(self.root, dict):
            what = f"the file holds {kind(self.root)}"
            self.faults.add((), what, "a mapping: title, form, players, ...")
            return None
        for path in self.faults.tree.refused:
            if path in self.faults.tree.values:
                self._cut(path)
        self._cut_empty()
        for _ in range(_MAX_ROUNDS):
            try:
                return ModelFile.model_validate(self.root)
            except ValidationError as error:
                # Shallow ones first: what stands in a value that goes needs no care.
                details = error.errors(include_url=False, include_input=False)
            known = self._rename(details) | self.broken
            for detail in sorted(details, key=lambda d: len(d["loc"])):
                if not self._take(detail, known):
                    return None
        return None

    # ---- cutting ------------------------------------------------------
    def _cut_empty(self) -> None:
        done: set[EntryPath] = set()
        for path in list(self.faults.tree.empties()):
            if path in done:
                continue
            torn = torn_entry(self.faults.tree, path)
            if torn is None:
                remedy = "give a value, or remove the entry"
                self.faults.add(path, "there is no value", "a value", remedy, key=True)
            else:
                self.faults.add(torn.path, torn.what, torn.expected, torn.remedy, key=True)
            for piece in (path,) if torn is None else torn.pieces:
                done.add(piece)
                if not self._cut(piece):
                    return

    def _rename(self, details: Sequence[Any]) -> set[EntryPath]:
        """Read misspelt keys as what they must mean, so that nothing follows from the typo.

        Returns the paths of the keys that are misspelt, for they are not missing.
        """
        meant: set[EntryPath] = set()
        for detail in details:
            if detail["type"] != "extra_forbidden":
                continue
            loc: EntryPath = tuple(detail["loc"])
            word, owner = str(loc[-1]), self.faults.real_path(loc[:-1])
            fields = list(self._class_of(loc[:-1]).model_fields)
            close = difflib.get_close_matches(word[:60].lower(), fields, 1, _LIKELY)
            if not close or (owner, close[0]) in self.faults.renamed:
                continue
            mapping = self.faults.tree.at(owner)
            if not isinstance(mapping, dict) or close[0] in mapping:
                continue
            meant.add((*owner, close[0]))
            if not difflib.get_close_matches(word[:60].lower(), close, 1, _SURE):
                self.broken.add((*owner, close[0]))
                continue
            self.faults.unknown((*owner, word), "key", word, fields, key=True)
            self.faults.renamed[owner, close[0]] = word
            self._meant[owner, word] = close[0]
            self._copy()
            here = self._node(owner)
            here[close[0]] = here.pop(word)
            detail["type"] = "renamed"
        return meant

    def _meaning(self, path: EntryPath) -> EntryPath:
        """Return a path of the file with misspelt keys put right, as the schema knows it."""
        return tuple(self._meant.get((path[:i], part), part) for i, part in enumerate(path))

    def _node(self, path: EntryPath) -> Any:
        """Return what stands at a path of the file in the copy that is validated."""
        node = self.root
        for part in self._meaning(path):
            node = node[part]
        return node

    def _copy(self) -> None:
        if not self._copied:
            self.root = copy.deepcopy(self.root)
            self._copied = True

    def _cut(self, path: EntryPath) -> bool:
        """Cut out a value; return whether anything is left."""
        if not path:
            return False
        self._copy()
        self.broken.add(path)
        above, last = path[:-1], self._meaning(path)[-1]
        try:
            node = self._node(above)
        except (KeyError, IndexError, TypeError):
            return True  # it went with something above it
        if isinstance(node, dict):
            node.pop(last, None)
        elif isinstance(node, list):
            # Positions of the other items must stay what they are in the file.
            first, *rest = self._meaning(above)
            if (first in ("correlations", "regimes", "known_results") and not rest) or (
                first == "known_results" and rest[1:] in (["equilibria"], ["behaviour"])
            ):
                node[int(last)] = HOLE
            else:
                return self._cut(above)
        return True

    # ---- pydantic's errors --------------------------------------------
    def _take(self, detail: Any, before: Set[EntryPath]) -> bool:
        """Report one error and cut out its cause; return whether anything is left."""
        loc: EntryPath = tuple(detail["loc"])
        sort = detail["type"]
        if sort == "renamed":
            return True
        context = detail.get("ctx") or {}
        key = bool(loc) and loc[-1] == "[key]"
        if key:
            loc = loc[:-1]
        known = touches(self.faults.real_path(loc[:-1]) + loc[-1:], before)
        if sort == "missing":
            return self._missing(loc, known)
        if sort == "extra_forbidden":
            if not known:
                fields = self._class_of(loc[:-1]).model_fields
                self.faults.unknown(loc, "key", str(loc[-1]), fields, key=True)
            self._cut(self.faults.real_path(loc))
            self.broken.discard(self.faults.real_path(loc))
            return True
        path = self.faults.real_path(loc)
        if not known:
            self._report(path, sort, context, key)
        if not path:
            return False
        if path[0] in ("title", "form", "players") and len(path) == 1:
            return self._placeholder(str(path[0]))
        return self._cut(path)

    def _report(self, path: EntryPath, sort: str, context: Any, key: bool) -> None:
        if sort == "deterrence":
            at = (*path, *context["at"])
            # A shorthand such as a bare list hides the level that the schema names.
            self.faults.add(
                at, context["what"], context["expected"], context["remedy"], key=key, shift=0
            )
            return
        value = self.faults.tree.at(path)
        wanted = _SHAPES.get(sort, "something else")
        self.faults.add(path, f"{kind(value)} stands here", wanted, written_out(path, value))

    def _missing(self, loc: EntryPath, known: bool) -> bool:
        owner = self.faults.real_path(loc[:-1])
        name = str(loc[-1])
        if not known:
            what = f"the key {shorten(name)!r} is missing"
            where = (
                f" in {shorten(str(owner[-1]))!r}" if owner and isinstance(owner[-1], str) else ""
            )
            wanted, remedy = f"{name}: ...", ""
            if loc == ("form",):
                wanted, remedy = form_hint(self.root)
            self.faults.add(owner, what + where, wanted, remedy, key=True)
        if not owner:
            return self._placeholder(name)
        return self._cut(owner)

    def _placeholder(self, name: str) -> bool:
        """Put something in place of a top-level entry without which nothing can be checked."""
        self._cut((name,))
        if name == "title":
            self.root["title"] = "untitled"
        elif name == "form":
            self.root["form"] = form_of(self.root) or "strategic"
        elif isinstance(self.root.get("actions"), dict) and "players" not in self.root:
            self.root["players"] = list(self.root["actions"])
        else:
            return False
        return True

    def _class_of(self, path: EntryPath) -> type[Spec]:
        return _CLASSES.get((str(path[0]), len(path)), ModelFile) if path else ModelFile
