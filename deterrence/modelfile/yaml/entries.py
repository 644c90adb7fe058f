"""YAML as plain text in a tree, every entry with its line and column.

PyYAML's parser delivers *events*; the tree is built from them without recursion
and without PyYAML's constructors, so that every scalar keeps the text that
stands in the file: ``off``, ``no``, ``1e-3`` and ``12:30`` mean what they say.
Anchors, aliases, tags, merge keys, several documents and duplicate keys, all of
which make a file mean something else than it seems to, are faults.

>>> tree = read_tree("a: {b: off, c: 0.10}\\nd: [12:30]\\n")
>>> tree.root
{'a': {'b': 'off', 'c': '0.10'}, 'd': ['12:30']}
>>> tree.keys["a", "c"], tree.values["d", 0]
((1, 13), (2, 5))
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from deterrence.errors import Fault, InvalidFileError
from deterrence.modelfile.file_bytes import MAX_FAULTS, decode, forbidden
from deterrence.modelfile.yaml.messages import yaml_fault

#: Limits on one file.
MAX_DEPTH = 40
MAX_NODES = 20_000

EntryPath = tuple[str | int, ...]
LineColumn = tuple[int, int]


@dataclass(frozen=True)
class EntryTree:
    """A file's content and where everything stands.

    ``root`` holds dicts, lists and text; an empty value is ``None`` (a quoted
    empty text is ``""``).  ``keys`` and ``values`` map a path of keys and list
    positions to (line, column), counted from 1.  ``offsets`` says, for a scalar
    on one line without escapes, how many columns after its place its text begins.
    ``faults`` lists what is wrong although the tree could be built.
    """

    root: Any
    keys: dict[EntryPath, LineColumn]
    values: dict[EntryPath, LineColumn]
    offsets: dict[EntryPath, int]
    faults: tuple[Fault, ...] = ()
    #: Paths of values that are faults and mean nothing, such as aliases.
    refused: tuple[EntryPath, ...] = ()

    def empties(self) -> Iterator[EntryPath]:
        """Yield the paths of the entries that have no value."""
        for path in self.values:
            if self.at(path) is None:
                yield path

    def at(self, path: EntryPath) -> Any:
        """Return what stands at a path."""
        node = self.root
        for part in path:
            node = node[part]
        return node


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    node: dict[str, Any] | list[Any]
    path: EntryPath
    #: The key that waits for its value; ``None`` where a key comes next.
    key: str | None = None
    #: Whether the waiting key is refused (a duplicate), with all that it holds.
    refused: bool = False


@dataclass
class _EntryTreeBuilder:
    root: Any = None
    keys: dict[EntryPath, LineColumn] = field(default_factory=dict)
    values: dict[EntryPath, LineColumn] = field(default_factory=dict)
    offsets: dict[EntryPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    refused: list[EntryPath] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0
    nodes: int = 0
    normal: bool = False
    #: Depth of refused nodes that are read over, 0 where nothing is refused.
    skipping: int = 0

    def fault(self, event: Any, what: str, expected: str = "", remedy: str = "") -> None:
        line, column = _place(event)
        self.faults.append(
            Fault(what, line, column, dotted(self.here()), expected=expected, remedy=remedy)
        )

    def stop(self, event: Any, what: str, expected: str = "", remedy: str = "") -> _StopReading:
        self.fault(event, what, expected, remedy)
        return _StopReading()

    def here(self) -> EntryPath:
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.node, list):
            return (*top.path, len(top.node))
        return top.path if top.key is None else (*top.path, top.key)

    def take(self, event: Any) -> None:
        """Take the next event."""
        if len(self.faults) >= MAX_FAULTS:
            raise _StopReading
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.stop(event, "a second document begins here", "one model per file")
        elif isinstance(event, yaml.NodeEvent):
            self.nodes += 1
            if self.nodes > MAX_NODES:
                raise self.stop(
                    event, "the file has too many entries", f"at most {MAX_NODES} in all"
                )
            self.node(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            if self.skipping:
                self.skipping -= 1
                if not self.skipping:
                    self.value_done()
            else:
                self.stack.pop()
                self.value_done()

    def node(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            remedy = "write it out; put quotes around text that begins with *"
            alias = f"the alias '*{str(event.anchor)[:40]}'"
            self.fault(event, f"{alias} is not allowed", "the text itself", remedy)
            self.refused.append(self.here())
            return self.scalar(event, "", None)
        anchor = "" if event.anchor is None else f"the anchor '&{event.anchor[:40]}'"
        tag = "" if event.tag is None else f"the tag {_short(event.tag)}"
        for found, sign in ((anchor, "&"), (tag, "!")):
            if found:
                remedy = f"remove it; put quotes around text that begins with {sign}"
                self.fault(event, f"{found} is not allowed", "plain text", remedy)
        if isinstance(event, yaml.ScalarEvent):
            if (bad := forbidden(event.value)) is not None:
                what = f"an escape for the character U+{ord(bad):04X}, which is not allowed"
                self.fault(event, what, "printable text", "remove it")
            # The C parser calls the plain style '', the Python one None.
            empty = event.value == "" and not event.style
            text = event.value
            if self.normal:
                text = unicodedata.normalize("NFC", text)
            return self.scalar(event, None if empty else text, _offset(event))
        return self.collection(event)

    def scalar(self, event: Any, text: str | None, offset: int | None) -> None:
        if self.skipping:
            return
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node, dict) and top.key is None:
            return self.key(event, top, text)
        self.place(event, text)
        if offset is not None and not (top and top.refused):
            self.offsets[(*top.path, self.last(top)) if top else ()] = offset
        self.value_done()

    def last(self, top: _Open) -> str | int:
        return len(top.node) - 1 if isinstance(top.node, list) else str(top.key)

    def key(self, event: Any, top: _Open, text: str | None) -> None:
        if text is None:
            self.fault(event, "a key is missing before ':'", "'key: value'")
            text = ""
        top.key = text
        path = (*top.path, text)
        if text == "<<":
            self.fault(event, "the merge key << is not allowed", "plain entries", "write them out")
            top.refused = True
        elif text in top.node:
            first = self.keys[path][0]
            self.fault(
                event,
                f"the key {_short(text)} occurs twice",
                "each key once",
                f"the first is in line {first}",
            )
            top.refused = True
        else:
            self.keys[path] = _place(event)

    def collection(self, event: Any) -> None:
        if len(self.stack) + self.skipping >= MAX_DEPTH:
            raise self.stop(event, "the file is nested too deeply", f"at most {MAX_DEPTH} levels")
        if self.skipping:
            self.skipping += 1
            return
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node, dict) and top.key is None:
            what = "a list or mapping stands where a key is expected"
            raise self.stop(event, what, "'key: value'", "put quotes around text in brackets")
        if top is not None and top.refused:
            self.skipping = 1
            return
        node: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self.here()
        self.place(event, node)
        self.stack.append(_Open(node, path))

    def place(self, event: Any, value: Any) -> None:
        if not self.stack:
            self.root = value
            self.values[()] = _place(event)
            return
        top = self.stack[-1]
        if top.refused:
            return
        self.values[self.here()] = _place(event)
        if isinstance(top.node, list):
            top.node.append(value)
        else:
            top.node[str(top.key)] = value

    def value_done(self) -> None:
        if self.stack:
            self.stack[-1].key = None
            self.stack[-1].refused = False


class _StopReading(Exception):
    """The fault just noted makes the rest unreadable."""


def read_tree(
    data: str | bytes, source: str = "text", *, pure: bool = False, normal: bool = False
) -> EntryTree:
    """Read YAML text into a :class:`Tree`.

    ``pure`` takes the parser written in Python even where the C one is there.  ``normal``
    normalises all text to NFC, so that two ways to type an accent are one key, one label.
    Raises :class:`InvalidFileError` where no tree can be built; the faults that
    leave a tree are in its ``faults``.  Time and memory are bounded by the
    limits on size, depth and number of entries.
    """
    text = decode(
        data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"), source
    )
    builder = _EntryTreeBuilder(normal=normal)
    loader = yaml.SafeLoader if pure or not yaml.__with_libyaml__ else yaml.CSafeLoader
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except _StopReading:
        raise InvalidFileError(source, builder.faults) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The Python parser lets ValueError and OverflowError out of chr() and int().
        raise InvalidFileError(source, [*builder.faults, yaml_fault(error, text)]) from None
    if not builder.documents or builder.root is None:
        fault = Fault("the file holds no entries", 1, expected="a model")
        raise InvalidFileError(source, [*builder.faults, fault])
    return EntryTree(
        builder.root,
        builder.keys,
        builder.values,
        builder.offsets,
        tuple(builder.faults),
        tuple(builder.refused),
    )


def dotted(path: EntryPath) -> str:
    """Write a path for people: ``known_results.2.measures`` (list positions from 1).

    >>> dotted(("known_results", 1, "measures"))
    'known_results.2.measures'
    """
    text = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return text if len(text) <= 120 else text[:117] + "..."


def _place(event: Any) -> LineColumn:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _offset(event: Any) -> int | None:
    """Return where the text begins after the scalar's place, where that is one line as it is."""
    start, end = event.start_mark, event.end_mark
    if start.line != end.line or event.style in ("|", ">"):
        return None
    quotes = 1 if event.style else 0
    return quotes if end.column - start.column == len(event.value) + 2 * quotes else None


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
