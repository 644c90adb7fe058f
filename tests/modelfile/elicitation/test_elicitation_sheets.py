"""Sheets: what comes back is what was written, and what is wrong has a line, a cell, a remedy."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
from fractions import Fraction as F

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError, UsageError
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.elicitation.questions import Expert, Judgement, Subject, questions
from deterrence.modelfile.elicitation.sheets import MAX_EXPERTS, read_sheet, write_sheet
from deterrence.modelfile.loader import read_model

CHICKEN = load_model("chicken")
ANNA = Expert("Anna", {
    Subject("T_A"): Judgement(F(1), F(2), F(5)),
    Subject("P_B"): Judgement(F(-20), F(-20), F(-20)),
    Subject("collision", "A"): Judgement(F(0), F(1, 3), F(1)),
})  # fmt: skip


def rows_of(sheet: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet)))


def text_of(rows: list[list[str]], separator: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode()


def faults_of(data: bytes) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        read_sheet(CHICKEN, data, "s.csv")
    assert caught.value.source == "s.csv"
    assert all(fault.line for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("name", ["Anna", "=Anna", "-1", "Zoë, of the staff", "low"])
def test_a_sheet_comes_back(name: str, separator: str) -> None:
    sheet = write_sheet(CHICKEN, [Expert(name, dict(ANNA.judged)), Expert("Bo")])
    found = read_sheet(CHICKEN, text_of(rows_of(sheet), separator), "s.csv")
    assert [(e.name, e.judged) for e in found] == [(name, ANNA.judged), ("Bo", {})]
    line, column = found[0].places[Subject("P_B")]
    assert rows_of(sheet)[line - 1][column - 1] == "-20"


def test_no_text_of_a_sheet_is_a_formula() -> None:
    text = """
title: T
form: strategic
players: ["=A", "+B"]
actions: {"=A": [x, y], "+B": [x, y]}
parameters: {k: {title: "@SUM(1)", unit: "-1+1", default: 1}}
outcomes:
  war: {title: "=cmd()", payoffs: [k, 0]}
  o: {payoffs: [0, k]}
game: [[war, o], [o, o]]
"""
    model = read_model(text)
    sheet = write_sheet(model, [Expert("=E")])
    for cell in itertools.chain(*rows_of(sheet)):
        assert cell[:1] not in ("=", "+", "-", "@")
    rows = rows_of(sheet)
    rows[2][9] = "100"
    (found,) = read_sheet(model, text_of(rows), "s")
    assert found.judged == {Subject("war", "=A"): Judgement(F(100), F(100), F(100))}


def test_ladders_and_paid_moves_have_no_ends_to_weigh() -> None:
    for name in ("escalation-ladder", "crisis-ladder"):
        assert not any(q.subject.player for q in questions(load_model(name)))
    derived = {q.subject.name for q in questions(load_model("asymmetric-bipolarity"))}
    assert "k_R" not in derived  # it follows from others


def changed(row: int, column: int, text: str) -> bytes:
    rows = rows_of(write_sheet(CHICKEN, [ANNA]))
    rows[row][column] = text
    return text_of(rows)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "line 1: the file is empty; expected a sheet"),
        (b"\xff\xfe", "UTF-16"),
        (b"title: T\n", "there is no column 'kind'"),
        (b"kind,name,player\n", "no expert has a column"),
        (b"kind,name,player,A low,A high\n", "A has no column 'likely'"),
        (b"kind,name,player,A low,A low\n", "line 1, column 5: a second column 'A low'"),
        (write_sheet(CHICKEN, [Expert("A")]).encode(), "nobody has filled in anything"),
        (changed(1, 0, "thing"), "line 2, column 1: 'thing' stands here; expected parameter"),
        (changed(1, 1, "T_a"), "line 2, column 2: no parameter is called 'T_a'"),
        (changed(9, 2, "C"), "line 10, column 3: no player is called 'C'"),
        (changed(9, 1, "war"), "line 10, column 2: no outcome is called 'war'"),
        (changed(2, 1, "T_A"), "line 3, column 2: T_A stands in line 2 already"),
        (changed(1, 8, "3"), "low 3, likely 2 and high 5 are out of order"),
        (changed(1, 8, "-1"), "line 2, column 9, at T_A, Anna: low is -1, beyond the bounds"),
        (changed(1, 10, "0,5"), "high: '0,5' is not a number (write 0.5, with a point)"),
        (changed(1, 10, "=1+1"), "line 2, column 11, at T_A, Anna: high: '=1+1' is not a number"),
        (changed(1, 10, ""), "line 2, column 11, at T_A, Anna: high is missing"),
        (changed(1, 9, "1" * 31), "too many digits"),
        (changed(1, 9, "1/0"), "divides by zero"),
        (changed(12, 10, "101"), "high is 101, beyond the bounds (0 to 100)"),
        (b'kind,name,player\n"a' + b"x" * 140_000, "this is no CSV"),
    ],
    ids=range(21),
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(data: bytes, told: str) -> None:
    assert any(told in text for text in faults_of(data)), faults_of(data)


def test_all_faults_are_told_at_once() -> None:
    rows = rows_of(write_sheet(CHICKEN, [ANNA]))
    rows[1][8], rows[3][9], rows[4][0] = "x", "99", "?"
    assert len(faults_of(text_of(rows))) == 3


def test_a_derived_parameter_is_not_asked_for() -> None:
    model = load_model("asymmetric-bipolarity")
    with pytest.raises(InvalidFileError, match="k_R follows from a formula"):
        read_sheet(model, b"kind,name,player,low,likely,high\nparameter,k_R,,1,2,3\n", "s")


def test_too_many_experts_are_refused() -> None:
    names = ",".join(f"E{k} {m}" for k in range(MAX_EXPERTS + 1) for m in ("low", "likely", "high"))
    assert (
        f"{MAX_EXPERTS + 1} experts; expected at most"
        in faults_of(f"kind,name,player,{names}\n".encode())[0]
    )


def tried(data: bytes) -> None:
    """Read a sheet that may have faults, and has nothing worse."""
    with contextlib.suppress(InvalidFileError):
        assert read_sheet(CHICKEN, data, "s")


@settings(max_examples=150)
@given(st.binary(max_size=200))
@example(b'kind,name,player,low,likely,high\n"parameter')
@example(b"\xef\xbb\xbf")
@example(b"kind,name,player,low,likely,high\nparameter,T_A,,1e999,1,1\n")
def test_no_bytes_are_a_fault_of_the_program(data: bytes) -> None:
    head = b"kind,name,player,low,likely,high\n"
    for text in (data, head + data, head + b"parameter,T_A," + data):
        tried(text)


cells = st.one_of(
    st.text(max_size=8), st.sampled_from(["1", "-1", "1e400", "nan", "=A1", "'", "1/0"])
)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 16), st.integers(0, 10), cells), max_size=6))
def test_no_cell_is_a_fault_of_the_program(changes: list[tuple[int, int, str]]) -> None:
    rows = rows_of(write_sheet(CHICKEN, [ANNA]))
    for row, column, text in changes:
        rows[row][column] = text.encode(errors="replace").decode()
    tried(text_of(rows))


def test_answers_say_what_is_wrong() -> None:
    question = questions(load_model("asymmetric-bipolarity"))[6]
    assert question.subject.name == "rho"
    assert question.answer("0, 0.02; 1/10") == Judgement(F(0), F(1, 50), F(1, 10))
    assert question.answer([0.1]) == Judgement(F(1, 10), F(1, 10), F(1, 10))
    for given_, told in [
        ("1 2", "2 numbers"), ("-1 0 1", "low is -1"), ("0 0 2", "high is 2"), ([None], "likely"),
        ([[1]], "likely"), ("nan", "not a number"),
    ]:  # fmt: skip
        with pytest.raises(UsageError, match=told):
            question.answer(given_)
