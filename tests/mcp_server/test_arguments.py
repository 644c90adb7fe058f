"""What a tool is told is bounded and checked; errors say what, where, what was expected."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import DeterrenceError
from deterrence.mcp.arguments import MAX_ITEMS, MAX_TEXT, ArgumentError, read, schema
from deterrence.mcp.tools import TOOLS, fault, run
from deterrence.modelfile.catalogue import model_source
from deterrence.modelfile.file_bytes import MAX_BYTES

CHICKEN = model_source("chicken").decode()
#: YAML that would grow without end, that names what is not data, and that is no YAML.
BOMBS = [
    "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n",
    "title: !!python/object/apply:os.system ['true']\n",
    "[" * 5000,
    "title: \x1b[31mred\n",
    "- " * 3000,
    "\x00",
    "",
]
HOSTILE: list[tuple[str, Any, str]] = [
    ("solve", {"model": "/etc/passwd"}, "model"),
    ("solve", {"model": "../../models/chicken"}, "model"),
    ("solve", {"model": "chicken.yaml"}, "model"),
    ("solve", {"model": "-"}, "model"),
    ("solve", {"model": ""}, "model"),
    ("solve", {"model": "chicken\0"}, "model"),
    ("solve", {"model": "x" * 10**6}, "model"),
    ("solve", {"model": ["chicken"]}, "model"),
    ("solve", {"model": {"path": "/etc/passwd"}}, "model"),
    ("solve", {"model": "chicken", "text": CHICKEN}, "model"),
    ("solve", {}, "model"),
    ("solve", {"text": "x" * (MAX_BYTES + 1)}, "text"),
    ("solve", {"text": 7}, "text"),
    ("check_model", {"text": "title: \ud800"}, "text"),
    ("solve", {"model": "chicken", "values": {"\ud800": 1}}, "values"),
    ("check_model", {}, "text"),
    ("solve", {"model": "chicken", "output": "x.json"}, "output"),
    ("solve", {"model": "chicken", "values": [["T_A", 1]]}, "values"),
    ("solve", {"model": "chicken", "values": {"T_A": None}}, "values"),
    ("solve", {"model": "chicken", "values": {"T_A": True}}, "values"),
    ("solve", {"model": "chicken", "values": {"T_A": {"a": 1}}}, "values"),
    ("solve", {"model": "chicken", "values": dict.fromkeys(map(str, range(999)), 1)}, "values"),
    ("solve", {"model": "chicken", "values": {"T_A": "9" * (MAX_TEXT + 1)}}, "values"),
    ("solve", {"model": "chicken", "time_limit": float("inf")}, "time_limit"),
    ("solve", {"model": "chicken", "time_limit": float("nan")}, "time_limit"),
    ("solve", {"model": "chicken", "time_limit": -1}, "time_limit"),
    ("solve", {"model": "chicken", "time_limit": 10**9}, "time_limit"),
    ("solve", {"model": "chicken", "time_limit": "5"}, "time_limit"),
    ("solve", {"model": "chicken", "full": "yes"}, "full"),
    ("explain", {"model": "chicken", "equilibrium": True}, "equilibrium"),
    ("explain", {"model": "chicken", "equilibrium": 0}, "equilibrium"),
    ("explain", {"model": "chicken", "equilibrium": 10**30}, "equilibrium"),
    ("regimes", {"model": "chicken", "conclusions": "war == 0"}, "conclusions"),
    ("regimes", {"model": "chicken", "conclusions": ["x"] * (MAX_ITEMS + 1)}, "conclusions"),
    ("regimes", {"model": "chicken", "refine": "perfekt"}, "refine"),
    ("robustness", {"model": "chicken"}, "conclusion"),
    ("robustness", {"model": "chicken", "conclusion": "war == 0", "over": [1]}, "over"),
    ("robustness", {"model": "chicken", "conclusion": "x" * (MAX_TEXT + 1)}, "conclusion"),
]


@pytest.mark.parametrize(("tool", "told", "where"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_does_not_fit_is_an_error_with_its_place(tool: str, told: Any, where: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        run(tool, told)
    error = fault(caught.value)
    assert error["where"] == where
    assert error["what"]
    assert error["expected"] or error["remedy"]
    assert all(len(text) < 600 for text in error.values())


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"model": "chiken"}, "chicken"),
        ({"modle": "chicken"}, "model"),
        ({"model": "chicken", "values": {"T_B1": 1}}, "T_B"),
        ({"model": "chicken", "values": {"T_A": "one"}}, "number"),
        ({"model": "chicken", "values": {"T_A": "__import__('os')"}}, "number"),
        ({"model": "chicken", "values": {"T_A": "-100"}}, "assumption"),
        ({"model": "chicken", "scenario": "none"}, "scenario"),
        ({"model": "chicken", "concept": "none"}, "nash"),
        ({"model": "chicken", "rungs": 3}, "ladder"),
        ({"model": "chicken", "first": "A"}, "ladder"),
    ],
)
def test_names_that_do_not_fit_the_model_are_told(told: Any, words: str) -> None:
    with pytest.raises(DeterrenceError) as caught:
        run("solve", told)
    error = fault(caught.value)
    assert words in " ".join(map(str, error.values()))
    if words not in ("assumption", "nash"):
        assert error["where"] in told


@pytest.mark.parametrize(
    ("tool", "argument", "value"),
    [
        ("robustness", "conclusion", "war == __import__('os')"),
        ("robustness", "conclusion", "(" * 900),
        ("regimes", "conclusions", ["war == 0", "wor == 0"]),
        ("robustness", "over", ["T_Z"]),
        ("brief", "scenario", "\x1b[31m"),
    ],
)
def test_statements_and_names_are_checked_first(tool: str, argument: str, value: Any) -> None:
    told = {"model": "chicken", "conclusion": "war == 0", argument: value}
    known = {name: told[name] for name in TOOLS[tool].arguments if name in told}
    with pytest.raises(ArgumentError) as caught:
        run(tool, known)
    assert fault(caught.value)["where"] == argument


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_texts_that_are_no_model_have_faults_with_places(text: str) -> None:
    if "\0" in text:
        with pytest.raises(ArgumentError):
            run("check_model", {"text": text})
        return
    told = run("check_model", {"text": text})["data"]["answer"]
    assert told["valid"] is False
    assert told["faults"][0]["line"] >= 1
    with pytest.raises(DeterrenceError) as caught:
        run("solve", {"text": text})
    assert fault(caught.value)["faults"]


@given(st.data())
def test_any_json_is_read_or_refused(data: st.DataObject) -> None:
    json = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=4,
    )
    tool = TOOLS[data.draw(st.sampled_from(sorted(TOOLS)))]
    names = st.sampled_from(sorted(tool.arguments)) | st.text(max_size=3)
    told = data.draw(json | st.dictionaries(names, json, max_size=3))
    with contextlib.suppress(ArgumentError):
        assert read(tool.arguments, told).keys() <= tool.arguments.keys()


def test_schemas_say_what_is_checked() -> None:
    for tool in TOOLS.values():
        told = schema(tool.arguments)
        assert told["additionalProperties"] is False
        assert all(p["description"] for p in told["properties"].values())
    assert schema(TOOLS["robustness"].arguments)["required"] == ["conclusion"]


def test_faults_of_the_program_have_no_traceback() -> None:
    assert fault(MemoryError())["what"] == "out of memory"
    for error in (ZeroDivisionError("a\nb"), RecursionError("deep")):
        told = fault(error)
        assert "fault of the program" in told["what"]
        assert "\n" not in told["what"]
