"""Re-checking a folder of proofs: what its scripts say, and that they are unsatisfiable.

Each statement of the index is a conjunction that cannot hold.  Which statements have to be
there, and what each asserts, is worked out here from the payoffs, the conditions and the
regimes of the index: the minors of the indifference equations, the conditions, the map.  A
script has to say just that, word for word; it is then decided by z3 afresh.  Witnesses are
put into the formulas, and the games at the witnesses of regimes solved in fractions.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from deterrence.surroundings import load_z3
from deterrence.verifying.games import EVERY_BASIS, extreme_equilibria
from deterrence.verifying.polynomials import Formula, Poly, Table, plus, point_of, times
from deterrence.verifying.reading import MAX_BYTES, Entry, Malformed
from deterrence.verifying.trees import points_of_tree
from deterrence.verifying.verdict import Budget, OutOfBudget, Verdict

#: What z3 may spend on one script and on all (in its own units), and on how many scripts.
EFFORT, ALL_EFFORT, MAX_SCRIPTS = 40_000_000, 1_000_000_000, 20_000
#: Seconds after which z3 is stopped in any case: what it counts stands still in some steps.
HARD_STOP = 120
#: Products of numbers that all else may take.
WORK = 60_000_000

_NAME = re.compile(r"[a-z]{1,20}-[0-9]{1,6}")
_TOKEN = re.compile(r'\|[^|]*\||"[^"]*"|[()]|[^\s()|";]+')


def verify_proofs(told: Entry, folder: Path, verdict: Verdict) -> None:
    """Re-check a folder of proofs by its index."""
    verdict.title = told["model"].text()
    _Proofs(told, folder, verdict, Budget(WORK)).run()


@dataclass(frozen=True)
class _Side:
    """A strategy of one side by its support, and the replies that it makes tie."""

    support: tuple[int, ...]
    tight: tuple[int, ...]
    weights: tuple[Poly, ...]
    gaps: tuple[tuple[int, Poly], ...]

    @property
    def replies(self) -> set[int]:
        """The replies that tie for all values."""
        return {*self.tight, *(j for j, gap in self.gaps if not gap)}


class _Proofs:
    """A folder of proofs while it is checked."""

    def __init__(self, told: Entry, folder: Path, verdict: Verdict, budget: Budget) -> None:
        self.told, self.folder, self.verdict, self.budget = told, folder, verdict, budget
        self.names = told["parameters"].labels() if len(told["parameters"]) else []
        try:
            self.table = Table(self.names, told["polynomials"], budget)
        except OutOfBudget:
            raise told["polynomials"].fault("they take too much work to multiply out") from None
        formula = self.table.formula
        self.assumed = [formula(a["formula"]) for a in told["assumptions"]]
        self.form = told["game"]["form"].text()
        self.players = told["game"]["players"].labels()
        self.equilibria = list(told["equilibria"])
        self.conditions = [formula(e["formula"]) for e in self.equilibria]
        self.inner = [k for k, e in enumerate(self.equilibria) if not e["boundary"].flag()]
        self.families = [[m.whole(len(self.equilibria)) for m in f] for f in told["families"]]
        self.exists: list[Formula] = [
            ("or", tuple(self.conditions[k] for k in f)) for f in self.families
        ]
        self.regimes = list(told["regimes"])
        self.regions = [formula(r["formula"]) for r in self.regimes]
        boundaries = [self.table.poly(b) for b in told["boundaries"]]
        if any(not any(map(any, self.table.listed[b])) for b in boundaries):
            raise told["boundaries"].fault("a constant is no boundary")
        self.off: Formula = ("and", tuple(("poly", b, "!=") for b in boundaries))
        self.statements: dict[str, Entry] = {}
        for s in told["statements"]:
            name = s["name"].text()
            if not _NAME.fullmatch(name) or name in self.statements:
                raise s["name"].fault("a name of its own, such as cover-001, was expected")
            self.statements[name] = s
        #: What each statement has to assert, as far as it was worked out here.
        self.wanted: dict[str, tuple[Formula, ...]] = {}

    def run(self) -> None:
        verdict = self.verdict
        verdict.about.append(
            f"{len(self.equilibria)} equilibria, {len(self.regimes)} regimes, "
            f"{len(self.statements)} statements about {', '.join(self.names)}"
        )
        self.digest()
        try:
            self.map()
            if self.form == "strategic":
                self.matrix()
            self.scripts()
            self.witnesses()
            if self.form == "extensive":
                points_of_tree(self.told, self.table, verdict, self.budget)
                verdict.unchecked.append(
                    "that no pattern of behaviour is missing, and that the conditions of an "
                    "equilibrium are exact: the elimination of a tree is not done again"
                )
        except OutOfBudget:
            verdict.unchecked.append("all else: it takes too much work")

    def digest(self) -> None:
        """Compare the fingerprint of the model."""
        told = self.told
        model = {k: told[k].value for k in ("parameters", "assumptions", "game")}
        count = told["model_polynomials"].whole(len(self.table.listed) + 1)
        polynomials = told["polynomials"].value[:count]
        text = json.dumps([polynomials, model], sort_keys=True, separators=(",", ":"))
        right = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
        self.verdict.digest = told["digest"].text()
        if right != self.verdict.digest:
            self.verdict.reject(
                "digest", "it is that of another model", right, told["digest"].value
            )

    # ---- which statements there have to be ------------------------------------------
    def want(self, name: str, *asserted: Formula) -> None:
        """Remember what a statement has to assert."""
        self.wanted[name] = asserted

    def find(self, kind: str, key: str, number: int) -> str | None:
        """Return the statement of a kind that refers to something; its absence is a failure."""
        for name, s in self.statements.items():
            refers = s.get(key)
            if s["kind"].text() == kind and refers is not None and refers.value == number:
                return name
        self.verdict.reject("statements", f"there is no statement '{kind}' for {key} {number}")
        return None

    def map(self) -> None:
        """Want the statements about the map."""
        verdict = self.verdict
        members = sorted(k for f in self.families for k in f)
        if members != self.inner:
            verdict.reject("families", "each equilibrium off the boundaries is in one family")
        seen = set()
        for r, region in zip(self.regimes, self.regions, strict=True):
            number = r["id"].whole(10**6)
            inside = frozenset(k.whole(len(self.families)) for k in r["families"])
            if inside in seen:
                verdict.reject(r.where, "another regime has the same families")
            seen.add(inside)
            wrong = tuple(("not", f) if k in inside else f for k, f in enumerate(self.exists))
            name = self.find("regime", "regime", number)
            if name is not None:
                self.want(name, self.off, region, ("or", wrong))
        cover = [n for n, s in self.statements.items() if s["kind"].text() == "cover"]
        if len(cover) != 1:
            verdict.reject("statements", "one statement 'cover' was expected")
        else:
            self.want(cover[0], self.off, *(("not", f) for f in self.regions))

    def matrix(self) -> None:
        """Want the statements about all pairs of supports, from the payoffs."""
        told, verdict = self.told, self.verdict
        game = told["game"]
        sizes = [len(game["actions"][p].labels()) for p in self.players]
        if len(sizes) != 2:
            raise game["players"].fault("two players were expected")
        m, n = sizes
        cells = []
        for p in self.players:
            entry = game["payoffs"][p]["cells"]
            if len(entry) != m * n:
                raise entry.fault(f"{m * n} payoffs were expected")
            cells.append([self.table.listed[self.table.poly(u)] for u in entry])
        a, b = ([u[k : k + n] for k in range(0, m * n, n)] for u in cells)
        if told.get("patterns") is None:
            verdict.unchecked.append("that no pair of supports is missing: they are too many")
            return
        sides = (
            list(self.sides(b, n)),
            list(self.sides([list(u) for u in zip(*a, strict=True)], m)),
        )
        listed = list(told["patterns"])
        number = 0
        holding: dict[int, list[Formula]] = {}
        for alpha, beta in itertools.product(*sides):
            if not (set(beta.support) <= alpha.replies and set(alpha.support) <= beta.replies):
                continue
            if number >= len(listed):
                verdict.reject("patterns", "a pair of supports is missing at the end of the list")
                return
            entry = listed[number]
            told_pair = [[k.value for k in part] for key in ("rows", "columns")
                         for part in entry[key]]  # fmt: skip
            right = [list(x) for v in (alpha, beta) for x in (v.support, v.tight)]
            if told_pair != right:
                verdict.reject(entry.where, "another pair of supports comes here", right, told_pair)
                return
            self.pattern(entry, number, alpha, beta, holding)
            number += 1
        if number < len(listed):
            verdict.reject("patterns", "there are more pairs of supports than the game has")
        for k in self.inner:
            if k not in holding:
                verdict.reject(self.equilibria[k].where, "no pair of supports has this equilibrium")
                continue
            both: Formula = ("or", tuple(holding[k]))
            for kind, asserted in (
                ("sufficient", (self.conditions[k], ("not", both))),
                ("necessary", (both, ("not", self.conditions[k]))),
            ):
                name = self.find(kind, "equilibrium", k)
                if name is not None:
                    self.want(name, *asserted)
        verdict.right(
            f"all {number} pairs of supports, worked out from the payoffs: each is an equilibrium "
            "of the list or has a script that says that it is impossible"
        )

    def pattern(
        self, entry: Entry, number: int, alpha: _Side, beta: _Side,
        holding: dict[int, list[Formula]],
    ) -> None:  # fmt: skip
        """Check of one pair of supports whose equilibrium it is, or want its statement."""
        known = entry.get("equilibrium")
        if known is None:
            name = entry["statement"].text()
            found = self.statements.get(name)
            if found is None or found["kind"].text() != "pattern":
                raise entry["statement"].fault("there is no such statement 'pattern'")
            self.want(name, self.best_replies(alpha, ""), self.best_replies(beta, ""))
            return
        k = known.whole(len(self.equilibria))
        if len(self.equilibria[k]["strategies"]) != 2:
            raise self.equilibria[k]["strategies"].fault("two strategies were expected")
        for own, v in zip(self.equilibria[k]["strategies"], (alpha, beta), strict=True):
            weights = [self.table.listed[self.table.poly(w)] for w in own["weights"]]
            same = [s.value for s in own["support"]] == list(v.support) and all(
                times(w, v.weights[0]) == times(u, weights[0])
                for w, u in zip(weights, v.weights, strict=True)
            )
            self.budget.spend(sum(len(w) * len(v.weights[0]) * 2 for w in weights))
            if not same:
                self.verdict.reject(own.where, "the payoffs make other probabilities indifferent")
        closed = (self.best_replies(alpha, "="), self.best_replies(beta, "="))
        holding.setdefault(k, []).append(("and", closed))

    def sides(self, payoffs: Sequence[Sequence[Poly]], replies: int) -> Iterator[_Side]:
        """Yield the strategies that make as many replies tie as they have actions."""
        actions = range(len(payoffs))
        for size in range(1, min(len(payoffs), replies) + 1):
            for tight in itertools.combinations(range(replies), size):
                for support in itertools.combinations(actions, size):
                    rows = [
                        [plus(payoffs[i][j], payoffs[i][tight[0]], -1) for i in support]
                        for j in tight[1:]
                    ]
                    weights = []
                    for k in range(size):
                        minor = self.determinant([row[:k] + row[k + 1 :] for row in rows])
                        weights.append({m: -c for m, c in minor.items()} if k % 2 else minor)
                    if not all(weights):
                        continue
                    gaps = []
                    for j in range(replies):
                        if j in tight:
                            continue
                        gap: Poly = {}
                        for w, i in zip(weights, support, strict=True):
                            less = plus(payoffs[i][tight[0]], payoffs[i][j], -1)
                            self.budget.spend(len(w) * len(less))
                            gap = plus(gap, times(w, less))
                        gaps.append((j, gap))
                    yield _Side(support, tight, tuple(weights), tuple(gaps))

    def determinant(self, rows: Sequence[Sequence[Poly]]) -> Poly:
        """Return a determinant by its first row."""
        if not rows:
            return {(0,) * len(self.names): 1}
        total: Poly = {}
        for k, entry in enumerate(rows[0]):
            if entry:
                inner = self.determinant([[*row[:k], *row[k + 1 :]] for row in rows[1:]])
                self.budget.spend(len(entry) * len(inner) + 1)
                total = plus(total, times(entry, inner), -1 if k % 2 else 1)
        return total

    def best_replies(self, v: _Side, weak: str) -> Formula:
        """Return that weights have one strict sign, and other replies fall short (or tie)."""
        terms = []
        for sign in (">", "<"):
            parts = [("poly", self.number(w), sign) for w in v.weights]
            parts += [("poly", self.number(gap), sign + weak) for _, gap in v.gaps if gap]
            terms.append(("and", tuple(parts)))
        return "or", tuple(terms)

    def number(self, poly: Poly) -> int:
        found = self.table.number(poly)
        if found is None:
            raise Malformed("polynomials", "one that follows from the payoffs is missing")
        return found

    # ---- the scripts -------------------------------------------------------------------
    def scripts(self) -> None:
        """Check what each statement asserts, what its script says, and that z3 agrees."""
        verdict = self.verdict
        if len(self.statements) > MAX_SCRIPTS:
            raise self.told["statements"].fault(f"more than {MAX_SCRIPTS} statements")
        proven, left_effort = 0, ALL_EFFORT
        undecided: list[str] = []
        left: dict[str, list[str]] = {}
        for name, s in self.statements.items():
            kind = s["kind"].text()
            asserted = tuple(self.table.formula(f) for f in s["asserts"])
            wanted = self.wanted.get(name)
            if wanted is not None and wanted != asserted:
                verdict.reject(name, "it asserts something else than it should")
                continue
            if wanted is None and kind not in ("lemma", "conclusion"):
                verdict.reject(name, f"nothing asks for a statement '{kind}'")
                continue
            status = s["status"].text()
            if status == "open":
                left.setdefault(kind, []).append(name)
                continue
            if status != "unsat":
                verdict.reject(name, "the expected verdict", "unsat", status)
                continue
            if s["script"].value != f"{name}.smt2":
                verdict.reject(name, "the script", f"{name}.smt2", s["script"].value)
                continue
            text = self.table.script([*self.assumed, *self.lemmas(s), *asserted])
            if self.says(name, text):
                answer, used = _decided(text, EFFORT) if left_effort > 0 else ("unknown", 0)
                left_effort -= used
                if answer == "sat":
                    verdict.reject(name, "z3 finds values at which all of it holds", "unsat", "sat")
                elif answer == "unknown":
                    undecided.append(name)
                else:
                    proven += 1
        verdict.right(f"{proven} scripts say what they should, and z3 finds each unsatisfiable")
        if undecided:
            verdict.unchecked.append(f"not decided by z3 in time: {', '.join(undecided)}")
        for kind, names in left.items():
            verdict.unchecked.append(f"{len(names)} statements '{kind}' have no script")
        if any(s["kind"].text() == "conclusion" for s in self.statements.values()):
            verdict.unchecked.append(
                "that the formulas of conclusions say what their words say; they were decided"
            )

    def lemmas(self, s: Entry) -> list[Formula]:
        """Return the lemmas that a script uses: what they exclude does not hold."""
        found: list[Formula] = []
        for entry in s["lemmas"]:
            lemma = self.statements.get(entry.text())
            if lemma is None or lemma["kind"].text() != "lemma" or lemma["status"].value != "unsat":
                raise entry.fault("there is no such lemma with a script")
            if len(lemma["lemmas"]) or len(lemma["asserts"]) != 1:
                raise entry.fault("a lemma that uses no other was expected")
            found.append(("not", self.table.formula(lemma["asserts"][0])))
        return found

    def says(self, name: str, right: str) -> bool:
        """Check that a script says a text, blanks and remarks apart."""
        path = self.folder / f"{name}.smt2"
        try:
            if path.stat().st_size > MAX_BYTES:
                self.verdict.reject(name, "the script is too long")
                return False
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            self.verdict.reject(name, "the script is missing")
            return False
        lines = [line.strip() for line in text.splitlines()]
        for line in lines:
            if line.startswith("; expected:") and line != "; expected: unsat":
                self.verdict.reject(name, "the expected verdict", "unsat", line[11:].strip())
                return False
        told = _TOKEN.findall("\n".join(x for x in lines if not x.startswith(";")))
        wanted = _TOKEN.findall(right)
        if told == wanted:
            return True
        pairs = itertools.zip_longest(wanted, told, fillvalue="the end")
        k, (one, other) = next((k, p) for k, p in enumerate(pairs) if p[0] != p[1])
        self.verdict.reject(
            name, f"the script does not say what the index says, from word {k + 1} on", one[:60],
            other[:60],
        )  # fmt: skip
        return False

    # ---- witnesses ------------------------------------------------------------------------
    def witnesses(self) -> None:
        """Put the witnesses into the formulas; solve matrices at those of regimes."""
        verdict, table = self.verdict, self.table
        count = 0
        assumed: Formula = ("and", tuple(self.assumed))
        lists = ((self.equilibria, self.conditions), (self.regimes, self.regions))
        for entries, formulas in lists:
            for entry, formula in zip(entries, formulas, strict=True):
                told = entry.get("witness")
                if told is None:
                    continue
                point = point_of(told, self.names)
                for what, f in (
                    ("an assumption fails", assumed),
                    ("its formula is false", formula),
                ):
                    if not table.holds(f, point):
                        verdict.reject(told.where, f"no witness: {what} there")
                matrix = self.form == "strategic" and entries is self.equilibria
                if matrix and not self.is_equilibrium(entry, point):
                    verdict.reject(told.where, "its strategies are no equilibrium there")
                count += 1
        verdict.right(f"{count} witnesses, put into the assumptions and the formulas")
        lacking = [e["name"].text() for e in self.equilibria if e.get("witness") is None]
        if lacking:
            verdict.unchecked.append(f"that these exist somewhere: {', '.join(lacking)}")
        for r in self.regimes:
            if r.get("witness") is None:
                verdict.reject(r.where, "a regime needs a witness")
            elif self.form == "strategic":
                self.solve_at(r)

    def game_at(self, point: Sequence[Fraction]) -> tuple[list[list[Fraction]], ...]:
        """Return the payoffs of both players at a point, rows x columns."""
        game, table = self.told["game"], self.table
        n = len(game["actions"][self.players[1]])
        found = []
        for p in self.players:
            own, over = game["payoffs"][p], game["payoffs"][p]["over"]
            square = over.get("square_of")
            scale = (
                over["number"].fraction()
                if square is None
                else table.value(table.poly(square), point) ** 2
            )
            if scale <= 0:
                raise over.fault("payoffs are divided by a positive number")
            flat = [table.value(table.poly(u), point) / scale for u in own["cells"]]
            found.append([flat[k : k + n] for k in range(0, len(flat), n)])
        return tuple(found)

    def profile_at(self, e: Entry, point: Sequence[Fraction]) -> tuple[tuple[Fraction, ...], ...]:
        """Return the mixed strategies of an equilibrium at a point."""
        table, sides = self.table, []
        for own, player in zip(e["strategies"], self.players, strict=True):
            mix = [Fraction(0)] * len(self.told["game"]["actions"][player])
            support = [k.whole(len(mix)) for k in own["support"]]
            weights = [table.value(table.poly(w), point) for w in own["weights"]]
            if not sum(weights) or len(support) != len(weights):
                raise own.fault("weights that sum to zero at a witness, or too few")
            for k, w in zip(support, weights, strict=True):
                mix[k] = w / sum(weights)
            sides.append(tuple(mix))
        return tuple(sides)

    def is_equilibrium(self, e: Entry, point: Sequence[Fraction]) -> bool:
        """Say whether the strategies of an equilibrium are best replies at a point."""
        x, y = self.profile_at(e, point)
        a, b = self.game_at(point)
        rows = [sum((u * q for u, q in zip(row, y, strict=True)), Fraction(0)) for row in a]
        columns = [
            sum((u * p for u, p in zip(column, x, strict=True)), Fraction(0))
            for column in zip(*b, strict=True)
        ]
        return all(
            min(mix) >= 0 and all(u == max(gets) for u, p in zip(gets, mix, strict=True) if p)
            for mix, gets in ((x, rows), (y, columns))
        )

    def solve_at(self, r: Entry) -> None:
        """Compare the equilibria of the index at a regime's witness with those of that game."""
        point = point_of(r["witness"], self.names)
        listed = {
            self.profile_at(e, point)
            for e, condition in zip(self.equilibria, self.conditions, strict=True)
            if self.table.holds(condition, point)
        }
        a, b = self.game_at(point)
        if max(len(a), len(b[0])) > EVERY_BASIS:
            self.verdict.unchecked.append(f"the game at the witness of regime {r['id'].value}")
            return
        found = extreme_equilibria(a, b, self.budget)
        for key in listed - found:
            text = " / ".join(", ".join(map(str, mix)) for mix in key)
            self.verdict.reject(r["witness"].where, f"no equilibrium of the game there: {text}")
        if found - listed and not self.tied(point):
            self.verdict.reject(
                r["witness"].where, "the game there has equilibria that are not in the list"
            )
        text = "the games at the witnesses of the regimes, solved in fractions: the same equilibria"
        if text not in self.verdict.checked:
            self.verdict.right(text)

    def tied(self, point: Sequence[Fraction]) -> bool:
        """Say whether some polynomial vanishes at a point, so that the game has a tie there."""
        return any(p and not self.table.value(k, point) for k, p in enumerate(self.table.listed))


def _decided(script: str, effort: int) -> tuple[str, int]:
    """Return what z3 says of a script that was written here, and what that took."""
    z3 = load_z3()
    context = z3.Context()
    solver = z3.SolverFor("QF_NRA", ctx=context)
    solver.set("rlimit", effort)
    solver.set("timeout", 1000 * HARD_STOP)
    solver.add(z3.parse_smt2_string(script, ctx=context))
    answer = str(solver.check())
    numbers = solver.statistics()
    used = "rlimit count" in numbers.keys()  # noqa: SIM118 (no mapping)
    return answer, int(numbers.get_key_value("rlimit count")) if used else effort
