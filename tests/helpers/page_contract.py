"""The contract of a page's data, checked: every field, and every formula and name in it.

Written from docs/reference/explorer.md, not from the builder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

OPERATIONS = {"+": (2, 999), "-": (2, 2), "*": (2, 999), "/": (2, 2), "^": (2, 2), "~": (1, 1)}
COMPARED = {"<", "<=", ">", ">=", "==", "!="}
FUNCTIONS = {"min", "max", "abs", "sqrt", "exp", "log"}
TOP = {
    "schema", "version", "digest", "game", "model", "players", "parameters", "derived",
    "definitions", "assumptions", "scenarios", "outcomes", "measures", "board", "naming",
    "exercises", "solver", "regimes", "cover", "disjoint", "declared", "results", "messages",
    "start", "main", "axes", "brief", "stability", "derivations", "symbols", "known", "warnings",
}  # fmt: skip


def exact(text: str) -> Fraction:
    """Return a number that is written as exact text."""
    assert re.fullmatch(r"-?\d+(/\d+)?", text), text
    return Fraction(text)


def check_formula(f: Any, names: Iterable[str], queries: bool = False) -> None:
    """Check that a formula is one, about known names."""
    known = set(names)

    def look(part: Any) -> None:
        if isinstance(part, bool):
            raise AssertionError(f"{part} is no formula")
        if isinstance(part, int):
            assert abs(part) < 2**53
        elif isinstance(part, str):
            assert part in known, part
        else:
            sign, *rest = part
            if sign == "q":
                assert Fraction(int(rest[0]), int(rest[1])).denominator == int(rest[1]) or (
                    abs(int(rest[0])) >= 2**53
                )
            elif sign in ("P", "payoff", "prob"):
                assert queries
                assert all(isinstance(r, str) for r in rest)
            elif sign == "call":
                assert rest[0] in FUNCTIONS
                assert len(rest) > 1
                for r in rest[1:]:
                    look(r)
            else:
                least, most = OPERATIONS.get(sign, (2, 2) if sign in COMPARED else (0, 999))
                assert sign in OPERATIONS or sign in COMPARED | {"and", "or", "not", "if"}, sign
                assert least <= len(rest) <= most, part
                for r in rest:
                    look(r)

    look(f)


def check_inline(parts: Any, names: Iterable[str]) -> None:
    """Check prose with formulas; there, names may be anything that is typeset."""
    for p in parts:
        if not isinstance(p, str):
            assert p.keys() == {"f"}


def check_block(b: Mapping[str, Any]) -> None:
    """Check a block of a derivation."""
    kinds = {"h", "p", "ul", "eq", "dl", "table", "pre"}
    assert len(kinds & b.keys()) == 1, b.keys()
    if "eq" in b:
        assert all(line.keys() == {"lhs", "sign", "rhs", "note"} for line in b["eq"])


def check(data: Mapping[str, Any]) -> None:
    """Check everything."""
    assert json.loads(json.dumps(data)) == data
    assert data.keys() == TOP
    assert data["schema"] == 1
    players = [p["name"] for p in data["players"]]
    parameters = {p["name"]: p for p in data["parameters"]}
    outcomes = {o["name"] for o in data["outcomes"]}
    measures = {m["name"]: m for m in data["measures"]}
    names = {*parameters, *data["definitions"]}
    _check_parameters(data, parameters)
    for f in data["definitions"].values():
        check_formula(f, names)
    for a in data["assumptions"]:
        check_formula(a["f"], names)
    for m in data["measures"]:
        check_formula(m["f"], names, queries=True)
        assert m["sense"] in ("want", "avoid", "")
    assert data["main"] is None or data["main"] in measures
    if data["model"]["form"] == "matrix":
        _check_matrix(data, players, outcomes, names)
    else:
        _check_tree(data["board"], players, outcomes, names)
    _check_solver(data, players, outcomes, names)
    for r in data["regimes"]:
        check_formula(r["when"], names)
        check_inline(r["text"], names)
        assert all(0 <= k < len(data["results"]) for k in r["results"])
    for r in data["results"]:
        for term in r["when"]:
            for f in term:
                check_formula(f, names)
    assert len(data["axes"]) <= 2
    for name in data["axes"]:
        assert parameters[name]["range"] is not None
    for d in data["derivations"]:
        for b in d["blocks"]:
            check_block(b)
    if data["stability"] is not None:
        assert data["stability"].keys() == {"states", "focus", "notions"}
        sizes = [*map(len, data["board"]["actions"])]
        assert len(data["stability"]["states"]) == sizes[0] * sizes[1]
        assert 0 <= data["stability"]["focus"] < len(data["stability"]["states"])
        for one in data["stability"]["notions"]:
            assert one.keys() == {"key", "name", "words"}
    if data["brief"] is not None:
        assert data["brief"].keys() == {
            "answer", "when", "flips", "stability", "unknown", "command", "complete",
        }  # fmt: skip
        for part in ("answer", "when", "flips", "stability", "unknown"):
            for line in data["brief"][part]:
                check_inline(line, names)


def _check_parameters(data: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    start = data["start"]["values"]
    for p in parameters.values():
        free = p["formula"] is None
        if free:
            assert p["name"] in start
        else:
            check_formula(p["formula"], parameters)
            assert not p["slider"]
        for key in ("default", "lower", "upper"):
            assert p[key] is None or exact(p[key]) is not None
        if p["slider"]:
            low, high = map(Fraction, p["range"])
            assert low < high
        assert p["scale"] in ("linear", "log")
        if p["scale"] == "log":
            assert Fraction(p["range"][0]) > 0
    assert set(data["derived"]) == {n for n, p in parameters.items() if p["formula"] is not None}
    seen = {n for n, p in parameters.items() if p["formula"] is None}
    for name in data["derived"]:
        check_formula(parameters[name]["formula"], seen)
        seen.add(name)
    for s in data["scenarios"]:
        assert s["values"].keys() <= parameters.keys()


def _check_matrix(
    data: Mapping[str, Any], players: list[str], outcomes: set[str], names: set[str]
) -> None:
    board = data["board"]
    count = 1
    for own in board["actions"]:
        count *= len(own)
    assert len(board["actions"]) == len(players)
    assert len(board["cells"]) == count
    for cell in board["cells"]:
        assert len(cell["payoffs"]) == len(players)
        for f in cell["payoffs"]:
            check_formula(f, names)
        for outcome, chance in cell["lottery"]:
            assert outcome in outcomes
            check_formula(chance, names)
        assert cell["lottery"]


def _check_tree(
    board: Mapping[str, Any], players: list[str], outcomes: set[str], names: set[str]
) -> None:
    nodes, sets = board["nodes"], board["sets"]
    for k, n in enumerate(nodes):
        assert n["parent"] < k
        if n["parent"] >= 0:
            assert nodes[n["parent"]]["children"][n["move"]] == k
        if n["set"] < 0:
            assert not n["children"]
            assert n["outcome"] in outcomes
        else:
            assert len(n["children"]) == len(sets[n["set"]]["actions"])
        for f in n["payoffs"] or []:
            check_formula(f, names)
    for s in sets:
        assert -1 <= s["player"] < len(players)
        assert (s["chances"] is not None) == (s["player"] == -1)
        for f in s["chances"] or []:
            check_formula(f, names)
    for own in board["types"]:
        assert own["player"] in players
        assert own["sets"]
        for s in own["sets"]:
            assert len(sets[s]["actions"]) == len(own["types"])


def _check_solver(
    data: Mapping[str, Any], players: list[str], outcomes: set[str], names: set[str]
) -> None:
    solver = data["solver"]
    if solver["kind"] == "matrix":
        assert len(players) == 2
        assert max(map(len, data["board"]["actions"])) <= 6
    elif solver["kind"] == "forms":
        assert solver["boundaries"] in ("proven", "sampled")
        assert solver["complete"]
        groups = [solver["equilibria"], *(end["equilibria"] for end in solver["ends"])]
        for e in (e for group in groups for e in group):
            _check_form(e, players, outcomes, names)
    elif solver["kind"] != "induction":
        assert solver["kind"] == "grid"
        _check_grid(data, solver, outcomes)


def _check_form(
    e: Mapping[str, Any], players: list[str], outcomes: set[str], names: set[str]
) -> None:
    known = names | {o["symbol"] for o in e["open"]}
    for f in e["when"]:
        check_formula(f, names)
    assert list(e["payoffs"]) == players
    assert e["outcomes"].keys() <= outcomes
    forms = [*e["payoffs"].values(), *e["outcomes"].values(), *e["measures"].values()]
    for own in e["profile"].values():
        for mix in own.values():
            forms += mix.values() if isinstance(mix, dict) else [mix]
    for f in forms:
        if f is not None:
            check_formula(f, known)
    for o in e["open"]:
        for f in (*o["lower"], *o["upper"], *o["where"]):
            check_formula(f, known)
    for b in e["bounds"]:
        for ends in (*b["payoffs"].values(), *b["outcomes"].values(), *b["measures"].values()):
            for f in ends:
                check_formula(f, names)


def _check_grid(data: Mapping[str, Any], solver: Mapping[str, Any], outcomes: set[str]) -> None:
    count = 1
    start = data["start"]["values"]
    for axis in solver["axes"]:
        values = [*map(exact, axis["values"])]
        assert values == sorted(set(values))
        assert exact(start[axis["name"]]) in values
        count *= len(values)
    assert len(solver["answers"]) == count
    assert len(solver["axes"]) <= 3
    for k in (*solver["answers"], solver["opening"], *(s["answer"] for s in solver["scenarios"])):
        assert -2 <= k < len(solver["table"])
    moving = {axis["name"] for axis in solver["axes"]}
    assert {p["name"] for p in data["parameters"] if p["slider"]} == moving
    for answer in solver["table"]:
        for e in answer["equilibria"]:
            assert e["outcomes"].keys() <= outcomes
            assert 0 <= e["result"] < len(answer["results"])
