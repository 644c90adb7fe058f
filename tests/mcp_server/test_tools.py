"""Every tool answers with the model, the mark of proof and the certificate; no file is touched."""

from __future__ import annotations

import builtins
import json
import os
from dataclasses import replace
from typing import Any

import pytest

from deterrence import load_model
from deterrence.mcp import tools
from deterrence.mcp.tools import TOOLS, run
from deterrence.mcp.worker import answered
from deterrence.modelfile.catalogue import model_source
from deterrence.report.brief import MARKS

CALLS: dict[str, dict[str, Any]] = {
    "list_models": {"words": "chicken"},
    "show": {"model": "chicken", "values": {"T_A": "1/2"}},
    "check_model": {"text": model_source("chicken").decode()},
    "solve": {"model": "chicken"},
    "regimes": {"model": "tripwire", "conclusions": ["war <= 1/10"]},
    "explain": {"model": "chicken", "equilibrium": 9},
    "stability": {"model": "chicken", "start": "1"},
    "robustness": {"model": "tripwire", "conclusion": "war == 0", "quantifier": "every"},
    "brief": {"model": "rudimentary-deterrence"},
}
MARKED = {"solve": "exact", "regimes": "proven", "explain": "proven", "robustness": "proven",
          "brief": "proven", "stability": "exact"}  # fmt: skip


@pytest.mark.parametrize("name", TOOLS)
def test_answers_say_of_what_and_how_sure(name: str) -> None:
    told = run(name, CALLS[name])
    data = told["data"]
    assert data["tool"] == name
    assert data["made_by"].startswith("deterrence ")
    assert data["answer"]
    json.dumps(data, allow_nan=False)
    asked = CALLS[name].get("model")
    assert data["model"] == (asked and {"name": asked, "sha256": load_model(asked).digest})
    mark = data["proof"]["mark"]
    assert mark == MARKED.get(name, "none")
    if name in MARKED:
        assert data["proof"]["meaning"] == MARKS[mark]
        assert data["proof"]["certificate"]
        assert f"[{mark}: " in told["text"]
    assert len(told["text"]) < tools.MAX_TEXT
    assert len(json.dumps(data)) < tools.MAX_DATA


def test_a_text_is_a_model_as_well() -> None:
    text = model_source("chicken").decode()
    by_text = run("solve", {"text": text, "values": {"T_A": 0.1}})["data"]
    by_name = run("solve", {"model": "chicken", "values": {"T_A": "1/10"}})["data"]
    assert by_text["answer"]["equilibria"] == by_name["answer"]["equilibria"]
    assert by_text["proof"] == by_name["proof"]


def test_ladders_have_rungs_and_first_movers() -> None:
    told = run("show", {"model": "crisis-ladder", "rungs": 1, "first": "NATO"})
    assert told["data"]["answer"]["model"]["players"]


def test_certificates_name_the_regrets_and_the_game() -> None:
    proof = run("solve", CALLS["solve"])["data"]["proof"]["certificate"]
    assert proof["regrets"] == ["0"]
    assert proof["complete"] is True
    assert proof["game"].startswith("sha256:")
    [one] = run("robustness", CALLS["robustness"])["data"]["proof"]["certificate"]["proofs"]
    assert one["checked"] is True
    assert one["claim"].startswith("no change")


def test_long_answers_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "MAX_TEXT", 300)
    monkeypatch.setattr(tools, "MAX_DATA", 300)
    told = run("solve", CALLS["solve"])
    assert "the rest is left out" in told["text"]
    assert told["data"]["answer"] is None
    assert "characters" in told["data"]["left_out"]
    whole = run("solve", {**CALLS["solve"], "full": True})
    assert len(whole["text"]) > len(told["text"])


def test_no_file_is_read_or_written_but_the_package_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    run("brief", CALLS["brief"])  # what is imported is imported by now
    seen: list[str] = []

    def noted(path: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(str(path))
        return opened(path, *args, **kwargs)

    opened = builtins.open
    monkeypatch.setattr(builtins, "open", noted)
    for name in ("brief", "solve", "check_model", "show"):
        run(name, CALLS[name])
    own = os.path.dirname(os.path.dirname(tools.__file__))
    assert [p for p in seen if not p.startswith((own, os.path.dirname(own)))] == []


def test_a_limit_that_is_over_is_an_error_or_an_open_answer() -> None:
    told = answered("regimes", {"model": "escalation-ladder", "time_limit": 1})
    if "error" in told:
        assert "time limit" in told["error"]["what"]
    else:
        assert told["data"]["proof"]["mark"] == "open"


def test_answers_are_kept_but_those_left_open(
    kept_answers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deterrence.keeping import stamp

    monkeypatch.setattr(stamp, "stamp", lambda: "the tools")
    first = answered("regimes", CALLS["regimes"])
    again = replace(TOOLS["regimes"], answer=lambda _: pytest.fail("it is worked out again"))
    monkeypatch.setitem(TOOLS, "regimes", again)
    assert answered("regimes", {**CALLS["regimes"], "time_limit": 50}) == first
