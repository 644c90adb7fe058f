"""Broken, huge and hostile .efg files: refused with a place, at once."""

from __future__ import annotations

import pytest
from damaged import beginnings_read, changes_read
from effort import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError
from deterrence.modelfile.exchange.efg import MAX_BYTES, read_efg, write_efg

HEAD = 'EFG 2 R "t" { "A" "B" } '
GOOD = HEAD + (
    '"c" c "n" 1 "e" { "x" 1/4 "y" 0.75 } 0 p "" 1 1 "s" { "l" "r" } 2 "paid" { 1, -2 } '
    't "" 1 "o" { 3 4.5 } t "" 0 p "" 1 1 0 t "" 1 t "" 2'
)
MEGA = 2**20


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('EFG 2 R "" {' + '"" ' * 1001 + "}", id="a thousand and one players"),
        pytest.param('EFG 2 R "' + "a" * (MAX_BYTES - 20), id="an endless title"),
        pytest.param('EFG 2 R "' + '\\"' * (7 * MEGA), id="endless escaped quotes"),
        pytest.param('EFG 2 R "' + "a" * MEGA + '" { "A" } t "" 0', id="a long title"),
        pytest.param('EFG 2 R "" { "' + "a" * MEGA + '" } t "" 0', id="a long name"),
        pytest.param(HEAD + 't "' + "a" * MEGA + '" 0', id="a long node"),
        pytest.param(HEAD + 'p "" 1 1 "" { ' + '"" ' * (3 * MEGA), id="endless actions"),
        pytest.param(HEAD + 'c "" 1 "" { ' + '"" 0 ' * (2 * MEGA), id="endless chances"),
        pytest.param(HEAD + 'p "" 1 1 "" { "" "" } 0 ' + 'p "" 1 1 0 ' * 700_000, id="a deep tree"),
        pytest.param(HEAD + 'p "" 1 1 "" { ' + '"" ' * 499_000 + '} 0 t "" 0', id="a wide tree"),
        pytest.param(
            HEAD + 'p "" 1 1 "" { ' + '"" ' * 1000 + "} 0 " + 'p "" 1 1 0 ' * 600,
            id="more promised than fits",
        ),
        pytest.param(HEAD + 't "" 1 "" { ' + "1, " * (4 * MEGA), id="endless payoffs"),
        pytest.param(HEAD + 't "" 1 "" { 1 ' + "9" * (8 * MEGA) + " }", id="a huge number"),
        pytest.param(HEAD + 't "" 1 "" { 1 1e999999999 }', id="a huge exponent"),
        pytest.param(HEAD + 't "" 99999999999999999999 "" { 1 1 }', id="a huge outcome"),
        pytest.param(HEAD + 'p "" 1 1e9 "" { "x" } 0 t "" 0', id="a set that is no number"),
        pytest.param("{" * MAX_BYTES, id="braces"),
        pytest.param(" " * MAX_BYTES, id="blanks"),
        pytest.param("a" * (MAX_BYTES + 1), id="too large"),
        pytest.param(b"\x00" * 1000, id="NUL"),
        pytest.param(GOOD.encode("utf-16"), id="UTF-16"),
        pytest.param(b"\x7fELF" + bytes(range(256)) * 100, id="binary"),
        pytest.param(GOOD.replace("t", "M\xfcller", 1).encode("latin-1"), id="Latin-1"),
        pytest.param(GOOD.replace('"t"', '"\x1b[31m"'), id="terminal escape"),
    ],
)
def test_hostile_files_are_refused_at_once(text: str | bytes) -> None:
    # seldom more than 2 s on a quiet machine
    with at_most(10), pytest.raises(InvalidFileError) as caught:
        read_efg(text)
    assert len(caught.value.faults) == 1
    assert len(str(caught.value)) < 500


def refused_or_read(text: str | bytes) -> bool:
    try:
        game = read_efg(text)
    except InvalidFileError:
        return False
    write_efg(game)
    return True


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_refused(text: str) -> None:
    assert not refused_or_read(text)


def test_every_beginning_of_a_file_is_refused() -> None:
    assert refused_or_read(GOOD)
    assert beginnings_read(refused_or_read, GOOD) == []


def test_a_file_with_one_character_changed_is_read_or_refused() -> None:
    # Changes inside labels and numbers are harmless.
    assert changes_read(refused_or_read, GOOD, '{}",0 1x/-.\npct', 5) > 100


WORDS = ["p", "c", "t", '""', '"x"', "{", "}", "1", "0", "2", "1/2", ",", "-1", "\n", '"']


@given(st.lists(st.sampled_from(WORDS), max_size=40))
@settings(max_examples=300)
def test_any_jumble_after_the_header_is_read_or_refused(words: list[str]) -> None:
    refused_or_read(HEAD + " ".join(words))
