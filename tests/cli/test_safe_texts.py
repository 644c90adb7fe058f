"""What strangers named: formulas in CSV, direction marks, file names, accents typed two ways."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT
from click.testing import Result

from deterrence.errors import InvalidFileError
from deterrence.modelfile.catalogue import read_model

Run = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
#: A file name that would end a line, colour the terminal and turn the text round.
HOSTILE = "a\x1b[31m\u202egnp\r\nb"
MODEL = """\
title: T
form: strategic
players: [A, B]
parameters: {v: {title: stake, default: -3/7, bounds: [-1, 3], symbol: v}}
actions:
  A: ["=cmd|' /C calc'!A0", "+up", "-down", "@sum"]
  B: [x, y]
outcomes:
  a: {payoffs: {A: v, B: -1/2}}
  b: {payoffs: {A: -1, B: v}}
game: [[a, b], [b, a], [a, a], [b, b]]
"""
NFC, NFD = "Bogotá", "Bogota\u0301"


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_no_cell_of_text_is_a_formula_and_no_number_changes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "=m.yaml"
    path.write_text(MODEL)
    result = run("solve", str(path), "--format", "csv")
    head, *rows = cells(result.stdout)
    assert rows
    assert {row[0] for row in rows} == {"'=m"}
    named = {row[head.index("label")] for row in rows}
    assert {"'=cmd|' /C calc'!A0", "'+up", "'-down", "'@sum"} <= named
    for row in rows:
        assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for cell in row[:-2])
    numbers = {(row[-2], row[-1]) for row in rows}
    assert ("-3/7", repr(-3 / 7)) in numbers or ("-1/2", "-0.5") in numbers
    assert not any(n.startswith("'") for pair in numbers for n in pair)


def test_a_sweep_keeps_its_numbers_and_goes_on(run: Run, tmp_path: Path) -> None:
    path, table = tmp_path / "m.yaml", tmp_path / "t.csv"
    path.write_text(MODEL)
    arguments = ("sweep", str(path), "-p", "v=-1:1:5", "-o", str(table))
    assert run(*arguments).exit_code == 0
    head, *rows = cells(table.read_text())
    assert not any(c.startswith(("=", "+", "-", "@")) for c in head)
    values = {row[head.index("v")] for row in rows}
    assert values == {"-1.0", "-0.5", "0.0", "0.5", "1.0"}
    before = table.read_bytes()
    assert run(*arguments, "--force").exit_code == 0
    assert table.read_bytes() == before
    titles = [
        c["titles"]
        for c in json.loads((tmp_path / "t.csv-metadata.json").read_text())["tableSchema"][
            "columns"
        ]
    ]
    assert titles == head


def test_direction_marks_leave_csv(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "g.nfg"
    path.write_text(
        'NFG 1 R "t" { "P\u202e1" "Q" } { { "\u2066=a" "b" } { "c" "d" } }\n1 1 0 0 0 0 1 1\n',
        encoding="utf-8",
    )
    result = run("solve", str(path), "--format", "csv")
    assert result.exit_code == 0
    assert not STEERING.search(result.stdout)
    assert {"P1", "'=a"} <= {cell for row in cells(result.stdout) for cell in row}


@pytest.mark.skipif(os.name == "nt", reason="the file name cannot be made")
@pytest.mark.parametrize(
    "arguments",
    [
        ("models", "check", "GOOD"),
        ("models", "check", "BAD"),
        ("models", "check", "NONE"),
        ("models", "show", "GOOD"),
        ("show", "GOOD"),
        ("show", "GOOD", "--format", "html"),
        ("show", "GOOD", "--format", "latex"),
        ("show", "GOOD", "--format", "nfg"),
        ("show", "BAD"),
        ("show", "NONE"),
        ("show", "NFG", "--symbolic"),
        ("show", "NFG", "--set", "v=1"),
        ("show", "FOLDER"),
        ("show", "GOOD", "--format", "efg"),
        ("solve", "GOOD"),
        ("solve", "GOOD", "--format", "csv"),
        ("solve", "NFG"),
        ("solve", "GOOD", "--format", "html"),
        ("solve", "GOOD", "--format", "latex"),
        ("solve", "GOOD", "--concept", "spe"),
        ("solve", "GOOD", "--set", "w=1"),
        ("solve", "GOOD", "-o", "FOLDER"),
        ("solve", "GOOD", "-o", "FOLDER/x/y"),
        ("solve", "GOOD", "-o", "FOLDER/out.txt"),
        ("solve", "GOOD", "--scenario", "NONE"),
        ("regimes", "GOOD"),
        ("regimes", "NFG"),
        ("explain", "GOOD"),
        ("sweep", "GOOD", "-p", "v=0:1:3"),
        ("sweep", "GOOD", "-p", "v=0:1:3", "-o", "NONE.csv"),
        ("sweep", "GOOD", "-p", "v=0:1:3", "-o", "NONE.xyz"),
        ("sweep", "GOOD", "-p", "v=0:1:3", "-o", "FOLDER/x/y.csv"),
        ("sensitivity", "NFG"),
        ("levers", "NFG", "--player", "A", "--conclusion", "v"),
        ("robustness", "GOOD", "--payoffs", "--certificate", "NONE.smt2"),
        ("plot", "payoffs", "GOOD", "-o", "NONE.svg", "--describe"),
        ("plot", "payoffs", "GOOD", "-o", "NONE.doc"),
        ("models", "copy", "chicken", "NONE.yaml"),
        ("models", "copy", "chicken", "GOOD"),
        ("models", "copy", "chicken", "FOLDER"),
        ("models", "copy", "NONE"),
        ("solve", "GOOD", "--format", "NONE"),
        ("solve", "GOOD", "--NONE"),
        ("NONE",),
        ("models", "NONE"),
        ("solve", "GOOD", "NONE"),
        ("sweep", "GOOD", "--samples", "NONE"),
    ],
    ids=" ".join,
)
def test_a_file_name_is_printed_plain(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"GOOD": f"g{HOSTILE}.yaml", "BAD": f"b{HOSTILE}.yaml", "NFG": f"n{HOSTILE}.nfg"}
    names |= {"NONE": f"none{HOSTILE}", "FOLDER": f"f{HOSTILE}"}
    Path(names["GOOD"]).write_text(MODEL)
    Path(names["BAD"]).write_text(MODEL.replace("default", "defalt"))
    Path(names["NFG"]).write_text('NFG 1 R "t" { "A" "B" } { 2 1 }\n1 1 0 0\n')
    Path(names["FOLDER"]).mkdir()
    typed = [re.sub("GOOD|BAD|NFG|NONE|FOLDER", lambda m: names[m[0]], a) for a in arguments]
    result = run(*typed)
    assert result.exit_code in (0, 1, 2, 3, 4), result.exception
    said = result.stdout + result.stderr
    assert not STEERING.search(said), said
    assert "fault of the program" not in said


def test_an_accent_typed_in_two_ways_is_one_label() -> None:
    text = MODEL.replace("players: [A, B]", f"players: [A, {NFD}]").replace(" B:", f" {NFC}:")
    model = read_model(text)
    assert model.players == ("A", NFC)
    with pytest.raises(InvalidFileError, match="occurs twice"):
        read_model(MODEL.replace("[x, y]", f"[{NFC}, {NFD}]"))
    with pytest.raises(InvalidFileError, match="occurs twice"):
        read_model(MODEL.replace("  B: [x, y]", f"  B: {{{NFC}: '', {NFD}: ''}}"))


def test_gambit_files_too(run: Run, tmp_path: Path) -> None:
    from deterrence.cli.source import load_either

    path = tmp_path / "g.nfg"
    path.write_text(
        f'NFG 1 R "{NFD}" {{ "{NFD}" "Q" }} {{ {{ "{NFC}" "{NFD}" }} {{ "c" }} }}\n1 1 0 0\n',
        encoding="utf-8",
    )
    game = load_either(str(path))
    assert game.title == NFC
    assert game.players == (NFC, "Q")
    assert game.actions[0] == (NFC, f"{NFC}_2")


@pytest.mark.parametrize("typed", [NFC, NFD])
def test_statements_and_options_name_labels_in_either_way(
    run: Run, tmp_path: Path, typed: str
) -> None:
    path = tmp_path / "m.yaml"
    text = MODEL.replace("players: [A, B]", f"players: [A, {NFD}]").replace("B:", f"{NFC}:")
    text += f"scenarios: {{{NFC}: {{values: {{v: 1}}}}}}\n"
    path.write_text(text, encoding="utf-8")
    result = run(
        "robustness", str(path), "--scenario", typed, "--conclusion", f"payoff({typed!a}) > -5"
    )
    assert result.exit_code in (0, 4), result.stderr
    result = run(
        "sweep", str(path), "-p", "v=0:1:3", "--select", "best", "--by", typed, "--scenario", typed
    )
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "FILE"),
        ("solve", "FILE"),
        ("regimes", "FILE"),
        ("explain", "FILE"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", ["html", "latex"])
def test_html_on_standard_output_is_utf8(
    tmp_path: Path, arguments: tuple[str, ...], form: str
) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MODEL.replace("[x, y]", "[ждать, 克制]").replace("title: T", "title: Война"))
    command = [a.replace("FILE", str(path)) for a in arguments]
    result = subprocess.run(
        [sys.executable, "-m", "deterrence", *command, "--format", form],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"},
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert result.returncode in (0, 4), result.stderr
    text = result.stdout.decode("utf-8")
    assert "克制" in text
    assert "\\u" not in text.replace("\\underline", "").replace("\\usepackage", "")
    assert unicodedata.is_normalized("NFC", text)
