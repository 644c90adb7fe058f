"""The folder of kept answers gives what was kept, or nothing, whatever lies in it."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.keeping import store as module
from deterrence.keeping.store import Store, as_key, chosen_folder

KEY = {"what": "regimes", "model": {"text": "title: Ü"}, "made by": "x" * 64}
ANSWER = {"text": "never 1/3 \ud83d\n", "warnings": [], "n": 10**30, "x": 0.1}


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    store = Store(str(tmp_path))
    store.keep(KEY, ANSWER)
    return store


def entry(store: Store) -> Path:
    [(_, _, path)] = store.entries()
    return Path(path)


def test_an_answer_comes_back_for_its_question_alone(kept: Store) -> None:
    assert kept.read(KEY) == ANSWER
    for name in KEY:
        assert kept.read({**KEY, name: "other"}) is None
    assert kept.read({**KEY, "more": 1}) is None


def test_files_are_for_their_owner_alone(kept: Store) -> None:
    path = entry(kept)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    whole = json.loads(path.read_bytes())
    assert whole["key"] == KEY
    assert json.loads(whole["answer"]) == ANSWER


@given(st.data())
def test_a_changed_byte_gives_the_answer_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    store = Store(str(tmp_path_factory.getbasetemp() / "flipped"))
    store.keep(KEY, ANSWER)
    path = entry(store)
    good = path.read_bytes()
    place = data.draw(st.integers(0, len(good) - 1))
    change = data.draw(st.binary(max_size=3))
    length = data.draw(st.integers(0, 5))
    path.write_bytes(good[:place] + change + good[place + length :])
    assert store.read(KEY) in (ANSWER, None)
    store.keep(KEY, ANSWER)
    assert store.read(KEY) == ANSWER


def _swap_answer(path: Path) -> None:
    whole = json.loads(path.read_bytes())
    path.write_text(json.dumps({**whole, "answer": '"another"'}))


def _swap_question(path: Path) -> None:
    whole = json.loads(path.read_bytes())
    path.write_text(json.dumps({**whole, "key": {**KEY, "what": "explain"}}))


def _link(path: Path) -> None:
    target = path.parent.parent / "elsewhere.json"
    path.rename(target)
    path.symlink_to(target)


def _replace(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


STRANGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "huge": lambda path: os.truncate(path, module.MAX_ENTRY + 1),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00" * 50),
    "deep": lambda path: path.write_text("[" * 200_000),
    "not a number": lambda path: path.write_text('{"schema": NaN}'),
    "long number": lambda path: path.write_text("9" * 10_000),
    "null": lambda path: path.write_text("null"),
    "list": lambda path: path.write_text("[1, 2, 3, 4]"),
    "another answer": _swap_answer,
    "another question": _swap_question,
    "a link": _link,
    "a link to nowhere": _replace(lambda path: path.symlink_to("nowhere")),
    "a folder": _replace(Path.mkdir),
    "a pipe": _replace(os.mkfifo),
    "others write": lambda path: path.chmod(0o666),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_entry_is_as_if_it_were_not_there(kept: Store, name: str) -> None:
    STRANGE[name](entry(kept))
    assert kept.read(KEY) is None
    kept.keep(KEY, ANSWER)
    assert kept.read(KEY) == (None if name == "a folder" else ANSWER)


def test_what_others_own_is_not_read(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert kept.read(KEY) is None
    assert "others can write it" in kept.notes[-1]


@pytest.mark.parametrize("strange", ["linked", "open to others", "a file"])
def test_a_folder_that_is_not_ones_own_is_not_used(tmp_path: Path, strange: str) -> None:
    own = tmp_path / "cache" / f"answers-{module.SCHEMA}"
    own.parent.mkdir()
    if strange == "linked":
        (tmp_path / "theirs").mkdir(mode=0o700)
        own.symlink_to(tmp_path / "theirs")
    elif strange == "a file":
        own.write_text("x")
    else:
        own.mkdir()
        own.chmod(0o777)
    store = Store(str(own.parent))
    store.keep(KEY, ANSWER)
    assert store.read(KEY) is None
    assert not store.entries()
    assert store.clear() == 0


def test_nothing_is_kept_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = Store(str(tmp_path / "file" / "below"))
    store.keep(KEY, ANSWER)
    assert store.read(KEY) is None
    nowhere = Store(None)
    nowhere.keep(KEY, ANSWER)
    assert nowhere.read(KEY) is None
    assert not nowhere.notes


@pytest.mark.parametrize("answer", [float("nan"), {"x": float("inf")}, object(), {1, 2}])
def test_what_is_no_plain_data_is_not_kept(tmp_path: Path, answer: Any) -> None:
    store = Store(str(tmp_path))
    store.keep(KEY, answer)
    assert not store.entries()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    store = Store(str(tmp_path))
    store.keep(KEY, ANSWER)
    assert not store.entries()
    assert "No space left" in store.notes[-1]


def test_what_was_not_used_for_long_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path))
    for k in range(10):
        store.keep({"k": k}, "x" * 1000)
        os.utime(store.entries()[-1][2])
    for moment, (_, _, path) in enumerate(store.entries()):
        os.utime(path, (moment, moment))
    assert store.read({"k": 0}) == "x" * 1000  # used now
    monkeypatch.setattr(module, "MAX_TOTAL", 8_000)
    store.keep({"k": 10}, "x" * 1000)
    assert sum(size for _, size, _ in store.entries()) <= 6_000
    assert store.read({"k": 0})
    assert store.read({"k": 10})
    assert store.read({"k": 1}) is None
    monkeypatch.setattr(module, "MAX_ENTRY", 1_000)
    store.keep({"k": 11}, "x" * 1000)
    assert store.read({"k": 11}) is None


def test_what_was_begun_long_ago_is_removed(kept: Store) -> None:
    folder = entry(kept).parent
    for name, age in ((".draft-new", 0), (".draft-old", 10_000)):
        (folder / name).write_text("x")
        moment = (folder / name).stat().st_mtime - age
        os.utime(folder / name, (moment, moment))
    kept.keep(KEY, ANSWER)
    assert not (folder / ".draft-old").exists()
    assert (folder / ".draft-new").exists()
    assert kept.clear() == 1
    assert not kept.entries()


def test_several_at_once_read_whole_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_TOTAL", 20_000)

    def work(worker: int) -> set[bool]:
        store = Store(str(tmp_path))
        seen = set()
        for k in range(40):
            key = {"k": k % 7}
            store.keep(key, [k % 7] * 500)
            seen.add(store.read(key) in ([k % 7] * 500, None))
        return seen

    with ThreadPoolExecutor(4) as pool:
        assert set.union(*pool.map(work, range(4))) == {True}


# ---- where it lies -----------------------------------------------------------------------
def test_the_environment_moves_the_folder_or_switches_it_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DETERRENCE_CACHE", str(tmp_path))
    assert chosen_folder() == str(tmp_path)
    for off in ("off", "0", "No"):
        monkeypatch.setenv("DETERRENCE_CACHE", off)
        assert chosen_folder() is None
    for strange in ("here", "./here", "~/here"):
        monkeypatch.setenv("DETERRENCE_CACHE", strange)
        with pytest.raises(UsageError, match="whole path"):
            chosen_folder()


@pytest.mark.skipif(sys.platform != "linux", reason="the homes of Linux")
def test_without_a_home_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DETERRENCE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert chosen_folder() == str(tmp_path / ".cache" / "deterrence")
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    assert chosen_folder() is None
    monkeypatch.chdir(tmp_path)
    (tmp_path / "relative").mkdir()
    monkeypatch.setenv("HOME", "relative")
    assert not str(chosen_folder()).startswith(("relative", str(tmp_path)))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from(["", "0", "1", "int 1", 1.0])
    | st.fractions(0, 1, max_denominator=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=3,
)  # fmt: skip


@given(VALUES, VALUES)
def test_questions_are_told_apart_by_value_and_type(one: Any, other: Any) -> None:
    same = repr(_sorted(one)) == repr(_sorted(other))
    assert (as_key(one) == as_key(other)) == same


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _sorted(value[k]) for k in sorted(value)}
    return [_sorted(v) for v in value] if isinstance(value, list) else value


def test_what_is_no_plain_option_has_no_key() -> None:
    for strange in (object(), {"x": object()}, [1, object()], {Fraction(1): 2}, {1, 2}):
        assert as_key(strange) is None
