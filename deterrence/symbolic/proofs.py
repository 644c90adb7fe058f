"""The proofs behind a symbolic analysis, for strangers: scripts in SMT-LIB 2, and an index.

The index holds the model (parameters, assumptions, payoffs as polynomials), what the analysis
says (equilibria with their conditions, families, regimes, conclusions), and a list of
statements.  Each statement is a conjunction that cannot hold, and has a script of its own.
What they say together:

* ``pattern``: a pair of supports, each the best reply to the other, is impossible off the
  boundaries; all others belong to equilibria that are listed;
* ``sufficient`` and ``necessary``: the conditions of an equilibrium say exactly where its
  strategies are best replies to each other;
* ``regime``: off the boundaries, throughout a regime its families exist, and no others;
* ``cover``: off the boundaries, the regimes leave nothing out;
* ``conclusion``: a statement holds in an equilibrium wherever it is said to;
* ``lemma``: a few signs that exclude each other, which other scripts use.

Whatever z3 does not decide again on its own, within a bound, stands there as ``open``.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import common_denominator
from deterrence.algebra.rings import RingElement
from deterrence.errors import UnsupportedError
from deterrence.game.tree.plain_tree import plain_tree
from deterrence.game.tree.play import history_text
from deterrence.limits import work
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.scripts import Formula, Polynomials, verdict
from deterrence.statements import read_statement
from deterrence.symbolic.conclusion_results import Conclusion
from deterrence.symbolic.conclusions import in_symbols
from deterrence.symbolic.found import ExistenceBranch, FoundEquilibrium
from deterrence.symbolic.matrices.problem import MatrixProblem, problem_of
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.vertices import SymbolicVertex
from deterrence.symbolic.parameter_points import ParameterPoint
from deterrence.symbolic.parameter_space import EFFORT as SEARCH_EFFORT
from deterrence.symbolic.parameter_space import GameProblem, prover_of
from deterrence.symbolic.quotients import OpenFormError
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.trees.chance_ends import chances_assumed
from deterrence.symbolic.trees.evaluation import assessments_at
from deterrence.symbolic.trees.problem import TreeProblem, tree_problem
from deterrence.symbolic.trees.solved import SolvedTree
from deterrence.version import __version__

#: What z3 may spend on one script, alone and with lemmas, and on all (in units of its own).
ALONE, WITH_LEMMAS, EFFORT = 3_000_000, 12_000_000, 300_000_000
#: Pairs of supports, and contradictions that ruled out patterns of a tree, that are listed.
MAX_PATTERNS, MAX_LEMMAS = 3_000, 400


class ProofWriter:
    """Collects statements of one analysis, decides each again, and writes them down."""

    def __init__(self, analysis: RegimeAnalysis, conclusions: Sequence[Conclusion] = ()) -> None:
        internal = analysis.internal
        self.analysis, self.internal, self.conclusions = analysis, internal, conclusions
        self.algebra = internal.problem.algebra
        if not self.algebra.is_exact:
            raise UnsupportedError(
                f"proofs of {analysis.model} are not written: exp, log or powers occur",
                remedy="leave --proofs out",
            )
        self.table = Polynomials(self.algebra)
        self.model = model_part(internal.problem, self.table)
        #: The polynomials that stand in the model come first.
        self.model_polynomials = len(self.table.listed)
        self.left = EFFORT
        self.statements: list[dict[str, Any]] = []
        self.scripts: dict[str, str] = {}
        self._lemmas: dict[frozenset[Literal], str | None] = {}
        self.assumed = [(a["text"], a["formula"]) for a in self.model["assumptions"]]
        self.existence = [self.exists(found.branches) for found in internal.pairs]
        self.families = [
            {"or": [self.existence[k] for k in family.members]} for family in analysis.families
        ]
        self.regimes = [self.regime(frozenset(r.families)) for r in analysis.regimes]
        used = [n for f in (*self.existence, *self.regimes) for n in _numbers(f)]
        self.boundaries = self._irreducible(used)
        self.off = [{"poly": n, "sign": "!="} for n in self.boundaries]

    def files(self) -> dict[str, str]:
        """Return the files of the folder by name: the index, the scripts, and what they are."""
        patterns = None
        if isinstance(self.internal.problem, MatrixProblem):
            patterns = self.patterns()
        else:
            self.every_lemma()
        self.map()
        self.conclude()
        points = self.points()
        index: dict[str, Any] = {
            "certificate": "deterrence/proofs",
            "version": 1,
            "made_by": f"deterrence {__version__}",
            "model": self.analysis.model,
            "equations": list(map(str, self.internal.problem.equations)),
            "cover": self.analysis.cover,
            "disjoint": self.analysis.disjoint,
            **self.model,
            "model_polynomials": self.model_polynomials,
            "equilibria": [self.equilibrium(k) for k in range(len(self.analysis.equilibria))],
            "families": [list(f.members) for f in self.analysis.families],
            "regimes": [
                {
                    "id": r.id,
                    "name": r.name or "",
                    "text": " and ".join(map(str, r.conditions)),
                    "families": list(r.families),
                    "formula": formula,
                    "witness": _point(self.complete(r.witness)),
                }
                for r, formula in zip(self.analysis.regimes, self.regimes, strict=True)
            ],
            "boundaries": self.boundaries,
            "points": points,
            "statements": self.statements,
        }
        if patterns is not None:
            index["patterns"] = patterns
        if isinstance(self.internal, SolvedTree):
            index["concept"] = self.internal.concept
        index["polynomials"] = self.table.data()
        index["digest"] = _digest(index["polynomials"][: self.model_polynomials], self.model)
        return {
            "index.json": json.dumps(index, indent=1) + "\n",
            "README.txt": self.readme(),
            **self.scripts,
        }

    # ---- what is said ------------------------------------------------------------
    def exists(self, branches: Sequence[ExistenceBranch]) -> Formula:
        """Return the formula of where an equilibrium exists."""
        terms: list[Formula] = []
        for b in branches:
            clauses: list[Formula] = [
                {"or": [self.table.literal(lit) for lit in c]} for c in b.conditions
            ]
            terms.append({"and": clauses})
        return {"or": terms}

    def regime(self, members: frozenset[int]) -> Formula:
        """Return the formula of a regime."""
        cell = self.internal.map.cells[members]
        literal = self.table.literal
        if cell.simplified:
            return {"or": [{"and": [literal(lit) for lit in term]} for term in cell.conditions]}
        parts: list[Formula] = []
        for k, family in enumerate(self.internal.families):
            region: Formula = {
                "or": [{"and": [literal(lit) for lit in term]} for term in family.region]
            }
            parts.append(region if k in members else {"not": region})
        return {"and": parts}

    def equilibrium(self, k: int) -> dict[str, Any]:
        """Return what is said of one equilibrium."""
        e = self.analysis.equilibria[k]
        found = self.internal.found(k)
        inside = k < len(self.internal.pairs)
        told: dict[str, Any] = {
            "id": e.id,
            "name": e.called,
            "text": " and ".join(map(str, e.conditions)),
            "boundary": not inside,
            "formula": self.existence[k]
            if inside
            else self.exists((*found.branches, *found.extra)),
            "witness": None,
        }
        if e.witness is not None:
            told["witness"] = _point(self.complete(e.witness))
        if isinstance(found, VertexPair):
            told["strategies"] = [
                {"support": list(v.support), "weights": [self.table.number(w) for w in v.weights]}
                for v in (found.row, found.column)
            ]
        return told

    def complete(self, values: Mapping[str, Any]) -> dict[str, Fraction]:
        """Return a point with the values of the functions in the formulas."""
        full = self.algebra.complete(values)
        return {n: Fraction(full[n]) for n in self.algebra.names}

    def points(self) -> list[dict[str, Any]]:
        """Return the equilibria of trees in numbers, at the witnesses of the regimes."""
        internal = self.internal
        if not isinstance(internal, SolvedTree):
            return []
        game, found = internal.problem.game, []
        for r in self.analysis.regimes:
            told, irrational = [], 0
            for at in assessments_at(internal, ParameterPoint(internal, r.witness)):
                numbers = [p for own in at.profile.values() for mix in own.values()
                           for p in mix.values()]  # fmt: skip
                numbers += [p for belief in at.beliefs.values() for p in belief.values()]
                if not all(isinstance(p, Fraction | int) for p in numbers):
                    irrational += 1
                    continue
                moves = {
                    label: [str(mix.get(a, 0)) for a in game.information_set(label).actions]
                    for own in at.profile.values()
                    for label, mix in own.items()
                }
                beliefs = {
                    label: [str(belief.get(history_text(game, x), 0))
                            for x in game.information_set(label).nodes]
                    for label, belief in at.beliefs.items()
                }  # fmt: skip
                told.append({"id": at.id, "profile": moves, "beliefs": beliefs})
            found.append({"regime": r.id, "equilibria": told, "irrational": irrational})
        return found

    # ---- statements ---------------------------------------------------------------
    def state(
        self, kind: str, about: str, asserted: Sequence[tuple[str, Formula]], **refers: Any
    ) -> dict[str, Any]:
        """Add a statement, that formulas cannot hold together, and decide it again."""
        number = sum(s["kind"] == kind for s in self.statements) + 1
        name = f"{kind}-{number:03d}"
        lemmas: list[str] = []
        head = [f"{self.analysis.model}: {about}"]
        text = self.table.script(head, [*self.assumed, *asserted])
        status = self.decided(text, ALONE)
        if status == "unknown" and kind != "lemma":
            lemmas, helped = self.lemmas([f for _, f in asserted])
            if lemmas:
                text = self.table.script(head, [*self.assumed, *helped, *asserted])
                status = self.decided(text, WITH_LEMMAS)
        told = {
            "name": name,
            "kind": kind,
            "about": about,
            **refers,
            "asserts": [f for _, f in asserted],
            "lemmas": lemmas,
            "status": "unsat" if status == "unsat" else "open",
            "script": f"{name}.smt2" if status == "unsat" else None,
        }
        if status == "unsat":
            self.scripts[f"{name}.smt2"] = text
        self.statements.append(told)
        return told

    def decided(self, script: str, effort: int) -> str:
        """Return z3's verdict on a script, ``unknown`` once all effort is spent."""
        if self.left <= 0:
            return "unknown"
        status, used = verdict(script, min(effort, self.left))
        self.left -= used
        return status

    def lemmas(self, formulas: Sequence[Formula]) -> tuple[list[str], list[tuple[str, Formula]]]:
        """Return the lemmas that are about the polynomials of some formulas."""
        numbers = set(self._irreducible([n for f in formulas for n in _numbers(f)]))
        names, helped = [], []
        for core in self.internal.prover.cores:
            parts = self._signs(core)
            if parts and set(self._irreducible([p["poly"] for p in parts])) <= numbers:
                name = self.lemma(core)
                if name is not None:
                    names.append(name)
                    helped.append((name, {"not": {"and": parts}}))
        return names, helped

    def _signs(self, core: frozenset[Literal]) -> list[Formula]:
        return [self.table.literal(lit) for lit in sorted(core, key=str)]

    def lemma(self, core: frozenset[Literal]) -> str | None:
        """State that some signs exclude each other; return the statement's name if decided."""
        if core not in self._lemmas:
            told = self.state(
                "lemma", "signs that exclude each other", [("", {"and": self._signs(core)})]
            )
            self._lemmas[core] = told["name"] if told["status"] == "unsat" else None
        return self._lemmas[core]

    def every_lemma(self) -> None:
        """State every contradiction of signs by which patterns of a tree were ruled out."""
        for core in self.internal.prover.cores[:MAX_LEMMAS]:
            if core:
                self.lemma(core)

    def _irreducible(self, numbers: Sequence[int]) -> list[int]:
        found: dict[int, None] = {}
        for n in numbers:
            p = self.table.listed[n]
            if not p.is_ground:
                found |= {self.table.number(f): None for f, _ in self.algebra.factors(p)[1]}
        return list(found)

    def patterns(self) -> list[dict[str, Any]] | None:
        """State of every pair of supports that it is impossible, or whose equilibrium it is."""
        problem = self.internal.problem
        assert isinstance(problem, MatrixProblem)
        m, n = problem.shape
        turned = [list(u) for u in zip(*problem.row, strict=True)]
        sides = [list(_sides(problem.column, n)), list(_sides(turned, m))]
        found: list[dict[str, Any]] = []
        holding: dict[int, list[Formula]] = {}
        for alpha, beta in itertools.product(*sides):
            if not (set(beta.support) <= alpha.replies and set(alpha.support) <= beta.replies):
                continue
            if len(found) >= MAX_PATTERNS:
                return None
            told: dict[str, Any] = {
                "rows": [list(alpha.support), list(alpha.tight)],
                "columns": [list(beta.support), list(beta.tight)],
            }
            own = [k for k, e in enumerate(self.internal.pairs) if _same(e, alpha, beta)]
            names = self._played(alpha, beta)
            if own:
                told |= {"equilibrium": own[0]}
                closed = [self.best_replies(v, "=") for v in (alpha, beta)]
                holding.setdefault(own[0], []).append({"and": closed})
            else:
                stated = self.state(
                    "pattern",
                    f"impossible off the boundaries: {names}",
                    [(f"what {who} does makes the other's actions best replies",
                      self.best_replies(v, "")) for who, v in
                     zip(problem.players, (alpha, beta), strict=True)],
                    pattern=len(found),
                )  # fmt: skip
                told |= {"statement": stated["name"]}
            found.append(told)
        for k, terms in holding.items():
            both = ("best replies to each other", {"or": terms})
            condition = ("the conditions", self.existence[k])
            called = self.analysis.equilibria[k].called
            self.state(
                "sufficient", f"{called}: where the conditions hold it is an equilibrium",
                [condition, (both[0], {"not": both[1]})], equilibrium=k,
            )  # fmt: skip
            self.state(
                "necessary", f"{called}: where it is an equilibrium the conditions hold",
                [both, (condition[0], {"not": condition[1]})], equilibrium=k,
            )  # fmt: skip
        return found

    def _played(self, alpha: SymbolicVertex, beta: SymbolicVertex) -> str:
        problem = self.internal.problem
        lists = zip(problem.players, problem.actions, (alpha, beta), strict=True)
        return "; ".join(f"{p}: {', '.join(a[k] for k in v.support)}" for p, a, v in lists)

    def best_replies(self, v: SymbolicVertex, weak: str) -> Formula:
        """Return that weights have one strict sign, and other replies fall short (or tie)."""
        terms: list[Formula] = []
        for sign in (">", "<"):
            parts = [self.table.atom(w, sign) for w in v.weights]
            parts += [self.table.atom(gap, sign + weak) for _, gap in v.gaps if gap]
            terms.append({"and": parts})
        return {"or": terms}

    def map(self) -> None:
        """State what holds throughout each regime, and that they cover the space."""
        off = [("off the boundaries", {"and": self.off})]
        for r, formula in zip(self.analysis.regimes, self.regimes, strict=True):
            wrong: list[Formula] = [
                {"not": family} if k in r.families else family
                for k, family in enumerate(self.families)
            ]
            about = f"regime {r.id} {r.name or ''}: its results are equilibria, and no others"
            self.state(
                "regime", about,
                [*off, ("the regime", formula), ("a result too many or too few", {"or": wrong})],
                regime=r.id,
            )  # fmt: skip
        outside = [(f"not regime {k}", {"not": f}) for k, f in enumerate(self.regimes)]
        self.state("cover", "the regimes leave nothing out", [*off, *outside])

    def conclude(self) -> None:
        """State of conclusions that they hold where it is said, in each equilibrium."""
        for number, c in enumerate(self.conclusions):
            asked = in_symbols(
                self.analysis, read_statement(self.internal.model, c.statement).formula
            )
            if c.every_proof != "proven" or asked.op != "compare" or c.exceptions:
                continue
            every: Formula = {
                "or": [{"and": [self.table.formula(e) for e in term]} for term in c.every]
            }
            holds: list[Formula] = []
            for pair in self.internal.pairs:
                claim = self._claim(pair, asked)
                if claim is None:
                    break
                holds.append(claim)
            else:
                text = c.every_text
                off = ("off the boundaries", {"and": self.off})
                fails: Formula = {
                    "or": [
                        {"and": [e, {"not": h}]} for e, h in zip(self.existence, holds, strict=True)
                    ]
                }
                here = ("where it is said to hold", every)
                fail = ("an equilibrium in which it does not", fails)
                told = {"conclusion": number, "text": text}
                self.state("conclusion", text, [off, here, fail], **told)
                there = (here[0], {"not": every})
                self.state("conclusion", text, [off, there, (fail[0], {"not": fails})], **told)

    def _claim(self, pair: FoundEquilibrium, statement: Expression) -> Formula | None:
        parts: list[Formula] = []
        for left, sign, right in zip(
            statement.args[1:], statement.args[0], statement.args[2:], strict=False
        ):
            try:
                form = self.internal.closed.form(pair, left - right)
            except OpenFormError:
                return None
            if form is None:
                return None
            p, q = form[0], form[1]
            parts.append(self.table.atom(p if q.is_ground and int(q.LC) > 0 else p * q, sign))
        return {"and": parts}

    # ---- in words -------------------------------------------------------------------
    def readme(self) -> str:
        """Return what the folder holds, and how its scripts are run."""
        done = [s for s in self.statements if s["status"] == "unsat"]
        left = [s for s in self.statements if s["status"] != "unsat"]
        lines = [
            f"Proofs of the regimes of {self.analysis.model}, made by deterrence {__version__}.",
            "",
            f"Each of the {len(done)} files *.smt2 asserts what cannot hold together: any solver",
            "of nonlinear real arithmetic that reads SMT-LIB 2 should answer `unsat`.",
            "",
            "    z3 cover-001.smt2",
            "    cvc5 cover-001.smt2",
            "    deterrence verify FOLDER     all of them, and that they say what they should",
            "",
            "index.json has the model, the results, and of every script what it is about.",
            "",
            *(f"{s['script']:24} {s['about']}" for s in done),
        ]
        if left:
            lines += ["", "Not decided again on its own, so without a script:", ""]
            lines += [f"{s['name']:24} {s['about']}" for s in left]
        return "\n".join(lines) + "\n"


def model_part(problem: GameProblem, table: Polynomials) -> dict[str, Any]:
    """Return what the index says of the model: parameters, assumptions, the game."""
    algebra = table.algebra
    assumed = [
        {"text": str(e), "formula": table.formula(e)}
        for e in (*problem.assumptions, *algebra.facts())
    ]
    assumed += [
        {"text": f"{algebra.expression(p)} is a divisor", "formula": table.atom(p, "!=")}
        for p in problem.nonzero
    ]
    game = _matrix(problem, table) if isinstance(problem, MatrixProblem) else _tree(problem, table)
    return {"parameters": list(algebra.names), "assumptions": assumed, "game": game}


def model_digest(model: SymbolicModel) -> str:
    """Return the fingerprint that the proofs of a model have, no parameter fixed."""
    problem: GameProblem
    if model.tree is None and len(model.players) == 2:
        problem = problem_of(model)
    else:
        tree = tree_problem(model)
        assumed, _ = chances_assumed(tree, prover_of(tree, work.now() + SEARCH_EFFORT))
        problem = tree.with_assumptions(assumed)
    table = Polynomials(problem.algebra)
    part = model_part(problem, table)
    return _digest(table.data(), part)


def _digest(polynomials: Sequence[Mapping[str, Any]], model: Mapping[str, Any]) -> str:
    text = json.dumps([polynomials, model], sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _matrix(problem: MatrixProblem, table: Polynomials) -> dict[str, Any]:
    """Return a matrix, its payoffs as polynomials over the square of a common divisor."""
    payoffs = {}
    for player, own, rows in zip(
        problem.players, problem.payoffs, (problem.row, problem.column), strict=True
    ):
        common = common_denominator([table.algebra.fraction(u) for u in own])
        over: dict[str, Any] = {"number": str(common)}
        if not common.is_ground:
            over = {"square_of": table.number(common)}
        cells = [table.number(u) for row in rows for u in row]
        payoffs[player] = {"cells": cells, "over": over}
    actions = dict(zip(problem.players, map(list, problem.actions), strict=True))
    players = list(problem.players)
    return {"form": "strategic", "players": players, "actions": actions, "payoffs": payoffs}


def _tree(problem: GameProblem, table: Polynomials) -> dict[str, Any]:
    """Return a tree, its payoffs and chances as quotients of polynomials."""
    assert isinstance(problem, TreeProblem)
    game = problem.game

    def quotient(x: Any) -> list[int]:
        e = Expression.of(x).substitute(problem.replaced)
        return [table.number(p) for p in table.algebra.fraction(e)]

    return plain_tree(game, quotient)


def _numbers(formula: Formula) -> Iterator[int]:
    """Yield the numbers of the polynomials in a formula."""
    if "poly" in formula:
        yield formula["poly"]
        return
    for part in formula.values():
        for inner in part if isinstance(part, list) else [part]:
            yield from _numbers(inner)


def _point(values: Mapping[str, Fraction]) -> dict[str, str]:
    return {n: str(v) for n, v in values.items()}


def _sides(payoffs: Sequence[Sequence[RingElement]], replies: int) -> Iterator[SymbolicVertex]:
    """Yield the strategies of one side that make as many replies tie as they have actions.

    ``payoffs[i][j]`` is what the other side earns with reply ``j`` against action ``i``.
    Weights are the signed minors of the equations, nothing divided out.
    """
    for size in range(1, min(len(payoffs), replies) + 1):
        for tight in itertools.combinations(range(replies), size):
            for support in itertools.combinations(range(len(payoffs)), size):
                rows = [[payoffs[i][j] - payoffs[i][tight[0]] for i in support] for j in tight[1:]]
                weights = []
                for k in range(size):
                    minor = _determinant([row[:k] + row[k + 1 :] for row in rows], payoffs[0][0])
                    weights.append(-minor if k % 2 else minor)
                if not all(weights):
                    continue
                gaps = tuple(
                    (j, sum((w * (payoffs[i][tight[0]] - payoffs[i][j])
                             for w, i in zip(weights, support, strict=True)), 0 * weights[0]))
                    for j in range(replies) if j not in tight
                )  # fmt: skip
                yield SymbolicVertex(support, tight, tuple(weights), gaps)


def _determinant(rows: Sequence[Sequence[RingElement]], some: RingElement) -> RingElement:
    """Return a determinant by its first row; ``some`` is any element of the ring."""
    if not rows:
        return some.ring.one
    total = some.ring.zero
    for k, entry in enumerate(rows[0]):
        if entry:
            inner = _determinant([[*row[:k], *row[k + 1 :]] for row in rows[1:]], some)
            total = total - entry * inner if k % 2 else total + entry * inner
    return total


def _same(pair: VertexPair, alpha: SymbolicVertex, beta: SymbolicVertex) -> bool:
    """Say whether vertices are the strategies of a pair, up to a common factor each."""
    for mine, other in ((pair.row, alpha), (pair.column, beta)):
        if mine.support != other.support or any(
            w * other.weights[0] != v * mine.weights[0]
            for w, v in zip(mine.weights, other.weights, strict=True)
        ):
            return False
    return True


def proof_files(analysis: RegimeAnalysis, conclusions: Sequence[Conclusion] = ()) -> dict[str, str]:
    """Return the files of a folder of proofs, by name.

    Raises :class:`UnsupportedError` where functions occur that no such script has.
    """
    return ProofWriter(analysis, conclusions).files()
