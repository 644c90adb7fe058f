"""Games as people have them, on the command line: tables, near-fractions, formats not read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from brink import BRINK
from click.testing import Result

Run = Callable[..., Result]

PD = ",c,d\nc,3,0\nd,5,1\n\n,c,d\nc,3,5\nd,0,1\n"
NEAR = 'NFG 1 R "n" { "A" "B" } { 2 2 } 0.6666666666666666 1 0 0 0 0 1 2'
THIRDS = (
    'EFG 2 R "thirds" { "A" "B" }\n""\nc "" 1 "" { "a" 0.333 "b" 0.333 "c" 0.333 } 0\n'
    't "" 1 "" { 1, 1 }\nt "" 2 "" { 2, 1 }\nt "" 3 "" { 3, 1 }\n'
)
DRIVER = (
    'EFG 2 R "driver" { "Driver" "Nobody" }\n""\np "" 1 1 "" { "exit" "stay" } 0\n'
    't "" 1 "" { 0, 0 }\np "" 1 1 "" { "exit" "stay" } 0\nt "" 2 "" { 4, 0 }\nt "" 3 "" { 1, 0 }\n'
)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pd.csv", PD),
        ("pd.CSV", PD),
        ("pd.tsv", PD.replace(",", "\t")),
        ("pd.csv", "\ufeff" + PD.replace(",", ";").replace("\n", "\r\n")),
    ],
)
def test_a_table_is_solved_like_any_game(file, run: Run, name: str, content: str) -> None:
    path = file(name, content)
    found = json.loads(run("solve", path, "--format", "json").stdout)
    (e,) = found["equilibria"]
    assert (found["status"], found["game"]) == ("complete", "pd")
    assert e["profile"] == {"Row": {"c": "0", "d": "1"}, "Column": {"c": "0", "d": "1"}}
    assert "5, 0*" not in run("show", path).output
    assert "5*, 0" in run("show", path).output
    assert run("models", "check", path).output == f"{path}: fine\n"
    assert run("solve", "-", input=content.removeprefix("\ufeff")).exit_code == 0
    assert run("robustness", path).exit_code == 0
    nfg = run("show", path, "--format", "nfg").stdout
    assert "3 3\n5 0\n0 5\n1 1\n" in nfg


def test_spreadsheets_are_solved_from_files_and_standard_input(file, run: Run) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra 'spreadsheet' is not installed")
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(PD)):
        book.active.append([float(x) if x.isdigit() else x for x in row])
    out = io.BytesIO()
    book.save(out)
    path = file("pd.xlsx", out.getvalue())
    assert "Row: d; Column: d" in run("solve", path).output
    broken = file("broken.xlsx", out.getvalue()[:100])
    result = run("solve", broken)
    assert result.exit_code == 3
    assert "is no spreadsheet" in words(result.output)


def test_one_table_is_zero_sum_and_the_answer_says_so(file, run: Run) -> None:
    path = file("x.csv", "1,2\n3,4\n")
    result = run("solve", path)
    assert "One result is possible: (r2, c1)" in words(result.stdout)
    assert "read as a zero-sum game: Column gets the opposite of what Row gets" in words(
        result.stdout
    )
    assert "zero-sum game" in words(run("show", path).stdout)
    assert (
        "zero-sum game" in json.loads(run("solve", path, "--format", "json").stdout)["messages"][0]
    )
    assert (
        "zero-sum game" in json.loads(run("show", path, "--format", "json").stdout)["messages"][0]
    )
    table = run("solve", path, "--format", "csv")
    assert "zero-sum game" in table.stderr
    assert "zero-sum game" not in table.stdout


def test_near_fractions_are_pointed_out_and_read_on_request(file, run: Run) -> None:
    path = file("n.nfg", NEAR)
    literal = run("solve", path)
    assert "0.6666666666666666 looks like 2/3; --rationalise reads it as 2/3" in words(
        literal.stdout
    )
    asked = run("solve", path, "--rationalise")
    assert "read as fractions (--rationalise): 0.6666666666666666 as 2/3" in words(asked.stdout)
    payoffs = [
        [e["payoffs"]["A"] for e in json.loads(run(*args, "--format", "json").stdout)["equilibria"]]
        for args in (("solve", path), ("solve", path, "--rationalise"))
    ]
    assert "3333333333333333/5000000000000000" in payoffs[0]
    assert "2/3" in payoffs[1]
    assert "looks like 2/3" in words(run("models", "check", path).output)
    assert "2/3" in run("show", path, "--rationalise", "--format", "nfg").stdout


def test_rounded_chances_are_accepted_on_request(file, run: Run) -> None:
    path = file("thirds.efg", THIRDS)
    refused = run("solve", path)
    assert refused.exit_code == 3
    assert "--rationalise reads 1/3, 1/3, 1/3" in words(refused.output)
    asked = run("solve", path, "--rationalise")
    assert asked.exit_code == 0
    assert "the probabilities 0.333, 0.333, 0.333 as 1/3, 1/3, 1/3" in words(asked.stdout)
    found = json.loads(run("solve", path, "--rationalise", "--format", "json").stdout)
    assert found["equilibria"][0]["payoffs"] == {"A": "2", "B": "1"}


def test_a_model_has_nothing_to_rationalise(run: Run) -> None:
    result = run("solve", "chicken", "--rationalise")
    assert result.exit_code == 2
    assert "--rationalise has no meaning for chicken" in words(result.output)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("x.xml", '<gte version="0.1"><gameDescription/></gte>', "Game Theory Explorer"),
        ("x.gte", "<gte/>", "Game Theory Explorer"),
        ("x.agg", "#AGG\n2\n", "action graph game"),
        ("x.BAGG", "#BAGG\n2\n", "Bayesian action graph game"),
        ("x.gbt", "<gambit:document/>", "a workbook of Gambit's"),
        ("x.xls", b"\xd0\xcf\x11\xe0", "an old Excel file"),
        ("x.pdf", b"%PDF-1.4", "a PDF file"),
        ("x", "<html></html>", "XML file"),
        ("x", b"PK\x03\x04abc", "a packed file"),
    ],
)
def test_formats_that_are_not_read_are_named(
    file, run: Run, name: str, content: str | bytes, what: str
) -> None:
    path = file(name, content)
    for command in (("solve",), ("show",), ("regimes",), ("models", "check")):
        result = run(*command, path)
        assert result.exit_code == 2
        text = words(result.output)
        assert what in text
        assert "a format that is not read; these are: model files (.yaml, .yml)" in text
        assert ".nfg and .efg, and tables: .csv, .tsv, .xlsx and .ods" in text


def test_standard_input_says_what_it_is(run: Run) -> None:
    assert "standard input is an XML file" in words(run("solve", "-", input="<gte/>").output)
    assert run("solve", "-", input="1;2\n3;4\n").exit_code == 0
    # What may be a model is one, with a model's faults.
    assert "the key" in run("solve", "-", input="title: x, 1\nform: strategic\n").output
    assert "the key" in run("solve", "-", input="{}").output


@pytest.mark.parametrize("name", ["none.csv", "none.xlsx", "none.xml", "none.nfg"])
def test_a_file_that_is_not_there_is_said_to_be_none(run: Run, name: str) -> None:
    result = run("solve", name)
    assert result.exit_code == 2
    assert f"there is no file '{name}'" in words(result.output)


def test_the_absent_minded_driver_is_answered(file, run: Run) -> None:
    path = file("driver.efg", DRIVER)
    result = run("solve", path)
    assert result.exit_code == 0
    text = words(result.stdout)
    assert "exit 0.3333 (1/3), stay 0.6667 (2/3)" in text
    assert "Payoff of Driver 1.3333 (4/3)" in text
    assert "planning optimum" in text


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "Infinity", "1e999"])
def test_nan_and_infinity_are_refused_everywhere(file, run: Run, value: str) -> None:
    model = BRINK
    for arguments in (
        ("solve", model, "--set", f"k_R={value}"),
        ("sweep", model, "-p", f"k_R=0:{value}:5", "-o", "x.csv"),
        ("sweep", model, "-p", f"k_R={value},1", "-o", "x.csv"),
        ("plot", "sweep", model, "-p", f"k_R=0:{value}", "--measure", "war"),
        ("regimes", model, "--conclusion", f"war < {value}"),
        ("robustness", model, "--conclusion", "war == 0", "--unit", f"k_R={value}"),
        ("levers", model, "--player", "NATO", "--conclusion", "war == 0", "--cost", f"k_N={value}"),
        ("compare", model, "--against", f"k_R={value}"),
        ("solve", model, "--time-limit", value),
        ("sensitivity", model, "--confidence", value),
        ("plot", "payoffs", model, "--dpi", value, "-o", "x.png"),
        ("plot", "payoffs", model, "--width", value, "-o", "x.png"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert "Traceback" not in result.output
    files = {
        "n.nfg": f'NFG 1 R "n" {{ "A" "B" }} {{ 2 1 }} {value} 1 0 0',
        "n.efg": THIRDS.replace("{ 1, 1 }", f"{{ {value}, 1 }}"),
        "c.efg": THIRDS.replace('"a" 0.333', f'"a" {value}'),
        "n.csv": f"1,2\n{value},4\n",
        "p.csv": f'"1, 2","{value}, 4"\n',
    }
    for name, content in files.items():
        result = run("solve", file(name, content), "--rationalise")
        assert result.exit_code == 3, name
        said = ("is not a number", "is too large or too small", "stands here")
        assert any(x in words(result.output) for x in said), name
