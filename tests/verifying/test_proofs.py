"""Folders of proofs: ours are accepted, and whatever is changed in one is found."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK

from deterrence import Model, UnsupportedError, load_model
from deterrence.symbolic.proofs import ProofWriter, model_digest, proof_files
from deterrence.verifying import Verdict, verify

Files = dict[str, str]
POSITIVE = [f"{name} > 0" for name in ("g", "l", "k", "m", "w", "q", "r", "s", "v")]


def ladder() -> Model:
    """Return a game of three rungs a side with cells that tie for all values."""
    return Model.from_matrices(
        [["0", "-l", "-l"], ["g", "-k", "-l - m"], ["g", "g", "-w"]],
        [["0", "q", "q"], ["-r", "-s", "q"], ["-r", "-r", "-v"]],
        assumptions=POSITIVE,
    )


def proofs_of(model: Model) -> Files:
    analysis = model.regimes()
    chances = [m.name for m in model.measures][:1]
    return proof_files(analysis, [model.conclusions(f"{name} == 0") for name in chances])


BIPOLAR, LADDER = proofs_of(load_model(BRINK)), proofs_of(ladder())
TREE = proofs_of(load_model("rudimentary-deterrence"))
OURS = {"bipolarity": BIPOLAR, "ladder": LADDER, "tree": TREE}


def checked(files: Files, folder: Path) -> Verdict:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return verify(folder)


@pytest.mark.parametrize("files", OURS.values(), ids=OURS)
def test_ours_are_accepted(files: Files, tmp_path: Path) -> None:
    verdict = checked(files, tmp_path)
    assert verdict.accepted, verdict.failures
    index = json.loads(files["index.json"])
    assert all(s["status"] == "unsat" for s in index["statements"])
    count = len(index["statements"])
    assert any(t.startswith(f"{count} scripts say") for t in verdict.checked)
    if "patterns" in index:
        assert any("all" in t and "pairs of supports" in t for t in verdict.checked)
        assert any("solved in fractions" in t for t in verdict.checked)


def test_the_digest_is_that_of_the_model() -> None:
    for name, files in ((BRINK, BIPOLAR), ("rudimentary-deterrence", TREE)):
        assert json.loads(files["index.json"])["digest"] == model_digest(load_model(name))


@pytest.mark.parametrize("seed", [1])
def test_random_games_with_symbols(seed: int, tmp_path: Path) -> None:
    rnd = random.Random(seed)

    def matrix(letters: str) -> list[list[str]]:
        cells = [*letters, *("0" for _ in range(6 - len(letters)))]
        rnd.shuffle(cells)
        return [cells[:3], cells[3:]]

    model = Model.from_matrices(matrix("abc"), matrix("xyz"), assumptions=["a > b", "x > 0"])
    verdict = checked(proofs_of(model), tmp_path)
    assert verdict.accepted, verdict.failures


def test_exp_and_log_have_no_scripts() -> None:
    model = Model.from_matrices([["exp(a)", "0"], ["0", "1"]], [["1", "0"], ["0", "1"]])
    with pytest.raises(UnsupportedError, match="exp, log or powers"):
        proof_files(model.regimes())


def test_what_z3_cannot_decide_again_is_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ProofWriter, "decided", lambda *_: "unknown")
    files = proof_files(load_model("chicken").regimes())
    assert not [name for name in files if name.endswith(".smt2")]
    assert "without a script" in files["README.txt"]
    verdict = checked(files, tmp_path)
    assert verdict.accepted
    assert any("statements 'cover' have no script" in t for t in verdict.unchecked)


def test_an_analysis_that_is_not_complete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is not claimed needs no proof, and is said to be open."""
    analysis = replace(load_model("inspection").regimes(), cover="unknown")
    decided = ProofWriter.decided

    def all_but_cover(self: ProofWriter, script: str, effort: int) -> str:
        return "unknown" if "leave nothing out" in script else decided(self, script, effort)

    monkeypatch.setattr(ProofWriter, "decided", all_but_cover)
    verdict = checked(proof_files(analysis), tmp_path)
    assert verdict.accepted, verdict.failures
    assert "1 statements 'cover' have no script" in verdict.unchecked


# ---- what strangers change -----------------------------------------------------------------
Index = dict[str, Any]


def script(files: Files, change: Callable[[str], str], name: str = "regime-001.smt2") -> None:
    files[name] = change(files[name])


def assertion_removed(files: Files, _: Index) -> None:
    def without(text: str) -> str:
        lines = text.splitlines()
        last = max(k for k, line in enumerate(lines) if line.startswith("(assert"))
        return "\n".join(lines[:last] + lines[last + 1 :])

    script(files, without)


def assertion_added(files: Files, _: Index) -> None:
    script(files, lambda text: text.replace("(check-sat)", "(assert false)\n(check-sat)"))


def sign_turned(files: Files, _: Index) -> None:
    script(files, lambda text: text[::-1].replace("<(", ">(", 1)[::-1])


def status_flipped(files: Files, _: Index) -> None:
    script(files, lambda text: text.replace(":status unsat", ":status sat"))


def expectation_flipped(files: Files, _: Index) -> None:
    script(files, lambda text: text.replace("; expected: unsat", "; expected: sat"))


def script_removed(files: Files, _: Index) -> None:
    del files["cover-001.smt2"]


def script_swapped(files: Files, _: Index) -> None:
    files["regime-001.smt2"] = files["regime-002.smt2"]


def verdict_flipped(_: Files, index: Index) -> None:
    index["statements"][0]["status"] = "sat"


def statement_removed(_: Files, index: Index) -> None:
    index["statements"] = [s for s in index["statements"] if s["name"] != "regime-001"]


def asserts_changed(_: Files, index: Index) -> None:
    s = next(s for s in index["statements"] if s["kind"] == "regime")
    s["asserts"] = s["asserts"][:2]


def condition_changed(_: Files, index: Index) -> None:
    index["equilibria"][0]["formula"] = {"and": []}


def regime_removed(_: Files, index: Index) -> None:
    gone = index["regimes"].pop()
    index["statements"] = [s for s in index["statements"] if s.get("regime") != gone["id"]]


def regime_changed(_: Files, index: Index) -> None:
    index["regimes"][0]["formula"], index["regimes"][1]["formula"] = (
        index["regimes"][1]["formula"], index["regimes"][0]["formula"],
    )  # fmt: skip


def witness_changed(_: Files, index: Index) -> None:
    witness = index["regimes"][0]["witness"]
    name = next(iter(witness))
    witness[name] = "-5"


def witness_swapped(_: Files, index: Index) -> None:
    one, two = index["regimes"][:2]
    one["witness"], two["witness"] = two["witness"], one["witness"]


def payoff_changed(_: Files, index: Index) -> None:
    cells = next(iter(index["game"]["payoffs"].values()))["cells"]
    cells[0], cells[-1] = cells[-1], cells[0]


def assumption_added(_: Files, index: Index) -> None:
    index["assumptions"].append({"text": "false", "formula": {"or": []}})


def pattern_removed(_: Files, index: Index) -> None:
    del index["patterns"][0]


def equilibrium_denied(_: Files, index: Index) -> None:
    """Say of an equilibrium's supports that they are impossible, by another statement."""
    other = next(p["statement"] for p in index["patterns"] if "statement" in p)
    own = next(p for p in index["patterns"] if "equilibrium" in p)
    del own["equilibrium"]
    own["statement"] = other


def strategy_changed(_: Files, index: Index) -> None:
    weights = next(
        s["weights"] for e in index["equilibria"] for s in e["strategies"] if len(s["weights"]) > 1
    )
    weights.reverse()


def product_changed(_: Files, index: Index) -> None:
    product = next(p["product"] for p in index["polynomials"] if "product" in p)
    product["constant"] = str(int(product["constant"]) * 2)


def false_lemma(files: Files, index: Index) -> None:
    """Use a lemma that is false: a sign that can well occur does not."""
    s = next(s for s in index["statements"] if s["kind"] == "cover")
    lemma = {"poly": s["asserts"][0]["and"][0]["poly"], "sign": "!="}
    index["statements"].insert(0, {
        "name": "lemma-900", "kind": "lemma", "about": "", "asserts": [lemma], "lemmas": [],
        "status": "unsat", "script": "lemma-900.smt2",
    })  # fmt: skip
    head, rest = files["cover-001.smt2"].split("; off the boundaries")
    first = next(line for line in rest.splitlines() if line.startswith("(assert"))
    atom = first.removeprefix("(assert (and ").split(") (not")[0] + ")"
    files["lemma-900.smt2"] = f"{head}(assert {atom})\n(check-sat)\n"


def boundary_constant(_: Files, index: Index) -> None:
    constant = next(
        k for k, p in enumerate(index["polynomials"]) if not any(any(t[1]) for t in p["terms"])
    )
    index["boundaries"].append(constant)


def fingerprint(_: Files, index: Index) -> None:
    index["digest"] = "sha256:" + "1" * 64


TAMPERED: list[tuple[Files, Callable[[Files, Index], None], str]] = [
    (BIPOLAR, assertion_removed, "does not say what the index says"),
    (BIPOLAR, assertion_added, "does not say what the index says"),
    (BIPOLAR, sign_turned, "does not say what the index says"),
    (BIPOLAR, status_flipped, "right is unsat"),
    (BIPOLAR, expectation_flipped, "right is unsat"),
    (BIPOLAR, script_removed, "the script is missing"),
    (TREE, script_swapped, "does not say what the index says"),
    (BIPOLAR, verdict_flipped, "the expected verdict"),
    (BIPOLAR, statement_removed, "there is no statement 'regime'"),
    (BIPOLAR, asserts_changed, "it asserts something else than it should"),
    (BIPOLAR, condition_changed, "it asserts something else than it should"),
    (BIPOLAR, regime_removed, "cover-001: it asserts something else"),
    (BIPOLAR, regime_changed, "it asserts something else"),
    (BIPOLAR, witness_changed, "no witness"),
    (BIPOLAR, witness_swapped, "no witness"),
    (TREE, witness_swapped, "no witness"),
    (BIPOLAR, payoff_changed, "digest"),
    (BIPOLAR, assumption_added, "an assumption fails"),
    (BIPOLAR, pattern_removed, "another pair of supports comes here"),
    (BIPOLAR, equilibrium_denied, "it asserts something else than it should"),
    (BIPOLAR, strategy_changed, "other probabilities indifferent"),
    (BIPOLAR, product_changed, "multiplied out"),
    (BIPOLAR, false_lemma, "lemma-900: z3 finds values"),
    (BIPOLAR, boundary_constant, "a constant is no boundary"),
    (BIPOLAR, fingerprint, "digest"),
]


@pytest.mark.parametrize(
    ("files", "change", "said"),
    TAMPERED,
    ids=[f"{change.__name__}-{k}" for k, (_, change, _) in enumerate(TAMPERED)],
)
def test_what_is_changed_is_found(
    files: Files, change: Callable[[Files, Index], None], said: str, tmp_path: Path
) -> None:
    changed, index = dict(files), json.loads(files["index.json"])
    change(changed, index)
    before = copy.deepcopy(files)
    changed["index.json"] = json.dumps(index)
    assert files == before
    verdict = checked(changed, tmp_path)
    assert not verdict.accepted
    assert said in "\n".join(map(str, verdict.failures))


def test_a_payoff_changed_with_its_fingerprint(tmp_path: Path) -> None:
    """The scripts no longer follow from the payoffs."""
    changed, index = dict(BIPOLAR), json.loads(BIPOLAR["index.json"])
    payoff_changed(changed, index)
    changed["index.json"] = json.dumps(index)
    right = next(f for f in checked(changed, tmp_path).failures if f.where == "digest").expected
    changed["index.json"] = json.dumps({**index, "digest": right})
    verdict = checked(changed, tmp_path)
    assert not verdict.accepted
    assert all(f.where != "digest" for f in verdict.failures)


def test_scripts_cannot_do_anything(tmp_path: Path) -> None:
    """What a script says is compared, not carried out."""
    target = tmp_path / "written"
    changed = dict(BIPOLAR)
    order = f'(set-option :regular-output-channel "{target}")\n'
    changed["cover-001.smt2"] = order + changed["cover-001.smt2"]
    assert not checked(changed, tmp_path).accepted
    assert not target.exists()


# ---- another solver ---------------------------------------------------------------------------
@pytest.mark.witness
def test_another_solver_agrees(tmp_path: Path) -> None:
    """Every script, decided by cvc5 where it is installed (``pip install cvc5``)."""
    if importlib.util.find_spec("cvc5") is None:
        pytest.skip("cvc5 is not installed: pip install cvc5")
    code = (
        "import sys, cvc5\n"
        "for name in sys.argv[1:]:\n"
        "    solver = cvc5.Solver(); parser = cvc5.InputParser(solver)\n"
        "    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, name)\n"
        "    symbols = parser.getSymbolManager()\n"
        "    while not (command := parser.nextCommand()).isNull():\n"
        "        text = command.invoke(solver, symbols).strip()\n"
        "        if text: print(text)\n"
    )
    for files in (BIPOLAR, TREE):
        checked(files, tmp_path)
        scripts = [str(tmp_path / n) for n in files if n.endswith(".smt2")]
        done = subprocess.run(
            [sys.executable, "-c", code, *scripts], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["unsat"] * len(scripts)
