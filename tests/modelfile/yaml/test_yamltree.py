"""YAML as text with places: nothing is reinterpreted or evaluated, and every place is right."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import Fault, InvalidFileError
from deterrence.modelfile.yaml.entries import MAX_DEPTH, MAX_NODES, EntryTree, dotted, read_tree

PARSERS = [False, True] if yaml.__with_libyaml__ else [True]
both = pytest.mark.parametrize("pure", PARSERS, ids=lambda pure: "Python" if pure else "C")


@both
@pytest.mark.parametrize(
    "text",
    ["off", "no", "NO", "yes", "on", "1e-3", "12:30", "0.10", "1_000", "0x1F", "010", ".inf",
     "~", "null", "True", "2024-01-01", "1/3", "-l_R", "=", "1.", "+1"],
)  # fmt: skip
def test_scalars_keep_their_text(text: str, pure: bool) -> None:
    assert read_tree(f"a: {text}\nb: [{text}]\n", pure=pure).root == {"a": text, "b": [text]}
    assert read_tree(f"{text}: a\n", pure=pure).root == {text: "a"}


@both
def test_an_empty_value_differs_from_empty_text(pure: bool) -> None:
    tree = read_tree("a:\nb: ''\nc: \"\"\nd: {e: }\nf: # comment\n", pure=pure)
    assert tree.root == {"a": None, "b": "", "c": "", "d": {"e": None}, "f": None}
    assert set(tree.empties()) == {("a",), ("d", "e"), ("f",)}


@both
def test_places_are_those_of_the_text(pure: bool) -> None:
    text = "a: 1\nlist:\n  - x\n  - {k: v, 'w é': \"z\"}\né: ö\nfold: >\n  one\n  two\n"
    tree = read_tree(text, pure=pure)
    assert tree.keys == {
        ("a",): (1, 1),
        ("list",): (2, 1),
        ("list", 1, "k"): (4, 6),
        ("list", 1, "w é"): (4, 12),
        ("é",): (5, 1),
        ("fold",): (6, 1),
    }
    assert tree.values == {
        (): (1, 1),
        ("a",): (1, 4),
        ("list",): (3, 3),
        ("list", 0): (3, 5),
        ("list", 1): (4, 5),
        ("list", 1, "k"): (4, 9),
        ("list", 1, "w é"): (4, 19),
        ("é",): (5, 4),
        ("fold",): (6, 7),
    }
    assert tree.root["fold"] == "one two\n"
    assert tree.offsets["list", 1, "w é"] == 1
    assert tree.offsets["a",] == 0
    assert ("fold",) not in tree.offsets


@both
def test_windows_line_ends_and_a_byte_order_mark_are_fine(pure: bool) -> None:
    tree = read_tree(b"\xef\xbb\xbfa: 1\r\nb: x\r\n", pure=pure)
    assert tree.root == {"a": "1", "b": "x"}
    assert tree.keys["b",] == (2, 1)


def attempt(data: bytes, pure: bool) -> tuple[EntryTree | None, tuple[Fault, ...]]:
    try:
        return read_tree(data, pure=pure), ()
    except InvalidFileError as error:
        return None, error.faults


# ---- properties ------------------------------------------------------------
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Cf")),
    max_size=12,
)
TREES = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS.filter(lambda k: k != "<<"), inner, max_size=4)
    ),
    max_leaves=25,
)


def written(tree: Any, indent: int = 0) -> tuple[str, list[tuple[tuple[Any, ...], str, int, int]]]:
    """Write a tree in one style of our own; return the text and the places of its scalars.

    Lists are in blocks, text in double quotes, and lines and columns are counted here.
    """
    lines: list[str] = [""]
    places: list[tuple[tuple[Any, ...], str, int, int]] = []

    def put(piece: str) -> None:
        lines[-1] += piece

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def emit(node: Any, path: tuple[Any, ...], depth: int) -> None:
        if isinstance(node, str):
            places.append((path, "value", len(lines), len(lines[-1]) + 1))
            put(quoted(node))
        elif not node:
            put("{}" if isinstance(node, dict) else "[]")
        else:
            items = node.items() if isinstance(node, dict) else enumerate(node)
            for key, item in items:
                lines.append("  " * depth)
                if isinstance(node, dict):
                    places.append(((*path, key), "key", len(lines), len(lines[-1]) + 1))
                    put(quoted(key) + ": ")
                else:
                    put("- ")
                emit(item, (*path, key), depth + 1)

    emit(tree, (), indent)
    return "\n".join(lines) + "\n", places


@both
@given(tree=st.dictionaries(WORDS.filter(lambda k: k != "<<"), TREES, min_size=1, max_size=5))
def test_random_trees_come_back_with_their_places(tree: Any, pure: bool) -> None:
    text, places = written(tree)
    read = read_tree(text, pure=pure)
    assert read.root == tree
    assert not read.faults
    for path, kind, line, column in places:
        found = (read.keys if kind == "key" else read.values)[path]
        assert found == (line, column)
    leaves = {path for path, kind, _, _ in places if kind == "value"}
    assert leaves <= read.values.keys()


@both
@given(tree=st.dictionaries(WORDS.filter(lambda k: k != "<<"), TREES, min_size=1, max_size=5))
def test_random_trees_in_yamls_own_style(tree: Any, pure: bool) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, default_style="'", width=10**6)
    # The dumper's tags for what looks like a number cannot occur: every scalar is quoted.
    assert read_tree(text, pure=pure).root == tree


@both
@given(junk=st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(junk: bytes, pure: bool) -> None:
    tree, faults = attempt(junk, pure)
    assert (tree is None) == bool(faults)
    assert all(fault.line is not None for fault in faults)


JUNK = st.lists(
    st.sampled_from(
        ["[", "]", "{", "}", ": ", ":", "- ", "? ", "&a ", "*a", "!x ", "!!str ", "|", ">", "'",
         '"', "#", "\n", "  ", "a", "b", "1", "\\", "%", "@", "<<", "---", "...", ",", "é",
         "\\x", "\t"]
    ),
    max_size=40,
)  # fmt: skip


@given(pieces=JUNK)
def test_random_yaml_raises_nothing_else_and_both_parsers_agree(pieces: list[str]) -> None:
    answers = [attempt("".join(pieces).encode(), pure) for pure in PARSERS]
    assert all(fault.line for _, faults in answers for fault in faults)
    trees = [tree for tree, _ in answers if tree is not None]
    for one, other in itertools.pairwise(trees):
        assert one.root == other.root
        assert one.keys == other.keys
        # The parsers differ in where a value is that is not there.
        empty = {*one.empties(), *other.empties()}
        assert {p: v for p, v in one.values.items() if p not in empty} == {
            p: v for p, v in other.values.items() if p not in empty
        }


# ---- limits ---------------------------------------------------------------
@both
def test_depth_and_number_of_entries_are_bounded_from_both_sides(pure: bool) -> None:
    # The outer mapping is one level itself.
    deepest = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert read_tree(deepest, pure=pure).root["a"]
    with pytest.raises(InvalidFileError, match="nested too deeply"):
        read_tree("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, pure=pure)
    most = "a:\n" + "- x\n" * (MAX_NODES - 3)
    assert len(read_tree(most, pure=pure).root["a"]) == MAX_NODES - 3
    with pytest.raises(InvalidFileError, match="too many entries"):
        read_tree(most + "- x\n", pure=pure)


@both
def test_faults_that_leave_a_tree_are_all_listed(pure: bool) -> None:
    text = "a: &x 1\nb: *x\na: 2\nc: !!int 3\n<<: {d: 4}\ne: 5\n"
    tree = read_tree(text, pure=pure)
    assert tree.root == {"a": "1", "b": "", "c": "3", "e": "5"}
    assert [fault.line for fault in tree.faults] == [1, 2, 3, 4, 5]
    assert tree.refused == (("b",),)


def test_paths_are_written_for_people() -> None:
    assert dotted(("known_results", 0, "equilibria", 2)) == "known_results.1.equilibria.3"
    assert len(dotted(("x" * 500,))) <= 120


def test_nothing_is_constructed() -> None:
    text = "a: !!python/object/apply:os.getcwd []\n"
    tree = read_tree(text)
    assert tree.root == {"a": []}
    assert re.search("the tag .*python/object", str(tree.faults[0]))
