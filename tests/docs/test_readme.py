"""The first page: short, two commands, a picture that is what its command draws."""

from __future__ import annotations

import re
import shlex
import struct
import zlib
from pathlib import Path

from checkout import ROOT
from click.testing import CliRunner
from docs_runner import blocks_of

from deterrence.cli.program import program

README = ROOT / "README.md"


def texts_of(png: Path) -> dict[str, str]:
    """Return the texts that a PNG file carries."""
    data, at, found = png.read_bytes(), 8, {}
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        if kind == b"tEXt":
            key, _, text = body.partition(b"\0")
            found[key.decode()] = text.decode("latin-1")
        elif kind == b"iTXt":
            key, _, rest = body.partition(b"\0")
            packed, text = rest[0], rest[2:].split(b"\0", 2)[2]
            found[key.decode()] = (zlib.decompress(text) if packed else text).decode()
        at += 12 + size
    return found


def test_the_first_page_is_short_and_has_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text.split()) < 900
    commands = [b.text.splitlines() for b in blocks_of(README) if b.language == "sh"]
    assert commands == [["sh scripts/main-job.sh", "sh scripts/test.sh"]]


def test_the_picture_is_what_its_command_draws(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    match = re.search(r"<!-- deterrence (plot .*) -->\n!\[([^\]]+)\]\(([^)]+)\)", text)
    assert match is not None
    command, alternative, shown = match.groups()
    assert len(alternative) > 80
    *arguments, option, file = shlex.split(command)
    assert (option, file) == ("-o", shown)
    again = tmp_path / "again.png"
    done = CliRunner().invoke(program, [*arguments, "-o", str(again)])
    assert done.exit_code == 0, done.output
    kept, drawn = texts_of(ROOT / shown), texts_of(again)
    assert {"Title", "Description"} <= kept.keys()
    assert kept == drawn, f"draw it again: deterrence {command} --force"
