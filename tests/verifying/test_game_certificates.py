"""Certificates of games: ours are accepted, and whatever is changed in one is found."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import (
    Chance,
    Decision,
    ExtensiveGame,
    InvalidFileError,
    Leaf,
    StrategicGame,
    UnsupportedError,
    UsageError,
    load_model,
    solve,
)
from deterrence.solvers import solve_tree
from deterrence.solvers.certificate import certificate, digest
from deterrence.verifying import Verdict, verify

Told = dict[str, Any]


def checked(told: Told, folder: Path) -> Verdict:
    path = folder / "certificate.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return verify(path)


def random_game(rows: int, columns: int, top: int, seed: int) -> StrategicGame:
    rnd = random.Random(seed)

    def matrix() -> list[list[int]]:
        return [[rnd.randint(-top, top) for _ in range(columns)] for _ in range(rows)]

    return StrategicGame.from_matrices(matrix(), matrix())


def three(seed: int) -> StrategicGame:
    rnd = random.Random(seed)
    payoffs = tuple(tuple(rnd.randint(-9, 9) for _ in range(8)) for _ in range(3))
    return StrategicGame(("A", "B", "C"), (("a", "b"),) * 3, payoffs)


ROCK = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
AGAINST = [[-u for u in row] for row in ROCK]


def of(name: str) -> Told:
    model = load_model(name)
    return certificate(model.solve())


ROOTS = certificate(solve(three(9)))  # three equilibria, one of them irrational
DEGENERATE = certificate(
    solve(StrategicGame.from_matrices([[1, 1, 0], [1, 1, 2]], [[1, 1, 1], [0, 2, 2]]))
)
ROCK_PAPER = certificate(solve(StrategicGame.from_matrices(ROCK, AGAINST), concept="zero-sum"))
LARGE = certificate(solve(random_game(7, 7, 9, 1)))
CHICKEN, BIPOLAR = of("chicken"), of(BRINK)
BLUFF, BRINK, HIDDEN = of("unilateral-deterrence"), of("brinkmanship"), of("attribution")
OURS = {
    "bipolarity": BIPOLAR, "chicken": CHICKEN, "degenerate": DEGENERATE, "roots": ROOTS,
    "zero-sum": ROCK_PAPER, "large": LARGE, "beliefs": BLUFF, "induction": BRINK,
    "isolated": HIDDEN,
}  # fmt: skip


@pytest.mark.parametrize("told", OURS.values(), ids=OURS)
def test_ours_are_accepted(told: Told, tmp_path: Path) -> None:
    verdict = checked(told, tmp_path)
    assert verdict.accepted, verdict.failures
    assert len(verdict.checked) >= 1


def test_it_says_whether_completeness_was_checked(tmp_path: Path) -> None:
    for told in (BIPOLAR, DEGENERATE, ROCK_PAPER):
        assert any("every basis" in t for t in checked(told, tmp_path).checked)
    assert any("each edge" in t for t in checked(LARGE, tmp_path).checked)
    assert any("backward induction" in t for t in checked(BRINK, tmp_path).checked)
    assert any("z3 finds no equilibrium" in t for t in checked(ROOTS, tmp_path).checked)
    assert any("z3 finds no equilibrium" in t for t in checked(HIDDEN, tmp_path).checked)
    bluff = checked(BLUFF, tmp_path)
    assert any("outside of the ranges" in t for t in bluff.checked)
    assert any("between the corners of an infinite set" in t for t in bluff.unchecked)
    nash = certificate(solve_tree(load_model("rudimentary-deterrence").at(), "nash"))
    assert any("completeness not checked" in t for t in checked(nash, tmp_path).unchecked)
    partial = {**BIPOLAR, "complete": False}
    assert any("does not claim" in t for t in checked(partial, tmp_path).unchecked)


@settings(max_examples=15, deadline=None)
@given(
    rows=st.integers(1, 4), columns=st.integers(1, 4), top=st.integers(0, 3),
    seed=st.integers(0, 10**6),
)  # fmt: skip
def test_small_games_with_ties_are_accepted_and_nothing_may_be_left_out(
    rows: int, columns: int, top: int, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = certificate(solve(random_game(rows, columns, top, seed)))
    folder = tmp_path_factory.mktemp("game")
    verdict = checked(told, folder)
    assert verdict.accepted, verdict.failures
    del told["equilibria"][seed % len(told["equilibria"])]
    assert "is missing" in str(checked(told, folder).failures[0])


@pytest.mark.parametrize("concept", ["nash", "spe", "weak-pbe", "pbe", "sequential"])
def test_every_concept_of_trees(concept: str, tmp_path: Path) -> None:
    for name in ("unilateral-deterrence", "rudimentary-deterrence"):
        told = certificate(solve_tree(load_model(name).at(), concept))
        verdict = checked(told, tmp_path)
        assert verdict.accepted, verdict.failures


def signals(seed: int) -> ExtensiveGame:
    """Return a signalling game with small payoffs, so that there are ties and infinite sets."""
    rnd = random.Random(seed)
    outcomes, branches = {}, {}
    for kind, p in (("strong", Fraction(2, 5)), ("weak", Fraction(3, 5))):
        moves = {}
        for message in ("x", "y"):
            ends = [f"{kind} {message} {reply}" for reply in "lr"]
            outcomes |= {end: (rnd.randint(-5, 5), rnd.randint(-5, 5)) for end in ends}
            replies = {reply: Leaf(end) for reply, end in zip("lr", ends, strict=True)}
            moves[message] = Decision("B", f"after {message}", replies)
        branches[kind] = (p, Decision("A", f"signal ({kind})", moves))
    return ExtensiveGame.from_tree(("A", "B"), Chance(branches, "type"), outcomes)


@pytest.mark.parametrize("seed", range(3))
def test_z3_finds_the_equilibria_with_beliefs_that_we_find(seed: int, tmp_path: Path) -> None:
    for concept in ("pbe", "weak-pbe"):
        told = certificate(solve_tree(signals(seed), concept))
        verdict = checked(told, tmp_path)
        assert verdict.accepted, verdict.failures
        assert any("z3 finds no equilibrium" in t for t in verdict.checked)
        fewer = {
            **told,
            "equilibria": told["equilibria"][:1],
            "families": [{"members": [0], "corners": 1, "formulas": False}],
        }
        if len(told["equilibria"]) > 1:
            assert "is missing" in str(checked(fewer, tmp_path).failures[0])


# ---- what strangers change -----------------------------------------------------------
def payoff(told: Told) -> None:
    told["game"]["payoffs"]["Russia"][0] = "-1/2"


def payoff_and_digest(told: Told) -> None:
    told["game"]["payoffs"]["Russia"][2] = "50"
    told["digest"] = digest(told["game"])


def fingerprint(told: Told) -> None:
    told["digest"] = "sha256:" + "0" * 64


def probability(told: Told) -> None:
    mix = told["equilibria"][2]["profile"]["NATO"]
    mix["restrain"], mix["escalate"] = "1/2", "1/2"


def no_distribution(told: Told) -> None:
    told["equilibria"][2]["profile"]["NATO"]["restrain"] = "1"


def removed(told: Told) -> None:
    del told["equilibria"][2]


def pure_removed(told: Told) -> None:
    del told["equilibria"][0]


def twice(told: Told) -> None:
    told["equilibria"].append(copy.deepcopy(told["equilibria"][0]))


def reply(told: Told) -> None:
    told["equilibria"][2]["replies"]["Russia"]["escalate"] = "7"


def gets(told: Told) -> None:
    told["equilibria"][1]["payoffs"]["NATO"] = "3"


def component(told: Told) -> None:
    told["equilibria"][2]["component"] = told["equilibria"][0]["component"]


def made_up(told: Told) -> None:
    told["equilibria"][0]["profile"]["Russia"] = {"restrain": "1", "escalate": "0"}
    told["equilibria"][0]["profile"]["NATO"] = {"restrain": "1", "escalate": "0"}


def vertex(told: Told) -> None:
    del told["vertices"]["Row"][3]


def no_vertices_but_complete(told: Told) -> None:
    told["vertices"] = {"Row": [], "Column": []}


def large_removed(told: Told) -> None:
    del told["equilibria"][-1]


def value(told: Told) -> None:
    told["value"] = "1/3"


def root(told: Told) -> None:
    e = next(e for e in told["equilibria"] if "root" in e)
    e["root"]["interval"] = ["200", "300"]


def irrational_removed(told: Told) -> None:
    told["equilibria"] = [e for e in told["equilibria"] if "root" not in e]


def other_root(told: Told) -> None:
    e = next(e for e in told["equilibria"] if "root" in e)
    coefficients = e["root"]["polynomial"]
    coefficients[0] = str(int(coefficients[0]) + 1)


def belief(told: Told) -> None:
    for e in told["equilibria"]:
        for nodes in e["beliefs"].values():
            first, *others = nodes
            nodes.update({first: "1", **dict.fromkeys(others, "0")})


def removed_with_family(told: Told) -> None:
    """Leave a family out, and renumber the others."""
    del told["equilibria"][0]
    told["families"] = [
        {**f, "members": [m - 1 for m in f["members"]]}
        for f in told["families"]
        if 0 not in f["members"]
    ]


def one_corner(told: Told) -> None:
    """Make one equilibrium of a set with two corners."""
    del told["equilibria"][2]
    told["families"] = [{**f, "members": f["members"][:1], "corners": 1} for f in told["families"]]


def chance(told: Told) -> None:
    chance = next(s for s in told["game"]["sets"] if s["player"] is None)
    chance["chances"] = ["9/10", "1/10"]
    told["digest"] = digest(told["game"])


def behaviour(told: Told) -> None:
    mixes = [m for own in told["equilibria"][0]["profile"].values() for m in own.values()]
    for mix in mixes:
        actions = list(mix)
        if len(actions) > 1:
            mix.update(dict(zip(actions, reversed(list(mix.values())), strict=True)))


def claims_completeness(told: Told) -> None:
    told["equilibria"] = told["equilibria"][:1]
    told["complete"] = True


def leaf(told: Told) -> None:
    node = next(n for n in reversed(told["game"]["nodes"]) if "pays" in n)
    node["pays"] = ["99", "99"]
    told["digest"] = digest(told["game"])


TAMPERED: list[tuple[Told, Callable[[Told], None], str]] = [
    (BIPOLAR, payoff, "digest: it is that of another game"),
    (BIPOLAR, payoff_and_digest, "Russia, payoff of escalate"),
    (BIPOLAR, fingerprint, "digest"),
    (BIPOLAR, probability, "Russia, payoff of"),
    (BIPOLAR, no_distribution, "the probabilities sum to"),
    (BIPOLAR, removed, "an equilibrium is missing: Russia: restrain"),
    (BIPOLAR, pure_removed, "an equilibrium is missing"),
    (BIPOLAR, twice, "the same profile"),
    (BIPOLAR, reply, "the file says 7"),
    (BIPOLAR, gets, "payoff of NATO"),
    (BIPOLAR, component, "share a number"),
    (BIPOLAR, made_up, "gains"),
    (LARGE, vertex, "the vertex"),
    (LARGE, no_vertices_but_complete, "is missing"),
    (LARGE, large_removed, "an equilibrium is missing"),
    (ROCK_PAPER, value, "right is 0, the file says 1/3"),
    (ROOTS, root, "exactly one root"),
    (ROOTS, other_root, "root"),
    (ROOTS, pure_removed, "an equilibrium is missing"),
    (ROOTS, irrational_removed, "an equilibrium is missing"),
    (DEGENERATE, removed, "an equilibrium is missing"),
    (BLUFF, belief, "belief at"),
    (BLUFF, chance, "payoff of"),
    (BLUFF, behaviour, "gains"),
    (BLUFF, removed, "families"),
    (BLUFF, removed_with_family, "Challenger at first (soft): wait 3/4, challenge 1/4"),
    (BLUFF, one_corner, "an equilibrium is missing"),
    (BRINK, behaviour, "gains"),
    (BRINK, leaf, "gains"),
    (CHICKEN, claims_completeness, "an equilibrium is missing"),
]


@pytest.mark.parametrize(
    ("told", "change", "said"),
    TAMPERED,
    ids=[f"{change.__name__}-{k}" for k, (_, change, _) in enumerate(TAMPERED)],
)
def test_what_is_changed_is_found(
    told: Told, change: Callable[[Told], None], said: str, tmp_path: Path
) -> None:
    changed = copy.deepcopy(told)
    change(changed)
    assert changed != told
    verdict = checked(changed, tmp_path)
    assert not verdict.accepted
    assert said in "\n".join(map(str, verdict.failures))


def test_every_number_of_a_certificate_is_looked_at(tmp_path: Path) -> None:
    """Whichever fraction of a profile, a payoff or a reply is changed: it is rejected."""

    def places(part: Any, path: tuple[Any, ...]) -> Any:
        items = part.items() if isinstance(part, dict) else enumerate(part)
        for key, inner in items:
            if isinstance(inner, dict | list):
                yield from places(inner, (*path, key))
            elif isinstance(inner, str) and inner.replace("/", "").replace("-", "").isdigit():
                yield (*path, key)

    for told in (BIPOLAR, BLUFF):
        for path in places(told["equilibria"][:3], ()):
            changed = copy.deepcopy(told)
            part = changed["equilibria"]
            for key in path[:-1]:
                part = part[key]
            part[path[-1]] = str(Fraction(part[path[-1]]) + Fraction(1, 7))
            assert not checked(changed, tmp_path).accepted, path


# ---- hostile files -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[" * 200_000, b"3", b"{}", b'{"certificate": "deterrence/game", "version": 2}',
        b'{"certificate": "deterrence/game", "version": 1, "version": 1}',
        b'{"certificate": "deterrence/game", "version": 1, "x": 1.5}',
        b'{"certificate": "deterrence/game", "version": 1, "x": NaN}',
        b'{"certificate": "deterrence/game", "version": 1, "x": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_certificate_is_an_invalid_file(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(InvalidFileError):
        verify(path)


@pytest.mark.parametrize("key", sorted(BLUFF))
def test_a_missing_entry_is_rejected_or_known_not_to_matter(key: str, tmp_path: Path) -> None:
    changed = {k: v for k, v in BLUFF.items() if k != key}
    if key in ("certificate", "version"):
        with pytest.raises(InvalidFileError):
            checked(changed, tmp_path)
    else:
        harmless = key in ("made_by", "argument")
        assert checked(changed, tmp_path).accepted == harmless


@pytest.mark.parametrize("wrong", [None, 3, "x", [], {}, True, "1/0", "9" * 3000])
def test_entries_of_the_wrong_kind_are_rejected(wrong: Any, tmp_path: Path) -> None:
    for told in (BIPOLAR, BLUFF):
        for key in ("game", "equilibria", "digest", "complete", "concept", "model"):
            if told[key] is not wrong and not (key == "model" and isinstance(wrong, str)):
                assert not checked({**told, key: wrong}, tmp_path).accepted
        for key in ("profile", "payoffs", "replies", "name"):
            changed = copy.deepcopy(told)
            changed["equilibria"][0][key] = wrong
            if key != "name" or not isinstance(wrong, str):
                assert not checked(changed, tmp_path).accepted, (key, wrong)


@pytest.mark.parametrize("seed", range(4))
def test_files_with_random_faults_never_end_in_a_traceback(seed: int, tmp_path: Path) -> None:
    rnd = random.Random(seed)
    wrong = [None, 0, -1, 10**9, "", "1/0", "x", "-3/7", [], {}, True, [[]], ["1", "2"], "|"]
    for told in (BIPOLAR, BLUFF, ROOTS, ROCK_PAPER):
        changed = copy.deepcopy(told)
        for _ in range(rnd.randint(1, 3)):
            part: Any = changed
            for _ in range(rnd.randint(1, 6)):
                if not isinstance(part, dict | list) or not part:
                    break
                key = rnd.choice(list(part) if isinstance(part, dict) else range(len(part)))
                above, part = part, part[key]
            above[key] = copy.deepcopy(rnd.choice(wrong))
        try:
            checked(changed, tmp_path)
        except InvalidFileError:
            assert changed["version"] != 1 or changed["certificate"] != "deterrence/game"


def test_players_who_forget(tmp_path: Path) -> None:
    """What a player did is in the strategic form; whether he is where he was is in no file."""
    leaves = {f"{a}{b}": Leaf(f"{a}{b}") for a in "xy" for b in "xy"}
    second = {a: Decision("A", "second", {b: leaves[a + b] for b in "xy"}) for a in "xy"}
    payoffs = {k: (int(k == "xy"),) for k in leaves}
    game = ExtensiveGame.from_tree(("A",), Decision("A", "first", second), payoffs)
    assert checked(certificate(solve(game, concept="nash")), tmp_path).accepted
    on = Decision("A", "d", {"stay": Leaf("home"), "exit": Leaf("right")})
    driver = Decision("A", "d", {"stay": on, "exit": Leaf("wrong")})
    ends = {"home": (1,), "right": (4,), "wrong": (0,)}
    with pytest.raises(UnsupportedError, match="forgets"):
        certificate(solve(ExtensiveGame.from_tree(("A",), driver, ends)))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file and no folder"):
        verify(tmp_path / "nothing")
