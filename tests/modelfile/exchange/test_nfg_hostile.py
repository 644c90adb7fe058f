"""Broken, huge and hostile .nfg files: refused with a place, at once, in little memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT
from damaged import beginnings_read, changes_read
from effort import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError
from deterrence.modelfile.exchange.nfg import MAX_BYTES, read_nfg

HEAD = 'NFG 1 R "t" { "A" "B" } '
GOOD = HEAD + '{ { "x" "y" } { "u" "v" } } "c" { { "o" 1, 2 } { "p" 3/4 -5.5 } } 1 2 0 1'
MEGA = 2**20


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + "{ 1000000000 1000000000 } 1", id="a billion strategies"),
        pytest.param(HEAD + "{ 1" + "0" * 99 + " 1 } 1", id="a googol of strategies"),
        pytest.param(HEAD + "{ 1000 1000 } 1", id="a million cells"),
        pytest.param(HEAD + "{ 99999 99999 } 1", id="ten billion cells"),
        pytest.param('NFG 1 R "" {' + '"" ' * 1001 + "}", id="a thousand and one players"),
        pytest.param('NFG 1 R "' + "a" * (MAX_BYTES - 20), id="an endless title"),
        pytest.param('NFG 1 R "' + "\\" * (MAX_BYTES - 20), id="endless backslashes"),
        pytest.param('NFG 1 R "' + '\\"' * (7 * MEGA), id="endless escaped quotes"),
        pytest.param('NFG 1 R "' + "a" * MEGA + '" { "A" } { 1 } 1', id="a long title"),
        pytest.param('NFG 1 R "" { "' + "a" * MEGA + '" } { 1 } 1', id="a long name"),
        pytest.param('NFG 1 R "" { "A" } { {' + '"" ' * (3 * MEGA), id="endless strategies"),
        pytest.param(" " * MAX_BYTES, id="blanks"),
        pytest.param("\n" * MAX_BYTES, id="empty lines"),
        pytest.param("{" * MAX_BYTES, id="braces"),
        pytest.param('NFG 1 R "" ' + "{" * MEGA, id="nested braces"),
        pytest.param(HEAD + "{ 1 1 } " + "1 " * (7 * MEGA), id="too many payoffs"),
        pytest.param(HEAD + "{ 700 700 } " + "1 " * 1000, id="too few payoffs"),
        pytest.param(HEAD + "{ 1 1 } 1 " + "9" * (8 * MEGA), id="a huge number"),
        pytest.param(HEAD + "{ 1 1 } 1 1e999999999", id="a huge exponent"),
        pytest.param(HEAD + "{ 1 1 } 1 1e-9999", id="a tiny number"),
        pytest.param(HEAD + "{ 1 1 } { " + '{ "" 1 2 } ' * 600_000, id="endless outcomes"),
        pytest.param("a" * (MAX_BYTES + 1), id="too large"),
        pytest.param(b"a" * (MAX_BYTES + 1), id="too large in bytes"),
        pytest.param(b"\x00" * 1000, id="NUL"),
        pytest.param(GOOD.encode("utf-16"), id="UTF-16"),
        pytest.param(GOOD.encode("utf-32"), id="UTF-32"),
        pytest.param(b"\x7fELF" + bytes(range(256)) * 100, id="binary"),
        pytest.param(GOOD.replace("t", "M\xfcller", 1).encode("latin-1"), id="Latin-1"),
        pytest.param(GOOD.replace('"t"', '"\x1b[31m"'), id="terminal escape"),
        pytest.param(GOOD.replace('"t"', '"a\x00b"'), id="NUL in a title"),
    ],
)
def test_hostile_files_are_refused_at_once(text: str | bytes) -> None:
    # seldom more than 0.5 s on a quiet machine
    with at_most(5), pytest.raises(InvalidFileError) as caught:
        read_nfg(text)
    assert len(caught.value.faults) == 1
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("counts", ["1000 1000", "500001 1", "1 99999", "99999 99999"])
def test_the_limit_counts_every_players_payoffs(counts: str) -> None:
    """Half a million cells of two players are allowed, one more is not."""
    allowed = counts == "1 99999"
    words = "ends after 1 of them" if allowed else "at most 1,000,000 payoffs"
    with pytest.raises(InvalidFileError, match=words):
        read_nfg(HEAD + f"{{ {counts} }} 1")


def test_the_largest_file_stays_below_300_megabytes() -> None:
    """A million different payoffs, read in a process of its own."""
    program = """
from deterrence.modelfile.exchange.nfg import read_nfg
numbers = " ".join(f"{k}.{k % 977:03d}" for k in range(707 * 707 * 2))
game = read_nfg('NFG 1 R "" { "A" "B" } { 707 707 } ' + numbers)
assert game.shape == (707, 707)
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak.split()[1]) // 1024)
"""
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process's own memory is measured on Linux only")
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 300


def refused_or_read(text: str | bytes) -> bool:
    try:
        read_nfg(text)
    except InvalidFileError:
        return False
    return True


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_refused(text: str) -> None:
    assert not refused_or_read(text)


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_refused(data: bytes) -> None:
    assert not refused_or_read(data)


def test_every_beginning_of_a_file_is_refused() -> None:
    assert refused_or_read(GOOD)
    assert beginnings_read(refused_or_read, GOOD) == []


def test_a_file_with_one_character_changed_is_read_or_refused() -> None:
    # Changes inside labels and numbers are harmless.
    assert changes_read(refused_or_read, GOOD, '{}",0 1x\\/-.\n', 4) > 100


WORDS = ["NFG", "1", "R", '"t"', "{", "}", '"A"', "2", "0", ",", "1/2", "-1", "\n", '"']


@given(st.lists(st.sampled_from(WORDS), max_size=30))
@settings(max_examples=300)
def test_any_jumble_after_the_header_is_read_or_refused(words: list[str]) -> None:
    refused_or_read('NFG 1 R "t" { "A" } ' + " ".join(words))
